"""A list of people: read whatever its form, checked line by line, shown before it counts."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains

from accueil import import_personnes
from accueil.models import Acces, Utilisateur
from pimms.socle.models import Courriel

JUSTE = "noe@exemple.fr;Noé;Vidal;LYO-GER;médiateur;01/09/2026;"


def envoyer(distribution, **champs):
    return distribution.client("union").post(reverse("personnes_importer"), champs)


def ajouter(distribution, liste):
    """Check a list, then confirm it, as the page does."""
    controle = envoyer(distribution, liste=liste).context["controle"]
    return envoyer(distribution, liste=liste, controle=controle, ajouter="oui")


def erreurs(distribution, *lignes):
    return [ligne.erreurs for ligne in import_personnes.controler(distribution.union, "\n".join(lignes))]


@pytest.mark.parametrize("separateur", [";", "\t", ","])
def test_semicolons_tabs_and_commas_are_read(distribution, separateur):
    assert erreurs(distribution, JUSTE.replace(";", separateur)) == [[]]


def test_a_head_line_gives_the_order_of_the_columns(distribution):
    texte = "Nom;Prénom;E-mail;Point\nVidal;Noé;noe@exemple.fr;LYO-GER"
    (ligne,) = import_personnes.controler(distribution.union, texte)
    assert (ligne.champs["nom"], ligne.erreurs) == ("Vidal", [])


def test_a_missing_role_and_day_mean_mediateur_from_today(distribution):
    (ligne,) = import_personnes.controler(distribution.union, "noe@exemple.fr;Noé;Vidal;LYO-GER")
    assert ligne.acces.role == "mediateur"


@pytest.mark.parametrize(
    ("ligne", "erreur"),
    [
        ("noe;Noé;Vidal;LYO-GER", "Adresse électronique à corriger."),
        ("noe@exemple.fr;;Vidal;LYO-GER", "Prénom manquant."),
        ("noe@exemple.fr;Noé;Vidal;NUL-PAR", "Point inconnu\u202f: NUL-PAR."),
        (
            "noe@exemple.fr;Noé;Vidal;LYO-GER;chef",
            "Rôle inconnu\u202f: chef (médiateur, responsable ou direction).",
        ),
        ("noe@exemple.fr;Noé;Vidal;LYO-GER;;31/02/2026", "Date à écrire comme 01/09/2026."),
        ("noe@exemple.fr;Noé;Vidal;LYO-GER;;02/09/2026;01/09/2026", "La fin précède le début."),
    ],
)
def test_what_is_wrong_is_told_beside_the_line(distribution, ligne, erreur):
    assert erreurs(distribution, JUSTE, ligne)[1] == [erreur]


def test_the_same_person_twice_is_told(distribution):
    assert erreurs(distribution, JUSTE, JUSTE) == [[], ["Déjà à la ligne 1."]]


def test_an_overlapping_role_is_told(distribution):
    c = distribution.collegue
    (erreur,) = erreurs(distribution, f"{c.email};{c.prenom};{c.nom};LYO-GER")
    assert erreur == ["Cette personne a déjà ce rôle sur tout ou partie de la période."]


def test_nobody_is_on_their_own_list(distribution):
    (erreur,) = erreurs(distribution, f"{distribution.union.email};Paul;Girard;LYO-GER")
    assert "nul ne s’accorde" in erreur[0]


def test_checking_writes_nothing(distribution):
    envoyer(distribution, liste=JUSTE)
    assert not Utilisateur.objects.filter(email="noe@exemple.fr").exists()


def test_a_list_counts_once_it_has_been_shown(distribution):
    ajouter(distribution, JUSTE)
    assert Acces.objects.get(personne__email="noe@exemple.fr").origine == "liste"
    assert Courriel.objects.filter(destinataire="noe@exemple.fr").count() == 1


def test_a_list_changed_since_it_was_shown_is_shown_again(distribution):
    controle = envoyer(distribution, liste=JUSTE).context["controle"]
    envoyer(distribution, liste=JUSTE.replace("noe@", "lea@"), controle=controle, ajouter="oui")
    assert not Utilisateur.objects.filter(email="lea@exemple.fr").exists()


def test_the_wrong_lines_stay_in_the_box(distribution):
    reponse = ajouter(distribution, f"{JUSTE}\nfaux;Léo;Roux;LYO-GER")
    assert reponse.context["form"].initial["liste"] == "faux;Léo;Roux;LYO-GER\n"
    assert Utilisateur.objects.filter(email="noe@exemple.fr").exists()


def test_a_file_of_a_spreadsheet_is_read_and_shown_in_the_box(distribution):
    fichier = SimpleUploadedFile("liste.csv", "noe@exemple.fr;Noé;Vidal;LYO-GER".encode("cp1252"))
    assertContains(envoyer(distribution, fichier=fichier), "Noé;Vidal")


def test_a_workbook_is_refused_with_what_to_do(distribution):
    reponse = envoyer(distribution, fichier=SimpleUploadedFile("liste.xlsx", b"PK\x03\x04"))
    assertContains(reponse, "format CSV", status_code=422)


def test_an_empty_list_is_told(distribution):
    assertContains(envoyer(distribution, liste=" \n"), "La liste est vide", status_code=422)


def test_five_hundred_lines_at_most():
    with pytest.raises(ValidationError):
        import_personnes.lire("\n".join([JUSTE] * 502))


def test_html_in_a_list_is_shown_escaped(distribution):
    reponse = envoyer(distribution, liste="<script>x</script>;Noé;Vidal;LYO-GER")
    assert b"<script>x" not in reponse.content


def test_checking_a_hundred_lines_takes_few_statements(distribution, django_assert_max_num_queries):
    client = distribution.client("union")
    liste = "\n".join(JUSTE.replace("noe", f"noe{n}") for n in range(100))
    with django_assert_max_num_queries(10):
        client.post(reverse("personnes_importer"), {"liste": liste})


def test_only_the_union_opens_the_page(distribution):
    assert distribution.client("direction").get(reverse("personnes_importer")).status_code == 404
