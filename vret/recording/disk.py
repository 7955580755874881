"""What has to be on the disk before something else may happen."""

import os
import sys
from pathlib import Path


def sync_file(path: Path) -> None:
    """Put the content of a file on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk. Windows has no such call: NTFS journals names itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace_synced(partial: Path, path: Path) -> None:
    """Give a finished file its name: after a power cut there is the old content or the new, never a part."""
    sync_file(partial)
    partial.replace(path)
    sync_folder(path.parent)
