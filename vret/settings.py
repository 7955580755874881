"""Every setting of the programs: name, default, help and environment variable, in one table.

The command line reads its options from here and `docs/settings.md` is written from here, so that a default stands in
one place only. An option on the command line wins over the environment variable, which wins over the default.
"""

from pathlib import Path
from typing import Any, Literal

import platformdirs

from vret.setting import Setting

HeadsetChoice = Literal["auto", "openxr", "window", "offscreen"]
EyePictures = Literal["auto", "array", "double_wide", "clipped"]
SoundChoice = Literal["auto", "file", "none"]
PriorityChoice = Literal["auto", "high", "normal"]
DisplayProfileChoice = Literal["auto", "headset", "software"]
ControllersChoice = Literal[
    "auto",
    "khr/simple_controller",
    "oculus/touch_controller",
    "meta/touch_controller_plus",
    "bytedance/pico_neo3_controller",
    "bytedance/pico4_controller",
    "valve/index_controller",
    "htc/vive_controller",
    "microsoft/motion_controller",
    "ext/hand_interaction_ext",
]
"""Names of OpenXR interaction profiles that `vret.headset.profiles` has a table of controls for."""


SERVER_URL = Setting(
    "server_url",
    "--server",
    "http://127.0.0.1:8000",
    "Address of the clinic's server, as the clinic gave it to you.",
    ("headset", "check", "console", "doctor"),
)
CODE = Setting[str | None](
    "code",
    "--code",
    None,
    "The join code that the therapist told you. Without it the window asks.",
    ("headset",),
)
CHECK_CODE = Setting[str | None](
    "check_code",
    "--code",
    None,
    "The code for the check that the therapist gave you, or a join code, which stays good. Without it the line to the "
    "clinic is not tried.",
    ("check",),
)
HEADSET = Setting[HeadsetChoice](
    "headset",
    "--headset",
    "auto",
    "What shows the scene: the headset (openxr), a window on the screen, or nothing visible (offscreen); auto takes "
    "the first of them that is there.",
    ("headset", "homework"),
)
EYE_PICTURES = Setting[EyePictures](
    "eye_pictures",
    "--eye-pictures",
    "auto",
    "How the headset gets both eyes' pictures: as layers (array), or side by side (double_wide, or clipped for old "
    "graphics cards); auto takes the first that works.",
    ("headset", "homework"),
)
PICTURE_SCALE = Setting(
    "picture_scale",
    "--picture-scale",
    1.0,
    "Size of the headset's pictures, as a part of what its software asks for; smaller is faster and less sharp.",
    ("headset", "homework"),
    low=0.2,
    high=2.0,
)
DEPTH_LAYER = Setting(
    "depth_layer",
    "--depth-layer/--no-depth-layer",
    False,
    "Tell the headset's software how far everything in the picture is, where it wants to know: it can then correct a "
    "late picture also for steps of the head, and some headsets show it worse instead.",
    ("headset", "homework"),
)
EYE_HEIGHT_M = Setting[float | None](
    "eye_height_m",
    "--eye-height",
    None,
    "How far above the floor the person's eyes are when they put the headset on, in metres, standing or sitting as "
    "they begin. Used where the headset's software does not know the floor.",
    ("headset", "homework"),
    "1.6 where the floor is not known",
    low=0.5,
    high=2.3,
)
OWN_ROOM = Setting(
    "own_room",
    "--own-room/--calm-room",
    False,
    "What the person sees some moments after pressing Stop: their own room, where the headset can show it, or the calm "
    "room that Stop always shows first.",
    ("headset", "homework"),
)
CONTROLLERS = Setting[ControllersChoice](
    "controllers",
    "--controllers",
    "auto",
    "Which controllers the headset's software is asked for: all that docs/controls.md names (auto), or one of them, "
    "where it takes the wrong ones.",
    ("headset", "homework"),
)
ACTED_PERSON = Setting(
    "acted_person",
    "--acted-person/--own-person",
    False,
    "An acted person presses for whoever wears the headset, as in the demonstration; refused unless the server is on "
    "this computer.",
    ("headset",),
)
WINDOW = Setting(
    "window",
    "--window/--no-window",
    True,
    "Whether to open the desktop window with the code, the state and the large Stop.",
    ("headset", "homework", "demo"),
)
DATA = Setting(
    "data",
    "--data",
    Path(platformdirs.user_data_dir("vret", appauthor=False)),
    "Folder for session logs and what the program keeps.",
    ("headset", "homework", "check", "doctor"),
    "the vret folder among your user data",
)
SCENE_CACHE = Setting(
    "scene_cache",
    "--scene-cache",
    Path(platformdirs.user_cache_dir("vret", appauthor=False)) / "scenes",
    "Folder where compiled scenes are kept, so that the next start is quick. It can be deleted at any time.",
    ("headset", "homework"),
    "scenes in the vret folder among your user caches",
)
SOUND = Setting[SoundChoice](
    "sound",
    "--sound",
    "auto",
    "Where sound goes: the sound device (auto), a file in the data folder, or nowhere. The microphone listens only "
    "with auto.",
    ("headset", "homework"),
)
SOUND_OUTPUT = Setting(
    "sound_output",
    "--sound-output",
    "",
    "Which sound device plays: its name or a part of it, as `vret doctor` lists them. Where it is not there, the "
    "default plays until it is.",
    ("headset", "homework", "check"),
    "the headset's own, where its name tells; else the computer's default",
)
MICROPHONE = Setting(
    "microphone",
    "--microphone",
    "",
    "Which microphone the therapist hears: its name or a part of it, as `vret doctor` lists them. Where it is not "
    "there, the default listens until it is.",
    ("headset", "check"),
    "the headset's own, where its name tells; else the computer's default",
)
HEART_RATE_SENSOR = Setting(
    "heart_rate_sensor",
    "--heart-rate-sensor",
    "",
    "The Bluetooth sensor that tells this person's heart rate: the beginning of its name, as it stands on it or in the "
    "computer's list of Bluetooth devices, or its address. No other is listened to.",
    ("headset",),
    "none",
)
VIEW_WIDTH = Setting(
    "view_width",
    "--view-width",
    512,
    "Width of each eye's picture in pixels.",
    ("headset", "homework"),
    low=64,
    high=8192,
)
VIEW_HEIGHT = Setting(
    "view_height",
    "--view-height",
    512,
    "Height of each eye's picture in pixels.",
    ("headset", "homework"),
    low=64,
    high=8192,
)
FRAME_RATE_HZ = Setting(
    "frame_rate_hz",
    "--frame-rate",
    90.0,
    "Frames a second when no headset sets the pace.",
    ("headset", "homework"),
    low=10,
    high=240,
)
PRIORITY = Setting[PriorityChoice](
    "priority",
    "--priority",
    "auto",
    "Whether the picture is made before (high) or in turn with (normal) what other programs do; auto: before them, "
    "where a graphics card draws for a headset.",
    ("headset", "homework"),
)
DISPLAY_PROFILE = Setting[DisplayProfileChoice](
    "display_profile",
    "--display-profile",
    "auto",
    "What the pictures are judged by: a headset, which must get enough of them, or software, which may be slow and is "
    "for trials with staff alone; auto: a headset, where one is fed by a graphics card.",
    ("headset", "homework"),
)
RECORD_PICTURES = Setting(
    "record_pictures",
    "--record-pictures/--no-record-pictures",
    False,
    "Keep small pictures of what was shown; for tests.",
    ("headset", "homework"),
)
ALLOW_PLAIN_HTTP = Setting(
    "allow_plain_http",
    "--allow-plain-http/--https-only",
    False,
    "Accept a server without https that is not on this computer. Anybody on the way can then listen.",
    ("headset", "check", "console"),
)
SEED = Setting("seed", "--seed", 1, "Which person is acted: another number, another course of fear.", ("demo",))

CONSOLE_PORT = Setting(
    "console_port",
    "--port",
    0,
    "Port of this computer at which the page is opened; 0 takes a free one.",
    ("console",),
    low=0,
    high=65535,
)
OPEN_PAGE = Setting(
    "open_page",
    "--open/--no-open",
    True,
    "Whether to open the page in the browser, where there is one. Its address is printed in any case.",
    ("console", "demo"),
)

SERVER_HOST = Setting(
    "server_host",
    "--host",
    "127.0.0.1",
    "Network address to listen on; 127.0.0.1 is this computer only.",
    ("server",),
)
SERVER_PORT = Setting(
    "server_port", "--port", 8000, "Port to listen on; 0 takes a free one.", ("server",), low=0, high=65535
)
SERVER_DATABASE = Setting[str | None](
    "server_database",
    "--database",
    None,
    "Database address, for example postgresql://user:password@host/vret.",
    ("server",),
    "an SQLite file in the server's data folder",
)
SERVER_DATA = Setting(
    "server_data",
    "--data",
    Path(platformdirs.user_data_dir("vret-server", appauthor=False)),
    "Folder for the SQLite file and the session logs that clients send.",
    ("server",),
    "the vret-server folder among your user data",
)
SERVER_BEHIND_TLS_PROXY = Setting(
    "server_behind_tls_proxy",
    "--behind-tls-proxy/--no-proxy",
    False,
    "A proxy in front does https; only then may the server be reached from other computers.",
    ("server",),
)
SERVER_PROXY_ADDRESSES = Setting(
    "server_proxy_addresses",
    "--proxy-addresses",
    "127.0.0.1",
    "Addresses of that proxy, with commas between; only it may say who the real caller is.",
    ("server",),
)
SERVER_ORIGINS = Setting(
    "server_origins",
    "--origins",
    "",
    "Further web pages that may use the server, such as https://console.example.org, with commas between.",
    ("server",),
    "none but the server's own",
)
SERVER_EMERGENCY_NUMBER = Setting(
    "server_emergency_number",
    "--emergency-number",
    "112",
    "Emergency number that the safety check suggests; the therapist changes it for a person elsewhere.",
    ("server",),
)
SERVER_TURN_URLS = Setting(
    "server_turn_urls",
    "--turn-urls",
    "",
    "Addresses of the clinic's TURN relay for voice and picture, such as turn:turn.clinic.example and "
    "turns:turn.clinic.example, with commas between.",
    ("server",),
    "none",
)
SERVER_TURN_SECRET_FILE = Setting[Path | None](
    "server_turn_secret_file",
    "--turn-secret-file",
    None,
    "File with the secret that this server shares with the TURN relay; nobody else should be able to read it.",
    ("server",),
)
SERVER_DIRECT_CALLS = Setting(
    "server_direct_calls",
    "--direct-calls/--relayed-calls",
    False,
    "Let voice and picture also take the short way between therapist and person, past the relay: each of the two can "
    "then see the other's network address.",
    ("server",),
)

MINUTES = Setting(
    "minutes", "--minutes", 1.5, "About how long the demonstration takes, in minutes.", ("demo",), low=1.0, high=60.0
)
KEEP = Setting[Path | None](
    "keep",
    "--keep",
    None,
    "Folder in which to keep the demonstration's log, report and pictures.",
    ("demo",),
    "a new temporary folder",
)

STEER = Setting(
    "steer",
    "--steer/--no-steer",
    False,
    "Lead the session yourself, in the browser; the person in the headset is still acted.",
    ("demo",),
)

SHOW_IN_HEADSET = Setting(
    "show_in_headset",
    "--headset/--no-headset",
    True,
    "Whether to show the demonstration in the headset, where one answers; otherwise it is drawn off screen.",
    ("demo",),
)

SETTINGS: tuple[Setting[Any], ...] = (
    SERVER_URL,
    CODE,
    CHECK_CODE,
    HEADSET,
    EYE_PICTURES,
    DEPTH_LAYER,
    EYE_HEIGHT_M,
    OWN_ROOM,
    PICTURE_SCALE,
    CONTROLLERS,
    ACTED_PERSON,
    WINDOW,
    DATA,
    SCENE_CACHE,
    SOUND,
    SOUND_OUTPUT,
    MICROPHONE,
    HEART_RATE_SENSOR,
    VIEW_WIDTH,
    VIEW_HEIGHT,
    FRAME_RATE_HZ,
    PRIORITY,
    DISPLAY_PROFILE,
    RECORD_PICTURES,
    ALLOW_PLAIN_HTTP,
    SEED,
    CONSOLE_PORT,
    OPEN_PAGE,
    SERVER_HOST,
    SERVER_PORT,
    SERVER_DATABASE,
    SERVER_DATA,
    SERVER_BEHIND_TLS_PROXY,
    SERVER_PROXY_ADDRESSES,
    SERVER_ORIGINS,
    SERVER_EMERGENCY_NUMBER,
    SERVER_TURN_URLS,
    SERVER_TURN_SECRET_FILE,
    SERVER_DIRECT_CALLS,
    MINUTES,
    KEEP,
    STEER,
    SHOW_IN_HEADSET,
)


def markdown() -> str:
    """The text of `docs/settings.md`."""
    rows = [f"| `{s.flag}` | `{s.env}` | {_default_text(s)} | {', '.join(s.commands)} | {s.help} |" for s in SETTINGS]
    return "\n".join(
        [
            "# Settings",
            "",
            "Written by `python -m vret.settings`; a test keeps it equal to `vret/settings.py`.",
            "An option on the command line wins over the environment variable, which wins over the default.",
            "",
            "| option | environment variable | default | command | meaning |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _default_text(setting: Setting[Any]) -> str:
    if setting.shown_default:
        return setting.shown_default
    if isinstance(setting.default, bool):
        return "yes" if setting.default else "no"
    return "none" if setting.default is None else f"`{setting.default}`"


if __name__ == "__main__":
    print(markdown(), end="")
