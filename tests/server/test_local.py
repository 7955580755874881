"""`vret console` between a browser and the real server: what goes through, and who is kept out."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from vret.core.commands import Pause
from vret.link.wire import PeerJoined, Relayed, ReportMessage, Role, ToTherapist, Turned, Welcome
from vret_server.accounts import AccountRole
from vret_server.app import create_app
from vret_server.listening import ListeningServer, listen
from vret_server.pages import read_pages
from vret_server.serve import prepare
from vret_server.settings import Settings

from .people import PASSWORD, Console, Device, Wire, add_account, command, hello_of, report_message
from .programs import ServerProgram, free_port

pytestmark = pytest.mark.skipif(not read_pages(), reason="needs the compiled console: make setup")

_VRET = [sys.executable, "-c", "from vret.cli import main; main()"]
_LIMIT_S = 60


class ConsoleProgram:
    """`vret console` on a free port, and a browser's cookies in it."""

    def __init__(self, server_url: str, errors: Path, **environment: str) -> None:
        self._errors = errors
        with errors.open("w") as file:
            self._process = subprocess.Popen(
                [*_VRET, "console", "--server", server_url, "--no-open"],
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
                env={**os.environ, **environment},
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("The console is at "), f"{line!r}, {errors.read_text()}"
        self.url = line.removeprefix("The console is at ").partition(",")[0]
        self.browser = httpx.Client(base_url=self.url, headers={"Origin": self.url}, timeout=_LIMIT_S)

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())

    def sign_in(self, email: str) -> httpx.Response:
        answer = self.browser.post("/api/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return answer

    def connect(self, path: str, **headers: str) -> Any:
        headers = {"Origin": self.url, "Cookie": self.cookie, **headers}
        return connect(self.url.replace("http", "ws") + path, additional_headers=headers, compression=None, proxy=None)

    def join(self, session_id: str) -> Wire:
        return Wire(self.connect(f"/ws/therapist/{session_id}"), ToTherapist, hello_of(Role.THERAPIST))

    def stop(self) -> tuple[int, str]:
        self.browser.close()
        self._process.send_signal(signal.SIGINT)
        with self._process:
            self._process.communicate(timeout=_LIMIT_S)
        return self._process.returncode, self._errors.read_text()


@pytest.fixture
def local(server: ServerProgram, tmp_path: Path) -> Iterator[ConsoleProgram]:
    program = ConsoleProgram(server.url, tmp_path / "stderr.txt")
    yield program
    assert program.stop() == (0, "")


def test_a_session_is_led_through_it(local: ConsoleProgram, console: Console, session_id: str, device: Device) -> None:
    console.admit(session_id)
    local.sign_in(console.email)
    (session,) = local.browser.get("/api/sessions").json()["sessions"]
    assert session["session_id"] == session_id
    with device.join() as headset, local.join(session_id) as therapist:
        assert therapist.until(Welcome).leads
        headset.until(PeerJoined)
        therapist.send(command("c1", Pause()))
        assert b"c1" in bytes(headset.until(Relayed).message)
        headset.send(report_message(7))
        assert therapist.until(ReportMessage).report.t_ns == 7
        headset.connection.send(b"\x00telemetry\xff")
        while not isinstance(batch := therapist.next(), bytes):
            pass
        assert batch == b"\x00telemetry\xff"
        local.browser.post(f"/api/sessions/{session_id}/end")
        assert therapist.closed() == (1008, "session_over")


def test_the_servers_cookie_stays_in_the_program(
    local: ConsoleProgram, server: ServerProgram, console: Console
) -> None:
    answer = local.sign_in(console.email)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("vret_console_")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    (value,) = local.browser.cookies.values()
    assert httpx.get(server.url + "/api/me", headers={"Cookie": f"vret_login={value}"}).status_code == 401
    assert local.browser.get("/api/me").json()["email"] == console.email
    stranger = httpx.get(local.url + "/api/me", headers={"Cookie": console.cookie})
    assert stranger.status_code == 401
    assert httpx.get(local.url + "/api/me").status_code == 401
    assert local.browser.post("/api/logout").status_code == 204
    assert httpx.get(local.url + "/api/me", headers={"Cookie": f"{cookie.partition(';')[0]}"}).status_code == 401


def test_the_pages_are_the_installed_ones(local: ConsoleProgram) -> None:
    answer = local.browser.get("/sessions/0123")
    assert answer.content == read_pages()["/index.html"].content
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert local.browser.get("/api/health").headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"])
def test_a_name_that_was_pointed_here_is_refused(local: ConsoleProgram, host: str) -> None:
    answer = httpx.get(local.url + "/", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_host")
    assert local.url in answer.json()["message"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
def test_another_page_is_refused(local: ConsoleProgram, console: Console, session_id: str, origin: str) -> None:
    local.sign_in(console.email)
    answer = local.browser.post("/api/logout", headers={"Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "bad_origin_here")
    with pytest.raises(InvalidStatus):
        local.connect(f"/ws/therapist/{session_id}", Origin=origin)
    assert local.browser.get("/api/me").status_code == 200


@pytest.mark.parametrize("path", ["/ws/headset", "/ws/therapist/a/b", "/ws"])
def test_no_other_socket_leads_through(local: ConsoleProgram, path: str) -> None:
    with pytest.raises(InvalidStatus):
        local.connect(path)


def test_without_a_login_the_servers_own_words_come_back(local: ConsoleProgram, session_id: str) -> None:
    with Wire(local.connect(f"/ws/therapist/{session_id}"), ToTherapist) as turned_away:
        assert turned_away.until(Turned).message == "Sign in first."


def test_a_log_comes_through_whole(local: ConsoleProgram, console: Console, session_id: str, device: Device) -> None:
    log = os.urandom(5_000_000)
    device.announce(log)
    device.send(log, 0)
    local.sign_in(console.email)
    answer = local.browser.get(f"/api/sessions/{session_id}/log")
    assert answer.content == log
    assert session_id in answer.headers["content-disposition"]


def test_ctrl_c_in_a_session_ends_it_at_once(server: ServerProgram, console: Console, tmp_path: Path) -> None:
    session_id = console.new_session()
    local = ConsoleProgram(server.url, tmp_path / "console.txt")
    local.sign_in(console.email)
    with local.join(session_id) as therapist:
        therapist.until(Welcome)
        assert local.stop() == (0, "")


def test_a_server_that_went_away_is_said_and_found_again(own_server: ServerProgram, tmp_path: Path) -> None:
    console = Console(own_server)
    session_id, email = console.new_session(), console.email
    local = ConsoleProgram(own_server.url, tmp_path / "console.txt")
    local.sign_in(email)
    with local.join(session_id) as therapist:
        therapist.until(Welcome)
        own_server.kill()
        assert therapist.closed()[0] == 1013
    gone = local.browser.get("/api/me")
    assert (gone.status_code, gone.json()["code"]) == (502, "server_unreachable")
    with local.connect(f"/ws/therapist/{session_id}") as early, pytest.raises(ConnectionClosed) as closed:
        early.recv(timeout=_LIMIT_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1013
    own_server.start()
    assert local.browser.get("/api/me").json()["email"] == email
    assert local.stop() == (0, "")


@pytest.fixture
def secure_address(tmp_path: Path) -> Iterator[str]:
    """The real server behind real https, at an address that does not look like this computer's; its certificate."""
    listener = listen("127.0.0.1", 0, "--port 0")
    port = listener.getsockname()[1]
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=clinic"),
            *("-addext", "subjectAltName=IP:0.0.0.0", "-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    settings = Settings(data=tmp_path / "data")
    prepare(settings)
    ready = threading.Event()
    server = ListeningServer(
        create_app(settings),
        lambda _: ready.set(),
        ssl_certfile=tmp_path / "cert.pem",
        ssl_keyfile=tmp_path / "key.pem",
    )
    serving = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    serving.start()
    assert ready.wait(_LIMIT_S)
    yield f"https://0.0.0.0:{port}"
    server.should_exit = True
    serving.join()


def test_a_secure_cookie_is_of_use_on_the_loopback(secure_address: str, tmp_path: Path) -> None:
    store = ServerProgram(tmp_path / "data", "")
    add_account(store, "anna@clinic.example", AccountRole.THERAPIST)
    certificate = str(tmp_path / "cert.pem")
    program = ConsoleProgram(secure_address, tmp_path / "console.txt", SSL_CERT_FILE=certificate, NO_PROXY="*")
    answer = program.sign_in("anna@clinic.example")
    assert "Secure" not in answer.headers["set-cookie"]
    assert program.browser.get("/api/me").json()["email"] == "anna@clinic.example"
    created = program.browser.post("/api/sessions", json={"plan": {"scenes": [{"scene": "heights"}]}}).json()
    with program.join(created["session_id"]) as therapist:
        assert therapist.until(Welcome).leads
    assert program.stop() == (0, "")


def test_what_cannot_be_done_is_said_in_one_sentence(server: ServerProgram) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        for arguments, words in (
            (("--server", f"http://127.0.0.1:{free_port()}"), "cannot be reached"),
            (("--server", server.url + "/api"), "no vret server"),
            (("--server", "http://clinic.example"), "not encrypted"),
            (("--server", server.url, "--port", port), "another program uses this port"),
        ):
            ended = subprocess.run(
                [*_VRET, "console", "--no-open", *arguments],
                capture_output=True,
                text=True,
                timeout=_LIMIT_S,
                check=False,
            )
            assert ended.returncode == 2, ended.stderr
            assert words in ended.stderr
            assert ended.stderr.count("\n") == 1
