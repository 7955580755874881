"""The clinic's server: whether it answers, its version, and whether its clock agrees with ours."""

import time
from importlib.metadata import version

import httpx
import msgspec

from vret.doctor.finding import Finding, Mark
from vret.unreadable import UNREADABLE

ABOUT = "server"
ANSWER_S = 5.0
CLOCK_S = 60.0


class Health(msgspec.Struct):
    version: str
    unix_ms: int


def check_server(url: str, *, chosen: bool) -> tuple[Finding, ...]:
    """`chosen` false: nobody named this server, so that none there is no fault."""
    try:
        answer = httpx.get(f"{url.rstrip('/')}/api/health", timeout=ANSWER_S)
        answer.raise_for_status()
        health = msgspec.json.decode(answer.content, type=Health)
    except httpx.UnsupportedProtocol:
        return (Finding(ABOUT, Mark.BAD, f"{url} is no address of a server.", "Write it like https://clinic.example."),)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        return (_silent(url, problem, chosen=chosen),)
    except UNREADABLE:
        advice = "Ask the clinic for the right address."
        return (Finding(ABOUT, Mark.BAD, f"{url} answers, but it is no vret server.", advice),)
    return (_versions(url, health.version), _clocks(time.time() - health.unix_ms / 1000))


def _silent(url: str, problem: Exception, *, chosen: bool) -> Finding:
    if not chosen:
        sentence = f"none at {url}, which is where vret server would run on this computer."
        return Finding(ABOUT, Mark.NOTE, sentence, "To check the clinic's server, give its address with --server.")
    sentence = f"{url} does not answer ({problem})."
    return Finding(ABOUT, Mark.BAD, sentence, "Check the address and the network, then ask the clinic.")


def _versions(url: str, theirs: str) -> Finding:
    ours = version("vret")
    if theirs == ours:
        return Finding(ABOUT, Mark.GOOD, f"{url} answers, version {theirs} like this program.")
    sentence = f"{url} answers with version {theirs}, this program has {ours}."
    return Finding(ABOUT, Mark.NOTE, sentence, "Neighbouring versions work together; otherwise update the older one.")


def _clocks(ahead_s: float) -> Finding:
    about = "clock of the server"
    if abs(ahead_s) <= CLOCK_S:
        return Finding(about, Mark.GOOD, "it agrees with this computer's.")
    direction = "ahead of" if ahead_s > 0 else "behind"
    sentence = f"this computer's clock is {abs(ahead_s):.0f} s {direction} the server's."
    return Finding(about, Mark.NOTE, sentence, "Let the system set date and time by itself.")
