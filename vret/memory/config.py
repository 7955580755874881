"""The program's configuration, as the supervisor hands it to its children in the memory folder."""

from pathlib import Path
from typing import Final

import msgspec

from vret import settings
from vret.errors import VretError
from vret.settings import (
    ControllersChoice,
    DisplayProfileChoice,
    EyePictures,
    HeadsetChoice,
    PriorityChoice,
    SoundChoice,
)
from vret.unreadable import UNREADABLE

CONFIG_NAME: Final = "program.json"


class ProgramConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of one run of the headset program. `data_folder` holds logs and tokens, `scene_cache` compiled
    scenes; both outlive the run.

    `view_width` and `view_height` are pixels of one eye and are ignored by a real headset. `record_pictures` keeps a
    small picture of frames for tests. `allow_plain_http` permits a server without TLS outside this machine. `homework`
    is done instead of a session with a therapist, without a server.
    `acted_person` lets the `wearer` block press for whoever wears a real headset; the supervisor refuses it where the
    server is not on this machine.
    """

    server_url: str
    data_folder: str
    scene_cache: str = str(settings.SCENE_CACHE.default)
    headset: HeadsetChoice = settings.HEADSET.default
    eye_pictures: EyePictures = settings.EYE_PICTURES.default
    depth_layer: bool = settings.DEPTH_LAYER.default
    eye_height_m: float | None = settings.EYE_HEIGHT_M.default
    own_room: bool = settings.OWN_ROOM.default
    picture_scale: float = settings.PICTURE_SCALE.default
    controllers: ControllersChoice = settings.CONTROLLERS.default
    view_width: int = settings.VIEW_WIDTH.default
    view_height: int = settings.VIEW_HEIGHT.default
    frame_rate_hz: float = settings.FRAME_RATE_HZ.default
    priority: PriorityChoice = settings.PRIORITY.default
    display_profile: DisplayProfileChoice = settings.DISPLAY_PROFILE.default
    record_pictures: bool = settings.RECORD_PICTURES.default
    sound: SoundChoice = settings.SOUND.default
    sound_output: str = settings.SOUND_OUTPUT.default
    microphone: str = settings.MICROPHONE.default
    allow_plain_http: bool = settings.ALLOW_PLAIN_HTTP.default
    acted_person: bool = settings.ACTED_PERSON.default
    homework: bool = False


class ConfigError(VretError):
    """The configuration in a memory folder cannot be read; the message names the file and the key."""


def write_config(folder: Path, config: ProgramConfig) -> None:
    """Raises ConfigError."""
    try:
        written = msgspec.json.encode(config)
    except UnicodeEncodeError as error:
        named = error.object.encode(errors="replace").decode()
        raise ConfigError(f"{named}: this name is not UTF-8 and cannot be told on: choose another.") from None
    (folder / CONFIG_NAME).write_bytes(msgspec.json.format(written, indent=2))


def read_config(folder: Path) -> ProgramConfig:
    path = folder / CONFIG_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=ProgramConfig)
    except FileNotFoundError:
        raise ConfigError(f"{path} is not there; the supervisor writes it before it starts this program") from None
    except UNREADABLE as error:
        raise ConfigError(f"{path}: {error}") from None
