"""What the union may look up or set right in Django's admin; each write is journaled.

No visit, no note and no text of a mail is here. Roles and accounts are to be read only: they are
given on the screens, where nobody grants to themselves.
"""

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils import formats, timezone

from accueil.actes import dit_l_heure
from accueil.ecritures import enregistrer, retirer
from accueil.models import (
    Absence,
    Acces,
    Association,
    Commune,
    ContratFranchise,
    Convention,
    Fermeture,
    JourneeMobile,
    LabelFranceServices,
    Partenaire,
    PlageHoraire,
    PointAccueil,
    Theme,
    Utilisateur,
)
from pimms.socle.models import Battement, Courriel, EntreeJournal

# What Django and allauth registered would let someone give rights, or change an address, unseen.
for modele in list(admin.site._registry):
    admin.site.unregister(modele)


def _reseau(request: HttpRequest) -> bool:
    return request.user.portee.reseau  # type: ignore[union-attr]


class Base(admin.ModelAdmin):
    """Rights come from the network role, not from Django's permissions."""

    ajoute = modifie = supprime = False
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _reseau(request)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return _reseau(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.ajoute and _reseau(request)

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.modifie and _reseau(request)

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return self.supprime and _reseau(request)

    def save_model(self, request, obj, form, change) -> None:
        enregistrer(request.user, obj)

    def delete_model(self, request, obj) -> None:
        retirer(request.user, obj)

    def delete_queryset(self, request, queryset) -> None:
        for objet in queryset:
            retirer(request.user, objet)


class Modifiable(Base):
    """Set right, never deleted: entries refer to it."""

    modifie = True


class Effacable(Base):
    """A dated row that may be taken back when it was a mistake."""

    modifie = supprime = True
    raw_id_fields: ClassVar[tuple[str, ...]] = ("point",)
    list_select_related: ClassVar[tuple[str, ...]] = ("point",)


@admin.register(Association)
class AssociationAdmin(Modifiable):
    list_display = ("nom", "siret")
    search_fields = ("nom_tri", "siret")
    raw_id_fields = ("commune",)


@admin.register(PointAccueil)
class PointAdmin(Modifiable):
    list_display = ("code", "nom", "association", "ouvert_le", "ferme_le")
    list_select_related = ("association",)
    search_fields = ("code", "nom_tri")
    raw_id_fields = ("commune",)


@admin.register(Partenaire)
class PartenaireAdmin(Modifiable):
    list_display = ("nom", "nature", "association", "retire_le")
    list_select_related = ("association",)
    search_fields = ("nom_tri",)


@admin.register(Theme)
class ThemeAdmin(Modifiable):
    list_display = ("nom", "code", "ordre", "retire_le", "successeur")
    list_select_related = ("successeur",)


@admin.register(ContratFranchise)
class ContratAdmin(Effacable):
    list_display = ("association", "debut", "fin")
    list_select_related = raw_id_fields = ("association",)


@admin.register(Convention)
class ConventionAdmin(Effacable):
    list_display = ("partenaire", "association", "debut", "fin", "tacite", "denoncee_le")
    list_select_related = raw_id_fields = ("partenaire", "association")


@admin.register(LabelFranceServices)
class LabelAdmin(Effacable):
    list_display = ("point", "debut", "fin")


@admin.register(PlageHoraire)
class PlageAdmin(Effacable):
    list_display = ("point", "jour", "ouvre", "ferme", "debut", "fin")


@admin.register(Fermeture)
class FermetureAdmin(Effacable):
    list_display = ("point", "debut", "fin", "motif")


@admin.register(JourneeMobile)
class JourneeAdmin(Effacable):
    list_display = ("point", "jour", "ouvre", "ferme", "lieu", "annulee")
    raw_id_fields = ("point", "commune")


@admin.register(Utilisateur)
class PersonneAdmin(Base):
    list_display = ("nom", "prenom", "email", "is_active", "cree_le")
    search_fields = ("nom_tri", "email")
    fields = ("prenom", "nom", "email", "is_active", "last_login", "cree_le")


@admin.register(Acces)
class AccesAdmin(Base):
    list_display = ("personne", "role", "point", "association", "debut", "fin", "origine", "accorde_par")
    list_select_related = ("personne", "point", "association", "accorde_par")
    list_filter = ("role", "origine")
    search_fields = ("personne__nom_tri",)


@admin.register(Absence)
class AbsenceAdmin(Base):
    list_display = fields = ("personne", "debut", "fin")  # the reason is not the union's business
    list_select_related = ("personne",)


@admin.register(Commune)
class CommuneAdmin(Base):
    fields = ("code", "nom", "departement", "codes_postaux", "population")
    list_display = ("nom", "code", "departement", "population")
    list_select_related = ("departement",)
    search_fields = ("nom_tri__startswith", "code", "codes_postaux")


@admin.register(EntreeJournal)
class JournalAdmin(Base):
    list_display = fields = ("quand", "acte", "objet", "objet_id", "point_id")
    list_filter = ("acte", "objet")

    @admin.display(description="date et heure")
    def quand(self, entree: EntreeJournal) -> str:
        """As the page of acts tells it."""
        moment = timezone.localtime(entree.horodatage)
        return formats.date_format(moment, "d/m/Y H:i:s" if dit_l_heure(entree) else "d/m/Y")


@admin.register(Courriel)
class CourrielAdmin(Base):
    list_display = ("cree_le", "destinataire", "sujet", "envoye_le", "abandonne_le", "essais", "erreur")
    fields = (
        "destinataire", "sujet", "cree_le", "envoye_le", "abandonne_le", "prochain_essai_le", "expire_le",
        "essais", "erreur",
    )  # fmt: skip


@admin.register(Battement)
class BattementAdmin(Base):
    list_display = ("nom", "emis_le", "vu_le")
