"""Local partners of each association, and the conventions, national and local."""

from datetime import date, timedelta

from accueil.models import Association, Convention, Partenaire
from pimms.demo.hasard import Hasard
from pimms.demo.parametres import Carnet, CommuneConnue, Existant, Parametres
from pimms.demo.reseau import UN_JOUR, Point
from pimms.socle.textes import cle_tri
from pimms.socle.typographie import de

Nature = Partenaire.Nature
# Kind (used by `usages`) → name with the commune, nature, share of the associations that have it.
LOCAUX = {
    "mairie": ("Mairie {de}", Nature.COLLECTIVITE, 1.0),
    "ccas": ("CCAS {de}", Nature.COLLECTIVITE, 1.0),
    "bailleur": ("Office public de l’habitat {de}", Nature.AUTRE, 0.9),
    "prefecture": ("Préfecture – {departement}", Nature.OPERATEUR, 0.9),
    "transport": ("Transports urbains {de}", Nature.ENTREPRISE, 0.7),
    "mission_locale": ("Mission locale {de}", Nature.ASSOCIATION, 0.8),
    "solidarite": ("Épicerie solidaire {de}", Nature.ASSOCIATION, 0.5),
}


def _terme(debut: date, annees: int) -> date:
    return date(debut.year + annees, debut.month, 1) - UN_JOUR


def _conventions(
    params: Parametres, carnet: Carnet, hasard: Hasard, partenaire_id: int, association: Association | None
) -> None:
    """A chain of conventions up to today; some end tacitly renewed, some soon, some have run out."""
    annees = hasard.choice((1, 1, 1, 3))
    tacite = hasard.chance(0.35)
    debut = date(params.debut.year - hasard.randrange(0, 3), hasard.choice((1, 1, 4, 9)), 1)
    bientot = not tacite and hasard.chance(0.2)
    if bientot:  # ends within two months
        annees = 1
        fin = params.reference + timedelta(days=hasard.randrange(10, 60))
        debut = date(params.debut.year - 1, fin.month, 1)
    jamais_renouvelee = not tacite and not bientot and hasard.chance(0.08)
    while debut <= params.reference:
        fin = _terme(debut, annees)
        if jamais_renouvelee and fin >= params.reference:
            return
        carnet.ajouter(
            Convention(
                partenaire_id=partenaire_id, association=association, debut=debut, fin=fin, tacite=tacite
            )
        )
        if tacite:
            return
        debut = fin + UN_JOUR


def conclure(
    params: Parametres, existant: Existant, carnet: Carnet, points: list[Point]
) -> dict[int, dict[str, int]]:
    """Make up local partners and all conventions; the keys of an association's partners by kind."""
    for nom, partenaire_id in existant.partenaires.items():
        _conventions(params, carnet, Hasard(params.graine, "convention", nom), partenaire_id, None)
    locaux: dict[int, dict[str, int]] = {}
    for point in points:
        association = point.objet.association
        if association.pk not in locaux:
            commune = existant.commune(point.lieu.commune, point.lieu.departement)
            locaux[association.pk] = _locaux(params, existant, carnet, association, commune)
    return locaux


def _locaux(
    params: Parametres,
    existant: Existant,
    carnet: Carnet,
    association: Association,
    commune: CommuneConnue,
) -> dict[str, int]:
    hasard = Hasard(params.graine, "partenaires", association.nom)
    cles = {}
    for genre, (modele, nature, part) in LOCAUX.items():
        if not hasard.chance(part):
            continue
        nom = modele.format(de=de(commune.nom), departement=existant.departements[commune.departement])
        partenaire = carnet.ajouter(
            Partenaire(nom=nom, nom_tri=cle_tri(nom), nature=nature, association=association)
        )
        cles[genre] = partenaire.pk
        if hasard.chance(0.7):
            _conventions(params, carnet, hasard, partenaire.pk, association)
    return cles
