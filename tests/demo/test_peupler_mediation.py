"""The mediation that `peupler` makes up keeps the rules that its copy sets aside."""

import pytest
from psycopg2 import sql

from mediation.etats import TRANSITIONS
from tests.bases_a_part import peupler

# What tells nothing of keys and nonces, which are drawn anew each time.
EMPREINTE = sql.SQL("SELECT count(*), sum(hashtextextended(({})::text, 0)) FROM {} t")
COMPTE = sql.SQL("SELECT count(*) FROM {}")
SANS_SECRET = sql.SQL("to_jsonb(t) - ARRAY['scelle', 'enveloppe', 'empreinte', 'octets']")
TABLES = (
    "dossier", "partie", "consentement", "etape", "presence", "engagement", "evenement", "attente",
    "compteur", "redirection", "action", "participation", "alerte", "transmission", "document", "fichier",
    "lecteur", "propositionregistre",
)  # fmt: skip


@pytest.fixture(scope="module")
def anime(vierge):
    """Few points, many visits: enough for every kind of story."""
    with vierge("anime") as base:
        essai = peupler(base, points="6", annees="1", visites="16000")
        assert essai.returncode == 0, essai.stderr
        yield base


def test_every_table_of_the_demo_holds_rows(anime):
    vides = [t for t in TABLES if not anime.valeur(COMPTE.format(sql.Identifier(f"mediation_{t}")))]
    assert vides == []


def test_every_move_of_a_case_is_in_the_table(anime):
    permis = {(t.de.value, t.vers.value) for t in TRANSITIONS}
    faits = set(anime.lignes("SELECT DISTINCT de, vers FROM mediation_evenement WHERE nature = 'transition'"))
    assert faits <= permis
    assert len(faits) > 10


def test_the_state_of_a_case_is_that_of_its_last_move(anime):
    faux = anime.valeur("""
        SELECT count(*) FROM mediation_dossier d LEFT JOIN LATERAL (
          SELECT vers FROM mediation_evenement e WHERE e.dossier_id = d.id AND nature = 'transition'
          ORDER BY numero DESC LIMIT 1) e ON true
        WHERE d.etat <> coalesce(e.vers, 'demande')
    """)
    assert faux == 0


def test_no_exchange_comes_before_each_ones_agreement(anime):
    faux = anime.valeur("""
        SELECT count(*) FROM mediation_presence pr JOIN mediation_etape e ON e.id = pr.etape_id
        WHERE (e.nature IN ('navette', 'table_ronde', 'accord') OR EXISTS (
          SELECT FROM mediation_presence a WHERE a.etape_id = e.id AND a.partie_id <> pr.partie_id)) AND (
          SELECT etat FROM mediation_consentement c WHERE c.partie_id = pr.partie_id AND c.jour <= e.jour
          ORDER BY jour DESC, id DESC LIMIT 1) IS DISTINCT FROM 'donne'
    """)
    assert faux == 0


def test_no_case_is_closed_with_a_commitment_of_unknown_outcome(anime):
    faux = anime.valeur("""
        SELECT count(*) FROM mediation_engagement g JOIN mediation_dossier d ON d.id = g.dossier_id
        WHERE d.etat = 'clos' AND g.suite = ''
    """)
    assert faux == 0


def test_nothing_happens_on_a_day_to_come_but_what_is_planned(anime):
    assert anime.valeur("SELECT max(jour) < '2026-06-15' FROM mediation_etape")
    assert anime.valeur("SELECT max(jour) < '2026-06-15' FROM mediation_action WHERE etat = 'faite'")
    assert anime.valeur("SELECT max(jour) >= '2026-06-15' FROM mediation_action WHERE etat = 'prevue'")


def test_cases_take_over_a_request_of_their_own_point(anime):
    faux, depuis = anime.lignes("""
        SELECT count(*) FILTER (WHERE q.point_id <> d.point_id OR q.registre <> d.registre), count(*)
        FROM mediation_dossier d JOIN accueil_demande q ON q.id = d.demande_id
    """)[0]
    assert (faux, depuis > 0) == (0, True)


def test_a_transferred_case_goes_on_at_another_point(anime):
    transferes, suivis, ailleurs = anime.lignes("""
        SELECT count(*), count(s.id), count(s.id) FILTER (
          WHERE s.point_id <> d.point_id AND s.ouvert_le = d.clos_le AND s.theme_id = d.theme_id)
        FROM mediation_dossier d LEFT JOIN mediation_dossier s ON s.predecesseur_id = d.id
        WHERE d.issue = 'transfert'
    """)[0]
    assert transferes > 0
    assert transferes == suivis == ailleurs


def test_references_follow_the_days(anime):
    faux = anime.valeur("""
        SELECT count(*) FROM mediation_dossier d JOIN mediation_dossier a
          ON a.point_id = d.point_id AND a.annee = d.annee AND a.numero = d.numero - 1
        WHERE a.ouvert_le > d.ouvert_le
    """)
    assert faux == 0


def test_a_restricted_case_says_so_in_its_story_and_names_its_readers(anime):
    restreints, racontes = anime.lignes("""
        SELECT count(*), count(*) FILTER (WHERE EXISTS (
          SELECT FROM mediation_evenement e WHERE e.dossier_id = d.id AND e.nature = 'restriction'))
        FROM mediation_dossier d WHERE d.restreint
    """)[0]
    assert restreints == racontes > 0


def test_a_document_opens_as_a_clean_pdf(anime):
    code = (
        "from mediation.assainissement import assainir;"
        "from mediation.models import Document;"
        "d = Document.objects.select_related('dossier__cle_donnees', 'fichier').first();"
        "octets = d.dossier.coffre.ouvrir(f'fichier:{d.numero}', d.fichier.octets);"
        "print(assainir(octets)[0], len(octets) == d.taille, d.dossier.valeurs() != {})"
    )
    assert anime.manage("shell", "-v0", "-c", code).stdout.split() == ["pdf", "True", "True"]


def test_an_accepted_proposal_has_changed_the_register(anime):
    faux, decidees = anime.lignes("""
        SELECT count(*) FILTER (WHERE p.decision = 'acceptee' AND d.registre <> p.registre_vers
          OR p.decision <> 'acceptee' AND d.registre <> p.registre_de), count(*)
        FROM mediation_propositionregistre p JOIN mediation_dossier d ON d.id = p.dossier_id
    """)[0]
    assert (faux, decidees > 0) == (0, True)


def test_no_name_stands_in_clear(anime):
    code = (
        "from mediation.models import Partie;"
        "ps = Partie.objects.filter(partenaire=None).select_related('dossier__cle_donnees')[:50];"
        "print('|'.join(p.valeurs()['nom'] for p in ps))"
    )
    noms = anime.manage("shell", "-v0", "-c", code).stdout.strip().split("|")
    assert len(noms) == 50
    clair = anime.lignes("SELECT row_to_json(p)::text FROM mediation_partie p")
    assert not any(nom in ligne for nom in noms for (ligne,) in clair)


def test_the_same_seed_gives_the_same_stories(vierge, anime):
    with vierge("anime_bis") as jumeau:
        assert peupler(jumeau, points="6", annees="1", visites="16000").returncode == 0
        for table in TABLES:
            question = EMPREINTE.format(SANS_SECRET, sql.Identifier(f"mediation_{table}"))
            assert jumeau.lignes(question) == anime.lignes(question), table


def test_the_guards_are_back_afterwards(anime):
    assert anime.valeur("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'") == 0


def test_the_next_case_of_a_point_follows(anime):
    faux = anime.valeur("""
        SELECT count(*) FROM mediation_compteur c WHERE c.dernier <> (
          SELECT max(numero) FROM mediation_dossier d WHERE d.point_id = c.point_id AND d.annee = c.annee)
    """)
    assert faux == 0
