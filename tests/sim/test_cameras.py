"""Cameras: each shows things where they are, the table as the renderer would, and the same noise for the same seed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from scenes import HALF, at, block, goal, layout

from sim.appearance import PLAIN, RAVENS_NOISE
from sim.camera import CAMERAS, HEIGHTMAP_SHAPE, PIXEL, heightmap, picture, pixel_of, place_of, view
from sim.render import TABLE_SHADE, TINY_RENDERER, Camera, lighting, render
from sim.stage import PERSON
from sim.world import TABLE, World

PLACES = [(0.30, -0.30), (0.70, 0.40), (0.50, 0.0), (0.40, 0.25)]
TALL = 0.28  # metres above the table, at the far corner
SCENE = layout(
    [
        *(block(x, y) for x, y in PLACES),
        block(0.72, 0.47, TALL),
        ("bowl/bowl.urdf", at(0.62, -0.25, 0.0), {"category": "fixed", "color": "green"}),
        ("zone/zone.urdf", at(0.33, 0.0, 0.0), {"category": "fixed", "color": "blue"}),
    ],
    [goal([1], [at(0.5, 0.0)])],
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with World(SCENE) as made:
        yield made


@pytest.mark.parametrize("name", CAMERAS)
@pytest.mark.parametrize("handle", range(1, len(PLACES) + 1))
def test_each_view_shows_a_known_block_where_it_is(world: World, name: str, handle: int) -> None:
    camera = CAMERAS[name]
    shot = view(world, camera)
    middle = np.array(world.pose(handle)[0])
    place, distance = camera.project(middle)
    row, column = place.astype(int)
    assert shot.segmentation[row, column] == handle
    assert 0.0 < distance - shot.depth[row, column] < 2 * HALF  # its surface is before its middle
    rows, columns = np.nonzero(shot.segmentation == handle)
    assert (rows.mean() + 0.5, columns.mean() + 0.5) == pytest.approx(tuple(place), abs=1.0)
    red, green, blue = shot.color[row, column].astype(int)
    assert red > max(green, blue) + 40


@pytest.mark.parametrize("name", CAMERAS)
def test_point_clouds_lie_on_what_they_show(world: World, name: str) -> None:
    camera = CAMERAS[name]
    shot = view(world, camera)
    points = camera.points(shot.depth)
    assert np.abs(points[shot.segmentation == TABLE][:, 2]).max() < 1e-4
    for handle in range(1, len(PLACES) + 1):
        seen = np.abs(points[shot.segmentation == handle] - np.array(world.pose(handle)[0]))
        assert seen.max() < HALF + 1e-4
    again, depth = camera.project(points)
    rows, columns = np.indices(camera.shape)
    assert np.allclose(again, np.stack([rows, columns], axis=-1) + 0.5, atol=1e-6)
    assert np.allclose(depth, shot.depth, atol=1e-6)


def test_intrinsics_and_pose_say_what_project_does() -> None:
    camera = CAMERAS["left"]
    point = np.array([0.6, 0.1, 0.05])
    seen = np.linalg.inv(camera.pose) @ [*point, 1.0]
    column, row, scale = camera.intrinsics @ seen[:3]
    place, depth = camera.project(point)
    assert (row / scale, column / scale) == pytest.approx(tuple(place))
    assert seen[2] == pytest.approx(float(depth))
    assert np.linalg.det(camera.pose[:3, :3]) == pytest.approx(1.0)
    assert camera.intrinsics.tolist() == [[450, 0, 320], [0, 450, 240], [0, 0, 1]]


@pytest.mark.parametrize("camera", [CAMERAS["front"], CAMERAS["right"], PERSON], ids=["front", "right", "person"])
def test_the_table_is_drawn_as_the_renderer_would_draw_it(camera: Camera) -> None:
    with World(SCENE) as world:
        ours = render(world, camera)
        world.show_table()
        rows, columns = camera.shape
        flipped = np.linalg.inv(camera.pose @ np.diag([1.0, -1.0, -1.0, 1.0]))
        vertical = 2 * np.degrees(np.arctan(rows / 2 / camera.focal))
        client = world.client
        projection = client.computeProjectionMatrixFOV(vertical, columns / rows, camera.near, camera.far)
        _, _, color, _, bodies = client.getCameraImage(
            columns, rows, flipped.T.ravel().tolist(), projection, renderer=TINY_RENDERER, **lighting(PLAIN.light)
        )
    color = np.reshape(color, (rows, columns, 4))[..., :3]
    handles = np.vectorize(lambda body: world.handle(body) if body >= 0 else 0)(np.reshape(bodies, (rows, columns)))
    # Half a pixel lies between the two: outlines differ.
    assert (handles != ours.segmentation).mean() < 0.01
    assert np.unique(color[handles == TABLE], axis=0).tolist() == [list(TABLE_SHADE)]
    inside = (handles == ours.segmentation) & (handles == TABLE)
    assert (color[inside] == ours.color[inside]).all()


@pytest.mark.parametrize("resolution", ["full", "half"])
def test_heightmap_is_to_scale_even_for_what_is_high_up_in_a_corner(world: World, resolution: str) -> None:
    seen = heightmap(world, resolution)
    factor = 1 if resolution == "full" else 2
    assert seen.color.shape == (HEIGHTMAP_SHAPE[0] // factor, HEIGHTMAP_SHAPE[1] // factor, 3)
    for handle in range(1, len(PLACES) + 2):
        (x, y, z), _ = world.pose(handle)
        assert seen.segmentation[pixel_of(x, y, resolution)] == handle
        rows, columns = np.nonzero(seen.segmentation == handle)
        middle = place_of(rows.mean(), columns.mean(), resolution)
        assert middle == pytest.approx((x, y), abs=PIXEL * factor * 0.6)
        assert pixel_of(*place_of(17, 45, resolution), resolution) == (17, 45)
        assert np.abs(seen.height[rows, columns] - (z + HALF)).max() < 1e-4
    assert np.abs(seen.height[seen.segmentation == TABLE]).max() < 1e-4


def test_noise_belongs_to_its_generator_and_is_as_large_as_it_says(world: World) -> None:
    clean = view(world, CAMERAS["front"])
    noisy = PLAIN.model_copy(update={"sensor": RAVENS_NOISE})
    first, again, other = (view(world, CAMERAS["front"], noisy, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first.depth, again.depth)
    assert np.array_equal(first.color, again.color)
    assert not np.array_equal(first.depth, other.depth)
    assert (first.depth - clean.depth).std() == pytest.approx(0.003, rel=0.05)
    middle = (clean.color > 20) & (clean.color < 235)
    assert (first.color.astype(int) - clean.color)[middle].std() == pytest.approx(3.0, rel=0.05)
    assert np.array_equal(first.segmentation, clean.segmentation)


def test_looking_changes_nothing(world: World) -> None:
    before = world.state_hash()
    heightmap(world)
    view(world, CAMERAS["front"])
    assert world.state_hash() == before


def test_picture_shows_objects_at_the_poses_that_are_given() -> None:
    start = picture(SCENE, {})
    moved = picture(SCENE, {1: at(0.45, 0.3)})
    assert start.shape == (480, 640, 3)
    changed = np.argwhere((start != moved).any(axis=-1))
    for place in ((*PLACES[0], HALF), (0.45, 0.3, HALF)):
        row, column = PERSON.project(np.array(place))[0]
        assert np.abs(changed - (row, column)).sum(axis=1).min() < 3
    assert len(changed) < 5000
    assert tuple(start[470, 10]) == TABLE_SHADE


def test_pixels_beyond_the_workspace_are_those_of_its_edge() -> None:
    assert pixel_of(0.25, -0.5) == (0, 0)
    assert pixel_of(0.75, 0.5) == (HEIGHTMAP_SHAPE[0] - 1, HEIGHTMAP_SHAPE[1] - 1)
    assert pixel_of(0.0, -2.0, "half") == (0, 0)
