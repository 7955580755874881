"""The console's files at the server's own address: what is given out, how, and what is never reached."""

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from vret_server.pages import NOT_COMPILED, page_routes, read_pages

from .programs import ServerProgram

INDEX = b"<!doctype html><title>console</title>"
SCRIPT = b"export const answer = 42;"


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """A folder as the console's build leaves it, with a secret beside it."""
    folder = tmp_path / "console"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(INDEX)
    (folder / "assets" / "index-0123abcd.js").write_bytes(SCRIPT)
    (folder / "assets" / "fonts-0123abcd.woff2").write_bytes(b"font")
    (folder / "sources.sha256").write_text("0" * 64)
    (tmp_path / "secret.html").write_text("secret")
    return folder


@pytest.fixture
def client(compiled: Path) -> httpx.AsyncClient:
    app = Starlette(routes=page_routes(read_pages(compiled)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clinic")


def get(client: httpx.AsyncClient, address: str, **headers: str) -> httpx.Response:
    return asyncio.run(client.get(address, headers=headers))


def test_the_entry_and_every_address_within_the_console_give_the_same_page(client: httpx.AsyncClient) -> None:
    for address in ("/", "/sessions", "/sessions/0123456789abcdef", "/sessions/new/gate"):
        answer = get(client, address)
        assert (answer.status_code, answer.content) == (200, INDEX)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"


def test_files_named_by_their_hash_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = get(client, "/assets/index-0123abcd.js")
    assert answer.content == SCRIPT
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert get(client, "/assets/fonts-0123abcd.woff2").headers["content-type"] == "font/woff2"


def test_what_the_browser_has_already_is_not_sent_again(client: httpx.AsyncClient) -> None:
    etag = get(client, "/").headers["etag"]
    again = get(client, "/", **{"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert get(client, "/", **{"If-None-Match": '"other"'}).content == INDEX


def test_the_policy_allows_the_consoles_own_code_and_nothing_else(client: httpx.AsyncClient) -> None:
    for address in ("/", "/assets/index-0123abcd.js"):
        headers = get(client, address).headers
        policy = {rule.split()[0]: rule.split()[1:] for rule in headers["content-security-policy"].split("; ")}
        assert policy["default-src"] == ["'none'"]
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
        assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "address",
    [
        "/secret.html",
        "/../secret.html",
        "/assets/../../secret.html",
        "/assets/%2e%2e/%2e%2e/secret.html",
        "/assets/..%2f..%2fsecret.html",
        "/assets//index-0123abcd.js",
        "/assets/",
        "/sources.sha256",
        "/favicon.ico",
        "/sessionsx",
    ],
)
def test_no_other_file_can_be_reached(client: httpx.AsyncClient, address: str) -> None:
    assert get(client, address).status_code == 404


def test_a_checkout_without_the_compiled_console_says_what_to_run(tmp_path: Path) -> None:
    app = Starlette(routes=page_routes(read_pages(tmp_path / "nothing")))
    answer = get(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://clinic"), "/sessions/1")
    assert (answer.status_code, answer.text) == (503, NOT_COMPILED + "\n")


def test_the_running_server_gives_pages_and_leaves_calls_alone(server: ServerProgram) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as http:
        entry = http.get("/sessions/0123456789abcdef")
        assert entry.status_code == (200 if read_pages() else 503)
        for address in ("/api/nothing", "/ws/nothing", "/assets/..%2f..%2f..%2fpages.py", "/nothing"):
            answer = http.get(address)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert http.post("/", json={}).json()["code"] == "method_not_allowed"
        assert http.post("/api/nothing", json={}).json()["code"] == "not_found"
