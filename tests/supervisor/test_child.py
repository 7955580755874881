import sys
from pathlib import Path

from vret.supervisor.child import last_line, start_process


def test_the_last_line_with_words_is_the_one_to_read(tmp_path: Path) -> None:
    path = tmp_path / "link.log"
    path.write_text("first\nThe disk is full.\n\n", encoding="utf-8")
    assert last_line(path) == "The disk is full."


def test_a_folder_of_outputs_that_was_taken_away_keeps_no_child_from_starting(tmp_path: Path) -> None:
    output = tmp_path / "logs" / "link.log"
    assert last_line(output) == ""
    with start_process([sys.executable, "-c", "print('here')"], output) as process:
        assert process.wait(60) == 0
    assert last_line(output) == "here"
