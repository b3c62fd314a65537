"""Paths of the people in post, loaded for all points in one statement, then counted or shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from accueil.models import PointAccueil
from qualite.controles.resultat import Seuils
from qualite.etat_preuve import Version
from qualite.faits_personnel import FaitsPersonnel
from qualite.models import SeanceCollective
from qualite.parcours import Annee, Parcours, compter
from qualite.sources import Source

EXIGENCE_FICHE = "ORG-1"

# Médiateurs in post on the day, in these associations or at one point.
_EN_POSTE = """SELECT c.personne_id FROM accueil_acces c JOIN accueil_pointaccueil p ON p.id = c.point_id
  JOIN accueil_utilisateur u ON u.id = c.personne_id AND u.is_active
  WHERE c.role = 'mediateur' AND {ou} AND c.debut <= %(au)s AND (c.fin IS NULL OR c.fin >= %(au)s)"""
_UNE_PERSONNE = "SELECT %(personne)s::bigint AS personne_id"

# Sessions where someone of a point's team was noted present; each counts once.
_TENUES = """FROM qualite_seancecollective s JOIN qualite_pointseance l ON l.seance_id = s.id
JOIN qualite_presenceseance r ON r.lieu_id = l.id
WHERE s.jour BETWEEN %(du)s AND %(au)s AND {seances}"""
# Rows of a name, a person, an association, a key (point or proof), two days, a text and a number.
_PARCOURS = """
WITH gens AS MATERIALIZED (SELECT DISTINCT personne_id FROM ({gens}) g)
SELECT 'poste' AS nom, c.personne_id, p.association_id, c.point_id, c.debut, c.fin, '' AS mot, 0 AS nombre
FROM accueil_acces c JOIN gens USING (personne_id) JOIN accueil_pointaccueil p ON p.id = c.point_id
WHERE c.role = 'mediateur'
UNION ALL
SELECT 'absence', b.personne_id, NULL, NULL, b.debut, b.fin, '', 0
FROM accueil_absence b JOIN gens USING (personne_id)
UNION ALL
SELECT 'qualification', q.personne_id, p.association_id, NULL, q.debut, q.fin_prevue, q.nature, 0
FROM qualite_qualification q JOIN gens USING (personne_id) JOIN accueil_pointaccueil p ON p.id = q.point_id
UNION ALL
SELECT 'formation', f.personne_id, p.association_id, NULL, f.fin, NULL, '', f.heures
FROM qualite_formationsuivie f JOIN gens USING (personne_id) JOIN accueil_pointaccueil p ON p.id = f.point_id
WHERE f.confirmee_le IS NOT NULL AND f.fin BETWEEN %(du)s AND %(au)s
UNION ALL
SELECT 'tutorat', t.personne_id, p.association_id, NULL, t.debut, t.fin, '', 0
FROM qualite_tutorat t JOIN gens USING (personne_id) JOIN accueil_pointaccueil p ON p.id = t.point_id
UNION ALL
SELECT 'fiche', r.personne_id, r.employeur_id, r.id, v.debut, v.fin,
  coalesce((SELECT string_agg(e.nature, ' ' ORDER BY e.id) FROM qualite_evenementpreuve e
    WHERE e.version_id = v.id), ''), v.numero
FROM qualite_preuve r JOIN gens USING (personne_id) JOIN qualite_versionpreuve v ON v.preuve_id = r.id
WHERE r.exigences && ARRAY(SELECT x.code FROM qualite_exigence x
  WHERE %(fiche)s = ANY(x.code || x.anciens_codes))
UNION ALL
SELECT 'attestation', a.personne_id, NULL, NULL, a.jour, h.en_vigueur_le, '', 0
FROM qualite_attestation a JOIN gens USING (personne_id) JOIN qualite_charte h ON h.id = a.charte_id
UNION ALL
SELECT 'version', NULL, NULL, NULL, h.en_vigueur_le, NULL, '', 0 FROM qualite_charte h"""
_SEANCES = """
UNION ALL
SELECT 'seance', {presence}, NULL, l.point_id, NULL, NULL, s.nature, count(DISTINCT s.id)
{tenues} GROUP BY 2, 4, 7"""
# A practice-analysis session is the médiateurs': the manager alone makes none.
_ENTRE_MEDIATEURS = """(s.nature <> 'analyse' OR EXISTS (SELECT FROM accueil_acces c
  WHERE c.personne_id = r.personne_id AND c.point_id = l.point_id AND c.role = 'mediateur'
    AND c.debut <= s.jour AND (c.fin IS NULL OR c.fin >= s.jour)))"""
_TENUES_AUX_POINTS = _TENUES.format(seances=f"l.point_id = ANY(%(points)s) AND {_ENTRE_MEDIATEURS}")
ORDRE_DES_POINTS = (_PARCOURS + _SEANCES).format(
    gens=_EN_POSTE.format(ou="p.association_id = ANY(%(associations)s)"),
    presence="NULL::bigint",
    tenues=_TENUES_AUX_POINTS,
)
ORDRE_D_UNE_EQUIPE = _PARCOURS.format(gens=_EN_POSTE.format(ou="c.point_id = %(point)s"))
ORDRE_D_UNE_PERSONNE = (_PARCOURS + _SEANCES).format(
    gens=_UNE_PERSONNE,
    presence="r.personne_id",
    tenues=_TENUES.format(seances="r.personne_id = %(personne)s"),
)


def seances(nature: str) -> Source:
    """The sessions of a kind that a point counts, over the twelve months that end on the day."""
    texte = f"FROM (SELECT DISTINCT l.point_id, s.jour, s.id, s.nature {_TENUES_AUX_POINTS}) s"
    return Source(f"{texte} WHERE s.nature = '{nature}'", "s.point_id", "s.jour", "s.id")


Cle = tuple[int, int]  # an association's key, a person's


@dataclass
class Releve:
    """Paths by association and person; `seances` counts those of a point, by nature."""

    annee: Annee
    parcours: dict[Cle, Parcours] = field(default_factory=dict)
    seances: dict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))

    def de_l_equipe(self, point: PointAccueil) -> dict[int, Parcours]:
        """The médiateurs of a point in post on the day, by person's key."""
        return {
            personne: p
            for (association, personne), p in self.parcours.items()
            if association == point.association_id and p.en_poste(point.pk)
        }

    def du_point(self, point: PointAccueil) -> FaitsPersonnel:
        nature = SeanceCollective.Nature
        return compter(
            self.de_l_equipe(point).values(),
            reunions=self.seances.get((point.pk, nature.REUNION), 0),
            analyses=self.seances.get((point.pk, nature.ANALYSE), 0),
        )

    def de_l_association(self, association: int) -> FaitsPersonnel:
        return compter(p for (a, _), p in self.parcours.items() if a == association and p.en_poste())


def lire_equipes(points: Sequence[PointAccueil], jour: date, seuils: Seuils) -> Releve:
    """The paths of those in post in the associations of these points; one statement."""
    annee = Annee.du(jour, seuils)
    associations = {p.association_id for p in points}
    parametres = {"associations": list(associations), "points": [p.pk for p in points]}
    releve = _lire(ORDRE_DES_POINTS, annee, parametres)
    releve.parcours = {cle: p for cle, p in releve.parcours.items() if cle[0] in associations}
    return releve


def lire_equipe(point: PointAccueil, jour: date, seuils: Seuils) -> dict[int, Parcours]:
    """The paths of those in post at one point, by person's key, for who needs nothing else; one statement."""
    releve = _lire(ORDRE_D_UNE_EQUIPE, Annee.du(jour, seuils), {"point": point.pk})
    return releve.de_l_equipe(point)


def lire_personne(personne: int, jour: date, seuils: Seuils) -> Releve:
    """The paths of one person, in post or not, and the sessions that they attended; one statement."""
    return _lire(ORDRE_D_UNE_PERSONNE, Annee.du(jour, seuils), {"personne": personne})


def _lire(ordre: str, annee: Annee, parametres: dict[str, Any]) -> Releve:
    parametres |= {"du": annee.debut, "au": annee.jour, "fiche": EXIGENCE_FICHE}
    with connection.cursor() as curseur:
        curseur.execute(ordre, parametres)
        lignes = curseur.fetchall()
    par_nom: dict[str, list[tuple]] = defaultdict(list)
    for nom, *reste in lignes:
        par_nom[nom].append(tuple(reste))
    releve = Releve(annee)
    _ouvrir(releve, par_nom["poste"], tuple(v[3] for v in par_nom["version"]))
    _remplir(releve, par_nom)
    _partager(releve, par_nom)
    for _, _, point, _, _, nature, nombre in par_nom["seance"]:
        releve.seances[point, nature] += int(nombre)
    return releve


def _ouvrir(releve: Releve, postes: Iterable[tuple], versions: tuple[date, ...]) -> None:
    """A path for each association where a person is or was in post."""
    postes = list(postes)
    for personne, association, point, debut, fin, *_ in postes:
        parcours = releve.parcours.setdefault(
            (association, personne), Parcours(releve.annee, versions=versions)
        )
        parcours.postes.append((point, debut, fin))
    par_personne: dict[int, list[tuple[int, Parcours]]] = defaultdict(list)
    for (association, personne), parcours in releve.parcours.items():
        par_personne[personne].append((association, parcours))
    for personne, association, _, debut, fin, *_ in postes:
        for autre, parcours in par_personne[personne]:
            if autre != association:
                parcours.ailleurs.append((debut, fin))


def _remplir(releve: Releve, par_nom: dict[str, list[tuple]]) -> None:
    """What each employer noted, in its own path only."""
    for nom in ("qualification", "formation", "tutorat"):
        for personne, association, _, debut, fin, nature, nombre in par_nom[nom]:
            parcours = releve.parcours.get((association, personne))
            if parcours is None:
                continue
            if nom == "qualification":
                parcours.qualifications.append((nature, debut, fin))
            elif nom == "formation":
                parcours.formations.append((debut, nombre))
            else:
                parcours.tutorats.append((debut, fin))


def _partager(releve: Releve, par_nom: dict[str, list[tuple]]) -> None:
    """What is the person's own, in all their paths; a job description, in that of who added it."""
    par_personne: dict[int, list[Parcours]] = defaultdict(list)
    for (_, personne), parcours in releve.parcours.items():
        par_personne[personne].append(parcours)
    for personne, employeur, preuve, debut, fin, natures, numero in par_nom["fiche"]:
        version = Version(int(numero), debut, fin, tuple(natures.split()))
        siens = [releve.parcours.get((employeur, personne))] if employeur else par_personne[personne]
        for parcours in filter(None, siens):
            parcours.fiches.setdefault(preuve, []).append(version)
    for personne, _, _, debut, fin, *_ in par_nom["absence"]:
        for parcours in par_personne[personne]:
            parcours.absences.append((debut, fin))
    for personne, _, _, jour, version, *_ in par_nom["attestation"]:
        for parcours in par_personne[personne]:
            parcours.attestations.append((jour, version))
