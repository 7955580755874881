"""coturn from Debian with the configuration that vret ships, completed for one folder and one address."""

import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import trustme

import vret_server
from vret_server.turn import Turn, read_turn_url

from .programs import free_port

SHIPPED = Path(vret_server.__file__).parent / "turnserver.conf"
LOOPBACK = "127.0.0.1"
LOOPBACK_MAY_BE_REACHED = "allow-loopback-peers", f"allowed-peer-ip={LOOPBACK}"
"""Without these two lines nothing that is relayed on one machine arrives: the shipped configuration denies it."""

_LIMIT_S = 30


class Coturn:
    """A context manager; skips with a named reason where coturn is not installed.

    `instead` replaces whole lines of the shipped configuration, `more` are lines after its end. `within` goes before
    the command.
    """

    def __init__(
        self,
        folder: Path,
        *,
        more: Sequence[str] = (),
        instead: Mapping[str, str] | None = None,
        host: str = LOOPBACK,
        within: Sequence[str] = (),
    ) -> None:
        self.host = host
        self._within = within
        self.port, self.tls_port = free_port(), free_port()
        self.secret = secrets.token_hex(32)
        self.secret_file = folder / "turn-secret"
        self.secret_file.write_text(self.secret + "\n")
        self.authority = trustme.CA()
        self.authority_file = folder / "authority.pem"
        self.authority.cert_pem.write_to_path(str(self.authority_file))
        self._folder = folder
        self._issue_certificate()
        self._configuration = folder / "turnserver.conf"
        completed = _with_lines(SHIPPED.read_text(encoding="utf-8"), self._completions() | dict(instead or {}))
        own = f"userdb={folder / 'turn.db'}", f"pidfile={folder / 'turn.pid'}"
        self._configuration.write_text("\n".join([completed, *own, *more, ""]))

    def _issue_certificate(self) -> None:
        issued = self.authority.issue_cert(self.host)
        issued.private_key_pem.write_to_path(str(self._folder / "key.pem"))
        chain = b"".join(part.bytes() for part in issued.cert_chain_pems)
        (self._folder / "certificate.pem").write_bytes(chain)

    def _completions(self) -> dict[str, str]:
        """The marked places, and what keeps this relay apart from others on the machine."""
        return {
            "realm=turn.clinic.example": "realm=turn.test",
            "#static-auth-secret=": f"static-auth-secret={self.secret}",
            "cert=/etc/coturn/certificate.pem": f"cert={self._folder / 'certificate.pem'}",
            "pkey=/etc/coturn/key.pem": f"pkey={self._folder / 'key.pem'}",
            "listening-port=3478": f"listening-port={self.port}\nlistening-ip={self.host}\nrelay-ip={self.host}",
            "tls-listening-port=5349": f"tls-listening-port={self.tls_port}",
        }

    @property
    def urls(self) -> tuple[str, str, str]:
        """By UDP, TCP and TLS."""
        plain = f"turn:{self.host}:{self.port}"
        return plain, f"{plain}?transport=tcp", f"turns:{self.host}:{self.tls_port}"

    @property
    def turn(self) -> Turn:
        return self.turn_with(self.secret)

    def turn_with(self, secret: str) -> Turn:
        return Turn([read_turn_url(url) for url in self.urls], secret, lifetime_s=600)

    @property
    def trusted(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> "Coturn":
        program = shutil.which("turnserver")
        if program is None:
            pytest.skip("needs coturn: apt install coturn")
        with (self._folder / "coturn.txt").open("w") as output:
            self._process = subprocess.Popen(
                [*self._within, program, "-c", str(self._configuration)],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
            )
        end_s = time.monotonic() + _LIMIT_S
        while not self._is_ready():
            said = (self._folder / "coturn.txt").read_text()
            assert self._process.poll() is None, said
            assert time.monotonic() < end_s, said
            time.sleep(0.02)
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait(_LIMIT_S)

    def _is_ready(self) -> bool:
        return all(self._listens(port) for port in (self.port, self.tls_port))

    def _listens(self, port: int) -> bool:
        """Tried from where it is."""
        probe = "import socket, sys; sys.exit(socket.socket().connect_ex((sys.argv[1], int(sys.argv[2]))) != 0)"
        if self._within:
            command = [*self._within, sys.executable, "-c", probe, self.host, str(port)]
            return subprocess.run(command, check=False).returncode == 0
        with socket.socket() as here:
            return here.connect_ex((self.host, port)) == 0


def _with_lines(text: str, lines: Mapping[str, str]) -> str:
    kept = text.splitlines()
    for line, other in lines.items():
        assert kept.count(line) == 1, f"{SHIPPED.name}: {line}"
        kept[kept.index(line)] = other
    return "\n".join(kept)
