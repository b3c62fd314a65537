"""Form for a step of a case, with the commitments of an agreement; form for what became of one."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BaseFormSet, formset_factory

from accueil.models import Partenaire
from accueil.models.visites import DUREE_MAX, DUREE_MIN
from accueil.registres import CHOIX as REGISTRES
from mediation.accords import ENGAGEMENTS_MAX, EngagementSaisi
from mediation.etapes import EtapeSaisie
from mediation.forms.champs import (
    ChampCle,
    ChampLigne,
    ChampMandat,
    ChampPartie,
    ChampParties,
    ChampTexte,
    ChampVersion,
    ChoixDeParties,
)
from mediation.forms.dossiers import choix_partenaire
from mediation.lecture import Lecture
from mediation.models import Engagement, Etape, Mandat, Partie
from pimms.socle.formulaires import ChampDate, Formulaire
from pimms.socle.typographie import date_courte

LIGNES = 3  # empty commitments offered
_BORNES = f"Entre {DUREE_MIN} et {DUREE_MAX} minutes."


class EngagementForm(Formulaire):
    """One commitment: who, what, by when. `numero` is that of one already recorded."""

    numero = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    texte = ChampLigne(label="Ce qui est promis", max_length=300)
    echeance = ChampDate(label="Pour le")
    partie = ChampPartie(label="Qui s’engage")

    def __init__(self, *args, choix: ChoixDeParties, **kwargs):
        super().__init__(*args, **kwargs)
        choix.offrir(self.fields["partie"])


Engagements = formset_factory(
    EngagementForm, extra=LIGNES, max_num=ENGAGEMENTS_MAX, absolute_max=ENGAGEMENTS_MAX
)


class EtapeForm(Formulaire):
    """A step, new or corrected (`etape`). The register of a noted one changes by a proposal, elsewhere."""

    cle = ChampCle()
    version = ChampVersion()
    nature = forms.ChoiceField(
        label="Quelle étape\u202f?",
        choices=Etape.Nature.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez le genre de l’étape."},
    )
    jour = forms.DateField(label="Jour")
    heure = forms.TimeField(label="Heure", required=False)
    duree = forms.IntegerField(
        label="Durée en minutes",
        required=False,
        validators=[MinValueValidator(DUREE_MIN, _BORNES), MaxValueValidator(DUREE_MAX, _BORNES)],
        error_messages={"invalid": "Écrivez un nombre de minutes."},
    )
    parties = ChampParties(
        label="Qui y a pris part\u202f?",
        required=False,
        help_text="Deux parties ensemble sont un échange, quelle que soit l’étape\u202f: l’accord de chacune "
        "à la médiation est noté avant. Avec une seule, rien n’est exigé.",
    )
    partenaire = forms.ModelChoiceField(
        label="Partenaire ou institution", queryset=Partenaire.objects.none(), required=False
    )
    resume = ChampTexte(
        label="Résumé partageable",
        required=False,
        help_text="Peut être lu aux parties\u202f: les faits, ce qui est convenu, sans jugement.",
    )
    prive = ChampTexte(
        label="Notes privées",
        required=False,
        help_text="Pour les médiateurs du point seulement\u202f: jamais montrées aux parties.",
    )
    registre = forms.TypedChoiceField(
        label="Registre secondaire",
        choices=[("", "Celui du dossier"), *REGISTRES],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Seulement si cette étape relève d’un autre registre que le dossier.",
    )
    mandat = ChampMandat(label="Fait à la place de la personne", required=False)

    def __init__(
        self,
        data=None,
        *,
        lecture: Lecture,
        parties: list[Partie],
        mandats: list[Mandat],
        engages: list[dict] | None = None,
        etape: Etape | None = None,
        **kwargs,
    ):
        super().__init__(data, **kwargs)
        for nom in ("cle", "registre") if etape else ("version",):
            del self.fields[nom]
        # A partner retired since stays the step's.
        garde = etape.partenaire_id if etape else None
        choix_partenaire(self.fields["partenaire"], lecture.dossier.point, garde)
        if parties:
            ChoixDeParties(lecture, parties).offrir(self.fields["parties"])
        else:
            del self.fields["parties"]
        self._offrir_mandats(mandats, lecture)
        principales = ChoixDeParties(lecture, [p for p in parties if p.principale])
        self.engagements: BaseFormSet = Engagements(
            data, prefix="e", initial=engages or [], form_kwargs={"choix": principales}
        )

    def _offrir_mandats(self, mandats: list[Mandat], lecture: Lecture) -> None:
        if not mandats:
            del self.fields["mandat"]
            return
        champ: ChampMandat = self.fields["mandat"]  # type: ignore[assignment]
        champ.offrir(mandats, lecture, "Non", "Oui, sous ce mandat\u202f: {}")

    def clean(self):
        donnees = super().clean() or self.cleaned_data
        if donnees.get("nature") == Etape.Nature.ACCORD and not self.engagements.is_valid():
            self.add_error(None, "Un engagement est incomplet\u202f: qui, quoi, pour quand.")
        return donnees

    def ecarts_des_lignes(self, valeurs: dict) -> list[tuple[str, str]]:
        """Recorded commitments that differ from what was typed, as label and recorded value."""
        lus = [getattr(f, "cleaned_data", {}) for f in self.engagements.forms]
        tapes = {e.get("numero"): (e.get("texte"), e.get("echeance"), e.get("partie")) for e in lus}
        ecarts = []
        for e in valeurs.get("engagements", []):
            texte, echeance, partie = tapes.get(e["numero"], (None, None, None))
            if (texte, echeance, partie and str(partie.numero)) != (e["texte"], e["echeance"], e["partie"]):
                ecarts.append(
                    (f"Engagement {e['numero']}", f"{e['texte']}, pour le {date_courte(e['echeance'])}")
                )
        return ecarts

    def saisie(self) -> EtapeSaisie:
        c = self.cleaned_data
        engagements = []
        if c["nature"] == Etape.Nature.ACCORD:
            lus = [f.cleaned_data for f in self.engagements.forms if f.has_changed() or f.initial]
            engagements = [
                EngagementSaisi(e["partie"], e["texte"], e["echeance"], e["numero"]) for e in lus if e
            ]
        return EtapeSaisie(
            nature=c["nature"],
            jour=c["jour"],
            heure=c["heure"],
            duree=c["duree"],
            parties=c.get("parties", []),
            partenaire=c["partenaire"],
            registre=c.get("registre"),
            mandat=c.get("mandat"),
            textes={"resume": c["resume"], "prive": c["prive"]},
            engagements=engagements,
            cle=c.get("cle"),
        )


def initial_d_etape(etape: Etape, lecture: Lecture, presents: list[Partie]) -> dict:
    """What the form shows of a step to who reads it."""
    return lecture.textes(etape) | {
        "version": etape.version,
        "nature": etape.nature,
        "jour": etape.jour,
        "heure": etape.heure,
        "duree": etape.duree,
        "partenaire": etape.partenaire_id,
        "registre": etape.registre,
        "mandat": etape.mandat and str(etape.mandat.numero),
        "parties": [str(p.numero) for p in presents],
    }


class SuiteEngagementForm(Formulaire):
    """What became of a commitment; `vue` is what this person saw of it."""

    vue = forms.CharField(
        required=False, max_length=10, widget=forms.HiddenInput(attrs={"autocomplete": "off"})
    )
    suite = forms.ChoiceField(
        label="Cet engagement est", choices=Engagement.Suite.choices, widget=forms.RadioSelect
    )
    jour = forms.DateField(label="Constaté le")
