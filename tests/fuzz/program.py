"""Fuzz one target under libFuzzer, in a process of its own: `python -m tests.fuzz.program NAME [libFuzzer's options]`.

What is found is written beside the corpus' working copy, which libFuzzer is told of as its first folder.
"""

import sys

import atheris


def main() -> None:
    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["vret", "vret_server", "mcap", "tomllib", "wave"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    atheris.Setup([sys.argv[0], f"-max_len={target.longest}", *options], target.take)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
