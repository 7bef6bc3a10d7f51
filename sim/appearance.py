"""What a scene looks like to the policy: light, table, colours, cameras, sensor noise; and how slippery it is.

Three kinds: `plain`, as the simulator draws it; `randomised`, another look with every seed, so that a policy cannot
lean on any one of them (domain randomisation, arXiv 1703.06907); and `pseudo-real`, which stands in for another place:
the same simulator rendered differently, never the real world. Lengths are metres, angles radians, colours RGB in 0..1.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, get_args

import numpy as np
from pydantic import Field

from sim.errors import UsageError, did_you_mean
from sim.layout import Frozen, Vector3

Kind = Literal["plain", "randomised", "pseudo-real"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Rgb = tuple[Share, Share, Share]
Factor = Annotated[float, Field(gt=0.0, le=10.0)]
Positive = Annotated[float, Field(gt=0.0, le=10.0)]
Seed = Annotated[int, Field(ge=0)]

TABLE_COLOR: Rgb = (0.84, 0.83, 0.81)
# Two colours of the palette are 0.219 apart at least; what moves by less than half of it keeps its name.
COLOR_JITTER = 0.1
STREAM = 7_2017  # keeps draws of looks apart from draws of layouts with the same seed


class Light(Frozen):
    """A distant lamp, and the light that comes from everywhere.

    Attributes:
        direction: From the table to the lamp.
        color: Of the lamp.
        ambient: Light from everywhere, as a factor on an object's colour.
        diffuse: Light of the lamp on what faces it.
        specular: Gloss.
        shadow: How dark the shadows on the table are; 0 for none.
    """

    direction: Vector3 = (0.6, -0.5, 1.6)
    color: Rgb = (1.0, 1.0, 1.0)
    ambient: Share = 0.65
    diffuse: Share = 0.4
    specular: Share = 0.05
    shadow: Share = 0.0


class Texture(Frozen):
    """What is painted on the table: a pattern of two colours.

    Attributes:
        pattern: `none` (the first colour alone), `cloth` (blotches), `wood` (bent stripes with grain) or `checker`.
        colors: The two colours.
        scale: Width of a blotch, a stripe or a square.
        angle: How far the pattern is turned.
        seed: Of the pattern's irregularities.
    """

    pattern: Literal["none", "cloth", "wood", "checker"] = "none"
    colors: tuple[Rgb, Rgb] = (TABLE_COLOR, TABLE_COLOR)
    scale: Positive = 0.1
    angle: float = 0.0
    seed: Seed = 0


class Objects(Frozen):
    """How objects differ from what the layout says.

    Attributes:
        jitter: How far a colour moves at most, as a distance in RGB; each object's by another amount.
        grain: How much an object's surface is mottled, as a share of its brightness.
        seed: Of both.
    """

    jitter: Annotated[float, Field(ge=0.0, le=COLOR_JITTER)] = 0.0
    grain: Share = 0.0
    seed: Seed = 0


class Offset(Frozen):
    """How a camera stands otherwise than it was calibrated.

    Attributes:
        shift: Of its place.
        turn: Roll, pitch and yaw about the world's axes; for the view from above, about the middle of the table.
    """

    shift: Vector3 = (0.0, 0.0, 0.0)
    turn: Vector3 = (0.0, 0.0, 0.0)


class Cameras(Frozen):
    """Which cameras make the view from above, and how each of them is off.

    Attributes:
        view: `overhead`: one camera far above; `perspective`: the three views fused into one from above, with holes
            where none of them sees the table.
        overhead: Offset of the camera above.
        front: Offset of the view from the front.
        left: Offset of the view from the left.
        right: Offset of the view from the right.
    """

    view: Literal["overhead", "perspective"] = "overhead"
    overhead: Offset = Offset()
    front: Offset = Offset()
    left: Offset = Offset()
    right: Offset = Offset()


class Sensor(Frozen):
    """What a camera makes of the light that it gets.

    Attributes:
        gain: Factors on red, green and blue: exposure and white balance.
        color_noise: Standard deviation, of 255.
        depth_noise: Standard deviation at a distance of 1 m.
        depth_growth: The power of the distance with which it grows: 0 for constant noise; 2 for a stereo camera,
            whose depth comes from a disparity that is inversely proportional to it (arXiv 1705.05548).
        edge_holes: Share of the pixels at edges of depth that have no depth.
        patches: How many patches without depth an image has, on average.
        patch_radius: Radius of the largest patch, in pixels.
    """

    gain: tuple[Factor, Factor, Factor] = (1.0, 1.0, 1.0)
    color_noise: Annotated[float, Field(ge=0.0, le=255.0)] = 0.0
    depth_noise: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    depth_growth: Annotated[float, Field(ge=0.0, le=4.0)] = 0.0
    edge_holes: Share = 0.0
    patches: Annotated[float, Field(ge=0.0, le=1000.0)] = 0.0
    patch_radius: Annotated[int, Field(ge=1, le=100)] = 6


class Appearance(Frozen):
    """All of it, as plain data; without arguments, the plain look.

    Attributes:
        kind: What it is one of.
        light: Lamp, ambient light and shadows.
        table: What is painted on the table.
        objects: Colour jitter and mottling.
        cameras: Which cameras look, and how each is off.
        sensor: Exposure, noise and holes.
        friction: Factor on the friction between objects, and between them and the table; with the spatula, its root.
    """

    kind: Kind = "plain"
    light: Light = Light()
    table: Texture = Texture()
    objects: Objects = Objects()
    cameras: Cameras = Cameras()
    sensor: Sensor = Sensor()
    friction: Factor = 1.0


PLAIN = Appearance()
# The noise of Ravens' simulated cameras (arXiv 2010.14406).
RAVENS_NOISE = Sensor(color_noise=3.0, depth_noise=0.003)


def appearance(kind: str, seed: int) -> Appearance:
    """The look that a seed has.

    Raises:
        UsageError: No such kind.
    """
    if kind == "plain":
        return PLAIN
    if kind == "randomised":
        return _randomised(np.random.default_rng([STREAM, seed]))
    if kind == "pseudo-real":
        return _pseudo_real(np.random.default_rng([STREAM, seed]))
    raise UsageError(f"no appearance {kind!r}", did_you_mean(kind, KINDS, {"real": "pseudo-real"}))


def _randomised(rng: np.random.Generator) -> Appearance:
    """Everything drawn anew, within what leaves colours and sizes true."""
    azimuth, elevation = rng.uniform(-math.pi, math.pi), rng.uniform(math.radians(35), math.radians(85))
    toward = (math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation), math.sin(elevation))
    exposure = rng.uniform(0.85, 1.15)
    return Appearance(
        kind="randomised",
        light=Light(
            direction=toward,
            color=_numbers(rng.uniform(0.85, 1.0, 3)),
            ambient=rng.uniform(0.5, 0.75),
            diffuse=rng.uniform(0.2, 0.5),
            specular=rng.uniform(0.0, 0.15),
            shadow=rng.uniform(0.0, 0.6),
        ),
        table=Texture(
            pattern=rng.choice(["none", "cloth", "wood", "checker"]).item(),
            colors=(_muted(rng), _muted(rng)),
            scale=math.exp(rng.uniform(math.log(0.01), math.log(0.2))),
            angle=rng.uniform(-math.pi, math.pi),
            seed=_seed(rng),
        ),
        objects=Objects(jitter=0.08, grain=rng.uniform(0.0, 0.15), seed=_seed(rng)),
        cameras=Cameras(overhead=_offset(rng, shift=0.003, turn=math.radians(0.5))),
        sensor=Sensor(
            gain=_numbers(exposure * rng.uniform(0.94, 1.06, 3)),
            color_noise=rng.uniform(0.0, 6.0),
            depth_noise=rng.uniform(0.0, 0.004),
            depth_growth=2.0,
            edge_holes=rng.uniform(0.0, 0.5),
            patches=rng.uniform(0.0, 8.0),
        ),
        friction=math.exp(rng.uniform(math.log(0.7), math.log(1.4))),
    )


def _pseudo_real(rng: np.random.Generator) -> Appearance:
    """One place with its table, lamp and cameras; from seed to seed only objects and noise differ, and brightness."""
    return Appearance(
        kind="pseudo-real",
        light=Light(
            direction=(-0.5, 0.9, 1.2), color=(1.0, 0.95, 0.84), ambient=0.55, diffuse=0.42, specular=0.12, shadow=0.4
        ),
        table=Texture(pattern="wood", colors=((0.72, 0.57, 0.41), (0.50, 0.36, 0.24)), scale=0.035, angle=0.4, seed=11),
        objects=Objects(jitter=0.05, grain=0.08, seed=_seed(rng)),
        cameras=Cameras(
            view="perspective",
            overhead=Offset(shift=(0.002, -0.001, 0.0), turn=(0.003, -0.002, 0.004)),
            front=Offset(shift=(0.001, -0.0015, 0.001), turn=(0.0010, -0.0008, 0.0012)),
            left=Offset(shift=(-0.001, 0.001, -0.001), turn=(-0.0010, 0.0012, 0.0005)),
            right=Offset(shift=(0.0015, 0.0005, 0.0), turn=(0.0008, 0.0010, -0.0012)),
        ),
        sensor=Sensor(
            gain=_numbers(rng.uniform(0.95, 1.05) * np.array([0.97, 1.0, 1.06])),
            color_noise=4.0,
            depth_noise=0.002,
            depth_growth=2.0,
            edge_holes=0.6,
            patches=6.0,
            patch_radius=8,
        ),
        friction=0.85,
    )


def _muted(rng: np.random.Generator) -> Rgb:
    """A colour for a table: any brightness, never as strong as an object's."""
    brightness, strength = rng.uniform(0.25, 0.95), rng.uniform(0.0, 0.3)
    red, green, blue = _numbers(brightness * (1.0 - strength * rng.uniform(0.0, 1.0, 3)))
    return red, green, blue


def _offset(rng: np.random.Generator, shift: float, turn: float) -> Offset:
    return Offset(shift=_numbers(rng.uniform(-shift, shift, 3)), turn=_numbers(rng.uniform(-turn, turn, 3)))


def _numbers(values: Any) -> Any:
    return tuple(float(value) for value in values)


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))
