"""A trial of the line that a call will take: through the clinic's relay and back, by every way, and how well.

Both ends of the trial are here: one allocation on the relay sends to another, so each packet goes up this computer's
line and comes down it again, as a call's packets do one after the other. The therapist's own line is not in it. One
clock times both ends, so nothing has to be compared.
"""

import asyncio
import itertools
import ssl
import statistics
import struct
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from aioice.stun import TransactionError, TransactionFailed

from vret.link.allocation import Allocation, Credential, allocated
from vret.link.relay import TurnAddress

VOICE_BYTES: Final = 160
VOICE_PACKETS_PER_S: Final = 50
VOICE_S: Final = 5.0
BURST_BYTES: Final = 1200
BURST_BITS_PER_S: Final = 1_200_000
"""More than voice and picture take together, and less than the relay allows an allocation."""

BURST_S: Final = 2.0
ARRIVES_S: Final = 1.0
"""What has not come by then is lost: nobody would wait for it."""

_PROBES: Final = 5
_PROBE_S: Final = 0.6
_NUMBER: Final = struct.Struct("<I")
TROUBLE: Final = (TransactionError, OSError)
"""What the functions here raise where the line or the relay is at fault; OSError has ssl.SSLError and TimeoutError."""


class NothingCameThroughError(OSError):
    """The relay let us in, and what was sent through it did not arrive."""


class Figures(NamedTuple):
    """Of one way. `lost` is a share, 0 to 1; round trips are from this computer to the relay and back."""

    lost: float
    round_trip_ms: float
    round_trip_p95_ms: float
    jitter_ms: float
    bits_per_s: float


class Arrival(NamedTuple):
    number: int
    sent_s: float
    came_s: float


async def knock(address: TurnAddress, credential: Credential, trusted: ssl.SSLContext | None = None) -> None:
    """Whether a packet comes through by this way. Raises one of TROUBLE if not.

    `trusted` replaces the certificates that this computer trusts.
    """
    async with _both_ends(address, credential, trusted) as (near, far):
        for _ in range(_PROBES):
            await near.send(bytes(VOICE_BYTES), far.relayed)
            try:
                async with asyncio.timeout(_PROBE_S):
                    await far.next()
                return
            except TimeoutError:
                continue
    raise NothingCameThroughError("nothing came through the relay")


async def measure(address: TurnAddress, credential: Credential, trusted: ssl.SSLContext | None = None) -> Figures:
    """VOICE_S of packets like a voice's, then BURST_S of more than a call takes. Raises one of TROUBLE."""
    async with _both_ends(address, credential, trusted) as (near, far):
        voice = await _stream(near, far, VOICE_BYTES, VOICE_PACKETS_PER_S, VOICE_S)
        burst = await _stream(near, far, BURST_BYTES, BURST_BITS_PER_S / (8 * BURST_BYTES), BURST_S)
    if not voice:
        raise NothingCameThroughError("nothing came through the relay")
    return figures(voice, round(VOICE_PACKETS_PER_S * VOICE_S), burst)


def figures(voice: Sequence[Arrival], sent: int, burst: Sequence[Arrival]) -> Figures:
    """`voice` has at least one packet of `sent`; both are in the order in which they came."""
    trips_ms = sorted(1000 * (arrival.came_s - arrival.sent_s) for arrival in voice)
    return Figures(
        lost=1 - len({arrival.number for arrival in voice}) / sent,
        round_trip_ms=statistics.median(trips_ms),
        round_trip_p95_ms=trips_ms[min(len(trips_ms) - 1, len(trips_ms) * 95 // 100)],
        jitter_ms=_jitter_ms(voice),
        bits_per_s=_rate(burst),
    )


def _jitter_ms(voice: Sequence[Arrival]) -> float:
    """Interarrival jitter of RFC 3550, section 6.4.1, at the last packet."""
    jitter_s = 0.0
    for before, after in itertools.pairwise(voice):
        change_s = (after.came_s - after.sent_s) - (before.came_s - before.sent_s)
        jitter_s += (abs(change_s) - jitter_s) / 16
    return 1000 * jitter_s


def _rate(burst: Sequence[Arrival]) -> float:
    """Bits a second from the first arrival to the last; the first one's own bits came before that."""
    if len(burst) < 2:
        return 0.0
    lasted_s = burst[-1].came_s - burst[0].came_s
    return 0.0 if lasted_s <= 0 else min(float(BURST_BITS_PER_S), 8 * BURST_BYTES * (len(burst) - 1) / lasted_s)


@asynccontextmanager
async def _both_ends(
    address: TurnAddress, credential: Credential, trusted: ssl.SSLContext | None
) -> AsyncIterator[tuple[Allocation, Allocation]]:
    """An end takes in only what comes from where it has sent to, so the far end sends first."""
    async with allocated(address, credential, trusted) as near, allocated(address, credential, trusted) as far:
        await far.send(b"", near.relayed)
        yield near, far


async def _stream(near: Allocation, far: Allocation, size: int, per_s: float, lasts_s: float) -> list[Arrival]:
    """At an even pace by the clock, whatever the last packet did. What comes twice is twice in it."""
    sent_s: dict[int, float] = {}
    arrivals: list[Arrival] = []
    count = round(per_s * lasts_s)

    async def take() -> None:
        while len(arrivals) < count:
            packet = await far.next()
            came_s = time.perf_counter()
            if len(packet) == size:
                number = _NUMBER.unpack_from(packet)[0]
                if number in sent_s:  # else it is somebody else's
                    arrivals.append(Arrival(number, sent_s[number], came_s))

    taking = asyncio.create_task(take())
    try:
        began_s = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(0.0, began_s + number / per_s - time.perf_counter()))
            sent_s[number] = time.perf_counter()
            await near.send(_NUMBER.pack(number).ljust(size, b"\0"), far.relayed)
        await asyncio.wait({taking}, timeout=ARRIVES_S)
    finally:
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
    return arrivals


def refusal_of(trouble: Exception) -> int:
    """The relay's error code (RFC 8656, section 19); 0 where it is not the relay that refuses."""
    return (trouble.response.error_code or 0) if isinstance(trouble, TransactionFailed) else 0
