"""PESQ-WB (ITU-T P.862.2) of recordings at 16 kHz: `speech_quality.py SAID HEARD SAID HEARD ...`, a JSON list."""

import json
import sys
import wave

import numpy as np
from pesq import pesq


def read(path: str) -> np.ndarray:
    with wave.open(path, "rb") as file:
        assert file.getframerate() == 16_000, f"{path} has another rate"
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


paths = sys.argv[1:]
pairs = zip(paths[::2], paths[1::2], strict=True)
print(json.dumps([pesq(16_000, read(said), read(heard), "wb") for said, heard in pairs]))
