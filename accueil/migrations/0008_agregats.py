"""Daily aggregates of visits, and the triggers that mark what is out of date.

Triggers, so that no door can be forgotten, and one a statement, so that an entry pays for one small row.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# A request's day is its visit's; one that goes with its visit is marked by the visit.
DECLENCHEURS = """
CREATE FUNCTION accueil_marquer_visites() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO accueil_marqueagregat (point_id, jour) SELECT DISTINCT point_id, jour FROM apres;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO accueil_marqueagregat (point_id, jour) SELECT DISTINCT point_id, jour FROM avant;
  ELSE
    INSERT INTO accueil_marqueagregat (point_id, jour)
      SELECT point_id, jour FROM avant UNION SELECT point_id, jour FROM apres;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION accueil_marquer_demandes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('INSERT', 'UPDATE') THEN
    INSERT INTO accueil_marqueagregat (point_id, jour)
      SELECT DISTINCT v.point_id, v.jour FROM apres d JOIN accueil_visite v ON v.id = d.visite_id;
  END IF;
  IF TG_OP IN ('DELETE', 'UPDATE') THEN
    INSERT INTO accueil_marqueagregat (point_id, jour)
      SELECT DISTINCT v.point_id, v.jour FROM avant d JOIN accueil_visite v ON v.id = d.visite_id;
  END IF;
  RETURN NULL;
END $$;
"""
for table in ("visite", "demande"):
    for acte, noms in (
        ("INSERT", "NEW TABLE AS apres"),
        ("DELETE", "OLD TABLE AS avant"),
        ("UPDATE", "OLD TABLE AS avant NEW TABLE AS apres"),
    ):
        DECLENCHEURS += (
            f"CREATE TRIGGER agregat_{acte.lower()} AFTER {acte} ON accueil_{table} REFERENCING {noms}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION accueil_marquer_{table}s();\n"
        )
DECLENCHEURS += """
REVOKE UPDATE, TRUNCATE ON accueil_marqueagregat FROM pimms_app;
REVOKE UPDATE, DELETE, TRUNCATE ON accueil_controleagregats FROM pimms_app;
-- What was there before: the worker computes it, pages count it from the visits until then.
INSERT INTO accueil_marqueagregat (point_id, jour) SELECT DISTINCT point_id, jour FROM accueil_visite;
"""
RETOUR = """
DROP FUNCTION accueil_marquer_visites() CASCADE;
DROP FUNCTION accueil_marquer_demandes() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accueil", "0007_registre_change_par_un_autre"),
    ]

    operations = [
        migrations.CreateModel(
            name="ControleAgregats",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fait_le", models.DateTimeField(default=django.utils.timezone.now)),
                ("jours", models.IntegerField()),
                ("ecarts", models.IntegerField()),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="AgregatJour",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "point_id", "jour", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("jour", models.DateField()),
                ("visites", models.IntegerField()),
                ("passages", models.IntegerField()),
                ("minutes", models.IntegerField()),
                ("minutes_estimees", models.IntegerField()),
                ("demandes", models.IntegerField()),
                (
                    "heures",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "canaux",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "genres",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "ages",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "situations",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "premieres",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "issues",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "aides",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "registres",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                ("communes", models.JSONField()),
                ("themes", models.JSONField()),
                ("partenaires", models.JSONField()),
                (
                    "point",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accueil.pointaccueil",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MarqueAgregat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("jour", models.DateField()),
                (
                    "point",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accueil.pointaccueil",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["point", "jour"], name="marque_agregat_paire")],
            },
        ),
        migrations.RunSQL(DECLENCHEURS, RETOUR),
    ]
