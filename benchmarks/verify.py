"""How long the proof of a candidate takes, by the stage at which it ends.

    python -m benchmarks.verify [--rounds 21] [--json]

Times are medians of wall time from source text to verdict, in a process whose warm server runs already; the layers of
isolation that were active are in the summary. `solve10_s` is of an honest candidate with four picks, proved on ten
seeds; `cold_s` of the same candidate in a new process, from its start to its verdict. `workers2_ratio` is how many
times the throughput of one worker two workers have: the median of rounds that alternate.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.report import report
from sim.sandbox import Sandbox
from sim.verdict import Verdict
from sim.verification import verify
from sim.workers import LocalWorkers

COLD_ROUNDS = 5
RATIO_ROUNDS = 3
RATIO_CANDIDATES = 24
FOUR_PICKS = """
import numpy as np
from sim import Task


class SortBlocksIntoBowls(Task):
    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        blocks, bowls, colors = [], [], self.get_colors()[:4]
        for color in colors:
            bowls.append(self.get_random_pose(env, (0.12, 0.12, 0.045)))
            env.add_object("bowl/bowl.urdf", bowls[-1], category="fixed", color=color)
        for color in colors:
            pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
            blocks.append(env.add_object("block/block.urdf", pose, color=color))
        self.add_goal(
            objs=blocks,
            matches=np.eye(4),
            targ_poses=bowls,
            language_goal="put each block into the bowl of its own color",
        )
"""
RAISES = FOUR_PICKS.replace("np.eye(4)", "np.eye(blocks[0], blocks)")
OVERLAPS = FOUR_PICKS.replace(
    "blocks.append(env", "env.add_object('block/block.urdf', pose)\n            blocks.append(env"
)
CANDIDATES: dict[str, tuple[str, str]] = {  # name: where it ends, program
    "syntax error": ("parse", FOUR_PICKS.replace("matches=np.eye(4),", "matches=np.eye(4)")),
    "no task class": ("parse", FOUR_PICKS.replace("(Task)", "")),
    "unknown asset": ("screen", FOUR_PICKS.replace("bowl/bowl", "bowl/bowls")),
    "forbidden import": ("screen", "import os\n" + FOUR_PICKS),
    "unknown method": ("screen", FOUR_PICKS.replace("get_random_pose", "random_pose")),
    "raises": ("build", RAISES),
    "overlapping objects": ("build", OVERLAPS),
    "honest, four picks": ("hold", FOUR_PICKS),
}


def proved(source: str) -> Verdict:
    """What a worker does."""
    return verify(source)


def measure(rounds: int) -> list[dict[str, Any]]:
    """Times of each candidate; the rounds go through all of them, so that a busy moment hits none alone."""
    verify(FOUR_PICKS)  # starts the server
    seconds: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    for _ in range(rounds):
        for name, (stage, source) in CANDIDATES.items():
            start = time.perf_counter()
            verdict = verify(source)
            seconds[name].append(time.perf_counter() - start)
            if verdict.stage != stage:
                raise SystemExit(f"{name}: ended at {verdict.stage}: {verdict.diagnostics}")
    return [
        {"candidate": name, "stage": stage, "median_s": statistics.median(seconds[name]), "worst_s": max(seconds[name])}
        for name, (stage, _) in CANDIDATES.items()
    ]


def cold() -> float:
    """Seconds of a whole new process that proves one candidate."""
    program = f"from sim.verification import verify\nassert verify({FOUR_PICKS!r}).accepted"
    return statistics.median(
        _timed(lambda: subprocess.run([sys.executable, "-c", program], check=True)) for _ in range(COLD_ROUNDS)
    )


def two_to_one() -> float:
    """How many times the throughput of one worker two workers have."""
    sources = [FOUR_PICKS] * RATIO_CANDIDATES
    with LocalWorkers(1) as one, LocalWorkers(2) as two:
        for workers in (one, two):
            list(workers.map(proved, sources[:4]))  # every process has a server
        ratios = [
            _timed(lambda: list(one.map(proved, sources))) / _timed(lambda: list(two.map(proved, sources)))
            for _ in range(RATIO_ROUNDS)
        ]
    return statistics.median(ratios)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Measures every candidate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=21, help="times that each candidate is proved")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = measure(arguments.rounds)
    summary: dict[str, Any] = {
        key: round(max(row["median_s"] for row in rows if row["stage"] == stage), 5)
        for key, stage in (("parse_s", "parse"), ("screen_s", "screen"), ("build_s", "build"), ("solve10_s", "hold"))
    }
    summary |= {"cold_s": round(cold(), 3), "workers2_ratio": round(two_to_one(), 3)}
    report("verify", rows, summary | {"isolation": list(Sandbox().isolation)}, arguments.json)


if __name__ == "__main__":
    main()
