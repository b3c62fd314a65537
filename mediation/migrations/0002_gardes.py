"""What the models cannot say: the moves of a case, what never changes, what is only added.

`mediation_transition` holds the allowed moves, as `mediation.etats.TRANSITIONS` does (a test compares
them). A state changes only along one of them, and only with its event in the same transaction.
"""

from django.db import migrations

TRANSITIONS = (
    # de, vers, a reason is due, only as the end of a transfer
    ("demande", "prise_de_contact", False, False),
    ("demande", "oriente", False, False),
    ("demande", "refuse", False, False),
    ("demande", "retrait", False, False),
    ("demande", "hors_champ", False, False),
    ("demande", "clos", False, True),
    ("prise_de_contact", "en_cours", False, False),
    ("prise_de_contact", "oriente", False, False),
    ("prise_de_contact", "refuse", False, False),
    ("prise_de_contact", "retrait", False, False),
    ("prise_de_contact", "hors_champ", False, False),
    ("prise_de_contact", "clos", False, True),
    ("en_cours", "accord", False, False),
    ("en_cours", "desaccord", False, False),
    ("en_cours", "oriente", False, False),
    ("en_cours", "refuse", False, False),
    ("en_cours", "retrait", False, False),
    ("en_cours", "hors_champ", False, False),
    ("en_cours", "clos", False, True),
    ("accord", "suivi", False, False),
    ("accord", "en_cours", True, False),
    ("desaccord", "suivi", False, False),
    ("desaccord", "clos", False, False),
    ("oriente", "suivi", False, False),
    ("oriente", "clos", False, False),
    ("refuse", "suivi", False, False),
    ("refuse", "clos", False, False),
    ("retrait", "suivi", False, False),
    ("retrait", "clos", False, False),
    ("hors_champ", "clos", False, False),
    ("suivi", "clos", False, False),
    ("suivi", "en_cours", True, False),
    ("clos", "en_cours", True, False),
    ("clos", "suivi", True, False),
)

TABLE = """
CREATE TABLE mediation_transition (
  de varchar(18) NOT NULL, vers varchar(18) NOT NULL, motif boolean NOT NULL, transfert boolean NOT NULL,
  PRIMARY KEY (de, vers)
);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON mediation_transition FROM pimms_app;
INSERT INTO mediation_transition VALUES """ + ", ".join(
    f"('{de}', '{vers}', {motif}, {transfert})" for de, vers, motif, transfert in TRANSITIONS
)

GARDE_DOSSIER = """
CREATE FUNCTION mediation_dossier_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE permise mediation_transition;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.etat <> 'demande' THEN
      RAISE EXCEPTION 'Un dossier commence par une demande.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.point_id, NEW.reference, NEW.annee, NEW.numero, NEW.cle_donnees_id)
      IS DISTINCT FROM (OLD.point_id, OLD.reference, OLD.annee, OLD.numero, OLD.cle_donnees_id) THEN
    RAISE EXCEPTION 'Le point et la référence d''un dossier ne changent jamais.'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.etat IS DISTINCT FROM OLD.etat THEN
    SELECT * INTO permise FROM mediation_transition WHERE de = OLD.etat AND vers = NEW.etat;
    IF NOT FOUND OR OLD.issue = 'transfert' OR (permise.transfert AND NEW.issue <> 'transfert') THEN
      RAISE EXCEPTION 'Un dossier ne passe pas de % à %.', OLD.etat, NEW.etat USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_garde BEFORE INSERT OR UPDATE ON mediation_dossier
  FOR EACH ROW EXECUTE FUNCTION mediation_dossier_garde();

CREATE FUNCTION mediation_etat_raconte() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE dernier varchar; actuel varchar;
BEGIN
  SELECT vers INTO dernier FROM mediation_evenement
    WHERE dossier_id = NEW.id AND nature = 'transition' ORDER BY numero DESC LIMIT 1;
  SELECT etat INTO actuel FROM mediation_dossier WHERE id = NEW.id;
  IF dernier IS DISTINCT FROM actuel THEN
    RAISE EXCEPTION 'Un changement d''état a son événement.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER dossier_etat_raconte AFTER UPDATE OF etat ON mediation_dossier
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.etat IS DISTINCT FROM NEW.etat)
  EXECUTE FUNCTION mediation_etat_raconte();

CREATE FUNCTION mediation_evenement_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE permise mediation_transition;
BEGIN
  SELECT * INTO permise FROM mediation_transition WHERE de = NEW.de AND vers = NEW.vers;
  IF NOT FOUND OR (permise.motif AND NEW.scelle IS NULL) THEN
    RAISE EXCEPTION 'Un dossier ne passe pas de % à % sans motif.', NEW.de, NEW.vers
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER evenement_garde BEFORE INSERT ON mediation_evenement
  FOR EACH ROW WHEN (NEW.nature = 'transition') EXECUTE FUNCTION mediation_evenement_garde();
"""

GARDE_ETAPE = """
CREATE FUNCTION mediation_etape_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM mediation_dossier WHERE id = NEW.dossier_id AND etat = 'clos') THEN
    RAISE EXCEPTION 'Un dossier clos ne reçoit plus d''étape.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER etape_garde BEFORE INSERT ON mediation_etape
  FOR EACH ROW EXECUTE FUNCTION mediation_etape_garde();

-- DEO-1: no exchange between parties before each one's agreement.
CREATE FUNCTION mediation_presence_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE e mediation_etape; p mediation_partie;
BEGIN
  SELECT * INTO e FROM mediation_etape WHERE id = NEW.etape_id;
  SELECT * INTO p FROM mediation_partie WHERE id = NEW.partie_id;
  IF p.dossier_id <> e.dossier_id THEN
    RAISE EXCEPTION 'Cette partie est d''un autre dossier.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF e.nature IN ('navette', 'table_ronde', 'accord') AND p.role IN ('demandeur', 'autre_partie')
     AND (SELECT etat FROM mediation_consentement WHERE partie_id = p.id AND jour <= e.jour
          ORDER BY jour DESC, id DESC LIMIT 1) IS DISTINCT FROM 'donne' THEN
    RAISE EXCEPTION 'Cette partie n''a pas donné son accord à la médiation.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER presence_garde BEFORE INSERT OR UPDATE ON mediation_presence
  FOR EACH ROW EXECUTE FUNCTION mediation_presence_garde();
"""

DU_DOSSIER = (
    "attente", "conflitinteret", "document", "engagement", "etape", "evenement", "lecteur", "mandat", "partie",
)
DU_POINT = ("action", "alerte", "redirection", "transmission", "propositionregistre", "fichier", "consentement")

CLES = "".join(
    f"ALTER TABLE mediation_{t} ADD CONSTRAINT {t}_dossier_et_point FOREIGN KEY (dossier_id, point_id)"
    " REFERENCES mediation_dossier (id, point_id) DEFERRABLE INITIALLY DEFERRED;"
    for t in DU_DOSSIER
)
POINT_FIXE = "".join(
    f"CREATE TRIGGER {t}_point_fixe BEFORE UPDATE OF point_id ON mediation_{t}"
    " FOR EACH ROW WHEN (OLD.point_id IS DISTINCT FROM NEW.point_id) EXECUTE FUNCTION accueil_point_fixe();"
    for t in (*DU_DOSSIER, *DU_POINT)
)
AJOUT_SEUL = """
REVOKE UPDATE, DELETE, TRUNCATE ON mediation_evenement, mediation_consentement FROM pimms_app;
REVOKE DELETE, TRUNCATE ON mediation_dossier, mediation_etape, mediation_engagement, mediation_action,
  mediation_alerte, mediation_transmission, mediation_redirection, mediation_propositionregistre,
  mediation_conflitinteret, mediation_mandat, mediation_compteur FROM pimms_app;
"""

RETOUR = (
    "".join(f"DROP TRIGGER {t}_point_fixe ON mediation_{t};" for t in (*DU_DOSSIER, *DU_POINT))
    + "".join(f"ALTER TABLE mediation_{t} DROP CONSTRAINT {t}_dossier_et_point;" for t in DU_DOSSIER)
    + """
GRANT UPDATE, DELETE ON mediation_evenement, mediation_consentement TO pimms_app;
GRANT DELETE ON mediation_dossier, mediation_etape, mediation_engagement, mediation_action,
  mediation_alerte, mediation_transmission, mediation_redirection, mediation_propositionregistre,
  mediation_conflitinteret, mediation_mandat, mediation_compteur TO pimms_app;
DROP TRIGGER presence_garde ON mediation_presence; DROP FUNCTION mediation_presence_garde();
DROP TRIGGER etape_garde ON mediation_etape; DROP FUNCTION mediation_etape_garde();
DROP TRIGGER evenement_garde ON mediation_evenement; DROP FUNCTION mediation_evenement_garde();
DROP TRIGGER dossier_etat_raconte ON mediation_dossier; DROP FUNCTION mediation_etat_raconte();
DROP TRIGGER dossier_garde ON mediation_dossier; DROP FUNCTION mediation_dossier_garde();
DROP TABLE mediation_transition;
"""
)


class Migration(migrations.Migration):
    dependencies = [("mediation", "0001_initial"), ("accueil", "0002_gardes")]

    operations = [
        migrations.RunSQL(TABLE + ";" + GARDE_DOSSIER + GARDE_ETAPE + CLES + POINT_FIXE + AJOUT_SEUL, RETOUR)
    ]
