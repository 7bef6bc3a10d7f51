"""Appearances: plain changes nothing, the others are true to places, names and seeds, and all are environments."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scenes import HALF, at, block, goal, layout

from sim.appearance import (
    COLOR_JITTER,
    KINDS,
    PLAIN,
    TABLE_COLOR,
    Appearance,
    Cameras,
    Light,
    Objects,
    Offset,
    Sensor,
    Texture,
    appearance,
)
from sim.camera import CAMERAS, HEIGHTMAP_SHAPE, PIXEL, Heightmap, heightmap, observe, pixel_of, place_of, view
from sim.disturbance import disturb, sense
from sim.environment import TabletopEnv
from sim.errors import UsageError
from sim.fusion import fuse, points_over
from sim.layout import MAX_OBJECTS
from sim.paint import recolored
from sim.palette import COLORS
from sim.render import NOTHING, TABLE_SHADE, TINY_RENDERER, Camera, lighting, render
from sim.world import TABLE, World

PLACES = [(0.30, -0.30), (0.70, 0.40), (0.50, 0.0), (0.40, 0.25)]
SCENE = layout(
    [
        *(block(x, y) for x, y in PLACES),
        ("bowl/bowl.urdf", at(0.62, -0.25, 0.0), {"category": "fixed", "color": "green"}),
    ],
    [goal([1], [at(0.5, 0.0)])],
    max_steps=2,
)
LAMP = Light(direction=(-0.3, 0.7, 0.9), color=(0.9, 1.0, 0.6), ambient=0.4, diffuse=0.6, specular=0.2)
WOOD = Texture(pattern="wood", colors=((0.7, 0.5, 0.3), (0.3, 0.2, 0.1)), scale=0.03, angle=0.5, seed=3)
FROM_AROUND = Appearance(cameras=Cameras(view="perspective"))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(SCENE) as made:
        yield made


def seeded(world: World, look: Appearance, seed: int = 0) -> Heightmap:
    return observe(world, "full", look, np.random.default_rng(seed))


def same(first: Heightmap, second: Heightmap) -> bool:
    names = ("color", "height", "segmentation")
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in names)


def test_plain_is_what_the_renderer_draws_and_nothing_else(world: World) -> None:
    rows, columns = HEIGHTMAP_SHAPE
    flipped = np.linalg.inv(
        Camera(HEIGHTMAP_SHAPE, 1.0, (0.5, 0, 120.0), (0.5, 0, 0), up=(-1, 0, 0)).pose @ np.diag([1, -1, -1, 1])
    )
    focal, near, far = 120.0 / PIXEL, 119.2, 120.2
    projection = np.zeros((4, 4))
    projection[0, 0], projection[0, 2] = 2 * focal / columns, 1 / columns
    projection[1, 1], projection[1, 2] = 2 * focal / rows, 1 / rows
    projection[2, 2:] = -(far + near) / (far - near), -2 * far * near / (far - near)
    projection[3, 2] = -1
    _, _, color, depth, bodies = world.client.getCameraImage(
        columns,
        rows,
        flipped.T.ravel().tolist(),
        projection.T.ravel().tolist(),
        renderer=TINY_RENDERER,
        lightDirection=(0.6, -0.5, 1.6),
        lightAmbientCoeff=0.65,
        lightDiffuseCoeff=0.4,
        lightSpecularCoeff=0.05,
        shadow=0,
    )
    covered = np.reshape(bodies, HEIGHTMAP_SHAPE) >= 0
    expected = np.where(covered[..., None], np.reshape(color, (rows, columns, 4))[..., :3], np.uint8(TABLE_SHADE))
    distance = far * near / (far - (far - near) * np.reshape(depth, HEIGHTMAP_SHAPE).astype(np.float64))
    height = (120.0 - np.where(covered, distance, 120.0).astype(np.float32).astype(np.float64)).astype(np.float32)
    for seen in (heightmap(world), observe(world), seeded(world, appearance("plain", 7))):
        assert np.array_equal(seen.color, expected)
        assert np.array_equal(seen.height, np.maximum(height, 0.0))


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_decides_the_look_and_a_generator_the_noise(world: World, kind: str) -> None:
    look = appearance(kind, 4)
    assert look.kind == kind
    assert look == appearance(kind, 4) == Appearance.model_validate_json(look.model_dump_json())
    assert same(seeded(world, look), seeded(world, look))
    assert same(observe(world, "half", look), observe(world, "half", look))
    other = seeded(world, appearance(kind, 5))
    assert same(seeded(world, look), other) == (kind == "plain")
    assert same(seeded(world, look), seeded(world, look, 1)) == (kind == "plain")


def test_pseudo_real_is_one_place() -> None:
    first, second = appearance("pseudo-real", 1), appearance("pseudo-real", 2)
    assert (first.table, first.light, first.cameras) == (second.table, second.light, second.cameras)
    assert first.objects.seed != second.objects.seed
    lights = {appearance("randomised", seed).light for seed in range(5)}
    assert len(lights) == 5


@given(seed=st.integers(0, 2**31 - 1), handle=st.integers(1, MAX_OBJECTS))
def test_an_object_keeps_the_name_of_its_colour(seed: int, handle: int) -> None:
    objects = Objects(jitter=COLOR_JITTER, seed=seed)
    for name, rgb in COLORS.items():
        moved = tuple(recolored(rgb, handle, objects))
        assert min(COLORS, key=lambda other: math.dist(COLORS[other], moved)) == name


def test_an_object_shows_the_colour_that_it_was_given(world: World) -> None:
    bright = Light(direction=(0.0, 0.0, 1.0), ambient=1.0, diffuse=0.0, specular=0.0)
    objects = Objects(jitter=COLOR_JITTER, seed=8)
    seen = observe(world, "full", Appearance(light=bright, objects=objects))
    for handle, (x, y) in enumerate(PLACES, start=1):
        expected = 255 * recolored(COLORS["red"], handle, objects)
        assert seen.color[pixel_of(x, y)] == pytest.approx(expected, abs=4)


def test_mottling_moves_along_with_its_object() -> None:
    look = Appearance(objects=Objects(grain=1.0, seed=2))
    half = HALF - PIXEL
    inside = [(dx, dy) for dx in np.linspace(-half, half, 9) for dy in np.linspace(-half, half, 9)]

    def spots(x: float, y: float) -> NDArray[np.int_]:
        with World(layout([block(x, y)], [goal([1], [at(0.5, 0.1)])])) as made:
            color = observe(made, "full", look).color
        return np.array([color[pixel_of(x + dx, y + dy)] for dx, dy in inside]).astype(int)

    there, here = spots(*place_of(40, 60)), spots(*place_of(100, 200))
    assert there.std(axis=0).max() > 15
    assert np.abs(there - here).max() < 10


def test_the_table_is_painted_in_table_coordinates(world: World) -> None:
    look = Appearance(table=WOOD, light=LAMP)
    above = observe(world, "full", look)
    assert len(np.unique(above.color[above.segmentation == TABLE], axis=0)) > 50
    wide = Texture(pattern="checker", colors=((0.2, 0.2, 0.2), (0.8, 0.8, 0.8)), scale=0.2)
    look = Appearance(table=wide)
    above = observe(world, "full", look)
    for camera in CAMERAS.values():
        shot = view(world, camera, look)
        for x, y in [(0.31, 0.11), (0.51, 0.11), (0.51, 0.31), (0.69, -0.11)]:
            row, column = camera.project(np.array([x, y, 0.0]))[0].astype(int)
            assert tuple(shot.color[row, column]) == tuple(above.color[pixel_of(x, y)])


@pytest.mark.parametrize("light", [LAMP, appearance("randomised", 3).light, appearance("pseudo-real", 0).light])
def test_the_table_is_lit_as_the_renderer_lights_objects(light: Light) -> None:
    with World(SCENE) as world:
        ours = render(world, CAMERAS["front"], Appearance(light=light.model_copy(update={"shadow": 0.0})))
        world.show_table()
        world.client.changeVisualShape(0, -1, rgbaColor=(*TABLE_COLOR, 1.0))
        *_, color, _, bodies = world.client.getCameraImage(
            640,
            480,
            world.client.computeViewMatrix((1.0, 0.0, 0.75), (0.25, 0.0, 0.0), (0, 0, 1)),
            world.client.computeProjectionMatrixFOV(56.1, 4 / 3, 0.1, 10.0),
            renderer=TINY_RENDERER,
            **lighting(light),
        )
    table = np.reshape(color, (480, 640, 4))[np.reshape(bodies, (480, 640)) == 0, :3]
    assert np.unique(table, axis=0) == pytest.approx(np.unique(ours.color[ours.segmentation == TABLE], axis=0), abs=1)


def test_shadows_lie_away_from_the_lamp() -> None:
    tall = layout([block(0.5, 0.0, 0.1, category="fixed")], [goal([1], [at(0.4, 0.1)])])
    light = Light(direction=(0.0, 1.0, 1.0), shadow=0.5)
    with World(tall) as world:
        lit, dark = (observe(world, "full", Appearance(light=light.model_copy(update={"shadow": s}))) for s in (0, 0.5))
    changed = (lit.color != dark.color).any(axis=-1)
    columns = np.nonzero(changed)[1]
    assert changed[pixel_of(0.5, -0.06)]
    assert not changed[pixel_of(0.5, 0.06)]
    assert place_of(0, columns.min())[1] == pytest.approx(-0.02 - 0.12, abs=0.015)
    assert not changed[dark.segmentation == 1].any()
    assert np.array_equal(lit.height, dark.height)
    assert tuple(dark.color[pixel_of(0.5, -0.06)]) == pytest.approx(np.array(TABLE_SHADE) / 2, abs=15)


@pytest.mark.parametrize("resolution", ["full", "half"])
def test_three_views_from_around_give_the_same_heightmap_as_one_from_above(world: World, resolution: Any) -> None:
    above, fused = observe(world, resolution), observe(world, resolution, FROM_AROUND)
    assert fused.color.shape == above.color.shape
    seen = fused.segmentation != NOTHING
    assert seen.mean() > 0.995
    inner = [
        pixel_of(x + dx, y + dy, resolution) for x, y in PLACES for dx in (-0.012, 0.012) for dy in (-0.012, 0.012)
    ]
    for pixel in inner:
        assert fused.height[pixel] == pytest.approx(above.height[pixel], abs=0.001)
        assert fused.segmentation[pixel] == above.segmentation[pixel]
    assert (np.abs(fused.height - above.height) > 0.002).mean() < 0.02  # but for the outlines
    assert not fused.color[~seen].any()
    assert not fused.height[~seen].any()


def test_what_no_camera_sees_is_a_hole() -> None:
    around = [(0.42, 0.0), (0.58, 0.0), (0.5, -0.08), (0.5, 0.08)]
    shaft = layout(
        [*(block(x, y, 3 * HALF, scale=3.0, category="fixed") for x, y in around), block(0.3, 0.3)],
        [goal([5], [at(0.4, 0.3)])],
    )
    with World(shaft) as world:
        fused = observe(world, "full", FROM_AROUND)
        assert observe(world).segmentation[pixel_of(0.5, 0.0)] == TABLE
    assert fused.segmentation[pixel_of(0.5, 0.0)] == NOTHING
    assert fused.color[pixel_of(0.5, 0.0)].tolist() == [0, 0, 0]


def test_pixels_without_depth_show_nothing(world: World) -> None:
    blind = Appearance(sensor=Sensor(patches=1000.0, patch_radius=100))
    shot = view(world, CAMERAS["left"], blind, np.random.default_rng(0))
    assert not shot.depth.any()
    color, height, segmentation = fuse([points_over((80, 160), CAMERAS["left"], shot)], (80, 160))
    assert not color.any()
    assert not height.any()
    assert (segmentation == NOTHING).all()


def test_a_camera_that_stands_elsewhere_shows_things_elsewhere(world: World) -> None:
    off = Offset(shift=(0.0, 2 * PIXEL, 0.0))
    moved = observe(world, "full", Appearance(cameras=Cameras(overhead=off)))
    assert np.array_equal(moved.segmentation[:, :-2], heightmap(world).segmentation[:, 2:])
    turned = Appearance(cameras=Cameras(overhead=Offset(turn=(0.0, 0.01, 0.0))))
    slope = observe(world, "full", turned).height
    assert slope[-1].mean() + slope[0].mean() == pytest.approx(0.25 * 0.01, rel=0.05)  # one edge low, cut off at 0
    calibrated = view(world, CAMERAS["front"])
    wrong = Appearance(cameras=Cameras(front=off))
    assert not np.array_equal(view(world, CAMERAS["front"], wrong).segmentation, calibrated.segmentation)
    assert np.array_equal(view(world, CAMERAS["left"], wrong).segmentation, view(world, CAMERAS["left"]).segmentation)


@pytest.mark.parametrize("kind", ["randomised", "pseudo-real"])
def test_objects_are_seen_within_a_centimetre_of_where_they_are(world: World, kind: str) -> None:
    for seed in range(4):
        seen = seeded(world, appearance(kind, seed), seed)
        for handle, place in enumerate(PLACES, start=1):
            rows, columns = np.nonzero(seen.segmentation == handle)
            assert place_of(rows.mean(), columns.mean()) == pytest.approx(place, abs=0.01)


def test_a_recorded_view_is_repainted_as_the_simulator_would_have_painted_it(world: World) -> None:
    plain = heightmap(world)
    look = Appearance(table=WOOD, light=LAMP)
    color, height = disturb(plain.color, plain.height, look, np.random.default_rng(0))
    expected = observe(world, "full", look)
    table = plain.segmentation == TABLE
    assert np.abs(color[table].astype(int) - expected.color[table]).max() <= 1
    for x, y in PLACES:  # red is brighter than a pixel can show, already in the plain light
        top = pixel_of(x, y)
        assert color[top][1:] == pytest.approx(expected.color[top][1:], abs=2)
    assert np.array_equal(height, plain.height)


def test_disturbance_belongs_to_its_generator_and_leaves_the_original_alone(world: World) -> None:
    plain, look = heightmap(world), appearance("randomised", 1)
    before = plain.color.copy(), plain.height.copy()
    first, again, other = (disturb(*before, look, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[1], other[1])
    assert np.array_equal(plain.color, before[0])
    assert np.array_equal(plain.height, before[1])
    assert (first[0].dtype, first[1].dtype) == (np.uint8, np.float32)
    untouched = disturb(*before, PLAIN, np.random.default_rng(0))
    assert all(np.array_equal(a, b) for a, b in zip(untouched, before, strict=True))


def test_stereo_noise_grows_with_the_square_of_the_distance() -> None:
    sensor = Sensor(depth_noise=0.002, depth_growth=2.0)
    deviations = []
    for distance in (0.5, 1.0):
        depth = np.full((200, 200), distance, np.float32)
        color = np.zeros((200, 200, 3), np.uint8)
        _, noisy, _ = sense(color, depth, depth, sensor, np.random.default_rng(0))
        deviations.append((noisy - depth).std())
    assert deviations == pytest.approx([0.0005, 0.002], rel=0.03)


def test_depth_is_lost_at_edges_and_in_patches() -> None:
    depth = np.ones((100, 100), np.float32)
    depth[:, 50:] = 0.9
    color = np.zeros((100, 100, 3), np.uint8)
    *_, holes = sense(color, depth, depth, Sensor(edge_holes=0.5), np.random.default_rng(0))
    assert 70 < holes.sum() < 130
    assert set(np.nonzero(holes)[1]) == {49, 50}
    *_, holes = sense(color, depth, depth, Sensor(patches=10.0, patch_radius=5), np.random.default_rng(0))
    assert 10 < holes.sum() < 10 * math.pi * 25


@pytest.mark.parametrize("factor", [0.5, 1.3])
def test_friction_decides_how_far_things_slide(factor: float) -> None:
    slid = []
    for friction in (1.0, factor):
        with World(SCENE, friction=friction) as world:
            world.settle()
            world.client.resetBaseVelocity(world.body(3), (0.5, 0.0, 0.0))
            world.settle()
            slid.append(world.pose(3)[0][0] - PLACES[2][0])
    assert slid[0] / slid[1] == pytest.approx(factor, rel=0.2)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_an_environment_that_gymnasium_accepts(kind: Any) -> None:
    environment = TabletopEnv(SCENE, appearance=kind, resolution="half", cameras=("left",), segmentation=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*symmetric and normalized space.*")
        check_env(environment, skip_render_check=True)
    environment.close()


def test_the_look_is_drawn_anew_with_each_episode_and_belongs_to_its_seed() -> None:
    environment = TabletopEnv(SCENE, appearance="randomised")
    first, again, other = (environment.reset(seed=seed)[0] for seed in (1, 1, 2))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    tables = [tuple(np.median(seen["color"].reshape(-1, 3), axis=0)) for seen in (first, other)]
    assert tables[0] != tables[1]
    assert not np.array_equal(first["color"], environment.reset()[0]["color"])
    environment.close()
    fixed = TabletopEnv(SCENE, appearance=Appearance(table=WOOD))
    assert np.array_equal(fixed.reset(seed=1)[0]["color"], fixed.reset(seed=2)[0]["color"])
    fixed.close()


def test_an_unknown_appearance_is_an_error_that_names_the_nearest() -> None:
    for ask in (lambda: appearance("randomized", 0), lambda: TabletopEnv(SCENE, appearance="randomized")):  # type: ignore[arg-type]
        with pytest.raises(UsageError, match="did you mean 'randomised'"):
            ask()
    with pytest.raises(UsageError, match="did you mean 'pseudo-real'"):
        appearance("real", 0)
