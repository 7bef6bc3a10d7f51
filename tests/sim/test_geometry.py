"""Geometry: what holds for every pose, footprint and name."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.builder import LayoutBuilder
from sim.catalogue import catalogue
from sim.errors import TaskError, did_you_mean, nearest_names
from sim.geometry import (
    apply,
    as_pose,
    footprints_overlap,
    invert,
    multiply,
    rotate,
    wrap,
    yaw_difference,
    yaw_of,
    yaw_quaternion,
)
from sim.layout import WORKSPACE, Pose

lengths = st.floats(-2, 2)
angles = st.floats(-20, 20)
points = st.tuples(lengths, lengths, lengths)
turns = st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda turn: math.hypot(*turn) > 0.1)
poses = st.builds(lambda point, turn: as_pose((point, turn)), points, turns)
sizes = st.tuples(st.floats(0.02, 0.3), st.floats(0.02, 0.3), st.just(0.04))
footprints = st.tuples(
    st.builds(lambda x, y, yaw: ((x, y, 0.0), yaw_quaternion(yaw)), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), angles),
    sizes,
)
Footprint = tuple[Pose, tuple[float, float, float]]


@given(poses, points)
def test_inverse_takes_back(pose: Pose, point: tuple[float, float, float]) -> None:
    assert apply(invert(pose), apply(pose, point)) == pytest.approx(point, abs=1e-9)
    position, rotation = multiply(pose, invert(pose))
    assert position == pytest.approx((0, 0, 0), abs=1e-9)
    assert abs(rotation[3]) == pytest.approx(1)


@given(poses, poses, points)
def test_product_is_one_after_the_other(first: Pose, second: Pose, point: tuple[float, float, float]) -> None:
    assert apply(multiply(first, second), point) == pytest.approx(apply(first, apply(second, point)), abs=1e-9)


@given(turns, points)
def test_rotation_keeps_lengths(turn: tuple[float, float, float, float], point: tuple[float, float, float]) -> None:
    rotated = rotate(as_pose(((0, 0, 0), turn))[1], point)
    assert math.hypot(*rotated) == pytest.approx(math.hypot(*point), abs=1e-9)


@given(angles)
def test_yaw_round_trip(angle: float) -> None:
    assert math.remainder(yaw_of(yaw_quaternion(angle)) - wrap(angle), 2 * math.pi) == pytest.approx(0, abs=1e-9)
    assert -math.pi <= wrap(angle) <= math.pi


@given(angles, angles, st.sampled_from([math.pi / 2, math.pi, 2 * math.pi]), st.integers(-5, 5))
def test_yaw_difference_is_the_smallest_and_knows_the_symmetry(a: float, b: float, symmetry: float, n: int) -> None:
    turn = yaw_difference(a, b, symmetry)
    assert abs(turn) <= symmetry / 2 + 1e-9
    assert math.remainder(b + turn - a, symmetry) == pytest.approx(0, abs=1e-9)
    assert abs(yaw_difference(a + n * symmetry, b, symmetry)) == pytest.approx(abs(turn), abs=1e-9)
    assert yaw_difference(a, b, 0.0) == 0.0


def inside(points: np.ndarray, footprint: Footprint, margin: float) -> np.ndarray:
    """Which points lie in a footprint that is larger by `margin` on each side."""
    (x, y, _), rotation = footprint[0]
    yaw = yaw_of(rotation)
    moved = (points - (x, y)) @ np.array([[math.cos(yaw), -math.sin(yaw)], [math.sin(yaw), math.cos(yaw)]])
    return np.asarray((np.abs(moved) <= np.array(footprint[1][:2]) / 2 + margin).all(axis=1))


def common(first: Footprint, second: Footprint, margin: float) -> bool:
    """Whether a fine grid on the first footprint has a point of the second."""
    steps = np.linspace(-0.5, 0.5, 81)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) * (np.array(first[1][:2]) + 2 * margin)
    yaw = yaw_of(first[0][1])
    placed = grid @ np.array([[math.cos(yaw), math.sin(yaw)], [-math.sin(yaw), math.cos(yaw)]]) + first[0][0][:2]
    return bool(inside(placed, second, margin).any())


@settings(max_examples=100, deadline=None)
@given(footprints, footprints)
def test_footprints_overlap_as_a_grid_of_points_says(first: Footprint, second: Footprint) -> None:
    overlap = footprints_overlap(first, second)
    assert overlap == footprints_overlap(second, first)
    assert overlap or not common(first, second, 0.0)
    # The grid's cells are at most 4 mm wide, so an overlap that is deeper than that has a point in it.
    assert not footprints_overlap(first, second, -0.012) or common(first, second, 0.0)


@given(footprints, footprints, st.floats(0, 0.1))
def test_a_margin_only_adds_overlaps(first: Footprint, second: Footprint, margin: float) -> None:
    assert footprints_overlap(first, second, margin) or not footprints_overlap(first, second)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 2**32), st.lists(st.tuples(st.floats(0.02, 0.12), st.floats(0.02, 0.12), st.just(0.04)), max_size=12)
)
def test_free_poses_overlap_nothing_and_lie_on_the_table(seed: int, wanted: list[tuple[float, float, float]]) -> None:
    env = LayoutBuilder(seed)
    placed: list[Footprint] = []
    for size in wanted:
        try:
            pose = env.free_pose(size)
        except TaskError:
            assume(False)
        assert all(low <= value <= high for value, (low, high) in zip(pose[0][:2], WORKSPACE[:2], strict=True))
        assert pose[0][2] == size[2] / 2
        assert not any(footprints_overlap((pose, size), other) for other in placed)
        assert not any(common((pose, size), other, 0.005) for other in placed[-1:])
        placed.append((pose, size))
        # A cylinder of the same footprint stands in for it: any template is laid out by its size.
        env.objects.append(_spec(env, pose, size))


def _spec(env: LayoutBuilder, pose: Pose, size: tuple[float, float, float]):  # type: ignore[no-untyped-def]
    from sim.layout import ObjectSpec

    return ObjectSpec(id=len(env.objects) + 1, asset="box/box-template.urdf", size=size, pose=pose)


@pytest.mark.parametrize(
    "wrong",
    [None, 1, "abc", (), (1, 2), (1, 2, 3, 4), ((1, 2), (0, 0, 0, 1)), ((1, 2, 3), (0, 0, 1)),
     ((1, 2, 3), (0, 0, 0, 0)),
     (math.nan, 0, 0), (math.inf, 0, 0), ((1, 2, 3), (0, 0, 0, math.nan)), (1e9, 0, 0),
     ("a", "b", "c"), {1: 2}],
)  # fmt: skip
def test_what_is_no_pose_is_an_error(wrong: object) -> None:
    with pytest.raises(TaskError) as caught:
        as_pose(wrong)
    assert caught.value.code == "bad-pose"


@given(points, turns)
def test_pose_is_normalised(point: tuple[float, float, float], turn: tuple[float, float, float, float]) -> None:
    position, rotation = as_pose((np.array(point), list(turn)))
    assert position == pytest.approx(point)
    assert math.hypot(*rotation) == pytest.approx(1)
    assert as_pose(point) == (tuple(map(float, point)), (0.0, 0.0, 0.0, 1.0))


@pytest.mark.parametrize(
    ("given_name", "nearest"),
    [
        ("bowl/bowls.urdf", "bowl/bowl.urdf"),
        ("block.urdf", "block/block.urdf"),
        ("blocks/block.urdf", "block/block.urdf"),
        ("hanoi/disk3.urdf", "hanoi/disk0.urdf"),
        ("palet/pallet.urdf", "pallet/pallet.urdf"),
        ("Zone/zone.urdf", "zone/zone.urdf"),
    ],
)
def test_nearest_names_has_what_was_meant(given_name: str, nearest: str) -> None:
    assert nearest in nearest_names(given_name, catalogue())
    assert repr(nearest) in did_you_mean(given_name, catalogue())


def test_what_is_near_nothing_gets_what_there_is() -> None:
    assert nearest_names("qqqq", ["rigid", "fixed"]) == []
    assert did_you_mean("qqqq", ["rigid", "fixed"]) == "valid names: fixed, rigid"


@given(st.sampled_from(sorted(catalogue())))
def test_a_right_name_is_its_own_nearest(name: str) -> None:
    assert nearest_names(name, catalogue())[0] == name
