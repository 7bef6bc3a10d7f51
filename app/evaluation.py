"""`simsmith evaluate`: a policy at work on tasks; a second run goes on where the first one stopped."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.evaluation_page import evaluation_page, failure_words, reward_words
from app.output import Bar, document, page, progress, styled, table, typed
from app.words import count
from memory.home import home_path
from policy.evaluation import EpisodeJob, EpisodeOutcome, TaskResult, evaluate, overall, summarise
from policy.evaluations import FILMS, PAGE, RESULTS, Evaluation, EvaluationSettings, evaluations_folder
from policy.footage import FilmJob, FilmKind, shoot, worth_showing
from policy.policies import FoundPolicy, find_policy
from policy.seeds import TEST_SEEDS
from policy.tasks import Mode, PracticeTask, find_tasks
from sim.errors import Stopped, TaskError
from sim.film import require_ffmpeg
from sim.sandbox import Sandbox
from sim.workers import LocalWorkers, Lost

if TYPE_CHECKING:
    from app.evaluate_command import EvaluateOptions


LINES = 10  # in all, where nobody watches
USUAL = ("strict rules", "plain appearance", "seen colours")
MOST_VOID = 10  # episodes that do not count, of which the terminal tells


@dataclass
class _Work:
    """What is to be done, and what could not be.

    Attributes:
        policy: The policy.
        tasks: The tasks.
        options: The options.
        sandbox: Where programs are laid out.
        void: Episodes that do not count.
    """

    policy: FoundPolicy
    tasks: Sequence[PracticeTask]
    options: EvaluateOptions
    sandbox: Sandbox
    void: list[EpisodeOutcome] = field(default_factory=list)

    @property
    def settings(self) -> EvaluationSettings:
        """What is evaluated."""
        return EvaluationSettings(
            policy=self.policy.name,
            fingerprint=self.policy.fingerprint,
            tasks={task.name: task.program_hash for task in self.tasks},
            mode=_mode(self.options),
            rules=self.options.rules,
            appearance=self.options.appearance,
            first_seed=TEST_SEEDS + self.options.seed_offset,
            episodes=self.options.episodes,
        )


def run(given_home: Path | None, sandbox: Sandbox, policy: str, options: EvaluateOptions, *, as_json: bool) -> None:
    """Evaluates a policy, and shows what came of it.

    Raises:
        Stopped: A person stopped it.
        UsageError: There is no such policy or task, or the folder has another evaluation.
    """
    started = time.perf_counter()
    home = home_path(given_home)
    kind: FilmKind = "gif" if options.gif else "mp4"
    if options.films and kind == "mp4":
        require_ffmpeg()
    found = find_policy(policy, home)
    tasks, void = _tasks(options.tasks, home, sandbox, options)
    work = _Work(found, tasks, options, sandbox, void)
    folder = (options.out or evaluations_folder(home) / work.settings.name).expanduser().absolute()
    with Evaluation.opened(folder, work.settings) as evaluation, LocalWorkers(options.workers) as workers:
        try:
            _run_episodes(work, evaluation, workers)
            outcomes = [*evaluation.wanted(), *work.void]
            results = _filmed(work, evaluation, workers, summarise(outcomes), kind)
        except KeyboardInterrupt:
            done, asked = len(evaluation.wanted()), len(tasks) * options.episodes
            raise Stopped(f"stopped after {done} of {asked} episodes", f"go on with: {typed()}") from None
        everything = overall(outcomes)
        told = {
            "evaluation": folder.name,
            "policy": found.name,
            **evaluation.settings.model_dump(mode="json", exclude={"policy", "format", "tasks"}),
            "results": [result.model_dump(mode="json") for result in results],
            "overall": everything.model_dump(mode="json", exclude={"task", "films", "attention"}),
            "left_out": [{"task": item.task, "seed": item.seed, "reason": item.void} for item in work.void],
        }
        evaluation.write(RESULTS, json.dumps(told, indent=2, ensure_ascii=False).encode("utf-8", "replace"))
        html = evaluation_page(evaluation.settings, results, everything, outcomes, folder)
        place = evaluation.write(PAGE, html.encode("utf-8", "replace"))
    if as_json:
        for result in told["results"]:
            result["films"] = [str(folder / name) for name in result["films"]]
            result["attention"] = str(folder / result["attention"]) if result["attention"] else None
        document(
            {**told, "folder": str(folder), "page": str(place), "seconds": round(time.perf_counter() - started, 3)}
        )
    else:
        _tell(evaluation.settings, results, everything, work.void, place)


def _tasks(
    names: str, home: Path, sandbox: Sandbox, options: EvaluateOptions
) -> tuple[list[PracticeTask], list[EpisodeOutcome]]:
    """The tasks to run; a file that cannot be laid out is left out, with a void outcome that says why.

    Raises:
        UsageError: There is no such task, none is named, or none is left.
    """
    listed = [name.strip() for name in names.split(",") if name.strip()]
    good, void, last = [], [], None
    for name in listed:
        try:
            find_tasks([name], home, sandbox, _mode(options))
            good.append(name)
        except TaskError as error:
            seed = TEST_SEEDS + options.seed_offset
            void.append(EpisodeOutcome(task=name, seed=seed, void=f"it cannot be laid out: {error}"))
            last = error
    if last is not None and not good:
        raise last
    return find_tasks(good, home, sandbox, _mode(options)), void


def _mode(options: EvaluateOptions) -> Mode:
    return "test" if options.test_colors else "train"


def _run_episodes(work: _Work, evaluation: Evaluation, workers: LocalWorkers) -> None:
    """Runs the episodes that were not run before."""
    known = evaluation.wanted()
    total = len(work.tasks) * work.options.episodes
    if known:
        progress.print(f"{len(known)} of {total} episodes were run before", style="dim")
    if len(known) == total:
        return
    told = _Told(len(known), total)
    outcomes = evaluate(
        work.policy.place,
        work.tasks,
        evaluation.settings.seeds,
        sandbox=work.sandbox,
        workers=workers,
        rules=work.options.rules,
        appearance=work.options.appearance,
        done=[(outcome.task, outcome.seed) for outcome in known],
    )
    try:
        for outcome in outcomes:
            if outcome.void:
                work.void.append(outcome)
            else:
                evaluation.add(outcome)
            told(outcome)
    finally:
        told.stop()


class _Told:
    """Progress: a bar on a terminal, and a line now and then elsewhere."""

    def __init__(self, done: int, total: int) -> None:
        self._bar = Bar("episodes") if progress.is_terminal else None
        self._done, self._total = done, total

    def __call__(self, outcome: EpisodeOutcome) -> None:
        self._done += 1
        if self._bar is not None:
            self._bar(self._done, self._total)
        elif self._done * LINES // self._total > (self._done - 1) * LINES // self._total:
            now = f", now {outcome.task}" if self._done < self._total else ""
            progress.print(f"{self._done} of {self._total} episodes are done{now}", style="dim")

    def stop(self) -> None:
        """Ends the bar."""
        if self._bar is not None:
            self._bar.stop()


def _filmed(
    work: _Work, evaluation: Evaluation, workers: LocalWorkers, results: Sequence[TaskResult], kind: FilmKind
) -> list[TaskResult]:
    """The results with their films, of which those that are there already are not made again."""
    wanted = worth_showing(evaluation.wanted(), work.options.films)
    files = {(item.task, item.seed): _film_name(item, kind) for item in wanted}
    looked = {item.task: item.seed for item in wanted}  # of each task the last one, a failure if there is any
    missing = [key for key, name in files.items() if not (evaluation.folder / name).exists()]
    bar = Bar("films")
    try:
        for number, shot in enumerate(workers.map(shoot, _film_jobs(work, missing, kind)), 1):
            bar(number, len(missing))
            if isinstance(shot, Lost):
                continue
            evaluation.write(files[shot.task, shot.seed], shot.film)
            if shot.attention is not None and looked[shot.task] == shot.seed:
                evaluation.write(_attention_name(shot.task, shot.seed), shot.attention)
    finally:
        bar.stop()
    made = {key: name for key, name in files.items() if (evaluation.folder / name).exists()}
    return [
        result.model_copy(
            update={
                "films": tuple(name for (task, _), name in made.items() if task == result.task),
                "attention": _there(evaluation, _attention_name(result.task, looked.get(result.task, -1))),
            }
        )
        for result in results
    ]


def _there(evaluation: Evaluation, name: str) -> str:
    """The name of a file that is there; nothing for one that is not."""
    return name if (evaluation.folder / name).exists() else ""


def _film_jobs(work: _Work, wanted: Sequence[tuple[str, int]], kind: FilmKind) -> Iterator[FilmJob]:
    by_name = {task.name: task for task in work.tasks}
    for name, seed in wanted:
        layout = by_name[name].layout(seed, work.sandbox, work.options.rules)
        episode = EpisodeJob(work.policy.place, name, layout, work.options.rules, work.options.appearance)
        yield FilmJob(episode, kind)


def _film_name(outcome: EpisodeOutcome, kind: FilmKind) -> str:
    return f"{FILMS}/{outcome.task}-{outcome.seed}-{'success' if outcome.success else 'failure'}.{kind}"


def _attention_name(task: str, seed: int) -> str:
    return f"{FILMS}/{task}-{seed}-attention.png"


def _tell(
    settings: EvaluationSettings,
    results: Sequence[TaskResult],
    everything: TaskResult,
    void: Sequence[EpisodeOutcome],
    place: Path,
) -> None:
    """What came of it, on the terminal."""
    console = page()
    episodes = everything.success.episodes
    unusual = [words for words in settings.conditions if words not in USUAL]
    listed = table(
        ", ".join([settings.policy, count(episodes, "episode"), *unusual]),
        "task",
        "success",
        "mean reward",
        "most frequent failure",
    )
    rows = [*results, everything] if len(results) > 1 else [*results]
    for result in rows:
        name = "all tasks" if result is everything else result.task
        listed.add_row(name, result.success.words(), reward_words(result), failure_words(result))
    console.print(listed)
    for outcome in void[:MOST_VOID]:
        told = f"  {outcome.task}, seed {outcome.seed}: {outcome.void}"
        console.print(styled(("left out", "yellow"), told), soft_wrap=True)
    if len(void) > MOST_VOID:
        console.print(f"and {len(void) - MOST_VOID} more were left out; --json lists them")
    console.print("in brackets: 95 % intervals", style="dim")
    console.print(f"page: {place}", style="dim", soft_wrap=True)
