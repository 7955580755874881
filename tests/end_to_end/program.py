"""The whole headset program: `python -m tests.end_to_end.program FOLDER SERVER_URL [CODE]`.

Off-screen, unless the environment's VRET_HEADSET names another headset; VRET_CONTROLLERS names the only controllers,
VRET_SOUND says where sound goes, VIEW_WIDTH and VIEW_HEIGHT how large each eye's picture is.
"""

import os
import sys
from pathlib import Path

import msgspec

from vret.memory.config import ProgramConfig
from vret.settings import ControllersChoice, HeadsetChoice, SoundChoice
from vret.supervisor.run import run


def main() -> int:
    folder = Path(sys.argv[1])
    (folder / "memory").mkdir(exist_ok=True)
    config = ProgramConfig(
        server_url=sys.argv[2],
        data_folder=str(folder / "data"),
        headset=msgspec.convert(os.environ.get("VRET_HEADSET", "offscreen"), HeadsetChoice),
        picture_scale=0.3,
        controllers=msgspec.convert(os.environ.get("VRET_CONTROLLERS", "auto"), ControllersChoice),
        view_width=int(os.environ.get("VIEW_WIDTH", "64")),
        view_height=int(os.environ.get("VIEW_HEIGHT", "64")),
        frame_rate_hz=float(os.environ.get("FRAME_RATE_HZ", "10")),
        record_pictures=True,
        sound=msgspec.convert(os.environ.get("VRET_SOUND", "none"), SoundChoice),
        heart_rate_sensor=os.environ.get("HEART_RATE_SENSOR", ""),
        allow_plain_http="ALLOW_PLAIN_HTTP" in os.environ,
    )
    return run(config, sys.argv[3] if len(sys.argv) > 3 else None, window=False, base=folder / "memory")


if __name__ == "__main__":
    sys.exit(main())
