"""Task records for the tests: small programs in the vocabulary of the task interface."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from memory import TaskRecord
from sim.signature import Signature

BLOCK, BOWL, BALL, ZONE = "block/block.urdf", "bowl/bowl.urdf", "ball/ball.urdf", "zone/zone.urdf"

# The start of a PNG file and some bytes of its own: what a picture shows does not matter to the library.
PICTURES = {"before": b"\x89PNG\r\n\x1a\n before", "after": b"\x89PNG\r\n\x1a\n after"}

PUT = '''import numpy as np
from sim import Task, colors


class {class_name}(Task):
    """{description}"""

    max_steps = 3
    pos_eps = 0.05  # metres: anywhere in the bowl

    def reset(self, env):
        super().reset(env)
        target_pose = self.get_random_pose(env, obj_size=(0.12, 0.12, 0.02))
        env.add_object("{onto}", target_pose, category="fixed", color=colors["{target_color}"])
        # The object that is moved.
        object_pose = self.get_random_pose(env, obj_size=(0.04, 0.04, 0.04))
        thing = env.add_object("{asset}", object_pose, color=colors["{color}"])
        goal_pose = {goal_pose}
        self.add_goal(objs=[thing], matches=np.ones((1, 1)), targ_poses=[goal_pose], replace=False, rotations=True,
                      metric="pose", params=None, step_max_reward=1.0, symmetries=[0],
                      language_goal="{instruction}")
'''

HANOI = '''import numpy as np
from sim import Task


class TowersOfHanoi(Task):
    """Move the tower of rings from the first peg to the last one."""

    max_steps = 14

    def reset(self, env):
        super().reset(env)
        stand_pose = self.get_random_pose(env, obj_size=(0.18, 0.055, 0.01))
        env.add_object("hanoi/stand.urdf", stand_pose, category="fixed")
        pegs = [self.offset(stand_pose, (x, 0, 0)) for x in (-0.06, 0, 0.06)]
        rings = [env.add_object(f"hanoi/disk{i}.urdf", self.offset(pegs[0], (0, 0, 0.015 * i))) for i in range(3)]
        heights = {peg: 0 for peg in range(3)}
        for ring, source, target in self.solve(3, 0, 2, 1):
            pose = self.offset(pegs[target], (0, 0, 0.015 * heights[target]))
            self.add_goal(objs=[rings[ring]], matches=np.ones((1, 1)), targ_poses=[pose], replace=False,
                          rotations=True, metric="pose", params=None, step_max_reward=1 / 7, symmetries=[0],
                          language_goal=f"move the {ring} ring to the {target} peg")
            heights[target] += 1
            heights[source] -= 1

    def solve(self, count, source, target, spare):
        if count == 0:
            return []
        return [*self.solve(count - 1, source, spare, target), (count - 1, source, target),
                *self.solve(count - 1, spare, target, source)]
'''


def put_task(
    name: str = "put-block-in-bowl",
    *,
    asset: str = BLOCK,
    onto: str = BOWL,
    color: str = "red",
    target_color: str = "green",
    relation: str = "in",
    created_at: str = "2026-01-01T12:00:00+00:00",
) -> TaskRecord:
    """A task that brings one object onto, into or beside another."""
    thing, place = (path.split("/")[0] for path in (asset, onto))
    instruction = f"put the {color} {thing} {relation} the {target_color} {place}"
    beside = relation == "beside"
    code = PUT.format(
        class_name="".join(part.title() for part in name.split("-")),
        description=instruction.capitalize() + ".",
        onto=onto,
        asset=asset,
        color=color,
        target_color=target_color,
        instruction=instruction,
        goal_pose="self.offset(target_pose, (0.15, 0, 0))" if beside else "target_pose",
    )
    scene = Signature(
        kinds={asset: 1, onto: 1},
        moved={asset: 1},
        colors={color: 1},
        steps=(f"pose:1x{asset}>1x{'table' if beside else onto}",),
        primitive="pick_place",
    )
    return TaskRecord(
        name=name,
        title=name.replace("-", " "),
        description=instruction.capitalize() + ".",
        instructions=(instruction,),
        code=code,
        assets=(asset, onto),
        created_at=created_at,
        signature=scene,
    )


def hanoi_task() -> TaskRecord:
    """Towers of Hanoi with three rings."""
    disks = {f"hanoi/disk{i}.urdf": 1 for i in range(3)}
    return TaskRecord(
        name="towers-of-hanoi",
        title="towers of hanoi",
        description="Move the tower of rings from the first peg to the last one.",
        instructions=tuple(f"move the {ring} ring to the {peg} peg" for ring, peg in ((0, 2), (1, 1), (0, 1), (2, 2))),
        code=HANOI,
        assets=("hanoi/stand.urdf", *disks),
        created_at="2026-01-02T12:00:00+00:00",
        signature=Signature(
            kinds={"hanoi/stand.urdf": 1, **disks},
            moved=disks,
            colors={"other": 3},
            steps=tuple(f"pose:1xhanoi/disk{i}.urdf>1xhanoi/stand.urdf" for i in (0, 1, 0, 2)),
            primitive="pick_place",
        ),
    )


def ball_on_zone_task() -> TaskRecord:
    """A ball that goes onto a zone."""
    return put_task(
        "roll-ball-to-zone",
        asset=BALL,
        onto=ZONE,
        color="yellow",
        target_color="blue",
        relation="on",
        created_at="2026-01-03T12:00:00+00:00",
    )


class LetterEmbedder:
    """Counts letter triples: a stand-in for the model where a test is about files and processes, not about meaning."""

    name = "letters"
    dimensions = 384

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit row vectors, float32, (len(texts), 384)."""
        rows = np.full((len(texts), self.dimensions), 1e-3, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for start in range(len(text) - 2):
                row[zlib.crc32(text[start : start + 3].encode()) % self.dimensions] += 1.0
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
