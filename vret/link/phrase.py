"""The phrase: four neutral words that two people read to each other.

Words of everyday things, told apart by ear (three letters differ at least), and none of what anybody is treated for
here: no heights, animals, vehicles, weather, water, fire, crowds, stages, sickness, dirt, blood, sharp things, rooms or
machines, hardly anything to eat, and no parts of the body.
"""

from typing import Final

_LISTED: Final = (
    "acorn album amber apron ardent autumn ballad bamboo banjo beryl birch blanket blossom blue bouquet "
    "brass bronze button calendar calico cardigan carpet cashmere cedar chalk chapter chess circle "
    "clarinet clover cobalt collar copper crayon crystal curtain cushion cymbal cypress daisy denim easel "
    "emerald envelope evening fabric fern fiddle flannel folder frame garland gentle glitter granite "
    "guitar harbour harmony harp indigo inkwell iris ivory jacket jasmine jigsaw journal juniper kimono "
    "lantern laurel lavender leaf lily linen lotus marble marigold meadow melody mitten morning mosaic "
    "muslin notebook olive orange orchid organ origami palette paper pearl pebble pencil piccolo pillow "
    "plaid polka postcard pottery primrose puzzle quartz quilt rattan ribbon rosemary ruby satin scarf "
    "sequin shawl silver slipper sofa sonnet tapestry teapot thistle topaz trumpet tulip turquoise tweed "
    "velvet viola walnut"
)
WORDS: Final = tuple(_LISTED.split())
_BITS: Final = 7
PHRASE_WORDS: Final = 4
PHRASE_BITS: Final = _BITS * PHRASE_WORDS


def phrase_of(digest: bytes) -> tuple[str, ...]:
    """The words that the first PHRASE_BITS of a digest name, the highest bits first."""
    number = int.from_bytes(digest[:4], "big") >> 32 - PHRASE_BITS
    return tuple(WORDS[number >> _BITS * place & len(WORDS) - 1] for place in reversed(range(PHRASE_WORDS)))
