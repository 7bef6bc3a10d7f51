"""How fast the tabletop is: seconds for a verified oracle episode, its parts, and the limit that physics sets.

    python -m benchmarks.sim [--seeds 20] [--json]

Times are medians of wall time in one process. An episode is `reset` in physics, every pick and place, and the second
for which what was built has to stand; with observations, a heightmap is taken before every action and at the end.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.report import report
from sim.builder import lay_out
from sim.camera import heightmap
from sim.episode import Episode
from sim.layout import Layout
from sim.oracle import Stuck, next_action
from sim.tasks import human_tasks

PHYSICS_STEPS = 2000


def measure(task: str, seeds: int) -> dict[str, Any]:
    """Times and successes of one human-made task."""
    layouts = [lay_out(human_tasks()[task], seed)[0] for seed in range(seeds)]
    plain = [_episode(layout, observe=False) for layout in layouts]
    observed = [_episode(layout, observe=True) for layout in layouts]
    return {
        "task": task,
        "solved": sum(run["solved"] for run in plain),
        "seeds": seeds,
        "actions": statistics.mean(run["actions"] for run in plain),
        "reset_s": statistics.median(run["reset"] for run in plain),
        "step_s": statistics.median(seconds for run in plain for seconds in run["steps"]),
        "episode_s": statistics.median(run["total"] for run in plain),
        "episode_obs_s": statistics.median(run["total"] for run in observed),
        "frame_s": statistics.median(seconds for run in observed for seconds in run["frames"]),
        "physics_steps_per_s": _physics(layouts[0]),
    }


def _episode(layout: Layout, *, observe: bool) -> dict[str, Any]:
    frames: list[float] = []
    steps: list[float] = []
    start = time.perf_counter()
    with Episode(layout) as episode:
        reset = time.perf_counter() - start
        while episode.success is None:
            if observe:
                frames.append(_timed(lambda: heightmap(episode.world)))
            action = next_action(episode.scorer)
            if isinstance(action, Stuck):
                episode.finish()
                break
            steps.append(_timed(lambda action=action: episode.step(action)))  # type: ignore[misc]
        if observe:
            frames.append(_timed(lambda: heightmap(episode.world)))
        solved = bool(episode.success)
    total = time.perf_counter() - start
    return {"reset": reset, "steps": steps, "frames": frames, "total": total, "solved": solved, "actions": len(steps)}


def _physics(layout: Layout) -> float:
    with Episode(layout) as episode:
        return PHYSICS_STEPS / _timed(lambda: episode.world.step(PHYSICS_STEPS))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measures every human-made task."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    _episode(lay_out(next(iter(human_tasks().values())), 0)[0], observe=True)  # loads the simulator and the arm
    rows = [measure(task, arguments.seeds) for task in human_tasks()]
    keys = ("reset_s", "step_s", "episode_s", "episode_obs_s", "frame_s", "physics_steps_per_s")
    summary: dict[str, Any] = {key: round(statistics.median(row[key] for row in rows), 5) for key in keys}
    summary["solved"] = {row["task"]: f"{row['solved']} of {row['seeds']}" for row in rows}
    report("sim", rows, summary, arguments.json)


if __name__ == "__main__":
    main()
