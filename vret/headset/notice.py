"""Which sentence the person sees, one at a time, the most important first; and what the panel asks."""

from vret.core.effects import Cause, State
from vret.core.limits import LIMITS
from vret.core.preparation import SAID, Item
from vret.core.session import Session
from vret.core.transitions import HOLDABLE
from vret.headset.messages import Message
from vret.headset.profiles import Control, Profile
from vret.headset.unwatched import may_ask_rise, notice_alone

_HELD: dict[Cause, Message] = {
    Cause.LEASE_OLD: Message.LINK_SLOW,
    Cause.INPUT_LOST: Message.INPUT_LOST,
    Cause.TRACKING_LOST: Message.TRACKING_LOST,
    Cause.FRAME_RATE: Message.PICTURES_SLOW,
    Cause.SOMEONE_CAME_IN: Message.STILL_HELD,
}
_STOPPED: dict[Cause, Message] = {
    Cause.LEASE_LOST: Message.LINK_LOST,
    Cause.HEADSET_OFF: Message.HEADSET_OFF,
    Cause.TRACKING_LOST: Message.TRACKING_GONE,
    Cause.FRAME_RATE: Message.PICTURES_TOO_SLOW,
}


_PREPARES: dict[Item, Message] = {
    Item.READ: Message.READ,
    Item.SEAT: Message.SEAT,
    Item.FLOOR: Message.FLOOR,
    Item.BOUNDARY: Message.BOUNDARY,
    Item.SOUND: Message.SOUND,
    Item.WAIT: Message.PRACTISE_WAIT,
    Item.LESS: Message.PRACTISE_LESS,
    Item.RATING: Message.RATING,
    Item.STOP: Message.PRACTISE_STOP,
    Item.WELL: Message.WELL,
    Item.SOBER: Message.SOBER,
    Item.ROOM_CLEAR: Message.ROOM_CLEAR,
    Item.REACHABLE: Message.REACHABLE,
    Item.SEATED: Message.SEATED,
}


def notice(
    session: Session | None,
    t_ns: int,
    *,
    is_voice_lost: bool = False,
    is_therapist_muted: bool = False,
    is_voice_poor: bool = False,
) -> Message | None:
    """None while there is nothing that the person must know. What is said of the voice gives way to what is asked."""
    voice = _voice(is_lost=is_voice_lost, is_muted=is_therapist_muted, is_poor=is_voice_poor)
    if session is not None and not session.is_private:
        return Message.NOT_PRIVATE
    if session is None or session.state is State.WAITING:
        return Message.WAITING
    if session.alone is not None and (said := notice_alone(session, session.alone, t_ns)) is not None:
        return said
    if session.offer is not None:
        return Message.OFFER
    if session.rating is not None:
        return Message.RATING
    if session.words_asked:
        return Message.WORDS
    if session.asks_recording:
        return Message.RECORD
    if session.sickness.is_asked:
        return Message.SICKNESS
    if session.sickness.is_unwell and session.state in (State.CALM, State.STOPPED):
        return Message.UNWELL
    match session.state:
        case State.ENDED:
            return Message.ENDED
        case State.STOPPED:
            return _stopped(session)
        case State.CALM if session.prepares is not None:
            return _PREPARES[session.prepares]
        case State.CALM:
            return (voice or Message.CALM) if session.practised else Message.PRACTISE_STOP
        case State.HELD:
            return _held(session, t_ns)
        case State.PAUSED:
            return Message.PAUSED
        case _:
            return voice if session.log_healthy else Message.LOG_UNHEALTHY


def _voice(*, is_lost: bool, is_muted: bool, is_poor: bool) -> Message | None:
    if is_lost:
        return Message.VOICE_LOST
    if is_muted:
        return Message.THERAPIST_MUTED
    return Message.VOICE_POOR if is_poor else None


def asked(session: Session | None, t_ns: int) -> Control | None:
    """What the panel asks: the control that answers it. It is always that of the sentence shown."""
    match notice(session, t_ns):
        case Message.NOT_PRIVATE:
            return Control.PRIVATE_AGAIN
        case Message.OFFER | Message.OFFER_ALONE:
            return Control.ACCEPT
        case Message.RATING:
            return Control.RATE
        case Message.SICKNESS:
            return Control.SICKNESS
        case Message.LINK_LOST_WAIT:
            return Control.CAN_WAIT
        case Message.WORDS:
            return Control.READY
        case Message.RECORD:
            return Control.RECORD
    if session is not None and session.state is State.STOPPED and not session.ready:
        return Control.READY
    if session is not None and session.prepares in SAID:
        return Control.READY
    if session is not None and may_ask_rise(session, t_ns):
        return Control.RISE
    return None


def is_text_shown(session: Session, t_ns: int) -> bool:
    """Not while a number is asked for: words beside the scale pull at the answer. Nor while somebody else is there."""
    if session.saying is None or session.asks_dial or not session.is_private:
        return False
    return t_ns < session.saying.until_ns


def offers_phrases(session: Session | None, t_ns: int, profile: Profile, *, is_voice_lost: bool) -> bool:
    """Whether the panel offers phrases: while the voice is lost, and as an answer to a text.

    Never beside another question that matters more, and never where choosing would take wait, or a yes, from a button.
    """
    if session is None or session.state is State.ENDED or not session.is_private or session.alone is not None:
        return False
    if session.asks_dial or session.offer is not None or session.words_asked or session.asks_recording:
        return False
    if profile.shares_wait and session.state in HOLDABLE:
        return False
    if profile.shares_yes and asked(session, t_ns) is not None:
        return False
    return is_voice_lost or is_text_shown(session, t_ns)


def _stopped(session: Session) -> Message:
    if session.ready:
        return Message.READY
    if session.cause is Cause.PERSON_STOP and not session.scene:
        return Message.PRACTISED
    return _STOPPED.get(session.cause or Cause.PERSON_STOP, Message.STOPPED)


def _held(session: Session, t_ns: int) -> Message:
    age_ns = session.lease.age_ns(t_ns)
    if age_ns is not None and age_ns > LIMITS.lease_hold_ns and session.plan.hold_on_link_loss_ns:
        return Message.WAITING_ON if t_ns < session.can_wait_until_ns else Message.LINK_LOST_WAIT
    if session.cause is Cause.LEASE_OLD and session.lease.is_fresh(t_ns):
        return Message.CONTINUE_SOON
    return _HELD.get(session.cause or Cause.PERSON_WAIT, Message.HELD)
