"""A visit's note is erased by one function of the owner's, from its earlier states too.

The application may not rewrite an earlier state. The function does, for a visit whose erasure was written
down first; it takes the note and nothing else.
"""

from django.db import migrations

EFFACER = """
CREATE FUNCTION accueil_effacer_note(lequel bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM socle_effacement
                 WHERE objet = 'visite' AND objet_id = lequel AND motif = 'demande') THEN
    RAISE EXCEPTION 'Un effacement s''écrit d''abord.' USING ERRCODE = 'check_violation';
  END IF;
  DELETE FROM accueil_notevisite WHERE visite_id = lequel;
  UPDATE accueil_visiteversion SET etat = etat || '{"note": ""}'
    WHERE visite_id = lequel AND etat ->> 'note' <> '';
END $$;
REVOKE ALL ON FUNCTION accueil_effacer_note(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accueil_effacer_note(bigint) TO pimms_app;
"""


class Migration(migrations.Migration):

    dependencies = [("accueil", "0012_codes_et_sessions"), ("socle", "0007_chaine_du_journal")]

    operations = [migrations.RunSQL(EFFACER, "DROP FUNCTION accueil_effacer_note(bigint)")]
