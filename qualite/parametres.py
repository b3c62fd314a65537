"""Which version applies, and with which numbers: the only doors for those decisions."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Subquery
from django.db.models.functions import Coalesce

from accueil.models import Utilisateur
from pimms.socle.journal import MODIFIE, journaliser
from qualite.models import Application, Exigence, Parametre, Referentiel, Valeur
from qualite.models.referentiel import parametres_au

PUBLICATION = date(2016, 12, 1)  # of XP X60-600

# The numbers that the code reads and a version's text gives: no version is loaded or applied without them.
# A number that the code needs later goes to the network's own file, where it can be added.
LUS = frozenset((
    "registres_seuil", "registres_seuil_point", "registres_periode",
    "registres_repere", "demarrage", "attestation_delai",
    "attestation_duree", "absence_longue", "demandes_personnes_delai",
    "demandes_personnes_prolongation", "analyse_pratique", "saisie_retard",
    "saisie_retard_part", "dossier_revue", "suite_delai",
    "reclamation_delai", "formation_heures", "satisfaction_reponses",
    "veille_relance", "reunions_equipe",
))  # fmt: skip

# For how many months the document of a requirement counts, by its code in the first version.
PERIODES = {
    "CAD-3": "utilite_sociale_periode",
    "SUI-3": "bilan_periode",
    "SUI-6": "revue_direction_periode",
    "SUI-7": "audits_internes_periode",
}


def renouveler(exigences: Iterable[Exigence], seuils: Mapping[str, int]) -> None:
    """Give requirements whose document is to be renewed the months that the network goes by."""
    for exigence in exigences:
        for code in exigence.lignee:
            if code in PERIODES:
                exigence.periodicite = seuils[PERIODES[code]]


def manquants(codes: Iterable[str]) -> list[str]:
    """The numbers that the code reads and that are not among these."""
    return sorted(LUS.difference(codes))


def en_vigueur(jour: date) -> Referentiel:
    """The version that the network goes by on a day (the first one before any decision)."""
    application = Application.objects.en_vigueur(jour).select_related("referentiel").first()
    return application.referentiel if application else Referentiel.objects.order_by("pk")[0]


def valeurs_du_jour(jour: date) -> dict[str, int]:
    """Each parameter's value on a day, by the version in force then; one statement."""
    return {code: valeur for code, (valeur, _) in valeurs_datees(jour).items()}


def valeurs_datees(jour: date) -> dict[str, tuple[int, date | None]]:
    """Each parameter's value on a day, and since when it was decided (None: the file's); one statement."""
    application = Application.objects.en_vigueur(jour).values("referentiel")[:1]
    premiere = Referentiel.objects.order_by("pk").values("pk")[:1]
    retenues = parametres_au(Coalesce(Subquery(application), Subquery(premiere)), jour)
    return {code: (n, depuis) for code, n, depuis in retenues.values_list("code", "actuelle", "depuis")}


def decider_valeur(acteur: Utilisateur, parametre: Parametre, valeur: int, debut: date, motif: str) -> Valeur:
    """Give a parameter another value from a day on, with a reason; earlier days keep theirs.

    Raises ValidationError beside the field: out of the bounds, a day already gone, nothing changed.
    """
    erreurs = {}
    if not parametre.minimum <= valeur <= parametre.maximum:
        erreurs["valeur"] = f"Entre {parametre.minimum} et {parametre.maximum} {parametre.unite}."
    if debut < date.today():
        erreurs["debut"] = "Le passé garde sa valeur : choisissez aujourd’hui ou plus tard."
    if not erreurs and _valeur_de(parametre, debut) == valeur:
        erreurs["valeur"] = "C’est déjà la valeur à cette date."
    if erreurs:
        raise ValidationError(erreurs)
    with transaction.atomic():
        ligne = Valeur.objects.create(
            parametre=parametre, valeur=valeur, debut=debut, motif=motif, par=acteur
        )
        journaliser(
            acteur,
            "decider",
            ligne,
            apres={"parametre": parametre.code, "valeur": valeur, "debut": debut, "motif": MODIFIE},
        )
    return ligne


def _valeur_de(parametre: Parametre, jour: date) -> int:
    """What a parameter is worth on a day."""
    lignes = parametres_au(parametre.referentiel or en_vigueur(jour), jour)
    return lignes.get(pk=parametre.pk).actuelle


def appliquer(acteur: Utilisateur | None, referentiel: Referentiel, debut: date) -> Application:
    """Make the network go by this version from a day on; the one before ends the day before.

    Raises ValidationError when another version was to begin on or after that day, or when the version lacks
    a number that the code reads.
    """
    if manque := manquants(referentiel.parametres.values_list("code", flat=True)):
        message = f"Cette version ne donne pas tous les nombres\u202f: il manque {', '.join(manque)}."
        raise ValidationError({"referentiel": message})
    with transaction.atomic():
        derniere = Application.objects.select_for_update().order_by("-debut").first()
        if derniere and derniere.debut >= debut:
            commence = f"{derniere.debut:%d/%m/%Y}"
            raise ValidationError(
                {"debut": f"La version en place commence le {commence} : prenez un jour après."}
            )
        if derniere and derniere.referentiel_id == referentiel.pk:
            raise ValidationError({"referentiel": "C’est déjà la version en place."})
        if derniere:
            derniere.fin = debut - timedelta(days=1)
            derniere.save(update_fields=["fin"])
        nouvelle = Application.objects.create(referentiel=referentiel, debut=debut, decidee_par=acteur)
        journaliser(acteur, "appliquer", nouvelle, apres={"referentiel": referentiel.code, "debut": debut})
    return nouvelle
