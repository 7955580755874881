"""The rules of a session: one pure function, `step(session, event) -> (session, effects)`.

The rules, in the order that decides when two of them conflict:

1.  Wait, less and stop are obeyed in every state; so are lowering commands from the therapist. None of them needs
    a lease, a plan or a sequence number.
2.  A rise is any axis moving in its dread direction, any stimulus, any change of scene, rung or place towards more,
    any change of a scene's variant whichever way it goes, and any continuing or resuming. From one scene to another
    the way leads through the calm room. It happens only by a command (or, after a stop, by the person's acceptance of
    one) while the lease is fresh, stop has been performed on the input in use, the headset is worn and has focus, its
    pictures come fast enough, the log is healthy, and both people have compared the words of the keys that its sender
    holds; and only inside the scene's range and the plan. A command that was sent before its sender could see the
    person's newest press raises nothing, nor does one that was kept back on the way for longer than a lease is fresh.
3.  Time alone never raises. It ends the right to rise, holds, and calms: `vret.core.passing`, which runs before every
    event, so a late event cannot overtake a deadline.
4.  A hold freezes targets, stops rising ramps at once and cancels pending stimuli. What falls goes on falling.
5.  After a stop or a lost lease the person says ready, the therapist offers a level, the person accepts.
6.  Every command gets exactly one answer.
7.  What the two write to each other is taken in every state, once, and in the order in which it comes. It moves
    nothing and needs no lease; only that the therapist is here cannot be said late.
8.  While somebody else is in the person's room nothing rises, begins or is asked, and a scene is held. It is no stop:
    state, scene and step stay, and rules 1 and 3 go on beneath. Only the person ends it, which raises nothing.
9.  The therapist speaks as somebody in the scene only while it is exposed, the lease is fresh, and the person stands
    where they stood when it was chosen. Whatever lowers, holds or moves the person, and a console that comes anew,
    gives the therapist's own voice back in the same turn. A scene whose sound was turned off is heard again by a rise,
    or with the next entry.

10. The sound of the conversation is recorded only while both consent. It is asked in the calm room, of a person who is
    alone; no answer is no; either ends it by one press, and the end of the session does. It changes nothing else.
11. Who says that they feel very sick is in the calm room at once, and nothing rises before a later answer is lower; the
    rules of the question stand in `vret.core.sickness`.
12. Where people faint nobody stands, and a heart rate that falls holds the scene: `vret.core.heart`.
13. In homework, where there is no therapist, a rise is the person's own press and needs what `vret.core.alone` says;
    everything else here holds.

The function reads no clock, file or socket and uses integers only, so the same events give the same states anywhere.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from vret.core import effects, events
from vret.core.alone import answer_less, press_rise
from vret.core.consent import RecordingEnd
from vret.core.conversation import is_plain
from vret.core.effects import Cause, Effect, State
from vret.core.events import Event
from vret.core.fainting import read_heart, sit_down, stand_up
from vret.core.limits import LIMITS
from vret.core.measures import SUDS_MAX, RatingMoment, RatingSource
from vret.core.orders import obey
from vret.core.passing import lose_time, pass_time
from vret.core.preparation import SAFE_ALONE, SAID, Item
from vret.core.session import CALM_ROOM, Agreement, Answer, Session
from vret.core.settling import settle
from vret.core.sickness import FMS_MAX
from vret.core.transitions import HOLDABLE, IN_SCENE
from vret.core.turn import Turn


def step(session: Session, event: Event) -> tuple[Session, tuple[Effect, ...]]:
    """The session after `event`, and what follows from it.

    Returns the same object and no effects when nothing changes. Events must come in the order of their `t_ns`.
    """
    turn = Turn(session, event.t_ns)
    if isinstance(event, events.Tick) and event.gap_ns > LIMITS.tick_gap_ns:
        lose_time(turn, event.gap_ns)
    pass_time(turn)
    _RULES[type(event)](turn, event)
    settle(turn, session)
    return turn.session, tuple(turn.effects)


# -- what the person does


def _opened(turn: Turn, event: events.SessionOpened) -> None:
    raise AssertionError("a session is opened by open_session, once")


def _admitted(turn: Turn, event: events.Admitted) -> None:
    turn.change(admitted=True)
    if turn.session.state is State.WAITING:
        turn.enter_state(State.CALM, Cause.ADMITTED)


def _tick(turn: Turn, event: events.Tick) -> None:
    """`pass_time` has already done all that a tick does."""


def _wait(turn: Turn, event: events.WaitPressed) -> None:
    _use_input(turn, event.input)
    turn.overtake()
    before = turn.session.state
    turn.prepare(Item.WAIT)
    turn.hold(Cause.PERSON_WAIT)
    if turn.session.state is before:
        turn.say(effects.PressAcknowledged())


def _less(turn: Turn, event: events.LessPressed) -> None:
    _use_input(turn, event.input)
    turn.overtake()
    turn.withdraw_offer()
    asked = turn.session.prepares
    if turn.session.alone is not None and asked is not None and asked in SAFE_ALONE:
        turn.prepare(asked, is_well=False)
        return
    turn.prepare(Item.LESS)
    turn.speak_as("")
    answer_less(turn, by_person=True)
    if turn.session.state not in IN_SCENE or not turn.step_down(Cause.PERSON_LESS):
        turn.say(effects.PressAcknowledged())


def _stop(turn: Turn, event: events.StopPressed) -> None:
    _use_input(turn, event.input)
    turn.overtake()
    if event.input not in turn.session.practised:
        turn.change(practised=(*turn.session.practised, event.input))
        turn.say(effects.StopPractised(input=event.input))
    turn.prepare(Item.STOP)
    turn.stop(Cause.PERSON_STOP)
    if turn.session.state is State.ENDED:
        turn.say(effects.PressAcknowledged())


def _ready(turn: Turn, event: events.ReadyPressed) -> None:
    _use_input(turn, event.input)
    agreement = turn.session.agreement
    if turn.session.words_asked and agreement is not None:
        if event.t_ns >= agreement.answerable_ns:
            _compare(turn, replace(agreement, confirmed=True))
        else:
            turn.say(effects.PressAcknowledged())
    elif turn.session.state is State.STOPPED and not turn.session.ready and turn.session.is_private:
        turn.change(ready=True)
    elif turn.session.prepares in SAID:
        turn.prepare(turn.session.prepares)
    else:
        turn.say(effects.PressAcknowledged())


def _keys_agreed(turn: Turn, event: events.KeysAgreed) -> None:
    """The same keys stay compared when their console comes back by another name; others have to be compared anew."""
    turn.speak_as("")
    known = turn.session.agreement
    if known is not None and known.keys == event.keys:
        turn.change(agreement=replace(known, sender=event.sender))
    else:
        answerable_ns = event.t_ns + LIMITS.new_words_ns if turn.session.words_asked else 0
        turn.change(agreement=Agreement(event.sender, event.keys, event.words, answerable_ns=answerable_ns))


def _words_matched(turn: Turn, event: events.WordsMatched) -> None:
    agreement = turn.session.agreement
    if agreement is not None and (agreement.sender, agreement.keys) == (event.sender, event.keys):
        _compare(turn, replace(agreement, matched=True))


def _keys_recognised(turn: Turn, event: events.KeysRecognised) -> None:
    agreement = turn.session.agreement
    if agreement is not None and (agreement.sender, agreement.keys) == (event.sender, event.keys):
        _compare(turn, replace(agreement, matched=True, confirmed=True))


def _compare(turn: Turn, agreement: Agreement) -> None:
    before = turn.session.agreement
    turn.change(agreement=agreement)
    if agreement.is_compared and before is not None and not before.is_compared:
        turn.say(effects.WordsCompared(keys=agreement.keys))


def _resume_accepted(turn: Turn, event: events.ResumeAccepted) -> None:
    _use_input(turn, event.input)
    session, offer = turn.session, turn.session.offer
    can_enter = session.scene not in session.missing and turn.rise_refusal() is None
    if session.state is State.STOPPED and offer is not None and can_enter:
        turn.enter_scene(turn.scene, offer.step, turn.session.variant, Cause.RESUMED)
    else:
        turn.withdraw_offer()
        turn.say(effects.PressAcknowledged())


def _rise(turn: Turn, event: events.RisePressed) -> None:
    _use_input(turn, event.input)
    press_rise(turn)


def _finished(turn: Turn, event: events.Finished) -> None:
    """With a therapist there it is theirs to end."""
    if turn.session.alone is not None and turn.session.state is not State.ENDED:
        turn.close_question()
        turn.go_to_calm_room(State.ENDED, Cause.ENDED, LIMITS.calm_fade_ns)


def _can_wait(turn: Turn, event: events.CanWaitPressed) -> None:
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


def _someone_came_in(turn: Turn, event: events.SomeoneCameIn) -> None:
    """As a wait, and nothing is left of what was asked, under way or to be read."""
    _use_input(turn, event.input)
    if not turn.session.is_private:
        turn.say(effects.PressAcknowledged())
        return
    turn.overtake()
    turn.change(is_private=False, ready=False, saying=None)
    turn.say(effects.PrivacyChanged(is_private=False))
    turn.hold(Cause.SOMEONE_CAME_IN)
    turn.cancel_stimuli(everything=True)
    turn.close_question()
    if turn.session.state is State.HELD:
        turn.enter_state(State.HELD, Cause.SOMEONE_CAME_IN)


def _private_again(turn: Turn, event: events.PrivateAgain) -> None:
    """What is under way is on its way down, and what was held is held. What was written meanwhile is read now."""
    _use_input(turn, event.input)
    if turn.session.is_private:
        turn.say(effects.PressAcknowledged())
    else:
        turn.overtake()
        turn.change(is_private=True)
        turn.say(effects.PrivacyChanged(is_private=True))
        if turn.session.saying is not None:
            turn.show_text(turn.session.saying.text)


def _recording_accepted(turn: Turn, event: events.RecordingAccepted) -> None:
    _use_input(turn, event.input)
    asked = turn.session.recording
    if asked is not None and turn.session.asks_recording:
        turn.change(recording=replace(asked, is_on=True))
        turn.say(effects.RecordingBegan(number=asked.number))
    else:
        turn.say(effects.PressAcknowledged())


def _recording_declined(turn: Turn, event: events.RecordingDeclined) -> None:
    """It means nothing where there is no recording: it may be made by the way."""
    if turn.session.recording is not None:
        _use_input(turn, event.input)
        turn.end_recording(RecordingEnd.DECLINED if turn.session.asks_recording else RecordingEnd.PERSON)


def _rating_given(turn: Turn, event: events.RatingGiven) -> None:
    if 0 <= event.suds <= SUDS_MAX:
        turn.record_rating(event.suds, RatingMoment.INTERVAL, RatingSource.DIAL)
        turn.prepare(Item.RATING)


def _sickness_given(turn: Turn, event: events.SicknessGiven) -> None:
    if 0 <= event.fms <= FMS_MAX:
        turn.record_sickness(event.fms, RatingSource.DIAL)


def _phrase_said(turn: Turn, event: events.PhraseSaid) -> None:
    turn.change(saying=None, answer=Answer(event.phrase, event.t_ns + LIMITS.answer_ns))
    turn.add_line()


def _wrote(turn: Turn, event: events.Wrote) -> None:
    if is_plain(event.text):
        turn.change(saying=None)
        turn.add_line()


def _use_input(turn: Turn, used: events.Input) -> None:
    """A press shows which input is in use. The desktop window is not worn, so it counts only when nothing else is."""
    session = turn.session
    if used is events.Input.WINDOW and any(known is not used for known in session.inputs):
        return
    _set_inputs(turn, (*session.inputs, used))
    if turn.session.input_in_use != used:
        turn.change(input_in_use=used)


# -- what happens to the headset and the program


def _headset_removed(turn: Turn, event: events.HeadsetRemoved) -> None:
    turn.change(worn=False)
    _leave_scene(turn, Cause.HEADSET_OFF)


def _headset_worn(turn: Turn, event: events.HeadsetWorn) -> None:
    turn.change(worn=True)


def _focus_lost(turn: Turn, event: events.FocusLost) -> None:
    turn.change(focused=False)
    _leave_scene(turn, Cause.FOCUS_LOST)


def _focus_gained(turn: Turn, event: events.FocusGained) -> None:
    turn.change(focused=True)


def _tracking_lost(turn: Turn, event: events.TrackingLost) -> None:
    if turn.session.tracking_lost_ns is None:
        turn.change(tracking_lost_ns=event.t_ns)


def _tracking_found(turn: Turn, event: events.TrackingFound) -> None:
    turn.change(tracking_lost_ns=None)


def _display_declared(turn: Turn, event: events.DisplayDeclared) -> None:
    turn.change(display=event.profile)


def _frame_rate_low(turn: Turn, event: events.FrameRateLow) -> None:
    if turn.session.slow_ns is None:
        turn.change(slow_ns=event.t_ns - LIMITS.frame_rate_second_ns)


def _frame_rate_fine(turn: Turn, event: events.FrameRateFine) -> None:
    turn.change(slow_ns=None)


def _recentred(turn: Turn, event: events.Recentred) -> None:
    """Everything jumped before the person's eyes, perhaps nearer: nothing goes on until somebody says so."""
    turn.hold(Cause.RECENTRED)


def _leave_scene(turn: Turn, cause: Cause) -> None:
    turn.withdraw_offer()
    turn.change(ready=False)
    if turn.session.state in IN_SCENE:
        turn.go_to_calm_room(State.STOPPED, cause, 0)


def _input_gained(turn: Turn, event: events.InputGained) -> None:
    _set_inputs(turn, (*turn.session.inputs, event.input))


def _input_lost(turn: Turn, event: events.InputLost) -> None:
    _set_inputs(turn, tuple(known for known in turn.session.inputs if known is not event.input))
    if not turn.session.inputs and turn.session.inputs_lost_ns is None:
        turn.change(inputs_lost_ns=event.t_ns)
        if turn.session.state in HOLDABLE:
            turn.hold(Cause.INPUT_LOST)


def _set_inputs(turn: Turn, available: tuple[events.Input, ...]) -> None:
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


def _log_health(turn: Turn, event: events.LogHealthChanged) -> None:
    turn.change(log_healthy=event.healthy)


def _scenes_missing(turn: Turn, event: events.ScenesMissing) -> None:
    turn.change(missing=event.scenes)


def _restarted(turn: Turn, event: events.ProgramRestarted) -> None:
    """Nobody saw what went on since the other program died, so a fade is cut short too."""
    turn.change(lease=turn.session.lease.void(), inputs=(), input_in_use=None, tracking_lost_ns=None, slow_ns=None)
    turn.seat(said=False)
    _leave_scene(turn, Cause.PROGRAM_RESTARTED)
    if not turn.session.whereabouts_at(event.t_ns).is_calm:
        turn.move(CALM_ROOM, 0, rises=False)


def _heartbeat(turn: Turn, event: events.HeartbeatReceived) -> None:
    lease = turn.session.lease.echo(event.beacon)
    if lease is not turn.session.lease:
        turn.change(lease=lease)


_RULES: dict[type, Callable[[Turn, Any], None]] = {
    events.SessionOpened: _opened,
    events.Admitted: _admitted,
    events.Tick: _tick,
    events.HeartbeatReceived: _heartbeat,
    events.KeysAgreed: _keys_agreed,
    events.WordsMatched: _words_matched,
    events.KeysRecognised: _keys_recognised,
    events.CommandReceived: obey,
    events.WaitPressed: _wait,
    events.LessPressed: _less,
    events.StopPressed: _stop,
    events.ReadyPressed: _ready,
    events.ResumeAccepted: _resume_accepted,
    events.CanWaitPressed: _can_wait,
    events.RatingGiven: _rating_given,
    events.PhraseSaid: _phrase_said,
    events.Wrote: _wrote,
    events.HeadsetRemoved: _headset_removed,
    events.HeadsetWorn: _headset_worn,
    events.FocusLost: _focus_lost,
    events.FocusGained: _focus_gained,
    events.Recentred: _recentred,
    events.InputGained: _input_gained,
    events.InputLost: _input_lost,
    events.TrackingLost: _tracking_lost,
    events.TrackingFound: _tracking_found,
    events.DisplayDeclared: _display_declared,
    events.FrameRateLow: _frame_rate_low,
    events.FrameRateFine: _frame_rate_fine,
    events.LogHealthChanged: _log_health,
    events.ScenesMissing: _scenes_missing,
    events.ProgramRestarted: _restarted,
    events.SomeoneCameIn: _someone_came_in,
    events.PrivateAgain: _private_again,
    events.RecordingAccepted: _recording_accepted,
    events.RecordingDeclined: _recording_declined,
    events.SicknessGiven: _sickness_given,
    events.RisePressed: _rise,
    events.Finished: _finished,
    events.HeartRateRead: read_heart,
    events.StoodUp: stand_up,
    events.SatDown: sit_down,
}
