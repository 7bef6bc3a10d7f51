"""The plan of a study: its arms, what each is trained on, in which order they run, and how long that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pydantic import Field

from policy.splits import Split
from policy.study_config import Costs, StudyConfig
from sim.errors import UsageError
from sim.layout import Frozen

Kind = Literal["text", "blind", "unfiltered", "chance"]
Group = Literal["in-domain", "unseen-colors", "zero-shot-human", "zero-shot-generated"]
GROUPS: tuple[Group, ...] = ("in-domain", "unseen-colors", "zero-shot-human", "zero-shot-generated")


class Arm(Frozen):
    """One condition and seed of a study.

    Attributes:
        name: What its folder is called.
        kind: `text` is the curve itself; `blind` does not see the instruction; `unfiltered` has rejected candidates
            among its generated tasks; `chance` is not trained, it acts at random.
        number: How many generated tasks it is trained on.
        seed: The seed of its training.
        episodes: How many demonstrations of each task it is trained on.
    """

    name: str
    kind: Kind
    number: int
    seed: int
    episodes: dict[str, int]

    @property
    def demonstrations(self) -> int:
        """All its demonstrations."""
        return sum(self.episodes.values())


class Plan(Frozen):
    """All arms of a study.

    Attributes:
        split: What is trained on and what is the test.
        arms: In the order in which they run: all numbers of the first seed, then its other arms, then the next seed;
            chance last.
        notes: What the study leaves out and why, in sentences.
    """

    split: Split
    arms: tuple[Arm, ...]
    notes: tuple[str, ...] = ()

    @property
    def demonstrations(self) -> dict[str, int]:
        """How many demonstrations of each task some arm needs: the most that one of them does."""
        needed: Counter[str] = Counter()
        for arm in self.arms:
            needed |= Counter(arm.episodes)
        return dict(needed)


class Hours(Frozen):
    """How long a study takes, computed from measured seconds.

    Attributes:
        demonstrations: To record what all arms need together, hours of wall time.
        training: To train all arms.
        evaluation: To test them.
    """

    demonstrations: float = Field(ge=0.0)
    training: float = Field(ge=0.0)
    evaluation: float = Field(ge=0.0)

    @property
    def total(self) -> float:
        """All of it."""
        return self.demonstrations + self.training + self.evaluation

    def words(self) -> str:
        """In a sentence's part: `2.9 h: demonstrations 0.3, training 1.9, evaluation 0.7`."""
        return (
            f"{_hours(self.total)}: demonstrations {_hours(self.demonstrations)},"
            f" training {_hours(self.training)}, evaluation {_hours(self.evaluation)}"
        )


def _hours(hours: float) -> str:
    return f"{hours:.1f} h" if hours >= 0.95 else f"{60 * hours:.0f} min"


def shortage(config: StudyConfig, split: Split) -> int:
    """How many generated tasks a study lacks; of a split that was asked for none are invented."""
    if config.split:
        return 0
    train = max(0, config.numbers[-1] - len(split.train_generated))
    return train + max(0, config.held_out - len(split.test_generated))


def make_plan(config: StudyConfig, split: Split, writers: Mapping[str, str]) -> Plan:
    """The arms of a study.

    Args:
        config: What is asked for.
        split: The tasks.
        writers: Who wrote each candidate in the store that only `ground` or `hold` rejected.

    Raises:
        UsageError: There are too few generated tasks or demonstrations, or no human-made tasks to train on.
    """
    most = config.numbers[-1]
    if not split.train_human:
        raise UsageError(
            "the split trains on no human-made task", "name at least one: gains are told against them alone"
        )
    if config.demonstrations < len(split.train_human) + most:
        raise UsageError(
            f"{config.demonstrations} demonstrations are too few for {len(split.train_human)} human-made and {most}"
            " generated tasks: each task needs one",
            "name fewer human-made tasks to train on, or take a larger --preset",
        )
    if len(split.train_generated) < most:
        raise UsageError(
            f"{most} generated tasks are needed to train on, and {len(split.train_generated)} of the library can be"
            " taken: others are not asked for, belong to test families or are too near to them",
            "invent more with simsmith explore, or take a smaller --preset",
        )
    notes = []
    unfiltered = config.filter_number is not None
    if unfiltered and len(split.rejected) < config.rejected_wanted:
        unfiltered = False
        notes.append(
            f"the arm without filters is left out: {config.rejected_wanted} candidates that only ground or hold"
            f" rejected are needed, {len(split.rejected)} of {len(writers)} in the store of failures can be taken"
        )
    elif unfiltered:
        taken = Counter(writers.get(name, "unknown") for name in split.rejected[: config.rejected_wanted])
        told = ", ".join(f"{count} by {writer}" for writer, count in taken.most_common())
        notes.append(f"of the {config.filter_number} generated tasks without filters these are rejected ones: {told}")
    if len(split.test_generated) < config.held_out and not config.split:
        notes.append(f"{len(split.test_generated)} generated tasks are held out, {config.held_out} were asked for")
    arms = []
    first, *others = config.numbers
    for seed in config.seeds:
        # The ends of the curve first: they say most when nothing else is there yet.
        arms += [_arm(config, split, "text", number, seed) for number in (first, *others[-1:], *others[:-1])]
        if config.blind_number is not None:
            arms.append(_arm(config, split, "blind", config.blind_number, seed))
        if unfiltered and config.filter_number is not None:
            arms.append(_arm(config, split, "unfiltered", config.filter_number, seed))
    arms.append(Arm(name="chance", kind="chance", number=0, seed=config.seeds[0], episodes={}))
    return Plan(split=split, arms=tuple(arms), notes=tuple(notes))


def _arm(config: StudyConfig, split: Split, kind: Kind, number: int, seed: int) -> Arm:
    rejected = split.rejected[: config.rejected_wanted] if kind == "unfiltered" else ()
    tasks = (*split.train_human, *split.train_generated[: number - len(rejected)], *rejected)
    return Arm(
        name=f"{kind}-{number:03d}-seed{seed}",
        kind=kind,
        number=number,
        seed=seed,
        episodes=shared_out(config.demonstrations, tasks),
    )


def shared_out(demonstrations: int, tasks: Sequence[str]) -> dict[str, int]:
    """So many demonstrations for each task that all have as many, but for one where the number does not divide."""
    each, rest = divmod(demonstrations, len(tasks))
    return {name: each + (place < rest) for place, name in enumerate(tasks)}


def hours(config: StudyConfig, plan: Plan, costs: Costs, workers: int, arms: Iterable[Arm] | None = None) -> Hours:
    """How long the plan takes on so many cores.

    Args:
        config: What is asked for.
        plan: Its arms.
        costs: What things take on one core.
        workers: How many cores work side by side.
        arms: The arms that are left, without demonstrations; all arms and the demonstrations when None.
    """
    left = list(plan.arms if arms is None else arms)
    recorded = sum(plan.demonstrations.values()) if arms is None else 0
    tested = len(left) * episodes_tested(config, plan.split)
    trained = sum(arm.kind != "chance" for arm in left) * config.steps * config.batch
    seconds = (recorded * costs.demonstration, trained * costs.sample, tested * costs.episode)
    demonstrations, training, evaluation = (round(part / workers / 3600, 4) for part in seconds)
    return Hours(demonstrations=demonstrations, training=training, evaluation=evaluation)


def episodes_tested(config: StudyConfig, split: Split) -> int:
    """How many episodes an arm is tested on."""
    tasks = len(split.train_human) + len(split.test_human) + len(split.test_generated)
    return tasks * config.episodes + len(split.train_human) * config.color_episodes
