"""The frame: one function on one thread, and every stage of it visible here.

It drains its inboxes, steps the core, draws, and fills its outboxes; `wait_frame` is the only call that waits. A press
of stop that is read in a frame is calm in that very frame: what happened is stepped before anything is drawn. Time is
stepped first of all, so that what waited in an inbox while the machine slept meets a lease that is already void; then
what is not there to be shown, so that nobody is let into it.
"""

import time

import msgspec

from vret.clock import now_ns
from vret.core.display import DisplayProfile
from vret.core.events import Event, ScenesMissing, StopPressed, Tick
from vret.core.plan import Plan
from vret.core.report import report
from vret.core.session import Session
from vret.headset.body import make_eyes
from vret.headset.contract import Headset
from vret.headset.frame_rate import FrameRate
from vret.headset.hiding import Hiding
from vret.headset.journal import Journal
from vret.headset.lingering import Lingering
from vret.headset.looking import Looking
from vret.headset.mirroring import Mirroring
from vret.headset.notice import asked, offers_phrases
from vret.headset.own_room import OwnRoom
from vret.headset.page import page
from vret.headset.practice import Practice
from vret.headset.seeing import Seeing
from vret.headset.sharpness import Sharpness
from vret.headset.sitting import Sitting
from vret.headset.stage import Act, Stage
from vret.memory import Ring, SessionMemory
from vret.memory.hearing import Hearing
from vret.memory.messages import FrameStatus, Shown, VoiceFrom
from vret.recording.record import FrameRecord
from vret.render.context import driver
from vret.render.renderer import Renderer
from vret.scene.compiled import SceneFrame
from vret.scene.moment import Moment

_EVENT = msgspec.msgpack.Decoder(Event)
_replace = msgspec.structs.replace


class FrameLoop:
    """Everything a frame touches, made once."""

    def __init__(
        self,
        headset: Headset,
        renderer: Renderer,
        stage: Stage,
        memory: SessionMemory,
        display: DisplayProfile = DisplayProfile.SOFTWARE,
        *,
        room_after_stop: bool = True,
    ) -> None:
        self.journal = Journal(memory)
        self.frame_number = 0
        self._headset, self._renderer, self._stage, self._memory = headset, renderer, stage, memory
        self._eyes = make_eyes(headset.view_count)
        self._practice = Practice()
        self._looking = Looking()
        self._mirroring = Mirroring(renderer, memory)
        self._seeing = Seeing(renderer, memory)
        self._lingering = Lingering()
        self._sitting = Sitting()
        self._encode = msgspec.msgpack.Encoder().encode
        self._driver = driver()
        self._own_room = OwnRoom(headset, after_stop=room_after_stop)
        self._hiding = Hiding()
        self._hearing = Hearing(memory.voice_status)
        self._plan: Plan | None = None
        self._frame_rate = FrameRate(display)
        self._sharpness = Sharpness(headset, renderer, self._driver)
        self._before_ns = now_ns()

    def run(self) -> None:
        """Frames until the supervisor asks to close or the person closes the headset's window."""
        self.journal.take_over(now_ns())
        self._before_ns = now_ns()
        while not (self._memory.is_closing or self._headset.wants_to_close):
            self.frame()

    def frame(self) -> None:
        timing = self._headset.wait_frame()
        cpu_ns = time.thread_time_ns()
        t_ns = now_ns()
        self.journal.begin_frame(t_ns)
        self.journal.feed(Tick(t_ns=t_ns, gap_ns=t_ns - self._before_ns))
        self.journal.feed_all(self._frame_rate.see(t_ns, timing))
        self.journal.feed_all(self._sitting.see(self.journal.session, float(self._eyes.head[1]), t_ns))
        self._follow_plan(t_ns)
        happened = self._happened(t_ns)
        self.journal.feed_all(happened)
        session = self.journal.session
        self._practice.watch(happened)
        is_voice_lost = self._hearing.is_lost(t_ns)
        offers = offers_phrases(session, t_ns, self._headset.profile, is_voice_lost=is_voice_lost)
        self._headset.ask(asked(session, t_ns), phrases=offers)
        act, seen, moment = self._stage.look(session, t_ns)
        self._headset.locate(timing.display_ns, self._eyes)
        veil = self._hiding.veil(session, t_ns)
        cleared = self._own_room.turn(session, t_ns)
        target = None
        if timing.should_render:
            target = self._headset.begin()
            self._renderer.hide(self._headset.hidden)
            self._sharpness.follow(timing.period_ns, session)
            shown = page(
                session,
                t_ns,
                self._headset.profile,
                self._headset.dial,
                self._practice.done,
                choice=self._headset.choice,
                is_voice_lost=is_voice_lost,
                is_therapist_muted=self._hearing.is_therapist_muted,
                is_voice_poor=self._hearing.is_poor(t_ns),
            )
            shown = self._lingering.page(shown, t_ns)
            video = self._seeing.turn(session, t_ns, veil)
            self._renderer.draw(
                act.resident, seen, self._eyes, target, veil, shown, self._headset.hands, cleared, video
            )
        else:
            act.resident.interrupted()
        is_private = session is None or session.is_private
        self._mirroring.turn(t_ns, self.frame_number + 1, target, is_private=is_private)
        self._headset.submit()
        self._stage.turn()
        self._before_ns = t_ns
        self.frame_number += 1
        spent_ns = time.thread_time_ns() - cpu_ns
        self._publish(t_ns, timing.display_ns, spent_ns, session, act, seen, moment, veil, cleared)

    def _follow_plan(self, t_ns: int) -> None:
        """The scenes that the plan permits shall be there; until one is, the core lets nobody into it."""
        session = self.journal.session
        if session is None:
            return
        if session.plan is not self._plan:
            self._plan = session.plan
            permitted = [entry.scene for entry in session.plan.scenes if session.rules(entry.scene)]
            self._stage.want(self._memory.bundle(scene) for scene in permitted)
        if session.missing != self._stage.missing:
            self.journal.feed(ScenesMissing(t_ns=t_ns, scenes=self._stage.missing))

    def _happened(self, t_ns: int) -> list[Event]:
        """What the headset, the window and the link told since the last frame; stop first."""
        told = list(self._headset.poll(t_ns))
        for ring in (self._memory.from_window, self._memory.from_link):
            told += _drain(ring, t_ns)
        told.sort(key=lambda event: not isinstance(event, StopPressed))
        return told

    def _publish(
        self,
        t_ns: int,
        display_ns: int,
        cpu_ns: int,
        session: Session | None,
        act: Act,
        seen: SceneFrame,
        moment: Moment,
        veil: int,
        cleared: int,
    ) -> None:
        memory, where = self._memory, self._stage.whereabouts
        x, y, z, *turn = self._eyes.head.tolist()
        position, rotation = (x, y, z), (turn[0], turn[1], turn[2], turn[3])
        memory.frame_status.publish(
            self._encode(
                FrameStatus(
                    t_ns=t_ns,
                    frame=self.frame_number,
                    headset=self._headset.name,
                    session_id="" if session is None else session.session_id,
                    renderer=self._driver,
                    cpu_ns=cpu_ns,
                    trouble=self._headset.trouble or self._stage.trouble,
                    device=self._headset.device,
                )
            )
        )
        if session is None:
            return
        position_in_scene, rotation_in_scene = seen.in_scene(position, rotation)
        look = self._looking.at(t_ns, act.animation, seen, position_in_scene, rotation_in_scene)
        memory.shown.publish(
            self._encode(
                Shown(
                    t_ns=t_ns,
                    state=session.state,
                    scene=where.scene,
                    place=where.place,
                    veil=veil,
                    axes=moment.axes,
                    stimuli=moment.stimuli,
                    held=moment.held,
                    head_position_in_scene=position_in_scene,
                    head_rotation_in_scene=rotation_in_scene,
                    ready=session.ready,
                    offer=session.offer is not None,
                    rating_asked=session.rating is not None,
                    sickness_asked=session.sickness.is_asked,
                    variant=where.variant,
                    words_asked=bool(session.words_asked),
                    is_private=session.is_private,
                    is_scene_muted=session.is_scene_muted,
                    voice_from=_voice_from(session, act, seen),
                )
            )
        )
        memory.telemetry.push(
            self._encode(
                FrameRecord(
                    frame=self.frame_number,
                    t_ns=t_ns,
                    display_ns=display_ns,
                    cpu_ns=cpu_ns,
                    head_position_in_stage=position,
                    head_rotation_in_stage=rotation,
                    scene=where.scene,
                    veil=veil,
                    area=look.area,
                    feared_m=look.feared_m,
                    cleared=cleared,
                )
            )
        )
        if self.journal.has_news or self.journal.beacon_issued:
            memory.report.publish(self._encode(report(session, t_ns)))


def _voice_from(session: Session, act: Act, seen: SceneFrame) -> VoiceFrom | None:
    """Where the therapist is heard, newly for every frame: who speaks may walk."""
    at = act.animation.voices.at(session.speaks_as, seen) if session.speaks_as else None
    return None if at is None else VoiceFrom(session.voice_choice, at)


def _drain(ring: Ring, t_ns: int) -> list[Event]:
    """All that waits in an inbox, stamped with this frame's time: the order of time is the order of frames."""
    payloads = ring.read()
    if not payloads:
        return []
    events: list[Event] = [_replace(_EVENT.decode(payload), t_ns=t_ns) for payload in payloads]
    ring.release(len(payloads))
    return events
