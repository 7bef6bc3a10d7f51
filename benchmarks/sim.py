"""How fast the tabletop is: seconds for a verified oracle episode, its parts, and the limit that physics sets.

    python -m benchmarks.sim [--seeds 10] [--solve 100] [--profile] [--json]

Times are medians of wall time in one process. An episode is `reset` in physics, every pick and place, and the second
for which what was built has to stand; with observations, a heightmap is taken before every action and at the end.
`episode_s` and `episode_obs_s` of the summary are of four-pick episodes: those of packing-boxes with four boxes. How
many seeds are solved, and how much faster two workers are than one, is found out by workers.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

from benchmarks.report import report
from sim.arm import Arm
from sim.builder import lay_out
from sim.camera import heightmap
from sim.episode import Episode
from sim.layout import Layout
from sim.oracle import Stuck, next_action
from sim.rollout import Rollout, roll_out
from sim.scoring import Scorer
from sim.suction import Suction
from sim.tasks import human_tasks
from sim.workers import LocalWorkers, Lost
from sim.world import World

PHYSICS_STEPS = 1000
FOUR_PICKS = "packing-boxes"
RATIO_EPISODES = 40
RATIO_ROUNDS = 3
PHASES: dict[str, tuple[Callable[..., Any], ...]] = {  # none of them calls another, but for scoring and choosing
    "building the world": (World.__init__,),
    "stepping": (World.step,),
    "contact queries on the way down": (Suction._gap, Suction._rests),
    "inverse kinematics": (Arm._inverse_kinematics,),
    "feeling how high things will rest": (World.resting_height,),
    "choosing the next action": (next_action,),
    "scoring": (Scorer.__init__, Scorer.update, Scorer.holding),
    "rendering": (heightmap,),
}


def measure(task: str, layouts: list[Layout]) -> dict[str, Any]:
    """Times of one task's episodes, one after another."""
    plain = [_episode(layout, observe=False) for layout in layouts]
    observed = [_episode(layout, observe=True) for layout in layouts]
    return {
        "task": task,
        "seeds": len(layouts),
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
    total = time.perf_counter() - start
    return {"reset": reset, "steps": steps, "frames": frames, "total": total, "actions": len(steps)}


def _physics(layout: Layout) -> float:
    """Steps a second of a settled scene that nobody touches, with every body kept awake."""
    with World(layout) as world:
        world.settle()
        client = world.client
        for spec in layout.objects:
            client.changeDynamics(world.body(spec.id), -1, activationState=client.ACTIVATION_STATE_DISABLE_SLEEPING)
        return PHYSICS_STEPS / _timed(lambda: world.step(PHYSICS_STEPS))


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def four_picks(count: int) -> list[Layout]:
    """The first layouts of `FOUR_PICKS` that take four picks."""
    laid_out: Iterator[Layout] = (lay_out(human_tasks()[FOUR_PICKS], seed)[0] for seed in itertools.count())
    return list(itertools.islice((layout for layout in laid_out if len(layout.goals[0].objects) == 4), count))


def solved(workers: LocalWorkers, seeds: int) -> dict[str, str]:
    """For each human-made task, how many seeds the oracle solves."""
    counts = dict.fromkeys(human_tasks(), 0)
    rollouts = [Rollout(task, seed) for seed in range(seeds) for task in counts]
    for rollout, run in zip(rollouts, workers.map(roll_out, rollouts), strict=True):
        counts[str(rollout.task)] += not isinstance(run, Lost) and run.result.proves
    return {task: f"{count} of {seeds}" for task, count in counts.items()}


def two_to_one() -> float:
    """How many times the throughput of one worker two workers have: the median of rounds that alternate."""
    rollouts = [Rollout(task, seed) for seed in range(RATIO_EPISODES) for task in human_tasks()][:RATIO_EPISODES]
    with LocalWorkers(1) as one, LocalWorkers(2) as two:
        for workers in (one, two):
            list(workers.map(roll_out, rollouts[:8]))  # every process has run something
        ratios = [
            _timed(lambda: list(one.map(roll_out, rollouts))) / _timed(lambda: list(two.map(roll_out, rollouts)))
            for _ in range(RATIO_ROUNDS)
        ]
    return statistics.median(ratios)


def profile(layouts: list[Layout]) -> list[dict[str, Any]]:
    """Where the time of episodes with observations goes; the profiler itself slows Python down, not the simulator."""
    profiler = cProfile.Profile()
    profiler.enable()
    for layout in layouts:
        _episode(layout, observe=True)
    profiler.disable()
    entries = profiler.getstats()
    spent = {entry.code: entry.totaltime for entry in entries if isinstance(entry.code, CodeType)}
    times = {
        phase: sum(spent.get(function.__code__, 0.0) for function in functions) for phase, functions in PHASES.items()
    }
    times["scoring"] -= times["feeling how high things will rest"]
    total = spent[_episode.__code__]
    times["everything else"] = total - sum(times.values())
    return [
        {"phase": phase, "seconds_an_episode": seconds / len(layouts), "share": seconds / total}
        for phase, seconds in sorted(times.items(), key=lambda item: -item[1])
    ]


def main() -> None:
    """Measures every human-made task."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="episodes a task that are timed")
    parser.add_argument("--solve", type=int, default=100, help="seeds a task that the oracle is to solve")
    parser.add_argument("--profile", action="store_true", help="only: where the time of a four-pick episode goes")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    four = four_picks(arguments.seeds)
    _episode(four[0], observe=True)  # loads the simulator and the arm
    if arguments.profile:
        report("sim", profile(four), {"episodes": len(four), "task": FOUR_PICKS}, arguments.json)
        return
    with LocalWorkers() as workers:
        successes = solved(workers, arguments.solve)
    ratio = two_to_one()
    rows = [
        measure(task, [lay_out(task_class, seed)[0] for seed in range(arguments.seeds)])
        for task, task_class in human_tasks().items()
    ]
    with_four = measure(f"{FOUR_PICKS}, four boxes", four)
    keys = ("reset_s", "step_s", "frame_s", "physics_steps_per_s")
    summary: dict[str, Any] = {key: with_four[key] for key in ("episode_s", "episode_obs_s")}
    summary |= {key: statistics.median(row[key] for row in rows) for key in keys}
    summary |= {"every_task_episode_s": statistics.median(row["episode_s"] for row in rows), "workers2_ratio": ratio}
    summary = {key: round(value, 5) for key, value in summary.items()} | {"solved": successes}
    report("sim", [*rows, with_four], summary, arguments.json)


if __name__ == "__main__":
    main()
