"""Partners and their conventions: national ones by the union, local ones by those who manage."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone

from accueil.acces import Portee
from accueil.ecritures import enregistrer
from accueil.models import Association, Convention, Partenaire, Utilisateur
from pimms.socle.typographie import compte, date_courte

ECHEANCE_PROCHE = 60  # days: from then on a term is announced


def associations_gerees(portee: Portee) -> QuerySet[Association]:
    """Associations for which this person may hold partners and conventions."""
    if portee.reseau:
        return Association.objects.all()
    return Association.objects.filter(
        Q(pk__in=portee.associations) | Q(points__in=portee.points_de_responsable)
    ).distinct()


def associations_visibles(portee: Portee) -> QuerySet[Association]:
    """Associations whose partners and conventions this person may read."""
    if portee.reseau:
        return Association.objects.all()
    return Association.objects.filter(
        Q(pk__in=portee.associations) | Q(points__in=portee.points_de_role)
    ).distinct()


def peut_gerer(portee: Portee, association_id: int | None) -> bool:
    """Whether this person may change what belongs to that association, or to the network (None)."""
    if association_id is None or portee.reseau:
        return portee.reseau
    if association_id in portee.associations:
        return True
    return any(
        p.association_id == association_id for p in portee.points if p.pk in portee.points_de_responsable
    )


def _exiger(acteur: Utilisateur, association_id: int | None) -> None:
    if peut_gerer(acteur.portee, association_id):
        return
    if association_id is None:
        raise ValidationError("Seule l’union nationale gère ce qui vaut pour tout le réseau.")
    raise ValidationError("Vous ne gérez pas les partenaires de cette association.")


def enregistrer_partenaire(acteur: Utilisateur, partenaire: Partenaire) -> Partenaire:
    """Create or change a partner; without association it is national."""
    _exiger(acteur, partenaire.association_id)
    if partenaire.pk:
        ancien = Partenaire.objects.values_list("association_id", flat=True).get(pk=partenaire.pk)
        _exiger(acteur, ancien)
    return enregistrer(acteur, partenaire)


def basculer_retrait(acteur: Utilisateur, partenaire: Partenaire) -> Partenaire:
    """Retire a partner from the desk's choices, or bring it back; past entries keep it."""
    _exiger(acteur, partenaire.association_id)
    retire = partenaire.retire_le is None
    partenaire.retire_le = timezone.localdate() if retire else None
    return enregistrer(acteur, partenaire, acte="retirer" if retire else "remettre")


def enregistrer_convention(acteur: Utilisateur, convention: Convention) -> Convention:
    """Create or change a convention of the network (no association) or of one association."""
    _exiger(acteur, convention.association_id)
    autre = convention.partenaire.association_id
    if autre is not None and autre != convention.association_id:
        raise ValidationError(
            {"association": "Ce partenaire est local\u202f: la convention est celle de son association."}
        )
    return enregistrer(acteur, convention)


def denoncer(acteur: Utilisateur, convention: Convention, le: date) -> Convention:
    """Denounce a convention: it is no longer in force from `le` on."""
    _exiger(acteur, convention.association_id)
    convention.denoncee_le = le
    return enregistrer(acteur, convention, acte="denoncer")


@dataclass(frozen=True)
class EtatConvention:
    """What to say of a convention: a short state, its meaning colour, and a sentence."""

    pastille: str
    ton: str
    phrase: str


def _ajouter_ans(jour: date, ans: int) -> date:
    try:
        return jour.replace(year=jour.year + ans)
    except ValueError:  # 29 February
        return jour.replace(year=jour.year + ans, day=28)


def prochain_terme(convention: Convention, jour: date) -> date | None:
    """The next last day on or after `jour`, tacit renewals by whole years included."""
    if convention.fin is None:
        return None
    if not convention.tacite or convention.fin >= jour:
        return convention.fin
    ans = jour.year - convention.fin.year
    terme = _ajouter_ans(convention.fin, ans)
    return terme if terme >= jour else _ajouter_ans(convention.fin, ans + 1)


def _dans(jours: int) -> str:
    if jours == 0:
        return "aujourd’hui"
    return "demain" if jours == 1 else f"dans {compte(jours, 'jour')}"


def _etat_denoncee(le: date, jour: date) -> EtatConvention:
    if jour >= le:
        return EtatConvention("Dénoncée", "", f"depuis le {date_courte(le)}")
    return EtatConvention("Dénoncée", "ocre", f"prend fin {_dans((le - jour).days)}, le {date_courte(le)}")


def _etat_courant(terme: date, tacite: bool, jour: date) -> EtatConvention:
    reste, le = (terme - jour).days, date_courte(terme)
    if reste < 0:
        return EtatConvention("Échue", "rouge", f"depuis le {le}")
    proche = reste <= ECHEANCE_PROCHE
    if tacite:
        quand = _dans(reste) if proche else f"le {le}"
        return EtatConvention("En vigueur", "vert", f"tacite reconduction {quand}")
    if proche:
        return EtatConvention("À renouveler", "ocre", f"échoit {_dans(reste)}, le {le}")
    return EtatConvention("En vigueur", "vert", f"jusqu’au {le}")


def etat(convention: Convention, jour: date) -> EtatConvention:
    """Say where a convention stands on that day (pure: no query)."""
    if convention.denoncee_le:
        return _etat_denoncee(convention.denoncee_le, jour)
    if jour < convention.debut:
        return EtatConvention("À venir", "bleu", f"à partir du {date_courte(convention.debut)}")
    terme = prochain_terme(convention, jour)
    if terme is None:
        return EtatConvention("En vigueur", "vert", "sans date de fin")
    return _etat_courant(terme, convention.tacite, jour)


def actuelles(conventions: list[Convention], jour: date) -> list[Convention]:
    """For the network and for each association, the convention that matters on that day (pure).

    The one in force; else the next one; else the latest.
    """
    par_porteur: dict[int | None, list[Convention]] = {}
    for convention in conventions:
        par_porteur.setdefault(convention.association_id, []).append(convention)
    return [
        min(liste, key=lambda c: (not c.en_vigueur_le(jour), c.debut <= jour, abs((c.debut - jour).days)))
        for liste in par_porteur.values()
    ]
