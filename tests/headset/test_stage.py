"""What of a session's state the stage shows."""

from pathlib import Path

import numpy as np
import pytest

from tests.core.drive import Drive
from tests.core.ladders import S
from tests.scene.small import SMALL, write_scene
from tests.scene.test_variants import VARIANTS
from vret.core import commands, events
from vret.core.limits import LIMITS
from vret.core.plan import Plan, ScenePlan
from vret.headset.contract import HeadsetError, Layout
from vret.headset.egl import SurfacelessContext
from vret.headset.stage import Stage
from vret.paths import data_file
from vret.render.renderer import Renderer
from vret.scene.bundle import write_bundle
from vret.scene.compile import compile_scene
from vret.scene.scene import load_scene


def test_a_change_of_variant_is_seen_after_its_veil_and_time_goes_on(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    paths = []
    folder = write_scene(tmp_path / "source", text=SMALL + VARIANTS)
    for scene in (folder, data_file("scenes/calm")):
        bundle = compile_scene(load_scene(scene))
        paths.append(tmp_path / f"{bundle.rules.name}.bundle")
        write_bundle(paths[-1], bundle)
    rules = compile_scene(load_scene(folder)).rules
    try:
        context = SurfacelessContext()
    except HeadsetError as error:
        pytest.skip(f"needs OpenGL without a display: {error}")
    renderer = Renderer(1, (16, 16), Layout.ARRAY)
    stage = Stage(renderer, paths)
    drive = Drive(Plan((ScenePlan("step"),)), (rules,))
    drive.practise()
    drive.command(commands.SetRung(scene="step", rung="low"))
    drive.wait(4 * S)
    _, frame, entered = stage.look(drive.session, drive.t_ns)
    before = frame.environment.copy()
    assert entered.variant == "day"
    drive.command(commands.SetVariant(variant="dusk"))
    drive.wait(LIMITS.blink_ns - S // 10)
    assert np.array_equal(stage.look(drive.session, drive.t_ns)[1].environment, before)
    drive.wait(S // 5)
    _, frame, moment = stage.look(drive.session, drive.t_ns)
    assert (moment.variant, float(frame.environment["lit_windows"][0])) == ("dusk", 0.25)
    assert moment.t_ns == LIMITS.blink_ns + S // 10
    drive.press(events.StopPressed)
    assert stage.look(drive.session, drive.t_ns)[2].variant == ""
    renderer.close()
    context.close()
