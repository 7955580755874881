"""Attempts against a real server that is slow, deaf or not there."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import repeat

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from vret.link.reaching import reach


@asynccontextmanager
async def greeting() -> AsyncIterator[tuple[int, set[ServerConnection]]]:
    """A server that says hello, and whom it has at the moment."""
    here: set[ServerConnection] = set()

    async def meet(connection: ServerConnection) -> None:
        here.add(connection)
        await connection.send("hello")
        await connection.wait_closed()
        here.discard(connection)

    async with serve(meet, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], here


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port where somebody listens who never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def unexpected(error: Exception) -> None:
    raise error


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def at(port: int) -> ClientConnection:
    return await connect(f"ws://127.0.0.1:{port}", proxy=None, open_timeout=30)


def test_an_attempt_that_nobody_answers_keeps_none_after_it_waiting(deaf: int) -> None:
    async def story() -> None:
        async with greeting() as (port, here):
            ports = iter([deaf, deaf, port])
            async with asyncio.timeout(10):
                async with await reach(lambda: at(next(ports)), repeat(0.05), unexpected) as reached:
                    assert await reached.recv() == "hello"
                    assert len(here) == 1
            assert next(ports, None) is None
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert not [task for task in left if "_whole" in repr(task)]

    asyncio.run(story())


def test_each_failure_is_told_and_the_next_attempt_waits_its_turn() -> None:
    async def story() -> None:
        told: list[Exception] = []
        nobody = unused_port()
        async with greeting() as (port, _):
            ports = iter([nobody, nobody, port])
            waited: list[float] = []

            def delays() -> Iterator[float]:
                while True:
                    waited.append(asyncio.get_running_loop().time())
                    yield 0.1

            async with asyncio.timeout(10):
                reached = await reach(lambda: at(next(ports)), delays(), told.append)
            await reached.close()
            assert [type(error) for error in told] == [ConnectionRefusedError] * 2
            assert waited[1] - waited[0] >= 0.1

    asyncio.run(story())


def test_what_nobody_expects_is_raised() -> None:
    async def attempt() -> ClientConnection:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(reach(attempt, repeat(0.1), unexpected))


def test_of_two_that_come_through_at_once_one_is_closed() -> None:
    async def story() -> None:
        async with greeting() as (port, here):
            both = asyncio.Barrier(2)

            async def attempt() -> ClientConnection:
                connection = await at(port)
                await both.wait()
                return connection

            async with asyncio.timeout(10):
                async with await reach(attempt, repeat(0.05), unexpected):
                    while len(here) != 1:
                        await asyncio.sleep(0.01)

    asyncio.run(story())
