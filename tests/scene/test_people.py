"""People in scenes: who is there, where, with what, and what they do at a moment."""

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.scene.people import SCENE, figure, write_people
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import SceneFrame
from vret.scene.moment import Moment
from vret.scene.people.conduct import SLOT_S
from vret.scene.people.persons import PARTS, People
from vret.scene.scene import SceneError, load_scene

LIGHT = "[light]"
WALKERS = """
[people.walkers]
bodies = ["ann.glb", "bob.glb"]
motions_from = "motions.glb"
motions = ["walk"]
course = { points = [[-10, 0, -20], [10, 0, -20], [10, 0, -30], [-10, 0, -30]], number = 9, width_m = 2.4 }
"""
CROWD = """
[people.crowd]
bodies = ["ann.glb", "bob.glb", "cis.glb"]
motions_from = "motions.glb"
motions = ["idle"]
look = "away"
crowd = { number = 30, size_m = [8, 6], apart_m = 0.7, turned_deg = 40 }
position = [0, 0, -12]
"""


def built(folder: Path, text: str = SCENE) -> Bundle:
    return compile_scene(load_scene(write_people(folder, text)))


def refused(folder: Path, text: str) -> str:
    with pytest.raises(SceneError) as caught:
        load_scene(write_people(folder, text))
    return str(caught.value)


def at(t_s: float, count: float = 12, gaze: float = 0.0, *, held: bool = False) -> Moment:
    return Moment(int(t_s * 1e9), "here", {"count": count, "gaze_at_client": gaze}, held=held)


def persons_at(bundle: Bundle, moment: Moment) -> npt.NDArray[np.void]:
    found: npt.NDArray[np.void] = Animation(bundle).animate(moment).people.copy()
    return found


def state(frame: SceneFrame) -> bytes:
    return frame.people.tobytes() + frame.present.tobytes() + np.float32(frame.people_s).tobytes()


def test_the_bundle_gives_back_the_people(tmp_path: Path) -> None:
    bundle = built(tmp_path)
    write_bundle(tmp_path / "bundle", bundle)
    read = read_bundle(tmp_path / "bundle")
    for entry in fields(People):
        np.testing.assert_array_equal(
            getattr(read.compiled.people, entry.name), getattr(bundle.compiled.people, entry.name)
        )
    assert state(Animation(read).animate(at(7.5))) == state(Animation(bundle).animate(at(7.5)))


def test_a_scene_without_people_has_none(tmp_path: Path) -> None:
    bundle = built(tmp_path, SCENE[: SCENE.index("[people")] + SCENE[SCENE.index(LIGHT) :])
    assert len(bundle.compiled.people.body_of) == len(bundle.compiled.people.skins) == len(bundle.tables.cast) == 0
    assert len(Animation(bundle).animate(at(1)).people) == 0


def test_a_moment_is_the_same_whatever_was_asked_before(tmp_path: Path) -> None:
    bundle = built(tmp_path, SCENE.replace(LIGHT, WALKERS + CROWD + LIGHT))
    travelled = Animation(bundle)
    for moment in (at(100.0, 3), at(0.0), at(63.2, 12, 1.0), at(5.1, 12, 0.4)):
        travelled.animate(moment)
    assert state(travelled.animate(at(9.99, 12, 0.4))) == state(Animation(bundle).animate(at(9.99, 12, 0.4)))


def test_another_seed_casts_others(tmp_path: Path) -> None:
    one = built(tmp_path)
    (tmp_path / "other").mkdir()
    other = built(tmp_path / "other", SCENE.replace("seed = 5", "seed = 6"))
    assert not np.array_equal(one.tables.cast["chance"], other.tables.cast["chance"])
    assert not np.array_equal(one.compiled.people.material_of, other.compiled.people.material_of)


def test_so_many_are_there_as_the_axis_says(tmp_path: Path) -> None:
    animation = Animation(built(tmp_path))
    before = np.zeros(12, bool)
    for count in range(13):
        frame = animation.animate(at(1, count))
        assert frame.present.sum() == count
        assert frame.visible_changed == (count > 0) or count == 0
        assert (frame.present | ~before).all(), "who was there stays"
        before = frame.present.copy()


def test_neighbours_have_other_bodies_and_are_not_in_step(tmp_path: Path) -> None:
    bundle = built(tmp_path, SCENE.replace(LIGHT, CROWD + LIGHT))
    cast, people = bundle.tables.cast, bundle.compiled.people
    gaps = np.linalg.norm(cast["position"][:, None] - cast["position"][None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    nearest = gaps.argmin(axis=1)
    assert (people.body_of == people.body_of[nearest]).mean() < 0.1
    apart = np.abs(cast["phase"] - cast["phase"][nearest]) % 1
    assert np.minimum(apart, 1 - apart).min() > 0.01
    assert len(np.unique(cast["chance"])) == len(cast)


def test_clothes_are_tinted_by_part(tmp_path: Path) -> None:
    bundle = built(tmp_path)
    people, materials = bundle.compiled.people, bundle.compiled.materials
    tops = materials["base_colour"][people.material_of[:, PARTS.index("top")]]
    assert len(np.unique(tops, axis=0)) == 4
    assert (materials["base_texture"][people.material_of[:, PARTS.index("top")]] > 0).all()
    skins = materials["base_colour"][people.material_of[:, PARTS.index("skin")]]
    assert len(np.unique(skins, axis=0)) == 1


def test_a_picture_that_several_bodies_wear_is_there_once(tmp_path: Path) -> None:
    bundle = built(tmp_path)
    tops = bundle.compiled.people.material_of[:, PARTS.index("top")]
    assert len(np.unique(bundle.compiled.people.body_of)) == 3
    assert len(np.unique(bundle.compiled.materials["base_texture"][tops])) == 1
    assert bundle.compiled.textures.arrays["layers"].sum() == 1


def test_rows_face_the_client_and_rise(tmp_path: Path) -> None:
    persons = persons_at(built(tmp_path), at(0))
    assert (persons["facing"][:, 1] > 0.98).all(), "at yaw 180 they look towards +Z"
    np.testing.assert_allclose(persons["position"][:, 1], np.repeat([0.0, 0.2, 0.4], 4), atol=1e-6)
    np.testing.assert_allclose(persons["position"][:4, 2], -4, atol=0.1)
    assert (np.diff(persons["position"][:4, 0]) < -0.5).all()
    np.testing.assert_allclose(persons["position"][4:8, 2], -5, atol=0.1)


def test_a_crowd_keeps_apart_on_its_ground(tmp_path: Path) -> None:
    bundle = built(tmp_path, SCENE.replace(LIGHT, CROWD + LIGHT))
    where = bundle.tables.cast["position"][12:]
    gaps = np.linalg.norm(where[:, None] - where[None], axis=2)[np.triu_indices(30, 1)]
    assert gaps.min() > 0.65
    assert (np.abs(where - [0, 0, -12]) <= [4.01, 0.01, 3.01]).all()


def test_walkers_go_along_their_course_as_fast_as_they_step(tmp_path: Path) -> None:
    bundle = built(tmp_path, SCENE.replace(LIGHT, WALKERS + LIGHT))
    animation, cast = Animation(bundle), bundle.tables.cast[12:]
    before = animation.animate(at(40.0)).people[12:].copy()
    after = animation.animate(at(40.1)).people[12:].copy()
    step = after["position"] - before["position"]
    speed = np.linalg.norm(step, axis=1) / 0.1
    straight = np.linalg.norm(after["facing"] - before["facing"], axis=1) < 1e-4
    assert straight.sum() >= 4
    np.testing.assert_allclose(speed[straight], cast["speed_mps"][straight], rtol=0.02)
    np.testing.assert_allclose(cast["speed_mps"], 1.2 * cast["scale"] * cast["per_s"], rtol=1e-5)
    ahead = step[:, [0, 2]] / np.linalg.norm(step[:, [0, 2]], axis=1, keepdims=True)
    assert ((ahead * before["facing"]).sum(axis=1) > 0.98).all(), "they look where they go"


def test_walkers_of_a_lane_never_meet(tmp_path: Path) -> None:
    bundle = built(tmp_path, SCENE.replace(LIGHT, WALKERS + LIGHT))
    animation = Animation(bundle)
    for t_s in np.linspace(0, 600, 60).tolist():
        where = animation.animate(at(t_s)).people["position"][12:]
        gaps = np.linalg.norm(where[:, None] - where[None], axis=2)[np.triu_indices(9, 1)]
        assert gaps.min() > 0.45


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_as_many_look_at_the_client_as_the_axis_says(tmp_path: Path, share: float) -> None:
    animation = Animation(built(tmp_path))
    seen = [animation.animate(at(slot * SLOT_S, gaze=share)).people["next_client_weight"].copy() for slot in range(60)]
    assert np.mean(seen) == pytest.approx(share, abs=0.05)
    if share in (0, 1):
        assert (np.array(seen) == share).all()


def test_a_greater_share_only_adds_to_who_looks(tmp_path: Path) -> None:
    animation = Animation(built(tmp_path))
    before = np.zeros(12)
    for share in np.linspace(0, 1, 21).tolist():
        weight = animation.animate(at(33.0, gaze=share)).people["client_weight"].copy()
        assert (weight >= before).all()
        before = weight
    assert (before == 1).all()


def test_a_slot_goes_on_where_the_one_before_ended(tmp_path: Path) -> None:
    """Everyone has turned by the end of a slot, and a gesture and a step go through from one to the next."""
    bundle = built(tmp_path)
    for slot in range(1, 8):
        before = persons_at(bundle, at(slot * SLOT_S - 1e-3, gaze=0.5))
        after = persons_at(bundle, at(slot * SLOT_S, gaze=0.5))
        np.testing.assert_array_equal(before["next_aim"], after["aim"])
        np.testing.assert_array_equal(before["next_client_weight"], after["client_weight"])
        assert (before["turns_at_s"] < SLOT_S - 0.44).all()
        apart = (before["phase"] + before["per_s"] * SLOT_S - after["phase"] + 0.5) % 1 - 0.5
        np.testing.assert_allclose(apart, 0, atol=1e-5)
        if slot % 3:
            np.testing.assert_allclose(before["gesture_at_s"] - SLOT_S, after["gesture_at_s"], atol=1e-5)


def test_gestures_are_made_now_and_then(tmp_path: Path) -> None:
    bundle = built(tmp_path)
    animation = Animation(bundle)
    made = np.array([(animation.animate(at(12.0 * slot)).people["gesture_s"] > 0).sum() for slot in range(50)])
    assert made.mean() == pytest.approx(12 * 12 / 15, rel=0.1)


def test_who_looks_away_does_not_face_the_client(tmp_path: Path) -> None:
    bundle = built(tmp_path, SCENE.replace(LIGHT, CROWD.replace("[0, 0, -12]", "[0, 0, -6]\nyaw_deg = 180") + LIGHT))
    persons = persons_at(bundle, at(17.0))[12:]
    s, c = persons["facing"].T
    to_client = -persons["position"][:, [0, 2]]
    aside = np.column_stack([to_client[:, 0] * c - to_client[:, 1] * s, to_client[:, 0] * s + to_client[:, 1] * c])
    between = np.arctan2(persons["aim"][:, 0], persons["aim"][:, 2]) - np.arctan2(aside[:, 0], aside[:, 1])
    assert np.abs((between + np.pi) % (2 * np.pi) - np.pi).min() > 0.4


def test_while_held_who_may_come_nearer_is_gone_and_life_goes_on(tmp_path: Path) -> None:
    hiding = WALKERS.replace("-20]", "-3]") + 'when_held = "hides"\n'
    animation = Animation(built(tmp_path, SCENE.replace(LIGHT, hiding + LIGHT)))
    assert animation.animate(at(3.0)).present.all()
    held = animation.animate(at(3.0, held=True))
    assert held.present.tolist() == [True] * 12 + [False] * 9
    assert held.visible_changed
    before = held.people["phase"].copy()
    assert not np.array_equal(before, animation.animate(at(8.0, held=True)).people["phase"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"ann.glb", ', '"eve.glb", ', r"people\.audience\.bodies\.0: eve\.glb: cannot be read"),
        ('"ann.glb", ', '"eve", ', r"bodies\.0: no such body as eve.*one beside the scene ends in \.glb"),
        ('["sit"]', '["sits"]', r"motions\.0: no such motion as sits; did you mean sit\?"),
        ('["sit"]', '["walk"]', r"motions\.0: walk walks, for which a group needs a course"),
        ('["nod", "raise_hand"]', '["wink"]', r"gestures\.0: no such motion as wink"),
        ('"motions.glb"', '"moves.glb"', r"motions_from: moves\.glb: cannot be read"),
        ("position = [0, 0, -4]", 'anchor = "stage"', r"people\.audience\.anchor: no such anchor"),
        ('gaze_at_client = "gaze_at_client"', 'gaze_at_client = "gaze"', r"no such bound axis as gaze"),
        ('gaze_at_client = "gaze_at_client"', "gaze_at_client = 1.5", r"gaze_at_client: must be from 0 to 1"),
        ("top = [", "socks = [", r"people\.audience\.tints\.socks"),
        ("rows = {", "spots = [[0, 0, 0]]\nrows = {", r"give spots, rows, crowd or course, one of them"),
        (
            "columns = 4, rows = 3",
            "columns = 40, rows = 30",
            r"brings the people to 1200, of whom a scene may",
        ),
        (LIGHT, WALKERS.replace('"walk"', '"idle"') + LIGHT, r"walkers\.motions\.0: idle does not walk"),
        (LIGHT, WALKERS.replace("-20]", "-3]") + LIGHT, r"comes to 1\.8 m of places\.here.*hides"),
        (LIGHT, WALKERS + "yaw_deg = 3\n" + LIGHT, r"a course stands in scene space"),
    ],
)
def test_what_is_wrong_is_said_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SCENE
    assert re.search(said, refused(tmp_path, SCENE.replace(old, new, 1)), re.DOTALL)


def test_figures_of_two_skeletons_are_refused(tmp_path: Path) -> None:
    folder = write_people(tmp_path)
    glb = figure()
    next(node for node in glb.content["nodes"] if node.get("name") == "fore_l")["name"] = "elbow_l"
    (folder / "cis.glb").write_bytes(glb.packed())
    with pytest.raises(SceneError, match=r"bodies\.2: cis\.glb has other joints than ann\.glb"):
        load_scene(folder)


def test_the_content_is_that_of_the_figures_too(tmp_path: Path) -> None:
    folder = write_people(tmp_path)
    before = load_scene(folder).content_hash
    (folder / "cis.glb").write_bytes(figure(1.01).packed())
    assert load_scene(folder).content_hash != before
