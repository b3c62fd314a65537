"""Monthly aggregates, filled from the daily ones: marked days stay marked, so their months are added up again."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

PLACES = {
    "canaux": 5,
    "genres": 5,
    "ages": 9,
    "situations": 6,
    "premieres": 3,
    "issues": 5,
    "aides": 4,
    "registres": 9,
}
A_CLES = ("communes", "themes", "partenaires")
SOMMES = ("visites", "passages", "minutes", "minutes_estimees", "demandes")


def _tableau(termes) -> str:
    return f"ARRAY[{', '.join(termes)}]::integer[]"


def _remplissage() -> str:
    sommes = [f"sum({c})::integer" for c in SOMMES]
    visites = (f"coalesce(sum(visites) FILTER (WHERE jour = mois + {n}), 0)" for n in range(31))
    heures = (
        f"coalesce(sum(heures[{h}]) FILTER (WHERE rang = {j}), 0)" for j in range(1, 8) for h in range(1, 26)
    )
    places = [_tableau(f"sum({c}[{n + 1}])" for n in range(longueur)) for c, longueur in PLACES.items()]
    objets = "".join(
        f""" LEFT JOIN (SELECT point_id, mois, jsonb_object_agg(cle, n) AS {c} FROM (
          SELECT point_id, mois, e.cle, sum(e.n::integer) AS n
          FROM du_mois CROSS JOIN LATERAL jsonb_each_text({c}) e (cle, n) GROUP BY 1, 2, 3
        ) c GROUP BY 1, 2) par_{c} USING (point_id, mois)"""  # noqa: S608 — names of this module only
        for c in A_CLES
    )
    noms = (*SOMMES, "jours", "semaine", *PLACES)
    vides = ", ".join(f"coalesce({c}, '{{}}')" for c in A_CLES)
    calculs = ", ".join((*sommes, _tableau(visites), _tableau(heures), *places))
    return f"""
      WITH du_mois AS MATERIALIZED (
        SELECT j.*, date_trunc('month', jour)::date AS mois, extract(isodow FROM jour)::integer AS rang
        FROM accueil_agregatjour j
      ), somme (point_id, mois, {", ".join(noms)}) AS (
        SELECT point_id, mois, {calculs} FROM du_mois GROUP BY 1, 2
      )
      INSERT INTO accueil_agregatmois (point_id, mois, {", ".join((*noms, *A_CLES))})
      SELECT point_id, mois, {", ".join(noms)}, {vides} FROM somme{objets}"""  # noqa: S608


# Arrays are read place by place: were they packed, each place would unpack the whole again.
RANGEMENT = ", ".join(f"ALTER {c} SET STORAGE PLAIN" for c in ("jours", "semaine", *PLACES))


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0009_temps_de_travail'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgregatMois',
            fields=[
                ('pk', models.CompositePrimaryKey('point_id', 'mois', blank=True, editable=False, primary_key=True, serialize=False)),
                ('mois', models.DateField()),
                ('visites', models.IntegerField()),
                ('passages', models.IntegerField()),
                ('minutes', models.IntegerField()),
                ('minutes_estimees', models.IntegerField()),
                ('demandes', models.IntegerField()),
                ('jours', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('semaine', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('canaux', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('genres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('ages', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('situations', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('premieres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('issues', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('aides', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('registres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('communes', models.JSONField()),
                ('themes', models.JSONField()),
                ('partenaires', models.JSONField()),
                ('point', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.pointaccueil')),
            ],
        ),
        migrations.RunSQL(
            [f"ALTER TABLE accueil_agregatmois {RANGEMENT}", _remplissage()], migrations.RunSQL.noop
        ),
    ]
