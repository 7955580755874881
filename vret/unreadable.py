"""What decoding raises for bytes that cannot be read.

msgspec has an error of its own for what is no JSON or MessagePack or does not fit its type. Text that is no UTF-8 and
nesting without end come as Python's errors, so whoever decodes what came from outside has to expect all of them.
"""

from typing import Final

import msgspec

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
