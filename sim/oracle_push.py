"""The oracle for piles: which push brings the most blocks nearer to their zone.

It tries pushes from many sides and foresees each with a simple picture: what stands in the blade's way is carried
along, and queues up before the blade, each lane of the blade for itself. Lengths are metres, angles radians.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.action import Action
from sim.arm import shared_arm
from sim.geometry import yaw_of
from sim.layout import WORKSPACE, Zone
from sim.scoring import ZONE_MARGIN, Scorer
from sim.spatula import BLADE, CLEAR

ANGLES = 24  # directions tried, in the frame of the zone
OFFSETS = (0.0, -0.5, 0.5, -1.0, 1.0)  # of the way from the zone's middle, across it, in half zones
ENDS = (-0.85, -0.6, -0.35, -0.1, 0.15)  # of the blade from the zone's middle, along the way, in half zones
PACKED = 1.1  # widths of a block that it takes up in a queue
HALF_DIAGONAL = math.sqrt(0.5)  # in widths of a block: how far it may reach from its middle
SAFELY = 0.004  # metres that a block should be inside what counts as inside
OUTSIDE_COST = 0.05  # metres: what a block outside costs beyond its distance from the zone
GAP = 0.002  # between the blade and the nearest block where it comes down

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Pile:
    """What can be pushed: middles on the table (m), which of them the goal is about, and the largest one's width."""

    places: Points
    wanted: NDArray[np.bool_]
    width: float


def next_push(scorer: Scorer) -> Action | None:
    """The push after which the goal's objects are nearest to their zones; None when no push brings them nearer."""
    goal = scorer.layout.goals[scorer.current]
    loose = [spec for spec in scorer.layout.objects if not scorer.world.is_fixed(spec.id)]
    pile = Pile(
        places=np.array([scorer.world.pose(spec.id)[0][:2] for spec in loose]),
        wanted=np.array([spec.id in goal.objects for spec in loose]),
        width=max(max(spec.size[:2]) for spec in loose),
    )
    open_to = np.ones((pile.wanted.sum(), len(goal.zones)), dtype=bool)  # which zones each of them may go to
    if len(goal.zones) == len(goal.targets):
        rows = [goal.objects.index(spec.id) for spec in loose if spec.id in goal.objects]
        open_to = np.array(goal.matches)[rows]
    best, cheapest = None, _cost(pile, pile.places, goal.zones, open_to) - 1e-4
    for zone, number in itertools.product(goal.zones, range(ANGLES)):
        angle = yaw_of(zone.pose[1]) + 2 * math.pi * number / ANGLES
        for offset, end in itertools.product(OFFSETS, ENDS):
            push = _foresee(pile, zone, angle, offset, end)
            if push is None:
                continue
            action, places = push
            cost = _cost(pile, places, goal.zones, open_to)
            if cost < cheapest and _reachable(action):
                best, cheapest = action, cost
    return best


def _foresee(pile: Pile, zone: Zone, angle: float, offset: float, end: float) -> tuple[Action, Points] | None:
    """A push along `angle` that ends near the zone's middle, and where things will be; None: nothing to push."""
    along, across = _axes(angle)
    half = min(zone.size[:2]) / 2
    middle, end = np.array(zone.pose[0][:2]) + offset * half * across, end * half
    ahead, aside = (pile.places - middle) @ along, (pile.places - middle) @ across
    reach = HALF_DIAGONAL * pile.width
    in_way = (np.abs(aside) < BLADE[1] / 2 + reach) & (ahead < end)
    if not in_way.any():
        return None
    start = float(ahead[in_way].min()) - reach - BLADE[0] / 2 - GAP
    first, last = middle + start * along, middle + end * along
    if not all(low <= value <= high for value, (low, high) in zip(first, WORKSPACE[:2], strict=True)):
        return None
    room = PACKED * pile.width
    after, lanes = ahead.copy(), np.round(aside / room)
    held = np.abs(aside) < BLADE[1] / 2
    for lane in np.unique(lanes[held & in_way]):
        front = end + BLADE[0] / 2
        queue = np.flatnonzero(held & (lanes == lane) & (ahead > start))
        for block in queue[np.argsort(ahead[queue])]:
            after[block] = max(ahead[block], front + room / 2)
            front = after[block] + room / 2
    places = middle + after[:, None] * along + aside[:, None] * across
    return Action((float(first[0]), float(first[1]), 0.0), (float(last[0]), float(last[1]), 0.0)), places


def _cost(pile: Pile, places: Points, zones: tuple[Zone, ...], open_to: NDArray[np.bool_]) -> float:
    """Sum over the goal's objects of how far each is from its nearest zone, and more for each that is outside."""
    inset = HALF_DIAGONAL * pile.width - ZONE_MARGIN + SAFELY
    costs = []
    for zone in zones:
        along, across = _axes(yaw_of(zone.pose[1]))
        away = places[pile.wanted] - np.array(zone.pose[0][:2])
        beyond = np.abs(np.stack([away @ along, away @ across], axis=1)) - (np.array(zone.size[:2]) / 2 - inset)
        distance = np.hypot(*np.clip(beyond, 0.0, None).T)
        costs.append(distance + OUTSIDE_COST * (distance > 0.0))
    return float(np.min(np.where(open_to.T, costs, np.inf), axis=0).sum())


def _axes(angle: float) -> tuple[Points, Points]:
    """Unit vectors in this direction and across it."""
    return np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])


def _reachable(action: Action) -> bool:
    return all(shared_arm().reach((x, y, CLEAR)) is not None for x, y, _ in (action.pick, action.place))
