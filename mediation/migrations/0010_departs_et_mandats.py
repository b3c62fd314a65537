"""Nobody leaves before a word that they said, nor before an exchange at which another representative stood
for the same person on the strength of it. Nothing is done under a mandate whose signed paper was erased."""

from importlib import import_module

from django.db import migrations

AVANT = import_module("mediation.migrations.0009_propositions_et_representants")
DEBUT = "CREATE FUNCTION mediation_depart_garde"
FONCTION = DEBUT + AVANT.REPRESENTANTS.split(DEBUT)[1].split("CREATE TRIGGER")[0]
ANCIENNE = """    PERFORM mediation_verifier_echange(e.id) FROM mediation_presence s JOIN mediation_etape e ON e.id = s.etape_id
      WHERE s.partie_id = NEW.represente_id AND e.jour > NEW.retiree_le;
"""
NOUVELLE = """    IF EXISTS (SELECT FROM mediation_consentement WHERE donne_par_id = NEW.id AND jour > NEW.retiree_le) THEN
      RAISE EXCEPTION 'Cette personne a parlé pour une partie après son départ.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM mediation_verifier_echange(e.id) FROM mediation_presence s JOIN mediation_etape e ON e.id = s.etape_id
      JOIN mediation_partie p ON p.id = s.partie_id
      WHERE NEW.represente_id IN (p.id, p.represente_id) AND e.jour > NEW.retiree_le;
"""

ETAPES = import_module("mediation.migrations.0008_regles_du_dossier").ETAPES
GARDE = ETAPES.split("CREATE TRIGGER etape_garde")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
PAPIER = "document_id IS NOT NULL"
PAPIER_LA = "document_id IN (SELECT id FROM mediation_document WHERE retire_le IS NULL)"


class Migration(migrations.Migration):

    dependencies = [("mediation", "0009_propositions_et_representants")]

    operations = [
        migrations.RunSQL(
            FONCTION.replace(ANCIENNE, NOUVELLE).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
            FONCTION.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
        ),
        migrations.RunSQL(GARDE.replace(PAPIER, PAPIER_LA), GARDE),
    ]
