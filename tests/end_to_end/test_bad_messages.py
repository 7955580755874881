"""What must not shake a session that goes on: bad messages, garbage from either side, a full disk, a slow computer."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path

import httpx
import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.end_to_end.rig import PATIENCE_S, PLAN, HeadsetProgram, Therapist, climb, compare, refusal_of, until
from tests.faults.measured import Measured
from tests.faults.reading import Reading
from tests.server.people import PASSWORD, add_account, hello_of
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.core import commands
from vret.core.effects import Refusal, State
from vret.core.events import LogHealthChanged
from vret.core.measures import EndedHow
from vret.core.report import Report
from vret.headset.controls import Button
from vret.link.saved import Saved, session_folder
from vret.link.wire import ErrorCode, Role
from vret.recording.log import read_records
from vret.recording.verification import verify
from vret_server.accounts import AccountRole

EMAIL = "t@clinic.example"
MIB = 1 << 20


async def practise(headset: HeadsetProgram, therapist: Therapist) -> None:
    """Stop once, say ready, compare the words, and come back to the calm room."""
    await headset.press(Button.STOP)
    await therapist.state(State.STOPPED)
    await headset.press(Button.READY)
    await compare(headset, therapist)
    await therapist.insist(commands.Resume(level=commands.ResumeLevel.CALM))
    await therapist.state(State.CALM)


# -- messages of a console

_PAUSE = {"type": "CommandMessage", "command_id": "c", "sequence": 10**6, "beacon": 0, "sent_ns": 0}

BAD: dict[str, tuple[str | bytes, ErrorCode, str]] = {
    "no JSON": ("\x00garbage", ErrorCode.BAD_MESSAGE, "cannot be read"),
    "1 MB of garbage": ("x" * MIB, ErrorCode.TOO_LARGE, "1048576 bytes; 262144 are allowed"),
    "1 MB of binary garbage": (b"\xff" * MIB, ErrorCode.NOT_ALLOWED, "Only a headset may send binary messages."),
    "wrong type": ('{"type":"Levitate"}', ErrorCode.UNKNOWN_TYPE, "There is no message of type 'Levitate'."),
    "another's type": (
        '{"type":"Admit","therapist":"me"}',
        ErrorCode.NOT_ALLOWED,
        "A therapist may not send Admit.",
    ),
    "unknown field": (
        json.dumps({**_PAUSE, "command": {"type": "SetLevel", "level": 100, "gently": True}}),
        ErrorCode.UNKNOWN_FIELD,
        "the field command.gently is not known here, so nothing of it was done",
    ),
    "wrong field": (
        json.dumps({**_PAUSE, "command": {"type": "SetLevel", "level": "high"}}),
        ErrorCode.BAD_MESSAGE,
        "Expected `int`, got `str` - at `$.command.level`",
    ),
    "unknown command": (
        json.dumps({**_PAUSE, "command": {"type": "Levitate"}}),
        ErrorCode.BAD_MESSAGE,
        "Invalid value 'Levitate' - at `$.command.type`",
    ),
}


async def answered(socket: ClientConnection) -> dict[str, str]:
    """The next time that this console is turned away; reports and records go by."""
    async with asyncio.timeout(30):
        while True:
            data = await socket.recv()
            if isinstance(data, str) and (message := json.loads(data))["type"] == "Turned":
                return dict(message)


async def turned_away(url: str, cookie: str, **hello: object) -> dict[str, str]:
    """What a console hears that says this hello."""
    async with connect(url, additional_headers={"Cookie": cookie}, compression=None, proxy=None) as socket:
        with suppress(ConnectionClosed):  # turned away before it said anything
            await socket.send(msgspec.json.encode(hello_of(Role.THERAPIST, **hello)).decode())
        return await answered(socket)


async def bad_messages(server: ServerProgram, headset: HeadsetProgram, therapist: Therapist) -> None:
    await climb(therapist, "plaza")
    before = await therapist.state(State.EXPOSED, State.HELD)
    async with httpx.AsyncClient(base_url=server.url, timeout=20) as client:
        login = await client.post("/api/login", json={"email": EMAIL, "password": PASSWORD})
    cookie = "; ".join(f"{name}={value}" for name, value in login.cookies.items())
    rooms = f"{server.socket_url}/ws/therapist/"
    room = rooms + therapist.session_id
    for hello, code in (
        ({"protocol": (7, 9)}, ErrorCode.PROTOCOL_MISMATCH),
        ({"axis_vocabulary": 99}, ErrorCode.AXIS_VOCABULARY_MISMATCH),
        ({"role": Role.HEADSET}, ErrorCode.NOT_ALLOWED),
    ):
        assert (await turned_away(room, cookie, **hello))["code"] == code
    assert (await turned_away(rooms + "elsewhere", cookie))["code"] == ErrorCode.NO_SUCH_SESSION
    async with connect(room, additional_headers={"Cookie": cookie}, compression=None, proxy=None) as socket:
        await socket.send(msgspec.json.encode(hello_of(Role.THERAPIST)).decode())
        for name, (data, code, words) in BAD.items():
            await socket.send(data)
            told = await answered(socket)
            assert (told["code"], words in told["message"]) == (code, True), (name, told)
            assert "\n" not in told["message"]
    await therapist.link.lead(PATIENCE_S)
    after = therapist.report
    assert after is not None
    assert (after.scene, after.step_index) == (before.scene, before.step_index)
    for command in (commands.SetLevel(level=10_001), commands.SetLevel(level=-1)):
        assert await refusal_of(therapist, command) is Refusal.OUT_OF_RANGE
    moon = commands.SetRung(scene="heights", rung="moon")
    assert await refusal_of(therapist, moon) is Refusal.UNKNOWN_RUNG


def test_bad_messages_are_answered_and_move_nothing(sqlite_server: ServerProgram, tmp_path: Path) -> None:
    add_account(sqlite_server, EMAIL, AccountRole.THERAPIST)

    async def play() -> None:
        therapist = Therapist(sqlite_server.url)
        async with therapist.link:
            code = await therapist.prepare(EMAIL)
            headset = await HeadsetProgram(tmp_path, sqlite_server.url).start(code)
            try:
                await therapist.admit()
                await practise(headset, therapist)
                await bad_messages(sqlite_server, headset, therapist)
                await headset.press(Button.STOP)
                await therapist.state(State.STOPPED)
                await therapist.insist(commands.End(how=EndedHow.ESCAPED))
                assert await headset.ended() == 0, headset.output()
            finally:
                await end(headset)
        assert "Traceback" not in headset.output() + sqlite_server.complaints() + outputs(tmp_path)

    asyncio.run(play())


async def end(headset: HeadsetProgram) -> None:
    if headset.process is not None and headset.process.poll() is None:
        headset.process.kill()
        await headset.ended()


def outputs(folder: Path) -> str:
    """What the children of the headset program printed."""
    return "".join(path.read_text() for path in (folder / "data" / "logs").glob("*.log"))


# -- garbage from a server


GARBAGE: tuple[str | bytes, ...] = (
    "x" * MIB,
    b"\x00" * MIB,
    "[" * 100_000,
    '{"type":"Welcome"}',
    '{"type":"Admit"}',
    "",
)


def test_a_server_that_sends_garbage_leaves_the_person_where_they_are(tmp_path: Path) -> None:
    visits: list[int] = []

    async def rave(socket: ServerConnection) -> None:
        await socket.recv()
        visits.append(len(visits))
        for garbage in GARBAGE[visits[-1] % len(GARBAGE) :]:
            await socket.send(garbage)

    async def play() -> None:
        async with serve(rave, "127.0.0.1", 0, compression=None) as server:
            port = server.sockets[0].getsockname()[1]
            url = f"http://127.0.0.1:{port}"
            (tmp_path / "data").mkdir()
            session_folder(tmp_path / "data", "s-1").write(Saved(url, "s-1", "token", PLAN))
            headset = await HeadsetProgram(tmp_path, url).start()
            try:
                assert headset.memory is not None
                await until(lambda: len(visits) >= 3, "three visits")
                content = await until(headset.memory.report.read, "a report")
                assert msgspec.msgpack.decode(content, type=Report).state is State.WAITING
                headset.wear(buttons=int(Button.STOP))
                await headset.frames(3)
                assert await headset.close() == 0, headset.output()
            finally:
                await end(headset)
        assert "Traceback" not in headset.output() + outputs(tmp_path)
        assert "line lost: the server sent a message that cannot be read" in outputs(tmp_path)

    asyncio.run(play())


# -- a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 260 MiB as the data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=260m", "vret-test", str(folder)]
    if sys.platform != "linux" or mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs root on Linux: a small file system is mounted")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_forbids_rises_until_there_is_room_and_loses_nothing(
    sqlite_server: ServerProgram, small_disk: Path, tmp_path: Path, measured: Measured
) -> None:
    add_account(sqlite_server, EMAIL, AccountRole.THERAPIST)

    async def play() -> None:
        therapist = Therapist(sqlite_server.url)
        async with therapist.link:
            code = await therapist.prepare(EMAIL)
            headset = await HeadsetProgram(tmp_path, sqlite_server.url).start(code)
            try:
                await therapist.admit()
                await practise(headset, therapist)
                filled_ns = await fill_and_free(small_disk, headset, therapist)
                await therapist.insist(commands.End(how=EndedHow.CHOSEN_STEP))
                assert await headset.ended() == 0, headset.output()
            finally:
                await end(headset)
        assert "Traceback" not in headset.output() + outputs(tmp_path)
        (log,) = headset.logs()
        assert verify(log).equal
        told = [record.event for record in read_records(log) if isinstance(record.event, LogHealthChanged)]
        refused_ns = next(event.t_ns for event in told if event.t_ns > filled_ns and not event.healthy)
        lost = Reading([log], therapist.link.records).lost
        measured("headset_disk_full", refused_s=(refused_ns - filled_ns) / 1e9, lost=len(lost))
        reasons = [event.reason for event in told]
        assert any("make room there" in reason for reason in reasons)
        assert told[-1].healthy

    asyncio.run(play())


async def fill_and_free(disk: Path, headset: HeadsetProgram, therapist: Therapist) -> int:
    """When there was no room any more."""
    ballast = disk / "ballast"
    rung = commands.SetRung(scene="heights", rung="plaza")
    with ballast.open("wb", buffering=0) as file:
        for _ in range(100):
            file.write(bytes(MIB))
        filled_ns = now_ns()
        await until(lambda: therapist.report and not therapist.report.log_healthy, "the log's complaint")
        assert await refusal_of(therapist, rung) is Refusal.LOG_UNHEALTHY
        with pytest.raises(OSError, match="No space left"):
            fill(file)
    assert await refusal_of(therapist, rung) is Refusal.LOG_UNHEALTHY
    await headset.press(Button.STOP)
    await until(lambda: state_of(headset) is State.STOPPED, "the stop")
    ballast.unlink()
    await until(lambda: therapist.report and therapist.report.log_healthy, "the log's health")
    await headset.press(Button.READY)
    await therapist.insist(commands.Resume(level=commands.ResumeLevel.CALM))
    await therapist.state(State.CALM)
    await therapist.insist(rung)
    await therapist.state(State.EXPOSED)
    return filled_ns


def fill(file: FileIO) -> None:
    """To the last block."""
    while True:
        file.write(bytes(4096))


def state_of(headset: HeadsetProgram) -> State | None:
    assert headset.memory is not None
    content = headset.memory.report.read()
    return None if content is None else msgspec.msgpack.decode(content, type=Report).state


# -- a slow computer


def test_a_computer_that_is_too_slow_is_told_of_and_nothing_goes_on(
    sqlite_server: ServerProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two frames a second are too few for a scene to go on, whatever takes the time."""
    monkeypatch.setenv("FRAME_RATE_HZ", "2")
    add_account(sqlite_server, EMAIL, AccountRole.THERAPIST)

    async def play() -> None:
        therapist = Therapist(sqlite_server.url)
        async with therapist.link:
            code = await therapist.prepare(EMAIL)
            headset = await HeadsetProgram(tmp_path, sqlite_server.url).start(code)
            try:
                await therapist.admit()
                await until(lambda: "This computer is too slow" in headset.output(), "the sentence")
                await headset.press(Button.STOP)
                await therapist.state(State.STOPPED)
                await headset.press(Button.READY)
                await until(lambda: therapist.report and therapist.report.ready, "ready")
                resume = commands.Resume(level=commands.ResumeLevel.CALM)
                assert await therapist.tell(resume) is Refusal.LEASE_STALE
                assert await headset.close() == 0, headset.output()
            finally:
                await end(headset)
        (said,) = [line for line in headset.output().splitlines() if "too slow" in line]
        assert "so no scene can begin or go on" in said
        assert "This is technical, not you." in said

    asyncio.run(play())
