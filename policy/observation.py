"""What a policy sees: the table from above, as it is recorded and as a network takes it.

Demonstrations and policies see the same bits: heights are rounded to a tenth of a millimetre before anything else, and
half the resolution is always made here from the full one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.camera import Resolution

HEIGHT_UNIT = 1e-4  # metres in a step of a recorded height; the camera sees no finer
HIGHEST = int(np.iinfo(np.uint16).max)


def recorded_height(height: NDArray[np.floating[Any]]) -> NDArray[np.uint16]:
    """Heights (m) as they are recorded: uint16 in steps of `HEIGHT_UNIT`, 0 to 6.5 m."""
    steps: NDArray[np.uint16] = np.clip(np.rint(height / HEIGHT_UNIT), 0, HIGHEST).astype(np.uint16)
    return steps


def metres(height: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Recorded heights in metres."""
    return height * np.float32(HEIGHT_UNIT)


def shrink(color: NDArray[np.uint8], height: NDArray[np.uint16]) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """Half the resolution: each pixel the mean of 2 x 2, rounded.

    Args:
        color: (..., rows, columns, 3) RGB.
        height: (..., rows, columns) recorded heights.

    Returns:
        (..., rows / 2, columns / 2, 3) and (..., rows / 2, columns / 2).
    """
    return _mean_of_four(color), _mean_of_four(height[..., None])[..., 0]


def _mean_of_four(image: NDArray[Any]) -> NDArray[Any]:
    """Means of 2 x 2 pixels of (..., rows, columns, channels), in its own type."""
    wide = np.uint16 if image.dtype == np.uint8 else np.uint32
    pairs = np.add(image[..., ::2, :, :], image[..., 1::2, :, :], dtype=wide)
    total: NDArray[Any] = pairs[..., ::2, :] + pairs[..., 1::2, :]
    return ((total + 2) // 4).astype(image.dtype)


def seen(
    color: NDArray[np.uint8], height: NDArray[np.floating[Any]], resolution: Resolution = "full"
) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """What a policy sees of an observation of the simulator: the same as if it had been recorded and loaded.

    Args:
        color: (160, 320, 3) RGB.
        height: (160, 320) metres.
        resolution: Of the policy; `half` gives 80 x 160.
    """
    recorded = recorded_height(height)
    return shrink(color, recorded) if resolution == "half" else (color, recorded)
