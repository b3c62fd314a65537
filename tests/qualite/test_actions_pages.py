"""The pages of corrective actions: the board, the list by key, one action, opening one from a finding."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from qualite.models import ActionCorrective, EvenementAction
from qualite.pages_actions import PAR_PAGE, PAR_SECTION
from qualite.suites_action import avancer
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique_actions import amener, une_corrective


@pytest.fixture
def action(distribution):
    return une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)


def _lire(distribution, role: str, nom: str, *args, **filtre):
    return distribution.client(role).get(reverse(nom, args=args), filtre)


def _plusieurs(distribution, nombre: int, **champs) -> list[ActionCorrective]:
    """Many actions at once, due one day after the other."""
    base = une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)
    lignes = []
    for n in range(nombre):
        echeance = base.echeance + timedelta(days=n)
        lignes.append(
            ActionCorrective(
                niveau="point",
                point=distribution.point,
                provenance="equipe",
                titre=f"Action {n}",
                description="Des faits.",
                pilote=distribution.proprietaire,
                ouverte_le=base.ouverte_le,
                echeance=echeance,
                echeance_initiale=echeance,
                cle=uuid.uuid4(),
                creee_par=distribution.responsable,
                **champs,
            )
        )
    ActionCorrective.objects.bulk_create(lignes)
    EvenementAction.objects.bulk_create(
        EvenementAction(
            action=a,
            nature="ouverture",
            vers="a_faire",
            echeance=a.echeance,
            pilote=a.pilote,
            par=a.creee_par,
        )
        for a in lignes
    )
    return [base, *lignes]


def test_the_board_puts_what_is_overdue_first(distribution, action):
    une_corrective(distribution.responsable, distribution.collegue, point=distribution.point, dans=-3)
    sections = _lire(distribution, "responsable", "correctives").context["sections"]
    assert [(s.rang.value, s.nombre) for s in sections] == [("en_retard", 1), ("a_faire", 1)]


def test_an_action_is_late_on_the_day_of_its_own_point(distribution):
    """Noumea's day begins before Paris's: what is due on a day is late there first."""
    point = un_point(distribution.point.association, fuseau="Pacific/Noumea")
    action = une_corrective(distribution.responsable, distribution.proprietaire, point=point, dans=-1)
    sections = _lire(distribution, "union", "correctives").context["sections"]
    assert [(s.rang.value, s.actions) for s in sections] == [("en_retard", [action])]


def test_a_section_shows_the_first_to_be_due_and_the_way_to_all(distribution):
    actions = _plusieurs(distribution, PAR_SECTION + 2)
    reponse = _lire(distribution, "responsable", "correctives")
    (section,) = reponse.context["sections"]
    assert section.actions == actions[:PAR_SECTION]
    assert f"Voir les {PAR_SECTION + 3}\xa0actions" in reponse.content.decode()


def test_one_sees_one_s_own(distribution, action):
    autre = une_corrective(distribution.responsable, distribution.collegue, point=distribution.point)
    (section,) = _lire(distribution, "collegue", "correctives", vue="miennes").context["sections"]
    assert section.actions == [autre]


def test_a_scope_shows_points_associations_or_the_network(distribution, action):
    association = une_corrective(
        distribution.direction, distribution.direction, association=distribution.point.association
    )
    reseau = une_corrective(distribution.union, distribution.union)
    for vue, attendue in (("point", action), ("association", association), ("reseau", reseau)):
        (section,) = _lire(distribution, "direction", "correctives", vue=vue).context["sections"]
        assert section.actions == [attendue]


def test_the_union_narrows_to_an_association(distribution, action):
    une_corrective(distribution.etranger, distribution.etranger, point=distribution.ailleurs)
    cle = distribution.point.association_id
    (section,) = _lire(distribution, "union", "correctives", association=cle).context["sections"]
    assert section.actions == [action]


def test_pages_by_key_show_each_action_once(distribution):
    actions = _plusieurs(distribution, PAR_PAGE + 5)
    client, adresse, lues = distribution.client("responsable"), reverse("correctives_liste"), []
    url = "?rang=a_faire"
    while url:
        contexte = client.get(adresse + url).context
        lues += contexte["page"].lignes
        url, retour = contexte["suivant"], contexte["precedent"]
    assert lues == actions
    assert client.get(adresse + retour).context["page"].lignes == actions[:PAR_PAGE]


def test_the_list_holds_what_is_closed(distribution, action):
    amener(action, "close", tient=distribution.responsable, verifie=distribution.collegue)
    page = _lire(distribution, "proprietaire", "correctives_liste", rang="finie").context["page"]
    assert page.lignes == [action]
    assert not _lire(distribution, "proprietaire", "correctives").context["sections"]


def test_a_broken_position_shows_the_first_page(distribution, action):
    assert _lire(distribution, "union", "correctives_liste", curseur="x").context["page"].lignes == [action]


def test_one_action_shows_what_happened(distribution, action):
    amener(action, "inefficace", tient=distribution.responsable, verifie=distribution.collegue)
    page = _lire(distribution, "proprietaire", "corrective", action.pk).content.decode()
    assert "Réalisée → Vérifiée inefficace" in page
    assert "Constaté sur place." in page


def test_verifying_is_offered_from_the_day_after(distribution, action):
    action = avancer(distribution.proprietaire, action, 1, "en_cours")
    action = avancer(distribution.proprietaire, action, 2, "realisee", jour=action.aujourdhui())
    page = _lire(distribution, "collegue", "corrective", action.pk).content.decode()
    assert "À partir du lendemain" in page
    assert reverse("corrective_etat", args=[action.pk, "efficace"]) not in page


def test_a_finding_leads_to_a_new_action(distribution):
    code = distribution.point.code
    page = _lire(distribution, "responsable", "constat", code, "MEO-2").content.decode()
    assert f"{reverse('corrective_nouvelle')}?exigence=MEO-2&amp;objet=point-{code}" in page


def test_a_mediateur_reads_the_actions_of_a_finding_and_opens_none(distribution):
    une_corrective(
        distribution.responsable, distribution.collegue, point=distribution.point, exigence="MEO-2"
    )
    reponse = _lire(distribution, "proprietaire", "constat", distribution.point.code, "MEO-2")
    assert len(reponse.context["actions"]) == 1
    assert reverse("corrective_nouvelle") not in reponse.content.decode()


def test_a_manager_opens_an_action_through_the_page(distribution):
    envoi = {
        "cle": str(uuid.uuid4()),
        "objet": f"point-{distribution.point.code}",
        "provenance": "constat",
        "exigence": "MEO-2",
        "titre": "Tracer le jour même",
        "description": "Des visites sont saisies tard.",
        "pilote": distribution.proprietaire.pk,
        "echeance": (distribution.point.aujourdhui() + timedelta(days=40)).isoformat(),
    }
    client = distribution.client("responsable")
    reponses = [client.post(reverse("corrective_nouvelle"), envoi) for _ in range(2)]
    action = ActionCorrective.objects.get()
    assert {r["Location"] for r in reponses} == {reverse("corrective", args=[action.pk])}


def test_the_union_says_first_for_whom(distribution):
    page = _lire(distribution, "union", "corrective_nouvelle").content.decode()
    assert f'value="point-{distribution.ailleurs.code}"' in page
    form = _lire(distribution, "union", "corrective_nouvelle", objet="reseau").context["form"]
    assert list(form.fields["pilote"].queryset) == [distribution.union]


def test_two_people_at_once_see_both_texts(distribution, action):
    url = reverse("corrective_modifier", args=[action.pk])
    envoi = {"version": 1, "titre": "Titre", "description": "La mienne"}
    distribution.client("proprietaire").post(url, envoi | {"description": "La première"})
    reponse = distribution.client("responsable").post(url, envoi)
    assert reponse.status_code == 409
    page = reponse.content.decode()
    assert "La première" in page
    assert "La mienne" in page


def test_a_move_made_meanwhile_is_told(distribution, action):
    avancer(distribution.proprietaire, action, 1, "en_cours")
    url = reverse("corrective_etat", args=[action.pk, "annulee"])
    reponse = distribution.client("responsable").post(url, {"version": 1, "motif": "Doublon."})
    assert reponse.status_code == 422
    assert "Quelqu’un vient de modifier cette action" in reponse.content.decode()


def test_the_page_leads_to_the_proofs_of_its_requirement(distribution):
    action = une_corrective(
        distribution.responsable, distribution.collegue, point=distribution.point, exigence="CAD-4"
    )
    page = _lire(distribution, "responsable", "corrective", action.pk).content.decode()
    assert f"{reverse('preuves')}?exigence=CAD-4&amp;point={distribution.point.code}" in page


def test_the_board_costs_the_same_with_many_actions(distribution, django_assert_max_num_queries):
    _plusieurs(distribution, 60)
    for n in range(3):
        autre = une_personne(nom=f"Nom {n}")
        un_acces(autre, "mediateur", distribution.point)
        une_corrective(distribution.responsable, autre, point=distribution.point, dans=-n - 1)
    client = distribution.client("union")
    with django_assert_max_num_queries(10):
        client.get(reverse("correctives"))
    with django_assert_max_num_queries(10):
        client.get(reverse("correctives_liste"))
