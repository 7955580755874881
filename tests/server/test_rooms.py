"""The room's rules without any socket."""

from typing import Any

import msgspec
import pytest

from vret.core.commands import (
    AskRecording,
    Calm,
    Command,
    Continue,
    End,
    EndRecording,
    Pause,
    Resume,
    Say,
    SayHere,
    SetRung,
    StepDown,
    Stop,
)
from vret.core.measures import EndedHow
from vret.link.wire import (
    NAME_MAX,
    WATCH,
    Admit,
    Commitment,
    ErrorCode,
    Heartbeat,
    Hello,
    PeerJoined,
    PeerLeft,
    Proven,
    RecordsMessage,
    Relayed,
    ReportMessage,
    Role,
    Snapshot,
    Turned,
    Welcome,
    WordsMatch,
)
from vret_server.rooms import (
    PEERS_MAX,
    TELEMETRY_BYTES_MAX,
    Action,
    Close,
    DeviceChanged,
    Joined,
    Lane,
    Left,
    PersonAdmitted,
    Received,
    Room,
    Send,
    SessionOver,
    encode,
    hello_refusal,
    room_step,
)

from .people import command, hello_of, report_message, signed, snapshot

_ANY = msgspec.json.Decoder(
    Welcome | Turned | PeerJoined | PeerLeft | Admit | Relayed | ReportMessage | RecordsMessage | Snapshot
)


_HEARTBEAT = encode(signed(Heartbeat(sequence=1, beacon=2, beacon_received_ns=3, sent_ns=4)))


def _join(room: Room, name: str, role: Role, *, watches: bool = False, **changes: object) -> tuple[Room, list[Action]]:
    return room_step(room, Joined(name, hello_of(role, **changes), watches))


def _full_room(admitted_by: str | None = "T") -> Room:
    room, _ = _join(Room("s", admitted_by=admitted_by), "h", Role.HEADSET)
    return _join(room, "t", Role.THERAPIST)[0]


def _said(actions: list[Action], name: str) -> list[object]:
    return [_ANY.decode(action.data) for action in actions if isinstance(action, Send) and action.name == name]


def test_both_ends_hear_of_each_other_whoever_comes_first() -> None:
    for first, second in ((Role.HEADSET, Role.THERAPIST), (Role.THERAPIST, Role.HEADSET)):
        room, actions = _join(Room("s"), first, first)
        assert [type(message) for message in _said(actions, first)] == [Welcome]
        room, actions = _join(room, second, second)
        assert _said(actions, first) == [PeerJoined(peer=second, role=second, program=f"test {second}")]
        welcome, here = _said(actions, second)
        assert isinstance(welcome, Welcome)
        assert here == PeerJoined(peer=first, role=first, program=f"test {first}")
        assert {peer.name for peer in room.peers} == {first, second}


def test_consoles_do_not_hear_of_each_other() -> None:
    _, actions = _join(_full_room(), "t2", Role.THERAPIST, watches=True)
    assert _said(actions, "t") == []


def test_an_admission_reaches_the_headset_now_and_whenever_it_comes_back() -> None:
    room, actions = room_step(_full_room(admitted_by=None), PersonAdmitted("T"))
    assert _said(actions, "h") == [Admit(therapist="T")]
    room, _ = room_step(room, Left("h"))
    _, actions = _join(room, "h2", Role.HEADSET)
    welcome, *rest = _said(actions, "h2")
    assert isinstance(welcome, Welcome)
    assert welcome.admitted
    assert rest[-1] == Admit(therapist="T")


def test_a_replaced_headset_is_out_before_the_new_one_is_in() -> None:
    room, actions = _join(_full_room(), "h2", Role.HEADSET)
    (turned,) = _said(actions, "h")
    assert isinstance(turned, Turned)
    assert turned.code is ErrorCode.REPLACED
    assert Close("h", ErrorCode.REPLACED) in actions
    left, joined = _said(actions, "t")
    assert left == PeerLeft(peer="h", role=Role.HEADSET)
    assert isinstance(joined, PeerJoined)
    room, actions = room_step(room, Left("h"))
    assert actions == []
    assert room.headset is not None
    assert room.headset.name == "h2"


def test_a_new_device_starts_unadmitted() -> None:
    room, actions = room_step(_full_room(), DeviceChanged())
    assert Close("h", ErrorCode.REPLACED) in actions
    _, actions = _join(room, "h2", Role.HEADSET)
    assert not any(isinstance(message, Admit) for message in _said(actions, "h2"))
    _, actions = room_step(room, Received("t", encode(command("c"))))
    (turned,) = _said(actions, "t")
    assert isinstance(turned, Turned)
    assert turned.code is ErrorCode.NOT_ADMITTED


def test_what_a_console_says_is_wrapped_unread() -> None:
    data = b'{"beacon":1,"type" : "CommandMessage","command_id":"c","unknown":{"deep":[1.50]}}'
    _, actions = room_step(_full_room(), Received("t", data))
    assert actions == [Send("h", b'{"type":"Relayed","sender":"t","message":' + data + b"}")]


def test_before_admission_nothing_that_is_signed_passes_but_what_the_therapist_writes() -> None:
    room = _full_room(admitted_by=None)
    rise, text = (signed(command("c", asked)) for asked in (SetRung(scene="heights", rung="roof"), Say(text="x")))
    _, refused = room_step(room, Received("t", encode(rise)))
    (turned,) = _said(refused, "t")
    assert isinstance(turned, Turned)
    assert (turned.code, turned.command_id, _said(refused, "h")) == (ErrorCode.NOT_ADMITTED, "c", [])
    _, passed = room_step(room, Received("t", encode(text)))
    assert [type(said) for said in _said(passed, "h")] == [Relayed]


def test_what_the_headset_says_goes_unread_to_all_consoles() -> None:
    room, _ = _join(_full_room(), "t2", Role.THERAPIST)
    for message, lane in (
        (report_message(1), Lane.REPORT),
        (snapshot("s", 3), Lane.SURE),
        (RecordsMessage(records=()), Lane.SURE),
        (Turned(code=ErrorCode.UNKNOWN_FIELD, message="no", command_id="c"), Lane.SURE),
    ):
        data = encode(message)
        _, actions = room_step(room, Received("h", data))
        assert actions == [Send("t", data, lane), Send("t2", data, lane)]
    _, actions = room_step(room, Received("h", b"\xff\x00", binary=True))
    assert actions == [Send("t", b"\xff\x00", Lane.TELEMETRY), Send("t2", b"\xff\x00", Lane.TELEMETRY)]


def test_the_newest_console_leads_and_the_one_before_looks_on() -> None:
    room, actions = _join(_full_room(), "t2", Role.THERAPIST)
    assert room.lead == "t2"
    assert [said.code for said in _said(actions, "t") if isinstance(said, Turned)] == [ErrorCode.REPLACED]
    assert [said.leads for said in _said(actions, "t2") if isinstance(said, Welcome)] == [True]
    assert _said(room_step(room, Received("t2", _HEARTBEAT))[1], "h")
    assert room_step(room, Received("t", _HEARTBEAT))[1] == []


@pytest.mark.parametrize(("watches", "capabilities"), [(True, ()), (False, (WATCH,))])
def test_who_comes_to_watch_takes_no_lead(watches: bool, capabilities: tuple[str, ...]) -> None:
    room, actions = _join(_full_room(), "t2", Role.THERAPIST, watches=watches, capabilities=capabilities)
    assert room.lead == "t"
    assert _said(actions, "t") == []
    assert [said.leads for said in _said(actions, "t2") if isinstance(said, Welcome)] == [False]
    alone, _ = _join(Room("s"), "t2", Role.THERAPIST, watches=watches, capabilities=capabilities)
    assert alone.lead is None


@pytest.mark.parametrize("command_asked", [Stop(), Pause(), Calm(), StepDown()])
@pytest.mark.parametrize("is_signed", [False, True])
def test_whoever_looks_on_may_lower(command_asked: Command, is_signed: bool) -> None:
    room, _ = _join(_full_room(), "watcher", Role.THERAPIST, watches=True)
    asked = command("c", command_asked)
    _, actions = room_step(room, Received("watcher", encode(signed(asked) if is_signed else asked)))
    assert [said.sender for said in _said(actions, "h") if isinstance(said, Relayed)] == ["watcher"]


@pytest.mark.parametrize(
    "data",
    [
        encode(command("c", SetRung(scene="heights", rung="roof"))),
        encode(signed(command("c", SetRung(scene="heights", rung="roof")))),
        encode(command("c", Continue())),
        encode(command("c", Resume())),
        encode(command("c", End(how=EndedHow.CHOSEN_STEP))),
        b'{"type":"CommandMessage","command_id":"c","command":["Stop"]}',
        b'{"type":"CommandMessage","command_id":"c"}',
    ],
)
def test_whoever_looks_on_is_refused_the_rest(data: bytes) -> None:
    room, _ = _join(_full_room(), "watcher", Role.THERAPIST, watches=True)
    _, actions = room_step(room, Received("watcher", data))
    assert _said(actions, "h") == []
    (turned,) = _said(actions, "watcher")
    assert isinstance(turned, Turned)
    assert (turned.code, turned.command_id) == (ErrorCode.NOT_ALLOWED, "c")


def test_keys_are_agreed_on_before_admission_and_with_the_console_that_leads() -> None:
    commitment = encode(Commitment(digest=bytes(32)))
    room, _ = _join(_full_room(admitted_by=None), "watcher", Role.THERAPIST, watches=True)
    _, actions = room_step(room, Received("t", commitment))
    assert [said.sender for said in _said(actions, "h") if isinstance(said, Relayed)] == ["t"]
    assert room_step(room, Received("watcher", commitment))[1] == []


def test_nobody_inherits_the_lead() -> None:
    """Whoever looked on may not be there; to lead is an act."""
    room, _ = _join(_full_room(), "watcher", Role.THERAPIST, watches=True)
    room, _ = room_step(room, Left("t"))
    assert room.lead is None
    assert room_step(room, Received("watcher", _HEARTBEAT))[1] == []
    room, _ = _join(room, "t2", Role.THERAPIST)
    assert room.lead == "t2"


def test_the_newest_report_waits_for_a_late_console_only_while_the_headset_is_there() -> None:
    newest = encode(report_message(2))
    room, _ = room_step(_full_room(), Received("h", encode(report_message(1))))
    room, _ = room_step(room, Received("h", newest))
    _, actions = _join(room, "late", Role.THERAPIST)
    assert actions[-1] == Send("late", newest, Lane.REPORT)
    room, _ = room_step(room, Left("h"))
    _, actions = _join(room, "later", Role.THERAPIST)
    assert [type(message) for message in _said(actions, "later")] == [Welcome]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("t", encode(report_message(1)), ErrorCode.NOT_ALLOWED),
        ("t", encode(snapshot("s", 1)), ErrorCode.NOT_ALLOWED),
        ("t", b'{"type":"Relayed","sender":"x","message":{}}', ErrorCode.NOT_ALLOWED),
        ("t", encode(Proven(peer="t", proof=bytes(32))), ErrorCode.NOT_ALLOWED),
        ("h", encode(WordsMatch(mac=bytes(32))), ErrorCode.NOT_ALLOWED),
        ("h", encode(command("c")), ErrorCode.NOT_ALLOWED),
        ("h", _HEARTBEAT, ErrorCode.NOT_ALLOWED),
        ("h", b'{"type":"Admit","therapist":"h"}', ErrorCode.NOT_ALLOWED),
        ("h", b'{"type":"nonsense"}', ErrorCode.UNKNOWN_TYPE),
        ("h", b"[]", ErrorCode.BAD_MESSAGE),
        ("h", b'{"type":"Snapshot"} trailing', ErrorCode.BAD_MESSAGE),
        ("h", b'{"type":"Snapshot","x":"' + b"x" * 300_000 + b'"}', ErrorCode.TOO_LARGE),
        ("t", _HEARTBEAT[:-1] + b',"x":"' + b"x" * 17_000 + b'"}', ErrorCode.TOO_LARGE),
        ("t", b'{"type":"Heartbeat"}', ErrorCode.UNKNOWN_TYPE),
        ("t", b'{"type":"Signed"}', ErrorCode.BAD_MESSAGE),
        ("t", b'{"type":"Signed","content":"[]"}', ErrorCode.BAD_MESSAGE),
    ],
)
def test_each_role_sends_only_its_own_messages_within_their_size(name: str, data: bytes, code: ErrorCode) -> None:
    room = _full_room()
    after, actions = room_step(room, Received(name, data))
    assert after == room
    (turned,) = _said(actions, name)
    assert isinstance(turned, Turned)
    assert turned.code is code
    assert len(actions) == 1


def test_telemetry_is_the_headsets_and_bounded() -> None:
    for name, size, code in (
        ("t", 1, ErrorCode.NOT_ALLOWED),
        ("h", TELEMETRY_BYTES_MAX + 1, ErrorCode.TOO_LARGE),
    ):
        _, actions = room_step(_full_room(), Received(name, bytes(size), binary=True))
        (turned,) = _said(actions, name)
        assert isinstance(turned, Turned)
        assert turned.code is code


def test_a_refused_command_is_answered_with_its_id() -> None:
    waiting = _full_room(admitted_by=None)
    empty, _ = room_step(_full_room(), Left("h"))
    for room, code in ((waiting, ErrorCode.NOT_ADMITTED), (empty, ErrorCode.HEADSET_ABSENT)):
        _, actions = room_step(room, Received("t", encode(command("c7"))))
        (turned,) = _said(actions, "t")
        assert isinstance(turned, Turned)
        assert (turned.code, turned.command_id) == (code, "c7")
        assert len(actions) == 1


def test_of_what_is_asked_before_admission_only_what_the_therapist_writes_is_relayed() -> None:
    waiting = _full_room(admitted_by=None)
    for asked in (Say(text="I see that you are here."), SayHere()):
        data = encode(command("c", asked))
        _, actions = room_step(waiting, Received("t", data))
        assert actions == [Send("h", encode(Relayed(sender="t", message=msgspec.Raw(data))))]
    watching, _ = _join(waiting, "t2", Role.THERAPIST, watches=True)
    _, actions = room_step(watching, Received("t2", encode(command("c", Say(text="x")))))
    (turned,) = _said(actions, "t2")
    assert isinstance(turned, Turned)
    assert turned.code is ErrorCode.NOT_ALLOWED


def test_heartbeats_need_no_admission_and_vanish_without_a_headset() -> None:
    room = _full_room(admitted_by=None)
    _, actions = room_step(room, Received("t", _HEARTBEAT))
    assert [action.name for action in actions] == ["h"]
    empty, _ = room_step(room, Left("h"))
    assert room_step(empty, Received("t", _HEARTBEAT)) == (empty, [])


def test_a_peer_that_is_gone_is_not_heard() -> None:
    room, _ = room_step(_full_room(), Left("t"))
    assert room_step(room, Received("t", encode(command("c")))) == (room, [])
    assert room_step(room, Left("t")) == (room, [])


@pytest.mark.parametrize("newcomer", [Role.HEADSET, Role.THERAPIST])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"axis_vocabulary": 2}, ErrorCode.AXIS_VOCABULARY_MISMATCH),
        ({"protocol": (3, 4)}, ErrorCode.PROTOCOL_MISMATCH),
    ],
)
def test_a_mismatch_is_told_to_both_and_the_newcomer_stays_out(
    newcomer: Role, changes: dict[str, Any], code: ErrorCode
) -> None:
    first = Role.THERAPIST if newcomer is Role.HEADSET else Role.HEADSET
    room, _ = _join(Room("s"), "first", first)
    after, actions = _join(room, "second", newcomer, **changes)
    assert after == room
    (told,) = _said(actions, "first")
    assert _said(actions, "second") == [told]
    assert isinstance(told, Turned)
    assert told.code is code
    assert actions[-1] == Close("second", code)


def test_the_end_tells_and_closes_everybody() -> None:
    room, actions = room_step(_full_room(), SessionOver())
    assert room.peers == ()
    for name in ("h", "t"):
        (turned,) = _said(actions, name)
        assert isinstance(turned, Turned)
        assert turned.code is ErrorCode.SESSION_OVER
        assert Close(name, ErrorCode.SESSION_OVER) in actions


def test_only_so_many_consoles_fit() -> None:
    room = Room("s")
    for number in range(PEERS_MAX):
        room, _ = _join(room, f"t{number}", Role.THERAPIST)
    after, actions = _join(room, "one more", Role.THERAPIST)
    assert after == room
    assert actions[-1] == Close("one more", ErrorCode.NOT_ALLOWED)


def test_a_hello_must_fit_this_server() -> None:
    hello: Hello = hello_of(Role.HEADSET)
    assert hello_refusal(hello, Role.HEADSET) is None
    assert hello_refusal(msgspec.structs.replace(hello, protocol=(1, 9)), Role.HEADSET) is None
    endless = hello_refusal(msgspec.structs.replace(hello, program="x" * (NAME_MAX + 1)), Role.HEADSET)
    assert endless is not None, "it would go on to the other end, in a message longer than that takes"
    assert endless.code is ErrorCode.BAD_MESSAGE
    wrong_role = hello_refusal(hello, Role.THERAPIST)
    too_new = hello_refusal(msgspec.structs.replace(hello, protocol=(3, 9)), Role.HEADSET)
    assert wrong_role is not None
    assert wrong_role.code is ErrorCode.NOT_ALLOWED
    assert too_new is not None
    assert too_new.code is ErrorCode.PROTOCOL_MISMATCH


def test_a_console_that_looks_on_cannot_ask_for_a_recording_nor_end_one() -> None:
    room, _ = _join(_full_room(), "w", Role.THERAPIST, watches=True)
    for asked in (AskRecording(), EndRecording()):
        _, actions = room_step(room, Received("w", encode(command("c", asked))))
        assert _said(actions, "h") == []
        (turned,) = _said(actions, "w")
        assert isinstance(turned, Turned)
        assert turned.code is ErrorCode.NOT_ALLOWED
