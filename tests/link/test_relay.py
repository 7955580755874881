"""Addresses of a relay as RFC 7065 writes them."""

import pytest

from vret.link.relay import TurnAddress, Way, parse_turn_url


@pytest.mark.parametrize(
    ("url", "host", "port", "way"),
    [
        ("turn:a.example", "a.example", 3478, Way.UDP),
        ("turn:a.example:80?transport=udp", "a.example", 80, Way.UDP),
        ("turn:192.0.2.1?transport=TCP", "192.0.2.1", 3478, Way.TCP),
        ("TURNS:a.example", "a.example", 5349, Way.TLS),
        ("turns:[2001:db8::1]:443?transport=tcp", "2001:db8::1", 443, Way.TLS),
        ("turns:a.example?transport=udp", "a.example", 5349, Way.DTLS),
    ],
)
def test_host_port_and_way(url: str, host: str, port: int, way: Way) -> None:
    assert parse_turn_url(url) == TurnAddress(url, host, port, way)


@pytest.mark.parametrize("url", ["", "stun:a.example", "turn:", "turn:u@a.example", "turn:a.example:0", "turn:a:65536"])
def test_what_is_none(url: str) -> None:
    assert parse_turn_url(url) is None
