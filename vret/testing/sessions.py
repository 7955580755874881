"""Whole sessions in virtual time: the real core, a synthetic person and an acted therapist, without any process.

The records are what the headset program would log: one for each event that changed the session or had effects, and
one for each frame.
"""

import asyncio
import random

from vret.core import commands, events
from vret.core.axes import MICRO
from vret.core.effects import CommandAccepted, CommandRefused, Effect, Refusal, State
from vret.core.ladder import SceneRules
from vret.core.plan import Plan
from vret.core.ramp import NS_PER_S
from vret.core.report import Report, report
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.headset.controls import DISTRESS, SCALES, Button, Controls
from vret.headset.notice import asked
from vret.memory.messages import Shown, Wearer
from vret.recording.record import FrameRecord, Record
from vret.testing.ladders import heights_plan, heights_rules
from vret.testing.person import SCRIPT, Person, pace_of
from vret.testing.therapist import ActedTherapist, Tempo

THERAPIST = "therapist-1"
HEARTBEAT_NS = NS_PER_S // 4
STALL_NS = 400_000_000
STALL_SHARE = 0.02


class Rehearsal:
    """One session from the waiting room on. Its clock moves only in `run`; everything else happens at once.

    With `watches_sickness` the person is asked how sick they feel, as in the headset program.
    `delay_ns` is how old a beacon is when its echo comes back. With `stalls` the
    machine stands still for `STALL_NS` before one frame in fifty.
    """

    def __init__(
        self,
        scenes: tuple[SceneRules, ...],
        plan: Plan,
        *,
        person: Person | None = None,
        frame_ns: int = NS_PER_S // 30,
        start_ns: int = 5_000 * NS_PER_S,
        delay_ns: int = NS_PER_S // 20,
        stalls: random.Random | None = None,
        watches_sickness: bool = False,
    ) -> None:
        self.t_ns = start_ns
        self.frame_ns = frame_ns
        self.delay_ns = delay_ns
        self.records: list[Record] = []
        self.frames: list[FrameRecord] = []
        self._stalls = stalls
        self._person = person
        self._controls = Controls(events.Input.KEYBOARD)
        self._beats_due_ns = start_ns
        self._commands = 0
        opened = events.SessionOpened(
            t_ns=start_ns, session_id="rehearsal", plan=plan, scenes=scenes, watches_sickness=watches_sickness
        )
        self.session: Session = open_session(opened)
        self.records.append(Record(1, opened, (), self.session.digest()))

    def happen(self, event: events.Event) -> tuple[Effect, ...]:
        """Step, and record if anything came of it."""
        session, effects = step(self.session, event)
        if session is not self.session or effects:
            self.session = session
            self.records.append(Record(len(self.records) + 1, event, effects, session.digest()))
        return effects

    def command(self, command: commands.Command, *, beacon: int | None = None) -> CommandAccepted | CommandRefused:
        """What the therapist's command was answered with; the newest press has been seen."""
        self._commands += 1
        effects = self.happen(
            events.CommandReceived(
                t_ns=self.t_ns,
                sender=THERAPIST,
                command_id=f"c{self._commands}",
                sequence=self._commands,
                beacon=max(self._echo(), self.session.pressed_beacon) if beacon is None else beacon,
                command=command,
            )
        )
        return next(effect for effect in effects if isinstance(effect, CommandAccepted | CommandRefused))

    def run(self, duration_s: float, *, contact: bool = True) -> None:
        """Let frames pass; without contact no heartbeat comes."""
        until_ns = self.t_ns + int(duration_s * NS_PER_S)
        while self.t_ns < until_ns:
            stalls = self._stalls is not None and self._stalls.random() < STALL_SHARE
            gap_ns = STALL_NS if stalls else self.frame_ns
            self.t_ns += gap_ns
            self.happen(events.Tick(t_ns=self.t_ns, gap_ns=gap_ns))
            if contact and self.t_ns >= self._beats_due_ns:
                self._beats_due_ns = self.t_ns + HEARTBEAT_NS
                self.happen(events.HeartbeatReceived(t_ns=self.t_ns, sender=THERAPIST, beacon=self._echo()))
            wearer = self._live()
            self._record_frame(wearer)

    def shown(self) -> Shown:
        """What the person is shown now."""
        return shown(self.session, self.t_ns)

    def _echo(self) -> int:
        arrived = [number for number, sent_ns in self.session.lease.sent if self.t_ns - sent_ns >= self.delay_ns]
        return arrived[-1] if arrived else 0

    def _live(self) -> Wearer | None:
        if self._person is None:
            return None
        wearer = self._person.live(self.shown())
        self._controls.scale = SCALES.get(asked(self.session, self.t_ns), DISTRESS)
        for event in self._controls.read(Button(wearer.buttons), wearer.dial, self.t_ns):
            self.happen(event)
        return wearer

    def _record_frame(self, wearer: Wearer | None) -> None:
        self.frames.append(
            FrameRecord(
                frame=len(self.frames),
                t_ns=self.t_ns,
                display_ns=self.t_ns + self.frame_ns,
                cpu_ns=2_000_000,
                head_position_in_stage=wearer.head_position_in_stage if wearer else (0.0, 1.6, 0.0),
                head_rotation_in_stage=wearer.head_rotation_in_stage if wearer else (0.0, 0.0, 0.0, 1.0),
                scene=self.session.whereabouts_at(self.t_ns).scene,
                veil=self.session.veil_at(self.t_ns),
            )
        )


def shown(session: Session, t_ns: int) -> Shown:
    """What a person in this session is shown at `t_ns`, with the head at rest."""
    whereabouts = session.whereabouts_at(t_ns)
    return Shown(
        t_ns=t_ns,
        state=session.state,
        scene=whereabouts.scene,
        place=whereabouts.place,
        veil=session.veil_at(t_ns),
        axes={} if whereabouts.is_calm else {axis: value / MICRO for axis, value in session.axes_at(t_ns).items()},
        stimuli=tuple((active.stimulus, (t_ns - active.start_ns) / NS_PER_S) for active in session.active),
        held=session.state in (State.HELD, State.PAUSED),
        head_position_in_scene=(0.0, 1.6, 0.0),
        head_rotation_in_scene=(0.0, 0.0, 0.0, 1.0),
        ready=session.ready,
        offer=session.offer is not None,
        rating_asked=session.rating is not None,
        sickness_asked=session.sickness.is_asked,
        variant=whereabouts.variant,
        words_asked=bool(session.words_asked),
    )


class RehearsalConsole:
    """The console of a therapist in a rehearsal: reports and answers come at once, and sleeping lets time pass."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    @property
    def report(self) -> Report:
        return report(self._rehearsal.session, self._rehearsal.t_ns)

    async def command(self, command: commands.Command) -> Refusal | None:
        answer = self._rehearsal.command(command)
        self._rehearsal.run(0.05)
        return answer.reason if isinstance(answer, CommandRefused) else None

    async def sleep(self, duration_s: float) -> None:
        self._rehearsal.run(duration_s)

    async def cut(self, duration_s: float) -> None:
        """Let time pass without contact."""
        self._rehearsal.run(duration_s, contact=False)
        self._rehearsal.run(1.0)

    def now_s(self) -> float:
        return self._rehearsal.t_ns / NS_PER_S


def whole_session(
    seed: int = 1, *, minutes: float = 6.0, frame_ns: int = NS_PER_S // 30, stalls: random.Random | None = None
) -> Rehearsal:
    """A session of a synthetic person with an acted therapist: up the heights and back, with all that comes between.

    Not to be called from a running event loop.
    """
    rules = heights_rules()
    person = Person(seed, pace=pace_of(minutes), script=SCRIPT)
    rehearsal = Rehearsal((rules,), heights_plan(), person=person, frame_ns=frame_ns, stalls=stalls)
    console = RehearsalConsole(rehearsal)
    therapist = ActedTherapist(
        console, rules, Tempo.of(minutes), lambda _: None, console.cut, sleep=console.sleep, now_s=console.now_s
    )
    rehearsal.happen(events.InputGained(t_ns=rehearsal.t_ns, input=events.Input.KEYBOARD))
    rehearsal.run(2.0)
    rehearsal.happen(events.Admitted(t_ns=rehearsal.t_ns, therapist=THERAPIST))
    asyncio.run(therapist.lead())
    rehearsal.run(2.0)
    return rehearsal
