"""Speak the recorded prompts with espeak-ng into assets/sound/prompts: `python tools/assets/prompts.py`.

Run after a sentence in `vret.sound.prompts` changed; needs `apt install espeak-ng`. A clinic may put its own recordings
in place of the files: mono WAV, 16 bit, any rate.
"""

import subprocess

from vret.sound.prompts import SENTENCES, prompts_folder


def main() -> None:
    prompts_folder().mkdir(parents=True, exist_ok=True)
    for name, sentence in SENTENCES.items():
        path = prompts_folder() / f"{name}.wav"
        subprocess.run(["espeak-ng", "-v", "en-gb", "-s", "135", "-p", "38", "-w", str(path), sentence], check=True)
        print(path)


if __name__ == "__main__":
    main()
