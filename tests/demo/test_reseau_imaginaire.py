"""What `peupler` makes up obeys every rule of the trade: each test counts the rows that break one."""

import pytest

AUCUNE = {
    "une visite avant l’ouverture ou après la fermeture du point": """
        SELECT count(*) FROM accueil_visite v JOIN accueil_pointaccueil p ON p.id = v.point_id
        WHERE v.jour < p.ouvert_le OR v.jour >= p.ferme_le""",
    "une visite saisie par quelqu’un sans accès ce jour-là": """
        SELECT count(*) FROM accueil_visite v WHERE NOT EXISTS (
          SELECT FROM accueil_acces a WHERE a.personne_id = v.auteur_id AND a.point_id = v.point_id
            AND v.jour BETWEEN a.debut AND coalesce(a.fin, 'infinity')
            AND v.jour + v.retard BETWEEN a.debut AND coalesce(a.fin, 'infinity'))""",
    "une visite saisie par un absent": """
        SELECT count(*) FROM accueil_visite v JOIN accueil_absence a ON a.personne_id = v.auteur_id
        WHERE v.jour BETWEEN a.debut AND a.fin OR v.jour + v.retard BETWEEN a.debut AND a.fin""",
    "une visite un jour sans ouverture": """
        SELECT count(*) FROM accueil_visite v WHERE NOT EXISTS (
          SELECT FROM accueil_plagehoraire h WHERE h.point_id = v.point_id
            AND h.jour = extract(isodow FROM v.jour) - 1
            AND v.jour BETWEEN h.debut AND coalesce(h.fin, 'infinity'))
        AND NOT EXISTS (
          SELECT FROM accueil_journeemobile j
          WHERE j.point_id = v.point_id AND j.jour = v.jour AND NOT j.annulee)""",
    "une visite un jour de fermeture exceptionnelle": """
        SELECT count(*) FROM accueil_visite v JOIN accueil_fermeture f USING (point_id)
        WHERE v.jour BETWEEN f.debut AND coalesce(f.fin, 'infinity')""",
    "une visite du jour dont l’heure locale n’est pas celle de sa saisie": """
        SELECT count(*) FROM accueil_visite v JOIN accueil_pointaccueil p ON p.id = v.point_id
        WHERE v.retard = 0 AND (v.heure <> extract(hour FROM v.saisie_le AT TIME ZONE p.fuseau)
                                OR v.jour <> (v.saisie_le AT TIME ZONE p.fuseau)::date)""",
    "un retard qui n’est pas celui de la saisie": """
        SELECT count(*) FROM accueil_visite v JOIN accueil_pointaccueil p ON p.id = v.point_id
        WHERE v.retard <> (v.saisie_le AT TIME ZONE p.fuseau)::date - v.jour
           OR (v.retard > 0) <> (v.heure IS NULL)""",
    "un retard de plus de sept jours qui n’est pas d’un responsable": """
        SELECT count(*) FROM accueil_visite v WHERE v.retard > 7 AND NOT EXISTS (
          SELECT FROM accueil_acces a WHERE a.personne_id = v.auteur_id AND a.point_id = v.point_id
            AND a.role = 'responsable')""",
    "une visite dont le nombre de demandes est faux": """
        SELECT count(*) FROM accueil_visite v
        WHERE nb_demandes <> (SELECT count(*) FROM accueil_demande d WHERE d.visite_id = v.id)""",
    "une demande d’un autre point que sa visite": """
        SELECT count(*) FROM accueil_demande d JOIN accueil_visite v ON v.id = d.visite_id
        WHERE d.point_id <> v.point_id""",
    "un partenaire d’une autre association": """
        SELECT count(*) FROM accueil_demande d JOIN accueil_pointaccueil p ON p.id = d.point_id
        JOIN accueil_partenaire t ON t.id = d.partenaire_id WHERE t.association_id <> p.association_id""",
    "un suivi d’une demande qui n’en appelle pas": """
        SELECT count(*) FROM accueil_suivi s JOIN accueil_demande d ON d.id = s.demande_id
        WHERE d.issue NOT IN ('oriente', 'a_suivre')""",
    "une suite connue avant la visite, ou après le jour de référence": """
        SELECT count(*) FROM accueil_suivi s JOIN accueil_demande d ON d.id = s.demande_id
        JOIN accueil_visite v ON v.id = d.visite_id
        WHERE s.suite_le < v.jour OR s.suite_le >= '2026-06-15'""",
    "une version sans changement de visite": """
        SELECT count(*) FROM accueil_visite v WHERE (version > 1)
          <> EXISTS (SELECT FROM accueil_visiteversion w WHERE w.visite_id = v.id)""",
    "deux fermetures d’un point pour un même jour": """
        SELECT count(*) FROM accueil_fermeture a JOIN accueil_fermeture b
          ON b.point_id = a.point_id AND b.id > a.id
        WHERE b.debut <= coalesce(a.fin, 'infinity') AND a.debut <= coalesce(b.fin, 'infinity')""",
    "une absence notée à un point où la personne n’a pas de rôle": """
        SELECT count(*) FROM accueil_absence b WHERE NOT EXISTS (
          SELECT FROM accueil_acces a WHERE a.personne_id = b.personne_id AND a.point_id = b.point_id
            AND b.debut BETWEEN a.debut AND coalesce(a.fin, 'infinity'))""",
    "une adresse hors du domaine réservé aux exemples": """
        SELECT count(*) FROM accueil_utilisateur WHERE email NOT LIKE '%.example'""",
    "un compte dont le mot de passe ouvre": "SELECT count(*) FROM accueil_utilisateur WHERE password <> '!'",
}
QUELQUES_UNES = {
    "des saisies en retard": "SELECT count(*) FROM accueil_visite WHERE retard > 0",
    "des visites annulées": "SELECT count(*) FROM accueil_visite WHERE annulee_le > saisie_le",
    "des comptages": "SELECT count(*) FROM accueil_visite WHERE personnes > 1",
    "des durées estimées": "SELECT count(*) FROM accueil_visite WHERE duree_estimee",
    "des durées choisies": "SELECT count(*) FROM accueil_visite WHERE NOT duree_estimee AND duree <> 15",
    "des premières visites": "SELECT count(*) FROM accueil_visite WHERE premiere_visite",
    "des notes": "SELECT count(*) FROM accueil_notevisite",
    "des codes de suivi": "SELECT count(*) FROM accueil_suivi WHERE code ~ '^[2-9B-Z]{8}$'",
    "des suites connues": "SELECT count(*) FROM accueil_suivi WHERE suite <> ''",
    "des tournées à venir": "SELECT count(*) FROM accueil_journeemobile WHERE jour > '2026-06-15'",
    "des gens partis": "SELECT count(*) FROM accueil_acces WHERE fin < '2026-06-15'",
    "des gens à deux points": """
        SELECT count(*) FROM (SELECT personne_id FROM accueil_acces WHERE role = 'mediateur' AND fin IS NULL
        GROUP BY 1 HAVING count(DISTINCT point_id) > 1) x""",
    "des délégations": "SELECT count(*) FROM accueil_acces WHERE origine = 'delegation'",
    "des conventions tacites": "SELECT count(*) FROM accueil_convention WHERE tacite",
    "des conventions qui finissent bientôt": """
        SELECT count(*) FROM accueil_convention
        WHERE fin BETWEEN '2026-06-15' AND '2026-08-15' AND NOT tacite""",
    "des labels": "SELECT count(*) FROM accueil_labelfranceservices",
    "un point fermé": "SELECT count(*) FROM accueil_pointaccueil WHERE ferme_le IS NOT NULL",
    "un point d’un autre fuseau": "SELECT count(*) FROM accueil_pointaccueil WHERE fuseau <> 'Europe/Paris'",
}


@pytest.mark.parametrize("regle", AUCUNE)
def test_no_row_breaks_the_rule(reseau, regle):
    assert reseau.valeur(AUCUNE[regle]) == 0


@pytest.mark.parametrize("trait", QUELQUES_UNES)
def test_the_network_shows(reseau, trait):
    assert reseau.valeur(QUELQUES_UNES[trait]) > 0


def test_about_two_requests_a_visit(reseau):
    assert 1.7 < reseau.valeur("SELECT avg(nb_demandes) FROM accueil_visite") < 2.4


def test_teams_are_of_three_to_ten(reseau):
    tailles = reseau.lignes(
        "SELECT count(DISTINCT personne_id) FROM accueil_acces JOIN accueil_pointaccueil p ON p.id = point_id"
        " WHERE p.ferme_le IS NULL AND fin IS NULL GROUP BY point_id"
    )
    assert {3 <= n <= 10 for (n,) in tailles} == {True}


def test_no_visit_on_a_public_holiday_of_its_own_departement(reseau):
    feries = ("2025-05-01", "2025-07-14", "2025-11-11", "2025-12-25")
    assert reseau.valeur("SELECT count(*) FROM accueil_visite WHERE jour IN %s", feries) == 0
    abolition = """SELECT count(*) FROM accueil_visite v JOIN accueil_pointaccueil p ON p.id = v.point_id
                   WHERE p.code = 'FDF-DIL' AND v.jour = '2025-05-22'"""
    assert reseau.valeur(abolition) == 0


def test_the_themes_of_two_points_differ(reseau):
    parts = reseau.lignes(
        "SELECT p.code, avg((t.code = 'transports')::int) FROM accueil_demande d JOIN accueil_theme t"
        " ON t.id = d.theme_id JOIN accueil_pointaccueil p ON p.id = d.point_id"
        " WHERE p.code IN ('LYO-VAI', 'LYO-GER') GROUP BY 1"
    )
    assert dict(parts)["LYO-VAI"] > dict(parts)["LYO-GER"]


def test_most_mediateurs_in_post_have_attested_the_charter(reseau):
    en_poste = reseau.valeur(
        "SELECT count(DISTINCT personne_id) FROM accueil_acces WHERE role = 'mediateur'"
        " AND debut <= '2026-06-15' AND (fin IS NULL OR fin >= '2026-06-15')"
    )
    attestations = reseau.valeur("SELECT count(*) FROM qualite_attestation")
    assert 0.7 * en_poste < attestations <= en_poste
