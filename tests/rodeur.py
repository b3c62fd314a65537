"""Somebody who follows every link and form that a page shows, and puts another point's ids into the forms.

What they get is judged, never kept: each request is undone. Faults are yielded as sentences, so that a test
can list them all and the mutation test can stop at the first.
"""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.urls import Resolver404, resolve

from accueil.models import Utilisateur
from pimms.socle.models import EntreeJournal
from tests.distribution import Clients, Distribution
from tests.fabrique import un_acces, un_partenaire, une_personne, une_visite
from tests.mediation.fabrique import un_dossier, une_partie
from tests.mediation.fabrique_terrain import une_action, une_alerte
from tests.qualite.fabrique import une_preuve
from tests.qualite.fabrique_actions import une_corrective
from tests.qualite.fabrique_ecoute import une_demande_droits

# Other points are known by their name where a case is handed over, or a session is shared.
NOMMENT_LES_POINTS = {"dossier_transferer", "seance_nouvelle", "seance", "seance_presents"}


@dataclass
class LaBas:
    """The other point: its people, what it holds, and the words that tell of it."""

    mediateur: Utilisateur
    responsable: Utilisateur
    direction: Utilisateur
    auditeur: Utilisateur
    sien: dict[str, object]
    mots: tuple[str, ...]


def peupler_la_bas(cast: Distribution) -> LaBas:
    """People and things of the point of another association, none of whose words is the cast's."""
    point, etranger = cast.ailleurs, cast.etranger
    mediateur, direction = une_personne("Odile", "Perrin"), une_personne("Rémi", "Carpentier")
    un_acces(mediateur, "mediateur", point)
    auditeur = une_personne("Basile", "Lenoir")  # invited to no audit of the cast
    un_acces(direction, "direction", association=point.association)
    un_acces(auditeur, "auditeur")
    regie = un_partenaire("Régie du port", association=point.association)
    une_visite(point, mediateur, demandes=[{"partenaire": regie}])
    dossier = un_dossier(mediateur, point, objet="Loyer impayé")
    une_partie(dossier, "Yves Lagarde")
    une_action(mediateur, point, titre="Café des aidants")
    une_alerte(mediateur, point, quoi="Guichet fermé", lieu="Rue Haute")
    une_preuve(etranger, point=point)
    une_corrective(etranger, mediateur, point=point, titre="Afficher les horaires")
    demande = une_demande_droits(etranger, point)
    mots = (
        point.code, point.association.nom, str(mediateur), str(direction), str(etranger), "Loyer impayé",
        "Yves Lagarde", "Café des aidants", "Guichet fermé", "Rue Haute", "Afficher les horaires",
        "Régie du port",
    )  # fmt: skip
    sien = {"code": point.code, "pk": demande.pk, "reference": dossier.reference}
    return LaBas(mediateur, etranger, direction, auditeur, sien, mots)


@dataclass
class Formulaire:
    action: str
    methode: str
    champs: dict[str, str] = field(default_factory=dict)
    choix: set[str] = field(default_factory=set)  # fields where the page gives the values
    bouton: bool = False  # something sends it as it is


class Page(HTMLParser):
    """Links and forms of a page, the forms filled in as they are shown."""

    def __init__(self, texte: str, adresse: str) -> None:
        super().__init__()
        self.liens: list[str] = []
        self.formulaires: list[Formulaire] = []
        self._adresse = adresse
        self._ouvert: Formulaire | None = None
        self._liste = ""
        self.feed(texte)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        for nom in ("href", "hx-get"):
            if tag != "link" and (a.get(nom) or "").startswith(("/", "?")):
                self.liens.append(self._complete(a[nom] or ""))
        if tag == "form":
            self._ouvert = Formulaire(
                self._complete(a.get("action") or a.get("hx-post") or ""),
                "post" if "hx-post" in a else (a.get("method") or "get").lower(),
            )
            self.formulaires.append(self._ouvert)
        elif tag == "button" and a.get("formaction"):  # of this form, or of one named by `form`
            ici = self._ouvert or Formulaire("", "post")
            self.formulaires.append(
                Formulaire(self._complete(a["formaction"] or ""), "post", ici.champs, ici.choix, True)
            )
        elif self._ouvert is not None:
            self._champ(tag, a, self._ouvert)

    def _champ(self, tag: str, a: dict, formulaire: Formulaire) -> None:
        nom = a.get("name") or ""
        if tag == "button":
            formulaire.bouton |= a.get("type", "submit") == "submit"
        elif tag == "input" and nom:
            if a.get("type") in ("radio", "checkbox", "hidden"):
                formulaire.choix.add(nom)
            if a.get("type") not in ("radio", "checkbox", "submit", "file") or "checked" in a:
                formulaire.champs[nom] = a.get("value") or ""
        elif tag == "textarea" and nom:
            formulaire.champs[nom] = ""
        elif tag == "select":
            self._liste = nom
            formulaire.choix.add(nom)
        elif tag == "option" and self._liste and (self._liste not in formulaire.champs or "selected" in a):
            formulaire.champs[self._liste] = a.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._ouvert = None
        elif tag == "select":
            self._liste = ""

    def _complete(self, lien: str) -> str:
        if lien.startswith("/"):
            return lien.partition("#")[0]
        chemin = urlsplit(self._adresse).path
        return (chemin + lien if lien.startswith("?") else self._adresse).partition("#")[0]


def texte_de(reponse: HttpResponse) -> str:
    return "" if reponse.streaming else reponse.content.decode(errors="replace")


def nom_de(adresse: str) -> str:
    try:
        return resolve(urlsplit(adresse).path).url_name or ""
    except Resolver404:
        return ""


@dataclass
class Promenade:
    """A walk from the home page, by links and forms, `par_route` addresses of each kind at most."""

    clients: Clients
    role: str
    la_bas: LaBas
    par_route: int
    pages: int = 0
    envois: int = 0
    _ecrits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._derniere = EntreeJournal.objects.order_by("-pk").values_list("pk", flat=True)[0]

    def fautes(self) -> Iterator[str]:
        a_voir, connues, vues = deque(["/"]), {"/"}, Counter[str]()
        while a_voir:
            adresse = a_voir.popleft()
            reponse = self.clients.demander(self.role, "get", adresse)
            self.pages += 1
            yield from self._juger(reponse, f"GET {adresse}", adresse)
            page = Page(texte_de(reponse), adresse)
            suites = [*page.liens, *([reponse.url] if reponse.status_code == 302 else [])]
            suites += [f.action for f in page.formulaires if f.methode == "get"]
            for suite in suites:
                if suite not in connues and self._a_suivre(suite, vues):
                    connues.add(suite)
                    a_voir.append(suite)
            for formulaire in page.formulaires:
                if (
                    formulaire.bouton
                    and formulaire.methode == "post"
                    and self._a_suivre(formulaire.action, vues, "post")
                ):
                    yield from self._envoyer(formulaire, adresse)

    def _a_suivre(self, adresse: str, vues: Counter[str], methode: str = "get") -> bool:
        nom = nom_de(adresse)
        if adresse.startswith(("/administration/", "/static/")) or not adresse.startswith("/"):
            return False
        cle = f"{nom or adresse} {methode}"
        vues[cle] += 1
        return vues[cle] <= self.par_route

    def _envoyer(self, formulaire: Formulaire, d_ou: str) -> Iterator[str]:
        """A form as it is shown, then with the ids of the other point in place of those it offers."""
        quoi = f"POST {formulaire.action} (depuis {d_ou})"
        reponse = self.clients.demander(self.role, "post", formulaire.action, formulaire.champs)
        self.envois += 1
        yield from self._juger(reponse, quoi, formulaire.action)
        for nom, valeur in self._d_ailleurs(formulaire):
            self._ecrits = []
            champs = formulaire.champs | {nom: valeur}
            reponse = self.clients.demander(
                self.role,
                "post",
                formulaire.action,
                champs,
                avant_d_oublier=self._noter,
            )
            self.envois += 1
            if self._ecrits:
                yield f"{self.role} {quoi} avec {nom}={valeur}\u202f: écrit là-bas ({self._ecrits})"
            yield from self._juger(
                reponse, f"{quoi} avec {nom}={valeur}", formulaire.action, rendu=str(valeur)
            )

    def _d_ailleurs(self, formulaire: Formulaire) -> Iterator[tuple[str, object]]:
        la_bas = self.la_bas
        personnes = (
            "mediateur",
            "auteur",
            "personne",
            "pilote",
            "verificateur",
            "qui",
            "a",
            "lecteurs",
            "tuteur",
        )
        for nom in sorted(formulaire.choix - {"csrfmiddlewaretoken", "cle", "version", "next"}):
            if nom in personnes:
                yield nom, la_bas.mediateur.pk
            elif nom in ("point", "points", "autres"):
                yield nom, la_bas.sien["code"]
                yield nom, la_bas.mediateur.portee.points[0].pk

    def _noter(self) -> None:
        """What the journal has just been told of the other point."""
        point = self.la_bas.mediateur.portee.points[0].pk
        siennes = EntreeJournal.objects.filter(point_id=point, pk__gt=self._derniere)
        self._ecrits = list(siennes.values_list("acte", flat=True))

    def _juger(self, reponse: HttpResponse, quoi: str, adresse: str, rendu: str = "") -> Iterator[str]:
        """`rendu`: what was typed, which a refusal may show again; a door may then be closed."""
        if reponse.status_code >= 500 or (not rendu and reponse.status_code in (400, 403, 404, 405)):
            yield f"{self.role} {quoi}\u202f: {reponse.status_code}"
        if nom_de(adresse) in NOMMENT_LES_POINTS:
            return
        texte = texte_de(reponse)
        for mot in self.la_bas.mots:
            if mot in texte and mot != rendu:
                yield f"{self.role} {quoi}\u202f: dit «\u202f{mot}\u202f»"
