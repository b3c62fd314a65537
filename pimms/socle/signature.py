"""A PAdES signature (pyHanko) put on a PDF, and looked at. pyHanko is long to load and takes memory: import
this module where a program of its own signs (`annexe`); it knows nothing of Django."""

import io

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from pimms.socle.piece import Cachet, Defaut

RESUME = "sha256"
PLACE = 16_384  # bytes kept for the signature in the file


class _Signataire(signers.SimpleSigner):
    """Signs with an RSA key that was checked when it was read: pyHanko would check it again at length."""

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        cle = load_der_private_key(self.signing_key.dump(), None, unsafe_skip_rsa_key_validation=True)
        if isinstance(cle, rsa.RSAPrivateKey) and digest_algorithm == RESUME:
            return cle.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return super().sign_raw(data, digest_algorithm)


def _signataire(cachet: Cachet) -> _Signataire:
    certificat = x509.Certificate.load(cachet.certificat)
    connus = SimpleCertificateStore()
    connus.register_multiple(map(x509.Certificate.load, cachet.autres))
    return _Signataire(certificat, keys.PrivateKeyInfo.load(cachet.cle), connus)


def signer(pdf: bytes, cachet: Cachet, nom: str, motif: str) -> bytes:
    """The same file with a signature over the whole of it, after which any change shows.

    Nothing of the file is written again: the signature is added at its end. What was written is read again
    before it is given: raises Defaut when its signature is not good, or leaves a part of the file out.
    """
    metadonnees = signers.PdfSignatureMetadata(
        field_name="Sceau",
        name=nom,
        reason=motif,
        md_algorithm=RESUME,
        certify=True,
        subfilter=fields.SigSeedSubFilter.PADES,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signataire = signers.PdfSigner(metadonnees, signer=_signataire(cachet))
    sortie = io.BytesIO()
    signataire.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=sortie, bytes_reserved=PLACE)
    if not _entiere(sortie.getvalue()):
        raise Defaut("signature")
    return sortie.getvalue()


def _entiere(pdf: bytes) -> bool:
    """Whether the file's one signature is intact and covers all of it, but its own place."""
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if len(signatures) != 1:
            return False
        # Who signed is not judged here: nothing is fetched, no authority is asked.
        contexte = ValidationContext(trust_roots=[signatures[0].signer_cert], allow_fetching=False)
        etat = validate_pdf_signature(signatures[0], contexte)
    except (PdfError, SignatureValidationError):
        return False
    return etat.intact and etat.valid and etat.coverage == SignatureCoverageLevel.ENTIRE_FILE
