"""Accounts, sessions, gate and codes through REST, against the running server."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from vret.core.axes import AXIS_VOCABULARY_VERSION
from vret_server.accounts import AccountRole
from vret_server.codes import ALPHABET
from vret_server.openapi import openapi_json
from vret_server.settings import ServerLimits, Settings
from vret_server.store import Store
from vret_server.tables import accounts, codes, logins, tokens

from .people import GATE, PASSWORD, PLAN, Console, Device
from .programs import ServerProgram

_ROOT = Path(__file__).parents[2]


def _post(server: ServerProgram, path: str, **arguments: object) -> httpx.Response:
    return httpx.post(server.url + path, timeout=20, **arguments)  # type: ignore[arg-type]


def _redeem(server: ServerProgram, code: str) -> httpx.Response:
    return _post(server, "/api/redeem", json={"code": code, "program": "test"})


def _is_refusal(answer: httpx.Response, status: int, code: str) -> bool:
    body = answer.json()
    assert set(body) == {"code", "message"}, body
    assert body["message"].endswith("."), body
    assert (answer.status_code, body["code"]) == (status, code), body
    return True


def test_health_says_what_it_speaks(server: ServerProgram) -> None:
    body = httpx.get(server.url + "/api/health").json()
    assert body["status"] == "ok"
    assert body["axis_vocabulary"] == AXIS_VOCABULARY_VERSION


def test_the_committed_description_is_the_servers_own(server: ServerProgram) -> None:
    committed = (_ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    assert committed == openapi_json(), "run: python -m vret_server.openapi > docs/openapi.json"
    assert httpx.get(server.url + "/api/openapi.json").json() == json.loads(committed)


def test_a_login_is_a_cookie_that_scripts_and_other_sites_cannot_use(server: ServerProgram, console: Console) -> None:
    answer = _post(server, "/api/login", json={"email": console.email.upper(), "password": PASSWORD})
    assert answer.json() == {
        "account_id": console.account_id,
        "email": console.email,
        "role": "therapist",
        "watches": False,
    }
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert console.http.get("/api/me").json()["email"] == console.email


def test_wrong_logins_are_all_alike(server: ServerProgram, console: Console) -> None:
    wrong = _post(server, "/api/login", json={"email": console.email, "password": "wrong"})
    unknown = _post(server, "/api/login", json={"email": "nobody@clinic.example", "password": "wrong"})
    assert _is_refusal(wrong, 401, "wrong_login")
    assert wrong.json() == unknown.json()


def test_signing_out_ends_a_stolen_cookie_too(server: ServerProgram, console: Console) -> None:
    stolen = {"Cookie": console.cookie}
    assert httpx.get(server.url + "/api/me", headers=stolen).status_code == 200
    assert console.http.post("/api/logout").status_code == 204
    assert _is_refusal(httpx.get(server.url + "/api/me", headers=stolen), 401, "not_signed_in")
    forged = {"Cookie": console.cookie + "x"}
    assert _is_refusal(httpx.get(server.url + "/api/me", headers=forged), 401, "not_signed_in")


def test_every_call_about_sessions_wants_a_login(server: ServerProgram, session_id: str) -> None:
    calls = [
        ("GET", "/api/me"),
        ("GET", "/api/gate"),
        ("GET", "/api/sessions"),
        ("GET", f"/api/sessions/{session_id}"),
        ("GET", f"/api/sessions/{session_id}/log"),
        ("POST", f"/api/sessions/{session_id}/code"),
        ("POST", f"/api/sessions/{session_id}/admit"),
        ("POST", f"/api/sessions/{session_id}/end"),
    ]
    for method, path in calls:
        assert _is_refusal(httpx.request(method, server.url + path), 401, "not_signed_in"), path
    assert _is_refusal(httpx.put(f"{server.url}/api/sessions/{session_id}/gate", json=GATE), 401, "not_signed_in")
    assert _is_refusal(_post(server, "/api/sessions", json={"plan": PLAN}), 401, "not_signed_in")


def test_another_therapist_and_a_reviewer_may_not_steer(server: ServerProgram, session_id: str) -> None:
    other, reviewer = Console(server), Console(server, AccountRole.REVIEWER)
    for path in ("code", "admit", "end"):
        path = f"/api/sessions/{session_id}/{path}"
        assert _is_refusal(other.http.post(path), 404, "no_such_session")
        assert _is_refusal(reviewer.http.post(path), 403, "wrong_role")
    gate = f"/api/sessions/{session_id}/gate"
    assert _is_refusal(other.http.put(gate, json=GATE), 404, "no_such_session")
    assert _is_refusal(other.http.get(f"/api/sessions/{session_id}"), 404, "no_such_session")
    assert _is_refusal(reviewer.http.post("/api/sessions", json={"plan": PLAN}), 403, "wrong_role")


def test_a_reviewer_reads_without_the_address(server: ServerProgram, console: Console, session_id: str) -> None:
    console.http.put(f"/api/sessions/{session_id}/gate", json=GATE).raise_for_status()
    reviewer = Console(server, AccountRole.REVIEWER)
    seen = reviewer.http.get(f"/api/sessions/{session_id}").json()
    assert seen["gate"]["complete"]
    assert seen["gate"]["present_address"] == seen["gate"]["callback_number"] == ""
    assert seen["gate"]["emergency_number"] == ""
    assert session_id in [entry["session_id"] for entry in reviewer.http.get("/api/sessions").json()["sessions"]]
    assert [entry["session_id"] for entry in console.http.get("/api/sessions").json()["sessions"]] == [session_id]
    assert console.http.get(f"/api/sessions/{session_id}").json()["gate"]["present_address"]


def test_the_emergency_number_is_the_clinics_until_the_therapist_enters_another(console: Console) -> None:
    clinics = console.http.get("/api/gate").json()["emergency_number"]
    assert clinics == Settings(data=Path()).emergency_number
    gate = f"/api/sessions/{console.new_session()}/gate"
    assert console.http.put(gate, json=GATE).json()["gate"]["emergency_number"] == clinics
    elsewhere = console.http.put(gate, json={**GATE, "emergency_number": "+1 217 555 0100"}).json()["gate"]
    assert (elsewhere["emergency_number"], elsewhere["complete"]) == ("+1 217 555 0100", True)
    by_an_older_page = console.http.put(gate, json=GATE).json()["gate"]
    assert by_an_older_page["emergency_number"] == "+1 217 555 0100"
    nowhere = console.http.put(gate, json={**GATE, "emergency_number": ""}).json()["gate"]
    assert nowhere["missing"] == ["emergency_number"]


def test_every_session_is_a_trial(console: Console, session_id: str, device: Device) -> None:
    assert console.http.get(f"/api/sessions/{session_id}").json()["mark"] == "trial with staff only"
    real = console.http.post("/api/sessions", json={"plan": {**PLAN, "mark": "real"}})
    assert _is_refusal(real, 422, "bad_plan")


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"plan": {"scenes": [{"scene": "heights", "tpo_rung": "roof"}]}}, "bad_plan", "tpo_rung"),
        ({"plan": PLAN, "lable": "x"}, "bad_request", "lable"),
        ({"plan": "heights"}, "bad_request", "plan"),
        ([], "bad_request", "body"),
    ],
)
def test_a_faulty_request_is_refused_by_name(console: Console, body: object, code: str, words: str) -> None:
    answer = console.http.post("/api/sessions", json=body)
    assert _is_refusal(answer, 422, code)
    assert words in answer.json()["message"]


def test_no_admission_before_the_gate_and_the_waiting_room(console: Console, session_id: str) -> None:
    path = f"/api/sessions/{session_id}"
    assert _is_refusal(console.http.post(f"{path}/admit"), 409, "gate_incomplete")
    blocked = {**GATE, "answers": {**GATE["answers"], "intoxication": True}}  # type: ignore[dict-item]
    state = console.http.put(f"{path}/gate", json=blocked).json()["gate"]
    assert state["blocked_by"] == ["intoxication"]
    assert _is_refusal(console.http.post(f"{path}/admit"), 409, "gate_blocked")
    assert console.http.put(f"{path}/gate", json=GATE).json()["gate"]["complete"]
    assert _is_refusal(console.http.post(f"{path}/admit"), 409, "nobody_waiting")
    Device(console.server, console.code(session_id))
    admitted = console.http.post(f"{path}/admit").json()
    assert admitted["admitted"]
    assert console.http.post(f"{path}/admit").json() == admitted


def test_a_code_is_good_once(console: Console, session_id: str) -> None:
    code = console.code(session_id)
    assert set(code) <= {*ALPHABET, "-"}
    redeemed = _redeem(console.server, code.lower().replace("-", " ")).json()
    assert redeemed["session_id"] == session_id
    assert redeemed["plan"]["scenes"][0]["scene"] == "heights"
    assert redeemed["mark"] == "trial with staff only"
    assert _is_refusal(_redeem(console.server, code), 410, "code_used")
    assert _is_refusal(_redeem(console.server, "222-222-2222"), 404, "code_unknown")
    assert _is_refusal(_redeem(console.server, "hello"), 404, "code_unknown")


def test_a_newer_code_replaces_the_older(console: Console, session_id: str) -> None:
    older, newer = console.code(session_id), console.code(session_id)
    assert _is_refusal(_redeem(console.server, older), 404, "code_unknown")
    assert _redeem(console.server, newer).status_code == 200


def test_a_code_expires(console: Console, session_id: str) -> None:
    before = console.http.get("/api/health").json()["unix_ms"]
    answer = console.http.post(f"/api/sessions/{session_id}/code").json()
    lifetime_s = (answer["expires_unix_ms"] - before) / 1000
    assert ServerLimits().code_lifetime_s <= lifetime_s < ServerLimits().code_lifetime_s + 20
    _change(console.server, update(codes).where(codes.c.session_id == session_id).values(expires_unix_ms=before))
    assert _is_refusal(_redeem(console.server, answer["code"]), 410, "code_expired")


def test_a_login_expires(console: Console) -> None:
    mine = logins.c.account_id == console.account_id
    _change(console.server, update(logins).where(mine).values(expires_unix_ms=1))
    assert _is_refusal(console.http.get("/api/me"), 401, "not_signed_in")


def test_two_devices_with_one_code_at_once_are_one(console: Console, session_id: str) -> None:
    code = console.code(session_id)

    async def both() -> list[int]:
        async with httpx.AsyncClient(base_url=console.server.url, timeout=20) as http:
            body = {"code": code, "program": "test"}
            answers = await asyncio.gather(*(http.post("/api/redeem", json=body) for _ in range(4)))
        return sorted(answer.status_code for answer in answers)

    assert asyncio.run(both()) == [200, 410, 410, 410]


def test_an_ended_session_takes_nothing_more(console: Console, session_id: str) -> None:
    path, code = f"/api/sessions/{session_id}", console.code(session_id)
    ended = console.http.post(f"{path}/end").json()
    assert ended["ended"]
    assert console.http.post(f"{path}/end").json() == ended
    assert _is_refusal(_redeem(console.server, code), 409, "session_over")
    assert _is_refusal(console.http.post(f"{path}/code"), 409, "session_over")
    assert _is_refusal(console.http.post(f"{path}/admit"), 409, "session_over")
    assert _is_refusal(console.http.put(f"{path}/gate", json=GATE), 409, "session_over")


def test_secrets_are_kept_only_as_hashes(console: Console, session_id: str, device: Device) -> None:
    code = console.code(session_id).replace("-", "")
    cookie = console.cookie.partition("=")[2]

    async def kept() -> str:
        store = Store(Settings(data=console.server.data, database=console.server.database))
        try:
            async with store.begin() as db:
                return str([(await db.execute(select(table))).all() for table in (accounts, logins, codes, tokens)])
        finally:
            await store.close()

    everything = asyncio.run(kept())
    assert console.email in everything
    for secret in (code, cookie, device.token, PASSWORD):
        assert secret not in everything
    assert "$argon2id$" in everything


def test_other_origins_may_not_change_anything(console: Console) -> None:
    foreign = {"Origin": "https://evil.example"}
    answer = console.http.post("/api/sessions", json={"plan": PLAN}, headers=foreign)
    assert _is_refusal(answer, 403, "bad_origin")
    assert "https://evil.example" in answer.json()["message"]
    own = {"Origin": console.server.url}
    assert console.http.post("/api/sessions", json={"plan": PLAN}, headers=own).status_code == 201


def test_a_text_that_cannot_be_kept_is_no_mistake_of_the_servers(console: Console) -> None:
    """PostgreSQL keeps no text with a zero character; halves of characters have no UTF-8."""
    assert console.http.get("/api/sessions/%00").status_code in (404, 422)
    labelled = {"plan": PLAN, "label": "a\0b"}
    assert console.http.post("/api/sessions", json=labelled).status_code in (201, 422)
    for body in (b'{"\\ud800":1}', b'{"plan":{"scenes":[{"scene":"\\udfff"}]}}', b'{"label":"\\ud800"}', b"[" * 60_000):
        answer = console.http.post("/api/sessions", content=body, headers={"Content-Type": "application/json"})
        assert _is_refusal(answer, 422, answer.json()["code"]), answer.text


def test_every_answer_carries_the_headers_and_no_large_body_is_read(server: ServerProgram) -> None:
    answer = httpx.get(server.url + "/api/nowhere")
    assert _is_refusal(answer, 404, "not_found")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert _is_refusal(httpx.delete(server.url + "/api/login"), 405, "method_not_allowed")
    large = b'{"email":"' + b"x" * 1_000_000 + b'"}'
    json_type = {"Content-Type": "application/json"}
    assert _is_refusal(_post(server, "/api/login", content=large, headers=json_type), 413, "too_large")
    in_pieces = iter([large[:500_000], large[500_000:]])
    assert _is_refusal(_post(server, "/api/login", content=in_pieces, headers=json_type), 413, "too_large")
    assert _is_refusal(_post(server, "/api/login", content=b"\xff\x00", headers=json_type), 422, "bad_request")


def test_guessing_codes_and_passwords_is_slowed_down(own_server: ServerProgram) -> None:
    console = Console(own_server)
    session_id = console.new_session()
    _slows_down(own_server, "/api/redeem", _code("222-222-2222"), lambda: _code(console.code(session_id)))
    _slows_down(own_server, "/api/login", _login(console, "wrong"), lambda: _login(console, PASSWORD))


def _slows_down(server: ServerProgram, path: str, bad: dict[str, str], good: Callable[[], dict[str, str]]) -> None:
    """Not even what is right is heard after too many wrong tries; again where a try came back just before it."""
    allowed = ServerLimits().failures_per_minute_per_address
    assert _at_once(server, path, bad, 4 * allowed).count(429) > allowed
    for _ in range(3):
        right = good()
        while _post(server, path, json=bad).status_code != 429:
            pass
        answer = _post(server, path, json=right)
        if answer.status_code == 429:
            break
    assert _is_refusal(answer, 429, "too_many_requests")


def _code(code: str) -> dict[str, str]:
    return {"code": code, "program": "test"}


def _login(console: Console, password: str) -> dict[str, str]:
    return {"email": console.email, "password": password}


def _at_once(server: ServerProgram, path: str, body: dict[str, str], count: int) -> list[int]:
    async def send() -> list[int]:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as http:
            answers = await asyncio.gather(*(http.post(path, json=body) for _ in range(count)))
        return [answer.status_code for answer in answers]

    return asyncio.run(send())


def _change(server: ServerProgram, statement: object) -> None:
    async def change() -> None:
        store = Store(Settings(data=server.data, database=server.database))
        try:
            async with store.begin() as db:
                await db.execute(statement)  # type: ignore[call-overload]
        finally:
            await store.close()

    asyncio.run(change())
