"""The tabletop as a Gymnasium environment: images in, pick and place (or push) out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from sim.action import Action
from sim.appearance import KINDS, RAVENS_NOISE, Appearance, Kind
from sim.builder import lay_out
from sim.camera import CAMERAS, HEIGHTMAP_SHAPE, Eyes, Resolution, picture
from sim.episode import Episode
from sim.errors import UsageError, did_you_mean
from sim.layout import MAX_OBJECTS, WORKSPACE, Layout, Rules
from sim.stage import Stage
from sim.tasks import human_task
from sim.window import Window
from sim.world import STEPS_PER_SECOND

Observation = dict[str, Any]
LayoutSource = str | Layout | Callable[[int], Layout]
LOW = np.array([WORKSPACE[0][0], WORKSPACE[1][0], -math.pi], dtype=np.float32)
HIGH = np.array([WORKSPACE[0][1], WORKSPACE[1][1], math.pi], dtype=np.float32)
WINDOW_STEPS = 8  # of physics, between two pictures in a window


class TabletopEnv(gymnasium.Env[Observation, Mapping[str, NDArray[Any]]]):
    """One task on the table.

    Observation: `color` (rows, columns, 3) uint8 and `height` (rows, columns) float32 metres, from above; for each
    perspective camera a dictionary of `color` and `depth` (480 x 640) under its name; `segmentation` (int32) in each of
    them where it is asked for. Action: `pick` and `place`, each (x, y, yaw) in metres and radians; height is felt. In
    a task that pushes, the spatula comes down at `pick` and is pushed to `place`; yaws do not matter then. The
    instruction of the goal whose turn it is comes in `info["instruction"]`. Reward: the share of the task that the
    action achieved; an episode terminates when every goal is reached, and `info["success"]` says whether it held for
    one simulated second.

    Args:
        task: Name of a human-made task, a layout, or a function from seed to layout (library tasks are laid out in the
            sandbox).
        render_mode: `rgb_array` for pictures from a person's point of view, `human` for a window.
        resolution: Of the view from above: `full` is 160 x 320, 3.125 mm a pixel; `half` is 80 x 160.
        cameras: Perspective views wanted besides: `front`, `left`, `right`.
        segmentation: Whether each view says which object each pixel shows: its handle, -1 the table, 0 beside it.
        noise: Whether colour, height and depth have the noise of Ravens' cameras instead of the appearance's; it
            belongs to the seed.
        appearance: What the scene looks like and how slippery it is: `plain`, `randomised` or `pseudo-real`, drawn anew
            from each episode's seed, or an `Appearance` for all episodes.
        rules: `strict`, or `ravens` for comparison with published numbers.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array", "human"], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        task: LayoutSource = "put-block-in-bowl",
        render_mode: str | None = None,
        *,
        resolution: Resolution = "full",
        cameras: Sequence[str] = (),
        segmentation: bool = False,
        noise: bool = False,
        appearance: Kind | Appearance = "plain",
        rules: Rules = "strict",
    ) -> None:
        _require("render mode", render_mode, (None, *self.metadata["render_modes"]))
        _require("resolution", resolution, ("full", "half"))
        _require("rules", rules, ("strict", "ravens"))
        if not isinstance(appearance, Appearance):
            _require("appearance", appearance, KINDS)
        for camera in cameras:
            _require("camera", camera, CAMERAS)
        if isinstance(task, str):
            human_task(task)  # a wrong name is told at once
        self.render_mode = render_mode
        self.resolution: Resolution = resolution
        self.cameras = {name: CAMERAS[name] for name in cameras}
        self.segmentation = segmentation
        self.rules: Rules = rules
        shape = HEIGHTMAP_SHAPE if resolution == "full" else (HEIGHTMAP_SHAPE[0] // 2, HEIGHTMAP_SHAPE[1] // 2)
        above = self._view_spaces(shape, height=spaces.Box(0.0, 1.0, shape, np.float32))
        views = {
            name: spaces.Dict(
                self._view_spaces(camera.shape, depth=spaces.Box(0.0, camera.far, camera.shape, np.float32))
            )
            for name, camera in self.cameras.items()
        }
        self.observation_space: spaces.Dict = spaces.Dict({**above, **views})
        self.action_space: spaces.Dict = spaces.Dict(  # type: ignore[assignment]
            {name: spaces.Box(LOW, HIGH, dtype=np.float32) for name in ("pick", "place")}
        )
        self._task = task
        self._noisy = noise
        self._appearance = appearance
        self._eyes = Eyes("plain", 0)
        self._episode: Episode | None = None
        self._window: Window | None = None
        self._stage: Stage | None = None

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
        """Starts an episode; `options={"task": ...}` changes the task, given as to the constructor.

        Raises:
            UsageError: No such task.
            TaskError: The task cannot be laid out.
            EnvironmentBroken: A window was asked for and there is no display.
        """
        super().reset(seed=seed)
        task = (options or {}).get("task", self._task)
        episode_seed = seed if seed is not None else int(self.np_random.integers(2**31))
        layout = _layout(task, episode_seed)
        self._task = task
        self._end_episode()
        self._eyes = Eyes(self._appearance, episode_seed)
        if self._noisy:
            noisy = self._eyes.appearance.model_copy(update={"sensor": RAVENS_NOISE})
            self._eyes = Eyes(noisy, episode_seed)
        self._episode = Episode(layout, self.rules, self._eyes.appearance.friction)
        if self.render_mode == "human":
            self._open_window()
        return self._observe(), self._info()

    def step(self, action: Mapping[str, NDArray[Any]]) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Picks and places, or pushes.

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
        """The scene from a person's point of view, (480, 640, 3) uint8; None where a window shows it, or nothing."""
        if self.render_mode != "rgb_array":
            return None
        return picture(self.episode.layout, self.episode.world.poses())

    def close(self) -> None:
        """Ends the physics client, and closes the window."""
        self._end_episode()
        if self._window is not None:
            self._window.close()
            self._window = None

    def _view_spaces(self, shape: tuple[int, int], **distance: spaces.Box) -> dict[str, spaces.Space[Any]]:
        found: dict[str, spaces.Space[Any]] = {"color": spaces.Box(0, 255, (*shape, 3), np.uint8), **distance}
        if self.segmentation:
            found["segmentation"] = spaces.Box(-1, MAX_OBJECTS, shape, np.int32)
        return found

    def _observe(self) -> Observation:
        seen = self._eyes.look(self.episode.world, self.resolution)
        observation: Observation = {"color": seen.color, "height": np.clip(seen.height, 0.0, 1.0)}
        if self.segmentation:
            observation["segmentation"] = seen.segmentation
        for name, camera in self.cameras.items():
            shot = self._eyes.view(self.episode.world, camera)
            observation[name] = {"color": shot.color, "depth": np.clip(shot.depth, 0.0, camera.far)}
            if self.segmentation:
                observation[name]["segmentation"] = shot.segmentation
        return observation

    def _info(self) -> dict[str, Any]:
        current = min(self.episode.scorer.current, len(self.episode.layout.goals) - 1)
        return {
            "instruction": self.episode.layout.goals[current].instruction,
            "task": self.episode.layout.task,
            "success": bool(self.episode.success),
        }

    def _end_episode(self) -> None:
        if self._episode is not None:
            self._episode.world.close()
            self._episode = None

    def _open_window(self) -> None:
        self._window = self._window or Window()
        self._stage = self._window.show(self.episode.layout)
        self.episode.world.watcher = self._mirror
        self._mirror()

    def _mirror(self) -> None:
        """Brings the window up to date, now and then, at the pace of the real world."""
        if self._stage is not None and self.episode.world.steps % WINDOW_STEPS == 0:
            self._stage.put(self.episode.world.poses())
            if self.episode.effector.tip is not None:
                self._stage.reach(*self.episode.effector.tip)
            time.sleep(WINDOW_STEPS / STEPS_PER_SECOND)


def _require(what: str, given: Any, valid: Sequence[Any] | Mapping[str, Any]) -> None:
    if given not in valid:
        names = [str(name) for name in valid]
        raise UsageError(f"no {what} {given!r}", did_you_mean(str(given), names))


def _layout(task: LayoutSource, seed: int) -> Layout:
    if isinstance(task, Layout):
        return task
    if isinstance(task, str):
        return lay_out(human_task(task), seed)[0]
    return task(seed)


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
