"""`vret headset` and `vret homework`."""

from pathlib import Path
from typing import Annotated

from vret import settings
from vret.settings import (
    ControllersChoice,
    DisplayProfileChoice,
    EyePictures,
    HeadsetChoice,
    PriorityChoice,
    SoundChoice,
)


def headset(
    server: Annotated[str, settings.SERVER_URL.option()] = settings.SERVER_URL.default,
    code: Annotated[str | None, settings.CODE.option()] = settings.CODE.default,
    headset: Annotated[HeadsetChoice, settings.HEADSET.option()] = settings.HEADSET.default,
    eye_pictures: Annotated[EyePictures, settings.EYE_PICTURES.option()] = settings.EYE_PICTURES.default,
    depth_layer: Annotated[bool, settings.DEPTH_LAYER.option()] = settings.DEPTH_LAYER.default,
    eye_height_m: Annotated[float | None, settings.EYE_HEIGHT_M.option()] = settings.EYE_HEIGHT_M.default,
    own_room: Annotated[bool, settings.OWN_ROOM.option()] = settings.OWN_ROOM.default,
    picture_scale: Annotated[float, settings.PICTURE_SCALE.option()] = settings.PICTURE_SCALE.default,
    controllers: Annotated[ControllersChoice, settings.CONTROLLERS.option()] = settings.CONTROLLERS.default,
    acted_person: Annotated[bool, settings.ACTED_PERSON.option()] = settings.ACTED_PERSON.default,
    window: Annotated[bool, settings.WINDOW.option()] = settings.WINDOW.default,
    data: Annotated[Path, settings.DATA.option()] = settings.DATA.default,
    scene_cache: Annotated[Path, settings.SCENE_CACHE.option()] = settings.SCENE_CACHE.default,
    sound: Annotated[SoundChoice, settings.SOUND.option()] = settings.SOUND.default,
    sound_output: Annotated[str, settings.SOUND_OUTPUT.option()] = settings.SOUND_OUTPUT.default,
    microphone: Annotated[str, settings.MICROPHONE.option()] = settings.MICROPHONE.default,
    view_width: Annotated[int, settings.VIEW_WIDTH.option()] = settings.VIEW_WIDTH.default,
    view_height: Annotated[int, settings.VIEW_HEIGHT.option()] = settings.VIEW_HEIGHT.default,
    frame_rate_hz: Annotated[float, settings.FRAME_RATE_HZ.option()] = settings.FRAME_RATE_HZ.default,
    priority: Annotated[PriorityChoice, settings.PRIORITY.option()] = settings.PRIORITY.default,
    display_profile: Annotated[
        DisplayProfileChoice, settings.DISPLAY_PROFILE.option()
    ] = settings.DISPLAY_PROFILE.default,
    record_pictures: Annotated[bool, settings.RECORD_PICTURES.option()] = settings.RECORD_PICTURES.default,
    allow_plain_http: Annotated[bool, settings.ALLOW_PLAIN_HTTP.option()] = settings.ALLOW_PLAIN_HTTP.default,
) -> int:
    """Start the program for the person who wears the headset.

    It asks for the join code, shows the waiting room and then what the therapist steers. Escape or the large Stop ends
    what is shown at once; Ctrl-C or closing the window ends the program.
    """
    from vret.memory.config import ProgramConfig
    from vret.supervisor.run import run

    config = ProgramConfig(
        server_url=server,
        data_folder=str(data),
        scene_cache=str(scene_cache),
        headset=headset,
        eye_pictures=eye_pictures,
        depth_layer=depth_layer,
        eye_height_m=eye_height_m,
        own_room=own_room,
        picture_scale=picture_scale,
        controllers=controllers,
        acted_person=acted_person,
        view_width=view_width,
        view_height=view_height,
        frame_rate_hz=frame_rate_hz,
        priority=priority,
        display_profile=display_profile,
        record_pictures=record_pictures,
        sound=sound,
        sound_output=sound_output,
        microphone=microphone,
        allow_plain_http=allow_plain_http,
    )
    return run(config, code, window)


def homework(
    headset: Annotated[HeadsetChoice, settings.HEADSET.option()] = settings.HEADSET.default,
    eye_pictures: Annotated[EyePictures, settings.EYE_PICTURES.option()] = settings.EYE_PICTURES.default,
    depth_layer: Annotated[bool, settings.DEPTH_LAYER.option()] = settings.DEPTH_LAYER.default,
    eye_height_m: Annotated[float | None, settings.EYE_HEIGHT_M.option()] = settings.EYE_HEIGHT_M.default,
    own_room: Annotated[bool, settings.OWN_ROOM.option()] = settings.OWN_ROOM.default,
    picture_scale: Annotated[float, settings.PICTURE_SCALE.option()] = settings.PICTURE_SCALE.default,
    controllers: Annotated[ControllersChoice, settings.CONTROLLERS.option()] = settings.CONTROLLERS.default,
    window: Annotated[bool, settings.WINDOW.option()] = settings.WINDOW.default,
    data: Annotated[Path, settings.DATA.option()] = settings.DATA.default,
    scene_cache: Annotated[Path, settings.SCENE_CACHE.option()] = settings.SCENE_CACHE.default,
    sound: Annotated[SoundChoice, settings.SOUND.option()] = settings.SOUND.default,
    sound_output: Annotated[str, settings.SOUND_OUTPUT.option()] = settings.SOUND_OUTPUT.default,
    view_width: Annotated[int, settings.VIEW_WIDTH.option()] = settings.VIEW_WIDTH.default,
    view_height: Annotated[int, settings.VIEW_HEIGHT.option()] = settings.VIEW_HEIGHT.default,
    frame_rate_hz: Annotated[float, settings.FRAME_RATE_HZ.option()] = settings.FRAME_RATE_HZ.default,
    priority: Annotated[PriorityChoice, settings.PRIORITY.option()] = settings.PRIORITY.default,
    display_profile: Annotated[
        DisplayProfileChoice, settings.DISPLAY_PROFILE.option()
    ] = settings.DISPLAY_PROFILE.default,
    record_pictures: Annotated[bool, settings.RECORD_PICTURES.option()] = settings.RECORD_PICTURES.default,
) -> int:
    """Do the homework that your therapist gave you, on your own. Nobody is watching, and no network is needed.

    It leads to the scenes that you have been in together, one step at a time and only when you press for it. Escape or
    the large Stop ends what is shown at once; Finish, Ctrl-C or closing the window ends it.
    """
    from vret.memory.config import ProgramConfig
    from vret.supervisor.run import run

    config = ProgramConfig(
        homework=True,
        server_url=settings.SERVER_URL.default,
        data_folder=str(data),
        scene_cache=str(scene_cache),
        headset=headset,
        eye_pictures=eye_pictures,
        depth_layer=depth_layer,
        eye_height_m=eye_height_m,
        own_room=own_room,
        picture_scale=picture_scale,
        controllers=controllers,
        view_width=view_width,
        view_height=view_height,
        frame_rate_hz=frame_rate_hz,
        priority=priority,
        display_profile=display_profile,
        record_pictures=record_pictures,
        sound=sound,
        sound_output=sound_output,
    )
    return run(config, None, window)
