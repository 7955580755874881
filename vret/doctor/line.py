"""The line to the clinic's relay, through which a call passes: by which ways, and how well."""

import asyncio
import ssl
from typing import Final

from vret.doctor.finding import Finding, Mark
from vret.errors import VretError
from vret.link.address import read_address
from vret.link.relay import TurnAddress, Way, parse_turn_url
from vret.link.rest import RefusedError, Rest
from vret.link.trial import TROUBLE, Figures, knock, measure, refusal_of
from vret.memory.call import Relay
from vret.memory.quality import Verdict, judge

ABOUT: Final = "line"
WAY: Final = "way to the relay"
VOICE_BITS_PER_S: Final = 150_000
CALL_BITS_PER_S: Final = 800_000
"""Of voice alone with its redundancy, and with the small picture of what the person sees."""

ASK_S: Final = 5.0
KNOCK_S: Final = 6.0
MEASURE_S: Final = 12.0
_UNAUTHORIZED: Final = 401
_ELSEWHERE: Final = "Try another network, such as a telephone's, or tell the clinic."
_UNKNOWN: Final = "Ask your therapist for a code for the check, and give it with --code."


async def check_line(server: str, code: str | None, *, allow_plain_http: bool) -> tuple[Finding, ...]:
    """Asks the server for credentials with the code, which begins no session and uses up nothing."""
    if code is None:
        return (Finding(ABOUT, Mark.NOTE, "it was not tried, since there is no code.", _UNKNOWN),)
    try:
        async with (
            asyncio.timeout(ASK_S),
            Rest(read_address(server, allow_plain_http=allow_plain_http)) as rest,
        ):
            relay = (await rest.check_ways(code)).turn
    except TimeoutError:
        advice = "Try again in a minute, then ask the clinic."
        return (Finding(ABOUT, Mark.BAD, "it could not be tried: the clinic's server takes too long.", advice),)
    except RefusedError as refused:
        return (Finding(ABOUT, Mark.BAD, f"it could not be tried: {refused}", _UNKNOWN),)
    except VretError as problem:
        advice = "Check the address and the network, then ask the clinic."
        return (Finding(ABOUT, Mark.BAD, f"it could not be tried: {problem}", advice),)
    if relay is None or not relay.urls:
        advice = "Tell the clinic: between two homes a call mostly needs one."
        return (Finding(ABOUT, Mark.NOTE, "the clinic has no relay, so the line to it cannot be tried.", advice),)
    return await tried(relay)


async def tried(relay: Relay) -> tuple[Finding, ...]:
    """Every way at the same time, then the best of those that are open."""
    ways, best = await try_ways(relay)
    if best is None:
        return ways
    try:
        async with asyncio.timeout(MEASURE_S):
            return *ways, *judged_line(best.way, await measure(best, relay))
    except TROUBLE:
        advice = f"Use a cable instead of Wi-Fi, and try again. {_ELSEWHERE}"
        return *ways, Finding(ABOUT, Mark.BAD, f"too poor for talking: by {best.way} the trial broke off.", advice)


async def try_ways(relay: Relay) -> tuple[tuple[Finding, ...], TurnAddress | None]:
    """What there is to say of each, and the best that is open."""
    found = [parse_turn_url(url) for url in relay.urls]
    addresses = [address for address in found if address is not None and address.way is not Way.DTLS]
    troubles = await asyncio.gather(*(_knocked(address, relay) for address in addresses))
    known = list(zip(addresses, troubles, strict=True))
    is_open = [address for address, trouble in known if trouble is None]
    ways = tuple(judged_way(address, trouble, is_only=not is_open) for address, trouble in known)
    return ways, min(is_open, key=lambda address: tuple(Way).index(address.way), default=None)


async def _knocked(address: TurnAddress, relay: Relay) -> Exception | None:
    try:
        async with asyncio.timeout(KNOCK_S):
            await knock(address, relay)
    except TROUBLE as trouble:
        return trouble
    return None


def judged_way(address: TurnAddress, trouble: Exception | None, *, is_only: bool) -> Finding:
    """`is_only`: no other way is open, so that a call cannot come about."""
    if trouble is None:
        return Finding(WAY, Mark.GOOD, f"open by {address.way}.")
    wrong, advice = _why(address, trouble)
    if is_only:
        return Finding(WAY, Mark.BAD, f"{wrong}.", advice)
    return Finding(WAY, Mark.NOTE, f"{wrong}; another way is open, which is enough.")


def _why(address: TurnAddress, trouble: Exception) -> tuple[str, str]:
    if refusal_of(trouble) == _UNAUTHORIZED:
        return f"by {address.way} the relay does not let this computer in", (
            "Let this computer set date and time by itself, and try again. If it stays so, tell the clinic."
        )
    if refusal_of(trouble):
        return f"by {address.way} the relay takes nobody else just now", "Try again later, or tell the clinic."
    if isinstance(trouble, ssl.SSLError):
        return f"by {address.way} the relay does not prove who it is", (
            "Something on the way may look into secure connections. " + _ELSEWHERE
        )
    return f"by {address.way} nothing comes through", _ELSEWHERE


def judged_line(way: Way, figures: Figures) -> tuple[Finding, Finding]:
    """How a call would sound, and whether the therapist can see what the person sees."""
    return _judged_voice(way, figures), _judged_bandwidth(figures.bits_per_s)


def _judged_voice(way: Way, figures: Figures) -> Finding:
    measured = (
        f"by {way} {100 * figures.lost:.1f} % lost, {figures.round_trip_ms:.0f} ms to the relay and back "
        f"(at times {figures.round_trip_p95_ms:.0f} ms), {figures.jitter_ms:.0f} ms of unevenness"
    )
    match judge(figures.lost, figures.round_trip_ms):
        case Verdict.GOOD:
            return Finding(ABOUT, Mark.GOOD, f"good for talking: {measured}.")
        case Verdict.FAIR:
            advice = "Sit nearer to the Wi-Fi, or use a cable; end downloads and films on the same line."
            return Finding(ABOUT, Mark.NOTE, f"enough for talking, with gaps at times: {measured}.", advice)
        case Verdict.POOR:
            advice = f"Use a cable instead of Wi-Fi, and end downloads and films on the same line. {_ELSEWHERE}"
            return Finding(ABOUT, Mark.BAD, f"too poor for talking: {measured}.", advice)


def _judged_bandwidth(bits_per_s: float) -> Finding:
    about = "bandwidth"
    measured = f"{bits_per_s / 1e6:.1f} Mbit/s come through"
    if bits_per_s < VOICE_BITS_PER_S:
        advice = f"End downloads and films on the same line. {_ELSEWHERE}"
        return Finding(about, Mark.BAD, f"{measured}; too little for talking.", advice)
    if bits_per_s < CALL_BITS_PER_S:
        sentence = f"{measured}; enough for talking. Your therapist may see less well what you see."
        return Finding(about, Mark.NOTE, sentence, "End downloads and films on the same line.")
    return Finding(about, Mark.GOOD, f"{measured}, as many as a call needs.")
