"""Draw docs/pictures/rungs.png, four rungs of the heights ladder as the person sees them (`make pictures`)."""

import tempfile
from pathlib import Path

from PIL import Image

from vret.paths import data_file
from vret.scene.pictures import draw_rungs

SHOWN = ("04-balcony_near", "08-roof", "09-glass_floor-down", "11-plank-down")
SIZE = (640, 360)
COLOURS = 256
OUT = Path(__file__).parents[1] / "docs" / "pictures" / "rungs.png"


def main() -> None:
    sheet = Image.new("RGB", (2 * SIZE[0], 2 * SIZE[1]))
    with tempfile.TemporaryDirectory() as folder:
        for _ in draw_rungs(data_file("scenes/heights"), Path(folder), width=2 * SIZE[0]):
            pass
        for index, name in enumerate(SHOWN):
            picture = Image.open(Path(folder) / f"{name}.png").resize(SIZE, Image.Resampling.LANCZOS)
            sheet.paste(picture, (index % 2 * SIZE[0], index // 2 * SIZE[1]))
    sheet.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(OUT, optimize=True)
    print(f"{OUT.stat().st_size // 1024} KiB, {OUT}")


if __name__ == "__main__":
    main()
