"""Plays acts against the core and watches every change with an account of its own of beacons and echoes."""

from collections.abc import Iterator
from typing import Any

import msgspec

from tests.core.ladders import AXES, PLAN, RUNGS, SCENE, S
from vret.core import commands, effects, events
from vret.core.axes import dread_of
from vret.core.effects import Cause, State
from vret.core.events import Event, Input
from vret.core.limits import LIMITS
from vret.core.session import Session, open_session
from vret.core.step import step

FRAME_NS = S // 90
IN_SCENE = {State.EXPOSED, State.HELD, State.PAUSED}
LOWERING = (commands.StepDown, commands.Pause, commands.Calm, commands.Stop, commands.End)


class Act(msgspec.Struct, frozen=True):
    """One thing that happens after `wait_ns`, while heartbeats come with `delay_ns` or, at None, not at all."""

    wait_ns: int
    kind: str
    input: Input
    command: commands.Command
    delay_ns: int | None
    stale_sequence: bool


PRESSES: dict[str, type[Any]] = {
    "wait": events.WaitPressed,
    "less": events.LessPressed,
    "stop": events.StopPressed,
    "ready": events.ReadyPressed,
    "accept": events.ResumeAccepted,
    "can_wait": events.CanWaitPressed,
    "came_in": events.SomeoneCameIn,
    "private": events.PrivateAgain,
    "yes_record": events.RecordingAccepted,
    "no_record": events.RecordingDeclined,
}
OTHERS: dict[str, type[Any]] = {
    "off": events.HeadsetRemoved,
    "worn": events.HeadsetWorn,
    "unfocused": events.FocusLost,
    "focused": events.FocusGained,
    "untracked": events.TrackingLost,
    "slow": events.FrameRateLow,
    "fast": events.FrameRateFine,
    "tracked": events.TrackingFound,
    "recentred": events.Recentred,
    "restarted": events.ProgramRestarted,
}


class Run:
    """Plays acts against the core, a coarse tick at a time, and watches every change."""

    def __init__(self, *, compares_words: bool = False) -> None:
        self.opened = events.SessionOpened(
            t_ns=0, session_id="s", plan=PLAN, scenes=(SCENE,), compares_words=compares_words, watches_sickness=True
        )
        self.fms: int | None = None
        self.session = open_session(self.opened)
        self.t_ns = 0
        self.sequence = 0
        self.history: list[tuple[Event, str]] = []
        self.sent: dict[int, int] = {}
        self.newest_echo_ns: int | None = None
        self.echoes: list[tuple[int, int]] = []

    def feed(self, event: Event) -> tuple[effects.Effect, ...]:
        before = self.session
        self.session, follows = step(before, event)
        if follows or self.session is not before:
            self.history.append((event, self.session.digest()))
        for effect in follows:
            if isinstance(effect, effects.BeaconIssued):
                self.sent[effect.number] = event.t_ns
        if isinstance(event, events.ProgramRestarted) or (
            isinstance(event, events.Tick) and event.gap_ns > LIMITS.tick_gap_ns
        ):
            self.sent.clear()
            self.newest_echo_ns = None
        is_lowering = isinstance(event, events.CommandReceived) and isinstance(event.command, commands.Lowering)
        if isinstance(event, events.HeartbeatReceived | events.CommandReceived) and not is_lowering:
            sent_ns = self.sent.get(event.beacon)
            if sent_ns is not None:
                self.newest_echo_ns = max(sent_ns, self.newest_echo_ns or sent_ns)
        self.check_shape()
        self.check_privacy(before, event)
        self.check_sound(before, event)
        self.check_words(before, event)
        self.check_consent(before, event)
        self.check_sickness(before, event, follows)
        return follows

    def check_privacy(self, before: Session, event: Event) -> None:
        """Only the person hides and shows; hidden, nothing is asked, said, offered or under way towards more."""
        session = self.session
        if session.is_private is not before.is_private:
            assert isinstance(event, events.PrivateAgain if session.is_private else events.SomeoneCameIn)
        if not session.is_private:
            assert session.state is not State.EXPOSED
            under_way = (session.pending, session.active, session.offer, session.rating, session.words_asked)
            assert not any(under_way)
            assert not session.ready
            assert not any(self.rises_after(session, self.t_ns))
            shown = before.cut.step_before if before.rising_cut_at(self.t_ns) else before.step_index
            assert session.step_index <= max(shown, before.step_index) or not before.scene
        if isinstance(event, events.SomeoneCameIn | events.PrivateAgain):
            assert not session.is_private or before.state is session.state
            assert session.scene == before.scene
            assert self.dreads(session).items() <= self.dreads(before).items()

    def check_sound(self, before: Session, event: Event) -> None:
        """The therapist speaks as somebody by an accepted command alone, and while nothing has lowered or held."""
        session = self.session
        asks = event.command if isinstance(event, events.CommandReceived) else None
        if session.speaks_as:
            assert session.state is State.EXPOSED
            assert event.t_ns <= self.may_rise_until_ns()
            assert not isinstance(event, events.KeysAgreed | events.LessPressed)
            if session.voice_choice == before.voice_choice:
                assert session.speaks_as == before.speaks_as
                assert session.cut.after == before.cut.after
                assert session.step_index >= before.step_index
            else:
                assert asks == commands.SpeakAs(voice=session.speaks_as)
        assert session.voice_choice >= before.voice_choice
        if session.is_scene_muted:
            assert session.state in IN_SCENE
        if before.is_scene_muted and not session.is_scene_muted and session.state in IN_SCENE:
            assert asks == commands.MuteScene(is_muted=False)
            assert isinstance(event, events.CommandReceived)
            self.check_may_rise(event.beacon)

    def check_consent(self, before: Session, event: Event) -> None:
        """A recording is on by the person's yes to a question of the therapist's alone; it touches nothing else."""
        recording, known = self.session.recording, before.recording
        asks = event.command if isinstance(event, events.CommandReceived) else None
        if recording is not None and recording.is_on and recording != known:
            assert isinstance(event, events.RecordingAccepted)
            assert known is not None
            assert known.number == recording.number
            assert event.t_ns < known.until_ns
        elif recording is not None and recording != known:
            assert asks == commands.AskRecording()
            assert known is None
            assert before.is_private
        if isinstance(event, events.RecordingDeclined) or asks == commands.EndRecording():
            assert recording is None or known is None
        assert not self.session.asks_recording or self.session.state is State.CALM
        assert recording is None or self.session.state is not State.ENDED
        is_about_it = isinstance(asks, commands.AskRecording | commands.EndRecording)
        if is_about_it or isinstance(event, events.RecordingAccepted | events.RecordingDeclined):
            for kept in (
                "state",
                "cut",
                "ramps",
                "step_index",
                "pending",
                "active",
                "variant",
                "offer",
                "speaks_as",
                "ready",
            ):
                assert getattr(self.session, kept) == getattr(before, kept)

    def check_sickness(self, before: Session, event: Event, follows: tuple[effects.Effect, ...]) -> None:
        """By an account of its own: nothing rises while the newest answer is 7 or more; one question at a time."""
        was_unwell = self.fms is not None and self.fms >= 7
        self.fms = next((said.fms for said in follows if isinstance(said, effects.SicknessRecorded)), self.fms)
        session = self.session
        assert not (session.sickness.is_asked and (session.rating or session.offer or not session.is_private))
        if self.fms is None or self.fms < 7:
            return
        assert session.state not in IN_SCENE
        assert not session.pending
        assert session.offer is None
        assert session.whereabouts_at(event.t_ns).is_calm
        assert not (was_unwell and before.state is not session.state is State.EXPOSED)

    def check_words(self, before: Session, event: Event) -> None:
        """By an account of its own: a command makes something rise only while its sender's words are compared."""
        session = self.session
        if not self.opened.compares_words or session.cut.after.is_calm:
            return
        entered, goes_on = before.cut.after.is_calm, before.state is not session.state is State.EXPOSED
        asks = isinstance(event, events.CommandReceived) and not isinstance(event.command, LOWERING)
        begins = (
            not entered and any(self.rises_after(session, self.t_ns)) and not any(self.rises_after(before, self.t_ns))
        )
        if entered or goes_on or (asks and begins):
            agreement = before.agreement
            assert agreement is not None
            assert (agreement.sender, agreement.matched, agreement.confirmed) == ("t", True, True)

    def check_shape(self) -> None:
        session = self.session
        assert (session.state in IN_SCENE) == (not session.cut.after.is_calm)
        assert session.state is State.EXPOSED or not session.pending
        before, after = session.cut.before, session.cut.after
        if not (before.is_calm or after.is_calm) and before.variant != after.variant:
            assert session.cut.rises
        if before.is_calm and not after.is_calm:
            assert session.cut.rises
        if not after.is_calm:
            assert session.variant == after.variant
            assert SCENE.variant(after.variant) is not None
        if session.state in (State.HELD, State.PAUSED, State.STOPPED):
            assert not any(self.rises_after(session, self.t_ns))

    @staticmethod
    def rises_after(session: Session, t_ns: int) -> Iterator[bool]:
        if session.cut.at(t_ns).is_calm:
            return
        for rules in AXES:
            ramp = session.ramps[rules.axis]
            yield rules.is_rise(ramp.at(t_ns), ramp.target)

    def variant_shown(self, t_ns: int) -> str:
        """Empty in the calm room."""
        return self.session.whereabouts_at(t_ns).variant

    def dread_shown(self, t_ns: int) -> dict[str, int]:
        if self.session.whereabouts_at(t_ns).is_calm:
            return {}
        now = self.session.axes_at(t_ns)
        return {rules.axis: dread_of(rules.dread, rules.calm, now[rules.axis]) for rules in AXES}

    def dreads(self, session: Session) -> dict[str, int]:
        """How dreaded is what is seen without a veil or will be, by axis."""
        if session.cut.after.is_calm:
            return {}
        now = session.axes_at(self.t_ns)
        return {rules.axis: dread_of(rules.dread, rules.calm, now[rules.axis]) for rules in AXES}

    def may_rise_until_ns(self) -> int:
        return -1 if self.newest_echo_ns is None else self.newest_echo_ns + LIMITS.lease_rise_ns

    def pass_time(self, wait_ns: int, delay_ns: int | None) -> None:
        end_ns = self.t_ns + wait_ns
        while self.t_ns < end_ns:
            before_ns, before = self.t_ns, self.dread_shown(self.t_ns)
            variant_before = self.variant_shown(self.t_ns)
            calm_before = self.session.whereabouts_at(self.t_ns).is_calm
            may_until_ns = self.may_rise_until_ns()
            self.t_ns = min(end_ns, self.t_ns + 10 * FRAME_NS)
            self.feed(events.Tick(t_ns=self.t_ns, gap_ns=self.t_ns - before_ns))
            self.check_tracked()
            self.check_fast()
            after = self.dread_shown(self.t_ns)
            if may_until_ns < before_ns:
                assert all(after[axis] <= before[axis] for axis in before if axis in after)
                assert self.variant_shown(self.t_ns) in (variant_before, "")
                assert not (calm_before and after), "the person was taken out of the calm room without a lease"
            if delay_ns is not None:
                self.echo(delay_ns)

    def check_tracked(self) -> None:
        """Nobody stays in a scene that drags along with the head."""
        lost_ns, state = self.session.tracking_lost_ns, self.session.state
        if lost_ns is not None and state in IN_SCENE:
            assert self.t_ns - lost_ns <= LIMITS.tracking_calm_ns
            assert state is State.HELD or self.t_ns - lost_ns <= LIMITS.tracking_hold_ns

    def check_fast(self) -> None:
        """Nobody stays in a scene that stutters."""
        slow_ns, state = self.session.slow_ns, self.session.state
        if slow_ns is not None and state in IN_SCENE:
            assert self.t_ns - slow_ns <= LIMITS.frame_rate_calm_ns
            assert state is State.HELD or self.t_ns - slow_ns <= LIMITS.frame_rate_hold_ns

    def sleep(self, gap_ns: int) -> None:
        """The computer is suspended: what is seen then is no more than what was seen last."""
        before, variant_before = self.dread_shown(self.t_ns), self.variant_shown(self.t_ns)
        self.t_ns += gap_ns
        self.feed(events.Tick(t_ns=self.t_ns, gap_ns=gap_ns))
        after = self.dread_shown(self.t_ns)
        assert self.session.state is not State.EXPOSED
        assert all(after[axis] <= before.get(axis, -1) for axis in after)
        assert self.variant_shown(self.t_ns) in (variant_before, "")

    def echo(self, delay_ns: int) -> None:
        beacon = self.newest_before(self.t_ns - delay_ns)
        if beacon is not None:
            self.feed(events.HeartbeatReceived(t_ns=self.t_ns, sender="t", beacon=beacon))

    def newest_before(self, t_ns: int) -> int | None:
        return max((number for number, sent_ns in self.sent.items() if sent_ns <= t_ns), default=None)

    def act(self, act: Act) -> None:
        self.pass_time(act.wait_ns, act.delay_ns)
        before, before_shown, may_until_ns = self.session, self.dread_shown(self.t_ns), self.may_rise_until_ns()
        before_variant = self.variant_shown(self.t_ns)
        match act.kind:
            case "command":
                self.command(act)
            case "climb":
                rungs = [rung.name for rung in RUNGS]
                self.climb(rungs[min(self.session.step_index + 1, len(rungs) - 1)])
            case "recover":
                self.recover()
            case "speak_as":
                self.command_now(commands.SpeakAs(voice="guard"))
            case "mute" | "unmute":
                self.command_now(commands.MuteScene(is_muted=act.kind == "mute"))
            case "ask_recording":
                self.command_now(commands.AskRecording())
            case "lost":
                self.feed(events.InputLost(t_ns=self.t_ns, input=act.input))
            case "gained":
                self.feed(events.InputGained(t_ns=self.t_ns, input=act.input))
            case "sick_log" | "well_log":
                self.feed(events.LogHealthChanged(t_ns=self.t_ns, healthy=act.kind == "well_log"))
            case "keys" | "other_keys" | "reload":
                keys, sender = ("b" if act.kind == "other_keys" else "a"), "t2" if act.kind == "reload" else "t"
                self.feed(events.KeysAgreed(t_ns=self.t_ns, sender=sender, keys=keys, words=(keys, "fern")))
            case "match":
                self.match("a")
                self.match("b")
            case "recognise":
                for keys in "ab":
                    self.feed(events.KeysRecognised(t_ns=self.t_ns, sender="t", keys=keys))
            case "sick" | "very_sick":
                fms = act.wait_ns % 7 if act.kind == "sick" else 7 + act.wait_ns % 4
                self.feed(events.SicknessGiven(t_ns=self.t_ns, fms=fms))
            case "gap":
                self.sleep(max(act.wait_ns, LIMITS.tick_gap_ns + 1))
            case kind if kind in PRESSES:
                self.press(kind, act.input, before)
            case kind:
                self.feed(OTHERS[kind](t_ns=self.t_ns))
        lease_ends_ns = max(may_until_ns, self.may_rise_until_ns())
        after_shown = self.dread_shown(self.t_ns)
        if lease_ends_ns < self.t_ns:
            assert all(after_shown[axis] <= before_shown[axis] for axis in before_shown if axis in after_shown)
            assert self.session.step_index <= before.step_index or before.scene == ""
            assert self.variant_shown(self.t_ns) in (before_variant, "")
        asked = isinstance(act.command, commands.SetVariant) and act.kind == "command"
        if not asked and before.scene and self.session.variant != before.variant:
            assert self.session.variant in (self.variant_shown(self.t_ns), before_variant, SCENE.base_variant)

    def command(self, act: Act) -> None:
        if not act.stale_sequence:
            self.sequence += 1
        newest = self.newest_before(self.t_ns if act.delay_ns is None else self.t_ns - act.delay_ns)
        beacon = newest if newest is not None and act.delay_ns is not None else -1
        before = self.session
        follows = self.feed(
            events.CommandReceived(
                t_ns=self.t_ns,
                sender="t",
                command_id=str(self.sequence),
                sequence=self.sequence,
                beacon=beacon,
                command=act.command,
            )
        )
        answers = [e for e in follows if isinstance(e, effects.CommandAccepted | effects.CommandRefused)]
        assert len(answers) == 1
        assert answers[0].command_id == str(self.sequence)
        if isinstance(act.command, LOWERING):
            assert isinstance(answers[0], effects.CommandAccepted)
        if isinstance(answers[0], effects.CommandRefused):
            assert self.session.ramps == before.ramps or not any(self.rises_after(self.session, self.t_ns))
        if (
            isinstance(act.command, commands.SetVariant)
            and self.session.variant == act.command.variant != before.variant
        ):
            self.check_may_rise(beacon)
        if isinstance(act.command, commands.Stop) and before.state is not State.ENDED:
            self.check_stopped()

    def match(self, keys: str) -> None:
        self.feed(events.WordsMatched(t_ns=self.t_ns, sender="t", keys=keys))

    def check_may_rise(self, beacon: int) -> None:
        """What was just accepted as a rise, by an account of its own: a later tick would take it back unseen."""
        session = self.session
        assert session.state is State.EXPOSED
        assert self.t_ns <= self.may_rise_until_ns()
        assert beacon >= session.pressed_beacon
        assert session.worn
        assert session.focused
        assert session.tracking_lost_ns is None
        assert session.slow_ns is None
        assert self.t_ns - self.sent[beacon] <= LIMITS.lease_rise_ns
        assert session.log_healthy
        assert session.input_in_use in session.practised

    def command_now(self, command: commands.Command) -> None:
        self.command(Act(0, "command", Input.KEYBOARD, command, 0, False))

    def climb(self, rung: str) -> None:
        self.command_now(commands.SetRung(scene="tower", rung=rung))

    def recover(self) -> None:
        """What a therapist and a person would do to get back into the scene."""
        self.feed(events.SicknessGiven(t_ns=self.t_ns, fms=1))
        self.feed(events.HeadsetWorn(t_ns=self.t_ns))
        self.feed(events.FocusGained(t_ns=self.t_ns))
        self.feed(events.TrackingFound(t_ns=self.t_ns))
        self.feed(events.FrameRateFine(t_ns=self.t_ns))
        self.feed(events.LogHealthChanged(t_ns=self.t_ns, healthy=True))
        self.pass_time(LIMITS.lost_fade_ns, 0)
        self.feed(events.ReadyPressed(t_ns=self.t_ns, input=Input.KEYBOARD))
        if self.opened.compares_words:
            self.feed(events.KeysAgreed(t_ns=self.t_ns, sender="t", keys="a", words=("a", "fern")))
            self.match("a")
            self.feed(events.ReadyPressed(t_ns=self.t_ns, input=Input.KEYBOARD))
        self.feed(events.PrivateAgain(t_ns=self.t_ns, input=Input.KEYBOARD))
        self.echo(0)
        self.command_now(commands.Continue())
        self.command_now(commands.Resume(level=commands.ResumeLevel.SAME))
        self.feed(events.ResumeAccepted(t_ns=self.t_ns, input=Input.KEYBOARD))
        if self.session.state is State.CALM:
            self.climb("rung3")
        usual = (State.EXPOSED, State.STOPPED, State.ENDED)
        assert self.session.state in usual or self.opened.compares_words

    def press(self, kind: str, used: Input, before: Session) -> None:
        self.feed(PRESSES[kind](t_ns=self.t_ns, input=used))
        session = self.session
        if kind in ("wait", "less", "stop", "came_in"):
            assert not session.speaks_as
            assert not session.pending
            assert session.offer is None
            assert not any(self.rises_after(session, self.t_ns)), (session.ramps, session.cut, before.ramps, before.cut)
            if session.cut.at(self.t_ns).is_calm:
                assert session.cut.after.is_calm, "a press in the calm room did not keep the person there"
            else:
                assert not (session.cut.rises and session.cut.switch_ns > self.t_ns)
                assert session.variant == self.variant_shown(self.t_ns)
        if kind in ("wait", "came_in"):
            assert session.state is not State.EXPOSED
        if kind == "less":
            assert session.step_index <= before.step_index
        if kind == "stop" and before.state is not State.ENDED:
            self.check_stopped()

    def check_stopped(self) -> None:
        assert self.session.state is State.STOPPED
        assert self.session.whereabouts_at(self.t_ns).is_calm
        assert self.session.veil_at(self.t_ns) == 0


def start(*, compares_words: bool = False) -> Run:
    run = Run(compares_words=compares_words)
    run.feed(events.InputGained(t_ns=0, input=Input.KEYBOARD))
    run.pass_time(S // 2, 0)
    run.feed(events.Admitted(t_ns=run.t_ns, therapist="t"))
    run.feed(events.StopPressed(t_ns=run.t_ns, input=Input.KEYBOARD))
    run.feed(events.ReadyPressed(t_ns=run.t_ns, input=Input.KEYBOARD))
    run.command(Act(0, "command", Input.KEYBOARD, commands.Resume(level=commands.ResumeLevel.CALM), 0, False))
    assert run.session.cause is Cause.RESUMED
    if compares_words:
        run.command_now(commands.SetRung(scene="tower", rung="rung1"))
        assert run.session.state is State.CALM
        run.feed(events.KeysAgreed(t_ns=run.t_ns, sender="t", keys="a", words=("a", "fern")))
        run.match("a")
        run.feed(events.ReadyPressed(t_ns=run.t_ns, input=Input.KEYBOARD))
    run.command(Act(0, "command", Input.KEYBOARD, commands.SetRung(scene="tower", rung="rung1"), 0, False))
    assert run.session.state is State.EXPOSED
    run.pass_time(2 * S, 0)
    return run
