#!/usr/bin/env python3
"""Refait le tirage d'un échantillon à partir du fichier donné par sa page, sans bibliothèque.

    python3 refaire_le_tirage.py tirage.json

Le calcul est écrit ici une seconde fois, indépendamment de l'application : il lit l'entrée gardée (les
points, et ce qu'on savait d'eux ce jour-là), la graine et la sorte d'audit, et rend l'échantillon. Code de
sortie 0 si c'est celui qui a été gardé, dans le même ordre, avec les mêmes scores.
"""

import hashlib
import json
import sys
from fractions import Fraction

# Part de la racine carrée du nombre de points (IAF MD 1), en dixièmes.
DIXIEMES = {"afnor_mi_cycle": 6, "afnor_renouv": 8}
STRATES = ("region", "type", "taille")


def nombre_de_places(points, nature):
    """The smallest whole number k such that 10 k is at least `d` times the square root of `points`."""
    carre, k = DIXIEMES.get(nature, 10) ** 2 * points, 0
    while (10 * k) ** 2 < carre:
        k += 1
    return min(points, k)


def empreinte(graine, point):
    return hashlib.sha256(f"{graine}:{point['code']}".encode()).hexdigest()


def risque(point):
    return min(10 * point["a_traiter"], 100)


def attente(point):
    return 100 if point["mois"] is None else min(point["mois"], 48) * 100 // 48


def manque(strate, valeur, tous, pris, places):
    """What a stratum lacks, in hundredths of a seat, cut to whole ones."""
    effectif = sum(p[strate] == valeur for p in tous)
    deja = sum(p[strate] == valeur for p in pris)
    return int(100 * (Fraction(places * effectif, len(tous)) - deja))


def score(point, tous, pris, places):
    manques = sum(manque(s, point[s], tous, pris, places) for s in STRATES)
    return manques + risque(point) + attente(point)


def tirer(entree, nature, graine):
    """Code, way of choosing and score (None at random) of each point of the sample, in order."""
    tous = sorted(entree, key=lambda p: empreinte(graine, p))
    places = nombre_de_places(len(tous), nature)
    au_sort = -(-places // 4)
    pris, restants = tous[:au_sort], tous[au_sort:]
    retenus = [(p["code"], "aleatoire", None) for p in pris]
    while len(pris) < places:
        # Of equal scores, the first in the order of chance.
        meilleur = max(restants, key=lambda p: score(p, tous, pris, places))
        retenus.append((meilleur["code"], "cible", score(meilleur, tous, pris, places)))
        restants.remove(meilleur)
        pris.append(meilleur)
    return retenus


def concorde(retenu, garde):
    code, choix, points = retenu
    dit = points is None or f"(score {points})" in garde["explication"]
    return (code, choix) == (garde["code"], garde["choix"]) and dit


def main(chemin):
    with open(chemin, encoding="utf-8") as fichier:
        tirage = json.load(fichier)
    refait, garde = tirer(tirage["entree"], tirage["nature"], tirage["graine"]), tirage["resultat"]
    bon = len(refait) == len(garde)
    for rang, (retenu, ecrit) in enumerate(zip(refait, garde, strict=False), 1):
        pareil = concorde(retenu, ecrit)
        bon = bon and pareil
        suite = "" if pareil else f"   différent : {ecrit['code']}, {ecrit['choix']}"
        print(f"{rang:3} {retenu[0]:12} {retenu[1]:10} {'' if retenu[2] is None else retenu[2]}{suite}")
    print("Le même échantillon." if bon else "Ce n'est pas l'échantillon gardé.")
    return 0 if bon else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
