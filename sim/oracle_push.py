"""The oracle for piles: which push brings the most blocks nearer to their zone.

It tries pushes from many sides and foresees each with a simple picture: what stands in the blade's way is carried
along, and queues up before the blade, each lane of the blade for itself. Lengths are metres, angles radians.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
from numpy.typing import NDArray

from sim.action import Action
from sim.arm import shared_arm
from sim.geometry import yaw_of
from sim.layout import WORKSPACE, Zone
from sim.scoring import Scorer
from sim.spatula import BLADE, CLEAR

ANGLES = 24  # directions tried, in the frame of the zone
OFFSETS = (0.0, -0.03, 0.03, -0.06, 0.06)  # of the way from the zone's middle, across it
ENDS = (-0.05, -0.035, -0.02, -0.005, 0.01)  # of the blade from the zone's middle, along the way
LANE = 0.011  # width of a queue
INSIDE = 0.006  # a block's middle this far inside the zone's edge is safely in
OUTSIDE_COST = 0.05  # metres: what a block outside costs beyond its distance from the zone
ROOM = 0.012  # between the blade and the nearest block where it comes down
SLIPS = 0.01  # a block this near to the blade's side may be left behind

Points = NDArray[np.float64]


def next_push(scorer: Scorer) -> Action | None:
    """The push after which the blocks are nearest to their zones; None when no push brings them nearer."""
    goal = scorer.layout.goals[scorer.current]
    blocks = np.array(
        [scorer.world.pose(spec.id)[0][:2] for spec in scorer.layout.objects if not scorer.world.is_fixed(spec.id)]
    )
    moved = [spec.id for spec in scorer.layout.objects if not scorer.world.is_fixed(spec.id)]
    ours = np.array([handle in goal.objects for handle in moved])
    best, cheapest = None, _cost(blocks[ours], goal.zones) - 1e-4
    for zone, number in itertools.product(goal.zones, range(ANGLES)):
        angle = yaw_of(zone.pose[1]) + 2 * math.pi * number / ANGLES
        for offset, end in itertools.product(OFFSETS, ENDS):
            push = _push(blocks, zone, angle, offset, end)
            if push is None:
                continue
            action, after = push
            cost = _cost(after[ours], goal.zones)
            if cost < cheapest and _reachable(action):
                best, cheapest = action, cost
    return best


def _push(blocks: Points, zone: Zone, angle: float, offset: float, end: float) -> tuple[Action, Points] | None:
    """A push along `angle` that ends near the zone's middle, and where the blocks will be; None: nothing to push."""
    along, across = _axes(angle)
    middle = np.array(zone.pose[0][:2]) + offset * across
    ahead, aside = (blocks - middle) @ along, (blocks - middle) @ across
    in_way = (np.abs(aside) < BLADE[1] / 2 + SLIPS) & (ahead < end)
    if not in_way.any():
        return None
    start = float(ahead[in_way].min()) - ROOM
    first, last = middle + start * along, middle + end * along
    if not all(low <= value <= high for value, (low, high) in zip(first, WORKSPACE[:2], strict=True)):
        return None
    after = ahead.copy()
    lanes = np.round(aside / LANE)
    held = np.abs(aside) < BLADE[1] / 2
    for lane in np.unique(lanes[held & in_way]):
        front = end + BLADE[0] / 2
        queue = np.flatnonzero(held & (lanes == lane) & (ahead > start))
        for block in queue[np.argsort(ahead[queue])]:
            after[block] = max(ahead[block], front + LANE / 2)
            front = after[block] + LANE / 2
    places = middle + after[:, None] * along + aside[:, None] * across
    action = Action((float(first[0]), float(first[1]), 0.0), (float(last[0]), float(last[1]), 0.0))
    return action, places


def _cost(blocks: Points, zones: tuple[Zone, ...]) -> float:
    """Sum over the blocks of how far each is from its nearest zone, and more for each that is outside."""
    costs = []
    for zone in zones:
        along, across = _axes(yaw_of(zone.pose[1]))
        away = blocks - np.array(zone.pose[0][:2])
        local = np.abs(np.stack([away @ along, away @ across], axis=1))
        beyond = np.clip(local - (np.array(zone.size[:2]) / 2 - INSIDE), 0.0, None)
        distance = np.hypot(beyond[:, 0], beyond[:, 1])
        costs.append(distance + OUTSIDE_COST * (distance > 0.0))
    return float(np.min(costs, axis=0).sum())


def _axes(angle: float) -> tuple[Points, Points]:
    """Unit vectors in this direction and across it."""
    return np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])


def _reachable(action: Action) -> bool:
    return all(shared_arm().reach((x, y, CLEAR)) is not None for x, y, _ in (action.pick, action.place))
