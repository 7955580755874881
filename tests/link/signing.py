"""Signs homework as a therapist's page does: ECDSA on P-256 over SHA-256, r and s in 64 bytes."""

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vret.core.commands import GiveHomework
from vret.core.homework import Homework


def new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def given(homework: Homework, key: EllipticCurvePrivateKey | None = None) -> GiveHomework:
    key = key or new_key()
    text = msgspec.json.encode(homework).decode()
    r, s = decode_dss_signature(key.sign(text.encode(), ECDSA(SHA256())))
    return GiveHomework(
        homework=text,
        key=key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        signature=r.to_bytes(32) + s.to_bytes(32),
    )
