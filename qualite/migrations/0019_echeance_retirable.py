"""A date added to the cycle by mistake can be taken out: unless it was confirmed, or a campaign prepares it."""

from django.db import migrations

GARDE = """
CREATE FUNCTION qualite_echeance_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.confirmee THEN
    RAISE EXCEPTION 'Une date confirmée du cycle reste.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER echeance_garde BEFORE DELETE ON qualite_echeance
  FOR EACH ROW EXECUTE FUNCTION qualite_echeance_garde();
GRANT DELETE ON qualite_echeance TO pimms_app;
"""
RETOUR = """
REVOKE DELETE ON qualite_echeance FROM pimms_app;
DROP TRIGGER echeance_garde ON qualite_echeance;
DROP FUNCTION qualite_echeance_garde();
"""


class Migration(migrations.Migration):
    dependencies = [("qualite", "0018_avis_par_visage")]
    operations = [migrations.RunSQL(GARDE, RETOUR)]
