"""What the network's page says of each point equals a naive recount, whoever came, left and came back."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accueil.agregats import rattraper
from accueil.models import Acces, Fermeture, PointAccueil, Visite
from pimms.pilotage.etat_points import AU_DELA, GROUPE_MIN, TAILLES
from tests.distribution import repris
from tests.fabrique import LONGTEMPS, un_acces, un_point, une_personne, une_visite

pytestmark = pytest.mark.django_db
# Periods of one role at a point, in days before today: began, ended.
SEJOURS = {
    "en poste": [("mediateur", 400, None)],
    "parti": [("mediateur", 400, 1)],
    "dernier jour": [("mediateur", 400, 0)],
    "revenu": [("mediateur", 400, 100), ("mediateur", 20, None)],
    "devenu responsable": [("mediateur", 400, 31), ("responsable", 30, None)],
    "à venir": [("mediateur", -5, None)],
    "auditeur": [("auditeur", 400, None)],
}
POINTS = st.fixed_dictionaries(
    {
        "nature": st.sampled_from(["fixe", "fixe", "fixe", "antenne"]),
        "commune": st.sampled_from(["69123", "29019", "97411"]),
        "chez_nous": st.booleans(),
        "equipe": st.lists(st.sampled_from(sorted(SEJOURS)), min_size=1, max_size=5),
        "visites": st.lists(
            st.tuples(st.sampled_from([0, 3, 7, 8, 40, 500]), st.integers(1, 3), st.booleans()), max_size=5
        ),
        "ferme": st.sampled_from([None, None, (3, None), (3, 1)]),
    }
)


def _remplir(distribution, points) -> None:
    for description in points:
        association = (distribution.point if description["chez_nous"] else distribution.ailleurs).association
        point = un_point(
            association,
            nature=description["nature"],
            commune_id=description["commune"],
            fuseau="Europe/Paris",
        )
        jour = point.aujourdhui()
        for sejours in description["equipe"]:
            qui = une_personne()
            for role, debut, fin in SEJOURS[sejours]:
                jours = {"debut": jour - timedelta(days=debut)}
                jours["fin"] = None if fin is None else jour - timedelta(days=fin)
                un_acces(qui, role, point, **jours)
        for il_y_a, demandes, annulee in description["visites"]:
            issues = [{"issue": "resolu" if n else "oriente"} for n in range(demandes)]
            visite = une_visite(point, distribution.proprietaire, il_y_a=il_y_a, demandes=issues)
            if annulee:
                Visite.objects.filter(pk=visite.pk).update(annulee_le=timezone.now())
        if description["ferme"]:
            debut, fin = description["ferme"]
            fin = None if fin is None else jour - timedelta(days=fin)
            Fermeture.objects.create(
                point=point, debut=jour - timedelta(days=debut), fin=fin, motif="Travaux"
            )
    rattraper()


def _equipe(point: PointAccueil) -> int:
    jour = point.aujourdhui()
    return len(
        {
            a.personne_id
            for a in Acces.objects.filter(point=point)
            if a.role in ("mediateur", "responsable") and a.debut <= jour and (a.fin is None or a.fin >= jour)
        }
    )


def _groupe(point: PointAccueil) -> str:
    equipe = _equipe(point)
    taille = next((nom for jusqu_a, nom in TAILLES if equipe <= jusqu_a), AU_DELA)
    return f"{point.get_nature_display()}, {taille}"


def _visites(point: PointAccueil, du=LONGTEMPS) -> list[Visite]:
    return [v for v in Visite.objects.filter(point=point) if v.annulee_le is None and v.jour >= du]


def _mesures(visites: list[Visite]) -> dict[str, float]:
    demandes = [d for v in visites for d in v.demandes.all()]
    return {
        "visites": len(visites),
        "par_visite": len(demandes) / len(visites),
        "resolues": sum(d.issue == "resolu" for d in demandes) / len(demandes),
        "duree": sum(v.duree for v in visites) / len(visites),
    }


def _au_rang(valeurs: list[float], part: float) -> float:
    """By hand: the value at that part of the way, between two where it falls between."""
    rangees, place = sorted(valeurs), part * (len(valeurs) - 1)
    dessous = rangees[int(place)]
    return dessous + (rangees[min(int(place) + 1, len(rangees) - 1)] - dessous) * (place - int(place))


def _est_muet(point: PointAccueil) -> bool:
    jour = point.aujourdhui()
    if any(f.debut <= jour and (f.fin is None or f.fin >= jour) for f in point.fermetures.all()):
        return False
    return (jour - max((v.jour for v in _visites(point)), default=point.ouvert_le)).days > 7


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8, deadline=None)
@given(points=st.lists(POINTS, min_size=4, max_size=9))
def test_points_groups_quartiles_and_map_equal_a_recount(distribution, points):
    with repris():
        _remplir(distribution, points)
        tous = list(PointAccueil.objects.select_related("commune__departement"))
        chez_nous = [p for p in tous if p.association_id == distribution.point.association_id]
        lectures = (
            ("union", "", tous),
            ("union", "region=84", [p for p in tous if p.commune.departement.region_id == "84"]),
            ("direction", "", chez_nous),
        )
        for role, url, attendus in lectures:
            contexte = distribution.client(role).get(f"/reseau/?{url}").context
            du = contexte["champ"].filtre.periode.du
            lus = {p.pk for p in (tous if role == "union" else chez_nous)}
            _verifier(contexte["points"], attendus, {p: _visites(p, du) for p in tous}, lus)


def _verifier(page, attendus, visites, lus) -> None:
    assert {ligne.point.pk for ligne in page.lignes} == {p.pk for p in attendus}
    assert {ligne.point.pk for ligne in page.muets} == {p.pk for p in attendus if _est_muet(p)}
    par_departement: Counter = Counter()
    for point in attendus:
        par_departement[point.commune.departement_id] += len(visites[point])
    assert {code: lieu.visites for code, lieu in page.carte.lieux.items()} == dict(par_departement)
    groupes = {groupe.nom: groupe for groupe, _ in page.groupes}
    for ligne in page.lignes:
        assert ligne.etat.equipe == _equipe(ligne.point)
        assert ligne.mesures == (
            pytest.approx(_mesures(visites[ligne.point])) if visites[ligne.point] else {}
        )
        semblables = {
            p.pk: _mesures(v) for p, v in visites.items() if v and _groupe(p) == _groupe(ligne.point)
        }
        if ligne.groupe is None:
            assert not semblables
            continue
        assert ligne.groupe is groupes[_groupe(ligne.point)]
        assert ligne.groupe.membres == semblables.keys()
        inconnus = semblables.keys() - lus
        assez = len(semblables) >= GROUPE_MIN and (not inconnus or len(inconnus) >= GROUPE_MIN)
        assert bool(ligne.groupe.quartiles) == assez
        for nom, quartiles in ligne.groupe.quartiles.items():
            valeurs = [mesures[nom] for mesures in semblables.values()]
            parts = [_au_rang(valeurs, part) for part in (0.25, 0.5, 0.75)]
            assert [quartiles.bas, quartiles.milieu, quartiles.haut] == pytest.approx(parts)
