"""The corrective actions that `peupler` makes up: every state, and events that lead there."""

from qualite.etats_action import TRANSITIONS, EtatAction


def test_there_are_actions_in_every_state(reseau):
    etats = {etat for (etat,) in reseau.lignes("SELECT DISTINCT etat FROM qualite_actioncorrective")}
    assert etats == set(EtatAction.values)


def test_every_move_is_in_the_table_and_leads_to_the_state(reseau):
    faits = set(reseau.lignes("SELECT DISTINCT de, vers FROM qualite_evenementaction WHERE nature = 'etat'"))
    assert faits <= {(t.de.value, t.vers.value) for t in TRANSITIONS}
    faux = reseau.valeur("""
        SELECT count(*) FROM qualite_actioncorrective a WHERE a.etat <> (
          SELECT vers FROM qualite_evenementaction e WHERE e.action_id = a.id AND vers <> ''
          ORDER BY e.id DESC LIMIT 1)
    """)
    assert faux == 0


def test_owner_and_verifier_work_at_the_point(reseau):
    ailleurs = reseau.valeur("""
        SELECT count(*) FROM qualite_actioncorrective a WHERE NOT EXISTS (
          SELECT FROM accueil_acces c WHERE c.personne_id = a.pilote_id AND c.point_id = a.point_id)
    """)
    assert ailleurs == 0


def test_the_guard_of_the_moves_is_back(reseau):
    assert reseau.valeur("SELECT tgenabled FROM pg_trigger WHERE tgname = 'actioncorrective_garde'") == "O"


def test_the_union_published_good_practices(reseau):
    assert reseau.valeur("SELECT count(*) FROM qualite_bonnepratique") == 2
