"""Microphone and ears before a call, in words for the person: judged from what `vret.voice.trial` measures.

The checks run in child processes. Each takes what `--sound-output` and `--microphone` ask for, and the headset's name.
"""

from typing import Final

from vret.doctor.finding import Finding, Mark
from vret.errors import VretError
from vret.sound.device import SoundDeviceError, Speakers
from vret.sound.endpoints import LISTENS, PLAYS, Choice, choose, microphones, outputs
from vret.voice.microphone import Microphone, MicrophoneError
from vret.voice.trial import Heard, Leak, heard_in, leak_in, listen, play, play_and_listen

MICROPHONE: Final = "microphone"
SOUND: Final = "sound"
ECHO: Final = "echo"

QUIET_DBFS, LOUD_DBFS = -45.0, -12.0
CLIPPED_MOST: Final = 0.001
ABOVE_NOISE_DB: Final = 15.0
SILENT_DBFS: Final = -95.0
LEAK_NONE_DB, LEAK_MUCH_DB = -40.0, -10.0
"""Below the first the echo canceller has nothing to do (docs/check.md); above the second it may miss some."""


_BUSY: Final = Finding(
    ECHO, Mark.NOTE, "the computer was too busy to measure it.", "Close other programs, then check again."
)


def check_endpoints(output: str, microphone: str, headset: str) -> tuple[Finding, ...]:
    """What is amiss with them before anybody is asked for anything: bad is what does not open."""
    listens, plays = _listens(microphone, headset), _plays(output, headset)
    found = [
        Finding(about, Mark.NOTE, choice.message, "Connect it, or choose another.")
        for about, choice in ((MICROPHONE, listens), (SOUND, plays))
        if choice.message
    ]
    try:
        Microphone(listens.endpoint, lambda _block: None).close()
    except MicrophoneError as problem:
        advice = "Connect one, and let programs use it in the system's settings."
        found.append(Finding(MICROPHONE, Mark.BAD, _wrong(problem), advice))
    try:
        Speakers(plays.endpoint).close()
    except SoundDeviceError as problem:
        advice = "Connect the headset's sound or headphones, and choose them as the system's output."
        found.append(Finding(SOUND, Mark.BAD, _wrong(problem), advice))
    return tuple(found)


def _wrong(problem: VretError) -> str:
    """What is wrong, without what to do about it in a session."""
    return f"{str(problem).partition(':')[0]}."


def check_microphone(microphone: str, headset: str) -> tuple[Finding, ...]:
    """While the person reads aloud."""
    choice = _listens(microphone, headset)
    return (judged_microphone(_name(choice, "the computer's own microphone"), heard_in(listen(choice.endpoint))),)


def check_sound(output: str, headset: str) -> tuple[Finding, ...]:
    """A soft tone, where there is no microphone."""
    plays = _plays(output, headset)
    play(plays.endpoint)
    return (_played(plays),)


def check_echo(output: str, microphone: str, headset: str) -> tuple[Finding, ...]:
    """The same tone, and what comes back of it."""
    plays = _plays(output, headset)
    sound, is_whole = play_and_listen(plays.endpoint, _listens(microphone, headset).endpoint)
    return _played(plays), judged_leak(leak_in(sound)) if is_whole else _BUSY


def _listens(microphone: str, headset: str) -> Choice:
    return choose(microphones(), microphone, headset, LISTENS)


def _plays(output: str, headset: str) -> Choice:
    return choose(outputs(), output, headset, PLAYS)


def _name(choice: Choice, default: str) -> str:
    return default if choice.endpoint is None else f"“{choice.endpoint.name}”"


def _played(plays: Choice) -> Finding:
    name = _name(plays, "the computer's own output")
    return Finding(SOUND, Mark.GOOD, f"{name} played a tone.")


def judged_microphone(name: str, heard: Heard) -> Finding:
    if heard.speech_dbfs is None and heard.noise_dbfs <= SILENT_DBFS:
        advice = "Switch it on, look for a mute switch, and let programs use it in the system's settings."
        return Finding(MICROPHONE, Mark.BAD, f"{name} hears nothing at all.", advice)
    if heard.speech_dbfs is None:
        advice = "Read the line aloud. If you did, choose another microphone with --microphone."
        return Finding(MICROPHONE, Mark.BAD, f"{name} is on, but heard nobody speak.", advice)
    measured = f"{name} heard you at {heard.speech_dbfs:.0f} dB, and noise at {heard.noise_dbfs:.0f} dB"
    if heard.clipped > CLIPPED_MOST or heard.speech_dbfs > LOUD_DBFS:
        return Finding(MICROPHONE, Mark.NOTE, f"{measured}: too loud.", "Turn it down in the system's settings.")
    if heard.speech_dbfs < QUIET_DBFS:
        advice = "Turn it up in the system's settings, or bring it nearer to your mouth."
        return Finding(MICROPHONE, Mark.NOTE, f"{measured}: too quiet.", advice)
    if heard.speech_dbfs - heard.noise_dbfs < ABOVE_NOISE_DB:
        advice = "Switch off what hums or plays in the room, or bring the microphone nearer to your mouth."
        return Finding(MICROPHONE, Mark.NOTE, f"{measured}: there is much noise.", advice)
    return Finding(MICROPHONE, Mark.GOOD, f"{measured}.")


def judged_answer(was_heard: bool | None) -> Finding:
    """Whether the person heard the tone; None where nobody answered."""
    match was_heard:
        case True:
            return Finding(SOUND, Mark.GOOD, "you heard it.")
        case False:
            advice = "Put the headset or headphones on, turn them up, or choose another output with --sound-output."
            return Finding(SOUND, Mark.BAD, "you did not hear it.", advice)
        case None:
            return Finding(SOUND, Mark.NOTE, "nobody said whether it was heard.", "Check again, and answer y or n.")


def judged_leak(leak: Leak) -> Finding:
    if leak.leak_db is None and leak.below_db > LEAK_NONE_DB:
        sentence = "the room was too loud to hear what of the tone comes back."
        return Finding(ECHO, Mark.NOTE, sentence, "Check again, and be quiet while the tone plays.")
    if leak.leak_db is None:
        sentence = f"nothing of what is played comes back into the microphone (below {leak.below_db:.0f} dB)."
        return Finding(ECHO, Mark.GOOD, sentence)
    measured = f"what is played comes back into the microphone at {leak.leak_db:.0f} dB"
    if leak.leak_db < LEAK_NONE_DB:
        return Finding(ECHO, Mark.GOOD, f"{measured}: next to nothing.")
    if leak.leak_db < LEAK_MUCH_DB:
        return Finding(ECHO, Mark.GOOD, f"{measured}; the program takes it out.")
    advice = "Use the headset's own sound or headphones, or turn the loudspeakers down."
    return Finding(ECHO, Mark.NOTE, f"{measured}: your therapist may hear an echo.", advice)
