"""Uploaded files made safe to keep: known by their content, without metadata, scripts or attachments.

Files come from outside, so each is opened by `mediation.nettoyage` in a process of its own, short of
memory and of time: one made to burst spends its own budget, not the server's.
"""

import os
import subprocess
import sys
from pathlib import Path

TEMPS = 25  # seconds; the program itself has 20 of the processor
PROGRAMME = Path(__file__).with_name("nettoyage.py")

MESSAGES = {
    "inconnu": "Ce fichier n’est ni un PDF, ni une image JPEG ou PNG, quoi qu’en dise son nom.",
    "heic": "Cette photo est au format HEIC\u202f: enregistrez-la en JPEG, puis ajoutez-la.",
    "abime": "Ce fichier est abîmé, ou n’est pas ce que dit son nom\u202f: il n’a pas pu être lu.",
    "protege": "Ce PDF est protégé par un mot de passe\u202f: enregistrez-en une copie qui ne l’est pas.",
    "pixels": "Cette image est trop grande\u202f: 60 millions de pixels au plus.",
    "pages": "Ce PDF a trop de pages\u202f: 200 au plus.",
    "lourd": "Ce fichier demande trop de mémoire ou de temps pour être lu\u202f: il est refusé.",
}


class Refus(Exception):
    """The file is not kept; the argument is a key of MESSAGES."""


def reconnaitre(octets: bytes) -> str:
    """Format of a file by its first bytes: « pdf », « jpeg » or « png »; raises Refus."""
    if octets.startswith(b"%PDF-"):
        return "pdf"
    if octets.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if octets.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if octets[4:8] == b"ftyp" and octets[8:12] in (b"heic", b"heix", b"mif1", b"msf1"):
        raise Refus("heic")
    raise Refus("inconnu")


def assainir(octets: bytes) -> tuple[str, bytes]:
    """Format and clean bytes of a file; raises Refus.

    One that takes more memory or time than any document needs is refused as « lourd ».
    """
    format_ = reconnaitre(octets)
    try:
        fini = subprocess.run(  # noqa: S603 — our own program; nothing of the upload is in the command
            [sys.executable, "-I", str(PROGRAMME), format_],
            input=octets,
            capture_output=True,
            timeout=TEMPS,
            env={"PATH": os.defpath},
            check=False,
        )
    except subprocess.TimeoutExpired as erreur:
        raise Refus("lourd") from erreur
    if fini.returncode == 0:
        return format_, fini.stdout
    raison = fini.stderr.decode(errors="replace").rpartition("\n")[2]
    raise Refus(raison if raison in MESSAGES else "lourd")
