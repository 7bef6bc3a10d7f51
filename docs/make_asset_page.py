"""Makes `docs/assets.md` and its pictures from the asset catalogue.

python docs/make_asset_page.py [--check]
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
from numpy.typing import NDArray

from sim.catalogue import Asset, catalogue, find_asset
from sim.layout import GoalSpec, Layout, ObjectSpec, Vector3
from sim.task import Task
from sim.world import World, quiet

FOLDER = Path(__file__).parent
PAGE = FOLDER / "assets.md"
PICTURES = FOLDER / "images" / "assets"
SHAPES = "kitting/object-template.urdf"
SHAPES_PICTURE = "kitting-shapes.png"

WIDTH, HEIGHT = 160, 120  # pixels
SMOOTHING = 3
LENS = 18.0  # degrees, vertically
FRAME = 1.25  # how much larger than the asset's sphere the picture is
LIGHT = (0.9, -0.6, 1.6)
TINY_RENDERER = 1 << 16  # pybullet.ER_TINY_RENDERER

HEAD = """# Assets

What a task may put on the table, with `env.add_object(name, pose)`. Sizes are along x, y and z. What is usually added
with `category="fixed"` says so. `self.fill_template(name, {"DIM": (x, y, z)})`, in metres, sizes what has a name that
ends in `-template`; the size given here is that of one that is not filled in. Every template takes `COLOR` as well, and
every `env.add_object` a colour.

This page is made from `sim/assets/catalogue.json` by `python docs/make_asset_page.py`; the files are made by
`python -m sim.build_assets`.

| | name | what it is | size (mm) | template fields | typical use |
|---|---|---|---|---|---|
"""
SHAPES_HEAD = """
## Kitting shapes

The forms of `kitting/object-template` and of its hole, `kitting/object-template-nocollision`. The field `FNAME` says
which: `{"FNAME": "kitting/03.obj"}` or `{"FNAME": 3}`. A form keeps its proportions within the square that `DIM` gives.
`SCALE` is understood too, in the units of the field's meshes: (0.003, 0.003, 0.001) is 8 x 8 x 2 cm. The tasks that are
tested on unseen shapes hold the last five out.

![the twenty kitting shapes, in rows of five](images/assets/kitting-shapes.png)

| number | shape | looks the same after | set |
|---|---|---|---|
"""


def page() -> str:
    """The text of the page."""
    rows = [_row(asset) for asset in catalogue().values()]
    shapes = [
        f"| {number} | {mesh.kind} | {_turn(mesh.symmetry)} | {'held out' if number in Task.test_set else 'seen'} |"
        for number, mesh in enumerate(find_asset(SHAPES).meshes.values())
    ]
    return HEAD + "\n".join(rows) + "\n" + SHAPES_HEAD + "\n".join(shapes) + "\n"


def _row(asset: Asset) -> str:
    size = " x ".join(f"{1000 * length:g}" for length in asset.size)
    fields = ", ".join(asset.template)
    moves = "" if asset.category == "rigid" else " (fixed)"
    return (
        f"| ![](images/assets/{picture_name(asset)}) | `{asset.name}` | {asset.what}{moves} | {size} | {fields} "
        f"| {asset.use} |"
    )


def _turn(symmetry: float) -> str:
    return f"{math.degrees(symmetry):g} degrees" if symmetry else "any turn"


def picture_name(asset: Asset) -> str:
    """The picture's file name."""
    return asset.name.replace("/", "-").replace(".urdf", ".png")


def portrait(asset: Asset, mesh: str | None, width: int, height: int, steepness: float) -> NDArray[np.uint8]:
    """One asset on the table, seen from the front and above (`steepness` in radians), uint8 RGB."""
    size = asset.outer_size(asset.size, mesh)
    spec = ObjectSpec(
        id=1, asset=asset.name, size=size, category="fixed", mesh=mesh,
        pose=((0.5, 0.0, asset.standing_height(size)), (0.0, 0.0, 0.0, 1.0)),
    )  # fmt: skip
    goal = GoalSpec(objects=(1,), matches=((True,),), targets=(spec.pose,), symmetries=(0.0,), share=1.0)
    layout = Layout(task="portrait", seed=0, objects=(spec,), goals=(goal,), max_steps=1)
    target = (0.5, 0.0, size[2] / 2)
    distance = FRAME * math.hypot(*size) / 2 / math.sin(math.radians(LENS) / 2)
    return _shot(layout, target, distance, width, height, steepness)


def _shot(
    layout: Layout, target: Vector3, distance: float, width: int, height: int, steepness: float
) -> NDArray[np.uint8]:
    columns, rows, turn = width * SMOOTHING, height * SMOOTHING, math.radians(-75.0)  # so that letters can be read
    flat = distance * math.cos(steepness)
    eye = (
        target[0] + flat * math.cos(turn),
        target[1] + flat * math.sin(turn),
        target[2] + distance * math.sin(steepness),
    )
    with World(layout) as world, quiet():
        view = world.client.computeViewMatrix(eye, target, (0, 0, 1))
        projection = world.client.computeProjectionMatrixFOV(LENS, columns / rows, 0.01, 10.0)
        color = world.client.getCameraImage(
            columns, rows, view, projection, shadow=0, lightDirection=LIGHT, lightAmbientCoeff=0.6,
            lightDiffuseCoeff=0.45, lightSpecularCoeff=0.05, renderer=TINY_RENDERER,
        )[2]  # fmt: skip
    fine = np.asarray(color, dtype=np.uint8).reshape(height, SMOOTHING, width, SMOOTHING, 4)
    return fine[..., :3].mean(axis=(1, 3)).astype(np.uint8)


def draw() -> None:
    """Writes the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for asset in catalogue().values():
        image = portrait(asset, asset.default_mesh, WIDTH, HEIGHT, math.radians(40.0))
        imageio.imwrite(PICTURES / picture_name(asset), image)
    shapes = find_asset(SHAPES)
    tiles = [portrait(shapes, mesh, HEIGHT, HEIGHT, math.radians(65.0)) for mesh in shapes.meshes]
    imageio.imwrite(PICTURES / SHAPES_PICTURE, np.vstack([np.hstack(tiles[row : row + 5]) for row in range(0, 20, 5)]))


def main() -> int:
    """Writes the page and its pictures, or with `--check` says whether the page is what the catalogue says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    if parser.parse_args().check:
        wanted = {SHAPES_PICTURE, *map(picture_name, catalogue().values())}
        there = {path.name for path in PICTURES.glob("*.png")}
        return int(PAGE.read_text(encoding="utf-8") != page() or there != wanted)
    draw()
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
