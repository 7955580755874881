"""Where the data files are, beside the package or at the top of the checkout, and which scene is always there."""

from importlib.resources import files
from pathlib import Path
from typing import Final

CALM_SCENE: Final = "calm"
"""The scene that every installation has: the calm room."""


def data_file(name: str) -> Path:
    """The path of `scenes/...`, `shaders/...` or `assets/...`; whether it exists is for the caller to check."""
    package = Path(str(files("vret")))
    packaged = package / "_data"
    return (packaged if packaged.is_dir() else package.parent) / name
