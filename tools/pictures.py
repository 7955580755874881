"""Draw docs/pictures/rungs.png and variants.jpg: the heights scene as the person sees it (`make pictures`)."""

import tempfile
from pathlib import Path

from PIL import Image

from vret.paths import data_file
from vret.scene.pictures import draw_rungs

SHOWN = ("04-balcony_near", "08-roof", "09-glass_floor-down", "11-plank-down")
VARIED = ("01-plaza", "04-balcony_near", "08-roof", "11-plank")
VARIANTS = (".", "dusk", "overcast", "rain")
SIZE = (640, 360)
COLOURS = 256
OUT = Path(__file__).parents[1] / "docs" / "pictures"


def sheet_of(pictures: list[Path], columns: int) -> Image.Image:
    sheet = Image.new("RGB", (columns * SIZE[0], -(-len(pictures) // columns) * SIZE[1]))
    for index, path in enumerate(pictures):
        picture = Image.open(path).resize(SIZE, Image.Resampling.LANCZOS)
        sheet.paste(picture, (index % columns * SIZE[0], index // columns * SIZE[1]))
    return sheet


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for _ in draw_rungs(data_file("scenes/heights"), Path(folder), width=2 * SIZE[0]):
            pass
        rungs = sheet_of([Path(folder) / f"{name}.png" for name in SHOWN], 2)
        varied = [Path(folder) / variant / f"{name}.png" for name in VARIED for variant in VARIANTS]
        variants = sheet_of(varied, len(VARIANTS))
    rungs.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(OUT / "rungs.png", optimize=True)
    variants.save(OUT / "variants.jpg", quality=85, optimize=True)
    for path in (OUT / "rungs.png", OUT / "variants.jpg"):
        print(f"{path.stat().st_size // 1024} KiB, {path}")


if __name__ == "__main__":
    main()
