"""What was done of homework, read off its logs, until the therapist has been told.

Each session of homework has a folder of its own (`vret.link.homework`); one that has been told of holds a file `told`.
What was cut off is told too: the log holds it.
"""

import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from vret.core import effects, events
from vret.core.effects import Cause, State
from vret.core.homework import DONE_MAX, HomeworkDone, HomeworkEnd
from vret.core.transitions import IN_SCENE
from vret.link.homework import FOLDER_PREFIX
from vret.link.saved import SESSIONS, SavedSession
from vret.recording.errors import LogError
from vret.recording.log import Log
from vret.recording.record import Record

_TOLD: Final = "told"
_UNDER_WAY_S: Final = 60.0
"""A live log that was written to so recently is one that goes on."""
_ENDS: dict[Cause, HomeworkEnd] = {
    Cause.HOMEWORK_OVER: HomeworkEnd.TIME_USED,
    Cause.UNWELL: HomeworkEnd.UNWELL,
    Cause.PERSON_STOP: HomeworkEnd.STOPPED,
    Cause.DISTRESS: HomeworkEnd.STOPPED,
    Cause.NO_ANSWER: HomeworkEnd.STOPPED,
    Cause.HEADSET_OFF: HomeworkEnd.STOPPED,
    Cause.INPUT_LOST: HomeworkEnd.TECHNICAL,
    Cause.TRACKING_LOST: HomeworkEnd.TECHNICAL,
    Cause.FRAME_RATE: HomeworkEnd.TECHNICAL,
    Cause.FOCUS_LOST: HomeworkEnd.TECHNICAL,
    Cause.PROGRAM_RESTARTED: HomeworkEnd.TECHNICAL,
}


def untold(data_folder: Path) -> tuple[HomeworkDone, ...]:
    """Of every session of homework that the therapist does not know of, oldest first, and at most the newest."""
    found = []
    for folder in (data_folder / SESSIONS).glob(f"{FOLDER_PREFIX}*/"):
        if not (folder / _TOLD).exists() and (done := done_in(folder)) is not None:
            found.append(done)
    return tuple(sorted(found, key=lambda done: done.started_unix_s)[-DONE_MAX:])


def done_in(folder: Path) -> HomeworkDone | None:
    """What the log in a session's folder tells; None where there is none, or while it is being written."""
    kept = SavedSession(folder)
    live = kept.live_logs()
    if any(time.time() - path.stat().st_mtime < _UNDER_WAY_S for path in live):
        return None
    for path in [*kept.sealed_logs(), *live]:
        records: list[Record] = []
        try:
            log = Log(path)
            started = int(datetime.fromisoformat(log.identity.started_utc).timestamp())
            for record in log.records():
                records.append(record)
        except (LogError, OSError) as problem:
            print(problem, flush=True)
            if not records:
                continue
        return done_of(records, started, folder.name)
    return None


def mark_told(data_folder: Path, done: Iterable[HomeworkDone]) -> None:
    """The therapist knows. Raises OSError."""
    for one in done:
        (data_folder / SESSIONS / one.log / _TOLD).touch()


def done_of(records: Iterable[Record], started_unix_s: int, log: str) -> HomeworkDone | None:
    """What the records of a session of homework tell; None for those of another, or of none."""
    opened: events.SessionOpened | None = None
    state, scene, step, entered_ns, t_ns = State.CALM, "", -1, 0, 0
    exposed_ns, stops, best = 0, 0, ("", -1)
    suds: int | None = None
    fms: int | None = None
    why, is_not_today = HomeworkEnd.FINISHED, False
    for record in records:
        event, t_ns = record.event, record.event.t_ns
        if isinstance(event, events.SessionOpened):
            opened = event
        was_in = state in IN_SCENE
        stops += was_in and isinstance(event, events.StopPressed)
        for effect in record.effects:
            match effect:
                case effects.StateChanged():
                    state, before = effect.state, state
                    if state is not State.ENDED:
                        why = _ENDS.get(effect.cause, HomeworkEnd.FINISHED)
                    elif before in IN_SCENE:
                        why = HomeworkEnd.FINISHED
                case effects.StepChanged():
                    scene, step = effect.scene, effect.step
                case effects.RatingRecorded():
                    suds = max(effect.suds, suds or 0)
                case effects.SicknessRecorded():
                    fms = max(effect.fms, fms or 0)
                case effects.Prepared(is_well=False):
                    is_not_today = True
                case _:
                    pass
        is_in = state in IN_SCENE
        if is_in and not was_in:
            entered_ns = t_ns
        elif was_in and not is_in:
            exposed_ns += t_ns - entered_ns
        if is_in and (scene != best[0] or step > best[1]):
            best = (scene, step)
    if opened is None or opened.homework is None:
        return None
    if state in IN_SCENE:
        exposed_ns += t_ns - entered_ns
    if state is not State.ENDED:
        why = HomeworkEnd.TECHNICAL
    rules = next((rules for rules in opened.scenes if rules.name == best[0]), None)
    return HomeworkDone(
        homework_id=opened.homework.homework_id,
        started_unix_s=started_unix_s,
        exposed_s=exposed_ns // 1_000_000_000,
        scene=best[0],
        step=best[1],
        rung=rules.rungs[best[1]].title if rules is not None and best[1] >= 0 else "",
        highest_suds=suds,
        highest_fms=fms,
        stops=stops,
        ended=HomeworkEnd.NOT_TODAY if is_not_today else why,
        log=log,
    )
