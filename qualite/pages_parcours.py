"""What pages show of paths: a person's rows and figures, a team's table, numbers by point."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from accueil.acces import Portee
from accueil.equipe import points_geres
from accueil.models import PointAccueil, Utilisateur
from qualite.echeances import DES_PARCOURS, concerne
from qualite.faits_personnel import FaitsPersonnel
from qualite.lecture_parcours import Releve, lire_equipes, lire_personne
from qualite.models import FormationSuivie, Qualification, SeanceCollective, Tutorat
from qualite.parametres import valeurs_du_jour
from qualite.parcours import Parcours
from qualite.personnel import encadre, notes_de

Nature = SeanceCollective.Nature


@dataclass(frozen=True)
class Ligne:
    """One person of the team's table."""

    personne: Utilisateur
    parcours: Parcours
    a_confirmer: int = 0

    @property
    def qualification(self) -> str:
        """How a path of qualification is called, or ""."""
        trouvee = self.parcours.qualification
        return Qualification.Nature(trouvee[0]).label if trouvee else ""


@dataclass(frozen=True)
class EnNombres:
    """One point's numbers; `ouvert`: this person reads its team by name."""

    point: PointAccueil
    faits: FaitsPersonnel
    ouvert: bool


def points_suivis(portee: Portee) -> list[PointAccueil]:
    """Points in service today whose paths one looks after: with names, or numbers for the union."""
    return [p for p in points_geres(portee).select_related("association") if p.est_ouvert_le(p.aujourdhui())]


def page(personne: Utilisateur, points: Sequence[PointAccueil] | None, jour: date) -> dict[str, Any]:
    """A person's page: rows noted, figures by association; `points` None for oneself. Five statements."""
    releve = lire_personne(personne.pk, jour, valeurs_du_jour(jour))
    lieux = personne.portee.points if points is None else points
    noms: dict[int, list[str]] = {}  # of the person's points, by association
    for point in lieux:
        noms.setdefault(point.association_id, []).append(point.nom)
    tutorats = notes_de(Tutorat, personne, points).select_related("tuteur", "point_tuteur", "point")
    return {
        "personne": personne,
        "jour": jour,
        "annee": releve.annee,
        "chiffres": [
            (", ".join(noms[association]), association, p)
            for (association, _), p in releve.parcours.items()
            if association in noms and p.en_poste()
        ],
        "fiche": next((p.fiche for p in releve.parcours.values() if p.fiche), None),
        "qualifications": list(notes_de(Qualification, personne, points)),
        "formations": list(notes_de(FormationSuivie, personne, points)),
        "tutorats": list(tutorats),
        "analyses": _seances(releve, Nature.ANALYSE, points),
        "reunions": _seances(releve, Nature.REUNION, points),
    }


def _seances(releve: Releve, nature: str, points: Sequence[PointAccueil] | None) -> int:
    """Sessions that the person attended for these points (any, for oneself)."""
    cles = None if points is None else {p.pk for p in points}
    return sum(
        n for (point, quoi), n in releve.seances.items() if quoi == nature and (cles is None or point in cles)
    )


def equipe(point: PointAccueil, code: str = "") -> dict[str, Any]:
    """The médiateurs of a point in post, with where each stands; four statements. `code`: of a kind of lapse,
    for those alone whom it concerns."""
    jour = point.aujourdhui()
    releve = lire_equipes([point], jour, valeurs_du_jour(jour))
    parcours = releve.de_l_equipe(point)
    attente = FormationSuivie.objects.filter(
        personne__in=parcours, point__association=point.association_id, confirmee_le__isnull=True
    ).order_by()
    a_confirmer = dict(attente.values_list("personne").annotate(n=Count("pk")))
    montres = [pk for pk, p in parcours.items() if code not in DES_PARCOURS or concerne(code, p)]
    gens = Utilisateur.objects.filter(pk__in=montres)
    return {
        "echeance": DES_PARCOURS[code][0] if code in DES_PARCOURS else "",
        "annee": releve.annee,
        "faits": releve.du_point(point),
        "lignes": [Ligne(p, parcours[p.pk], a_confirmer.get(p.pk, 0)) for p in gens],
    }


def en_nombres(points: Sequence[PointAccueil], portee: Portee) -> dict[str, Any]:
    """Numbers point by point, nobody's name; each day is that of its own point. Two statements a day."""
    lignes: list[EnNombres] = []
    jours = sorted({p.aujourdhui() for p in points})
    annee = None
    for jour in jours:
        du_jour = [p for p in points if p.aujourdhui() == jour]
        releve = lire_equipes(du_jour, jour, valeurs_du_jour(jour))
        annee = releve.annee
        lignes += [EnNombres(p, releve.du_point(p), encadre(portee, p)) for p in du_jour]
    lignes.sort(key=lambda ligne: (ligne.point.nom_tri, ligne.point.pk))
    return {"lignes": lignes, "annee": annee}
