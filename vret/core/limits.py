"""The safety numbers, in one table, each with a ceiling that no plan and no setting can pass.

Sources: design.md 2.4 and 3, clinical.md 2.3. They are proposals until a clinician signs them.
"""

import msgspec

_MS = 1_000_000


class Limits(msgspec.Struct, frozen=True, gc=False):
    """Durations in nanoseconds on the headset's monotonic clock."""

    beacon_period_ns: int = 100 * _MS
    beacon_memory_ns: int = 9_000 * _MS
    lease_rise_ns: int = 1_500 * _MS
    lease_hold_ns: int = 3_000 * _MS
    lease_calm_ns: int = 8_000 * _MS
    tick_gap_ns: int = 250 * _MS
    lost_fade_ns: int = 2_000 * _MS
    calm_fade_ns: int = 1_000 * _MS
    enter_fade_ns: int = 1_000 * _MS
    blink_ns: int = 500 * _MS
    veil_apart_ns: int = 500 * _MS
    rating_ns: int = 15_000 * _MS
    sickness_interval_ns: int = 600_000 * _MS
    sickness_after_ns: int = 60_000 * _MS
    break_after_ns: int = 1_800_000 * _MS
    break_ns: int = 600_000 * _MS
    say_ns: int = 20_000 * _MS
    say_character_ns: int = 80 * _MS
    answer_ns: int = 4_000 * _MS
    new_words_ns: int = 3_000 * _MS
    resume_offer_ns: int = 60_000 * _MS
    recording_question_ns: int = 60_000 * _MS
    input_lost_calm_ns: int = 5_000 * _MS
    tracking_hold_ns: int = 1_000 * _MS
    tracking_calm_ns: int = 3_000 * _MS
    frame_rate_second_ns: int = 1_000 * _MS
    frame_rate_hold_ns: int = 3_000 * _MS
    frame_rate_calm_ns: int = 9_000 * _MS
    homework_rung_ns: int = 30_000 * _MS
    homework_rating_ns: int = 120_000 * _MS
    homework_session_ceiling_ns: int = 2_400_000 * _MS
    distress_apart_ns: int = 60_000 * _MS
    less_offer_ns: int = 20_000 * _MS
    heart_rate_ns: int = 5_000 * _MS
    heart_pause_ns: int = 10_000 * _MS
    fainting_after_ns: int = 300_000 * _MS
    tense_ns: int = 15_000 * _MS
    let_go_ns: int = 25_000 * _MS
    hold_extension_ceiling_ns: int = 30_000 * _MS


LIMITS = Limits()
