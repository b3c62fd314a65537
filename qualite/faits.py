"""What was observed, as plain numbers: the only thing that rules read. No query here.

`qualite.chargement` fills this tree for all points, associations and the network at a date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from pimms.socle.periodes import Periode
from qualite.etat_preuve import Version
from qualite.faits_personnel import FaitsPersonnel
from qualite.models import Niveau

AUCUN_REGISTRE = (0,) * 8


@dataclass(frozen=True)
class PreuveLue:
    """A proof that speaks for a subject: the level that it was given at, its versions."""

    niveau: str
    versions: tuple[Version, ...]


# By requirement: the subject's own proofs first, then those of the levels above.
Documents = Mapping[str, tuple[PreuveLue, ...]]


@dataclass(frozen=True)
class FaitsPoint:
    """One point. Days are local to it; counts are over the period unless said « on the day »."""

    niveau: ClassVar[str] = Niveau.POINT
    jour: date
    depuis: date | None = None  # first day in service
    registres: tuple[int, ...] = AUCUN_REGISTRE  # documented interventions, register 1 first
    # Requests at the desk
    hors_champ: int = 0
    hors_champ_nommes: int = 0
    informer: int = 0
    faire_avec: int = 0
    faire_a_la_place: int = 0
    relations: int = 0  # accompanied, whose delay has run out
    relations_suivies: int = 0
    # Entries: how well they were kept
    interventions: int = 0
    tardives: int = 0
    visites: int = 0
    corrigees: int = 0
    estimees: int = 0
    retaguees: int = 0
    # Mediation
    accords_dus: int = 0  # parties, once for each exchange they took part in
    accords_donnes: int = 0
    retraits_mediateur: int = 0
    retraits_motives: int = 0
    retraits_parties: int = 0
    gestes_sous_mandat: int = 0
    gestes_mandat_valable: int = 0
    acces_identites: int = 0  # read, downloaded or printed
    acces_en_poste: int = 0  # of which by someone in post there on that day
    dossiers: int = 0  # active on the day
    dossiers_a_revoir: int = 0
    alertes: int = 0
    alertes_gardees: int = 0  # past the delay, passed on to nobody
    transmissions: int = 0
    transmissions_muettes: int = 0  # past the delay, neither answered nor reminded
    # Opening: None when no hours are known
    ouvertures: int | None = None
    ouvertures_muettes: tuple[date, ...] = ()
    fermetures: int = 0
    fermetures_tues: int = 0  # of which people were not warned
    # In post on the day, long absences left out
    agents: int = 0
    encadrants: int = 0
    france_services: bool = False
    # Médiateurs in post, and where they stand with the charter on the day
    charte_en_vigueur: bool = False
    mediateurs: int = 0
    mediateurs_attestes: int = 0
    mediateurs_en_retard: int = 0
    # Satisfaction: answers, satisfied ones, those of the last weeks, open questionnaires
    satisfaction: int = 0
    satisfaits: int = 0
    satisfaction_recentes: int = 0
    questionnaires: int = 0
    # Corrective actions of the point: closed in the period, open on the day, their due date moved,
    # cancelled in the period after it
    correctives_closes: int = 0
    correctives_a_temps: int = 0
    correctives: int = 0
    correctives_en_retard: int = 0
    correctives_reportees: int = 0
    correctives_annulees_tard: int = 0
    personnel: FaitsPersonnel = field(default_factory=FaitsPersonnel)
    preuves: Documents = field(default_factory=dict)


@dataclass(frozen=True)
class FaitsAssociation:
    """One association on the day: its points together, its contracts and conventions."""

    niveau: ClassVar[str] = Niveau.ASSOCIATION
    jour: date
    points_annee: int = 0  # in service at some time of the last ended year
    points_avant: int = 0  # and of the year before it
    bilan_annee: int = 0  # of its last yearly account that was signed by that day
    bilan: int = 0  # the key of that account
    registres: tuple[int, ...] = AUCUN_REGISTRE
    conflits: int = 0  # of interest: declared over the period, or still open
    conflits_traites: int = 0
    contrats: int = 0  # begun, in force or not
    contrats_en_vigueur: int = 0
    conventions: int = 0  # in force
    conventions_echues: int = 0  # lapsed, neither renewed nor denounced
    reclamations: int = 0  # received over the period, by its points
    reclamations_en_retard: int = 0  # answered after their day, or past it without an answer
    demandes_droits: int = 0
    demandes_droits_en_retard: int = 0
    incidents: int = 0
    incidents_sans_suite: int = 0  # past the delay
    personnel: FaitsPersonnel = field(default_factory=FaitsPersonnel)
    preuves: Documents = field(default_factory=dict)


@dataclass(frozen=True)
class FaitsReseau:
    """The network on the day: all points' registers together, its own conventions."""

    niveau: ClassVar[str] = Niveau.RESEAU
    jour: date
    registres: tuple[int, ...] = AUCUN_REGISTRE
    conventions: int = 0
    conventions_echues: int = 0
    audits_internes: int = 0  # campaigns « audit blanc » closed in the period
    preuves: Documents = field(default_factory=dict)


FaitsSujet = FaitsPoint | FaitsAssociation | FaitsReseau


@dataclass(frozen=True)
class Faits:
    """Everything observed at a date; points and associations by key."""

    periode: Periode
    reseau: FaitsReseau
    points: dict[int, FaitsPoint] = field(default_factory=dict)
    associations: dict[int, FaitsAssociation] = field(default_factory=dict)
