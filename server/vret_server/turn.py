"""The clinic's TURN relay, through which voice and picture pass, and credentials for it: for one session, for minutes.

This server and the relay share a secret that nobody else sees. The username of a credential is `expiry:session`, its
password base64(HMAC-SHA1(secret, username)); the relay works it out again. That is "A REST API for Access to TURN
Services" (draft-uberti-behave-turn-rest-00), which coturn calls `use-auth-secret`; SHA-1 is its choice, and sound
inside an HMAC.
"""

import base64
import hmac
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from vret.errors import VretError
from vret.link.relay import TurnAddress, Way, parse_turn_url
from vret_server.settings import Settings
from vret_server.tables import now_unix_ms

SECRET_CHARACTERS_MIN = 32
CHECK_LIFETIME_S = 120
"""A check takes half a minute."""


class TurnError(VretError):
    """The relay cannot be used as it is set; the message names the setting."""


class TurnCredential(msgspec.Struct, frozen=True):
    """`expires_unix_ms` ends its use for new allocations; one that stands already goes on."""

    urls: tuple[str, ...]
    username: str
    credential: str
    expires_unix_ms: int


class Turn:
    """The relay at `addresses`, best first, whose `static-auth-secret` is `secret`."""

    def __init__(self, addresses: Sequence[TurnAddress], secret: str, lifetime_s: int) -> None:
        self.addresses = tuple(addresses)
        self._secret = secret
        self.lifetime_s = lifetime_s

    def mint(self, session_id: str) -> TurnCredential:
        return self.credential(session_id, now_unix_ms() // 1000 + self.lifetime_s)

    def mint_for_check(self, session_id: str) -> TurnCredential:
        """For a check before the session: by another name, so that it never uses up the session's own quota."""
        return self.credential(f"check-{session_id}", now_unix_ms() // 1000 + CHECK_LIFETIME_S)

    def credential(self, session_id: str, expires_unix_s: int) -> TurnCredential:
        username = f"{expires_unix_s}:{session_id}"
        return TurnCredential(
            urls=tuple(address.url for address in self.addresses),
            username=username,
            credential=signed(self._secret, username),
            expires_unix_ms=expires_unix_s * 1000,
        )


def signed(secret: str, username: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), username.encode(), "sha1")).decode()


def open_turn(settings: Settings) -> Turn | None:
    """None where no relay is set. Raises TurnError."""
    if not settings.turn_urls and settings.turn_secret_file is None:
        return None
    if settings.turn_secret_file is None:
        raise TurnError("--turn-urls wants --turn-secret-file too: the file with the relay's static-auth-secret.")
    if not settings.turn_urls:
        raise TurnError("--turn-secret-file wants --turn-urls too: the addresses at which the relay is reached.")
    addresses = [read_turn_url(url) for url in settings.turn_urls]
    return Turn(addresses, _read_secret(settings.turn_secret_file), settings.limits.turn_lifetime_s)


def read_turn_url(url: str) -> TurnAddress:
    """Raises TurnError."""
    address = parse_turn_url(url)
    if address is None:
        raise TurnError(
            f"--turn-urls: {url} is no address of a TURN relay; write it like turn:turn.clinic.example, "
            "turn:turn.clinic.example?transport=tcp or turns:turn.clinic.example:443."
        )
    if address.way is Way.DTLS:
        raise TurnError(
            f"--turn-urls: {url} means TURN over DTLS, which browsers do not speak; leave out ?transport=udp."
        )
    return address


def _read_secret(path: Path) -> str:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise TurnError(f"--turn-secret-file {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TurnError(f"--turn-secret-file {path} is no text.") from error
    if len(secret) < SECRET_CHARACTERS_MIN or not re.fullmatch(r"[!-~]+", secret):
        raise TurnError(
            f"--turn-secret-file {path} must hold one secret of at least {SECRET_CHARACTERS_MIN} characters without "
            "spaces: make one with openssl rand -hex 32, and give the relay the same as static-auth-secret."
        )
    return secret
