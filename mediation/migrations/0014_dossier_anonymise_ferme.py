"""Nothing is added to a case that was anonymised, by SQL either: what names someone would be back.

The case's row is read under the lock that the foreign key takes anyway, so that a row inserted while the case
is being anonymised waits for it, and is refused.
"""

from django.db import migrations

# Tables whose rows name their case (some may stand without one), and those whose rows name a part of it.
DU_DOSSIER = (
    "partie", "etape", "engagement", "document", "mandat", "conflitinteret", "evenement", "attente", "lecteur",
    "propositionregistre", "redirection",
)  # fmt: skip
D_UNE_PART = ("consentement", "fichier", "presence")

FONCTIONS = """
CREATE FUNCTION mediation_exiger_nomme(lequel bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE depuis date;
BEGIN
  SELECT anonymise_le INTO depuis FROM mediation_dossier WHERE id = lequel FOR KEY SHARE;
  IF depuis IS NOT NULL THEN
    RAISE EXCEPTION 'Rien ne s''ajoute à un dossier anonymisé.' USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE FUNCTION mediation_ajout_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM mediation_exiger_nomme(NEW.dossier_id);
  RETURN NEW;
END $$;

CREATE FUNCTION mediation_ajout_de_part_garde() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE lequel bigint;
BEGIN
  IF TG_TABLE_NAME = 'mediation_consentement' THEN
    SELECT dossier_id INTO lequel FROM mediation_partie WHERE id = NEW.partie_id;
  ELSIF TG_TABLE_NAME = 'mediation_fichier' THEN
    SELECT dossier_id INTO lequel FROM mediation_document WHERE id = NEW.document_id;
  ELSE
    SELECT dossier_id INTO lequel FROM mediation_etape WHERE id = NEW.etape_id;
  END IF;
  PERFORM mediation_exiger_nomme(lequel);
  RETURN NEW;
END $$;
"""
DECLENCHEURS = "".join(
    f"CREATE TRIGGER {table}_ajout BEFORE INSERT ON mediation_{table} FOR EACH ROW"
    " WHEN (NEW.dossier_id IS NOT NULL) EXECUTE FUNCTION mediation_ajout_garde();\n"
    for table in DU_DOSSIER
) + "".join(
    f"CREATE TRIGGER {table}_ajout BEFORE INSERT ON mediation_{table} FOR EACH ROW"
    " EXECUTE FUNCTION mediation_ajout_de_part_garde();\n"
    for table in D_UNE_PART
)
RETOUR = (
    "".join(f"DROP TRIGGER {table}_ajout ON mediation_{table};\n" for table in (*DU_DOSSIER, *D_UNE_PART))
    + "DROP FUNCTION mediation_ajout_de_part_garde();\nDROP FUNCTION mediation_ajout_garde();\n"
    "DROP FUNCTION mediation_exiger_nomme(bigint);\n"
)


class Migration(migrations.Migration):

    dependencies = [("mediation", "0013_anonymisation_au_journal")]

    operations = [migrations.RunSQL(FONCTIONS + DECLENCHEURS, RETOUR)]
