"""The clinic's server as an address: what is a usable one, and where its parts are."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from vret.errors import VretError

_ONE_WORD = re.compile(r"[^\s\x00-\x1f\x7f\ud800-\udfff]+")
_PLACE = re.compile(r"(?:[^@]*@)?(?:[^@:\[\]]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
"""Who asks, the host and the port; between a host in brackets and its port `urlsplit` takes anything."""


class AddressError(VretError):
    """The server's address cannot be used; the message says what to enter instead."""


@dataclass(frozen=True)
class Address:
    """`http` has no slash at its end; `ws` is the same place for WebSockets."""

    http: str

    @property
    def is_here(self) -> bool:
        """Whether the server runs on this computer, to which no proxy leads."""
        return is_loopback(urlsplit(self.http).hostname or "")

    @property
    def ws(self) -> str:
        return "ws" + self.http.removeprefix("http")


def read_address(url: str, *, allow_plain_http: bool = False) -> Address:
    """The address in `url`. Without TLS only this computer is talked to, unless allowed. Raises AddressError."""
    try:
        if not _ONE_WORD.fullmatch(url.strip()):
            raise ValueError("a line break or a space would be left out by some of those who read it")
        parts = urlsplit(url.strip())
        if not _PLACE.fullmatch(parts.netloc):
            raise ValueError("no host, or a port that is no number")
        host, _ = parts.hostname, parts.port
        (host or "").encode("idna")  # as whoever looks it up
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise AddressError(
            f"{url!r} is not a server's address: enter one like https://clinic.example.org, with --server."
        )
    if parts.scheme == "http" and not allow_plain_http and not is_loopback(host):
        raise AddressError(f"{url} is not encrypted: enter the address with https://, or pass --allow-plain-http.")
    return Address(url.strip().rstrip("/"))


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this computer itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
