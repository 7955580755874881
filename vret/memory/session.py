"""The shared memory of one running headset program: every ring and block, in one folder.

The folder also holds `program.json` (`vret.memory.config`), `claim` (`vret.memory.claim`) and the compiled scenes in
`scenes/<name>.bundle`. The log is not here: this folder does not survive a restart of the machine.
"""

import shutil
from pathlib import Path
from typing import Final, Self

from vret.memory.block import Block
from vret.memory.mirrored import MIRRORED_BYTES
from vret.memory.ring import Ring
from vret.memory.snapshot import Snapshot
from vret.memory.therapist_picture import PICTURE_BYTES

KIB: Final = 1024
MIB: Final = 1024 * KIB

RING_BYTES: Final = {
    "records": 8 * MIB,
    "telemetry": 2 * MIB,
    "from_link": 2 * MIB,
    "from_window": 64 * KIB,
    "to_link": 64 * KIB,
    "pictures": 4 * MIB,
    "therapist_voice": 64 * KIB,
    "mix": 128 * KIB,
    "earshot": 128 * KIB,
    "to_voice": 256 * KIB,
    "from_voice": 256 * KIB,
}
BLOCK_BYTES: Final = {
    "report": 64 * KIB,
    "shown": 64 * KIB,
    "frame_pulse": 64,
    "frame_status": 4 * KIB,
    "link_status": 64 * KIB,
    "link_pulse": 64,
    "conversation": 64 * KIB,
    "sound_status": 4 * KIB,
    "sound_pulse": 64,
    "wearer": 4 * KIB,
    "speech": KIB,
    "voice_status": 4 * KIB,
    "mirror": MIRRORED_BYTES,
    "mirror_wish": 64,
    "earshot_wish": 64,
    "therapist_picture": PICTURE_BYTES,
    "closing": 8,
}
SNAPSHOT_BYTES: Final = 2 * MIB
SCENES: Final = "scenes"


class SessionMemory:
    """The rings and blocks, each named after what it carries. Who writes and who reads stands beside it."""

    def __init__(self, folder: Path, rings: dict[str, Ring], blocks: dict[str, Block], snapshot: Snapshot) -> None:
        self.folder = folder
        self._rings, self._blocks = rings, blocks
        self.records = rings["records"]  # frame -> link: Record, never dropped
        self.telemetry = rings["telemetry"]  # frame -> link: FrameRecord, dropped when full
        self.from_link = rings["from_link"]  # link -> frame: core events, t_ns 0
        self.from_window = rings["from_window"]  # supervisor -> frame: core events of Input.WINDOW, t_ns 0
        self.to_link = rings["to_link"]  # supervisor -> link: EnterCode, Quit
        self.pictures = rings["pictures"]  # off-screen headset -> tests: submitted frames, if the configuration asks
        self.therapist_voice = rings["therapist_voice"]  # voice -> sound: Spoken, dropped when full
        self.mix = rings["mix"]  # sound -> voice: Mixed, dropped when full
        self.earshot = rings["earshot"]  # sound -> voice: Mixed without the therapist, while wished, dropped when full
        self.to_voice = rings["to_voice"]  # link -> voice: vret.memory.call.ToVoice
        self.from_voice = rings["from_voice"]  # voice -> link: vret.memory.call.FromVoice
        self.snapshot = snapshot  # frame -> the next frame process: Session after each record
        self.report = blocks["report"]  # frame -> link, window: Report
        self.shown = blocks["shown"]  # frame -> sound, synthetic client: Shown
        self.frame_pulse = blocks["frame_pulse"]  # frame -> supervisor: nothing, once when it begins
        self.frame_status = blocks["frame_status"]  # frame -> supervisor: FrameStatus
        self.link_status = blocks["link_status"]  # link -> window, demo: LinkStatus
        self.link_pulse = blocks["link_pulse"]  # link -> supervisor: nothing, again and again while it goes on
        self.conversation = blocks["conversation"]  # link -> window: Conversation
        self.sound_status = blocks["sound_status"]  # sound -> supervisor, doctor: SoundStatus
        self.sound_pulse = blocks["sound_pulse"]  # sound -> supervisor: likewise
        self.wearer = blocks["wearer"]  # test or synthetic client -> off-screen headset: Wearer
        self.speech = blocks["speech"]  # voice -> sound: Speech
        self.voice_status = blocks["voice_status"]  # voice -> supervisor, link, window: VoiceStatus
        self.mirror = blocks["mirror"]  # frame -> voice, test: Mirrored, raw
        self.mirror_wish = blocks["mirror_wish"]  # voice, test -> frame: MirrorWish
        self.earshot_wish = blocks["earshot_wish"]  # voice, test -> sound: vret.memory.audio
        self.therapist_picture = blocks["therapist_picture"]  # voice -> frame, window: TherapistPicture, raw

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make the folder, private to this user, and everything in it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / SCENES).mkdir(exist_ok=True)
        return cls(
            folder,
            {name: Ring.create(_ring_path(folder, name), size) for name, size in RING_BYTES.items()},
            {name: Block.create(_block_path(folder, name), size) for name, size in BLOCK_BYTES.items()},
            Snapshot.create(_snapshot_path(folder), SNAPSHOT_BYTES),
        )

    @classmethod
    def attach(cls, folder: Path) -> Self:
        """Attach to all of it. Raises MemoryLayoutError, naming the file."""
        return cls(
            folder,
            {name: Ring.attach(_ring_path(folder, name)) for name in RING_BYTES},
            {name: Block.attach(_block_path(folder, name)) for name in BLOCK_BYTES},
            Snapshot.attach(_snapshot_path(folder)),
        )

    def bundle(self, scene: str) -> Path:
        """Where the compiled form of a scene lies."""
        return self.folder / SCENES / f"{scene}.bundle"

    def bundles(self) -> list[Path]:
        """The compiled scenes that are there, by name."""
        return sorted((self.folder / SCENES).glob("*.bundle"))

    def ask_to_close(self) -> None:
        """Supervisor: frame, sound and voice processes shall end as soon as they have finished their frame or fade."""
        self._blocks["closing"].publish(b"")

    @property
    def is_closing(self) -> bool:
        """Whether the supervisor has asked to close; one word read, cheap enough for every frame."""
        return self._blocks["closing"].sequence > 0

    def close(self) -> None:
        """Let go of every mapping; the files stay."""
        for ring in self._rings.values():
            ring.close()
        for block in self._blocks.values():
            block.close()
        self.snapshot.close()

    def remove(self) -> None:
        """Close, and delete the folder with all that is in it."""
        self.close()
        shutil.rmtree(self.folder)


def _ring_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.ring"


def _block_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.block"


def _snapshot_path(folder: Path) -> Path:
    return folder / "session.snapshot"
