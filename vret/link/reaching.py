"""Reaching the server: attempts that overlap, since on a line that comes back the one that was lost waits for long.

A lost SYN is repeated after 1, 3 and 7 s (RFC 6298), and a handshake may take seconds on a slow line. So an attempt is
given its time, and another one begins beside it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

UNREACHED: Final = (OSError, TimeoutError, WebSocketException)

Attempt = Callable[[], Awaitable[ClientConnection]]


async def reach(attempt: Attempt, delays: Iterator[float], failed: Callable[[Exception], None]) -> ClientConnection:
    """The first connection that comes through; a further attempt begins after each delay, in seconds.

    `failed` hears of every attempt that ended in UNREACHED; anything else is raised. Nothing is left of the others.
    """
    tries: set[asyncio.Task[ClientConnection]] = set()
    try:
        while True:
            tries.add(asyncio.create_task(_whole(attempt)))
            until_s = asyncio.get_running_loop().time() + next(delays)
            while (left_s := until_s - asyncio.get_running_loop().time()) > 0:
                if not tries:
                    await asyncio.sleep(left_s)
                    continue
                done, tries = await asyncio.wait(tries, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
                while done:
                    ended = done.pop()
                    error = ended.exception()
                    if error is None:
                        tries |= done
                        return ended.result()
                    if not isinstance(error, UNREACHED):
                        raise error
                    failed(error)
    finally:
        for surplus in tries:
            surplus.cancel()
        for outcome in await asyncio.gather(*tries, return_exceptions=True):
            if isinstance(outcome, ClientConnection):
                await outcome.close()


async def _whole(attempt: Attempt) -> ClientConnection:
    return await attempt()
