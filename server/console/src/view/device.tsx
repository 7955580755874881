/** What the person wears, by the names that its software gives. */

import type { Device } from "../generated/wire";
import { deviceText } from "../words/device";

export function DeviceNames({ device }: { device: Device | null }) {
  const text = deviceText(device);
  return text === "" ? null : <p class="hint">{text}</p>;
}
