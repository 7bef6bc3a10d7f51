"""The `env` that a task's `reset` sees: it records what is laid out, as data. No physics runs here.

Places are found from footprints, so that laying out costs well under a millisecond and the process that runs a task's
code needs neither a simulator nor a camera.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
from pydantic import ValidationError

from sim.catalogue import Asset, find_asset
from sim.errors import TaskError, about, did_you_mean
from sim.geometry import as_pose, as_size, footprint_radius, footprints_overlap, yaw_quaternion
from sim.goals import UNKNOWN_SYMMETRY, first_problem
from sim.layout import MAX_OBJECTS, MAX_STEPS, WORKSPACE, GoalSpec, Layout, ObjectSpec, Pose, Rope, Rules, Vector3
from sim.lines import Lines, candidate_line
from sim.palette import COLORS, color_rgb
from sim.task import FilledAsset, Task, task_name
from sim.verdict import CONTROL, Diagnostic

CATEGORIES = ("rigid", "fixed")
MEANT = {"movable": "rigid", "dynamic": "rigid", "free": "rigid", "static": "fixed", "anchored": "fixed"}
GAP = 0.015  # metres kept free between two objects
THINNEST = 0.001  # metres: what collides has to have a volume
SEATING = 0.02  # metres above or below the table within which a lone object is put onto it
RANDOM_TRIES = 400
BEAD = "rope/bead-template.urdf"
ROPE_SLACK = 0.05  # of the spacing, between the middles of two beads
TABLE_EDGE = 0.03  # metres that a rope keeps away from the edge
CURVE_BEND = 0.25  # radians that a rope turns from bead to bead at most
CURVE_WANDER = 0.12
SHARE_SLACK = 1e-3


class LayoutBuilder:
    """Collects objects; handles count 1, 2, 3, ...

    Attributes:
        seed: The episode's seed.
        rng: The episode's random generator.
        objects: What was added so far.
        object_lines: The candidate's line at which each of them was added.
        goal_lines: The candidate's line at which each goal was added, when everything is laid out.
        ropes: Which of the objects hang together.
        warnings: What was read as a reader would understand it, but should be written better.
        faults: What is wrong, but runs all the same: it warns under Ravens' rules.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = np.random.default_rng(seed)
        self.objects: list[ObjectSpec] = []
        self.object_lines: list[int | None] = []
        self.goal_lines: list[int | None] = []
        self.ropes: list[Rope] = []
        self.warnings: list[Diagnostic] = []
        self.faults: list[TaskError] = []

    def add_object(
        self, urdf: str, pose: object, category: str = "rigid", color: object = None, scale: float = 1.0
    ) -> int:
        """Adds an object and returns its handle.

        An object whose underside is within 2 cm of the table, with nothing under it, is put onto the table: published
        files are loose in z.

        Args:
            urdf: Name of an asset, or what `fill_template` returned.
            pose: Pose of its origin (m).
            category: `rigid` (can be moved) or `fixed`.
            color: Name or RGB in 0..1; None keeps the asset's own colour.
            scale: Factor on the asset's size.

        Raises:
            TaskError: `unknown-asset`, `unknown-category`, `unknown-color`, `bad-color`, `bad-pose`, `bad-size`,
                `too-many-objects`.
        """
        if len(self.objects) >= MAX_OBJECTS:
            raise TaskError("too-many-objects", f"more than {MAX_OBJECTS} objects", "lay out fewer objects")
        if category not in CATEGORIES:
            hint = did_you_mean(str(category), CATEGORIES, MEANT)
            if category in COLORS:
                hint = "the third argument is the category: give the colour by its name, color="
            message = f"no category {category!r}"
            raise TaskError("unknown-category", message, hint, given=str(category), argument="category")
        asset = find_asset(str(urdf))
        with about("scale"):
            size = self._size(asset, urdf, scale)
        if color is None and isinstance(urdf, FilledAsset):
            color = urdf.color
        with about("color"):
            name, rgb = (None, None) if color is None else color_rgb(color)
        with about("pose"):
            place = as_pose(pose)
        spec = ObjectSpec(
            id=len(self.objects) + 1,
            asset=asset.name,
            size=size,
            scale=1.0 if asset.template else scale,
            color=name,
            rgb=rgb,
            category=cast(Literal["rigid", "fixed"], category),
            pose=place,
            mesh=urdf.mesh if isinstance(urdf, FilledAsset) else asset.default_mesh,
        )
        self.objects.append(self._seated(spec))
        self.object_lines.append(candidate_line())
        return spec.id

    def get_object_pose(self, handle: int) -> Pose:
        """The pose at which an object was added."""
        return self.added(handle).pose

    def added(self, handle: int) -> ObjectSpec:
        """What was added under a handle."""
        if not (isinstance(handle, (int, np.integer)) and 1 <= handle <= len(self.objects)):
            raise TaskError("malformed-goal", f"no object {handle!r}", "handles come from env.add_object")
        return self.objects[handle - 1]

    def move(self, handle: int, pose: object) -> None:
        """Puts an object elsewhere, before the episode begins."""
        spec = self.added(handle)
        self.objects[spec.id - 1] = self._seated(spec.model_copy(update={"pose": as_pose(pose)}))

    def recolor(self, handle: int, color: object) -> None:
        """Gives an object another colour: a name, or RGB in 0..1."""
        spec = self.added(handle)
        name, rgb = color_rgb(color)
        self.objects[spec.id - 1] = spec.model_copy(update={"color": name, "rgb": rgb})

    @property
    def lines(self) -> Lines:
        """Where in the candidate everything was added."""
        return Lines(objects=tuple(self.object_lines), goals=tuple(self.goal_lines))

    def warn(self, code: str, message: str, hint: str = "") -> None:
        """Notes what was read as a reader would understand it."""
        self.warnings.append(Diagnostic(code=code, stage="build", severity="warning", message=message, hint=hint))

    def free_pose(self, size: Vector3) -> Pose:
        """A random place on the table where a footprint of this size (m) touches nothing; z is half the height."""
        half = footprint_radius(size)
        low = [bound[0] + half for bound in WORKSPACE[:2]]
        high = [bound[1] - half for bound in WORKSPACE[:2]]
        if low[0] > high[0] or low[1] > high[1]:
            message = f"a footprint of {size[0]:.2f} x {size[1]:.2f} m is larger than the table"
            raise TaskError("no-free-place", message, "turned any way it has to fit into 0.5 x 1.0 m")
        for _ in range(RANDOM_TRIES):
            x, y = self.rng.uniform(low, high)
            pose = self._pose(x, y, size[2] / 2, self.rng.uniform(-math.pi, math.pi))
            if self.is_free(pose, size):
                return pose
        raise TaskError(
            "no-free-place",
            f"no place for {size[0]:.2f} x {size[1]:.2f} m among {len(self.objects)} objects",
            "lay out fewer or smaller objects, the large ones first",
        )

    def free_curve(self, count: int, spacing: float, width: float) -> list[tuple[float, float, float]]:
        """A random smooth curve on free parts of the table: `count` places (x, y, heading), `spacing` apart (m)."""
        edge = TABLE_EDGE + width / 2
        for _ in range(RANDOM_TRIES):
            low, high = ([bound[side] for bound in WORKSPACE[:2]] for side in (0, 1))
            x, y = self.rng.uniform([value + edge for value in low], [value - edge for value in high])
            heading, bend = self.rng.uniform(-math.pi, math.pi), 0.0
            curve: list[tuple[float, float, float]] = []
            while len(curve) < count and self._free_for_curve((x, y), curve, spacing, width):
                curve.append((float(x), float(y), float(heading)))
                bend = float(np.clip(bend + self.rng.normal(0.0, CURVE_WANDER), -CURVE_BEND, CURVE_BEND))
                x, y, heading = x + spacing * math.cos(heading), y + spacing * math.sin(heading), heading + bend
            if len(curve) == count:
                return curve
        raise TaskError(
            "no-free-place",
            f"no place for a rope of {count * spacing:.2f} m among {len(self.objects)} objects",
            "lay out fewer or smaller objects, the rope first",
        )

    def _free_for_curve(
        self, place: tuple[float, float], curve: list[tuple[float, float, float]], spacing: float, width: float
    ) -> bool:
        edge = TABLE_EDGE + width / 2
        inside = all(
            low + edge <= value <= high - edge for value, (low, high) in zip(place, WORKSPACE[:2], strict=True)
        )
        apart = all(math.dist(place, other[:2]) > 2 * spacing for other in curve[:-2])
        return inside and apart and self.is_free(self._pose(*place, 0.0, 0.0), (width, width, 0.0))

    def is_free(self, pose: Pose, size: Sequence[float]) -> bool:
        """Whether a footprint (m) at this pose keeps its distance from every object added so far."""
        return not any(footprints_overlap((pose, size), (item.pose, item.size), GAP) for item in self.objects)

    @staticmethod
    def _pose(x: float, y: float, z: float, yaw: float) -> Pose:
        return (float(x), float(y), float(z)), yaw_quaternion(float(yaw))

    def _size(self, asset: Asset, urdf: str, scale: float) -> Vector3:
        if not (math.isfinite(scale) and 0.05 <= scale <= 10.0):
            raise TaskError("bad-size", f"scale {scale} is not between 0.05 and 10", "1 is the asset's own size")
        if isinstance(urdf, FilledAsset):
            return as_size(urdf.size, THINNEST * asset.solid)
        if asset.template:
            self.warn("unfilled-template", f"{asset.name!r} was added without fill_template; it takes {asset.size} m")
        x, y, z = asset.outer_size(asset.size, asset.default_mesh)
        return x * scale, y * scale, z * scale

    def _seated(self, spec: ObjectSpec) -> ObjectSpec:
        (x, y, z), rotation = spec.pose
        resting = find_asset(spec.asset).standing_height(spec.size)
        others = [item for item in self.objects if item.id != spec.id]
        lone = not any(footprints_overlap((spec.pose, spec.size), (item.pose, item.size)) for item in others)
        if abs(z - resting) <= SEATING and lone:
            return spec.model_copy(update={"pose": ((x, y, resting), rotation)})
        return spec


def lay_out(
    task_class: type[Task],
    seed: int,
    mode: Literal["train", "test"] = "train",
    rules: Rules = "strict",
    env: LayoutBuilder | None = None,
) -> tuple[Layout, LayoutBuilder]:
    """One episode's layout, from a task class and a seed.

    The legacy generators of `random` and `numpy.random` are seeded too, for tasks that call them.

    Args:
        task_class: The task.
        seed: The episode's seed.
        mode: The split of colours.
        rules: Under Ravens' rules shares that do not sum to 1 are scaled, with a warning.
        env: A fresh builder for this seed, for files whose `env` has more to it than ours.

    Raises:
        TaskError: The task breaks the interface; any other exception is the task program's own.
    """
    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002
    env = env or LayoutBuilder(seed)
    task = task_class()
    task.mode = mode
    task.reset(env)
    task.conclude()
    env.goal_lines = task.goal_lines
    if not task.goals:
        raise TaskError("no-goals", "reset added no goal", "call self.add_goal at the end of reset")
    goals = _with_shares(task.goals, rules, env)
    for fault in env.faults:
        if rules == "strict":
            raise fault
        env.warn(fault.code, fault.message, fault.remedy)
    moved = sum(len(goal.objects) for goal in goals)
    try:
        layout = Layout(
            task=task_class.name or task_name(task_class.__name__),
            seed=seed,
            objects=tuple(env.objects),
            goals=tuple(goals),
            ropes=tuple(env.ropes),
            primitive=task.primitive,
            max_steps=min(moved + 3, MAX_STEPS) if task.max_steps is None else task.max_steps,
            pos_eps=task.pos_eps,
            rot_eps=task.rot_eps,
        )
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        argument = {"argument": str(where[0])} if where else {}
        raise TaskError("malformed-goal", first_problem(error), "see the task guide", **argument) from None
    validate(layout)
    return _with_symmetries(layout), env


def validate(layout: Layout) -> None:
    """Checks what a layout's types cannot say: sizes are the assets', goals have words, shares sum to 1.

    The judge's side calls it again: the word of a process that ran a candidate's code is not trusted.

    Raises:
        TaskError: `unknown-asset`, `unknown-mesh`, `bad-size`, `bad-color`, `malformed-goal`, `malformed-rope`,
            `reward-shares`.
    """
    for spec in layout.objects:
        asset = find_asset(spec.asset)
        if (spec.mesh is None) != (not asset.meshes) or spec.mesh not in (None, *asset.meshes):
            raise TaskError("unknown-mesh", f"{spec.asset!r} has no mesh {spec.mesh!r}", "see the asset catalogue")
        size = (
            as_size(spec.size, THINNEST * asset.solid)
            if asset.template
            else tuple(length * spec.scale for length in asset.size)
        )
        if (asset.template and spec.scale != 1.0) or math.dist(spec.size, size) > 1e-9:
            raise TaskError(
                "bad-size", f"{spec.asset!r} is not {spec.size} m large", "size a template with fill_template"
            )
        if spec.rgb is not None and spec.rgb != color_rgb(spec.color or spec.rgb)[1]:
            raise TaskError("bad-color", f"{spec.color!r} is not {spec.rgb}", "give colours by name, or RGB in 0..1")
    if any(not goal.instruction.strip() for goal in layout.goals):
        raise TaskError("malformed-goal", "a goal has no instruction", "give each goal a language_goal")
    if any(CONTROL.search(goal.instruction) for goal in layout.goals):
        raise TaskError("malformed-goal", "an instruction has letters that cannot be shown", "write it in plain text")
    if layout.primitive == "push" and any(goal.metric != "zone" for goal in layout.goals):
        raise TaskError("malformed-goal", "a goal of a task that pushes is no zone", "things are pushed into zones")
    for rope in layout.ropes:
        _check_rope([layout.object(bead) for bead in rope.beads], rope.spacing)
    if (wrong := _wrong_shares(layout.goals)) is not None:
        raise wrong


def _check_rope(beads: Sequence[ObjectSpec], spacing: float) -> None:
    gaps = [math.dist(first.pose[0], second.pose[0]) for first, second in itertools.pairwise(beads)]
    apart = all(abs(gap - spacing) < ROPE_SLACK * spacing for gap in gaps)
    if not apart or any(bead.asset != BEAD or bead.category != "rigid" for bead in beads):
        raise TaskError("malformed-rope", "a rope is no row of beads", "add ropes with self.make_ropes")


def _wrong_shares(goals: Sequence[GoalSpec]) -> TaskError | None:
    total = sum(goal.share for goal in goals)
    if abs(total - 1.0) <= SHARE_SLACK:
        return None
    largest = max(range(len(goals)), key=lambda number: goals[number].share)
    values = {"goal": largest + 1, "goals": len(goals), "share": goals[largest].share, "total": round(total, 6)}
    remedy = f"they have to sum to 1: give each of {len(goals)} goals 1 / {len(goals)}"
    message = f"the goals' step_max_reward sum to {total:.3f}"
    return TaskError("reward-shares", message, remedy, argument="step_max_reward", **values)


def _with_shares(goals: Sequence[GoalSpec], rules: Rules, env: LayoutBuilder) -> list[GoalSpec]:
    """The goals with shares that sum to 1; under the strict rules they have to do so as they are."""
    wrong = _wrong_shares(goals)
    if wrong is None:
        return list(goals)
    if rules == "strict":
        raise wrong
    env.warn(wrong.code, f"{wrong.message}; they are scaled to 1", wrong.remedy)
    total = sum(goal.share for goal in goals)
    return [goal.model_copy(update={"share": goal.share / total}) for goal in goals]


def _with_symmetries(layout: Layout) -> Layout:
    goals = []
    for goal in layout.goals:
        angles = tuple(
            symmetry_of(layout.object(handle)) if angle == UNKNOWN_SYMMETRY else angle
            for handle, angle in zip(goal.objects, goal.symmetries, strict=True)
        )
        goals.append(goal.model_copy(update={"symmetries": angles}))
    return layout.model_copy(update={"goals": tuple(goals)})


def symmetry_of(spec: ObjectSpec) -> float:
    """The angle (rad) after which an object looks the same about z; 0: its yaw does not matter."""
    asset = find_asset(spec.asset)
    symmetry = asset.symmetry if spec.mesh is None else asset.meshes[spec.mesh].symmetry
    if symmetry == math.pi and abs(spec.size[0] - spec.size[1]) < 1e-3:
        return math.pi / 2
    return symmetry
