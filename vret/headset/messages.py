"""Short sentences that the person sees in the headset, in plain words and in one place.

Notices of a lost connection say that it is technical, that nothing gets harder, and what the person can do
(clinical wording: design.md 2.4 and 3).
"""

from enum import StrEnum


class Message(StrEnum):
    WAITING = "waiting"
    CALM = "calm"
    PRACTISE_STOP = "practise_stop"
    STOPPED = "stopped"
    OFFER = "offer"
    HELD = "held"
    PAUSED = "paused"
    LINK_SLOW = "link_slow"
    LINK_LOST = "link_lost"
    LINK_LOST_WAIT = "link_lost_wait"
    CONTINUE_SOON = "continue_soon"
    RATING = "rating"
    HEADSET_OFF = "headset_off"
    INPUT_LOST = "input_lost"
    LOG_UNHEALTHY = "log_unhealthy"
    ENDED = "ended"


TEXTS: dict[Message, str] = {
    Message.WAITING: "Your therapist will let you in soon.",
    Message.CALM: "You are in the calm room. Press Ready when you want to go on.",
    Message.PRACTISE_STOP: "Please press Stop once, so that you know it works.",
    Message.STOPPED: "You stopped. Take your time. Press Ready when you want to go on.",
    Message.OFFER: "Your therapist suggests going on. Press Yes if you want to.",
    Message.HELD: "Nothing will come nearer. You can step down or stop.",
    Message.PAUSED: "Pause. Nothing will come nearer.",
    Message.LINK_SLOW: "The connection is slow. Nothing will change. You can wait or stop.",
    Message.LINK_LOST: "We lost contact. This is technical, not you. You are going to the calm room.",
    Message.LINK_LOST_WAIT: "We lost contact. This is technical, not you. Press 'I can wait' to stay a little.",
    Message.CONTINUE_SOON: "The connection is back. Your therapist will go on with you.",
    Message.RATING: "How strong is your fear now, from 0 to 100?",
    Message.HEADSET_OFF: "Welcome back. You are in the calm room.",
    Message.INPUT_LOST: "The controller is gone. Nothing will change until it is back.",
    Message.LOG_UNHEALTHY: "Something technical is not right. Nothing will get harder.",
    Message.ENDED: "The session has ended. You can take the headset off.",
}
