"""Secrets that programs hold (never people): 256 random bits, of which the database keeps only the hash."""

import hashlib
import secrets


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """A plain hash is enough for 256 random bits; it cannot be guessed backwards."""
    return hashlib.sha256(secret.encode()).hexdigest()
