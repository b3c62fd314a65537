"""WSGI entry point, served by gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pimms.settings")
application = get_wsgi_application()
# The views, before gunicorn forks: else each of its processes loads them at its first request.
get_resolver().url_patterns  # noqa: B018 — a property that loads
# What is loaded stays: no search for cycles looks at it again, and the processes go on sharing its memory.
gc.collect()
gc.freeze()
