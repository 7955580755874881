"""Plays a session against the core in plain words: a therapist who is there, a person, and time that passes."""

from tests.core.ladders import PLAN, SCENE, S
from vret.core import commands, effects, events
from vret.core.effects import CommandRefused, Effect, Refusal, State
from vret.core.events import Event, Input
from vret.core.ladder import SceneRules
from vret.core.measures import EndedHow
from vret.core.plan import Plan
from vret.core.session import Session, open_session
from vret.core.step import step

TICK_NS = S // 10


class Drive:
    """One session. Everything it is told happens now; `wait` lets time pass, with heartbeats unless `silent`."""

    def __init__(
        self, plan: Plan = PLAN, scenes: tuple[SceneRules, ...] = (SCENE,), *, watches_sickness: bool = False
    ) -> None:
        self.t_ns = 0
        self.session: Session = open_session(
            events.SessionOpened(t_ns=0, session_id="s", plan=plan, scenes=scenes, watches_sickness=watches_sickness)
        )
        self.log: list[Effect] = []
        self._sequence = 0
        self.feed(events.InputGained(t_ns=0, input=Input.KEYBOARD))
        self.wait(2 * TICK_NS)

    @property
    def state(self) -> State:
        return self.session.state

    def feed(self, event: Event) -> tuple[Effect, ...]:
        self.session, follows = step(self.session, event)
        self.log += follows
        return follows

    def press(self, kind: type, used: Input = Input.KEYBOARD) -> tuple[Effect, ...]:
        return self.feed(kind(t_ns=self.t_ns, input=used))

    def happens(self, kind: type) -> tuple[Effect, ...]:
        return self.feed(kind(t_ns=self.t_ns))

    def command(self, command: commands.Command, *, beacon: int | None = None) -> tuple[Effect, ...]:
        """Give a command that has seen the newest beacon; the effects, its answer last."""
        self._sequence += 1
        return self.feed(
            events.CommandReceived(
                t_ns=self.t_ns,
                sender="t",
                command_id=f"c{self._sequence}",
                sequence=self._sequence,
                beacon=self.session.lease.number if beacon is None else beacon,
                command=command,
            )
        )

    def refusal(self, command: commands.Command, *, beacon: int | None = None) -> Refusal | None:
        """Give a command; why it was refused, or None when it was accepted."""
        answer = self.command(command, beacon=beacon)[-1]
        return answer.reason if isinstance(answer, CommandRefused) else None

    def heartbeat(self) -> None:
        self.feed(events.HeartbeatReceived(t_ns=self.t_ns, sender="t", beacon=self.session.lease.number))

    def wait(self, duration_ns: int, *, silent: bool = False) -> None:
        until_ns = self.t_ns + duration_ns
        while self.t_ns < until_ns:
            self.t_ns = min(self.t_ns + TICK_NS, until_ns)
            self.feed(events.Tick(t_ns=self.t_ns, gap_ns=TICK_NS))
            if not silent:
                self.heartbeat()

    def admit(self) -> None:
        self.feed(events.Admitted(t_ns=self.t_ns, therapist="t"))

    def practise(self) -> None:
        """Admitted, stop practised, back in the calm room."""
        self.admit()
        self.press(events.StopPressed)
        self.press(events.ReadyPressed)
        assert self.refusal(commands.Resume(level=commands.ResumeLevel.CALM)) is None

    def expose(self, rung: str = "rung3") -> None:
        """On a rung, everything arrived."""
        self.practise()
        assert self.refusal(commands.SetRung(scene="tower", rung=rung)) is None
        self.wait(20 * S)

    def shown(self, kind: type[effects.StateChanged]) -> list[effects.StateChanged]:
        return [effect for effect in self.log if isinstance(effect, kind)]


def in_state(state: State) -> Drive:
    """A session in that state, on a rung in the middle of the ladder wherever a scene is shown."""
    drive = Drive()
    match state:
        case State.WAITING:
            pass
        case State.CALM:
            drive.practise()
        case State.EXPOSED:
            drive.expose()
        case State.HELD:
            drive.expose()
            drive.press(events.WaitPressed)
        case State.PAUSED:
            drive.expose()
            drive.command(commands.Pause())
        case State.STOPPED:
            drive.expose()
            drive.press(events.StopPressed)
        case State.ENDED:
            drive.expose()
            drive.command(commands.End(how=EndedHow.CHOSEN_STEP))
    assert drive.state is state
    return drive
