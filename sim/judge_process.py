"""The judge: builds layouts, looks at their ground, and lets the oracle act on them. Run by `sim/server.py`.

It never loads candidate code; all it is given are layouts. What depends on a seed's chance follows the statistics of
the oracle: a tolerated seed proves nothing, and is no finding.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pybullet

from sim.builder import lay_out
from sim.camera import picture, png
from sim.chance import reached_by_chance
from sim.episode import Episode, run_oracle
from sim.ground import ground
from sim.instructions import INSTRUCTION_CODES
from sim.layout import Layout, Pose, Rules
from sim.places import inside_workspace
from sim.scoring import FLOATING, Scorer
from sim.shuffle import interchangeable
from sim.tasks import human_task
from sim.verdict import WAITING, Diagnostic, EpisodeResult, GoalResult, found
from sim.world import World

OVERLAP = 0.002  # metres: what is meant to touch may touch
DRIFT = 0.02  # metres an object may move while the scene settles
# What Ravens' simulator runs all the same.
LOOSE = frozenset(
    [
        "floating-target",
        "goal-already-reached",
        "goals-cancel",
        "goals-collide",
        "goals-interchangeable",
        "hidden-object",
        "outside",
        "overlap",
        "reached-by-chance",
        "target-in-object",
        "target-outside",
        "unstable",
        *INSTRUCTION_CODES,
    ]
)
MOST_FINDINGS = 20
Poses = dict[int, Pose]


class Judge:
    """Judges the layouts of one candidate.

    Args:
        layouts: One a seed.
        needed: How many have to prove the task.
        rules: What counts as success, and what is wrong with a layout rather than loose.

    Attributes:
        findings: Everything that was found.
        episodes: What the oracle did, seed by seed.
        scenes: What pictures may be taken of: a layout, and where its objects are.
        seconds: Wall time of the stages.
    """

    def __init__(self, layouts: Sequence[Layout], needed: int, rules: Rules) -> None:
        self.layouts = layouts
        self.needed = needed
        self.rules: Rules = rules
        self.findings: list[Diagnostic] = []
        self.episodes: list[EpisodeResult] = []
        self.scenes: dict[str, tuple[Layout, Poses]] = {}
        self.seconds = {"build": 0.0, "ground": 0.0, "solve": 0.0}
        self._flawed: dict[int, Diagnostic] = {}  # seeds (by their number) whose ground is wrong

    def judge(self) -> None:
        """Build, ground, and solve; stops at the first that fails."""
        if self._check_all():
            with self._clock("solve"):
                self._solve_all()

    def _check_all(self) -> bool:
        """Builds every layout and looks at its ground; whether the oracle has something to do."""
        grounds: list[Diagnostic] = []
        self.scenes["before"] = (self.layouts[0], {})
        for number, layout in enumerate(self.layouts):
            with contextlib.ExitStack() as stack:
                with self._clock("build"):
                    world = stack.enter_context(World(layout))
                    built = self._heard(check_scene(world))
                self.findings += built
                if any(map(_rejects, built)):
                    self.scenes.setdefault("failure", (layout, {}))
                if any(map(_rejects, self.findings)):
                    continue
                with self._clock("ground"):
                    there = self._heard(ground(world, self.rules))
                grounds += there
                wrong = next(filter(_rejects, there), None)
                if wrong is not None:
                    self._flawed[number] = wrong
                    self.scenes.setdefault("failure", (layout, world.poses()))
        if any(map(_rejects, self.findings)):
            return False
        with self._clock("ground"):
            return self._is_sound(grounds)

    def _is_sound(self, grounds: list[Diagnostic]) -> bool:
        """Whether what was found on the ground of each layout, and what all of them together show, lets it pass."""
        tolerated = len(self.layouts) - self.needed
        firm = any(item.code == "instruction-mismatch" and _rejects(item) for item in grounds)
        if self._flawed and (firm or len(self._flawed) > tolerated):
            self.findings += grounds
            return False
        self.findings += [item for item in grounds if not _rejects(item)]
        sound = [layout for number, layout in enumerate(self.layouts) if number not in self._flawed]
        probes = (reached_by_chance(sound, self.rules), interchangeable(sound[: max(0, tolerated) + 1], self.rules))
        overall = self._heard([item for item in probes if item is not None])
        self.findings += overall
        for wrong in filter(_rejects, overall):
            self.scenes.setdefault("failure", (next(item for item in sound if item.seed == wrong.values["seed"]), {}))
        return not any(map(_rejects, overall))

    def _solve_all(self) -> None:
        """Lets the oracle act on each layout, until acceptance is out of reach."""
        failed = 0
        for number, layout in enumerate(self.layouts):
            if number in self._flawed:
                self.episodes.append(_unproved(layout, self._flawed[number]))
            else:
                self.episodes.append(self._solve(layout))
            failed += not self.episodes[-1].proves
            if len(self.layouts) - failed < self.needed:
                break

    def _solve(self, layout: Layout) -> EpisodeResult:
        with Episode(layout, self.rules) as episode:
            before = episode.world.poses()
            result = run_oracle(episode)
            if self.rules == "ravens":
                self.findings += self._heard(floating(episode.scorer))
            if "after" not in self.scenes:
                self.scenes |= {"before": (layout, before), "after": (layout, episode.world.poses())}
            if not result.proves:
                self.scenes.setdefault("failure", (layout, episode.world.poses()))
        return result

    @property
    def accepts(self) -> bool:
        """Whether enough seeds prove the task."""
        return sum(episode.proves for episode in self.episodes) >= self.needed

    def _heard(self, findings: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Findings as the rules have them: Ravens' simulator runs loose scenes too, so there they only warn."""
        if self.rules == "strict":
            return list(findings)
        warning = {"severity": "warning"}
        return [item.model_copy(update=warning) if item.code in LOOSE else item for item in findings]

    @contextlib.contextmanager
    def _clock(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] += time.perf_counter() - start


def prepare() -> None:
    """What the server does once, so that the judges which it forks need not: loads all that judging needs."""
    layout, _ = lay_out(human_task("put-block-in-bowl"), 0)
    answer({"layouts": [layout.model_dump()], "needed": 1, "pictures": True, "rules": "strict"})


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Findings, episodes, seconds and pictures for `{"layouts", "needed", "pictures", "rules"}`."""
    judge = Judge([Layout.model_validate(item) for item in request["layouts"]], request["needed"], request["rules"])
    judge.judge()
    pictures: dict[str, str] = {}
    if request["pictures"]:
        wanted = {name: scene for name, scene in judge.scenes.items() if name != "failure" or not judge.accepts}
        for name, (layout, poses) in wanted.items():
            taken = take(name, layout, poses)
            if isinstance(taken, str):
                pictures[name] = taken
            else:
                judge.findings.append(taken)
    return {
        "findings": [item.model_dump() for item in merged(judge.findings)],
        "episodes": [item.model_dump() for item in judge.episodes],
        "seconds": judge.seconds,
        "pictures": pictures,
    }


def check_scene(world: World) -> list[Diagnostic]:
    """Overlapping, falling, drifting and outlying objects, and goals that move what is fixed; lets the world settle."""
    layout, findings = world.layout, []
    for number, goal in enumerate(layout.goals, start=1):
        for handle in filter(world.is_fixed, goal.objects):
            message = f"goal {number} moves {world.name(handle)}, which is fixed"
            hint = "add it with category='rigid'"
            findings.append(found(layout, "malformed-goal", message, hint, goal=number, object=handle))
    for first, second, depth in world.penetrations(OVERLAP):
        message = f"{world.name(second)} and {world.name(first)} overlap by {depth * 1000:.0f} mm"
        values: dict[str, Any] = {"object": second, "other": first, "mm": round(depth * 1000, 1)}
        findings.append(found(layout, "overlap", message, **values))
    if findings:
        return findings
    before = world.poses()
    still = world.settle()
    for spec in layout.objects:
        name, (now, _) = world.name(spec.id), world.pose(spec.id)
        moved = math.dist(now, before[spec.id][0])
        if not inside_workspace(now):
            where = f"({now[0]:.2f}, {now[1]:.2f}, {now[2]:.2f})"
            findings.append(found(layout, "outside", f"{name} lies at {where}", object=spec.id))
        elif moved > DRIFT:
            message = f"{name} moves by {moved * 1000:.0f} mm before anything is done"
            findings.append(found(layout, "unstable", message, object=spec.id, mm=round(moved * 1000, 1)))
    if not still and not findings:
        for handle in itertools.islice(world.moving(), 1):
            message = f"the scene does not come to rest: {world.name(handle)} goes on moving"
            findings.append(found(layout, "unstable", message, object=handle))
    return findings


def floating(scorer: Scorer) -> list[Diagnostic]:
    """Targets in the air, of the goals whose turn came: where heights do not count, nothing else tells of them."""
    gaps = [scorer.floating(index) for index in range(len(scorer.layout.goals))]
    return [
        found(
            scorer.layout,
            "floating-target",
            f"a target of goal {number} hangs {gap * 1000:.0f} mm above anything that could carry the object",
            goal=number,
            object=scorer.layout.goals[number - 1].objects[0],
            mm=round(gap * 1000, 1),
        )
        for number, gap in enumerate(gaps, start=1)
        if gap > FLOATING
    ]


def take(name: str, layout: Layout, poses: Poses) -> str | Diagnostic:
    """A picture of a layout with its objects at these poses, as base64, or why there is none."""
    try:
        return base64.b64encode(png(picture(layout, poses))).decode()
    except (pybullet.error, OSError, ValueError, RuntimeError, MemoryError) as error:
        return found(layout, "no-picture", f"the picture {name!r} could not be taken: {error}")


def merged(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """One finding for each code and what it is about, with all seeds on which it was made; at most twenty."""
    groups: dict[tuple[Any, ...], list[Diagnostic]] = {}
    for item in findings:
        about = tuple(item.values.get(name) for name in ("goal", "object", "other"))
        groups.setdefault((item.code, item.severity, about if any(about) else item.message), []).append(item)
    return [_on_seeds(same) for same in groups.values()][:MOST_FINDINGS]


def _on_seeds(same: list[Diagnostic]) -> Diagnostic:
    """The first of several findings that say the same, with the seeds of all of them."""
    seeds = list(dict.fromkeys(item.values["seed"] for item in same))
    values = {name: value for name, value in same[0].values.items() if name != "seed"}
    return same[0].model_copy(update={"values": {**values, "seeds": seeds}})


def _rejects(finding: Diagnostic) -> bool:
    return finding.severity == "error"


def _unproved(layout: Layout, finding: Diagnostic) -> EpisodeResult:
    """The episode of a seed whose ground is wrong: nothing was done."""
    about = finding.values.get("goal", 1)
    goals = [
        GoalResult(
            instruction=goal.instruction,
            reached=False,
            reason=finding.message if number == about else "its turn did not come",
            code=finding.code if number == about else WAITING,
            hint=finding.hint if number == about else "",
            values=finding.values if number == about else {},
        )
        for number, goal in enumerate(layout.goals, start=1)
    ]
    return EpisodeResult(seed=layout.seed, reward=0.0, steps=0, success=False, goals=tuple(goals))
