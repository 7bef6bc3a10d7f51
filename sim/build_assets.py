"""Makes the URDFs and meshes in `sim/assets`: `python -m sim.build_assets [--check]`.

Its output is committed; a rerun gives the same bytes. What the assets are is said in `sim/assets/catalogue.json`.

Three things are as they are because of PyBullet. Every object is one link whose inertial frame is its URDF origin:
PyBullet reports the pose of the inertial frame, so any other choice would make the reported pose differ from the one
that a task gave. Hollow things are made of boxes, because a concave mesh collides only while it is fixed. And PyBullet
turns a cylinder into a convex hull with a margin outside it, so cylinders are made smaller by that margin.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import trimesh
from trimesh.exchange.obj import export_obj

from sim import kitting
from sim.palette import COLORS

logger = logging.getLogger(__name__)

ASSETS = Path(__file__).parent / "assets"

Length = float | str  # metres, or a template's token with or without an offset: "HALF0-0.0025"
Size = tuple[Length, Length, Length]
Point = tuple[float, float]  # of a profile: radius and height in metres

HULL_MARGIN = 0.001  # PyBullet's gUrdfDefaultCollisionMargin
MARK_HEIGHT = 0.001  # zones, lines and corners: seen, not felt
RING_PARTS = 16  # boxes that make up a ring
BOX_DIM: Size = ("DIM0", "DIM1", "DIM2")


@dataclass(frozen=True)
class Shape:
    """A geometry and its place in the object's frame."""

    geometry: str
    xyz: Size = (0.0, 0.0, 0.0)
    yaw: float = 0.0
    pitch: float = 0.0


@dataclass(frozen=True)
class Body:
    """One asset to be written.

    Attributes:
        color: Its colour when a task gives none.
        mass: Kilograms; 0 makes it unmovable.
        inertia: Principal moments in kg m^2, for the default size.
        visual: What is seen.
        collision: What is felt; empty for marks.
        rolling_friction: Makes round things come to rest.
        meshes: Mesh files by name, beside the URDF.
    """

    color: str
    mass: float
    inertia: tuple[float, float, float]
    visual: tuple[Shape, ...]
    collision: tuple[Shape, ...]
    lateral_friction: float = 0.7
    rolling_friction: float = 0.0
    meshes: dict[str, bytes] = field(default_factory=dict)


def bodies() -> dict[str, Body]:
    """Every asset by its name without `.urdf`."""
    return {
        "block/block": _solid_box("red", 0.06, (0.04, 0.04, 0.04)),
        "block/small": _solid_box("red", 0.01, (0.02, 0.02, 0.02)),
        "block/block_for_anchors": _solid_box("gray", 0.06, (0.04, 0.04, 0.04)),
        "stacking/block": _solid_box("red", 0.06, (0.04, 0.04, 0.04)),
        "stacking/stand": _solid_box("brown", 0.1, (0.12, 0.12, 0.005)),
        "box/box": _solid_box("brown", 0.1, (0.08, 0.06, 0.04)),
        "box/box-template": _solid_box("brown", 0.06, (0.06, 0.04, 0.04), BOX_DIM),
        "ball/ball": _ball(0.04, 0.02),
        "ball/ball-template": _ball("DIM0", "HALF0"),
        "sphere/sphere": _ball(0.04, 0.02),
        "sphere/sphere-template": _ball("DIM0", "HALF0"),
        "cylinder/cylinder": _cylinder(0.04, 0.06, 0.019, 0.058),
        "cylinder/cylinder-template": _cylinder("DIM0", "DIM2", "HALF0-0.001", "DIM2-0.002"),
        "rope/bead-template": _bead(),
        "bowl/bowl": _bowl(),
        "container/container-template": _container(),
        "pallet/pallet": _pallet(),
        "hanoi/stand": _hanoi_stand(),
        "hanoi/disk0": _hanoi_disk("red", 0.035),
        "hanoi/disk1": _hanoi_disk("green", 0.045),
        "hanoi/disk2": _hanoi_disk("blue", 0.055),
        "insertion/ell": _ell(),
        "insertion/fixture": _fixture(),
        "kitting/object-template": _kitting_object(),
        "kitting/object-template-nocollision": _kitting_mark(),
        "kitting/kit": _solid_box("gray", 0.5, (0.28, 0.2, 0.005)),
        "zone/zone": _mark("green", _strip((0.2, 0.2), (0.0, 0.0))),
        "line/line-template": _mark("green", _strip(("DIM0", "DIM1"), (0.0, 0.0))),
        "line/single-green-line-template": _mark("green", _strip(("DIM0", "DIM1"), (0.0, 0.0))),
        # Three sides, open at +y, as in Ravens' manipulating-rope, where a rope closes the fourth.
        "square/square-template": _mark(
            "green",
            _strip((0.01, "DIM1"), ("HALF0-0.005", 0.0)),
            _strip((0.01, "DIM1"), ("-HALF0+0.005", 0.0)),
            _strip(("DIM0", 0.01), (0.0, "-HALF1+0.005")),
        ),
        # Two legs whose inner edges lie along the edges of a DIM0 x DIM1 box at its corner (+x, +y).
        "corner/corner-template": _mark(
            "green",
            _strip((0.05, 0.005), ("HALF0-0.02", "HALF1+0.0025")),
            _strip((0.005, 0.05), ("HALF0+0.0025", "HALF1-0.02")),
        ),
    }


def _solid_box(color: str, mass: float, default: tuple[float, float, float], size: Size | None = None) -> Body:
    shape = (_box(size or default),)
    return Body(color, mass, _box_inertia(mass, default), shape, shape)


def _ball(diameter: Length, radius: Length) -> Body:
    mass, felt = 0.04, (Shape(f'<sphere radius="{_number(radius)}"/>'),)
    moment = 0.4 * mass * 0.02**2
    seen = _obj(trimesh.creation.icosphere(subdivisions=2, radius=0.5), smooth=True)
    return Body("blue", mass, (moment, moment, moment), (_mesh("ball.obj", (diameter,) * 3),), felt,
                rolling_friction=0.002, meshes={"ball.obj": seen})  # fmt: skip


def _cylinder(diameter: Length, length: Length, felt_radius: Length, felt_length: Length) -> Body:
    mass, default_radius, default_length = 0.06, 0.02, 0.06
    across = mass * (3 * default_radius**2 + default_length**2) / 12
    inertia = (across, across, mass * default_radius**2 / 2)
    seen = _obj(trimesh.creation.cylinder(radius=0.5, height=1.0, sections=40), smooth=False)
    return Body("yellow", mass, inertia, (_mesh("cylinder.obj", (diameter, diameter, length)),),
                (_round(felt_radius, felt_length),), rolling_friction=0.001, meshes={"cylinder.obj": seen})  # fmt: skip


def _bead() -> Body:
    """A part of a rope: seen as a ball that is larger than what is felt, as in Ravens, so that it fills the gaps."""
    mass, side = 0.004, 0.01
    seen = _obj(trimesh.creation.icosphere(subdivisions=2, radius=0.75), smooth=True)
    felt = (Shape('<sphere radius="HALF0"/>'),)
    return Body("white", mass, _box_inertia(mass, (side, side, side)), (_mesh("bead.obj", BOX_DIM),), felt,
                rolling_friction=0.002, meshes={"bead.obj": seen})  # fmt: skip


def _bowl() -> Body:
    """A cone with a flat floor (radius 31 mm: a 4 cm block lies flat on it); the origin is under its middle."""
    rim, foot, height, thickness = 0.06, 0.034, 0.045, 0.005
    half_turn = math.pi / RING_PARTS
    foot_to_rim = np.array([rim * math.cos(half_turn) - foot, height - 0.0024])  # 2.4 mm: the tilted wall's inner edge
    tilt = math.atan2(*foot_to_rim)
    outward = np.array([math.cos(tilt), -math.sin(tilt)])
    radius, z = np.array([foot, 0.0]) + foot_to_rim / 2 - outward * thickness / 2
    wall = (thickness, 2 * rim * math.sin(half_turn), float(np.linalg.norm(foot_to_rim)))
    floor = _round(foot - HULL_MARGIN, thickness - 2 * HULL_MARGIN, (0.0, 0.0, thickness / 2))
    walls = _ring(wall, radius, z, tilt)

    steps = np.linspace(0.0, 1.0, 7)
    outer = _curve((foot, 0.0), (0.0505, 0.0195), (rim, height - 0.001), steps)
    inner = _curve((rim - 0.004, height - 0.001), (0.046, 0.023), (foot - 0.003, thickness), steps)
    profile = [(0.0, 0.0), *outer, (rim - 0.001, height), (rim - 0.003, height), *inner, (0.0, thickness)]
    shell = trimesh.creation.revolve(np.array(profile), sections=40)
    mass = 0.1
    return Body("gray", mass, _mesh_inertia(shell, mass), (_mesh("bowl.obj"),), (floor, *walls),
                meshes={"bowl.obj": _obj(shell, smooth=True)})  # fmt: skip


def _container() -> Body:
    """An open box whose 5 mm walls and 3 mm floor lie inside its footprint; the origin is at half its height."""
    shapes = (
        _box(("DIM0", "DIM1", 0.003), (0.0, 0.0, "-HALF2+0.0015")),
        _box((0.005, "DIM1", "DIM2"), ("HALF0-0.0025", 0.0, 0.0)),
        _box((0.005, "DIM1", "DIM2"), ("-HALF0+0.0025", 0.0, 0.0)),
        _box(("DIM0", 0.005, "DIM2"), (0.0, "HALF1-0.0025", 0.0)),
        _box(("DIM0", 0.005, "DIM2"), (0.0, "-HALF1+0.0025", 0.0)),
    )
    return Body("brown", 0.2, _box_inertia(0.2, (0.12, 0.12, 0.05)), shapes, shapes)


def _pallet() -> Body:
    """Seven boards on three beams on three boards; felt as one slab, so that nothing tips into a gap."""
    boards = [((0.036, 0.25, 0.006), (x, 0.0, 0.012)) for x in np.linspace(-0.132, 0.132, 7)]
    beams = [((0.3, 0.03, 0.018), (0.0, y, 0.0)) for y in (-0.11, 0.0, 0.11)]
    feet = [((0.036, 0.25, 0.006), (x, 0.0, -0.012)) for x in (-0.132, 0.0, 0.132)]
    move = trimesh.transformations.translation_matrix
    mesh = trimesh.util.concatenate([trimesh.creation.box(part, move(xyz)) for part, xyz in boards + beams + feet])
    size = (0.3, 0.25, 0.03)
    return Body("brown", 0.5, _box_inertia(0.5, size), (_mesh("pallet.obj"),), (_box(size),),
                meshes={"pallet.obj": _obj(mesh, smooth=False)})  # fmt: skip


def _hanoi_stand() -> Body:
    """A base with three pegs in a row along y; the origin is under the middle of the base."""
    size, peg_radius, peg_height, pegs = (0.12, 0.36, 0.01), 0.005, 0.06, (-0.12, 0.0, 0.12)
    base = _box(size, (0.0, 0.0, size[2] / 2))
    middle = size[2] + peg_height / 2
    seen = [_round(peg_radius, peg_height, (0.0, y, middle)) for y in pegs]
    felt = [_round(peg_radius - HULL_MARGIN, peg_height - 2 * HULL_MARGIN, (0.0, y, middle)) for y in pegs]
    return Body("brown", 0.5, _box_inertia(0.5, size), (base, *seen), (base, *felt))


def _hanoi_disk(color: str, radius: float) -> Body:
    """A ring that slides over a peg of the stand.

    It is felt as four large boxes around a square hole, which overlap at its corners: a stack of three disks has 80
    contact points, with six boxes each it has 160 and costs twice the time. A ring of many small wedges looks closer to
    the truth, but where a wedge overlaps another disk's by a sliver only, Bullet pushes them apart sideways and the
    disks sink into each other (by up to 4 mm when three disks fell together).
    """
    hole, height, mass = 0.016, 0.015, 0.5 * radius
    reach = radius - 0.0013
    felt = []
    for side in (1, -1):
        middle = side * (hole + reach) / 2
        felt += [_box((reach - hole, radius, height), (middle, 0.0, 0.0)),
                 _box((radius, reach - hole, height), (0.0, middle, 0.0))]  # fmt: skip
    ring = trimesh.creation.annulus(hole, radius, height, sections=64)
    name = f"ring{round(2000 * radius)}.obj"
    return Body(color, mass, _mesh_inertia(ring, mass), (_mesh(name),), tuple(felt),
                lateral_friction=0.5, meshes={name: _obj(ring, smooth=False)})  # fmt: skip


def _ell() -> Body:
    """An L with arms 4 cm wide; the origin is the centre of its bounding box."""
    shapes = (_box((0.12, 0.04, 0.04), (0.0, -0.04, 0.0)), _box((0.04, 0.08, 0.04), (-0.04, 0.02, 0.0)))
    return Body("red", 0.15, _box_inertia(0.15, (0.12, 0.12, 0.04)), shapes, shapes, lateral_friction=0.5)


def _fixture() -> Body:
    """A wall around the ell, 4 mm away from it and 5 mm thick; put at the same pose, the ell is inside."""
    inner, outer, notch_inner, notch_outer = 0.064, 0.069, -0.016, -0.011
    spans = (
        ((-outer, outer), (-outer, -inner)),
        ((-outer, -inner), (-outer, outer)),
        ((inner, outer), (-outer, notch_outer)),
        ((-outer, notch_outer), (inner, outer)),
        ((notch_inner, outer), (notch_inner, notch_outer)),
        ((notch_inner, notch_outer), (notch_inner, outer)),
    )
    shapes = tuple(_box((x1 - x0, y1 - y0, 0.04), ((x0 + x1) / 2, (y0 + y1) / 2, 0.0)) for (x0, x1), (y0, y1) in spans)
    return Body("green", 0.2, _box_inertia(0.2, (0.138, 0.138, 0.04)), shapes, shapes, lateral_friction=0.5)


def _kitting_object() -> Body:
    """One of the kitting shapes; its hulls are smaller by PyBullet's margin."""
    mass, felt = 0.08, ("DIM0-0.002", "DIM1-0.002", "DIM2-0.002")
    meshes = {f"{number:02d}.obj": _extruded(kitting.shape(number)) for number in range(len(kitting.SHAPES))}
    return Body("red", mass, _box_inertia(mass, (0.08, 0.08, 0.02)), (_mesh("FNAME0", BOX_DIM),),
                (_mesh("FNAME0", felt),), lateral_friction=0.5, meshes=meshes)  # fmt: skip


def _kitting_mark() -> Body:
    """The hole in a kit for a kitting shape: lies on the kit, is seen, not felt."""
    return _mark("black", Shape(_mesh("FNAME0", BOX_DIM).geometry, (0.0, 0.0, "HALF2")))


def _extruded(parts: kitting.Parts) -> bytes:
    """Wavefront OBJ of a shape, one unit high, a group for each convex part: PyBullet makes one hull of each group."""
    lines, first = [], 1
    for number, part in enumerate(parts):
        count = len(part)
        lines.append(f"o part{number}")
        lines += [f"v {x + 0.0:.6f} {y + 0.0:.6f} {z}" for z in (-0.5, 0.5) for x, y in part]
        for index in range(count):
            after = (index + 1) % count
            a, b, c, d = (first + corner for corner in (index, after, count + after, count + index))
            lines += [f"f {a} {b} {c}", f"f {a} {c} {d}"]
            if 0 < index < count - 1:
                lines += [f"f {first} {b} {a}", f"f {first + count} {d} {c}"]
        first += 2 * count
    return ("\n".join(lines).replace("-0.000000", "0.000000") + "\n").encode()


def _mark(color: str, *strips: Shape) -> Body:
    return Body(color, 0.0, (0.0, 0.0, 0.0), strips, ())


def _strip(size: tuple[Length, Length], xy: tuple[Length, Length]) -> Shape:
    return _box((*size, MARK_HEIGHT), (*xy, MARK_HEIGHT / 2))


def _box(size: Size, xyz: Size = (0.0, 0.0, 0.0), yaw: float = 0.0, pitch: float = 0.0) -> Shape:
    return Shape(f'<box size="{_numbers(size)}"/>', xyz, yaw, pitch)


def _round(radius: Length, length: Length, xyz: Size = (0.0, 0.0, 0.0)) -> Shape:
    return Shape(f'<cylinder radius="{_number(radius)}" length="{_number(length)}"/>', xyz)


def _mesh(filename: str, scale: Size = (1.0, 1.0, 1.0)) -> Shape:
    return Shape(f'<mesh filename="{filename}" scale="{_numbers(scale)}"/>')


def _ring(part: Size, radius: float, z: float, pitch: float) -> tuple[Shape, ...]:
    """Boxes around the z axis, their x axes pointing outwards, tilted outwards by `pitch`."""
    angles = [2 * math.pi * index / RING_PARTS for index in range(RING_PARTS)]
    return tuple(_box(part, (radius * math.cos(a), radius * math.sin(a), z), a, pitch) for a in angles)


def _curve(start: Point, pull: Point, end: Point, steps: Iterable[float]) -> list[Point]:
    """Points of a quadratic Bezier curve."""
    a, b, c = (np.asarray(point) for point in (start, pull, end))
    points = ((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c for t in steps)
    return [(float(point[0]), float(point[1])) for point in points]


def _box_inertia(mass: float, size: tuple[float, float, float]) -> tuple[float, float, float]:
    x, y, z = (length**2 for length in size)
    return mass * (y + z) / 12, mass * (x + z) / 12, mass * (x + y) / 12


def _mesh_inertia(mesh: trimesh.Trimesh, mass: float) -> tuple[float, float, float]:
    x, y, z = np.diag(mesh.moment_inertia) * mass / mesh.volume
    return float(x), float(y), float(z)


def _obj(mesh: trimesh.Trimesh, smooth: bool) -> bytes:
    """Wavefront OBJ with rounded coordinates; PyBullet shades it flat where it has no normals."""
    rounded = trimesh.Trimesh(np.round(mesh.vertices, 6) + 0.0, mesh.faces, process=False)
    text: str = export_obj(rounded, include_normals=smooth, include_color=False, include_texture=False, digits=6)
    return (text.replace("-0.000000", "0.000000").rstrip() + "\n").encode()


def _number(value: Length) -> str:
    return value if isinstance(value, str) else f"{round(value, 9) + 0.0:.6g}"


def _numbers(values: Sequence[Length]) -> str:
    return " ".join(_number(value) for value in values)


def _urdf(name: str, body: Body) -> str:
    rgba = _numbers([*COLORS[body.color], 1.0])
    xx, yy, zz = (_number(moment) for moment in body.inertia)
    lines = [
        '<?xml version="1.0"?>',
        "<!-- Made by sim/build_assets.py; edit that. -->",
        f'<robot name="{name.rsplit("/", 1)[-1]}">',
        f'  <material name="{body.color}"><color rgba="{rgba}"/></material>',
        '  <link name="base">',
        "    <contact>",
        f'      <lateral_friction value="{body.lateral_friction}"/>',
        f'      <rolling_friction value="{body.rolling_friction}"/>',
        f'      <spinning_friction value="{body.rolling_friction}"/>',
        "    </contact>",
        "    <inertial>",
        f'      <mass value="{_number(body.mass)}"/>',
        f'      <inertia ixx="{xx}" ixy="0" ixz="0" iyy="{yy}" iyz="0" izz="{zz}"/>',
        "    </inertial>",
    ]
    for tag, shapes, extra in (
        ("visual", body.visual, f'<material name="{body.color}"/>'),
        ("collision", body.collision, ""),
    ):
        for shape in shapes:
            place = f'<origin xyz="{_numbers(shape.xyz)}" rpy="{_numbers((0.0, shape.pitch, shape.yaw))}"/>'
            lines.append(f"    <{tag}>{place}<geometry>{shape.geometry}</geometry>{extra}</{tag}>")
    return "\n".join([*lines, "  </link>", "</robot>", ""])


def build() -> Iterator[tuple[Path, bytes]]:
    """Every file, relative to the assets' folder, and its content."""
    for name, body in bodies().items():
        yield Path(f"{name}.urdf"), _urdf(name, body).encode()
        for filename, content in body.meshes.items():
            yield Path(name).parent / filename, content


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes the files that differ, or with `--check` says which do and returns 1."""
    parser = argparse.ArgumentParser(prog="python -m sim.build_assets", description="make the URDFs and meshes")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is not what is built")
    check = parser.parse_args(arguments).check
    stale = 0
    for path, content in build():
        target = ASSETS / path
        if target.is_file() and target.read_bytes() == content:
            continue
        stale += 1
        logger.info("%s %s", "differs:" if check else "wrote", path.as_posix())
        if not check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    return 1 if check and stale else 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
