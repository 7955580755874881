"""The agreement: keys that the therapist's page and the headset share, and that the server between them cannot know.

Theory. Each end makes a new pair of keys on P-256, which every browser's WebCrypto has, and both agree on a secret
(ECDH). Somebody in between could agree with each of the two instead; but then the two have seen different keys, and the
phrase that both are shown, made of all that they have seen, differs. Its words are few, so nobody may try keys until
the words fit: the page first commits itself to the key that it will reveal, and everybody has to choose without having
seen the other's (commit, then reveal: RFC 6189, 4.4.1.1). One try in 2^PHRASE_BITS is what is left, and a wrong one is
heard. The fingerprints of the certificates for voice are bound in, so that nobody can answer the call in between
either.

    page -> headset   commitment   SHA-256 of what the page will reveal, for this session
    headset -> page   half         its public key and the fingerprint of its certificate
    page -> headset   half         the page's; it must be what was committed
    both              proof        HMAC-SHA-256 with a key of the agreement: the other end holds the same keys

An end answers each new attempt with a new pair, and reveals a pair once. What it was told by then it never takes back.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vret.errors import VretError
from vret.link.phrase import phrase_of

KEY_BYTES: Final = 65
"""Of a public key: an uncompressed point (SEC 1, 2.3.3)."""
CERTIFICATE_BYTES: Final = 32
"""Of a fingerprint: SHA-256 of the certificate (RFC 8122)."""

NAME_BYTES: Final = 16
WORDS_MATCH: Final = "words match"
KEYS_KEPT: Final = "keys kept"
ORDERED: Final = "ordered"
"""What is said with `commands_key`."""

_LABEL: Final = b"vret agreement 1"
_USES: Final = ("proof of page", "proof of headset", "page to headset", "headset to page", "acquaintance")


class AgreementError(VretError):
    """Somebody else than the person expected may be in between; the message says what did not fit."""


class Half(msgspec.Struct, frozen=True):
    """What one end reveals: its public key (KEY_BYTES) and its certificate's fingerprint (CERTIFICATE_BYTES)."""

    key: bytes
    certificate: bytes


@dataclass(frozen=True)
class Agreed:
    """What both ends have then. `phrase` is to be compared by the people; the keys are for HMAC-SHA-256, 32 bytes each.

    `commands_key` is for what the page sends, `reports_key` for what the headset sends, `acquaintance_key` for later
    sessions; `name` tells these keys from others and gives nothing of them away.
    """

    name: str
    phrase: tuple[str, ...]
    proof_of_page: bytes
    proof_of_headset: bytes
    commands_key: bytes
    reports_key: bytes
    acquaintance_key: bytes


def commitment(session_id: str, page: Half) -> bytes:
    """What the page sends before it has seen anything, 32 bytes."""
    return _digest(b"commitment", session_id, page)


def agree(private: EllipticCurvePrivateKey, other: Half, session_id: str, page: Half, headset: Half) -> Agreed:
    """`private` and `other` are the two that meet; `page` and `headset` are what both ends have seen.

    Raises AgreementError for what is no half.
    """
    _checked(other.certificate)
    try:
        if len(other.key) != KEY_BYTES:
            raise ValueError(len(other.key))
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), other.key)
    except ValueError as error:
        raise AgreementError("The other end sent no key of this kind.") from error
    seen = _digest(b"seen", session_id, page, headset)
    secret = private.exchange(ECDH(), point)
    keys = {use: HKDF(SHA256(), 32, seen, _LABEL + b" " + use.encode()).derive(secret) for use in _USES}
    proofs = [hmac.digest(keys[use], seen, "sha256") for use in _USES[:2]]
    words = phrase_of(_digest(b"phrase", session_id, page, headset))
    return Agreed(seen[:NAME_BYTES].hex(), words, *proofs, *(keys[use] for use in _USES[2:]))


class PageSide:
    """One attempt of the page: `commitment` is sent first, `reveal` answers the headset's half."""

    def __init__(self, session_id: str, certificate: bytes) -> None:
        self._session_id, self._private = session_id, generate_private_key(SECP256R1())
        self._half = Half(_public(self._private), _checked(certificate))
        self._headset: Half | None = None
        self.commitment = commitment(session_id, self._half)

    def reveal(self, headset: Half) -> tuple[Half, Agreed]:
        """What to send now, and what it makes. Raises AgreementError for a second half: the pair is known by then."""
        if self._headset is not None:
            raise AgreementError("The headset answered twice: somebody may be in between. Begin again.")
        self._headset = headset
        return self._half, agree(self._private, headset, self._session_id, self._half, headset)


class HeadsetSide:
    """The headset's end of all attempts in a session: each commitment is answered with a new pair."""

    def __init__(self, session_id: str, certificate: bytes) -> None:
        self._session_id, self._certificate = session_id, _checked(certificate)
        self._private: EllipticCurvePrivateKey | None = None
        self._half = Half(b"", self._certificate)
        self._commitment = b""

    def use(self, certificate: bytes) -> None:
        """Calls have this certificate from now on; it is bound into what is agreed on next. Raises AgreementError."""
        self._certificate = _checked(certificate)

    def answer(self, committed: bytes) -> Half:
        """What to send to a page that has committed itself. Whatever was begun before is forgotten."""
        self._private = generate_private_key(SECP256R1())
        self._half = Half(_public(self._private), self._certificate)
        self._commitment = committed
        return self._half

    def agree(self, page: Half) -> Agreed:
        """What the revealed half makes. Raises AgreementError unless it is the one committed to, and the first."""
        private, self._private = self._private, None
        if private is None:
            raise AgreementError("A key came that nobody had announced: somebody may be in between.")
        if not hmac.compare_digest(commitment(self._session_id, page), self._commitment):
            raise AgreementError("Another key came than was announced: somebody may be in between.")
        return agree(private, page, self._session_id, page, self._half)


def mac_of(key: bytes, use: str, message: bytes = b"") -> bytes:
    """HMAC-SHA-256 of what is said with a key of an agreement; `use` keeps one saying from being taken for another."""
    return hmac.digest(key, use.encode() + b"\0" + message, "sha256")


def verify(expected: bytes, proof: bytes) -> None:
    """Raises AgreementError unless the other end proved that it holds the same keys."""
    if not hmac.compare_digest(expected, proof):
        raise AgreementError("The other end holds other keys: somebody may be in between.")


def _digest(use: bytes, session_id: str, *halves: Half) -> bytes:
    """SHA-256 over parts of which each is preceded by its length in four bytes, so that no two readings are alike."""
    total = hashlib.sha256()
    parts = [_LABEL, use, session_id.encode()]
    for half in halves:
        parts += [half.key, half.certificate]
    for part in parts:
        total.update(len(part).to_bytes(4, "big") + part)
    return total.digest()


def _public(private: EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _checked(certificate: bytes) -> bytes:
    if len(certificate) != CERTIFICATE_BYTES:
        raise AgreementError(f"A certificate's fingerprint has {CERTIFICATE_BYTES} bytes, this one {len(certificate)}.")
    return certificate
