"""gunicorn, in production and in the demo alike."""

import os
from urllib.parse import quote

from gunicorn.glogging import Logger

from pimms.reglages.environnement import DEBUG, DEMO
from pimms.socle.discretion import Discretion, masquer_liens
from pimms.socle.journaux import EnJson

LISIBLE = DEMO or DEBUG  # by people rather than by a collector of logs


class Journaux(Logger):
    """No one-time link in the access log, nor in the tracebacks of the other."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(Discretion())
            if not LISIBLE:
                handler.setFormatter(EnJson())

    def atoms(self, resp, req, environ, request_time) -> dict:
        atomes = super().atoms(resp, req, environ, request_time)
        propres = {nom: masquer_liens(atomes[nom] or "") for nom in "Urf"}
        return atomes | propres | ({} if LISIBLE else {"U": quote(propres["U"])})


logger_class = Journaux
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
access_log_format = (
    '%(t)s "%(m)s %(U)s" %(s)s %(b)s o %(D)s µs %({x-request-id}o)s'
    if LISIBLE
    # The path is quoted (`atoms`): whoever asks for a strange one writes no line of their own.
    else '{"le": "%(t)s", "origine": "acces", "requete": "%({x-request-id}o)s", "methode": "%(m)s",'
    ' "chemin": "%(U)s", "statut": "%(s)s", "octets": "%(B)s", "us": "%(D)s"}'
)
