/** What the person wears, by the names that its software gives, and what is not known of it. */

import type { Device } from "../generated/wire";
import { checkedText, deviceText } from "../words/device";
import { words } from "../words/en";

export function DeviceHints({ device }: { device: Device | null }) {
  const text = deviceText(device);
  return (
    <>
      {text !== "" && <p class="hint">{text}</p>}
      {device && <p class="hint">{checkedText(device)}</p>}
      {device?.floor === "assumed" && <p class="hint">{words.device.floorAssumed}</p>}
    </>
  );
}
