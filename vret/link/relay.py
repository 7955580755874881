"""Addresses of a TURN relay as RFC 7065 writes them, and the ways to reach it."""

import re
from enum import StrEnum

import msgspec

_ADDRESS = re.compile(
    r"(?P<scheme>turns?):(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:(?P<port>[0-9]{1,5}))?(\?transport=(?P<transport>udp|tcp))?",
    re.IGNORECASE,
)
_PORTS = {"turn": 3478, "turns": 5349}


class Way(StrEnum):
    """How an end of a session reaches the relay."""

    UDP = "UDP"
    TCP = "TCP"
    TLS = "TLS"
    DTLS = "DTLS"


class TurnAddress(msgspec.Struct, frozen=True):
    """One address of the relay; `url` is how RFC 7065 writes it."""

    url: str
    host: str
    port: int
    way: Way


_WAYS = {
    ("turn", ""): Way.UDP,
    ("turn", "udp"): Way.UDP,
    ("turn", "tcp"): Way.TCP,
    ("turns", ""): Way.TLS,
    ("turns", "tcp"): Way.TLS,
    ("turns", "udp"): Way.DTLS,
}


def parse_turn_url(url: str) -> TurnAddress | None:
    """None for what is no address of a TURN relay."""
    found = _ADDRESS.fullmatch(url)
    if found is None:
        return None
    scheme = found["scheme"].lower()
    port = int(found["port"] or _PORTS[scheme])
    if not 0 < port < 65536:
        return None
    way = _WAYS[scheme, (found["transport"] or "").lower()]
    return TurnAddress(url, found["host"].strip("[]"), port, way)
