"""The loader process: `python -m vret.scene.loader SCENE_FOLDER OUT [KEPT]` reads a scene and writes its bundle.

With the folder KEPT a bundle of an earlier run is used where it is of the same scene and program, and a new one is kept
there. TOML, models and pydantic stay in this process, so that none of them can make a frame late.
"""

import sys
from pathlib import Path

from vret.scene.bundle import write_bundle
from vret.scene.compile import compile_scene
from vret.scene.kept import KeptBundles
from vret.scene.scene import SceneError, load_scene


def main(arguments: list[str]) -> int:
    """0 with the bundle written, 1 with one line a problem on standard error."""
    if len(arguments) not in (2, 3):
        print("usage: python -m vret.scene.loader SCENE_FOLDER OUT [KEPT]", file=sys.stderr)
        return 2
    folder, out, *kept = (Path(argument) for argument in arguments)
    try:
        scene = load_scene(folder)
        if kept:
            if trouble := KeptBundles(kept[0]).write(scene, out):
                print(trouble, file=sys.stderr)
        else:
            write_bundle(out, compile_scene(scene))
    except SceneError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{out}: cannot be written ({error.strerror})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
