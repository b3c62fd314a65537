"""Which of the three this process is: production, the demo, or somebody's desk."""

import os


def drapeau(nom: str) -> bool:
    """Whether that variable of the environment says yes."""
    return os.environ.get(nom, "") in {"1", "true", "oui"}


DEBUG = drapeau("DEBUG")
DEMO = drapeau("PIMMS_DEMO")
