"""What is found of the line to the relay: a real coturn, a line that loses packets, ways that are shut."""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.network import Conditions, two_networks
from tests.server.coturn import LOOPBACK_MAY_BE_REACHED, Coturn
from tests.server.programs import free_port
from vret.doctor.finding import Finding, Mark
from vret.doctor.line import check_line, judged_line, tried, try_ways
from vret.link.relay import Way
from vret.link.trial import Figures
from vret.memory.call import Relay
from vret_server.turn import TurnCredential

GOOD = Figures(0.0, 40.0, 60.0, 2.0, 1.2e6)


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with Coturn(tmp_path_factory.mktemp("coturn"), more=LOOPBACK_MAY_BE_REACHED) as relay:
        yield relay


def relay_of(credential: TurnCredential, *urls: str) -> Relay:
    return Relay(urls=urls or credential.urls, username=credential.username, credential=credential.credential)


def examined(relay: Relay) -> tuple[Finding, ...]:
    return asyncio.run(tried(relay))


@pytest.mark.parametrize(
    ("figures", "mark"),
    [
        (GOOD, Mark.GOOD),
        (GOOD._replace(lost=0.07), Mark.NOTE),
        (GOOD._replace(round_trip_ms=450.0), Mark.NOTE),
        (GOOD._replace(lost=0.12), Mark.BAD),
        (GOOD._replace(round_trip_ms=700.0), Mark.BAD),
    ],
)
def test_a_line_is_judged_as_the_call_is(figures: Figures, mark: Mark) -> None:
    voice, bandwidth = judged_line(Way.UDP, figures)
    assert (voice.mark, bool(voice.advice)) == (mark, mark is not Mark.GOOD)
    assert bandwidth.mark is Mark.GOOD


@pytest.mark.parametrize(("bits_per_s", "mark"), [(1e5, Mark.BAD), (5e5, Mark.NOTE), (9e5, Mark.GOOD)])
def test_bandwidth_is_judged_by_voice_and_picture(bits_per_s: float, mark: Mark) -> None:
    _, bandwidth = judged_line(Way.UDP, GOOD._replace(bits_per_s=bits_per_s))
    assert bandwidth.mark is mark


def test_a_way_that_is_shut_is_noted_where_another_is_open(coturn: Coturn) -> None:
    """Nothing listens for TCP, and the relay's certificate is from nobody whom this computer trusts."""
    udp, _, tls = coturn.urls
    shut = f"turn:{coturn.host}:{free_port()}?transport=tcp"
    found, best = asyncio.run(try_ways(relay_of(coturn.turn.mint("s1"), tls, shut, udp)))
    assert [finding.mark for finding in found] == [Mark.NOTE, Mark.NOTE, Mark.GOOD]
    assert "by TLS the relay does not prove who it is; another way is open" in found[0].sentence
    assert "by TCP nothing comes through; another way is open" in found[1].sentence
    assert best is not None
    assert best.url == udp


def test_no_way_is_bad_and_says_what_to_do(coturn: Coturn) -> None:
    shut = f"turn:{coturn.host}:{free_port()}?transport=tcp"
    (found,) = examined(relay_of(coturn.turn.mint("s1"), shut))
    assert found.mark is Mark.BAD
    assert "Try another network" in found.advice


def test_expired_and_foreign_credentials_are_told_apart_from_a_shut_line(coturn: Coturn, tmp_path: Path) -> None:
    tcp = coturn.urls[1]
    expired = coturn.turn.credential("s1", int(time.time()) - 2)
    foreign = Coturn(tmp_path).turn.mint("s1")
    for credential in (expired, foreign):
        (found,) = examined(relay_of(credential, tcp))
        assert found.mark is Mark.BAD
        assert found.sentence == "by TCP the relay does not let this computer in."


def test_a_relay_that_nobody_may_pass_carries_nothing(tmp_path: Path) -> None:
    """As shipped it relays to no address inside, and here its own is one."""
    with Coturn(tmp_path) as relay:
        (found,) = examined(relay_of(relay.turn.mint("s1"), relay.urls[1]))
    assert found.mark is Mark.BAD


def test_without_a_code_nobody_is_asked() -> None:
    (found,) = asyncio.run(check_line("http://127.0.0.1:9", None, allow_plain_http=False))
    assert (found.mark, found.about) == (Mark.NOTE, "line")


def test_a_line_that_loses_packets_and_is_slow(tmp_path: Path) -> None:
    """Each packet of the trial passes the line twice: 6 % lost each time, 40 ms late each time."""
    with two_networks() as (near, far, line):
        within = far.within
        # What it relays goes from its address to its address, inside the far network.
        peers = "allow-loopback-peers", f"allowed-peer-ip={far.address}"
        with Coturn(tmp_path, more=peers, host=far.address, within=within) as relay:
            line.set(Conditions(delay_ms=40, loss=0.06))
            lent = msgspec.json.encode(relay_of(relay.turn.mint("s1"), relay.urls[0])).decode()
            code = (
                "import asyncio, sys, msgspec\n"
                "from vret.doctor.line import tried\n"
                "from vret.memory.call import Relay\n"
                "found = asyncio.run(tried(msgspec.json.decode(sys.argv[1], type=Relay)))\n"
                "print(msgspec.json.encode(found).decode())\n"
            )
            command = [*near.within, sys.executable, "-c", code, lent]
            done = subprocess.run(
                command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=60, check=True
            )
    way, voice, bandwidth = msgspec.json.decode(done.stdout, type=tuple[Finding, ...])
    assert way.mark is Mark.GOOD
    figures = re.search(r"by UDP ([\d.]+) % lost, (\d+) ms to the relay and back", voice.sentence)
    assert figures is not None
    print(voice.sentence, bandwidth.sentence)
    assert 5 < float(figures[1]) < 20, "12 % of 250 packets are expected, with a deviation of 2 %"
    assert 80 <= int(figures[2]) < 140
    assert voice.mark is not Mark.GOOD
    assert voice.advice
