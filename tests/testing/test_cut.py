"""The cable: bytes arrive whole and in order, late when delayed, and not at all while it is cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from vret.testing.cut import Cable


@asynccontextmanager
async def echo_server() -> AsyncIterator[int]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(1024):
            writer.write(chunk)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def test_bytes_come_back_whole_and_the_end_is_passed_on() -> None:
    async def run() -> None:
        async with echo_server() as port, Cable("127.0.0.1", port) as cable:
            reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
            sent = bytes(range(256)) * 4000
            reading = asyncio.create_task(reader.read(-1))
            writer.write(sent)
            await writer.drain()
            writer.write_eof()
            assert await asyncio.wait_for(reading, 10) == sent
            writer.close()

    asyncio.run(run())


def test_a_cut_holds_bytes_back_until_it_is_mended() -> None:
    async def run() -> None:
        async with echo_server() as port, Cable("127.0.0.1", port) as cable:
            reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
            writer.write(b"before")
            assert await asyncio.wait_for(reader.readexactly(6), 10) == b"before"
            cable.cut()
            assert cable.is_cut
            writer.write(b"after")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.1)
            cable.mend()
            assert await asyncio.wait_for(reader.readexactly(5), 10) == b"after"
            writer.close()

    asyncio.run(run())


def test_a_connection_made_during_a_cut_is_served_when_it_is_mended() -> None:
    async def run() -> None:
        async with echo_server() as port, Cable("127.0.0.1", port) as cable:
            cable.cut()
            reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
            writer.write(b"hello")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.1)
            cable.mend()
            assert await asyncio.wait_for(reader.readexactly(5), 10) == b"hello"
            writer.close()

    asyncio.run(run())


def test_the_delay_is_paid_in_both_directions() -> None:
    async def run() -> float:
        async with echo_server() as port, Cable("127.0.0.1", port) as cable:
            cable.delay_s = 0.05
            reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
            started_s = asyncio.get_running_loop().time()
            writer.write(b"x")
            await asyncio.wait_for(reader.readexactly(1), 10)
            writer.close()
            return asyncio.get_running_loop().time() - started_s

    assert asyncio.run(run()) >= 0.1


def test_severing_closes_both_ends() -> None:
    async def run() -> None:
        async with echo_server() as port, Cable("127.0.0.1", port) as cable:
            reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
            writer.write(b"x")
            await asyncio.wait_for(reader.readexactly(1), 10)
            cable.sever()
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await asyncio.wait_for(reader.readexactly(1), 10)
            writer.close()

    asyncio.run(run())


def test_a_target_that_is_not_there_closes_the_connection() -> None:
    async def run() -> None:
        async with Cable("127.0.0.1", 1) as cable:
            reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await asyncio.wait_for(reader.readexactly(1), 10)
            writer.close()

    asyncio.run(run())
