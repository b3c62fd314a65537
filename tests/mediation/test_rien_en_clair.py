"""What is typed through the interface about a case stands in clear in no table of the database."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from mediation.models import Dossier
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_theme
from tests.mediation.fabrique import un_pdf

# One word that no table of names knows, for each place where something private is typed.
MOTS = {
    "objet": "Abricotiers",
    "institution": "Belvédère-Zwick",
    "nom": "Zéphyrine",
    "autre_nom": "Pivoine-Zwick",
    "telephone": "0612457889",
    "courriel": "coquelicot@exemple.fr",
    "adresse": "Dandelion",
    "remarque": "Églantine-Zwick",
    "resume": "Fuchsia",
    "prive": "Gentiane",
    "engagement": "Hortensia",
    "motif_etat": "Iris-Zwick",
    "motif_passation": "Jonquille-Zwick",
    "conflit": "Kalmia",
    "justification": "Lavande-Zwick",
    "modifie": "Mimosa-Zwick",
    "document": "Nénuphar",
    "note": "Oeillet",
}


def _cle() -> dict[str, str]:
    return {"cle": str(uuid.uuid4())}


@pytest.fixture
def dossier(distribution) -> Dossier:
    """A case into which every private thing was typed, form by form."""
    moi = distribution.client("proprietaire")
    jour = str(distribution.point.aujourdhui())

    def envoyer(chemin: str, client=moi, **valeurs) -> None:
        reponse = client.post(f"/mediation/dossiers/{chemin}", valeurs)
        assert reponse.status_code == 302, (chemin, reponse.context and reponse.context["form"].errors)

    theme = {"theme": un_theme("logement").pk, "urgence": "normale", "origine": "personne"}
    ouverture = {"champ": "dans", "registre": "2", "mediateur": distribution.proprietaire.pk}
    ouverture |= theme | {"objet": MOTS["objet"], "institution": MOTS["institution"]}
    envoyer("nouveau/", **ouverture, **_cle())
    dossier = Dossier.objects.get()
    ref = dossier.reference
    personne = {c: MOTS[c] for c in ("nom", "telephone", "courriel", "adresse", "remarque")}
    envoyer(f"{ref}/parties/nouvelle/", role="demandeur", nature="personne", **personne, **_cle())
    autre = {"role": "autre_partie", "nature": "personne", "nom": MOTS["autre_nom"]}
    envoyer(f"{ref}/parties/nouvelle/", **autre, **_cle())
    for numero in (1, 2):
        parole = {"etat": "donne", "forme": "oral", "jour": jour}
        envoyer(f"{ref}/parties/{numero}/accord/", **parole, **_cle())
    envoyer(f"{ref}/etat/prise_de_contact/", depuis="demande")
    envoyer(f"{ref}/etat/en_cours/", depuis="prise_de_contact")
    etape = {"nature": "accord", "jour": jour, "resume": MOTS["resume"], "prive": MOTS["prive"]}
    etape |= {"parties": ["1", "2"], "e-TOTAL_FORMS": "1", "e-INITIAL_FORMS": "0"}
    etape |= {"e-0-texte": MOTS["engagement"], "e-0-echeance": jour, "e-0-partie": "1"}
    envoyer(f"{ref}/etapes/nouvelle/", **etape, **_cle())
    fichier = SimpleUploadedFile(f"{MOTS['document']}.pdf", un_pdf(), "application/pdf")
    envoyer(f"{ref}/documents/nouveau/", fichier=fichier, nature="piece", note=MOTS["note"], **_cle())
    envoyer(f"{ref}/conflit/", motif=MOTS["conflit"])
    responsable = distribution.client("responsable")
    envoyer(f"{ref}/conflit/1/", client=responsable, justification=MOTS["justification"])
    dossier.refresh_from_db()
    envoyer(f"{ref}/modifier/", **theme, objet=MOTS["modifie"], version=dossier.version)
    qui = {"a": distribution.collegue.pk, "de": distribution.proprietaire.pk}
    envoyer(f"{ref}/passer/", **qui, motif=MOTS["motif_passation"])
    dossier.refresh_from_db()
    envoyer(f"{ref}/etat/en_cours/", depuis=dossier.etat, motif=MOTS["motif_etat"])
    return dossier


def _tout() -> str:
    """Every row of every table, as text; binary columns come in hexadecimal."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [nom for (nom,) in curseur.fetchall()]
        lignes = []
        for table in tables:
            curseur.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 — names of our own tables
            lignes += [ligne for (ligne,) in curseur.fetchall()]
    return "\n".join(lignes)


def test_no_table_holds_what_was_typed(dossier):
    tout = _tout().lower()
    assert dossier.reference.lower() in tout
    trouves = [
        lieu
        for lieu, mot in MOTS.items()
        if mot.lower() in tout or mot.encode().hex() in tout or mot.lower().encode().hex() in tout
    ]
    assert trouves == []


def test_who_works_there_reads_it_all(dossier, distribution):
    page = distribution.client("collegue").get(f"/mediation/dossiers/{dossier.reference}/").content.decode()
    # The first subject and institution were replaced.
    attendus = {lieu: mot for lieu, mot in MOTS.items() if lieu not in ("objet", "institution")}
    assert [lieu for lieu, mot in attendus.items() if mot not in page] == []


@pytest.mark.parametrize("role", ["union", "direction", "auditeur", "etranger"])
def test_nobody_else_is_shown_a_word_of_it(dossier, distribution, role):
    client = distribution.client(role)
    for chemin in (f"dossiers/{dossier.reference}/", "dossiers/?vue=point", "redirections/"):
        page = client.get(f"/mediation/{chemin}").content.decode()
        assert [lieu for lieu, mot in MOTS.items() if mot in page] == []


def test_the_journal_tells_of_changes_without_their_words(dossier):
    journal = str(list(EntreeJournal.objects.values()))
    assert [lieu for lieu, mot in MOTS.items() if mot in journal] == []
