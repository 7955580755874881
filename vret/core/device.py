"""What the person wears: the names that its software gives it. Told with every report; it steers nothing."""

import msgspec


class Device(msgspec.Struct, frozen=True, gc=False):
    """`headset` is the device by its own name, `runtime` the software behind it with its version; empty for unknown."""

    headset: str = ""
    runtime: str = ""
