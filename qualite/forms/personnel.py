"""Forms of a path: a qualification, a training, a tutoring."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accueil.models import PointAccueil
from mediation.textes import refuser_secret
from pimms.socle.formulaires import DERNIER_JOUR, ChampDate, FormulaireModele, ligne
from pimms.socle.textes import refuser_nir
from qualite.forms.charte import ChampCle
from qualite.models import FormationSuivie, Qualification, Tutorat
from qualite.models.personnel import HEURES_MAX, HEURES_MIN
from qualite.personnel import tuteurs_possibles

SANS_NOM = "Sans nom de personne."
PREMIERE_ANNEE = 1950  # of a diploma


class NoteForm(FormulaireModele):
    """A row about someone; where it is noted is asked only when several points are possible."""

    cle = ChampCle()
    point = forms.ModelChoiceField(PointAccueil.objects.none(), label="Notée à", empty_label=None)

    def __init__(self, *args, points: list[PointAccueil], **kwargs):
        # An instance not saved yet has no key, and would say so in the form.
        kwargs["initial"] = {"cle": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.oter("cle")
        if self.instance.pk is not None or len(points) < 2:
            self.oter("point")
        else:
            champ: Any = self.fields["point"]
            champ.queryset = PointAccueil.objects.filter(pk__in=[p.pk for p in points])
            champ.help_text = "Seule l’association de ce point lira cette ligne."
        self.mettre_en_page()

    def mettre_en_page(self) -> None:
        for nom in ("titre", "intitule", "organisme"):
            if nom in self.fields:
                self.fields[nom].validators += [refuser_nir, refuser_secret]


class QualificationForm(NoteForm):
    class Meta:
        model = Qualification
        fields = ["cle", "point", "nature", "intitule", "debut", "fin_prevue"]
        labels = {"nature": "quoi", "debut": "obtenue ou commencée le"}
        help_texts = {
            "intitule": f"Par exemple\u202f: titre de médiateur social accès aux droits. {SANS_NOM}",
            "fin_prevue": "Pour un parcours engagé seulement.",
        }

    def mettre_en_page(self) -> None:
        super().mettre_en_page()
        # A diploma may be older than any day of the network's.
        self.fields["debut"].validators = [_borner_annee]
        jours = self.helper.layout.fields
        jours[jours.index("debut") :] = [ligne("debut", "fin_prevue")]

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        parcours = donnees.get("nature") == Qualification.Nature.PARCOURS
        debut, fin = donnees.get("debut"), donnees.get("fin_prevue")
        if parcours and not fin and "fin_prevue" not in self.errors:
            self.add_error("fin_prevue", "Dites quand ce parcours doit finir.")
        elif fin and debut and fin < debut:
            self.add_error("fin_prevue", "La fin précède le début.")
        elif fin and donnees.get("nature") and not parcours:
            self.add_error("fin_prevue", "Seul un parcours engagé a une fin prévue.")
        return donnees


def _borner_annee(jour: date) -> None:
    if jour.year < PREMIERE_ANNEE or jour >= DERNIER_JOUR:
        raise ValidationError("L’année est à corriger.", code="annee")


class FormationForm(NoteForm):
    periode = ("debut", "fin")

    fin = ChampDate(label="dernier jour", required=False, help_text="Vide pour un seul jour.")
    heures = forms.DecimalField(
        label="durée, en heures",
        min_value=HEURES_MIN,
        max_value=HEURES_MAX,
        max_digits=4,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
        error_messages={
            "invalid": "Écrivez un nombre d’heures, comme 7 ou 3,5.",
            "min_value": "Une demi-heure au moins.",
            "max_value": "400 heures au plus.",
            "max_decimal_places": "Une décimale au plus, comme 3,5.",
            "max_digits": "400 heures au plus.",
            "max_whole_digits": "400 heures au plus.",
        },
    )

    class Meta:
        model = FormationSuivie
        fields = ["cle", "point", "titre", "organisme", "debut", "fin", "heures"]
        help_texts = {
            "titre": f"Par exemple\u202f: accueillir un public en colère. {SANS_NOM}",
            "organisme": "Qui l’a donnée.",
        }

    def mettre_en_page(self) -> None:
        super().mettre_en_page()
        champs = self.helper.layout.fields
        champs[champs.index("debut") :] = [ligne("debut", "fin", "heures")]

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        if not donnees.get("fin") and "fin" not in self.errors:
            donnees["fin"] = donnees.get("debut")
        return donnees


class TutoratForm(NoteForm):
    periode = ("debut", "fin")

    class Meta:
        model = Tutorat
        fields = ["cle", "point", "tuteur", "point_tuteur", "debut", "fin"]
        labels = {"point_tuteur": "ou un autre point", "debut": "à partir du", "fin": "jusqu’au (inclus)"}
        help_texts = {
            "tuteur": "Quelqu’un de l’association.",
            "point_tuteur": "Quand le tuteur est d’ailleurs dans le réseau.",
            "fin": "Vide tant qu’il dure.",
        }

    def mettre_en_page(self) -> None:
        super().mettre_en_page()
        note = self.instance
        tuteur: Any = self.fields["tuteur"]
        tuteur.queryset = tuteurs_possibles(note.point, note.personne)
        if note.tuteur_id:  # one who has left since stays chosen
            tuteur.queryset = tuteur.queryset | type(note.tuteur).objects.filter(pk=note.tuteur_id)
        ailleurs: Any = self.fields["point_tuteur"]
        ailleurs.queryset = PointAccueil.objects.ouverts(note.point.aujourdhui()).exclude(pk=note.point_id)
        # One of the two is due: neither is called optional.
        tuteur.label, ailleurs.label = "Tuteur", "Ou un autre point"
        champs = self.helper.layout.fields
        champs[champs.index("tuteur") :] = [ligne("tuteur", "point_tuteur"), ligne("debut", "fin")]

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        if not self.errors.keys() & {"tuteur", "point_tuteur"}:
            if not donnees.get("tuteur") and not donnees.get("point_tuteur"):
                self.add_error("tuteur", "Choisissez un tuteur, ou un autre point.")
            elif donnees.get("tuteur") and donnees.get("point_tuteur"):
                self.add_error("point_tuteur", "Un tuteur ou un point, pas les deux.")
        return donnees
