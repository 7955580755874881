"""Targets: what is asked of the clinic's server over HTTP, of the page's own program, and on a command line."""

import asyncio
import hashlib
import io
import json
import secrets
from contextlib import redirect_stdout
from functools import cache
from typing import Any
from urllib.parse import unquote

import typer
from starlette.types import ASGIApp

from tests.fuzz.target import Target, place, written
from vret import cli
from vret.errors import VretError
from vret.link.address import Address
from vret_server.accounts import AccountRole
from vret_server.app import create_app
from vret_server.local import create_local
from vret_server.plans import read_plan
from vret_server.refusal import RefusedError
from vret_server.serve import prepare
from vret_server.settings import ServerLimits, Settings
from vret_server.timeline import read_timeline

_HEADERS_MAX = 16


def plan(data: bytes) -> None:
    """The framework answers for what is no JSON."""
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        return
    read_plan(given)


class _Clinic:
    """A server without a socket, with a therapist who is signed in, a session and the headset's token."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        many = 1_000_000_000
        limits = ServerLimits(failures_per_minute_per_address=many, failures_per_minute_in_all=many)
        settings = Settings(data=place() / "clinic", limits=limits)
        prepare(settings)
        self.app = create_app(settings)
        self.loop.run_until_complete(self._sign_in())

    async def _sign_in(self) -> None:
        clinic = self.app.state.clinic
        email, password = "anna@clinic.example", secrets.token_hex(8)
        await clinic.accounts.add(email, password, AccountRole.THERAPIST)
        account, self.cookie = await clinic.accounts.login(email, password)
        entry = await clinic.sessions.create(account, read_plan({"scenes": [{"scene": "heights"}]}), "")
        self.session_id = entry.session_id

    def ask(self, app: ASGIApp, data: bytes) -> int:
        return self.loop.run_until_complete(self._ask(app, data))

    async def _ask(self, app: ASGIApp, data: bytes) -> int:
        """`METHOD path?query`, lines of headers, an empty line, the body. As uvicorn would tell it; the status."""
        head, _, body = data.partition(b"\n\n")
        asked, *lines = head.split(b"\n")[:_HEADERS_MAX]
        method, _, target = asked.partition(b" ")
        path, _, query = target.replace(b"SID", self.session_id.encode()).partition(b"?")
        headers = [(b"host", b"127.0.0.1:8000"), (b"cookie", b"vret_login=" + self.cookie.encode())]
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        headers += [
            (name.strip().lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines)
        ]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method.decode("latin-1") or "GET",
            "scheme": "http",
            "path": unquote(path.decode("ascii", "replace")) or "/",
            "raw_path": path or b"/",
            "query_string": query,
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "state": {},
        }
        waiting: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]
        statuses: list[int] = []

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        async with asyncio.timeout(20):
            await app(scope, receive, send)
        return statuses[0]


@cache
def _clinic() -> _Clinic:
    return _Clinic()


@cache
def _local() -> ASGIApp:
    return create_local(Address("http://127.0.0.1:9"), 8000)


def server(data: bytes) -> None:
    clinic = _clinic()
    status = clinic.ask(clinic.app, data)
    assert status != 500, "the server calls it a mistake of its own"


def timeline(data: bytes) -> None:
    read_timeline(written("timeline.mcap", data), hashlib.sha256(data).hexdigest())


_REFUSED: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""What typer says about words that it does not understand."""
_COMMANDS = ("headset", "check", "doctor", "console", "replay", "review", "scene", "server", "demo")


def command(data: bytes) -> None:
    """The words of a command line, as the system hands them on; nothing is begun."""
    name, *words = data.split(b"\0")
    chosen = _COMMANDS[len(name) % len(_COMMANDS)]
    arguments = [word.decode(errors="surrogateescape") for word in words[:16]]
    with redirect_stdout(io.StringIO()):
        _loaded(chosen).make_context(chosen, arguments)


@cache
def _loaded(name: str) -> Any:
    return cli.load(name)


TARGETS = (
    Target("plan", plan, (RefusedError,)),
    Target("server", server),
    Target("timeline", timeline, (RefusedError,), longest=65536),
    Target("command", command, (_REFUSED, typer.Exit, typer.Abort, VretError)),
)
