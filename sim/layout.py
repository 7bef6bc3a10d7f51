"""A layout: what a task's `reset` produces, as plain data.

Everything after `reset` works from layouts: physics, oracle, reward, pictures, demonstrations. So a task program runs
in one place only (the sandbox), and no process that judges, records or trains ever loads it.

Lengths are metres in the world frame (robot base at the origin, table top at z = 0), angles radians, rotations
quaternions (x, y, z, w).
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

UNIT = 1e-6  # that the length of a quaternion may be off
Finite = Annotated[float, Field(allow_inf_nan=False, ge=-100.0, le=100.0)]
Vector3 = tuple[Finite, Finite, Finite]


def _unit(rotation: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    if abs(math.hypot(*rotation) - 1.0) > UNIT:
        raise ValueError("a rotation is not a unit quaternion")
    return rotation


Quaternion = Annotated[tuple[Finite, Finite, Finite, Finite], AfterValidator(_unit)]
Pose = tuple[Vector3, Quaternion]

Primitive = Literal["pick_place", "push"]
Rules = Literal["strict", "ravens"]  # ours, or the looser ones of the field, for comparison with published numbers

IDENTITY: Quaternion = (0.0, 0.0, 0.0, 1.0)

# Workspace (x, y, z) in metres, as in Ravens.
WORKSPACE: tuple[tuple[float, float], tuple[float, float], tuple[float, float]] = (
    (0.25, 0.75),
    (-0.5, 0.5),
    (0.0, 0.3),
)
MAX_OBJECTS = 100
MAX_GOALS = 32
MAX_STEPS = 100
MAX_TOLERANCE = 0.1  # metres: with more, beside the bowl would be in it


class Frozen(BaseModel):
    """A small, frozen, JSON-serialisable record; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ObjectSpec(Frozen):
    """One object of a scene.

    Attributes:
        id: The handle that `env.add_object` returned, 1, 2, 3, ... in the order of adding.
        asset: Name in the asset catalogue, e.g. `block/block.urdf`.
        size: Outer size (x, y, z) in metres.
        scale: Factor on the asset's own size (1 for templates, whose size is filled in).
        color: Name of the colour, None for a free RGB value or the asset's own colours.
        rgb: Colour in 0..1, None for the asset's own colours.
        category: `rigid` can be moved, `fixed` cannot.
        pose: Pose of the asset's origin.
        mesh: Which of the asset's meshes it has (a kitting shape), None for assets with one form.
    """

    id: Annotated[int, Field(ge=1, le=MAX_OBJECTS)]
    asset: Annotated[str, Field(max_length=100)]
    size: Vector3
    scale: Annotated[float, Field(gt=0.0, le=10.0, allow_inf_nan=False)] = 1.0
    color: Annotated[str, Field(max_length=40)] | None = None
    rgb: Vector3 | None = None
    category: Literal["rigid", "fixed"] = "rigid"
    pose: Pose
    mesh: Annotated[str, Field(max_length=100)] | None = None


class Rope(Frozen):
    """Objects that hang together in a row.

    Attributes:
        beads: Their handles, from end to end.
        spacing: Distance between the middles of neighbours in metres.
    """

    beads: Annotated[tuple[int, ...], Field(min_length=2, max_length=MAX_OBJECTS)]
    spacing: Annotated[float, Field(gt=0.0, le=0.2, allow_inf_nan=False)]


class Zone(Frozen):
    """A box that objects have to be in: pose of its middle and size (x, y, z); z = 0 means any height."""

    pose: Pose
    size: Vector3


class GoalSpec(Frozen):
    """One step of a task.

    Attributes:
        objects: Handles of the objects to move.
        matches: `matches[i][j]` says that object i may go to target j.
        targets: Poses that the objects' origins have to reach.
        replace: Whether one target may serve several objects.
        rotations: Whether the gripper may turn.
        metric: `pose` (each object at its target) or `zone` (each object inside a zone).
        zones: The zones, for the metric `zone`.
        symmetries: Per object the angle after which it looks the same about z; 0 means that yaw does not matter.
        share: This goal's share of the reward.
        instruction: What the robot is told.
    """

    objects: Annotated[tuple[int, ...], Field(min_length=1, max_length=MAX_OBJECTS)]
    matches: tuple[tuple[bool, ...], ...]
    targets: Annotated[tuple[Pose, ...], Field(min_length=1, max_length=MAX_OBJECTS)]
    replace: bool = False
    rotations: bool = True
    metric: Literal["pose", "zone"] = "pose"
    zones: tuple[Zone, ...] = ()
    symmetries: tuple[Finite, ...]
    share: Annotated[float, Field(gt=0.0, le=1.0, allow_inf_nan=False)]
    instruction: Annotated[str, Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def _shapes_agree(self) -> GoalSpec:
        rows, columns = len(self.objects), len(self.targets)
        if len(self.matches) != rows or any(len(row) != columns for row in self.matches):
            raise ValueError(f"matches is not {rows} x {columns} (objects x targets)")
        if not all(map(any, self.matches)):
            raise ValueError("an object may go nowhere")
        if len(self.symmetries) != rows:
            raise ValueError("one symmetry per object is needed")
        if self.metric == "zone" and not self.zones:
            raise ValueError("a zone goal needs zones")
        return self


class Layout(Frozen):
    """A scene and its goals, laid out by a task from one seed.

    Attributes:
        task: Name of the task (kebab-case of its class).
        seed: The episode's seed.
        objects: The objects in the order of adding.
        goals: The goals in the order in which they have to be reached.
        ropes: Which of the objects hang together.
        primitive: The motion primitive: pick and place with a suction cup, or push with a spatula.
        max_steps: Actions an episode may take.
        pos_eps: Position tolerance in metres.
        rot_eps: Rotation tolerance in radians.
    """

    task: Annotated[str, Field(max_length=100, pattern=r"^\w[\w-]*$")]
    seed: int
    objects: Annotated[tuple[ObjectSpec, ...], Field(max_length=MAX_OBJECTS)]
    goals: Annotated[tuple[GoalSpec, ...], Field(min_length=1, max_length=MAX_GOALS)]
    ropes: tuple[Rope, ...] = ()
    primitive: Primitive = "pick_place"
    max_steps: Annotated[int, Field(ge=1, le=MAX_STEPS)]
    pos_eps: Annotated[float, Field(gt=0.0, le=MAX_TOLERANCE, allow_inf_nan=False)] = 0.01
    rot_eps: Annotated[float, Field(gt=0.0, le=math.pi, allow_inf_nan=False)] = math.radians(15.0)

    @model_validator(mode="after")
    def _handles_exist(self) -> Layout:
        handles = [item.id for item in self.objects]
        if handles != list(range(1, len(handles) + 1)):
            raise ValueError("object handles are not 1, 2, 3, ...")
        for goal in self.goals:
            unknown = set(goal.objects) - set(handles)
            if unknown:
                raise ValueError(f"a goal moves objects that do not exist: {sorted(unknown)}")
        beads = [bead for rope in self.ropes for bead in rope.beads]
        if len(set(beads)) < len(beads) or set(beads) - set(handles):
            raise ValueError("a rope's beads are not objects of their own")
        return self

    def object(self, handle: int) -> ObjectSpec:
        """The object with this handle."""
        return self.objects[handle - 1]

    @property
    def instructions(self) -> tuple[str, ...]:
        """The instruction of each goal, in order."""
        return tuple(goal.instruction for goal in self.goals)
