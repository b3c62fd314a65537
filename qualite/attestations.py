"""Who has attested the charter: situations of the people in post, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from accueil.models import Absence, Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Role
from qualite.models import Attestation, Charte
from qualite.parametres import valeurs_du_jour
from qualite.validite import Etat, Regles, Situation, situation


@dataclass(frozen=True)
class Ligne:
    """One person in post at a point, and where they stand on that point's day."""

    personne: Utilisateur
    situation: Situation
    derniere: Attestation | None = None


@dataclass
class Equipe:
    """The people of a point who must attest, those away for long left out; `jour` is the point's own."""

    point: PointAccueil
    jour: date
    charte: Charte | None = None  # in force on that day
    lignes: list[Ligne] = field(default_factory=list)

    def _compter(self, etat: Etat) -> int:
        return sum(ligne.situation.etat is etat for ligne in self.lignes)

    @property
    def a_jour(self) -> int:
        return self._compter(Etat.A_JOUR)

    @property
    def dans_le_delai(self) -> int:
        return self._compter(Etat.DANS_LE_DELAI)

    @property
    def en_retard(self) -> int:
        return self._compter(Etat.EN_RETARD)

    @property
    def manquantes(self) -> list[Ligne]:
        """Those whose attestation is missing, the most urgent first."""
        attendues = [ligne for ligne in self.lignes if ligne.situation.attendue]
        return sorted(attendues, key=lambda ligne: ligne.situation.echeance or date.max)


@dataclass
class Dossiers:
    """What the situations are made of, by person's key."""

    chartes: list[Charte]  # the latest to begin first, without their texts
    regles: Regles
    postes: dict[int, list[tuple[date, date | None]]]
    absences: dict[int, list[tuple[date, date | None]]]
    attestations: dict[int, list[Attestation]]

    def situation(self, personne_id: int, jour: date) -> Situation:
        return situation(
            jour,
            postes=self.postes[personne_id],
            absences=self.absences[personne_id],
            attestations=[(a.jour, a.charte.en_vigueur_le) for a in self.attestations[personne_id]],
            versions=[c.en_vigueur_le for c in self.chartes],
            regles=self.regles,
        )

    def charte(self, jour: date) -> Charte | None:
        """The version in force on a day."""
        return next((c for c in self.chartes if c.en_vigueur_le <= jour), None)

    def derniere(self, personne_id: int, jour: date) -> Attestation | None:
        return next((a for a in self.attestations[personne_id] if a.jour <= jour), None)


def _dossiers(personnes: Iterable[int], jour: date) -> Dossiers:
    """Five statements for any number of people."""
    personnes = set(personnes)
    # The same objects for all, so that the charters' long texts are read once.
    chartes = {c.pk: c for c in Charte.objects.defer("texte")}
    dossiers = Dossiers(
        chartes=list(chartes.values()),
        regles=Regles.lire(valeurs_du_jour(jour)),
        postes=defaultdict(list),
        absences=defaultdict(list),
        attestations=defaultdict(list),
    )
    for pk, debut, fin in _postes().filter(personne__in=personnes).values_list("personne", "debut", "fin"):
        dossiers.postes[pk].append((debut, fin))
    absences = Absence.objects.filter(personne__in=personnes)
    for pk, debut, fin in absences.values_list("personne", "debut", "fin"):
        dossiers.absences[pk].append((debut, fin))
    for attestation in Attestation.objects.filter(personne__in=personnes):
        attestation.charte = chartes[attestation.charte_id]
        dossiers.attestations[attestation.personne_id].append(attestation)
    return dossiers


def _postes():
    return Acces.objects.filter(role=Role.MEDIATEUR, point__isnull=False, personne__is_active=True)


def equipes(points: Iterable[PointAccueil], jour: date | None = None) -> list[Equipe]:
    """The situation of each médiateur in post at these points, six statements in all.

    On `jour`, else on each point's own today. Someone at two points is in both, with one attestation.
    """
    par_point = {p.pk: Equipe(p, jour or p.aujourdhui()) for p in points}
    jours = [e.jour for e in par_point.values()]
    if not jours:
        return []
    postes = _postes().filter(point__in=par_point).select_related("personne")
    acces = [
        a
        for a in postes.order_by("personne__nom_tri", "pk")
        if a.point_id and a.couvre(par_point[a.point_id].jour)
    ]
    dossiers = _dossiers({a.personne_id for a in acces}, max(jours))
    for equipe in par_point.values():
        equipe.charte = dossiers.charte(equipe.jour)
    for a in acces:
        equipe = par_point[a.point_id]
        ou_en_est = dossiers.situation(a.personne_id, equipe.jour)
        if ou_en_est.etat is not Etat.HORS_POSTE:
            derniere = dossiers.derniere(a.personne_id, equipe.jour)
            equipe.lignes.append(Ligne(a.personne, ou_en_est, derniere))
    return list(par_point.values())


def dossier_de(personne: Utilisateur, jour: date) -> Dossiers:
    """What one person's situation is made of, by the rules of that day; five statements."""
    return _dossiers({personne.pk}, jour)
