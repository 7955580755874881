"""Every fault, one row each: what the headset must do by when, what the therapist sees, what the log holds.

A figure is what a test measures of a fault, in seconds but for counts. A row's `within` says how much of it is allowed.
Where a limit of `vret.core.limits` is behind it, the bound is that limit and ROOM_S: a frame, and a busy machine. The
tests are those that measure the row; a row without any says that it is not yet proved. `tools/faults.py` writes the
table of docs/clinical-safety.md from here and from what was measured.
"""

from typing import Final, NamedTuple

from vret.core.limits import LIMITS
from vret.supervisor.supervisor import FRAME_HANG_NS, LINK_HANG_NS, SOUND_HANG_NS

FIGURES: Final = {
    "hold_s": "held after {} s",
    "calm_s": "on the way to calm after {} s",
    "dark_s": "nothing of the scene to be seen after {} s",
    "woken_s": "held {} s after waking",
    "again_s": "the program is back after {} s",
    "back_s": "in contact again {} s after it was over",
    "pause_s": "a pause obeyed {} s after it was asked for",
    "silence_s": "{} s at most without a sign of the therapist",
    "refused_s": "no rise allowed any more after {} s",
    "led_s": "led by the other page after {} s",
    "told_s": "told after {} s",
    "left_s": "left behind after {} s",
    "rises": "{} rises",
    "lost": "{} records lost",
    "missed": "{} damages missed",
}
"""What each figure says, with its value."""
COUNTS: Final = frozenset({"rises", "lost", "missed"})

ROOM_S: Final = 0.5
"""For a frame, and for a busy machine: a gap of LIMITS.tick_gap_ns between frames holds by itself."""
BUSY: Final = 2
START_S: Final = 6.0
"""For a program of the headset to start."""
BACK_S: Final = 8.0
"""The longest pause between two attempts to connect, five seconds, and what connecting takes."""

PAGE_S: Final = 15.0
"""For a browser to open the page, and to connect."""

HOLD: Final = LIMITS.lease_hold_ns / 1e9 + ROOM_S
CALM: Final = LIMITS.lease_calm_ns / 1e9 + ROOM_S
DARK: Final = (LIMITS.lease_calm_ns + LIMITS.lost_fade_ns) / 1e9 + ROOM_S
LOST: Final = {"hold_s": HOLD, "calm_s": CALM, "dark_s": DARK, "back_s": BACK_S, "rises": 0}
"""A therapist who is not heard of for long enough for everything to follow."""
SHORT: Final = {"hold_s": HOLD, "back_s": BACK_S, "rises": 0}
"""A therapist who may be back before the calm room is due."""


class Fault(NamedTuple):
    """One row; `name` is what tests measure it under.

    What `therapist` has between “ and ” is what the console says. `logged` are events, and causes of states, that the
    log must hold of it, and the therapist must have been told; a machine that is busy may add others.
    """

    name: str
    title: str
    headset: str
    therapist: str
    log: str
    within: dict[str, float]
    tests: tuple[str, ...] = ()
    logged: frozenset[str] = frozenset()


_KILLS = "tests/end_to_end/test_kills.py::test_kills_lose_nothing"
_SERIES = "tests/faults/test_around.py::test_one_session_through_what_happens_around_it"
_LINE = "tests/faults/test_line.py::test_one_session_over_a_line_that_fails"
_BETWEEN = "tests/faults/test_between.py::test_somebody_in_between_raises_nothing"
_PAGE = "tests/faults/test_page.py::test_a_page_that_stands_still_or_is_closed_is_a_lost_therapist"

_LEASE_LOST = frozenset({"lease_lost"})
_CALMED = "holds, then the calm room"
_LEASE = "`held` (`lease_old`), `stopped` (`lease_lost`), heartbeats again"

_SILENT = "“Nothing heard from the headset”, and whom to call; then what happened meanwhile"


def _partition(seconds: int, way: str, words: str) -> Fault:
    return Fault(
        f"partition_{way}_{seconds}",
        f"line cut for {seconds} s, {words}",
        _CALMED if seconds > 8 else "holds; the calm room if it lasts",
        _SILENT,
        _LEASE if seconds > 8 else "`held` (`lease_old`), heartbeats again",
        LOST if seconds > 8 else SHORT,
        (_LINE,),
        _LEASE_LOST if seconds > 8 else frozenset(),
    )


FAULTS: Final = (
    Fault(
        "server_killed",
        "server killed, and started again after the calm room has come",
        _CALMED,
        "“No connection to the server”, and whom to call; contact by itself",
        _LEASE,
        LOST,
        (_SERIES,),
        _LEASE_LOST,
    ),
    Fault(
        "tab_closed",
        "therapist's tab closed",
        _CALMED,
        "after opening it again: the session as it stands",
        _LEASE,
        {**LOST, "back_s": PAGE_S},
        (_PAGE,),
        _LEASE_LOST,
    ),
    Fault(
        "tab_hidden",
        "therapist's tab hidden for ten minutes",
        "nothing: heartbeats go on, and nothing rises",
        "in the title “Hidden: no rises”; on return what happened",
        "heartbeats, no command that raises",
        {"silence_s": LIMITS.lease_hold_ns / 1e9, "rises": 0},
        ("tests/console/test_away.py::test_out_of_sight_for_ten_minutes",),
    ),
    Fault(
        "tab_frozen",
        "therapist's browser frozen, its connection alive",
        _CALMED,
        "when it goes on “This page stood still for” so long, and what happened meanwhile",
        _LEASE,
        LOST,
        (_PAGE,),
        _LEASE_LOST,
    ),
    Fault(
        "laptop_suspended",
        "headset's computer suspended for 2 s",
        "holds in the first frame after waking",
        "“the computer stood still for a moment”",
        "`held` (`time_gap`), or what the lease asks for",
        {"woken_s": ROOM_S, "back_s": BACK_S, "rises": 0},
        (_SERIES,),
    ),
    Fault(
        "program_killed",
        "headset program killed whole",
        "shows nothing any more; started again, without a code, it begins in the calm room",
        "“The headset is not connected”, and whom to call",
        "everything, in two files; `stopped` (`program_restarted`) or a new beginning in `calm`",
        {"dark_s": 2.0, "lost": 0},
        (_KILLS,),
    ),
    Fault(
        "frame_killed",
        "picture program killed",
        "the calm room in the first picture of the next one",
        "“the headset's program started anew”",
        "`ProgramRestarted`, `stopped` (`program_restarted`)",
        {"dark_s": START_S, "lost": 0},
        (_KILLS,),
        frozenset({"ProgramRestarted"}),
    ),
    Fault(
        "frame_frozen",
        "picture program stalled",
        "the sound fades within 350 ms; the program is ended, the next one shows the calm room",
        "“the headset's program started anew”",
        "`ProgramRestarted`, `stopped` (`program_restarted`)",
        {"dark_s": FRAME_HANG_NS / 1e9 + START_S, "lost": 0},
        (_KILLS,),
        frozenset({"ProgramRestarted"}),
    ),
    Fault(
        "link_killed",
        "link program killed",
        "the scene goes on while the lease lasts; the next one records and connects",
        "“The headset is not connected”, then the session again",
        "every record, also of the time without it",
        {"back_s": START_S + BACK_S, "lost": 0},
        (_KILLS,),
    ),
    Fault(
        "link_frozen",
        "link program frozen",
        "the same, once it has been ended; hold and calm by the lease if that takes long",
        "“The headset is not connected”, then the session again",
        "every record, also of the time without it",
        {"back_s": LINK_HANG_NS / 1e9 + START_S + BACK_S, "lost": 0},
        (_KILLS,),
    ),
    Fault(
        "sound_killed",
        "sound program killed",
        "the scene goes on in silence; the next one plays on",
        "nothing: neither lease nor stop depends on it",
        "nothing of it; no record is lost",
        {"again_s": START_S, "lost": 0},
        (_KILLS,),
    ),
    Fault(
        "sound_frozen",
        "sound program frozen",
        "the same, once it has been ended",
        "nothing: neither lease nor stop depends on it",
        "nothing of it; no record is lost",
        {"again_s": SOUND_HANG_NS / 1e9 + START_S, "lost": 0},
        (_KILLS,),
    ),
    *(
        Fault(
            f"voice_{blow}",
            f"voice program {blow} in a call",
            "the scene goes on; both hear each other again",
            "“The voice program at the person's is being started again.”",
            "nothing of it; the scene is not held",
            {"back_s": 5.0},
            ("tests/console/test_voice.py::test_a_voice_process_that_dies_or_freezes_is_back_and_the_scene_goes_on",),
        )
        for blow in ("killed", "frozen")
    ),
    *(
        _partition(seconds, way, words)
        for way, words in (("both", "both ways"), ("in", "towards the headset"), ("out", "from the headset"))
        for seconds in (8, 20, 60)
    ),
    Fault(
        "delay_5s",
        "constant delay of 5 s each way",
        "holds, then the calm room: late is never fresh",
        _SILENT,
        "`held` (`lease_old`), `stopped` (`lease_lost`); every rise refused",
        {"hold_s": HOLD, "calm_s": CALM, "dark_s": DARK, "rises": 0},
        (_LINE,),
        _LEASE_LOST,
    ),
    Fault(
        "narrow_line",
        "128 kb/s with a queue of 300 ms",
        "goes on as long as the lease is fresh; what lowers gets through",
        "the session, with reports that come less often",
        "the pause; holds by the lease, if any",
        {"pause_s": CALM},
        (_LINE,),
    ),
    Fault(
        "lossy_line",
        "15 % loss, 20 ms jitter",
        "the same",
        "the session",
        "the pause; holds by the lease, if any",
        {"pause_s": CALM},
        (_LINE,),
    ),
    Fault(
        "headset_clock_stepped",
        "headset's clock set an hour ahead, then an hour back",
        "nothing: no rule reads that clock",
        "the session goes on",
        "times in order, heartbeats without a gap",
        {"silence_s": LIMITS.lease_hold_ns / 1e9, "rises": 0},
        (_SERIES,),
    ),
    Fault(
        "page_clock_stepped",
        "therapist's clock set an hour ahead, then an hour back",
        "nothing: the lease is counted on the headset's own clock",
        "the session goes on",
        "heartbeats without a gap",
        {"silence_s": LIMITS.lease_hold_ns / 1e9, "rises": 0},
        (_PAGE,),
    ),
    Fault(
        "headset_disk_full",
        "headset's disk full",
        "allows no rise until there is room; stop works",
        "“the log does not keep up”, and why",
        "`LogHealthChanged`, and everything that happened meanwhile",
        {"refused_s": 3.0, "lost": 0},
        (
            "tests/end_to_end/test_bad_messages.py::test_a_full_disk_forbids_rises_until_there_is_room_and_loses_nothing",
        ),
    ),
    Fault(
        "server_disk_full",
        "server's disk full",
        "goes on; keeps its log, and hands it in when there is room",
        "the session goes on; of what cannot be kept, that it cannot",
        "everything; with the server once there is room",
        {"pause_s": 2.0, "lost": 0},
        ("tests/faults/test_storage.py::test_a_server_without_room_ends_no_session_and_gets_the_log_later",),
    ),
    Fault(
        "database_stopped",
        "database stopped for 60 s",
        "goes on: a room needs no database",
        "the session goes on",
        "everything, and it is handed in when the database is back",
        {"pause_s": 2.0, "silence_s": LIMITS.lease_hold_ns / 1e9, "lost": 0},
        ("tests/faults/test_storage.py::test_a_database_that_stands_still_ends_no_session",),
    ),
    Fault(
        "log_truncated",
        "log truncated",
        "says where it ends; everything before is good",
        "at review: the same sentence",
        "everything before the cut",
        {"missed": 0},
        ("tests/faults/test_log.py::test_a_log_that_was_cut_says_so",),
    ),
    Fault(
        "log_byte_flipped",
        "one byte of the log flipped",
        "says after which record it is damaged; it is never sealed",
        "at review: the same sentence",
        "everything before the damage",
        {"missed": 0},
        ("tests/faults/test_log.py::test_a_byte_that_was_flipped_is_noticed",),
    ),
    *(
        Fault(name, title, headset, therapist, log, {"rises": 0}, (_BETWEEN,))
        for name, title, headset, therapist, log in (
            (
                "duplicated",
                "a command that comes twice",
                "obeys it once",
                "one answer",
                "`CommandAccepted` once",
            ),
            (
                "reordered",
                "a rise that comes after a pause that was asked for later",
                "refuses it",
                "that it was refused, and why",
                "`CommandRefused`",
            ),
            (
                "delayed",
                "a rise kept back for 2 s while heartbeats come through",
                "refuses it",
                "“the link is too slow for a rise just now”",
                "`CommandRefused` (`lease_stale`)",
            ),
            (
                "replayed",
                "a rise said again that was obeyed before",
                "does not obey it",
                "nothing",
                "nothing, or `CommandRefused` (`already_handled`)",
            ),
            (
                "forged",
                "a rise with a signature of something else, or with none",
                "does not obey it",
                "nothing",
                "nothing: it does not reach the core",
            ),
        )
    ),
    Fault(
        "hostile_server",
        "a server that raises by itself and makes heartbeats up while the therapist is gone",
        "obeys nothing of it; " + _CALMED,
        "nothing, being gone",
        "`held` (`lease_old`), `stopped` (`lease_lost`); nothing of what the server said",
        {"hold_s": HOLD, "calm_s": CALM, "dark_s": DARK, "rises": 0},
        (_BETWEEN,),
        _LEASE_LOST,
    ),
    Fault(
        "second_tab",
        "a second tab of the therapist",
        "obeys the one that leads; from the other what lowers",
        "in the first tab “This page looks on”, and how to lead again",
        "`CommandRefused` for what the other tab asks",
        {"led_s": 10.0},
        ("tests/console/test_steering.py::test_another_page_takes_the_lead_and_a_lost_link_says_whom_to_call",),
    ),
    Fault(
        "receiver_stops_reading",
        "a console that stops reading",
        "nothing: the server leaves it behind, and nobody waits for it",
        "at that console that it was too slow; nothing anywhere else",
        "nothing of it; no record is lost to anybody else",
        {"left_s": 60.0, "lost": 0},
        ("tests/server/test_sockets.py::test_a_console_that_stops_reading_is_left_behind_and_hurts_nobody",),
    ),
    Fault(
        "all_reconnect",
        "200 headsets reconnect at once after a restart of the server",
        "is back in its room",
        "its own session's headset again",
        "nothing of it",
        {"back_s": 30.0},
        ("tests/faults/test_server.py::test_everybody_comes_back_at_once",),
    ),
    Fault(
        "tracking_lost",
        "headset does not know where the head is",
        "holds after 1 s, the calm room after 3 s",
        "“the headset lost sight of the room”",
        "`TrackingLost`, `held` and `stopped` (`tracking_lost`)",
        {
            "hold_s": LIMITS.tracking_hold_ns / 1e9 + ROOM_S,
            "calm_s": LIMITS.tracking_calm_ns / 1e9 + ROOM_S,
            "dark_s": (LIMITS.tracking_calm_ns + LIMITS.lost_fade_ns) / 1e9 + ROOM_S,
            "rises": 0,
        },
        (_SERIES,),
        frozenset({"TrackingLost", "tracking_lost"}),
    ),
    Fault(
        "headset_removed",
        "headset taken off",
        "calm in the next frame",
        "“the headset was taken off”",
        "`HeadsetRemoved`, `stopped` (`headset_off`)",
        {"calm_s": ROOM_S, "dark_s": ROOM_S, "rises": 0},
        (_SERIES,),
        frozenset({"HeadsetRemoved", "headset_off"}),
    ),
    *(
        Fault(
            f"certificate_{fault}",
            title,
            "says that the certificate is not trusted, and sends no code",
            "no headset",
            "nothing: no session begins or goes on over it",
            {"told_s": 60.0},
            ("tests/faults/test_server.py::test_a_certificate_that_does_not_hold_is_not_trusted",),
        )
        for fault, title in (("wrong", "certificate of another server"), ("expired", "certificate expired"))
    ),
    Fault(
        "rolling_restart",
        "server restarted in order during a session",
        "goes on, or holds by the lease; in contact again by itself",
        "“No connection to the server”, then the session again",
        "heartbeats again; every record",
        {"back_s": BACK_S, "rises": 0},
        (_SERIES,),
    ),
)

BY_NAME: Final = {fault.name: fault for fault in FAULTS}


def said(figure: str, value: float) -> str:
    """A figure in words."""
    return FIGURES[figure].format("no" if figure in COUNTS and value == 0 else f"{value:.4g}")


def checked(name: str, values: dict[str, float], *, is_busy: bool = False) -> None:
    """Raises AssertionError where a measurement is incomplete, or outside what its row allows.

    Where it is taken beside other tests, on a machine that `is_busy`, times may be BUSY as long; counts may not.
    """
    within = BY_NAME[name].within
    assert values.keys() == within.keys(), f"{name}: measured {sorted(values)}, the table wants {sorted(within)}"
    allowed = {figure: bound * (BUSY if is_busy and figure not in COUNTS else 1) for figure, bound in within.items()}
    outside = {figure: value for figure, value in values.items() if not 0 <= value <= allowed[figure]}
    assert not outside, f"{name}: outside its bounds: {outside} of {allowed}"
