"""The line to the server: one WebSocket after another, for as long as the session lasts.

Somebody in an exposure waits at either end, so a line that was cut is to be back within three seconds of its return:
a loss is noticed after PING_S and PONG_S, and attempts begin at most LAST_S apart, whatever became of those before.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from vret.clock import now_ns
from vret.link.address import Address
from vret.link.backoff import backoff
from vret.link.connection import HeadsetConnection, Received, ServerMessageError
from vret.link.reaching import UNREACHED, reach
from vret.link.telemetry import SLOW_HZ, Thinning, is_slow, pack
from vret.link.whereabouts import moved
from vret.link.wire import MESSAGE_BYTES_MAX, Turned
from vret.recording.record import FrameRecord

PING_S: Final = 1.0
PONG_S: Final = 3.0
OPEN_S: Final = 5.0
CLOSE_S: Final = 1.0
LAST_S: Final = 1.5
TELEMETRY_ROWS_MAX: Final = 300


class MovedError(Exception):
    """This computer is in another network: what was connected through the one before is dead."""


class Line:
    """Connects, converses, and connects again after a loss. `wake` says that there is something to send.

    `received` is called with what followed from each message, `connected` whenever the line comes up (True) or goes
    down (False, with a reason for the log file).
    """

    def __init__(
        self,
        address: Address,
        token: str,
        connection: HeadsetConnection,
        *,
        received: Callable[[Received], None],
        connected: Callable[[bool, str], None],
    ) -> None:
        self.wake = asyncio.Event()
        self.telemetry: deque[FrameRecord] = deque(maxlen=TELEMETRY_ROWS_MAX)
        self._address, self._token = address, token
        self._connection = connection
        self._received, self._connected = received, connected
        self._thinning = Thinning(SLOW_HZ)

    async def run(self) -> Turned:
        """Returns only when the server will not let this device in any more, with its reason."""
        delays = backoff(LAST_S)
        while True:
            socket = await reach(self._connect, delays, self._failed)
            try:
                async with socket:
                    turned = await self._converse(socket)
                if turned is not None:
                    return turned
                self._connected(False, "the server closed the connection")
            except (*UNREACHED, ServerMessageError, MovedError) as error:
                self._failed(error)
            if self._connection.is_welcome:
                delays = backoff(LAST_S)
            self._connection.lost()
            await asyncio.sleep(next(delays))

    async def _connect(self) -> ClientConnection:
        return await connect(
            f"{self._address.ws}/ws/headset",
            additional_headers={"Authorization": f"Bearer {self._token}"},
            compression=None,
            proxy=None if self._address.is_here else True,
            open_timeout=OPEN_S,
            close_timeout=CLOSE_S,
            ping_interval=PING_S,
            ping_timeout=PONG_S,
            max_size=2 * MESSAGE_BYTES_MAX,
        )

    def _failed(self, error: Exception) -> None:
        self._connected(False, str(error) or type(error).__name__)

    async def _converse(self, socket: ClientConnection) -> Turned | None:
        """Until the connection ends; the server's refusal if that was final."""
        with suppress(ConnectionClosed):  # what the server said before it closed is still to be read
            await socket.send(self._connection.hello(), text=True)
        reading = asyncio.create_task(self._read(socket))
        writing = asyncio.create_task(self._write(socket))
        moving = asyncio.create_task(moved(socket.local_address[0], socket.remote_address[0]))
        try:
            await asyncio.wait((reading, writing, moving), return_when=asyncio.FIRST_COMPLETED)
            if moving.done():
                self._connection.moved()
                socket.transport.abort()
                raise MovedError(f"this computer's address is {moving.result()} now")
            if not reading.done() and writing.exception() is None:
                await asyncio.wait((reading,))
        finally:
            for task in (reading, writing, moving):
                task.cancel()
            outcomes = await asyncio.gather(reading, writing, moving, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        return outcomes[0] if isinstance(outcomes[0], Turned) else None

    async def _read(self, socket: ClientConnection) -> Turned | None:
        async for message in socket:
            if isinstance(message, bytes):
                continue
            was_welcome = self._connection.is_welcome
            received = self._connection.receive(message.encode(), now_ns())
            if self._connection.is_welcome and not was_welcome:
                self._connected(True, "")
            self._received(received)
            if received.is_final:
                return received.turned
            with suppress(ConnectionClosed):
                for answer in received.answers:
                    await socket.send(answer, text=True)
            self.wake.set()
        return None

    async def _write(self, socket: ClientConnection) -> None:
        try:
            while True:
                self.wake.clear()
                for message in self._connection.outgoing(now_ns()):
                    await socket.send(message, text=True)
                if self._connection.has_console and (frames := self._frames(socket)):
                    await socket.send(pack(frames, self._connection.scenes))
                await self.wake.wait()
        except ConnectionClosed:
            return

    def _frames(self, socket: ClientConnection) -> list[FrameRecord]:
        """What is to be told now of how the head moved; little while the line is slow."""
        frames = list(self.telemetry)
        self.telemetry.clear()
        if is_slow(socket.latency, socket.transport.get_write_buffer_size()):
            return self._thinning.keep(frames)
        return frames
