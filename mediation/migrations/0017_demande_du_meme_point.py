"""A case or a redirection stands at the point of the request that it comes from: the registers' count looks for
it there alone. The named functions have always refused anything else."""

from django.db import migrations

POSER = """
CREATE FUNCTION mediation_demande_du_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM accueil_demande q WHERE q.id = NEW.demande_id AND q.point_id = NEW.point_id) THEN
    RAISE EXCEPTION 'Cette demande est d''un autre point.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER dossier_demande_du_point BEFORE INSERT OR UPDATE OF demande_id ON mediation_dossier
  FOR EACH ROW WHEN (NEW.demande_id IS NOT NULL) EXECUTE FUNCTION mediation_demande_du_point();
CREATE TRIGGER redirection_demande_du_point BEFORE INSERT OR UPDATE OF demande_id ON mediation_redirection
  FOR EACH ROW WHEN (NEW.demande_id IS NOT NULL) EXECUTE FUNCTION mediation_demande_du_point();
"""
RETIRER = """
DROP TRIGGER redirection_demande_du_point ON mediation_redirection;
DROP TRIGGER dossier_demande_du_point ON mediation_dossier;
DROP FUNCTION mediation_demande_du_point();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accueil", "0019_demandes_hors_champ_d_un_registre"),
        ("mediation", "0016_dossiers_en_cours_et_clos"),
    ]

    operations = [migrations.RunSQL(POSER, RETIRER)]
