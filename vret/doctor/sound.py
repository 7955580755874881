"""The sound devices and microphones."""

from typing import TYPE_CHECKING

from vret.doctor.finding import Finding, Mark

if TYPE_CHECKING:
    from vret.sound.endpoints import Endpoint

ABOUT = "sound"


def check_sound() -> tuple[Finding, ...]:
    """Run in a child process: it opens the default output."""
    from vret.sound.device import SoundDeviceError, Speakers
    from vret.sound.endpoints import microphones, outputs

    try:
        speakers = Speakers()
    except SoundDeviceError:
        return (
            Finding(
                ABOUT,
                Mark.NOTE,
                "no sound device opens; a session runs without sound.",
                "Connect the headset's audio or headphones and choose them as the system's output.",
            ),
        )
    speakers.close()
    said = f"{speakers.name} opens; outputs that --sound-output can name: {_names(outputs())}."
    return (Finding(ABOUT, Mark.GOOD, said), _check_microphones(microphones()))


def _check_microphones(found: list["Endpoint"]) -> Finding:
    if found:
        return Finding(ABOUT, Mark.GOOD, f"microphones that --microphone can name: {_names(found)}.")
    return Finding(
        ABOUT,
        Mark.NOTE,
        "no microphone is there; the therapist will not hear the person.",
        "Connect the headset's microphone or another, and allow programs to use it in the system's settings.",
    )


def _names(endpoints: list["Endpoint"]) -> str:
    return ", ".join(f"“{endpoint.name}”" for endpoint in endpoints) or "none"
