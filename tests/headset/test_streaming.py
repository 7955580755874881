"""Scenes that come and go while frames run: a whole session in one process, and the stage alone."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.core.drive import Drive
from tests.core.ladders import S
from tests.headset.exposure import NAME, Exposure, scene_text
from vret.core import commands
from vret.core.effects import CommandAccepted, CommandRefused, Refusal, State
from vret.core.plan import Plan, ScenePlan
from vret.headset.body import make_eyes, see_stereo
from vret.headset.contract import Layout
from vret.headset.controls import Button
from vret.headset.egl import SurfacelessContext
from vret.headset.picture import EyePicture
from vret.headset.stage import BUDGET_NS, Act, Stage
from vret.paths import CALM_SCENE, data_file
from vret.render.gl import GL
from vret.render.renderer import Renderer
from vret.scene.bundle import write_bundle
from vret.scene.compile import compile_scene
from vret.scene.scene import load_scene

COUNT = 3000
TURNS_MAX = 400
STEP_NS = 3_000_000

pytestmark = pytest.mark.usefixtures("egl")


def test_nobody_gets_into_a_scene_before_it_is_there_and_then_they_do(tmp_path: Path) -> None:
    exposure = Exposure(tmp_path, COUNT, later=True)
    exposure.press(Button.READY)
    exposure.insist(commands.Resume(level=commands.ResumeLevel.CALM), lambda: exposure.state is State.CALM)
    asked = commands.SetRung(scene=NAME, rung="only")
    assert answer(exposure, asked) is Refusal.SCENE_MISSING
    assert exposure.shown.scene == ""
    exposure.compile()
    exposure.until(lambda: exposure.loop.journal.session is not None and not exposure.loop.journal.session.missing)
    assert answer(exposure, asked) is None
    exposure.until(lambda: exposure.shown.scene == NAME and exposure.shown.veil == 0)
    exposure.close()


def answer(exposure: Exposure, command: commands.Command) -> Refusal | None:
    """Why the headset refused it; None when it did not."""
    exposure.link.command(command)
    for _ in range(TURNS_MAX):
        exposure.link.beat()
        exposure.loop.frame()
        for record in exposure.link.drain():
            for effect in record.effects:
                if isinstance(effect, CommandAccepted):
                    return None
                if isinstance(effect, CommandRefused):
                    return effect.reason
    raise AssertionError("no answer")


class Coming:
    """A stage with the calm room and one more scene that may be brought in, and a session that is in that scene."""

    def __init__(self, folder: Path) -> None:
        self.context = SurfacelessContext()
        self.renderer = Renderer(2, (32, 32), Layout.ARRAY)
        self.picture = EyePicture(2, (32, 32), Layout.ARRAY)
        (folder / NAME).mkdir()
        (folder / NAME / "scene.toml").write_text(scene_text(COUNT))
        self.calm, self.boxes = (folder / f"{name}.bundle" for name in (CALM_SCENE, NAME))
        self.bundle = compile_scene(load_scene(folder / NAME))
        write_bundle(self.calm, compile_scene(load_scene(data_file(f"scenes/{CALM_SCENE}"))))
        self.stage = Stage(self.renderer, [self.calm])
        self.drive = Drive(Plan((ScenePlan(NAME),)), (self.bundle.rules,))
        self.drive.practise()
        self.drive.command(commands.SetRung(scene=NAME, rung="only"))
        self.drive.wait(4 * S)

    def turns(self) -> list[int]:
        """Turn until something has come; the thread's own time of each turn."""
        spent_ns = []
        for _ in range(TURNS_MAX):
            began_ns = time.thread_time_ns()
            has_come = self.stage.turn()
            spent_ns.append(time.thread_time_ns() - began_ns)
            if has_come:
                return spent_ns
        raise AssertionError("nothing came")

    def look(self, stage: Stage) -> Act:
        act, _, _ = stage.look(self.drive.session, self.drive.t_ns)
        return act

    def drawn(self, stage: Stage) -> np.ndarray:
        act, seen, _ = stage.look(self.drive.session, self.drive.t_ns)
        eyes = make_eyes(2)
        see_stereo(eyes, np.array([0, 1.6, 0, 0, 0, 0, 1], np.float32))
        self.renderer.draw(act.resident, seen, eyes, self.picture.target)
        return np.stack([self.renderer.read_pixels(self.picture.target, view) for view in range(2)])


@pytest.fixture
def coming(tmp_path: Path) -> Iterator[Coming]:
    made = Coming(tmp_path)
    yield made
    assert GL.glGetError() == GL.GL_NO_ERROR
    made.renderer.close()
    made.context.close()


def test_a_scene_comes_in_small_turns_and_looks_as_if_it_had_been_there(coming: Coming) -> None:
    coming.stage.want([coming.boxes])
    assert not coming.stage.turn(), "the bundle is not there yet"
    assert coming.stage.missing == (NAME,)
    assert coming.look(coming.stage).rules.name == CALM_SCENE
    write_bundle(coming.boxes, coming.bundle)
    spent_ns = coming.turns()
    assert not coming.stage.missing
    assert len(spent_ns) > 3
    assert max(spent_ns) < BUDGET_NS + STEP_NS
    at_once = Stage(coming.renderer, [coming.calm, coming.boxes])
    assert coming.drawn(at_once).std() > 10
    np.testing.assert_array_equal(coming.drawn(coming.stage), coming.drawn(at_once))


def test_what_is_not_wanted_any_more_goes_but_not_while_it_is_shown_and_never_the_calm_room(coming: Coming) -> None:
    write_bundle(coming.boxes, coming.bundle)
    coming.stage.want([coming.boxes])
    coming.turns()
    buffer = coming.look(coming.stage).resident.ring.buffer
    coming.stage.want([coming.calm])
    for _ in range(TURNS_MAX):
        coming.stage.turn()
    assert NAME in coming.stage.resident
    assert GL.glIsBuffer(buffer)
    coming.stage.look(None, 0)
    for _ in range(TURNS_MAX):
        coming.stage.turn()
    assert NAME not in coming.stage.resident
    assert CALM_SCENE in coming.stage.resident
    assert not GL.glIsBuffer(buffer)


def test_a_bundle_that_cannot_be_read_is_told_stays_missing_and_the_frames_go_on(coming: Coming) -> None:
    coming.boxes.write_bytes(b"nothing that could be shown")
    coming.stage.want([coming.boxes])
    coming.turns()
    assert str(coming.boxes) in coming.stage.trouble
    assert not coming.stage.turn()
    assert coming.stage.missing == (NAME,)


def test_a_bundle_under_another_scenes_name_is_not_shown_for_it(coming: Coming) -> None:
    write_bundle(coming.boxes.with_stem("tower"), coming.bundle)
    coming.stage.want([coming.boxes.with_stem("tower")])
    coming.stage.fill()
    assert coming.stage.missing == ("tower",)
    assert f"this is the scene {NAME}" in coming.stage.trouble


def test_before_the_first_frame_all_that_can_be_read_is_brought_in(coming: Coming) -> None:
    unreadable = coming.boxes.with_stem("unreadable")
    unreadable.write_bytes(b"nothing that could be shown")
    write_bundle(coming.boxes, coming.bundle)
    coming.stage.want([coming.calm, unreadable, coming.boxes])
    coming.stage.fill()
    assert set(coming.stage.resident) == {CALM_SCENE, NAME}
    assert coming.stage.missing == ("unreadable",)
    assert str(unreadable) in coming.stage.trouble
