"""One allocation on a TURN relay: an address of the relay that stands for us, as each end of a session has one.

aioice speaks the protocol (RFC 8656); its client class is used without its transport around it, which hides why a peer
was refused.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

from aioice.stun import TransactionError
from aioice.turn import TurnClientProtocol, TurnClientTcpProtocol, TurnClientUdpProtocol

from vret.link.relay import TurnAddress, Way

ANSWER_S = 8.0
LIFETIME_S = 600
_CHANNEL_S = 500


class Credential(Protocol):
    """What a relay lets in."""

    @property
    def username(self) -> str: ...
    @property
    def credential(self) -> str: ...


class Allocation:
    def __init__(self, client: TurnClientProtocol, relayed: tuple[str, int]) -> None:
        self.relayed = relayed
        self._client = client
        self._inbox = _Inbox()
        client.receiver = self._inbox

    async def send(self, data: bytes, peer: tuple[str, int]) -> None:
        """What the peer sends comes in from now on. Raises as `allocated`."""
        async with asyncio.timeout(ANSWER_S):
            await self._client.send_data(data, peer)

    async def next(self) -> bytes:
        return await self._inbox.arrived.get()


class _Inbox(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.arrived: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.arrived.put_nowait(data)


@asynccontextmanager
async def allocated(
    address: TurnAddress, credential: Credential, trusted: ssl.SSLContext | None = None
) -> AsyncIterator[Allocation]:
    """Given back at the end. `trusted` replaces the certificates that this computer trusts.

    Raises TransactionFailed where the relay refuses, TimeoutError where nothing answers, OSError (ssl.SSLError among
    them) where no connection comes about.
    """
    async with asyncio.timeout(ANSWER_S):
        client = await _connected(address, credential, trusted)
        try:
            relayed = await client.connect()
        except BaseException:
            client.transport.abort()
            raise
    try:
        yield Allocation(client, relayed)
    finally:
        with suppress(TransactionError, TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await client.delete()
        client.transport.abort()


async def _connected(
    address: TurnAddress, credential: Credential, trusted: ssl.SSLContext | None
) -> TurnClientProtocol:
    loop = asyncio.get_running_loop()
    at = address.host, address.port
    options = (at, credential.username, credential.credential, LIFETIME_S, _CHANNEL_S)
    if address.way is Way.UDP:
        _, datagrams = await loop.create_datagram_endpoint(lambda: TurnClientUdpProtocol(*options), remote_addr=at)
        return datagrams
    context = (trusted or ssl.create_default_context()) if address.way is Way.TLS else None
    _, stream = await loop.create_connection(lambda: TurnClientTcpProtocol(*options), *at, ssl=context)
    return stream
