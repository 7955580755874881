"""The line over a real socket whose way is long: what steers keeps its rate, how the head moved does not."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import msgspec
from websockets.asyncio.server import ServerConnection, serve

from tests.link.test_connection import OPENING, REPORT
from tests.link.test_telemetry import frame
from tests.recording.story import OPENED
from vret.clock import now_ns
from vret.link.address import Address
from vret.link.connection import HeadsetConnection
from vret.link.line import Line
from vret.link.telemetry import SLOW_HZ, SLOW_S, unpack
from vret.link.wire import PROTOCOL, PeerJoined, Role, Welcome

ROWS_PER_S, REPORTS_PER_S = 30, 10


class Server:
    """Lets a headset in, where a console is already, and counts what comes: rows of telemetry and other messages."""

    def __init__(self) -> None:
        self.rows = self.messages = 0

    async def talk(self, socket: ServerConnection) -> None:
        welcome = Welcome(protocol=PROTOCOL[1], session_id=OPENED.session_id, peer="h", admitted=True, mark="")
        for message in (welcome, PeerJoined(peer="t", role=Role.THERAPIST, program="")):
            await socket.send(msgspec.json.encode(message).decode())
        async for data in socket:
            if isinstance(data, bytes):
                self.rows += len(unpack(data))
            else:
                self.messages += 1


class Way:
    """Carries bytes between a headset and a server, each piece `delay_s` late."""

    def __init__(self, port: int) -> None:
        self.delay_s = 0.0
        self._port = port
        self._carrying: set[asyncio.Task[None]] = set()

    async def open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._port)
        for ends in ((reader, there_writer), (there_reader, writer)):
            self._carrying.add(asyncio.create_task(self._carry(*ends)))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            loop.call_later(self.delay_s, writer.write, data)
        writer.close()

    async def close(self) -> None:
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)


@asynccontextmanager
async def lined() -> AsyncIterator[tuple[Server, Way]]:
    server = Server()
    async with serve(server.talk, "127.0.0.1", 0) as listening:
        way = Way(next(iter(listening.sockets)).getsockname()[1])
        door = await asyncio.start_server(way.open, "127.0.0.1", 0)
        connection = HeadsetConnection(OPENED, "test")
        connection.recorded((OPENING,))
        address = Address(f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}")
        line = Line(address, "token", connection, received=lambda _: None, connected=lambda *_: None)
        tasks = [asyncio.create_task(line.run()), asyncio.create_task(_happen(line, connection))]
        try:
            yield server, way
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await way.close()
            door.close()


async def _happen(line: Line, connection: HeadsetConnection) -> None:
    """A head that moves and a session that reports, for ever."""
    for number in count():
        line.telemetry.append(frame(number, now_ns()))
        if number % (ROWS_PER_S // REPORTS_PER_S) == 0:
            connection.reported(REPORT)
            line.wake.set()
        await asyncio.sleep(1 / ROWS_PER_S)


async def _counted(server: Server, seconds: float) -> Counter[str]:
    rows, messages = server.rows, server.messages
    await asyncio.sleep(seconds)
    return Counter(rows=server.rows - rows, messages=server.messages - messages)


def test_over_a_slow_line_how_the_head_moved_is_told_seldom_and_what_steers_as_ever() -> None:
    async def story() -> None:
        async with lined() as (server, way):
            await _counted(server, 0.5)
            near = await _counted(server, 1.0)
            way.delay_s = 0.6 * SLOW_S
            await _counted(server, 2.5)
            far = await _counted(server, 2.0)
            assert near["rows"] > 2 * far["rows"] / 2.0
            assert 0 < far["rows"] <= 2.0 * SLOW_HZ + 1
            assert far["messages"] / 2.0 > 0.5 * near["messages"]

    asyncio.run(story())
