"""Checks before a session: who may make one, with which code, and what the relay then lends for how long."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select, update

from vret.link.address import read_address
from vret.link.rest import RefusedError, Rest, Ways
from vret_server.accounts import AccountRole
from vret_server.settings import ServerLimits, Settings
from vret_server.store import Store
from vret_server.tables import check_codes, now_unix_ms
from vret_server.turn import CHECK_LIFETIME_S, signed

from .people import Console, Device
from .programs import ServerProgram

SECRET = "s" * 40
URL = "turn:turn.clinic.example"
LIMITS = ServerLimits()


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProgram]:
    """A server that knows of a relay, which nobody asks anything here."""
    folder = tmp_path_factory.mktemp("clinic")
    (folder / "secret").write_text(SECRET)
    program = ServerProgram(folder, "", "--turn-urls", URL, "--turn-secret-file", str(folder / "secret"))
    program.start()
    yield program
    assert program.stop() == 0
    assert "Traceback" not in program.complaints()


@pytest.fixture
def therapist(clinic: ServerProgram) -> Console:
    return Console(clinic)


@pytest.fixture
def session_id(therapist: Console) -> str:
    return therapist.new_session()


def issue(therapist: Console, session_id: str) -> str:
    answer = therapist.http.post(f"/api/sessions/{session_id}/check-code")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def check(server: ServerProgram, code: str) -> httpx.Response:
    return httpx.post(f"{server.url}/api/check", json={"code": code})


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def test_a_check_code_lends_the_relay_for_two_minutes_by_a_name_of_its_own(
    clinic: ServerProgram, therapist: Console, session_id: str
) -> None:
    before_s = int(time.time())
    lent = check(clinic, issue(therapist, session_id)).json()
    username = lent["turn"]["username"]
    expires_s, _, name = username.partition(":")
    assert name == f"check-{session_id}", "so that a check never uses up the session's quota"
    assert before_s + CHECK_LIFETIME_S <= int(expires_s) <= time.time() + CHECK_LIFETIME_S
    assert lent["turn"]["credential"] == signed(SECRET, username)
    assert lent["turn"]["urls"] == [URL]


def test_nothing_of_the_session_begins_by_it(clinic: ServerProgram, therapist: Console, session_id: str) -> None:
    before = therapist.http.get(f"/api/sessions/{session_id}").json()
    assert check(clinic, issue(therapist, session_id)).status_code == 200
    assert therapist.http.get(f"/api/sessions/{session_id}").json() == before
    answer = therapist.http.post(f"/api/sessions/{session_id}/admit")
    assert answer.status_code == 409, "nobody waits"


def test_a_check_code_opens_no_session_and_is_good_again(
    clinic: ServerProgram, therapist: Console, session_id: str
) -> None:
    code = issue(therapist, session_id)
    answer = httpx.post(f"{clinic.url}/api/redeem", json={"code": code, "program": "test"})
    assert refusal(answer) == (403, "code_only_checks")
    assert check(clinic, code).status_code == 200
    assert check(clinic, code.lower().replace("-", " ")).status_code == 200


def test_a_join_code_checks_too_and_stays_good(clinic: ServerProgram, therapist: Console, session_id: str) -> None:
    checks, joins = issue(therapist, session_id), therapist.code(session_id)
    assert check(clinic, joins).status_code == 200
    Device(clinic, joins)
    assert refusal(check(clinic, joins)) == (410, "code_used")
    assert check(clinic, checks).status_code == 200, "neither replaces the other"


def test_a_newer_check_code_replaces_the_older(clinic: ServerProgram, therapist: Console, session_id: str) -> None:
    older, newer = issue(therapist, session_id), issue(therapist, session_id)
    assert refusal(check(clinic, older)) == (404, "code_unknown")
    assert check(clinic, newer).status_code == 200


def test_it_expires_after_two_weeks_and_ends_with_its_session(
    clinic: ServerProgram, therapist: Console, session_id: str
) -> None:
    answer = therapist.http.post(f"/api/sessions/{session_id}/check-code").json()
    left_ms = answer["expires_unix_ms"] - now_unix_ms()
    assert 0 <= LIMITS.check_code_lifetime_s * 1000 - left_ms < 60_000

    async def age() -> str:
        store = Store(Settings(data=clinic.data, database=clinic.database))
        mine = check_codes.c.session_id == session_id
        try:
            async with store.begin() as db:
                await db.execute(update(check_codes).where(mine).values(expires_unix_ms=now_unix_ms() - 1))
                return str((await db.execute(select(check_codes.c.code_hash).where(mine))).scalar_one())
        finally:
            await store.close()

    assert answer["code"].replace("-", "") not in asyncio.run(age()), "kept only as a hash"
    assert refusal(check(clinic, answer["code"])) == (410, "code_expired")
    code = issue(therapist, session_id)
    therapist.http.post(f"/api/sessions/{session_id}/end").raise_for_status()
    assert refusal(check(clinic, code)) == (409, "session_over")
    over = therapist.http.post(f"/api/sessions/{session_id}/check-code")
    assert refusal(over) == (409, "session_over")


def test_nobody_else_is_given_a_check_code(clinic: ServerProgram, therapist: Console, session_id: str) -> None:
    path = f"/api/sessions/{session_id}/check-code"
    assert refusal(httpx.post(clinic.url + path)) == (401, "not_signed_in")
    assert refusal(Console(clinic).http.post(path)) == (404, "no_such_session")
    assert refusal(Console(clinic, AccountRole.REVIEWER).http.post(path)) == (403, "wrong_role")


def test_a_code_is_no_open_relay(clinic: ServerProgram, therapist: Console, session_id: str) -> None:
    code = issue(therapist, session_id)
    answers = [check(clinic, code) for _ in range(LIMITS.checks_per_minute_per_session + 1)]
    assert [answer.status_code for answer in answers] == [200] * LIMITS.checks_per_minute_per_session + [429]
    assert refusal(answers[-1]) == (429, "too_many_checks")
    another = issue(therapist, therapist.new_session())
    assert check(clinic, another).status_code == 200, "another session's check is not touched by it"


def test_guessing_is_slowed_down(own_server: ServerProgram) -> None:
    answers = [check(own_server, "HK4-7MQ-29RT") for _ in range(LIMITS.failures_per_minute_per_address + 2)]
    assert refusal(answers[0]) == (404, "code_unknown")
    assert refusal(answers[-1]) == (429, "too_many_requests")


def test_the_headset_program_asks_for_it(server: ServerProgram, console: Console) -> None:
    """A server without a relay says so."""
    code = issue(console, console.new_session())

    async def ask(typed: str) -> Ways:
        async with Rest(read_address(server.url)) as rest:
            return await rest.check_ways(typed)

    assert asyncio.run(ask(code)) == Ways(turn=None, direct=False)
    with pytest.raises(RefusedError) as refused:
        asyncio.run(ask("HK4-7MQ-29RT"))
    assert refused.value.code == "code_unknown"
