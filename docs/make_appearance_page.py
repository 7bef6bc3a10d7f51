"""Makes the pictures of `docs/appearance.md`: the same scenes plain, randomised and pseudo-real, and from around.

python docs/make_appearance_page.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from sim.appearance import PLAIN, Appearance, appearance
from sim.builder import lay_out
from sim.camera import CAMERAS, Eyes, Heightmap
from sim.disturbance import disturb
from sim.episode import Episode
from sim.tasks import human_task

FOLDER = Path(__file__).parent / "images"
SCENES = (("put-block-in-bowl", 3), ("packing-boxes", 3))
COLUMNS = (("plain", 0), ("randomised", 3), ("randomised", 21), ("randomised", 13), ("pseudo-real", 0))
HIGH = 0.12  # metres: white in a picture of heights
GAP = 4  # pixels
COARSE = 8  # of 255: the finest difference in a picture's file, since noise cannot be compressed


def pair(color: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Colour above, heights in grey below."""
    gray = np.clip(height / HIGH, 0.0, 1.0) * 255
    return np.vstack([color, np.repeat(gray[..., None], 3, axis=-1).astype(np.uint8)])


def framed(image: np.ndarray) -> np.ndarray:
    """With a white edge."""
    return np.pad(image, ((GAP, GAP), (GAP, GAP), (0, 0)), constant_values=255)


def looks() -> np.ndarray:
    """Scenes in rows, appearances in columns."""
    rows = []
    for task, seed in SCENES:
        with Episode(lay_out(human_task(task), seed)[0]) as episode:
            seen = [Eyes(*column).look(episode.world) for column in COLUMNS]
        rows.append(np.hstack([framed(pair(image.color, image.height)) for image in seen]))
    return np.vstack(rows)


def around() -> np.ndarray:
    """The three pseudo-real views from around, and what they are fused into."""
    task, seed = SCENES[1]
    eyes = Eyes("pseudo-real", 0)
    with Episode(lay_out(human_task(task), seed)[0]) as episode:
        shots = [eyes.view(episode.world, camera).color for camera in CAMERAS.values()]
        above = eyes.look(episode.world).color
    small = [np.asarray(Image.fromarray(shot).reduce(2)) for shot in shots]
    return np.hstack(
        [framed(image) for image in (*small, np.pad(above, ((40, 40), (0, 0), (0, 0)), constant_values=255))]
    )


def transforms() -> np.ndarray:
    """One plain view, and what `disturb` makes of it."""
    task, seed = SCENES[0]
    with Episode(lay_out(human_task(task), seed)[0]) as episode:
        plain: Heightmap = Eyes(PLAIN, 0).look(episode.world)

    def disturbed(look: Appearance) -> np.ndarray:
        return pair(*disturb(plain.color, plain.height, look, np.random.default_rng(0)))

    images = [disturbed(look) for look in (PLAIN, *(appearance("randomised", seed) for seed in (3, 21, 13, 5)))]
    return np.hstack([framed(image) for image in images])


def main() -> None:
    """Writes `images/appearances.png`, `images/perspective.png` and `images/disturbed.png`."""
    FOLDER.mkdir(exist_ok=True)
    for name, image in (("appearances", looks()), ("perspective", around()), ("disturbed", transforms())):
        coarse = np.minimum(np.rint(image / COARSE) * COARSE, 255).astype(np.uint8)
        Image.fromarray(coarse).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
