"""`vret server doctor` beside a real coturn, with the faults that an operator makes."""

import asyncio
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vret.doctor.finding import Finding, Mark
from vret.link import allocation
from vret_server.doctor import examined
from vret_server.turn import Turn, TurnCredential, read_turn_url

from .coturn import LOOPBACK_MAY_BE_REACHED, Coturn
from .outside import ADDRESS, VRET, in_own_network
from .programs import free_port

ROOT = Path(__file__).parents[2]
UDP, TCP, TLS = range(3)


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with Coturn(tmp_path_factory.mktemp("coturn"), more=LOOPBACK_MAY_BE_REACHED) as relay:
        yield relay


def _said(relay: Coturn, turn: Turn | None = None, way: int = UDP) -> tuple[Finding, ...]:
    turn = turn or relay.turn
    return asyncio.run(examined(turn, turn.addresses[way], relay.trusted))


def _fault(relay: Coturn, turn: Turn | None = None, way: int = UDP) -> str:
    """The one thing that is wrong."""
    (bad,) = [finding for finding in _said(relay, turn, way) if finding.mark is Mark.BAD]
    assert bad.advice
    return f"{bad.about}: {bad.sentence} {bad.advice}"


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)


def _vret_server(*arguments: str) -> subprocess.CompletedProcess[str]:
    return _run([*VRET, "server", *arguments])


def test_the_shipped_configuration_at_a_public_address_is_good(tmp_path: Path) -> None:
    if shutil.which("turnserver") is None:
        pytest.skip("needs coturn: apt install coturn")
    trial = _run(in_own_network("true"))
    if trial.returncode != 0:
        pytest.skip(f"needs a network of its own: {trial.stderr.strip()}")
    done = _run(in_own_network(sys.executable, "-m", "tests.server.outside", str(tmp_path)))
    assert done.returncode == 0, done.stdout + done.stderr
    findings = [line for line in done.stdout.splitlines() if line.startswith((*Mark,))]
    assert all(line.startswith(Mark.GOOD) for line in findings)
    for way in ("UDP", "TCP", "TLS"):
        about_way = [line for line in findings if f"TURN by {way}:" in line]
        assert len(about_way) == 3
        assert ADDRESS in about_way[0]


def test_a_way_inside_is_named(coturn: Coturn) -> None:
    for way in (UDP, TCP, TLS):
        passage, _, strangers = _said(coturn, way=way)
        assert (passage.mark, strangers.mark) == (Mark.GOOD, Mark.GOOD)
        assert "carried a datagram between two ends and back" in passage.sentence
        assert "passes data on to 127.0.0.1: a way round" in _fault(coturn, way=way)


def test_a_relay_behind_nat_that_does_not_know_it(tmp_path: Path) -> None:
    with Coturn(tmp_path) as relay:
        assert "gives out 127.0.0.1, an address inside a network" in _fault(relay)
        assert "external-ip" in _fault(relay)


def test_a_wrong_secret(coturn: Coturn) -> None:
    assert "refuses credentials that were made with this secret" in _fault(coturn, coturn.turn_with("w" * 40))


class _Off(Turn):
    """Made at a computer whose clock is off by so much."""

    off_s = 0

    def credential(self, session_id: str, expires_unix_s: int) -> TurnCredential:
        return super().credential(session_id, expires_unix_s + self.off_s)


@pytest.mark.parametrize(
    ("off_s", "words"),
    [(-3600, "clock is more than 10 minutes ahead of this"), (3600, "takes credentials that expired 2 minutes ago")],
)
def test_a_clock_that_is_off(tmp_path: Path, off_s: int, words: str) -> None:
    with Coturn(tmp_path, more=LOOPBACK_MAY_BE_REACHED) as relay:
        turn = _Off(relay.turn.addresses, relay.secret, 600)
        turn.off_s = off_s
        assert words in " ".join(finding.sentence for finding in _said(relay, turn))


def test_a_relay_that_takes_anybody(tmp_path: Path) -> None:
    without = {"use-auth-secret": "no-auth", "#static-auth-secret=": ""}
    with Coturn(tmp_path, more=LOOPBACK_MAY_BE_REACHED, instead=without) as relay:
        assert "lets anybody in, also with a forged password" in " ".join(each.sentence for each in _said(relay))


def test_a_relay_that_is_full(tmp_path: Path) -> None:
    with Coturn(tmp_path, instead={"user-quota=128": "user-quota=1"}) as relay:
        assert "the relay is full" in _fault(relay)


def test_a_certificate_that_is_not_trusted(coturn: Coturn) -> None:
    turn = coturn.turn
    (finding,) = asyncio.run(examined(turn, turn.addresses[TLS]))
    assert finding.mark is Mark.BAD
    assert f"the certificate of {coturn.urls[TLS]} is not trusted (" in finding.sentence


@contextmanager
def _something_else(answer: bytes) -> Iterator[int]:
    """The port of a program that takes connections and is no relay."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            taken, _ = listener.accept()
            with taken:
                taken.recv(4096)
                taken.sendall(answer)
                taken.recv(4096)

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(timeout=30)


def test_an_address_at_which_no_relay_is(coturn: Coturn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocation, "ANSWER_S", 1.0)

    def fault(url: str) -> str:
        return _fault(coturn, Turn([read_turn_url(url)], coturn.secret, 600))

    empty = free_port()
    assert f"nothing answers at turn:127.0.0.1:{empty}" in fault(f"turn:127.0.0.1:{empty}")
    assert f"let UDP {empty} through" in fault(f"turn:127.0.0.1:{empty}")
    assert "cannot be reached" in fault(f"turn:127.0.0.1:{empty}?transport=tcp")
    assert f"let TCP {empty} through" in fault(f"turns:127.0.0.1:{empty}")
    assert "the name turn.invalid is not known" in fault("turn:turn.invalid?transport=tcp")
    with _something_else(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert "nothing speaks TLS at" in fault(f"turns:127.0.0.1:{port}")
    with _something_else(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert "nothing answers at" in fault(f"turn:127.0.0.1:{port}?transport=tcp")


def test_the_command_says_what_is_wrong_and_ends_with_1(coturn: Coturn, tmp_path: Path) -> None:
    none = _vret_server("doctor")
    assert none.returncode == 1
    assert "no relay is set" in none.stdout
    wrong = tmp_path / "secret"
    wrong.write_text("w" * 40)
    ended = _vret_server("--turn-urls", coturn.urls[UDP], "--turn-secret-file", str(wrong), "doctor")
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "This must be mended: TURN by UDP." in ended.stdout
    assert "w" * 40 not in ended.stdout
    unset = _vret_server("--turn-urls", coturn.urls[UDP], "doctor")
    assert unset.returncode == 2
    assert unset.stderr.startswith("vret: --turn-urls wants --turn-secret-file")
