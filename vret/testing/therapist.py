"""An acted therapist: leads a session from the waiting room up a ladder and down again, as a person would.

It knows only what a console knows, reports and answers, and has to cope with whatever the person and the network do:
a wait, a less, a stop, a hold because the computer stood still, a lost link.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from vret.core import commands
from vret.core.commands import Command, ResumeLevel
from vret.core.effects import Cause, Refusal, State
from vret.core.ladder import SceneRules
from vret.core.measures import Anchors, EndedHow, RatingMoment
from vret.core.report import Report

POLL_S = 0.1
PATIENCE_S = 60.0
TRIES = 100
ARRIVAL_S = 1.0
CUT_STEP = 4


class Console(Protocol):
    """What the therapist has before them."""

    @property
    def report(self) -> Report | None:
        """The newest report from the headset."""
        ...

    async def command(self, command: Command) -> Refusal | None:
        """Send a command; why it was refused, or None. Raises TimeoutError when no answer comes."""
        ...


class NoProgressError(Exception):
    """The session did not come to where it had to; the message says what was waited for."""


@dataclass(frozen=True)
class Tempo:
    """Seconds: on each rung, for a rating, before going on after a wait, of the cut, and for the whole way up."""

    rung_s: float
    rating_s: float
    wait_s: float
    cut_s: float
    up_s: float

    @classmethod
    def of(cls, minutes: float) -> "Tempo":
        """A whole session in about this time. The cut never shrinks: its limits are seconds and do not scale."""
        return cls(
            rung_s=max(2.5, (60.0 * minutes - 40.0) / 14.0),
            rating_s=min(15.0, max(2.0, 2.0 * minutes)),
            wait_s=min(20.0, max(1.5, 1.5 * minutes)),
            cut_s=9.5,
            up_s=120.0 * minutes + 60.0,
        )


class ActedTherapist:
    """Leads one session. `tell` hears in plain words what happens; `cut_cable` cuts the link and mends it again.

    `sleep` and `now_s` are the therapist's time, which a test may run faster than life.
    """

    def __init__(
        self,
        console: Console,
        rules: SceneRules,
        tempo: Tempo,
        tell: Callable[[str], None],
        cut_cable: Callable[[float], Awaitable[None]],
        *,
        top: int = 8,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._rules = rules
        self._tempo = tempo
        self._tell = tell
        self._cut_cable = cut_cable
        self._sleep = sleep
        self._now_s = now_s
        self._top = min(top, len(rules.rungs) - 1)
        self._highest = -1
        self._stayed = -1
        self._step = -1
        self._errands: dict[int, Callable[[], Awaitable[None]]] = {
            1: self._move_a_little,
            2: self._show_stimulus,
            3: self._pause_and_go_on,
            CUT_STEP: self._lose_the_link,
            5: self._vary,
        }

    async def lead(self) -> None:
        """From the calm room to the end. Raises NoProgressError, TimeoutError."""
        await self._prepare()
        await self._go_up()
        await self._go_down()
        await self._finish()

    # -- the plan

    async def _prepare(self) -> None:
        await self._until(lambda report: report.state is not State.WAITING, "the person to be let in")
        self._tell("In the calm room. The person tries out stop before anything is shown.")
        await self._do(
            commands.SetAnchors(
                anchors=Anchors("Reading at home", "A full bus", "An exam", "A chair lift", "The church tower")
            )
        )
        await self._do(
            commands.ExpectBefore(
                feared_outcome="I lose control and jump",
                probability=60,
                how_known="I climb over the rail",
            )
        )
        await self._until(lambda report: bool(report.practised), "the person to practise stop")
        await self._settle()
        await self._compare_words()
        await self._ask(RatingMoment.BASELINE)

    async def _compare_words(self) -> None:
        """A rehearsal has none: nobody is in between."""
        agreement = self._report().agreement
        if agreement is not None:
            self._tell(
                f"The person reads out four words, and the therapist has the same: {', '.join(agreement.words)}."
            )
            await self._until(lambda report: bool(report.agreement and report.agreement.is_compared), "the words")

    async def _go_up(self) -> None:
        """A step up only from one on which the person has been left in peace for its time."""
        until_s = self._now_s() + self._tempo.up_s
        while self._stayed < self._top:
            if self._now_s() > until_s:
                self._tell("The way up takes too long: the therapist ends it here.")
                break
            await self._settle()
            report = self._report()
            index = max(report.step_index, 0)
            if report.scene and index <= self._stayed:
                index += 1
            if (not report.scene or index > report.step_index) and not await self._go_to(min(index, self._top)):
                continue
            await self._run_errand(self._report().step_index)
            standing = self._report().step_index
            if await self._stay(RatingMoment.STEP):
                self._stayed = max(self._stayed, standing)

        for _ in range(TRIES):
            await self._settle()
            await self._run_errand(self._top)

    async def _run_errand(self, up_to_step: int) -> None:
        """What was planned for this step, or for one below that was too restless for it."""
        due = [step for step in sorted(self._errands) if step <= up_to_step]
        if due and self._report().state is State.EXPOSED and await self._undisturbed(ARRIVAL_S):
            await self._errands.pop(due[0])()

    async def _go_down(self) -> None:
        self._tell("Down again, over steps that were done before.")
        await self._do(commands.Say(text="We go down now, over steps that you know."))
        for index in (self._top // 2, 1):
            await self._settle()
            await self._go_to(index)
            await self._stay(RatingMoment.INTERVAL)

    async def _finish(self) -> None:
        await self._settle()
        await self._do(commands.Calm())
        await self._ask(RatingMoment.EXIT)
        await self._do(
            commands.ExpectAfter(
                occurred=False, surprise=70, probability=15, learnt="I can be frightened and still stand there."
            )
        )
        await self._do(commands.Note(text="Next time: stay at the rail for longer, and look down."))
        await self._do(commands.End(how=EndedHow.CHOSEN_STEP, note="Ended where both had planned to."))
        await self._until(lambda report: report.state is State.ENDED, "the session to end")
        self._tell("The session has ended on a chosen step.")

    # -- errands on the way

    async def _move_a_little(self) -> None:
        """A small move of one axis inside the rung, towards the next one."""
        report = self._report()
        following = self._rules.rungs[report.step_index + 1].values
        for axis in self._rules.axes:
            value, target = report.axes[axis.axis].value, following[axis.axis]
            if axis.rate and axis.is_rise(value, target):
                self._tell(f"A small move inside the step: {axis.axis}.")
                await self._do(commands.SetAxis(axis=axis.axis, target=value + (target - value) // 4))
                return

    async def _show_stimulus(self) -> None:
        if self._rules.stimuli:
            stimulus = self._rules.stimuli[0]
            self._tell(f"Shows, with a warning: {stimulus.title}.")
            await self._do(commands.ShowStimulus(stimulus=stimulus.name))

    async def _pause_and_go_on(self) -> None:
        self._tell("Pauses, and goes on.")
        await self._do(commands.Pause())
        await self._sleep(self._tempo.wait_s)
        await self._settle()
        await self._do(commands.MarkSafetyBehaviour(behaviour="Grips the rail"))

    async def _lose_the_link(self) -> None:
        self._tell(f"The connection is cut for {self._tempo.cut_s:.0f} seconds.")
        await self._cut_cable(self._tempo.cut_s)
        await self._until(lambda report: report.state is State.STOPPED, "the report that the lost link led to calm")
        if self._report().cause is not Cause.LEASE_LOST:
            self._tell("Meanwhile the person stopped of their own accord: the connection is cut once more later.")
            self._errands[CUT_STEP] = self._lose_the_link
            await self._settle()
            return
        self._tell("The connection is back. Meanwhile the headset held, then showed the calm room.")
        await self._do(commands.Tag(tag="connection lost"))
        await self._settle()

    async def _vary(self) -> None:
        """The same step in another variant, so that what is learnt does not hold by day only."""
        others = [variant for variant in self._rules.variants if variant.name != self._report().variant]
        if others:
            self._tell(f"The same step once more, as: {others[0].title}.")
            await self._do(commands.SetVariant(variant=others[0].name))

    # -- dealing with what comes

    async def _stay(self, moment: RatingMoment) -> bool:
        """Time on a rung with one rating in the middle; False if whatever the person does cut it short."""
        half_s = self._tempo.rung_s / 2.0
        if not await self._undisturbed(half_s):
            return False
        await self._ask(moment)
        return await self._undisturbed(half_s)

    async def _undisturbed(self, duration_s: float) -> bool:
        """Let time pass; False as soon as the session is no longer going on or has gone a step down."""
        until_s = self._now_s() + duration_s
        while self._now_s() < until_s:
            report = self._report()
            if report.state is not State.EXPOSED:
                return False
            if self._notice_less(report):
                return False
            await self._sleep(POLL_S)
        return True

    async def _settle(self) -> None:
        """Until the session goes on, or waits in the calm room: continue after holds, resume after stops."""
        for _ in range(TRIES):
            report = self._report()
            self._notice_less(report)
            match report.state:
                case State.EXPOSED | State.CALM | State.ENDED:
                    return
                case State.HELD | State.PAUSED:
                    await self._go_on(report)
                case State.STOPPED:
                    await self._resume(report)
                case State.WAITING:
                    raise NoProgressError("the session went back to the waiting room, which no rule allows")
            await self._sleep(POLL_S)
        raise NoProgressError(f"the session stayed {self._report().state} although everything was tried to go on")

    def _notice_less(self, report: Report) -> bool:
        """Whether the session stands lower than the therapist thought, while it goes on."""
        lowered = report.state is State.EXPOSED and report.step_index < self._step
        if lowered:
            self._tell("One step lower: the person pressed less, or a hold took the step back.")
            self._step = report.step_index
        return lowered

    async def _go_on(self, report: Report) -> None:
        if report.cause is Cause.PERSON_WAIT:
            self._tell("The person pressed wait: nothing comes nearer. The therapist gives time.")
            await self._sleep(self._tempo.wait_s)
        elif report.cause is Cause.TIME_GAP:
            self._tell("The computer stood still for a moment: on hold, then on.")
        await self._until(lambda now: now.can_rise or now.state is not report.state, "a fresh connection")
        if await self._do(commands.Continue()):
            await self._is(lambda now: now.state is not report.state)

    async def _resume(self, report: Report) -> None:
        if report.cause is Cause.PERSON_STOP and not report.ready and self._highest >= 0:
            self._tell("The person stopped: calm room at once. The therapist waits until they say ready.")
        await self._until(
            lambda now: (now.ready and now.scene == "") or now.state is not State.STOPPED, "the person to say ready"
        )
        await self._until(lambda now: now.can_rise or now.state is not State.STOPPED, "a fresh connection")
        if await self._do(commands.Resume(level=ResumeLevel.LOWER)):
            await self._until(
                lambda now: now.state is not State.STOPPED or now.offer is None, "the person to accept the offer"
            )
            resumed = self._report()
            if resumed.state is State.EXPOSED:
                self._step = resumed.step_index
                self._tell("The person is ready, the therapist offers one step lower, the person accepts.")

    async def _go_to(self, index: int) -> bool:
        rung = self._rules.rungs[index]
        if index > self._report().step_index or not self._report().scene:
            await self._until(
                lambda now: now.can_rise or now.state not in (State.CALM, State.EXPOSED), "a fresh connection"
            )
        if not await self._do(commands.SetRung(scene=self._rules.name, rung=rung.name)):
            return False
        self._highest, self._step = max(self._highest, index), index
        self._tell(f"Step {index + 1} of {len(self._rules.rungs)}: {rung.title}.")
        return await self._is(lambda report: report.step_index == index and report.state is State.EXPOSED)

    async def _ask(self, moment: RatingMoment) -> None:
        """Ask, and give the person some time; the dial goes away by itself. No second question before that."""
        if self._report().rating is None and await self._do(commands.AskRating(moment=moment)):
            await self._is(lambda report: report.rating is not None)
            await self._is(lambda report: report.rating is None, self._tempo.rating_s)

    async def _do(self, command: Command) -> bool:
        """Send a command; False when it was refused, which a therapist sees and lives with."""
        refusal = await self._console.command(command)
        if refusal is not None:
            self._tell(f"Refused: {type(command).__name__}, {refusal.replace('_', ' ')}.")
        return refusal is None

    # -- reading

    def _report(self) -> Report:
        report = self._console.report
        if report is None:
            raise NoProgressError("no report has come from the headset")
        return report

    async def _is(self, condition: Callable[[Report], bool], within_s: float = 3.0) -> bool:
        until_s = self._now_s() + within_s
        while self._now_s() < until_s:
            report = self._console.report
            if report is not None and condition(report):
                return True
            await self._sleep(POLL_S)
        return False

    async def _until(self, condition: Callable[[Report], bool], waited_for: str) -> None:
        if not await self._is(condition, PATIENCE_S):
            report = self._console.report
            state = "nothing was heard" if report is None else f"the session is {report.state} ({report.cause})"
            raise NoProgressError(f"waited {PATIENCE_S:.0f} s for {waited_for}; {state}")
