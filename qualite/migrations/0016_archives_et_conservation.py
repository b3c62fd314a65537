"""Archives of everything an association owns; the retention of what is heard, and what of a run failed."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# What may change of an archive: where it stands. Who asked, for what and why stays; so does the row.
GARDE = """
REVOKE DELETE, TRUNCATE ON qualite_archiveassociation FROM pimms_app;
CREATE TRIGGER archive_garde BEFORE UPDATE OR DELETE ON qualite_archiveassociation
  FOR EACH ROW EXECUTE FUNCTION qualite_seules_colonnes(
    'etat', 'pris_le', 'essais', 'fini_le', 'erreur', 'coffre_id', 'cle_scellee', 'fichier', 'taille',
    'empreinte', 'lignes', 'pieces');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0013_effacement_des_notes'),
        ('qualite', '0015_conservation'),
        ('socle', '0008_controle_du_journal'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchiveAssociation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('demande_le', models.DateTimeField(default=django.utils.timezone.now)),
                ('motif', models.CharField(choices=[('sauvegarde', 'Garder notre propre copie'), ('outil', 'Changer d’outil'), ('depart', 'Quitter le réseau'), ('autorite', 'Répondre à une autorité')], max_length=12)),
                ('etat', models.CharField(choices=[('demande', 'en attente'), ('en_cours', 'en préparation'), ('pret', 'prête'), ('echec', 'en échec'), ('retiree', 'retirée')], default='demande', max_length=8)),
                ('pris_le', models.DateTimeField(null=True)),
                ('essais', models.PositiveSmallIntegerField(default=0)),
                ('fini_le', models.DateTimeField(null=True)),
                ('erreur', models.CharField(blank=True, max_length=200)),
                ('cle_scellee', models.BinaryField(null=True)),
                ('fichier', models.CharField(blank=True, max_length=120)),
                ('taille', models.BigIntegerField(default=0)),
                ('empreinte', models.CharField(blank=True, max_length=64)),
                ('lignes', models.IntegerField(default=0)),
                ('pieces', models.IntegerField(default=0)),
            ],
            options={
                'verbose_name': 'archive d’association',
                'verbose_name_plural': 'archives d’association',
                'ordering': ('-id',),
            },
        ),
        migrations.RemoveConstraint(
            model_name='demandedroits',
            name='demandedroits_effacement_motive',
        ),
        migrations.RemoveConstraint(
            model_name='incident',
            name='incident_effacement_motive',
        ),
        migrations.RemoveConstraint(
            model_name='reclamation',
            name='reclamation_effacement_motive',
        ),
        migrations.AddField(
            model_name='passageconservation',
            name='erreurs',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddConstraint(
            model_name='demandedroits',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('efface_le__isnull', True), ('efface_par__isnull', True), ('motif_effacement', '')), models.Q(('efface_le__isnull', False), ('efface_par__isnull', False), models.Q(('motif_effacement', ''), _negated=True)), models.Q(('efface_le__isnull', False), ('efface_par__isnull', True), ('motif_effacement', 'Durée de conservation atteinte')), _connector='OR'), name='demandedroits_effacement_motive'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('efface_le__isnull', True), ('efface_par__isnull', True), ('motif_effacement', '')), models.Q(('efface_le__isnull', False), ('efface_par__isnull', False), models.Q(('motif_effacement', ''), _negated=True)), models.Q(('efface_le__isnull', False), ('efface_par__isnull', True), ('motif_effacement', 'Durée de conservation atteinte')), _connector='OR'), name='incident_effacement_motive'),
        ),
        migrations.AddConstraint(
            model_name='reclamation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('efface_le__isnull', True), ('efface_par__isnull', True), ('motif_effacement', '')), models.Q(('efface_le__isnull', False), ('efface_par__isnull', False), models.Q(('motif_effacement', ''), _negated=True)), models.Q(('efface_le__isnull', False), ('efface_par__isnull', True), ('motif_effacement', 'Durée de conservation atteinte')), _connector='OR'), name='reclamation_effacement_motive'),
        ),
        migrations.AddField(
            model_name='archiveassociation',
            name='association',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='archives', to='accueil.association'),
        ),
        migrations.AddField(
            model_name='archiveassociation',
            name='coffre',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='socle.cledonnees'),
        ),
        migrations.AddField(
            model_name='archiveassociation',
            name='demande_par',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='archiveassociation',
            constraint=models.CheckConstraint(condition=models.Q(('etat__in', ['demande', 'en_cours', 'pret', 'echec', 'retiree'])), name='archive_etat_connu'),
        ),
        migrations.AddConstraint(
            model_name='archiveassociation',
            constraint=models.CheckConstraint(condition=models.Q(('motif__in', ['sauvegarde', 'outil', 'depart', 'autorite'])), name='archive_motif_connu'),
        ),
        migrations.AddConstraint(
            model_name='archiveassociation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('etat', 'pret'), _negated=True), models.Q(models.Q(('fichier', ''), _negated=True), ('coffre__isnull', False)), _connector='OR'), name='archive_prete_avec_fichier'),
        ),
        migrations.AddConstraint(
            model_name='archiveassociation',
            constraint=models.UniqueConstraint(condition=models.Q(('etat__in', ['demande', 'en_cours'])), fields=('association',), name='archive_une_a_la_fois'),
        ),
        migrations.RunSQL(GARDE, "DROP TRIGGER archive_garde ON qualite_archiveassociation"),
    ]
