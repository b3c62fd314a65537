"""Visits that grew old before kept the words on whom they were sent to: the nights do not pass there again."""

from django.db import migrations

OUBLIER = """
UPDATE accueil_demande d SET vers_texte = 'interlocuteur effacé' FROM accueil_visite v
WHERE v.id = d.visite_id AND d.vers_texte <> ''
  AND v.saisie_le = date_trunc('day', v.saisie_le AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '10 hours'
"""


class Migration(migrations.Migration):

    dependencies = [("accueil", "0015_resumes_et_ecarts")]

    operations = [migrations.RunSQL(OUBLIER, migrations.RunSQL.noop)]
