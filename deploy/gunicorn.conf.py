"""gunicorn, in production and in the demo alike."""

import os

bind = os.environ.get("ADRESSE", "0.0.0.0:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSUS", "2"))
threads = int(os.environ.get("WEB_FILS", "8"))
preload_app = True  # loaded once, shared by the workers
timeout = 30  # seconds
graceful_timeout = 5
keepalive = 65  # longer than the reverse proxy keeps an idle connection
control_socket_disable = True
accesslog = "-"
# No query string: filters and searches are nobody's business.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s o %(D)s µs %({x-request-id}o)s'
