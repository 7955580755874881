"""What a finished session's page is made of: the sealed log's records, for those who may read the log."""

from pathlib import Path

import httpx
import msgspec
import pytest

from vret.core.effects import BeaconIssued
from vret.core.events import HeartbeatReceived, Tick
from vret.recording.log import read_records
from vret.recording.record import Record
from vret_server import timeline
from vret_server.accounts import AccountRole
from vret_server.refusal import RefusedError
from vret_server.timeline import read_timeline

from .people import Console, Device, sha256

COMPAT = Path(__file__).parents[1] / "compat"
SEALED = COMPAT / "log-1.sealed.mcap"


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def handed_in(console: Console, session_id: str, device: Device) -> bytes:
    data = SEALED.read_bytes()
    device.announce(data)
    assert device.send(data, 0).json()["offset"] == len(data)
    return data


def test_the_records_come_as_on_the_wire(console: Console, session_id: str, handed_in: bytes) -> None:
    answer = console.http.get(f"/api/sessions/{session_id}/timeline")
    assert answer.headers["content-type"] == "application/json"
    records = msgspec.json.decode(answer.content, type=list[Record])
    logged = {record.sequence: record for record in read_records(SEALED)}
    assert records[0] == logged[1]
    assert all(record == logged[record.sequence] for record in records)
    assert [record.sequence for record in records] == sorted(record.sequence for record in records)
    left_out = [record for record in logged.values() if record not in records]
    assert left_out
    for record in left_out:
        assert isinstance(record.event, Tick | HeartbeatReceived)
        assert all(isinstance(effect, BeaconIssued) for effect in record.effects)
    same = console.http.get(f"/api/sessions/{session_id}/timeline?sha256={sha256(handed_in)}")
    assert same.content == answer.content


def test_who_may_read_the_log_may_read_it(console: Console, session_id: str, handed_in: bytes) -> None:
    path = f"/api/sessions/{session_id}/timeline"
    assert Console(console.server, AccountRole.REVIEWER).http.get(path).status_code == 200
    assert refusal(Console(console.server).http.get(path)) == (404, "no_such_session")
    assert refusal(httpx.get(console.server.url + path)) == (401, "not_signed_in")


def test_before_there_is_a_log_it_says_so(console: Console, session_id: str, device: Device) -> None:
    path = f"/api/sessions/{session_id}/timeline"
    assert refusal(console.http.get(path)) == (409, "session_live")
    console.http.post(f"/api/sessions/{session_id}/end")
    assert refusal(console.http.get(path)) == (404, "no_log")
    device.announce(b"no log at all")
    device.send(b"no log at all", 0)
    assert refusal(console.http.get(path)) == (422, "log_unreadable")


def test_a_log_that_changed_on_the_disk_is_refused(tmp_path: Path) -> None:
    data = SEALED.read_bytes()
    log = tmp_path / f"{sha256(data)}.mcap"
    log.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(RefusedError) as refused:
        read_timeline(log, log.stem)
    assert refused.value.code == "log_differs"


def test_a_log_that_was_packed_from_more_than_a_session_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes unpack to any number of records, and each is kept until the answer is whole."""
    monkeypatch.setattr(timeline, "BYTES_MAX", 1000)
    with pytest.raises(RefusedError, match="more than 1000 bytes"):
        read_timeline(SEALED, sha256(SEALED.read_bytes()))
