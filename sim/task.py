"""The base class of all tasks: a task lays out a scene and states goals. It does nothing else.

The vocabulary (add_goal, get_random_pose, fill_template, ...) is that of Ravens (arXiv 2010.14406), CLIPort
(2109.12098) and GenSim (2310.01361).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from sim.catalogue import Asset, find_asset
from sim.errors import TaskError, about, did_you_mean
from sim.geometry import as_pose, as_size, yaw_quaternion
from sim.goals import as_number, goal_spec, malformed
from sim.layout import GoalSpec, Pose, Primitive, Rope, Vector3
from sim.lines import candidate_line
from sim.palette import COLORS

if TYPE_CHECKING:
    from sim.builder import LayoutBuilder

Goal = GoalSpec
colors = COLORS
KITTING_SIZE: Vector3 = (0.08, 0.08, 0.02)
# Metres in a unit of a template's field. The field's kitting meshes are large: scaled by SCALE they are KITTING_SIZE.
UNITS: dict[str, Vector3] = {
    "DIM": (1.0, 1.0, 1.0),
    "HALF": (2.0, 2.0, 2.0),
    "SCALE": (KITTING_SIZE[0] / 0.003, KITTING_SIZE[1] / 0.003, KITTING_SIZE[2] / 0.001),
}


FIELDS = dict.fromkeys(["SIZE", "DIMENSION", "DIMENSIONS", "SHAPE", "EXTENT", "EXTENTS"], "DIM")  # what is meant


class FilledAsset(str):
    """The name of a template asset together with the size that was filled in (metres)."""

    size: Vector3
    color: object
    mesh: str | None

    def __new__(cls, name: str, size: Vector3, color: object = None, mesh: str | None = None) -> FilledAsset:
        """A filled template; `color` is a colour name or RGB, or None; `mesh` is one of the asset's forms."""
        filled = super().__new__(cls, name)
        filled.size = size
        filled.color = color
        filled.mesh = mesh
        return filled


class Task:
    """A robot practice task.

    A subclass overrides `reset` (and may set the attributes below); rewards, success and oracle are not a task's
    business. Positions are metres in the world frame, angles radians.

    Attributes:
        max_steps: Actions an episode may take; None gives one for each object to be moved, and three to spare.
        pos_eps: Position tolerance (m).
        rot_eps: Rotation tolerance (rad).
        mode: `train` for the seen colours, `test` for the unseen ones.
        train_set: Numbers of the kitting shapes that are seen.
        test_set: Numbers of the kitting shapes that are held out.
        rng: The episode's random generator.
    """

    name: ClassVar[str] = ""
    max_steps: int | None = None
    pos_eps: float = 0.01
    rot_eps: float = math.radians(15.0)
    primitive: Primitive = "pick_place"
    assets_root: str = "assets/"
    train_set: Sequence[int] = range(15)
    test_set: Sequence[int] = range(15, 20)
    lang_template: str = ""
    task_completed_desc: str = "done"
    mode: Literal["train", "test"] = "train"
    rng: np.random.Generator
    _env: LayoutBuilder

    def __init__(self) -> None:
        self.goals: list[GoalSpec] = []
        self.goal_lines: list[int | None] = []  # of the candidate, at which they were added
        self.lang_goals: list[str] = []

    def reset(self, env: LayoutBuilder) -> None:
        """Forgets the last episode. A subclass calls this first, then adds objects and goals."""
        self.goals.clear()
        self.goal_lines.clear()
        self.lang_goals.clear()
        self.rng = env.rng
        self._env = env

    def conclude(self) -> None:
        """What is left to do after `reset`: nothing, for a task that is written in this interface."""

    def add_goal(
        self,
        objs: Sequence[int],
        matches: Any,
        targ_poses: Sequence[Any],
        replace: bool = False,
        rotations: bool = True,
        metric: str = "pose",
        params: Any = None,
        step_max_reward: float = 1.0,
        symmetries: Sequence[float] | None = None,
        language_goal: str = "",
    ) -> None:
        """Adds one step; goals are reached in the order in which they were added.

        Args:
            objs: Handles of the objects to move, from `env.add_object`.
            matches: Matrix (objects, targets): entry (i, j) says that object i may go to target j.
            targ_poses: The target poses.
            replace: Whether one target may serve several objects.
            rotations: Whether the gripper may turn.
            metric: `pose`, or `zone` with `params=[(zone_pose, zone_size), ...]`.
            params: The zones.
            step_max_reward: This goal's share of the reward; a task's shares sum to 1.
            symmetries: Per object the angle after which it looks the same; None derives it from the shape.
            language_goal: What the robot is told.

        Raises:
            TaskError: `malformed-goal`, `bad-pose`, `unknown-metric`.
        """
        share = as_number(step_max_reward, "step_max_reward")
        if not 0.0 < share <= 1.0 + 1e-6:
            remedy = "it is this goal's share of 1: 1 / n for each of n goals"
            raise malformed(f"step_max_reward {share:g} is not in 0..1", "step_max_reward", remedy)
        if not isinstance(language_goal, str) or not language_goal.strip():
            raise malformed("language_goal is empty", "language_goal", "say what the robot is told")
        goal = goal_spec(
            objs,
            matches,
            targ_poses,
            replace,
            rotations,
            metric,
            params,
            symmetries=symmetries,
            share=min(share, 1.0),
            instruction=language_goal,
        )
        with about("objs"):
            for handle in goal.objects:
                self._env.added(handle)
        self.lang_goals.append(language_goal)
        self.goals.append(goal)
        self.goal_lines.append(candidate_line())

    def get_random_pose(self, env: LayoutBuilder, obj_size: Sequence[float]) -> Pose:
        """A free place on the table for a footprint of this size (m), with a random yaw; z is half the height.

        Raises:
            TaskError: `no-free-place` when the table is too full.
        """
        with about("obj_size"):
            return env.free_pose(as_size(obj_size))

    def get_random_size(
        self, min_x: float, max_x: float, min_y: float, max_y: float, min_z: float, max_z: float
    ) -> Vector3:
        """A random size (m) between the bounds."""
        x, y, z = self.rng.uniform((min_x, min_y, min_z), (max_x, max_y, max_z))
        return float(x), float(y), float(z)

    def fill_template(self, path: str, fields: Mapping[str, Any]) -> FilledAsset:
        """A sized copy of a template asset, for `env.add_object`.

        Args:
            path: Name of the template, e.g. `box/box-template.urdf`.
            fields: `{"DIM": (x, y, z)}` in metres; `HALF` is accepted and follows from `DIM`; `COLOR` is optional. A
                kitting template also takes `FNAME` (which shape: `kitting/03.obj` or 3), and `SCALE` in the units of
                the field's meshes: (0.003, 0.003, 0.001) is 8 x 8 x 2 cm.

        Raises:
            TaskError: `unknown-asset`, `not-a-template`, `unknown-field`, `unknown-mesh`, `bad-size`.
        """
        asset = find_asset(path)
        if not asset.template:
            raise TaskError(
                "not-a-template", f"{asset.name!r} is not a template", "add it with env.add_object directly"
            )
        if not isinstance(fields, Mapping):
            message = f"the fields of {asset.name!r} are not a dictionary"
            raise TaskError("unknown-field", message, 'write {"DIM": (x, y, z)}', argument="fields")
        known = (*asset.template, "COLOR")
        given = {"FNAME" if field == "FNAME0" else str(field): value for field, value in fields.items()}
        for field in given:
            if field not in known:
                hint = did_you_mean(field, known, FIELDS)
                raise TaskError("unknown-field", f"no template field {field!r}", hint, given=field)
        size = asset.size
        for field, unit in UNITS.items():
            if field in given:
                with about("fields"):
                    x, y, z = as_size(given[field])
                size = as_size((x * unit[0], y * unit[1], z * unit[2]))
                break
        mesh = _mesh(asset, given["FNAME"]) if "FNAME" in given else asset.default_mesh
        return FilledAsset(asset.name, asset.outer_size(size, mesh), given.get("COLOR"), mesh)

    def get_kitting_shapes(self, n: int) -> list[int]:
        """Random numbers of kitting shapes, all different while there are enough; unseen ones in the test mode."""
        numbers = list(self.train_set if self.mode == "train" else self.test_set)
        return [int(number) for number in self.rng.choice(numbers, n, replace=n > len(numbers))]

    def shape_name(self, number: int) -> str:
        """What people call a kitting shape: `star`, `letter R shape`."""
        asset = find_asset("kitting/object-template.urdf")
        return asset.noun(_mesh(asset, number))

    def make_kitting_objects(
        self,
        env: LayoutBuilder,
        targets: Sequence[Any],
        obj_shapes: Sequence[int],
        n_objects: int,
        colors: Sequence[object],
        size: Vector3 = KITTING_SIZE,
    ) -> tuple[list[int], NDArray[np.float64]]:
        """Adds kitting shapes at free places, each to be put at its target; equal shapes may be swapped.

        Args:
            env: The environment that `reset` was given.
            targets: A target pose for each shape.
            obj_shapes: The shapes' numbers.
            n_objects: How many of them to add.
            colors: Their colours, taken in turn.
            size: Size (m) of the square that a shape fills, and its height.

        Returns:
            Handles of the objects, and the matches (objects x targets) for `add_goal`.
        """
        objects = []
        for index in range(n_objects):
            filled = self.fill_template("kitting/object-template.urdf", {"FNAME": obj_shapes[index], "DIM": size})
            pose = self.get_random_pose(env, filled.size)
            objects.append(env.add_object(filled, pose, color=colors[index % len(colors)]))
        shapes = np.asarray(obj_shapes)
        return objects, np.equal.outer(shapes[:n_objects], shapes[: len(targets)]).astype(float)

    def make_ropes(
        self,
        env: LayoutBuilder,
        corners: Sequence[Sequence[float]],
        radius: float = 0.005,
        n_parts: int = 20,
        color_name: str = "red",
    ) -> tuple[list[int], list[Pose], NDArray[np.float64]]:
        """Adds a rope in a random curve, to be laid straight between two corners.

        Args:
            env: The environment that `reset` was given.
            corners: The two ends (x, y, z) of the line that the rope shall lie along, in metres.
            radius: Half the thickness of the rope.
            n_parts: Beads that make up the rope.
            color_name: The rope's colour; its two ends are left white.

        Returns:
            Handles of the beads, a target for each, and the matches: a rope may lie either way round.
        """
        start, end = (np.array([*corner, 0.0][:3], dtype=float) for corner in corners)
        if n_parts < 2 or math.dist(start[:2], end[:2]) < 2 * radius * n_parts:
            message = f"{n_parts} beads of {2 * radius:g} m along {math.dist(start[:2], end[:2]):.3f} m"
            raise TaskError("malformed-rope", message, "a rope has two beads and more, and none inside another")
        increment = (end - start) / n_parts
        spacing = float(np.linalg.norm(increment[:2]))
        size = (2 * radius, 2 * radius, 2 * radius)
        beads = []
        for number, (x, y, heading) in enumerate(env.free_curve(n_parts, spacing, 2 * radius)):
            color = None if number in (0, n_parts - 1) else color_name
            bead = self.fill_template("rope/bead-template.urdf", {"DIM": size})
            beads.append(env.add_object(bead, ((x, y, radius), yaw_quaternion(heading)), color=color))
        env.ropes.append(Rope(beads=tuple(beads), spacing=spacing))
        targets = [as_pose(start + (number + 0.5) * increment) for number in range(n_parts)]
        either_way = np.eye(n_parts) + np.eye(n_parts)[::-1]
        return beads, targets, np.clip(either_way, 0.0, 1.0)

    def make_piles(self, env: LayoutBuilder, block_color: object = None, n_blocks: int = 50) -> list[int]:
        """Adds a pile of 1 cm blocks, scattered without overlap over a free place, and returns their handles."""
        (x, y, _), _ = env.free_pose((2 * PILE_RADIUS, 2 * PILE_RADIUS, 0.0))
        places: list[NDArray[np.float64]] = []
        for _ in range(PILE_TRIES):
            if len(places) == n_blocks:
                break
            place = np.array([x, y]) + self.rng.uniform(-PILE_RADIUS, PILE_RADIUS, size=2)
            if math.dist(place, (x, y)) < PILE_RADIUS and all(math.dist(place, other) > PILE_GAP for other in places):
                places.append(place)
        else:
            raise TaskError("no-free-place", f"no place for a pile of {n_blocks} blocks", "fifty are a good number")
        return [
            env.add_object(
                "block/small.urdf",
                ((*place, 0.005), yaw_quaternion(self.rng.uniform(-math.pi, math.pi))),
                color=block_color,
                scale=PILE_SCALE,
            )
            for place in places
        ]

    def add_corner_anchor_for_pose(self, env: LayoutBuilder, pose: object) -> int:
        """Marks on the table, by the corner of a 4 cm block, where something is to be built; returns the handle."""
        (x, y, _), rotation = as_pose(pose)
        corner = self.fill_template("corner/corner-template.urdf", {"DIM": ANCHOR})
        return env.add_object(corner, ((x, y, 0.0), rotation), category="fixed")

    def color_random_brown(self, obj: int) -> None:
        """Gives an object a random shade of brown."""
        shade = self.rng.uniform(0.5, 1.5)
        self._env.recolor(obj, [shade * channel for channel in COLORS["brown"]])

    def get_colors(self) -> list[str]:
        """Colour names of this episode's split, in random order."""
        from sim.palette import EVAL_COLORS, TRAIN_COLORS

        names = TRAIN_COLORS if self.mode == "train" else EVAL_COLORS
        return [str(name) for name in self.rng.permutation(names)]


def _mesh(asset: Asset, value: object) -> str:
    """The form of an asset that a file name (with or without folders), or a number, stands for."""
    if isinstance(value, (list, tuple)) and len(value) == 1:  # published files write FNAME: (name,)
        value = value[0]
    name = f"{value:02d}.obj" if isinstance(value, (int, np.integer)) else str(value).replace("\\", "/").split("/")[-1]
    wanted = f"{asset.name.split('/')[0]}/{name}"
    if wanted not in asset.meshes:
        raise TaskError("unknown-mesh", f"no mesh {wanted!r}", did_you_mean(wanted, asset.meshes), given=str(value))
    return wanted


ANCHOR = (0.04, 0.04, 0.001)  # metres: a block, and the height of the mark
PILE_SCALE = 0.5  # of a small block: fifty of them fit into a zone of 12 cm
PILE_RADIUS = 0.085  # metres
PILE_TRIES = 20_000
PILE_GAP = 0.0145  # metres between the middles of two blocks of a pile, which are 1 cm wide


def task_name(class_name: str) -> str:
    """Kebab-case of a class name: `PutBlockInBowl` is `put-block-in-bowl`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zA-Z])(?=[0-9])", "-", class_name)
    return spaced.replace("_", "-").strip("-").lower()
