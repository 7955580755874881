"""Behind a proxy that does https: secure cookies, no plain callers, and limits by the real caller's address."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from vret.link.wire import ErrorCode, ToHeadset
from vret_server.accounts import AccountRole

from .people import PASSWORD, Wire, add_account
from .programs import ServerProgram

_CALLER = {"X-Forwarded-For": "203.0.113.5"}
_HTTPS = {**_CALLER, "X-Forwarded-Proto": "https"}
_PLAIN = {**_CALLER, "X-Forwarded-Proto": "http"}


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProgram]:
    options = ("--behind-tls-proxy", "--origins", "https://console.example, https://other.example/")
    program = ServerProgram(tmp_path_factory.mktemp("proxied"), "", *options)
    program.start()
    add_account(program, "anna@clinic.example", AccountRole.THERAPIST)
    yield program
    program.stop()


def _login(server: ServerProgram, headers: dict[str, str], password: str = PASSWORD) -> httpx.Response:
    body = {"email": "anna@clinic.example", "password": password}
    return httpx.post(server.url + "/api/login", json=body, headers=headers, timeout=60)


def test_cookies_are_secure_on_https(proxied: ServerProgram) -> None:
    answer = _login(proxied, _HTTPS)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-vret_login=")
    assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "max-age" in answer.headers["strict-transport-security"]


def test_plain_callers_from_elsewhere_are_refused(proxied: ServerProgram, tmp_path: Path) -> None:
    answer = _login(proxied, _PLAIN)
    assert (answer.status_code, answer.json()["code"]) == (403, "https_required")
    connecting = connect(f"{proxied.socket_url}/ws/headset", additional_headers=_PLAIN, proxy=None)
    with Wire(connecting, ToHeadset) as wire:
        assert wire.next().code is ErrorCode.NOT_ALLOWED
        assert wire.closed() == (1008, "not_allowed")


def test_named_origins_are_allowed_and_others_not(proxied: ServerProgram) -> None:
    for origin, status in (
        ("https://console.example", 200),
        ("https://other.example", 200),
        ("https://console.example.evil", 403),
        ("null", 403),
    ):
        assert _login(proxied, {**_HTTPS, "Origin": origin}).status_code == status, origin
