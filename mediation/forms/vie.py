"""Forms of a case's life: changes of state, handing over, transfer, access, waiting, conflicts."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.text import capfirst

from accueil.models import Partenaire, PointAccueil, Utilisateur
from mediation.attentes import AttenteSaisie
from mediation.equipe import en_poste
from mediation.etats import Etat, Transition
from mediation.forms.champs import ChampCle, ChampLigne, ChampTexte, ChampVersion
from mediation.forms.dossiers import ReorientationForm, choix_partenaire
from mediation.models import Attente, Dossier
from mediation.models.vie import RetraitDe
from pimms.socle.formulaires import ChampDate, Formulaire, ligne

_MOTIFS = {
    Etat.CLOS: "ce qu’il faut retenir",
    Etat.RETRAIT: "pourquoi",
    Etat.REFUSE: "ce qui a été dit",
    Etat.DESACCORD: "ce qui sépare les parties",
}
_AIDES_MOTIF = {
    Etat.RETRAIT: "Une partie n’a jamais à se justifier. Un médiateur, si.",
    Etat.REFUSE: "Une partie n’a jamais à se justifier.",
}


def facultatif(libelle: str) -> str:
    """A label that says its field may stay empty, as `accueil.forms.champs` writes it."""
    return format_html('{}<span class="facultatif">facultatif</span>', capfirst(libelle))


class EtatForm(Formulaire):
    """What a change of state asks for. `depuis` is the state that this person saw."""

    depuis = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    motif = ChampTexte(rows=3, max_length=1000, required=False, label="pourquoi")

    def __init__(self, *args, transition: Transition, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        self.transition, self.dossier = transition, dossier
        self.initial["depuis"] = dossier.etat
        motif = self.fields["motif"]
        if transition.motif:
            motif.required, motif.label = True, "Pourquoi"
        elif transition.vers in _MOTIFS:
            motif.label = facultatif(_MOTIFS[transition.vers])
        motif.help_text = _AIDES_MOTIF.get(transition.vers, "")

    def precisions(self) -> dict[str, Any]:
        """What `changer_etat` takes besides the state."""
        return {c: v for c, v in self.cleaned_data.items() if c != "depuis"}


class OrienterForm(EtatForm):
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.none(), label="vers quel partenaire", empty_label="Choisir"
    )

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, dossier=dossier, **kwargs)
        choix_partenaire(self.fields["partenaire"], dossier.point)
        self.order_fields(["partenaire", "motif", "depuis"])
        self.helper.layout.fields[:] = ["partenaire", "motif", "depuis"]


class RetraitForm(EtatForm):
    """A party leaves without a reason; a médiateur gives one and proposes a relay (DEO-5)."""

    retrait_de = forms.ChoiceField(label="qui se retire", choices=RetraitDe.choices, widget=forms.RadioSelect)
    relais = ChampLigne(
        required=False,
        max_length=200,
        label="relais proposé aux parties",
        help_text="Si c’est le médiateur qui se retire\u202f: vers qui les parties peuvent se tourner.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.fields[:] = ["retrait_de", "motif", "relais", "depuis"]


class HorsChampForm(ReorientationForm):
    """A case found out of scope after all: towards whom the person goes."""

    cle = ChampCle()
    depuis = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    motif = ChampTexte(rows=3, max_length=1000, required=False, label="ce qui l’a montré")

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, point=dossier.point, **kwargs)
        self.initial["depuis"] = dossier.etat
        self.helper.layout.fields += ["motif", "depuis", "cle"]


class PassationForm(Formulaire):
    """To whom the case goes. `de` is who was in charge when the page was opened."""

    a = forms.ModelChoiceField(Utilisateur.objects.none(), label="à qui", empty_label="Choisir dans l’équipe")
    motif = ChampTexte(
        rows=3, max_length=1000, label="pourquoi", help_text="Absence, départ, conflit d’intérêts, langue…"
    )
    de = forms.IntegerField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["a"]
        champ.queryset = en_poste(dossier.point)
        if not self.is_bound:  # once sent, whom someone else chose meanwhile is told by the write
            champ.queryset = champ.queryset.exclude(pk=dossier.mediateur_id)
        self.initial["de"] = dossier.mediateur_id


class TransfertForm(Formulaire):
    vers = forms.ModelChoiceField(
        PointAccueil.objects.none(), label="à quel point", empty_label="Choisir un point du réseau"
    )
    motif = ChampTexte(
        rows=3, max_length=1000, label="pourquoi", help_text="Déménagement, proximité, langue…"
    )
    avec_identites = forms.BooleanField(
        required=False,
        label="Les parties sont d’accord pour que l’autre point reçoive leurs coordonnées "
        "et l’objet du dossier",
        help_text="Sans leur accord, l’autre point reçoit le thème, le registre, l’urgence et qui demande, "
        "sans aucun nom. Les notes et les documents restent ici dans tous les cas.",
    )
    depuis = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["vers"]
        champ.queryset = PointAccueil.objects.ouverts(dossier.point.aujourdhui()).exclude(pk=dossier.point_id)
        self.initial["depuis"] = dossier.etat


class AccesForm(Formulaire):
    """Who reads the case besides the person in charge."""

    qui = forms.ChoiceField(
        label="qui lit ce dossier",
        choices=[
            ("equipe", "Toute l’équipe du point"),
            ("nommees", "Seulement la personne qui en est chargée, et celles cochées ci-dessous"),
        ],
        widget=forms.RadioSelect,
    )
    personnes = forms.ModelMultipleChoiceField(
        Utilisateur.objects.none(),
        required=False,
        label="personnes nommées",
        widget=forms.CheckboxSelectMultiple,
    )
    version = ChampVersion()

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["personnes"]
        champ.queryset = en_poste(dossier.point).exclude(pk=dossier.mediateur_id)


class AttenteForm(Formulaire):
    """Whom one waits for, and when to remind them. `vue`: the wait that this person saw."""

    vue = forms.CharField(
        required=False, max_length=60, widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )
    de = forms.ChoiceField(label="qui doit répondre", choices=[("", "Choisir"), *Attente.De.choices])
    partenaire = forms.ModelChoiceField(
        Partenaire.objects.none(), required=False, label="lequel", empty_label="Aucun de la liste"
    )
    relance_le = ChampDate(
        label="le relancer le", help_text="D’ici là, ce dossier ne paraît plus dans « À suivre »."
    )

    def __init__(self, *args, dossier: Dossier, **kwargs):
        super().__init__(*args, **kwargs)
        choix_partenaire(self.fields["partenaire"], dossier.point, self.initial.get("partenaire"))
        self.helper.layout.fields[:] = [ligne("de", "partenaire"), "relance_le", "vue"]

    def saisie(self) -> AttenteSaisie:
        c = self.cleaned_data
        return AttenteSaisie(c["de"], c["relance_le"], c["partenaire"])


class ConflitForm(Formulaire):
    motif = ChampTexte(
        rows=3,
        max_length=1000,
        required=False,
        label="de quoi s’agit-il",
        help_text="Vous pouvez ne pas entrer dans le détail.",
    )


class JustificationForm(Formulaire):
    justification = ChampTexte(rows=3, max_length=1000, label="pourquoi la médiation peut continuer")
