/** The headset, the software behind it and its batteries in words. */

import { BATTERY_EMPTY_PERCENT, BATTERY_LOW_PERCENT } from "../generated/core";
import type { Battery, Device } from "../generated/wire";
import { words } from "./en";

/** One line. */
export function deviceText(device: Device | null): string {
  const batteries = (device?.batteries ?? []).map(batteryText);
  return [device?.headset, device?.runtime, ...batteries].filter((part) => part).join(" · ");
}

/** What must be said of the computer that the headset hangs on, before its battery ends the session. */
export function powerText(device: Device | null): string | null {
  const battery = (device?.batteries ?? []).find((one) => one.of === "computer");
  if (battery === undefined || battery.is_charging || battery.percent > BATTERY_LOW_PERCENT) return null;
  const isEmpty = battery.percent <= BATTERY_EMPTY_PERCENT;
  return isEmpty ? words.device.empty(battery.percent) : words.device.low(battery.percent);
}

/** When the person's computer was checked before the session, and with which result. */
export function checkedText({ checked }: Device): string {
  if (!checked) return words.device.notChecked;
  const { bad = [], noted = [] } = checked;
  const day = new Date(checked.unix_ms).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  return words.device.checked(day, [...new Set(bad)].join(", "), [...new Set(noted)].join(", "));
}

function batteryText(battery: Battery): string {
  return words.device.battery(words.device.batteryOf[battery.of], battery.percent, battery.is_charging);
}
