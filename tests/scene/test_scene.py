"""Bad scenes: every problem names file, line and key."""

from pathlib import Path

import pytest

from tests.scene.small import SMALL, line_of, write_scene
from vret.scene.scene import SceneError, load_scene

BAD = {
    "misspelt axis in a rung": (
        "height_m = 2.25",
        "hight_m = 2.25",
        "rungs.high.hight_m: no such axis; did you mean height_m?",
    ),
    "axis that is not in the vocabulary": (
        "[axes.wind_mps]",
        "[axes.wind_kmh]",
        "axes.wind_kmh: no such axis in the vocabulary; did you mean wind_mps?",
    ),
    "missing model": (
        'mesh = { kind = "box", size_m = [1, 0.2, 1] }',
        'mesh = { kind = "model", file = "step.glb" }',
        "nodes.step.mesh.file: there is no file step.glb beside the scene",
    ),
    "value out of range": (
        "height_m = 2.25",
        "height_m = 12",
        "rungs.high.height_m: 12 lies outside the range 0 to 10 of axes.height_m",
    ),
    "level out of range": ("height_m = 8", "height_m = 80", "level.1.height_m: 80 lies outside the range 0 to 10"),
    "level that grows milder": (
        "wind_mps = 0\n\n[[level]]",
        "wind_mps = 6\n\n[[level]]",
        "level.1.wind_mps: becomes milder as the level grows; a higher level may never lower an axis",
    ),
    "level that does not reach 10": ("at = 10", "at = 9", "level: must begin at = 0 and end at = 10"),
    "unknown key": ("colour =", "color =", "materials.stone.color: no such key; did you mean colour?"),
    "wrong type": ("seed = 3", 'seed = "3"', "seed: should be a valid integer"),
    "text for a number": ("height_m = 2.25", 'height_m = "2.25"', "rungs.high.height_m: should be a number"),
    "missing key": ('phobia = "heights"\n', "", "phobia: is missing"),
    "unknown place": (
        'place = "step"',
        'place = "stepp"',
        "rungs.low.place: no such place as stepp; did you mean step?",
    ),
    "unknown material": (
        '"stone"\nanchor',
        '"stoen"\nanchor',
        "nodes.step.material: no such material as stoen; did you mean stone?",
    ),
    "unknown kind of mesh": (
        'kind = "car"',
        'kind = "cart"',
        "nodes.car.mesh.kind: no such kind of mesh as cart; did you mean car?",
    ),
    "missing axis in a rung": ("height_m = 0.5\n", "", "rungs.low: gives no value for height_m"),
    "too many decimals": (
        "height_m = 2.25",
        "height_m = 2.2500001",
        "rungs.high.height_m: 2.2500001 has more than six decimals",
    ),
    "a ramp that moves the person": (
        'change = "cut"',
        "rate_per_s = 1",
        "anchors.step.position.1: height_m ramps, and a person is moved only under a veil",
    ),
    "calm that is not the mildest": (
        "range = [0, 10]\ncalm = 0",
        "range = [0, 10]\ncalm = 5",
        "axes.height_m.calm: must be the least dreaded end",
    ),
    "range beyond the vocabulary": (
        "range = [0, 10.5]",
        "range = [0, 90]",
        "axes.wind_mps.range: must grow and lie inside 0 to 25 m/s",
    ),
    "flight that may come nearer while held": (
        'when_held = "hides"\n',
        "",
        'nodes.gull: what flies may come nearer: say when_held = "hides"',
    ),
    "unknown stimulus": (
        'stimulus = "ball"',
        'stimulus = "bell"',
        "nodes.ball.stimulus: no such stimulus as bell; did you mean ball?",
    ),
    "points that go back": (
        "[[0, 1], [10, 0.2]]",
        "[[10, 1], [0, 0.2]]",
        "materials.glass.opacity: the first numbers of points must grow",
    ),
    "unknown node of an area": (
        "[light]",
        '[areas.ball]\ntitle = "Ball"\nnodes = ["ball", "gul"]\n[light]',
        "areas.ball.nodes.1: no such node as gul; did you mean gull?",
    ),
    "unknown anchor of a region": (
        "[light]",
        '[areas.x]\ntitle = "X"\nregions = [{ anchor = "stepp", centre = [0, 0, 0], radius_m = 1 }]\n[light]',
        "areas.x.regions.0.anchor: no such anchor as stepp; did you mean step?",
    ),
    "unknown place of a region": (
        "[light]",
        '[areas.x]\ntitle = "X"\nregions = [{ places = ["here"], centre = [0, 0, 0], radius_m = 1 }]\n[light]',
        "areas.x.regions.0.places.0: no such place as here; there are ground, step",
    ),
    "unbound axis that a region follows": (
        "[light]",
        '[areas.x]\ntitle = "X"\nregions = [{ centre = [0, "height", 0], radius_m = 1 }]\n[light]',
        "areas.x.regions.0.centre.1: no such bound axis as height; did you mean height_m?",
    ),
    "unbound axis that shows a region": (
        "[light]",
        '[areas.x]\ntitle = "X"\nregions = [{ visible = { rail = {} }, centre = [0, 0, 0], radius_m = 1 }]\n[light]',
        "areas.x.regions.0.visible.rail: no such bound axis as rail",
    ),
    "unknown stimulus of an area": (
        "[light]",
        '[areas.x]\ntitle = "X"\nnodes = ["ball"]\nstimulus = "bell"\n[light]',
        "areas.x.stimulus: no such stimulus as bell; did you mean ball?",
    ),
    "region that is a ball and a box": (
        "[light]",
        '[areas.x]\ntitle = "X"\nregions = [{ centre = [0, 0, 0], radius_m = 1, size_m = [1, 1, 1] }]\n[light]',
        "areas.x.regions.0: give radius_m or size_m, one of them",
    ),
    "area of nothing": ("[light]", '[areas.x]\ntitle = "X"\n[light]', "areas.x: an area needs regions or nodes"),
    "area of too many copies": (
        "[light]",
        '[areas.x]\ntitle = "X"\nnodes = [' + 86 * '"car", ' + "]\n[light]",
        "areas.x: brings the areas to 258 regions and copies of nodes, of which a scene may have 256",
    ),
    "broken TOML": ('title = "Step"', 'title = "Step', "illegal character"),
    "both rate and cut": (
        "rate_per_s = 0.5",
        'rate_per_s = 0.5\nchange = "cut"',
        'axes.wind_mps: give rate_per_s or change = "cut", one of them',
    ),
}


@pytest.mark.parametrize(("old", "new", "message"), BAD.values(), ids=BAD.keys())
def test_bad_scene_names_file_line_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = write_scene(tmp_path, old, new)
    with pytest.raises(SceneError) as caught:
        load_scene(folder)
    problem = caught.value.problems[0]
    file, line, said = problem.split(":", 2)
    assert file == str(folder / "scene.toml")
    assert said.strip().startswith(message), problem
    key = message.split(":")[0].split(".")[-1]
    text = (folder / "scene.toml").read_text().splitlines()[int(line) - 1]
    if new and key in new:
        assert key in text


def test_the_line_is_that_of_the_key(tmp_path: Path) -> None:
    changed = SMALL.replace("height_m = 2.25", "hight_m = 2.25")
    folder = write_scene(tmp_path, text=changed)
    with pytest.raises(SceneError) as caught:
        load_scene(folder)
    where = f"{folder / 'scene.toml'}:{line_of('hight_m', changed)}"
    assert caught.value.problems == [f"{where}: rungs.high.hight_m: no such axis; did you mean height_m?"]


def test_every_problem_is_told_in_the_order_of_lines(tmp_path: Path) -> None:
    changed = SMALL.replace("height_m = 0.5", "height_m = 50").replace('stimulus = "ball"', 'stimulus = "bell"')
    with pytest.raises(SceneError) as caught:
        load_scene(write_scene(tmp_path, text=changed))
    lines = [int(problem.split(":")[1]) for problem in caught.value.problems]
    assert lines == [line_of("height_m = 50", changed), line_of('stimulus = "bell"', changed)]


def test_folder_without_a_scene(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match=r"scene\.toml: cannot be read .*; a scene is a folder with a scene\.toml"):
        load_scene(tmp_path)


def test_not_text(tmp_path: Path) -> None:
    (tmp_path / "scene.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(SceneError, match="is not UTF-8 text"):
        load_scene(tmp_path)


def test_flashes_are_counted(tmp_path: Path) -> None:
    points = ", ".join(f"[{0.1 * step:.1f}, {step % 2}]" for step in range(9))
    folder = write_scene(
        tmp_path, '{ axis = "wind_mps", points = [[0, 1], [10, 0.2]] }', f'{{ stimulus = "ball", points = [{points}] }}'
    )
    with pytest.raises(SceneError, match=r"materials\.glass\.opacity: flashes 4 times within a second"):
        load_scene(folder)


def test_content_hash_follows_the_content(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    one = load_scene(write_scene(tmp_path / "one"))
    same = load_scene(write_scene(tmp_path / "two"))
    other = load_scene(write_scene(tmp_path / "three", "seed = 3", "seed = 4"))
    assert one.content_hash == same.content_hash
    assert one.content_hash != other.content_hash


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("format = " + "9" * 5000, "a number that is too large"),
        ("format = 1e99999999999999999999", "a number that is too large"),
        ("format = " + "[" * 5000, "in each other without end"),
        ("\n" + "a." * 100_000 + "a = 1", "toml:2: a key of more than 32 parts"),
        ("x = 1\ny = { \"a\" . 'b' . " + "c." * 40 + "d = 1 }", "toml:2: a key of more than 32 parts"),
        ("a" * 1024 * 1025, "characters; a scene has at most"),
    ],
    ids=["digits", "exponent", "nesting", "key", "inner key", "length"],
)
def test_a_file_that_would_take_memory_or_time_without_end_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "scene.toml").write_text(text)
    with pytest.raises(SceneError, match=words):
        load_scene(tmp_path)
