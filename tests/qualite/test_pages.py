"""The référentiel's pages: everyone reads, the union decides."""

from datetime import date, timedelta

from django.urls import reverse

from qualite.models import Application, Referentiel, Valeur


def test_the_union_gives_a_number_another_value_from_a_day_on(distribution):
    demain = date.today() + timedelta(days=1)
    client = distribution.client("union")
    envoi = {"valeur": "6", "debut": demain.isoformat(), "motif": "Décision du conseil"}
    reponse = client.post(reverse("parametre", args=["registres_seuil"]), envoi, follow=True)
    assert "C’est décidé" in reponse.content.decode()
    assert Valeur.objects.get().valeur == 6


def test_a_threshold_above_eight_is_refused_beside_its_field(distribution):
    envoi = {"valeur": "9", "debut": date.today().isoformat(), "motif": "Essai"}
    reponse = distribution.client("union").post(reverse("parametre", args=["registres_seuil"]), envoi)
    assert reponse.status_code == 422
    assert "Entre 1 et 8" in reponse.context["form"].errors["valeur"][0]
    assert "Essai" in reponse.content.decode()


def test_the_version_changes_on_the_chosen_day(distribution):
    demain = date.today() + timedelta(days=1)
    envoi = {"referentiel": Referentiel.objects.get(code="nf-x60-600").pk, "debut": demain.isoformat()}
    distribution.client("union").post(reverse("version_suivante"), envoi)
    assert Application.objects.get(fin__isnull=True).debut == demain


def test_a_mediateur_reads_what_the_point_is_held_to(distribution):
    page = distribution.client("proprietaire").get(reverse("referentiel")).content.decode()
    assert "Au moins 5 des 8 registres sont déployés" in page
    assert "Ne vaut pas constat" in page
    assert "Changer de version" not in page


def test_the_draft_s_page_says_what_is_not_known(distribution):
    page = distribution.client("union").get(reverse("referentiel_version", args=["nf-x60-600"]))
    assert "Ce que l’on ne sait pas encore" in page.content.decode()
