"""The therapist's side of the server as a small library: everything that the browser's console does, from Python.

async with TherapistLink("http://127.0.0.1:8000") as link:
    await link.login(email, password)
    session_id = await link.create_session(plan)
    await link.put_gate(session_id, present_address=..., callback_number=..., answers=await link.all_no())
    code = await link.code(session_id)            # read it out; the person enters it
    await link.connect(session_id)
    await link.until(lambda: link.console.headset is not None)
    await link.admit(session_id)
    refusal = await link.command(SetRung(scene="heights", rung="plaza"))
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from vret.clock import now_ns
from vret.core.commands import Command
from vret.core.effects import Refusal
from vret.core.plan import Plan
from vret.core.report import Report
from vret.link.address import read_address
from vret.link.backoff import backoff
from vret.link.console import ConsoleConnection, Heard
from vret.link.rest import Rest
from vret.link.wire import ErrorCode, Turned
from vret.recording.record import Record

HEARTBEAT_S: Final = 0.25
ANSWER_S: Final = 5.0
OPEN_S: Final = 5.0
PING_S: Final = 1.0
PONG_S: Final = 3.0
_LOG_BYTES_MAX: Final = 4 << 30
PROGRAM: Final = f"vret therapist {version('vret')}"
_FINAL = frozenset({ErrorCode.SESSION_OVER, ErrorCode.NO_SUCH_SESSION, ErrorCode.NOT_ALLOWED, ErrorCode.BAD_ORIGIN})


class TurnedError(Exception):
    """The server or the headset turned a command away before the core saw it."""

    def __init__(self, turned: Turned) -> None:
        super().__init__(turned.message)
        self.turned = turned


class TherapistLink:
    """One signed-in therapist, in at most one session at a time.

    `console` is what is known of that session; `records` are all that have come, in order; `telemetry` is called with
    every binary batch. Nobody here hears words read out: they are said to match as soon as there are keys. REST calls
    raise `RefusedError` and `ServerError` of `vret.link.rest`.
    """

    def __init__(self, server_url: str, *, allow_plain_http: bool = False) -> None:
        self._address = read_address(server_url, allow_plain_http=allow_plain_http)
        self._rest = Rest(self._address, answer_bytes_max=_LOG_BYTES_MAX)
        self._line: asyncio.Task[None] | None = None
        self._socket: ClientConnection | None = None
        self._answers: dict[str, asyncio.Future[Refusal | Turned | None]] = {}
        self._changed = asyncio.Event()
        self.console = ConsoleConnection(PROGRAM)
        self.records: list[Record] = []
        self.turned: list[Turned] = []
        self.telemetry: Callable[[bytes], None] = lambda batch: None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.disconnect()
        await self._rest.__aexit__(kind, error, trace)

    # -- before and after the session

    async def login(self, email: str, password: str) -> None:
        await self._rest.request("POST", "/api/login", json={"email": email, "password": password})

    async def login_by_link(self, token: str) -> None:
        """Sign in with what stands behind `#token=` in a sign-in link."""
        await self._rest.request("POST", "/api/login/link", json={"token": token})

    async def create_session(self, plan: Plan, label: str = "") -> str:
        """The id of the new session."""
        body = {"plan": msgspec.to_builtins(plan), "label": label}
        return str((await self._json("POST", "/api/sessions", json=body))["session_id"])

    async def all_no(self) -> dict[str, bool]:
        """The answer no to every question of the gate."""
        return {question["key"]: False for question in (await self._json("GET", "/api/gate"))["questions"]}

    async def put_gate(
        self,
        session_id: str,
        *,
        present_address: str,
        callback_number: str,
        answers: dict[str, bool],
        reasons: dict[str, str] | None = None,
    ) -> None:
        body = {
            "present_address": present_address,
            "callback_number": callback_number,
            "answers": answers,
            "reasons": reasons or {},
        }
        await self._rest.request("PUT", f"/api/sessions/{session_id}/gate", json=body)

    async def code(self, session_id: str) -> str:
        """A join code to read out."""
        return str((await self._json("POST", f"/api/sessions/{session_id}/code"))["code"])

    async def admit(self, session_id: str) -> None:
        await self._rest.request("POST", f"/api/sessions/{session_id}/admit")

    async def end(self, session_id: str) -> None:
        """End the session on the server. To end it for the person, send the command `End`."""
        await self._rest.request("POST", f"/api/sessions/{session_id}/end")

    async def session(self, session_id: str) -> dict[str, Any]:
        """The session as the server keeps it."""
        return await self._json("GET", f"/api/sessions/{session_id}")

    async def log(self, session_id: str) -> bytes:
        """The sealed log that the headset handed in."""
        return (await self._rest.request("GET", f"/api/sessions/{session_id}/log")).content

    async def _json(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        return msgspec.json.decode((await self._rest.request(method, path, **arguments)).content, type=dict[str, Any])

    # -- in the session

    @property
    def report(self) -> Report | None:
        """The newest report of the headset."""
        return self.console.report

    async def connect(self, session_id: str, timeout_s: float = 10.0) -> None:
        """Enter the session's room and stay in it, connecting again after a loss. Raises TurnedError, TimeoutError."""
        await self.disconnect()
        self.console = ConsoleConnection(PROGRAM)
        self.records.clear()
        self.turned.clear()
        self._line = asyncio.create_task(self._keep_line(session_id))
        await self.until(lambda: self.console.welcome is not None, timeout_s)

    async def disconnect(self) -> None:
        """Leave the room. The session goes on without its therapist: hold, then calm."""
        line, self._line = self._line, None
        if line is not None:
            line.cancel()
            with suppress(asyncio.CancelledError, TurnedError):
                await line

    async def lead(self, timeout_s: float = 10.0) -> None:
        """Take the session back from a console that leads instead, by entering its room anew. Raises TimeoutError."""
        self.console.leads = True
        self.console.lost()
        if self._socket is not None:
            await self._socket.close()
        await self.until(lambda: self.console.welcome is not None, timeout_s)

    async def command(self, command: Command, timeout_s: float = ANSWER_S) -> Refusal | None:
        """Send a command: None when the core accepted it, else its reason.

        Raises TurnedError when it did not reach the core, TimeoutError when no answer came, nobody is connected or
        there are no keys.
        """
        async with asyncio.timeout(timeout_s):
            await self.until(lambda: self.console.can_ask(command), None)
            assert self._socket is not None, "there is a welcome only on a socket"
            command_id, message = self.console.command(command, now_ns())
            answer: asyncio.Future[Refusal | Turned | None] = asyncio.get_running_loop().create_future()
            self._answers[command_id] = answer
            try:
                with suppress(WebSocketException):  # it may have arrived: the answer, if any, comes with the records
                    await self._socket.send(message, text=True)
                found: Refusal | Turned | None = await answer
            finally:
                del self._answers[command_id]
        if isinstance(found, Turned):
            raise TurnedError(found)
        return found

    async def until(self, condition: Callable[[], bool], timeout_s: float | None = 10.0) -> None:
        """Wait until something that came makes the condition true. Raises TimeoutError, TurnedError."""
        async with asyncio.timeout(timeout_s):
            while not condition():
                if self._line is not None and self._line.done():
                    self._line.result()
                self._changed.clear()
                await self._changed.wait()

    async def _keep_line(self, session_id: str) -> None:
        delays = backoff()
        try:
            while True:
                try:
                    async with connect(
                        f"{self._address.ws}/ws/therapist/{session_id}",
                        additional_headers={"Cookie": self._rest.cookie_header},
                        compression=None,
                        proxy=None if self._address.is_here else True,
                        open_timeout=OPEN_S,
                        close_timeout=1.0,
                        ping_interval=PING_S,
                        ping_timeout=PONG_S,
                    ) as socket:
                        await self._converse(socket)
                except (OSError, TimeoutError, WebSocketException):
                    pass
                if self.console.welcome is not None:
                    delays = backoff()
                self._forget_socket()
                await asyncio.sleep(next(delays))
        finally:
            self._forget_socket()

    def _forget_socket(self) -> None:
        self.console.lost()
        self._socket = None
        self._changed.set()

    async def _converse(self, socket: ClientConnection) -> None:
        self._socket = socket
        with suppress(ConnectionClosed):  # what the server said before it closed is still to be read
            await socket.send(self.console.hello(), text=True)
        beating = asyncio.create_task(self._beat(socket))
        try:
            async for message in socket:
                if isinstance(message, bytes):
                    self.telemetry(message)
                else:
                    heard = self.console.receive(message.encode(), now_ns())
                    self._hear(heard)
                    for reply in [*heard.replies, *([self.console.words_match()] if heard.has_keys else [])]:
                        await socket.send(reply, text=True)
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError, WebSocketException):
                await beating

    def _hear(self, heard: Heard) -> None:
        self.records.extend(heard.records)
        for command_id, answer in heard.answers.items():
            waiting = self._answers.get(command_id)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        if heard.turned is not None:
            self.turned.append(heard.turned)
            final = _FINAL if self.console.welcome is None else {ErrorCode.SESSION_OVER}
            if heard.turned.code in final and heard.turned.command_id is None:
                raise TurnedError(heard.turned)
        self._changed.set()

    async def _beat(self, socket: ClientConnection) -> None:
        while True:
            beat = self.console.heartbeat(now_ns())
            if beat is not None:
                await socket.send(beat, text=True)
            if self.console.is_stuck(now_ns()):
                await socket.close()
            await asyncio.sleep(HEARTBEAT_S)
