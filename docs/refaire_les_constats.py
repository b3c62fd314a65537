#!/usr/bin/env python3
"""Refait chaque constat d'un dossier d'audit à partir de ses données jointes, sans bibliothèque.

    pdfdetach -saveall dossier.pdf
    sha256sum instantane.json                  # l'empreinte imprimée dans le dossier
    python3 refaire_les_constats.py instantane.json

Chaque règle est écrite ici une seconde fois, indépendamment de l'application : elle lit les nombres
observés (« faits ») et les seuils du dossier, et rend un constat. Code de sortie 0 si tous concordent.
"""

import json
import sys
from datetime import date, timedelta

ATTEINT, A_TRAITER, MANQUANTE = "atteint", "a_traiter", "preuve_manquante"
A_DEFAUT = ("SUI-3", "SUI-7")
SANS_OBJET, NON_EVALUE, MONTRE = "sans_objet", "non_evalue", "montre"


def tous(bons, sur):
    """Everyone of `sur` must be right; nothing to look at is « sans objet »."""
    return SANS_OBJET if not sur else ATTEINT if bons >= sur else A_TRAITER


def si(condition):
    return ATTEINT if condition else A_TRAITER


def cad_2(f, s):
    seuil = s["registres_seuil_point" if f["niveau"] == "point" else "registres_seuil"]
    return si(sum(n >= s["registres_repere"] for n in f["registres"]) >= seuil)


def cad_5(f, s):
    if not f["charte_en_vigueur"]:
        return NON_EVALUE
    return si(not f["mediateurs_en_retard"]) if f["mediateurs"] else SANS_OBJET


def deo_5(f, s):
    if f["retraits_mediateur"]:
        return tous(f["retraits_motives"], f["retraits_mediateur"])
    return ATTEINT if f["retraits_parties"] else SANS_OBJET


def meo_1(f, s):
    attendues = (f["ouvertures"] or 0) + f["fermetures_tues"]
    if f["ouvertures"] is None or not attendues:
        return NON_EVALUE
    return tous(f["ouvertures"] - len(f["ouvertures_muettes"]), attendues)


def meo_2(f, s):
    if not f["interventions"]:
        return NON_EVALUE
    return si(f["tardives"] * 100 <= s["saisie_retard_part"] * f["interventions"])


def meo_5(f, s):
    total = f["conventions"] + f["conventions_echues"]
    if not total and f["niveau"] == "reseau":
        return MANQUANTE
    return tous(f["conventions"], total)


def org_1(f, s):
    p = f["personnel"]
    if not p["en_poste"]:
        return SANS_OBJET
    return ATTEINT if p["fiches"] >= p["en_poste"] else MANQUANTE


def org_5(f, s):
    return si(
        f["encadrants"] > 0 and f["agents"] >= (s["france_services_agents"] if f["france_services"] else 1)
    )


def org_7(f, s):
    return si(f["contrats_en_vigueur"] > 0) if f["contrats"] else MANQUANTE


def sui_2(f, s):
    vivante = f["questionnaires"] > 0 and f["satisfaction_recentes"] > 0
    return si(f["satisfaction"] >= s["satisfaction_reponses"] and vivante)


def sui_3(f, s):
    jour = date.fromisoformat(f["jour"])
    passe = jour >= plus_mois(date(jour.year, 1, 1), s["bilan_delai"])
    due = jour.year - 1 if passe else jour.year - 2
    if f["bilan_annee"] == jour.year - 1:
        return ATTEINT
    if not f["points_annee" if due == jour.year - 1 else "points_avant"]:
        return SANS_OBJET
    return ATTEINT if f["bilan_annee"] >= due else MANQUANTE


def sui_4(f, s):
    jugees = f["correctives_closes"] + f["correctives_en_retard"] + f["correctives_annulees_tard"]
    return tous(f["correctives_a_temps"], jugees)


def sui_5(f, s):
    if not f["alertes"]:
        return SANS_OBJET
    return si(not f["alertes_gardees"] and not f["transmissions_muettes"])


def equipe(champ, seuil=None, retard=None):
    """A rule about the people in post: sessions held, hours followed, nobody late."""

    def regle(f, s):
        p = f["personnel"]
        if not p["arrives" if champ == "tutores" else "en_poste"]:
            return SANS_OBJET
        if retard:
            return si(not p[retard])
        return si(p[champ] >= (s[seuil] if seuil else p["en_poste"]))

    return regle


# Code of the requirement → its rule: (facts, thresholds) → verdict.
REGLES = {
    "CAD-1": lambda f, s: tous(f["hors_champ_nommes"], f["hors_champ"]),
    "CAD-2": cad_2,
    "CAD-5": cad_5,
    "DEO-1": lambda f, s: tous(f["accords_donnes"], f["accords_dus"]),
    "DEO-2": lambda f, s: tous(f["conflits_traites"], f["conflits"]),
    "DEO-3": lambda f, s: tous(f["acces_en_poste"], f["acces_identites"]),
    "DEO-4": lambda f, s: tous(f["demandes_droits"] - f["demandes_droits_en_retard"], f["demandes_droits"]),
    "DEO-5": deo_5,
    "DEO-6": equipe("analyses", "analyse_pratique"),
    "DEO-7": lambda f, s: tous(f["gestes_mandat_valable"], f["gestes_sous_mandat"]),
    "DEO-9": lambda f, s: MONTRE if f["informer"] + f["faire_avec"] + f["faire_a_la_place"] else SANS_OBJET,
    "MEO-1": meo_1,
    "MEO-2": meo_2,
    "MEO-3": lambda f, s: tous(f["dossiers"] - f["dossiers_a_revoir"], f["dossiers"]),
    "MEO-4": lambda f, s: tous(f["relations_suivies"], f["relations"]),
    "MEO-5": meo_5,
    "MEO-6": lambda f, s: tous(f["reclamations"] - f["reclamations_en_retard"], f["reclamations"]),
    "ORG-1": org_1,
    "ORG-2": equipe("qualifies", retard="qualifications_en_retard"),
    "ORG-3": equipe("formes"),
    "ORG-4": equipe("tutores", retard="tutorats_en_retard"),
    "ORG-5": org_5,
    "ORG-6": equipe("reunions", "reunions_equipe"),
    "ORG-7": org_7,
    "ORG-8": lambda f, s: tous(f["incidents"] - f["incidents_sans_suite"], f["incidents"]),
    "SUI-2": sui_2,
    "SUI-3": sui_3,
    "SUI-4": sui_4,
    "SUI-5": sui_5,
    "SUI-7": lambda f, s: ATTEINT if f["audits_internes"] else MANQUANTE,
}  # fmt: skip


def plus_mois(jour, mois):
    """The same day some months later, or the last one of a shorter month."""
    total = jour.month - 1 + mois
    annee, numero = jour.year + total // 12, total % 12 + 1
    for quantieme in range(jour.day, 27, -1):
        try:
            return date(annee, numero, quantieme)
        except ValueError:
            continue
    return date(annee, numero, jour.day)


def vaut(version, jour, periodicite):
    """Whether a document's version proves something on the day: not put aside, and within its dates."""
    faits = version["evenements"]
    if "effacement" in faits or "retrait" in faits:
        return False
    for mauvais, bon in (("alteration", "integrite"), ("refus", "levee")):
        decisions = [e for e in faits if e in (mauvais, bon)]
        if decisions and decisions[-1] == mauvais:
            return False
    debut = date.fromisoformat(version["debut"])
    fins = [date.fromisoformat(version["fin"])] if version["fin"] else []
    if periodicite:
        fins.append(plus_mois(debut, periodicite) - timedelta(days=1))
    return debut <= jour and all(jour <= fin for fin in fins)


def document(constat, f):
    preuves = [p for code in constat["codes"] for p in f["preuves"].get(code, [])]
    jour = date.fromisoformat(f["jour"])
    bonne = any(vaut(v, jour, constat["periodicite"]) for p in preuves for v in p["versions"])
    return ATTEINT if bonne else MANQUANTE


def en_demarrage(f, s):
    """Whether a point is still in its first months, when nothing is judged."""
    if f["niveau"] != "point" or not f["depuis"]:
        return False
    depuis = date.fromisoformat(f["depuis"])
    fin = plus_mois(depuis, s["demarrage"])
    if fin.day != depuis.day:  # a shorter month: the first day of the next one
        fin += timedelta(days=1)
    return date.fromisoformat(f["jour"]) < fin


def refaire(constat, faits, seuils):
    """The verdict of one requirement from the facts of its level."""
    f = faits["point" if constat["niveau"] == "personne" else constat["niveau"]]
    regle = REGLES.get(constat["regle"])
    if regle is None:
        verdict = document(constat, f)
    else:
        verdict = regle(f, seuils)
        if constat["regle"] in A_DEFAUT:  # a document tells of what was made elsewhere
            papier = document(constat, f)
            verdict = papier if papier == ATTEINT else verdict
        elif "doc" in constat["verification"] and constat["regle"] != "ORG-1":
            papier = document(constat, f)
            if verdict == SANS_OBJET or (verdict != A_TRAITER and papier == MANQUANTE):
                verdict = papier
    return NON_EVALUE if verdict != MONTRE and en_demarrage(f, seuils) else verdict


def comparer(nom, obtenu, attendu):
    """Tell one verdict done again; 1 when the file says another."""
    ecart = obtenu != attendu
    print(f"{nom:<20}{obtenu}{f'   ÉCART : le dossier dit {attendu}' if ecart else ''}")
    return int(ecart)


def main(chemin):
    with open(chemin, encoding="utf-8") as fichier:
        dossier = json.load(fichier)
    if "constats" not in dossier:
        print("Ce rapport ne contient pas de constat.")
        return 0
    seuils, ecarts, nombre = dossier["seuils"], 0, len(dossier["constats"])
    ecartees = {(e["code"], e["niveau"]) for e in dossier["sans_objet"]}
    for constat in dossier["constats"]:
        # A finding closed earlier stands beside what the facts give now: these are what is done again.
        attendu = constat.get("recalcule", constat)["verdict"]
        ecartee = (constat["code"], constat["niveau"]) in ecartees
        obtenu = SANS_OBJET if ecartee else refaire(constat, dossier["faits"], seuils)
        ecarts += comparer(f"{constat['code']} {constat['niveau']}", obtenu, attendu)
    for point in dossier["points"]:  # of a consolidated file
        for exigence in dossier["constats_des_points"]:
            ecartee = exigence["code"] in point["ecartees"]
            obtenu = SANS_OBJET if ecartee else refaire(exigence, {"point": point["faits"]}, seuils)
            code = exigence["code"]
            attendu = point.get("recalcule", {}).get(code, point["verdicts"][code])
            ecarts += comparer(f"{exigence['code']} {point['code']}", obtenu, attendu)
            nombre += 1
    print(f"{nombre} constats refaits, {ecarts} écart(s)")
    return 1 if ecarts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
