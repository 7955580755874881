"""What a log says about itself before its first entry: format, program, session, vocabulary, content."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version

import msgspec
from mcap.records import Channel, Header, Metadata, Schema

from vret.clock import now_ns
from vret.core.axes import AXIS_VOCABULARY_VERSION
from vret.core.events import SessionOpened
from vret.recording.container import packed
from vret.recording.record import ClockEstimate, Entry, FrameRecord, Record

FORMAT = 1
PROFILE = "vret"
SESSION = "vret.session"
DEVICE = "vret.device"

CHANNELS: dict[type[Entry], tuple[int, str]] = {
    Record: (1, "/events"),
    FrameRecord: (2, "/frames"),
    ClockEstimate: (3, "/clock"),
}
"""The id and topic of each kind of entry; its schema has the same id and the type's name."""


class Identity(msgspec.Struct, frozen=True):
    """`scenes` gives the content hash of each scene by name. `started_t_ns` is the headset's clock at `started_utc`."""

    session_id: str
    program: str
    axis_vocabulary: int
    mark: str
    scenes: dict[str, str]
    started_utc: str
    started_t_ns: int
    format: int = FORMAT

    def to_metadata(self) -> dict[str, str]:
        """MCAP metadata is text to text; what is not text is written as JSON."""
        return {
            name: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
            for name, value in msgspec.to_builtins(self).items()
        }


class DisplayProfile(msgspec.Struct, frozen=True):
    """What the pictures were made for and by, once it is known."""

    headset: str
    renderer: str
    view_width: int
    view_height: int
    frame_rate_hz: float
    device: str = ""
    runtime: str = ""
    floor: str = ""

    def to_metadata(self) -> dict[str, str]:
        return {name: str(value) for name, value in msgspec.to_builtins(self).items()}


def this_program() -> str:
    """The name and version that go into logs and greetings."""
    return f"vret {version('vret')}"


def identity_of(opened: SessionOpened) -> Identity:
    """The identity of a session that begins now on this machine."""
    return Identity(
        session_id=opened.session_id,
        program=this_program(),
        axis_vocabulary=AXIS_VOCABULARY_VERSION,
        mark=opened.plan.mark,
        scenes={rules.name: rules.content_hash for rules in opened.scenes},
        started_utc=datetime.now(UTC).isoformat(timespec="milliseconds"),
        started_t_ns=now_ns(),
    )


def identity_from(metadata: dict[str, str]) -> Identity:
    """What `to_metadata` wrote; fields that this program does not know are ignored. Raises msgspec.ValidationError."""
    texts = {"session_id", "program", "mark", "started_utc"}
    values = {
        name: value if name in texts else json.loads(value) for name, value in metadata.items() if name in _FIELDS
    }
    return msgspec.convert(values, Identity)


_FIELDS = frozenset(Identity.__struct_fields__)


def schema_of(kind: type[Entry]) -> bytes:
    """The JSON Schema of one kind of entry, generated from its type."""
    return msgspec.json.encode(msgspec.json.schema(kind))


def preamble(identity: Identity) -> Iterable[bytes]:
    """The MCAP records that every log begins with."""
    yield packed(Header(PROFILE, identity.program))
    yield packed(Metadata(SESSION, identity.to_metadata()))
    for kind, (number, topic) in CHANNELS.items():
        yield packed(Schema(id=number, data=schema_of(kind), encoding="jsonschema", name=kind.__name__))
        yield packed(Channel(id=number, topic=topic, message_encoding="json", metadata={}, schema_id=number))
