"""The rooms that are open on this server, and the peers connected to them."""

import asyncio
from collections.abc import Awaitable, Callable

from vret.link.wire import ErrorCode, Hello
from vret_server.consent import has_consent
from vret_server.outbox import Outbox
from vret_server.rooms import (
    Close,
    DeviceChanged,
    Joined,
    Lane,
    Left,
    PersonAdmitted,
    Received,
    Room,
    RoomEvent,
    Send,
    SessionOver,
    room_step,
)


class Line:
    """One connected peer: its outbox, and flags that something waits there or that it is to be closed."""

    def __init__(self, name: str, login_hash: str | None = None) -> None:
        self.name = name
        self.login_hash = login_hash
        self.waiting = asyncio.Event()
        self.closing = asyncio.Event()
        self._outbox = Outbox()

    @property
    def close_reason(self) -> ErrorCode | None:
        return self._outbox.closing

    def put(self, data: bytes, lane: Lane) -> None:
        self._outbox.put(data, lane)
        self._wake()

    def close(self, code: ErrorCode, sentence: str | None = None) -> None:
        self._outbox.close(code, sentence)
        self._wake()

    def take(self) -> tuple[bytes, Lane] | None:
        return self._outbox.take()

    def _wake(self) -> None:
        self.waiting.set()
        if self._outbox.closing is not None:
            self.closing.set()


class Hub:
    """Rooms by session. A room exists while somebody is connected; `open_room` makes one from the database."""

    def __init__(self, open_room: Callable[[str], Awaitable[Room]]) -> None:
        self._open_room = open_room
        self._rooms: dict[str, Room] = {}
        self._lines: dict[str, dict[str, Line]] = {}
        self._opening = asyncio.Lock()

    async def join(self, session_id: str, line: Line, hello: Hello, *, watches: bool = False) -> None:
        """Raises RefusedError if the session does not exist. The lock keeps an admission from falling between."""
        async with self._opening:
            if session_id not in self._rooms:
                self._rooms[session_id] = await self._open_room(session_id)
            self._lines.setdefault(session_id, {})[line.name] = line
            self._step(session_id, Joined(line.name, hello, watches))

    def receive(self, session_id: str, name: str, data: bytes, *, binary: bool) -> None:
        self._step(session_id, Received(name, data, binary))

    def leave(self, session_id: str, line: Line) -> None:
        """A line that was replaced under its name has left already."""
        lines = self._lines.get(session_id, {})
        if lines.get(line.name) is not line:
            return
        del lines[line.name]
        self._step(session_id, Left(line.name))
        if not lines:
            del self._lines[session_id]
            del self._rooms[session_id]

    def may_record(self, session_id: str, login_hash: str) -> bool:
        """Whether the session's headset says now that both consent to a recording, to the login which leads."""
        lead = self._lead(session_id)
        return lead is not None and lead.login_hash == login_hash and has_consent(self._rooms[session_id].newest_report)

    def leads_elsewhere(self, session_id: str, login_hash: str) -> bool:
        lead = self._lead(session_id)
        return lead is not None and lead.login_hash != login_hash

    def _lead(self, session_id: str) -> Line | None:
        room = self._rooms.get(session_id)
        return None if room is None or room.lead is None else self._lines[session_id].get(room.lead)

    async def admit(self, session_id: str, therapist: str) -> None:
        async with self._opening:
            self._step(session_id, PersonAdmitted(therapist))

    async def change_device(self, session_id: str) -> None:
        async with self._opening:
            self._step(session_id, DeviceChanged())

    async def end(self, session_id: str) -> None:
        async with self._opening:
            self._step(session_id, SessionOver())

    def sign_out(self, login_hash: str) -> None:
        """Closes the consoles that were opened with a login that no longer holds."""
        for lines in self._lines.values():
            for line in lines.values():
                if line.login_hash == login_hash:
                    line.close(ErrorCode.NOT_ALLOWED, "You signed out.")

    def _step(self, session_id: str, event: RoomEvent) -> None:
        room = self._rooms.get(session_id)
        if room is None:
            return
        self._rooms[session_id], actions = room_step(room, event)
        lines = self._lines[session_id]
        for action in actions:
            line = lines.get(action.name)
            if line is None:
                continue
            match action:
                case Send(data=data, lane=lane):
                    line.put(data, lane)
                case Close(reason=reason):
                    line.close(reason)
