"""What the therapist asks for: one function a command, which carries it out or says why not.

Lowering is always obeyed, and proves nothing: it may be unsigned. So it renews no lease, and only what was asked for
after it was seen may raise. What may raise is checked in this order: does it exist, is it inside range and plan, is the
session in a state for it, and may anything rise at all (`Session.rise_refusal_at`).
"""

from collections.abc import Callable, Mapping
from typing import Any, assert_never

import msgspec

from vret.core import commands, effects, events
from vret.core.consent import RecordingEnd, SoundRecording
from vret.core.conversation import is_plain
from vret.core.effects import Cause, Refusal, State
from vret.core.fainting import end_tension, enter_seated, start_tension
from vret.core.giving import give_homework, withdraw_homework
from vret.core.ladder import LEVEL_MAX, SceneRules
from vret.core.limits import LIMITS
from vret.core.measures import ANCHOR_MAX, SUDS_MAX, RatingSource
from vret.core.preparation import SAID, TOGETHER, Item, Preparation
from vret.core.session import SAID_MAX, Offer, PendingStimulus, Session
from vret.core.sickness import FMS_MAX
from vret.core.transitions import IN_SCENE
from vret.core.turn import Turn


def obey(turn: Turn, event: events.CommandReceived) -> None:
    """Carry a command out or refuse it with its reason: exactly one answer."""
    if isinstance(event.command, commands.Lowering):
        turn.overtake()
    else:
        turn.change(lease=turn.session.lease.echo(event.beacon))
    turn.is_overtaken = event.beacon < turn.session.pressed_beacon
    turn.is_late = not turn.session.lease.is_recent(event.beacon, turn.t_ns)
    agreement = turn.session.agreement
    turn.is_unknown = turn.session.compares_words and (agreement is None or agreement.sender != event.sender)
    refusal = _refusal_of_envelope(turn, event) or _RULES[type(event.command)](turn, event.command)
    if refusal is None:
        if isinstance(event.command, commands.Say):
            turn.change(said=(*turn.session.said, event.command_id)[-SAID_MAX:])
        turn.say(effects.CommandAccepted(sender=event.sender, command_id=event.command_id))
    else:
        turn.say(effects.CommandRefused(sender=event.sender, command_id=event.command_id, reason=refusal))


def _refusal_of_envelope(turn: Turn, event: events.CommandReceived) -> Refusal | None:
    """Lowering and the end are obeyed even if they come late or twice; everything else only once, in order, and not in
    homework.

    A console that lost its connection comes back by another name, so a text is known by its command's id. One that was
    held back on the way until a later message was there is not known and not delivered: it is to be sent again.
    """
    if isinstance(event.command, commands.Lowering):
        return None
    if turn.session.alone is not None and not isinstance(event.command, commands.End):
        return Refusal.NO_THERAPIST
    is_said = isinstance(event.command, commands.Say) and event.command_id in turn.session.said
    known = turn.session.sequences.get(event.sender, -1)
    if event.sequence > known:
        turn.change(sequences={**turn.session.sequences, event.sender: event.sequence})
    elif isinstance(event.command, commands.Say) and not is_said:
        return Refusal.OVERTAKEN
    elif not isinstance(event.command, commands.End):
        return Refusal.ALREADY_HANDLED
    return Refusal.ALREADY_HANDLED if is_said else None


def _set_rung(turn: Turn, command: commands.SetRung) -> Refusal | None:
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
        if refusal := turn.rise_refusal(rules):
            return refusal
        if rules.name in session.missing:
            return Refusal.SCENE_MISSING
        turn.enter_scene(rules, index, rules.base_variant, Cause.THERAPIST)
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
    variant = session.variant if rises else session.variant_seen_at(turn.t_ns)
    turn.go_to_rung(index, variant, rises=rises)
    return None


def _set_level(turn: Turn, command: commands.SetLevel) -> Refusal | None:
    if turn.session.state not in IN_SCENE or not turn.scene.level_points:
        return Refusal.WRONG_STATE
    if not 0 <= command.level <= LEVEL_MAX:
        return Refusal.OUT_OF_RANGE
    return _set_values(turn, turn.scene.values_at_level(command.level), {})


def _set_axis(turn: Turn, command: commands.SetAxis) -> Refusal | None:
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


def _set_variant(turn: Turn, command: commands.SetVariant) -> Refusal | None:
    """Behind a veil of its own: two changes under one could not be taken back one by one."""
    session = turn.session
    if session.state not in IN_SCENE:
        return Refusal.WRONG_STATE
    if turn.scene.variant(command.variant) is None:
        return Refusal.UNKNOWN_VARIANT
    if command.variant == session.variant:
        return None
    if session.state is not State.EXPOSED:
        return Refusal.WRONG_STATE
    if refusal := turn.rise_refusal():
        return refusal
    if turn.t_ns < session.cut.switch_ns:
        return Refusal.FADING
    turn.move(msgspec.structs.replace(session.cut.after, variant=command.variant), LIMITS.blink_ns, rises=True)
    return None


def _set_values(turn: Turn, values: Mapping[str, int], rates: Mapping[str, int]) -> Refusal | None:
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
    return None if session.plan.permits(rules, step_index, values) else Refusal.OUTSIDE_PLAN


def _show_stimulus(turn: Turn, command: commands.ShowStimulus) -> Refusal | None:
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


def _step_down(turn: Turn, command: commands.StepDown) -> None:
    turn.withdraw_offer()
    if turn.session.state in IN_SCENE:
        turn.step_down(Cause.THERAPIST)


def _pause(turn: Turn, command: commands.Pause) -> None:
    turn.withdraw_offer()
    if turn.session.state is State.EXPOSED:
        turn.hold(Cause.THERAPIST)


def _calm(turn: Turn, command: commands.Calm) -> None:
    turn.withdraw_offer()
    if turn.session.state in IN_SCENE:
        turn.go_to_calm_room(State.CALM, Cause.THERAPIST, LIMITS.calm_fade_ns)


def _therapist_stop(turn: Turn, command: commands.Stop) -> None:
    turn.stop(Cause.THERAPIST_STOP)


def _continue(turn: Turn, command: commands.Continue) -> Refusal | None:
    if turn.session.state not in (State.HELD, State.PAUSED):
        return Refusal.WRONG_STATE
    if refusal := turn.rise_refusal():
        return refusal
    turn.change(can_wait_until_ns=0)
    turn.enter_state(State.EXPOSED, Cause.THERAPIST)
    return None


def _resume(turn: Turn, command: commands.Resume) -> Refusal | None:
    session = turn.session
    if session.state is not State.STOPPED or not session.admitted:
        return Refusal.WRONG_STATE
    if not session.ready:
        return Refusal.PERSON_NOT_READY
    if not session.is_private:
        return Refusal.NOT_PRIVATE
    if not session.scene or command.level is commands.ResumeLevel.CALM:
        if not turn.is_live:
            return Refusal.LEASE_STALE
        turn.enter_state(State.CALM, Cause.RESUMED)
        return None
    if refusal := turn.rise_refusal():
        return refusal
    if session.scene in session.missing:
        return Refusal.SCENE_MISSING
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


def _ask_rating(turn: Turn, command: commands.AskRating) -> Refusal | None:
    if refusal := _refusal_of_question(turn.session):
        return refusal
    turn.close_question()
    turn.ask_rating(command.moment)
    return None


def _refusal_of_question(session: Session) -> Refusal | None:
    if session.state in (State.WAITING, State.ENDED):
        return Refusal.WRONG_STATE
    return None if session.is_private else Refusal.NOT_PRIVATE


def _enter_rating(turn: Turn, command: commands.EnterRating) -> Refusal | None:
    if not 0 <= command.suds <= SUDS_MAX:
        return Refusal.OUT_OF_RANGE
    turn.record_rating(command.suds, command.moment, RatingSource.THERAPIST)
    turn.prepare(Item.RATING, by_person=False)
    return None


def _ask_sickness(turn: Turn, command: commands.AskSickness) -> Refusal | None:
    if refusal := _refusal_of_question(turn.session):
        return refusal
    turn.want_sickness()
    return None


def _enter_sickness(turn: Turn, command: commands.EnterSickness) -> Refusal | None:
    """What the person said before they felt very sick does not let anything rise after it."""
    if not 0 <= command.fms <= FMS_MAX:
        return Refusal.OUT_OF_RANGE
    if turn.session.sickness.is_unwell and turn.is_overtaken:
        return Refusal.OVERTAKEN
    turn.record_sickness(command.fms, RatingSource.THERAPIST)
    return None


def _expect_before(turn: Turn, command: commands.ExpectBefore) -> Refusal | None:
    return None if 0 <= command.probability <= 100 else Refusal.OUT_OF_RANGE


def _expect_after(turn: Turn, command: commands.ExpectAfter) -> Refusal | None:
    inside = 0 <= command.probability <= 100 and 0 <= command.surprise <= 100
    return None if inside else Refusal.OUT_OF_RANGE


def _say(turn: Turn, command: commands.Say) -> Refusal | None:
    if not is_plain(command.text):
        return Refusal.OUT_OF_RANGE
    turn.show_text(command.text)
    turn.add_line()
    return None


def _say_here(turn: Turn, command: commands.SayHere) -> Refusal | None:
    """A press that comes late is no live therapist any more; who is with somebody else shall not hear it."""
    if not turn.session.is_private:
        return Refusal.NOT_PRIVATE
    if not turn.is_live:
        return Refusal.LEASE_STALE
    turn.change(here_count=turn.session.here_count + 1)
    turn.show_text("", is_here=True)
    turn.add_line()
    return None


def _speak_as(turn: Turn, command: commands.SpeakAs) -> Refusal | None:
    """No rise, but it asks for what one needs: who comes nearer by voice shall be there, and have seen every press."""
    if not command.voice:
        turn.speak_as("")
        return None
    if turn.session.state is not State.EXPOSED:
        return Refusal.WRONG_STATE
    voice = turn.scene.voice(command.voice)
    if voice is None or (voice.places and turn.session.cut.after.place not in voice.places):
        return Refusal.UNKNOWN_VOICE
    if refusal := turn.rise_refusal():
        return refusal
    turn.speak_as(command.voice)
    return None


def _mute_scene(turn: Turn, command: commands.MuteScene) -> Refusal | None:
    session = turn.session
    if session.state not in IN_SCENE:
        return Refusal.WRONG_STATE
    if session.is_scene_muted and not command.is_muted:
        if session.state is not State.EXPOSED:
            return Refusal.WRONG_STATE
        if refusal := turn.rise_refusal():
            return refusal
    turn.mute_scene(command.is_muted)
    return None


def _ask_recording(turn: Turn, command: commands.AskRecording) -> Refusal | None:
    """Who is asked shall know who asks, and that a live therapist does; one question at a time."""
    session = turn.session
    if not session.is_private:
        return Refusal.NOT_PRIVATE
    if session.state is not State.CALM or session.recording is not None:
        return Refusal.WRONG_STATE
    if turn.is_unknown or not session.is_compared:
        return Refusal.WORDS_NOT_COMPARED
    if not turn.is_live:
        return Refusal.LEASE_STALE
    number = session.recordings + 1
    turn.change(recordings=number, recording=SoundRecording(number, turn.t_ns + LIMITS.recording_question_ns))
    turn.say(effects.RecordingAsked(number=number))
    return None


def _end_recording(turn: Turn, command: commands.EndRecording) -> None:
    turn.end_recording(RecordingEnd.THERAPIST)


def _set_anchors(turn: Turn, command: commands.SetAnchors) -> Refusal | None:
    if any(len(words) > ANCHOR_MAX for words in msgspec.structs.astuple(command.anchors)):
        return Refusal.OUT_OF_RANGE
    turn.change(anchors=command.anchors)
    return None


def _prepare(turn: Turn, command: commands.Prepare) -> Refusal | None:
    """Stop that was practised on the input in use need not be practised again."""
    session = turn.session
    if session.state is not State.CALM or session.scene:
        return Refusal.WRONG_STATE
    turn.change(preparation=Preparation())
    if session.input_in_use in session.practised:
        turn.prepare(Item.STOP)
    return None


def _enter_prepared(turn: Turn, command: commands.EnterPrepared) -> Refusal | None:
    if turn.session.preparation is None or turn.session.scene:
        return Refusal.WRONG_STATE
    if command.item not in TOGETHER or (command.is_well and command.item not in SAID):
        return Refusal.OUT_OF_RANGE
    turn.prepare(command.item, is_well=command.is_well, by_person=False)
    if command.item is Item.RATING:
        turn.close_question()
    return None


def _written(turn: Turn, command: commands.Command) -> None:
    """Tags, marks and notes change nothing; that they are recorded is all."""


def _end(turn: Turn, command: commands.End) -> None:
    if turn.session.state is not State.ENDED:
        turn.close_question()
        turn.go_to_calm_room(State.ENDED, Cause.ENDED, LIMITS.calm_fade_ns)


_RULES: dict[type, Callable[[Turn, Any], Refusal | None]] = {
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
    commands.Say: _say,
    commands.End: _end,
    commands.SetVariant: _set_variant,
    commands.Prepare: _prepare,
    commands.EnterPrepared: _enter_prepared,
    commands.SayHere: _say_here,
    commands.SpeakAs: _speak_as,
    commands.MuteScene: _mute_scene,
    commands.AskRecording: _ask_recording,
    commands.EndRecording: _end_recording,
    commands.AskSickness: _ask_sickness,
    commands.EnterSickness: _enter_sickness,
    commands.GiveHomework: give_homework,
    commands.WithdrawHomework: withdraw_homework,
    commands.EnterSeated: enter_seated,
    commands.StartTension: start_tension,
    commands.EndTension: end_tension,
}
