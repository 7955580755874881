"""The OpenXR runtime and the headset behind it."""

from vret.doctor.finding import Finding, Mark

RUNTIME, HEADSET = "OpenXR runtime", "headset"


def check_openxr() -> tuple[Finding, ...]:
    """Run in a child process: it loads the runtime."""
    import xr
    import xr.exception

    try:
        extensions = xr.enumerate_instance_extension_properties()
    except xr.exception.RuntimeUnavailableError:
        return (
            Finding(
                RUNTIME,
                Mark.NOTE,
                "none is installed, so no headset can be used; the program shows the scene in a window instead.",
                "To use a headset, install the software that came with it (or SteamVR) and make it the OpenXR runtime.",
            ),
        )
    names = {entry.extension_name.decode() for entry in extensions}
    opengl = [xr.KHR_OPENGL_ENABLE_EXTENSION_NAME] if xr.KHR_OPENGL_ENABLE_EXTENSION_NAME in names else []
    instance = xr.create_instance(
        xr.InstanceCreateInfo(
            application_info=xr.ApplicationInfo("vret doctor", 1, "vret", 1, xr.Version(1, 0, 0)),
            enabled_extension_names=opengl,
        )
    )
    try:
        name = xr.get_instance_properties(instance).runtime_name.decode()
        return (_runtime(name, bool(opengl)), _headset(instance))
    finally:
        xr.destroy_instance(instance)


def _runtime(name: str, opengl: bool) -> Finding:
    if opengl:
        return Finding(RUNTIME, Mark.GOOD, f"{name}.")
    return Finding(RUNTIME, Mark.BAD, f"{name} cannot show OpenGL.", "Make SteamVR or Monado the OpenXR runtime.")


def _headset(instance: object) -> Finding:
    import xr
    import xr.exception

    try:
        system = xr.get_system(instance, xr.SystemGetInfo(xr.FormFactor.HEAD_MOUNTED_DISPLAY))
    except xr.exception.FormFactorUnavailableError:
        return Finding(HEADSET, Mark.NOTE, "none is connected.", "Switch the headset on, connect it, then look again.")
    return Finding(HEADSET, Mark.GOOD, f"{xr.get_system_properties(instance, system).system_name.decode()}.")
