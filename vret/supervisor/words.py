"""What the desktop window says: plain words for a person who may be frightened, from the state of the program.

Sentences are short, name what is so and then what to do, and never call anything the person did a failure. What is
technical is called technical (design.md 3).
"""

from dataclasses import dataclass, replace
from typing import Final, Protocol

from vret.core.device import BATTERY_EMPTY_PERCENT, BATTERY_LOW_PERCENT
from vret.core.effects import Cause, Refusal, State
from vret.core.homework import Homework
from vret.core.limits import LIMITS
from vret.core.preparation import SAID
from vret.core.report import AloneReport, Report
from vret.memory.messages import LinkPhase, LinkStatus
from vret.memory.quality import Verdict
from vret.supervisor.loading import Loading
from vret.supervisor.supervisor import Phase


class Told(Protocol):
    """What the words are made from; the supervisor has it."""

    @property
    def phase(self) -> Phase: ...
    @property
    def fault(self) -> str: ...
    @property
    def notice(self) -> str: ...
    @property
    def trouble(self) -> str: ...
    @property
    def is_voice_lost(self) -> bool: ...
    @property
    def is_therapist_muted(self) -> bool: ...
    @property
    def voice_verdict(self) -> Verdict | None: ...
    @property
    def voice_silent_s(self) -> int: ...
    @property
    def slow_frame_ns(self) -> int: ...
    @property
    def report(self) -> Report | None: ...
    @property
    def link_status(self) -> LinkStatus | None: ...
    @property
    def loading(self) -> Loading: ...
    @property
    def checked(self) -> str: ...


@dataclass(frozen=True)
class View:
    """What is on the window: words, and which controls are there besides Stop. `alone` is said in homework throughout.

    `shows_therapist`: the person wears no headset yet, or not any more, so the therapist's camera is here if it is on.
    """

    title: str
    text: str
    note: str = ""
    mark: str = ""
    asks_code: bool = False
    in_session: bool = False
    can_lower: bool = False
    asks_rating: bool = False
    asks_sickness: bool = False
    can_say_ready: bool = False
    can_accept: bool = False
    can_wait: bool = False
    can_write: bool = False
    offers_phrases: bool = False
    can_hide: bool = False
    can_come_back: bool = False
    asks_recording: bool = False
    is_recorded: bool = False
    shows_therapist: bool = False
    can_rise: bool = False
    can_finish: bool = False
    alone: str = ""


CONTROLS: Final = "You can wait, go one step down, or stop. All three always work."
PRACTISE: Final = (
    "Before you begin, try Stop once: press the large button here, or Stop on the controller in your hand."
)
PREPARES: Final = "Your therapist prepares with you. The panel asks you something: press Ready for yes."
TECHNICAL: Final = "This is technical, not you."
VOICE_LOST: Final = "You and your therapist cannot hear each other just now."
MENDED: Final = f"{TECHNICAL} It is being mended by itself."
VOICE: Final = {
    Verdict.GOOD: "You and your therapist hear each other well.",
    Verdict.FAIR: f"Some of the voices may be missing, or come late. {TECHNICAL}",
    Verdict.POOR: f"Much of the voices is missing, or comes late. {TECHNICAL} You can write here, too.",
}
THERAPIST_MUTED: Final = "Your therapist’s microphone is off just now; your own is on."
HIDDEN: Final = "Nobody hears you here, and you hear nobody. Press “Private again” when you are alone."
MAY_RECORD: Final = (
    "Your therapist asks to record what you both say. You can say no, now or later; nothing else changes."
)
LOOK_FAR: Final = "Take the headset off if you like, and look at something far away."
SAME_WORDS: Final = "If your therapist sees the same, nobody is in between."

NOBODY_WATCHES: Final = "Nobody is watching. You are doing this on your own."

_TOLD_EVERY_S: Final = 10
"""A number that changes more often is read out more often than anybody wants to hear it."""

_CALM: Final = "You are in the calm room"
_HELD: Final[dict[Cause | None, str]] = {
    Cause.PERSON_WAIT: "You asked to wait. Take the time you need; your therapist goes on when you both want to.",
    Cause.LEASE_OLD: f"The connection is gone for a moment. {TECHNICAL} The calm room comes if it does not return.",
    Cause.TIME_GAP: f"The computer was busy for a moment. {TECHNICAL}",
    Cause.RECENTRED: "The headset was centred anew, so everything moved. Nothing comes nearer.",
    Cause.INPUT_LOST: f"Your controller does not answer. {TECHNICAL} Stop works here: press the large button.",
    Cause.TRACKING_LOST: f"The headset has lost sight of the room. {TECHNICAL} The calm room comes if it stays so.",
    Cause.FRAME_RATE: f"The computer draws too slowly. {TECHNICAL} The calm room comes if it stays so.",
    Cause.SOMEONE_CAME_IN: "You are back where you were. Your therapist goes on when you both want to.",
}
_STOPPED: Final[dict[Cause | None, str]] = {
    Cause.PERSON_STOP: "You stopped. You may do that at any time.",
    Cause.THERAPIST_STOP: "Your therapist stopped.",
    Cause.UNWELL: f"You said that you feel sick. {LOOK_FAR}",
    Cause.LEASE_LOST: f"We lost the connection. {TECHNICAL}",
    Cause.HEADSET_OFF: "The headset came off.",
    Cause.FOCUS_LOST: f"The headset's own menu came up. {TECHNICAL}",
    Cause.INPUT_LOST: f"Your controller does not answer. {TECHNICAL}",
    Cause.TRACKING_LOST: f"The headset has lost sight of the room. {TECHNICAL} Is there enough light?",
    Cause.FRAME_RATE: f"The computer drew too slowly. {TECHNICAL} Closing other programs may help.",
    Cause.PROGRAM_RESTARTED: f"The program had to start again. {TECHNICAL}",
    Cause.DISTRESS: "That was a lot, and now it is calm.",
    Cause.NO_ANSWER: "You did not answer, so it is calm now.",
}


def view(told: Told) -> View:
    """The words and controls for this moment."""
    status = told.link_status
    homework = None if status is None else status.homework
    return _view(told) if homework is None else replace(_view(told), alone=numbers_of(homework))


def _view(told: Told) -> View:
    if told.fault:
        return View("The program has to end", told.fault, told.notice)
    if told.phase is Phase.LOADING:
        loading = told.loading
        return View("Getting ready", f"The rooms are being built: {loading.done} of {loading.total}.")
    if told.phase is not Phase.RUNNING:
        saving = "Your session is being saved. This can take a minute."
        return View("Closing", "One moment." if told.report is None else saving, told.notice)
    status = told.link_status
    if told.report is None or (status is not None and status.phase is LinkPhase.NEEDS_CODE):
        return _before_session(status, _notice(told), told.checked)
    if not told.report.is_private:
        hidden = View("Hidden", HIDDEN, _power(status), in_session=True, can_lower=True, can_come_back=True)
        return replace(hidden, is_recorded=_is_recorded(told.report))
    if told.report.alone is not None:
        return _in_homework(told.report, told.report.alone, status, _notice(told))
    return _in_session(told.report, status, _notice(told), is_voice_lost=told.is_voice_lost)


def _notice(told: Told) -> str:
    trouble = f"{told.trouble} {TECHNICAL}" if told.trouble else ""
    slow = (
        f"This computer is too slow: a picture takes {told.slow_frame_ns / 1e9:.1f} seconds, so no scene can begin or "
        f"go on. {TECHNICAL} Close other programs, or use a computer with a better graphics card."
        if told.slow_frame_ns
        else ""
    )
    said = (told.notice, trouble, slow, _voice(told), _power(told.link_status))
    return " ".join(sentence for sentence in said if sentence)


def _voice(told: Told) -> str:
    if told.is_voice_lost:
        silent_s = told.voice_silent_s // _TOLD_EVERY_S * _TOLD_EVERY_S
        heard = f"You last heard them {silent_s} seconds ago." if silent_s else ""
        return " ".join(sentence for sentence in (VOICE_LOST, heard, MENDED) if sentence)
    if told.is_therapist_muted:
        return THERAPIST_MUTED
    return "" if told.voice_verdict is None else VOICE[told.voice_verdict]


def _power(status: LinkStatus | None) -> str:
    battery = None if status is None else status.battery
    if battery is None or battery.is_charging or battery.percent > BATTERY_LOW_PERCENT:
        return ""
    if battery.percent > BATTERY_EMPTY_PERCENT:
        return f"This computer's battery is at {battery.percent} %. {TECHNICAL} Please plug it in when it suits you."
    return f"This computer's battery is nearly empty, at {battery.percent} %. {TECHNICAL} Please plug it in now."


def _before_session(status: LinkStatus | None, notice: str, checked: str) -> View:
    if status is None or status.phase is LinkPhase.STARTING or status.homework is not None:
        return View("Getting ready", "One moment.", notice)
    if status.phase is LinkPhase.NEEDS_CODE:
        text = "Your therapist tells you the code. Small or capital letters, with or without spaces: all are right."
        return View("Enter your code", status.message or text, f"{notice} {checked}".strip(), asks_code=True)
    return View("Connecting", status.message or "The clinic's server is being called.", notice)


def _in_session(report: Report, status: LinkStatus | None, notice: str, *, is_voice_lost: bool) -> View:
    plan = None if status is None else status.plan
    title, text = _title_and_text(report)
    if report.state is State.ENDED and status is not None:
        text = f"{text} {_saved(status)}"
    elif status is not None and status.phase is LinkPhase.LOST and report.state is not State.HELD:
        notice = f"{notice} The connection is gone; the program keeps trying. {TECHNICAL}".strip()
    stopped = report.state is State.STOPPED
    lost = report.lease_age_ns is not None and report.lease_age_ns > LIMITS.lease_hold_ns
    is_over = report.state is State.ENDED
    is_written_to = report.saying is not None and report.t_ns < report.saying.until_ns
    asks_recording = report.recording is not None and not report.recording.is_on
    return View(
        title,
        text,
        notice,
        asks_recording=asks_recording,
        is_recorded=_is_recorded(report),
        can_write=not is_over,
        offers_phrases=not is_over and (is_voice_lost or is_written_to),
        mark="" if plan is None else plan.mark,
        in_session=report.state is not State.ENDED,
        can_lower=report.state not in (State.STOPPED, State.ENDED),
        asks_rating=report.rating is not None,
        asks_sickness=_asks_sickness(report),
        can_say_ready=(stopped and not report.ready) or bool(report.words_asked) or report.prepares in SAID,
        can_accept=stopped and report.offer is not None,
        can_hide=report.state is not State.ENDED,
        can_wait=report.state is State.HELD and lost and plan is not None and plan.hold_on_link_loss_ns > 0,
        shows_therapist=report.state in (State.WAITING, State.ENDED),
    )


def numbers_of(homework: Homework) -> str:
    """What stands on the window in homework, whatever else does."""
    numbers = " · ".join(f"{entry.title}: {entry.number}" for entry in homework.numbers)
    return f"{NOBODY_WATCHES} {numbers}"


def _in_homework(report: Report, alone: AloneReport, status: LinkStatus | None, notice: str) -> View:
    """There is nobody to write to, and nothing to wait for but what the person does."""
    title, text = _alone_title_and_text(report, alone)
    if report.state is State.ENDED and status is not None:
        text = f"{text} {status.message}".strip()
    plan = None if status is None else status.plan
    is_on = report.state is not State.ENDED
    may_rise = report.state in (State.CALM, State.EXPOSED, State.HELD) and alone.refusal is None
    return View(
        title,
        text,
        notice,
        mark="" if plan is None else plan.mark,
        in_session=is_on,
        can_lower=report.state in (State.EXPOSED, State.HELD) or report.prepares is not None,
        asks_rating=report.rating is not None,
        asks_sickness=_asks_sickness(report),
        can_say_ready=(report.state is State.STOPPED and not report.ready) or report.prepares in SAID,
        can_accept=report.state is State.STOPPED and report.offer is not None,
        can_hide=is_on,
        can_rise=may_rise,
        can_finish=is_on,
    )


def _alone_title_and_text(report: Report, alone: AloneReport) -> tuple[str, str]:
    if alone.offers_less:
        return "That is a lot", "Press Less or Stop. If you do nothing, it soon goes one step down by itself."
    match report.state:
        case State.CALM if report.sickness is not None and report.sickness.is_unwell:
            return _CALM, LOOK_FAR
        case State.CALM if alone.refusal is Refusal.NOT_TODAY:
            return "Not today", "That is fine. Take the headset off, and try again another day."
        case State.CALM if report.prepares in SAID:
            return _CALM, "The panel asks you something: press Ready for yes, or Less for no."
        case State.CALM if report.prepares is not None:
            return _CALM, "The panel asks you to try something. Do it in the headset, or with the buttons here."
        case State.CALM if alone.refusal is Refusal.HOMEWORK_OVER:
            return _CALM, "That was all for this time. Take the headset off when you like, and press Finish."
        case State.CALM:
            left = max(alone.left_ns // 60_000_000_000, 1)
            return _CALM, f"Go on whenever you want to, or not at all. About {left} minutes in scenes are left."
        case State.EXPOSED:
            return "You are in the scene", CONTROLS
        case State.STOPPED:
            going_on = (
                "You can go on, lower than before: press “Yes, go on” if you want to. If not, do nothing."
                if report.offer is not None
                else "Take the time you need. Press Ready when you want to go on, or Finish."
            )
            return _CALM, f"{_STOPPED.get(report.cause, '')} {going_on}".strip()
        case State.ENDED:
            return "This is the end", "You can take the headset off."
        case _:
            held = "" if report.cause in (Cause.PERSON_WAIT, Cause.SOMEONE_CAME_IN) else _HELD.get(report.cause, "")
            return "Nothing comes nearer", f"{held} Go on when you want to, step down, or stop.".strip()


def _asks_sickness(report: Report) -> bool:
    request = None if report.sickness is None else report.sickness.request
    return request is not None and request.until_ns is not None


def _is_recorded(report: Report) -> bool:
    return report.recording is not None and report.recording.is_on


def _title_and_text(report: Report) -> tuple[str, str]:
    if report.words_asked:
        words = ", ".join(report.words_asked)
        return "Four words", f"Read these words to your therapist: {words}. {SAME_WORDS} Then press Ready."
    if report.recording is not None and not report.recording.is_on:
        return "Record this?", MAY_RECORD
    match report.state:
        case State.WAITING:
            return "You are in the waiting room", f"Your therapist lets you in. {PRACTISE}"
        case State.CALM if report.sickness is not None and report.sickness.is_unwell:
            return _CALM, LOOK_FAR
        case State.CALM if report.prepares in SAID:
            return _CALM, PREPARES
        case State.CALM:
            text = "Your therapist is with you. Nothing begins before you both want it."
            return _CALM, text if report.practised else PRACTISE
        case State.EXPOSED:
            return "You are in the scene", CONTROLS
        case State.HELD:
            return "Nothing comes nearer", _HELD.get(report.cause, "Your therapist goes on when you both want to.")
        case State.PAUSED:
            return "A pause", "Your therapist has paused. Nothing comes nearer."
        case State.STOPPED:
            return _CALM, f"{_STOPPED.get(report.cause, '')} {_going_on(report)}".strip()
        case State.ENDED:
            return "The session is over", "You can take the headset off."


def _going_on(report: Report) -> str:
    if report.offer is not None:
        where = "at the same step" if report.offer.step == report.step_index else "lower than before"
        return f"Your therapist suggests to go on, {where}. Press “Yes, go on” if you want to. If not, do nothing."
    if report.ready:
        return "You said ready. Your therapist will suggest how to go on, and asks you first."
    return "Take the time you need. Press Ready when you want to go on."


def _saved(status: LinkStatus) -> str:
    if status.uploaded:
        return "Your session is saved at the clinic. You can close this window."
    return status.message or "Your session is being saved."
