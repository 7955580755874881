"""The frame process: `python -m vret.headset.process MEMORY_FOLDER`.

One thread, no visible window while a headset is worn, and nothing that could stop the world (`vret.headset.quiet`).
"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Final, get_args

from vret.headset.quiet import ONE_THREAD, settle

os.environ.update(ONE_THREAD)

from vret.core.display import DisplayProfile
from vret.headset.contract import Headset, Layout, TakesDepth
from vret.headset.display import has_display
from vret.memory import SessionMemory
from vret.memory.child import run_child
from vret.memory.config import ProgramConfig, read_config
from vret.memory.priority import IN_TURN, raise_priority
from vret.paths import CALM_SCENE
from vret.settings import ControllersChoice, DisplayProfileChoice, HeadsetChoice, PriorityChoice

CHOSEN: Final = "headset"
RESTART_PATIENCE_S: Final = 30.0
MODULES: Final[dict[HeadsetChoice, str]] = {
    "openxr": "vret.headset.openxr.headset",
    "window": "vret.headset.window",
    "offscreen": "vret.headset.offscreen",
}


def choose(config: ProgramConfig, memory: SessionMemory) -> Headset:
    """The headset that the configuration names, or for `auto` the first that is there.

    A process that takes over from a dead one keeps to what that one chose, and waits for a runtime that went with it.
    The modules of the others are never imported: each chooses the platform of PyOpenGL for the whole process.
    """
    chosen = memory.folder / CHOSEN
    is_restart = chosen.exists()
    name = _named(chosen.read_text()) if is_restart else _first_there(config.headset)
    chosen.write_text(name)
    size, period_ns = (config.view_width, config.view_height), round(1e9 / config.frame_rate_hz)
    pictures = memory.pictures if config.record_pictures else None
    match name:
        case "openxr":
            from vret.headset.openxr import choose_platform

            choose_platform()
            from vret.headset.openxr.acted import Acted
            from vret.headset.openxr.headset import OpenXR

            layout = None if config.eye_pictures == "auto" else Layout(config.eye_pictures)
            return OpenXR(
                layout=layout,
                scale=config.picture_scale,
                only_profiles=_wanted_profiles(config.controllers),
                pictures=pictures,
                patience_s=RESTART_PATIENCE_S if is_restart else 0.0,
                tells_depth=config.depth_layer,
                eye_height_m=config.eye_height_m,
                shows_room=True,
                acted=Acted(memory.wearer, is_stopped=is_restart) if config.acted_person else None,
            )
        case "window":
            from vret.headset.window import Window

            return Window(size, period_ns, wearer=memory.wearer)
        case _:
            from vret.headset.offscreen import Offscreen

            return Offscreen(size, period_ns, wearer=memory.wearer, pictures=pictures)


def _first_there(wanted: HeadsetChoice) -> HeadsetChoice:
    if wanted != "auto":
        return wanted
    from vret.headset.openxr.probe import answers

    if answers():
        return "openxr"
    return "window" if has_display() else "offscreen"


def _wanted_profiles(controllers: ControllersChoice) -> tuple[str, ...] | None:
    return None if controllers == "auto" else (f"/interaction_profiles/{controllers}",)


def _named(name: str) -> HeadsetChoice:
    """What a process of ours wrote; cut off by its death, it names nothing, and is chosen anew."""
    known = [choice for choice in get_args(HeadsetChoice) if choice == name]
    return known[0] if known else _first_there("auto")


def run(folder: Path) -> None:
    """The frame process from its start to its end. Raises VretError."""
    memory = SessionMemory.attach(folder)
    memory.frame_pulse.publish(b"")
    try:
        config = read_config(folder)
        headset = choose(config, memory)
        headset.open()
        try:
            _draw(headset, memory, config)
        finally:
            headset.close()
    finally:
        memory.close()


def prepare(folder: Path) -> None:
    """A spare's part: it imports all that the process in use has imported.

    It touches neither runtime nor graphics card, which that process has; and a compiled scene is mapped, not read.
    """
    chosen = folder / CHOSEN
    name = _named(chosen.read_text()) if chosen.exists() else _first_there("auto")
    if name == "openxr":
        from vret.headset.openxr import choose_platform

        choose_platform()
    for module in (MODULES[name], "vret.headset.frame", "vret.headset.stage", "vret.render.renderer"):
        import_module(module)


def goes_first(wish: PriorityChoice, headset: str, driver: str) -> bool:
    """Whether the frame process, by its headset's and its driver's name, shall go before other programs.

    By itself only for a headset, and only where a graphics card draws: the processor that draws a picture would be
    missing to the link and the sound.
    """
    if wish != "auto":
        return wish == "high"
    from vret.render.context import draws_by_processor

    return headset.startswith("openxr") and not draws_by_processor(driver)


def display_profile(wish: DisplayProfileChoice, headset: str, driver: str) -> DisplayProfile:
    """By what the pictures are judged, by the headset's and the driver's name."""
    if wish != "auto":
        return DisplayProfile(wish)
    from vret.render.context import draws_by_processor

    is_real = headset.startswith("openxr") and not draws_by_processor(driver)
    return DisplayProfile.HEADSET if is_real else DisplayProfile.SOFTWARE


def _draw(headset: Headset, memory: SessionMemory, config: ProgramConfig) -> None:
    from vret.headset.frame import FrameLoop
    from vret.headset.stage import Stage
    from vret.render.renderer import Renderer

    tells_depth = isinstance(headset, TakesDepth) and headset.takes_depth
    renderer = Renderer(headset.view_count, headset.view_size, headset.layout, tells_depth=tells_depth)
    stage = Stage(renderer, [path for path in memory.bundles() if path.stem == CALM_SCENE])
    stage.want(memory.bundles())
    if memory.snapshot.newest is None:
        stage.fill()
    profile = display_profile(config.display_profile, headset.name, renderer.name)
    loop = FrameLoop(headset, renderer, stage, memory, profile, room_after_stop=config.own_room)
    precedence = raise_priority() if goes_first(config.priority, headset.name, renderer.name) else IN_TURN
    print(f"The picture is made {precedence.words}.", flush=True)
    settle()
    loop.run()


if __name__ == "__main__":
    sys.exit(run_child(run, prepare=prepare))
