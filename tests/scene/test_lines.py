from vret.scene.written.lines import key_lines


def test_lines_of_tables_keys_and_elements() -> None:
    text = (
        "# first\n"
        "a = 1\n"
        '["x y".z] # a table\n'
        "b = [1, # one\n"
        '  { c = 2, "d]" = "}" },\n'
        "]\n"
        's = """\n'
        "[no]\n"
        'k = \\"""3\n'
        '"""\n'
        "[[l]]\n"
        "at.b = 0.5\n"
        "[l.sub]\n"
        "z = 1979-05-27 07:32:00\n"
        "[[l]]\n"
        "e = ''\n"
    )
    lines = key_lines(text)
    assert lines[("a",)] == 2
    assert lines[("x y", "z")] == 3
    assert lines[("x y", "z", "b", 0)] == 4
    assert lines[("x y", "z", "b", 1, "d]")] == 5
    assert ("no",) not in lines
    assert lines[("l", 0, "at", "b")] == 12
    assert lines[("l", 0, "sub", "z")] == 14
    assert lines[("l", 1, "e")] == 16
