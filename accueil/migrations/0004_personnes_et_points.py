"""Where an absence was noted, closures that never overlap, and the French names of the admin."""

from datetime import date, timedelta

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accueil.models.bases

# Only where no doubt is possible: else another association's managers would read why.
POINT_DES_ABSENCES = """
UPDATE accueil_absence a SET point_id = (
  SELECT (array_agg(c.point_id ORDER BY c.debut, c.id))[1]
  FROM accueil_acces c JOIN accueil_pointaccueil p ON p.id = c.point_id
  WHERE c.personne_id = a.personne_id AND c.role IN ('mediateur', 'responsable')
    AND c.debut <= coalesce(a.fin, 'infinity') AND coalesce(c.fin, 'infinity') >= a.debut
  HAVING count(DISTINCT p.association_id) = 1
);
"""


def separer_les_fermetures(apps, schema_editor):
    """Cut from each closure the days that an earlier one closes already; the journal keeps what it was."""
    journal = apps.get_model("socle", "EntreeJournal")
    point, derniere = None, date.min
    fermetures = apps.get_model("accueil", "Fermeture").objects.all()
    for f in sorted(fermetures, key=lambda f: (f.point_id, f.debut, -(f.fin or date.max).toordinal(), f.id)):
        if f.point_id != point:
            point, derniere = f.point_id, date.min
        fin = f.fin or date.max
        if f.debut <= derniere:
            avant = {"debut": str(f.debut), "fin": f.fin and str(f.fin), "motif": "modifié"}
            suite = None if fin <= derniere else derniere + timedelta(days=1)
            journal.objects.create(
                requete="migration",
                point_id=f.point_id,
                objet="fermeture",
                objet_id=f.pk,
                acte="modifier" if suite else "supprimer",
                avant=avant if suite is None else {"debut": str(f.debut)},
                apres={"debut": str(suite)} if suite else None,
            )
            if suite is None:
                f.delete()
            else:
                f.debut = suite
                f.save(update_fields=["debut"])
        derniere = max(derniere, fin)


class Migration(migrations.Migration):
    dependencies = [
        ("accueil", "0003_donnees"),
        ("socle", "0002_roles_et_journal"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="contratfranchise",
            options={
                "ordering": ("-debut",),
                "verbose_name": "contrat de franchise sociale",
                "verbose_name_plural": "contrats de franchise sociale",
            },
        ),
        migrations.AlterModelOptions(
            name="departement",
            options={"ordering": ("code",), "verbose_name": "département"},
        ),
        migrations.AlterModelOptions(
            name="labelfranceservices",
            options={
                "ordering": ("-debut",),
                "verbose_name": "label France services",
                "verbose_name_plural": "labels France services",
            },
        ),
        migrations.AlterModelOptions(
            name="plagehoraire",
            options={
                "ordering": ("jour", "ouvre"),
                "verbose_name": "plage d’ouverture",
                "verbose_name_plural": "plages d’ouverture",
            },
        ),
        migrations.AlterModelOptions(
            name="region",
            options={"ordering": ("nom",), "verbose_name": "région"},
        ),
        migrations.AddField(
            model_name="absence",
            name="point",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accueil.pointaccueil",
            ),
        ),
        migrations.AlterField(
            model_name="acces",
            name="accorde_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="accordé par",
            ),
        ),
        migrations.AlterField(
            model_name="acces",
            name="cree_le",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="créé le"
            ),
        ),
        migrations.AlterField(
            model_name="commune",
            name="departement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="communes",
                to="accueil.departement",
                verbose_name="département",
            ),
        ),
        migrations.AlterField(
            model_name="commune",
            name="nom_tri",
            field=models.CharField(db_index=True, max_length=80, verbose_name="clé de tri"),
        ),
        migrations.AlterField(
            model_name="departement",
            name="region",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="departements",
                to="accueil.region",
                verbose_name="région",
            ),
        ),
        migrations.AlterField(
            model_name="partenaire",
            name="nature",
            field=models.CharField(
                choices=[
                    ("operateur", "opérateur public"),
                    ("entreprise", "entreprise"),
                    ("collectivite", "collectivité"),
                    ("association", "association"),
                    ("autre", "autre"),
                ],
                max_length=12,
                verbose_name="type",
            ),
        ),
        migrations.AlterField(
            model_name="pointaccueil",
            name="nature",
            field=models.CharField(
                choices=[("fixe", "fixe"), ("mobile", "mobile"), ("antenne", "antenne")],
                default="fixe",
                max_length=8,
                verbose_name="type",
            ),
        ),
        migrations.AlterField(
            model_name="utilisateur",
            name="cree_le",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="créé le"
            ),
        ),
        migrations.RunPython(separer_les_fermetures, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="fermeture",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        accueil.models.bases.IntervalleEntier(
                            django.db.models.functions.comparison.Coalesce(
                                models.F("point"), models.Value(0)
                            )
                        ),
                        "&&",
                    ),
                    (accueil.models.bases.IntervalleDates(), "&&"),
                ],
                name="fermeture_sans_recouvrement",
                violation_error_message="Une fermeture couvre déjà une partie de ces jours.",
            ),
        ),
        migrations.RunSQL(POINT_DES_ABSENCES, migrations.RunSQL.noop),
    ]
