"""Forms of a session: the session itself, who was there for a point that took part."""

from datetime import date
from typing import Any

from django import forms

from accueil.models import Absence, PointAccueil, Utilisateur
from mediation.textes import refuser_secret
from pimms.socle.formulaires import ChampDate, Formulaire
from pimms.socle.textes import refuser_nir
from pimms.socle.typographie import duree
from qualite.forms.charte import ChampCle
from qualite.models import PointSeance, SeanceCollective
from qualite.seances import ENTREE_TARDIVE, Saisie, equipe_le

DUREES = (30, 60, 90, 120, 150, 180, 240, 300, 360, 420)  # minutes
DUREE_HABITUELLE = 120
ANIMATEUR, PRESENTS = "Qui l’anime, hors hiérarchie", "Qui était là"


def champ_presents() -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Utilisateur.objects.none(),
        label=PRESENTS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Une de ces personnes n’est pas de l’équipe."},
    )


class SeanceForm(Formulaire):
    """A session that was held; everyone in post today is there unless one says otherwise."""

    cle = ChampCle()
    nature = forms.ChoiceField(
        label="quoi", choices=SeanceCollective.Nature.choices, widget=forms.RadioSelect
    )
    jour = ChampDate(label="jour")
    duree = forms.TypedChoiceField(
        label="durée", coerce=int, choices=[(n, duree(n)) for n in DUREES], initial=DUREE_HABITUELLE
    )
    mode = forms.ChoiceField(label="où", choices=SeanceCollective.Mode.choices, widget=forms.RadioSelect)
    avec = forms.ModelChoiceField(PointAccueil.objects.none(), label="avec le point", required=False)
    avec_aussi = forms.ModelChoiceField(PointAccueil.objects.none(), label="et aussi", required=False)
    animateur = forms.CharField(
        label=ANIMATEUR,
        max_length=120,
        required=False,
        validators=[refuser_nir, refuser_secret],
        help_text="Pour une analyse\u202f: sa fonction ou son organisme, sans nom. Vide pour une réunion.",
    )
    presents = champ_presents()

    def __init__(
        self, *args, point: PointAccueil, seance: SeanceCollective | None = None, nature: str = "", **kwargs
    ):
        aujourdhui = point.aujourdhui()
        jour = seance.jour if seance else aujourdhui
        depuis = jour if seance else aujourdhui - ENTREE_TARDIVE
        if seance:
            initial = _valeurs(seance)
        else:
            initial = {
                "nature": nature or SeanceCollective.Nature.REUNION,
                "mode": SeanceCollective.Mode.SUR_PLACE,
                "jour": jour,
                "presents": _presents_par_defaut(point, jour),
            }
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if seance:
            del self.fields["cle"]
            self.cle_connue = seance.cle
            if seance.duree not in DUREES:
                champ_duree: Any = self.fields["duree"]
                champ_duree.choices = [(seance.duree, duree(seance.duree)), *champ_duree.choices]
        for nom in ("avec", "avec_aussi"):
            champ: Any = self.fields[nom]
            champ.queryset = PointAccueil.objects.ouverts(jour).exclude(pk=point.pk)
            champ.empty_label = "Aucun"
        self.fields["presents"].queryset = equipe_le(point, aujourdhui, depuis)  # type: ignore[attr-defined]
        # Due at times: neither is called optional.
        self.fields["animateur"].label, self.fields["presents"].label = ANIMATEUR, PRESENTS

    @property
    def ensemble(self) -> bool:
        """Whether the part about other points is to be seen at once."""
        return any(self[nom].value() or self[nom].errors for nom in ("avec", "avec_aussi"))

    def saisie(self) -> Saisie:
        c = self.cleaned_data
        return Saisie(
            cle=c.get("cle") or self.cle_connue,
            nature=c["nature"],
            jour=c["jour"],
            duree=c["duree"],
            mode=c["mode"],
            animateur=c["animateur"],
            autres=[p for p in dict.fromkeys((c["avec"], c["avec_aussi"])) if p],
            presents=list(c["presents"]),
        )


def _presents_par_defaut(point: PointAccueil, jour: date) -> list[int]:
    """Those in post on the day and not away."""
    absents = Absence.objects.en_vigueur(jour).values("personne")
    return list(equipe_le(point, jour).exclude(pk__in=absents).values_list("pk", flat=True))


def _valeurs(seance: SeanceCollective) -> dict[str, Any]:
    lieux = list(seance.lieux.prefetch_related("presences"))
    autres = [lieu.point_id for lieu in lieux if lieu.point_id != seance.point_id] + [None, None]
    ici = next((lieu for lieu in lieux if lieu.point_id == seance.point_id), None)
    return {
        "nature": seance.nature,
        "jour": seance.jour,
        "duree": seance.duree,
        "mode": seance.mode,
        "animateur": seance.animateur,
        "avec": autres[0],
        "avec_aussi": autres[1],
        "presents": [p.personne_id for p in ici.presences.all()] if ici else [],
    }


class PresentsForm(Formulaire):
    """Who of one's own point was at a session that another point noted."""

    presents = champ_presents()

    def __init__(self, *args, lieu: PointSeance, **kwargs):
        notes = list(lieu.presences.values_list("personne", flat=True))
        jour = lieu.seance.jour
        kwargs["initial"] = {"presents": notes or _presents_par_defaut(lieu.point, jour)}
        super().__init__(*args, **kwargs)
        self.fields["presents"].queryset = equipe_le(lieu.point, jour)  # type: ignore[attr-defined]
        self.fields["presents"].label = PRESENTS
