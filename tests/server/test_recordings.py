"""Recordings: none without both consents, by nobody else, in order, within bounds, and gone when they are deleted."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import create_engine, text

from vret.core.consent import SoundRecording
from vret.link.wire import WATCH, Welcome
from vret_server.accounts import AccountRole
from vret_server.settings import ServerLimits, Settings

from .people import PASSWORD, Console, Device, Wire, report_message, snapshot
from .programs import ServerProgram

ASKED, ON = SoundRecording(1, 60, False), SoundRecording(1, 60, True)
NAME, OTHER = "0" * 32, "f" * 32
PIECES = (b"first " * 1000, b"second" * 1000, b"third" + bytes(range(256)))


def _code(answer: httpx.Response) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["code"])


def _sql(server: ServerProgram, statement: str) -> None:
    url = server.database.replace("postgresql://", "postgresql+psycopg://") or f"sqlite:///{server.data / 'vret.db'}"
    engine = create_engine(url)
    with engine.begin() as db:
        db.execute(text(statement))
    engine.dispose()


class Live:
    """A session with its therapist's page and a headset that tells of consent."""

    def __init__(self, console: Console, session_id: str, headset: Wire, page: Wire) -> None:
        self.console, self.session_id, self.headset, self.page = console, session_id, headset, page
        self.http = console.http
        self.path = f"/api/sessions/{session_id}/recordings"
        self._t_ns = 0

    def tells(self, recording: SoundRecording | None) -> None:
        """The headset reports; wait until the page, and so the server, has heard it."""
        self._t_ns += 1
        message = report_message(self._t_ns)
        told = msgspec.structs.replace(message.report, recording=recording)
        self.headset.send(msgspec.structs.replace(message, report=told))
        while getattr(getattr(self.page.next(), "report", None), "t_ns", None) != self._t_ns:
            pass

    def begin(self, name: str = NAME, http: httpx.Client | None = None) -> httpx.Response:
        return (http or self.http).post(self.path, json={"recording_id": name})

    def put(
        self, number: int, data: bytes = b"sealed", name: str = NAME, http: httpx.Client | None = None
    ) -> httpx.Response:
        return (http or self.http).put(f"{self.path}/{name}/pieces/{number}", content=data)

    def get(self, number: int, http: httpx.Client | None = None) -> httpx.Response:
        return (http or self.http).get(f"{self.path}/{NAME}/pieces/{number}")

    def listed(self, http: httpx.Client | None = None) -> list[dict[str, Any]]:
        answer = (http or self.http).get(self.path)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["recordings"])


def _consented_before(live: Live, s: int) -> None:
    """As if the server had last seen both consents so long ago."""
    moved = f"consent_unix_ms = consent_unix_ms - {1000 * s}"
    _sql(live.console.server, f"UPDATE recordings SET {moved} WHERE session_id = '{live.session_id}'")


@contextmanager
def going(console: Console) -> Iterator[Live]:
    session_id = console.new_session()
    device = Device(console.server, console.code(session_id))
    console.admit(session_id)
    with ExitStack() as open_lines:
        headset = open_lines.enter_context(device.join())
        page = open_lines.enter_context(console.join(session_id))
        headset.send(snapshot(session_id, 0))
        yield Live(console, session_id, headset, page)


@pytest.fixture
def live(console: Console) -> Iterator[Live]:
    with going(console) as made:
        yield made


@pytest.mark.parametrize("told", [None, ASKED])
def test_nothing_is_recorded_before_both_have_consented(live: Live, told: SoundRecording | None) -> None:
    assert _code(live.begin()) == "recording_not_consented"
    live.tells(told)
    assert _code(live.begin()) == "recording_not_consented"
    assert _code(live.put(0)) == "no_such_recording"
    assert live.listed() == []
    assert not (live.console.server.data / "recordings" / live.session_id).exists()


def test_pieces_are_kept_as_they_came_and_read_back(live: Live) -> None:
    live.tells(ON)
    assert live.begin().status_code == 201
    assert live.listed() == [], "nothing of it has arrived"
    for number, piece in enumerate(PIECES):
        assert live.put(number, piece).json()["pieces"] == number + 1
    (told,) = live.listed()
    assert (told["pieces"], told["bytes"], told["ended_unix_ms"]) == (3, sum(map(len, PIECES)), None)
    assert live.http.post(f"{live.path}/{NAME}/end").json()["ended_unix_ms"] is not None
    assert tuple(live.get(number).content for number in range(3)) == PIECES
    assert _code(live.get(3)) == "no_such_piece"
    assert _code(live.put(3)) == "recording_over"
    reviewer = Console(live.console.server, AccountRole.REVIEWER)
    assert live.get(1, reviewer.http).content == PIECES[1]


def test_a_piece_may_come_again_but_not_changed_and_not_before_its_turn(live: Live) -> None:
    live.tells(ON)
    for _ in range(2):
        assert live.begin().status_code == 201
    assert _code(live.put(1)) == "piece_order"
    for _ in range(2):
        assert live.put(0, PIECES[0]).json()["pieces"] == 1
    assert _code(live.put(0, b"other")) == "piece_differs"
    assert live.get(0).content == PIECES[0]
    live.http.post(f"{live.path}/{NAME}/end")
    assert live.put(0, PIECES[0]).status_code == 200, "its answer may have been lost"


def test_after_a_withdrawal_no_recording_begins(live: Live) -> None:
    live.tells(ON)
    live.begin()
    live.put(0)
    live.tells(None)
    assert _code(live.begin(OTHER)) == "recording_not_consented"
    assert live.put(1).status_code == 200, "what was under way"


def test_what_comes_too_late_after_a_withdrawal_is_refused(live: Live) -> None:
    live.tells(ON)
    live.begin()
    live.put(0)
    live.tells(None)
    _consented_before(live, 31)
    assert _code(live.put(1)) == "recording_not_consented"
    live.tells(ON)
    assert live.put(1).status_code == 200


def test_a_headset_that_is_gone_consents_to_nothing(live: Live) -> None:
    live.tells(ON)
    live.headset.close()
    while live.begin(OTHER).status_code == 201:
        pass
    assert _code(live.begin(OTHER)) == "recording_not_consented"


def test_nobody_else_records_reads_or_deletes(live: Live) -> None:
    live.tells(ON)
    live.begin()
    live.put(0)
    stranger, reviewer = Console(live.console.server), Console(live.console.server, AccountRole.REVIEWER)
    nobody = live.console.server.visits.enter_context(httpx.Client(base_url=live.console.server.url))
    for http, code in (
        (stranger.http, "no_such_session"),
        (reviewer.http, "wrong_role"),
        (nobody, "not_signed_in"),
    ):
        assert _code(live.begin(OTHER, http)) == code
        assert _code(live.put(1, http=http)) == code
        assert _code(http.post(f"{live.path}/{NAME}/end")) == code
        assert _code(http.delete(f"{live.path}/{NAME}")) == code
    for http, code in ((stranger.http, "no_such_session"), (nobody, "not_signed_in")):
        assert _code(live.get(0, http)) == code
        assert _code(http.get(live.path)) == code


def test_only_the_console_that_leads_records(live: Live) -> None:
    """Another sign-in of the same therapist takes the lead; a watching one never has it."""
    live.tells(ON)
    live.begin()
    live.put(0)
    first = dict(live.http.cookies)
    watching = live.console.join(live.session_id, capabilities=(WATCH,))
    with watching:
        watching.until(Welcome)
        assert live.put(1).status_code == 200
    again = live.console.server.visits.enter_context(httpx.Client(base_url=live.console.server.url, cookies=first))
    live.http.post("/api/login", json={"email": live.console.email, "password": PASSWORD}).raise_for_status()
    with live.console.join(live.session_id) as leads:
        leads.until(Welcome)
        assert _code(live.begin(OTHER, again)) == "recording_not_led"
        assert live.put(2, http=again).status_code == 200, "what was under way"
        _consented_before(live, 31)
        assert _code(live.put(3, http=again)) == "recording_not_consented"
        assert live.put(3).status_code == 200


def test_a_name_is_no_path(live: Live) -> None:
    live.tells(ON)
    for name in ("..", "0" * 31, "G" * 32, "%2e%2e%2f" * 3):
        assert _code(live.begin(name)) == "bad_request"
        assert live.put(0, name=name).status_code in (404, 405, 422)


def test_sizes_are_bounded(live: Live) -> None:
    live.tells(ON)
    live.begin()
    limit = ServerLimits().body_bytes
    assert live.put(0, bytes(limit)).status_code == 200
    assert _code(live.put(1, bytes(limit + 1))) == "too_large"
    full = Settings(data=Path()).limits.recording_bytes
    _sql(live.console.server, f"UPDATE recordings SET bytes = {full} WHERE session_id = '{live.session_id}'")
    assert _code(live.put(1)) == "recordings_full"
    assert _code(live.put(1_000_000)) == "bad_request"


def test_a_deleted_recording_is_gone_with_its_bytes(live: Live) -> None:
    live.tells(ON)
    live.begin()
    live.put(0)
    folder = live.console.server.data / "recordings" / live.session_id
    assert list(folder.rglob("*.piece"))
    assert live.http.delete(f"{live.path}/{NAME}").status_code == 204
    assert not list(folder.rglob("*.piece"))
    assert live.listed() == []
    assert _code(live.put(1)) == "no_such_recording"
    assert _code(live.http.delete(f"{live.path}/{NAME}")) == "no_such_recording"


def test_a_recording_goes_on_after_the_server_was_killed(own_server: ServerProgram) -> None:
    """A piece that was written and not counted comes again."""
    console = Console(own_server)
    with going(console) as live:
        live.tells(ON)
        live.begin()
        live.put(0, PIECES[0])
        path, cookies = live.path, dict(console.http.cookies)
    own_server.kill()
    (folder,) = (own_server.data / "recordings").glob("*/*")
    (folder / "000001.piece").write_bytes(b"half")
    own_server.start()
    http = own_server.visits.enter_context(httpx.Client(base_url=own_server.url, cookies=cookies, timeout=20))
    assert http.put(f"{path}/{NAME}/pieces/1", content=PIECES[1]).json()["pieces"] == 2
    assert http.get(f"{path}/{NAME}/pieces/1").content == PIECES[1]


def test_every_address_of_recordings_is_guarded() -> None:
    """So that a new one is not forgotten here: what begins or adds asks for consent, and all ask who is there."""
    schema = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
    found = {
        (method, path.removeprefix("/api/sessions/{session_id}/recordings"))
        for path, calls in schema["paths"].items()
        if "recordings" in path
        for method in calls
    }
    assert found == {
        ("post", ""),
        ("get", ""),
        ("put", "/{recording_id}/pieces/{number}"),
        ("get", "/{recording_id}/pieces/{number}"),
        ("post", "/{recording_id}/end"),
        ("delete", "/{recording_id}"),
    }
