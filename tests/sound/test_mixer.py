"""What the mixer does to samples, measured."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from tests.sound.speaking import tone
from vret.core.effects import State
from vret.memory.messages import Shown, Speech
from vret.scene.sounds import Gain, SceneSound, SoundSource
from vret.sound.cue import CALM, CLOSING, STALL_NS, Cue, cue
from vret.sound.form import BLOCK, RATE_HZ, Samples, amplitude, level_db
from vret.sound.layer import Layer
from vret.sound.limiter import PEAK_CEILING_DB
from vret.sound.mixer import DUCK_DB, VOICE_QUIETEST, Mixer
from vret.sound.prompts import load_prompts, prompts_folder

HEIGHTS = SceneSound(
    bed="city",
    bed_gain=Gain(constant_db=-6.0),
    sources=(
        SoundSource("wind", "wind", None, Gain(axis="wind_mps", points=((0.0, -60.0), (10.0, 0.0)))),
        SoundSource("ball drop", "ball", (0.0, 0.0, -2.0), Gain(), stimulus="ball drop"),
    ),
)
PROMPTS = load_prompts(prompts_folder())
QUIET_CALM = SceneSound(bed="room_tone", bed_gain=Gain(constant_db=-60.0))


def shown(**fields: object) -> Shown:
    still = Shown(
        t_ns=0,
        state=State.EXPOSED,
        scene="heights",
        place="roof",
        veil=0,
        axes={"wind_mps": 0.0},
        stimuli=(),
        held=False,
        head_position_in_scene=(0.0, 1.6, 0.0),
        head_rotation_in_scene=(0.0, 0.0, 0.0, 1.0),
        ready=False,
        offer=False,
        rating_asked=False,
    )
    return Shown(**{name: getattr(still, name) for name in still.__struct_fields__} | fields)


EXPOSED = cue(shown(), None, 0)
STOPPED = cue(shown(state=State.STOPPED, scene=""), None, 0)


def mixer(sound: SceneSound = HEIGHTS, calm: SceneSound = QUIET_CALM) -> Mixer:
    return Mixer({CALM: Layer(calm), "heights": Layer(sound)}, PROMPTS)


def heard(mixer: Mixer, cue: Cue, seconds: float) -> Samples:
    return np.concatenate([mixer.block(cue) for _ in range(round(seconds * RATE_HZ / BLOCK))])


def spoken_over(mixer: Mixer, cue: Cue, seconds: float, level: float = 0.3) -> Samples:
    """What is heard while the therapist speaks."""
    blocks = range(round(seconds * RATE_HZ / BLOCK))
    return np.concatenate([mixer.block(cue, tone(number, level)) for number in blocks])


def loudest_jump(samples: Samples) -> float:
    return float(np.abs(np.diff(samples, axis=0)).max())


def test_scene_is_heard_at_its_level() -> None:
    assert level_db(heard(mixer(), EXPOSED, 4.0)[2 * RATE_HZ :]) == pytest.approx(-26.0, abs=2.0)


@pytest.mark.parametrize(
    "after",
    [
        STOPPED,
        cue(shown(state=State.STOPPED, veil=100), None, 0),
        cue(shown(state=State.ENDED), None, 0),
        cue(shown(scene="", state=State.CALM), None, 0),
        cue(None, None, 0),
    ],
    ids=["stop", "stop before the cut", "ended", "calm room", "no frame"],
)
def test_scene_is_silent_50_ms_after_a_stop(after: Cue) -> None:
    """Against the same mixer without a scene: only the calm room may be left."""
    with_scene = mixer()
    heard(with_scene, EXPOSED, 3.0)
    after_stop = heard(with_scene, after, 0.5)
    at_50_ms = after_stop[RATE_HZ // 20 :]
    assert level_db(after_stop[:BLOCK]) > -40.0
    assert level_db(at_50_ms) < -75.0
    assert np.abs(at_50_ms).max() < amplitude(-60.0)


def test_stop_does_not_click() -> None:
    playing = mixer()
    before = heard(playing, EXPOSED, 3.0)
    after = heard(playing, STOPPED, 0.3)
    assert loudest_jump(np.concatenate((before[-BLOCK:], after))) < 1.2 * loudest_jump(before)


def test_calm_room_has_its_own_bed() -> None:
    playing = mixer(calm=SceneSound(bed="room_tone", bed_gain=Gain(constant_db=-20.0)))
    heard(playing, EXPOSED, 1.0)
    assert level_db(heard(playing, STOPPED, 4.0)[2 * RATE_HZ :]) == pytest.approx(-40.0, abs=1.5)


def test_veil_takes_the_scene_along() -> None:
    playing = mixer()
    open_db = level_db(heard(playing, EXPOSED, 3.0)[2 * RATE_HZ :])
    half_db = level_db(heard(playing, replace(EXPOSED, scene_gain=0.5), 3.0)[RATE_HZ:])
    assert half_db - open_db == pytest.approx(-6.0, abs=1.5)
    assert cue(shown(veil=500), None, 0).scene_gain == 0.5
    assert cue(shown(veil=1000), None, 0).scene_gain == 0.0


def test_axis_raises_a_source() -> None:
    calm_air, storm = mixer(), mixer()
    windy = replace(EXPOSED, axes={"wind_mps": 10.0})
    assert level_db(heard(storm, windy, 3.0)[RATE_HZ:]) > level_db(heard(calm_air, EXPOSED, 3.0)[RATE_HZ:]) + 4.0


def test_nothing_grows_louder_while_held() -> None:
    held = mixer(SceneSound(sources=HEIGHTS.sources[:1]))
    heard(held, EXPOSED, 1.0)
    louder = replace(EXPOSED, axes={"wind_mps": 10.0})
    assert level_db(heard(held, replace(louder, held=True), 2.0)) < -70.0
    assert level_db(heard(held, louder, 2.0)[RATE_HZ:]) > -30.0


def test_scene_ducks_12_db_under_speech_and_comes_back() -> None:
    ducked, open_ = mixer(), mixer()
    talked = replace(EXPOSED, speech=True)
    for _ in range(300):
        ducked.block(EXPOSED)
        open_.block(EXPOSED)
    difference = level_db(heard(ducked, talked, 1.0)[RATE_HZ // 2 :]) - level_db(
        heard(open_, EXPOSED, 1.0)[RATE_HZ // 2 :]
    )
    assert difference == pytest.approx(DUCK_DB, abs=0.1)
    back = level_db(heard(ducked, EXPOSED, 2.0)[RATE_HZ:]) - level_db(heard(open_, EXPOSED, 2.0)[RATE_HZ:])
    assert back == pytest.approx(0.0, abs=0.1)


def test_speech_is_taken_from_its_block_while_it_is_new() -> None:
    assert cue(shown(), Speech(level=0.4, t_ns=0), 100_000_000).speech
    assert not cue(shown(), Speech(level=0.0, t_ns=0), 100_000_000).speech
    assert not cue(shown(), Speech(level=0.4, t_ns=0), 600_000_000).speech


def test_prompt_is_said_over_the_ducked_scene() -> None:
    playing = mixer()
    heard(playing, EXPOSED, 3.0)
    playing.say(("lost_contact", "nothing_changes"))
    said = heard(playing, EXPOSED, 2.0)
    assert playing.is_speaking
    assert -26.0 < level_db(said) < -16.0
    heard(playing, EXPOSED, 8.0)
    assert not playing.is_speaking


def test_newer_prompt_takes_the_place_of_waiting_ones() -> None:
    alone, overtaken = mixer(), mixer()
    silent = cue(None, None, 0)
    alone.say(("calm_room",))
    overtaken.say(("calm_room", "ended", "ended"))
    overtaken.say(())
    overtaken.say(("offer",))
    alone.say(("offer",))
    np.testing.assert_array_equal(heard(overtaken, silent, 6.0), heard(alone, silent, 6.0))


def test_stalled_frames_silence_the_scene() -> None:
    stalled = cue(shown(t_ns=0), None, STALL_NS + 1)
    assert stalled.stalled
    assert stalled.scene_gain == 0.0
    assert stalled.calm_gain == 1.0
    assert not cue(shown(t_ns=0), None, STALL_NS).stalled
    assert not cue(shown(t_ns=0, scene="", state=State.CALM), None, STALL_NS + 1).stalled


def test_stimulus_sounds_once_from_its_beginning() -> None:
    playing = mixer(SceneSound(sources=HEIGHTS.sources[1:]))
    assert level_db(heard(playing, EXPOSED, 1.0)) < -70.0
    falling = [replace(EXPOSED, stimuli=(("ball drop", block * 0.01),)) for block in range(600)]
    samples = np.concatenate([playing.block(now) for now in falling])
    assert level_db(samples[:RATE_HZ]) > -50.0
    assert level_db(samples[5 * RATE_HZ :]) < -70.0
    heard(playing, EXPOSED, 0.5)
    again = np.concatenate([playing.block(now) for now in falling[:100]])
    assert level_db(again) > -50.0


def test_source_of_another_place_is_not_heard() -> None:
    sound = SceneSound(sources=(SoundSource("fan", "ventilation", None, Gain(), places=("lift",)),))
    playing = mixer(sound)
    assert level_db(heard(playing, EXPOSED, 1.0)[RATE_HZ // 2 :]) < -70.0
    assert level_db(heard(playing, replace(EXPOSED, place="lift"), 1.0)[RATE_HZ // 2 :]) > -30.0


def test_same_cues_give_the_same_samples() -> None:
    np.testing.assert_array_equal(heard(mixer(), EXPOSED, 0.5), heard(mixer(), EXPOSED, 0.5))


def test_a_source_of_another_variant_is_not_heard() -> None:
    sound = SceneSound(sources=(SoundSource("fan", "ventilation", None, Gain(), variants=("dusk",)),))
    playing = mixer(sound)
    assert level_db(heard(playing, cue(shown(variant="day"), None, 0), 1.0)[RATE_HZ // 2 :]) < -70.0
    assert level_db(heard(playing, cue(shown(variant="dusk"), None, 0), 1.0)[RATE_HZ // 2 :]) > -30.0


def test_a_variant_may_have_a_bed_of_its_own() -> None:
    only_dusk = mixer(SceneSound(beds={"dusk": "city"}))
    assert level_db(heard(only_dusk, cue(shown(variant="day"), None, 0), 0.5)) < -60.0
    change = np.concatenate([heard(only_dusk, cue(shown(variant=name), None, 0), 0.5) for name in ("dusk", "day")])
    tenth = RATE_HZ // 10
    assert level_db(change[4 * tenth : 5 * tenth]) > -40.0
    assert level_db(change[-tenth:]) < -60.0
    assert loudest_jump(change) < 0.1


SILENT_SCENE = cue(None, None, 0)
DELAY = 96
"""Frames by which the limiter is late."""


def test_therapist_is_heard_in_both_ears_alike() -> None:
    samples = spoken_over(mixer(), SILENT_SCENE, 0.5, 0.1)
    expected = np.concatenate([tone(number, 0.1) for number in range(50)])
    np.testing.assert_allclose(samples[DELAY:, 0], expected[:-DELAY], atol=1e-3)
    np.testing.assert_array_equal(samples[:, 0], samples[:, 1])


def scene_under_voice(voice_cue: Cue, level: float, seconds: float = 1.0) -> float:
    """How much quieter the scene is under the therapist's voice, in dB: what is left when the voice is taken away."""
    ducked, open_ = mixer(), mixer()
    for _ in range(300):
        ducked.block(EXPOSED)
        open_.block(EXPOSED)
    alone = spoken_over(mixer(), SILENT_SCENE, seconds, level)
    left = spoken_over(ducked, voice_cue, seconds, level) - alone
    half = len(left) // 2
    return level_db(left[half:]) - level_db(heard(open_, EXPOSED, seconds)[half:])


def test_scene_ducks_12_db_under_the_therapists_own_level() -> None:
    assert scene_under_voice(EXPOSED, 0.1) == pytest.approx(DUCK_DB, abs=0.2)
    assert scene_under_voice(EXPOSED, 0.02) == pytest.approx(0.0, abs=0.1), "breath and hiss do not"


def test_both_voices_duck_once() -> None:
    assert scene_under_voice(replace(EXPOSED, speech=True), 0.1) == pytest.approx(DUCK_DB, abs=0.2)


def test_pauses_between_words_keep_the_scene_down() -> None:
    playing = mixer()
    heard(playing, EXPOSED, 3.0)
    spoken_over(playing, EXPOSED, 1.0, 0.1)
    pause = heard(playing, EXPOSED, 0.28)
    reference = mixer()
    heard(reference, EXPOSED, 4.0)
    assert level_db(pause[DELAY:]) - level_db(heard(reference, EXPOSED, 0.28)[DELAY:]) == pytest.approx(
        DUCK_DB, abs=0.3
    )


def test_prompt_voice_and_storm_together_stay_below_full_scale() -> None:
    playing = mixer()
    heard(playing, replace(EXPOSED, axes={"wind_mps": 10.0}), 2.0)
    playing.say(("lost_contact", "nothing_changes"))
    samples = spoken_over(playing, replace(EXPOSED, axes={"wind_mps": 10.0}), 3.0, 1.0)
    assert np.abs(samples).max() <= amplitude(PEAK_CEILING_DB)


def test_prompt_is_heard_beside_the_therapist() -> None:
    with_prompt, without = mixer(), mixer()
    with_prompt.say(("lost_contact",))
    said = spoken_over(with_prompt, SILENT_SCENE, 2.0, 0.1) - spoken_over(without, SILENT_SCENE, 2.0, 0.1)
    assert -30.0 < level_db(said) < -18.0


AT_THE_RIGHT = replace(EXPOSED, voice_position_in_scene=(2.0, 1.6, 0.0), scene_gain=0.0)


def test_voice_comes_from_its_place_and_is_in_the_head_within_10_ms() -> None:
    playing = mixer()
    numbers = count()

    def say(cue: Cue, blocks: int) -> Samples:
        return np.concatenate([playing.block(cue, tone(next(numbers))) for _ in range(blocks)])

    placed = say(AT_THE_RIGHT, 100)
    assert level_db(placed[4800:, 1]) - level_db(placed[4800:, 0]) == pytest.approx(9.0, abs=0.3)
    turned = say(replace(AT_THE_RIGHT, head_rotation_in_scene=(0.0, 1.0, 0.0, 0.0)), 100)
    assert level_db(turned[4800:, 0]) - level_db(turned[4800:, 1]) == pytest.approx(9.0, abs=0.3)
    own = say(replace(AT_THE_RIGHT, voice_position_in_scene=None), 20)
    in_head = own[BLOCK + DELAY :]
    np.testing.assert_array_equal(in_head[:, 0], in_head[:, 1])
    assert level_db(in_head) > level_db(turned) + 3.0
    assert loudest_jump(np.concatenate((placed, turned, own))[4800:]) < 0.03


def test_a_voice_from_far_away_can_still_be_understood() -> None:
    far = replace(AT_THE_RIGHT, voice_position_in_scene=(0.0, 1.6, -50.0))
    level, near = (level_db(spoken_over(mixer(), cue, 1.0, 0.1)[4800:]) for cue in (far, SILENT_SCENE))
    assert level - near == pytest.approx(20 * np.log10(VOICE_QUIETEST), abs=0.1)


def test_closing_fades_the_voice_too() -> None:
    playing = mixer()
    before = spoken_over(playing, SILENT_SCENE, 0.5)
    after = np.concatenate([playing.block(CLOSING, tone(50 + number)) for number in range(20)])
    assert level_db(after[5 * BLOCK :]) == -200.0
    assert loudest_jump(np.concatenate((before, after))) < 1.2 * loudest_jump(before)


HIDDEN = cue(shown(scene="", place="", held=True, state=State.HELD, is_private=False), None, 0)


def test_while_somebody_is_there_everything_is_silent_within_50_ms_and_comes_back_slowly() -> None:
    playing = mixer()
    playing.say(("program", "calm_room"))
    before = spoken_over(playing, EXPOSED, 0.5)
    hidden = spoken_over(playing, HIDDEN, 1.0)
    assert level_db(before) > -40.0
    assert np.abs(hidden[5 * BLOCK :]).max() == 0.0
    assert loudest_jump(np.concatenate((before[-BLOCK:], hidden))) < 1.2 * loudest_jump(before)
    playing.say(("lost_contact",))
    assert np.abs(heard(playing, HIDDEN, 0.5)).max() == 0.0
    back = spoken_over(playing, EXPOSED, 1.5)
    first, later = (level_db(back[at : at + 10 * BLOCK]) for at in (0, 100 * BLOCK))
    assert later > first + 6.0
    assert not playing.is_speaking, "no prompt is kept for later"


def test_a_mixer_that_starts_while_somebody_is_there_lets_nothing_through() -> None:
    assert np.abs(spoken_over(mixer(), HIDDEN, 0.5)).max() == 0.0


def test_a_scene_that_the_therapist_turned_off_is_silent_and_its_calm_room_prompts_and_voice_are_not() -> None:
    muted = cue(shown(is_scene_muted=True), None, 0)
    playing = mixer()
    heard(playing, EXPOSED, 0.5)
    assert level_db(heard(playing, muted, 0.5)[5 * BLOCK :]) == -200.0
    assert level_db(spoken_over(playing, muted, 0.5)) > -30.0
    heard(playing, muted, 1.5)
    back = heard(playing, EXPOSED, 1.0)
    assert level_db(back[: 5 * BLOCK]) + 6.0 < level_db(back[-5 * BLOCK :])
    playing.say(("program",))
    assert level_db(heard(playing, muted, 0.5)[5 * BLOCK :]) > -50.0
    assert cue(shown(scene="", state=State.CALM, is_scene_muted=True), None, 0).calm_gain == 1.0
