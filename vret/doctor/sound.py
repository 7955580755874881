"""The sound devices."""

from vret.doctor.finding import Finding, Mark

ABOUT = "sound"


def check_sound() -> tuple[Finding, ...]:
    """Run in a child process: it opens the default output."""
    import miniaudio

    from vret.sound.device import BACKENDS, SoundDeviceError, Speakers

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
    enabled = [backend for backend in BACKENDS if miniaudio.is_backend_enabled(backend)]
    names = [device["name"] for device in miniaudio.Devices(enabled).get_playbacks()]
    return (Finding(ABOUT, Mark.GOOD, f"{speakers.name} opens; outputs here: {', '.join(names)}."),)
