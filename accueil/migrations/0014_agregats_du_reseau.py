"""Days and months of the network, filled from those of its points: marked days are added up as they stand."""

import django.contrib.postgres.fields
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
SOMMES = ("visites", "passages", "minutes", "minutes_estimees", "demandes")
A_CLES = ("themes", "partenaires")


def _remplissage(table: str, source: str, cle: str, autres: dict[str, int]) -> list[str]:
    tableaux = PLACES | autres
    sommes = [f"sum({c})::integer" for c in SOMMES]
    sommes += [
        f"ARRAY[{', '.join(f'sum({c}[{n + 1}])' for n in range(longueur))}]::integer[]"
        for c, longueur in tableaux.items()
    ]
    objets = "".join(
        f""" LEFT JOIN (SELECT {cle}, jsonb_object_agg(valeur, n) AS {c} FROM (
          SELECT {cle}, e.valeur, sum(e.n::integer) AS n
          FROM {source} CROSS JOIN LATERAL jsonb_each_text({c}) e (valeur, n) GROUP BY 1, 2
        ) c GROUP BY 1) par_{c} USING ({cle})"""  # noqa: S608 — names of this module only
        for c in A_CLES
    )
    noms, vides = ", ".join((*SOMMES, *tableaux)), ", ".join(f"coalesce({c}, '{{}}')" for c in A_CLES)
    # Arrays are read place by place: were they packed, each place would unpack the whole again.
    rangement = ", ".join(f"ALTER {c} SET STORAGE PLAIN" for c in tableaux)
    return [
        f"ALTER TABLE {table} {rangement}",
        f"""WITH somme ({cle}, {noms}) AS (SELECT {cle}, {", ".join(sommes)} FROM {source} GROUP BY 1)
        INSERT INTO {table} ({cle}, {noms}, {", ".join(A_CLES)})
        SELECT {cle}, {noms}, {vides} FROM somme{objets}""",  # noqa: S608 — the same
    ]


REMPLISSAGES = [
    *_remplissage("accueil_reseaujour", "accueil_agregatjour", "jour", {"heures": 25}),
    *_remplissage("accueil_reseaumois", "accueil_agregatmois", "mois", {"jours": 31, "semaine": 175}),
]


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0013_effacement_des_notes'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReseauJour',
            fields=[
                ('visites', models.IntegerField()),
                ('passages', models.IntegerField()),
                ('minutes', models.IntegerField()),
                ('minutes_estimees', models.IntegerField()),
                ('demandes', models.IntegerField()),
                ('canaux', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('genres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('ages', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('situations', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('premieres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('issues', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('aides', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('registres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('themes', models.JSONField()),
                ('partenaires', models.JSONField()),
                ('jour', models.DateField(primary_key=True, serialize=False)),
                ('heures', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReseauMois',
            fields=[
                ('visites', models.IntegerField()),
                ('passages', models.IntegerField()),
                ('minutes', models.IntegerField()),
                ('minutes_estimees', models.IntegerField()),
                ('demandes', models.IntegerField()),
                ('canaux', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('genres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('ages', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('situations', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('premieres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('issues', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('aides', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('registres', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('themes', models.JSONField()),
                ('partenaires', models.JSONField()),
                ('mois', models.DateField(primary_key=True, serialize=False)),
                ('jours', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('semaine', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL(REMPLISSAGES, migrations.RunSQL.noop),
    ]
