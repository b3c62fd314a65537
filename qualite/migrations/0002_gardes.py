"""A loaded version never changes, and a parameter's decision is only added."""

from django.db import migrations

TABLES = ("referentiel", "exigence", "parametre", "valeur")

GARDE = "".join(
    f"REVOKE UPDATE, DELETE, TRUNCATE ON qualite_{t} FROM pimms_app;"
    f"CREATE TRIGGER {t}_ajout_seul BEFORE UPDATE OR DELETE ON qualite_{t}"
    " FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();"
    for t in TABLES
)
RETOUR = "".join(
    f"DROP TRIGGER {t}_ajout_seul ON qualite_{t}; GRANT UPDATE, DELETE ON qualite_{t} TO pimms_app;"
    for t in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("qualite", "0001_initial"), ("socle", "0002_roles_et_journal")]

    operations = [migrations.RunSQL(GARDE, RETOUR)]
