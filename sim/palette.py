"""The field's colours (Ravens, CLIPort), as RGB in 0..1, and their seen and unseen splits."""

from __future__ import annotations

import math
from collections.abc import Collection

from sim.errors import TaskError, did_you_mean

Rgb = tuple[float, float, float]

# Tableau palette as used by Ravens (arXiv 2010.14406) and CLIPort (arXiv 2109.12098).
COLORS: dict[str, Rgb] = {
    "blue": (78 / 255, 121 / 255, 167 / 255),
    "red": (255 / 255, 87 / 255, 89 / 255),
    "green": (89 / 255, 169 / 255, 79 / 255),
    "orange": (242 / 255, 142 / 255, 43 / 255),
    "yellow": (237 / 255, 201 / 255, 72 / 255),
    "purple": (176 / 255, 122 / 255, 161 / 255),
    "pink": (255 / 255, 157 / 255, 167 / 255),
    "cyan": (118 / 255, 183 / 255, 178 / 255),
    "brown": (156 / 255, 117 / 255, 95 / 255),
    "gray": (186 / 255, 176 / 255, 172 / 255),
    "white": (255 / 255, 255 / 255, 255 / 255),
    "black": (40 / 255, 40 / 255, 40 / 255),
}
TRAIN_COLORS = ("blue", "red", "green", "yellow", "brown", "gray", "cyan")
EVAL_COLORS = ("blue", "red", "green", "orange", "purple", "pink", "white")


# What names and words that are not in the palette come nearest to.
ALIKE = {
    **dict.fromkeys(["grey", "silver", "charcoal"], "gray"),
    **dict.fromkeys(["magenta", "fuchsia", "rose", "salmon", "coral"], "pink"),
    **dict.fromkeys(["violet", "indigo", "lavender", "plum", "maroon"], "purple"),
    **dict.fromkeys(["teal", "turquoise", "aqua", "mint"], "cyan"),
    **dict.fromkeys(["lime", "olive", "emerald"], "green"),
    **dict.fromkeys(["gold", "golden", "amber", "cream"], "yellow"),
    **dict.fromkeys(["navy", "azure", "sky"], "blue"),
    **dict.fromkeys(["crimson", "scarlet", "ruby"], "red"),
    **dict.fromkeys(["tan", "beige", "chocolate", "wood", "bronze"], "brown"),
}


def color_hint(given: str, known: Collection[str] = COLORS) -> str:
    """Which of the known colours was meant by a name that is none of them, or by hexadecimal digits."""
    digits = given.removeprefix("#")
    if given.startswith("#") and len(digits) == 6 and set(digits.lower()) <= set("0123456789abcdef"):
        rgb = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        return did_you_mean(given, known, {given: min(COLORS, key=lambda name: math.dist(COLORS[name], rgb))})
    return did_you_mean(given, known, ALIKE)


def color_rgb(color: object) -> tuple[str | None, Rgb]:
    """Name (None for a free RGB value) and RGB of a colour given by name or by three numbers in 0..1.

    Raises:
        TaskError: `unknown-color` for a name that does not exist, `bad-color` for anything that is no colour.
    """
    if isinstance(color, str):
        if color not in COLORS:
            raise TaskError("unknown-color", f"no colour {color!r}", color_hint(color), given=color)
        return color, COLORS[color]
    try:
        red, green, blue = (float(value) for value in list(color)[:3])  # type: ignore[call-overload]
    except (TypeError, ValueError):
        raise TaskError("bad-color", f"{color!r} is no colour", "give a name, or three numbers in 0..1") from None
    if not all(0.0 <= value <= 1.0 for value in (red, green, blue)):
        raise TaskError("bad-color", f"{color!r} is outside 0..1", "give a name, or three numbers in 0..1")
    rgb = (red, green, blue)
    for name, value in COLORS.items():
        if max(abs(a - b) for a, b in zip(rgb, value, strict=True)) < 1e-3:
            return name, value
    return None, rgb
