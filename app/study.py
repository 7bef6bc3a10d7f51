"""What `simsmith study` does: it sees to the tasks, the demonstrations and the arms, and shows what comes of them."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from app.options import SessionOptions
from app.output import Bar, document, page, progress, styled, table
from app.sessions import follow, settings_of
from app.workshop import bare_library, open_library, open_session
from memory.atomic import write_atomically
from policy.predictors import Measure
from policy.study import KeptPlan, Study, disk, measured_costs
from policy.study_config import preset, with_split
from policy.study_plan import GROUPS, Group, hours, shortage
from policy.study_proposal import propose
from policy.study_report import (
    TITLES,
    Circumstances,
    cell_words,
    condition,
    gain_words,
    markdown,
    plot,
)
from policy.study_results import ArmResult, Findings, Gain, findings, partial_findings
from sim.errors import Stopped, UsageError
from sim.workers import LocalWorkers

if TYPE_CHECKING:
    from app.options import LibraryPlace, ModelOptions
    from app.study_command import StudyOptions
    from memory import TaskLibrary
    from policy.collect import Progress
    from sim.sandbox import Sandbox

ATTEMPTS = 8  # sessions that invent what is missing
SPARE = 8  # of so many missing tasks one more is asked for: some proposals are rejected
SHORT: dict[Group, str] = {
    "in-domain": "in-domain",
    "unseen-colors": "colours",
    "zero-shot-human": "human",
    "zero-shot-generated": "generated",
}
DOCUMENT, MARKDOWN, CURVES = "study.json", "results.md", "curves.png"
AGAIN = "the same command goes on where it was"


def run(place: LibraryPlace, sandbox: Sandbox, options: StudyOptions, models: ModelOptions, *, as_json: bool) -> int:
    """Runs a study, or goes on with it, to its end; 1 when an arm has no result, else 0.

    Raises:
        Stopped: A person stopped it.
        UsageError: Another config before, or too few tasks.
    """
    started = time.perf_counter()
    config = preset(options.preset, options.seeds)
    if options.split:
        config = with_split(config, options.split)
    home = place.home
    study = Study(home, options.name or options.preset, config, sandbox, _commit())
    workers = options.workers or os.cpu_count() or 1
    try:
        with study.opened(), LocalWorkers(workers) as pool:
            kept = study.kept()
            library = bare_library(place) if kept else open_library(place)
            if kept is None:
                kept = _planned(study, place, library, models)
            _tell_plan(study, kept, workers)
            kept = study.record(kept, library, pool, tell=_Telling())
            trials = study.lay_out_trials(kept.plan)
            results = study.finished(kept.plan)
            for result in study.run(kept.plan, trials, pool):
                results.append(result)
                _tell_arm(study, kept, results, result, workers, _circumstances(study, options))
            found = findings(kept.plan, results, kept.nearness)
            under = _circumstances(study, options)
            written = _write(study, kept, found, under, round(time.perf_counter() - started, 2))
    except KeyboardInterrupt:
        raise Stopped("stopped; what is finished is kept", AGAIN) from None
    if as_json:
        document(written)
    else:
        _show(page(), study, kept, found, under)
    return 1 if found.failed else 0


# -- tasks -----------------------------------------------------------------------------------------------------------


def _planned(study: Study, place: LibraryPlace, library: TaskLibrary, models: ModelOptions) -> KeptPlan:
    """The plan; generated tasks that it lacks are invented first, as `simsmith explore` does.

    Raises:
        UsageError: There are too few, and inventing brings no more.
    """
    for attempt in range(ATTEMPTS):
        proposal = propose(study.config, library)
        short = shortage(study.config, proposal.split)
        if not short:
            break
        before = len(library.names())
        _invent(place, study.sandbox, library, models, short + -(-short // SPARE), study.config.split_seed + attempt)
        if len(library.names()) == before:
            raise UsageError(
                f"{short} generated tasks are missing, and inventing brought none",
                "see simsmith sessions list for why, and invent some with simsmith explore",
            )
    return study.plan(proposal)


def _invent(
    place: LibraryPlace, sandbox: Sandbox, library: TaskLibrary, models: ModelOptions, rounds: int, seed: int
) -> None:
    """An exploratory session."""
    from agent.session import new_session_id

    settings = settings_of(SessionOptions(seed=seed, models=models), mode="explore", rounds=rounds)
    speaker = "the built-in composer" if settings.model == "composer" else settings.model
    progress.print(f"the library lacks generated tasks: {speaker} invents some in {rounds} rounds", style="dim")
    with open_session(place, sandbox, new_session_id(), settings, library=library) as session:
        follow(session.run(), rounds, quiet=lambda event: event.kind != "committed")


# -- telling ---------------------------------------------------------------------------------------------------------


def _tell_plan(study: Study, kept: KeptPlan, workers: int) -> None:
    plan, config = kept.plan, study.config
    split = plan.split
    budget = f"{config.demonstrations} demonstrations and {config.steps} steps in each"
    others = f"{len(split.test_human)} human-made and {len(split.test_generated)} generated ones of other families"
    planned = hours(config, plan, config.costs, workers).words()
    said = [
        f"study {study.name}: {len(plan.arms)} arms, {budget}",
        f"trained on {len(split.train_human)} human-made tasks and up to {config.numbers[-1]} generated ones",
        f"tested on these, on {others}",
        f"planned for {planned}, from seconds measured on {config.costs.measured}",
    ]
    for leak in split.leaks:
        other = leak.test if leak.dropped == leak.train else leak.train
        said.append(f"left out {leak.dropped}: likeness {leak.similarity:.2f} to {other} across the split")
    for line in (*said, *plan.notes):
        progress.print(line, style="dim", soft_wrap=True)


class _Telling:
    """Shows how far recording is."""

    def __init__(self) -> None:
        self._bar = Bar("recording demonstrations")
        self._last = 0

    def __call__(self, told: Progress) -> None:
        if progress.is_terminal or told.episodes == told.wanted or told.episodes >= self._last + 50:
            self._last = told.episodes
            self._bar(told.episodes, told.wanted)


def _tell_arm(
    study: Study, kept: KeptPlan, results: list[ArmResult], result: ArmResult, workers: int, under: Circumstances
) -> None:
    """Says that an arm is over, how long the others take, and what there is so far, which is written too."""
    done = {one.arm.name for one in results}
    left = [arm for arm in kept.plan.arms if arm.name not in done]
    costs = measured_costs(study.config, [one for one in results if not one.failed])
    ahead = hours(study.config, kept.plan, costs, workers, left)
    outcome = ("failed: " + result.failed, "red") if result.failed else ("done", "green")
    told = f", {len(left)} arm{'' if len(left) == 1 else 's'} left, about {ahead.words()}" if left else ""
    progress.print(styled(f"{result.arm.name} ", outcome, told), soft_wrap=True)
    if left and not result.failed:
        found = partial_findings(kept.plan, results)
        progress.print(_so_far(found))
        with disk(study.folder):
            write_atomically(study.folder / MARKDOWN, markdown(kept.plan, found, under).encode())


def _so_far(found: Findings) -> Table:
    """The rows without intervals: success and mean reward of each group."""
    groups = [group for group in GROUPS if any(group in row.cells for row in found.rows)]
    made = table("so far: success, mean reward", "n", "seeds", *(SHORT[group] for group in groups))
    for row in found.rows:
        cells = [
            f"{100 * cell.success.rate:.0f} %, {cell.reward.value or 0.0:.2f}"
            if (cell := row.cells.get(group))
            else "-"
            for group in groups
        ]
        made.add_row(condition(row), str(len(row.seeds)), *cells)
    return made


def _rows(found: Findings, measure: Measure, title: str) -> Table:
    groups = [group for group in GROUPS if any(group in row.cells for row in found.rows)]
    made = table(title, "n", "seeds", *(TITLES[group] for group in groups))
    for row in found.rows:
        cells = [cell_words(row.cells.get(group))[measure == "reward"] for group in groups]
        made.add_row(condition(row), str(len(row.seeds)), *cells)
    return made


def _show(console: Console, study: Study, kept: KeptPlan, found: Findings, under: Circumstances) -> None:
    console.print(_rows(found, "success", f"study {study.name}: success, pooled (95 % Wilson)"))
    console.print(_rows(found, "reward", "mean reward (95 % bootstrap over seeds, tasks and episodes)"))
    gains = [(str(row.number), gain) for row in found.rows for gain in row.gains]
    compared = [("filters", gain) for gain in found.filters] + [("language", gain) for gain in found.language]
    if gains:
        console.print(_gains("gain over no generated tasks", "n", gains, paper=True))
    if compared:
        console.print(_gains("gain of filters and of reading the instruction", "of", compared, paper=False))
    if found.predictions:
        made = table(
            "nearest training task as a predictor of zero-shot results", "measure", "", "code", "language", "so"
        )
        for one in found.predictions:
            where = "within tasks" if one.within else "across tasks"
            made.add_row(one.measure, where, one.views["code"].words(), one.views["language"].words(), one.words())
        console.print(made)
    for note in (*kept.plan.notes, *(f"{arm} has no result: {why}" for arm, why in found.failed.items())):
        console.print(note, style="yellow")
    console.print(under.words(), style="dim")
    console.print(f"{study.folder / MARKDOWN}, {DOCUMENT}, {CURVES}", style="dim", soft_wrap=True)


def _gains(title: str, head: str, rows: list[tuple[str, Gain]], *, paper: bool) -> Table:
    made = table(title, head, "tested on", "measure", "relative", "difference", *(["paper"] if paper else []))
    for name, gain in rows:
        words = gain_words(gain)
        made.add_row(name, TITLES[gain.group], gain.measure, *(words if paper else words[:2]))
    return made


# -- files -----------------------------------------------------------------------------------------------------------


def _write(study: Study, kept: KeptPlan, found: Findings, under: Circumstances, seconds: float) -> dict[str, Any]:
    """Writes Markdown, curves and document; returns the document."""
    written = {
        "study": study.name,
        **found.model_dump(mode="json", exclude={"rows"}),
        "results": [row.model_dump(mode="json") for row in found.rows],
        "split": kept.plan.split.model_dump(mode="json"),
        "given_up": kept.given_up,
        "notes": list(kept.plan.notes),
        "config": study.config.model_dump(mode="json"),
        "under": under.model_dump(mode="json"),
        "files": {name: str(study.folder / file) for name, file in (("markdown", MARKDOWN), ("curves", CURVES))},
        "seconds": seconds,
    }
    with disk(study.folder):
        write_atomically(study.folder / MARKDOWN, markdown(kept.plan, found, under).encode())
        write_atomically(study.folder / DOCUMENT, json.dumps(written, indent=1, ensure_ascii=False).encode())
        plot(found, study.folder / CURVES)
    return written


def _circumstances(study: Study, options: StudyOptions) -> Circumstances:
    config = study.config
    return Circumstances(
        command=options.words(),
        commit=", ".join(study.clock.commits),
        machine=_machine(),
        hours=round(study.clock.hours, 3),
        seeds=config.seeds,
        demonstrations=config.demonstrations,
        steps=config.steps,
    )


def _commit() -> str:
    """The commit of the checkout that this is run from, with a plus where files were changed; else nothing."""
    git = ["git", "-C", str(Path(__file__).parent)]
    try:
        commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run([*git, "status", "--porcelain", "-uno"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return commit.stdout.strip() + ("+" if changed.stdout.strip() else "")


def _machine() -> str:
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{platform.machine()}, {os.cpu_count()} cores{_graphics()}, {system}"


def _graphics() -> str:
    import torch

    return f", {torch.cuda.get_device_name(0)}" if torch.cuda.is_available() else ""
