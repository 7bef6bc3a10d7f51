"""Perturbed tasks: what is changed, and that the store of failures gets only what the filters alone reject."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from benchmarks.rejected import MODEL, SESSION, fill, perturbed
from memory import MiniLM, TaskLibrary, TaskRecord
from memory.failures import FailureStore
from policy.rejected import only_filtered, rejected_record
from sim.sandbox import Sandbox
from sim.signature import signature

STACK = '''import numpy as np

from sim import Task


class StackBlocks(Task):
    """Stack the red block on the gray block."""

    def reset(self, env):
        super().reset(env)
        size = (0.05, 0.05, 0.05)
        base = self.get_random_pose(env, size)
        env.add_object("block/block.urdf", base, category="fixed", color="gray")
        block = env.add_object("block/block.urdf", self.get_random_pose(env, size), color="red")
        place = (base[0][0], base[0][1], 0.06)
        self.add_goal(
            objs=[block], matches=np.ones((1, 1)), targ_poses=[place], replace=False, rotations=True, metric="pose",
            params=None, step_max_reward=1.0, language_goal="stack the red block on the gray block",
        )
'''


@pytest.fixture
def record() -> TaskRecord:
    layouts = Sandbox().layouts(STACK, range(2)).layouts
    return TaskRecord(
        name="stack-blocks",
        instructions=layouts[0].instructions,
        code=STACK,
        origin="composer",
        signature=signature(layouts, STACK),
    )


def test_colours_are_exchanged_in_what_is_said_and_nowhere_else(record: TaskRecord) -> None:
    program = perturbed(record, "colors", 1)
    assert program is not None
    said = "stack the gray block on the red block"
    assert program == ast.unparse(ast.parse(STACK)).replace("stack the red block on the gray block", said) + "\n"


@pytest.mark.parametrize(("kind", "axis"), [("lifted", 2), ("shifted", 0)])
def test_targets_are_displaced(record: TaskRecord, kind: str, axis: int) -> None:
    program = perturbed(record, kind, 1)
    assert program is not None
    before, after = (Sandbox().layout(code, 3) for code in (STACK, program))
    moved = [abs(a - b) for a, b in zip(*(one.goals[0].targets[0][0] for one in (before, after)), strict=True)]
    assert 0.02 <= moved[axis] <= 0.08
    assert (moved[2] > 0) == (kind == "lifted")


def test_what_is_remembered_says_what_it_is_and_can_be_trained_on(
    record: TaskRecord, tmp_path: Path, minilm: MiniLM
) -> None:
    library = TaskLibrary(tmp_path, minilm)
    library.add(record, {"before": b"", "after": b""})
    (row,) = fill(library, Sandbox(), count=5, seed=1)
    assert (row["kind"], row["stage"], row["kept"]) == ("colors", "ground", True)
    (failure,) = only_filtered(FailureStore(tmp_path, minilm).all())
    (sighting,) = failure.sightings
    assert (sighting.session, sighting.model) == (SESSION, MODEL)
    candidate = rejected_record(failure)
    assert candidate.parents == ("stack-blocks",)
    assert candidate.origin == MODEL
