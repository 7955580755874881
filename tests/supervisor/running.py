"""The whole program over stand-ins, as `vret headset` runs it: `... running FOLDER WINDOW [CODE]`."""

import sys
from pathlib import Path

from tests.supervisor.driving import stand_in
from vret.memory.config import ProgramConfig
from vret.supervisor.child import PROGRAMS, Programs
from vret.supervisor.run import run


def main() -> int:
    folder = Path(sys.argv[1])
    base = folder / "memory"
    base.mkdir(exist_ok=True)
    config = ProgramConfig(server_url="http://127.0.0.1:1", data_folder=str(folder / "data"))
    code = sys.argv[3] if len(sys.argv) > 3 else None
    programs = Programs(*map(stand_in, PROGRAMS))
    return run(config, code, window=sys.argv[2] == "window", base=base, programs=programs)


if __name__ == "__main__":
    sys.exit(main())
