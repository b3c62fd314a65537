"""Nothing of an anonymised case changes, by SQL either: a name written into a row that stayed would be back.

The function that anonymises passes, as it passes the guards of 0012. A proposed register may name the case by
its step alone.
"""

from django.db import migrations

# Tables that hold words, names or days of a case, and that the application may update.
DU_DOSSIER = (
    "partie", "etape", "engagement", "document", "mandat", "conflitinteret", "attente", "lecteur", "redirection",
)  # fmt: skip

FONCTIONS = """
CREATE FUNCTION mediation_changement_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mediation_exiger_nomme(OLD.dossier_id);
  IF NEW.dossier_id <> OLD.dossier_id THEN
    PERFORM mediation_exiger_nomme(NEW.dossier_id);
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION mediation_changement_de_fichier_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lequel bigint;
BEGIN
  FOR lequel IN SELECT dossier_id FROM mediation_document WHERE id IN (OLD.document_id, NEW.document_id) LOOP
    PERFORM mediation_exiger_nomme(lequel);
  END LOOP;
  RETURN NEW;
END $$;

CREATE FUNCTION mediation_proposition_nommee_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lequel bigint := NEW.dossier_id;
BEGIN
  IF lequel IS NULL THEN
    SELECT dossier_id INTO lequel FROM mediation_etape WHERE id = NEW.etape_id;
  END IF;
  PERFORM mediation_exiger_nomme(lequel);
  RETURN NEW;
END $$;
"""
_PROPOSITION = "(NEW.dossier_id IS NOT NULL OR NEW.etape_id IS NOT NULL)"
DECLENCHEURS = (
    "".join(
        f"CREATE TRIGGER {table}_inchange BEFORE UPDATE ON mediation_{table} FOR EACH ROW"
        " WHEN (NOT mediation_en_anonymisation()) EXECUTE FUNCTION mediation_changement_garde();\n"
        for table in DU_DOSSIER
    )
    + f"""
CREATE TRIGGER fichier_inchange BEFORE UPDATE ON mediation_fichier FOR EACH ROW
  WHEN (NOT mediation_en_anonymisation()) EXECUTE FUNCTION mediation_changement_de_fichier_garde();
DROP TRIGGER propositionregistre_ajout ON mediation_propositionregistre;
CREATE TRIGGER propositionregistre_ajout BEFORE INSERT ON mediation_propositionregistre FOR EACH ROW
  WHEN {_PROPOSITION} EXECUTE FUNCTION mediation_proposition_nommee_garde();
CREATE TRIGGER propositionregistre_inchange BEFORE UPDATE ON mediation_propositionregistre FOR EACH ROW
  WHEN ({_PROPOSITION} AND NOT mediation_en_anonymisation())
  EXECUTE FUNCTION mediation_proposition_nommee_garde();
"""
)
RETOUR = (
    "".join(
        f"DROP TRIGGER {table}_inchange ON mediation_{table};\n"
        for table in (*DU_DOSSIER, "fichier", "propositionregistre")
    )
    + """
DROP TRIGGER propositionregistre_ajout ON mediation_propositionregistre;
CREATE TRIGGER propositionregistre_ajout BEFORE INSERT ON mediation_propositionregistre FOR EACH ROW
  WHEN (NEW.dossier_id IS NOT NULL) EXECUTE FUNCTION mediation_ajout_garde();
DROP FUNCTION mediation_proposition_nommee_garde();
DROP FUNCTION mediation_changement_de_fichier_garde();
DROP FUNCTION mediation_changement_garde();
"""
)


class Migration(migrations.Migration):

    dependencies = [("mediation", "0014_dossier_anonymise_ferme")]

    operations = [migrations.RunSQL(FONCTIONS + DECLENCHEURS, RETOUR)]
