"""The rules of a session: one pure function, `step(session, event) -> (session, effects)`.

The rules, in the order that decides when two of them conflict:

1.  Wait, less and stop are obeyed in every state; so are lowering commands from the therapist. None of them needs
    a lease, a plan or a sequence number.
2.  A rise is any axis moving in its dread direction, any stimulus, any change of scene, rung or place towards more,
    and any continuing or resuming. From one scene to another the way leads through the calm room. It happens only by
    a command (or, after a stop, by the person's acceptance of one) while the lease is fresh, stop has been performed
    on the input in use, the headset is worn and has focus, and the log is healthy; and only inside the scene's range
    and the plan. A command that was sent before its sender could see the person's newest press raises nothing.
3.  Time alone never raises. It ends the right to rise, holds, and calms: `_Turn.pass_time`, which runs before every
    event, so a late event cannot overtake a deadline.
4.  A hold freezes targets, stops rising ramps at once and cancels pending stimuli. What falls goes on falling.
5.  After a stop or a lost lease the person says ready, the therapist offers a level, the person accepts.
6.  Every command gets exactly one answer.

The function reads no clock, file or socket and uses integers only, so the same events give the same states anywhere.
"""

from collections.abc import Callable, Mapping
from typing import Any, assert_never

from msgspec.structs import replace

from vret.core import commands, effects, events
from vret.core.axes import dread_of
from vret.core.effects import Cause, Effect, Refusal, State
from vret.core.events import Event
from vret.core.ladder import LEVEL_MAX, AxisRules, SceneRules
from vret.core.limits import LIMITS
from vret.core.measures import SUDS_MAX, RatingMoment, RatingSource
from vret.core.ramp import Ramp, still
from vret.core.session import (
    CALM_ROOM,
    ActiveStimulus,
    Cut,
    Offer,
    PendingStimulus,
    RatingRequest,
    Session,
    Whereabouts,
)
from vret.core.transitions import HOLDABLE, IN_SCENE, STOPPABLE

_LOWERING = (commands.StepDown, commands.Pause, commands.Calm, commands.Stop, commands.End)
_WRITING = (
    commands.SetAnchors,
    commands.ExpectBefore,
    commands.ExpectAfter,
    commands.MarkSafetyBehaviour,
    commands.Tag,
    commands.Note,
)


def step(session: Session, event: Event) -> tuple[Session, tuple[Effect, ...]]:
    """The session after `event`, and what follows from it.

    Returns the same object and no effects when nothing changes. Events must come in the order of their `t_ns`.
    """
    turn = _Turn(session, event.t_ns)
    if isinstance(event, events.Tick) and event.gap_ns > LIMITS.tick_gap_ns:
        turn.lose_time()
    turn.pass_time()
    _EVENT_RULES[type(event)](turn, event)
    return turn.session, tuple(turn.effects)


class _Turn:
    """One call of `step`: the session so far and the effects so far."""

    def __init__(self, session: Session, t_ns: int) -> None:
        self.session = session
        self.t_ns = t_ns
        self.is_overtaken = False
        self.effects: list[Effect] = []

    # -- reading

    @property
    def scene(self) -> SceneRules:
        rules = self.session.rules(self.session.scene)
        if rules is None:
            raise AssertionError(f"the session is in scene {self.session.scene!r} without its rules")
        return rules

    def rise_refusal(self) -> Refusal | None:
        refusal = self.session.rise_refusal_at(self.t_ns)
        return Refusal.OVERTAKEN if refusal is None and self.is_overtaken else refusal

    def is_rise(self, values: Mapping[str, int]) -> bool:
        now = self.session.axes_at(self.t_ns)
        return any(
            rules.is_rise(now[rules.axis], values[rules.axis]) for rules in self.scene.axes if rules.axis in values
        )

    # -- changing

    def change(self, **fields: Any) -> None:
        self.session = replace(self.session, **fields)

    def say(self, effect: Effect) -> None:
        self.effects.append(effect)

    def enter_state(self, state: State, cause: Cause) -> None:
        if (state, cause) != (self.session.state, self.session.cause):
            self.change(state=state, cause=cause)
            self.say(effects.StateChanged(state=state, cause=cause))

    def move(self, after: Whereabouts, veil_ns: int, *, rises: bool) -> int:
        """Go to `after` under a veil; the time at which the picture switches."""
        before = self.session.whereabouts_at(self.t_ns)
        switch_ns = self.t_ns + veil_ns
        same_veil = self.session.rising_cut_at(self.t_ns) and after == self.session.cut.after
        step_before = self.session.cut.step_before if same_veil else self.session.step_index
        waiting = {
            axis: replace(ramp, start_ns=switch_ns)
            for axis, ramp in self.session.ramps.items()
            if ramp.start_ns > self.t_ns
        }
        self.change(
            cut=Cut(before, after, switch_ns, veil_ns, rises or same_veil, step_before),
            ramps={**self.session.ramps, **waiting},
        )
        self.say(effects.Moved(scene=after.scene, place=after.place))
        return switch_ns

    def ramp(self, targets: Mapping[str, int], *, rates: Mapping[str, int] | None = None, cut: bool = False) -> None:
        """Send axes to their targets; axes that only cut, or all with `cut`, switch under a veil."""
        now = self.session.axes_at(self.t_ns)
        moving = {axis: target for axis, target in targets.items() if target != self._destination(axis)}
        if not moving:
            return
        bound = {rules.axis: rules for rules in self.scene.axes}
        switch_ns = self.session.cut.switch_ns if cut else self.t_ns
        if not cut and any(bound[axis].rate == 0 and now[axis] != target for axis, target in moving.items()):
            rises = any(bound[axis].is_rise(now[axis], target) for axis, target in moving.items())
            switch_ns = self.move(self.session.cut.after, LIMITS.blink_ns, rises=rises)
        ramps = dict(self.session.ramps)
        for axis, target in moving.items():
            rate = 0 if cut else (rates or {}).get(axis, bound[axis].rate)
            ramps[axis] = Ramp(now[axis], target, switch_ns if rate == 0 else self.t_ns, rate)
            self.say(effects.AxisRamped(axis=axis, value=now[axis], target=target))
        self.change(ramps=ramps)

    def _destination(self, axis: str) -> int:
        return self.session.ramps[axis].target

    def set_step(self, step_index: int) -> None:
        if step_index != self.session.step_index:
            self.change(step_index=step_index)
            self.say(effects.StepChanged(scene=self.session.scene, step=step_index))

    def enter_scene(self, rules: SceneRules, step_index: int, cause: Cause) -> None:
        """Begin or resume an exposure: from the calm values, at the axes' rates."""
        place = Whereabouts(rules.name, rules.place_of(step_index))
        switch_ns = self.move(place, LIMITS.enter_fade_ns, rises=True)
        targets = rules.values_of(step_index)
        ramps = {axis.axis: Ramp(axis.calm, targets[axis.axis], switch_ns, axis.rate) for axis in rules.axes}
        self.change(scene=rules.name, ramps=ramps, offer=None, ready=False)
        for name, ramp in ramps.items():
            if ramp.start != ramp.target:
                self.say(effects.AxisRamped(axis=name, value=ramp.start, target=ramp.target))
        self.change(step_index=step_index)
        self.say(effects.StepChanged(scene=rules.name, step=step_index))
        self.enter_state(State.EXPOSED, cause)

    def go_to_calm_room(self, state: State, cause: Cause, veil_ns: int) -> None:
        """To the calm room: `veil_ns` 0 is a cut in this very frame. Stimuli and offers are over."""
        is_seen = self.session.whereabouts_at(self.t_ns).is_calm and self.session.veil_at(self.t_ns) == 0
        if not self.session.cut.after.is_calm or (veil_ns == 0 and not is_seen):
            self.move(CALM_ROOM, veil_ns, rises=False)
        self.cancel_stimuli(everything=True)
        self.withdraw_offer()
        self.change(ramps={axis: still(ramp.at(self.t_ns), self.t_ns) for axis, ramp in self.session.ramps.items()})
        self.change(ready=False, can_wait_until_ns=0)
        self.enter_state(state, cause)

    def stop_rising(self, at_ns: int, cause: Cause) -> bool:
        """Freeze what rises at its value at `at_ns`, take back a cut towards more. Whether anything was rising.

        An entry that is taken back ends in the calm room, where it came from.
        """
        cut, ramps, rose = self.session.cut, dict(self.session.ramps), False
        takes_back = self.session.rising_cut_at(self.t_ns)
        if self.session.scene:
            for rules in self.scene.axes:
                ramp = ramps[rules.axis]
                value = ramp.at(min(at_ns, self.t_ns))
                if (takes_back and ramp.start_ns > self.t_ns) or rules.is_rise(value, ramp.target):
                    rose = rose or value != ramp.target
                    ramps[rules.axis] = still(value, self.t_ns)
        if rose:
            self.change(ramps=ramps)
        if takes_back:
            mirrored_ns = 2 * self.t_ns - cut.switch_ns
            self.change(cut=Cut(cut.before, cut.before, mirrored_ns, cut.veil_ns, False, cut.step_before))
            self.say(effects.Moved(scene=cut.before.scene, place=cut.before.place))
            self.set_step(min(cut.step_before, self.session.step_index) if cut.before.is_calm else cut.step_before)
            if cut.before.is_calm and self.session.state in IN_SCENE:
                self.enter_state(State.CALM, cause)
        return rose or takes_back

    def hold(self, cause: Cause) -> None:
        """Targets frozen, rising ramps stopped, pending stimuli cancelled, offers withdrawn."""
        self.stop_rising(self.t_ns, cause)
        self.cancel_stimuli()
        self.withdraw_offer()
        if self.session.state in HOLDABLE:
            self.enter_state(State.PAUSED if cause is Cause.THERAPIST else State.HELD, cause)

    def cancel_stimuli(self, *, everything: bool = False) -> None:
        for pending in self.session.pending:
            self.say(effects.StimulusCancelled(stimulus=pending.stimulus))
        if self.session.pending:
            self.change(pending=())
        if everything and self.session.active:
            for active in self.session.active:
                self.say(effects.StimulusEnded(stimulus=active.stimulus))
            self.change(active=())

    def stop(self, cause: Cause) -> None:
        """Calm in this very frame. A session that has ended stays ended, but its last fade is cut short."""
        if self.session.state in STOPPABLE:
            self.go_to_calm_room(State.STOPPED, cause, 0)
        else:
            self.go_to_calm_room(State.ENDED, Cause.ENDED, 0)

    def close_question(self) -> None:
        """What was asked and not answered is missing."""
        asked = self.session.rating
        if asked is not None:
            self.change(rating=None)
            self.say(effects.RatingMissing(moment=asked.moment))

    def withdraw_offer(self) -> None:
        if self.session.offer is not None:
            self.change(offer=None)
            self.say(effects.ResumeWithdrawn())

    def step_down(self, cause: Cause) -> bool:
        """One rung down without leaving the scene; no axis rises. False when there was nothing left to lower."""
        commanded = self.session.step_index
        self.cancel_stimuli()
        if self.stop_rising(self.t_ns, cause) and self.session.cut.after.is_calm:
            return True
        session, rules = self.session, self.scene
        below = max(min(commanded, session.step_index) - 1, -1)
        now = self.session.axes_at(self.t_ns)
        wanted = rules.values_of(below)
        targets = {
            axis.axis: axis.milder(axis.milder(now[axis.axis], self._destination(axis.axis)), wanted[axis.axis])
            for axis in rules.axes
        }
        place = Whereabouts(rules.name, rules.place_of(below))
        lowers = below != session.step_index or any(targets[axis] != self._destination(axis) for axis in targets)
        moves = place != self.session.cut.after
        if moves:
            self.move(place, LIMITS.blink_ns, rises=False)
        self.ramp(targets, cut=moves)
        self.set_step(below)
        return lowers

    # -- time

    def lose_time(self) -> None:
        """A gap between ticks: the machine slept, so nothing sent before it counts, and the person is held."""
        self.change(lease=self.session.lease.void())
        if self.session.state is State.EXPOSED or self.session.state is State.PAUSED:
            self.hold(Cause.TIME_GAP)

    def pass_time(self) -> None:
        """Everything that only needs the clock: see rule 3."""
        session, t_ns = self.session, self.t_ns
        if session.state in IN_SCENE:
            self._age_lease()
            self._age_inputs()
        self._fire_stimuli()
        if session.rating is not None and t_ns >= session.rating.until_ns:
            self.close_question()
        if session.offer is not None and t_ns >= session.offer.until_ns:
            self.withdraw_offer()
        if t_ns >= self.session.lease.due_ns and session.state is not State.ENDED:
            self.issue_beacon()

    def issue_beacon(self) -> None:
        self.change(lease=self.session.lease.issue(self.t_ns))
        self.say(effects.BeaconIssued(number=self.session.lease.number))

    def _age_lease(self) -> None:
        lease, t_ns = self.session.lease, self.t_ns
        if not lease.is_fresh(t_ns):
            until_ns = lease.rise_until_ns()
            if self.stop_rising(t_ns if until_ns is None else until_ns, Cause.LEASE_OLD):
                self.say(effects.RiseStopped())
        if self.session.state not in IN_SCENE:
            return
        age_ns = lease.age_ns(t_ns)
        if age_ns is None:
            raise AssertionError("a scene is shown although nobody ever held the lease")
        if age_ns > LIMITS.lease_calm_ns and t_ns >= self.session.can_wait_until_ns:
            self.go_to_calm_room(State.STOPPED, Cause.LEASE_LOST, LIMITS.lost_fade_ns // 2)
        elif age_ns > LIMITS.lease_hold_ns and self.session.state in (State.EXPOSED, State.PAUSED):
            self.hold(Cause.LEASE_OLD)

    def _age_inputs(self) -> None:
        lost_ns = self.session.inputs_lost_ns
        if self.session.state in IN_SCENE and lost_ns is not None and self.t_ns - lost_ns > LIMITS.input_lost_calm_ns:
            self.go_to_calm_room(State.STOPPED, Cause.INPUT_LOST, LIMITS.lost_fade_ns // 2)

    def _fire_stimuli(self) -> None:
        session, t_ns = self.session, self.t_ns
        if session.pending and session.pending[0].fires_ns <= t_ns:
            if self.rise_refusal() is not None:
                self.cancel_stimuli()
            else:
                due = tuple(pending for pending in session.pending if pending.fires_ns <= t_ns)
                shown = tuple(
                    ActiveStimulus(pending.stimulus, t_ns, t_ns + self._stimulus_ns(pending.stimulus))
                    for pending in due
                )
                self.change(pending=session.pending[len(due) :], active=(*session.active, *shown))
                for active in shown:
                    self.say(effects.StimulusShown(stimulus=active.stimulus))
        over = tuple(active for active in self.session.active if active.end_ns <= t_ns)
        if over:
            self.change(active=tuple(active for active in self.session.active if active.end_ns > t_ns))
            for active in over:
                self.say(effects.StimulusEnded(stimulus=active.stimulus))

    def _stimulus_ns(self, name: str) -> int:
        rules = self.scene.stimulus(name)
        if rules is None:
            raise AssertionError(f"stimulus {name!r} was accepted without being in scene {self.scene.name!r}")
        return rules.duration_ns


# -- what the person does


def _opened(turn: _Turn, event: events.SessionOpened) -> None:
    raise AssertionError("a session is opened by open_session, once")


def _admitted(turn: _Turn, event: events.Admitted) -> None:
    turn.change(admitted=True)
    if turn.session.state is State.WAITING:
        turn.enter_state(State.CALM, Cause.ADMITTED)


def _tick(turn: _Turn, event: events.Tick) -> None:
    """`pass_time` has already done all that a tick does."""


def _wait(turn: _Turn, event: events.WaitPressed) -> None:
    _use_input(turn, event.input)
    _overtake(turn)
    before = turn.session.state
    turn.hold(Cause.PERSON_WAIT)
    if turn.session.state is before:
        turn.say(effects.PressAcknowledged())


def _less(turn: _Turn, event: events.LessPressed) -> None:
    _use_input(turn, event.input)
    _overtake(turn)
    turn.withdraw_offer()
    if turn.session.state not in IN_SCENE or not turn.step_down(Cause.PERSON_LESS):
        turn.say(effects.PressAcknowledged())


def _stop(turn: _Turn, event: events.StopPressed) -> None:
    _use_input(turn, event.input)
    _overtake(turn)
    if event.input not in turn.session.practised:
        turn.change(practised=(*turn.session.practised, event.input))
        turn.say(effects.StopPractised(input=event.input))
    turn.stop(Cause.PERSON_STOP)
    if turn.session.state is State.ENDED:
        turn.say(effects.PressAcknowledged())


def _ready(turn: _Turn, event: events.ReadyPressed) -> None:
    _use_input(turn, event.input)
    if turn.session.state is State.STOPPED and not turn.session.ready:
        turn.change(ready=True)
    else:
        turn.say(effects.PressAcknowledged())


def _resume_accepted(turn: _Turn, event: events.ResumeAccepted) -> None:
    _use_input(turn, event.input)
    offer = turn.session.offer
    if turn.session.state is State.STOPPED and offer is not None and turn.rise_refusal() is None:
        turn.enter_scene(turn.scene, offer.step, Cause.RESUMED)
    else:
        turn.withdraw_offer()
        turn.say(effects.PressAcknowledged())


def _can_wait(turn: _Turn, event: events.CanWaitPressed) -> None:
    _use_input(turn, event.input)
    session = turn.session
    contact_ns = session.lease.contact_ns
    agreed_ns = session.plan.hold_on_link_loss_ns
    silent = contact_ns is not None and turn.t_ns - contact_ns > LIMITS.lease_hold_ns
    if session.state is State.HELD and silent and agreed_ns and contact_ns is not None:
        turn.change(can_wait_until_ns=contact_ns + agreed_ns)
        turn.say(effects.HoldExtended(until_ns=contact_ns + agreed_ns))
    else:
        turn.say(effects.PressAcknowledged())


def _rating_given(turn: _Turn, event: events.RatingGiven) -> None:
    if 0 <= event.suds <= SUDS_MAX:
        _record_rating(turn, event.suds, RatingMoment.INTERVAL, RatingSource.DIAL)


def _record_rating(turn: _Turn, suds: int, moment: RatingMoment, source: RatingSource) -> None:
    asked = turn.session.rating
    if asked is not None:
        turn.change(rating=None)
    turn.say(effects.RatingRecorded(suds=suds, moment=moment if asked is None else asked.moment, source=source))


def _overtake(turn: _Turn) -> None:
    """What a therapist asked for without having seen this press may not raise after it."""
    turn.issue_beacon()
    turn.change(pressed_beacon=turn.session.lease.number)


def _use_input(turn: _Turn, used: events.Input) -> None:
    """A press shows which input is in use. The desktop window is not worn, so it counts only when nothing else is."""
    session = turn.session
    if used is events.Input.WINDOW and any(known is not used for known in session.inputs):
        return
    _set_inputs(turn, (*session.inputs, used))
    if turn.session.input_in_use != used:
        turn.change(input_in_use=used)


# -- what happens to the headset and the program


def _headset_removed(turn: _Turn, event: events.HeadsetRemoved) -> None:
    turn.change(worn=False)
    _leave_scene(turn, Cause.HEADSET_OFF)


def _headset_worn(turn: _Turn, event: events.HeadsetWorn) -> None:
    turn.change(worn=True)


def _focus_lost(turn: _Turn, event: events.FocusLost) -> None:
    turn.change(focused=False)
    _leave_scene(turn, Cause.FOCUS_LOST)


def _focus_gained(turn: _Turn, event: events.FocusGained) -> None:
    turn.change(focused=True)


def _leave_scene(turn: _Turn, cause: Cause) -> None:
    turn.withdraw_offer()
    turn.change(ready=False)
    if turn.session.state in IN_SCENE:
        turn.go_to_calm_room(State.STOPPED, cause, 0)


def _input_gained(turn: _Turn, event: events.InputGained) -> None:
    _set_inputs(turn, (*turn.session.inputs, event.input))


def _input_lost(turn: _Turn, event: events.InputLost) -> None:
    _set_inputs(turn, tuple(known for known in turn.session.inputs if known is not event.input))
    if not turn.session.inputs and turn.session.inputs_lost_ns is None:
        turn.change(inputs_lost_ns=event.t_ns)
        if turn.session.state in HOLDABLE:
            turn.hold(Cause.INPUT_LOST)


def _set_inputs(turn: _Turn, available: tuple[events.Input, ...]) -> None:
    """Keep each input once, and the desktop window only where there is nothing that is worn."""
    worn = tuple(dict.fromkeys(known for known in available if known is not events.Input.WINDOW))
    inputs = worn or available[:1]
    used = turn.session.input_in_use
    if used not in inputs:
        used = inputs[0] if inputs else None
    if (inputs, used) != (turn.session.inputs, turn.session.input_in_use):
        turn.change(inputs=inputs, input_in_use=used)
    if inputs and turn.session.inputs_lost_ns is not None:
        turn.change(inputs_lost_ns=None)


def _log_health(turn: _Turn, event: events.LogHealthChanged) -> None:
    turn.change(log_healthy=event.healthy)


def _restarted(turn: _Turn, event: events.ProgramRestarted) -> None:
    turn.change(lease=turn.session.lease.void(), inputs=(), input_in_use=None)
    _leave_scene(turn, Cause.PROGRAM_RESTARTED)


def _heartbeat(turn: _Turn, event: events.HeartbeatReceived) -> None:
    turn.change(lease=turn.session.lease.echo(event.beacon))


# -- what the therapist asks for


def _command(turn: _Turn, event: events.CommandReceived) -> None:
    turn.change(lease=turn.session.lease.echo(event.beacon))
    turn.is_overtaken = event.beacon < turn.session.pressed_beacon
    refusal = _refusal_of_envelope(turn, event) or _COMMAND_RULES[type(event.command)](turn, event.command)
    if refusal is None:
        turn.say(effects.CommandAccepted(sender=event.sender, command_id=event.command_id))
    else:
        turn.say(effects.CommandRefused(sender=event.sender, command_id=event.command_id, reason=refusal))


def _refusal_of_envelope(turn: _Turn, event: events.CommandReceived) -> Refusal | None:
    """Lowering is obeyed even if it comes late or twice; everything else only once and in order."""
    known = turn.session.sequences.get(event.sender, -1)
    if event.sequence > known:
        turn.change(sequences={**turn.session.sequences, event.sender: event.sequence})
    elif not isinstance(event.command, _LOWERING):
        return Refusal.ALREADY_HANDLED
    return None


def _set_rung(turn: _Turn, command: commands.SetRung) -> Refusal | None:
    session = turn.session
    rules = session.rules(command.scene)
    if rules is None:
        return Refusal.UNKNOWN_SCENE
    index = rules.rung_index(command.rung)
    if index is None:
        return Refusal.UNKNOWN_RUNG
    values = rules.values_of(index)
    if refusal := _refusal_of_plan(session, rules, index, values):
        return refusal
    if session.state is State.CALM:
        if refusal := turn.rise_refusal():
            return refusal
        turn.enter_scene(rules, index, Cause.THERAPIST)
        return None
    if session.state not in IN_SCENE:
        return Refusal.WRONG_STATE
    if command.scene != session.scene:
        return Refusal.WRONG_STATE
    standing = session.cut.step_before if session.rising_cut_at(turn.t_ns) else session.step_index
    rises = index > standing or turn.is_rise(values)
    if rises:
        if session.state is not State.EXPOSED:
            return Refusal.WRONG_STATE
        if refusal := turn.rise_refusal():
            return refusal
    place = Whereabouts(rules.name, rules.place_of(index))
    moves = place != session.cut.after
    if moves:
        turn.move(place, LIMITS.blink_ns, rises=rises)
    turn.ramp(values, cut=moves)
    turn.set_step(index)
    return None


def _set_level(turn: _Turn, command: commands.SetLevel) -> Refusal | None:
    if turn.session.state not in IN_SCENE or not turn.scene.level_points:
        return Refusal.WRONG_STATE
    if not 0 <= command.level <= LEVEL_MAX:
        return Refusal.OUT_OF_RANGE
    return _set_values(turn, turn.scene.values_at_level(command.level), {})


def _set_axis(turn: _Turn, command: commands.SetAxis) -> Refusal | None:
    if turn.session.state not in IN_SCENE:
        return Refusal.WRONG_STATE
    rules = turn.scene.axis(command.axis)
    if rules is None:
        return Refusal.UNKNOWN_AXIS
    if not rules.low <= command.target <= rules.high:
        return Refusal.OUT_OF_RANGE
    rate = rules.rate if command.rate is None else command.rate
    if command.rate is not None and not 0 < rate <= rules.rate:
        return Refusal.OUT_OF_RANGE
    return _set_values(turn, {command.axis: command.target}, {command.axis: rate})


def _set_values(turn: _Turn, values: Mapping[str, int], rates: Mapping[str, int]) -> Refusal | None:
    session = turn.session
    if refusal := _refusal_of_plan(session, turn.scene, session.step_index, values):
        return refusal
    if turn.is_rise(values):
        if session.state is not State.EXPOSED:
            return Refusal.WRONG_STATE
        if refusal := turn.rise_refusal():
            return refusal
    turn.ramp(values, rates=rates)
    return None


def _refusal_of_plan(session: Session, rules: SceneRules, step_index: int, values: Mapping[str, int]) -> Refusal | None:
    """The plan's scene, its top rung (which also bounds single axes), and its ceilings."""
    allowed = session.plan.of(rules.name)
    if allowed is None:
        return Refusal.OUTSIDE_PLAN
    top = len(rules.rungs) - 1 if allowed.top_rung is None else rules.rung_index(allowed.top_rung)
    if top is None or step_index > top:
        return Refusal.OUTSIDE_PLAN
    for axis, value in values.items():
        bound = rules.axis(axis)
        assert bound is not None, "a scene's rungs and levels name only bound axes, which the loader checks"
        ceilings = [allowed.ceilings[axis]] if axis in allowed.ceilings else []
        if allowed.top_rung is not None:
            ceilings.append(_worst(bound, [rung.values[axis] for rung in rules.rungs[: top + 1]]))
        if any(dread_of(bound.dread, bound.calm, value) > dread_of(bound.dread, bound.calm, most) for most in ceilings):
            return Refusal.OUTSIDE_PLAN
    return None


def _worst(rules: AxisRules, values: list[int]) -> int:
    return max([rules.calm, *values], key=lambda value: dread_of(rules.dread, rules.calm, value))


def _show_stimulus(turn: _Turn, command: commands.ShowStimulus) -> Refusal | None:
    if turn.session.state is not State.EXPOSED:
        return Refusal.WRONG_STATE
    rules = turn.scene.stimulus(command.stimulus)
    if rules is None:
        return Refusal.UNKNOWN_STIMULUS
    under_way = {entry.stimulus for entry in turn.session.pending} | {entry.stimulus for entry in turn.session.active}
    if rules.name in under_way:
        return Refusal.STIMULUS_UNDER_WAY
    if not command.warned and not turn.session.plan.surprises_consented:
        return Refusal.SURPRISE_NOT_CONSENTED
    if refusal := turn.rise_refusal():
        return refusal
    fires_ns = turn.t_ns + (rules.warning_ns if command.warned else 0)
    pending = (*turn.session.pending, PendingStimulus(rules.name, fires_ns))
    turn.change(pending=tuple(sorted(pending, key=lambda entry: entry.fires_ns)))
    if command.warned:
        turn.say(effects.StimulusWarned(stimulus=rules.name))
    return None


def _step_down(turn: _Turn, command: commands.StepDown) -> None:
    turn.withdraw_offer()
    if turn.session.state in IN_SCENE:
        turn.step_down(Cause.THERAPIST)


def _pause(turn: _Turn, command: commands.Pause) -> None:
    turn.withdraw_offer()
    if turn.session.state is State.EXPOSED:
        turn.hold(Cause.THERAPIST)


def _calm(turn: _Turn, command: commands.Calm) -> None:
    turn.withdraw_offer()
    if turn.session.state in IN_SCENE:
        turn.go_to_calm_room(State.CALM, Cause.THERAPIST, LIMITS.calm_fade_ns)


def _therapist_stop(turn: _Turn, command: commands.Stop) -> None:
    turn.stop(Cause.THERAPIST_STOP)


def _continue(turn: _Turn, command: commands.Continue) -> Refusal | None:
    if turn.session.state not in (State.HELD, State.PAUSED):
        return Refusal.WRONG_STATE
    if refusal := turn.rise_refusal():
        return refusal
    turn.change(can_wait_until_ns=0)
    turn.enter_state(State.EXPOSED, Cause.THERAPIST)
    return None


def _resume(turn: _Turn, command: commands.Resume) -> Refusal | None:
    session = turn.session
    if session.state is not State.STOPPED or not session.admitted:
        return Refusal.WRONG_STATE
    if not session.ready:
        return Refusal.PERSON_NOT_READY
    if not session.scene or command.level is commands.ResumeLevel.CALM:
        if not session.lease.is_fresh(turn.t_ns):
            return Refusal.LEASE_STALE
        turn.enter_state(State.CALM, Cause.RESUMED)
        return None
    if refusal := turn.rise_refusal():
        return refusal
    match command.level:
        case commands.ResumeLevel.SAME:
            index = session.step_index
        case commands.ResumeLevel.LOWER:
            index = max(session.step_index - 1, -1)
        case commands.ResumeLevel.FIRST:
            index = 0
        case _:
            assert_never(command.level)
    index = min(index, session.step_index)
    if refusal := _refusal_of_plan(session, turn.scene, index, turn.scene.values_of(index)):
        return refusal
    turn.change(offer=Offer(index, turn.t_ns + LIMITS.resume_offer_ns))
    turn.say(effects.ResumeOffered(scene=session.scene, step=index))
    return None


def _ask_rating(turn: _Turn, command: commands.AskRating) -> Refusal | None:
    if turn.session.state in (State.WAITING, State.ENDED):
        return Refusal.WRONG_STATE
    turn.close_question()
    turn.change(rating=RatingRequest(command.moment, turn.t_ns + LIMITS.rating_ns))
    turn.say(effects.RatingAsked(moment=command.moment))
    return None


def _enter_rating(turn: _Turn, command: commands.EnterRating) -> Refusal | None:
    if not 0 <= command.suds <= SUDS_MAX:
        return Refusal.OUT_OF_RANGE
    _record_rating(turn, command.suds, command.moment, RatingSource.THERAPIST)
    return None


def _expect_before(turn: _Turn, command: commands.ExpectBefore) -> Refusal | None:
    return None if 0 <= command.probability <= 100 else Refusal.OUT_OF_RANGE


def _expect_after(turn: _Turn, command: commands.ExpectAfter) -> Refusal | None:
    inside = 0 <= command.probability <= 100 and 0 <= command.surprise <= 100
    return None if inside else Refusal.OUT_OF_RANGE


def _set_anchors(turn: _Turn, command: commands.SetAnchors) -> None:
    turn.change(anchors=command.anchors)


def _written(turn: _Turn, command: commands.Command) -> None:
    """Tags, marks and notes change nothing; that they are recorded is all."""


def _end(turn: _Turn, command: commands.End) -> None:
    if turn.session.state is not State.ENDED:
        turn.close_question()
        turn.go_to_calm_room(State.ENDED, Cause.ENDED, LIMITS.calm_fade_ns)


_EVENT_RULES: dict[type, Callable[[_Turn, Any], None]] = {
    events.SessionOpened: _opened,
    events.Admitted: _admitted,
    events.Tick: _tick,
    events.HeartbeatReceived: _heartbeat,
    events.CommandReceived: _command,
    events.WaitPressed: _wait,
    events.LessPressed: _less,
    events.StopPressed: _stop,
    events.ReadyPressed: _ready,
    events.ResumeAccepted: _resume_accepted,
    events.CanWaitPressed: _can_wait,
    events.RatingGiven: _rating_given,
    events.HeadsetRemoved: _headset_removed,
    events.HeadsetWorn: _headset_worn,
    events.FocusLost: _focus_lost,
    events.FocusGained: _focus_gained,
    events.InputGained: _input_gained,
    events.InputLost: _input_lost,
    events.LogHealthChanged: _log_health,
    events.ProgramRestarted: _restarted,
}

_COMMAND_RULES: dict[type, Callable[[_Turn, Any], Refusal | None]] = {
    commands.SetRung: _set_rung,
    commands.SetLevel: _set_level,
    commands.SetAxis: _set_axis,
    commands.ShowStimulus: _show_stimulus,
    commands.StepDown: _step_down,
    commands.Pause: _pause,
    commands.Calm: _calm,
    commands.Stop: _therapist_stop,
    commands.Continue: _continue,
    commands.Resume: _resume,
    commands.AskRating: _ask_rating,
    commands.EnterRating: _enter_rating,
    commands.SetAnchors: _set_anchors,
    commands.ExpectBefore: _expect_before,
    commands.ExpectAfter: _expect_after,
    commands.MarkSafetyBehaviour: _written,
    commands.Tag: _written,
    commands.Note: _written,
    commands.End: _end,
}
