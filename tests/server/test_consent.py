"""What a room knows of consent: the newest report of the headset that is there, and nothing else."""

import msgspec
import pytest

from vret.core.consent import SoundRecording
from vret.link.wire import Role
from vret_server.consent import has_consent
from vret_server.rooms import DeviceChanged, Joined, Left, Received, Room, encode, room_step

from .people import hello_of, report_message


def _room(recording: SoundRecording | None) -> Room:
    room, _ = room_step(Room("s", admitted_by="T"), Joined("h", hello_of(Role.HEADSET)))
    message = report_message(1)
    told = msgspec.structs.replace(message, report=msgspec.structs.replace(message.report, recording=recording))
    return room_step(room, Received("h", encode(told)))[0]


@pytest.mark.parametrize(
    ("recording", "consents"),
    [(None, False), (SoundRecording(1, 60), False), (SoundRecording(1, 60, is_on=True), True)],
)
def test_there_is_consent_while_the_headset_says_so(recording: SoundRecording | None, consents: bool) -> None:
    assert has_consent(_room(recording).newest_report) is consents


def test_there_is_none_without_a_headset_or_a_report_that_can_be_read() -> None:
    room = _room(SoundRecording(1, 60, is_on=True))
    for gone in (Left("h"), DeviceChanged()):
        assert not has_consent(room_step(room, gone)[0].newest_report)
    assert not has_consent(None)
    for unread in (b'{"type":"ReportMessage","report":{"recording":1}}', b"[" * 100_000, b"{}"):
        assert not has_consent(unread)
