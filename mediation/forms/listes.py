"""Reading the filter of a list of cases from the URL."""

from typing import Any

from django import forms
from django.http import Http404, QueryDict

from accueil.filtres import Options
from accueil.forms.perimetre import lire_perimetre
from accueil.models import PointAccueil, Theme, Utilisateur
from accueil.registres import REGISTRES
from mediation.etats import Etat
from mediation.listes import HORS_ONGLETS, MIENS, POINT, FiltreDossiers, jour_de, onglets
from mediation.models import Dossier
from pimms.socle.formulaires import RENVERSEE, ChampJour

INCONNU = "Ce choix n’existe pas ou n’existe plus\u202f: il n’est pas appliqué."


def _choix(label: str, vide: str, choix) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", vide), *choix],
        error_messages={"invalid_choice": INCONNU},
    )


class FiltreForm(forms.Form):
    """Unknown keys of the URL are ignored. Days are of the opening; among closed cases, of the closing."""

    def __init__(self, data: QueryDict, points: list[PointAccueil], themes: list[Theme]) -> None:
        super().__init__(data)
        if len(points) > 1:
            self.fields["point"] = _choix("Point", "Tous", [(p.code, p.nom) for p in points])
        self.fields["etat"] = _choix("État", "Tous", Etat.choices)
        registres = [(str(r.numero), f"{r.numero}. {r.court}") for r in REGISTRES]
        self.fields["registre"] = _choix("Registre", "Tous", registres)
        self.fields["theme"] = _choix("Thème", "Tous", [(t.code, t.nom) for t in themes])
        self.fields["urgence"] = _choix("Urgence", "Toutes", Dossier.Urgence.choices)
        quoi = "Clos" if jour_de(data.get("vue", "")) == "clos_le" else "Ouvert"
        self.fields["du"], self.fields["au"] = ChampJour(f"{quoi} du"), ChampJour("Au")
        if data.get("miens"):
            self.fields["miens"] = forms.BooleanField(label="Les miens seulement", required=False)

    def clean(self) -> dict[str, Any]:
        lues = self.cleaned_data
        if lues.get("du") and lues.get("au") and lues["au"] < lues["du"]:
            self.add_error("au", RENVERSEE)
            del lues["du"]
        return lues


def lire_filtre(parametres: QueryDict, utilisateur: Utilisateur) -> tuple[FiltreDossiers, FiltreForm]:
    """Read the URL for this person; a value in error is left out and told beside its field.

    Raises Http404 for a point that they may not look at.
    """
    options = Options(utilisateur)
    par_code, points = options.points, list(options.points.values())
    code = parametres.get("point", "")
    if code and code not in par_code:
        raise Http404
    themes = list(Theme.objects.all())
    formulaire = FiltreForm(parametres, points, themes)
    formulaire.is_valid()
    c = formulaire.cleaned_data
    vues = [*HORS_ONGLETS, *(v for v, _ in onglets(utilisateur))]
    vue = parametres.get("vue", "")
    if vue not in vues:
        vue = MIENS if MIENS in vues and not parametres.keys() - {"curseur"} else POINT
    filtre = FiltreDossiers(
        vue=vue,
        point=par_code.get(code),
        etat=c.get("etat", ""),
        registre=int(c.get("registre") or 0) or None,
        theme=next((t for t in themes if t.code == c.get("theme")), None),
        urgence=c.get("urgence", ""),
        du=c.get("du"),
        au=c.get("au"),
        miens=c.get("miens", False),
        perimetre=lire_perimetre(parametres, options),
    )
    return filtre, formulaire


class RechercheForm(forms.Form):
    """The exact name of a party. Sent by POST: a name is written in no address and in no log."""

    nom = forms.CharField(
        label="Nom exact d’une partie",
        max_length=120,
        error_messages={"required": "Écrivez un nom."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
