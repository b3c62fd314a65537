"""What the export's measure does within the application: `FORMAT DU AU` makes one export of the network over
these days as the worker would. Answers in JSON on the standard output."""

import json
import resource
import sys
import time

import django

django.setup()

from django.http import QueryDict  # noqa: E402
from django.utils import timezone  # noqa: E402

from accueil import exports  # noqa: E402
from accueil.exports import dossier, figer, supprimer  # noqa: E402
from accueil.filtres import Options  # noqa: E402
from accueil.forms.journal import lire_filtre  # noqa: E402
from accueil.models import Acces, Export, Utilisateur  # noqa: E402
from accueil.models.personnes import Role  # noqa: E402
from pimms.socle.taches import faire  # noqa: E402


def _sommet() -> float:
    """The most memory that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _exporter(union: Utilisateur, sorte: str, du: str, au: str) -> tuple[int, int]:
    """Ask for the export, make it, forget it: lines and bytes."""
    filtre, _ = lire_filtre(QueryDict(f"du={du}&au={au}"), Options(union))
    export = Export.objects.create(demande_par=union, format=sorte, filtre=figer(filtre, union.portee))
    try:
        faire(export.pk, exports, exports.produire)
        export.refresh_from_db()
        if export.etat != Export.Etat.PRET:
            raise RuntimeError(f"l’export n’est pas prêt : {export.erreur}")
        return export.lignes, (dossier() / export.fichier).stat().st_size
    finally:
        supprimer(Export.objects.filter(pk=export.pk))


def main() -> None:
    """An export of one day, after which the process is said to be idle, then the one that is measured."""
    sorte, du, au = sys.argv[1:]
    postes = Acces.objects.filter(role=Role.UNION, personne__is_active=True)
    union = Utilisateur.objects.filter(
        pk__in=postes.en_vigueur(timezone.localdate()).values("personne")
    ).first()
    if union is None:
        raise RuntimeError("personne à l’union")
    _exporter(union, sorte, au, au)
    repos, debut = _sommet(), time.monotonic()
    lignes, octets = _exporter(union, sorte, du, au)
    mesure = {"lignes": lignes, "octets": octets, "secondes": time.monotonic() - debut}
    sys.stdout.write(json.dumps(mesure | {"repos": repos, "sommet": _sommet()}))


if __name__ == "__main__":
    main()
