"""Draw docs/pictures/panels.jpg: what the person reads in the headset, and the hands (`make pictures`)."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from vret.core import commands, events
from vret.core.axes import MICRO
from vret.core.events import Input, Phrase
from vret.core.ladder import SceneRules
from vret.core.limits import LIMITS
from vret.core.measures import Anchors
from vret.core.plan import Plan, ScenePlan
from vret.core.session import CALM_ROOM
from vret.headset.contract import HandPoses, unseen_hands
from vret.headset.page import Page, page
from vret.headset.profiles import PROFILES, Control, Profile
from vret.paths import data_file
from vret.scene.bundle import Bundle
from vret.scene.compile import compile_scene
from vret.scene.moment import Moment
from vret.scene.pictures import Camera, View
from vret.scene.scene import load_scene
from vret.testing.sessions import Rehearsal

OUT = Path(__file__).parents[1] / "docs" / "pictures" / "panels.jpg"
SIZE = (640, 480)
COLUMNS = 2
TOUCH = PROFILES["/interaction_profiles/oculus/touch_controller"]
BARE = PROFILES["/interaction_profiles/ext/hand_interaction_ext"]
RIGHT = Input.CONTROLLER_RIGHT
WORDS = ("acorn", "turquoise", "lily", "velvet")
LONG = (
    "You have been up here for two minutes now. Let the fear come and go as it does; you need not push it away. When "
    "you can, tell me one thing that you see a long way off, and one that is near. I stay with you the whole time."
)
ANCHORS = Anchors(
    at_0="In bed on a Sunday",
    at_25="Second floor, by the window",
    at_50="The footbridge",
    at_75="Zürich, on the church tower",
    at_100="The ladder that slipped",
)
TILTED = (0.424, 0.0, 0.0, 0.906)
FLAT_LEFT = (0.5, -0.5, -0.5, 0.5)
FLAT_RIGHT = (0.5, 0.5, 0.5, 0.5)
LOWER = View(pitch_deg=-20, width_deg=76)
ASIDE = View(pitch_deg=-14, yaw_deg=-14, width_deg=84)


class Shot(NamedTuple):
    name: str
    page: Page | None
    scene: str
    moment: Moment
    hands: HandPoses | None = None
    view: View = View(pitch_deg=-14, width_deg=66)


def rehearsal_in(rules: SceneRules, *, hold_s: int = 0) -> Rehearsal:
    """Admitted, in the calm room, nothing practised yet."""
    plan = Plan(scenes=(ScenePlan(rules.name),), hold_on_link_loss_ns=hold_s * 1_000_000_000)
    rehearsal = Rehearsal((rules,), plan)
    rehearsal.happen(events.InputGained(t_ns=rehearsal.t_ns, input=RIGHT))
    rehearsal.run(0.5)
    rehearsal.happen(events.Admitted(t_ns=rehearsal.t_ns, therapist="anna"))
    rehearsal.run(0.5)
    return rehearsal


def press(rehearsal: Rehearsal, kind: type) -> None:
    rehearsal.happen(kind(t_ns=rehearsal.t_ns, input=RIGHT))


def practise(rehearsal: Rehearsal) -> None:
    press(rehearsal, events.StopPressed)


def expose(rehearsal: Rehearsal, rung: str) -> None:
    practise(rehearsal)
    press(rehearsal, events.ReadyPressed)
    rehearsal.command(commands.Resume(level=commands.ResumeLevel.CALM))
    rehearsal.command(commands.SetRung(scene=rehearsal.session.scenes[0].name, rung=rung))
    rehearsal.run(30.0)


def shot(
    name: str,
    rehearsal: Rehearsal,
    profile: Profile,
    dial: int | None = None,
    done: frozenset[Control] = frozenset(),
    choice: int | None = None,
    *,
    is_muted: bool = False,
) -> Shot:
    session, t_ns = rehearsal.session, rehearsal.t_ns
    where = session.whereabouts_at(t_ns) if session.is_private else CALM_ROOM
    axes = {} if where.is_calm else {axis: value / MICRO for axis, value in session.axes_at(t_ns).items()}
    made = page(session, t_ns, profile, dial, done, choice=choice, is_therapist_muted=is_muted)
    return Shot(name, made, where.scene or "calm", Moment(4_000_000_000, where.place, axes))


def hands(*, holding: bool) -> HandPoses:
    """Both hands before the person: flat with their backs up, or each round a handle that is tilted ahead."""
    turns = (TILTED, TILTED) if holding else (FLAT_LEFT, FLAT_RIGHT)
    poses = [(side * 0.29, 1.27, -0.5, *turn) for side, turn in zip((-1, 1), turns, strict=True)]
    found = unseen_hands()
    found.poses[:], found.tracked[:], found.holding[:] = poses, True, holding
    return found


def shots(rules: SceneRules) -> Iterator[Shot]:
    calm = rehearsal_in(rules)
    yield shot("controls_touch", calm, TOUCH)
    practise(calm)
    press(calm, events.WaitPressed)
    yield shot("controls_hands", calm, BARE, done=frozenset({Control.WAIT, Control.STOP}))._replace(
        hands=hands(holding=False), view=LOWER
    )
    press(calm, events.ReadyPressed)
    calm.happen(events.KeysAgreed(t_ns=calm.t_ns, sender="anna", keys="", words=WORDS))
    yield shot("words", calm, TOUCH)
    asked = rehearsal_in(rules)
    practise(asked)
    press(asked, events.ReadyPressed)
    asked.command(commands.Resume(level=commands.ResumeLevel.CALM))
    asked.command(commands.AskRecording())
    yield shot("recording_asked", asked, TOUCH)
    press(asked, events.RecordingAccepted)
    asked.command(commands.SetRung(scene=rules.name, rung="balcony_near"))
    asked.run(30.0)
    yield shot("recorded", asked, TOUCH)._replace(view=ASIDE)
    up = rehearsal_in(rules)
    expose(up, "balcony_near")
    up.command(commands.SetAnchors(anchors=ANCHORS))
    up.command(commands.AskRating())
    yield shot("rating", up, TOUCH)._replace(view=ASIDE)
    yield shot("rating_turned", up, TOUCH, dial=65)._replace(view=ASIDE)
    up.happen(events.RatingGiven(t_ns=up.t_ns, suds=65))
    up.command(commands.AskSickness())
    yield shot("sickness", up, TOUCH, dial=2)._replace(view=ASIDE)
    up.happen(events.SicknessGiven(t_ns=up.t_ns, fms=2))
    unwell = rehearsal_in(rules)
    expose(unwell, "balcony_near")
    unwell.happen(events.SicknessGiven(t_ns=unwell.t_ns, fms=8))
    yield shot("unwell", unwell, TOUCH)
    up.command(commands.ShowStimulus(stimulus="bird"))
    yield shot("warning", up, TOUCH)._replace(view=ASIDE)
    up.run(12.0)
    up.command(commands.Say(text="Schön. Look where the lamps begin, and let the fear be there."))
    yield shot("said", up, TOUCH)._replace(view=ASIDE)
    up.happen(events.PhraseSaid(t_ns=up.t_ns, input=RIGHT, phrase=Phrase.OKAY))
    up.command(commands.Say(text=LONG))
    yield shot("said_at_length", up, TOUCH, choice=2)._replace(view=ASIDE)
    up.run(70.0)
    yield shot("muted", up, TOUCH, is_muted=True)._replace(view=ASIDE)
    up.run((LIMITS.lease_hold_ns + 200_000_000) / 1e9, contact=False)
    yield shot("link_slow", up, TOUCH)._replace(view=ASIDE)
    up.run(1.0)
    press(up, events.SomeoneCameIn)
    yield shot("hidden", up, TOUCH)
    press(up, events.PrivateAgain)
    practise(up)
    yield shot("stopped", up, TOUCH)._replace(hands=hands(holding=True), view=LOWER)


def main(folder: Path | None = None) -> None:
    """Draw the sheet, and with a folder each picture by itself."""
    bundles = {name: compile_scene(load_scene(data_file(f"scenes/{name}"))) for name in ("calm", "heights")}
    taken = list(shots(bundles["heights"].rules))
    sheet = Image.new("RGB", (COLUMNS * SIZE[0], -(-len(taken) // COLUMNS) * SIZE[1]))
    for scene, bundle in bundles.items():
        _draw_all(bundle, [(index, one) for index, one in enumerate(taken) if one.scene == scene], sheet, folder)
    sheet.save(OUT, quality=82, optimize=True)
    print(f"{OUT.stat().st_size // 1024} KiB, {OUT}")


def _draw_all(bundle: Bundle, taken: list[tuple[int, Shot]], sheet: Image.Image, folder: Path | None) -> None:
    camera = Camera(bundle, SIZE)
    try:
        for index, one in taken:
            camera.draw(one.moment, View(width_deg=one.view.width_deg), one.page, one.hands)
            picture = Image.fromarray(camera.draw(one.moment, one.view, one.page, one.hands))
            sheet.paste(picture, (index % COLUMNS * SIZE[0], index // COLUMNS * SIZE[1]))
            if folder is not None:
                picture.save(folder / f"{one.name}.png")
    finally:
        camera.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
