"""A partner's report may be about some of its subject's points; neither they, nor its partner, nor its first
day change."""

import django.contrib.postgres.fields
from django.db import migrations, models

FIGE = """
CREATE TRIGGER rapport_partenaire_fige BEFORE UPDATE ON qualite_rapport FOR EACH ROW
  WHEN ((OLD.choisis, OLD.partenaire_id, OLD.du) IS DISTINCT FROM (NEW.choisis, NEW.partenaire_id, NEW.du))
  EXECUTE FUNCTION socle_ajout_seul();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accueil", "0015_resumes_et_ecarts"),
        ("qualite", "0016_archives_et_conservation"),
    ]

    operations = [
        migrations.AddField(
            model_name="rapport",
            name="choisis",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddConstraint(
            model_name="rapport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choisis", []),
                    models.Q(("genre", "partenaire"), models.Q(("niveau", "point"), _negated=True)),
                    _connector="OR",
                ),
                name="rapport_points_choisis",
            ),
        ),
        migrations.RunSQL(FIGE, "DROP TRIGGER rapport_partenaire_fige ON qualite_rapport;"),
    ]
