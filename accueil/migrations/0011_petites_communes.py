"""One row a département for its small communes: where an old visit's commune is told by that alone.

Such a row has the département's code and « P », no postcode, and a sort key that nobody types.
"""

from django.db import migrations

PETITES = """
INSERT INTO accueil_commune (code, nom, nom_tri, departement_id, codes_postaux, population)
SELECT code || 'P', 'Petites communes', '~' || code, code, '', 0 FROM accueil_departement
"""
RETOUR = """
UPDATE accueil_visite SET commune_id = NULL WHERE commune_id LIKE '%P';
DELETE FROM accueil_commune WHERE code LIKE '%P';
"""


class Migration(migrations.Migration):

    dependencies = [("accueil", "0010_agregats_par_mois")]

    operations = [migrations.RunSQL(PETITES, RETOUR)]
