"""The server check against real sockets."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

from vret.doctor.finding import Mark
from vret.doctor.server import check_server


@contextmanager
def answering(body: bytes) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.path == "/api/health"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def health(ours: str, ahead_s: float = 0.0) -> bytes:
    return json.dumps({"version": ours, "unix_ms": int((time.time() + ahead_s) * 1000), "new": 1}).encode()


def test_server_of_the_same_version_is_good() -> None:
    with answering(health(version("vret"))) as url:
        assert [finding.mark for finding in check_server(url, chosen=True)] == [Mark.GOOD, Mark.GOOD]


def test_other_version_and_wrong_clock_are_noted() -> None:
    with answering(health("99.0", ahead_s=3600)) as url:
        server, clock = check_server(url + "/", chosen=True)
    assert server.mark is clock.mark is Mark.NOTE
    assert "99.0" in server.sentence
    assert "behind the server's" in clock.sentence


def test_another_kind_of_server_is_told() -> None:
    with answering(b"<html>hello</html>") as url:
        (finding,) = check_server(url, chosen=True)
    assert finding.mark is Mark.BAD
    assert "no vret server" in finding.sentence


def test_silent_server_is_bad_only_if_it_was_named() -> None:
    with answering(b"") as url:
        pass
    (named,) = check_server(url, chosen=True)
    (unnamed,) = check_server(url, chosen=False)
    assert named.mark is Mark.BAD
    assert unnamed.mark is Mark.NOTE


def test_address_that_is_none_is_told() -> None:
    for wrong in ("clinic", "http://[", "ftp://x"):
        (finding,) = check_server(wrong, chosen=True)
        assert finding.mark is Mark.BAD
