"""The statements that count what rules need: each one for all points at once.

One reads the entries day by day, the other gathers all counts as rows of a name, a key and two numbers.
`{a}` is the condition on the point of alias `a`. A visit counts unless it was cancelled.
"""

# ruff: noqa: S608 — the statements are made of this file's own texts
from qualite import mesures_ecoute
from qualite.sources import Source


def _saisies(table: str, alias: str, vaut: str) -> Source:
    """Entries of the period that count; the right ones were logged in time."""
    texte = f"FROM {table} {alias} WHERE {alias}.jour BETWEEN %(du)s AND %(au)s AND {vaut} AND {{{alias}}}"
    return Source(texte, f"{alias}.point_id", f"{alias}.jour", f"{alias}.id", f"{alias}.retard <= %(retard)s")


VISITES = _saisies("accueil_visite", "v", "v.annulee_le IS NULL")
ETAPES = _saisies("mediation_etape", "e", "e.annulee_le IS NULL")
ACTIONS = _saisies("mediation_action", "a", "a.etat = 'faite'")
# Entries by point: how many, late, corrected, estimated, and the days that hold one.
ENTREES = f"""
SELECT j.point_id, sum(j.n), sum(j.tardives), sum(j.visites), sum(j.corrigees), sum(j.estimees),
  array_agg(j.jour)
FROM (
  SELECT v.point_id, v.jour, count(*) AS n, count(*) FILTER (WHERE NOT {VISITES.bon}) AS tardives,
    count(*) AS visites, count(*) FILTER (WHERE v.version > 1) AS corrigees,
    count(*) FILTER (WHERE v.duree_estimee) AS estimees
  {VISITES.texte} GROUP BY 1, 2
  UNION ALL
  SELECT e.point_id, e.jour, count(*), count(*) FILTER (WHERE NOT {ETAPES.bon}), 0, 0, 0
  {ETAPES.texte} GROUP BY 1, 2
  UNION ALL
  SELECT a.point_id, a.jour, count(*), count(*) FILTER (WHERE NOT {ACTIONS.bon}), 0, 0, 0
  {ACTIONS.texte} GROUP BY 1, 2
) j GROUP BY j.point_id"""

# Requests: out of scope and named, kinds of help, accompanied orientations whose delay has run out.
_LUES = """FROM (
  SELECT q.*, v.jour, s.suite, q.issue IN ('oriente', 'a_suivre') AND v.jour <= %(suite_limite)s
    AND (s.id IS NOT NULL OR q.registre = 5) AS relation
  FROM accueil_visite v JOIN accueil_demande q ON q.visite_id = v.id
  LEFT JOIN accueil_suivi s ON s.demande_id = q.id
  WHERE v.jour BETWEEN %(du)s AND %(au)s AND v.annulee_le IS NULL AND {v}
    AND (q.issue IN ('hors_champ', 'oriente', 'a_suivre') OR q.aide <> '')
) q"""
_HORS_CHAMP, _AIDE, _RELATION = "q.issue = 'hors_champ'", "q.aide = '{}'", "q.relation"
_AIDES = ("informer", "faire_avec", "faire_a_la_place")
_NOMME = """(q.vers_partenaire_id IS NOT NULL OR q.vers_texte <> ''
  OR EXISTS (SELECT FROM mediation_redirection r WHERE r.demande_id = q.id))"""
_SUIVIE = "(q.suite <> '' OR EXISTS (SELECT FROM mediation_dossier d WHERE d.demande_id = q.id))"


def _demandes(lesquelles: str, bon: str = "true") -> Source:
    return Source(f"{_LUES} WHERE {lesquelles}", "q.point_id", "q.jour", "q.id", bon)


HORS_CHAMP = _demandes(_HORS_CHAMP, _NOMME)
AIDES = _demandes(" OR ".join(_AIDE.format(a) for a in _AIDES))
RELATIONS = _demandes(_RELATION, _SUIVIE)
# The four counts in one reading, by the same conditions.
_DEMANDES = f"""
SELECT x.nom, q.point_id, x.n, x.m FROM (
  SELECT q.point_id, count(*) FILTER (WHERE {_HORS_CHAMP}) AS hors_champ,
    count(*) FILTER (WHERE {_HORS_CHAMP} AND {_NOMME}) AS nommes,
    count(*) FILTER (WHERE {_AIDE.format(_AIDES[0])}) AS informer,
    count(*) FILTER (WHERE {_AIDE.format(_AIDES[1])}) AS avec,
    count(*) FILTER (WHERE {_AIDE.format(_AIDES[2])}) AS place,
    count(*) FILTER (WHERE {_RELATION}) AS relations,
    count(*) FILTER (WHERE {_RELATION} AND {_SUIVIE}) AS suivies
  {_LUES} GROUP BY q.point_id
) q CROSS JOIN LATERAL (VALUES ('hors_champ', q.hors_champ, q.nommes), ('aides', q.informer, q.avec),
  ('a_la_place', q.place, 0), ('relations', q.relations, q.suivies)) x (nom, n, m)"""

# Parties in exchanges (two at one step are one, whatever its kind), and those whose last word before that
# day, or a word of that day, was a yes: a party may leave on the very day, in the middle of a meeting.
# Of a minor or a protected adult only what a representative said counts, who had not left before.
_ACCORDE = """EXISTS (
  SELECT FROM (
    (SELECT c.etat, c.donne_par_id FROM mediation_consentement c
      WHERE c.partie_id = p.id AND c.jour < e.jour ORDER BY c.jour DESC, c.id DESC LIMIT 1)
    UNION ALL
    SELECT c.etat, c.donne_par_id FROM mediation_consentement c
      WHERE c.partie_id = p.id AND c.jour = e.jour
  ) c LEFT JOIN mediation_partie r ON r.id = c.donne_par_id
  WHERE c.etat = 'donne'
    AND (p.protection = '' OR r.id IS NOT NULL AND (r.retiree_le >= e.jour) IS NOT FALSE))"""
ACCORDS = Source(
    """FROM mediation_etape e JOIN mediation_presence s ON s.etape_id = e.id
JOIN mediation_partie p ON p.id = s.partie_id AND p.role IN ('demandeur', 'autre_partie')
WHERE e.jour BETWEEN %(du)s AND %(au)s AND e.annulee_le IS NULL AND {e}
  AND (e.nature IN ('navette', 'table_ronde', 'accord') OR EXISTS (
    SELECT FROM mediation_presence a JOIN mediation_partie b ON b.id = a.partie_id
    WHERE a.etape_id = e.id AND b.role <> 'interprete' AND coalesce(b.represente_id, b.id) <> p.id))""",
    "e.point_id", "e.jour", "s.id", _ACCORDE,
)  # fmt: skip

_RETIRES = """FROM mediation_evenement v JOIN accueil_pointaccueil p ON p.id = v.point_id
WHERE v.vers = 'retrait' AND (v.le AT TIME ZONE p.fuseau)::date BETWEEN %(du)s AND %(au)s AND {v}"""
_DU_RETRAIT = ("v.point_id", "(v.le AT TIME ZONE p.fuseau)::date", "v.id")
_MEDIATEUR, _MOTIVE = "v.retrait_de = 'mediateur'", "v.scelle IS NOT NULL AND v.relais_propose"
RETRAITS_MEDIATEUR = Source(f"{_RETIRES} AND {_MEDIATEUR}", *_DU_RETRAIT, _MOTIVE)
RETRAITS_PARTIES = Source(f"{_RETIRES} AND ({_MEDIATEUR}) IS NOT TRUE", *_DU_RETRAIT)
_RETRAITS = f"""
SELECT CASE WHEN {_MEDIATEUR} THEN 'retraits_mediateur' ELSE 'retraits_parties' END,
  v.point_id, count(*), count(*) FILTER (WHERE {_MOTIVE})
{_RETIRES} GROUP BY 1, 2"""

GESTES = Source(
    """FROM mediation_etape e JOIN mediation_mandat m ON m.id = e.mandat_id
WHERE e.jour BETWEEN %(du)s AND %(au)s AND e.annulee_le IS NULL AND {e}""",
    "e.point_id", "e.jour", "e.id",
    """m.document_id IS NOT NULL AND e.jour BETWEEN m.debut AND m.fin
  AND (m.revoque_le IS NULL OR e.jour < m.revoque_le)""",
)  # fmt: skip

# As `mediation.a_suivre.a_revoir` says it, with the delay of the day.
DOSSIERS = Source(
    """FROM mediation_dossier d WHERE d.etat <> 'clos' AND d.anonymise_le IS NULL
  AND d.ouvert_le <= %(au)s AND {d}""",
    "d.point_id", "d.ouvert_le", "d.id",
    """NOT (d.ouvert_le <= %(revue_limite)s
  AND NOT EXISTS (SELECT FROM mediation_attente t WHERE t.dossier_id = d.id
    AND coalesce(t.fin, t.relance_le) > %(revue_limite)s)
  AND NOT EXISTS (SELECT FROM mediation_etape e WHERE e.dossier_id = d.id AND e.annulee_le IS NULL
    AND e.jour > %(revue_limite)s))""",
)  # fmt: skip

ALERTES = Source(
    "FROM mediation_alerte l WHERE l.jour BETWEEN %(du)s AND %(au)s AND l.annulee_le IS NULL AND {l}",
    "l.point_id", "l.jour", "l.id",
    """NOT (l.close_le IS NULL AND l.jour <= %(relance_limite)s
  AND NOT EXISTS (SELECT FROM mediation_transmission t WHERE t.alerte_id = l.id))""",
)  # fmt: skip

TRANSMISSIONS = Source(
    """FROM mediation_transmission t JOIN mediation_alerte l ON l.id = t.alerte_id
WHERE l.jour BETWEEN %(du)s AND %(au)s AND l.annulee_le IS NULL AND {t}""",
    "t.point_id", "t.transmise_le", "t.id",
    """NOT (t.reponse = '' AND t.relancee_le IS NULL AND t.transmise_le <= %(relance_limite)s
  AND l.close_le IS NULL)""",
)  # fmt: skip

_RETAGUEES = """
SELECT 'retaguees', r.point_id, count(*), 0 FROM (
  SELECT point_id FROM mediation_propositionregistre WHERE decision = 'acceptee' AND decide_le >= %(du)s
  UNION ALL SELECT point_id FROM accueil_changementregistre WHERE le >= %(du)s
) r WHERE {r} GROUP BY 2"""

# Agents and managers in post on the day, each once, those away for long left out.
_EQUIPE = """
SELECT 'equipe', c.point_id, count(DISTINCT c.personne_id),
  count(DISTINCT c.personne_id) FILTER (WHERE c.role = 'responsable')
FROM accueil_acces c JOIN accueil_utilisateur u ON u.id = c.personne_id AND u.is_active
WHERE c.role IN ('mediateur', 'responsable') AND c.debut <= %(au)s
  AND (c.fin IS NULL OR c.fin >= %(au)s) AND {c}
  AND NOT EXISTS (SELECT FROM accueil_absence b WHERE b.personne_id = c.personne_id
    AND b.debut <= %(au)s AND (b.fin IS NULL OR b.fin >= %(au)s)
    AND (b.fin IS NULL OR b.fin - b.debut + 1 >= %(absence_longue)s))
GROUP BY 2"""

_LABELS = """
SELECT 'labels', f.point_id, count(*), 0 FROM accueil_labelfranceservices f
WHERE f.debut <= %(au)s AND (f.fin IS NULL OR f.fin >= %(au)s) AND {f} GROUP BY 2"""

_FERMETURES = """
SELECT 'fermetures', f.point_id, count(*), count(*) FILTER (WHERE f.annoncee_le IS NULL)
FROM accueil_fermeture f
WHERE f.debut <= %(au)s AND (f.fin IS NULL OR f.fin >= %(du)s) AND {f} GROUP BY 2"""

_CONTRATS = """
SELECT 'contrats', c.association_id, count(*), count(*) FILTER (WHERE c.fin IS NULL OR c.fin >= %(au)s)
FROM accueil_contratfranchise c WHERE c.debut <= %(au)s GROUP BY 2"""

# For each partner and holder (key 0: the network) the last convention counts: in force, or lapsed when
# neither denounced nor followed; as `Convention.en_vigueur_le` says it.
CONVENTIONS = Source(
    """FROM (
  SELECT coalesce(c.association_id, 0) AS porteur, max(c.debut) AS debut,
    bool_or((c.denoncee_le IS NULL OR c.denoncee_le > %(au)s)
      AND (c.tacite OR c.fin IS NULL OR c.fin >= %(au)s)) AS vaut,
    (array_agg(c.id ORDER BY c.debut DESC))[1] AS derniere,
    (array_agg(c.denoncee_le ORDER BY c.debut DESC))[1] AS derniere_denoncee
  FROM accueil_convention c
  JOIN accueil_partenaire n ON n.id = c.partenaire_id AND n.retire_le IS NULL
  WHERE c.debut <= %(au)s GROUP BY c.partenaire_id, c.association_id
) p WHERE p.vaut OR p.derniere_denoncee IS NULL""",
    "p.porteur", "p.debut", "p.derniere", "p.vaut",
)  # fmt: skip
_CONVENTIONS = f"""
SELECT 'conventions', p.porteur, count(*) FILTER (WHERE p.vaut), count(*) FILTER (WHERE NOT p.vaut)
{CONVENTIONS.texte} GROUP BY 2"""

# Corrective actions of the point: closed in the period, by their due date or later; open, overdue on the
# day, their due date moved; cancelled in the period once they were overdue.
_SUIVIES = """FROM (
  SELECT k.*, CASE k.etat WHEN 'annulee' THEN (
    SELECT max((e.le AT TIME ZONE p.fuseau)::date) FROM qualite_evenementaction e
    WHERE e.action_id = k.id AND e.vers = 'annulee') END AS annulee_le,
    k.etat = 'annulee' AND EXISTS (SELECT FROM qualite_evenementaction e WHERE e.action_id = k.id
      AND e.nature = 'report' AND (e.le AT TIME ZONE p.fuseau)::date > e.avant) AS repoussee_tard
  FROM qualite_actioncorrective k JOIN accueil_pointaccueil p ON p.id = k.point_id
  WHERE k.niveau = 'point' AND {k} AND (k.close_le IS NULL OR k.close_le BETWEEN %(du)s AND %(au)s)
) k"""
_CLOSE, _A_TEMPS = "k.etat = 'close'", "k.close_le <= k.echeance"
_OUVERTE = "k.etat NOT IN ('close', 'annulee')"
_EN_RETARD = f"{_OUVERTE} AND k.echeance < %(au)s"
_ANNULEE_TARD = """k.etat = 'annulee' AND (k.annulee_le > k.echeance OR k.repoussee_tard)
  AND k.annulee_le BETWEEN %(du)s AND %(au)s"""
# Those that are judged: closed, overdue, cancelled too late.
CORRECTIVES = Source(
    f"{_SUIVIES} WHERE ({_CLOSE}) OR ({_EN_RETARD}) OR ({_ANNULEE_TARD})",
    "k.point_id", "k.ouverte_le", "k.id", f"({_A_TEMPS}) IS TRUE",
)  # fmt: skip
_CORRECTIVES = f"""
SELECT x.nom, k.point_id, x.n, x.m FROM (
  SELECT k.point_id, count(*) FILTER (WHERE {_CLOSE}) AS closes,
    count(*) FILTER (WHERE {_A_TEMPS}) AS a_temps,
    count(*) FILTER (WHERE {_OUVERTE}) AS ouvertes,
    count(*) FILTER (WHERE {_EN_RETARD}) AS en_retard,
    count(*) FILTER (WHERE k.etat <> 'annulee' AND k.echeance <> k.echeance_initiale) AS reportees,
    count(*) FILTER (WHERE {_ANNULEE_TARD}) AS annulees
  {_SUIVIES}
  GROUP BY k.point_id
) k CROSS JOIN LATERAL (VALUES ('correctives_closes', k.closes, k.a_temps),
  ('correctives', k.ouvertes, k.en_retard), ('correctives_reportees', k.reportees, 0),
  ('correctives_annulees', k.annulees, 0)) x (nom, n, m)"""

# What the journal calls cases and what is in them, and how they are read.
IDENTITES = ("dossier", "partie", "etape", "mandat", "document")
LECTURES = ("lire", "telecharger", "imprimer")

# What names people and was read, downloaded or printed, and by someone in post there on that local day.
ACCES = Source(
    """FROM (
  SELECT e.id, e.point_id, e.acteur_id, (e.horodatage AT TIME ZONE p.fuseau)::date AS jour
  FROM socle_entreejournal e JOIN accueil_pointaccueil p ON p.id = e.point_id
  WHERE e.objet = ANY(%(identites)s) AND e.acte = ANY(%(lectures)s)
    AND e.horodatage >= %(du)s::date - 1 AND {e}
) e WHERE e.jour BETWEEN %(du)s AND %(au)s""",
    "e.point_id", "e.jour", "e.id",
    """EXISTS (
  SELECT FROM accueil_acces c WHERE c.personne_id = e.acteur_id AND c.point_id = e.point_id
  AND c.role IN ('mediateur', 'responsable') AND c.debut <= e.jour AND (c.fin IS NULL OR c.fin >= e.jour))""",
)  # fmt: skip

CONFLITS = Source(
    """FROM mediation_conflitinteret c JOIN accueil_pointaccueil p ON p.id = c.point_id
JOIN mediation_dossier d ON d.id = c.dossier_id
WHERE c.declare_le <= %(au)s AND (c.declare_le >= %(du)s OR c.decide_le IS NULL OR c.decide_le > %(au)s)
  AND (c.decide_le IS NOT NULL OR d.anonymise_le IS NULL)""",
    "p.association_id", "c.declare_le", "c.id", "(c.decide_le <= %(au)s) IS TRUE",
)  # fmt: skip

# Internal audits of the network (key 0): closed in the period.
_AUDITS = """
SELECT 'audits_internes', 0::bigint, count(*), 0::bigint
FROM qualite_evenementcampagne w JOIN qualite_campagne c ON c.id = w.campagne_id
WHERE w.vers = 'close' AND c.nature = 'audit_blanc'
  AND (w.le AT TIME ZONE 'Europe/Paris')::date BETWEEN %(du)s AND %(au)s"""

# The last calendar year of which an association's own account was signed by the day, its own as `_ailleurs`
# of `qualite.evaluation` has it, and has not been found altered since; with the key of the latest about it.
_BILANS = """
SELECT 'bilans', r.association_id, max(extract(year FROM r.au))::bigint,
  (array_agg(r.id ORDER BY r.au DESC, r.id DESC))[1]
FROM qualite_rapport r
WHERE r.genre = 'bilan' AND r.niveau = 'association' AND r.etat = 'pret' AND r.altere_le IS NULL
  AND r.association_id = ANY(%(associations)s) AND r.au < %(au)s
  AND (SELECT min((r.fini_le AT TIME ZONE p.fuseau)::date) FROM accueil_pointaccueil p
       WHERE p.association_id = r.association_id) <= %(au)s
GROUP BY 2"""

# Points that were in service in the last ended year, and in the one before it.
_ANNEES = """
SELECT 'annees', p.association_id, count(*) FILTER (WHERE p.ouvert_le < a.debut AND
    (p.ferme_le IS NULL OR p.ferme_le > a.debut - interval '1 year')),
  count(*) FILTER (WHERE p.ouvert_le < a.debut - interval '1 year' AND
    (p.ferme_le IS NULL OR p.ferme_le > a.debut - interval '2 years'))
FROM accueil_pointaccueil p, (SELECT date_trunc('year', %(au)s::date)::date AS debut) a
WHERE p.association_id = ANY(%(associations)s) GROUP BY 2"""

COMPTES = " UNION ALL ".join(
    f"({texte})"
    for texte in (
        _DEMANDES, ACCORDS.compte("accords"), _RETRAITS, GESTES.compte("gestes"),
        DOSSIERS.compte("dossiers", fautives=True), ALERTES.compte("alertes", fautives=True),
        TRANSMISSIONS.compte("transmissions", fautives=True), _RETAGUEES, _EQUIPE, _LABELS, _FERMETURES,
        _CONTRATS, _CONVENTIONS, _CORRECTIVES, ACCES.compte("acces"), CONFLITS.compte("conflits"),
        _AUDITS, _BILANS, _ANNEES,
        *mesures_ecoute.TEXTES,
    )
)  # fmt: skip
ALIAS = "vdealtrcfk" + mesures_ecoute.ALIAS
