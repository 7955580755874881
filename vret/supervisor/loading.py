"""Loading: every scene compiled into the memory folder, one loader process after another, with progress.

The calm room comes first, because the frame process needs it before anything else.
"""

import subprocess
import sys
from pathlib import Path

from vret.errors import VretError
from vret.memory import SessionMemory
from vret.paths import CALM_SCENE, data_file
from vret.supervisor.child import last_line, start_process


class LoadingError(VretError):
    """A scene could not be compiled; the message is the loader's own."""


def scene_folders() -> list[Path]:
    """The folder of every scene that is installed, the calm room first. Raises LoadingError when there is none."""
    scenes = data_file("scenes")
    folders = sorted(path.parent for path in scenes.glob("*/scene.toml"))
    if not any(folder.name == CALM_SCENE for folder in folders):
        raise LoadingError(f"{scenes} has no {CALM_SCENE}/scene.toml: install the program again")
    return sorted(folders, key=lambda folder: folder.name != CALM_SCENE)


def loader_commands(folders: list[Path], memory: SessionMemory, kept: str) -> dict[str, list[str]]:
    """How to compile each scene into the memory folder, by name; what was compiled before is in the folder `kept`."""
    return {
        folder.name: [sys.executable, "-m", "vret.scene.loader", str(folder), str(memory.bundle(folder.name)), kept]
        for folder in folders
    }


class Loading:
    """The scenes that are still to be compiled. `poll` until `done`."""

    def __init__(self, commands: dict[str, list[str]], output: Path) -> None:
        self.total = len(commands)
        self._waiting = list(commands.items())
        self._output = output
        self._name = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def done(self) -> int:
        """How many scenes are finished."""
        return self.total - len(self._waiting) - (self._process is not None)

    @property
    def is_running(self) -> bool:
        """Whether a loader runs."""
        return self._process is not None

    def poll(self) -> bool:
        """Start the next loader when one has finished; whether all have. Raises LoadingError."""
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return False
            self._let_go()
            if status != 0:
                said = last_line(self._output)
                raise LoadingError(f"scene {self._name} cannot be shown: {said or f'its loader ended with {status}'}")
        if self._waiting:
            self._name, command = self._waiting.pop(0)
            self._process = start_process(command, self._output)
            return False
        return True

    def end(self) -> None:
        """Give up what is running."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._let_go()

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None
