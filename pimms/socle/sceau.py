"""The electronic seal of a document: the environment's key, with which `signature` signs.

A seal says that the file is the one that was signed, by whoever holds the key; not that what it says is
true. No time stamp of a third party: the day of the signature is this server's.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

from pimms.socle.piece import Cachet
from pimms.socle.typographie import date_courte

DEMO = "PIMMS – certificat de démonstration, sans valeur"
VIE_DEMO = timedelta(days=3650)

_SUITE = "\u202f: rien n’a été signé. Prévenez l’administrateur."
ABSENT = f"La clé qui signe les rapports n’est pas configurée{_SUITE}"
ILLISIBLE = f"La clé qui signe les rapports est illisible{_SUITE}"
ECHU = f"Le certificat qui signe les rapports a pris fin le {{}}{_SUITE}"
FUTUR = f"Le certificat qui signe les rapports ne vaut qu’à partir du {{}}{_SUITE}"


class SceauImpossible(Exception):
    """Nothing can be signed; the message, in French, says why."""


@dataclass(frozen=True)
class Sceau:
    """A key and its certificate, read from a PKCS#12 file; `nom` is the certificate's subject."""

    cachet: Cachet
    nom: str
    empreinte: str  # sha256 of the certificate
    debut: datetime
    fin: datetime

    @classmethod
    def lire(cls, p12: bytes, mot_de_passe: str) -> "Sceau":
        """Raises SceauImpossible when the file can't be read or lacks a key."""
        cachet, certificat = _ouvrir(p12, mot_de_passe.encode() or None)
        noms = certificat.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return cls(
            cachet,
            str(noms[0].value) if noms else certificat.subject.rfc4514_string(),
            certificat.fingerprint(hashes.SHA256()).hex(),
            certificat.not_valid_before_utc,
            certificat.not_valid_after_utc,
        )

    def exiger_valable(self, moment: datetime) -> None:
        """Raises SceauImpossible out of the certificate's dates."""
        if moment > self.fin:
            raise SceauImpossible(ECHU.format(date_courte(self.fin.date())))
        if moment < self.debut:
            raise SceauImpossible(FUTUR.format(date_courte(self.debut.date())))


@lru_cache(maxsize=1)
def _ouvrir(p12: bytes, phrase: bytes | None) -> tuple[Cachet, x509.Certificate]:
    """The key and the certificate of a PKCS#12 file. The last ones are kept: a key is checked at length each
    time it is loaded. Raises SceauImpossible."""
    try:
        cle, certificat, autres = pkcs12.load_key_and_certificates(p12, phrase)
    except ValueError as erreur:
        raise SceauImpossible(ILLISIBLE) from erreur
    if cle is None or certificat is None:
        raise SceauImpossible(ILLISIBLE)
    der = serialization.Encoding.DER
    return Cachet(
        cle.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificat.public_bytes(der),
        tuple(autre.public_bytes(der) for autre in autres),
    ), certificat


def sceau(moment: datetime) -> Sceau:
    """The environment's seal, valid at that moment; in the demo, one made on the spot that says so.

    Raises SceauImpossible.
    """
    if settings.SCEAU_P12:
        try:
            p12 = base64.b64decode(settings.SCEAU_P12, validate=True)
        except binascii.Error as erreur:
            raise SceauImpossible(ILLISIBLE) from erreur
        trouve = Sceau.lire(p12, settings.SCEAU_MOT_DE_PASSE)
    elif settings.DEMO:
        trouve = Sceau.lire(_p12_de_demo(), "")
    else:
        raise SceauImpossible(ABSENT)
    trouve.exiger_valable(moment)
    return trouve


def fabriquer(nom: str, debut: datetime, fin: datetime) -> bytes:
    """A new RSA key and a certificate that it signs itself, as PKCS#12 without password."""
    cle = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    sujet = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom)])
    certificat = (
        x509.CertificateBuilder()
        .subject_name(sujet)
        .issuer_name(sujet)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(debut)
        .not_valid_after(fin)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .sign(cle, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"sceau", cle, certificat, None, serialization.NoEncryption()
    )


def _usage() -> x509.KeyUsage:
    autres = (
        "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
        "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(digital_signature=True, content_commitment=True, **dict.fromkeys(autres, False))


def _p12_de_demo() -> bytes:
    """The demo's own seal, made at its first use and kept among the private files."""
    chemin = Path(settings.MEDIA_ROOT) / "sceau-demo.p12"
    if not chemin.exists():
        chemin.parent.mkdir(parents=True, exist_ok=True)
        provisoire = chemin.with_suffix(f".{os.getpid()}")
        maintenant = datetime.now(UTC)
        provisoire.touch(mode=0o600)
        provisoire.write_bytes(fabriquer(DEMO, maintenant - timedelta(days=1), maintenant + VIE_DEMO))
        try:
            os.link(provisoire, chemin)  # fails where another worker was first: theirs is the one
        except FileExistsError:
            pass
        finally:
            provisoire.unlink()
    return chemin.read_bytes()
