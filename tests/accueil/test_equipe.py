"""The team: who may give which role, ends, returns, delegations."""

import uuid
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accueil import equipe, saisie
from accueil.models import Acces, Utilisateur
from accueil.saisie import DemandeSaisie, VisiteSaisie
from pimms.socle.journal import journaliser
from pimms.socle.models import Courriel, EntreeJournal
from pimms.socle.typographie import date_longue
from tests.fabrique import un_acces, un_point, un_theme, une_personne

ADRESSE = "https://pimms.exemple"
UN_JOUR = timedelta(days=1)


def invitation(distribution, **champs):
    jour = distribution.point.aujourdhui().isoformat()
    return {
        "prenom": "Noé",
        "nom": "Vidal",
        "email": "noe@exemple.fr",
        "role": "mediateur",
        "debut": jour,
    } | champs


def inviter(distribution, role="responsable", code="LYO-GER", **champs):
    return distribution.client(role).post(
        reverse("equipe_inviter", args=[code]), invitation(distribution, **champs)
    )


def un_role(distribution, role="mediateur", **champs):
    point = champs.pop("point", distribution.point)
    return Acces(role=role, point=point, debut=point.aujourdhui(), **champs)


def test_an_invited_person_gets_an_account_a_role_and_a_mail(distribution):
    inviter(distribution)
    acces = Acces.objects.get(personne__email="noe@exemple.fr")
    assert (acces.role, acces.point, acces.accorde_par) == (
        "mediateur",
        distribution.point,
        distribution.responsable,
    )
    assert "/accueil/invitation/" in Courriel.objects.get(destinataire="noe@exemple.fr").corps


def test_granting_is_journaled_without_the_person_s_name(distribution):
    inviter(distribution)
    assert EntreeJournal.objects.get(acte="accorder").objet == "acces"
    assert "Vidal" not in str(list(EntreeJournal.objects.values()))


def test_someone_with_an_account_gets_the_role_and_no_link(distribution):
    etranger = distribution.etranger
    etranger.set_password("un-mot-de-passe-solide")
    etranger.save()
    inviter(distribution, email=etranger.email.upper())
    assert Acces.objects.filter(personne=etranger, point=distribution.point).exists()
    assert "/invitation/" not in Courriel.objects.get(destinataire=etranger.email).corps


def test_the_same_role_twice_is_told_with_all_else_kept(distribution):
    reponse = inviter(distribution, email=distribution.collegue.email)
    assertContains(reponse, "Cette personne a déjà ce rôle", status_code=422)
    assertContains(reponse, "Vidal", status_code=422)


def test_a_refused_invitation_leaves_no_account_behind(distribution):
    with pytest.raises(ValidationError):
        equipe.inviter(
            distribution.etranger,
            email="noe@exemple.fr",
            prenom="Noé",
            nom="Vidal",
            acces=un_role(distribution),
            adresse=ADRESSE,
        )
    assert not Utilisateur.objects.filter(email="noe@exemple.fr").exists()


def test_a_manager_is_not_offered_the_manager_s_role(distribution):
    saisie = invitation(distribution, role="responsable")
    reponse = distribution.client("responsable").post(reverse("equipe_inviter", args=["LYO-GER"]), saisie)
    assert reponse.context["form"].errors.keys() == {"role"}


def test_the_direction_gives_the_manager_s_role_at_its_points(distribution):
    acces = un_role(distribution, "responsable", personne=distribution.collegue)
    assert equipe.accorder(distribution.direction, acces, ADRESSE).pk


def test_the_direction_gives_nothing_elsewhere(distribution):
    acces = un_role(distribution, personne=distribution.collegue, point=distribution.ailleurs)
    with pytest.raises(ValidationError):
        equipe.accorder(distribution.direction, acces, ADRESSE)


@pytest.mark.parametrize("qui", ["responsable", "direction", "union"])
def test_nobody_grants_to_themselves(distribution, qui):
    acteur = getattr(distribution, qui)
    with pytest.raises(ValidationError, match="soi-même"):
        equipe.accorder(acteur, un_role(distribution, personne=acteur), ADRESSE)


def test_nobody_prolongs_their_own_role(distribution):
    acces = Acces.objects.get(personne=distribution.responsable)
    with pytest.raises(ValidationError):
        equipe.fixer_fin(distribution.responsable, acces, None)


def test_a_manager_ends_a_mediateur_s_assignment(distribution):
    acces, jour = Acces.objects.get(personne=distribution.collegue), distribution.point.aujourdhui()
    distribution.client("responsable").post(reverse("acces_fin", args=[acces.pk]), {"fin": jour.isoformat()})
    acces.refresh_from_db()
    assert acces.fin == jour


def test_a_manager_does_not_end_another_manager(distribution):
    autre = un_acces(une_personne("Zoé", "Roy"), "responsable", distribution.point)
    with pytest.raises(ValidationError):
        equipe.fixer_fin(distribution.responsable, autre, distribution.point.aujourdhui())


def test_a_stranger_gets_404_on_someone_s_end_of_assignment(distribution):
    acces = Acces.objects.get(personne=distribution.collegue)
    client = distribution.client("etranger")
    assert client.post(reverse("acces_fin", args=[acces.pk]), {"fin": "2026-01-01"}).status_code == 404


def test_one_who_left_may_come_back_by_a_new_row(distribution):
    collegue, jour = distribution.collegue, distribution.point.aujourdhui()
    Acces.objects.filter(personne=collegue).update(fin=jour - UN_JOUR)
    inviter(distribution, email=collegue.email)
    assert Acces.objects.filter(personne=collegue, point=distribution.point).count() == 2


def test_a_role_not_begun_is_taken_back_with_the_day_before(distribution):
    jour = distribution.point.aujourdhui()
    acces = un_acces(une_personne(), "mediateur", distribution.point, debut=jour + UN_JOUR)
    assert equipe.fixer_fin(distribution.responsable, acces, jour) is None
    assert not Acces.objects.filter(pk=acces.pk).exists()


def un_role_d_aujourd_hui(distribution, role="mediateur", **champs):
    """Someone who is given a role from today on."""
    acces = un_role(distribution, role, personne=une_personne("Zoé", "Roy"), **champs)
    return equipe.accorder(distribution.direction, acces, ADRESSE)


def une_visite_notee(acces):
    demandes = [DemandeSaisie(theme=un_theme(), issue="resolu")]
    visite = VisiteSaisie(cle=uuid.uuid4(), jour=acces.point.aujourdhui(), demandes=demandes)
    saisie.enregistrer(acces.personne, acces.point, visite)


def regler(distribution, acces, jour, role="responsable"):
    url = reverse("acces_fin", args=[acces.pk])
    return distribution.client(role).post(url, {"fin": jour.isoformat()}, follow=True)


def test_a_role_begun_today_and_never_used_is_taken_back(distribution):
    acces, jour = un_role_d_aujourd_hui(distribution), distribution.point.aujourdhui()
    reponse = regler(distribution, acces, jour - UN_JOUR)
    assert not Acces.objects.filter(pk=acces.pk).exists()
    assertContains(reponse, "Le rôle de Zoé Roy est retiré\u202f: il n’avait pas encore servi.")


def test_a_role_begun_today_with_entries_ends_today_and_stays(distribution):
    acces, jour = un_role_d_aujourd_hui(distribution), distribution.point.aujourdhui()
    une_visite_notee(acces)
    reponse = regler(distribution, acces, jour - UN_JOUR)
    acces.refresh_from_db()
    assert acces.fin == jour
    assertContains(reponse, f"La mission de Zoé Roy se termine le {date_longue(jour, avec_annee=True)}.")


def test_choosing_one_s_password_alone_is_not_having_served(distribution):
    acces, jour = un_role_d_aujourd_hui(distribution), distribution.point.aujourdhui()
    journaliser(acces.personne, "accepter_invitation", acces.personne)
    assert equipe.fixer_fin(distribution.responsable, acces, jour - UN_JOUR) is None


def test_entries_of_another_point_do_not_keep_a_role(distribution):
    acces, jour = un_role_d_aujourd_hui(distribution), distribution.point.aujourdhui()
    une_visite_notee(un_acces(acces.personne, "mediateur", distribution.ailleurs))
    assert equipe.fixer_fin(distribution.responsable, acces, jour - UN_JOUR) is None


def test_a_delegation_that_has_served_today_stays_when_the_assignment_is_cut(distribution):
    jour, collegue = distribution.point.aujourdhui(), distribution.collegue
    delegation = un_role(distribution, personne=collegue, fin=jour + 9 * UN_JOUR)
    equipe.deleguer(distribution.responsable, delegation, ADRESSE)
    une_visite_notee(delegation)
    mission = Acces.objects.get(personne=collegue, role="mediateur")
    equipe.fixer_fin(distribution.responsable, mission, jour - UN_JOUR)
    delegation.refresh_from_db()
    assert delegation.fin == jour


def test_a_role_taken_back_takes_its_delegation_with_it(distribution):
    mission, jour = un_role_d_aujourd_hui(distribution), distribution.point.aujourdhui()
    delegation = un_role(distribution, personne=mission.personne, fin=jour + UN_JOUR)
    equipe.deleguer(distribution.responsable, delegation, ADRESSE)
    equipe.fixer_fin(distribution.responsable, mission, jour - UN_JOUR)
    assert not Acces.objects.filter(personne=mission.personne).exists()


def test_the_last_day_of_an_assignment_is_said(distribution):
    acces = Acces.objects.get(personne=distribution.collegue)
    fin = date(distribution.point.aujourdhui().year + 1, 11, 24)
    reponse = regler(distribution, acces, fin)
    assertContains(reponse, f"La mission de Karim Petit se termine le {date_longue(fin, avec_annee=True)}.")


def test_an_assignment_ended_yesterday_is_said_in_the_past(distribution):
    acces = Acces.objects.get(personne=distribution.collegue)
    reponse = regler(distribution, acces, distribution.point.aujourdhui() - UN_JOUR)
    assertContains(reponse, "La mission de Karim Petit s’est terminée le")


def test_an_empty_last_day_ends_nothing_and_says_so(distribution):
    acces = Acces.objects.get(personne=distribution.collegue)
    reponse = distribution.client("responsable").post(reverse("acces_fin", args=[acces.pk]), {"fin": ""})
    assert reponse.context["form"].errors == {"fin": ["À remplir."]}


def test_the_last_day_offered_is_today(distribution):
    acces = Acces.objects.get(personne=distribution.collegue)
    reponse = distribution.client("responsable").get(reverse("acces_fin", args=[acces.pk]))
    assertContains(reponse, f'value="{distribution.point.aujourdhui().isoformat()}"')
    assertNotContains(reponse, "Laisser sans date de fin")


def test_taking_the_last_day_away_is_an_act_of_its_own(distribution):
    acces = Acces.objects.get(personne=distribution.collegue)
    acces.fin = distribution.point.aujourdhui() + UN_JOUR
    acces.save()
    client = distribution.client("responsable")
    assertContains(client.get(reverse("acces_fin", args=[acces.pk])), "Laisser sans date de fin")
    reponse = client.post(reverse("acces_sans_fin", args=[acces.pk]), follow=True)
    assertContains(reponse, "La mission de Karim Petit n’a plus de date de fin.")
    acces.refresh_from_db()
    assert acces.fin is None


def test_a_delegation_gives_the_manager_s_rights_between_two_days(distribution):
    jour = distribution.point.aujourdhui()
    saisie = {"personne": distribution.collegue.pk, "debut": jour.isoformat(), "fin": jour.isoformat()}
    distribution.client("responsable").post(reverse("equipe_deleguer", args=["LYO-GER"]), saisie)
    assert distribution.client("collegue").get(reverse("equipe")).status_code == 200
    assert Courriel.objects.filter(destinataire=distribution.collegue.email).exists()


def test_a_delegate_does_not_delegate_in_turn(distribution):
    jour = distribution.point.aujourdhui()
    un_acces(distribution.collegue, "responsable", distribution.point, fin=jour, origine="delegation")
    acces = un_role(distribution, personne=distribution.proprietaire, fin=jour)
    with pytest.raises(ValidationError, match="ne se délègue pas"):
        equipe.deleguer(distribution.collegue, acces, ADRESSE)


def test_a_delegation_does_not_outlast_the_manager_s_own_role(distribution):
    jour = distribution.point.aujourdhui()
    Acces.objects.filter(personne=distribution.responsable).update(fin=jour + UN_JOUR)
    acces = un_role(distribution, personne=distribution.collegue, fin=jour + 2 * UN_JOUR)
    with pytest.raises(ValidationError):
        equipe.deleguer(distribution.responsable, acces, ADRESSE)


def test_a_delegation_goes_to_someone_of_the_team_only(distribution):
    acces = un_role(distribution, personne=distribution.etranger, fin=distribution.point.aujourdhui())
    with pytest.raises(ValidationError):
        equipe.deleguer(distribution.responsable, acces, ADRESSE)


def test_a_delegation_ends_with_the_assignment(distribution):
    jour, collegue = distribution.point.aujourdhui(), distribution.collegue
    delegation = un_role(distribution, personne=collegue, fin=jour + 9 * UN_JOUR)
    equipe.deleguer(distribution.responsable, delegation, ADRESSE)
    mission = Acces.objects.get(personne=collegue, role="mediateur")
    equipe.fixer_fin(distribution.responsable, mission, jour + UN_JOUR)
    delegation.refresh_from_db()
    assert delegation.fin == jour + UN_JOUR


def test_the_answer_to_an_invitation_does_not_tell_who_has_an_account(distribution):
    def reponse(email):
        invitee = inviter(distribution, email=email)
        return str(next(iter(get_messages(invitee.wsgi_request)))).replace(email, "X")

    assert reponse("inconnue@exemple.fr") == reponse(distribution.etranger.email)


def test_a_manager_reads_the_roles_of_own_points_only(distribution):
    ailleurs = un_point(nom="Point secret")
    un_acces(distribution.collegue, "mediateur", ailleurs)
    page = distribution.client("responsable").get(reverse("personne", args=[distribution.collegue.pk]))
    assertNotContains(page, "Point secret")


def test_an_account_that_is_closed_is_not_invited_again(distribution):
    Utilisateur.objects.filter(pk=distribution.etranger.pk).update(is_active=False)
    reponse = inviter(distribution, email=distribution.etranger.email)
    assert reponse.context["form"].errors.keys() == {"email"}


def test_choosing_a_point_changes_the_current_one_and_goes_back(distribution):
    autre = un_point(code="LYO-VAI")
    un_acces(distribution.proprietaire, "mediateur", autre)
    client = distribution.client("proprietaire")
    reponse = client.post(reverse("choisir_point", args=["LYO-VAI"]), {"next": "/accueil/points/"})
    assert (reponse.url, client.session["point"]) == ("/accueil/points/", "LYO-VAI")


def test_choosing_a_point_never_leads_out_of_the_site(distribution):
    client = distribution.client("proprietaire")
    reponse = client.post(reverse("choisir_point", args=["LYO-GER"]), {"next": "https://ailleurs.exemple/"})
    assert reponse.url == "/"


def test_someone_else_s_point_cannot_be_chosen(distribution):
    url = reverse("choisir_point", args=[distribution.ailleurs.code])
    assert distribution.client("proprietaire").post(url).status_code == 404
