"""Good practices: published by the union, read by every point, withdrawn."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from qualite.models import BonnePratique
from qualite.pratiques import Texte, publier, retirer
from tests.qualite.fabrique_actions import amener, une_corrective

TEXTE = Texte("Tracer le jour même", "Un quart d’heure à la fermeture.", "MEO-2")


def _liste(distribution, role: str, **filtre) -> list[BonnePratique]:
    return distribution.client(role).get(reverse("bonnes_pratiques"), filtre).context["pratiques"]


def _action(distribution, etat: str):
    action = une_corrective(distribution.responsable, distribution.proprietaire, point=distribution.point)
    return amener(action, etat, tient=distribution.responsable, verifie=distribution.collegue)


def test_every_point_reads_what_the_union_publishes(distribution):
    pratique = publier(distribution.union, uuid.uuid4(), TEXTE)
    assert _liste(distribution, "etranger") == [pratique]


@pytest.mark.parametrize("qui", ["responsable", "direction"])
def test_only_the_union_publishes(distribution, qui):
    with pytest.raises(ValidationError):
        publier(getattr(distribution, qui), uuid.uuid4(), TEXTE)


def test_it_may_come_from_a_closed_action_only(distribution):
    with pytest.raises(ValidationError, match="close"):
        publier(distribution.union, uuid.uuid4(), TEXTE, _action(distribution, "efficace"))


def test_a_closed_action_gives_its_words_to_the_form(distribution):
    action = _action(distribution, "close")
    client = distribution.client("union")
    form = client.get(reverse("pratique_publier"), {"action": action.pk}).context["form"]
    assert form.initial["texte"] == action.mesure
    envoi = {"cle": str(uuid.uuid4()), "titre": "Titre", "texte": "Texte"}
    client.post(f"{reverse('pratique_publier')}?action={action.pk}", envoi)
    assert BonnePratique.objects.get().action == action


def test_the_same_form_twice_publishes_once(distribution):
    cle = uuid.uuid4()
    un, deux = (publier(distribution.union, cle, TEXTE) for _ in range(2))
    assert un == deux
    with pytest.raises(ValidationError):
        publier(distribution.union, cle, Texte("Autre", "Autre."))


def test_no_social_security_number_is_published(distribution):
    with pytest.raises(ValidationError):
        publier(distribution.union, uuid.uuid4(), Texte("Titre", "1 84 12 76 451 089 46"))


def test_a_withdrawn_one_is_read_no_more(distribution):
    pratique = publier(distribution.union, uuid.uuid4(), TEXTE)
    retirer(distribution.union, pratique)
    assert _liste(distribution, "proprietaire") == []
    assert BonnePratique.objects.filter(pk=pratique.pk).exists()


def test_the_list_is_narrowed_to_a_requirement(distribution):
    publier(distribution.union, uuid.uuid4(), TEXTE)
    publier(distribution.union, uuid.uuid4(), Texte("Autre", "Autre."))
    assert [p.titre for p in _liste(distribution, "proprietaire", exigence="MEO-2")] == [TEXTE.titre]
