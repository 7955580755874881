"""Decals of a scene file: what the box cuts out of which surfaces, when it is seen, and what is wrong with it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.scene.glb import png
from tests.scene.shipped import shipped
from tests.scene.small import SMALL, line_of, write_scene
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle, read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import DECAL, TEXTURE_FORMATS
from vret.scene.looks import decals
from vret.scene.looks.decals import Projector
from vret.scene.meshes.shapes import Shape, ball, box, plane, rotation_matrix
from vret.scene.moment import Moment
from vret.scene.scene import SceneError, load_scene

STAIN = """
[decals.stain]
pattern = "stain"
size_m = [2, 1]
position = [4, 0, 4]
"""
MM = 1e-3

Floats = npt.NDArray[np.float64]


def projector(
    size_m: tuple[float, float, float] = (2.0, 0.4, 1.0),
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0),
    yaw_deg: float = 0.0,
    pitch_deg: float = 0.0,
    steepest_deg: float = 60.0,
) -> Projector:
    turn = rotation_matrix(yaw_deg, pitch_deg)
    return Projector(np.array(centre), turn.T, np.array(size_m), steepest_deg)


def cut(one: Projector, shape: Shape) -> Shape:
    corners, normals = (shape.vertices[name][shape.triangles].astype(float) for name in ("position", "normal"))
    return one.project(corners, normals)


def area(shape: Shape) -> float:
    a, b, c = shape.vertices["position"][shape.triangles].astype(float).transpose(1, 0, 2)
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def in_box(one: Projector, shape: Shape) -> Floats:
    """How far the corners lie outside the box, metres along its axes."""
    local = (shape.vertices["position"] - one.centre) @ one.box_from_scene.T
    return np.asarray(np.abs(local) - one.size / 2)


@pytest.mark.parametrize("yaw_deg", [0.0, 31.0, 90.0])
@pytest.mark.parametrize(("x", "share"), [(0.0, 1.0), (10.0, 0.5), (10.4, None)])
def test_on_a_floor_it_has_the_area_of_its_box(yaw_deg: float, x: float, share: float | None) -> None:
    """Across the seam of the floor's triangles, over its edge, and hanging far over it."""
    one = projector(centre=(x, 0.05, 0.0), yaw_deg=yaw_deg)
    found = cut(one, plane(20, 20))
    if share is None:
        assert 0 < area(found) < 1.0
    else:
        assert area(found) == pytest.approx(2.0 * share, rel=1e-5)
    assert np.abs(found.vertices["position"][:, 1]).max() <= MM
    assert in_box(one, found).max() <= MM
    np.testing.assert_allclose(
        found.vertices["normal"], np.broadcast_to((0, 1, 0), (len(found.vertices), 3)), atol=1e-6
    )


def test_its_picture_lies_upright_before_who_looks_along_minus_z() -> None:
    found = cut(projector(), plane(20, 20)).vertices
    right_top = found[(found["position"] @ np.array([1, 0, -1])).argmax()]
    np.testing.assert_allclose(right_top["position"], (1, 0, -0.5), atol=1e-6)
    np.testing.assert_allclose(right_top["uv"], (1, 0), atol=1e-3)


@pytest.mark.parametrize("thickness_m", [0.001, 0.02, 0.2])
def test_nothing_is_on_the_far_side_of_a_thin_wall(thickness_m: float) -> None:
    wall = box(4, 4, thickness_m)
    found = cut(projector(centre=(0, 2, thickness_m / 2), pitch_deg=90), wall)
    assert area(found) == pytest.approx(2.0, rel=1e-5)
    np.testing.assert_allclose(found.vertices["position"][:, 2], thickness_m / 2, atol=1e-6)
    assert (found.vertices["normal"][:, 2] > 0.99).all()


def test_around_a_corner_only_what_faces_it_is_covered() -> None:
    step = box(1, 0.1, 1)
    found = cut(projector((3, 0.4, 3), (0, 0.05, 0)), step)
    assert area(found) == pytest.approx(1.0, rel=1e-5)
    np.testing.assert_allclose(found.vertices["position"][:, 1], 0.1, atol=1e-6)


def test_on_a_ball_it_fades_before_it_ends() -> None:
    """It ends where whole triangles turn away by 60 degrees; a corner may be steeper, and has next to nothing of it."""
    one = projector((4, 4, 4), steepest_deg=60)
    sphere = ball(1.0, 48, 20)
    found = cut(one, sphere).vertices
    steep = np.degrees(np.arccos(found["position"][:, 1] / np.linalg.norm(found["position"], axis=1)))
    density = np.linalg.norm(found["normal"], axis=1)
    assert 55 < steep.max() < 66
    assert density[steep < 40].min() == pytest.approx(1, abs=1e-5)
    assert density[steep > 60].max() <= 0.021
    between = (steep > 46) & (steep < 58)
    assert (np.diff(density[between][np.argsort(steep[between])]) <= 1e-6).all()
    assert np.abs(np.linalg.norm(found["position"], axis=1) - 1).max() < MM


def test_a_slanting_box_cuts_what_lies_in_it() -> None:
    """A floor seen by a box that leans by 45 degrees: the cut is longer by the root of two, until the depth ends it."""
    deep, shallow = projector((1, 4, 1), pitch_deg=45), projector((1, 0.5, 1), pitch_deg=45)
    assert area(cut(deep, plane(20, 20))) == pytest.approx(2**0.5, rel=1e-5)
    assert area(cut(shallow, plane(20, 20))) == pytest.approx(0.5 * 2**0.5, rel=1e-5)
    for one in (deep, shallow):
        assert in_box(one, cut(one, plane(20, 20))).max() <= MM


def at(position: str) -> str:
    return STAIN.replace("[4, 0, 4]", position)


def with_decals(tmp_path: Path, text: str = STAIN, scene: str = SMALL) -> Path:
    return write_scene(tmp_path, text=scene.replace("\n[light]", f"{text}\n[light]"))


def compiled(tmp_path: Path, text: str = STAIN, scene: str = SMALL) -> Bundle:
    return compile_scene(load_scene(with_decals(tmp_path, text, scene)))


def lying(bundle: Bundle) -> npt.NDArray[np.intp]:
    compiled = bundle.compiled
    return np.flatnonzero(compiled.materials["traits"][compiled.material_of] & DECAL)


def corners(bundle: Bundle, row: int) -> npt.NDArray[np.void]:
    meshes = bundle.compiled.meshes
    first, count, base = meshes.ranges[bundle.compiled.mesh_of[row]]
    found: npt.NDArray[np.void] = meshes.vertices[base + meshes.indices[first : first + count]]
    return found


def problem(tmp_path: Path, text: str) -> str:
    with pytest.raises(SceneError) as caught:
        compiled(tmp_path, text)
    return str(caught.value)


def test_it_lies_on_what_rests_and_is_drawn_last_in_the_files_order(tmp_path: Path) -> None:
    bundle = compiled(tmp_path, STAIN + STAIN.replace("stain]", "later]").replace('"stain"', '"dirt"'))
    rows = lying(bundle)
    assert rows.tolist() == [len(bundle.compiled.rows) - 2, len(bundle.compiled.rows) - 1]
    patterns = bundle.compiled.materials["pattern"][bundle.compiled.material_of[rows]]
    assert patterns.tolist() == [1, 2]
    for row in rows:
        assert np.abs(corners(bundle, int(row))["position"] - (4, 0, 4)).max(axis=0).tolist() == pytest.approx(
            [1, 0, 0.5]
        )


def test_copies_of_a_pattern_differ_in_their_look(tmp_path: Path) -> None:
    bundle = compiled(tmp_path, STAIN + "copies = [[-5, 0, 0], [5, 0, 0], [0, 0, 5]]\n")
    looks = {float(one) for row in lying(bundle) for one in np.floor(corners(bundle, int(row))["uv"][:, 0])}
    assert len(looks) == 3


def test_on_an_anchor_it_goes_along_and_is_seen_when_its_surface_is(tmp_path: Path) -> None:
    scene = SMALL.replace(
        'anchor = "step"\nposition = [0, -0.2, 0.5]',
        'anchor = "step"\nposition = [0, -0.2, 0.5]\nvisible = { wind_mps = { below = 3 } }',
    )
    bundle = compiled(tmp_path, at("[0, 0, 0.5]") + 'anchor = "step"\nvisible = { wind_mps = { from = 1 } }\n', scene)
    (row,) = lying(bundle)
    animation = Animation(bundle)
    for place, wind_mps, is_seen in (
        ("step", 2.0, True),
        ("step", 0.0, False),
        ("step", 4.0, False),
        ("ground", 2.0, False),
    ):
        frame = animation.animate(Moment(0, place, {"height_m": 2.0, "wind_mps": wind_mps}))
        assert frame.visible[row] == is_seen
    frame = animation.animate(Moment(0, "step", {"height_m": 2.0, "wind_mps": 2.0}))
    seen = corners(bundle, int(row))["position"] + frame.rows["position"][row]
    np.testing.assert_allclose(seen[:, 1], 2.0, atol=1e-5)
    assert np.abs(seen[:, 0] - 1).max() == pytest.approx(0.5, abs=1e-5)


def test_its_opacity_follows_an_axis(tmp_path: Path) -> None:
    bundle = compiled(tmp_path, STAIN + 'opacity = { axis = "wind_mps", points = [[0, 0], [10, 0.5]] }\n')
    (row,) = lying(bundle)
    frame = Animation(bundle).animate(Moment(0, "ground", {"height_m": 0.0, "wind_mps": 5.0}))
    assert frame.materials["opacity"][bundle.compiled.material_of[row]] == pytest.approx(0.25)


def test_it_wears_its_pictures_and_they_cross_to_the_frame(tmp_path: Path) -> None:
    folder = with_decals(tmp_path, STAIN + 'picture = "sign.png"\nnormal_picture = "bumps.png"\n')
    (folder / "sign.png").write_bytes(png(np.full((8, 8, 4), (200, 10, 20, 90), np.uint8)))
    (folder / "bumps.png").write_bytes(png(np.full((8, 8, 4), (128, 128, 255, 255), np.uint8)))
    scene = load_scene(folder)
    write_bundle(tmp_path / "step.bundle", compile_scene(scene))
    textures = read_bundle(tmp_path / "step.bundle").compiled.textures
    assert [TEXTURE_FORMATS[kind] for kind in textures.arrays["format"]] == ["srgb8", "rgba8"]
    assert textures.data[:4].tolist() == [200, 10, 20, 90]
    (folder / "sign.png").write_bytes(png(np.full((8, 8, 4), (201, 10, 20, 90), np.uint8)))
    assert load_scene(folder).content_hash != scene.content_hash


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (at("[0, 5, 0]"), "no surface that stands still lies in its box and faces it"),
        (at("[0, 3, 0]") + "rotation_deg = [90, 0, 0]\n", "no surface that stands still"),
        (STAIN + "rotation_deg = [180, 0, 0]\n", "no surface that stands still"),
        (STAIN + "copies = [[0, 0, 0], [0, 0, 50]]\n", "decals.stain: copies.1: no surface that stands still"),
        (at("[6, 0, 2.5]") + "anchor = 'step'\n", "no surface that stands still"),
    ],
)
def test_a_box_without_a_surface_is_refused(tmp_path: Path, text: str, told: str) -> None:
    """In the air, on a flag that swings, upside down, beside the ground, on what is not where it is."""
    assert told in problem(tmp_path, text)


def test_a_pane_takes_none(tmp_path: Path) -> None:
    assert "no surface" in problem(
        tmp_path, at("[0, 0.5, 0.01]").replace("2, 1", "0.5, 0.5") + "rotation_deg = [90, 0, 0]\n"
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('picture = "none.png"\n', "decals.stain.picture: there is no file none.png beside the scene"),
        (
            'picture = "../out.png"\n',
            "decals.stain.picture: ../out.png does not lie in the scene's folder; copy it there",
        ),
        ('picture = "scene.toml"\n', "decals.stain.picture: scene.toml: is neither PNG, JPEG nor KTX2"),
        ('anchor = "stop"\n', "decals.stain.anchor: no such anchor as stop; did you mean step?"),
        ('places = ["stop"]\n', "decals.stain.places.0: no such place as stop; did you mean step?"),
        ('opacity = "wind_mpg"\n', "decals.stain.opacity: no such bound axis as wind_mpg; did you mean wind_mps?"),
        ("steepest_deg = 90\n", "decals.stain.steepest_deg"),
    ],
)
def test_problems_name_the_line_and_the_key(tmp_path: Path, more: str, told: str) -> None:
    (tmp_path / "out.png").write_bytes(b"")
    found = problem(tmp_path, STAIN + more)
    assert told in found
    text = SMALL.replace("\n[light]", f"{STAIN + more}\n[light]")
    assert f"scene.toml:{line_of(more, text)}: " in found


def test_too_many_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decals, "TRIANGLES_MAX", 3)
    found = problem(tmp_path, STAIN + "copies = [[-5, 0, 0], [5, 0, 0]]\n")
    assert "decals.stain: brings the decals to" in found
    assert "of which a scene may have 3" in found


def test_the_heights_are_decorated_with_few_triangles() -> None:
    bundle = shipped("heights")
    meshes, rows = bundle.compiled.meshes, lying(bundle)
    assert 40 < len(rows) < 150
    assert meshes.ranges[bundle.compiled.mesh_of[rows], 1].sum() / 3 < 4000
