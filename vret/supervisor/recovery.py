"""What programs that died on this computer left in memory: into their logs, and away."""

import shutil
from pathlib import Path
from typing import Final

from vret.errors import VretError
from vret.memory import Claim
from vret.memory.claim import take_abandoned
from vret.memory.config import CONFIG_NAME
from vret.recording.recover import recover

KEPT: Final = "unrecovered"


def recover_abandoned(base: Path, data_folder: Path) -> list[str]:
    """Recover and remove every memory folder in `base` whose program is dead; a sentence for each that had something.

    A folder that cannot be read is moved to `data_folder`/unrecovered. One whose log cannot be written stays.
    """
    sentences = (recover_claimed(claim, data_folder) for claim in take_abandoned(base))
    return [sentence for sentence in sentences if sentence]


def recover_claimed(claim: Claim, data_folder: Path) -> str:
    """Recover and remove one folder; what to tell a person, empty when there was nothing."""
    if not (claim.folder / CONFIG_NAME).exists():
        claim.remove()
        return ""
    try:
        sealed = recover(claim.folder)
    except VretError as problem:
        kept = data_folder / KEPT / claim.folder.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(claim.folder, kept)
        claim.remove()
        return f"A session that was cut off could not be read ({problem}). What there is was kept in {kept}."
    except OSError as problem:
        claim.release()
        return (
            f"The log of a session that was cut off cannot be written ({problem}). It is tried again at the next start."
        )
    claim.remove()
    return "" if sealed is None else f"A session that was cut off is complete in its log: {sealed.path}"
