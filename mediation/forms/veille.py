"""Forms of the veille: an alert, its passing on, a partner's answer, the filter of the list."""

from datetime import date, timedelta
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.http import Http404, QueryDict

from accueil.champs import ChampCommune
from accueil.filtres import Options
from accueil.models import Partenaire, PointAccueil
from mediation.forms.actions import AvecCle, texte
from mediation.forms.mise_en_page import Puces, Volet, ligne
from mediation.models import Alerte, Transmission
from mediation.models.veille import GraviteAlerte, NatureAlerte
from mediation.tableau_veille import ICONES, FiltreAlertes, Situation
from mediation.veille import RELANCER_APRES, Signalement, vue_de
from pimms.socle.formulaires import INCONNU, RENVERSEE, AvecVersion, ChampDate, ChampJour, Formulaire

CHOISIR = "Choisissez."


class AlerteForm(Formulaire):
    """What is seen, where, how serious."""

    nature = forms.ChoiceField(
        label="De quoi s’agit-il\u202f?",
        choices=NatureAlerte.choices,
        error_messages={"invalid_choice": CHOISIR},
    )
    quoi = texte(
        "ce qui se passe",
        1000,
        "Les faits, sans nom de personne.",
        required=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lieu = texte("où", 120, required=True)
    gravite = forms.TypedChoiceField(
        label="Gravité",
        choices=GraviteAlerte.choices,
        coerce=int,
        initial=GraviteAlerte.MOYENNE.value,
        error_messages={"invalid_choice": CHOISIR},
    )
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.none(),
        label="transmise aujourd’hui à",
        required=False,
        empty_label="Personne encore",
    )
    jour = ChampDate(label="vu le")
    commune = ChampCommune(required=False)

    def __init__(self, *args, point: PointAccueil, **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["partenaire"].queryset = Partenaire.objects.utilisables(point.association_id)
        self.helper.layout = Layout(
            Puces("nature", tuiles=True, icones={n.value: i for n, i in ICONES.items()}),
            "quoi",
            "lieu",
            Puces("gravite"),
            "partenaire",
            Volet("Jour et commune", ligne("jour", "commune"), icone="calendar-event", discret=True),
        )

    def signalement(self) -> Signalement:
        """The checked alert; call it only when `is_valid()`."""
        donnees = self.cleaned_data
        noms = ("jour", "nature", "gravite", "quoi", "lieu", "commune")
        return Signalement(**{nom: donnees[nom] for nom in noms})


class SignalerForm(AvecCle, AlerteForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.fields += ["cle", "point"]


class CorrigerForm(AvecVersion, AlerteForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.oter("partenaire")
        self.helper.layout.append("version")


def initial_de_l_alerte(alerte: Alerte) -> dict:
    """Values of the form that stand for a recorded alert."""
    noms = ("nature", "quoi", "lieu", "gravite", "jour", "commune", "version")
    return {nom: getattr(alerte, nom) for nom in noms}


class TransmettreForm(Formulaire):
    partenaire = forms.ModelChoiceField(Partenaire.objects.none(), label="partenaire")
    transmise_le = ChampDate(label="transmise le")
    relance_le = ChampDate(label="relancer le")

    def __init__(self, *args, point: PointAccueil, **kwargs):
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["partenaire"].queryset = Partenaire.objects.utilisables(point.association_id)
        aujourdhui = point.aujourdhui()
        self.initial.setdefault("transmise_le", aujourdhui)
        self.initial.setdefault("relance_le", aujourdhui + timedelta(days=RELANCER_APRES))
        self.helper.layout = Layout("partenaire", ligne("transmise_le", "relance_le"))


class ReponseForm(Formulaire):
    """A partner's answer. `vue`: the one that this person saw."""

    vue = forms.CharField(
        required=False, max_length=60, widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )
    reponse = forms.ChoiceField(
        label="Réponse", choices=Transmission.Reponse.choices, error_messages={"invalid_choice": CHOISIR}
    )
    reponse_le = ChampDate(label="reçue le")
    reponse_texte = texte("ce qui a été répondu", 300, "Sans nom de personne. Reste au point.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Puces("reponse"), "reponse_le", "reponse_texte", "vue")


def initial_de_la_reponse(transmission: Transmission, aujourdhui: date) -> dict:
    """Values of the form that stand for a recorded answer, or for none yet."""
    return {
        "reponse": transmission.reponse,
        "reponse_le": transmission.reponse_le or aujourdhui,
        "reponse_texte": transmission.reponse_texte,
        "vue": vue_de(transmission),
    }


def _choix(label: str, vide: str, choix) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=lambda: [("", vide), *choix()],
        error_messages={"invalid_choice": INCONNU},
    )


class FiltreAlertesForm(forms.Form):
    """The filter's fields. Unknown keys of the URL are ignored."""

    du, au = ChampJour("Du"), ChampJour("Au")

    def __init__(self, data: QueryDict, options: Options) -> None:
        super().__init__(data)
        if len(options.points) > 1:
            self.fields["point"] = _choix(
                "Point", "Tous les points", lambda: [(code, p.nom) for code, p in options.points.items()]
            )
        self.fields["situation"] = _choix("Où en est-on", "Toutes", lambda: Situation.choices)
        self.fields["nature"] = _choix("De quoi s’agit-il", "Toutes", lambda: NatureAlerte.choices)
        self.fields["gravite"] = _choix("Gravité", "Toutes", lambda: GraviteAlerte.choices)
        self.fields["partenaire"] = _choix(
            "Transmise à", "Tous", lambda: [(cle, p.nom) for cle, p in options.partenaires.items()]
        )

    def clean(self):
        du, au = self.cleaned_data.get("du"), self.cleaned_data.get("au")
        if du and au and au < du:
            self.add_error("au", RENVERSEE)
        return self.cleaned_data


def lire_filtre(parametres: QueryDict, options: Options) -> tuple[FiltreAlertes, FiltreAlertesForm]:
    """Read the URL for this person. Raises Http404 for a point that they may not look at."""
    code = parametres.get("point", "")
    if code and code not in options.points:
        raise Http404
    point = options.points.get(code)
    if point is None and len(options.points) == 1:
        point = next(iter(options.points.values()))
    tous = None if options.portee.reseau else frozenset(p.pk for p in options.points.values())
    formulaire = FiltreAlertesForm(parametres, options)
    formulaire.is_valid()
    donnees = formulaire.cleaned_data
    renversee = "au" in formulaire.errors
    filtre = FiltreAlertes(
        aujourdhui=options.aujourdhui(point),
        points=frozenset({point.pk}) if point else tous,
        point=point,
        point_choisi=bool(code),
        situation=donnees.get("situation", ""),
        nature=donnees.get("nature", ""),
        gravite=int(donnees.get("gravite") or 0) or None,
        partenaire=options.partenaires[donnees["partenaire"]] if donnees.get("partenaire") else None,
        du=None if renversee else donnees.get("du"),
        au=None if renversee else donnees.get("au"),
    )
    return filtre, formulaire
