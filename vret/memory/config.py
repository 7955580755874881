"""The program's configuration, as the supervisor hands it to its children in the memory folder."""

from pathlib import Path
from typing import Final, Literal

import msgspec

from vret.errors import VretError

CONFIG_NAME: Final = "program.json"


class ProgramConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of one run of the headset program. `data_folder` holds logs and tokens; it outlives the run.

    `view_width` and `view_height` are pixels of one eye and are ignored by a real headset. `record_pictures` keeps a
    small picture of frames for tests. `allow_plain_http` permits a server without TLS outside this machine.
    """

    server_url: str
    data_folder: str
    headset: Literal["auto", "window", "offscreen"] = "auto"
    view_width: int = 256
    view_height: int = 256
    frame_rate_hz: float = 90.0
    record_pictures: bool = False
    sound: Literal["auto", "none", "file"] = "auto"
    seed: int = 1
    allow_plain_http: bool = False


class ConfigError(VretError):
    """The configuration in a memory folder cannot be read; the message names the file and the key."""


def write_config(folder: Path, config: ProgramConfig) -> None:
    (folder / CONFIG_NAME).write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2))


def read_config(folder: Path) -> ProgramConfig:
    path = folder / CONFIG_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=ProgramConfig)
    except FileNotFoundError:
        raise ConfigError(f"{path} is not there; the supervisor writes it before it starts this program") from None
    except msgspec.MsgspecError as error:
        raise ConfigError(f"{path}: {error}") from None
