"""A story: what the two people do, what goes wrong meanwhile, and that all is well in the end. One seed, one story."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from unittest import mock

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, derive_private_key

from tests.core.ladders import PLAN, RUNGS, SCENE
from tests.simulation.headset import HeadsetEnd
from tests.simulation.line import Network
from tests.simulation.page import PageEnd
from tests.simulation.server import Server
from tests.simulation.witness import Broken, Witness
from tests.simulation.world import MS, S, World
from vret.core import commands, events
from vret.core.effects import State
from vret.core.events import Input

STORY_NS: Final = 12 * S
SETTLING_NS: Final = 14 * S
STEP_NS: Final = S
"""So often it is looked whether all is well already."""
TROUBLES_MOST: Final = 4
FELT: Final = (0, 2, 4, 6, 7, 10)
"""How sick the person says they feel."""
FORGED: Final[tuple[commands.Command, ...]] = (
    commands.SetRung(scene="tower", rung="rung4"),
    commands.SetLevel(level=9000),
    commands.SetAxis(axis="height_m", target=90_000_000),
    commands.SetVariant(variant="dusk"),
    commands.ShowStimulus(stimulus="gust", warned=False),
    commands.Continue(),
    commands.Resume(level=commands.ResumeLevel.SAME),
    commands.Say(text="This is not your therapist."),
    commands.SpeakAs(voice="guard"),
    commands.AskRecording(),
    commands.EnterSickness(fms=0),
    commands.Pause(),
)


@dataclass
class Told:
    """Of a story that went well: how often a scene was entered, how many records there are, and what went wrong."""

    entries: int
    records: int
    troubles: tuple[str, ...]


def tell(seed: int) -> Told:
    """Raises Broken."""
    world = World(seed)
    with _determined(world):
        story = _Story(world)
        try:
            return story.tell()
        finally:
            for page in story.pages:
                page.leave()


class _Story:
    def __init__(self, world: World) -> None:
        self.world, self.chance = world, world.chance
        self.witness = Witness()
        self.server = Server(world, "s", FORGED)
        self.home, self.office = self._network(), self._network()
        opened = events.SessionOpened(
            t_ns=0, session_id="s", plan=PLAN, scenes=(SCENE,), compares_words=True, watches_sickness=True
        )
        self.headset = HeadsetEnd(world, self.server, self.home, opened, self.witness)
        self.pages = [PageEnd(world, self.server, self.office, name, self.witness) for name in ("desk", "tablet")]
        self.told: list[str] = []
        self.ends_ns = 0

    def _network(self) -> Network:
        return Network(delay_ns=self.chance.choice((5, 20, 80, 200)) * MS, jitter_ns=self.chance.choice((1, 30)) * MS)

    def tell(self) -> Told:
        self._begin()
        self._live()
        troubles = self._troubles()
        for _ in range(self.chance.randint(1, TROUBLES_MOST)):
            name = self.chance.choice(sorted(troubles))
            self.told.append(name)
            self.world.after(self.chance.randrange(STORY_NS), troubles[name])
        self.world.run(STORY_NS)
        self._mend()
        for until_ns in range(STEP_NS, SETTLING_NS + 1, STEP_NS):
            self.world.run(STEP_NS)
            if self._is_settled(may_fail=until_ns < SETTLING_NS):
                break
        return Told(self.witness.rises, len(self.headset.log), tuple(self.told))

    def _is_settled(self, *, may_fail: bool) -> bool:
        try:
            self.witness.settled(self.headset.session, self.headset.log, self.pages)
        except Broken:
            if may_fail:
                return False
            raise
        return True

    # -- the two people

    def _begin(self) -> None:
        """To the first step: admitted, stop practised, words compared."""
        ready = events.ReadyPressed(t_ns=0, input=Input.KEYBOARD)
        page, headset = self.pages[0], self.headset
        page.open()
        self._until(lambda: page.stage == "early")
        self.server.admit("anna")
        for event in (events.StopPressed(t_ns=0, input=Input.KEYBOARD), ready, ready):
            headset.press(event)
        self._until(lambda: page.stage == "compared")
        page.ask(commands.Resume(level=commands.ResumeLevel.CALM))
        self._until(lambda: page.state is State.CALM)
        page.ask(commands.SetRung(scene="tower", rung="rung1"))
        self._until(lambda: page.state is State.EXPOSED)
        self.ends_ns = self.world.t_ns + STORY_NS

    def _until(self, condition: Callable[[], bool]) -> None:
        for _ in range(50):
            if condition():
                return
            self.world.run(100 * MS)
        raise AssertionError("The story does not begin.")

    def _live(self) -> None:
        """Somebody does something, again and again, until all that is left is to see that all is well."""
        if self.world.t_ns > self.ends_ns:
            return
        (self._person if self.chance.random() < 0.5 else self._therapist)()
        self.world.after(self.chance.randrange(50 * MS, 900 * MS), self._live)

    def _person(self) -> None:
        session, press = self.headset.session, self.headset.press
        kind = self.chance.random()
        if session.words_asked or (session.state is State.STOPPED and not session.ready and kind < 0.7):
            press(events.ReadyPressed(t_ns=0, input=Input.KEYBOARD))
        elif session.offer is not None and kind < 0.7:
            press(events.ResumeAccepted(t_ns=0, input=Input.KEYBOARD))
        elif not session.is_private:
            press(events.PrivateAgain(t_ns=0, input=Input.KEYBOARD))
        elif kind < 0.06:
            press(events.StopPressed(t_ns=0, input=Input.KEYBOARD))
        elif kind < 0.14:
            press(events.WaitPressed(t_ns=0, input=Input.KEYBOARD))
        elif kind < 0.2:
            press(events.LessPressed(t_ns=0, input=Input.KEYBOARD))
        elif kind < 0.23:
            press(events.SomeoneCameIn(t_ns=0, input=Input.KEYBOARD))
        elif kind < 0.3:
            press(events.PhraseSaid(t_ns=0, input=Input.KEYBOARD, phrase=events.Phrase.OKAY))
        elif kind < (0.8 if session.sickness.is_asked or session.sickness.is_unwell else 0.32):
            press(events.SicknessGiven(t_ns=0, fms=self.chance.choice(FELT)))

    def _therapist(self) -> None:
        page = self.chance.choice(self.pages)
        if page.is_closed or (shown := page.look().report) is None:
            return
        if self.chance.random() < 0.15:
            page.write()
        elif self.chance.random() < 0.05:
            entered = commands.EnterSickness(fms=self.chance.choice(FELT))
            page.ask(self.chance.choice((commands.AskSickness(), entered)))
        else:
            page.ask(self._wish(shown.state, shown.step))

    def _wish(self, state: State, step: int) -> commands.Command:
        """What a therapist would ask for who sees this, which may be old."""
        lowering: list[commands.Command] = [
            commands.StepDown(),
            commands.Pause(),
            commands.Calm(),
            commands.Stop(),
        ]
        if self.chance.random() < 0.1:
            return self.chance.choice(lowering)
        match state:
            case State.STOPPED:
                return commands.Resume(level=self.chance.choice([*commands.ResumeLevel]))
            case State.HELD | State.PAUSED:
                return commands.Continue()
            case State.CALM:
                return commands.SetRung(scene="tower", rung=RUNGS[max(step, 0)].name)
            case _:
                higher: list[commands.Command] = [
                    commands.SetRung(scene="tower", rung=RUNGS[min(step + 1, len(RUNGS) - 1)].name),
                    commands.SetLevel(level=self.chance.randint(0, 10_000)),
                    commands.SetVariant(variant=self.chance.choice(SCENE.variants).name),
                    commands.ShowStimulus(stimulus="gust"),
                ]
                return self.chance.choice(higher)

    # -- what goes wrong

    def _troubles(self) -> dict[str, Callable[[], None]]:
        def some(low_s: float, high_s: float) -> int:
            return int(self.chance.uniform(low_s, high_s) * S)

        either = self.chance.choice((self.home, self.office))
        page = self.chance.choice(self.pages)
        return {
            "cut": lambda: self._cut(either, some(0.2, 10), up=True, down=True),
            "cut up": lambda: self._cut(either, some(0.2, 10), up=True, down=False),
            "cut down": lambda: self._cut(either, some(0.2, 10), up=False, down=True),
            "slow": lambda: self._slow(either, some(0.3, 6)),
            "loss": lambda: setattr(either, "loss", 0.15),
            "server dies": lambda: self.server.die(some(0.1, 5)),
            "hostile server": self.server.turn_hostile,
            "headset sleeps": lambda: self.headset.sleep(some(0.3, 10)),
            "frame program dies": lambda: self.headset.frame_program_dies(some(0.1, 10)),
            "link dies": self.headset.link_dies,
            "program dies": lambda: self.headset.program_dies(some(0.1, 10)),
            "page freezes": lambda: page.freeze(some(0.3, 10)),
            "page reloads": page.open,
            "page closes": page.close,
            "the other page opens": self._open_another,
        }

    def _cut(self, network: Network, duration_ns: int, *, up: bool, down: bool) -> None:
        network.no_way_up |= up
        network.no_way_down |= down
        self.world.after(duration_ns, lambda: self._join(network))

    def _join(self, network: Network) -> None:
        network.no_way_up = network.no_way_down = False

    def _slow(self, network: Network, delay_ns: int) -> None:
        network.delay_ns = delay_ns

    def _open_another(self) -> None:
        closed = [page for page in self.pages if page.is_closed]
        for page in closed[:1]:
            page.open(leads=True)

    def _mend(self) -> None:
        """What is broken is whole, and a therapist is there."""
        self.server.mend()
        for network in (self.home, self.office):
            self._join(network)
            network.delay_ns, network.jitter_ns, network.loss = 20 * MS, 10 * MS, 0.0
        if not any(not page.is_closed and page.look().leads for page in self.pages):
            self.pages[0].open(leads=True)


@contextlib.contextmanager
def _determined(world: World) -> Iterator[None]:
    """Keys, nonces and names come from the seed too, so that one seed is one run."""

    def private_key(_curve: object) -> EllipticCurvePrivateKey:
        return derive_private_key(world.chance.randrange(1, 2**255), SECP256R1())

    with (
        mock.patch("vret.link.agreement.generate_private_key", private_key),
        mock.patch("vret.link.keyring.secrets.token_bytes", world.chance.randbytes),
        mock.patch("vret.link.console.secrets.token_hex", lambda count: world.chance.randbytes(count).hex()),
    ):
        yield
