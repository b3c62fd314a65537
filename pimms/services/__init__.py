"""Embedded PostgreSQL and Redis: real servers, started under `var/` where no address is given.

    with services_embarques() as env:
        subprocess.run(commande, env=os.environ | env)

Each server has a keeper process (`gardien`). Whoever uses a server holds a shared lock on one file;
the keeper stops the server when nobody holds it any more. The kernel drops the lock of a dead
process, so that even `kill -9` leaves no server behind, and several users share one server safely.
"""

from pimms.services.environnement import effacer, services_embarques
from pimms.services.lieux import BANCS, DEMO, TESTS, ErreurService, Instance

__all__ = ("BANCS", "DEMO", "TESTS", "ErreurService", "Instance", "effacer", "services_embarques")
