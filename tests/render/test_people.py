"""People on the graphics card: their poses beside numpy's, what they look at, which are drawn, and what that costs."""

from collections import Counter
from collections.abc import Callable, Iterator
from math import atan2, degrees
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.garbage import left_behind
from tests.render.test_renderer import HANDS, CountingHot
from tests.scene.people import NAMES, SCENE, WALKERS, write_people
from vret.headset.body import make_eyes, see_stereo
from vret.headset.contract import HandPoses, Layout
from vret.headset.picture import EyePicture
from vret.render import Renderer
from vret.render.crowd import LOD_ENDS_M, Crowd, command_room
from vret.render.drawlist import COMMAND
from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.passes import EYES_MOST_DEG, HEAD_MOST_DEG
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle
from vret.scene.compile import compile_scene
from vret.scene.moment import Moment
from vret.scene.people.persons import AIMED, BREATHS_PER_S, FADE_S, KEYS_PER_S, LODS, PARTS, People
from vret.scene.scene import load_scene

pytestmark = pytest.mark.usefixtures("context")

Floats = npt.NDArray[np.float64]
HEAD = (0.0, 1.6, 0.0)
SIZE = (96, 96)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("people")
    return compile_scene(load_scene(write_people(folder, SCENE.replace("[light]", WALKERS + "[light]"))))


def moment(t_s: float = 3.0, count: float = 12, gaze: float = 0.0) -> Moment:
    return Moment(int(t_s * 1e9), "here", {"count": count, "gaze_at_client": gaze})


class Stage:
    """A renderer with people before it, and the head at HEAD unless told otherwise."""

    def __init__(self, bundle: Bundle, layout: Layout = Layout.ARRAY, gl: Hot | None = None) -> None:
        self.bundle = bundle
        self.renderer = Renderer(2, SIZE, layout, gl=gl)
        self.picture = EyePicture(2, SIZE, layout)
        self.resident = self.renderer.load(bundle.compiled)
        self.animation = Animation(bundle)
        self.eyes = make_eyes(2)

    def draw(
        self,
        moment: Moment,
        head: tuple[float, float, float] = HEAD,
        yaw: float = 0.0,
        change: Callable[[npt.NDArray[np.void]], object] = id,
        anew: bool = True,
        hands: HandPoses | None = None,
    ) -> npt.NDArray[np.uint8]:
        """Both eyes' pictures. `change` may put people otherwise than the animation did."""
        see_stereo(self.eyes, np.array([*head, 0, np.sin(yaw / 2), 0, np.cos(yaw / 2)], np.float32))
        frame = self.animation.animate(moment)
        change(frame.people)
        if anew:
            self.resident.interrupted()
        self.renderer.draw(self.resident, frame, self.eyes, self.picture.target, hands=hands)
        assert GL.glGetError() == GL.GL_NO_ERROR
        return np.stack([self.renderer.read_pixels(self.picture.target, view) for view in range(2)])

    @property
    def palette(self) -> npt.NDArray[np.float32]:
        assert self.resident.poses is not None
        return self.resident.poses.read()[:, : len(NAMES)]

    def close(self) -> None:
        self.renderer.release(self.resident)
        self.renderer.close()
        self.picture.release()


@pytest.fixture
def stage(bundle: Bundle) -> Iterator[Stage]:
    made = Stage(bundle)
    yield made
    made.close()


def matrix(turn: Floats) -> Floats:
    x, y, z, w = turn / np.linalg.norm(turn)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def sampled(people: People, clip: int, at: float) -> Floats:
    row = people.clips[clip]
    before = min(int(row["first"]) + int(at), int(row["last"]))
    after = min(before + 1, int(row["last"]))
    one, other = people.keys[[before, after]].astype(np.float64)
    return np.asarray(one + (other - one) * (at % 1))


def smooth(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def gesture_share(person: npt.NDArray[np.void], now_s: float) -> float:
    age_s = now_s - float(person["gesture_at_s"])
    return smooth(min(age_s, float(person["gesture_s"]) - age_s) / FADE_S)


def posed(people: People, person: npt.NDArray[np.void], now_s: float) -> Floats:
    """(joints, 3, 4) of someone who looks at nothing: the textbook's way, one joint after the other."""
    joints = people.joints[int(person["body"])]
    clip, made = int(person["motion"]), gesture_share(person, now_s)
    turns = (float(person["phase"]) + float(person["per_s"]) * now_s) % 1
    motion = sampled(people, clip, turns * float(people.clips[clip]["last"] - people.clips[clip]["first"]))
    gesture_key = KEYS_PER_S * (now_s - float(person["gesture_at_s"])) if made else 0.0
    gesture = sampled(people, int(person["gesture"]), gesture_key)
    s, c = person["facing"].astype(np.float64)
    scene_from_body = np.eye(4)
    scene_from_body[:3, :3] = float(person["scale"]) * np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    scene_from_body[:3, 3] = person["position"]
    chest = int(joints["parent"][people.aimed[0]])
    placed: dict[int, Floats] = {}
    found = np.zeros((len(joints), 3, 4))
    for number in np.argsort(joints["level"], kind="stable").tolist():
        joint = joints[number]
        turn = motion[number] / np.linalg.norm(motion[number]) if motion[number].any() else np.array([0.0, 0, 0, 1])
        if joint["is_upper"] and gesture[number].any():
            other = gesture[number] / np.linalg.norm(gesture[number])
            turn = turn + (np.copysign(1, turn @ other) * other - turn) * made
        local = np.eye(4)
        local[:3, :3] = matrix(turn)
        if number == chest:
            lifted = 0.012 * np.sin(2 * np.pi * (float(person["breath"]) + BREATHS_PER_S * now_s))
            local[:3, :3] = matrix(np.array([-np.sin(lifted / 2), 0, 0, np.cos(lifted / 2)])) @ local[:3, :3]
        local[:3, 3] = motion[-1, :3] * joint["rest"][1] if joint["parent"] < 0 else joint["offset"]
        placed[number] = local if joint["parent"] < 0 else placed[int(joint["parent"])] @ local
        body_from_rest = placed[number].copy()
        body_from_rest[:3, 3] -= body_from_rest[:3, :3] @ joint["rest"]
        found[number] = (scene_from_body @ body_from_rest)[:3]
    return found


@pytest.mark.parametrize("t_s", [0.0, 2.37, 71.2])
def test_joints_lie_where_numpy_puts_them(stage: Stage, t_s: float) -> None:
    def look_at_nothing(persons: npt.NDArray[np.void]) -> None:
        persons["aim_weight"] = persons["client_weight"] = persons["next_client_weight"] = 0

    stage.draw(moment(t_s), change=look_at_nothing)
    people, frame = stage.bundle.compiled.people, stage.animation.animate(moment(t_s))
    palette, persons, now_s = stage.palette, frame.people, frame.people_s
    made = [gesture_share(person, now_s) for person in persons]
    assert max(made) > 0.5 or t_s != 2.37, "at one of these times someone makes a gesture"
    for number, person in enumerate(persons):
        np.testing.assert_allclose(palette[number], posed(people, person, now_s), atol=1e-4)


def lines_of_sight(stage: Stage, persons: npt.NDArray[np.void], number: int) -> tuple[Floats, Floats]:
    """Where both eyes of someone are and which way they look, (2, 3) each, in the scene."""
    people = stage.bundle.compiled.people
    palette = stage.palette[number].astype(np.float64)
    eyes = [NAMES.index(name) for name in AIMED[2:]]
    rest = people.joints["rest"][int(persons["body"][number])][eyes]
    at = np.einsum("eij,ej->ei", palette[eyes, :, :3], rest) + palette[eyes, :, 3]
    ahead = palette[eyes, :, :3] @ np.array([0.0, 0.0, 1.0])
    return at, ahead / np.linalg.norm(ahead, axis=1, keepdims=True)


def aimed_at(yaw_deg: float, pitch_deg: float, weight: float = 1.0) -> Callable[[npt.NDArray[np.void]], None]:
    """Everyone looks at a point 3 m off, at an angle to where the body faces and from the height of the eyes."""

    def change(persons: npt.NDArray[np.void]) -> None:
        persons["client_weight"], persons["next_client_weight"], persons["gesture_s"] = 0, 0, 0
        persons["aim_weight"] = weight
        yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
        flat = 3 * np.cos(pitch)
        for aim in ("aim", "next_aim"):
            persons[aim] = flat * np.sin(yaw), 1.15 + 3 * np.sin(pitch), flat * np.cos(yaw)

    return change


@pytest.mark.parametrize(("yaw_deg", "pitch_deg"), [(0, 0), (25, 10), (-60, -15), (80, 5)])
def test_eyes_meet_what_is_looked_at(stage: Stage, yaw_deg: float, pitch_deg: float) -> None:
    stage.draw(moment(), change=aimed_at(yaw_deg, pitch_deg))
    persons = stage.animation._frame.people
    for number in range(12):
        at, ahead = lines_of_sight(stage, persons, number)
        s, c = persons["facing"][number]
        x, y, z = persons["aim"][number] * persons["scale"][number]
        wanted = persons["position"][number] + [x * c + z * s, y, z * c - x * s] - at
        cosines = (ahead * wanted).sum(axis=1) / np.linalg.norm(wanted, axis=1)
        assert np.degrees(np.arccos(np.minimum(cosines, 1))).max() < 0.2


def test_nobody_turns_further_than_a_neck_and_eyes_go(stage: Stage) -> None:
    stage.draw(moment(), change=aimed_at(115, 0))
    persons = stage.animation._frame.people
    for number in range(12):
        _, ahead = lines_of_sight(stage, persons, number)
        facing = atan2(*persons["facing"][number])
        turned = [(degrees(atan2(x, z) - facing) + 180) % 360 - 180 for x, _, z in ahead]
        most = HEAD_MOST_DEG[0] + EYES_MOST_DEG[0]
        assert max(turned) == pytest.approx(most, abs=4)


def test_what_is_behind_is_left_alone(stage: Stage) -> None:
    stage.draw(moment(), change=aimed_at(178, 0))
    aside = stage.palette
    stage.draw(moment(), change=aimed_at(0, 0, 0.0))
    np.testing.assert_allclose(aside, stage.palette, atol=1e-5)


@pytest.mark.parametrize("x", [-1.2, 1.5])
def test_the_client_is_looked_at_wherever_the_head_goes(stage: Stage, x: float) -> None:
    head = (x, 1.4, 0.5)
    stage.draw(moment(gaze=1.0), head)
    persons = stage.animation._frame.people
    for number in range(12):
        at, ahead = lines_of_sight(stage, persons, number)
        wanted = np.array(head) - at
        cosines = (ahead * wanted).sum(axis=1) / np.linalg.norm(wanted, axis=1)
        assert np.degrees(np.arccos(np.minimum(cosines, 1))).max() < 0.5


def test_every_layout_gives_the_same_people(bundle: Bundle) -> None:
    pictures = []
    for layout in Layout:
        stage = Stage(bundle, layout)
        pictures.append(stage.draw(moment()).astype(int))
        empty = stage.draw(moment(count=0)).astype(int)
        stage.close()
    for other in pictures[1:]:
        assert np.abs(pictures[0] - other).max() <= 3
    assert (np.abs(pictures[-1] - empty).max(axis=-1) > 8).mean() > 0.03


def test_people_throw_shadows(stage: Stage) -> None:
    """Nothing else in this scene could."""
    head = (0.0, 2.4, -1.0)
    shaded = stage.draw(moment(), head).astype(int)
    stage.animation._frame.environment["shadow_radius_m"] = 0
    lit = stage.draw(moment(), head).astype(int)
    darker = (lit - shaded).max(axis=-1) > 20
    assert darker.mean() > 0.02


def listed(bundle: Bundle, moment: Moment, planes: npt.NDArray[np.float32], eye: Floats) -> npt.NDArray[np.uint32]:
    """(bodies, LODS) how many are drawn of each with the first part of theirs that everyone has."""
    compiled = bundle.compiled
    crowd = Crowd(compiled.people, compiled.materials, len(compiled.rows), 1)
    frame = Animation(bundle).animate(moment)
    crowd.place(frame.people, eye.astype(np.float32))
    slots = np.zeros(crowd.slot_room, np.uint32)
    commands = np.zeros((2, command_room(compiled.people)), COMMAND)
    opaque, cutout = crowd.list_seen(frame.present, planes, slots, 0, commands[0], commands[1])
    found = np.zeros((len(compiled.people.ranges), LODS), np.uint32)
    skin = compiled.people.ranges[:, :, PARTS.index("skin")]
    for command in commands[0][:opaque]:
        found[(skin[..., 0] == command["first_index"]) & (skin[..., 2] == command["base_vertex"])] += command[
            "instance_count"
        ]
        of = slots[command["base_instance"] : command["base_instance"] + command["instance_count"]]
        people = (of - len(compiled.rows)) // len(PARTS)
        bodies = compiled.people.body_of[people]
        assert (compiled.people.ranges[bodies][..., 0] == command["first_index"]).any(axis=(1, 2)).all()
    assert cutout == len(found) * LODS, "everyone's hair is seen from both sides"
    return found


EVERYWHERE = np.tile(np.array([0, 0, 0, 1], np.float32), (5, 1))


def test_detail_goes_with_distance(bundle: Bundle) -> None:
    persons = Animation(bundle).animate(moment()).people
    for eye in (np.array(HEAD), np.array([0.0, 1.6, -10.0]), np.array([0.0, 1.6, 40.0])):
        centres = (
            persons["position"]
            + np.array([0, 0.5, 0]) * (bundle.compiled.people.heights_m[persons["body"]] * persons["scale"])[:, None]
        )
        away = np.linalg.norm(centres - eye, axis=1)
        lods = np.digitize(away, LOD_ENDS_M)
        expected = np.zeros((3, LODS), int)
        np.add.at(expected, (persons["body"], lods), 1)
        np.testing.assert_array_equal(listed(bundle, moment(), EVERYWHERE, eye), expected)


def test_who_is_out_of_sight_or_not_there_is_not_drawn(bundle: Bundle) -> None:
    behind = np.tile(np.array([0, 0, 1, 0], np.float32), (5, 1))
    assert listed(bundle, moment(), behind, np.array(HEAD)).sum() == 0
    assert listed(bundle, moment(count=0), EVERYWHERE, np.array(HEAD)).sum() == 5, "walkers do not follow the count"
    assert listed(bundle, moment(count=7), EVERYWHERE, np.array(HEAD)).sum() == 12


def test_hands_are_hands_among_people(stage: Stage) -> None:
    """Their slots lie between the scene's rows and people's."""
    without = stage.draw(moment()).astype(int)
    changed = np.abs(stage.draw(moment(), hands=HANDS) - without).max(axis=-1) > 8
    assert not changed[:, : SIZE[1] // 3].any()
    for view in changed:
        left, right = view[:, : SIZE[0] // 2], view[:, SIZE[0] // 2 :]
        assert 30 < left.sum() < 1500
        assert 30 < right.sum() < 1500


def test_turning_away_and_back_gives_the_same_picture(stage: Stage) -> None:
    ahead = stage.draw(moment())
    stage.draw(moment(50.0), yaw=3.0)
    np.testing.assert_array_equal(stage.draw(moment()), ahead)


def calls_of_a_frame(bundle: Bundle) -> Counter[str]:
    hot = CountingHot()
    stage = Stage(bundle, gl=hot)
    stage.draw(moment())
    hot.counts.clear()
    stage.draw(moment(4.0))
    counts = hot.counts.copy()
    stage.close()
    return counts


def test_people_cost_a_dispatch_and_a_draw_for_what_has_holes(bundle: Bundle, tmp_path: Path) -> None:
    scene = write_people(tmp_path, SCENE[: SCENE.index("[people")] + SCENE[SCENE.index("[light]") :])
    without, having = calls_of_a_frame(compile_scene(load_scene(scene))), calls_of_a_frame(bundle)
    more = having - without
    assert not without - having
    posing = Counter(
        glUseProgram=1, glBindBuffersRange=1, glDispatchCompute=1, glMemoryBarrier=1, glCopyNamedBufferSubData=1
    )
    assert more == posing + Counter(glEnable=1, glDisable=1, glMultiDrawElementsIndirect=1), "hair, the only holes here"


def test_an_old_shadow_does_not_fall_on_who_threw_it(tmp_path: Path) -> None:
    """Walkers are seen with the sun in the client's back, 90 ms after the maps were drawn, and with new ones."""
    text = SCENE[: SCENE.index("[people")] + WALKERS + SCENE[SCENE.index("[light]") :]
    text = text.replace("sun_azimuth_deg = 200", "shadow_radius_m = 8\nsun_azimuth_deg = 170")
    stage = Stage(compile_scene(load_scene(write_people(tmp_path, text))))
    head = (0.0, 1.6, -7.0)
    stage.draw(moment(3.0), head)
    late = stage.draw(moment(3.09), head, anew=False).astype(int)
    fresh = stage.draw(moment(3.09), head).astype(int)
    stage.animation._frame.present[:] = False
    empty = stage.draw(moment(3.09), head).astype(int)
    stage.close()
    is_person = np.abs(fresh - empty).max(axis=-1) > 40
    is_person[:, SIZE[1] * 3 // 5 :] = False
    darker = (fresh - late).max(axis=-1)[is_person]
    assert is_person.sum() > 100
    assert (darker > 20).mean() < 0.04, "it was 0.09"


def test_a_frame_with_people_leaves_no_objects_behind(bundle: Bundle) -> None:
    stage = Stage(bundle)
    stage.draw(moment(), (0.0, 1.6, 30.0))
    frame = stage.animation.animate(moment())

    def live(number: int) -> None:
        stage.animation.animate(moment(number / 4.5))
        stage.renderer.draw(stage.resident, frame, stage.eyes, stage.picture.target)

    blocks, cyclic = left_behind(live, turns=12, rounds=4)
    stage.close()
    assert blocks < 10
    assert cyclic == 0


def test_two_hundred_are_drawn(tmp_path: Path) -> None:
    rows = "rows = { columns = 20, rows = 10, apart_m = [0.6, 0.9] }"
    text = SCENE.replace("rows = { columns = 4, rows = 3, apart_m = [0.7, 1.0], rise_m = 0.2 }", rows)
    text = text.replace('present = "count"\n', "")
    stage = Stage(compile_scene(load_scene(write_people(tmp_path, text))))
    with_all = stage.draw(moment()).astype(int)
    assert len(stage.palette) == 200
    assert np.isfinite(stage.palette).all()
    stage.animation._frame.present[:] = False
    stage.close()
    assert with_all.std() > 10
