"""The two WebSocket addresses: who may connect, and the pumping of messages between a socket and its room.

`/ws/headset` wants `Authorization: Bearer <resume token>`; `/ws/therapist/{session_id}` wants the login cookie and,
from a browser, an allowed origin. Whoever is turned away hears why in a `Turned` message before the close frame.
"""

import asyncio
import logging
import secrets
import time
from dataclasses import dataclass

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from vret.link.wire import ErrorCode, Hello, Role, Turned
from vret.unreadable import UNREADABLE
from vret_server.accounts import Account, AccountRole, Accounts
from vret_server.allowance import Bucket
from vret_server.hub import Hub, Line
from vret_server.refusal import RefusedError
from vret_server.rooms import Lane, encode, hello_refusal, turned
from vret_server.secret import hashed
from vret_server.sessions import Sessions
from vret_server.settings import ServerLimits
from vret_server.store import Store
from vret_server.tokens import device_of

_log = logging.getLogger(__name__)
_CLOSE_POLICY = 1008
_CLOSE_TRY_LATER = 1013
_LAST_WORDS_S = 10.0
_BURST_S = 4

_CODES = {
    "session_over": ErrorCode.SESSION_OVER,
    "no_such_session": ErrorCode.NO_SUCH_SESSION,
    "token_replaced": ErrorCode.REPLACED,
    "bad_origin": ErrorCode.BAD_ORIGIN,
}


@dataclass(frozen=True, slots=True)
class _Seat:
    session_id: str
    role: Role
    name: str
    login_hash: str | None = None
    watches: bool = False


class Sockets:
    def __init__(self, store: Store, accounts: Accounts, sessions: Sessions, hub: Hub, limits: ServerLimits) -> None:
        self._store = store
        self._accounts = accounts
        self._sessions = sessions
        self._hub = hub
        self._limits = limits

    async def headset(self, socket: WebSocket, refusal_at_the_door: RefusedError | None, token: str | None) -> None:
        await socket.accept()
        try:
            _raise(refusal_at_the_door)
            async with self._store.begin() as db:
                device = await device_of(db, token)
            if device.ended_unix_ms is not None:
                raise RefusedError("session_over")
        except RefusedError as refused:
            await _refuse(socket, refused)
            return
        await self._serve(socket, _Seat(device.session_id, Role.HEADSET, "headset-" + secrets.token_hex(4)))

    async def therapist(
        self, socket: WebSocket, refusal_at_the_door: RefusedError | None, session_id: str, cookie: str | None
    ) -> None:
        await socket.accept()
        try:
            _raise(refusal_at_the_door)
            account = await self._leading(session_id, cookie)
        except RefusedError as refused:
            await _refuse(socket, refused)
            return
        name = f"therapist-{account.account_id}-{secrets.token_hex(4)}"
        await self._serve(socket, _Seat(session_id, Role.THERAPIST, name, hashed(cookie or ""), account.watches))

    async def _leading(self, session_id: str, cookie: str | None) -> Account:
        account = await self._accounts.of_cookie(cookie)
        if account.role is not AccountRole.THERAPIST:
            raise RefusedError("wrong_role")
        entry = await self._sessions.led(account, session_id)
        if entry.ended_unix_ms is not None:
            raise RefusedError("session_over")
        return account

    async def _serve(self, socket: WebSocket, seat: _Seat) -> None:
        hello = await self._hello(socket, seat.role)
        if hello is None:
            return
        line = Line(seat.name, seat.login_hash)
        try:
            await self._hub.join(seat.session_id, line, hello, watches=seat.watches)
        except RefusedError as refused:
            await _refuse(socket, refused)
            return
        tasks = [
            asyncio.create_task(self._read(socket, seat, line)),
            asyncio.create_task(_write(socket, line)),
            asyncio.create_task(line.closing.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if line.close_reason is not None:
                _log.warning("%s of session %s was disconnected: %s", seat.name, seat.session_id, line.close_reason)
        finally:
            self._hub.leave(seat.session_id, line)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                raise result
        if line.close_reason is not None:
            await _last_words(socket, line, line.close_reason)

    async def _hello(self, socket: WebSocket, role: Role) -> Hello | None:
        """The first message, which must be a hello that this server can serve; else the peer is turned away."""
        try:
            async with asyncio.timeout(self._limits.hello_s):
                first = await socket.receive_text()
            hello = msgspec.json.decode(first, type=Hello)
            refusal = hello_refusal(hello, role)
        except WebSocketDisconnect:
            return None
        except (TimeoutError, KeyError):
            refusal = turned(ErrorCode.BAD_MESSAGE, "The first message must be Hello, as text.")
        except UNREADABLE as error:
            refusal = turned(ErrorCode.BAD_MESSAGE, f"The first message must be Hello: {error}.")
        if refusal is not None:
            await _turn_away(socket, refusal)
            return None
        return hello

    async def _read(self, socket: WebSocket, seat: _Seat, line: Line) -> None:
        """Ends when the peer leaves, or when it says more than one can mean."""
        limits = self._limits
        per_s = limits.therapist_messages_per_s if seat.role is Role.THERAPIST else limits.headset_messages_per_s
        bucket = Bucket(_BURST_S * per_s, per_s)
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if not bucket.take(time.monotonic()):
                line.close(ErrorCode.TOO_MANY_REQUESTS, f"More than {per_s} messages a second were sent.")
                return
            text = message.get("text")
            data = text.encode() if text is not None else message["bytes"]
            self._hub.receive(seat.session_id, seat.name, data, binary=text is None)


async def _write(socket: WebSocket, line: Line) -> None:
    while True:
        await line.waiting.wait()
        line.waiting.clear()
        while (item := line.take()) is not None:
            await _send(socket, item)


async def _last_words(socket: WebSocket, line: Line, reason: ErrorCode) -> None:
    """What still waits, then the close frame; a peer that reads nothing does not keep us."""
    try:
        async with asyncio.timeout(_LAST_WORDS_S):
            while (item := line.take()) is not None:
                await _send(socket, item)
            await socket.close(_CLOSE_POLICY, reason)
    except (TimeoutError, WebSocketDisconnect):
        return


async def _send(socket: WebSocket, item: tuple[bytes, Lane]) -> None:
    data, lane = item
    if lane is Lane.TELEMETRY:
        await socket.send_bytes(data)
    else:
        await socket.send_text(data.decode())


async def _turn_away(socket: WebSocket, why: Turned) -> None:
    try:
        async with asyncio.timeout(_LAST_WORDS_S):
            await socket.send_text(encode(why).decode())
            await socket.close(_CLOSE_POLICY, why.code)
    except (TimeoutError, WebSocketDisconnect):
        return


def _raise(refusal: RefusedError | None) -> None:
    if refusal is not None:
        raise refusal


async def _refuse(socket: WebSocket, refused: RefusedError) -> None:
    """A fault of ours is no `Turned`: for some of those a headset gives up, and it is to come again."""
    if refused.status >= 500:
        await socket.close(_CLOSE_TRY_LATER, refused.code)
    else:
        await _turn_away(socket, turned(_CODES.get(refused.code, ErrorCode.NOT_ALLOWED), refused.message))
