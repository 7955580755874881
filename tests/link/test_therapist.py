import asyncio

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve

from vret.link.therapist import TherapistLink, TurnedError
from vret.link.wire import PROTOCOL, ErrorCode, PeerJoined, Role, Turned, Welcome

ENCODE = msgspec.json.Encoder().encode
WELCOME = Welcome(protocol=PROTOCOL[1], session_id="s-1", peer="therapist-1", admitted=True, mark="m")
NOT_ALLOWED = Turned(code=ErrorCode.NOT_ALLOWED, message="A therapist may not send Admit.")
HEADSET = PeerJoined(peer="headset-1", role=Role.HEADSET, program="vret")


async def told(*messages: msgspec.Struct) -> None:
    """A therapist whom the server tells this after the hello, until the headset has joined."""

    async def answer(socket: ServerConnection) -> None:
        await socket.recv()
        for message in messages:
            await socket.send(ENCODE(message), text=True)
        await socket.wait_closed()

    async with serve(answer, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with TherapistLink(f"http://127.0.0.1:{port}") as link:
            await link.connect("s-1")
            await link.until(lambda: link.console.headset is not None)


def test_one_message_that_was_not_allowed_does_not_end_the_line() -> None:
    asyncio.run(told(WELCOME, NOT_ALLOWED, HEADSET))


def test_who_is_not_let_in_hears_why_and_does_not_come_again() -> None:
    with pytest.raises(TurnedError, match="may not"):
        asyncio.run(told(NOT_ALLOWED))
