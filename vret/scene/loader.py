"""The loader process: `python -m vret.scene.loader SCENE_FOLDER OUT` reads a scene and writes its bundle.

TOML, models and pydantic stay in this process, so that none of them can make a frame late.
"""

import sys
from pathlib import Path

from vret.scene.bundle import write_bundle
from vret.scene.compile import compile_scene
from vret.scene.scene import SceneError, load_scene


def main(arguments: list[str]) -> int:
    """0 with the bundle written, 1 with one line a problem on standard error."""
    if len(arguments) != 2:
        print("usage: python -m vret.scene.loader SCENE_FOLDER OUT", file=sys.stderr)
        return 2
    folder, out = (Path(argument) for argument in arguments)
    try:
        write_bundle(out, compile_scene(load_scene(folder)))
    except SceneError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{out}: cannot be written ({error.strerror})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
