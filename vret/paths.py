"""Where the program's data files are: beside the package when it is installed, at the top of the checkout otherwise."""

from importlib.resources import files
from pathlib import Path


def data_file(name: str) -> Path:
    """The path of `scenes/...`, `shaders/...` or `assets/...`; whether it exists is for the caller to check."""
    package = Path(str(files("vret")))
    packaged = package / "_data"
    return (packaged if packaged.is_dir() else package.parent) / name
