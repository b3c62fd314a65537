"""Before the demo opens: migrations, static files, and a network to look at. Runs as the owner."""

import os
import sys

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from pimms.services import temoin


def main() -> int:
    """Prepare the database and the files; an exit code."""
    os.environ["DATABASE_URL"] = os.environ["DATABASE_URL_PROPRIETAIRE"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pimms.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if not temoin.statiques_a_jour():
        print("Fichiers statiques…", flush=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    if settings.DEMO and not apps.get_model("accueil", "PointAccueil").objects.exists():
        print("Le réseau est vide : création d’un réseau de démonstration…", flush=True)
        call_command("peupler", demo=True)
    temoin.noter(os.environ["DATABASE_URL"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
