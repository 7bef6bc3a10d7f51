"""Rendering: what a pinhole camera sees of a world, with Bullet's software renderer.

It needs no graphics card and gives the same pixels everywhere. Filling the table takes it five times as long as all
objects together, so the table is invisible to it: a plane is added here by geometry, with the shade that the renderer
gives it. What it looks like (light, table, colours) is an `Appearance`. Lengths are metres.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.appearance import PLAIN, Appearance, Light, Objects, Texture
from sim.geometry import apply, euler_quaternion, rotate
from sim.layout import Vector3
from sim.paint import gain, mottled, shadow_pixels, shadows, table_colors
from sim.world import TABLE, TABLE_HALF, TABLE_MIDDLE, World, quiet

TABLE_SHADE = (224, 221, 216)  # of the plain table in the plain light
UNPAINTED = (0.5, 0.5, 0.5)  # stands for the colour of an object that has colours of its own
NOTHING = 0  # in a segmentation: beside the table
TINY_RENDERER = 1 << 16  # pybullet.ER_TINY_RENDERER
KEPT = 8  # cameras whose geometry is kept; of 480 x 640 pixels each takes 19 MB


@dataclass(frozen=True)
class Camera:
    """A pinhole camera; its pixel (row, column) looks through (column + 0.5, row + 0.5) of the image plane.

    Attributes:
        shape: Rows and columns of its image.
        focal: Focal length in pixels; the principal point is the image's middle.
        position: Where it stands.
        target: What it looks at.
        up: The direction that is up in its image.
        near: Distance before which it sees nothing.
        far: Distance beyond which it sees nothing; the depth of pixels that show nothing.
    """

    shape: tuple[int, int]
    focal: float
    position: Vector3
    target: Vector3
    up: Vector3 = (0.0, 0.0, 1.0)
    near: float = 0.1
    far: float = 10.0

    @property
    def intrinsics(self) -> NDArray[np.float64]:
        """The 3 x 3 matrix from camera coordinates (x right, y down, z forward) to pixels (column, row)."""
        rows, columns = self.shape
        return np.array([[self.focal, 0.0, columns / 2], [0.0, self.focal, rows / 2], [0.0, 0.0, 1.0]])

    @property
    def pose(self) -> NDArray[np.float64]:
        """The 4 x 4 matrix from camera coordinates to the world's."""
        forward = np.subtract(self.target, self.position)
        forward = forward / np.linalg.norm(forward)
        right = np.cross(forward, self.up)
        right = right / np.linalg.norm(right)
        pose = np.eye(4)
        pose[:3] = np.column_stack([right, np.cross(forward, right), forward, self.position])
        return pose

    def project(self, points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where points of the world are seen.

        Args:
            points: (..., 3).

        Returns:
            (..., 2) places in the image as (row, column), whose integer part is the pixel, and (...) depths.
        """
        seen = (points - self.pose[:3, 3]) @ self.pose[:3, :3]
        depth = seen[..., 2]
        middle = np.array(self.shape) / 2
        return self.focal * seen[..., 1::-1] / depth[..., None] + middle, depth

    def points(self, depth: NDArray[np.float32]) -> NDArray[np.float64]:
        """The point cloud of a depth image: (rows, columns, 3), the place in the world that each pixel shows."""
        return self.pose[:3, 3] + depth[..., None] * _rays(self)

    def scaled(self, factor: float) -> Camera:
        """The same view with `factor` times as many rows and columns."""
        rows, columns = (round(side * factor) for side in self.shape)
        shape, focal = (rows, columns), self.focal * factor
        return Camera(shape, focal, self.position, self.target, self.up, self.near, self.far)

    def moved(self, shift: Vector3, turn: Vector3, pivot: Vector3) -> Camera:
        """The camera turned about a place, by roll, pitch and yaw about the world's axes, and then shifted."""
        about = ((0.0, 0.0, 0.0), euler_quaternion(turn))

        def swung(point: Vector3) -> Vector3:
            lever = apply(about, np.subtract(point, pivot).tolist())
            return tuple(np.add(np.add(pivot, lever), shift).tolist())

        return replace(self, position=swung(self.position), target=swung(self.target), up=rotate(about[1], self.up))


@dataclass(frozen=True)
class Shot:
    """What a camera saw.

    Attributes:
        color: (rows, columns, 3) uint8 RGB.
        depth: (rows, columns) float32, metres along the camera's axis; `Camera.far` where nothing is.
        segmentation: (rows, columns) int32, handles of the objects, -1 for the table and 0 beside it.
    """

    color: NDArray[np.uint8]
    depth: NDArray[np.float32]
    segmentation: NDArray[np.int32]


def render(world: World, camera: Camera, appearance: Appearance = PLAIN) -> Shot:
    """Takes a shot; the world is not changed by it."""
    rows, columns = camera.shape
    with quiet():
        _, _, color, depth, bodies = world.client.getCameraImage(
            columns, rows, _view(camera), _projection(camera), renderer=TINY_RENDERER, **lighting(appearance.light)
        )
    near, far = camera.near, camera.far
    distance = far * near / (far - (far - near) * np.asarray(depth, dtype=np.float64).reshape(rows, columns))
    bodies = np.asarray(bodies, dtype=np.int32).reshape(rows, columns)
    table = _table_depth(camera)
    covered = (bodies >= 0) & (distance <= table)
    pixels = np.asarray(color, dtype=np.uint8).reshape(rows, columns, 4).view(np.uint32)[..., 0]
    painted = np.where(covered, pixels, _ground(camera, appearance.table, appearance.light))
    handles = np.array([world.handle(body) for body in range(bodies.max() + 1)] or [NOTHING], dtype=np.int32)
    shot = Shot(
        color=painted.view(np.uint8).reshape(rows, columns, 4)[..., :3].copy(),
        depth=np.where(covered, distance, table).astype(np.float32),
        segmentation=np.where(covered, handles[bodies], np.where(table < far, np.int32(TABLE), np.int32(NOTHING))),
    )
    if appearance.objects.jitter or appearance.objects.grain or appearance.light.shadow:
        places = camera.position + distance[covered][:, None] * _rays(camera)[covered]
        _dress(world, shot, covered, places, appearance.objects)
        _darken(shot, camera, places, appearance.light)
    return shot


def lighting(light: Light) -> dict[str, Any]:
    """A light in the words of Bullet's renderer."""
    return {
        "lightDirection": light.direction,
        "lightColor": light.color,
        "lightAmbientCoeff": light.ambient,
        "lightDiffuseCoeff": light.diffuse,
        "lightSpecularCoeff": light.specular,
        "shadow": 0,  # the renderer shades a large table all over
    }


def _dress(world: World, shot: Shot, covered: NDArray[np.bool_], places: NDArray[np.float64], objects: Objects) -> None:
    """Gives objects their other colours and their mottling, in place."""
    handles = shot.segmentation[covered]
    color = shot.color[covered].astype(np.float64)
    for handle in np.unique(handles[handles > NOTHING]).tolist():
        own = handles == handle
        position, rotation = world.pose(handle)
        turn = np.array(world.client.getMatrixFromQuaternion(rotation)).reshape(3, 3)
        factor = gain(world.layout.object(handle).rgb or UNPAINTED, handle, objects)
        color[own] *= mottled((places[own] - position) @ turn, objects)[:, None] * factor
    shot.color[covered] = np.minimum(color, 255.0).astype(np.uint8)


def _darken(shot: Shot, camera: Camera, places: NDArray[np.float64], light: Light) -> None:
    """Lets objects cast shadows on the table, in place."""
    shade = shadows(places, light)[_shadow_pixels(camera)]
    shaded = (shade > 0.0) & (shot.segmentation == TABLE)
    shot.color[shaded] = (shot.color[shaded] * (1.0 - light.shadow * shade[shaded][:, None])).astype(np.uint8)


def _view(camera: Camera) -> tuple[float, ...]:
    """The matrix from the world to OpenGL's camera coordinates (x right, y up, z backward), column by column."""
    flipped = camera.pose @ np.diag([1.0, -1.0, -1.0, 1.0])
    return tuple(np.linalg.inv(flipped).T.ravel().tolist())


@functools.lru_cache(maxsize=KEPT)
def _projection(camera: Camera) -> tuple[float, ...]:
    """OpenGL's projection, column by column.

    The renderer samples a pixel at its lower left corner instead of its middle: the image plane is shifted by half a
    pixel.
    """
    rows, columns = camera.shape
    near, far = camera.near, camera.far
    matrix = np.zeros((4, 4))
    matrix[0, 0], matrix[0, 2] = 2 * camera.focal / columns, 1 / columns
    matrix[1, 1], matrix[1, 2] = 2 * camera.focal / rows, 1 / rows
    matrix[2, 2], matrix[2, 3] = -(far + near) / (far - near), -2 * far * near / (far - near)
    matrix[3, 2] = -1
    return tuple(matrix.T.ravel().tolist())


@functools.lru_cache(maxsize=KEPT)
def _rays(camera: Camera) -> NDArray[np.float64]:
    """(rows, columns, 3): from the camera to what is seen in each pixel at depth 1, in the world's directions."""
    rows, columns = camera.shape
    across = (np.arange(columns) + 0.5 - columns / 2) / camera.focal
    down = (np.arange(rows) + 0.5 - rows / 2) / camera.focal
    x, y = np.meshgrid(across, down)
    rays: NDArray[np.float64] = np.stack([x, y, np.ones_like(x)], axis=-1) @ camera.pose[:3, :3].T
    return rays


@functools.lru_cache(maxsize=KEPT)
def _hits(camera: Camera) -> NDArray[np.float64]:
    """(rows, columns, 2): the place on the plane of the table that each pixel shows, infinitely far for none."""
    rays = _rays(camera)
    depth = -camera.position[2] / np.minimum(rays[..., 2], -1e-9)
    return np.asarray(camera.position[:2] + depth[..., None] * rays[..., :2])


@functools.lru_cache(maxsize=KEPT)
def _table_depth(camera: Camera) -> NDArray[np.float64]:
    """(rows, columns): depth of the table's top, `far` where the table is not."""
    depth = -camera.position[2] / np.minimum(_rays(camera)[..., 2], -1e-9)
    on_table = (np.abs(_hits(camera) - TABLE_MIDDLE) <= TABLE_HALF[:2]).all(axis=-1)
    seen: NDArray[np.float64] = np.where(on_table & (depth < camera.far), depth, camera.far)
    return seen


@functools.lru_cache(maxsize=KEPT)
def _shadow_pixels(camera: Camera) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """(rows, columns) each: the pixel of the map of shadows that lies where each pixel sees the table."""
    return shadow_pixels(*np.moveaxis(_hits(camera), -1, 0))


@functools.lru_cache(maxsize=KEPT)
def _ground(camera: Camera, texture: Texture, light: Light) -> NDArray[np.uint32]:
    """(rows, columns): what is seen where no object is, RGBA in one number."""
    ground = np.full((*camera.shape, 4), 255, dtype=np.uint8)
    on_table = _table_depth(camera) < camera.far
    ground[on_table, :3] = table_colors(texture, light, *np.moveaxis(_hits(camera)[on_table], -1, 0))
    return np.asarray(ground.view(np.uint32)[..., 0])
