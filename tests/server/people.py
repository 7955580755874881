"""Therapists, reviewers and headset programs as the tests' counterparts of the server: real HTTP, real sockets.

Hundreds of them come in, so what takes a processor long each time is done once: the hash of their password, and the
certificates of the world, which httpx reads for every client. They sign in by link; `test_api.py` does by password.
"""

import asyncio
import functools
import hashlib
import secrets
import ssl
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any, TypeVar
from unittest.mock import patch

import httpx
import msgspec
from argon2 import PasswordHasher
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from vret.core.axes import AXIS_VOCABULARY_VERSION
from vret.core.commands import Command, Pause
from vret.core.events import SessionOpened
from vret.core.plan import Plan, ScenePlan
from vret.core.report import Report, report
from vret.core.session import open_session
from vret.link.wire import (
    PROTOCOL,
    CommandMessage,
    Hello,
    ReportMessage,
    Role,
    Signed,
    Snapshot,
    ToHeadset,
    ToTherapist,
)
from vret_server.accounts import AccountRole, Accounts
from vret_server.gate import QUESTIONS
from vret_server.settings import Settings
from vret_server.store import Store

from .programs import ServerProgram

PASSWORD = "correct horse battery"
_LIMIT_S = 60
_TLS = ssl.create_default_context()
M = TypeVar("M")

GATE = {
    "present_address": "1 High Street, Springfield",
    "callback_number": "+44 1632 960000",
    "answers": {question.key: False for question in QUESTIONS},
}
PLAN: dict[str, object] = {"scenes": [{"scene": "heights"}]}


class Wire:
    """One end of a WebSocket that speaks `vret.link.wire`; a context manager, which says `hello` if there is one."""

    def __init__(
        self, connecting: AbstractContextManager[ClientConnection], incoming: Any, hello: Hello | None = None
    ) -> None:
        self._connecting = connecting
        self._decoder = msgspec.json.Decoder(incoming)
        self._hello = hello

    def __enter__(self) -> "Wire":
        self.connection = self._connecting.__enter__()
        if self._hello is not None:
            self.send(self._hello)
        return self

    def __exit__(self, *error: Any) -> None:
        self._connecting.__exit__(*error)

    def send(self, message: msgspec.Struct) -> None:
        self.connection.send(msgspec.json.encode(message).decode())

    def next(self) -> Any:
        """The next message; telemetry as bytes."""
        data = self.connection.recv(timeout=_LIMIT_S)
        return data if isinstance(data, bytes) else self._decoder.decode(data)

    def until(self, kind: type[M]) -> M:
        """Skips to the next message of a kind."""
        while not isinstance(message := self.next(), kind):
            pass
        return message

    def closed(self) -> tuple[int, str]:
        """Waits for the close frame: its code and reason."""
        try:
            while True:
                self.connection.recv(timeout=_LIMIT_S)
        except ConnectionClosed as closed:
            if closed.rcvd is None:
                raise
            return closed.rcvd.code, closed.rcvd.reason

    def close(self) -> None:
        self.connection.close()


class Console:
    """A signed-in account."""

    def __init__(self, server: ServerProgram, role: AccountRole = AccountRole.THERAPIST) -> None:
        self.server = server
        self.email = f"{secrets.token_hex(6)}@clinic.example"
        self.account_id = add_account(server, self.email, role)
        self.http = server.visits.enter_context(httpx.Client(base_url=server.url, timeout=_LIMIT_S, verify=_TLS))
        answer = self.http.post("/api/login/link", json={"token": sign_in_link(server, self.email)})
        assert answer.status_code == 200, answer.text

    def new_session(self, plan: dict[str, object] = PLAN) -> str:
        answer = self.http.post("/api/sessions", json={"plan": plan})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["session_id"])

    def code(self, session_id: str) -> str:
        return str(self.http.post(f"/api/sessions/{session_id}/code").json()["code"])

    def admit(self, session_id: str) -> None:
        self.http.put(f"/api/sessions/{session_id}/gate", json=GATE).raise_for_status()
        self.http.post(f"/api/sessions/{session_id}/admit").raise_for_status()

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    def connect(self, session_id: str, hello: Hello | None = None, **extra: Any) -> Wire:
        headers = {"Cookie": self.cookie}
        url = f"{self.server.socket_url}/ws/therapist/{session_id}"
        connecting = connect(url, additional_headers=headers, compression=None, proxy=None, **extra)
        return Wire(connecting, ToTherapist, hello)

    def join(self, session_id: str, **hello: Any) -> Wire:
        return self.connect(session_id, hello_of(Role.THERAPIST, **hello))


class Device:
    """A headset program that redeemed a code."""

    def __init__(self, server: ServerProgram, code: str) -> None:
        self.server = server
        body = {"code": code, "program": "test"}
        answer = httpx.post(f"{server.url}/api/redeem", json=body, timeout=_LIMIT_S, verify=_TLS)
        assert answer.status_code == 200, answer.text
        self.session_id = answer.json()["session_id"]
        self.token = answer.json()["resume_token"]
        headers = {"Authorization": f"Bearer {self.token}"}
        client = httpx.Client(base_url=server.url, headers=headers, timeout=_LIMIT_S, verify=_TLS)
        self.http = server.visits.enter_context(client)

    def connect(self) -> Wire:
        return connect_headset(self.server, self.token)

    def join(self, **hello: Any) -> Wire:
        return connect_headset(self.server, self.token, hello_of(Role.HEADSET, **hello))

    def announce(self, data: bytes) -> httpx.Response:
        body = {"session_id": self.session_id, "sha256": sha256(data), "size": len(data)}
        return self.http.post("/api/logs", json=body)

    def send(self, data: bytes, offset: int, end: int | None = None) -> httpx.Response:
        headers = {"Upload-Offset": str(offset)}
        return self.http.patch(f"/api/logs/{sha256(data)}", content=data[offset:end], headers=headers)


def connect_headset(server: ServerProgram, token: str, hello: Hello | None = None) -> Wire:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{server.socket_url}/ws/headset"
    return Wire(connect(url, additional_headers=headers, compression=None, proxy=None), ToHeadset, hello)


def add_account(server: ServerProgram, email: str, role: AccountRole) -> str:
    async def add(accounts: Accounts) -> str:
        return (await accounts.add(email, PASSWORD, role)).account_id

    with patch("vret_server.accounts._HASHER", SimpleNamespace(hash=_hash)):
        return _with_accounts(server, add)


def sign_in_link(server: ServerProgram, email: str, *, watches: bool = False) -> str:
    """A token as the command line makes it."""
    return _with_accounts(server, lambda accounts: accounts.link(email, 600, watches=watches))


def _with_accounts(server: ServerProgram, do: Callable[[Accounts], Awaitable[str]]) -> str:
    async def run() -> str:
        store = Store(Settings(data=server.data, database=server.database))
        try:
            return await do(Accounts(store, 60))
        finally:
            await store.close()

    return asyncio.run(run())


@functools.cache
def _hash(password: str) -> str:
    return PasswordHasher().hash(password)


def hello_of(role: Role, /, **changes: Any) -> Hello:
    hello = Hello(role=role, protocol=PROTOCOL, axis_vocabulary=AXIS_VOCABULARY_VERSION, program=f"test {role}")
    return msgspec.structs.replace(hello, **changes)


def opened(session_id: str) -> SessionOpened:
    return SessionOpened(t_ns=0, session_id=session_id, plan=Plan(scenes=(ScenePlan("heights"),)), scenes=())


def report_at(t_ns: int) -> Report:
    return report(open_session(opened("s")), t_ns)


def report_message(t_ns: int) -> ReportMessage:
    return ReportMessage(report=report_at(t_ns))


def snapshot(session_id: str, last_sequence: int) -> Snapshot:
    return Snapshot(opened=opened(session_id), report=report_at(0), last_sequence=last_sequence)


def signed(message: msgspec.Struct) -> Signed:
    """With a MAC that no headset would take: the server does not look at it."""
    return Signed(content=msgspec.json.encode(message).decode(), mac=bytes(32))


def command(command_id: str, command: Command | None = None) -> CommandMessage:
    return CommandMessage(command_id=command_id, sequence=1, beacon=0, sent_ns=0, command=command or Pause())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
