"""Who acts in an episode that is evaluated: a trained policy, the oracle as the upper bound, or chance as the lower.

A policy sees the table from above and reads the instruction of the goal whose turn it is; nothing else. A loaded policy
stays in the process that loaded it, so that a worker loads it once for all its episodes.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policy.checkpoint import WEIGHTS
from sim.action import Action
from sim.camera import Eyes, place_of
from sim.episode import Actor, Episode, oracle
from sim.layout import WORKSPACE
from sim.oracle import Stuck

BUILT_IN = ("oracle", "random")
STANDS_OUT = 0.005  # metres: what is higher than this is something


class ActingPolicy(Protocol):
    """What a loaded policy can do; it may offer `explain` besides, see `policy.attention`."""

    def act(self, color: NDArray[np.uint8], height: NDArray[np.float32], instruction: str) -> Action:
        """The action for what is seen: colour (160, 320, 3), height (160, 320) in metres, and what is to be done."""
        ...


def actor_of(policy: str, eyes: Eyes, seed: int) -> Actor:
    """The actor of a policy.

    Args:
        policy: The folder of a trained one, `oracle`, or `random`.
        eyes: How it sees.
        seed: The episode's, from which chance draws.

    Raises:
        SimsmithError: The folder holds no policy that can be loaded.
    """
    if policy == "oracle":
        return oracle
    if policy == "random":
        return functools.partial(_anything, eyes, np.random.default_rng([seed]))
    return acting(loaded(policy), eyes)


def acting(policy: ActingPolicy, eyes: Eyes) -> Actor:
    """The actor of a loaded policy that sees with these eyes."""
    return functools.partial(_as_learnt, policy, eyes)


def loaded(folder: str) -> ActingPolicy:
    """The policy of a folder, loaded once a process unless its weights change; on one thread, as workers share cores.

    Raises:
        SimsmithError: It cannot be loaded.
    """
    weights = Path(folder) / WEIGHTS
    return _loaded(folder, weights.stat().st_mtime_ns if weights.exists() else 0)


@functools.lru_cache(maxsize=2)
def _loaded(folder: str, changed: int) -> ActingPolicy:
    import torch

    from policy.acting import Policy

    torch.set_num_threads(1)
    return Policy.load(Path(folder))


def instruction_of(episode: Episode) -> str:
    """What the robot is told: the instruction of the goal whose turn it is."""
    return episode.layout.goals[min(episode.scorer.current, len(episode.layout.goals) - 1)].instruction


def _as_learnt(policy: ActingPolicy, eyes: Eyes, episode: Episode) -> Action | Stuck:
    seen = eyes.look(episode.world)
    return policy.act(seen.color, seen.height, instruction_of(episode))


def _anything(eyes: Eyes, random: np.random.Generator, episode: Episode) -> Action | Stuck:
    """Takes something, anything that stands out, and puts it anywhere, turned anyhow; pushes from anywhere."""
    (low_x, high_x), (low_y, high_y), _ = WORKSPACE
    start, end = random.uniform((low_x, low_y), (high_x, high_y), size=(2, 2)).tolist()
    if episode.layout.primitive == "pick_place":
        there = np.argwhere(eyes.look(episode.world).height > STANDS_OUT)
        if not len(there):
            return Stuck("there is nothing on the table")
        start = place_of(*random.choice(there).tolist())
    return Action((start[0], start[1], 0.0), (end[0], end[1], random.uniform(-math.pi, math.pi)))
