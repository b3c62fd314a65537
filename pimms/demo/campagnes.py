"""Campaigns of the demo: one closed two months ago, with findings, answers and actions, one in preparation.

They are led through the same doors as by people, once the network is there: what the draw looks at and what
is frozen are evaluated as of their days. Then the owner gives each row its moment, for those doors write now.
"""

import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import psycopg2
from psycopg2 import sql

from accueil.models import Acces, PointAccueil, Utilisateur
from accueil.models.personnes import Role
from pimms.demo.reseau import POINT_DEMO
from pimms.socle.models import Courriel
from pimms.socle.typographie import date_longue
from qualite import audits, campagnes, cloture, echantillonnage
from qualite.actions import Fiche, Ouverture
from qualite.etats_campagne import NatureCampagne
from qualite.evaluation import evaluer
from qualite.models import Campagne, ConstatAudit, JourneeAudit, NoteAudit
from qualite.parametres import en_vigueur
from qualite.preuves import Objet

ADRESSE = "http://127.0.0.1:8000"
# Days before the reference on which each thing of the closed campaign took place.
JOURS = {
    "creation": 96, "tirage": 95, "auto_evaluation": 92, "remise": 80, "revue": 77, "gel": 70, "audit": 63,
    "constats": 62, "reponse": 60, "reponses": 48, "decision": 42, "premiere": 41, "close": 40,
}  # fmt: skip
ACCES = timedelta(days=30)  # of the auditor, from today


@dataclass(frozen=True)
class Trouve:
    """A finding, and what its point answers; an action follows where there is a measure."""

    grade: str
    exigence: str
    texte: str
    reponse: str = ""
    mesure: str = ""


TROUVES = (
    Trouve(
        "mineure",
        "CAD-4",
        "La charte affichée à l’accueil n’est pas celle en vigueur.",
        "La bonne version est affichée depuis le lendemain de l’audit.",
        "À chaque nouvelle version, une personne de l’équipe remplace l’affiche le jour même.",
    ),
    Trouve(
        "sensible",
        "MEO-4",
        "Plusieurs mises en relation sont restées sans relance pendant plus d’un mois.",
        "Un temps de relance est fixé chaque lundi matin.",
    ),
    Trouve(
        "piste",
        "SUI-2",
        "La tablette de satisfaction est peu visible depuis la sortie.",
        "Elle sera déplacée près de la porte.",
    ),
    Trouve("point_fort", "DEO-6", "Les séances d’analyse de la pratique sont régulières et partagées."),
    Trouve("point_fort", "CAD-2", "Les ateliers avec les habitants sont préparés avec les partenaires."),
)
CENTRALE = Trouve(
    "piste",
    "SUI-6",
    "La revue de direction gagnerait à reprendre les alertes de veille du réseau.",
    "Elles seront à l’ordre du jour de la prochaine revue.",
)


def mener(reference: date, url: str) -> Campagne:
    """Lead a campaign to its closing and date it; prepare the next one. `url`: the owner's address."""
    siege = list(
        Utilisateur.objects.filter(acces__role=Role.UNION, acces__fin=None).distinct().order_by("pk")[:2]
    )
    courriels = Courriel.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    close = _mener(siege, reference)
    _dater(url, close, reference)
    _preparer(siege[0], reference)
    Courriel.objects.filter(pk__gt=courriels).delete()  # of a past that was not
    return close


def _avant(reference: date, etape: str) -> date:
    return reference - timedelta(days=JOURS[etape])


def _projet(union: Utilisateur, titre: str, au: date, audit: date) -> campagnes.Projet:
    return campagnes.Projet(
        titre=titre,
        nature=NatureCampagne.AUDIT_BLANC,
        referentiel=en_vigueur(au),
        pilote=union,
        du=au - timedelta(days=364),
        au=au,
        debut_audit=audit,
        fin_audit=audit + timedelta(days=2),
    )


def _mener(siege: list[Utilisateur], reference: date) -> Campagne:
    union, autre = siege
    jour = _avant(reference, "audit")
    gel, tirage = _avant(reference, "gel"), _avant(reference, "tirage")
    evaluer(jour=tirage)  # the draw looks at it
    projet = _projet(union, "Audit blanc d’été", gel, jour)
    campagne = campagnes.creer(union, uuid.uuid4(), projet)
    _tirer(union, campagne, tirage)
    lignes = list(campagne.points.select_related("point"))
    for n, ligne in enumerate(lignes):
        journee = JourneeAudit(
            jour=jour + timedelta(days=n % 3),
            point=ligne.point,
            objet="L’accueil, les registres, les preuves affichées",
            entretiens=["responsable de point", "médiateur"],
        )
        echantillonnage.prevoir_journee(union, campagne, journee)
    campagne = _avancer(union, campagne, "auto_evaluation")
    for ligne in lignes:
        echantillonnage.remettre(_responsable(ligne.point) or union, ligne, "")
    campagne = _avancer(union, campagne, "revue")
    campagne = _avancer(union, _avancer(union, campagne, "gel", gel), "audit")
    auditeur = _inviter(union, campagne, reference)
    _constater(auditeur, campagne, [ligne.point for ligne in lignes], jour)
    campagne = _avancer(union, campagne, "reponse")
    _repondre(union, campagne, reference)
    campagne = _avancer(union, campagne, "decision")
    motif = "Les non-conformités mineures ont leur action. L’audit de certification peut se préparer."
    campagne = cloture.decider(union, campagne, campagne.version, "reserves", motif)
    cloture.signer(union, campagne, campagne.version)
    return cloture.signer(autre, campagne, campagne.version)


def _avancer(union: Utilisateur, campagne: Campagne, vers: str, jour: date | None = None) -> Campagne:
    lue = Campagne.objects.get(pk=campagne.pk)
    return campagnes.avancer(union, lue, lue.version, vers, jour=jour)


def _tirer(union: Utilisateur, campagne: Campagne, veille: date) -> None:
    """Draw by a made-up lottery; the demo's own point is in the sample, so that its manager sees it."""
    graine = f"Loto du {date_longue(veille, avec_annee=True)}\u202f: 3 12 23 34 45"
    echantillonnage.tirer(union, campagne, campagne.version, graine)
    point = PointAccueil.objects.filter(code=POINT_DEMO).first()
    if point and not campagne.points.filter(point=point).exists():
        echantillonnage.ajouter_point(union, campagne, point, "Demandé par le point, qui se prépare.")
    campagne.refresh_from_db()


def _responsable(point: PointAccueil) -> Utilisateur | None:
    postes = Acces.objects.filter(point=point, role=Role.RESPONSABLE).en_vigueur(point.aujourdhui())
    acces = postes.select_related("personne").order_by("pk").first()
    return acces.personne if acces else None


def _inviter(union: Utilisateur, campagne: Campagne, reference: date) -> Utilisateur:
    """The demo's auditor reads the file from today on: it is still open to them for a month."""
    auditeur = Utilisateur.objects.get(email="auditeur@exemple.fr")
    invitation = audits.Invitation(
        email=auditeur.email,
        prenom=auditeur.prenom,
        nom=auditeur.nom,
        debut=reference,
        fin=reference + ACCES,
    )
    audits.inviter(union, campagne, invitation, ADRESSE)
    return auditeur


def _constater(auditeur: Utilisateur, campagne: Campagne, points: list[PointAccueil], jour: date) -> None:
    lieux = sorted(points, key=lambda p: p.code != POINT_DEMO)
    for n, trouve in enumerate(TROUVES):
        _ecrire(auditeur, campagne, trouve, lieux[n // 2 % len(lieux)])
    _ecrire(auditeur, campagne, CENTRALE, None)
    for lieu in lieux[:3]:
        note = NoteAudit(
            cle=uuid.uuid4(),
            point=lieu,
            nature=NoteAudit.Nature.ENTRETIEN,
            jour=jour,
            fonction="médiateur",
            texte="Explique la charte avec ses mots, et sait à qui orienter ce qui est hors champ.",
        )
        audits.noter(auditeur, campagne, note)


def _ecrire(auditeur: Utilisateur, campagne: Campagne, trouve: Trouve, lieu: PointAccueil | None) -> None:
    constatation = audits.Constatation(trouve.grade, trouve.texte, lieu, trouve.exigence)
    audits.constater(auditeur, campagne, uuid.uuid4(), constatation)


def _repondre(union: Utilisateur, campagne: Campagne, reference: date) -> None:
    par_texte = {t.texte: t for t in (*TROUVES, CENTRALE)}
    for constat in ConstatAudit.objects.filter(campagne=campagne).select_related("point", "campagne"):
        trouve = par_texte[constat.texte]
        qui = (constat.point and _responsable(constat.point)) or union
        if trouve.reponse:
            audits.repondre(qui, constat, trouve.reponse)
        if trouve.mesure and constat.point:
            fiche = Fiche(
                titre="Afficher la charte en vigueur",
                description=trouve.texte,
                cause="Personne n’était chargé de remplacer l’affiche.",
                mesure=trouve.mesure,
            )
            ouverture = Ouverture(
                cle=uuid.uuid4(),
                objet=Objet(point=constat.point),
                provenance="audit",
                fiche=fiche,
                pilote=qui,
                echeance=reference + timedelta(days=45),
            )
            audits.agir(qui, constat, ouverture)


def _preparer(union: Utilisateur, reference: date) -> None:
    """The next one: its sample is drawn, its plan waits."""
    audit = reference + timedelta(days=75)
    projet = _projet(union, "Audit blanc de printemps", reference + timedelta(days=60), audit)
    _tirer(union, campagnes.creer(union, uuid.uuid4(), projet), reference - timedelta(days=3))


# Column, row of the campaign, and the steps by which it is dated.
_DATES = (
    ("qualite_campagne", "creee_le", "id = %(c)s", "creation"),
    ("qualite_tirage", "le", "campagne_id = %(c)s", "tirage"),
    ("qualite_pointcampagne", "remise_le", "campagne_id = %(c)s", "remise"),
    ("qualite_evaluation", "arretee_le", "id = %(e)s", "gel"),
    ("qualite_constataudit", "le", "campagne_id = %(c)s", "constats"),
    ("qualite_constataudit", "modifie_le", "campagne_id = %(c)s", "constats"),
    ("qualite_noteaudit", "le", "campagne_id = %(c)s", "constats"),
    (
        "qualite_reponseconstat", "le",
        "constat_id IN (SELECT id FROM qualite_constataudit WHERE campagne_id = %(c)s)", "reponses",
    ),
)  # fmt: skip


def _dater(url: str, campagne: Campagne, reference: date) -> None:
    """Give each row its day, as the owner: what watches over these tables waits in this transaction."""
    cles = {"c": campagne.pk, "e": campagne.evaluation_id}
    tables = ["qualite_evenementcampagne", *dict.fromkeys(t for t, *_ in _DATES)]
    with closing(psycopg2.connect(url)) as lien, lien, lien.cursor() as curseur:
        for table in tables:
            curseur.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        for table, colonne, ou, etape in _DATES:
            ordre = sql.SQL("UPDATE {} SET {} = %(quand)s WHERE {}").format(
                sql.Identifier(table), sql.Identifier(colonne), sql.SQL(ou)
            )
            curseur.execute(ordre, cles | {"quand": _moment(reference, etape)})
        curseur.execute(
            "SELECT id, nature, vers FROM qualite_evenementcampagne WHERE campagne_id = %(c)s ORDER BY id",
            cles,
        )
        signe = False
        for cle, nature, vers in curseur.fetchall():
            etape = {"ouverture": "creation", "etat": vers}.get(nature) or ("close" if signe else "premiere")
            signe = signe or nature == "signature"
            curseur.execute(
                "UPDATE qualite_evenementcampagne SET le = %s WHERE id = %s",
                [_moment(reference, etape), cle],
            )
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")  # ALTER TABLE refuses pending checks
        for table in tables:
            curseur.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))


def _moment(reference: date, etape: str) -> datetime:
    return datetime.combine(_avant(reference, etape), time(10), UTC)
