"""What an audit campaign opens has a last day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accueil", "0005_changements_de_registre")]

    operations = [
        migrations.AddConstraint(
            model_name="acces",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origine", "campagne"), _negated=True),
                    models.Q(("fin__isnull", False), ("role", "auditeur")),
                    _connector="OR",
                ),
                name="acces_de_campagne_borne",
                violation_error_message="L’accès d’un auditeur a toujours un dernier jour.",
            ),
        ),
    ]
