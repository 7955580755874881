"""A network with one public address, for a relay at it and `vret server doctor` beside; `python -m` runs both.

There nothing needs to be allowed that the shipped configuration denies. The argument is a folder to work in.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.server.coturn import Coturn

ADDRESS = "9.9.9.9"
VRET = [sys.executable, "-c", "from vret.cli import main; main()"]


def in_own_network(*command: str) -> list[str]:
    """Runs it in a network namespace, with root's powers in a user namespace where need be."""
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    script = f'ip link set lo up && ip address add {ADDRESS}/32 dev lo && exec "$@"'
    return [*unshare, "sh", "-c", script, "sh", *command]


def main() -> int:
    with Coturn(Path(sys.argv[1]), host=ADDRESS) as relay:
        options = ["--turn-urls", ",".join(relay.urls), "--turn-secret-file", str(relay.secret_file)]
        trusted = os.environ | {"SSL_CERT_FILE": str(relay.authority_file)}
        return subprocess.run([*VRET, "server", *options, "doctor"], env=trusted, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
