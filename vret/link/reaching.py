"""Reaching the server: attempts that overlap, since on a line that comes back the one that was lost waits for long.

A lost SYN is repeated after 1, 3 and 7 s (RFC 6298), a handshake may take seconds on a slow line, and what went through
another network than this computer is in now is never answered. So an attempt is given its time, and another one begins
beside it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, TypeVar

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

UNREACHED: Final = (OSError, TimeoutError, WebSocketException)

Reached = TypeVar("Reached")
Attempt = Callable[[], Awaitable[Reached]]


async def reach(
    attempt: Attempt[Reached],
    delays: Iterator[float],
    failed: Callable[[Exception], None],
    unreached: tuple[type[Exception], ...] = UNREACHED,
) -> Reached:
    """What the first attempt to come through brought; a further one begins after each delay, in seconds.

    `failed` hears of every attempt that ended in one of `unreached`; anything else is raised. Nothing is left of the
    others: surplus connections are closed.
    """
    tries: set[asyncio.Task[Reached]] = set()
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
                    if not isinstance(error, unreached):
                        raise error
                    failed(error)
    finally:
        for surplus in tries:
            surplus.cancel()
        for outcome in await asyncio.gather(*tries, return_exceptions=True):
            if isinstance(outcome, ClientConnection):
                await outcome.close()


async def _whole(attempt: Attempt[Reached]) -> Reached:
    return await attempt()
