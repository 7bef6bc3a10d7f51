"""The proof: source text in, verdict out. Stages in order, cheap ones first; a candidate stops where it fails."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.blame import pointed
from sim.errors import EnvironmentBroken
from sim.layout import Layout, Rules
from sim.process import ChildFailure
from sim.sandbox import LaidOut, Picture, Sandbox
from sim.screen import parse, screen
from sim.signature import signature
from sim.statistics import needed, wilson_low
from sim.task import task_name
from sim.verdict import (
    WAITING,
    Diagnostic,
    EpisodeResult,
    GoalResult,
    SeedSummary,
    StageResult,
    Verdict,
    diagnostics_catalogue,
)

SEEDS = 10
FEWEST_SEEDS = 4  # with fewer no run could be accepted
HOLD = frozenset(["not-lasting", "undone"])  # what was reached, but not for good


@dataclass
class _Clock:
    """Collects the stages and their times."""

    stages: list[StageResult]

    def run(self, name: str, work: Callable[[], Any], ok: Callable[[Any], bool]) -> Any:
        start = time.perf_counter()
        result = work()
        self.stages.append(StageResult(name=name, ok=ok(result), seconds=round(time.perf_counter() - start, 4)))
        return result


def verify(
    source: str,
    *,
    seeds: int = SEEDS,
    sandbox: Sandbox | None = None,
    pictures: Path | None = None,
    file: str = "",
    rules: Rules = "strict",
) -> Verdict:
    """Proves a candidate: parse, screen, build, ground, solve and hold.

    Args:
        source: The task program.
        seeds: Seeds 0, 1, ... that the oracle has to solve; 10 are accepted from 9 on.
        sandbox: Where it runs.
        pictures: Folder for `before.png` and `after.png`, and for `failure.png` of a candidate that is rejected: the
            first seed that failed, at its end. None takes no pictures.
        file: Where the source came from, for the verdict.
        rules: `strict`, or `ravens` for comparison with published numbers: success is seen from above and need not
            last, and what is loose warns.
    """
    sandbox = sandbox or Sandbox()
    clock = _Clock([])
    verdict = Verdict(file=file, rules=rules, isolation=sandbox.isolation)

    parsed = clock.run("parse", lambda: parse(source), lambda result: not isinstance(result, Diagnostic))
    if isinstance(parsed, Diagnostic):
        return _ended(verdict, clock, "parse", (pointed(parsed, source),))
    tree, task_class = parsed
    verdict = verdict.model_copy(update={"task": task_name(task_class.name)})

    findings = clock.run("screen", lambda: screen(tree, task_class, source, rules), lambda result: not _wrong(result))
    if _wrong(findings):
        return _ended(verdict, clock, "screen", tuple(findings))

    start = time.perf_counter()
    laid_out = sandbox.layouts(source, range(seeds), rules)
    laid_out = replace(laid_out, diagnostics=(*findings, *laid_out.diagnostics))
    build_seconds = time.perf_counter() - start
    if not laid_out.layouts:
        clock.stages.append(StageResult(name="build", ok=False, seconds=round(build_seconds, 4)))
        return _ended(verdict, clock, "build", laid_out.diagnostics)
    verdict = _described(verdict, laid_out.layouts[0], source)

    start = time.perf_counter()
    judged = sandbox.judge(laid_out.layouts, needed=needed(seeds), pictures=pictures is not None, rules=rules)
    judge_seconds = round(time.perf_counter() - start, 4)
    if isinstance(judged, ChildFailure):  # the simulator ran when the server started: it is this scene that it fails on
        clock.stages.append(StageResult(name="build", ok=False, seconds=judge_seconds))
        code = "too-slow" if judged.code == "time-limit" else "simulator-failed"
        hint = diagnostics_catalogue()[code]["mend"]
        finding = Diagnostic(code=code, stage="build", message=f"judging: {judged.message}", hint=hint)
        return _ended(verdict, clock, "build", (*laid_out.diagnostics, finding))
    verdict = verdict.model_copy(update={"pictures": _save(judged.pictures, pictures)})
    seconds = {name: round(spent, 4) for name, spent in judged.seconds.items()}
    build_seconds += judge_seconds - seconds["ground"] - seconds["solve"]
    found = tuple(_pointed(item, source, laid_out) for item in judged.findings)
    told = (*laid_out.diagnostics, *found)
    for stage, spent in (("build", build_seconds), ("ground", seconds["ground"])):
        wrong = _wrong([item for item in found if item.stage == stage])
        clock.stages.append(StageResult(name=stage, ok=not wrong, seconds=round(spent, 4)))
        if wrong:
            return _ended(verdict, clock, stage, told)

    episodes = judged.episodes
    passed = sum(episode.proves for episode in episodes)
    accepted = passed >= needed(seeds)
    summary = SeedSummary(
        run=len(episodes),
        passed=passed,
        rate=round(passed / len(episodes), 4) if episodes else 0.0,
        wilson_low=round(wilson_low(passed, len(episodes)), 4),
    )
    failures = () if accepted else tuple(_pointed(item, source, laid_out) for item in _failures(episodes))
    stage = "hold" if all(item.stage == "hold" for item in failures) and (accepted or failures) else "solve"
    clock.stages.append(StageResult(name="solve", ok=stage == "hold", seconds=seconds["solve"]))
    if stage == "hold":  # it is measured while solving
        clock.stages.append(StageResult(name="hold", ok=accepted, seconds=0.0))
    verdict = verdict.model_copy(update={"accepted": accepted, "seeds": summary, "episodes": episodes})
    if accepted:  # the scene view is that of the verified episodes
        proved = {episode.seed for episode in episodes if episode.proves}
        verified = [layout for layout in laid_out.layouts if layout.seed in proved]
        verdict = verdict.model_copy(update={"signature": signature(verified, source)})
    return _ended(verdict, clock, stage, (*told, *failures))


def _wrong(findings: Sequence[Diagnostic]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _described(verdict: Verdict, layout: Layout, source: str) -> Verdict:
    assets = tuple(dict.fromkeys(item.asset for item in layout.objects))
    return verdict.model_copy(
        update={"instructions": layout.instructions, "assets": assets, "signature": signature([layout], source)}
    )


def _pointed(finding: Diagnostic, source: str, laid_out: LaidOut) -> Diagnostic:
    """What the judge found, with the line of the candidate that it is about."""
    seed = next(iter(finding.values.get("seeds", ())), 0)
    return pointed(finding, source, laid_out.lines[seed], laid_out.layouts[seed])


def _failures(episodes: tuple[EpisodeResult, ...]) -> tuple[Diagnostic, ...]:
    """One diagnostic for each way in which goals failed, with the seeds on which they did."""
    ways: dict[tuple[str, int, str], list[EpisodeResult]] = {}
    for episode in episodes:
        if not episode.proves:
            # What was not reached is told before what was undone by the attempt.
            failed = [(goal.code in HOLD, index) for index, goal in enumerate(episode.goals) if _is_told(goal)]
            _, number = min(failed, default=(False, 0))
            code = episode.goals[number].code or "already-reached"  # every goal was, and nothing was done
            ways.setdefault((code, number, episode.goals[number].instruction), []).append(episode)
    findings = []
    for (code, number, instruction), failing in ways.items():
        goal = failing[0].goals[number]
        findings.append(
            Diagnostic(
                code=code,
                stage="hold" if code in HOLD else "solve",
                message=f"goal {number + 1} ({instruction!r}): {goal.reason or 'it holds before anything is done'}",
                hint=goal.hint or diagnostics_catalogue()[code]["mend"],
                values={**goal.values, "goal": number + 1, "seeds": [episode.seed for episode in failing]},
            )
        )
    return tuple(findings)


def _is_told(goal: GoalResult) -> bool:
    return goal.code not in ("", WAITING)


def _save(pictures: Mapping[Picture, str], folder: Path | None) -> dict[str, str]:
    """Writes the pictures and returns their paths."""
    if folder is None:
        return {}
    paths = {name: folder / f"{name}.png" for name in pictures}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in paths.items():
            path.write_bytes(base64.b64decode(pictures[name]))
    except OSError as error:
        raise EnvironmentBroken(f"{folder} cannot be written: {error.strerror}", "choose another folder") from None
    return {name: str(path) for name, path in paths.items()}


def _ended(verdict: Verdict, clock: _Clock, stage: str, findings: tuple[Diagnostic, ...]) -> Verdict:
    seconds = round(sum(item.seconds for item in clock.stages), 4)
    update = {"stage": stage, "stages": tuple(clock.stages), "seconds": seconds, "diagnostics": findings}
    return verdict.model_copy(update=update)
