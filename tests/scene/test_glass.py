"""Panes of a scene: each an instance of its own, with edges that the renderer can tell."""

from pathlib import Path

import numpy as np

from tests.scene.small import SMALL, write_scene
from vret.scene.compile import compile_scene
from vret.scene.meshes.glass import panes, with_edges
from vret.scene.meshes.platforms import GlassRail
from vret.scene.meshes.shapes import ball, box, join, plane
from vret.scene.scene import load_scene


def test_what_hangs_together_is_one_pane() -> None:
    """A box has six faces without a vertex in common; two that are a millimetre apart do not hang together."""
    beside = join([box(1, 1, 0.02), box(1, 1, 0.02).moved(1.001)])
    found = panes(beside)
    assert [len(one.triangles) for one in found] == [12, 12]
    assert sorted(round(float(one.vertices["position"][:, 0].mean()), 3) for one in found) == [0, 1.001]
    assert len(panes(ball(1, 24, 16))) == 1


def test_foliage_stays_whole() -> None:
    leaves = join([plane(0.1, 0.1).moved(index) for index in range(200)])
    assert panes(leaves) == [leaves]


def test_a_rail_has_a_pane_between_any_two_posts() -> None:
    rail = GlassRail(kind="glass_rail", points=[[-2, 2], [-2, 0], [2, 0], [2, 2]])
    found = panes(rail.build(0, Path())["glass"])
    assert len(found) == 7
    assert all(len(one.triangles) == 12 for one in found)


def test_narrow_faces_are_edges() -> None:
    pane = with_edges(box(2, 1, 0.02))
    length = np.linalg.norm(pane.vertices["normal"], axis=1)
    is_wide = np.abs(pane.vertices["normal"][:, 2]) > 0
    np.testing.assert_allclose(length[is_wide], 1)
    np.testing.assert_allclose(length[~is_wide], 0.5)
    assert (np.linalg.norm(with_edges(ball(1, 24, 16)).vertices["normal"], axis=1) > 0.99).all()


def test_panes_of_one_node_are_instances_and_what_is_solid_is_joined(tmp_path: Path) -> None:
    copies = "\nposition = [2, 0, 2]\ncopies = [[0, 0, 0], [3, 0, 0], [6, 0, 0]]"
    glass = SMALL.replace(
        '[materials.glass]\ncolour = "#ffffff"', '[materials.glass]\ncolour = "#ffffff"\npattern = "glass"'
    )
    for text, count in ((glass, 3), (glass.replace('{ axis = "wind_mps", points = [[0, 1], [10, 0.2]] }', "1"), 1)):
        folder = tmp_path / str(count)
        folder.mkdir()
        scene = text.replace('[1, 1, 0.02] }\nmaterial = "glass"', '[1, 1, 0.02] }\nmaterial = "glass"' + copies)
        compiled = compile_scene(load_scene(write_scene(folder, text=scene))).compiled
        assert (compiled.material_of == 1).sum() == count
