"""A file of a closed evaluation says what stood then: documents, actions, decisions, numbers."""

import subprocess
import sys
import threading
import uuid
from datetime import date

from django.conf import settings
from django.db import connection
from django.utils import timezone

from qualite import campagnes, echantillonnage
from qualite import preuves as ecriture
from qualite.arrets import arreter
from qualite.decisions import declarer_sans_objet
from qualite.evaluation import evaluer
from qualite.models import Evaluation, Exigence, FichierPreuve, Parametre
from qualite.parametres import decider_valeur
from qualite.rapports import instantane, logiciels, perimetre, pieces
from qualite.rapports.document import Document, contexte
from qualite.rapports.instantane import canonique
from qualite.suites_action import avancer
from tests.fabrique import un_acces, un_partenaire, une_personne
from tests.qualite.fabrique import une_preuve, une_version
from tests.qualite.fabrique_actions import amener, une_corrective
from tests.qualite.fabrique_campagnes import amener as amener_campagne
from tests.qualite.fabrique_campagnes import une_campagne
from tests.qualite.fabrique_rapports import un_rapport, un_rapport_pret

MOTIF = "Illisible."


def _arreter(distribution) -> Evaluation:
    evaluer()
    return arreter(distribution.union, "Avant l’audit", uuid.uuid4())


def _lire(distribution, evaluation: Evaluation | None = None, **champs) -> dict:
    """The snapshot of the point's file, made from this evaluation."""
    sujet = champs or {"point": distribution.point}
    jour = {"evaluation": evaluation, "au": evaluation.jour} if evaluation else {}
    return instantane.construire(un_rapport(distribution.union, **sujet, **jour), None, timezone.now())


def _references(contenu: dict) -> dict[str, str]:
    return {p["reference"]: p["etat"] for p in contenu["preuves"]}


def test_what_was_added_after_the_freezing_is_left_out(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    evaluation = _arreter(distribution)
    une_version(preuve, 2, distribution.point.aujourdhui())
    une_preuve(distribution.responsable, point=distribution.point)
    assert _references(_lire(distribution, evaluation)) == {f"P-{preuve.pk}.1": "en_vigueur"}
    assert len(_references(_lire(distribution))) == 2


def test_whatever_changed_since_the_public_script_makes_each_finding_again(distribution, tmp_path):
    evaluation = _arreter(distribution)
    une_preuve(distribution.responsable, point=distribution.point)
    seuil = Parametre.objects.get(code="registres_seuil_point", referentiel=evaluation.referentiel)
    decider_valeur(distribution.union, seuil, seuil.minimum, timezone.localdate(), "Pour voir.")
    exigence = Exigence.objects.get(referentiel=evaluation.referentiel, code="DEO-9")
    declarer_sans_objet(distribution.union, exigence, distribution.point, "Ici, personne.")
    for sujet in ({}, {"association": distribution.point.association}):
        contenu = _lire(distribution, evaluation, **sujet)
        assert contenu["seuils"] == evaluation.instantane["seuils"]
        chemin = tmp_path / "instantane.json"
        chemin.write_bytes(canonique(contenu))
        script = settings.BASE_DIR / "docs" / "refaire_les_constats.py"
        refait = subprocess.run([sys.executable, "-I", script, chemin], capture_output=True, check=False)
        assert refait.returncode == 0, refait.stdout


def test_a_document_erased_since_stands_with_what_became_of_it(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    evaluation = _arreter(distribution)
    ecriture.effacer(distribution.direction, preuve, "À sa demande.")
    contenu = _lire(distribution, evaluation)
    (lue,) = contenu["preuves"]
    assert (lue["etat"], lue["depuis"]["etat"], lue["depuis"]["motif"]) == (
        "en_vigueur",
        "effacee",
        "À sa demande.",
    )
    groupes = contexte(contenu, "0" * 64)["preuves"]
    assert [len(groupes[nom]) for nom in ("en_vigueur", "effacees")] == [1, 1]


def test_a_document_whose_file_is_gone_is_told_missing(distribution, monkeypatch):
    une_preuve(distribution.responsable, point=distribution.point)
    monkeypatch.setattr("qualite.rapports.documents.FichierPreuve.objects", FichierPreuve.objects.none())
    contenu = _lire(distribution)
    assert contenu["preuves"][0]["perdu"]
    assert "fichier manquant" in Document(canonique(contenu), "0" * 64).html()


def test_the_signed_account_that_proves_sui_3_stands_with_its_hash(distribution):
    association = distribution.point.association
    fin = date(distribution.point.aujourdhui().year - 1, 12, 31)
    bilan = un_rapport_pret(distribution.direction, genre="bilan", association=association, au=fin)
    for evaluation in (None, _arreter(distribution)):
        contenu = _lire(distribution, evaluation)
        (lu,) = contenu["preuves"]
        assert (lu["exigences"], lu["empreinte"]) == (["SUI-3"], bilan.fichier.empreinte)


def test_a_refused_version_stays_told_once_it_is_replaced(distribution):
    preuve = une_preuve(distribution.responsable, point=distribution.point)
    ecriture.refuser(distribution.union, preuve.versions.get(), MOTIF)
    une_version(preuve, 2, distribution.point.aujourdhui())
    contenu = _lire(distribution)
    assert _references(contenu) == {f"P-{preuve.pk}.1": "refusee", f"P-{preuve.pk}.2": "en_vigueur"}
    assert contenu["preuves"][0]["motif"] == MOTIF


def test_a_document_about_somebody_is_there_and_names_nobody(distribution):
    qui = distribution.proprietaire
    employeur = distribution.point.association
    preuve = une_preuve(distribution.responsable, ("ORG-1",), personne=qui, employeur=employeur)
    ailleurs = une_preuve(distribution.responsable, ("ORG-1",), personne=une_personne(), employeur=employeur)
    contenu = _lire(distribution)
    assert set(_references(contenu)) == {f"P-{preuve.pk}.1"}
    assert str(qui) not in str(contenu["preuves"])
    consolide = _lire(distribution, association=employeur)
    assert set(_references(consolide)) == {f"P-{preuve.pk}.1", f"P-{ailleurs.pk}.1"}


def test_an_action_closed_after_the_freezing_is_told_open(distribution):
    union, point = distribution.union, distribution.point
    action = une_corrective(distribution.responsable, distribution.proprietaire, point=point)
    action = amener(action, "realisee", tient=distribution.responsable, verifie=union)
    evaluation = _arreter(distribution)
    action = avancer(union, action, action.version, "efficace", motif="Constaté.", jour=point.aujourdhui())
    avancer(distribution.responsable, action, action.version, "close")
    une_corrective(distribution.responsable, distribution.proprietaire, point=point)
    (gelee,) = _lire(distribution, evaluation)["actions"]
    assert (gelee["etat"], gelee["ouverte"], gelee["verifiee_le"]) == ("Réalisée", True, None)
    assert [a["etat"] for a in _lire(distribution)["actions"]] == ["Close", "À faire"]


def test_a_cancelled_action_is_told_as_such_in_the_plan(distribution):
    action = une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)
    avancer(distribution.responsable, action, action.version, "annulee", motif="Fait ailleurs.")
    rapport = un_rapport(distribution.responsable, point=distribution.point, genre="plan")
    contenu = instantane.construire(rapport, None, timezone.now())
    html = Document(canonique(contenu), "0" * 64).html()
    assert contenu["actions"][0]["annulee_le"] == distribution.point.aujourdhui().isoformat()
    assert "Annulées sur la période" in html
    assert "Fait ailleurs." in html


def test_what_is_put_aside_after_the_freezing_is_not_told_and_a_consolidated_file_justifies_its_points(
    distribution,
):
    evaluation = _arreter(distribution)
    exigence = Exigence.objects.get(referentiel=evaluation.referentiel, code="DEO-9")
    declarer_sans_objet(distribution.union, exigence, distribution.point, "Ici, personne.")
    assert _lire(distribution, evaluation)["sans_objet"] == []
    dit = {"code": "DEO-9", "sujet": str(distribution.point), "motif": "Ici, personne."}
    for sujet in ({}, {"association": distribution.point.association}):
        (lue,) = _lire(distribution, **sujet)["sans_objet"]
        assert lue.items() >= dit.items()


def test_the_file_says_who_handed_in_the_self_evaluation_with_what_remark(distribution):
    union, point = distribution.union, distribution.point
    campagne = amener_campagne(une_campagne(union), "auto_evaluation", union, [point])
    echantillonnage.remettre(distribution.responsable, campagne.points.get(), "Deux postes vides.")
    campagne.refresh_from_db()
    campagne = campagnes.avancer(union, campagne, campagne.version, "revue")
    campagne = campagnes.avancer(union, campagne, campagne.version, "gel")
    contenu = _lire(distribution, campagne.evaluation)
    remise = contenu["evaluation"]["remise"]
    assert (remise["par"], remise["remarque"]) == (str(distribution.responsable), "Deux postes vides.")
    assert "Deux postes vides." in Document(canonique(contenu), "0" * 64).html()


def test_a_document_of_an_older_code_stands_at_its_requirement(distribution):
    une_preuve(distribution.responsable, ("VIEUX-1",), point=distribution.point)
    contenu = _lire(distribution)
    constat = next(c for c in contenu["constats"] if c["code"] == "CAD-4")
    constat["codes"].append("VIEUX-1")
    blocs = contexte(contenu, "0" * 64)["blocs"]
    assert next(c for b in blocs for c in b["constats"] if c["code"] == "CAD-4")["preuves"]


def test_a_change_of_the_network_s_own_number_is_told(distribution):
    nombre = Parametre.objects.filter(referentiel=None).order_by("rang")[0]
    valeur = nombre.minimum if nombre.minimum != nombre.defaut else nombre.maximum
    decider_valeur(distribution.union, nombre, valeur, timezone.localdate(), "Décidé en réunion.")
    contenu = _lire(distribution)
    lu = next(p for p in contenu["parametres"] if p["code"] == nombre.code)
    assert (lu["valeur"], lu["changements"][0]["motif"]) == (valeur, "Décidé en réunion.")
    tables = {p.nom: p.octets.decode() for p in pieces.joindre(contenu, b"")}
    assert "Décidé en réunion." in tables["changements.csv"]


def test_a_file_laid_out_later_says_with_what(distribution, monkeypatch):
    contenu = _lire(distribution)
    nouveaux = {"bibliotheques": {"weasyprint": "99.9"}, "polices": {}}
    for module in ("document", "pieces"):
        monkeypatch.setattr(f"qualite.rapports.{module}.logiciels", lambda: nouveaux)
    html = Document(canonique(contenu), "0" * 64).html()
    assert "weasyprint 99.9" in html
    assert "relevées avec" in html
    assert f"weasyprint {logiciels.logiciels()['bibliotheques']['weasyprint']}" in html
    composition = next(p for p in pieces.joindre(contenu, b"") if p.nom == "composition.json")
    assert b"99.9" in composition.octets


def test_what_is_written_while_a_snapshot_is_read_is_not_in_it(transactional_db, distribution, monkeypatch):
    vraiment = perimetre.decrire

    def decrire(*args):
        def nommer() -> None:
            un_acces(une_personne("Zoé", "Tardy"), "responsable", distribution.point)
            connection.close()

        ecrivain = threading.Thread(target=nommer)
        ecrivain.start()
        ecrivain.join()
        return vraiment(*args)

    monkeypatch.setattr(perimetre, "decrire", decrire)
    point, annee = distribution.point, timezone.localdate().year - 1
    fin = date(annee, 12, 31)
    for deja, genre in enumerate(("dossier", "plan", "attestations")):
        pris = instantane.prendre(un_rapport(distribution.union, point=point, genre=genre))
        assert instantane.ouvrir(pris).decode().count("Zoé") == deja
    partenaire = {"genre": "partenaire", "partenaire": un_partenaire("CAF"), "du": date(annee, 1, 1)}
    ici = {"point": point, "au": fin}
    for autre in (ici | {"genre": "bilan"}, ici | partenaire, {"genre": "bilan", "au": fin}, {}):
        assert instantane.prendre(un_rapport(distribution.union, **autre))  # none of these writes either
