"""The contact that a case's redirection names goes under the case's key; without a case it stays in clear."""

from django.db import migrations, models
from django.db.models import Q

from pimms.socle.chiffrement import coffre


def sceller(apps, _):
    Redirection = apps.get_model("mediation", "Redirection")
    en_clair = Redirection.objects.filter(dossier__isnull=False).exclude(vers="")
    for redirection in en_clair.select_related("dossier__cle_donnees"):
        cle = redirection.dossier.cle_donnees
        valeurs = {"vers": redirection.vers}
        redirection.scelle = coffre(cle.nom, cle.enveloppe).sceller_valeurs("redirection", valeurs)
        redirection.vers = ""
        redirection.save(update_fields=["scelle", "vers"])


def ouvrir(apps, _):
    Redirection = apps.get_model("mediation", "Redirection")
    for redirection in Redirection.objects.filter(scelle__isnull=False).select_related("dossier__cle_donnees"):
        cle = redirection.dossier.cle_donnees
        valeurs = coffre(cle.nom, cle.enveloppe).ouvrir_valeurs("redirection", redirection.scelle)
        redirection.scelle, redirection.vers = None, valeurs["vers"]
        redirection.save(update_fields=["scelle", "vers"])


class Migration(migrations.Migration):
    dependencies = [("mediation", "0006_registres"), ("socle", "0003_cle_de_donnees")]

    operations = [
        migrations.AddField(
            model_name="redirection",
            name="scelle",
            field=models.BinaryField(editable=False, null=True),
        ),
        migrations.RemoveConstraint(model_name="redirection", name="redirection_nommee"),
        migrations.RunPython(sceller, ouvrir),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL IMMEDIATE"),
        migrations.AddConstraint(
            model_name="redirection",
            constraint=models.CheckConstraint(
                condition=Q(("partenaire__isnull", False), ~Q(("vers", "")), ("scelle__isnull", False), _connector="OR"),
                name="redirection_nommee",
                violation_error_message="Dites vers qui la personne est réorientée.",
            ),
        ),
        migrations.AddConstraint(
            model_name="redirection",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("dossier__isnull", True), ("scelle__isnull", True)),
                    Q(("dossier__isnull", False), ("vers", "")),
                    _connector="OR",
                ),
                name="redirection_d_un_dossier_scellee",
            ),
        ),
    ]
