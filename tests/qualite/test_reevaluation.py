"""What changed by day and bears on somebody's findings has these evaluated again, and nothing else."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accueil.absences import noter, supprimer
from accueil.equipe import modifier_personne
from accueil.models import Absence
from mediation.models import Dossier
from pimms.socle.journal import LIRE, journaliser, journaliser_consultation
from pimms.socle.models import EntreeJournal
from qualite import reevaluation, seances
from qualite.models import Calcul, Constat, PointSeance
from qualite.rapports.vie import SIGNER
from qualite.reevaluation import evaluer_ce_qui_est_du
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique_ecoute import des_avis, un_questionnaire
from tests.qualite.fabrique_rapports import un_rapport_pret


@pytest.fixture
def vus(distribution, monkeypatch):
    """Points asked for since now: a list of sets, None for the whole network."""
    demandes: list[set[int] | None] = []

    def noter(points=None, bornes=None):
        demandes.append(None if points is None else set(points))

    evaluer_ce_qui_est_du()
    Calcul.objects.update(journal=EntreeJournal.objects.first().pk)
    monkeypatch.setattr(reevaluation, "evaluer", noter)

    def lire():
        evaluer_ce_qui_est_du(timezone.now() + timedelta(seconds=20))
        return demandes

    return lire


def test_a_closed_account_bears_on_each_point_of_that_person(distribution, vus):
    un_acces(distribution.collegue, "mediateur", distribution.ailleurs)
    distribution.collegue.is_active = False
    modifier_personne(distribution.union, distribution.collegue)
    assert vus() == [{distribution.point.pk, distribution.ailleurs.pk}]


def test_another_name_bears_on_nothing(distribution, vus):
    distribution.collegue.nom = "Nouveau"
    modifier_personne(distribution.union, distribution.collegue)
    assert vus() == []


def _absence(distribution):
    un_acces(distribution.collegue, "mediateur", distribution.ailleurs)
    absence = Absence(personne=distribution.collegue, point=distribution.point, debut=date.today())
    absence.fin = absence.debut + timedelta(days=60)
    return absence


def test_an_absence_bears_on_the_other_association_too(distribution, vus):
    noter(distribution.responsable, _absence(distribution))
    assert vus() == [{distribution.point.pk, distribution.ailleurs.pk}]


def test_so_does_an_absence_taken_back(distribution, vus):
    absence = _absence(distribution)
    absence.save()
    supprimer(distribution.responsable, absence)
    assert vus() == [{distribution.point.pk, distribution.ailleurs.pk}]


def test_a_session_bears_on_a_point_of_another_association_once_it_has_noted_its_own(distribution, vus):
    seance = seances.SeanceCollective.objects.create(
        point=distribution.point,
        nature="reunion",
        jour=date.today(),
        duree=60,
        mode="avec_point",
        cle="11111111-1111-4111-8111-111111111111",
        saisi_par=distribution.responsable,
    )
    lieu = PointSeance.objects.create(seance=seance, point=distribution.ailleurs)
    seances.noter_presents(distribution.etranger, lieu, [distribution.etranger])
    assert vus() == [{distribution.ailleurs.pk}]


def _lire_un_dossier(distribution, qui):
    lus = [(Dossier(pk=1), distribution.point.pk)]
    journaliser_consultation(qui, LIRE, lus, {"jour": date.today()})


def test_a_reading_by_someone_who_is_not_in_post_bears_on_the_point(distribution, vus):
    _lire_un_dossier(distribution, distribution.etranger)
    assert vus() == [{distribution.point.pk}]


def test_a_reading_by_the_team_bears_on_nothing(distribution, vus):
    _lire_un_dossier(distribution, distribution.collegue)
    assert vus() == []


def test_a_reading_is_of_the_point_s_own_day(distribution, vus):
    """At ten in the evening in Paris it is the day after in New Caledonia, where the reader is in post."""
    ailleurs = un_point(fuseau="Pacific/Noumea")
    soir = datetime(2026, 3, 3, 22, tzinfo=ZoneInfo("Europe/Paris"))
    la, trop_tard = une_personne("Nour", "Haddad"), une_personne("Yann", "Roux")
    un_acces(la, "mediateur", ailleurs, debut=date(2026, 3, 4))
    un_acces(trop_tard, "mediateur", distribution.point, debut=date(2026, 3, 4))
    for qui, lieu in ((la, ailleurs), (trop_tard, distribution.point)):
        EntreeJournal.objects.create(
            horodatage=soir, acteur_id=qui.pk, point_id=lieu.pk, objet="dossier", objet_id=1, acte=LIRE
        )
    assert vus() == [{distribution.point.pk}]


def test_a_reading_of_something_else_bears_on_nothing(distribution, vus):
    autre = un_point()
    journaliser(distribution.etranger, "telecharger", autre, point_id=autre.pk)
    assert vus() == []


def test_a_yearly_account_that_was_signed_bears_on_its_association(distribution, vus):
    union, association = distribution.union, distribution.point.association
    dossier = un_rapport_pret(union, association=association)
    bilan = un_rapport_pret(union, association=association, genre="bilan", au=date(2025, 12, 31))
    for rapport in (dossier, bilan):
        journaliser(None, SIGNER, rapport, point_id=rapport.point_id)
    siens = set(association.points.values_list("pk", flat=True))
    assert vus() == [siens]


@pytest.mark.parametrize("verdict", ["a_traiter", "atteint"])
def test_an_answer_of_the_public_is_looked_at_where_the_finding_may_turn(distribution, vus, verdict):
    Constat.objects.filter(code="SUI-2").update(verdict=verdict)
    des_avis(un_questionnaire(distribution.point))
    assert vus() == ([{distribution.point.pk}] if verdict == "a_traiter" else [])


def test_an_answer_is_looked_at_once(distribution):
    evaluer_ce_qui_est_du()
    questionnaire = un_questionnaire(distribution.point)
    des_avis(questionnaire, 30)
    apres = timezone.now() + timedelta(seconds=20)
    assert evaluer_ce_qui_est_du(apres).changements == 1
    assert Constat.objects.get(code="SUI-2", point=distribution.point).verdict == "atteint"
    assert evaluer_ce_qui_est_du(apres) is None
