"""`vret server doctor`: whether the TURN relay serves the two ends of a session as they use it, and nobody else."""

import asyncio
import ipaddress
import secrets
import socket
import ssl
import time
from collections.abc import AsyncIterator

from aioice.stun import TransactionError, TransactionFailed

from vret.doctor.finding import Finding, Mark, line
from vret.link.allocation import Allocation, allocated
from vret.link.relay import TurnAddress, Way
from vret_server.settings import Settings
from vret_server.tables import now_unix_ms
from vret_server.turn import Turn, TurnCredential, open_turn, signed

NAME = "doctor"
"""Stands where a session's id would, so that quotas and the relay's log tell its credentials from theirs."""

INSIDE = ("127.0.0.1", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1")
PROBE_BYTES = 160
PROBE_S = 1.0
PROBES = 5
EXPIRED_S = 120
DAY_S = 86_400
UNAUTHORIZED, FORBIDDEN = 401, 403
_TROUBLE = (TransactionError, OSError)
_SET_CLOCKS = "Let relay, server and this computer set date and time by themselves (systemd-timesyncd)."
_FULL = {486: "user-quota or total-quota", 508: "min-port to max-port"}


async def report(findings: AsyncIterator[Finding]) -> int:
    """Prints each as soon as it is known. The exit status."""
    bad = []
    async for finding in findings:
        print(line(finding), flush=True)
        if finding.mark is Mark.BAD:
            bad.append(finding.about)
    if bad:
        print(f"\nThis must be mended: {', '.join(dict.fromkeys(bad))}.")
    return 1 if bad else 0


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Raises TurnError where the relay's settings make no sense."""
    turn = open_turn(settings)
    if turn is None:
        sentence = "no relay is set, so two ends behind home routers will mostly not hear each other."
        advice = "Set one up as docs/server.md says, then give --turn-urls and --turn-secret-file before doctor."
        yield Finding("TURN", Mark.BAD, sentence, advice)
        return
    for address in turn.addresses:
        for finding in await examined(turn, address):
            yield finding


async def examined(turn: Turn, address: TurnAddress, trusted: ssl.SSLContext | None = None) -> tuple[Finding, ...]:
    """What there is to say of one address. `trusted` replaces the certificates that this computer trusts."""
    try:
        valid = turn.mint(NAME)
        async with allocated(address, valid, trusted) as near, allocated(address, valid, trusted) as far:
            first = await _passage(address, near, far), await _inside(address, near)
        return *first, await _strangers(turn, address, trusted)
    except _TROUBLE as trouble:
        if _code(trouble) == UNAUTHORIZED:
            return (await _refusal(turn, address, trusted),)
        return (_bad(address, *_why(address, trouble)),)


async def _passage(address: TurnAddress, near: Allocation, far: Allocation) -> Finding:
    """A datagram the size of a voice packet from one end's relayed address to the other's, and back."""
    host = far.relayed[0]
    try:
        passed_s = await _round_trip_s(near, far)
    except TransactionFailed as refused:
        if _code(refused) != FORBIDDEN:
            raise
        if ipaddress.ip_address(host).is_global:
            advice = f"Take the denied-peer-ip that covers {host} out of turnserver.conf."
            return _bad(address, f"the relay refuses its own address {host} as a peer.", advice)
        advice = "Set external-ip in turnserver.conf to the relay's public address."
        return _bad(address, f"the relay gives out {host}, an address inside a network, and refuses it.", advice)
    if passed_s is None:
        advice = (
            "Let UDP from min-port to max-port (49152 to 65535) through the firewall, also from the relay to its own "
            "public address, and check external-ip in turnserver.conf."
        )
        return _bad(address, f"the relay lets us in, but nothing comes through {host}.", advice)
    return _good(address, f"{address.url} carried a datagram between two ends and back in {1e3 * passed_s:.0f} ms.")


async def _round_trip_s(near: Allocation, far: Allocation) -> float | None:
    """None if nothing came back. An end takes in only what comes from where it has sent to: far sends first."""
    await far.send(b"", near.relayed)
    for _ in range(PROBES):
        probe = secrets.token_bytes(PROBE_BYTES)
        started_s = time.perf_counter()
        await near.send(probe, far.relayed)
        try:
            async with asyncio.timeout(PROBE_S):
                await _until(probe, far)
                await far.send(probe, near.relayed)
                await _until(probe, near)
        except TimeoutError:
            continue
        return time.perf_counter() - started_s
    return None


async def _until(probe: bytes, allocation: Allocation) -> None:
    while await allocation.next() != probe:
        pass


async def _inside(address: TurnAddress, allocation: Allocation) -> Finding:
    reached = []
    for host in INSIDE:
        try:
            await allocation.send(b"", (host, 9))
            reached.append(host)
        except TransactionFailed as refused:
            if _code(refused) != FORBIDDEN:
                raise
    if reached:
        sentence = f"the relay passes data on to {', '.join(reached)}: a way round the clinic's firewall."
        return _bad(address, sentence, "Take the denied-peer-ip lines over from vret server turn-config.")
    return _good(address, "the relay reaches into no network of its own.")


async def _strangers(turn: Turn, address: TurnAddress, trusted: ssl.SSLContext | None) -> Finding:
    """Whether forged and expired credentials are refused."""
    forged = _with_secret(turn.mint(NAME), secrets.token_hex(32))
    if await _accepts(address, forged, trusted):
        advice = "Take no-auth and user lines out of turnserver.conf, and set use-auth-secret."
        return _bad(address, "the relay lets anybody in, also with a forged password.", advice)
    if await _accepts(address, _of_age(turn, -EXPIRED_S), trusted):
        sentence = f"the relay takes credentials that expired {EXPIRED_S // 60} minutes ago: its clock is behind."
        return _bad(address, sentence, _SET_CLOCKS)
    return _good(address, "forged and expired credentials are refused.")


async def _refusal(turn: Turn, address: TurnAddress, trusted: ssl.SSLContext | None) -> Finding:
    """Why our own credentials are refused: with a clock that is wrong, one that lasts longer is good."""
    try:
        lasting = await _accepts(address, _of_age(turn, DAY_S), trusted)
    except _TROUBLE as trouble:
        return _bad(address, *_why(address, trouble))
    if lasting:
        sentence = f"the relay's clock is more than {turn.lifetime_s // 60} minutes ahead of this computer's."
        return _bad(address, sentence, _SET_CLOCKS)
    advice = (
        "Give --turn-secret-file and static-auth-secret in turnserver.conf the same secret, see that use-auth-secret "
        "stands there too, and restart the relay."
    )
    return _bad(address, "the relay refuses credentials that were made with this secret.", advice)


async def _accepts(address: TurnAddress, credential: TurnCredential, trusted: ssl.SSLContext | None) -> bool:
    try:
        async with allocated(address, credential, trusted):
            return True
    except TransactionFailed as refused:
        if _code(refused) == UNAUTHORIZED:
            return False
        raise


def _of_age(turn: Turn, left_s: int) -> TurnCredential:
    return turn.credential(NAME, now_unix_ms() // 1000 + left_s)


def _with_secret(credential: TurnCredential, secret: str) -> TurnCredential:
    password = signed(secret, credential.username)
    return TurnCredential(credential.urls, credential.username, password, credential.expires_unix_ms)


def _why(address: TurnAddress, trouble: Exception) -> tuple[str, str]:
    """A sentence, and what to do."""
    transport = "UDP" if address.way is Way.UDP else "TCP"
    start = (
        f"Check --turn-urls, start the relay (systemctl status coturn), and let {transport} {address.port} through "
        "the firewall."
    )
    match trouble:
        case ssl.SSLCertVerificationError():
            advice = (
                f"Give coturn a certificate for {address.host} from a public authority, with its chain, that is valid "
                "now."
            )
            return f"the certificate of {address.url} is not trusted ({trouble.verify_message}).", advice
        case ssl.SSLError():
            return (
                f"nothing speaks TLS at {address.url}.",
                f"{start} Its log says at the start if it cannot read cert or pkey.",
            )
        case socket.gaierror():
            return f"the name {address.host} is not known.", "Check --turn-urls and the name's entry in DNS."
        case TransactionFailed():
            code, reason = trouble.response.attributes.get("ERROR-CODE", (0, "no reason"))
            if code in _FULL:
                return f"the relay is full ({reason}).", f"Try again later, or raise {_FULL[code]} in turnserver.conf."
            return f"the relay refuses ({code} {reason}).", "See the relay's log: journalctl -u coturn."
        case TimeoutError() | TransactionError():
            return f"nothing answers at {address.url}.", start
        case _:
            return f"{address.url} cannot be reached ({trouble}).", start


def _code(trouble: Exception) -> int | None:
    return trouble.response.error_code if isinstance(trouble, TransactionFailed) else None


def _good(address: TurnAddress, sentence: str) -> Finding:
    return Finding(_about(address), Mark.GOOD, sentence)


def _bad(address: TurnAddress, sentence: str, advice: str) -> Finding:
    return Finding(_about(address), Mark.BAD, sentence, advice)


def _about(address: TurnAddress) -> str:
    return f"TURN by {address.way}"
