"""Each count of cases on a dashboard opens the list of as many, a case passed on being one of a whole."""

import uuid
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.http import QueryDict

from accueil.models import Utilisateur
from mediation.cycle_de_vie import ajouter, changer_etat
from mediation.forms.listes import lire_filtre
from mediation.models import Attente, Engagement, Etape
from mediation.transferts import transferer
from pimms.pilotage.attentes import de_qui, rappels
from pimms.pilotage.dossiers import compter, listes
from pimms.socle.periodes import finissant_le
from qualite.evaluation import evaluer
from tests.fabrique import un_acces, un_point, une_visite
from tests.mediation.fabrique import un_dossier, un_dossier_ancien, une_partie

pytestmark = pytest.mark.django_db
URL = "/tableau-de-bord/"


def _nombre(personne, url: str) -> int:
    """How many cases the list at that address holds for this person."""
    lecteur = Utilisateur.objects.get(pk=personne.pk)
    filtre, formulaire = lire_filtre(QueryDict(url.partition("?")[2]), lecteur)
    assert not formulaire.errors
    return filtre.choisir(lecteur).count()


def _ouvrent_autant(contexte, personne) -> None:
    dossiers, derriere = contexte["dossiers"], contexte["listes"]
    for quoi in ("ouverts", "clos", "actifs", "a_revoir"):
        assert _nombre(personne, getattr(derriere, quoi)) == getattr(dossiers, quoi), quoi
    for nom, n, url in contexte["ages"]:
        assert _nombre(personne, url) == n, nom


def _transferer(cast, dossier):
    moi, vers = cast.proprietaire, cast.ailleurs
    return transferer(moi, dossier, vers, "Déménagement", depuis="demande", avec_identites=False)


@pytest.mark.parametrize(
    ("page", "ou", "ouverts", "clos"),
    [
        ("/reseau/", (), 1, 1),
        ("/reseau/", ("point",), 1, 0),
        ("/reseau/", ("ailleurs",), 0, 1),
        ("/reseau/", ("point", "ailleurs"), 1, 1),
        (URL, ("point",), 1, 0),
        (URL, ("ailleurs",), 0, 1),
    ],
)
def test_a_transferred_case_is_opened_where_it_began_and_closed_where_it_ended(
    distribution, page, ou, ouverts, clos
):
    cast = distribution
    dossier = un_dossier(cast.proprietaire, cast.point)
    suite = transferer(
        cast.proprietaire, dossier, cast.ailleurs, "Loin", depuis="demande", avec_identites=False
    )
    un_dossier(cast.etranger, cast.ailleurs)
    codes = ".".join(getattr(cast, point).code for point in ou)
    url = f"{page}?{'points' if page == '/reseau/' else 'point'}={codes}"

    def lire():
        contexte = cast.client("union").get(url).context
        _ouvrent_autant(contexte, cast.union)
        return contexte["dossiers"]

    autre = "ailleurs" in ou or not ou
    lu = lire()
    assert (lu.ouverts, lu.clos, lu.actifs) == (ouverts + autre, 0, 2 * autre)
    changer_etat(cast.etranger, suite, "refuse", depuis="demande")
    changer_etat(cast.etranger, suite, "clos", depuis="refuse")
    lu = lire()
    assert (lu.ouverts, lu.clos, lu.actifs) == (ouverts + autre, clos, autre)


def test_a_transferred_case_stays_in_the_tab_of_closed_ones(distribution):
    cast = distribution
    dossier = un_dossier(cast.proprietaire, cast.point)
    _transferer(cast, dossier)
    page = cast.client("proprietaire").get("/mediation/dossiers/?vue=clos")
    assert [ligne.dossier for ligne in page.context["page"].lignes] == [dossier]


def test_a_case_opened_tomorrow_on_the_other_side_of_the_world_has_its_age(distribution, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 10, 22, 0, tzinfo=UTC))
    reunion = un_point(distribution.point.association, fuseau="Indian/Reunion")
    un_acces(distribution.proprietaire, "mediateur", reunion)
    jour = distribution.point.aujourdhui()
    assert un_dossier(distribution.proprietaire, reunion).ouvert_le == jour + timedelta(days=1)
    periode = finissant_le(jour, 30)
    dossiers, derriere = compter(distribution.union, None, jour, periode), listes(jour, periode, {})
    assert [n for _, n in dossiers.par_age] == [1, 0, 0, 0]
    assert [_nombre(distribution.union, url) for url in derriere.par_age] == [1, 0, 0, 0]


@pytest.fixture
def attendus(distribution):
    """Of the owner a case for each thing that may be due, of the colleague a late one; one that may wait."""
    moi, point = distribution.proprietaire, distribution.point
    une_visite(point, moi)
    un_dossier(moi, point, urgence="immediate")
    _attendre(un_dossier_ancien(moi, point), -1)
    _engager(un_dossier_ancien(moi, point))
    suspendu = un_dossier_ancien(moi, point, urgence="immediate")
    _engager(suspendu)
    _attendre(suspendu, 5)
    for qui in (moi, distribution.collegue):
        un_dossier_ancien(qui, point, jours=90)
    un_dossier_ancien(distribution.etranger, distribution.ailleurs, jours=90)
    un_dossier(moi, point)
    return distribution


def _attendre(dossier, jours: int) -> None:
    relance = dossier.point.aujourdhui() + timedelta(days=jours)
    Attente.objects.create(
        dossier=dossier, point=dossier.point, de="tiers", debut=dossier.ouvert_le, relance_le=relance
    )


def _engager(dossier) -> None:
    """A step, and a commitment that is due today."""
    etape = Etape(
        dossier=dossier,
        cle=uuid.uuid4(),
        nature="entretien",
        jour=dossier.ouvert_le,
        auteur=dossier.mediateur,
    )
    ajouter(etape, {})
    jour = dossier.point.aujourdhui()
    ajouter(Engagement(dossier=dossier, etape=etape, partie=une_partie(dossier), echeance=jour), {})


@pytest.mark.parametrize(
    ("role", "nombres", "mots"),
    [
        ("proprietaire", [1, 1, 1, 1], "de vos médiations à revoir"),
        ("collegue", [1], "de vos médiations à revoir"),
        ("responsable", [1, 1, 1, 2], "médiations à revoir"),
    ],
)
def test_what_is_due_today_opens_as_many(attendus, role, nombres, mots):
    evaluer()  # what waits is shown once there are findings
    page = attendus.client(role).get(URL)
    lignes = page.context["rappels"]
    assert [_nombre(getattr(attendus, role), url) for _, _, url in lignes] == nombres
    assert [int(titre.split("\u00a0")[0]) for titre, _, _ in lignes] == nombres
    texte = unescape(page.content.decode())
    assert mots in texte
    assert all(url in texte for _, _, url in lignes)


@pytest.mark.parametrize("role", ["direction", "union"])
def test_daily_work_waits_for_those_who_do_it(attendus, role):
    page = attendus.client(role).get(f"{URL}?point={attendus.point.code}")
    assert page.context["rappels"] == []
    assert page.context["dossiers"].a_revoir == 2


def test_who_works_elsewhere_too_is_told_of_each_point_by_itself(attendus):
    un_acces(attendus.proprietaire, "mediateur", attendus.ailleurs)
    moi, la_bas = Utilisateur.objects.get(pk=attendus.proprietaire.pk), attendus.ailleurs
    qui = de_qui(moi.portee, la_bas)
    jour = la_bas.aujourdhui()
    dossiers = compter(moi, [la_bas], jour, finissant_le(jour, 30), qui)
    assert list(rappels(la_bas, dossiers, qui)) == []
