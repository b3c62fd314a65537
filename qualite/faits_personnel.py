"""What rules read of people in post and of their sessions: numbers only, never someone's own."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FaitsPersonnel:
    """Médiateurs in post on the day, long absences left out, and what was held over twelve months."""

    en_poste: int = 0
    fiches: int = 0  # a job description in force
    qualifies: int = 0
    qualifications_en_retard: int = 0  # neither qualified nor within the days of grace
    formes: int = 0  # the hours due were followed
    arrives: int = 0  # arrived within the twelve months
    tutores: int = 0
    tutorats_en_retard: int = 0
    reunions: int = 0
    analyses: int = 0
