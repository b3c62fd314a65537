"""Reasons, conflicts of interest and changed subjects are sealed as the rest of a case is."""

import pytest

from mediation.models import Dossier
from pimms.socle.models import EntreeJournal
from tests.fabrique import un_theme
from tests.mediation.en_clair import contenu_des_tables
from tests.mediation.fabrique import un_dossier

# One word that no table of names knows, for each place where something private is typed.
MOTS = {
    "conflit": "Kalmiazwick",
    "justification": "Lavandezwick",
    "modifie": "Mimosazwick",
    "institution": "Belvédèrezwick",
    "passation": "Jonquillezwick",
    "motif": "Iriszwick",
    "relais": "Hortensiazwick",
}


@pytest.fixture
def dossier(distribution) -> Dossier:
    """A case through the forms of its life."""
    dossier = un_dossier(distribution.proprietaire, distribution.point)

    def envoyer(suite: str, role: str = "proprietaire", **valeurs) -> None:
        client = distribution.client(role)
        reponse = client.post(f"/mediation/dossiers/{dossier.reference}/{suite}/", valeurs)
        assert reponse.status_code == 302, (suite, reponse.context["form"].errors)
        dossier.refresh_from_db()

    envoyer("conflit", motif=MOTS["conflit"])
    envoyer("conflit/1", "responsable", justification=MOTS["justification"])
    valeurs = {"theme": un_theme("logement").pk, "urgence": "normale", "origine": "personne"}
    valeurs |= {"objet": MOTS["modifie"], "institution": MOTS["institution"]}
    envoyer("modifier", **valeurs, version=dossier.version)
    qui = {"a": distribution.collegue.pk, "de": distribution.proprietaire.pk}
    envoyer("passer", **qui, motif=MOTS["passation"])
    retrait = {"depuis": "demande", "retrait_de": "mediateur"}
    envoyer("etat/retrait", "collegue", **retrait, motif=MOTS["motif"], relais=MOTS["relais"])
    return dossier


def test_no_table_holds_them(dossier):
    contenu = contenu_des_tables()
    assert dossier.reference.casefold() in contenu
    formes = {lieu: (mot.casefold(), mot.encode().hex()) for lieu, mot in MOTS.items()}
    assert [lieu for lieu, f in formes.items() if any(x in contenu for x in f)] == []


def test_who_works_there_reads_them(dossier, distribution):
    page = distribution.client("collegue").get(f"/mediation/dossiers/{dossier.reference}/").content.decode()
    assert [lieu for lieu, mot in MOTS.items() if mot not in page] == []


@pytest.mark.parametrize("role", ["union", "direction", "auditeur", "etranger"])
def test_nobody_else_is_shown_a_word_of_them(dossier, distribution, role):
    client = distribution.client(role)
    for chemin in (f"dossiers/{dossier.reference}/", "dossiers/?vue=point"):
        page = client.get(f"/mediation/{chemin}").content.decode()
        assert [lieu for lieu, mot in MOTS.items() if mot in page] == []


def test_the_journal_tells_of_changes_without_their_words(dossier):
    journal = str(list(EntreeJournal.objects.values()))
    assert [lieu for lieu, mot in MOTS.items() if mot in journal] == []
