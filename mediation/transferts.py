"""Transfer of a case: it closes here, and a linked successor opens at the other point."""

import uuid

from django.core.exceptions import ValidationError

from accueil.models import Partenaire, PointAccueil, Utilisateur
from mediation.cycle_de_vie import (
    ModifieEntretemps,
    accord_de,
    ajouter,
    finir_attente,
    raconter,
    verifier_suites,
    verrou,
)
from mediation.dossiers import Ouverture, inserer
from mediation.equipe import accueillant
from mediation.etats import PAR_PAIRE, TRANSFERT, Etat
from mediation.models import Consentement, Dossier, Evenement, Partie
from mediation.parties import empreinte
from mediation.passations import regler_conflits


def transferer(
    acteur: Utilisateur,
    dossier: Dossier,
    vers: PointAccueil,
    motif: str,
    *,
    depuis: str,
    avec_identites: bool,
) -> Dossier:
    """Close the case here and open its successor at `vers`, in the hands of that point's manager.

    `avec_identites`: the parties agree that the other point receives the subject and who they are;
    their agreement to the mediation itself is asked again there. Without it theme, register, urgency
    and origin go: coded values that name nobody. Private notes and documents stay here, and a conflict
    of interest that waited is settled, for the case was handed over. A restricted case stays so: there,
    only who is in charge reads it at first. `depuis` is the state that this person saw
    (ModifieEntretemps otherwise). Returns the successor. Raises ValidationError for a closed point, or
    one where nobody works.
    """
    if not motif:
        raise ValidationError({"motif": "Dites pourquoi."}, code="motif")
    with verrou(acteur, dossier) as tenu:
        if tenu.etat != depuis:
            raise ModifieEntretemps
        mediateur = _verifier(tenu, vers)
        verifier_suites(tenu)
        _clore(acteur, tenu, motif)
        regler_conflits(acteur, tenu, mediateur)
        ouverture = _ouverture(tenu, vers, mediateur, avec_identites)
        successeur = inserer(acteur, vers, ouverture)
        if tenu.restreint:
            _restreindre(acteur, successeur)
        if avec_identites:
            _copier_parties(tenu, successeur)
    return successeur


def _verifier(dossier: Dossier, vers: PointAccueil) -> Utilisateur:
    transition = PAR_PAIRE.get((dossier.etat, Etat.CLOS))
    if transition is None or not transition.transfert:
        raise ValidationError("Un dossier ne se transfère qu’avant son issue.", code="transition")
    if vers.pk == dossier.point_id:
        raise ValidationError({"vers": "Choisissez un autre point que le vôtre."}, code="meme")
    if not vers.est_ouvert_le(vers.aujourdhui()):
        raise ValidationError(
            {"vers": f"Le point {vers.nom} est fermé\u202f: choisissez-en un autre."}, code="ferme"
        )
    mediateur = accueillant(vers)
    if mediateur is None:
        raise ValidationError({"vers": f"Personne n’est en poste au point {vers.nom}."}, code="personne")
    return mediateur


def _ouverture(
    dossier: Dossier, vers: PointAccueil, mediateur: Utilisateur, avec_identites: bool
) -> Ouverture:
    """What the successor opens with."""
    valeurs = dossier.valeurs() if avec_identites else {}
    garde = avec_identites and _utilisable(dossier.partenaire, vers)
    return Ouverture(
        cle=uuid.uuid4(),
        objet=valeurs.get("objet", "") if avec_identites else f"Transféré de {dossier.reference}",
        institution=valeurs.get("institution", ""),
        registre=dossier.registre,
        theme=dossier.theme,
        mediateur=mediateur,
        urgence=dossier.urgence,
        origine=dossier.origine,
        partenaire=dossier.partenaire if garde else None,
        predecesseur=dossier,
    )


def _utilisable(partenaire: Partenaire | None, vers: PointAccueil) -> bool:
    """Whether the other point's association works with this partner too."""
    return bool(partenaire and partenaire.est_utilisable(vers.association_id))


def _clore(acteur: Utilisateur, dossier: Dossier, motif: str) -> None:
    avant = dossier.etat
    dossier.etat, dossier.issue = Etat.CLOS, TRANSFERT
    dossier.clos_le = dossier.point.aujourdhui()
    dossier.version += 1
    dossier.save(update_fields=["etat", "issue", "clos_le", "version"])
    finir_attente(dossier)
    raconter(acteur, dossier, Evenement.Nature.TRANSITION, de=avant, vers=Etat.CLOS)
    raconter(acteur, dossier, Evenement.Nature.TRANSFERT, textes={"motif": motif})


def _restreindre(acteur: Utilisateur, successeur: Dossier) -> None:
    """Keep the successor to who is in charge of it: the readers named here don't work there."""
    successeur.restreint = True
    successeur.save(update_fields=["restreint"])
    raconter(
        acteur,
        successeur,
        Evenement.Nature.RESTRICTION,
        vers="restreint",
        changes=({"lecteurs": []}, {"lecteurs": [], "restreint": True}),
    )


def _copier_parties(dossier: Dossier, successeur: Dossier) -> None:
    """Each party once more, sealed with the successor's key and found by its name at that point only."""
    copies: dict[int, Partie] = {}
    jour, non = dossier.point.aujourdhui(), (Consentement.Etat.REFUSE, Consentement.Etat.RETIRE)
    presentes = Partie.objects.filter(dossier=dossier, retiree_le__isnull=True).select_related("partenaire")
    # Whoever refused the mediation goes nowhere else.
    parties = [p for p in presentes if accord_de(p, jour) not in non]
    # Represented people first: a representative points to the copy of whom they represent.
    for partie in sorted(parties, key=lambda p: (p.represente_id is not None, p.numero)):
        if partie.represente_id and partie.represente_id not in copies:
            continue
        partie.dossier = dossier
        textes = {c: v for c, v in partie.valeurs().items() if c != "remarque"}  # notes stay here
        partenaire = partie.partenaire
        if partenaire and not _utilisable(partenaire, successeur.point):
            textes.setdefault("nom", partenaire.nom)
            partenaire = None
        copie = Partie(
            dossier=successeur,
            nature=partie.nature,
            role=partie.role,
            protection=partie.protection,
            represente=copies.get(partie.represente_id or 0),
            partenaire=partenaire,
            empreinte=empreinte(successeur.point_id, textes.get("nom", "")),
        )
        ajouter(copie, textes)
        copies[partie.pk] = copie
