"""Forms for a party of a case, and for what it says of the mediation."""

from django import forms

from accueil.models import Partenaire
from mediation.consentements import SUITES, Parole
from mediation.forms.champs import (
    ChampCle,
    ChampLigne,
    ChampPartie,
    ChampTexte,
    ChampVersion,
    ChoixDeParties,
)
from mediation.forms.dossiers import choix_partenaire
from mediation.lecture import Lecture
from mediation.models import Consentement, Partie
from mediation.parties import PartieSaisie
from pimms.socle.formulaires import Formulaire, ligne

TEXTES = ("nom", "telephone", "courriel", "adresse", "remarque")


class PartieForm(Formulaire):
    """A party. What does not go with its kind or its role is hidden by the style sheet, and left out."""

    classe = "form-partie"

    cle = ChampCle()
    version = ChampVersion()
    role = forms.ChoiceField(label="Rôle dans le dossier", choices=Partie.Role.choices)
    nature = forms.ChoiceField(
        label="Qui est-ce\u202f?", choices=Partie.Nature.choices, initial=Partie.Nature.PERSONNE
    )
    nom = ChampLigne(
        label="Nom",
        required=False,
        help_text="Lu par l’équipe de ce point seulement. Ailleurs on ne voit que «\u202fPartie A\u202f».",
    )
    partenaire = forms.ModelChoiceField(
        label="Institution parmi les partenaires", queryset=Partenaire.objects.none(), required=False
    )
    represente = ChampPartie(label="Pour un représentant\u202f: qui est représenté\u202f?", required=False)
    protection = forms.ChoiceField(
        label="Majeur ou mineur",
        choices=Partie.Protection.choices,
        required=False,
        help_text="Pour un mineur ou un majeur protégé, ajoutez aussi la personne qui le représente.",
    )
    telephone = ChampLigne(label="Téléphone", required=False, max_length=40)
    courriel = ChampLigne(label="Adresse électronique", required=False, max_length=200)
    adresse = ChampLigne(label="Adresse", required=False, max_length=200)
    remarque = ChampTexte(
        label="Remarque",
        required=False,
        rows=2,
        max_length=500,
        help_text="Langue parlée, meilleur moment pour appeler… Rien sur la santé.",
    )
    informee_le = forms.DateField(
        label="Informée le",
        required=False,
        help_text="Du rôle du médiateur, du libre choix d’accepter ou de partir, et de ce qui est conservé.",
    )

    def __init__(self, *args, lecture: Lecture, parties: list[Partie], soi: Partie | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        choix_partenaire(self.fields["partenaire"], lecture.dossier.point, soi.partenaire_id if soi else None)
        autres = [p for p in parties if p.principale and p != soi]
        if autres:
            ChoixDeParties(lecture, autres).offrir(self.fields["represente"])
        else:
            self.oter("represente")
        self.oter("version" if soi is None else "cle")
        self.fields["nom"].label = "Nom"  # due for all but a partner
        presents = [nom for nom in ("cle", "version", "represente") if nom in self.fields]
        self.helper.layout.fields[:] = [
            ligne("role", "nature"),
            *presents,
            "partenaire",
            "nom",
            "protection",
            ligne("telephone", "courriel"),
            "adresse",
            "remarque",
            "informee_le",
        ]

    def saisie(self) -> PartieSaisie:
        c = self.cleaned_data
        represente = c["role"] == Partie.Role.REPRESENTANT
        return PartieSaisie(
            role=c["role"],
            nature=c["nature"],
            protection=c["protection"] if c["nature"] == Partie.Nature.PERSONNE else "",
            represente=c.get("represente") if represente else None,
            partenaire=c["partenaire"] if c["nature"] == Partie.Nature.INSTITUTION else None,
            informee_le=c["informee_le"],
            textes={nom: c[nom] for nom in TEXTES},
            cle=c.get("cle"),
        )


def initial_de_partie(partie: Partie, lecture: Lecture) -> dict:
    """What the form shows of a party to who reads it."""
    return lecture.textes(partie) | {
        "version": partie.version,
        "role": partie.role,
        "nature": partie.nature,
        "protection": partie.protection,
        "partenaire": partie.partenaire_id,
        "represente": partie.represente and str(partie.represente.numero),
        "informee_le": partie.informee_le,
    }


class ParoleForm(Formulaire):
    """What a party says of the mediation: only what may follow its last word is offered."""

    classe = "form-parole"

    cle = ChampCle()
    etat = forms.ChoiceField(label="Ce que dit la partie", widget=forms.RadioSelect)
    forme = forms.ChoiceField(
        label="L’accord est donné",
        choices=Consentement.Forme.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    jour = forms.DateField(label="Le")
    donne_par = ChampPartie(label="Dit par le représentant", required=False)

    def __init__(self, *args, lecture: Lecture, partie: Partie, representants: list[Partie], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["forme"].label = "L’accord est donné"
        derniere = partie.consentements.order_by("-jour", "-id").first()
        permis = SUITES[derniere.etat if derniere else ""]
        self.fields["etat"].choices = [  # type: ignore[attr-defined]
            c for c in Consentement.Etat.choices if c[0] in permis
        ]
        if representants:
            ChoixDeParties(lecture, representants).offrir(self.fields["donne_par"])
        else:
            self.oter("donne_par")

    def saisie(self) -> Parole:
        c = self.cleaned_data
        return Parole(c["etat"], c["jour"], c["forme"], c.get("donne_par"), c["cle"])


class RetraitForm(Formulaire):
    cle = ChampCle()
    jour = forms.DateField(label="À partir du")
