"""Whereabouts: by which address of this computer something is reached now. A new one ends what was connected before.

The system answers from its routes; nothing is sent.
"""

import asyncio
import socket
from typing import Final

LOOK_S: Final = 0.25


def own_address(peer: str) -> str | None:
    """The address that packets to `peer`, an IP address, would bear; None without a way there."""
    family = socket.AF_INET6 if ":" in peer else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((peer, 9))
        except OSError:
            return None
        return str(asking.getsockname()[0])


async def moved(own: str, peer: str) -> str:
    """Wait until another address than `own` leads to `peer`: that one. Without a way there nothing has moved yet."""
    while (now := own_address(peer)) in (own, None):
        await asyncio.sleep(LOOK_S)
    assert now is not None, "no way there is no move"
    return now
