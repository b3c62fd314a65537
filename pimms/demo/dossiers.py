"""Mediation cases of the demo: each lives its life day after day, up to the day of reference."""

from collections.abc import Iterator
from datetime import date, timedelta

from mediation.etats import OUVERTS, TRANSFERT
from mediation.models import (
    Compteur,
    Engagement,
    Partie,
    Redirection,
)
from pimms.demo import recits
from pimms.demo.apartes import PAPIERS, RESERVES, TRANSFERES, Aparte
from pimms.demo.hasard import Hasard
from pimms.demo.recits import Recit
from pimms.demo.vies import Demain, Monde, Ouverture

FINS = {"accord": 38, "desaccord": 12, "oriente": 24, "refuse": 8, "retrait": 8, "hors_champ": 4}
OUBLIES = 0.04  # of the cases stop short and wait to be reviewed


class Histoire(Aparte):
    """A case from its request to as far as the days allow."""

    def vivre(self) -> None:
        """From the request to as far as the days allow."""
        self.raconter("ouverture", registre_vers=self.dossier.registre)
        avant = self.dossier.predecesseur
        if (avant and avant.restreint) or self.arrive(RESERVES):
            self.reserver(nommer=avant is None)
        fin = self.hasard.pese(FINS)
        if self.arrive(TRANSFERES):
            fin = "transfert"
        try:
            for _ in self._scenes(fin):
                if self.hasard.chance(OUBLIES):
                    break
                self.avancer((2, 16))
        except Demain:
            pass
        if self.dossier.etat in OUVERTS:
            self.attendre()
        if self.dossier.issue != TRANSFERT:
            self.proposer()

    def _scenes(self, fin: str) -> Iterator[None]:
        """The acts of a case in order; the days go on between two."""
        demandeur = self.partie("demandeur")
        autre = self._autre()
        self.etape("entretien", self.hasard.choice(recits.ENTRETIENS), demandeur)
        yield
        if fin == "hors_champ":
            yield from self._hors_champ()
            return
        self.passer("prise_de_contact")
        signe = self.arrive(PAPIERS)
        self.accord(demandeur, signe=signe)
        if signe:
            self.joindre(demandeur)
        if fin == "oriente":
            self.etape("demarche", self.hasard.choice(recits.APPELS), registre=self.recit.second)
            yield
            self.passer(
                "oriente", partenaire_id=self.dossier.partenaire_id or self.d.existant.partenaires["CAF"]
            )
        elif fin == "transfert":
            yield
            if self.transferer():
                return
            self.passer("refuse")
        elif fin == "refuse":
            yield
            self.etape("appel", self.hasard.choice(recits.APPELS), autre)
            self.accord(autre, "refuse")
            self.passer("refuse")
        else:
            yield
            yield from self._mediation(fin, demandeur, autre)
        yield
        self.passer("clos")

    def _autre(self) -> Partie:
        if self.dossier.partenaire_id:
            return self.partie("autre_partie", nature="institution", partenaire_id=self.dossier.partenaire_id)
        return self.partie("autre_partie")

    def _hors_champ(self) -> Iterator[None]:
        domaine, vers = self.hasard.choice(recits.REDIRIGES)
        self.passer("hors_champ")
        redirection = Redirection(
            point_id=self.point.pk,
            cle=self._uuid(),
            auteur=self.qui.personne,
            jour=self.jour,
            saisie_le=self._instant(),
            domaine=domaine,
            dossier=self.dossier,
        )
        redirection.sceller(vers)
        self.d.carnet.ajouter(redirection)
        yield
        self.passer("clos")

    def _mediation(self, fin: str, demandeur: Partie, autre: Partie) -> Iterator[None]:
        self.etape("appel", self.hasard.choice(recits.APPELS), autre)
        self.accord(autre)
        self.passer("en_cours")
        yield
        second = self.recit.second if self.hasard.chance(0.4) else None
        for nature in self.hasard.sample(("navette", "navette", "demarche", "courrier"), k=2):
            presents = (demandeur, autre) if nature == "navette" else ()
            self.etape(nature, self.hasard.choice(recits.ECHANGES), *presents, registre=second)
            second = None
            yield
        if fin == "retrait":
            self._retrait(autre)
        elif fin == "desaccord":
            self.etape("table_ronde", self.hasard.choice(recits.ECHANGES), demandeur, autre)
            self.passer("desaccord")
        else:
            yield from self._accord(demandeur, autre)

    def _retrait(self, autre: Partie) -> None:
        """A party leaves without a reason; now and then the médiateur, with one and a relay."""
        if self.hasard.chance(0.75):
            self.accord(autre, "retire")
            self.passer("retrait", retrait_de="partie")
        else:
            motif, relais = recits.RETRAITS
            self.passer(
                "retrait", {"motif": motif, "relais": relais}, retrait_de="mediateur", relais_propose=True
            )

    def _accord(self, demandeur: Partie, autre: Partie) -> Iterator[None]:
        self.etape("table_ronde", self.hasard.choice(recits.ECHANGES), demandeur, autre)
        etape = self.etape("accord", ("Un accord est trouvé, chacun l’a relu.", ""), demandeur, autre)
        self.passer("accord")
        engagements = []
        for rang, texte in enumerate(self.recit.engagements):
            echeance = self.jour + timedelta(days=self.hasard.choice((30, 45, 60)))
            engagement = Engagement(etape=etape, partie=(demandeur, autre)[rang % 2], echeance=echeance)
            self.ecrire(engagement, {"texte": texte})
            engagements.append(engagement)
        yield
        self.passer("suivi")
        derniere = max(e.echeance for e in engagements)
        attente = (derniere - self.jour).days
        self.avancer((max(1, attente), max(1, attente) + 10))
        for engagement in engagements:
            engagement.suite = self.hasard.pese({"tenu": 7, "en_partie": 2, "non_tenu": 1})
            engagement.constate_le, engagement.constate_par = self.jour, self.qui.personne
        self.etape("appel", ("Chacun a dit où il en est de ses engagements.", ""), demandeur)


class Dossiers:
    """Opens and lives the cases of the network, point by point, in the order of the days."""

    def __init__(self, monde: Monde) -> None:
        self.monde = monde
        self.numeros: dict[tuple[int, int], int] = {}
        self.par_theme = {
            theme: [r for r in recits.RECITS if monde.existant.themes.get(r.theme) == theme]
            for theme in monde.existant.themes.values()
        }

    def ouvrir(self, ouverture: Ouverture) -> None:
        """One case, from its request to its end or to today; those sent on before it come first."""
        self._ouvrir_les_suites(ouverture.jour)
        hasard = Hasard(self.monde.params.graine, "recit", ouverture.point.lieu.code, ouverture.jour)
        choix = self.par_theme[ouverture.demande[1]] if ouverture.demande else recits.RECITS
        self._vivre(ouverture, hasard.choice(choix or recits.RECITS))

    def _vivre(self, ouverture: Ouverture, recit: Recit) -> None:
        cle = (ouverture.point.pk, ouverture.jour.year)
        self.numeros[cle] = self.numeros.get(cle, 0) + 1
        Histoire(self.monde, ouverture, self.numeros[cle], recit).vivre()

    def _ouvrir_les_suites(self, jour: date) -> None:
        """Successors of the cases transferred up to that day, so that references follow the days."""
        transferts = self.monde.transferts
        while dues := [t for t in transferts if t.jour <= jour]:
            premier = min(dues, key=lambda t: (t.jour, t.predecesseur.pk if t.predecesseur else 0))
            transferts.remove(premier)
            theme = premier.predecesseur.theme_id if premier.predecesseur else None
            self._vivre(premier, (self.par_theme.get(theme or 0) or recits.RECITS)[0])

    def finir(self) -> None:
        """What was sent on late, then the counters, so that the next case of each point follows."""
        self._ouvrir_les_suites(self.monde.params.reference)
        for (point, annee), dernier in self.numeros.items():
            self.monde.carnet.ajouter(Compteur(point_id=point, annee=annee, dernier=dernier))
