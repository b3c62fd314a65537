"""Factories of what is heard: a questionnaire with answers, a complaint, a request, an incident."""

import uuid
from datetime import timedelta

from accueil.models import PointAccueil, Utilisateur
from pimms.socle.models import CleDonnees
from qualite.models import Avis, CommentaireAvis, DemandeDroits, Incident, Questionnaire, Reclamation


def un_questionnaire(point: PointAccueil, jeton: str = "k7qd2m4xrt9b") -> Questionnaire:
    return Questionnaire.objects.create(point=point, jeton=jeton, coffre=CleDonnees.creer())


def des_avis(questionnaire: Questionnaire, nombre: int = 1, visage: int = 4, il_y_a: int = 0) -> list[Avis]:
    jour = questionnaire.point.aujourdhui() - timedelta(days=il_y_a)
    return Avis.objects.bulk_create(
        Avis(
            point=questionnaire.point,
            questionnaire=questionnaire,
            cle=uuid.uuid4(),
            jour=jour,
            heure=10,
            visage=visage,
        )
        for _ in range(nombre)
    )


def un_commentaire(avis: Avis, texte: str = "Merci à toute l’équipe") -> CommentaireAvis:
    commentaire = CommentaireAvis(avis=avis, point_id=avis.point_id)
    coffre = avis.questionnaire.coffre.coffre
    commentaire.scelle = coffre.sceller(commentaire.usage, texte.encode())
    commentaire.save(force_insert=True)
    return commentaire


def _saisine(modele, auteur: Utilisateur, point: PointAccueil, il_y_a: int, delai: int, textes, **champs):
    """A row received so many days ago; `repondue_apres` says after how many days it was answered."""
    recue = point.aujourdhui() - timedelta(days=il_y_a)
    repondue_apres = champs.pop("repondue_apres", None)
    if repondue_apres is not None:
        champs["repondue_le"] = recue + timedelta(days=repondue_apres)
        champs.setdefault("issue", modele.Issue.values[0])
    prolongee_de = champs.pop("prolongee_de", None)
    if prolongee_de:
        champs |= {"prolongee_le": recue, "prolongee_au": recue + timedelta(days=delai + prolongee_de)}
    ligne = modele(
        point=point,
        auteur=auteur,
        cle=uuid.uuid4(),
        coffre=CleDonnees.creer(),
        recue_le=recue,
        echeance=recue + timedelta(days=delai),
        **champs,
    )
    ligne.sceller(textes)
    ligne.save(force_insert=True)
    return ligne


def une_reclamation(
    auteur: Utilisateur, point: PointAccueil, il_y_a: int = 0, objet: str = "accueil", **champs
) -> Reclamation:
    champs.setdefault("a_la_direction", objet == "responsable")
    textes = {"texte": "Une heure d’attente sans un mot.", "personne": "Madame Roux"}
    defauts = {"objet": objet, "canal": "sur_place"}
    return _saisine(Reclamation, auteur, point, il_y_a, 30, textes, **defauts | champs)


def une_demande_droits(
    auteur: Utilisateur, point: PointAccueil, il_y_a: int = 0, droit: str = "acces", **champs
) -> DemandeDroits:
    textes = {"personne": "Monsieur Blanc, 06 00 00 00 00", "texte": "Tout ce qui me concerne."}
    return _saisine(DemandeDroits, auteur, point, il_y_a, 30, textes, droit=droit, **champs)


def un_incident(auteur: Utilisateur, point: PointAccueil, il_y_a: int = 0, **champs) -> Incident:
    defauts = {"lieu": "accueil", "nature": "menace", "gravite": 2}
    ligne = Incident(
        point=point,
        auteur=auteur,
        cle=uuid.uuid4(),
        coffre=CleDonnees.creer(),
        jour=point.aujourdhui() - timedelta(days=il_y_a),
        **defauts | champs,
    )
    ligne.sceller({"texte": "Un homme a menacé Karim à la porte."})
    ligne.save(force_insert=True)
    return ligne
