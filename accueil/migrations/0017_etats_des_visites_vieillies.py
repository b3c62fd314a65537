"""No earlier state of a visit that grew old.

A register accepted after twelve months wrote one, before `accueil.correction` looked whether time had passed
there; the nights do not pass again.
"""

from django.db import migrations

EFFACER = """
DELETE FROM accueil_visiteversion e USING accueil_visite v
WHERE v.id = e.visite_id AND v.jour < current_date - 90 -- the least that a network may choose
  AND v.saisie_le = date_trunc('day', v.saisie_le AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '10 hours'
"""


class Migration(migrations.Migration):

    dependencies = [("accueil", "0016_orientations_oubliees")]

    operations = [migrations.RunSQL(EFFACER, migrations.RunSQL.noop)]
