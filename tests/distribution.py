"""The cast: owner, colleague, manager, stranger, direction, union, auditor — and nobody.

`proprietaire` logs and owns the entries, `collegue` works at the same point, `responsable`
manages it, `etranger` works at another point of another association.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client

from accueil.models import Acces, PointAccueil, Utilisateur
from tests.fabrique import un_acces, un_point, une_personne


@dataclass
class Distribution:
    point: PointAccueil
    ailleurs: PointAccueil
    proprietaire: Utilisateur
    collegue: Utilisateur
    responsable: Utilisateur
    etranger: Utilisateur
    direction: Utilisateur
    union: Utilisateur
    auditeur: Utilisateur

    def client(self, role: str | None) -> Client:
        """A logged-in test client for a role of the cast; None is an anonymous visitor."""
        client = Client()
        if role:
            client.force_login(getattr(self, role))
        return client

    def equipe(self) -> list[Utilisateur]:
        """Who is or was somebody at the cast's point or association."""
        roles = Acces.objects.filter(Q(point=self.point) | Q(association=self.point.association))
        return list(Utilisateur.objects.filter(pk__in=roles.exclude(role="auditeur").values("personne")))

    def clients(self) -> "Clients":
        """One test client a role, who logged in a moment ago, for many requests that leave no trace."""
        return Clients({role: role and getattr(self, role) for role in (None, *ROLES)})


class Clients:
    """Requests of each role, all undone: what they write, and what they leave in the browser."""

    def __init__(self, personnes: dict[str | None, Utilisateur | None]) -> None:
        self._par_role = {role: Client() for role in personnes}
        for role, personne in personnes.items():
            if personne:
                self._par_role[role].force_login(personne)
                confirmer(self._par_role[role], personne)

    def demander(
        self,
        role: str | None,
        methode: str,
        url: str,
        champs: dict | None = None,
        avant_d_oublier: Callable[[], object] | None = None,
    ) -> HttpResponse:
        client = self._par_role[role]
        biscuits = {nom: biscuit.value for nom, biscuit in client.cookies.items()}
        try:
            with repris():
                reponse = getattr(client, methode.lower())(url, champs)
                if reponse.streaming:
                    deque(reponse.streaming_content, maxlen=0)  # read to its end, which closes the file
                if avant_d_oublier:
                    avant_d_oublier()
                return reponse
        finally:
            client.cookies.clear()
            client.cookies.load(biscuits)


def confirmer(client: Client, personne: Utilisateur) -> None:
    """As if this person had just given the password again, in allauth's own words, and went on using the page
    as long as the run lasts."""
    session, demain = client.session, int(time.time()) + 86_400
    session["actif_le"] = demain
    session["account_authentication_methods"] = [
        {"method": "password", "at": demain, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(personne.pk)
    session.save()


ROLES = ("proprietaire", "collegue", "responsable", "etranger", "direction", "union", "auditeur")


@pytest.fixture
def distribution(db) -> Distribution:
    return distribuer()


def distribuer() -> Distribution:
    """The cast's people, points and dated roles, as rows."""
    point, ailleurs = un_point(code="LYO-GER", nom="Lyon – Gerland"), un_point(nom="Ailleurs")
    cast = Distribution(
        point,
        ailleurs,
        proprietaire=une_personne("Sonia", "Benali"),
        collegue=une_personne("Karim", "Petit"),
        responsable=une_personne("Léa", "Tissot"),
        etranger=une_personne("Hugo", "Morel"),
        direction=une_personne("Anne", "Leroy"),
        union=une_personne("Paul", "Girard", is_staff=True),
        auditeur=une_personne("Inès", "Faure"),
    )
    un_acces(cast.proprietaire, "mediateur", point)
    un_acces(cast.collegue, "mediateur", point)
    un_acces(cast.responsable, "responsable", point)
    un_acces(cast.etranger, "responsable", ailleurs)
    un_acces(cast.direction, "direction", association=point.association)
    un_acces(cast.union, "union")
    un_acces(cast.auditeur, "auditeur")
    return cast


@contextmanager
def repris() -> Iterator[None]:
    """Everything that the block writes is taken back at its end."""
    bloc = transaction.atomic()
    bloc._from_testcase = True  # type: ignore[attr-defined] — as those of TestCase: a durable block may stand within
    with bloc:
        yield
        transaction.set_rollback(True)
