"""An evaluation on disk: a folder that a second run goes on with.

`evaluation.json` says what is evaluated (policy, tasks, rules). `outcomes.jsonl` has a line for each episode, appended
when it is over. At the end come `results.json`, what the outcomes say together; `films/`, films of episodes and
pictures of what the policy attended to; and `index.html`, the page.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from memory.atomic import write_atomically
from policy.evaluation import EpisodeOutcome
from sim.errors import EnvironmentBroken, FileDamaged, UsageError
from sim.layout import Frozen, Rules

SETTINGS, OUTCOMES, RESULTS, PAGE, FILMS = "evaluation.json", "outcomes.jsonl", "results.json", "index.html", "films"


class EvaluationSettings(Frozen):
    """What an evaluation is of.

    Attributes:
        format: Version of the folder's format.
        policy: The policy as it is called.
        fingerprint: What tells its weights from others.
        tasks: SHA-256 of each task's program.
        mode: Seen (`train`) or unseen (`test`) colours and shapes.
        rules: The rules that episodes are scored by.
        appearance: How the policy sees the table.
        first_seed: The first episode's seed.
        episodes: Episodes of each task.
    """

    format: Literal[1] = 1
    policy: str
    fingerprint: str
    tasks: Mapping[str, str]
    mode: Literal["train", "test"] = "train"
    rules: Rules = "strict"
    appearance: str = "plain"
    first_seed: int
    episodes: int

    @property
    def seeds(self) -> range:
        """The seeds of each task."""
        return range(self.first_seed, self.first_seed + self.episodes)

    @property
    def conditions(self) -> tuple[str, str, str]:
        """How episodes are scored, and what the policy sees, in words."""
        colors = "unseen" if self.mode == "test" else "seen"
        return f"{self.rules} rules", f"{self.appearance} appearance", f"{colors} colours"

    @property
    def identity(self) -> dict[str, Any]:
        """All that the outcome of an episode depends on; how many there are is not part of it."""
        return self.model_dump(mode="json", exclude={"policy", "episodes"})

    @property
    def name(self) -> str:
        """A name that the same evaluation always has, and another one never."""
        told = json.dumps(self.identity, sort_keys=True).encode()
        return f"{self.policy}-{hashlib.sha256(told).hexdigest()[:8]}"


def evaluations_folder(home: Path) -> Path:
    """Where a home keeps its evaluations."""
    return home / "evaluations"


class Evaluation:
    """An evaluation's folder, held against other processes while it is open.

    Attributes:
        folder: The folder.
        settings: What is evaluated.
        outcomes: What was found out so far, by task and seed; void episodes are not kept, so that a second run
            tries them again.
    """

    def __init__(self, folder: Path, settings: EvaluationSettings, outcomes: list[EpisodeOutcome]) -> None:
        self.folder = folder
        self.settings = settings
        self.outcomes = {(outcome.task, outcome.seed): outcome for outcome in outcomes}

    @staticmethod
    @contextlib.contextmanager
    def opened(folder: Path, settings: EvaluationSettings) -> Iterator[Evaluation]:
        """The evaluation of a folder, which is made if it is not there.

        Raises:
            UsageError: Something else was evaluated there, or another process is at it.
            FileDamaged: One of its files is damaged.
            EnvironmentBroken: The folder cannot be written.
        """
        import filelock

        try:
            (folder / FILMS).mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(folder / ".lock")
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise UsageError(f"the evaluation in {folder} runs in another process", "wait for it, or end it") from None
        except OSError as error:
            raise EnvironmentBroken(
                f"{folder} cannot be written: {error.strerror}", "choose another folder with --out"
            ) from None
        try:
            _same(folder, settings)
            with _writing(folder):
                found = Evaluation(folder, settings, _read(folder / OUTCOMES))
            found.write(SETTINGS, settings.model_dump_json(indent=2).encode())
            yield found
        finally:
            lock.release()

    def add(self, outcome: EpisodeOutcome) -> None:
        """Appends an outcome.

        Raises:
            EnvironmentBroken: The folder cannot be written.
        """
        with _writing(self.folder), (self.folder / OUTCOMES).open("a", encoding="utf-8") as file:
            file.write(outcome.model_dump_json(exclude={"void"}) + "\n")
        self.outcomes[outcome.task, outcome.seed] = outcome

    def wanted(self) -> list[EpisodeOutcome]:
        """The outcomes of the settings' tasks and seeds that are known, task by task."""
        asked = ((task, seed) for task in self.settings.tasks for seed in self.settings.seeds)
        return [self.outcomes[key] for key in asked if key in self.outcomes]

    def write(self, name: str, content: bytes) -> Path:
        """Writes a file of the folder, all of it or nothing.

        Raises:
            EnvironmentBroken: The folder cannot be written.
        """
        path = self.folder / name
        with _writing(self.folder):
            path.parent.mkdir(exist_ok=True)
            write_atomically(path, content)
        return path


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = "make room, or choose another folder with --out; what was done stays"
        raise EnvironmentBroken(f"{folder} cannot be written: {error.strerror or error}", remedy) from None


def _same(folder: Path, settings: EvaluationSettings) -> None:
    """Refuses to go on with another evaluation.

    Raises:
        UsageError: What was evaluated in the folder is not the same.
        FileDamaged: What it was cannot be read.
    """
    path = folder / SETTINGS
    if not path.exists():
        return
    remedy = "choose another folder with --out"
    try:
        before = EvaluationSettings.model_validate_json(path.read_bytes())
    except ValidationError:
        raise FileDamaged(f"{path} is damaged", f"remove {folder}, or {remedy}") from None
    then, now = before.identity, settings.identity
    for word in now:
        if then[word] != now[word]:
            raise UsageError(f"{folder} has an evaluation of {_other(word, then[word], now[word])}", remedy)


def _other(word: str, then: Any, now: Any) -> str:
    if word == "fingerprint":
        return "a policy with other weights"
    if word != "tasks":
        return f"another {word.replace('_', ' ')}: {then}, not {now}"
    names = sorted(set(then) ^ set(now))
    if names:
        return f"other tasks: {', '.join(names[:3])}{', ...' if len(names) > 3 else ''} in one of the two alone"
    return f"another program of {next(name for name in now if then[name] != now[name])}"


def _read(path: Path) -> list[EpisodeOutcome]:
    """The outcomes of a file; a last line that was not written to its end is cut off.

    Raises:
        FileDamaged: Another line is damaged.
    """
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    found = []
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            found.append(EpisodeOutcome.model_validate_json(line))
        except ValidationError:
            raise FileDamaged(
                f"line {number} of {path} is damaged", "remove that line; its episode is run again"
            ) from None
    if len(whole) < len(content):
        write_atomically(path, whole)
    return found
