"""What quality offers to the menu."""

from collections.abc import Iterator

from accueil.acces import Portee
from accueil.menu import Entree, Rubrique
from qualite import menu_ecoute
from qualite.droits_campagnes import est_auditeur
from qualite.rapports.nouvelles import NOUVEAUX_RAPPORTS

# Pages that the entry « Constats » leads to.
AILLEURS = ("/qualite/points/", "/qualite/evaluations/")


def entrees(portee: Portee) -> Iterator[Entree]:
    """Everyone reads findings, charter and what the point is held to; managers see who has attested."""
    if portee.lecteur:
        yield Entree("Constats", "matrice", "check2-circle", Rubrique.QUALITE, ailleurs=AILLEURS)
        yield Entree("Plan d’actions", "correctives", "bullseye", Rubrique.QUALITE)
        yield Entree("Bonnes pratiques", "bonnes_pratiques", "lightbulb", Rubrique.QUALITE)
        yield Entree("Ma charte" if portee.points else "Charte", "charte", "award", Rubrique.QUALITE)
    if portee.reseau or portee.points_de_responsable or portee.associations:
        yield Entree("Attestations", "attestations", "clipboard-check", Rubrique.QUALITE)
    if portee.points:
        yield Entree("Mon parcours", "mon_parcours", "mortarboard", Rubrique.QUALITE)
    if portee.reseau or portee.points_de_responsable or portee.associations:
        yield Entree("Parcours des équipes", "parcours_equipe", "people", Rubrique.QUALITE)
    if portee.lecteur:
        yield Entree("Séances et réunions", "seances", "chat-square-quote", Rubrique.QUALITE)
        yield Entree("Preuves", "preuves", "file-earmark-check", Rubrique.QUALITE)
        yield Entree(
            "Référentiel",
            "referentiel",
            "patch-check",
            Rubrique.QUALITE,
            ailleurs=("/qualite/parametres/",),
        )
    if portee.reseau or portee.points_de_responsable or portee.associations:
        yield Entree("Campagnes", "campagnes", "calendar-range", Rubrique.QUALITE)
        nouveaux = portee.nouvelles.get(NOUVEAUX_RAPPORTS, 0)
        yield Entree("Rapports", "rapports", "file-earmark-pdf", Rubrique.QUALITE, compte=nouveaux)
    if portee.reseau:
        yield Entree("Conservation", "conservation", "clock-history", Rubrique.REGLAGES)
    if portee.reseau or portee.associations:
        ou = Rubrique.REGLAGES if portee.reseau else Rubrique.GESTION
        yield Entree("Protection des données", "documents_rgpd", "shield-check", ou)
    if est_auditeur(portee):
        yield Entree("Mes audits", "mes_audits", "folder2-open", ailleurs=("/qualite/campagnes/",))
    yield from menu_ecoute.entrees(portee)
