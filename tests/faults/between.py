"""Somebody between server and headset: reads what goes to the headset, sends it twice or later, or makes more up.

A TCP proxy. What a server sends on a WebSocket is not masked and, here, not compressed (RFC 6455, section 5), so it is
read message by message; everything else passes as it is.
"""

import asyncio
import json
import struct
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

CHUNK = 64 * 1024
_TEXT, _SHORT, _LONG = 0x81, 126, 127


class Between:
    """`async with Between(port)`: the headset calls `port` instead.

    `passing` gives what is sent on of each text for the headset; `say` sends a text that nobody sent.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._writer: asyncio.StreamWriter | None = None
        self._door: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.passing: Callable[[str], list[str]] = lambda text: [text]

    @property
    def port(self) -> int:
        assert self._door is not None
        port: int = self._door.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        self._door = await asyncio.start_server(self._enter, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._door is not None
        self._door.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def say(self, text: str) -> None:
        assert self._writer is not None, "the headset is not connected"
        self._writer.write(_framed(text))
        await self._writer.drain()

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
        try:
            first = await reader.read(CHUNK)
            there_writer.write(first)
            back = self._messages if first.startswith(b"GET /ws/headset") else _pass
            await asyncio.gather(_pass(reader, there_writer), back(there_reader, writer))
        finally:
            self._connections.discard(task)
            for end in (writer, there_writer):
                end.transport.abort()

    async def _messages(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The answer to the upgrade, then frame by frame."""
        with suppress(OSError, asyncio.IncompleteReadError):
            writer.write(await reader.readuntil(b"\r\n\r\n"))
            self._writer = writer
            while True:
                head, length = await reader.readexactly(2)
                size = b""
                if length in (_SHORT, _LONG):
                    size = await reader.readexactly(2 if length == _SHORT else 8)
                    length = int.from_bytes(size)
                payload = await reader.readexactly(length)
                if head == _TEXT:
                    for text in self.passing(payload.decode()):
                        writer.write(_framed(text))
                else:
                    writer.write(
                        bytes((head, _SHORT if len(size) == 2 else _LONG if size else length)) + size + payload
                    )
                await writer.drain()
        writer.close()


def asked(text: str) -> dict[str, Any] | None:
    """The command that a message for the headset brings, None for any other message."""
    message = json.loads(text)
    if message["type"] != "Relayed" or message["message"]["type"] != "Signed":
        return None
    content = json.loads(message["message"]["content"])
    return dict(content) if content["type"] == "CommandMessage" else None


def _framed(text: str) -> bytes:
    payload = text.encode()
    return struct.pack("!BBQ", _TEXT, _LONG, len(payload)) + payload


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
