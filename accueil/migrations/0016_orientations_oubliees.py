"""The words on whom a visit was sent to go as its note does: with time, and at a person's request.

Visits that grew old before kept them, and the nights do not pass there again.
"""

from importlib import import_module

from django.db import migrations

AVANT = import_module("accueil.migrations.0013_effacement_des_notes")

VIEILLIES = """
UPDATE accueil_demande d SET vers_texte = 'interlocuteur effacé' FROM accueil_visite v
WHERE v.id = d.visite_id AND d.vers_texte <> ''
  AND v.saisie_le = date_trunc('day', v.saisie_le AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '10 hours'
"""
# Of visits whose note was erased on request, what was written before; not of those that were changed since.
EFFACEES = """
WITH effacee AS (
  SELECT e.objet_id AS visite_id, max(e.le) AS le FROM socle_effacement e
  WHERE e.objet = 'visite' AND e.motif = 'demande'
    AND NOT EXISTS (SELECT FROM accueil_visiteversion x WHERE x.visite_id = e.objet_id AND x.faite_le > e.le)
  GROUP BY 1
), actuelles AS (
  UPDATE accueil_demande d SET vers_texte = 'interlocuteur effacé' FROM effacee e
  WHERE d.visite_id = e.visite_id AND d.vers_texte <> ''
)
UPDATE accueil_visiteversion v SET etat = etat || jsonb_build_object('demandes', (
    SELECT coalesce(jsonb_agg(CASE WHEN d ->> 6 <> '' THEN jsonb_set(d, '{6}', '"interlocuteur effacé"') ELSE d END
                              ORDER BY rang), '[]')
    FROM jsonb_array_elements(etat -> 'demandes') WITH ORDINALITY AS x(d, rang)))
  FROM effacee e WHERE v.visite_id = e.visite_id
"""
EFFACER = """
CREATE OR REPLACE FUNCTION accueil_effacer_note(lequel bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM socle_effacement
                 WHERE objet = 'visite' AND objet_id = lequel AND motif = 'demande') THEN
    RAISE EXCEPTION 'Un effacement s''écrit d''abord.' USING ERRCODE = 'check_violation';
  END IF;
  DELETE FROM accueil_notevisite WHERE visite_id = lequel;
  UPDATE accueil_demande SET vers_texte = 'interlocuteur effacé' WHERE visite_id = lequel AND vers_texte <> '';
  -- The seventh value of a request's state: see accueil.saisie.etat.
  UPDATE accueil_visiteversion SET etat = etat || '{"note": ""}' || jsonb_build_object('demandes', (
      SELECT coalesce(jsonb_agg(CASE WHEN d ->> 6 <> '' THEN jsonb_set(d, '{6}', '"interlocuteur effacé"') ELSE d END
                                ORDER BY rang), '[]')
      FROM jsonb_array_elements(etat -> 'demandes') WITH ORDINALITY AS x(d, rang)))
    WHERE visite_id = lequel;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [("accueil", "0015_resumes_et_ecarts")]

    operations = [
        migrations.RunSQL(VIEILLIES, migrations.RunSQL.noop),
        migrations.RunSQL(EFFACEES, migrations.RunSQL.noop),
        migrations.RunSQL(EFFACER, AVANT.EFFACER.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
