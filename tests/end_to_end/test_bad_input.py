"""What a person or an operator can get wrong, on the real programs: one clear sentence, an exit status, no trace."""

import http.server
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from tests.recording.story import OPENED, told
from tests.scene.small import write_scene
from tests.server.people import Console, Device
from tests.server.programs import ServerProgram
from vret.recording.identity import FORMAT, identity_of
from vret.recording.live import LiveLog
from vret.recording.seal import seal

VRET = (sys.executable, "-c", "from vret.cli import main; main()")
NOWHERE = "http://127.0.0.1:9"
FATAL = "vret headset: The program has to end. "


def vret(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    ended = subprocess.run(
        [*VRET, *map(str, arguments)],
        env=os.environ | {"COLUMNS": "200", "PYTHONIOENCODING": "utf-8"} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert "Traceback" not in ended.stdout + ended.stderr
    return ended


def sentence(ended: subprocess.CompletedProcess[str], status: int = 2) -> str:
    """The only line on standard error."""
    assert ended.returncode == status, ended.stdout + ended.stderr
    (line,) = ended.stderr.strip().splitlines()
    return line


def headset(data: Path, server: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`vret headset` off screen, with a code, which ends by itself when it cannot go on."""
    small = ("--no-window", "--sound", "none", "--view-width", "64", "--view-height", "64", "--frame-rate", "10")
    where = () if "--headset" in options else ("--headset", "offscreen")
    code = () if "--code" in options else ("--code", "222-222-2222")
    return vret("headset", "--server", server, "--data", data, *small, *where, *code, *options, **environment)


def fault(ended: subprocess.CompletedProcess[str], data: Path) -> str:
    """The sentence for which the program ended, which is said once; nothing that it started left a trace."""
    assert ended.returncode == 2, ended.stderr
    faults = [line for line in ended.stderr.splitlines() if line.startswith(FATAL)]
    assert len(faults) == 1, ended.stderr
    said = faults[0].removeprefix(FATAL)
    assert ended.stderr.count(said) == 1
    assert "Traceback" not in "".join(path.read_text() for path in (data / "logs").glob("*.log"))
    return said


# -- before anything is started


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("clinic", "'clinic' is not a server's address: enter one like https://clinic.example.org, with --server."),
        ("http://192.0.2.1", "is not encrypted: enter the address with https://, or pass --allow-plain-http."),
    ],
)
def test_an_address_that_cannot_be_used(tmp_path: Path, server: str, words: str) -> None:
    assert words in sentence(headset(tmp_path, server))


def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folders = [tmp_path / "file" / "data"]
    if sys.platform == "linux":
        folders.append(Path("/proc/vret"))
    for folder in folders:
        said = sentence(headset(folder, NOWHERE))
        assert f"The folder {folder} cannot be written" in said
        assert "--data" in said


@pytest.mark.parametrize(
    ("database", "words"),
    [
        ("nonsense", "is not a database address"),
        ("postgresql://vret@127.0.0.1:1/vret", "cannot be used"),
        ("sqlite:////proc/vret/vret.db", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used(tmp_path: Path, database: str, words: str) -> None:
    said = sentence(vret("server", "--port", 0, "--data", tmp_path, "--database", database))
    assert words in said
    assert "--database" in said


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = sentence(vret("server", "--port", port, "--data", tmp_path))
    assert f"--port {port}: another program uses this port already" in said


def test_plain_http_is_not_offered_to_other_computers(tmp_path: Path) -> None:
    assert "--behind-tls-proxy" in sentence(vret("server", "--host", "0.0.0.0", "--data", tmp_path))


# -- files


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("height_m = 2.25", "hight_m = 2.25", "rungs.high.hight_m: no such axis; did you mean height_m?"),
        (
            'mesh = { kind = "box", size_m = [1, 0.2, 1] }',
            'mesh = { kind = "model", file = "step.glb" }',
            "step.glb",
        ),
        ("height_m = 8", "height_m = 80", "level.1.height_m: 80 lies outside the range 0 to 10"),
        ("at = 10", "at = 11", "level.1.at"),
    ],
)
def test_a_scene_that_cannot_be_used(tmp_path: Path, old: str, new: str, words: str) -> None:
    said = sentence(vret("scene", "check", write_scene(tmp_path, old, new)), status=1)
    assert "scene.toml:" in said
    assert words in said


def log_of(folder: Path, log_format: int = FORMAT) -> Path:
    """The log of a short session, as a program with this format begins it."""
    log = LiveLog.create(folder / "s-1.mcap", msgspec.structs.replace(identity_of(OPENED), format=log_format))
    log.append(told().records)
    log.close()
    return folder / "s-1.mcap"


def test_a_log_that_is_none_or_is_damaged(tmp_path: Path) -> None:
    """A replay that cannot be whole is none; a report says up to where it goes."""
    other = tmp_path / "letter.mcap"
    other.write_text("Dear Sir or Madam")
    sealed = seal(log_of(tmp_path)).path
    content = bytearray(sealed.read_bytes())
    content[len(content) // 2] ^= 0xFF
    sealed.write_bytes(content)
    for command in ("replay", "review"):
        assert "letter.mcap is not a session log" in sentence(vret(command, other))
    assert "is damaged after record" in sentence(vret("replay", sealed))
    assert vret("review", sealed).returncode == 0
    assert "is damaged after record" in (tmp_path / "s-1.html").read_text()


def test_a_log_of_a_newer_program(tmp_path: Path) -> None:
    newer = log_of(tmp_path, 99)
    for command in ("replay", "review"):
        said = sentence(vret(command, newer))
        assert "s-1.mcap has log format 99" in said
        assert "update vret" in said


def test_a_log_that_ends_early(tmp_path: Path) -> None:
    cut = log_of(tmp_path)
    cut.write_bytes(cut.read_bytes()[:-200])
    assert "ends in the middle of an entry" in sentence(vret("replay", cut))
    reviewed = vret("review", cut)
    assert reviewed.returncode == 0, reviewed.stderr
    assert "ends in the middle of an entry" in cut.with_suffix(".html").read_text()


# -- a computer that lacks something


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: Mesa is made to offer less")
@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"__EGL_VENDOR_LIBRARY_FILENAMES": "/nowhere.json"}, "EGL finds no graphics driver"),
        ({"MESA_GL_VERSION_OVERRIDE": "3.3"}, "OpenGL 4.5"),
    ],
)
def test_no_opengl_or_too_old_a_one(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    said = fault(headset(tmp_path, NOWHERE, **environment), tmp_path)
    assert words in said
    assert "install" in said
    examined = vret("doctor", "--data", tmp_path, **environment)
    assert examined.returncode == 1
    assert words in " ".join(examined.stdout.split())
    assert "cannot work here until this is mended: graphics" in examined.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: elsewhere there is always a display")
def test_no_display_for_the_window(tmp_path: Path) -> None:
    said = fault(headset(tmp_path, NOWHERE, "--headset", "window", DISPLAY="", WAYLAND_DISPLAY=""), tmp_path)
    assert said.startswith("There is no display for a window: start it on a desktop")


# -- servers and codes


class _Stranger(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        page = b"<html>Welcome to our hotel</html>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def stranger() -> Iterator[str]:
    """Something that answers and is no vret server."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_server_that_is_none(tmp_path: Path) -> None:
    with stranger() as address:
        said = fault(headset(tmp_path, f"http://{address}"), tmp_path)
    assert said == f"http://{address} answers, but it is no vret server: ask the clinic for the right address."


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_that_does_not_answer_is_called_again_until_the_program_is_ended(tmp_path: Path, scheme: str) -> None:
    with stranger() as address:
        url = f"https://{address}" if scheme == "https" else NOWHERE
        words = "nothing speaks https there" if scheme == "https" else "cannot be reached"
        arguments = ("headset", "--server", url, "--data", str(tmp_path), "--code", "222-222-2222", "--no-window")
        options = ("--headset", "offscreen", "--sound", "none", "--view-width", "64", "--view-height", "64")
        with subprocess.Popen([*VRET, *arguments, *options], stderr=subprocess.PIPE, text=True) as program:
            assert program.stderr is not None
            said = next(line for line in program.stderr if url in line)
            program.terminate()
            rest = program.stderr.read()
            assert program.wait(30) == 0
    assert words in said
    assert "It is tried again by itself." in said
    assert words not in rest
    assert "Traceback" not in rest


def test_wrong_expired_and_used_codes(sqlite_server: ServerProgram, tmp_path: Path) -> None:
    console = Console(sqlite_server)
    used, late = (console.code(console.new_session()) for _ in range(2))
    Device(sqlite_server, used)
    with closing(sqlite3.connect(sqlite_server.data / "vret.db")) as database, database:
        database.execute("UPDATE codes SET expires_unix_ms = ? WHERE used_unix_ms IS NULL", (time.time_ns() // 10**6,))
    for code, words in (
        ("222-222-2222", "This code is not known. Check each letter, or ask the therapist for a new code."),
        (late, "This code has expired. Ask the therapist for a new code."),
        (used, "This code was used already. Ask the therapist for a new code."),
    ):
        assert fault(headset(tmp_path / "data", sqlite_server.url, "--code", code), tmp_path / "data") == words
    assert not list((tmp_path / "data").glob("sessions/*"))
    assert "Traceback" not in sqlite_server.complaints()
