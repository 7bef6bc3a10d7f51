"""What is shown of an evaluation: films of episodes that went well or failed, and what was attended to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policy.actors import BUILT_IN, actor_of, instruction_of, loaded
from policy.attention import Explaining, overlaid
from policy.evaluation import EpisodeJob, EpisodeOutcome
from sim.camera import Eyes, png
from sim.episode import Episode
from sim.film import frames, record_episode, write_gif, write_mp4

FilmKind = Literal["mp4", "gif"]


@dataclass(frozen=True)
class FilmJob:
    """An episode to be filmed.

    Attributes:
        episode: The episode.
        kind: What the film is written as.
    """

    episode: EpisodeJob
    kind: FilmKind = "mp4"


@dataclass(frozen=True)
class Footage:
    """What there is to show of an episode.

    Attributes:
        task: The task's name.
        seed: The seed.
        success: Whether every goal was reached and held.
        film: The film's file.
        attention: A PNG file of what the policy attended to before its first action; None where it does not say.
    """

    task: str
    seed: int
    success: bool
    film: bytes
    attention: bytes | None = None


def worth_showing(outcomes: Iterable[EpisodeOutcome], count: int) -> list[EpisodeOutcome]:
    """The first successes and failures of each task, so many of each at most."""
    chosen: dict[tuple[str, bool], list[EpisodeOutcome]] = {}
    for outcome in outcomes:
        if not outcome.void:
            chosen.setdefault((outcome.task, outcome.success), []).append(outcome)
    shown = [outcome for found in chosen.values() for outcome in found[:count]]
    tasks = list(dict.fromkeys(task for task, _ in chosen))
    return sorted(shown, key=lambda outcome: (tasks.index(outcome.task), not outcome.success, outcome.seed))


def shoot(job: FilmJob) -> Footage:
    """Runs an episode again, filming it.

    Raises:
        SimsmithError: The policy cannot be loaded.
    """
    wanted = job.episode
    eyes = Eyes(wanted.appearance, wanted.layout.seed)
    actor = actor_of(wanted.policy, eyes, wanted.layout.seed)
    with Episode(wanted.layout, wanted.rules, eyes.appearance.friction) as episode:
        attention = _attention(wanted, episode)
        result, moments = record_episode(episode, actor)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film.{job.kind}"
        (write_mp4 if job.kind == "mp4" else write_gif)(path, frames(wanted.layout, moments))
        return Footage(wanted.task, wanted.layout.seed, result.success, path.read_bytes(), attention)


def _attention(job: EpisodeJob, episode: Episode) -> bytes | None:
    """What was attended to at first, by eyes of its own: the actor's are to see what they saw when it was scored."""
    if job.policy in BUILT_IN:
        return None
    policy = loaded(job.policy)
    if not isinstance(policy, Explaining):
        return None
    seen = Eyes(job.appearance, job.layout.seed).look(episode.world)
    return png(overlaid(seen.color, policy.explain(seen.color, seen.height, instruction_of(episode))))
