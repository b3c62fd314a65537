"""`python -m pimms.services exec -- COMMANDE`: run a command with PostgreSQL and Redis up."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from pimms.services.environnement import SERVEURS, effacer, services_embarques
from pimms.services.gardien import garder
from pimms.services.lieux import INSTANCES, ErreurService, Instance
from pimms.services.noyau import mourir_avec_le_parent


def _executer(instance: Instance, commande: list[str]) -> int:
    """Run the command with the servers' addresses in its environment; its exit code."""
    if not commande:
        print("Donnez une commande : python -m pimms.services exec -- manage.py shell", file=sys.stderr)
        return 2
    if commande[0].endswith(".py"):
        commande = [sys.executable, *commande]
    with services_embarques(instance) as env:
        # Ctrl-C is for the command; the servers stay until it has ended.
        signal.signal(signal.SIGINT, lambda *_: None)
        processus = subprocess.Popen(
            commande, env=os.environ | env, preexec_fn=mourir_avec_le_parent(signal.SIGTERM)
        )
        signal.signal(signal.SIGTERM, lambda *_: processus.terminate())
        code = processus.wait()
    return 128 - code if code < 0 else code


def _lire(arguments: list[str]) -> argparse.Namespace:
    analyse = argparse.ArgumentParser(prog="python -m pimms.services", description=__doc__)
    analyse.add_argument("verbe", choices=["exec", "effacer", "garder"])
    analyse.add_argument("serveur", nargs="?", help=argparse.SUPPRESS)
    analyse.add_argument("--instance", choices=list(INSTANCES), default="demo")
    analyse.add_argument("--dossier", type=Path, help=argparse.SUPPRESS)
    analyse.add_argument("--sans-fsync", action="store_true", help=argparse.SUPPRESS)
    return analyse.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Entry point; prints a service's error in plain French."""
    coupure = arguments.index("--") if "--" in arguments else len(arguments)
    options, commande = _lire(arguments[:coupure]), arguments[coupure + 1 :]
    instance = INSTANCES[options.instance]
    if options.dossier:
        instance = Instance("ailleurs", options.dossier, durable=not options.sans_fsync)
    try:
        if options.verbe == "garder":
            return garder(SERVEURS[options.serveur](instance))
        if options.verbe == "effacer":
            effacer(instance)
            return 0
        return _executer(instance, commande)
    except ErreurService as erreur:
        print(erreur, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
