"""A case is anonymised by one function of the owner's, which looks for itself whether its time has come.

The application may not rewrite what is only added to (events, agreements). The function does, for a case whose
erasure was written down first: after 12 months at least without contact and 30 days of notice, or at a person's
request. Codes stay, so that every count by month stays what it was; days go to the first of their month.
The guards of 0008 to 0010 let it pass, and nobody else.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

# trigger, table, when and what: as in 0008 and 0009, with the condition that lets the function pass.
GARDES = (
    ("dossier_garde", "dossier", "BEFORE INSERT OR UPDATE", ""),
    ("etape_garde", "etape", "BEFORE INSERT OR UPDATE", ""),
    ("mandat_garde", "mandat", "BEFORE INSERT OR UPDATE", ""),
    ("partie_garde", "partie", "AFTER UPDATE", ""),
    ("echange_garde", "etape", "AFTER UPDATE OF nature, jour", "(NEW.nature, NEW.jour) IS DISTINCT FROM (OLD.nature, OLD.jour)"),
    ("depart_garde", "partie", "AFTER UPDATE OF retiree_le", "NEW.role IN ('representant', 'interprete') AND NEW.retiree_le IS DISTINCT FROM OLD.retiree_le"),
)


def _gardes(autre: str) -> str:
    ordres = ""
    for nom, table, quand, condition in GARDES:
        conditions = " AND ".join(f"({c})" for c in (condition, autre) if c)
        ordres += (
            f"CREATE OR REPLACE TRIGGER {nom} {quand} ON mediation_{table} FOR EACH ROW"
            f"{f' WHEN ({conditions})' if conditions else ''} EXECUTE FUNCTION mediation_{nom}();\n"
        )
    return ordres


CONTACT = """
-- The last day on which something happened with the people of a case.
CREATE FUNCTION mediation_dernier_contact(lequel bigint) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT greatest(
    d.ouvert_le, d.clos_le,
    (SELECT max(jour) FROM mediation_etape WHERE dossier_id = d.id AND annulee_le IS NULL),
    -- Handing over or another register is no contact.
    (SELECT max(le)::date FROM mediation_evenement
      WHERE dossier_id = d.id AND nature IN ('ouverture', 'transition', 'transfert')),
    (SELECT max(c.jour) FROM mediation_consentement c JOIN mediation_partie p ON p.id = c.partie_id
      WHERE p.dossier_id = d.id),
    (SELECT max(greatest(informee_le, retiree_le)) FROM mediation_partie WHERE dossier_id = d.id),
    (SELECT max(constate_le) FROM mediation_engagement WHERE dossier_id = d.id),
    (SELECT max(debut) FROM mediation_mandat WHERE dossier_id = d.id),
    (SELECT max(ajoute_le)::date FROM mediation_document WHERE dossier_id = d.id)
  ) FROM mediation_dossier d WHERE d.id = lequel
$$;
"""

ANONYMISER = """
CREATE FUNCTION mediation_en_anonymisation() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT current_user <> 'pimms_app' AND coalesce(current_setting('pimms.anonymise', true), '') <> ''
$$;

CREATE FUNCTION mediation_exiger_droit_d_effacer(lequel bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE contact date := mediation_dernier_contact(lequel);
BEGIN
  IF NOT EXISTS (SELECT FROM socle_effacement WHERE objet = 'dossier' AND objet_id = lequel) THEN
    RAISE EXCEPTION 'Un effacement s''écrit d''abord.' USING ERRCODE = 'check_violation';
  END IF;
  IF session_user <> current_user AND NOT EXISTS (
      SELECT FROM socle_effacement WHERE objet = 'dossier' AND objet_id = lequel AND motif = 'demande')
    AND (contact > current_date - interval '12 months' OR NOT EXISTS (
      SELECT FROM mediation_preavis
      WHERE dossier_id = lequel AND annonce_le > contact AND annonce_le <= current_date - 30)) THEN
    RAISE EXCEPTION 'Ce dossier n''a pas atteint sa durée de conservation.' USING ERRCODE = 'check_violation';
  END IF;
END $$;

-- `nom`, `enveloppe`: a fresh data key; what the old one sealed is lost, wherever a copy is.
CREATE FUNCTION mediation_anonymiser(lequel bigint, nom_cle varchar, enveloppe_cle bytea) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE d mediation_dossier; fuseau_du_point varchar; fichiers integer;
BEGIN
  SELECT * INTO STRICT d FROM mediation_dossier WHERE id = lequel FOR UPDATE;
  IF d.anonymise_le IS NOT NULL THEN
    RETURN NULL;
  END IF;
  PERFORM mediation_exiger_droit_d_effacer(lequel);
  PERFORM set_config('pimms.anonymise', lequel::text, true);
  SELECT fuseau INTO fuseau_du_point FROM accueil_pointaccueil WHERE id = d.point_id;
  DELETE FROM mediation_fichier f USING mediation_document o WHERE o.id = f.document_id AND o.dossier_id = lequel;
  GET DIAGNOSTICS fichiers = ROW_COUNT;
  DELETE FROM mediation_lecteur WHERE dossier_id = lequel;
  UPDATE mediation_document SET scelle = NULL, empreinte = repeat('0', 64), retire_le = coalesce(retire_le, now())
    WHERE dossier_id = lequel;
  UPDATE mediation_evenement SET scelle = CASE WHEN scelle IS NOT NULL THEN ''::bytea END,
    le = date_trunc('month', le AT TIME ZONE fuseau_du_point) AT TIME ZONE fuseau_du_point WHERE dossier_id = lequel;
  UPDATE mediation_etape SET scelle = NULL, heure = NULL, jour = date_trunc('month', jour), retard = 0,
    saisie_le = date_trunc('month', saisie_le) WHERE dossier_id = lequel;
  UPDATE mediation_consentement c SET jour = date_trunc('month', c.jour), saisi_le = date_trunc('month', c.saisi_le)
    FROM mediation_partie p WHERE p.id = c.partie_id AND p.dossier_id = lequel;
  UPDATE mediation_partie SET scelle = NULL, empreinte = NULL, protection = '',
    informee_le = date_trunc('month', informee_le), retiree_le = date_trunc('month', retiree_le)
    WHERE dossier_id = lequel;
  UPDATE mediation_engagement SET scelle = NULL WHERE dossier_id = lequel;
  UPDATE mediation_mandat SET scelle = NULL, debut = date_trunc('month', debut),
    fin = date_trunc('month', fin) + interval '1 month - 1 day',
    revoque_le = date_trunc('month', revoque_le) + interval '1 month - 1 day' WHERE dossier_id = lequel;
  UPDATE mediation_attente SET debut = date_trunc('month', debut), fin = date_trunc('month', fin),
    relance_le = date_trunc('month', relance_le) + interval '1 month - 1 day' WHERE dossier_id = lequel;
  UPDATE mediation_conflitinteret SET scelle = NULL, declare_le = date_trunc('month', declare_le),
    decide_le = date_trunc('month', decide_le) WHERE dossier_id = lequel;
  UPDATE mediation_propositionregistre SET decision = 'caduque', decide_le = now() WHERE decision = ''
    AND (dossier_id = lequel OR etape_id IN (SELECT id FROM mediation_etape WHERE dossier_id = lequel));
  UPDATE mediation_redirection SET scelle = CASE WHEN scelle IS NOT NULL THEN ''::bytea END,
    jour = date_trunc('month', jour) WHERE dossier_id = lequel;
  UPDATE mediation_dossier SET scelle = NULL, ouvert_le = date_trunc('month', ouvert_le),
    clos_le = date_trunc('month', clos_le), cree_le = date_trunc('month', cree_le), anonymise_le = current_date,
    version = version + 1 WHERE id = lequel;
  UPDATE socle_cledonnees SET nom = nom_cle, enveloppe = enveloppe_cle WHERE id = d.cle_donnees_id;
  PERFORM set_config('pimms.anonymise', '', true);
  RETURN fichiers;
END $$;
REVOKE ALL ON FUNCTION mediation_anonymiser(bigint, varchar, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mediation_anonymiser(bigint, varchar, bytea) TO pimms_app;

CREATE FUNCTION mediation_anonyme_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Un dossier anonymisé ne change plus.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER dossier_anonyme BEFORE UPDATE ON mediation_dossier FOR EACH ROW
  WHEN ((OLD.anonymise_le IS NOT NULL OR NEW.anonymise_le IS NOT NULL) AND NOT mediation_en_anonymisation())
  EXECUTE FUNCTION mediation_anonyme_garde();

-- The day of a notice is the server's: nobody dates one back.
CREATE FUNCTION mediation_preavis_garde() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.annonce_le := current_date;
  RETURN NEW;
END $$;
CREATE TRIGGER preavis_du_jour BEFORE INSERT ON mediation_preavis
  FOR EACH ROW WHEN (current_user = 'pimms_app') EXECUTE FUNCTION mediation_preavis_garde();
REVOKE UPDATE, DELETE, TRUNCATE ON mediation_preavis FROM pimms_app;
CREATE TRIGGER preavis_ajout_seul BEFORE UPDATE OR DELETE ON mediation_preavis
  FOR EACH ROW EXECUTE FUNCTION socle_ajout_seul();
"""
RETOUR = (
    """
DROP TRIGGER preavis_ajout_seul ON mediation_preavis;
DROP TRIGGER preavis_du_jour ON mediation_preavis;
DROP FUNCTION mediation_preavis_garde();
DROP TRIGGER dossier_anonyme ON mediation_dossier;
DROP FUNCTION mediation_anonyme_garde();
DROP FUNCTION mediation_anonymiser(bigint, varchar, bytea);
"""
    + _gardes("")
    + """
DROP FUNCTION mediation_exiger_droit_d_effacer(bigint);
DROP FUNCTION mediation_en_anonymisation();
DROP FUNCTION mediation_dernier_contact(bigint);
"""
)


class Migration(migrations.Migration):

    dependencies = [
        ("accueil", "0008_agregats"),
        ("mediation", "0011_registres_des_demandes"),
        ("socle", "0007_chaine_du_journal"),
    ]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="anonymise_le",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="anonymisé le"),
        ),
        migrations.CreateModel(
            name="Preavis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("annonce_le", models.DateField(db_default=Now(), verbose_name="annoncé le")),
                ("prevu_le", models.DateField(verbose_name="prévu le")),
                ("dossier", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="preavis", to="mediation.dossier")),
                ("point", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accueil.pointaccueil")),
            ],
            options={"ordering": ("prevu_le", "id")},
        ),
        migrations.RunSQL(CONTACT + ANONYMISER + _gardes("NOT mediation_en_anonymisation()"), RETOUR),
    ]
