/** The headset and the software behind it in one line. */

import type { Device } from "../generated/wire";

export function deviceText(device: Device | null): string {
  return [device?.headset, device?.runtime].filter((name) => name).join(" · ");
}
