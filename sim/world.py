"""The physics world: one PyBullet client with a table and the objects of one layout.

No arm lives here: between contacts nothing is simulated, and while the arm carries, the held object is dragged by a
constraint (`sim/suction.py`). The arm's kinematics have a client of their own (`sim/arm.py`), so a step costs what the
objects cost. Lengths are metres, one step is 1/240 s.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import itertools
import math
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from sim.appearance import TABLE_COLOR
from sim.catalogue import asset_urdf, find_asset
from sim.geometry import invert, multiply
from sim.layout import Layout, ObjectSpec, Pose, Rope, Vector3

STEP_SECONDS = 1.0 / 240.0
STEPS_PER_SECOND = 240
TABLE = -1  # what `World.hit` calls the table
SETTLE_STEPS = 240
RESIDUAL = 1e-5  # at which the solver stops early: twice the speed of Bullet's 1e-7, the same towers stand
STILL_LINEAR = 0.01  # m/s
STILL_ANGULAR = 0.1  # rad/s
DIRECT = 2  # pybullet.DIRECT
LOWERING = 0.001  # metres: the finest step when an object is lowered as a probe
LOWERING_FAST = 0.05
CARRIES = 0.5  # a contact whose normal points up this much carries the object
TOUCHES = 0.001  # metres
ROPE_FORCE = 100.0  # newtons that the joints of a rope hold, as in Ravens
TABLE_MIDDLE = (0.5, 0.0)
TABLE_HALF = (1.2, 1.4, 0.05)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silences what native code writes to the terminal: greetings, and warnings about every link without a mass."""
    saved = [os.dup(1), os.dup(2)]
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            ctypes.CDLL(None).fflush(None)  # native code buffers what it prints
            for descriptor, copy in enumerate(saved, start=1):
                os.dup2(copy, descriptor)
                os.close(copy)


def connect() -> Any:
    """A new physics client without a window; calls go to it as to the `pybullet` module."""
    with quiet():
        from pybullet_utils.bullet_client import BulletClient

        return BulletClient(connection_mode=DIRECT)


@functools.cache
def _urdf_folder(inside: str) -> tempfile.TemporaryDirectory[str]:
    """A folder inside of another: a process that may write elsewhere than the one it was forked from gets its own."""
    return tempfile.TemporaryDirectory(prefix="simsmith-urdf-", dir=inside)


@functools.lru_cache(maxsize=4096)
def urdf_file(asset_name: str, size: Vector3, mesh: str | None = None) -> str:
    """Path of an asset's URDF with its size filled in; lives as long as the process."""
    text = asset_urdf(find_asset(asset_name), size, mesh)
    path = Path(_urdf_folder(tempfile.gettempdir()).name) / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}.urdf"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
    return str(path)


def name_of(layout: Layout, handle: int) -> str:
    """What a person would call an object: `the red block`, with its number where that is not unique."""
    if handle == TABLE:
        return "the table"

    def words(spec: ObjectSpec) -> str:
        kind = find_asset(spec.asset).noun(spec.mesh)
        return f"the {spec.color} {kind}" if spec.color else f"the {kind}"

    spec = layout.object(handle)
    same = [other.id for other in layout.objects if words(other) == words(spec)]
    return words(spec) if len(same) == 1 else f"{words(spec)} ({same.index(handle) + 1} of {len(same)})"


def free_fall(point: Any) -> float:
    """How far a body may fall, at least, before it meets another at this point of `getClosestPoints(body, other)`.

    The plane between two convex parts keeps them apart, so what is beside a body, however near, does not stop its fall.
    """
    upward, distance = float(point[7][2]), max(0.0, float(point[8]))
    return distance / upward if upward > 0.0 else math.inf


class World:
    """The table and a layout's objects, in a physics client of their own.

    Args:
        layout: What to put on the table.
        poses: Where to put the objects, instead of the layout's poses (for pictures of a later moment).
        client: The physics client to build it in; one of its own when none is given.
        friction: Factor on the friction between objects, and between them and the table.

    Attributes:
        layout: What is on the table.
        steps: Steps of simulated time that have passed.
        watcher: Called after every step (by whoever films an episode); it must not change the world.
    """

    def __init__(
        self, layout: Layout, poses: dict[int, Pose] | None = None, client: Any = None, friction: float = 1.0
    ) -> None:
        self.layout = layout
        self.steps = 0
        self.watcher: Callable[[], None] | None = None
        self.client = client or connect()
        self.client.setPhysicsEngineParameter(
            fixedTimeStep=STEP_SECONDS,
            numSolverIterations=50,
            solverResidualThreshold=RESIDUAL,
            deterministicOverlappingPairs=1,
        )
        self.client.setGravity(0, 0, -9.81)
        self._table = self._add_table()
        self._body: dict[int, int] = {}
        self._origin: dict[int, Pose] = {}  # each object's origin, seen from its centre of mass
        self._handle: dict[int, int] = {self._table: TABLE}
        for spec in layout.objects:
            body = self._load(spec, (poses or {}).get(spec.id, spec.pose))
            self._body[spec.id] = body
            self._handle[body] = spec.id
        for rope in layout.ropes:
            self._tie(rope)
        if friction != 1.0:
            self._roughen(friction)

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the physics client."""
        if self.client.isConnected():
            self.client.disconnect()

    def _add_table(self) -> int:
        client = self.client
        shape = client.createCollisionShape(client.GEOM_BOX, halfExtents=TABLE_HALF)
        # Invisible: cameras add the table themselves (`sim/render.py`).
        look = client.createVisualShape(client.GEOM_BOX, halfExtents=TABLE_HALF, rgbaColor=(*TABLE_COLOR, 0.0))
        body = client.createMultiBody(0, shape, look, basePosition=(*TABLE_MIDDLE, -TABLE_HALF[2]))
        client.changeDynamics(body, -1, lateralFriction=0.8)
        return int(body)

    def show_table(self) -> None:
        """Makes the table visible (in a window, where no camera of ours adds it)."""
        self.client.changeVisualShape(self._table, -1, rgbaColor=(*TABLE_COLOR, 1.0), specularColor=(0, 0, 0))

    def _load(self, spec: ObjectSpec, pose: Pose) -> int:
        asset = find_asset(spec.asset)
        with quiet():
            body = self.client.loadURDF(
                urdf_file(spec.asset, spec.size if asset.template else asset.size, spec.mesh),
                pose[0],
                pose[1],
                useFixedBase=spec.category == "fixed",
                globalScaling=spec.scale,
            )
        dynamics = self.client.getDynamicsInfo(body, -1)
        self._origin[spec.id] = invert((tuple(dynamics[3]), tuple(dynamics[4])))
        if spec.rgb is not None:
            for link in range(-1, self.client.getNumJoints(body)):
                self.client.changeVisualShape(body, link, rgbaColor=(*spec.rgb, 1.0))
        return int(body)

    def _tie(self, rope: Rope) -> None:
        """Joins each bead to the middle of the next, as in Ravens; the rope runs along the beads' x axes."""
        client = self.client
        for bead in rope.beads:  # a rope is limp: it neither rolls away sideways nor slides on by itself
            client.changeDynamics(self._body[bead], -1, angularDamping=1.0, linearDamping=1.0)
        for first, second in itertools.pairwise(self._body[bead] for bead in rope.beads):
            joint = client.createConstraint(
                first, -1, second, -1, client.JOINT_POINT2POINT, (0, 0, 0), (rope.spacing, 0, 0), (0, 0, 0)
            )
            client.changeConstraint(joint, maxForce=ROPE_FORCE)
            client.setCollisionFilterPair(first, second, -1, -1, 0)

    def _roughen(self, factor: float) -> None:
        """A contact's friction is the product of its two bodies', so each gets the root of the factor."""
        client = self.client
        for body in (self._table, *self._body.values()):
            for link in range(-1, client.getNumJoints(body)):
                friction = client.getDynamicsInfo(body, link)[1]
                client.changeDynamics(body, link, lateralFriction=friction * math.sqrt(factor))

    # -- what is where -------------------------------------------------------------------------------------------

    def body(self, handle: int) -> int:
        """PyBullet's id of an object."""
        return self._body[handle]

    def handle(self, body: int) -> int:
        """The object (or TABLE) that PyBullet calls `body`."""
        return self._handle.get(body, TABLE)

    def mass_pose(self, handle: int) -> Pose:
        """Pose of an object's centre of mass."""
        position, rotation = self.client.getBasePositionAndOrientation(self._body[handle])
        return tuple(position), tuple(rotation)

    def pose(self, handle: int) -> Pose:
        """Pose of an object's origin."""
        return multiply(self.mass_pose(handle), self._origin[handle])

    def poses(self) -> dict[int, Pose]:
        """Pose of every object."""
        return {handle: self.pose(handle) for handle in self._body}

    def put(self, handle: int, pose: Pose) -> None:
        """Puts an object's origin somewhere, out of the course of time."""
        mass = multiply(pose, invert(self._origin[handle]))
        self.client.resetBasePositionAndOrientation(self._body[handle], mass[0], mass[1])

    def bounds(self, handle: int) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """Lowest and highest corner of an object's collision shape."""
        low, high = self.client.getAABB(self._body[handle])
        return tuple(low), tuple(high)

    def rope(self, handle: int) -> tuple[int, ...]:
        """The beads of the rope that an object is part of; empty when it is none."""
        return next((rope.beads for rope in self.layout.ropes if handle in rope.beads), ())

    def is_fixed(self, handle: int) -> bool:
        """Whether an object (or the table) cannot be moved."""
        return handle == TABLE or self.layout.object(handle).category == "fixed"

    def is_solid(self, handle: int) -> bool:
        """Whether an object has a collision shape (a zone has none)."""
        return find_asset(self.layout.object(handle).asset).solid

    def name(self, handle: int) -> str:
        """What a person would call an object; see `name_of`."""
        return name_of(self.layout, handle)

    # -- what touches what ---------------------------------------------------------------------------------------

    def touching(self, handle: int) -> list[int]:
        """What an object touches (to a millimetre), other than the table and its own rope."""
        points = self.client.getContactPoints(bodyA=self._body[handle])
        others = {self.handle(body) for point in points if point[8] < TOUCHES for body in point[1:3]}
        return sorted(others - {TABLE, handle, *self.rope(handle)})

    def hit(
        self, x: float, y: float, ignore: frozenset[int] = frozenset(), top: float = 1.0
    ) -> tuple[int, float, tuple[float, float, float]]:
        """What a ray from above meets first at (x, y): handle (or TABLE), height, surface normal."""
        while top > -0.01:
            body, _, _, position, normal = self.client.rayTest((x, y, top), (x, y, -0.01))[0]
            if body < 0:
                break
            handle = self.handle(body)
            if handle not in ignore:
                return handle, float(position[2]), tuple(normal)
            top = float(position[2]) - 1e-4
        return TABLE, 0.0, (0.0, 0.0, 1.0)

    def resting_height(self, handle: int, target: Pose, ignore: frozenset[int] = frozenset()) -> float:
        """Height of an object's origin when it is lowered onto what stands at a target, in the target's rotation.

        The object itself is lowered as a probe, by conservative advancement (never further than the distance to the
        nearest thing), so rings go over pegs and balls down to the bottom of bowls; the world is restored afterwards.
        """
        client, body = self.client, self._body[handle]
        state = client.saveState()
        skipped = ignore | {handle}
        others = [other for number, other in self._body.items() if number not in skipped and self.is_solid(number)]
        reach = [client.getAABB(other)[1][2] for other in others]
        (x, y, _), rotation = target
        z: float = max([0.0, *reach]) + sum(self.layout.object(handle).size) / 2 + LOWERING
        blocked = False
        while not blocked and z > 0.0:
            self.put(handle, ((x, y, z), rotation))
            gap = LOWERING_FAST
            for other in (self._table, *others):
                for point in client.getClosestPoints(body, other, distance=gap):
                    gap = min(gap, free_fall(point))
                    blocked = blocked or (point[8] < LOWERING and point[7][2] > CARRIES)
            z -= 0.0 if blocked else max(gap, LOWERING)
        client.restoreState(state)
        client.removeState(state)
        return z

    def penetrations(self, depth: float) -> list[tuple[int, int, float]]:
        """Pairs of objects (or object and table) that overlap by more than `depth` metres, with how much."""
        self.client.performCollisionDetection()
        worst: dict[tuple[int, int], float] = {}
        for contact in self.client.getContactPoints():
            first, second = sorted((self._handle[contact[1]], self._handle[contact[2]]))
            overlap = -float(contact[8])
            if overlap > depth and not (self.is_fixed(first) and self.is_fixed(second) and first == TABLE):
                worst[first, second] = max(overlap, worst.get((first, second), 0.0))
        still = [handle for handle in self._body if self.is_fixed(handle) and self.is_solid(handle)]
        for first, second in itertools.combinations(still, 2):  # Bullet itself never looks at these
            for point in self.client.getClosestPoints(self._body[first], self._body[second], distance=0.0):
                if -point[8] > depth:
                    worst[first, second] = max(-float(point[8]), worst.get((first, second), 0.0))
        return [(first, second, overlap) for (first, second), overlap in sorted(worst.items())]

    # -- time ----------------------------------------------------------------------------------------------------

    def step(self, count: int = 1) -> None:
        """Lets `count` steps of simulated time pass."""
        for _ in range(count):
            self.client.stepSimulation()
            self.steps += 1
            if self.watcher is not None:
                self.watcher()

    def settle(self, limit: int = SETTLE_STEPS) -> bool:
        """Steps until everything is still, at most `limit` steps; whether it became still."""
        for _ in range(0, limit, 8):
            self.step(8)
            if self.is_still():
                return True
        return False

    def is_still(self, fastest: float = STILL_LINEAR, turning: float = STILL_ANGULAR) -> bool:
        """Whether no object moves faster than `fastest` (m/s) along an axis, or turns faster than `turning` (rad/s)."""
        return next(self.moving(fastest, turning), None) is None

    def moving(self, fastest: float = STILL_LINEAR, turning: float = STILL_ANGULAR) -> Iterator[int]:
        """The objects that are not still."""
        for handle, body in self._body.items():
            if self.is_fixed(handle):
                continue
            linear, angular = self.client.getBaseVelocity(body)
            if max(map(abs, linear)) > fastest or max(map(abs, angular)) > turning:
                yield handle

    def state_hash(self) -> str:
        """A digest of every object's pose and velocity, bit for bit."""
        state = [
            (handle, self.pose(handle), self.client.getBaseVelocity(body))
            for handle, body in sorted(self._body.items())
        ]
        return hashlib.sha256(repr(state).encode()).hexdigest()
