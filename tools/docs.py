"""Write what the docs take from the code: the tables of docs/clinical-safety.md and
docs/controls.md, the index of docs/decisions.

`python tools/docs.py` (`make docs`) rewrites the parts between the marks; `tests/project/test_docs.py` compares.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from vret.core.axes import AXES, MICRO
from vret.core.effects import State
from vret.core.limits import LIMITS
from vret.core.transitions import ALONE_STATES, ALONE_TABLE, STATES, TABLE
from vret.headset.profiles import KEYBOARD, PROFILES, TITLES, Control, Profile

DOCS = Path(__file__).parents[1] / "docs"
LIMIT_MEANINGS = {
    "beacon_period_ns": "between two numbered beacons of the headset",
    "beacon_memory_ns": "a beacon older than this no longer counts when it is echoed",
    "lease_rise_ns": "without a fresh sign of the therapist: nothing may rise",
    "lease_hold_ns": "without a fresh sign of the therapist: hold, and the person is told",
    "lease_calm_ns": "without a fresh sign of the therapist: fade to the calm room",
    "tick_gap_ns": "of missing time in the program (the computer slept) counts as a lost therapist",
    "lost_fade_ns": "for the fade to calm after a lost therapist or lost input, veil closed in half of it",
    "calm_fade_ns": "until the veil is closed when the therapist calls for calm",
    "enter_fade_ns": "until the veil is closed before a scene is entered",
    "blink_ns": "until the veil is closed when the person changes place within a scene",
    "veil_apart_ns": "between the beginnings of two openings of the veil at least, so that no presses make it flash",
    "rating_ns": "for an answer on the dial; then the rating is missing",
    "sickness_interval_ns": "in scenes, after which it is asked again how sick the person feels",
    "sickness_after_ns": "after a scene, until it is asked how sick the person feels; sooner when distress is rated",
    "break_after_ns": "in scenes without a break: the therapist is told that one is due",
    "break_ns": "out of the scenes: a break",
    "new_words_ns": "after words to be read out have given way to others, before yes counts for these",
    "say_ns": "for which a text of the therapist is shown at least",
    "say_character_ns": "more for each of its characters: about twelve a second, slower than subtitles run",
    "answer_ns": "for which the panel confirms the phrase that the person said",
    "resume_offer_ns": "for the person to accept an offer to go on",
    "recording_question_ns": "for the person to agree to a recording; then the answer is no",
    "input_lost_calm_ns": "without any input on which stop works: fade to the calm room",
    "tracking_hold_ns": "in which the headset does not know where the head is: hold, and the person is told",
    "tracking_calm_ns": "in which the headset does not know where the head is: calm room",
    "frame_rate_second_ns": "over which the pictures of a headset are counted",
    "frame_rate_hold_ns": "of too few pictures in the headset: hold, simpler pictures, and the person is told",
    "frame_rate_calm_ns": "of too few pictures in the headset: calm room",
    "homework_rung_ns": "at rest on a rung until it counts as done together, and in homework until the next may follow",
    "homework_rating_ns": "in scenes in homework, after which distress is asked again",
    "homework_session_ceiling_ns": "in scenes in one session of homework at most; the homework may say less",
    "distress_apart_ns": "between two answers of great distress in homework, after which less or stop is offered",
    "less_offer_ns": "for the person to answer that offer; then it becomes less by itself",
    "heart_rate_ns": "of readings of the heart, of which the rate is the median",
    "heart_pause_ns": "without a reading of the heart: nothing is known of what came before",
    "fainting_after_ns": "after a scene in which people faint, in which a heart rate that falls still alarms",
    "tense_ns": "to tense the muscles, in the exercise against fainting",
    "let_go_ns": "to let go of them",
    "hold_extension_ceiling_ns": "of holding after a lost link at most, where plan and person agreed to it",
}


def state_table() -> str:
    return _states(STATES, TABLE)


def alone_table() -> str:
    return _states(ALONE_STATES, ALONE_TABLE)


def _states(states: Sequence[State], table: Mapping[str, Sequence[State | None]]) -> str:
    """Rows are what happens, columns the states; a cell is the next state, a dot no change."""
    lines = [
        "| | " + " | ".join(state.value for state in states) + " |",
        "|---|" + "---|" * len(states),
    ]
    for row, cells in table.items():
        lines.append(f"| {row.strip()} | " + " | ".join("·" if cell is None else cell.value for cell in cells) + " |")
    return "\n".join(lines)


def limits_table() -> str:
    lines = ["| time | meaning |", "|---|---|"]
    for field in msgspec.structs.fields(LIMITS):
        seconds = getattr(LIMITS, field.name) / 1e9
        lines.append(f"| {seconds:g} s | {LIMIT_MEANINGS[field.name]} |")
    return "\n".join(lines)


def axes_table() -> str:
    lines = ["| axis | unit | from | to | calm | dreaded | meaning |", "|---|---|---|---|---|---|---|"]
    for axis in AXES.values():
        low, high, calm = (f"{value / MICRO:g}" for value in (axis.low, axis.high, axis.calm))
        lines.append(f"| `{axis.name}` | {axis.unit} | {low} | {high} | {calm} | {axis.dread.value} | {axis.meaning} |")
    return "\n".join(lines)


def controls_table() -> str:
    """One row a kind of controller; what answers the panel is the same press for every question."""
    alike = (Control.SICKNESS, Control.ACCEPT, Control.CAN_WAIT, Control.RECORD)
    shown = [control for control in Control if control not in alike]
    lines = ["| | " + " | ".join(TITLES[control] for control in shown) + " |", "|---|" + "---|" * len(shown)]
    kinds = {profile.title: profile for profile in [*PROFILES.values(), KEYBOARD]}
    return "\n".join([*lines, *(_controls_row(profile, shown) for profile in kinds.values())])


def _controls_row(profile: Profile, shown: Sequence[Control]) -> str:
    cells = ["; ".join(way.sentence for way in profile.controls[control]) for control in shown]
    return f"| **{profile.title}** | " + " | ".join(cells) + " |"


def bindings_table() -> str:
    lines = ["| interaction profile | component | OpenXR paths |", "|---|---|---|"]
    for name, profile in PROFILES.items():
        for component, paths in profile.bindings.items():
            cells = ", ".join(f"`{path.removeprefix('/user/hand/')}`" for path in paths)
            lines.append(f"| `{name.removeprefix('/interaction_profiles/')}` | {component} | {cells} |")
    return "\n".join(lines)


def decisions() -> str:
    """Newest first; the date is in the file's name, the title on its first line."""
    pages = sorted((DOCS / "decisions").glob("20*.md"), key=lambda page: (page.name[:10], page.name), reverse=True)
    return "\n".join(f"- {page.name[:10]} [{_title(page)}]({page.name})" for page in pages)


def _title(page: Path) -> str:
    heading = page.read_text().splitlines()[0].removeprefix("# ")
    return re.sub(r"^\d{4}-\d\d-\d\d: | \(\d{4}-\d\d-\d\d\)$", "", heading)


PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "clinical-safety.md": {"states": state_table, "homework": alone_table, "limits": limits_table, "axes": axes_table},
    "controls.md": {"controls": controls_table, "bindings": bindings_table},
    "decisions/README.md": {"decisions": decisions},
}


def filled(name: str) -> str:
    """The page with every marked part written anew."""
    page = (DOCS / name).read_text()
    for part, text in PAGES[name].items():
        begin, end = f"<!-- {part}: from the code -->", f"<!-- end of {part} -->"
        before, found, rest = page.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise SystemExit(f"docs/{name}: the marks of part '{part}' are missing")
        page = f"{before}{begin}\n{text()}\n{end}{after}"
    return page


if __name__ == "__main__":
    for name in PAGES:
        (DOCS / name).write_text(filled(name))
