"""The person's controllers and hands as OpenXR actions: one action for each component of the table of controls.

All are floats: the specification (11.4) turns a boolean source into 0 or 1. Bindings are suggested for every profile of
`vret.headset.profiles`; the runtime chooses.
"""

import ctypes
from collections.abc import Iterable

from vret.core.device import Battery, BatteryOf
from vret.headset.contract import HeadsetError
from vret.headset.gestures import Component, Hand
from vret.headset.openxr.api import XrError, address, check, xr
from vret.headset.openxr.runtime import BATTERY, Runtime
from vret.headset.profiles import PROFILES

_NEEDED = {
    "/interaction_profiles/bytedance/pico_neo3_controller": "XR_BD_controller_interaction",
    "/interaction_profiles/bytedance/pico4_controller": "XR_BD_controller_interaction",
    "/interaction_profiles/meta/touch_controller_plus": "XR_META_touch_controller_plus",
    "/interaction_profiles/ext/hand_interaction_ext": "XR_EXT_hand_interaction",
}
_NEWER = ("/interaction_profiles/meta/touch_plus_controller",)
"""Names that OpenXR 1.1 gave to what the program asks a runtime of 1.0 for under the name of an extension."""
_WITHOUT_HAPTICS = ("/interaction_profiles/ext/hand_interaction_ext",)
_HANDS = tuple(Hand)
_BATTERY_OF = {Hand.LEFT: BatteryOf.CONTROLLER_LEFT, Hand.RIGHT: BatteryOf.CONTROLLER_RIGHT}
_STATE = xr.BatteryStateDisplayStateFlagsEXT
_IS_VALID, _IS_CHARGING, _HAS_NONE = int(_STATE.VALID_BIT), int(_STATE.CHARGING_BIT), int(_STATE.NO_BATTERY_BIT)


class Actions:
    """The action set of a session. `values` holds what is active, newly read by each `sync`.

    `profiles` names the interaction profile of each hand, empty for none. `suggested` are those that the runtime took.
    `batteries` are the controllers' as of the last `look_up_batteries`.
    """

    def __init__(self, runtime: Runtime, session: int, only: Iterable[str] | None = None) -> None:
        self._runtime, self._call, self._session = runtime, runtime.call, session
        self.values: dict[tuple[Hand, Component], float] = {}
        self.profiles: dict[Hand, str] = dict.fromkeys(_HANDS, "")
        self.batteries: tuple[Battery, ...] = ()
        self._users = {hand: runtime.path(f"/user/hand/{hand}") for hand in _HANDS}
        self._set = self._create_set()
        self._of_component = {one: self._create(str(one), xr.ActionType.FLOAT_INPUT) for one in Component}
        self._grip = self._create("grip_pose", xr.ActionType.POSE_INPUT)
        self._haptic = self._create("haptic", xr.ActionType.VIBRATION_OUTPUT)
        wanted = [path for path in PROFILES if self._is_offered(path) and (only is None or path in only)]
        self.suggested = tuple(path for path in wanted if self._suggest(path))
        if only is not None and not self.suggested:
            raise HeadsetError(
                "The headset's software does not know the controllers that --controllers names: try auto."
            )
        self._attach()
        self.grip_spaces = {hand: self._grip_space(hand) for hand in _HANDS}
        self._state = xr.ActionStateFloat()
        self._state_address = address(self._state)
        self._asked = {(hand, one): self._get_info(hand, one) for hand in _HANDS for one in Component}
        self._reading: list[tuple[tuple[Hand, Component], int]] = []
        self._make_sync()
        self._make_pulses()

    def sync(self) -> None:
        """Read every component of the profiles in use."""
        check(self._call.xrSyncActions(self._session, self._sync_address), "xrSyncActions")
        values, state, state_address = self.values, self._state, self._state_address
        read, session = self._call.xrGetActionStateFloat, self._session
        values.clear()
        for key, info_address in self._reading:
            if read(session, info_address, state_address) >= 0 and state.is_active:
                values[key] = state.current_state

    def look_up_profiles(self) -> None:
        """Ask which profile each hand has; after the first `sync`, and when the runtime says that it changed."""
        state = xr.InteractionProfileState()
        for hand, user in self._users.items():
            code = self._call.xrGetCurrentInteractionProfile(self._session, user, address(state))
            check(code, "xrGetCurrentInteractionProfile")
            self.profiles[hand] = self._runtime.path_text(state.interaction_profile)
        self._reading = [
            ((hand, one), address(self._asked[hand, one]))
            for hand, path in self.profiles.items()
            if path in PROFILES
            for one in PROFILES[path].bindings
            if PROFILES[path].has(one, hand)
        ]

    def look_up_batteries(self) -> None:
        """Ask how full the controllers are, by XR_EXT_interaction_profile_battery_state_display; not often."""
        if not self._runtime.has(BATTERY):
            return
        told, state = xr.BatteryStateDisplayEXT(), xr.InteractionProfileState()
        state.next = ctypes.c_void_p(address(told))
        found = []
        for hand, user in self._users.items():
            told._state_flags = 0
            code = self._call.xrGetCurrentInteractionProfile(self._session, user, address(state))
            flags = told._state_flags
            if code >= 0 and flags & _IS_VALID and not flags & _HAS_NONE:
                percent = round(100 * min(max(told.battery_level, 0.0), 1.0))
                found.append(Battery(_BATTERY_OF[hand], percent, bool(flags & _IS_CHARGING)))
        self.batteries = tuple(found)

    def pulse(self, hand: Hand, seconds: float, amplitude: float) -> None:
        """A short tremble in a hand; a controller that cannot is left in peace."""
        info, vibration = self._pulses[hand]
        vibration.duration, vibration.amplitude = round(seconds * 1e9), min(max(amplitude, 0.0), 1.0)
        self._call.xrApplyHapticFeedback(self._session, address(info), address(vibration))

    def _is_offered(self, path: str) -> bool:
        needed = _NEEDED.get(path)
        return path not in _NEWER and (needed is None or self._runtime.has(needed))

    def _create_set(self) -> int:
        wanted = xr.ActionSetCreateInfo()
        wanted.action_set_name, wanted.localized_action_set_name = b"person", b"What the person says"
        handle = ctypes.c_void_p()
        code = self._call.xrCreateActionSet(self._runtime.instance, address(wanted), address(handle))
        check(code, "xrCreateActionSet")
        return handle.value or 0

    def _create(self, name: str, kind: int) -> int:
        users = (ctypes.c_uint64 * len(_HANDS))(*self._users.values())
        wanted = xr.ActionCreateInfo()
        wanted.action_name, wanted.localized_action_name = name.encode(), name.replace("_", " ").encode()
        wanted._action_type, wanted.count_subaction_paths = int(kind), len(users)
        wanted._subaction_paths = ctypes.cast(users, type(wanted._subaction_paths))
        handle = ctypes.c_void_p()
        check(self._call.xrCreateAction(self._set, address(wanted), address(handle)), f"xrCreateAction({name})")
        return handle.value or 0

    def _suggest(self, path: str) -> bool:
        """Whether the runtime knows the profile and all of its components."""
        pairs = [
            (self._of_component[component], source)
            for component, sources in PROFILES[path].bindings.items()
            for source in sources
        ]
        pairs += [(self._grip, f"/user/hand/{hand}/input/grip/pose") for hand in _HANDS]
        if path not in _WITHOUT_HAPTICS:
            pairs += [(self._haptic, f"/user/hand/{hand}/output/haptic") for hand in _HANDS]
        bindings = (xr.ActionSuggestedBinding * len(pairs))()
        for binding, (action, source) in zip(bindings, pairs, strict=True):
            binding.action, binding.binding = ctypes.cast(action, xr.Action), self._runtime.path(source)
        wanted = xr.InteractionProfileSuggestedBinding()
        wanted.interaction_profile, wanted.count_suggested_bindings = self._runtime.path(path), len(pairs)
        wanted._suggested_bindings = ctypes.cast(bindings, type(wanted._suggested_bindings))
        code = self._call.xrSuggestInteractionProfileBindings(self._runtime.instance, address(wanted))
        if code < 0 and code != int(xr.Result.ERROR_PATH_UNSUPPORTED):
            raise XrError(f"xrSuggestInteractionProfileBindings({path})", code)
        return bool(code >= 0)

    def _attach(self) -> None:
        sets = (ctypes.c_void_p * 1)(self._set)
        wanted = xr.SessionActionSetsAttachInfo()
        wanted.count_action_sets = 1
        wanted._action_sets = ctypes.cast(sets, type(wanted._action_sets))
        check(self._call.xrAttachSessionActionSets(self._session, address(wanted)), "xrAttachSessionActionSets")

    def _grip_space(self, hand: Hand) -> int:
        wanted = xr.ActionSpaceCreateInfo()
        wanted.action, wanted.subaction_path = ctypes.cast(self._grip, xr.Action), self._users[hand]
        wanted.pose_in_action_space.orientation.w = 1.0
        handle = ctypes.c_void_p()
        check(self._call.xrCreateActionSpace(self._session, address(wanted), address(handle)), "xrCreateActionSpace")
        return handle.value or 0

    def _get_info(self, hand: Hand, component: Component) -> ctypes.Structure:
        info: ctypes.Structure = xr.ActionStateGetInfo()
        info.action = ctypes.cast(self._of_component[component], xr.Action)
        info.subaction_path = self._users[hand]
        return info

    def _make_sync(self) -> None:
        self._active = (xr.ActiveActionSet * 1)()
        self._active[0].action_set = ctypes.cast(self._set, xr.ActionSet)
        self._sync_info = xr.ActionsSyncInfo()
        self._sync_info.count_active_action_sets = 1
        self._sync_info._active_action_sets = ctypes.cast(self._active, type(self._sync_info._active_action_sets))
        self._sync_address = address(self._sync_info)

    def _make_pulses(self) -> None:
        self._pulses = {}
        for hand in _HANDS:
            info = xr.HapticActionInfo()
            info.action, info.subaction_path = ctypes.cast(self._haptic, xr.Action), self._users[hand]
            self._pulses[hand] = info, xr.HapticVibration()
