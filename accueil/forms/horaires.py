"""The form of a point's weekly hours."""

from django import forms

from accueil.models import PlageHoraire
from accueil.models.points import Jour
from accueil.reseau import Ouverture
from pimms.socle.formulaires import ChampDate, Formulaire

PLAGES_PAR_JOUR = 2


class HorairesForm(Formulaire):
    """The whole week at once: up to two openings a day, from a date on."""

    periode = ("du", "au")

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
        self.semaine = [o for jour in Jour for o in self._ouvertures(jour)]
        return self.cleaned_data

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
