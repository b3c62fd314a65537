"""Forms of associations and points, with what is dated about them."""

from crispy_forms.layout import Div, Layout
from django import forms

from accueil.forms.champs import ChampCommune, ChampDate, Formulaire, FormulaireModele, verifier_periode
from accueil.models import (
    Association,
    ContratFranchise,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    PlageHoraire,
    PointAccueil,
)
from accueil.models.points import Jour
from accueil.reseau import Ouverture
from pimms.socle.textes import refuser_nir


def ligne(*champs: str) -> Div:
    """Fields side by side where the screen is wide enough."""
    return Div(*champs, css_class="champs-ligne")


class AssociationForm(FormulaireModele):
    commune = ChampCommune()

    class Meta:
        model = Association
        fields = ["nom", "siret", "adresse", "commune", "courriel", "telephone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "nom", "siret", ligne("adresse", "commune"), ligne("courriel", "telephone")
        )

    def clean_siret(self) -> str:
        return self.cleaned_data["siret"].replace(" ", "")


class PeriodeForm(FormulaireModele):
    """A dated row whose only fields are its two days."""

    class Meta:
        fields = ["debut", "fin"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(ligne("debut", "fin"))

    def clean(self):
        super().clean()
        donnees = self.cleaned_data
        verifier_periode(self, donnees.get("debut"), donnees.get("fin"))
        return donnees


class ContratForm(PeriodeForm):
    class Meta(PeriodeForm.Meta):
        model = ContratFranchise


class LabelForm(PeriodeForm):
    class Meta(PeriodeForm.Meta):
        model = LabelFranceServices


class ChampCode(forms.CharField):
    """A point's code, in capitals whatever was typed."""

    def to_python(self, value) -> str:
        return (super().to_python(value) or "").upper()


class PointForm(FormulaireModele):
    code = ChampCode(
        max_length=12,
        help_text="La ville, un tiret, le quartier, trois lettres chacun\u202f: LYO-GER.",
    )
    commune = ChampCommune()

    class Meta:
        model = PointAccueil
        fields = [
            "association",
            "code",
            "nom",
            "nature",
            "adresse",
            "code_postal",
            "commune",
            "telephone",
            "fuseau",
            "ouvert_le",
        ]
        help_texts = {
            "fuseau": "Les jours et les heures du point se comptent dans ce fuseau.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            "association",
            ligne("nom", "code"),
            ligne("nature", "ouvert_le"),
            "adresse",
            ligne("code_postal", "commune"),
            ligne("telephone", "fuseau"),
        )
        if self.instance.pk:
            self.fields["code"].disabled = True
            aide = "Il figure dans les adresses et les exports\u202f: il ne change plus."
            self.fields["code"].help_text = aide


class ServiceForm(FormulaireModele):
    """From when, and up to when, a point exists."""

    class Meta:
        model = PointAccueil
        fields = ["ouvert_le", "ferme_le"]
        help_texts = {
            "ferme_le": "Premier jour où le point n’existe plus. Effacez la date pour le rouvrir.",
        }


class FermetureForm(FormulaireModele):
    class Meta:
        model = Fermeture
        fields = ["debut", "fin", "motif", "annoncee_le"]
        labels = {"fin": "au (inclus)"}
        help_texts = {
            "motif": "En quelques mots, sans nom de personne\u202f: travaux, formation de l’équipe…",
            "annoncee_le": "Le jour où le public a été prévenu.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(ligne("debut", "fin"), "motif", "annoncee_le")

    def clean_motif(self) -> str:
        refuser_nir(self.cleaned_data["motif"])
        return self.cleaned_data["motif"]

    def clean(self):
        super().clean()
        donnees = self.cleaned_data
        verifier_periode(self, donnees.get("debut"), donnees.get("fin"))
        return donnees


class JourneeForm(FormulaireModele):
    commune = ChampCommune(required=False)

    class Meta:
        model = JourneeMobile
        fields = ["jour", "ouvre", "ferme", "lieu", "commune", "annulee"]
        labels = {"annulee": "Cette journée est annulée"}
        help_texts = {"lieu": "Place du marché, devant la mairie…"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("jour", ligne("ouvre", "ferme"), ligne("lieu", "commune"), "annulee")

    def clean_lieu(self) -> str:
        refuser_nir(self.cleaned_data["lieu"])
        return self.cleaned_data["lieu"]

    def clean(self):
        super().clean()
        donnees = self.cleaned_data
        ouvre, ferme = donnees.get("ouvre"), donnees.get("ferme")
        if ouvre and ferme and ferme <= ouvre:
            self.add_error("ferme", "La fin précède le début.")
        return donnees


class TourneeForm(JourneeForm):
    """A new day of a bus, which may come back each week."""

    jusqu_au = ChampDate(
        label="répéter chaque semaine jusqu’au",
        required=False,
        help_text="Vide pour un seul jour. Les jours fériés sont sautés.",
    )

    class Meta(JourneeForm.Meta):
        fields = ["jour", "ouvre", "ferme", "lieu", "commune"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            ligne("jour", "jusqu_au"), ligne("ouvre", "ferme"), ligne("lieu", "commune")
        )

    def clean(self):
        super().clean()
        donnees = self.cleaned_data
        verifier_periode(self, donnees.get("jour"), donnees.get("jusqu_au"), champ="jusqu_au")
        return donnees


PLAGES_PAR_JOUR = 2


class HorairesForm(Formulaire):
    """The whole week at once: up to two openings a day, from a date on."""

    du = ChampDate(label="à partir du")
    au = ChampDate(
        label="jusqu’au",
        required=False,
        help_text="Vide pour durer. Avec une date, les horaires d’aujourd’hui reprennent ensuite.",
    )

    def __init__(self, *args, plages: list[PlageHoraire] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        par_jour: dict[int, list[PlageHoraire]] = {}
        for plage in plages or []:
            par_jour.setdefault(plage.jour, []).append(plage)
        for jour in Jour:
            for n in range(PLAGES_PAR_JOUR):
                actuelle = dict(enumerate(par_jour.get(jour.value, []))).get(n)
                self._ajouter(jour, n, actuelle)

    def _ajouter(self, jour: Jour, n: int, plage: PlageHoraire | None) -> None:
        quand = "matin ou journée" if n == 0 else "après-midi"
        for cle, mot, valeur in (
            ("ouvre", "de", plage and plage.ouvre),
            ("ferme", "à", plage and plage.ferme),
        ):
            self.fields[f"{cle}_{jour.value}_{n}"] = forms.TimeField(
                required=False,
                initial=valeur,
                widget=forms.TimeInput(
                    format="%H:%M",
                    attrs={
                        "type": "time",
                        "class": "form-control",
                        "aria-label": f"{jour.label}, {quand}, {mot}",
                    },
                ),
                error_messages={"invalid": "Écrivez l’heure comme 9:30."},
            )

    def jours(self) -> list[dict]:
        """Rows for the page: a day, its pairs of fields, its errors."""
        rangs = []
        for jour in Jour:
            noms = [(f"ouvre_{jour.value}_{n}", f"ferme_{jour.value}_{n}") for n in range(PLAGES_PAR_JOUR)]
            erreurs = [e for paire in noms for nom in paire for e in self[nom].errors]
            rangs.append(
                {"nom": jour.label, "paires": [(self[o], self[f]) for o, f in noms], "erreurs": erreurs}
            )
        return rangs

    def clean(self):
        super().clean()
        donnees = self.cleaned_data
        verifier_periode(self, donnees.get("du"), donnees.get("au"), champ="au")
        self.semaine = [o for jour in Jour for o in self._ouvertures(jour)]
        return donnees

    def _ouvertures(self, jour: Jour) -> list[Ouverture]:
        trouvees: list[Ouverture] = []
        for n in range(PLAGES_PAR_JOUR):
            cle_o, cle_f = f"ouvre_{jour.value}_{n}", f"ferme_{jour.value}_{n}"
            ouvre, ferme = self.cleaned_data.get(cle_o), self.cleaned_data.get(cle_f)
            if not ouvre and not ferme:
                continue
            if not ouvre or not ferme:
                if cle_o not in self.errors and cle_f not in self.errors:
                    self.add_error(
                        cle_f if ouvre else cle_o, f"{jour.label.capitalize()}\u202f: il manque une heure."
                    )
            elif ferme <= ouvre:
                self.add_error(cle_f, f"{jour.label.capitalize()}\u202f: la fermeture précède l’ouverture.")
            else:
                trouvees.append(Ouverture(jour.value, ouvre, ferme))
        trouvees.sort(key=lambda o: o.ouvre)
        if len(trouvees) == PLAGES_PAR_JOUR and trouvees[0].ferme > trouvees[1].ouvre:
            self.add_error(
                f"ouvre_{jour.value}_1", f"{jour.label.capitalize()}\u202f: les deux plages se recouvrent."
            )
        return trouvees


class FiltrePoints(forms.Form):
    """Filters of the list of points, held in the URL; a value that no longer exists filters nothing."""

    q = forms.CharField(required=False, max_length=80, strip=True)
    region = forms.CharField(required=False, max_length=3)
    association = forms.IntegerField(required=False)
    nature = forms.ChoiceField(required=False, choices=PointAccueil.Nature)
    etat = forms.ChoiceField(required=False, choices=[("ouverts", ""), ("fermes", ""), ("labellises", "")])

    def valeurs(self) -> dict:
        self.is_valid()
        return {cle: self.cleaned_data.get(cle) for cle in self.fields if self.cleaned_data.get(cle)}
