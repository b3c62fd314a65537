"""What the models cannot say: composite key, `point_id` that never changes, no visit deleted."""

from django.db import migrations

CLE_COMPOSEE = """
ALTER TABLE accueil_demande ADD CONSTRAINT demande_visite_et_point
  FOREIGN KEY (visite_id, point_id) REFERENCES accueil_visite (id, point_id)
  DEFERRABLE INITIALLY DEFERRED;
"""

POINT_FIXE = """
CREATE FUNCTION accueil_point_fixe() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Le point d''une saisie ne change jamais.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER visite_point_fixe BEFORE UPDATE OF point_id ON accueil_visite
  FOR EACH ROW WHEN (OLD.point_id IS DISTINCT FROM NEW.point_id) EXECUTE FUNCTION accueil_point_fixe();
CREATE TRIGGER demande_point_fixe BEFORE UPDATE OF point_id ON accueil_demande
  FOR EACH ROW WHEN (OLD.point_id IS DISTINCT FROM NEW.point_id) EXECUTE FUNCTION accueil_point_fixe();
REVOKE DELETE, TRUNCATE ON accueil_visite FROM pimms_app;
-- An earlier state is never rewritten; retention may erase it.
REVOKE UPDATE, TRUNCATE ON accueil_visiteversion FROM pimms_app;
-- A day is never later than the latest local day on Earth when the row was written.
ALTER TABLE accueil_visite ADD CONSTRAINT visite_jour_pas_futur
  CHECK (jour <= (saisie_le AT TIME ZONE 'Pacific/Kiritimati')::date);
ALTER TABLE accueil_visite ADD CONSTRAINT visite_annulee_apres_saisie
  CHECK (annulee_le IS NULL OR annulee_le >= saisie_le);
"""


class Migration(migrations.Migration):
    dependencies = [("accueil", "0001_initial"), ("socle", "0002_roles_et_journal")]

    operations = [
        migrations.RunSQL(
            CLE_COMPOSEE, "ALTER TABLE accueil_demande DROP CONSTRAINT demande_visite_et_point"
        ),
        migrations.RunSQL(
            POINT_FIXE,
            """
            ALTER TABLE accueil_visite DROP CONSTRAINT visite_annulee_apres_saisie;
            ALTER TABLE accueil_visite DROP CONSTRAINT visite_jour_pas_futur;
            GRANT UPDATE ON accueil_visiteversion TO pimms_app;
            GRANT DELETE ON accueil_visite TO pimms_app;
            DROP TRIGGER demande_point_fixe ON accueil_demande;
            DROP TRIGGER visite_point_fixe ON accueil_visite;
            DROP FUNCTION accueil_point_fixe();
            """,
        ),
    ]
