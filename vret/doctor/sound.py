"""The sound devices."""

from vret.doctor.finding import Finding, Mark

ABOUT = "sound"


def check_sound() -> tuple[Finding, ...]:
    """Run in a child process: it opens the default output."""
    from vret.sound.device import SoundDeviceError, Speakers
    from vret.sound.outputs import outputs

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
    names = ", ".join(f"“{output.name}”" for output in outputs())
    said = f"{speakers.name} opens; outputs that --sound-output can name: {names or 'none'}."
    return (Finding(ABOUT, Mark.GOOD, said),)
