"""MEO-1: announced openings took place, or it was said that they would not (holidays, closures, tours)."""

from pimms.socle.typographie import accorder, compte, date_courte
from qualite.controles.resultat import Lien, Resultat, Seuils, Verdict, tous
from qualite.faits import FaitsPoint

CODE = "MEO-1"
EXEMPLES = 3  # days named in the sentence


def controler(faits: FaitsPoint, seuils: Seuils) -> Resultat:
    """Each open day holds an entry; each closure was announced. Today is not judged yet."""
    lien = Lien("point", "horaires", sujet="code")
    if faits.ouvertures is None:
        return Resultat(Verdict.NON_EVALUE, "Les horaires du point ne sont pas saisis.", lien=lien)
    attendues = faits.ouvertures + faits.fermetures_tues
    if not attendues:
        return Resultat(Verdict.NON_EVALUE, "Aucune ouverture n’était annoncée sur la période.", lien=lien)
    muettes = len(faits.ouvertures_muettes)
    phrases = []
    if muettes:
        jours = ", ".join(date_courte(j) for j in faits.ouvertures_muettes[-EXEMPLES:])
        suite = "…" if muettes > EXEMPLES else ""
        phrases.append(f"{compte(muettes, 'jour')} sans entrée ni fermeture signalée ({jours}{suite})")
    if faits.fermetures_tues:
        tues = compte(faits.fermetures_tues, "fermeture")
        phrases.append(f"{tues} dont le public n’a pas été averti")
    bonnes = faits.ouvertures - muettes
    phrase = (
        "\u202f; ".join(phrases) or f"{compte(bonnes, 'ouverture')} tenue{accorder(bonnes)}, aucune manquée"
    )
    return tous(bonnes, attendues, phrase, lien=lien)
