"""Proofs as rules read them: versions and what was decided about them, by whom they speak for."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from qualite.etat_preuve import Version
from qualite.faits import Documents, PreuveLue
from qualite.models import Niveau, VersionPreuve

Cle = tuple[int | None, int | None]  # a point's key, or an association's; neither: the network


@dataclass
class Preuves:
    """All proofs but those about a person, whose own rules read them."""

    par_sujet: dict[Cle, dict[str, list[PreuveLue]]]

    @classmethod
    def charger(cls) -> "Preuves":
        """One statement; nothing sealed is read."""
        lignes = (
            VersionPreuve.objects.exclude(preuve__niveau=Niveau.PERSONNE)
            .order_by("preuve_id", "numero")
            .annotate(
                natures=ArrayAgg(
                    "evenements__nature", order_by="evenements__id", filter=Q(evenements__isnull=False)
                )
            )
            .values_list(
                "preuve_id",
                "preuve__niveau",
                "preuve__point_id",
                "preuve__association_id",
                "preuve__exigences",
                "numero",
                "debut",
                "fin",
                "natures",
            )
        )
        versions: dict[int, list[Version]] = defaultdict(list)
        sujets: dict[int, tuple[str, Cle, list[str]]] = {}
        for pk, niveau, point, association, codes, numero, debut, fin, natures in lignes:
            versions[pk].append(Version(numero, debut, fin, tuple(natures or ())))
            sujets[pk] = (niveau, (point, association), codes)
        par_sujet: dict[Cle, dict[str, list[PreuveLue]]] = defaultdict(lambda: defaultdict(list))
        for pk, (niveau, cle, codes) in sujets.items():
            for code in codes:
                par_sujet[cle][code].append(PreuveLue(niveau, tuple(versions[pk])))
        return cls(par_sujet)

    def pour(self, point: int | None, association: int | None) -> Documents:
        """What speaks for a point (with its association), an association, or the network."""
        cles: list[Cle] = [(point, None)] if point else []
        cles += [(None, association)] if association else []
        documents: dict[str, tuple[PreuveLue, ...]] = {}
        for cle in [*cles, (None, None)]:
            for code, preuves in self.par_sujet.get(cle, {}).items():
                documents[code] = documents.get(code, ()) + tuple(preuves)
        return documents
