"""Progress on a terminal: one line that fills up, step after step; nothing elsewhere."""

import time
from typing import TextIO

from pimms.socle.typographie import nombre, pourcentage

LARGEUR = 28
PAS = 0.1  # seconds between two drawings


class Avancement:
    """A step is named by `etape`, then moves by `avancer`. A step without a total shows its time only."""

    def __init__(self, flux: TextIO, visible: bool | None = None) -> None:
        self.flux = flux
        self.visible = flux.isatty() if visible is None else visible
        self.nom, self.fait, self.total = "", 0, 0
        self.debut = self.dessine = 0.0
        self.durees: dict[str, float] = {}  # seconds, by step

    def etape(self, nom: str, total: int = 0) -> None:
        """Close the step before and open this one."""
        self.clore()
        self.nom, self.fait, self.total, self.debut = nom, 0, total, time.monotonic()
        self._dessiner()

    def avancer(self, pas: int = 1) -> None:
        """Move the open step on."""
        self.fait += pas
        if time.monotonic() - self.dessine > PAS:
            self._dessiner()

    def clore(self) -> None:
        """Leave the line of the open step as it ended."""
        if self.nom:
            self.durees[self.nom] = time.monotonic() - self.debut
            self._dessiner(fin="\n")
        self.nom = ""

    def _dessiner(self, fin: str = "") -> None:
        if not self.visible:
            return
        self.dessine = time.monotonic()
        ligne = f"{self.nom:<12}"
        if self.total:
            part = min(self.fait / self.total, 1)
            plein = round(part * LARGEUR)
            ligne += f" {'█' * plein}{'░' * (LARGEUR - plein)} {pourcentage(part):>5}"
            ligne += f"  {nombre(min(self.fait, self.total))} / {nombre(self.total)}"
        ligne += f"  {nombre(self.dessine - self.debut, 1)} s"
        self.flux.write(f"\r\x1b[2K{ligne}{fin}")
        self.flux.flush()
