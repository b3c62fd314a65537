"""The words of a self-evaluation, shared by rules and rows."""

from django.db import models


class Verdict(models.TextChoices):
    """Words of a self-evaluation; only an audit makes a non-conformité."""

    ATTEINT = "atteint", "Atteint"
    A_TRAITER = "a_traiter", "À traiter"
    PREUVE_MANQUANTE = "preuve_manquante", "Preuve manquante"
    SANS_OBJET = "sans_objet", "Sans objet"
    NON_EVALUE = "non_evalue", "Non évalué"
    MONTRE = "montre", "Montré, sans verdict"


class Qui(models.TextChoices):
    """Who can do something about it."""

    EQUIPE = "equipe", "l’équipe du point"
    RESPONSABLE = "responsable", "le responsable du point"
    DIRECTION = "direction", "la direction de l’association"
    UNION = "union", "l’union nationale"
