"""The desk's form: one visit, one to ten requests; every refusal is a French sentence by its field."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cached_property

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict

from accueil.forms.champs import ChampCommune
from accueil.models import Partenaire, PointAccueil, Theme, Utilisateur
from accueil.models.visites import (
    DEMANDES_MAX,
    DUREE_MAX,
    DUREE_MIN,
    ISSUES_ORIENTEES,
    NOTE_MAX,
    PERSONNES_MAX,
    Aide,
    Canal,
    Genre,
    Issue,
    Situation,
    TrancheAge,
    Visite,
)
from accueil.registres import CHOIX as REGISTRES
from accueil.saisie import DemandeSaisie, VisiteSaisie, verifier_jour
from pimms.socle.textes import cle_tri, refuser_nir

CHIFFRES_MAX = 16  # digits of a key: no bigint overflows below
DUREES = (5, 10, 15, 30, 45, 60, 90)  # minutes, the buttons
CHOISIR = "Choisissez une des réponses proposées."


def _ou_rien(choix: Sequence[tuple]) -> Callable[[], list[tuple]]:
    """Choices with an empty one first; a function, because Django copies a list for each form."""
    return lambda: [("", ""), *choix]


class Catalogue:
    """Themes and partners one may choose at a point, each loaded once a form, when first asked for.

    `gardes`: keys of partners that a visit being corrected already names, even if retired since.
    `cles`: keys that the form sent, when it sent no name: only those are loaded.
    """

    def __init__(
        self, point: PointAccueil, gardes: Collection[int] = (), cles: Collection[int] | None = None
    ):
        self.point, self.gardes, self.cles = point, gardes, cles

    @cached_property
    def themes(self) -> dict[int, Theme]:
        return {t.pk: t for t in Theme.objects.all()}

    @cached_property
    def tous(self) -> dict[int, Partenaire]:
        """All partners that the point may choose."""
        partenaires = Partenaire.objects.utilisables(self.point.association_id)
        if self.gardes:
            partenaires |= Partenaire.objects.filter(pk__in=self.gardes)
        return {p.pk: p for p in partenaires}

    @cached_property
    def partenaires(self) -> dict[int, Partenaire]:
        """Those among which the answers are looked up: the chosen ones, or all when a name was typed."""
        if self.cles is None or self.gardes:
            return self.tous
        choisis = Partenaire.objects.filter(pk__in=self.cles)
        return {p.pk: p for p in choisis if p.est_utilisable(self.point.association_id)}

    def partenaire_nomme(self, nom: str) -> Partenaire | None:
        cle = cle_tri(nom)
        return next((p for p in self.tous.values() if p.nom_tri == cle), None)


class FormulaireAllege(forms.Form):
    """With `allege`, optional fields that were sent empty are left out: less to copy and to check.

    Only for a form that is expected to be valid; a refused one is made again whole, to be shown.
    """

    toujours: frozenset[str] = frozenset()

    def __init__(self, *args, allege: bool = False, **kwargs):
        donnees, prefixe = (args[0] if args else None), kwargs.get("prefix")
        if allege and donnees is not None:
            # Django copies the fields that it finds under this name.
            self.base_fields = {  # type: ignore[misc]
                nom: champ
                for nom, champ in type(self).base_fields.items()
                if champ.required
                or nom in self.toujours
                or donnees.get(f"{prefixe}-{nom}" if prefixe else nom)
            }
        super().__init__(*args, **kwargs)


class DemandeForm(FormulaireAllege):
    """One request. `partenaire_autre` is a name typed, when no chip was the right one."""

    theme = forms.IntegerField(
        error_messages={"required": "Choisissez un thème.", "invalid": "Ce thème n’existe pas."}
    )
    partenaire = forms.IntegerField(required=False, error_messages={"invalid": "Ce partenaire n’existe pas."})
    partenaire_autre = forms.CharField(
        required=False,
        max_length=80,
        error_messages={"max_length": "80 caractères au plus (ici %(show_value)d)."},
    )
    issue = forms.ChoiceField(
        choices=lambda: Issue.choices,
        error_messages={"required": "Choisissez un résultat.", "invalid_choice": CHOISIR},
    )
    vers = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": "120 caractères au plus (ici %(show_value)d)."},
    )
    registre = forms.TypedChoiceField(
        choices=_ou_rien(REGISTRES),
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": CHOISIR},
    )
    aide = forms.ChoiceField(
        choices=_ou_rien(Aide.choices),
        required=False,
        error_messages={"invalid_choice": CHOISIR},
    )

    def __init__(self, *args, catalogue: Catalogue, jour: date | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.catalogue, self.jour = catalogue, jour
        self.rang = (self.prefix or "d")[1:]
        self.autre_affiche = ""

    def montrer_autre(self, puces: Collection[Partenaire]) -> None:
        """Put into the free field a chosen partner that has no chip."""
        self.autre_affiche = self["partenaire_autre"].value() or ""
        choisi = str(self["partenaire"].value() or "")
        if not self.autre_affiche and choisi not in {str(p.pk) for p in puces}:
            choisis = [p.nom for p in self.catalogue.tous.values() if str(p.pk) == choisi]
            self.autre_affiche = choisis[0] if choisis else ""

    def clean_theme(self) -> Theme:
        theme = self.catalogue.themes.get(self.cleaned_data["theme"])
        if theme is None:
            raise ValidationError("Ce thème n’existe pas.", code="inconnu")
        if self.jour and not theme.est_utilisable_le(self.jour):
            successeur = self.catalogue.themes.get(theme.successeur_id or 0)
            suite = f" Utilisez « {successeur.nom} »." if successeur else ""
            raise ValidationError(
                f"« {theme.nom} » est retiré depuis le {theme.retire_le:%d/%m/%Y}.{suite}", code="retire"
            )
        return theme

    def clean_partenaire(self) -> Partenaire | None:
        pk = self.cleaned_data["partenaire"]
        if pk is None:
            return None
        partenaire = self.catalogue.partenaires.get(pk)
        if partenaire is None:
            raise ValidationError("Ce partenaire n’existe pas ou n’est plus utilisé.", code="inconnu")
        return partenaire

    def clean_partenaire_autre(self) -> Partenaire | None:
        nom = self.cleaned_data["partenaire_autre"]
        if not nom:
            return None
        partenaire = self.catalogue.partenaire_nomme(nom)
        if partenaire is None:
            raise ValidationError(
                "Aucun partenaire de ce nom : choisissez dans la liste, ou laissez vide.", code="inconnu"
            )
        return partenaire

    def clean_vers(self) -> str:
        vers = self.cleaned_data["vers"]
        refuser_nir(vers)
        return vers

    def saisie(self) -> DemandeSaisie:
        """The checked request; call it only on a valid form."""
        c = self.cleaned_data
        vers = c.get("vers", "") if c["issue"] in ISSUES_ORIENTEES else ""
        vers_partenaire = self.catalogue.partenaire_nomme(vers) if vers else None
        return DemandeSaisie(
            theme=c["theme"],
            issue=c["issue"],
            partenaire=c.get("partenaire_autre") or c.get("partenaire"),
            registre=c.get("registre"),
            aide=c.get("aide", ""),
            vers_partenaire=vers_partenaire,
            vers_texte="" if vers_partenaire else vers,
        )


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
        choices=_ou_rien(Genre.choices), required=False, error_messages={"invalid_choice": CHOISIR}
    )
    tranche_age = forms.ChoiceField(
        choices=_ou_rien(TrancheAge.choices), required=False, error_messages={"invalid_choice": CHOISIR}
    )
    situation = forms.ChoiceField(
        choices=_ou_rien(Situation.choices), required=False, error_messages={"invalid_choice": CHOISIR}
    )
    premiere_visite = forms.TypedChoiceField(
        choices=_ou_rien([("oui", "Oui"), ("non", "Non")]),
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
            self.add_error(
                None,
                f"La session est maintenant celle de {self.acteur}. "
                "Enregistrez de nouveau pour saisir à ce nom.",
            )
        point = donnees.get("point")
        if point and "jour" not in self.errors:
            donnees["jour"] = donnees.get("jour") or point.aujourdhui()
            try:
                verifier_jour(self.acteur, point, donnees["jour"])
            except ValidationError as erreur:
                self.add_error("jour", erreur)
        return donnees


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
            self.rangs = self._rangs(data)
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

    @staticmethod
    def _rangs(data: QueryDict) -> list[int]:
        lus = [int(r) for r in data.getlist("rang") if r.isdecimal() and len(r) < 4]
        return list(dict.fromkeys(lus))[: DEMANDES_MAX + 1] or [0]

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
        "demandes": [
            {
                "theme": d.theme_id,
                "partenaire": d.partenaire_id,
                "issue": d.issue,
                "vers": d.vers_partenaire.nom if d.vers_partenaire else d.vers_texte,
                "registre": d.registre,
                "aide": d.aide,
            }
            for d in visite.demandes.all()
        ],
    }
