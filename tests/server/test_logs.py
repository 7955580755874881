"""Handing in a finished log: resumed, doubled, corrupt, foreign, and across the death of the server."""

import httpx
import pytest

from vret_server.accounts import AccountRole

from .people import Console, Device, sha256
from .programs import ServerProgram

_MIB = 1024 * 1024
_LOG = bytes(range(256)) * 8192 + b"the end"


def _code(answer: httpx.Response) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["code"])


def test_a_log_arrives_in_chunks_and_is_read_back(console: Console, session_id: str, device: Device) -> None:
    assert _code(console.http.get(f"/api/sessions/{session_id}/log")) == "no_log"
    offset = device.announce(_LOG).json()["offset"]
    while offset < len(_LOG):
        offset = device.send(_LOG, offset, offset + _MIB).json()["offset"]
    session = console.http.get(f"/api/sessions/{session_id}").json()
    assert session["ended"]
    assert session["log"]["sha256"] == sha256(_LOG)
    assert [log["size"] for log in session["logs"]] == [len(_LOG)]
    assert console.http.get(f"/api/sessions/{session_id}/log").content == _LOG
    reviewer = Console(console.server, AccountRole.REVIEWER)
    assert reviewer.http.get(f"/api/sessions/{session_id}/log").content == _LOG
    other = Console(console.server)
    assert _code(other.http.get(f"/api/sessions/{session_id}/log")) == "no_such_session"


def test_a_log_sent_twice_is_stored_once(console: Console, session_id: str, device: Device) -> None:
    for _ in range(2):
        offset = device.announce(_LOG).json()["offset"]
        assert device.send(_LOG, offset).json()["offset"] == len(_LOG)
    assert len(console.http.get(f"/api/sessions/{session_id}").json()["logs"]) == 1
    folder = console.server.data / "logs" / session_id
    assert [path.name for path in folder.iterdir()] == [f"{sha256(_LOG)}.mcap"]


def test_a_second_run_of_the_device_has_its_own_log(console: Console, session_id: str, device: Device) -> None:
    first, second = b"first run", b"second run"
    for log in (first, second):
        device.announce(log)
        device.send(log, 0)
    session = console.http.get(f"/api/sessions/{session_id}").json()
    assert {log["sha256"] for log in session["logs"]} == {sha256(first), sha256(second)}
    for log in (first, second):
        path = f"/api/sessions/{session_id}/log?sha256={sha256(log)}"
        assert console.http.get(path).content == log


def test_a_chunk_at_the_wrong_place_is_told_the_right_one(device: Device) -> None:
    device.announce(_LOG)
    device.send(_LOG, 0, 1000)
    for offset in (0, 999, 1001, 10**15):
        answer = device.send(_LOG, offset, offset + 10)
        assert _code(answer) == "log_offset"
        assert "1000" in answer.json()["message"]
    assert device.announce(_LOG).json()["offset"] == 1000
    assert device.send(_LOG, 1000).json()["offset"] == len(_LOG)


def test_a_corrupt_log_is_thrown_away_and_can_be_sent_again(device: Device) -> None:
    device.announce(_LOG)
    flipped = bytes([_LOG[0] ^ 1]) + _LOG[1:]
    headers = {"Upload-Offset": "0"}
    answer = device.http.patch(f"/api/logs/{sha256(_LOG)}", content=flipped, headers=headers)
    assert (answer.status_code, _code(answer)) == (422, "log_corrupt")
    assert device.announce(_LOG).json()["offset"] == 0
    assert device.send(_LOG, 0).json()["offset"] == len(_LOG)


def test_more_bytes_than_announced_are_refused(device: Device) -> None:
    device.announce(b"ten bytes.")
    headers = {"Upload-Offset": "0"}
    longer = device.http.patch(f"/api/logs/{sha256(b'ten bytes.')}", content=b"eleven byte", headers=headers)
    assert _code(longer) == "too_large"
    assert device.send(b"ten bytes.", device.announce(b"ten bytes.").json()["offset"]).json()["offset"] == 10


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/api/logs/" + "0" * 64, {"Upload-Offset": "0"}, "log_unknown"),
        ("/api/logs/" + "0" * 63, {"Upload-Offset": "0"}, "bad_request"),
        ("/api/logs/..%2f..%2fetc", {"Upload-Offset": "0"}, "not_found"),
        ("/api/logs/" + sha256(_LOG), {}, "bad_request"),
        ("/api/logs/" + sha256(_LOG), {"Upload-Offset": "-1"}, "bad_request"),
        ("/api/logs/" + sha256(_LOG), {"Upload-Offset": "0", "Authorization": "Bearer guessed"}, "token_unknown"),
        ("/api/logs/" + sha256(_LOG), {"Upload-Offset": "0", "Authorization": "nonsense"}, "token_unknown"),
    ],
)
def test_a_faulty_upload_is_refused(device: Device, path: str, headers: dict[str, str], code: str) -> None:
    device.announce(_LOG)
    assert _code(device.http.patch(path, content=b"x", headers=headers)) == code


def test_a_log_is_taken_only_for_ones_own_session(console: Console, device: Device) -> None:
    device.announce(_LOG)
    device.send(_LOG, 0, 100)
    foreign = Device(console.server, console.code(console.new_session()))
    body = {"session_id": device.session_id, "sha256": sha256(_LOG), "size": len(_LOG)}
    assert _code(foreign.http.post("/api/logs", json=body)) == "no_such_session"
    assert _code(foreign.send(_LOG, 100)) == "log_unknown"
    assert foreign.announce(_LOG).json()["offset"] == 0


def test_a_log_of_another_size_or_beyond_all_measure_is_refused(device: Device) -> None:
    device.announce(_LOG)
    body = {"session_id": device.session_id, "sha256": sha256(_LOG), "size": len(_LOG) + 1}
    assert _code(device.http.post("/api/logs", json=body)) == "log_size_differs"
    assert _code(device.http.post("/api/logs", json={**body, "sha256": "1" * 64, "size": 10**13})) == "too_large"
    too_much = device.http.patch(f"/api/logs/{sha256(_LOG)}", content=bytes(9 * _MIB), headers={"Upload-Offset": "0"})
    assert _code(too_much) == "too_large"


def test_a_replaced_device_may_still_hand_in_its_log(console: Console, session_id: str, device: Device) -> None:
    Device(console.server, console.code(session_id))
    device.announce(_LOG)
    assert device.send(_LOG, 0).json()["offset"] == len(_LOG)


def test_an_upload_goes_on_after_the_server_was_killed(own_server: ServerProgram) -> None:
    console = Console(own_server)
    device = Device(own_server, console.code(console.new_session()))
    device.announce(_LOG)
    device.send(_LOG, 0, _MIB)
    token, session_id = device.token, device.session_id
    headers = {"Authorization": f"Bearer {token}"}
    body = {"session_id": session_id, "sha256": sha256(_LOG), "size": len(_LOG)}
    for sent in (_MIB + 5, len(_LOG)):
        own_server.kill()
        own_server.start()
        offset = httpx.post(own_server.url + "/api/logs", json=body, headers=headers, timeout=20).json()["offset"]
        answer = httpx.patch(
            f"{own_server.url}/api/logs/{sha256(_LOG)}",
            content=_LOG[offset:sent],
            headers={**headers, "Upload-Offset": str(offset)},
            timeout=20,
        )
        assert answer.json()["offset"] == sent
    reviewer = Console(own_server, AccountRole.REVIEWER)
    assert reviewer.http.get(f"/api/sessions/{session_id}/log").content == _LOG


def test_a_log_whose_last_byte_arrived_before_the_kill_is_finished_at_the_next_announcement(
    own_server: ServerProgram,
) -> None:
    console = Console(own_server)
    device = Device(own_server, console.code(console.new_session()))
    device.announce(_LOG)
    device.send(_LOG, 0, len(_LOG) - 1)
    token, session_id = device.token, device.session_id
    own_server.kill()
    part = own_server.data / "logs" / session_id / f"{sha256(_LOG)}.part"
    with part.open("ab") as file:
        file.write(_LOG[-1:])
    own_server.start()
    body = {"session_id": session_id, "sha256": sha256(_LOG), "size": len(_LOG)}
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(own_server.url + "/api/logs", json=body, headers=headers, timeout=20)
    assert answer.json()["offset"] == len(_LOG)
    reviewer = Console(own_server, AccountRole.REVIEWER)
    assert reviewer.http.get(f"/api/sessions/{session_id}/log").content == _LOG
