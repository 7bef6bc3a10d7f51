"""What a policy attends to, as a picture: where it would pick and where it would place, over the table from above."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

PICK = (220, 30, 60)  # colours of the two maps
PLACE = (20, 90, 220)
LEVELS = (0.3, 0.6, 0.9)  # of the peak, that are outlined: a colour laid over things would be taken for theirs
OUTLINE = 2  # pixels
FADED = 0.85  # how much of the picture's colours stays
MARK = 5  # pixels from a peak to the end of its cross
ENLARGED = 2


class Attention(Protocol):
    """Where a policy would act."""

    @property
    def pick(self) -> NDArray[np.float32]:
        """(rows, columns): how likely a pick is at each pixel; any scale and resolution, not negative."""

    @property
    def place(self) -> NDArray[np.float32]:
        """(rows, columns): the same for the place, over all turns."""


@runtime_checkable
class Explaining(Protocol):
    """A policy that says what it attends to."""

    def explain(self, color: NDArray[np.uint8], height: NDArray[np.float32], instruction: str) -> Attention:
        """Where it would pick and place, for what is seen: colour (160, 320, 3), height (160, 320) in metres."""
        ...


def overlaid(color: NDArray[np.uint8], attention: Attention) -> NDArray[np.uint8]:
    """The table from above, once with the picks outlined and once, below that, with the places.

    Args:
        color: (rows, columns, 3) uint8.
        attention: The maps, of any resolution.

    Returns:
        (2 * (2 * rows) + 4, 2 * columns, 3) uint8, with a white line between the two.
    """
    panels = [_panel(color, attention.pick, PICK), _panel(color, attention.place, PLACE)]
    line = np.full((4, panels[0].shape[1], 3), 255, np.uint8)
    return np.concatenate([panels[0], line, panels[1]])


def _panel(color: NDArray[np.uint8], chances: NDArray[np.float32], tint: tuple[int, int, int]) -> NDArray[np.uint8]:
    """A map as outlines on a picture, of its square root, so that second thoughts can be seen; its peak is marked."""
    from PIL import Image
    from scipy.ndimage import binary_erosion

    rows, columns = color.shape[0] * ENLARGED, color.shape[1] * ENLARGED
    scaled = np.sqrt(np.clip(np.nan_to_num(chances), 0.0, None) / max(float(np.nanmax(chances)), 1e-12))
    large = np.asarray(Image.fromarray(scaled.astype(np.float32)).resize((columns, rows), Image.Resampling.BILINEAR))
    mixed = FADED * color.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1) + (1 - FADED) * 255
    for level in LEVELS:
        within = large > level
        mixed[within & ~binary_erosion(within, iterations=OUTLINE)] = tint
    row, column = np.unravel_index(int(np.argmax(chances)), chances.shape)
    middle = round((row + 0.5) * rows / chances.shape[0]), round((column + 0.5) * columns / chances.shape[1])
    mixed[max(0, middle[0] - MARK) : middle[0] + MARK + 1, middle[1]] = 0
    mixed[middle[0], max(0, middle[1] - MARK) : middle[1] + MARK + 1] = 0
    drawn: NDArray[np.uint8] = np.clip(mixed, 0, 255).astype(np.uint8)
    return drawn
