"""Sign-in links: good once, for ten minutes, for one account; and logins that only watch."""

import asyncio
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import select, update

from vret.core.commands import SetRung, Stop
from vret.link.wire import ErrorCode, Heartbeat, PeerJoined, Relayed, Turned, Welcome
from vret_server.accounts import AccountError
from vret_server.settings import ServerLimits, Settings
from vret_server.store import Store
from vret_server.tables import links

from .people import GATE, PLAN, Console, Device, command, sign_in_link, signed
from .programs import ServerProgram


def sign_in(server: ServerProgram, token: str) -> httpx.Response:
    return httpx.post(server.url + "/api/login/link", json={"token": token}, timeout=60)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_link_signs_in_once(server: ServerProgram, console: Console) -> None:
    token = sign_in_link(server, console.email.upper())
    answer = sign_in(server, token)
    assert answer.json() == {
        "account_id": console.account_id,
        "email": console.email,
        "role": "therapist",
        "watches": False,
    }
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert httpx.get(server.url + "/api/me", cookies=answer.cookies).json()["email"] == console.email
    assert refusal(sign_in(server, token)) == (410, "link_used")
    assert refusal(sign_in(server, token[:-1])) == (404, "link_unknown")


def test_of_many_at_once_one_gets_in(server: ServerProgram, console: Console) -> None:
    token = sign_in_link(server, console.email)
    with ThreadPoolExecutor(6) as browsers:
        statuses = [answer.status_code for answer in browsers.map(lambda _: sign_in(server, token), range(6))]
    assert sorted(statuses) == [200, 410, 410, 410, 410, 410]


def test_a_link_expires_and_is_kept_only_as_a_hash(server: ServerProgram, console: Console) -> None:
    token = sign_in_link(server, console.email)

    async def age() -> list[str]:
        store = Store(Settings(data=server.data, database=server.database))
        try:
            async with store.begin() as db:
                mine = (links.c.account_id == console.account_id) & links.c.used_unix_ms.is_(None)
                await db.execute(update(links).where(mine).values(expires_unix_ms=1))
                return list((await db.execute(select(links.c.link_hash).where(mine))).scalars())
        finally:
            await store.close()

    (kept,) = asyncio.run(age())
    assert re.fullmatch("[0-9a-f]{64}", kept)
    assert refusal(sign_in(server, token)) == (410, "link_expired")


def test_wrong_links_are_limited_as_wrong_passwords_are(own_server: ServerProgram) -> None:
    allowed = ServerLimits().failures_per_minute_per_address
    codes: list[str] = []
    while "too_many_requests" not in codes and len(codes) < 4 * allowed:
        codes.append(refusal(sign_in(own_server, "guess"))[1])
    *wrong, last = codes
    assert (set(wrong), last) == ({"link_unknown"}, "too_many_requests")
    assert len(wrong) >= allowed


def test_there_is_no_link_without_an_account(server: ServerProgram) -> None:
    with pytest.raises(AccountError, match="no account for nobody"):
        sign_in_link(server, "nobody@clinic.example")


def test_the_command_prints_what_to_open(server: ServerProgram, console: Console) -> None:
    arguments = ["server", "--data", str(server.data), "--database", server.database, "sign-in-link", console.email]
    done = subprocess.run(
        [sys.executable, "-c", "from vret.cli import main; main()", *arguments, "--page", server.url + "/"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    page, _, token = done.stdout.strip().splitlines()[-1].partition("/#token=")
    assert page == server.url
    assert sign_in(server, token).status_code == 200


@pytest.fixture
def watcher(console: Console) -> Console:
    """The same account, signed in only to watch."""
    watching = Console.__new__(Console)
    watching.server, watching.email, watching.account_id = console.server, console.email, console.account_id
    watching.http = console.server.visits.enter_context(httpx.Client(base_url=console.server.url, timeout=60))
    token = sign_in_link(console.server, console.email, watches=True)
    assert watching.http.post("/api/login/link", json={"token": token}).json()["watches"]
    return watching


def test_a_login_that_only_watches_changes_nothing(watcher: Console, session_id: str) -> None:
    assert watcher.http.get(f"/api/sessions/{session_id}").status_code == 200
    calls = [
        ("POST", "/api/sessions", {"plan": PLAN}),
        ("PUT", f"/api/sessions/{session_id}/gate", GATE),
        ("POST", f"/api/sessions/{session_id}/code", None),
        ("POST", f"/api/sessions/{session_id}/admit", None),
        ("POST", f"/api/sessions/{session_id}/end", None),
    ]
    for method, path, body in calls:
        assert refusal(watcher.http.request(method, path, json=body)) == (403, "only_watching")


def test_who_watches_disturbs_nobody_and_may_stop(
    console: Console, watcher: Console, session_id: str, device: Device
) -> None:
    console.admit(session_id)
    with device.join() as headset, console.join(session_id) as leading, watcher.join(session_id) as watching:
        assert leading.until(Welcome).leads
        assert not watching.until(Welcome).leads
        for _ in range(2):
            headset.until(PeerJoined)
        watching.send(signed(Heartbeat(sequence=1, beacon=1, beacon_received_ns=0, sent_ns=0)))
        watching.send(command("c1", SetRung(scene="heights", rung="roof")))
        turned = watching.until(Turned)
        assert (turned.code, turned.command_id) == (ErrorCode.NOT_ALLOWED, "c1")
        watching.send(command("c2", Stop()))
        relayed = headset.until(Relayed)
        assert b"Stop" in bytes(relayed.message)


def test_a_second_window_takes_the_lead_and_the_first_is_told(
    console: Console, session_id: str, device: Device
) -> None:
    console.admit(session_id)
    with device.join() as headset, console.join(session_id) as first:
        assert first.until(Welcome).leads
        headset.until(PeerJoined)
        with console.join(session_id) as second:
            assert second.until(Welcome).leads
            assert first.until(Turned).code is ErrorCode.REPLACED
            first.send(command("c1", SetRung(scene="heights", rung="roof")))
            assert first.until(Turned).command_id == "c1"
            second.send(command("c2", SetRung(scene="heights", rung="stool")))
            assert b"stool" in bytes(headset.until(Relayed).message)
