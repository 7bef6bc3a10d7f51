"""Kitting shapes in tasks: how they are named and sized, which are held out, and that a cup can carry each of them."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import pytest
from scenes import at, goal, layout

from sim.builder import LayoutBuilder, lay_out
from sim.catalogue import find_asset
from sim.episode import Episode, run_oracle
from sim.errors import TaskError
from sim.layout import Layout
from sim.task import FilledAsset, Task
from sim.tasks import human_task

SHAPE = "kitting/object-template.urdf"
HOLE = "kitting/object-template-nocollision.urdf"
MESHES = list(find_asset(SHAPE).meshes)
CIRCLE, RECTANGLE = 11, 8
Mode = Literal["train", "test"]


def filled(**fields: Any) -> FilledAsset:
    return Task().fill_template(SHAPE, fields)


@pytest.mark.parametrize("field", ["FNAME", "FNAME0"])
@pytest.mark.parametrize(
    "name",
    ["kitting/03.obj", "03.obj", "assets/kitting/03.obj", "/home/me/ravens/environments/assets/kitting/03.obj",
     ("kitting/03.obj",), ["03.obj"], 3, np.int64(3)],
)  # fmt: skip
def test_a_shape_is_found_as_published_tasks_write_it(name: object, field: str) -> None:
    assert filled(**{field: name}).mesh == "kitting/03.obj"


@pytest.mark.parametrize("name", ["kitting/3.obj", "30.obj", 20, -1, "star", None, ()])
def test_an_unknown_shape_is_an_error(name: object) -> None:
    with pytest.raises(TaskError) as caught:
        filled(FNAME=name)
    assert caught.value.code == "unknown-mesh"
    assert "kitting/" in caught.value.remedy


def test_other_templates_take_no_shape() -> None:
    with pytest.raises(TaskError) as caught:
        Task().fill_template("box/box-template.urdf", {"FNAME": 3})
    assert caught.value.code == "unknown-field"


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"FNAME": CIRCLE}, (0.08, 0.08, 0.02)),
        ({"FNAME": CIRCLE, "SCALE": (0.003, 0.003, 0.001)}, (0.08, 0.08, 0.02)),
        ({"FNAME": CIRCLE, "SCALE": [0.003, 0.003, 0.0001]}, (0.08, 0.08, 0.002)),
        ({"FNAME": CIRCLE, "SCALE": (0.006, 0.006, 0.002)}, (0.16, 0.16, 0.04)),
        ({"FNAME": CIRCLE, "DIM": (0.05, 0.05, 0.01)}, (0.05, 0.05, 0.01)),
        ({"FNAME": CIRCLE, "HALF": (0.05, 0.05, 0.01)}, (0.1, 0.1, 0.02)),
        ({"FNAME": RECTANGLE, "DIM": (0.05, 0.05, 0.01)}, (0.05, 0.028, 0.01)),
    ],
)
def test_a_shape_keeps_its_proportions_within_the_size_that_is_given(fields: dict[str, Any], size: Any) -> None:
    assert filled(**fields).size == pytest.approx(size)


def test_an_unfilled_shape_is_the_first_one() -> None:
    env = LayoutBuilder(0)
    env.add_object(SHAPE, (0.5, 0, 0))
    assert env.objects[0].mesh == "kitting/00.obj"
    assert env.objects[0].size == filled(FNAME=0).size
    assert [warning.code for warning in env.warnings] == ["unfilled-template"]


def kit(count: int, mode: Mode, seed: int = 0) -> Layout:
    class Kit(Task):
        def reset(self, env: LayoutBuilder) -> None:
            super().reset(env)
            shapes = self.get_kitting_shapes(count)
            targets = [at(0.3, 0.12 * number - 0.4, 0.01) for number in range(count)]
            objects, matches = self.make_kitting_objects(
                env, targets, shapes, count, ["red", "blue"], (0.04, 0.04, 0.02)
            )
            self.add_goal(objs=objects, matches=matches, targ_poses=targets, language_goal="put them in a row")

    return lay_out(Kit, seed, mode)[0]


@pytest.mark.parametrize(("mode", "numbers"), [("train", set(range(15))), ("test", set(range(15, 20)))])
def test_shapes_are_those_of_the_split_and_all_different(mode: Mode, numbers: set[int]) -> None:
    used = set()
    for seed in range(20):
        meshes = [item.mesh for item in kit(5, mode, seed).objects]
        assert len(set(meshes)) == 5
        used |= {MESHES.index(str(mesh)) for mesh in meshes}
    assert used == numbers


def test_equal_shapes_may_be_swapped_and_others_may_not() -> None:
    laid_out = kit(7, "test")  # there are five unseen shapes
    meshes = [item.mesh for item in laid_out.objects]
    assert len(set(meshes)) < 7
    assert laid_out.goals[0].matches == tuple(tuple(first == second for second in meshes) for first in meshes)
    assert [item.color for item in laid_out.objects] == ["red", "blue"] * 3 + ["red"]


def test_symmetry_is_that_of_the_shape() -> None:
    laid_out = kit(5, "test")
    assert laid_out.goals[0].symmetries == tuple(
        find_asset(SHAPE).meshes[str(item.mesh)].symmetry for item in laid_out.objects
    )


@pytest.mark.parametrize("size", [0.06, 0.08])
@pytest.mark.parametrize("mesh", MESHES)
def test_the_oracle_carries_each_shape_and_turns_it(mesh: str, size: float) -> None:
    shape, hole = (
        Task().fill_template(name, {"FNAME": mesh, "DIM": (size, size, height)})
        for name, height in ((SHAPE, 0.02), (HOLE, 0.001))
    )
    start, target = at(0.5, -0.2, 0.01, 0.4), at(0.45, 0.2, 0.01, 2.5)
    scene = layout([(shape, start, {}), (hole, target, {"category": "fixed"})], [goal([1], [target])])
    with Episode(scene) as episode:
        result = run_oracle(episode)
    assert (result.success, result.steps) == (True, 1), result


def test_a_wrong_yaw_is_no_success() -> None:
    shape = Task().fill_template(SHAPE, {"FNAME": 14})  # the letter E
    target = at(0.5, 0.0, 0.01, 0.0)
    for turn, fits in ((0.0, True), (math.pi, False), (0.3, False)):
        scene = layout([(shape, at(0.5, 0.0, 0.01, turn), {})], [goal([1], [target])])
        with Episode(scene) as episode:
            assert (episode.reward == 1.0) == fits


def test_a_kit_is_seen_but_its_holes_are_not_felt() -> None:
    with Episode(lay_out(human_task("assembling-kits"), 0)[0]) as episode:
        world = episode.world
        holes = [item.id for item in episode.layout.objects if item.asset == HOLE]
        assert len(holes) == 5
        assert not any(world.is_solid(handle) for handle in holes)
        assert all(world.hit(*world.pose(handle)[0][:2])[0] == 1 for handle in holes)
