"""What every request passes, without a server: headers that no browser sends."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from vret_server.guard import Guard
from vret_server.settings import Settings


def asked(data: Path, *headers: tuple[bytes, bytes], host: bytes = b"127.0.0.1", query: bytes = b"") -> int:
    """The status of what the guard answers, or 200 where it lets the request pass."""

    async def app(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope: dict[str, Any] = {"type": "http", "scheme": "http", "method": "POST", "path": "/api/check"}
    scope |= {"headers": [(b"host", host), *headers], "client": ("127.0.0.1", 1), "query_string": query}
    asyncio.run(Guard(app, Settings(data=data))(scope, receive, send))
    return int(said[0]["status"])


@pytest.mark.parametrize("origin", [b"http://[", b"http://[::1", b"\xff", b"", b"http://\xe2\x84\x80"])
def test_an_origin_that_is_no_address_is_a_foreign_one(tmp_path: Path, origin: bytes) -> None:
    assert asked(tmp_path, (b"origin", origin)) == 403


@pytest.mark.parametrize("length", [b"\xb2", b"9" * 5000, b"-1", b"1e3", b""])
def test_a_length_that_is_no_number_is_too_large(tmp_path: Path, length: bytes) -> None:
    assert asked(tmp_path, (b"content-length", length)) == 413


def test_an_ordinary_request_passes(tmp_path: Path) -> None:
    assert asked(tmp_path, (b"origin", b"http://127.0.0.1"), (b"content-length", b"5")) == 200


@pytest.mark.parametrize("host", [b"[", b"\xff", b"a]b"])
def test_a_host_that_is_no_address_is_no_mistake(tmp_path: Path, host: bytes) -> None:
    assert asked(tmp_path, host=host) == 200


def test_a_query_that_is_no_text_is_refused(tmp_path: Path) -> None:
    assert asked(tmp_path, query=b"\xff") == 422
