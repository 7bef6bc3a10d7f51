"""The `env` of a published file: the recorder, with what such files expect of it.

What they leave to the physics while they lay out is done here: ropes that they drop, piles that they pour, and things
that they put a little too low onto others.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

from sim.builder import LayoutBuilder
from sim.catalogue import find_asset
from sim.errors import TaskError, about
from sim.geometry import as_loose_pose, footprints_overlap, yaw_quaternion
from sim.layout import WORKSPACE, ObjectSpec, Rope
from sim.task import PILE_SCALE

BEAD = "rope/bead-template.urdf"
GRAIN = "block/small.urdf"
PILE = 10  # with fewer, small blocks that overlap are a mistake, not a pile
GRAIN_GAP = 0.0005  # metres between two blocks of a pile
SUNK_GRAIN = 0.001  # metres that blocks of a pile are inside each other when it was poured: blocks may touch
SUNK = 0.01  # metres that something may sink into what it stands on
SPIRAL = 0.003  # metres: how fine places for a block are tried, from where it was poured outwards
SPIRAL_TRIES = 3000
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


class PublishedScene(LayoutBuilder):
    """The recorder.

    Attributes:
        assets_root: What names of assets may begin with.
        obj_ids: Handles by category.
        task: The task that is being laid out.
    """

    assets_root = "assets/"

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.obj_ids: dict[str, list[int]] = {"fixed": [], "rigid": [], "deformable": []}
        self.task: Any = None
        self._ties: dict[int, tuple[int, float]] = {}  # from a bead to the next, and how far that is (m)

    def add_object(
        self, urdf: str, pose: object, category: str = "rigid", color: object = None, scale: float = 1.0
    ) -> int:
        """Adds an object and returns its handle; see `LayoutBuilder.add_object`."""
        with about("pose"):
            place = as_loose_pose(pose)
        handle = super().add_object(urdf, place, category, color, scale)
        self.obj_ids[category].append(handle)
        return handle

    def move(self, handle: int, pose: object) -> None:
        """Puts an object elsewhere, before the episode begins."""
        super().move(handle, as_loose_pose(pose))

    def set_color(self, obj_id: int, color: object) -> None:
        """Gives an object another colour: a name, or RGB in 0..1."""
        self.recolor(obj_id, color)

    def tie(self, first: int, second: int, spacing: float) -> int:
        """Ties two bodies together, `spacing` metres apart."""
        first, second = self.added(first).id, self.added(second).id
        if first in self._ties or any(second == tied for tied, _ in self._ties.values()):
            raise TaskError("no-physics", "a body is tied to more than two others", "bodies can be tied to a rope only")
        self._ties[first] = second, spacing
        return len(self._ties)

    def conclude(self) -> None:
        """Lays the ropes that were tied by hand, and spreads the piles that were poured."""
        first_beads = set(self._ties) - {tied for tied, _ in self._ties.values()}
        if self._ties and not first_beads:
            raise TaskError("no-physics", "a rope that is tied into a ring", "leave two ends")
        for first in sorted(first_beads):
            beads = [first]
            while beads[-1] in self._ties:
                beads.append(self._ties[beads[-1]][0])
            self._lay_rope(beads, self._ties[first][1])
        grains = [item for item in self.objects if item.asset == GRAIN and item.category == "rigid"]
        if len(grains) >= PILE:
            self._spread(grains)
        self._lift()

    def _lay_rope(self, beads: list[int], spacing: float) -> None:
        everything, width = self.objects, self.added(beads[0]).size[0]
        self.objects = [item for item in everything if item.id not in beads]
        curve = self.free_curve(len(beads), spacing, width)
        self.objects = everything
        for bead, (x, y, heading) in zip(beads, curve, strict=True):
            pose = (x, y, width / 2), yaw_quaternion(heading)
            update = {"asset": BEAD, "size": (width,) * 3, "mesh": None, "scale": 1.0, "pose": pose}
            self.objects[bead - 1] = self.added(bead).model_copy(update=update)
        self.ropes.append(Rope(beads=tuple(beads), spacing=spacing))
        message = f"a rope of {len(beads)} beads, tied by hand, is laid in a random curve, not dropped"
        self.warn("hand-made-rope", message, "self.make_ropes lays one")

    def _spread(self, grains: list[ObjectSpec]) -> None:
        """Makes a pile as `make_piles` does, where the blocks overlap: of half their size, each moved to a free place.

        A pile of fifty small blocks goes into a zone of 12 cm in published tasks, and at full size it would not.
        """
        if not any(_overlap(first, second, -SUNK_GRAIN) for first, second in itertools.combinations(grains, 2)):
            return
        placed: list[ObjectSpec] = []
        obstacles = [item for item in self.objects if item.asset != GRAIN and find_asset(item.asset).solid]
        for grain in map(_halved, grains):
            outside = [item for item in obstacles if not _overlap(grain, item)]  # it may lie in a box
            for spread in _spiral(grain):
                if not any(_overlap(spread, other) for other in itertools.chain(placed, outside)):
                    break
            placed.append(spread)
            self.objects[grain.id - 1] = spread
        message = "small blocks of a pile overlap: they are laid apart, at half their size"
        self.warn("poured-pile", message, "self.make_piles lays a pile without overlap")

    def _lift(self) -> None:
        """Lifts what sinks a little into the object below it onto that object, lowest first."""
        loose = [item for item in self.objects if item.category == "rigid" and item.asset not in (GRAIN, BEAD)]
        standing: list[ObjectSpec] = []
        for item in sorted(loose, key=lambda item: item.pose[0][2]):
            (x, y, z), rotation = item.pose
            below = [_top(other) for other in standing if _over(item, other)]
            bottom = z - find_asset(item.asset).standing_height(item.size)
            lift = max((top - bottom for top in below if 0.0 < top - bottom <= SUNK), default=0.0)
            if lift > 0.0:
                item = item.model_copy(update={"pose": ((x, y, z + lift), rotation)})
                self.objects[item.id - 1] = item
                self.warn("loose-height", "objects sink into what is below them; they are read as standing on it")
            standing.append(item)


def _halved(grain: ObjectSpec) -> ObjectSpec:
    (x, y, z), rotation = grain.pose
    size = tuple(PILE_SCALE * length for length in grain.size)
    pose = (x, y, z - (1 - PILE_SCALE) * grain.size[2] / 2), rotation
    return grain.model_copy(update={"size": size, "scale": PILE_SCALE * grain.scale, "pose": pose})


def _top(item: ObjectSpec) -> float:
    return item.pose[0][2] - find_asset(item.asset).standing_height(item.size) + item.size[2]


def _over(upper: ObjectSpec, lower: ObjectSpec) -> bool:
    higher = upper.pose[0][2] - lower.pose[0][2] > SUNK
    return higher and footprints_overlap((upper.pose, upper.size), (lower.pose, lower.size))


def _overlap(first: ObjectSpec, second: ObjectSpec, margin: float = GRAIN_GAP) -> bool:
    high = abs(first.pose[0][2] - second.pose[0][2]) >= (first.size[2] + second.size[2]) / 2
    return not high and footprints_overlap((first.pose, first.size), (second.pose, second.size), margin)


def _spiral(grain: ObjectSpec) -> Any:
    """The block where it is, and at places around, further and further away, that are on the table."""
    (x, y, z), rotation = grain.pose
    yield grain
    for number in range(1, SPIRAL_TRIES):
        angle, radius = number * GOLDEN_ANGLE, SPIRAL * math.sqrt(number)
        a, b = x + radius * math.cos(angle), y + radius * math.sin(angle)
        if all(low < value < high for value, (low, high) in zip((a, b), WORKSPACE[:2], strict=True)):
            yield grain.model_copy(update={"pose": ((a, b, z), rotation)})
