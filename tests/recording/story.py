"""A short session, made by the real rules: the same records every time."""

import msgspec

from vret.core import commands, events
from vret.core.axes import MICRO
from vret.core.ladder import AxisRules, Rung, SceneRules
from vret.core.measures import EndedHow
from vret.core.plan import Plan, ScenePlan
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.recording.record import FrameRecord, Record

FRAME_NS = 100_000_000
SCENE = SceneRules(
    name="stairs",
    title="Stairs",
    content_hash="c0ffee",
    base_place="ground",
    axes=(AxisRules("height_m", 0, 20 * MICRO, 0, 4 * MICRO),),
    rungs=tuple(
        Rung(f"floor-{floor}", f"Floor {floor}", "ground", {"height_m": floor * 3 * MICRO}) for floor in range(5)
    ),
)
OPENED = events.SessionOpened(
    t_ns=1_000_000_000, session_id="s-1", plan=Plan(scenes=(ScenePlan("stairs"),)), scenes=(SCENE,)
)


class Story:
    """Events in, records and frames out. Every event comes one frame after the last."""

    def __init__(self) -> None:
        self.session: Session = open_session(OPENED)
        self.records = [Record(1, OPENED, (), self.session.digest())]
        self.frames: list[FrameRecord] = []
        self._t_ns = OPENED.t_ns
        self._commands = 0

    def happen(self, kind: type[msgspec.Struct], **fields: object) -> None:
        self._t_ns += FRAME_NS
        event = kind(t_ns=self._t_ns, **fields)
        session, effects = step(self.session, event)  # type: ignore[arg-type]
        if session is not self.session or effects:
            self.session = session
            self.records.append(Record(len(self.records) + 1, event, effects, session.digest()))  # type: ignore[arg-type]
        place, rotation = (0.0, 1.6, 0.0), (0.0, 0.0, 0.0, 1.0)
        number = len(self.frames) + 1
        scene = self.session.whereabouts_at(self._t_ns).scene
        self.frames.append(FrameRecord(number, self._t_ns, self._t_ns, 1000, place, rotation, scene, 0))

    def ask(self, command: commands.Command) -> None:
        self._commands += 1
        self.happen(
            events.CommandReceived,
            sender="anna",
            command_id=f"c{self._commands}",
            sequence=self._commands,
            beacon=self.session.lease.number,
            command=command,
        )

    def pass_time(self, frames: int) -> None:
        for _ in range(frames):
            self.happen(events.Tick, gap_ns=FRAME_NS)
            self.happen(events.HeartbeatReceived, sender="anna", beacon=self.session.lease.number)


def told(floors: int = 3) -> Story:
    """Admission, stop practised, some floors up, a stop, the end."""
    story = Story()
    keyboard = events.Input.KEYBOARD
    story.happen(events.InputGained, input=keyboard)
    story.happen(events.Admitted, therapist="anna")
    story.happen(events.StopPressed, input=keyboard)
    story.pass_time(2)
    story.happen(events.ReadyPressed, input=keyboard)
    story.ask(commands.Resume(level=commands.ResumeLevel.CALM))
    for floor in range(floors):
        story.ask(commands.SetRung(scene="stairs", rung=f"floor-{floor}"))
        story.pass_time(4)
        story.ask(commands.EnterRating(suds=30 + 10 * floor))
    story.happen(events.StopPressed, input=keyboard)
    story.ask(commands.Note(text="höher als letzte Woche"))
    story.ask(commands.End(how=EndedHow.CHOSEN_STEP))
    return story
