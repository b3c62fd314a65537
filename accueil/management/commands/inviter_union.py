"""Invite the first person of the national union; everyone else is invited from the screens."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accueil import equipe


class Command(BaseCommand):
    help = "Ouvre l’accès de l’union nationale à une personne et donne son lien d’invitation."

    def add_arguments(self, parser) -> None:
        parser.add_argument("email", metavar="ADRESSE")
        parser.add_argument("prenom", metavar="PRENOM")
        parser.add_argument("nom", metavar="NOM")
        parser.add_argument("--site", required=True, help="adresse de l’application, https://…")

    def handle(self, *args, email: str, prenom: str, nom: str, site: str, **options) -> None:
        try:
            validate_email(email)
            lien = equipe.mettre_en_service(email=email, prenom=prenom, nom=nom, adresse=site)
        except ValidationError as erreur:
            raise CommandError(" ".join(erreur.messages)) from erreur
        self.stdout.write(
            f"L’invitation part à {email}. Le même lien, valable 7 jours, une seule fois\u202f:\n{lien}"
        )
