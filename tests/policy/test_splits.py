"""Families, splits and leaks, with the real embedding model and real layouts."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from memory import MiniLM, TaskLibrary, TaskRecord
from policy.families import HUMAN_FAMILIES, families_of, human_family
from policy.likeness import Likeness
from policy.splits import automatic_split, explicit_split, find_leaks
from sim.errors import UsageError
from sim.sandbox import Sandbox
from sim.signature import signature
from sim.tasks import human_sources

SANDBOX = Sandbox()
TRAIN = ("put-block-in-bowl", "stack-block-pyramid", "sweeping-piles")
TEST = ("packing-shapes", "palletizing-boxes")

PUT = '''import numpy as np

from sim import Task


class {title}(Task):
    """Put the {color} {thing} {word} the {target_color} {place}."""

    pos_eps = 0.05

    def reset(self, env):
        super().reset(env)
        target = self.get_random_pose(env, (0.12, 0.12, 0.0))
        env.add_object("{place}/{place}.urdf", target, category="fixed", color="{target_color}")
        thing = env.add_object(
            "{thing}/{thing}.urdf", self.get_random_pose(env, (0.04, 0.04, 0.04)), color="{color}"
        )
        self.add_goal(
            objs=[thing], matches=np.ones((1, 1)), targ_poses=[target], replace=False, rotations=True, metric="pose",
            params=None, step_max_reward=1.0, language_goal="put the {color} {thing} {word} the {target_color} {place}",
        )
'''


def record(name: str, code: str, origin: str, *, parents: tuple[str, ...] = (), minute: int = 0) -> TaskRecord:
    """A task as the library has it after its proof, without the proof."""
    layouts = SANDBOX.layouts(code, range(2)).layouts
    return TaskRecord(
        name=name,
        title=name.replace("-", " "),
        description=code.split('"""')[1],
        instructions=layouts[0].instructions,
        code=code,
        origin=origin,
        parents=parents,
        signature=signature(layouts, code),
        created_at=f"2026-01-01T12:{minute:02d}:00+00:00",
    )


def put(thing: str, place: str, word: str, *colors: str, minute: int, parents: tuple[str, ...] = ()) -> TaskRecord:
    """A generated task with one object."""
    name = f"put-{colors[0]}-{thing}-{word}-{colors[1]}-{place}"
    title = name.title().replace("-", "")
    code = PUT.format(title=title, thing=thing, place=place, word=word, color=colors[0], target_color=colors[1])
    return record(name, code, "composer", parents=parents, minute=minute)


BALL_ON_ZONE = ("ball", "zone", "on", "red", "gray")
BALL_ON_ZONE_AGAIN = ("ball", "zone", "on", "blue", "green")


@pytest.fixture(scope="module")
def likeness(minilm: MiniLM, tmp_path_factory: pytest.TempPathFactory) -> Likeness:
    """Human-made tasks and generated ones: two that differ in colours, their child, others, and a copy of a test."""
    sources = human_sources()
    human = [record(name, sources[name], "human") for name in (*TRAIN, *TEST, "place-red-in-green")]
    balls = [put(*BALL_ON_ZONE, minute=1), put(*BALL_ON_ZONE_AGAIN, minute=2)]
    generated = [
        *balls,
        put("cylinder", "bowl", "in", "pink", "cyan", minute=3, parents=(balls[0].name,)),
        put("cylinder", "pallet", "on", "brown", "purple", minute=4, parents=("palletizing-boxes",)),
        record("stow-shape", sources["packing-shapes"].replace("PackingShapes", "StowShape"), "composer", minute=5),
    ]
    return Likeness.of(TaskLibrary(tmp_path_factory.mktemp("likeness"), minilm), [*human, *generated])


def test_every_human_made_task_has_a_family_and_none_has_two() -> None:
    listed = [name for names, _ in HUMAN_FAMILIES.values() for name in names]
    assert sorted(listed) == sorted(human_sources())
    assert human_family("put-block-in-bowl") == human_family("place-red-in-green") != human_family("packing-boxes")


def test_likeness_is_that_of_the_librarys_own_search(likeness: Likeness, minilm: MiniLM, tmp_path: Path) -> None:
    library = TaskLibrary(tmp_path, minilm)
    for task in likeness.records.values():
        library.add(task, {"before": b"", "after": b""})
    hits = library.nearest(library.get("packing-shapes"), 5, exclude_self=True)
    assert len(hits) == 5
    for hit in hits:
        assert likeness.between(["packing-shapes"], [hit.name])[0, 0] == pytest.approx(hit.score, abs=1e-4)


def test_families_follow_likeness_and_lineage(likeness: Likeness) -> None:
    families = families_of(likeness)
    assert families.of["put-red-ball-on-gray-zone"] == families.of["put-blue-ball-on-green-zone"]
    child = "put-pink-cylinder-in-cyan-bowl"
    assert families.of[child] == families.of["put-red-ball-on-gray-zone"]
    assert families.of["put-brown-cylinder-on-purple-pallet"] == "pallet"
    assert families.of["stow-shape"] == "packing"
    assert set(families.members("packing")) == {"packing-shapes", "stow-shape"}


def test_a_child_of_two_families_is_kin_to_both(likeness: Likeness) -> None:
    both = likeness.records["put-pink-cylinder-in-cyan-bowl"].model_copy(
        update={"parents": ("put-red-ball-on-gray-zone", "palletizing-boxes")}
    )
    mixed = Likeness(likeness.records | {both.name: both}, likeness.views, likeness.mixture, likeness.thresholds)
    families = families_of(mixed)
    assert families.kin[both.name] >= {"pallet", families.of["put-red-ball-on-gray-zone"]}
    split = automatic_split(mixed, train_human=TRAIN, test_human=TEST, held_out=0, seed=1)
    assert both.name not in split.train_generated
    assert split.excluded[both.name] == "pallet"


def test_a_task_written_from_another_family_stays_kin_to_those_that_it_is_like(likeness: Likeness) -> None:
    ball, other = "put-red-ball-on-gray-zone", "put-blue-ball-on-green-zone"
    adopted = likeness.records[other].model_copy(update={"parents": ("put-block-in-bowl",)})
    mixed = Likeness(likeness.records | {other: adopted}, likeness.views, likeness.mixture, likeness.thresholds)
    families = families_of(mixed)
    assert families.of[other] == "bowls" != families.of[ball]
    assert families.kin[other] == {"bowls", families.of[ball]}
    for seed in range(3):
        split = automatic_split(mixed, train_human=TRAIN, test_human=TEST, held_out=4, seed=seed)
        assert ball in split.test_generated
        assert other not in (*split.train_generated, *split.test_generated)


def test_a_task_written_from_one_that_is_trained_on_is_no_test(likeness: Likeness) -> None:
    child = "put-pink-cylinder-in-cyan-bowl"
    both = likeness.records[child].model_copy(update={"parents": ("put-red-ball-on-gray-zone", "put-block-in-bowl")})
    mixed = Likeness(likeness.records | {child: both}, likeness.views, likeness.mixture, likeness.thresholds)
    families = families_of(mixed)
    for seed in range(3):
        split = automatic_split(mixed, train_human=TRAIN, test_human=TEST, held_out=4, seed=seed)
        test = [*split.test_human, *split.test_generated]
        assert child not in test
        for name, other in itertools.product(test, (*split.train_human, *split.train_generated)):
            assert not families.kin[name] & families.kin[other]


def test_a_renamed_copy_of_a_test_task_is_a_leak(likeness: Likeness) -> None:
    (leak,) = find_leaks(likeness, [*TRAIN, "stow-shape"], TEST)
    assert (leak.train, leak.test) == ("stow-shape", "packing-shapes")
    assert leak.similarity > 0.9


def test_an_explicit_split_with_a_leak_is_refused_with_both_names(likeness: Likeness) -> None:
    with pytest.raises(UsageError, match=r"stow-shape \(train\) and packing-shapes \(test\).*likeness 0\.9"):
        explicit_split(likeness, [*TRAIN, "stow-shape"], TEST)
    with pytest.raises(UsageError, match=r"put-block-in-bowl .* and place-red-in-green"):
        explicit_split(likeness, TRAIN, ["place-red-in-green"])
    with pytest.raises(UsageError, match="one family, pallet"):
        explicit_split(likeness, ["put-brown-cylinder-on-purple-pallet"], TEST)
    with pytest.raises(UsageError, match="unknown task 'packing-shape'"):
        explicit_split(likeness, TRAIN, ["packing-shape"])


def test_an_automatic_split_keeps_families_apart_and_has_no_leak(likeness: Likeness) -> None:
    for seed, held_out in itertools.product(range(3), (0, 2, 4)):
        split = automatic_split(likeness, train_human=TRAIN, test_human=TEST, held_out=held_out, seed=seed)
        train, test = [*split.train_human, *split.train_generated], [*split.test_human, *split.test_generated]
        assert not {split.families[name] for name in train} & {split.families[name] for name in test}
        assert not list(find_leaks(likeness, train, test))
        assert "stow-shape" not in train
        assert bool(split.test_generated) == bool(held_out)


def test_an_automatic_split_drops_a_leak_of_another_family_and_reports_it(likeness: Likeness) -> None:
    split = automatic_split(likeness, train_human=TRAIN, test_human=TEST, held_out=0, seed=1, cut=0.0)
    assert "stow-shape" not in split.train_generated
    assert [(leak.train, leak.test, leak.dropped) for leak in split.leaks] == [
        ("stow-shape", "packing-shapes", "stow-shape")
    ]


def test_the_same_seed_gives_the_same_split_and_another_seed_another_order(likeness: Likeness) -> None:
    def split(seed: int) -> tuple[str, ...]:
        return automatic_split(likeness, train_human=TRAIN, test_human=TEST, held_out=0, seed=seed).train_generated

    assert split(1) == split(1)
    assert len({split(seed) for seed in range(6)}) > 1
    assert len({frozenset(split(seed)) for seed in range(6)}) == 1


def test_rejected_candidates_are_never_the_test(likeness: Likeness) -> None:
    rejected = {"put-red-ball-on-gray-zone", "put-blue-ball-on-green-zone"}
    split = automatic_split(likeness, train_human=TRAIN, test_human=TEST, held_out=4, seed=1, rejected=rejected)
    assert not rejected & {*split.test_generated, *split.train_generated}
    assert set(split.rejected) <= rejected
