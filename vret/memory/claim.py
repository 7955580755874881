"""Who a memory folder belongs to: a lock on `<folder>.claim`, which the operating system lifts when its holder dies.

A folder whose claim can be taken was left by a dead program. Whoever takes it (the dead program's own link, or the next
supervisor) writes what is left into the log and removes the folder; nobody else touches it meanwhile.
"""

import os
import shutil
import time
from pathlib import Path
from typing import Final, Self

from vret.memory.platform import lock_file, unlock_file

LIFTED_S: Final = 2.0
LOOK_S: Final = 0.02


class Claim:
    """A held claim on a memory folder."""

    def __init__(self, folder: Path, descriptor: int) -> None:
        self.folder = folder
        self._descriptor = descriptor

    @classmethod
    def take(cls, folder: Path) -> Self | None:
        """The claim on `folder`, which need not exist yet; None while a living program holds it."""
        path = claim_path(folder)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if lock_file(descriptor) and _is_same_file(path, descriptor):
            return cls(folder, descriptor)
        os.close(descriptor)
        return None

    @classmethod
    def inherit(cls, folder: Path) -> Self | None:
        """As `take`, for whoever heard that the holder died: the system may lift its lock a moment later."""
        until_s = time.monotonic() + LIFTED_S
        while (claim := cls.take(folder)) is None and time.monotonic() < until_s:
            time.sleep(LOOK_S)
        return claim

    def release(self) -> None:
        """Leave the folder to whoever wants it."""
        unlock_file(self._descriptor)
        os.close(self._descriptor)

    def remove(self) -> None:
        """Delete the folder, if it is there, and give the claim up with it. Mappings must be closed before."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.release()
        claim_path(self.folder).unlink(missing_ok=True)


def claim_path(folder: Path) -> Path:
    return folder.with_name(folder.name + ".claim")


def take_abandoned(base: Path) -> list[Claim]:
    """Claims on every memory folder in `base` that a dead program left. Claims without a folder are swept away."""
    claims: list[Claim] = []
    for folder in sorted({path.with_suffix("") for path in base.iterdir()}):
        claim = Claim.take(folder)
        if claim is None:
            continue
        if folder.is_dir():
            claims.append(claim)
        else:
            claim.remove()
    return claims


def _is_same_file(path: Path, descriptor: int) -> bool:
    """Whether the name still leads to the locked file: its last holder may have removed it before letting go."""
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    locked = os.fstat(descriptor)
    return (named.st_dev, named.st_ino) == (locked.st_dev, locked.st_ino)
