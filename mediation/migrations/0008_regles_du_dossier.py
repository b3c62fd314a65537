"""The rules of a case that only the named functions knew: the database refuses now what they refuse.

A state is reached on its conditions, an outcome never changes apart from the state, two parties at one step
are an exchange whatever its kind (`mediation.echanges`), a register changes with its proposal, and mandates
end with the departure of who gave them. Triggers keep the names of 0002, which `pimms.demo` sets aside.
"""

from importlib import import_module

from django.db import migrations, models

AVANT = import_module("mediation.migrations.0002_gardes")
AVANT_ECHANGE = import_module("mediation.migrations.0003_contenu_du_dossier")

OTER = """
DROP TRIGGER echange_garde ON mediation_etape; DROP FUNCTION mediation_echange_garde();
DROP TRIGGER presence_garde ON mediation_presence; DROP FUNCTION mediation_presence_garde();
DROP TRIGGER etape_garde ON mediation_etape; DROP FUNCTION mediation_etape_garde();
DROP TRIGGER evenement_garde ON mediation_evenement; DROP FUNCTION mediation_evenement_garde();
DROP TRIGGER dossier_etat_raconte ON mediation_dossier; DROP FUNCTION mediation_etat_raconte();
DROP TRIGGER dossier_garde ON mediation_dossier; DROP FUNCTION mediation_dossier_garde();
"""

# A minor or a protected adult agrees through who represents them.
ACCORD = """
CREATE FUNCTION mediation_d_accord(laquelle bigint, le date) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce((
    SELECT c.etat = 'donne' AND (p.protection = '' OR c.donne_par_id IS NOT NULL)
    FROM mediation_consentement c JOIN mediation_partie p ON p.id = c.partie_id
    WHERE c.partie_id = laquelle AND c.jour <= le ORDER BY c.jour DESC, c.id DESC LIMIT 1), false)
$$;

CREATE FUNCTION mediation_consentement_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE p mediation_partie; r mediation_partie;
BEGIN
  SELECT * INTO p FROM mediation_partie WHERE id = NEW.partie_id;
  SELECT * INTO r FROM mediation_partie WHERE id = NEW.donne_par_id;
  IF p.role NOT IN ('demandeur', 'autre_partie') THEN
    RAISE EXCEPTION 'Seule une partie donne son accord.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.donne_par_id IS NOT NULL AND (r.represente_id IS DISTINCT FROM p.id OR r.retiree_le <= NEW.jour) THEN
    RAISE EXCEPTION 'Cette personne ne parle pas pour cette partie.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.etat = 'donne' AND p.protection <> '' AND NEW.donne_par_id IS NULL THEN
    RAISE EXCEPTION 'L''accord est donné par qui représente cette personne.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consentement_garde BEFORE INSERT ON mediation_consentement
  FOR EACH ROW EXECUTE FUNCTION mediation_consentement_garde();
"""

ETATS = """
CREATE FUNCTION mediation_passage_garde(d mediation_dossier) RETURNS void LANGUAGE plpgsql AS $$
DECLARE manque text;
BEGIN
  IF d.etat NOT IN ('clos', 'hors_champ', 'refuse', 'retrait') AND EXISTS (
      SELECT FROM mediation_conflitinteret WHERE dossier_id = d.id AND decision = '') THEN
    manque := 'la suite du conflit d''intérêts';
  ELSIF d.etat = 'en_cours' AND NOT coalesce((
      SELECT bool_and(mediation_d_accord(id, 'infinity')) FROM mediation_partie
      WHERE dossier_id = d.id AND role = 'demandeur' AND retiree_le IS NULL), false) THEN
    manque := 'l''accord de la partie qui demande';
  ELSIF d.etat = 'accord' AND NOT EXISTS (
      SELECT FROM mediation_etape WHERE dossier_id = d.id AND nature = 'accord' AND annulee_le IS NULL) THEN
    manque := 'l''étape « Accord trouvé »';
  ELSIF d.etat = 'hors_champ' AND NOT EXISTS (
      SELECT FROM mediation_redirection WHERE dossier_id = d.id) THEN
    manque := 'la réorientation';
  ELSIF d.etat = 'clos' AND EXISTS (
      SELECT FROM mediation_engagement WHERE dossier_id = d.id AND suite = '') THEN
    manque := 'la suite des engagements';
  END IF;
  IF manque IS NOT NULL THEN
    RAISE EXCEPTION 'Il manque % pour passer à %.', manque, d.etat USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE FUNCTION mediation_dossier_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE permise mediation_transition;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.etat <> 'demande' THEN
      RAISE EXCEPTION 'Un dossier commence par une demande.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.point_id, NEW.reference, NEW.annee, NEW.numero, NEW.cle_donnees_id, NEW.predecesseur_id)
      IS DISTINCT FROM
      (OLD.point_id, OLD.reference, OLD.annee, OLD.numero, OLD.cle_donnees_id, OLD.predecesseur_id) THEN
    RAISE EXCEPTION 'Le point et la référence d''un dossier ne changent jamais.'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.etat = OLD.etat THEN
    IF (NEW.issue, NEW.clos_le) IS DISTINCT FROM (OLD.issue, OLD.clos_le) THEN
      RAISE EXCEPTION 'L''issue ne change qu''avec l''état.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  SELECT * INTO permise FROM mediation_transition WHERE de = OLD.etat AND vers = NEW.etat;
  IF NOT FOUND OR OLD.issue = 'transfert' OR permise.transfert <> (NEW.issue = 'transfert')
      OR (NEW.etat IN ('suivi', 'clos') AND NOT permise.transfert AND NEW.issue <> OLD.issue) THEN
    RAISE EXCEPTION 'Un dossier ne passe pas de % à %.', OLD.etat, NEW.etat USING ERRCODE = 'check_violation';
  END IF;
  PERFORM mediation_passage_garde(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_garde BEFORE INSERT OR UPDATE ON mediation_dossier
  FOR EACH ROW EXECUTE FUNCTION mediation_dossier_garde();

CREATE FUNCTION mediation_evenement_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE permise mediation_transition; dernier mediation_evenement;
BEGIN
  SELECT * INTO permise FROM mediation_transition WHERE de = NEW.de AND vers = NEW.vers;
  IF NOT FOUND OR (permise.motif AND NEW.scelle IS NULL) THEN
    RAISE EXCEPTION 'Un dossier ne passe pas de % à % sans motif.', NEW.de, NEW.vers
      USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.vers = 'oriente' AND NEW.partenaire_id IS NULL THEN
    RAISE EXCEPTION 'Une orientation a son partenaire.' USING ERRCODE = 'check_violation';
  END IF;
  SELECT * INTO dernier FROM mediation_evenement
    WHERE dossier_id = NEW.dossier_id AND nature = 'transition' ORDER BY numero DESC LIMIT 1;
  IF NEW.de <> coalesce(dernier.vers, 'demande') OR NEW.numero <= dernier.numero THEN
    RAISE EXCEPTION 'Un événement suit le précédent.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER evenement_garde BEFORE INSERT ON mediation_evenement
  FOR EACH ROW WHEN (NEW.nature = 'transition') EXECUTE FUNCTION mediation_evenement_garde();

CREATE FUNCTION mediation_etat_raconte() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d mediation_dossier; lequel bigint; dernier varchar;
BEGIN
  IF TG_TABLE_NAME = 'mediation_dossier' THEN lequel := NEW.id; ELSE lequel := NEW.dossier_id; END IF;
  SELECT * INTO d FROM mediation_dossier WHERE id = lequel;
  SELECT vers INTO dernier FROM mediation_evenement
    WHERE dossier_id = lequel AND nature = 'transition' ORDER BY numero DESC LIMIT 1;
  IF dernier IS DISTINCT FROM d.etat THEN
    RAISE EXCEPTION 'Un changement d''état a son événement.' USING ERRCODE = 'check_violation';
  END IF;
  IF d.issue = 'transfert' AND NOT EXISTS (SELECT FROM mediation_dossier WHERE predecesseur_id = lequel) THEN
    RAISE EXCEPTION 'Un dossier transféré a sa suite.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dossier_etat_raconte AFTER UPDATE OF etat ON mediation_dossier
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.etat IS DISTINCT FROM NEW.etat)
  EXECUTE FUNCTION mediation_etat_raconte();
CREATE CONSTRAINT TRIGGER evenement_raconte AFTER INSERT ON mediation_evenement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.nature = 'transition')
  EXECUTE FUNCTION mediation_etat_raconte();
"""

ETAPES = """
CREATE FUNCTION mediation_etape_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE d mediation_dossier; neuve boolean := TG_OP = 'INSERT';
BEGIN
  SELECT * INTO d FROM mediation_dossier WHERE id = NEW.dossier_id;
  IF NOT neuve THEN
    IF NEW.dossier_id <> OLD.dossier_id THEN
      RAISE EXCEPTION 'Une étape reste dans son dossier.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.nature, NEW.jour, NEW.mandat_id, NEW.annulee_le)
        IS NOT DISTINCT FROM (OLD.nature, OLD.jour, OLD.mandat_id, OLD.annulee_le) THEN
      RETURN NEW;
    END IF;
    IF OLD.annulee_le IS NOT NULL OR (NEW.nature = 'accord') <> (OLD.nature = 'accord') THEN
      RAISE EXCEPTION 'Une étape annulée ne change plus, un accord reste un accord.'
        USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.annulee_le IS NOT NULL AND NEW.nature = 'accord' AND d.issue = 'accord' AND NOT EXISTS (
        SELECT FROM mediation_etape WHERE dossier_id = d.id AND id <> NEW.id AND nature = 'accord'
          AND annulee_le IS NULL) THEN
      RAISE EXCEPTION 'Le dossier est conclu par cet accord.' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF d.etat = 'clos' THEN
    RAISE EXCEPTION 'Un dossier clos ne reçoit plus d''étape.' USING ERRCODE = 'check_violation';
  END IF;
  IF neuve AND NEW.nature = 'accord' AND d.etat <> 'en_cours' AND d.issue <> 'accord' THEN
    RAISE EXCEPTION 'Un accord se trouve dans une médiation engagée.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.jour < d.ouvert_le AND (neuve OR NEW.jour <> OLD.jour) THEN
    RAISE EXCEPTION 'Une étape ne précède pas son dossier.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.mandat_id IS NOT NULL AND (neuve OR (NEW.mandat_id, NEW.jour) IS DISTINCT FROM (OLD.mandat_id, OLD.jour))
      AND NOT EXISTS (
        SELECT FROM mediation_mandat WHERE id = NEW.mandat_id AND document_id IS NOT NULL
          AND NEW.jour BETWEEN debut AND fin AND (revoque_le IS NULL OR NEW.jour < revoque_le)) THEN
    RAISE EXCEPTION 'Ce mandat ne vaut pas ce jour-là.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER etape_garde BEFORE INSERT OR UPDATE ON mediation_etape
  FOR EACH ROW EXECUTE FUNCTION mediation_etape_garde();

-- DEO-1: no exchange between parties before each one's agreement, none while a conflict of interest waits.
CREATE FUNCTION mediation_verifier_echange(laquelle bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE e mediation_etape; parties bigint[];
BEGIN
  SELECT * INTO e FROM mediation_etape WHERE id = laquelle AND annulee_le IS NULL;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT array_agg(DISTINCT coalesce(p.represente_id, p.id)) INTO parties
    FROM mediation_presence s JOIN mediation_partie p ON p.id = s.partie_id
    WHERE s.etape_id = e.id AND p.role <> 'interprete';
  IF coalesce(cardinality(parties), 0) < 2 AND e.nature NOT IN ('navette', 'table_ronde', 'accord') THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM unnest(parties) q WHERE NOT mediation_d_accord(q, e.jour)) THEN
    RAISE EXCEPTION 'Une partie n''a pas donné son accord à la médiation.' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM mediation_conflitinteret
      WHERE dossier_id = e.dossier_id AND decision = '' AND declare_le <= e.jour) THEN
    RAISE EXCEPTION 'Un conflit d''intérêts attend sa suite.' USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE FUNCTION mediation_presence_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT dossier_id FROM mediation_partie WHERE id = NEW.partie_id)
      <> (SELECT dossier_id FROM mediation_etape WHERE id = NEW.etape_id) THEN
    RAISE EXCEPTION 'Cette partie est d''un autre dossier.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  PERFORM mediation_verifier_echange(NEW.etape_id);
  RETURN NULL;
END $$;
CREATE TRIGGER presence_garde AFTER INSERT OR UPDATE ON mediation_presence
  FOR EACH ROW EXECUTE FUNCTION mediation_presence_garde();

CREATE FUNCTION mediation_echange_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mediation_verifier_echange(NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER echange_garde AFTER UPDATE OF nature, jour ON mediation_etape FOR EACH ROW
  WHEN ((NEW.nature, NEW.jour) IS DISTINCT FROM (OLD.nature, OLD.jour)) EXECUTE FUNCTION mediation_echange_garde();
"""

PARTIES = """
UPDATE mediation_mandat m SET revoque_le = p.retiree_le FROM mediation_partie p
WHERE p.id = m.partie_id AND p.retiree_le <= m.fin AND m.revoque_le IS NULL;

CREATE FUNCTION mediation_mandat_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.revoque_le > OLD.revoque_le OR (NEW.revoque_le IS NULL AND OLD.revoque_le IS NOT NULL)
      OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id)) THEN
    RAISE EXCEPTION 'Un mandat révoqué ne reprend pas, un mandat signé garde son document.'
      USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT FROM mediation_etape
      WHERE mandat_id = NEW.id AND annulee_le IS NULL AND jour >= NEW.revoque_le) THEN
    RAISE EXCEPTION 'Une démarche a été faite sous ce mandat.' USING ERRCODE = 'check_violation';
  END IF;
  -- Until the day after at most: something may have been done on the day of the departure itself.
  IF EXISTS (SELECT FROM mediation_partie WHERE id = NEW.partie_id AND retiree_le <= NEW.fin
      AND coalesce(NEW.revoque_le, 'infinity') > retiree_le + 1) THEN
    RAISE EXCEPTION 'Un mandat finit avec le départ de la partie.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mandat_garde BEFORE INSERT OR UPDATE ON mediation_mandat
  FOR EACH ROW EXECUTE FUNCTION mediation_mandat_garde();

CREATE FUNCTION mediation_partie_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.dossier_id, NEW.numero) <> (OLD.dossier_id, OLD.numero) THEN
    RAISE EXCEPTION 'Une partie garde son dossier et sa lettre.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF (NEW.role, NEW.represente_id) IS DISTINCT FROM (OLD.role, OLD.represente_id) THEN
    IF EXISTS (SELECT FROM mediation_consentement WHERE donne_par_id = NEW.id) THEN
      RAISE EXCEPTION 'Cette personne a parlé au nom d''une partie.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM mediation_verifier_echange(etape_id) FROM mediation_presence WHERE partie_id = NEW.id;
  END IF;
  IF EXISTS (SELECT FROM mediation_mandat WHERE partie_id = NEW.id AND fin >= NEW.retiree_le
      AND coalesce(revoque_le, 'infinity') > NEW.retiree_le + 1) THEN
    RAISE EXCEPTION 'Un mandat finit avec le départ de la partie.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER partie_garde AFTER UPDATE ON mediation_partie
  FOR EACH ROW EXECUTE FUNCTION mediation_partie_garde();
"""

REGISTRES = """
CREATE FUNCTION mediation_registre_raconte() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE raconte boolean;
BEGIN
  IF TG_TABLE_NAME = 'mediation_dossier' THEN
    raconte := EXISTS (SELECT FROM mediation_propositionregistre WHERE dossier_id = NEW.id
      AND decision = 'acceptee' AND registre_de = OLD.registre AND registre_vers = NEW.registre);
  ELSE
    -- That of its case takes a step's own one away.
    raconte := EXISTS (SELECT FROM mediation_propositionregistre WHERE etape_id = NEW.id
      AND decision = 'acceptee' AND registre_de IS NOT DISTINCT FROM OLD.registre
      AND coalesce(NEW.registre, registre_vers) = registre_vers);
  END IF;
  IF NOT raconte THEN
    RAISE EXCEPTION 'Un registre change par une proposition.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dossier_registre_raconte AFTER UPDATE OF registre ON mediation_dossier
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.registre IS DISTINCT FROM NEW.registre)
  EXECUTE FUNCTION mediation_registre_raconte();
CREATE CONSTRAINT TRIGGER etape_registre_raconte AFTER UPDATE OF registre ON mediation_etape
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.registre IS DISTINCT FROM NEW.registre)
  EXECUTE FUNCTION mediation_registre_raconte();
"""

RETOUR = """
DROP TRIGGER etape_registre_raconte ON mediation_etape;
DROP TRIGGER dossier_registre_raconte ON mediation_dossier; DROP FUNCTION mediation_registre_raconte();
DROP TRIGGER partie_garde ON mediation_partie; DROP FUNCTION mediation_partie_garde();
DROP TRIGGER mandat_garde ON mediation_mandat; DROP FUNCTION mediation_mandat_garde();
DROP TRIGGER evenement_raconte ON mediation_evenement;
DROP TRIGGER consentement_garde ON mediation_consentement; DROP FUNCTION mediation_consentement_garde();
""" + OTER + """
DROP FUNCTION mediation_verifier_echange(bigint); DROP FUNCTION mediation_passage_garde(mediation_dossier);
DROP FUNCTION mediation_d_accord(bigint, date);
""" + AVANT.GARDE_DOSSIER + AVANT.GARDE_ETAPE + AVANT_ECHANGE.GARDE


class Migration(migrations.Migration):

    dependencies = [("mediation", "0007_redirections_scellees")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="derniere_otee",
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.RunSQL(OTER + ACCORD + ETATS + ETAPES + PARTIES + REGISTRES, RETOUR),
    ]
