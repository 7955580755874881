"""Plays homework against the core: a person who is alone, and time that passes."""

from tests.core.drive import Drive
from tests.core.ladders import SCENE, S
from vret.core import effects, events
from vret.core.effects import Refusal, State
from vret.core.events import Input
from vret.core.homework import CrisisNumber, Homework, HomeworkScene
from vret.core.ladder import SceneRules
from vret.core.limits import LIMITS
from vret.core.preparation import SAFE_ALONE
from vret.core.session import Session, open_session

NUMBERS = (CrisisNumber("Emergency", "112"), CrisisNumber("Your therapist", "+49 30 123456"))
DAY_S = 24 * 3600


def homework_for(
    *scenes: SceneRules, top_rung: str = "rung3", session_ns: int = LIMITS.homework_session_ceiling_ns
) -> Homework:
    return Homework(
        homework_id="h-1",
        signed_unix_s=1_700_000_000,
        expires_unix_s=1_700_000_000 + 14 * DAY_S,
        scenes=tuple(HomeworkScene(rules.name, rules.content_hash, top_rung) for rules in scenes or (SCENE,)),
        session_ns=session_ns,
        sessions_per_day=1,
        numbers=NUMBERS,
    )


class AloneDrive(Drive):
    """One session of homework, from its opening on."""

    def __init__(
        self,
        homework: Homework | None = None,
        scenes: tuple[SceneRules, ...] = (SCENE,),
        *,
        watches_sickness: bool = False,
    ) -> None:
        self.t_ns = 0
        homework = homework or homework_for()
        self.opened = events.SessionOpened(
            t_ns=0,
            session_id="homework",
            plan=homework.plan,
            scenes=scenes,
            watches_sickness=watches_sickness,
            homework=homework,
        )
        self.session: Session = open_session(self.opened)
        self.log: list[effects.Effect] = []
        self._sequence = 0
        self.feed(events.InputGained(t_ns=0, input=Input.KEYBOARD))
        self.wait(S)

    def wait(self, duration_ns: int, *, silent: bool = True) -> None:
        super().wait(duration_ns, silent=silent)

    def rate(self, suds: int) -> tuple[effects.Effect, ...]:
        return self.feed(events.RatingGiven(t_ns=self.t_ns, suds=suds))

    def prepare(self) -> None:
        """All is well, wait, less and stop are practised, and how it is before the first scene is told."""
        for _ in SAFE_ALONE:
            self.press(events.ReadyPressed)
        self.press(events.WaitPressed)
        self.press(events.LessPressed)
        self.wait(S)
        self.rate(20)
        self.press(events.StopPressed)
        self.press(events.ReadyPressed)
        assert self.state is State.CALM
        self.wait(S)

    def rise(self) -> Refusal | None:
        """Ask for the next step; why there is none, or None."""
        said = self.press(events.RisePressed)
        return next((effect.reason for effect in said if isinstance(effect, effects.RiseRefused)), None)

    def answer(self, duration_ns: int, suds: int = 40) -> None:
        """Time passes, and whatever is asked about distress is answered at once."""
        until_ns = self.t_ns + duration_ns
        while self.t_ns < until_ns:
            self.wait(min(S, until_ns - self.t_ns))
            if self.session.rating is not None:
                self.rate(suds)

    def stay(self) -> None:
        """Arrive on the rung, answer what is asked there, and be there for long enough."""
        self.answer(25 * S + LIMITS.homework_rung_ns)

    def climb(self, step: int) -> None:
        """From the calm room, prepared, to that rung, and there for long enough."""
        for _ in range(step + 1):
            assert self.rise() is None
            self.stay()
        assert (self.state, self.session.step_index) == (State.EXPOSED, step)

    def told(self, kind: type[effects.Effect]) -> list[effects.Effect]:
        return [effect for effect in self.log if isinstance(effect, kind)]


def prepared(homework: Homework | None = None, scenes: tuple[SceneRules, ...] = (SCENE,)) -> AloneDrive:
    drive = AloneDrive(homework, scenes)
    drive.prepare()
    return drive


def alone_in(state: State) -> AloneDrive:
    """Homework in that state, on the second rung wherever a scene is shown."""
    drive = prepared()
    if state is not State.CALM:
        drive.climb(1)
    match state:
        case State.HELD:
            drive.press(events.WaitPressed)
        case State.STOPPED:
            drive.press(events.StopPressed)
        case State.ENDED:
            drive.happens(events.Finished)
        case _:
            pass
    assert drive.state is state
    return drive
