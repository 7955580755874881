"""The page: everything that stands on the panel at a moment, as plain data.

It is made anew in every frame from the session and from what the headset tells of its wearer, and compared with the
page before: only a page that differs is set again.
"""

from typing import NamedTuple

from vret.core.conversation import PHRASES as PHRASE_TEXTS
from vret.core.effects import State
from vret.core.measures import SUDS_MAX, Anchors
from vret.core.preparation import SAID
from vret.core.session import Session
from vret.core.sickness import FMS_MAX
from vret.headset.choosing import PHRASES
from vret.headset.controls import SCALES
from vret.headset.messages import (
    ANSWERED,
    INVITATION_AFTER_WORDS,
    INVITATION_IF_SO,
    INVITATION_IF_SO_ALONE,
    INVITATION_TO_RECORD,
    INVITATION_TO_RECORD_OR_NOT,
    INVITATIONS,
    IS_HERE,
    NOBODY_SAID,
    NOBODY_WATCHES,
    NOT_PRIVATE_TITLE,
    RECORDED,
    SAYING,
    SICKNESS_ENDS,
    TEXTS,
    TIME_LEFT,
    TITLES,
    TO_ANSWER,
    WARNINGS,
    Message,
)
from vret.headset.notice import asked, is_text_shown, notice, offers_phrases
from vret.headset.profiles import TITLES as CONTROL_TITLES
from vret.headset.profiles import Control, Profile
from vret.headset.unwatched import lines_alone

_SECOND_NS = 1_000_000_000
_SHOWN = (Control.STOP, Control.WAIT, Control.LESS, Control.READY, Control.RATE, Control.SOMEONE_CAME_IN)
_YES = frozenset({Control.READY, Control.ACCEPT, Control.CAN_WAIT})
_ROW_TITLES = CONTROL_TITLES | {Control.READY: "Yes", Control.SOMEONE_CAME_IN: "Hide"}
"""The panel's own are as short as its column."""


class Row(NamedTuple):
    """One control: what it is called, how it is done on the input in use, and whether it was done once."""

    title: str
    how: str
    is_done: bool


class Dial(NamedTuple):
    """The scale 0 to `top`: `value` is None until it is turned; `anchors` are words at equal distances, end to end."""

    value: int | None
    anchors: tuple[str, ...]
    top: int = SUDS_MAX


class Phrases(NamedTuple):
    """What can be said to the therapist, which of it is about to be said, and how."""

    texts: tuple[str, ...]
    choice: int | None
    hint: str


class Page(NamedTuple):
    """Parts that are empty are left out. `words` are to be read out; `is_aside`: it stands beside what is dreaded.

    `presence` says that the therapist is here, `answered` which phrase has just been said, `sign` that what both say is
    recorded. `alone` are the lines of homework: that nobody watches, and whom to call.
    """

    title: str = ""
    warning: str = ""
    sentence: str = ""
    words: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    dial: Dial | None = None
    hint: str = ""
    spoken: str = ""
    is_aside: bool = False
    presence: str = ""
    phrases: Phrases | None = None
    answered: str = ""
    sign: str = ""
    alone: tuple[str, ...] = ()

    @property
    def is_sign_alone(self) -> bool:
        return self == Page(sign=self.sign, is_aside=self.is_aside)


EMPTY = Page()


def page(
    session: Session | None,
    t_ns: int,
    profile: Profile,
    dial: int | None,
    done: frozenset[Control] = frozenset(),
    *,
    choice: int | None = None,
    is_voice_lost: bool = False,
    is_therapist_muted: bool = False,
    is_voice_poor: bool = False,
) -> Page | None:
    """None while there is nothing to read. `done` are the controls that the person has tried, `choice` the phrase.

    While somebody else is there nothing of the session is on it.

    Beside what the therapist says, words to be read out stand without their sentence, and the question of a recording
    without a title: there is room for one of them.
    """
    message = notice(
        session,
        t_ns,
        is_voice_lost=is_voice_lost,
        is_therapist_muted=is_therapist_muted,
        is_voice_poor=is_voice_poor,
    )
    question = asked(session, t_ns)
    if message is Message.NOT_PRIVATE:
        hint = _hint(profile, Control.PRIVATE_AGAIN, None, INVITATIONS[Control.PRIVATE_AGAIN])
        return Page(title=NOT_PRIVATE_TITLE, sentence=TEXTS[message], hint=hint)
    spoken = _spoken(session, t_ns)
    words = () if session is None else session.words_asked
    rows = () if spoken or words else _rows(session, profile, done)
    offers = offers_phrases(session, t_ns, profile, is_voice_lost=is_voice_lost)
    is_aside = session is not None and not session.whereabouts_at(t_ns).is_calm
    made = Page(
        title="" if session is None or (spoken and session.asks_recording) else TITLES[session.state],
        warning="" if session is None else _warning(session, t_ns),
        sentence="" if message is None or (words and spoken) else TEXTS[message],
        words=words,
        rows=rows,
        dial=None if session is None else _dial(session, question, dial),
        hint="" if question is None else _hint(profile, question, dial, _invitation(session, question, profile)),
        spoken=spoken,
        is_aside=is_aside,
        presence=_presence(session, t_ns),
        phrases=_phrases(profile, choice) if offers else None,
        answered=_answered(session, t_ns),
        sign=RECORDED if session is not None and session.recording is not None and session.recording.is_on else "",
        alone=() if rows or session is None else _alone(session, t_ns),
    )
    return None if made == EMPTY or made == EMPTY._replace(is_aside=True) else made


def _warning(session: Session, t_ns: int) -> str:
    """The next stimulus; one without a warning comes before this could be read."""
    if not session.pending:
        return ""
    coming = session.pending[0]
    rules = session.rules(session.scene)
    stimulus = rules.stimulus(coming.stimulus) if rules else None
    seconds = (coming.fires_ns - t_ns + _SECOND_NS // 2) // _SECOND_NS
    title = coming.stimulus if stimulus is None else stimulus.title
    return WARNINGS[min(max(seconds, 0), 2)].format(title, seconds)


def _rows(session: Session | None, profile: Profile, done: frozenset[Control]) -> tuple[Row, ...]:
    """The controls, in the calm room before the first exposure; stop counts on the very input in use."""
    if session is None or session.scene or session.state not in (State.CALM, State.STOPPED) or session.asks_dial:
        return ()
    if session.prepares in SAID or session.asks_recording or (session.alone is not None and session.prepares is None):
        return ()
    if session.input_in_use in session.practised:
        done |= {Control.STOP}
    else:
        done -= {Control.STOP}
    if done & _YES:
        done |= _YES
    return tuple(
        Row(
            _ROW_TITLES[control],
            profile.sentence(control),
            control in done,
        )
        for control in _SHOWN
    )


def _alone(session: Session, t_ns: int) -> tuple[str, ...]:
    if session.alone is None or session.asks_dial:
        return ()
    return lines_alone(session, session.alone, t_ns, (NOBODY_WATCHES, *TIME_LEFT))


def _dial(session: Session, question: Control | None, value: int | None) -> Dial | None:
    match question:
        case Control.RATE:
            return Dial(value, _anchors(session.anchors))
        case Control.SICKNESS:
            return Dial(value, (SICKNESS_ENDS[0], "", SICKNESS_ENDS[1]), FMS_MAX)
        case _:
            return None


def _anchors(anchors: Anchors | None) -> tuple[str, str, str, str, str]:
    if anchors is None:
        return (NOBODY_SAID[0], "", "", "", NOBODY_SAID[1])
    return (anchors.at_0, anchors.at_25, anchors.at_50, anchors.at_75, anchors.at_100)


def _hint(profile: Profile, question: Control, dial: int | None, invitation: str) -> str:
    if question in SCALES and dial is not None:
        question, invitation = Control.CONFIRM, INVITATIONS[Control.CONFIRM]
    ways = (profile.sentence(control) for control in (question, Control.NO_RECORDING, Control.LESS))
    return invitation.format(*(way[0].lower() + way[1:] for way in ways)) + "."


def _invitation(session: Session | None, question: Control, profile: Profile) -> str:
    if session is not None and session.words_asked:
        return INVITATION_AFTER_WORDS
    if question is Control.RECORD:
        return INVITATION_TO_RECORD_OR_NOT if profile.shares_yes else INVITATION_TO_RECORD
    is_prepared = question is Control.READY and session is not None and session.prepares in SAID
    if is_prepared:
        return INVITATION_IF_SO if session is None or session.alone is None else INVITATION_IF_SO_ALONE
    return INVITATIONS[question]


def _spoken(session: Session | None, t_ns: int) -> str:
    """The therapist's text, in one piece: it is typeset anew."""
    if session is None or session.saying is None or not is_text_shown(session, t_ns):
        return ""
    return " ".join(session.saying.text.split())


def _presence(session: Session | None, t_ns: int) -> str:
    if session is None or session.saying is None or not is_text_shown(session, t_ns):
        return ""
    return IS_HERE if session.saying.is_here else ""


def _answered(session: Session | None, t_ns: int) -> str:
    if session is None or session.answer is None or session.asks_dial or t_ns >= session.answer.until_ns:
        return ""
    return ANSWERED.format(PHRASE_TEXTS[session.answer.phrase])


def _phrases(profile: Profile, choice: int | None) -> Phrases:
    texts = tuple(PHRASE_TEXTS[phrase] for phrase in PHRASES)
    if choice is not None:
        return Phrases(texts, choice, SAYING.format(texts[choice]))
    sentence = profile.sentence(Control.PHRASE)
    return Phrases(texts, None, TO_ANSWER.format(sentence[0].lower() + sentence[1:]))
