"""Rights of the application's role, the journal's guard, and the table of the cache.

The owner runs this. Every table made before or later is open to `pimms_app` for reading and
writing rows; the journal only for reading and adding, and a trigger says so to anyone else.
"""

from django.db import migrations

DROITS = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'pimms_app') THEN
    RAISE EXCEPTION 'Le rôle pimms_app n''existe pas : CREATE ROLE pimms_app LOGIN PASSWORD ''…'';';
  END IF;
END $$;
GRANT USAGE ON SCHEMA public TO pimms_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO pimms_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO pimms_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO pimms_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO pimms_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM pimms_app;
"""

AJOUT_SEUL = """
CREATE FUNCTION socle_ajout_seul() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'La table % ne reçoit que des ajouts.', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
REVOKE UPDATE, DELETE, TRUNCATE ON socle_entreejournal FROM pimms_app;
CREATE TRIGGER journal_ajout_seul BEFORE UPDATE OR DELETE ON socle_entreejournal
  FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();
CREATE TRIGGER journal_jamais_vide BEFORE TRUNCATE ON socle_entreejournal
  FOR EACH STATEMENT EXECUTE FUNCTION socle_ajout_seul();
"""

CACHE = """
CREATE TABLE socle_cache (
  cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX socle_cache_expires ON socle_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("socle", "0001_initial")]

    operations = [
        migrations.RunSQL(
            DROITS,
            """
            ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM pimms_app;
            ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM pimms_app;
            REVOKE ALL ON ALL TABLES IN SCHEMA public FROM pimms_app;
            REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM pimms_app;
            """,
        ),
        migrations.RunSQL(
            AJOUT_SEUL,
            """
            DROP TRIGGER journal_jamais_vide ON socle_entreejournal;
            DROP TRIGGER journal_ajout_seul ON socle_entreejournal;
            DROP FUNCTION socle_ajout_seul();
            """,
        ),
        migrations.RunSQL(CACHE, "DROP TABLE socle_cache"),
    ]
