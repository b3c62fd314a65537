"""Erasing a visit's note at a person's request: from its earlier states too, by the point's manager alone."""

import pytest

from accueil.conservation import VERS_EFFACE
from accueil.effacement import effacer_note
from accueil.models import NoteVisite, Visite, VisiteVersion
from accueil.saisie import VERS_TEXTE, etat
from pimms.socle.models import Effacement, EntreeJournal
from tests.fabrique import une_visite


@pytest.fixture
def notee(distribution) -> Visite:
    """A visit of two years ago, with a note now and another in an earlier state."""
    vers = {"issue": "oriente", "vers_texte": "Mme Roux"}
    visite = une_visite(distribution.point, distribution.proprietaire, il_y_a=700, demandes=[vers, {}])
    note = NoteVisite.objects.create(visite=visite, point=visite.point, texte="Fatou, avec son fils")
    VisiteVersion.objects.create(
        visite=visite, point=visite.point, numero=1, par=distribution.proprietaire, etat=etat(visite)
    )
    note.texte = "Avec son fils"
    note.save()
    return visite


def test_the_note_goes_from_the_visit_and_from_its_earlier_states(distribution, notee):
    avant = VisiteVersion.objects.get(visite=notee).etat
    avant["demandes"][0][VERS_TEXTE] = VERS_EFFACE
    url = f"/accueil/visites/{notee.pk}/effacer-la-note/"
    page = distribution.client("responsable").post(url, follow=True).content.decode()
    assert "La note est effacée" in page
    assert "Effacer la note" not in page
    assert not NoteVisite.objects.filter(visite=notee).exists()
    assert [d.vers_texte for d in notee.demandes.all()] == [VERS_EFFACE, ""]
    assert VisiteVersion.objects.get(visite=notee).etat == avant | {"note": ""}
    assert Effacement.objects.filter(objet="visite", objet_id=notee.pk, motif="demande").exists()
    assert EntreeJournal.objects.get(acte="effacer", objet_id=notee.pk).apres == {"note": "modifié"}


def test_nobody_else_erases_it_even_its_author(distribution, notee):
    with pytest.raises(Visite.DoesNotExist):
        effacer_note(distribution.proprietaire, notee)
