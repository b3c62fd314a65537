"""Pages of paths and sessions: oneself, the team, the numbers of the union; forms and their refusals."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accueil.models import Absence, Acces
from qualite.models import FormationSuivie, PresenceSeance, Qualification, SeanceCollective, Tutorat
from tests.fabrique import un_acces, un_point, une_personne
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_parcours import un_tutorat, une_formation, une_qualification, une_seance


def _page(distribution, role, nom, *args, **requete) -> str:
    reponse = distribution.client(role).get(reverse(nom, args=args), requete, follow=True)
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_a_mediateur_reads_their_own_path(distribution):
    cast = distribution
    une_qualification(cast.proprietaire, cast.point, cast.responsable)
    une_formation(cast.proprietaire, cast.point, cast.responsable, heures=Decimal("3.5"))
    un_tutorat(cast.proprietaire, cast.point, cast.collegue)
    une_seance(cast.responsable, cast.point, [cast.proprietaire])
    une_formation(cast.collegue, cast.point, cast.responsable, titre="Pour Karim seul")
    page = _page(distribution, "proprietaire", "mon_parcours")
    for dit in ("3\u202fh\u202f30", "sur 21\u202fh", "Médiation sociale", "Karim Petit", "1\xa0séance"):
        assert dit in page
    assert "Pour Karim seul" not in page


def test_one_s_own_path_shows_what_each_employer_noted(distribution):
    cast = distribution
    un_acces(cast.proprietaire, "mediateur", cast.ailleurs)
    une_formation(cast.proprietaire, cast.ailleurs, cast.etranger, titre="Formation d’ailleurs")
    assert "Formation d’ailleurs" in _page(distribution, "proprietaire", "mon_parcours")
    page = _page(distribution, "responsable", "parcours", cast.proprietaire.pk)
    assert "Formation d’ailleurs" not in page
    assert "Formation d’ailleurs" in _page(distribution, "etranger", "parcours", cast.proprietaire.pk)


def test_two_employers_are_two_cards_with_their_points(distribution):
    assert "<h2>Lyon – Gerland</h2>" not in _page(distribution, "proprietaire", "mon_parcours")
    un_acces(distribution.proprietaire, "mediateur", distribution.ailleurs)
    page = _page(distribution, "proprietaire", "mon_parcours")
    assert "<h2>Lyon – Gerland</h2>" in page
    assert "<h2>Ailleurs</h2>" in page


def test_a_manager_sees_the_team_person_by_person(distribution):
    cast = distribution
    une_formation(cast.proprietaire, cast.point, cast.proprietaire)
    une_preuve(cast.responsable, ["ORG-1"], personne=cast.proprietaire)
    page = _page(distribution, "responsable", "parcours_equipe")
    assert "Sonia Benali" in page
    assert "1\xa0formation à confirmer" in page
    assert "Léa Tissot" not in page.split("<h2")[-1]  # a manager is not asked for hours


def test_the_union_reads_numbers_and_no_name(distribution):
    cast = distribution
    une_formation(cast.proprietaire, cast.point, cast.responsable, heures=Decimal(21))
    une_seance(cast.responsable, cast.point, [cast.proprietaire])
    for page in (
        _page(distribution, "union", "parcours_equipe"),
        _page(distribution, "union", "parcours_equipe", point=cast.point.code),
        _page(distribution, "union", "seances"),
    ):
        assert "Lyon – Gerland" in page
        assert not any(nom in page for nom in ("Benali", "Petit", "Psychologue"))
    assert "1 sur 2" in _page(distribution, "union", "parcours_equipe")


def test_a_direction_of_several_points_chooses_one(distribution):
    un_point(distribution.point.association)
    page = _page(distribution, "direction", "parcours_equipe")
    assert "Sonia Benali" not in page
    assert "Sonia Benali" in _page(
        distribution, "direction", "parcours_equipe", point=distribution.point.code
    )


def test_the_finding_leads_to_the_team_and_to_its_sessions(distribution):
    url = reverse("parcours_equipe")
    assert (
        distribution.client("responsable").get(url, {"point": distribution.ailleurs.code}).status_code == 404
    )
    assert distribution.client("responsable").get(url, {"point": "ESS-9999"}).status_code == 404


def _envoi_formation(jour, **champs):
    defauts = {"cle": uuid.uuid4(), "titre": "Écrire clair", "organisme": "", "debut": jour, "heures": "3.5"}
    return defauts | champs


def test_a_mediateur_declares_and_the_manager_confirms(distribution):
    jour = distribution.point.aujourdhui()
    client = distribution.client("proprietaire")
    reponse = client.post(reverse("formation_declarer"), _envoi_formation(jour), follow=True)
    assert "Votre responsable la confirmera" in reponse.content.decode()
    formation = FormationSuivie.objects.get()
    assert (formation.fin, formation.heures, formation.confirmee) == (jour, Decimal("3.5"), False)
    distribution.client("responsable").post(
        reverse("formation_confirmer", args=[formation.pk]), {"heures": "3.5"}
    )
    assert FormationSuivie.objects.get().confirmee


@pytest.mark.parametrize("sorte", ["formation", "qualification", "tutorat"])
def test_each_form_that_creates_carries_a_key_of_its_own(distribution, sorte):
    url = reverse("note_nouvelle", args=[distribution.proprietaire.pk, sorte])
    client = distribution.client("responsable")
    cles = {client.get(url).context["form"]["cle"].value() for _ in range(2)}
    assert len(cles) == 2
    assert None not in cles


def test_a_training_to_come_is_refused_beside_its_day(distribution):
    demain = distribution.point.aujourdhui() + timedelta(days=1)
    reponse = distribution.client("proprietaire").post(
        reverse("formation_declarer"), _envoi_formation(demain)
    )
    assert reponse.status_code == 422
    assert "une fois suivie" in reponse.content.decode()
    assert "Écrire clair" in reponse.content.decode()


def test_a_diploma_may_be_old(distribution):
    envoi = {"cle": uuid.uuid4(), "nature": "diplome", "intitule": "BTS", "debut": "1984-06-30"}
    url = reverse("note_nouvelle", args=[distribution.proprietaire.pk, "qualification"])
    assert distribution.client("responsable").post(url, envoi).status_code == 302
    assert Qualification.objects.get().debut.year == 1984


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"nature": "parcours"}, "quand ce parcours doit finir"),
        ({"nature": "titre", "fin_prevue": "2027-01-01"}, "Seul un parcours"),
        ({"nature": "parcours", "fin_prevue": "2019-01-01"}, "La fin précède le début"),
        ({"debut": "0984-06-30"}, "L’année est à corriger"),
    ],
)
def test_a_qualification_that_can_t_be_is_refused(distribution, champs, message):
    envoi = {"cle": uuid.uuid4(), "nature": "titre", "intitule": "Titre", "debut": "2020-01-01"}
    url = reverse("note_nouvelle", args=[distribution.proprietaire.pk, "qualification"])
    reponse = distribution.client("responsable").post(url, envoi | champs)
    assert reponse.status_code == 422
    assert message in reponse.content.decode()


@pytest.mark.parametrize(
    ("tuteur", "point", "statut"),
    [(True, False, 302), (False, True, 302), (True, True, 422), (False, False, 422)],
)
def test_a_tutor_is_someone_or_a_point(distribution, tuteur, point, statut):
    envoi = {"cle": uuid.uuid4(), "debut": distribution.point.aujourdhui()}
    envoi |= {"tuteur": distribution.collegue.pk} if tuteur else {}
    envoi |= {"point_tuteur": distribution.ailleurs.pk} if point else {}
    url = reverse("note_nouvelle", args=[distribution.proprietaire.pk, "tutorat"])
    assert distribution.client("responsable").post(url, envoi).status_code == statut
    assert Tutorat.objects.count() == (statut == 302)


def test_a_row_is_corrected_and_taken_back_by_the_manager(distribution):
    cast = distribution
    tutorat = un_tutorat(cast.proprietaire, cast.point, cast.collegue)
    client = distribution.client("responsable")
    fin = tutorat.debut + timedelta(days=60)
    envoi = {"tuteur": cast.collegue.pk, "debut": tutorat.debut, "fin": fin}
    client.post(reverse("note", args=["tutorat", tutorat.pk]), envoi)
    assert Tutorat.objects.get().fin == fin
    client.post(reverse("note_supprimer", args=["tutorat", tutorat.pk]))
    assert not Tutorat.objects.exists()


def test_an_unknown_kind_of_row_is_nowhere(distribution):
    url = reverse("note_nouvelle", args=[distribution.proprietaire.pk, "salaire"])
    assert distribution.client("responsable").get(url).status_code == 404


def test_a_person_of_two_points_is_noted_at_one_of_them(distribution):
    cast = distribution
    second = un_point(cast.point.association)
    un_acces(cast.proprietaire, "mediateur", second)
    client = distribution.client("direction")
    url = reverse("note_nouvelle", args=[cast.proprietaire.pk, "formation"])
    assert "Notée à" in client.get(url).content.decode()
    client.post(url, _envoi_formation(cast.point.aujourdhui(), point=second.pk))
    assert FormationSuivie.objects.get().point == second


def _envoi_seance(client, distribution, **champs):
    """What the form sends when nothing is touched."""
    form = client.get(reverse("seance_nouvelle")).context["form"]
    envoi = {nom: form[nom].value() for nom in form.fields}
    return {nom: valeur for nom, valeur in (envoi | champs).items() if valeur is not None} | {
        "point": distribution.point.code
    }


def test_the_usual_meeting_takes_one_click(distribution):
    client = distribution.client("responsable")
    assert client.post(reverse("seance_nouvelle"), _envoi_seance(client, distribution)).status_code == 302
    seance = SeanceCollective.objects.get()
    assert (seance.nature, seance.mode, seance.duree) == ("reunion", "sur_place", 120)
    assert PresenceSeance.objects.count() == 3


def test_who_is_away_today_is_not_ticked(distribution):
    jour = distribution.point.aujourdhui()
    Absence.objects.create(personne=distribution.collegue, debut=jour, fin=jour)
    form = distribution.client("responsable").get(reverse("seance_nouvelle")).context["form"]
    assert set(form["presents"].value()) == {distribution.proprietaire.pk, distribution.responsable.pk}
    assert distribution.collegue in form.fields["presents"].queryset


def test_who_left_last_month_can_still_be_ticked(distribution):
    jour = distribution.point.aujourdhui()
    Acces.objects.filter(personne=distribution.collegue).update(fin=jour - timedelta(days=20))
    client = distribution.client("responsable")
    envoi = _envoi_seance(
        client, distribution, jour=jour - timedelta(days=30), presents=[distribution.collegue.pk]
    )
    assert client.post(reverse("seance_nouvelle"), envoi).status_code == 302


def test_an_analysis_without_leader_is_refused_and_what_was_ticked_is_kept(distribution):
    client = distribution.client("responsable")
    envoi = _envoi_seance(client, distribution, nature="analyse", presents=[distribution.collegue.pk])
    reponse = client.post(reverse("seance_nouvelle"), envoi)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Dites qui l’anime" in page
    assert page.count(" checked") == 3  # the kind, the place, one person


def test_the_list_tells_each_what_is_theirs(distribution):
    cast = distribution
    une_seance(cast.etranger, cast.ailleurs, [cast.etranger], autres=(cast.point,))
    une_seance(cast.responsable, cast.point, [cast.proprietaire], nature="reunion")
    page = _page(distribution, "proprietaire", "seances")
    assert "Vous y étiez" in page
    assert "Corriger" not in page
    page = _page(distribution, "responsable", "seances")
    assert "Présents à noter" in page
    assert "Corriger" in page


def test_the_list_goes_on_after_fifty(distribution):
    cast = distribution
    for n in range(51):
        une_seance(cast.responsable, cast.point, [], il_y_a=n)
    client = distribution.client("responsable")
    page = client.get(reverse("seances")).content.decode()
    suite = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert page.count("analyse de la pratique</div>") == 50
    assert client.get(reverse("seances") + suite).content.decode().count("pratique</div>") == 1
    assert client.get(reverse("seances"), {"apres": "hier~x"}).status_code == 200


def test_a_filter_without_result_says_so(distribution):
    page = _page(distribution, "responsable", "seances", nature="analyse")
    assert "Aucune séance ne répond" in page


def test_a_new_team_page_says_what_will_be_there(distribution):
    Acces.objects.filter(role="mediateur").update(fin="2020-06-01")
    assert "Aucun médiateur en poste" in _page(distribution, "responsable", "parcours_equipe")
    un_acces(une_personne(), "mediateur", distribution.point)
    assert "Aucun médiateur en poste" not in _page(distribution, "responsable", "parcours_equipe")
