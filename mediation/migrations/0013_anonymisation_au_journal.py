"""The function that anonymises a case tells the journal itself: called directly, it leaves its trace too.

Whoever asked and why are those of the erasure that was written down first.
"""

from django.db import migrations

AU_JOURNAL = """
ALTER FUNCTION mediation_anonymiser(bigint, varchar, bytea) RENAME TO mediation_oter_ce_qui_nomme;
REVOKE ALL ON FUNCTION mediation_oter_ce_qui_nomme(bigint, varchar, bytea) FROM pimms_app;

CREATE FUNCTION mediation_anonymiser(lequel bigint, nom_cle varchar, enveloppe_cle bytea, numero_requete varchar)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE fichiers integer; ecrit socle_effacement;
BEGIN
  fichiers := mediation_oter_ce_qui_nomme(lequel, nom_cle, enveloppe_cle);
  IF fichiers IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT * INTO STRICT ecrit FROM socle_effacement WHERE objet = 'dossier' AND objet_id = lequel
    ORDER BY id DESC LIMIT 1;
  INSERT INTO socle_entreejournal (horodatage, acteur_id, requete, point_id, objet, objet_id, acte, apres)
    SELECT clock_timestamp(), ecrit.acteur_id, numero_requete, point_id, 'dossier', lequel, 'anonymiser',
      jsonb_build_object('motif', ecrit.motif, 'fichiers', fichiers)
    FROM mediation_dossier WHERE id = lequel;
  RETURN fichiers;
END $$;
REVOKE ALL ON FUNCTION mediation_anonymiser(bigint, varchar, bytea, varchar) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mediation_anonymiser(bigint, varchar, bytea, varchar) TO pimms_app;
"""
RETOUR = """
DROP FUNCTION mediation_anonymiser(bigint, varchar, bytea, varchar);
ALTER FUNCTION mediation_oter_ce_qui_nomme(bigint, varchar, bytea) RENAME TO mediation_anonymiser;
GRANT EXECUTE ON FUNCTION mediation_anonymiser(bigint, varchar, bytea) TO pimms_app;
"""


class Migration(migrations.Migration):

    dependencies = [("mediation", "0012_anonymisation")]

    operations = [migrations.RunSQL(AU_JOURNAL, RETOUR)]
