"""A network cable that can be cut: a TCP proxy between two programs on this machine.

A cut swallows nothing and closes nothing, as a pulled cable does: what is sent waits, on both sides, and arrives
late when the cable is mended. So both ends must notice by their own clocks. `sever` closes the connections too.
"""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 64 * 1024
IN_FLIGHT = 64


class Cable:
    """Listens on a free port of the loopback and forwards every connection to `host`:`port`.

    `delay_s` is added in each direction and may be changed at any time; bytes never overtake each other.
    """

    def __init__(self, host: str, port: int) -> None:
        self.delay_s = 0.0
        self._target = (host, port)
        self._whole = asyncio.Event()
        self._whole.set()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """Where to connect instead of the target."""
        if self._server is None:
            raise AssertionError("the cable has no port before it is laid: use `async with`")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def is_cut(self) -> bool:
        return not self._whole.is_set()

    def cut(self) -> None:
        """From now on nothing arrives, in either direction."""
        self._whole.clear()

    def mend(self) -> None:
        """What waited goes on its way."""
        self._whole.set()

    def sever(self) -> None:
        """Close every connection at once, with what was still on its way."""
        for connection in self._connections:
            connection.cancel()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None, "the cable is taken up only after it was laid"
        self._server.close()
        self.sever()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "asyncio serves a connection in a task"
        self._connections.add(task)
        try:
            await self._forward(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._connections.discard(task)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._whole.wait()
        try:
            there_reader, there_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, there_writer))
                both.create_task(self._carry(there_reader, writer))
        finally:
            there_writer.transport.abort()
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction. An end that closes or breaks ends the direction; the other one may go on."""
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(IN_FLIGHT)
        clock = asyncio.get_running_loop()

        async def deliver() -> None:
            while True:
                sent_s, chunk = await queue.get()
                await asyncio.sleep(max(0.0, sent_s + self.delay_s - clock.time()))
                await self._whole.wait()
                if not chunk:
                    break
                writer.write(chunk)
                await writer.drain()
            with suppress(OSError):
                writer.write_eof()

        delivery = asyncio.create_task(deliver())
        try:
            with suppress(ConnectionError):
                while chunk := await reader.read(CHUNK):
                    await queue.put((clock.time(), chunk))
            await queue.put((clock.time(), b""))
            with suppress(ConnectionError):
                await delivery
        finally:
            delivery.cancel()
