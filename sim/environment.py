"""The tabletop as a Gymnasium environment: heightmaps in, pick and place out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from sim.action import Action
from sim.builder import lay_out
from sim.camera import HEIGHTMAP_SHAPE, heightmap, picture
from sim.episode import Episode
from sim.errors import UsageError
from sim.layout import WORKSPACE, Layout
from sim.tasks import human_task

Observation = dict[str, NDArray[Any]]
LOW = np.array([WORKSPACE[0][0], WORKSPACE[1][0], -math.pi], dtype=np.float32)
HIGH = np.array([WORKSPACE[0][1], WORKSPACE[1][1], math.pi], dtype=np.float32)


class TabletopEnv(gymnasium.Env[Observation, Mapping[str, NDArray[Any]]]):
    """One task on the table.

    Observation: `color` (160, 320, 3) uint8 and `height` (160, 320) float32 metres, from above at 3.125 mm a pixel.
    Action: `pick` and `place`, each (x, y, yaw) in metres and radians; height is felt. The instruction of the goal
    whose turn it is comes in `info["instruction"]`. Reward: the share of the task that the action achieved; an episode
    terminates when every goal is reached, and `info["success"]` says whether it held for one simulated second.

    Args:
        task: Name of a human-made task, or a layout (library tasks are laid out in the sandbox).
        render_mode: `rgb_array` for pictures from a person's point of view.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 4}  # noqa: RUF012

    def __init__(self, task: str | Layout = "put-block-in-bowl", render_mode: str | None = None) -> None:
        if render_mode not in (None, *self.metadata["render_modes"]):
            raise UsageError(f"no render mode {render_mode!r}", "use 'rgb_array' or None")
        if isinstance(task, str):
            human_task(task)  # a wrong name is told at once
        self.render_mode = render_mode
        self.observation_space: spaces.Dict = spaces.Dict(  # type: ignore[assignment]
            {
                "color": spaces.Box(0, 255, (*HEIGHTMAP_SHAPE, 3), np.uint8),
                "height": spaces.Box(0.0, 1.0, HEIGHTMAP_SHAPE, np.float32),
            }
        )
        self.action_space: spaces.Dict = spaces.Dict(  # type: ignore[assignment]
            {name: spaces.Box(LOW, HIGH, dtype=np.float32) for name in ("pick", "place")}
        )
        self._task = task
        self._episode: Episode | None = None

    @property
    def episode(self) -> Episode:
        """The episode in progress.

        Raises:
            UsageError: `reset` was not called.
        """
        if self._episode is None:
            raise UsageError("the environment has no episode yet", "call reset first")
        return self._episode

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Starts an episode; `options={"task": name or layout}` changes the task.

        Raises:
            UsageError: No such task.
            TaskError: The task cannot be laid out.
        """
        super().reset(seed=seed)
        self._task = (options or {}).get("task", self._task)
        if isinstance(self._task, Layout):
            layout = self._task
        else:
            episode_seed = seed if seed is not None else int(self.np_random.integers(2**31))
            layout, _ = lay_out(human_task(self._task), episode_seed)
        self.close()
        self._episode = Episode(layout)
        return self._observe(), self._info()

    def step(self, action: Mapping[str, NDArray[Any]]) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Picks and places.

        Raises:
            UsageError: The action is out of bounds (the message says which number), or the episode is over.
        """
        if self.episode.success is not None:
            raise UsageError("the episode is over", "call reset first")
        taken = self.episode.step(Action(_checked("pick", action), _checked("place", action)))
        return (
            self._observe(),
            taken.reward,
            taken.terminated,
            taken.truncated,
            self._info() | {"reason": taken.outcome.reason},
        )

    def render(self) -> NDArray[np.uint8] | None:
        """The scene from a person's point of view, (480, 640, 3) uint8; None without a render mode."""
        if self.render_mode is None:
            return None
        return picture(self.episode.layout, self.episode.world.poses())

    def close(self) -> None:
        """Ends the physics client."""
        if self._episode is not None:
            self._episode.world.close()
            self._episode = None

    def _observe(self) -> Observation:
        seen = heightmap(self.episode.world)
        return {"color": seen.color, "height": np.clip(seen.height, 0.0, 1.0)}

    def _info(self) -> dict[str, Any]:
        current = min(self.episode.scorer.current, len(self.episode.layout.goals) - 1)
        return {
            "instruction": self.episode.layout.goals[current].instruction,
            "task": self.episode.layout.task,
            "success": bool(self.episode.success),
        }


def _checked(name: str, action: Mapping[str, Any]) -> tuple[float, float, float]:
    try:
        values = np.asarray(action[name], dtype=np.float64)
    except (KeyError, TypeError, ValueError):
        values = np.empty(0)
    if values.shape != (3,):
        raise UsageError(f"the action has no {name} of (x, y, yaw)", "see TabletopEnv.action_space")
    for axis, value, low, high in zip(("x", "y", "yaw"), values, LOW, HIGH, strict=True):
        if not low - 1e-6 <= value <= high + 1e-6:
            raise UsageError(f"{name} {axis} is {value:.3f}", f"it has to be in {low:.3f}..{high:.3f}")
    return float(values[0]), float(values[1]), float(values[2])
