"""Targets: files of the headset's and the clinic's computers, and what their programs tell each other in memory."""

from functools import cache, partial
from typing import Any

import msgspec

from tests.core.alone import homework_for
from tests.fuzz.target import Target, place, written
from tests.link.signing import given
from vret.core.events import Event
from vret.core.homework import homework_of
from vret.core.report import Report
from vret.doctor.child import _FINDINGS
from vret.errors import VretError
from vret.link.acquaintance import Acquaintances
from vret.link.checked import FILE, last_check, told
from vret.link.homework import HomeworkFolder
from vret.link.keyring import KeyFile
from vret.link.saved import SavedSession, saved_sessions
from vret.memory.audio import is_earshot_wished, spoken_of, take_mixed
from vret.memory.block import Block
from vret.memory.call import FromVoice, ToVoice, VoiceStatus
from vret.memory.config import CONFIG_NAME, read_config
from vret.memory.mapped import MemoryLayoutError
from vret.memory.messages import Conversation, FrameStatus, LinkStatus, Shown, ToLink, Wearer
from vret.memory.mirrored import read_mirrored
from vret.memory.ring import Ring
from vret.memory.snapshot import Snapshot
from vret.memory.therapist_picture import TherapistPictures
from vret.recording.live import LiveLog
from vret.recording.log import Log
from vret.recording.record import Record
from vret.recording.verification import verify
from vret.review.course import read_course
from vret.review.page import Source, render
from vret.sound.prompts import PromptError, _load
from vret.unreadable import UNREADABLE
from vret_server.turn import TurnError, _read_secret

_BYTES_MAX = 64 * 1024
_GIVEN = given(homework_for())


# -- small files


def saved(data: bytes) -> None:
    folder = place() / "data" / "sessions" / "s-1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "resume.json").write_bytes(data)
    kept = SavedSession(folder)
    found = kept.read()
    list(saved_sessions(place() / "data"))
    if found is not None:
        msgspec.json.encode(found)


def acquaintances(data: bytes) -> None:
    known = Acquaintances(written("acquaintances.json", data))
    known.remember("x", b"key")


def homework(data: bytes) -> None:
    """The file, and what a therapist's page may have signed."""
    homework_of(data.decode(errors="replace"))
    folder = HomeworkFolder(written("homework.json", data).parent)
    assert folder.kept() is None, "nobody signed it"
    folder.withdraw()


def ledger(data: bytes) -> None:
    folder = HomeworkFolder(written("homework-done.json", data).parent)
    folder.keep(_GIVEN)
    written("homework-done.json", data)
    try:
        folder.ready()
    finally:
        folder.ended(counts=True)


def keys(data: bytes) -> None:
    file = KeyFile(written("keys", data))
    file.write("s-1", file.read("s-1"))


def check(data: bytes) -> None:
    told(last_check(written(FILE, data).parent))


def config(data: bytes) -> None:
    read_config(written(CONFIG_NAME, data).parent)


def secret(data: bytes) -> None:
    _read_secret(written("secret", data))


# -- logs


def log(data: bytes) -> None:
    for entry in Log(written("log.mcap", data)).entries():
        assert entry


def live(data: bytes) -> None:
    """What a death left is gone on with; a log that was reopened is good to its end."""
    path = written("live.mcap", data)
    LiveLog.reopen(path).close()
    LiveLog.reopen(path).close()


def review(data: bytes) -> None:
    """A log in which everything can be read, and nothing has to make sense."""
    path = written("review.mcap", data)
    verify(path)
    course = read_course(Log(path).entries())
    render(course, Source("review.mcap", Log(path).identity))


# -- sound


def prompt(data: bytes) -> None:
    _load(written("prompt.wav", data))


# -- memory between the processes


def ring(data: bytes) -> None:
    ring = Ring.attach(written("ring", data))
    try:
        messages = ring.read(64)
        for message in messages:
            spoken_of(message)
        ring.release(len(messages))
        assert 0 <= ring.fill <= 1
        ring.push(b"x")
    finally:
        ring.close()


def mixed(data: bytes) -> None:
    """The same, where it holds blocks of sound."""
    ring = _a_ring()
    ring.clear()
    for message in data.split(b"\n"):
        ring.push(message[: _BYTES_MAX // 2])
    take_mixed(ring)


@cache
def _a_ring() -> Ring:
    return Ring.create(place() / "a-ring", _BYTES_MAX)


def block(data: bytes) -> None:
    for read in (Block.read, read_mirrored, partial(is_earshot_wished, t_ns=0), _picture):
        block = Block.attach(written("block", data))
        try:
            read(block)
        except MemoryLayoutError:
            continue
        finally:
            block.close()


def _picture(block: Block) -> None:
    pictures = TherapistPictures(block)
    pictures.look()
    pictures.is_seen(0)
    pictures.rgba.release()


def picture(data: bytes) -> None:
    """What a whole block says, which is a picture or not."""
    block = _a_block()
    block.publish(data[: block.size])
    read_mirrored(block)
    is_earshot_wished(block, 0)
    _picture(block)


@cache
def _a_block() -> Block:
    return Block.create(place() / "a-block", _BYTES_MAX)


def snapshot(data: bytes) -> None:
    snapshot = Snapshot.attach(written("snapshot", data))
    try:
        if (newest := snapshot.newest) is not None:
            snapshot.read(newest)
    finally:
        snapshot.close()


_MESSAGES: tuple[Any, ...] = (
    *(Event, Record, Report, ToLink, ToVoice, FromVoice),
    *(VoiceStatus, Conversation, FrameStatus, LinkStatus, Shown, Wearer),
)
_DECODERS = tuple(msgspec.msgpack.Decoder(kind) for kind in _MESSAGES)


def message(data: bytes) -> None:
    """What the processes say to each other: it is packed again as it was understood."""
    for decoder in _DECODERS:
        try:
            understood = decoder.decode(data)
        except UNREADABLE:
            continue
        assert decoder.decode(msgspec.msgpack.encode(understood)) is not None


def findings(data: bytes) -> None:
    _FINDINGS.decode(data)


TARGETS = (
    Target("saved", saved),
    Target("acquaintances", acquaintances),
    Target("homework", homework),
    Target("ledger", ledger, (VretError,)),
    Target("keys", keys),
    Target("check", check),
    Target("config", config, (VretError,)),
    Target("secret", secret, (TurnError,)),
    Target("log", log, (VretError,), longest=65536),
    Target("live", live, (VretError,), longest=65536),
    Target("review", review, (VretError,), longest=65536),
    Target("prompt", prompt, (PromptError,), longest=16384),
    Target("ring", ring, (MemoryLayoutError,)),
    Target("mixed", mixed, (MemoryLayoutError,)),
    Target("block", block, (MemoryLayoutError,)),
    Target("picture", picture, longest=16384),
    Target("snapshot", snapshot, (MemoryLayoutError,)),
    Target("message", message),
    Target("findings", findings, UNREADABLE),
)
