"""Small pictures for a page, as many as it may weigh."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator

SIZE = (320, 240)  # pixels at most, width and height
QUALITY = 78
# The page's pictures together, as text (base64); 4,000 to 5,000 of them.
MOST_BYTES = 20_000_000


def thumbnail(picture: bytes) -> str | None:
    """A PNG file as a small JPEG in a data URI; None when it is no picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as image:
            small = image.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):  # what Pillow makes of files that are damaged
        return None
    small.thumbnail(SIZE, Image.Resampling.BOX)  # exact and fast at half the size, which is usual
    file = io.BytesIO()
    small.save(file, "JPEG", quality=QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}"


def thumbnails(count: int, read: Callable[[int], bytes | None], most_bytes: int = MOST_BYTES) -> dict[int, str]:
    """Small pictures of the tasks 0 .. count - 1 until they weigh too much, spread evenly over all tasks.

    Args:
        count: How many tasks there are.
        read: The picture of a task, a PNG file; None when it has none.
        most_bytes: What all of them may weigh.

    Returns:
        Data URIs by the tasks' numbers.
    """
    made: dict[int, str] = {}
    weight = 0
    for number in _spread(count):
        picture = read(number)
        small = thumbnail(picture) if picture is not None else None
        if small is None:
            continue
        weight += len(small)
        if weight > most_bytes:
            break
        made[number] = small
    return made


def _spread(count: int) -> Iterator[int]:
    """0 .. count - 1 in an order of which every beginning is spread evenly: the bits of a counter, turned around."""
    bits = max(1, (count - 1).bit_length())
    turned = (int(f"{number:0{bits}b}"[::-1], 2) for number in range(2**bits))
    return (number for number in turned if number < count)
