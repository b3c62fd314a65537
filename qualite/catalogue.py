"""Store the référentiel: one version a file, never changed once loaded, and the network's own numbers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from pimms.socle.journal import journaliser
from qualite.controles import connue
from qualite.grilles import CLES_EXIGENCE, SANS_CONTROLE, Grille, ReferentielInvalide, lire, lire_parametres
from qualite.models import Application, Exigence, Parametre, Referentiel, Verification
from qualite.parametres import PUBLICATION, appliquer, manquants

DOSSIER = Path(__file__).parent / "referentiels"
DU_RESEAU = Path(__file__).parent / "parametres_du_reseau.yaml"


def charger(chemin: Path) -> tuple[Referentiel, bool]:
    """Store a version; returns it and whether it is new.

    The same file again changes nothing. Raises ReferentielInvalide when the file is wrong, when a
    version of that code is already loaded with another content, or when what it replaces is unknown.
    """
    grille = lire(chemin)
    code = grille.entete["code"]
    existant = Referentiel.objects.filter(code=code).first()
    if existant and existant.empreinte == grille.empreinte:
        return existant, False
    if existant:
        raise ReferentielInvalide(
            chemin.name,
            [f"la version « {code} » est déjà chargée et ne change plus : un nouveau texte a un autre code"],
        )
    with transaction.atomic():
        return _inserer(grille, _remplacee(grille, chemin.name), chemin.name), True


def _remplacee(grille: Grille, fichier: str) -> Referentiel | None:
    """The version that a file replaces, if it names one."""
    if not grille.remplace:
        return None
    ancien = Referentiel.objects.filter(code=grille.remplace).first()
    if ancien is None:
        raise ReferentielInvalide(fichier, [f"la version remplacée, « {grille.remplace} », est inconnue"])
    return ancien


def _inserer(grille: Grille, ancien: Referentiel | None, fichier: str) -> Referentiel:
    repris = ancien if grille.reprend else None
    referentiel = Referentiel.objects.create(
        **grille.entete,
        blocs=(repris.blocs if repris else {}) | grille.blocs,
        inconnues=grille.inconnues,
        empreinte=grille.empreinte,
        remplace=ancien,
    )
    exigences = [*_exigences(grille, referentiel)]
    parametres = [*_parametres(grille.parametres, referentiel)]
    if repris:
        exigences = [*_reprises(repris.exigences.all(), referentiel, {e.code for e in exigences}), *exigences]
        parametres = [
            *_reprises(repris.parametres.all(), referentiel, {p.code for p in parametres}),
            *parametres,
        ]
    _suivre(exigences, ancien, fichier)
    _refuser_doubles(fichier, grille.parametres, Parametre.objects.filter(referentiel=None))
    _exiger_nombres(fichier, parametres)
    for rang, ligne in enumerate(exigences):
        ligne.rang = rang
    for rang, parametre in enumerate(parametres):
        parametre.rang = rang
    Exigence.objects.bulk_create(exigences)
    Parametre.objects.bulk_create(parametres)
    journaliser(None, "charger", referentiel, apres={"code": referentiel.code, "empreinte": grille.empreinte})
    return referentiel


def _suivre(exigences: list[Exigence], ancien: Referentiel | None, fichier: str) -> None:
    """Give each requirement the older codes that it goes on from; refuse a code that changes its meaning."""
    connues = {e.code: e.lignee for e in Exigence.objects.order_by("referentiel")}
    remplacees = set(ancien.exigences.values_list("code", flat=True)) if ancien else set()
    erreurs = []
    for exigence in exigences:
        avant = exigence.ancien_code
        if avant and avant not in remplacees:
            erreurs.append(f"exigence {exigence.code} : ancien code inconnu")
        elif avant and avant != exigence.code and exigence.code in connues:
            erreurs.append(
                f"exigence {exigence.code} : ce code a déjà un autre sens dans une version précédente"
            )
        else:
            lignee = connues.get(avant or exigence.code, ())
            exigence.anciens_codes = [c for c in lignee if c != exigence.code]
            if Verification.AUTO in exigence.verification and not connue(*exigence.lignee):
                erreurs.append(f"exigence {exigence.code} : {SANS_CONTROLE}")
    erreurs += _partages(exigences)
    if erreurs:
        raise ReferentielInvalide(fichier, erreurs)


def _partages(exigences: list[Exigence]) -> Iterator[str]:
    """A code that two requirements would go on from: what was decided under it would be both's for ever."""
    suites: dict[str, list[str]] = defaultdict(list)
    for exigence in exigences:
        for code in exigence.lignee:
            suites[code].append(exigence.code)
    for code, siennes in suites.items():
        if len(siennes) > 1:
            yield (
                f"exigences {' et '.join(siennes)} : une seule peut continuer {code} ; "
                "les autres sont nouvelles, sous un code neuf et sans « ancien_code »"
            )


def _exiger_nombres(fichier: str, parametres: Iterable[Parametre]) -> None:
    """A version without a number that the code reads would break pages and runs once it applies."""
    manque = manquants(p.code for p in parametres)
    if manque:
        raise ReferentielInvalide(
            fichier, [f"paramètre {code} : il manque, et les contrôles le lisent" for code in manque]
        )


def _exigences(grille: Grille, referentiel: Referentiel) -> Iterator[Exigence]:
    for e in grille.exigences:
        yield Exigence(
            referentiel=referentiel,
            periodicite=e.get("periodicite_mois"),
            **{c: e[c] for c in CLES_EXIGENCE},
            **{c: e[c] for c in ("clause", "a_valider", "sans_verdict", "ancien_code") if c in e},
        )


def _refuser_doubles(fichier: str, parametres: Iterable[str], autres: QuerySet[Parametre]) -> None:
    """A number belongs to the network or to a version's text, never to both."""
    doubles = set(autres.values_list("code", flat=True)).intersection(parametres)
    if doubles:
        raise ReferentielInvalide(
            fichier, [f"paramètre {code} : déjà donné ailleurs" for code in sorted(doubles)]
        )


def _parametres(parametres: Mapping[str, dict], referentiel: Referentiel | None) -> Iterator[Parametre]:
    for code, p in parametres.items():
        yield Parametre(
            referentiel=referentiel,
            code=code,
            libelle=p["libelle"],
            defaut=p["valeur"],
            unite=p["unite"],
            minimum=p["min"],
            maximum=p["max"],
            origine=p["origine"],
        )


def _reprises(lignes, referentiel: Referentiel, remplacees: set[str]) -> Iterator:
    """Copies of an earlier version's rows, but those that the new one says itself."""
    for ligne in lignes:
        if ligne.code in remplacees:
            continue
        if isinstance(ligne, Exigence):
            ligne.ancien_code, ligne.a_valider = ligne.code, True
        ligne.pk, ligne.referentiel, ligne._state.adding = None, referentiel, True
        yield ligne


def charger_reseau(chemin: Path = DU_RESEAU) -> list[Parametre]:
    """Add the network's own numbers that are not known yet; returns these.

    Raises ReferentielInvalide when one already loaded says something else: it is decided, never edited.
    """
    lus = lire_parametres(chemin)
    connus = {p.code: p for p in Parametre.objects.filter(referentiel=None)}
    _refuser_doubles(chemin.name, lus, Parametre.objects.exclude(referentiel=None))
    nouveaux: list[Parametre] = []
    erreurs = []
    premier = max((p.rang for p in connus.values()), default=-1) + 1
    for parametre in _parametres(lus, None):
        connu = connus.get(parametre.code)
        if connu is None:
            parametre.rang = premier + len(nouveaux)  # after those that are loaded, which never move
            nouveaux.append(parametre)
        elif connu.nombre != parametre.nombre:
            erreurs.append(f"paramètre {connu.code} : déjà chargé, il ne change plus que par une décision")
    if erreurs:
        raise ReferentielInvalide(chemin.name, erreurs)
    with transaction.atomic():
        for parametre in nouveaux:
            parametre.save(force_insert=True)
            apres = {"code": parametre.code, "valeur": parametre.defaut}
            journaliser(None, "charger", parametre, apres=apres)
    return nouveaux


def charger_tous() -> list[tuple[Referentiel, bool]]:
    """Load every file of the project, those that others replace first. Idempotent."""
    chemins = sorted(DOSSIER.glob("*.yaml"), key=lambda c: (lire(c).remplace is not None, c.name))
    charges = [charger(chemin) for chemin in chemins]
    charger_reseau()
    if not Application.objects.exists():
        # The first version has applied since the norm was published.
        appliquer(None, charges[0][0], PUBLICATION)
    return charges
