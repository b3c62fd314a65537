"""The desk's form: one visit, one to ten requests; every refusal is a French sentence by its field."""

import itertools
import uuid
from collections.abc import Collection, Iterable, Mapping

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from accueil.bureau import moment_de_saisie
from accueil.champs import ChampCommune
from accueil.forms.demande import CHOISIR, Catalogue, DemandeForm, FormulaireAllege, ou_rien
from accueil.models import Demande, PointAccueil, Utilisateur
from accueil.models.visites import (
    DEMANDES_MAX,
    DUREE_MAX,
    DUREE_MIN,
    NOTE_MAX,
    PERSONNES_MAX,
    Canal,
    Genre,
    Situation,
    TrancheAge,
    Visite,
)
from accueil.saisie import VisiteSaisie, recouvre, verifier_jour
from pimms.socle.textes import refuser_nir

CHIFFRES_MAX = 16  # digits of a key: no bigint overflows below
DUREES = (5, 10, 15, 30, 45, 60, 90)  # minutes, the buttons


def _entier(minimum: int, maximum: int, unite: str) -> forms.IntegerField:
    """An optional whole number whose refusals name the bounds and the unit."""
    bornes = f"Entre {minimum} et {maximum} {unite}."
    return forms.IntegerField(
        required=False,
        validators=[MinValueValidator(minimum, bornes), MaxValueValidator(maximum, bornes)],
        error_messages={"invalid": f"Écrivez un nombre de {unite}."},
    )


class VisiteForm(FormulaireAllege):
    """The visit around its requests. `duree_autre` (minutes) wins over the buttons."""

    toujours = frozenset({"point", "jour"})

    point = forms.CharField(max_length=12, required=False)
    cle = forms.UUIDField(
        error_messages={
            "required": "L’identifiant de saisie manque : enregistrez de nouveau.",
            "invalid": "L’identifiant de saisie est abîmé : enregistrez de nouveau.",
        }
    )
    version = forms.IntegerField(required=False)
    auteur = forms.IntegerField(required=False)
    jour = forms.DateField(
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        error_messages={"invalid": "Écrivez la date ainsi : 23/11/2026."},
    )
    canal = forms.ChoiceField(
        choices=lambda: Canal.choices, required=False, error_messages={"invalid_choice": CHOISIR}
    )
    duree = _entier(DUREE_MIN, DUREE_MAX, "minutes")
    duree_autre = _entier(DUREE_MIN, DUREE_MAX, "minutes")
    personnes = _entier(1, PERSONNES_MAX, "personnes")
    genre = forms.ChoiceField(
        choices=ou_rien(Genre.choices), required=False, error_messages={"invalid_choice": CHOISIR}
    )
    tranche_age = forms.ChoiceField(
        choices=ou_rien(TrancheAge.choices), required=False, error_messages={"invalid_choice": CHOISIR}
    )
    situation = forms.ChoiceField(
        choices=ou_rien(Situation.choices), required=False, error_messages={"invalid_choice": CHOISIR}
    )
    premiere_visite = forms.TypedChoiceField(
        choices=ou_rien([("oui", "Oui"), ("non", "Non")]),
        coerce=lambda v: v == "oui",
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": CHOISIR},
    )
    commune = ChampCommune(required=False)
    note = forms.CharField(
        required=False,
        max_length=NOTE_MAX,
        error_messages={"max_length": f"{NOTE_MAX} caractères au plus (ici %(show_value)d)."},
    )

    def __init__(self, *args, acteur: Utilisateur, **kwargs):
        super().__init__(*args, **kwargs)
        self.acteur = acteur

    def clean_point(self) -> PointAccueil:
        # The same words for a point that is another's and for one that is not: nothing is told.
        point = self.acteur.portee.point(self.cleaned_data["point"])
        if point is None:
            raise ValidationError("Vous ne pouvez pas saisir pour ce point.", code="point")
        return point

    def clean_note(self) -> str:
        note = self.cleaned_data["note"]
        refuser_nir(note)
        return note

    def clean(self) -> dict:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("auteur") not in (None, self.acteur.pk):
            # Someone else answered the question of an expired session on this shared screen.
            self.add_error(None, self._session_changee(donnees))
        point = donnees.get("point")
        if point and "jour" not in self.errors:
            donnees["jour"] = donnees.get("jour") or point.aujourdhui()
            try:
                verifier_jour(self.acteur, point, donnees["jour"])
            except ValidationError as erreur:
                self.add_error("jour", erreur)
        return donnees

    def _session_changee(self, donnees: dict) -> ValidationError:
        """Say whose session it is, and whether the first person's sending went through before."""
        deja = recouvre(self.acteur, donnees["auteur"], donnees["cle"]) if donnees.get("cle") else None
        suite = "Enregistrez de nouveau pour saisir à ce nom."
        if deja:
            suite = (
                f"{deja.auteur} a déjà enregistré cette visite, {moment_de_saisie(deja)}. "
                "N’enregistrez de nouveau que s’il s’agit d’une autre."
            )
        return ValidationError(f"La session est maintenant celle de {self.acteur}. {suite}", code="session")


def rangs_de(data: QueryDict) -> list[int]:
    """Numbers of the requests that were posted, in their order; 0 when none says its own."""
    lus = [int(r) for r in data.getlist("rang") if r.isdecimal() and len(r) < 4]
    return list(dict.fromkeys(lus))[: DEMANDES_MAX + 1] or [0]


class Saisie:
    """The whole form of the desk, bound (`data`) or not: the visit and its requests.

    Requests are named `d0-…`, `d1-…`; the field `rang` lists those present, in order.
    """

    def __init__(
        self,
        acteur: Utilisateur,
        point: PointAccueil,
        data: QueryDict | None = None,
        initial: Mapping | None = None,
        gardes: Collection[int] = (),
        allege: bool = False,
    ):
        self.acteur, self.point = acteur, point
        initial = initial or {}
        self.catalogue = Catalogue(point, gardes, None if data is None else self._cles(data))
        self.visite = VisiteForm(data, initial=initial, acteur=acteur, allege=allege)
        if data is None:
            contenus = initial.get("demandes") or [{}]
            self.rangs = list(range(len(contenus)))
        else:
            self.rangs = rangs_de(data)
            contenus = [{}] * len(self.rangs)
        jour = None
        if self.visite.is_bound:
            self.visite.full_clean()
            jour = self.visite.cleaned_data.get("jour")
        self.demandes = [
            DemandeForm(
                data,
                prefix=f"d{rang}",
                initial=contenu,
                catalogue=self.catalogue,
                jour=jour,
                allege=allege,
            )
            for rang, contenu in zip(self.rangs, contenus, strict=True)
        ]

    @staticmethod
    def _cles(data: QueryDict) -> set[int] | None:
        """Keys of the partners chosen; None when a name was typed, which takes the whole list."""
        if any(v for n, v in data.items() if n.endswith(("-partenaire_autre", "-vers"))):
            return None
        valeurs = (str(v) for n, v in data.items() if n.endswith("-partenaire"))
        return {int(v) for v in valeurs if v.isdecimal() and len(v) < CHIFFRES_MAX}

    def is_valid(self) -> bool:
        valides = [self.visite.is_valid(), *(d.is_valid() for d in self.demandes)]
        if len(self.demandes) > DEMANDES_MAX:
            self.visite.add_error(None, f"Une visite compte au plus {DEMANDES_MAX} demandes.")
            return False
        return all(valides)

    def saisie(self) -> VisiteSaisie:
        """The checked visit; call it only when `is_valid()`."""
        c = self.visite.cleaned_data
        return VisiteSaisie(
            cle=c["cle"],
            jour=c["jour"],
            demandes=[d.saisie() for d in self.demandes],
            canal=c.get("canal") or Canal.SUR_PLACE,
            duree=c.get("duree_autre") or c.get("duree"),
            personnes=c.get("personnes") or 1,
            genre=c.get("genre", ""),
            tranche_age=c.get("tranche_age", ""),
            situation=c.get("situation", ""),
            commune=c.get("commune"),
            premiere_visite=c.get("premiere_visite"),
            note=c.get("note", ""),
        )

    def ouverts(self) -> dict[str, bool]:
        """Which optional parts hold something, and so are shown open."""
        parties = {
            "public": ("genre", "tranche_age", "situation", "premiere_visite", "commune"),
            "note": ("note",),
            "jour": ("jour",),
        }
        return {
            partie: any(self.visite[nom].value() or nom in self.visite.errors for nom in noms)
            for partie, noms in parties.items()
        }

    def ajouter(self) -> None:
        """Add an empty request (the button of a browser without JavaScript)."""
        rang = max(self.rangs) + 1
        self.rangs.append(rang)
        self.demandes.append(DemandeForm(prefix=f"d{rang}", catalogue=self.catalogue, jour=None))

    @property
    def cle(self) -> str:
        """Identifier for the next try: the one received, replaced when it is missing or broken."""
        if "cle" in self.visite.errors:
            return str(uuid.uuid4())
        return str(self.visite["cle"].value())


def initial_de(visite: Visite) -> dict:
    """Values of the form that stand for a recorded visit."""
    note = getattr(visite, "note", None)
    return {
        "point": visite.point.code,
        "cle": visite.cle,
        "version": visite.version,
        "jour": visite.jour,
        "canal": visite.canal,
        "duree": None if visite.duree_estimee or visite.duree not in DUREES else visite.duree,
        "duree_autre": None if visite.duree_estimee or visite.duree in DUREES else visite.duree,
        "personnes": visite.personnes,
        "genre": visite.genre,
        "tranche_age": visite.tranche_age,
        "situation": visite.situation,
        "premiere_visite": {True: "oui", False: "non", None: ""}[visite.premiere_visite],
        "commune": str(visite.commune) if visite.commune else "",
        "note": note.texte if note else "",
        "demandes": [_champs(d) for d in visite.demandes.select_related("vers_partenaire")],
    }


def _champs(demande: Demande) -> dict:
    """Values of the form that stand for a recorded request."""
    vers = demande.vers_partenaire
    return {
        "id": demande.pk,
        "theme": demande.theme_id,
        "partenaire": demande.partenaire_id,
        "issue": demande.issue,
        "vers": vers.nom if vers else demande.vers_texte,
        "registre": demande.registre,
        "aide": demande.aide,
    }


def remettre(envoi: QueryDict, demandes: Iterable[Demande]) -> QueryDict:
    """What was posted, with these recorded requests back at their places."""
    envoi = envoi.copy()
    rangs = rangs_de(envoi)
    for demande in demandes:
        rang = next(n for n in itertools.count() if n not in rangs)
        rangs.insert(demande.rang, rang)
        for nom, valeur in _champs(demande).items():
            envoi[f"d{rang}-{nom}"] = "" if valeur is None else str(valeur)
    envoi.setlist("rang", [str(rang) for rang in rangs])
    return envoi


def sans_disparues(envoi: QueryDict, presentes: Collection[int]) -> QueryDict:
    """What was posted, where a request that the visit holds no longer becomes a new one."""
    envoi = envoi.copy()
    for rang in rangs_de(envoi):
        if envoi.get(f"d{rang}-id") not in {str(pk) for pk in presentes}:
            envoi[f"d{rang}-id"] = ""
    return envoi
