"""The `Task` of published files: our own, read as loosely as they are written.

Their goals come in two shapes, `self.goals.append((objects, matches, ...))` and `self.add_goal(...)`; both become the
goals of our interface, checked as strictly as ours. What a reader would understand is read, with a warning where
something was missing; what nobody could understand is a finding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sim.builder import LayoutBuilder
from sim.catalogue import find_asset
from sim.errors import TaskError, about, did_you_mean
from sim.geometry import as_loose_pose
from sim.goals import UNKNOWN_SYMMETRY, ZONES, as_number, goal_spec, malformed
from sim.layout import WORKSPACE, GoalSpec, Pose, Primitive, Vector3
from sim.lines import candidate_line
from sim.published import tools
from sim.published.heights import settled_targets
from sim.published.scene import PublishedScene
from sim.published.zones import roomy
from sim.task import FilledAsset, Task, task_name

STATED = "(objs, matches, targ_poses, replace, rotations, metric, params, step_max_reward)"
CORNER_EDGE = 0.0025  # metres from the edge of the box to the middle of a corner mark's bar, in Ravens
POINTS = 0.02  # metres between the points of an object


class PublishedTask(Task):
    """A task of Ravens, CLIPort or GenSim.

    Attributes:
        ee: The end effector.
        bounds: The workspace, (low, high) of x, y and z in metres.
        num_blocks: Blocks of a pile.
        train_set: Kitting shapes that are seen.
        test_set: Kitting shapes that are not.
    """

    _env: PublishedScene

    def __init__(self) -> None:
        super().__init__()
        self.ee: Any = tools.Suction
        self.primitive = cast(Primitive, tools.PickPlace)
        self.bounds: NDArray[np.float64] = np.array(WORKSPACE)
        self.zone_bounds = np.copy(self.bounds)
        self.pix_size = 0.003125  # metres
        self.oracle_cams = tools.Oracle.CONFIG
        self.sixdof = self.homogeneous = False
        self.num_blocks = 50
        self.train_set, self.test_set = range(14), range(14, 20)
        self.progress = 0.0
        self.task_completed_desc = "task completed."

    def additional_reset(self) -> None:
        """Sets tolerances and end effector by the words of the task's sentence."""
        if "bowl" in self.lang_template:
            self.pos_eps = 0.05
        if "piles" in self.lang_template:
            self.ee, self.primitive = tools.Spatula, cast(Primitive, tools.push)
        if "rope" in self.lang_template:
            self.pos_eps = 0.02

    def reset(self, env: LayoutBuilder) -> None:
        """Forgets the last episode."""
        super().reset(env)
        self._env.task = self

    # -- goals ---------------------------------------------------------------------------------------------------

    def add_goal(
        self,
        objs: Any,
        matches: Any,
        targ_poses: Any,
        replace: bool = False,
        rotations: bool = True,
        metric: str = "pose",
        params: Any = None,
        step_max_reward: float = 1.0,
        symmetries: Sequence[float | None] | None = None,
        language_goal: str | Sequence[str] | None = None,
    ) -> None:
        """Adds one step; see `sim.Task.add_goal`, and `docs/published-tasks.md` for what may be loose."""
        handles, angles = _objects(objs, symmetries)
        with about("targ_poses"):
            targets = _targets(targ_poses)
        goal = goal_spec(
            handles,
            _matrix(matches, len(handles), len(targets)),
            targets,
            replace,
            rotations,
            metric,
            _zone_pairs(params) if metric == "zone" else None,
            symmetries=angles,
            instruction=_sentence(language_goal),
        )
        share = _number(step_max_reward, "step_max_reward")
        if not share > 0:
            remedy = "it is this goal's share of 1: 1 / n for each of n goals"
            raise malformed(f"step_max_reward {share:g} is not above 0", "step_max_reward", remedy)
        # A share above 1 is for the sum of all shares to find, which has to be 1.
        self.goals.append(goal.model_copy(update={"share": share}))
        self.goal_lines.append(candidate_line())

    def conclude(self) -> None:
        """Reads what `reset` left behind."""
        self._env.conclude()
        stated: list[Any] = list(self.goals)
        lines, self.goals, self.goal_lines = iter(self.goal_lines), [], []
        for number, item in enumerate(stated, start=1):
            if isinstance(item, GoalSpec):
                self.goals.append(item)
                self.goal_lines.append(next(lines, None))
                continue
            if not isinstance(item, (tuple, list)) or len(item) != STATED.count(",") + 1:
                raise malformed(f"goal {number} of self.goals is not {STATED}")
            self.add_goal(*item)
        self._tell()
        self.goals = settled_targets(self.goals, self._env)
        self.primitive = self._primitive()
        if self.primitive == "pick_place":
            self.goals = [roomy(goal, self._env) for goal in self.goals]
        self.max_steps = None if self.max_steps is None else int(self.max_steps)
        self.pos_eps, self.rot_eps = _number(self.pos_eps, "pos_eps"), _number(self.rot_eps, "rot_eps")

    def _tell(self) -> None:
        """Gives each goal its sentence: its own, or that of `lang_goals`, or the task's."""
        sentences = [_sentence(item) for item in _listed(self.lang_goals)]
        if not sentences and self.lang_template.strip() and "{" not in self.lang_template:
            sentences = [self.lang_template.strip()]
        if not sentences:
            sentences = [(type(self).name or task_name(type(self).__name__)).replace("-", " ")]
            if not all(goal.instruction for goal in self.goals):
                message = f"no instruction is given; it is read from the class's name: {sentences[0]!r}"
                self._env.warn("no-instruction", message, "append to self.lang_goals, or give language_goal")
        unsaid = sum(not goal.instruction for goal in self.goals)
        if 1 < len(sentences) < unsaid:  # one is meant for all
            message = f"{len(sentences)} sentences for {unsaid} goals; the last one is told for all that follow"
            remedy = "append a sentence to self.lang_goals for each goal"
            self._env.faults.append(TaskError("fewer-instructions", message, remedy, goal=len(sentences) + 1))
        silent = iter([*sentences, *sentences[-1:] * len(self.goals)])
        self.goals = [
            goal if goal.instruction else goal.model_copy(update={"instruction": next(silent)[:1000]})
            for goal in self.goals
        ]

    def _primitive(self) -> Primitive:
        known = ("pick_place", "push")
        if str(self.primitive) not in known:
            hint = did_you_mean(str(self.primitive), known)
            raise TaskError("unknown-name", f"no motion primitive {self.primitive!r}", hint)
        return "push" if self.primitive == "push" or self.ee is tools.Spatula else "pick_place"

    # -- helpers -------------------------------------------------------------------------------------------------

    def fill_template(self, path: str, fields: Mapping[str, Any]) -> FilledAsset:
        """A sized copy of a template asset; a length that is left out is the template's own.

        The fields DIMX and DIMY, with which Ravens' corner is told where its bars are, become the size of the box.
        """
        asset = find_asset(path)
        known = dict(fields)
        if "DIMX" in known and "DIMY" in known:
            x, y = _corner_length(known.pop("DIMX"), 1), _corner_length(known.pop("DIMY"), 0)
            known["DIM"] = (x, y)
        for field, factor in (("DIM", 1.0), ("HALF", 2.0)):
            if field in known and asset.template:
                lengths = [factor * _number(value, field) for value in np.ravel(known[field])]
                own = asset.size
                while len(lengths) < 3:  # of a square or a ball, one length says all
                    index = len(lengths)
                    same = [length for length, size in zip(lengths, own, strict=False) if size == own[index]]
                    lengths.append(same[0] if same else own[index])
                known[field] = [length / factor for length in lengths]
        return super().fill_template(path, known)

    def make_piles(
        self, env: LayoutBuilder, block_color: object = None, n_blocks: int | None = None, **_keywords: Any
    ) -> list[int]:
        """Adds a pile of small blocks, `self.num_blocks` of them."""
        return super().make_piles(env, block_color, self.num_blocks if n_blocks is None else n_blocks)

    def get_object_points(self, obj: int) -> NDArray[np.float64]:
        """Points of an object in its own frame, as an array (3, points), 2 cm apart."""
        steps = [np.arange(-length / 2, length / 2, POINTS) for length in self._env.added(obj).size]
        axes = [axis if len(axis) else np.zeros(1) for axis in steps]
        return np.vstack([grid.reshape(1, -1) for grid in np.meshgrid(*axes)])

    get_box_object_points = get_mesh_object_points = get_object_points


# -- reading what is loose -----------------------------------------------------------------------------------------


def _is_handle(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _number(value: Any, what: str) -> float:
    number = as_number(value, what)
    if not math.isfinite(number):
        raise malformed(f"{what} is not finite")
    return number


def _listed(value: Any) -> list[Any]:
    """A list, or one thing for a list of it; nothing for None."""
    if value is None:
        return []
    return [value] if isinstance(value, str) or not hasattr(value, "__iter__") else list(value)


def _sentence(told: Any) -> str:
    """One sentence of a string or a list of strings."""
    parts = [str(part).strip() for part in _listed(told)]
    return "; ".join(part for part in parts if part)


def _objects(objs: Any, symmetries: Any) -> tuple[list[Any], list[float]]:
    """Handles, and the symmetry of each, from ids, `(id, (symmetry, None))`, and lists of either."""
    pairs: list[tuple[Any, Any]] = []
    for item in _listed(objs):
        if _is_handle(item) or not hasattr(item, "__len__"):
            pairs.append((item, None))
        elif len(item) == 2 and _is_handle(item[0]) and not _is_handle(item[1]):
            pairs.append((item[0], next(iter(_listed(item[1])), None)))
        elif isinstance(item, (list, np.ndarray)):
            pairs += [(handle, None) for handle in item]
        else:
            pairs.append((item, None))
    given = [*_listed(symmetries), *[None] * len(pairs)]
    angles = [own if angle is None else angle for (_, own), angle in zip(pairs, given, strict=False)]
    return [handle for handle, _ in pairs], [
        UNKNOWN_SYMMETRY if angle is None else _number(angle, "a symmetry") for angle in angles
    ]


def _targets(targ_poses: Any) -> list[Pose]:
    """Poses, from a list of them or from a single one."""
    listed = _listed(targ_poses)
    single = len(listed) == 2 and hasattr(listed[0], "__len__") and len(listed[0]) == 3 and _is_rotation(listed[1])
    return (
        [as_loose_pose(listed)]
        if single and not hasattr(listed[0][0], "__len__")
        else [as_loose_pose(pose) for pose in listed]
    )


def _is_rotation(value: Any) -> bool:
    return value is None or (hasattr(value, "__len__") and len(value) == 4 and not hasattr(value[0], "__len__"))


def _matrix(matches: Any, rows: int, columns: int) -> Any:
    """The matches; of a single object or target they may come as a plain list."""
    try:
        matrix = np.asarray(matches, dtype=float)
    except (TypeError, ValueError):
        raise malformed("matches is not a matrix of numbers", "matches") from None
    return matrix.reshape(rows, columns) if matrix.size == rows * columns and 1 in (rows, columns) else matrix


def _zone_pairs(params: Any) -> list[tuple[Any, Vector3]]:
    """Pairs (zone_pose, zone_size) from `(object_points, zones)`, a list of pairs, or one pair."""
    listed = _listed(params)
    if len(listed) == 1 and isinstance(listed[0], (tuple, list)) and isinstance(listed[0][0], Mapping):
        listed = list(listed[0])
    if len(listed) == 2 and isinstance(listed[0], Mapping):
        listed = _listed(listed[1])
    try:
        if len(listed) == 2 and np.ndim(listed[1]) == 1 and np.shape(listed[1])[0] in (2, 3):
            listed = [tuple(listed)]
        flat = [(pose, [float(length) for length in size]) for pose, size in listed]
        pairs = [(pose, (size[0], size[1], size[2] if len(size) > 2 else 0.0)) for pose, size in flat]
    except (TypeError, ValueError, IndexError):
        raise malformed(ZONES, "params", "the zone's pose and its size (x, y, z) in metres") from None
    return [(as_loose_pose(pose), size) for pose, size in pairs]


def _corner_length(value: Any, edge: int) -> float:
    """Side of the box (m) that a corner's bars were put around: of two numbers, `edge` is the bar beside the box."""
    places = [_number(item, "DIMX or DIMY") for item in np.ravel(value)]
    return places[0] if len(places) == 1 else 2 * (places[edge] - CORNER_EDGE)
