"""Passwords that everybody thinks of in French: Django's own list of common ones is mostly English."""

import re

from django.core.exceptions import ValidationError

from pimms.socle.textes import cle_tri

_LISTE = """
azerty azertyui azertyuiop azertyqsdfgh qsdfghjklm wxcvbn aqwzsxedc motdepasse monmotdepasse
motdepassesecret mdp mdppimms pimms lepimms monpimms pimmsfrance mediateur mediatrice mediation
mediationsociale bonjour bonjourbonjour bonsoir coucou coucoucoucou salut bienvenue accueil doudou
chouchou loulou nounours soleil marseille paris lyon france vivelafrance jetaime jetaimetrop
moncoeur iloveyou secret administrateur administration utilisateur connexion ordinateur internet
vacances printemps automne football liberte egalite fraternite changezmoi changemoi provisoire
temporaire
"""
COURANTS = frozenset(_LISTE.split())


class Courants:
    """Refuse a common word, whatever its case, accents, digits and signs around it: « Médiation2026! »."""

    def validate(self, password: str, user=None) -> None:
        if re.sub(r"[^a-z]", "", cle_tri(password)) in COURANTS:
            raise ValidationError(self.get_help_text(), code="password_too_common")

    def get_help_text(self) -> str:
        return "Ce mot de passe est trop courant\u202f: un mot connu suivi de chiffres se devine vite."
