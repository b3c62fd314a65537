"""Settings of a measured process: the product's own, plus the floor's URL."""

import os
from pathlib import Path

os.environ["PIMMS_DEMO"] = "1"  # plain HTTP

from pimms.settings import *  # noqa: F403
from pimms.settings import BASE_DIR

# Refusals are expected while pages are counted.
LOGGING = LOGGING | {"root": {"handlers": ["console"], "level": "ERROR"}}  # noqa: F405
ROOT_URLCONF = "pimms.outils.bench.urls"
STATIC_ROOT = Path(BASE_DIR) / "var" / "bancs" / "static"
