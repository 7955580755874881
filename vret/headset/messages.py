"""Short sentences that the person sees in the headset, in plain words and in one place.

Notices of a lost connection say that it is technical, that nothing gets harder, and what the person can do
(clinical wording: design.md 2.4 and 3). How a control is done is said by the profile in use, not here.
"""

from enum import StrEnum

from vret.core.effects import State
from vret.headset.profiles import Control


class Message(StrEnum):
    WAITING = "waiting"
    CALM = "calm"
    PRACTISE_STOP = "practise_stop"
    PRACTISED = "practised"
    READ = "read"
    SEAT = "seat"
    FLOOR = "floor"
    BOUNDARY = "boundary"
    SOUND = "sound"
    PRACTISE_WAIT = "practise_wait"
    PRACTISE_LESS = "practise_less"
    WORDS = "words"
    RECORD = "record"
    STOPPED = "stopped"
    READY = "ready"
    OFFER = "offer"
    HELD = "held"
    PAUSED = "paused"
    LINK_SLOW = "link_slow"
    LINK_LOST = "link_lost"
    LINK_LOST_WAIT = "link_lost_wait"
    WAITING_ON = "waiting_on"
    CONTINUE_SOON = "continue_soon"
    RATING = "rating"
    SICKNESS = "sickness"
    UNWELL = "unwell"
    HEADSET_OFF = "headset_off"
    INPUT_LOST = "input_lost"
    TRACKING_LOST = "tracking_lost"
    TRACKING_GONE = "tracking_gone"
    PICTURES_SLOW = "pictures_slow"
    PICTURES_TOO_SLOW = "pictures_too_slow"
    LOG_UNHEALTHY = "log_unhealthy"
    VOICE_LOST = "voice_lost"
    THERAPIST_MUTED = "therapist_muted"
    VOICE_POOR = "voice_poor"
    NOT_PRIVATE = "not_private"
    STILL_HELD = "still_held"
    ENDED = "ended"
    WELL = "well"
    SOBER = "sober"
    ROOM_CLEAR = "room_clear"
    REACHABLE = "reachable"
    SEATED = "seated"
    ALONE = "alone"
    NEXT_STEP = "next_step"
    LAST_STEP = "last_step"
    LESS_OFFERED = "less_offered"
    HELD_ALONE = "held_alone"
    CALMED = "calmed"
    OFFER_ALONE = "offer_alone"
    READY_ALONE = "ready_alone"
    NOT_TODAY = "not_today"
    OVER = "over"
    ENDED_ALONE = "ended_alone"


TEXTS: dict[Message, str] = {
    Message.WAITING: "Your therapist will let you in soon.",
    Message.CALM: "You are in the calm room. Your therapist will suggest how to go on.",
    Message.PRACTISE_STOP: "Please do Stop once, so that you know it works.",
    Message.PRACTISED: "Stop works. Try the others too, if you like.",
    Message.READ: "Read aloud: the kettle is warm, the bread is cut. Is it sharp and easy to read?",
    Message.SEAT: "Sit or stand as you agreed. Is there nothing to stumble over?",
    Message.FLOOR: "Look down. Is the floor where your feet are?",
    Message.BOUNDARY: "Stretch out both arms and turn around. Is there room on every side?",
    Message.SOUND: "Listen for a moment. Do you hear this room, and your therapist?",
    Message.PRACTISE_WAIT: "Please do Wait once. In a scene, nothing then comes nearer.",
    Message.PRACTISE_LESS: "Please do Less once. In a scene, it takes you one step down.",
    Message.WORDS: "Read these words to your therapist. They prove that nobody is in between.",
    Message.RECORD: "Your therapist asks to record what you both say. "
    "You can say no, now or later; nothing else changes.",
    Message.STOPPED: "You stopped. Take your time.",
    Message.READY: "Good. Your therapist will suggest how to go on.",
    Message.OFFER: "Your therapist suggests going on.",
    Message.HELD: "Nothing will come nearer. You can step down or stop.",
    Message.PAUSED: "Pause. Nothing will come nearer.",
    Message.LINK_SLOW: "The connection is slow. Nothing will change. You can wait or stop.",
    Message.LINK_LOST: "We lost contact. This is technical, not you. You are going to the calm room.",
    Message.LINK_LOST_WAIT: "We lost contact. This is technical, not you.",
    Message.WAITING_ON: "We lost contact. This is technical, not you. You are waiting a little. You can stop.",
    Message.CONTINUE_SOON: "The connection is back. Your therapist will go on with you.",
    Message.RATING: "How strong is your fear now, from 0 to 100?",
    Message.SICKNESS: "How sick do you feel now, from 0 to 10?",
    Message.UNWELL: "Take the headset off if you like, and look at something far away.",
    Message.HEADSET_OFF: "Welcome back. You are in the calm room.",
    Message.INPUT_LOST: "The controller is gone. Nothing will change until it is back.",
    Message.TRACKING_LOST: "The headset has lost sight of your room. Nothing will change. Keep your head still.",
    Message.TRACKING_GONE: "The headset lost sight of your room. This is technical, not you. Is there enough light?",
    Message.PICTURES_SLOW: "The pictures come too slowly. Nothing will change. You can stop or close your eyes.",
    Message.PICTURES_TOO_SLOW: "The pictures came too slowly. This is technical, not you.",
    Message.LOG_UNHEALTHY: "Something technical is not right. Nothing will get harder.",
    Message.VOICE_LOST: "You cannot hear each other just now. This is technical, not you.",
    Message.THERAPIST_MUTED: "Your therapist’s microphone is off.",
    Message.VOICE_POOR: "The line is weak: voices may break up. This is technical, not you.",
    Message.NOT_PRIVATE: "Nobody hears you, and you hear nobody. Take your time.",
    Message.STILL_HELD: "You are back where you were. Nothing will come nearer. Your therapist will go on with you.",
    Message.ENDED: "The session has ended. You can take the headset off.",
    Message.WELL: "Are you well today, and not worse than when you did this together?",
    Message.SOBER: "Are you sober: no alcohol, no drugs, and no new medicine?",
    Message.ROOM_CLEAR: "Is the room clear, with nothing near that you could hit or stumble over?",
    Message.REACHABLE: "Can you reach somebody who knows that you are doing this now?",
    Message.SEATED: "Are you sitting, on a chair that stands firm?",
    Message.ALONE: "You are in the calm room. Go on whenever you want to, or not at all.",
    Message.NEXT_STEP: "You can go one step further, or stay as long as you like.",
    Message.LAST_STEP: "This was the last step. From here you can go to the calm room, or stay.",
    Message.LESS_OFFERED: "That is a lot. Do Less or Stop. If you do nothing, it soon goes one step down by itself.",
    Message.HELD_ALONE: "Nothing will come nearer. You can go on, step down or stop.",
    Message.CALMED: "You are in the calm room. Take your time.",
    Message.OFFER_ALONE: "You can go on, lower than before.",
    Message.READY_ALONE: "Good. You are asked in a moment.",
    Message.NOT_TODAY: "Then it is not for today, and that is fine. You can take the headset off.",
    Message.OVER: "That was all for this time. You can take the headset off.",
    Message.ENDED_ALONE: "This is the end. Your therapist is told next time. You can take the headset off.",
}

TITLES: dict[State, str] = {
    State.WAITING: "Waiting room",
    State.CALM: "Calm room",
    State.EXPOSED: "",
    State.HELD: "On hold",
    State.PAUSED: "Pause",
    State.STOPPED: "Calm room",
    State.ENDED: "The end",
}

NOT_PRIVATE_TITLE = "Hidden"
RECORDED = "Recording"
"""The sign that stands as long as what both say is recorded."""

INVITATIONS: dict[Control, str] = {
    Control.PRIVATE_AGAIN: "When you are alone again: {}",
    Control.READY: "When you want to go on: {}",
    Control.ACCEPT: "If you want to: {}",
    Control.CAN_WAIT: "If you can wait: {}",
    Control.RATE: "To set the dial: {}",
    Control.SICKNESS: "To set the dial: {}",
    Control.CONFIRM: "To answer: {}",
    Control.RISE: "If you want to: {}",
}
"""What is said before the way in which the panel is answered."""

INVITATION_TO_RECORD = "If you agree: {}. If not: {}"
INVITATION_TO_RECORD_OR_NOT = "If you agree: {}. To end it: {}"
"""Where the hold of a no would first be a yes: no answer is the no."""
INVITATION_IF_SO = "If so: {}. If not, tell your therapist"
INVITATION_IF_SO_ALONE = "If so: {0}. If not: {2}"
INVITATION_AFTER_WORDS = "If your therapist has the same: {}"

TO_ANSWER = "To answer: {}, then let go."
"""How a phrase is said."""
SAYING = "“{}” is sent in a moment."
ANSWERED = "Sent: {}"
IS_HERE = "Your therapist is here."

WARNINGS = ("{}: now", "{}: in 1 second", "{}: in {} seconds")
"""What is coming, in the scene's own words: in less than half a second, in one, in more."""
NOBODY_WATCHES = "Nobody is watching. You are doing this on your own."
TIME_LEFT = ("Less than a minute is left.", "About {} minutes are left.")
NOBODY_SAID = ("None at all", "The strongest I can imagine")
"""The ends of the scale for who has no anchors yet."""
SICKNESS_ENDS = ("Not at all", "Very sick")
FROM_THE_THERAPIST = "Your therapist writes:"
