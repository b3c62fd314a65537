"""Visits and requests of each month of a point, packed by column, and those there are already: a month of all
points at a time, for they lie together. Marked days stay marked.
"""

import django.db.models.deletion
from django.db import migrations, models

OCTET = "set_byte('\\x00'::bytea, 0, {})"
DES_VISITES = {
    "jours": OCTET.format("extract(day FROM jour)::integer"),
    "communes": "convert_to(rpad(coalesce(commune_id, ''), 5), 'UTF8')",
    "auteurs": "int4send(auteur_id::integer)",
    "durees": "int2send(duree)",
    "estimees": OCTET.format("duree_estimee::integer"),
    "personnes": "int2send(personnes)",
    "nombres": OCTET.format("nombre::integer"),
}
DES_DEMANDES = {
    "themes": "int4send(theme_id::integer)",
    "partenaires": "int4send(coalesce(partenaire_id, 0)::integer)",
}
# Closed lists: the column of a visit or of a request, and its values in the order of their places.
HEURES = ", ".join(map(str, range(24)))
LISTES = {
    "heures": ("heure", "integer", f"{HEURES}, NULL"),
    "canaux": ("canal", "text", "'sur_place', 'telephone', 'a_distance', 'a_domicile', 'hors_les_murs'"),
    "genres": ("genre", "text", "'femme', 'homme', 'autre', 'nc', ''"),
    "ages": ("tranche_age", "text", "'0-11', '12-17', '18-24', '25-39', '40-59', '60-69', '70+', 'nc', ''"),
    "situations": ("situation", "text", "'scolarise', 'sans_emploi', 'en_emploi', 'retraite', 'nc', ''"),
    "premieres": ("premiere_visite", "boolean", "true, false, NULL"),
    "issues": ("issue", "text", "'resolu', 'oriente', 'a_suivre', 'non_abouti', 'hors_champ'"),
    "aides": ("aide", "text", "'informer', 'faire_avec', 'faire_a_la_place', ''"),
    "registres": ("registre", "integer", "1, 2, 3, 4, 5, 6, 7, 8, NULL"),
}
for nom, (champ, sorte, valeurs) in LISTES.items():
    place = OCTET.format(f"array_position(ARRAY[{valeurs}]::{sorte}[], {champ}::{sorte}) - 1")
    (DES_DEMANDES if nom in ("issues", "aides", "registres") else DES_VISITES)[nom] = place


def _bout_a_bout(termes: dict[str, str], ordre: str) -> str:
    return ", ".join(f"string_agg({t}, ''::bytea ORDER BY {ordre}) AS {nom}" for nom, t in termes.items())


NOMS = ", ".join((*DES_VISITES, *DES_DEMANDES))
# A value that no place stands for would be left out, and all that follow it would move up by one.
LONGUEURS = """
ALTER TABLE accueil_colonnesmois ADD CONSTRAINT colonnes_de_meme_longueur CHECK (
  octet_length(jours) = ALL (ARRAY[octet_length(heures), octet_length(canaux), octet_length(genres),
    octet_length(ages), octet_length(situations), octet_length(premieres), octet_length(estimees),
    octet_length(nombres), octet_length(communes) / 5, octet_length(auteurs) / 4, octet_length(durees) / 2,
    octet_length(personnes) / 2])
  AND octet_length(issues) = ALL (ARRAY[octet_length(aides), octet_length(registres), octet_length(themes) / 4,
    octet_length(partenaires) / 4])
  AND octet_length(communes) % 5 + octet_length(auteurs) % 4 + octet_length(durees) % 2
    + octet_length(personnes) % 2 + octet_length(themes) % 4 + octet_length(partenaires) % 4 = 0)"""
# Who computes days waits for the end, as it would pack nothing yet; entries don't.
VERROUS = "SELECT pg_advisory_xact_lock(60600, id::integer) FROM accueil_pointaccueil ORDER BY id"
REMPLISSAGE = f"""
DO $$
DECLARE debut date;
BEGIN
  FOR debut IN SELECT DISTINCT mois FROM accueil_agregatmois ORDER BY 1 LOOP
    INSERT INTO accueil_colonnesmois (point_id, mois, {NOMS})
    SELECT point_id, debut, {", ".join(DES_VISITES)}, {", ".join(f"coalesce({c}, '')" for c in DES_DEMANDES)}
    FROM (
      SELECT point_id, {_bout_a_bout(DES_VISITES, "id")},
        {_bout_a_bout({nom: nom for nom in DES_DEMANDES}, "id")}
      FROM accueil_visite v CROSS JOIN LATERAL (
        SELECT count(*) AS nombre, {_bout_a_bout(DES_DEMANDES, "rang")}
        FROM accueil_demande WHERE visite_id = v.id
      ) d
      WHERE annulee_le IS NULL AND jour >= debut AND jour < (debut + interval '1 month')::date
      GROUP BY 1
    ) l;
  END LOOP;
END $$"""  # noqa: S608 — names of this module only


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0017_etats_des_visites_vieillies'),
    ]

    operations = [
        migrations.CreateModel(
            name='ColonnesMois',
            fields=[
                ('pk', models.CompositePrimaryKey('point_id', 'mois', blank=True, editable=False, primary_key=True, serialize=False)),
                ('mois', models.DateField()),
                ('jours', models.BinaryField()),
                ('heures', models.BinaryField()),
                ('canaux', models.BinaryField()),
                ('genres', models.BinaryField()),
                ('ages', models.BinaryField()),
                ('situations', models.BinaryField()),
                ('premieres', models.BinaryField()),
                ('communes', models.BinaryField()),
                ('auteurs', models.BinaryField()),
                ('durees', models.BinaryField()),
                ('estimees', models.BinaryField()),
                ('personnes', models.BinaryField()),
                ('nombres', models.BinaryField()),
                ('issues', models.BinaryField()),
                ('aides', models.BinaryField()),
                ('registres', models.BinaryField()),
                ('themes', models.BinaryField()),
                ('partenaires', models.BinaryField()),
                ('point', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accueil.pointaccueil')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RunSQL([LONGUEURS, VERROUS, REMPLISSAGE], migrations.RunSQL.noop),
    ]
