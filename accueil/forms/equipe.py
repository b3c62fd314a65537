"""Forms of the team and of people: invitation, role, end, absence, delegation, account, list."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError

from accueil.models import Absence, Acces, Association, PointAccueil, Utilisateur
from accueil.models.personnes import ROLES_DE_POINT, Role
from pimms.socle.formulaires import ChampDate, Formulaire, FormulaireModele, ligne

FICHIER_MAX = 1024 * 1024  # bytes


class FormulairePeriode(Formulaire):
    periode = ("debut", "fin")

    debut = ChampDate(label="premier jour")
    fin = ChampDate(label="dernier jour", required=False)


class InvitationForm(FormulairePeriode):
    """Someone invited to a point: the roles offered are those that the actor may give there."""

    prenom = forms.CharField(label="prénom", max_length=60)
    nom = forms.CharField(max_length=60)
    email = forms.EmailField(
        label="adresse électronique",
        max_length=254,
        help_text="L’invitation y est envoyée\u202f; elle vaut 7 jours.",
    )
    role = forms.ChoiceField(label="rôle")

    def __init__(self, *args, point: PointAccueil, roles: list[Role], **kwargs):
        super().__init__(*args, **kwargs)
        self.point = point
        champ: Any = self.fields["role"]
        champ.choices = [(r.value, r.label) for r in roles]
        self.initial.setdefault("debut", point.aujourdhui())
        self.order_fields(["prenom", "nom", "email", "role", "debut", "fin"])
        self.helper.layout.fields[:] = [ligne("prenom", "nom"), "email", "role", ligne("debut", "fin")]

    def acces(self) -> Acces:
        """The role asked for, without its person."""
        c = self.cleaned_data
        return Acces(role=c["role"], point=self.point, debut=c["debut"], fin=c["fin"])


class DelegationForm(Formulaire):
    periode = ("debut", "fin")

    personne = forms.ModelChoiceField(
        Utilisateur.objects.none(), label="à qui", empty_label="Choisir dans l’équipe"
    )
    debut = ChampDate(label="premier jour")
    fin = ChampDate(
        label="dernier jour", help_text="Ce jour-là compris. Le rôle s’arrête ensuite de lui-même."
    )

    def __init__(self, *args, point: PointAccueil, acteur: Utilisateur, **kwargs):
        super().__init__(*args, **kwargs)
        self.point = point
        equipe = Acces.objects.filter(role=Role.MEDIATEUR, point=point).en_vigueur(point.aujourdhui())
        champ: Any = self.fields["personne"]
        champ.queryset = Utilisateur.objects.filter(pk__in=equipe.values("personne"), is_active=True).exclude(
            pk=acteur.pk
        )
        self.initial.setdefault("debut", point.aujourdhui())
        self.helper.layout.fields[:] = ["personne", ligne("debut", "fin")]

    def acces(self) -> Acces:
        c = self.cleaned_data
        return Acces(personne=c["personne"], point=self.point, debut=c["debut"], fin=c["fin"])


class AccesForm(FormulairePeriode):
    """A role given by the union to someone who has an account; its scope follows the role."""

    role = forms.ChoiceField(label="rôle", choices=[("", "Choisir"), *Role.choices])
    point = forms.ModelChoiceField(
        PointAccueil.objects.all(),
        required=False,
        empty_label="Aucun",
        help_text="Pour un médiateur ou un responsable.",
    )
    association = forms.ModelChoiceField(
        Association.objects.all(), required=False, empty_label="Aucune", help_text="Pour une direction."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["role", "point", "association", "debut", "fin"])
        self.helper.layout.fields[:] = ["role", ligne("point", "association"), ligne("debut", "fin")]

    def clean(self):
        super().clean()
        donnees = self.cleaned_data
        role, point, association = (donnees.get(c) for c in ("role", "point", "association"))
        if role in ROLES_DE_POINT and not point:
            self.add_error("point", "Choisissez le point où ce rôle s’exerce.")
        if role == Role.DIRECTION and not association:
            self.add_error("association", "Choisissez l’association dirigée.")
        # What the role does not use is left aside, not held against the person.
        donnees["point"] = point if role in ROLES_DE_POINT else None
        donnees["association"] = association if role == Role.DIRECTION else None
        return donnees

    def acces(self, personne: Utilisateur | None) -> Acces:
        c = self.cleaned_data
        return Acces(
            personne=personne,
            role=c["role"],
            point=c["point"],
            association=c["association"],
            debut=c["debut"],
            fin=c["fin"],
        )


class NouvellePersonneForm(AccesForm):
    """Someone new, with a first role."""

    prenom = forms.CharField(label="prénom", max_length=60)
    nom = forms.CharField(max_length=60)
    email = forms.EmailField(label="adresse électronique", max_length=254)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.fields[:0] = [ligne("prenom", "nom"), "email"]


class FinForm(Formulaire):
    fin = ChampDate(
        label="dernier jour",
        help_text="Ce jour-là compris. Pour couper l’accès tout de suite, indiquez la veille d’aujourd’hui.",
    )


class TempsForm(Formulaire):
    quotite = forms.IntegerField(
        label="temps de travail à ce point, en\u202f%",
        min_value=1,
        max_value=100,
        required=False,
        help_text="100 pour un temps plein, 80 pour quatre jours sur cinq. Vide si vous ne le savez pas.",
    )


class AbsenceForm(FormulaireModele):
    """Days away, where they are noted when several points are possible, and why for who may read it."""

    periode = ("debut", "fin")

    class Meta:
        model = Absence
        fields = ["debut", "fin", "point", "motif"]
        labels = {"debut": "premier jour", "fin": "dernier jour", "point": "notée à"}
        help_texts = {
            "fin": "Vide si le retour n’est pas connu.",
            "point": "Le motif n’est lu que là.",
            "motif": "Lu par les responsables de ce point et la direction seulement.",
        }

    def __init__(self, *args, points: list[PointAccueil], avec_motif: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.fields[:] = [ligne("debut", "fin"), "point", "motif"]
        champ: Any = self.fields["point"]
        champ.queryset = PointAccueil.objects.filter(pk__in=[p.pk for p in points])
        champ.required, champ.empty_label, champ.label = True, None, "Notée à"
        if len(points) < 2:
            self.oter("point")
        if not avec_motif:
            self.oter("motif")


class PersonneForm(FormulaireModele):
    class Meta:
        model = Utilisateur
        fields = ["prenom", "nom", "email", "is_active"]
        help_texts = {"is_active": "Décochez pour fermer le compte\u202f: la personne ne peut plus entrer."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout.fields[:] = [ligne("prenom", "nom"), "email", "is_active"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        if Utilisateur.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Cette adresse est celle d’un autre compte.")
        return email


class ListeForm(Formulaire):
    """A list pasted or a file; what counts is the text, which stays in the page until it is right."""

    fichier = forms.FileField(
        required=False,
        label="un fichier",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv", "class": "form-control"}),
    )
    liste = forms.CharField(
        required=False,
        label="ou la liste collée ici",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "chasse-fixe"}),
    )

    def clean_fichier(self):
        fichier = self.cleaned_data["fichier"]
        if fichier and fichier.size > FICHIER_MAX:
            raise ValidationError("Ce fichier dépasse 1 Mo\u202f: coupez la liste en deux.")
        return fichier


class MotDePasseForm(SetPasswordForm):
    """The password that an invited person chooses."""

    error_messages = {"password_mismatch": "Les deux mots de passe ne sont pas les mêmes."}

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        for champ in self.fields.values():
            champ.error_messages["required"] = "À remplir."
