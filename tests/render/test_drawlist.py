import numpy as np

from vret.render.drawlist import COMMAND, GroupedList, SortedList, by_mesh

RANGES = np.array([[0, 36, 0], [36, 6, 24], [42, 12, 28]], np.int32)
MESH_OF = np.array([2, 0, 2, 0, 1], np.int32)


def test_a_grouped_list_has_one_command_a_mesh_and_its_visible_members() -> None:
    members = np.array([True, True, True, True, False])
    order = by_mesh(MESH_OF)
    drawn = GroupedList(order[members[order]], MESH_OF, RANGES, copies=2)
    slots, commands = np.zeros(8, np.uint32), np.zeros(4, COMMAND)
    written = drawn.fill(np.array([True, False, True, True, True]), slots, commands, base=1)
    assert (drawn.length, written) == (2, 3)
    assert slots.tolist() == [0, 3, 0, 2, 0, 0, 0, 0]
    assert commands[:2].tolist() == [(36, 2, 0, 0, 1), (12, 4, 42, 28, 2)]


def test_a_list_is_parted_into_what_moves_and_what_does_not() -> None:
    outside, inside = GroupedList(by_mesh(MESH_OF), MESH_OF, RANGES, copies=1).parted((1, 3))
    slots, commands = np.zeros(8, np.uint32), np.zeros(4, COMMAND)
    assert outside.fill(np.ones(5, bool), slots, commands, 0) == 3
    assert slots[:3].tolist() == [3, 4, 0]
    assert inside.fill(np.ones(5, bool), slots, commands, 0) == 2
    assert slots[:2].tolist() == [1, 2]


def test_a_sorted_list_goes_from_far_to_near() -> None:
    drawn = SortedList(np.ones(5, bool), MESH_OF, RANGES, copies=2)
    centres = np.ones((4, 5), np.float32)
    centres[:3] = np.transpose([(0, 0, -1), (0, 0, -9), (0, 0, -4), (0, 0, -2), (0, 0, -30)])
    slots, commands = np.zeros(8, np.uint32), np.zeros(5, COMMAND)
    visible = np.array([True, True, True, True, False])
    assert drawn.fill(visible, centres, np.zeros(3, np.float32), slots, commands, base=2) == 4
    assert slots[2:6].tolist() == [1, 2, 3, 0]
    assert commands["base_instance"][:4].tolist() == [2, 3, 4, 5]
    assert commands["first_index"][:4].tolist() == [0, 42, 0, 42]


def test_nothing_to_draw_is_no_command() -> None:
    nobody, everybody = np.zeros(5, bool), np.ones(5, bool)
    slots, commands = np.zeros(8, np.uint32), np.zeros(4, COMMAND)
    centres, eye = np.ones((4, 5), np.float32), np.zeros(3, np.float32)
    assert GroupedList(np.zeros(0, np.uint32), MESH_OF, RANGES, 2).fill(everybody, slots, commands, 0) == 0
    assert SortedList(nobody, MESH_OF, RANGES, 2).fill(everybody, centres, eye, slots, commands, 0) == 0
