"""The lists behind the figures of several points: each tells exactly the number that leads to it."""

import re
from html import unescape

import pytest

from accueil.agregats import rattraper
from accueil.indicateurs import Totaux
from accueil.models import Commune
from pimms.pilotage.tableau import Tableau
from tests.accueil.recompte import totaux_recomptes
from tests.fabrique import un_acces, un_partenaire, un_point, un_theme, une_visite
from tests.filtres import filtre_de, lire

pytestmark = pytest.mark.django_db
DE_L_ANNEE = (0, 2, 9, 40, 200)  # days ago


@pytest.fixture
def rempli(distribution):
    """Unlike visits at three points: two of one association, and one of another, in Brest."""
    point, ailleurs, voisin = distribution.point, distribution.ailleurs, un_point(code="LYO-VOI")
    voisin.association = point.association
    voisin.save()
    ailleurs.commune = Commune.objects.get(pk="29019")
    ailleurs.save()
    un_acces(distribution.collegue, "mediateur", voisin)
    justice = {"theme": un_theme("justice"), "issue": "oriente", "registre": 2}
    edf = {"partenaire": un_partenaire(), "aide": "informer"}
    for n, il_y_a in enumerate(DE_L_ANNEE):
        une_visite(point, distribution.proprietaire, il_y_a=il_y_a, demandes=[justice, edf], duree=5)
        une_visite(voisin, distribution.collegue, il_y_a=il_y_a, heure=9 + n, canal="telephone", personnes=3)
    une_visite(ailleurs, distribution.etranger, il_y_a=20, demandes=[justice] * 3)
    rattraper()
    une_visite(point, distribution.proprietaire, demandes=[edf])  # marked: counted from the visits
    return distribution


def _figures(tableau: Tableau) -> list[tuple[str, str, int]]:
    """Every figure of the visits with a list behind it: its address, the total that it is, its value."""
    total, cles = tableau.total, {c.libelle: c.url for c in tableau.chiffres}
    lues = [
        (cles["Visites"], "visites", total.visites),
        (cles["Demandes"], "demandes", total.demandes),
        (cles["Passages"], "passages", total.passages),
        (cles["Temps d’accueil"], "minutes", total.minutes),
        (cles["Temps d’accueil"], "minutes_estimees", total.minutes_estimees),
    ]
    if cles["Résolues"]:
        lues.append((cles["Résolues"], "demandes", total.resolues))
    lues += [(c.url, "visites", int(c.valeur.split()[0])) for c in tableau.maintenant]
    lues += [(m.url, "visites", m.valeur) for m in tableau.courbe.moments if m.url]
    if tableau.chaleur:
        lues += [(url, "visites", n) for _, places in tableau.chaleur.cellules for n, url, *_ in places if n]
    for repartition in tableau.repartitions.values():
        lues += [(p.url, repartition.unite, p.valeur) for p in repartition.parts if p.url]
        if repartition.note:
            lues.append((repartition.note_url, repartition.unite, int(repartition.note.split()[0])))
    return lues


def _des_points(lignes) -> list[tuple[str, str, int]]:
    """The same of each point."""
    lues = []
    for ligne in lignes:
        if ligne.sommes.visites:
            lues += [(ligne.liste, "visites", ligne.sommes.visites)]
            lues += [(ligne.liste, "minutes", ligne.sommes.minutes)]
        if ligne.sommes.resolues:
            lues.append((f"{ligne.liste}&issue=resolu", "demandes", ligne.sommes.resolues))
    return lues


@pytest.mark.parametrize(
    ("qui", "ou", "visites"),
    [
        ("union", "", 12),
        ("union", "region=84", 11),
        ("union", "departement=29", 1),
        ("union", "points=LYO-GER.LYO-VOI", 11),
        ("direction", "", 11),
        ("union", "theme=justice", 6),
        ("union", "departement=69&canal=telephone", 5),
        ("direction", "issue=oriente&periode=mois_dernier", None),
    ],
)
def test_each_list_behind_a_figure_of_several_points_has_its_total(rempli, qui, ou, visites):
    personne, reponse = getattr(rempli, qui), rempli.client(qui).get(f"/reseau/?{ou}")
    tableau = reponse.context["tableau"]
    if visites is not None:
        assert tableau.total.visites == visites
    lus: dict[str, Totaux] = {}
    points = reponse.context["points"].lignes
    for url, unite, valeur in _figures(tableau) + _des_points(points):
        if url not in lus:
            filtre, formulaire = lire(personne, url.partition("?")[2])
            assert not formulaire.errors, url
            lus[url] = totaux_recomptes(filtre)
        assert getattr(lus[url], unite) == valeur, url
    derniers = {ligne.du_jour for ligne in points if ligne.du_jour}
    assert all(
        totaux_recomptes(filtre_de(getattr(rempli, qui), u.partition("?")[2])).visites for u in derniers
    )
    page = reponse.content.decode()
    liens = {unescape(lien) for lien in re.findall(r'href="(/accueil/journal/\?[^"]*)"', page)}
    assert liens
    assert liens <= lus.keys() | derniers  # the page leads to no other list of visits
