"""Territory (INSEE), the fourteen themes, and the national partners known from public sources."""

import csv
import gzip
import io
from pathlib import Path

from django.db import migrations

from pimms.socle.textes import cle_tri

DONNEES = Path(__file__).resolve().parent.parent / "donnees"

# The eleven families of service-public.fr, then PIMMS' own three.
THEMES = [
    ("papiers", "Papiers – Citoyenneté", "Papiers", "person-vcard"),
    ("famille", "Famille – Scolarité", "Famille", "people"),
    ("social", "Social – Santé", "Social – Santé", "heart-pulse"),
    ("travail", "Travail – Formation", "Travail", "briefcase"),
    ("logement", "Logement", "Logement", "house"),
    ("transports", "Transports – Mobilité", "Transports", "bus-front"),
    ("argent", "Argent – Impôts – Consommation", "Argent – Impôts", "cash-coin"),
    ("justice", "Justice", "Justice", "bank"),
    ("etrangers", "Étrangers – Europe", "Étrangers", "globe-europe-africa"),
    ("loisirs", "Loisirs – Sports – Culture", "Loisirs", "palette"),
    ("associations", "Associations", "Associations", "diagram-3"),
    ("energie", "Énergie – Eau", "Énergie – Eau", "lightning-charge"),
    ("courrier", "Courrier – Colis", "Courrier", "mailbox"),
    ("numerique", "Numérique", "Numérique", "laptop"),
]

PARTENAIRES = {
    "operateur": [
        "CAF", "CPAM", "CNAV", "MSA", "France Travail", "La Poste", "DGFiP", "France Titres", "Justice",
    ],
    "entreprise": ["EDF", "Engie", "Enedis", "SNCF", "Keolis", "Veolia", "Suez"],
}


def _copier(curseur, table, colonnes, lignes):
    tampon = io.StringIO()
    csv.writer(tampon, quoting=csv.QUOTE_ALL).writerows(lignes)
    tampon.seek(0)
    curseur.copy_expert(f"COPY {table} ({', '.join(colonnes)}) FROM STDIN WITH (FORMAT csv)", tampon)


def _lire(nom):
    chemin = DONNEES / nom
    ouvrir = gzip.open if nom.endswith(".gz") else open
    with ouvrir(chemin, "rt", encoding="utf-8", newline="") as fichier:
        yield from csv.DictReader(fichier)


def charger(apps, schema_editor):
    with schema_editor.connection.cursor() as curseur:
        _copier(
            curseur, "accueil_region", ["code", "nom"],
            ((r["code"], r["nom"]) for r in _lire("regions.csv")),
        )
        _copier(
            curseur, "accueil_departement", ["code", "nom", "region_id"],
            ((d["code"], d["nom"], d["region"]) for d in _lire("departements.csv")),
        )
        _copier(
            curseur,
            "accueil_commune",
            ["code", "nom", "nom_tri", "departement_id", "codes_postaux", "population"],
            (
                (c["code"], c["nom"], cle_tri(c["nom"]), c["departement"], c["codes_postaux"], c["population"])
                for c in _lire("communes.csv.gz")
            ),
        )
    theme, partenaire = apps.get_model("accueil", "Theme"), apps.get_model("accueil", "Partenaire")
    theme.objects.bulk_create(
        theme(code=code, nom=nom, nom_court=court, icone=icone, ordre=10 * rang)
        for rang, (code, nom, court, icone) in enumerate(THEMES, 1)
    )
    partenaire.objects.bulk_create(
        partenaire(nom=nom, nom_tri=cle_tri(nom), nature=nature)
        for nature, noms in PARTENAIRES.items()
        for nom in noms
    )


class Migration(migrations.Migration):
    dependencies = [("accueil", "0002_gardes")]

    operations = [migrations.RunPython(charger, migrations.RunPython.noop)]
