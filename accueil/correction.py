"""Correct, cancel, restore a visit: the only doors for those changes; each keeps the earlier state."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone

from accueil.conservation import est_vieillie
from accueil.gestes import refus_de_hors_champ
from accueil.models import Demande, NoteVisite, Suivi, Utilisateur
from accueil.models.visites import Issue, Visite, VisiteVersion
from accueil.retagages import raconter, remplacements
from accueil.saisie import (
    PUBLIC,
    VERS_TEXTE,
    DemandeSaisie,
    VisiteSaisie,
    etat,
    lignes_de,
    recul_permis,
)
from pimms.socle.journal import differences, journaliser

# Told in the journal as « modifié » only: the journal can't be erased, these coarsen with time.
TEXTES_LIBRES = PUBLIC | {"note"}


TENUE = (
    "Cette demande a eu une suite\u202f: elle ne se retire plus. Corrigez-la, ou annulez la visite entière."
)


class ModifieeEntretemps(Exception):
    """Someone changed the visit since this person opened it."""


class DemandeEtrangere(ValidationError):
    """A typed request says it is one that this visit does not hold; `numero` is its place in the form."""

    def __init__(self, numero: int):
        super().__init__("Cette demande n’est pas de cette visite\u202f: rouvrez la correction.", code="id")
        self.numero = numero


class DemandesSuivies(ValidationError):
    """Requests taken away although something follows them: `motifs`, as they are recorded, and why."""

    def __init__(self, motifs: Mapping[Demande, str]):
        super().__init__([ValidationError(motif, code="suivie") for motif in motifs.values()])
        self.motifs = motifs


class HorsChampRefuse(ValidationError):
    """Requests that may not become out of scope: `motifs`, by their key."""

    def __init__(self, motifs: Mapping[int, str]):
        super().__init__([ValidationError(motif, code="hors_champ") for motif in motifs.values()])
        self.motifs = motifs


def motif_de_garde(demande: Demande) -> str:
    """Why this request can't be taken away from its visit; empty when it can."""
    suivi: Suivi | None = getattr(demande, "suivi", None)
    if suivi and suivi.code:
        raison = "Un code de suivi a été remis pour cette demande"
    elif suivi and suivi.suite:
        raison = "La suite de cette demande est connue"
    else:
        return ""
    return f"{raison}\u202f: elle ne se retire plus. Corrigez-la, ou annulez la visite entière."


def modifiable(utilisateur: Utilisateur, visite: Visite) -> bool:
    """Whether this person may still change it: the rule of `modifiables_par` (a test holds them equal),

    then the time limit. Reads a loaded row and its point, without a query.
    """
    portee = utilisateur.portee
    sienne = visite.auteur_id == utilisateur.pk and visite.point_id in portee.points_de_saisie
    permise = sienne or visite.point_id in portee.points_de_responsable
    return permise and not _trop_ancienne(utilisateur, visite)


def _trop_ancienne(acteur: Utilisateur, visite: Visite) -> bool:
    recul = timedelta(days=recul_permis(acteur, visite.point))
    return visite.jour < visite.point.aujourdhui() - recul


def _verrouiller(acteur: Utilisateur, visite: Visite) -> Visite:
    """Lock the row for a change and check the time limit; raises ValidationError when it is past."""
    verrouillee = Visite.objects.select_for_update().get(pk=visite.pk)
    verrouillee.point = visite.point
    verifier_delai(acteur, verrouillee)
    return verrouillee


def verifier_delai(acteur: Utilisateur, visite: Visite) -> None:
    """Raises ValidationError when this person may no longer change the visit."""
    if _trop_ancienne(acteur, visite):
        raise ValidationError(
            f"Cette visite date de plus de {recul_permis(acteur, visite.point)} jours : "
            "elle ne se modifie plus.",
            code="trop_ancien",
        )


def _conserver(acteur: Utilisateur, visite: Visite) -> dict:
    avant = etat(visite)
    # Time took this visit's earlier states, and passes there once only: a late change leaves none.
    if not est_vieillie(visite):
        VisiteVersion.objects.create(
            visite=visite, point_id=visite.point_id, numero=visite.version, par=acteur, etat=avant
        )
    visite.version += 1
    return avant


def corriger(acteur: Utilisateur, visite: Visite, saisie: VisiteSaisie, version: int) -> Visite:
    """Correct a visit; its earlier state stays as a version row.

    `version` is the one this person saw: ModifieeEntretemps when it is no longer the last.
    Raises ValidationError past the time limit, for a cancelled visit, and for requests that are not
    this visit's (DemandeEtrangere), may not be taken away (DemandesSuivies) or be out of scope
    (HorsChampRefuse).
    """
    with transaction.atomic():
        visite = _verrouiller(acteur, visite)
        if visite.version != version:
            raise ModifieeEntretemps
        if visite.annulee_le:
            raise ValidationError("Cette visite est annulée : rétablissez-la d’abord.", code="annulee")
        if saisie.jour > visite.saisie_le.astimezone(visite.point.tz).date():
            raise ValidationError(
                {"jour": "Une visite ne peut pas suivre le jour de sa saisie."}, code="jour"
            )
        avant = _conserver(acteur, visite)
        if saisie.jour != visite.jour:
            visite.jour, visite.heure = saisie.jour, None
            visite.retard = max((visite.saisie_le.astimezone(visite.point.tz).date() - saisie.jour).days, 0)
        for colonne, valeur in saisie.colonnes().items():
            setattr(visite, colonne, valeur)
        visite.save()
        raconter(acteur, visite, _remplacer_demandes(acteur, visite, saisie.demandes))
        _remplacer_note(visite, saisie.note)
        avant, apres = _diff(avant, etat(visite))
        journaliser(acteur, "corriger", visite, point_id=visite.point_id, avant=avant, apres=apres)
    return visite


def _diff(avant: dict, apres: dict) -> tuple[dict, dict]:
    """Changes for the journal: coded values only, so the free text is left out of the requests."""

    def coder(e: dict) -> dict:
        return e | {"demandes": [[*d[:VERS_TEXTE], *d[VERS_TEXTE + 1 :]] for d in e["demandes"]]}

    return differences(coder(avant), coder(apres), TEXTES_LIBRES)


def _remplacer_demandes(
    acteur: Utilisateur, visite: Visite, demandes: Sequence[DemandeSaisie]
) -> list[tuple[int | None, int | None]]:
    """Bring the rows to what was typed; each row stays that of the request it was made for. Returns the
    register of each, before and after.

    Raises DemandeEtrangere, HorsChampRefuse and DemandesSuivies.
    """
    # Locked, so that no code is handed over for a request while it goes.
    demandes_verrouillees = visite.demandes.select_for_update(of=("self",)).select_related("suivi")
    existantes = {d.pk: d for d in demandes_verrouillees}
    _verifier_provenance(demandes, existantes)
    _verifier_champ(acteur, demandes, existantes)
    retirees = existantes.keys() - {d.pk for d in demandes}
    suivies = {d: motif_de_garde(d) for pk, d in existantes.items() if pk in retirees and motif_de_garde(d)}
    if suivies:
        raise DemandesSuivies(suivies)
    _retirer([existantes[pk] for pk in sorted(retirees)])
    # Rows that stay keep their order, so that each one's new rank, never above its old one, is free
    # when its turn comes: (visit, rank) is unique at every moment.
    rangees = sorted(demandes, key=lambda d: existantes[d.pk].rang if d.pk else len(existantes) + 1)
    for ligne, demande in zip(lignes_de(visite, rangees), rangees, strict=True):
        ligne.pk = demande.pk
        ligne.save(force_insert=demande.pk is None, force_update=demande.pk is not None)
    gardees = [(existantes[d.pk].registre, d.registre) for d in demandes if d.pk]
    return gardees + remplacements(
        [existantes[pk].registre for pk in retirees], [d.registre for d in demandes if d.pk is None]
    )


def _retirer(demandes: Sequence[Demande]) -> None:
    """Delete these requests; DemandesSuivies for those that another app holds. What holds them is not
    named: it may be a mediation case that this person may not know of."""
    tenues: dict[Demande, str] = {}
    for demande in demandes:
        try:
            demande.delete()
        except (ProtectedError, RestrictedError):
            tenues[demande] = TENUE
    if tenues:
        raise DemandesSuivies(tenues)


def _verifier_provenance(demandes: Sequence[DemandeSaisie], existantes: Mapping[int, Demande]) -> None:
    """Each typed request is new or one of the visit's, and none is there twice."""
    libres = set(existantes)
    for numero, demande in enumerate(demandes):
        if demande.pk is None:
            continue
        if demande.pk not in libres:
            raise DemandeEtrangere(numero)
        libres.remove(demande.pk)


def _verifier_champ(
    acteur: Utilisateur, demandes: Sequence[DemandeSaisie], existantes: Mapping[int, Demande]
) -> None:
    """What another app holds as within scope doesn't leave it by a correction."""
    sorties = [existantes[d.pk] for d in demandes if d.pk and d.issue == Issue.HORS_CHAMP]
    motifs = refus_de_hors_champ(acteur, [d for d in sorties if d.issue != Issue.HORS_CHAMP])
    if motifs:
        raise HorsChampRefuse(motifs)


@contextmanager
def tenir_demande(acteur: Utilisateur, demande: Demande) -> Iterator[Demande]:
    """Hold a request, with its visit, for a change of its register by who may correct that visit.

    Raises ObjectDoesNotExist for anyone else, ValidationError for a cancelled visit.
    """
    with transaction.atomic():
        visites = Visite.objects.modifiables_par(acteur).select_related("point", "auteur")
        visite = visites.select_for_update(of=("self",)).get(pk=demande.visite_id)
        if visite.annulee_le:
            raise ValidationError("Cette visite est annulée.", code="annulee")
        tenue = visite.demandes.select_for_update(of=("self",)).get(pk=demande.pk)
        tenue.visite, tenue.point = visite, visite.point
        yield tenue


def changer_registre(acteur: Utilisateur, demande: Demande, registre: int) -> None:
    """Give a held request another register, as a correction of its visit does; no time limit here."""
    visite, precedent = demande.visite, demande.registre
    avant = _conserver(acteur, visite)
    demande.registre = registre
    demande.save(update_fields=["registre"])
    visite.save(update_fields=["version"])
    raconter(acteur, visite, [(precedent, registre)])
    avant, apres = _diff(avant, etat(visite))
    journaliser(acteur, "corriger", visite, point_id=visite.point_id, avant=avant, apres=apres)


def _remplacer_note(visite: Visite, texte: str) -> None:
    if texte:
        NoteVisite.objects.update_or_create(
            visite=visite, defaults={"texte": texte, "point_id": visite.point_id}
        )
    else:
        NoteVisite.objects.filter(visite=visite).delete()


def annuler(acteur: Utilisateur, visite: Visite) -> Visite:
    """Cancel a visit: it counts no more, stays readable, and can be restored. Idempotent."""
    return _basculer(acteur, visite, annulee=True)


def retablir(acteur: Utilisateur, visite: Visite) -> Visite:
    """Restore a cancelled visit. Idempotent."""
    return _basculer(acteur, visite, annulee=False)


def _basculer(acteur: Utilisateur, visite: Visite, *, annulee: bool) -> Visite:
    with transaction.atomic():
        visite = _verrouiller(acteur, visite)
        if (visite.annulee_le is not None) == annulee:
            return visite
        _conserver(acteur, visite)
        visite.annulee_le = timezone.now() if annulee else None
        visite.save(update_fields=["annulee_le", "version"])
        journaliser(acteur, "annuler" if annulee else "retablir", visite, point_id=visite.point_id)
    return visite
