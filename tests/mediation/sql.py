"""Raw SQL as the application's role may send it, past the model and the named functions."""

from django.db import connection, transaction


def sql(requete: str, *valeurs) -> None:
    """One statement, with the checks that wait for the commit; what is refused leaves nothing."""
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute(requete, valeurs)
        connection.check_constraints()


def forcer_etat(dossier, vers: str, issue: str, *, raconte: bool = True, partenaire=None) -> None:
    """Move a case with all that a move needs to be told: the row, its outcome, its event (`raconte`)."""
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SELECT etat FROM mediation_dossier WHERE id = %s", [dossier.pk])
        (de,) = curseur.fetchone()
        curseur.execute(
            "UPDATE mediation_dossier SET etat = %s, issue = %s,"
            " clos_le = CASE WHEN %s = 'clos' THEN ouvert_le END WHERE id = %s",
            [vers, issue, vers, dossier.pk],
        )
        if raconte:
            curseur.execute(
                "INSERT INTO mediation_evenement (dossier_id, point_id, numero, nature, le, par_id, de, vers,"
                " retrait_de, scelle, partenaire_id)"
                " SELECT d.id, d.point_id, coalesce(max(e.numero), 0) + 1, 'transition', now(),"
                " d.mediateur_id, %s, %s, %s, '\\x00', %s FROM mediation_dossier d"
                " LEFT JOIN mediation_evenement e ON e.dossier_id = d.id WHERE d.id = %s"
                " GROUP BY d.id, d.point_id, d.mediateur_id",
                [de, vers, "partie" if vers == "retrait" else "", partenaire and partenaire.pk, dossier.pk],
            )
        connection.check_constraints()
