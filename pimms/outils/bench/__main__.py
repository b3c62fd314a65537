"""`python -m pimms.outils.bench`: measure, print, write docs/performance.md; exit code 1 on a missed limit.

Run it under `python -m pimms.services exec --instance bancs --`, which gives the two addresses.
BENCH_VISITES (10,000,000), BENCH_PETIT (100,000) and BENCH_MILLION (1,000,000) set the sizes of the
databases, BENCH_CAMPAGNE (68) the number of points of the campaign whose reports are made. `tableau` needs
all three databases: that of a million visits is filled anew each time, the others are kept.
"""

import argparse
import os
import subprocess
import sys
from contextlib import ExitStack
from datetime import date

from pimms.outils.bench import (
    agregats,
    bases,
    enonces,
    export,
    journal,
    mediation,
    protection,
    qualite,
    rapport,
    rapports,
    saisie,
    tableau,
)
from pimms.outils.bench.bases import PREFIXE, RACINE, Base
from pimms.outils.bench.client import Ouvrier
from pimms.outils.bench.resultats import Ligne, Tableau

SUR_DEUX_BASES = {"journal": journal, "tableau": tableau}
SUR_LA_GRANDE = {"export": export, "agregats": agregats}
SUR_UN_MILLION = {
    "mediation": mediation.mesurer,
    "qualite": qualite.mesurer,
    "tableau": tableau.mesurer_seul,
}
AU_MILLION = {"peupler", "mediation", "qualite", "rapports"}  # which need no other database
MESURES = (
    "saisie",
    "enonces",
    "protection",
    *SUR_DEUX_BASES,
    *SUR_LA_GRANDE,
    "peupler",
    "mediation",
    "qualite",
    "rapports",
)
PROFILEES = 200  # requests
PEUPLER_VISITES, PEUPLER_MAX = 1_000_000, 60.0  # visits, seconds


def _dire(texte: str) -> None:
    sys.stdout.write(texte + "\n")
    sys.stdout.flush()


def _million(choix: list[str]) -> list[Tableau]:
    """Fill a database with a million visits, in how long; what is measured on it is, before it goes."""
    nom, jour = f"{PREFIXE}million", date.today()
    visites = int(os.environ.get("BENCH_MILLION") or PEUPLER_VISITES)
    secondes = bases.remplir(nom, visites, jour, annees=2)
    ligne = Ligne(f"{visites:,} visits, 2 years, 68 points", secondes, PEUPLER_MAX, "s")
    tableaux = [Tableau("Filling a database", "`manage.py peupler`, from its start to its end.", (ligne,))]
    choisies = [mesurer for cle, mesurer in SUR_UN_MILLION.items() if cle in choix]
    if choisies:
        bases.manage(nom, "collectstatic", "-v0", "--noinput")
        with Ouvrier(Base(nom, visites, jour)) as ouvrier:
            tableaux += [mesurer(ouvrier) for mesurer in choisies]
    if "rapports" in choix:
        tableaux.append(rapports.mesurer(Base(nom, visites, jour)))
    bases.supprimer(nom)
    return tableaux


def _mesurer(choix: list[str], pile: ExitStack) -> tuple[list[Tableau], Base | None]:
    petit_n, grand_n = (
        int(os.environ.get(v) or d) for v, d in (("BENCH_PETIT", 100_000), ("BENCH_VISITES", 10_000_000))
    )
    tableaux = _million(choix) if (AU_MILLION | SUR_UN_MILLION.keys()) & set(choix) else []
    if set(choix) <= AU_MILLION:
        return tableaux, None
    doubles = [mesure for cle, mesure in SUR_DEUX_BASES.items() if cle in choix]
    seules = [mesure for cle, mesure in SUR_LA_GRANDE.items() if cle in choix]
    grand = bases.obtenir("grand", grand_n) if doubles or seules else None
    if grand:
        tableaux += [mesure.mesurer(grand) for mesure in seules]
    if set(choix) <= AU_MILLION | SUR_LA_GRANDE.keys():
        return tableaux, grand
    petit = bases.obtenir("petit", petit_n, grand and grand.reference)
    bases.manage(petit.nom, "collectstatic", "-v0", "--noinput")
    if {"saisie", "enonces"} & set(choix):
        copie = pile.enter_context(bases.copie(petit, "saisie"))
        ouvrier = pile.enter_context(Ouvrier(copie))
        if "saisie" in choix:
            tableaux += saisie.mesurer(ouvrier)
        if "enonces" in choix:
            tableaux.append(enonces.mesurer(ouvrier))
    if "protection" in choix:
        copie = pile.enter_context(bases.copie(petit, "protection"))
        arme = pile.enter_context(Ouvrier(copie))
        nu = pile.enter_context(Ouvrier(copie, protection.SANS_PROTECTION))
        tableaux.append(protection.mesurer(arme, nu))
    if grand and doubles:
        ouvriers = [pile.enter_context(Ouvrier(base)) for base in (petit, grand)]
        tableaux += [mesure.mesurer(*ouvriers) for mesure in doubles]
    return tableaux, petit


def _profiler(pile: ExitStack) -> None:
    """Where the time of an entry goes: the floor's calls and the product's, profiled one after the other."""
    petit = bases.obtenir("petit", int(os.environ.get("BENCH_PETIT") or 100_000))
    copie = pile.enter_context(bases.copie(petit, "saisie"))
    for nom in ("plancher", "produit"):
        ouvrier = pile.enter_context(Ouvrier(copie))
        poster = getattr(saisie.Bureau(ouvrier), nom)
        for n in range(saisie.CHAUFFE + PROFILEES):
            poster(profiler=n >= saisie.CHAUFFE)
        _dire(f"== {nom}, {PROFILEES} envois")
        _dire("\n".join(poster(compter=True)["enonces"]))
        _dire(ouvrier.demander(profil=True)["profil"])


def main() -> int:
    """Read the command line; an exit code."""
    analyse = argparse.ArgumentParser(prog="python -m pimms.outils.bench", description=__doc__)
    analyse.add_argument("--seulement", choices=MESURES, action="append")
    analyse.add_argument("--profil", action="store_true", help="profil d’une saisie")
    analyse.add_argument("--nettoyer", action="store_true", help="efface les bases des bancs")
    options = analyse.parse_args()
    if options.nettoyer:
        _dire("\n".join(f"{nom} effacée" for nom in bases.nettoyer()) or "Rien à effacer.")
        return 0
    try:
        with ExitStack() as pile:
            if options.profil:
                _profiler(pile)
                return 0
            tableaux, base = _mesurer(options.seulement or list(MESURES), pile)
    except subprocess.CalledProcessError as erreur:
        return erreur.returncode
    for resultat in tableaux:
        _dire(rapport.texte(resultat))
    if base and not options.seulement:
        rapport.ecrire(tableaux, base)
        _dire(f"Écrit : {rapport.PAGE.relative_to(RACINE)}")
    return 0 if all(ligne.tenue for resultat in tableaux for ligne in resultat.lignes) else 1


if __name__ == "__main__":
    sys.exit(main())
