"""What an instruction says is what its goals do: false sentences are found, and honest ones are never blamed."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from instruction_scenes import FALSE, HONEST, SCENES, scene, told

from sim.arrangement import Arrangement
from sim.builder import lay_out
from sim.errors import TaskError
from sim.instructions import MOST_ENDS, mismatches
from sim.judge_process import LOOSE
from sim.layout import Layout
from sim.lexicon import lexicon
from sim.palette import COLORS
from sim.tasks import human_tasks
from sim.verdict import diagnostics_catalogue

CODES = frozenset(code for _, code, _ in FALSE)


def findings(name: str, words: str) -> list[TaskError]:
    return list(mismatches(told(scene(name), words)))


def why(found: list[TaskError]) -> list[str]:
    return [f"{item.code}: {item}" for item in found]


# -- sentences that people and language models write -------------------------------------------------------------------


def test_tables_are_large_enough_to_mean_something() -> None:
    assert len(HONEST) > 800
    assert len(FALSE) > 380
    assert {name for name, _ in HONEST} == set(SCENES)
    assert min(Counter(code for _, code, _ in FALSE).values()) >= 25
    assert {code for code, entry in diagnostics_catalogue().items() if entry["stage"] == "ground"} >= CODES
    assert CODES <= LOOSE  # under Ravens' rules they warn


@pytest.mark.parametrize("name", SCENES)
def test_honest_instructions_are_not_blamed(name: str) -> None:
    blamed = {words: why(found) for place, words in HONEST if place == name and (found := findings(place, words))}
    assert blamed == {}


@pytest.mark.parametrize("code", sorted(CODES))
def test_false_instructions_are_found_with_their_code(code: str) -> None:
    missed = {}
    for name, wanted, words in FALSE:
        found = findings(name, words)
        if wanted == code and wanted not in {item.code for item in found}:
            missed[words] = why(found)
        for item in found:
            assert 1 <= item.values["goal"] <= len(scene(name).goals)
            assert item.message.startswith(f"goal {item.values['goal']} ")
            assert item.remedy
            assert item.values.get("object", 1) <= len(scene(name).objects)
    assert missed == {}


@pytest.mark.parametrize("name", human_tasks())
def test_human_tasks_say_what_they_do(name: str) -> None:
    for mode in ("train", "test"):
        for seed in range(20):
            layout, _ = lay_out(human_tasks()[name], seed, mode)  # type: ignore[arg-type]
            assert why(list(mismatches(layout))) == [], (mode, seed, layout.instructions)


# -- sentences that are put together from parts ------------------------------------------------------------------------

INTO, ONTO = ("in", "into", "inside"), ("on", "onto", "on top of")
BESIDE = ("next to", "beside", "adjacent to", "alongside", "close to", "to the left of")
# For each scene: what is moved, how it comes there, where it goes, and what has nothing to do with it.
PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "bowl": (
        ("the red block", "the only red cube", "the red-colored block"), INTO,
        ("the green bowl", "the green dish", "the bowl that is green"), ("the blue block", "the blue bowl"),
    ),
    "beside": (
        ("the red block", "the red cube"), BESIDE, ("the green block", "the green one"),
        ("the blue bowl", "the orange block"),
    ),
    "boxes": (
        ("the four brown boxes", "all brown boxes", "each of the brown cartons"), ONTO,
        ("the pallet", "the wooden pallet"), ("the white boxes", "both white cartons"),
    ),
    "packed": (
        ("the red ball, the blue ball and the green cylinder", "both balls and the cylinder"), INTO,
        ("the brown container", "the brown box"), ("the yellow block", "the red bowl"),
    ),
    "row": (
        ("the four purple cylinders", "all purple cans"), (*ONTO, "along"), ("the orange line", "the orange strip"),
        ("the green block",),
    ),
    "ring": (
        ("the four gray blocks", "all grey cubes"), ("around", *BESIDE), ("the yellow cylinder",), ("the red bowl",),
    ),
    "restack": (
        ("the blue block", "the upper block"), ("to", *ONTO), ("the green zone", "the green area"),
        ("the yellow zone",),
    ),
    "rope": (("the green rope", "the green cable"), ("on", "along"), ("the brown line",), ("the yellow line",)),
    "pile": (
        ("the pile of green blocks", "all green cubes"), ("into", "to"), ("the brown square",), ("the yellow square",),
    ),
    "shape": (("the pentagon", "the green pentagon"), INTO, ("the brown container",), ("the star", "the yellow star")),
}  # fmt: skip
LEADS = (
    "",
    "please ",
    "carefully ",
    "your task is to ",
    "now ",
    "using the robot arm, ",
    "can you ",
    "the goal is to ",
)
VERBS = ("put", "place", "move", "bring", "transfer", "position", "deposit", "carry", "arrange")
PICKS = ("pick up", "grab", "take", "lift")
TAILS = ("", ".", " on the table", "; be careful.", " and release", " to complete the task", ", one at a time")
ASIDE = (
    ", leaving {0} where it is", ". Do not touch {0}.", " and ignore {0}", ", not {0}", "; {0} should stay where it is",
    " without moving {0}", ", but leave {0} alone", " while {0} remains untouched", " rather than {0}", ". Ignore {0}.",
)  # fmt: skip


def sentence(chance: random.Random, thing: str, relation: str, place: str, other: str) -> str:
    """One of the ways to say that a thing comes to a place."""
    lead, verb, pick = chance.choice(LEADS), chance.choice(VERBS), chance.choice(PICKS)
    it = "it" if thing in ("the rope", "the pentagon") else chance.choice(("it", "them"))
    body = chance.choice(
        (
            f"{lead}{verb} {thing} {relation} {place}",
            f"{lead}{pick} {thing} and {verb} {it} gently {relation} {place}",
            f"{thing} must end up {relation} {place}",
            f"{pick} {thing} from the table, then {verb} {it} {relation} {place}",
            f"make sure that {thing} ends up {relation} {place}",
        )
    )
    tail = chance.choice(ASIDE).format(other) if chance.random() < 0.5 else chance.choice(TAILS)
    return body + tail if chance.random() < 0.5 else (body + tail).capitalize()


def any_parts(chance: random.Random) -> tuple[str, str, str, str, str]:
    name = chance.choice(list(PARTS))
    thing, relation, place, other = (chance.choice(choices) for choices in PARTS[name])
    return name, thing, relation, place, other


def test_sentences_put_together_from_honest_parts_are_not_blamed() -> None:
    chance = random.Random(0)
    for _ in range(2500):
        name, *parts = any_parts(chance)
        words = sentence(chance, *parts)
        assert why(findings(name, words)) == [], (name, words)


def wrong_part(
    chance: random.Random, thing: str, relation: str, place: str, other: str, absent: str
) -> tuple[str, str]:
    """Which part of a sentence is false, and what it says instead."""
    if chance.random() < 0.5:
        return "thing", chance.choice((f"the {absent} block", f"the {absent} ball", other))
    if chance.random() < 0.5:
        noun = "bowl" if "that is" in place else "stand" if "pallet" in place else place.split()[-1]
        return "place", f"the {absent} {noun}"  # the pallet has no colour that could be wrong
    return "relation", "next to" if relation in (*INTO, *ONTO, "to", "along") else "on top of"


def test_sentences_with_one_false_part_are_found() -> None:
    chance = random.Random(1)
    missed = []
    for _ in range(1500):
        name, thing, relation, place, other = any_parts(chance)
        there = {item.color for item in scene(name).objects}
        absent = chance.choice(sorted(set(COLORS) - there))
        part, said = wrong_part(chance, thing, relation, place, other, absent)
        parts = {"thing": thing, "relation": relation, "place": place} | {part: said}
        words = sentence(chance, **parts, other=other)
        if not findings(name, words):
            missed.append((name, words))
    assert len(missed) <= 15, missed[:10]  # when this was written, none was


# -- what is certain ---------------------------------------------------------------------------------------------------


def test_any_words_can_be_read() -> None:
    chance = random.Random(2)
    words = [*sorted(lexicon().tags), *",.;:?!'()-—{|}é\n", "2x2", "3-2-1", "7", "9" * 40, "R", "V", "it's", "don't"]
    for _ in range(1500):
        said = [chance.choice(words) + chance.choice(("", "", "s", "ed", "ing")) for _ in range(chance.randint(1, 30))]
        layout = scene(chance.choice(list(SCENES)))
        goals = [goal.model_copy(update={"instruction": " ".join(said)}) for goal in layout.goals]
        for found in mismatches(layout.model_copy(update={"goals": tuple(goals)})):
            assert found.code in CODES


@pytest.mark.parametrize(
    "words", ["red, " * 250, "the red block and " * 60, "put it on " * 110, "a " * 500, "not " * 250]
)
def test_long_sentences_are_read(words: str) -> None:
    assert {item.code for item in findings("bowl", words)} <= CODES


@pytest.mark.parametrize(
    "words", ["do it", "small tower", "Räume den Tisch auf!", "frobnicate the gizmo", "1 2 3", "!", "🙂"]
)
@pytest.mark.parametrize("name", ["bowl", "tower", "rope"])
def test_what_says_nothing_is_not_blamed(name: str, words: str) -> None:
    assert findings(name, words) == []


def test_words_that_are_not_known_may_name_what_is_left_out() -> None:
    assert [item.code for item in findings("packed", "put the red ball into the container")] == ["not-instructed"]
    assert findings("packed", "put the red ball and the doodads into the container") == []


def test_one_sentence_for_all_goals_is_about_all_of_them() -> None:
    each = (
        "put the red block in the red bowl | put the blue block in the blue bowl | put the yellow block in the {} bowl"
    )
    assert findings("pairs", each.format("yellow")) == []
    (found,) = findings("pairs", "put the red block in the red bowl and the blue block in the blue bowl")
    assert (found.code, found.values["goal"], found.values["given"]) == ("not-instructed", 3, "yellow block")
    (found,) = findings("pairs", each.format("red"))
    assert (found.code, found.values["goal"]) == ("wrong-relation", 3)


def test_remedies_say_what_the_goals_do() -> None:
    (found,) = findings("bowl", "put the blue block into the green bowl")
    assert found.message == "goal 1 tells of the blue block, but no goal moves it or brings anything to it"
    assert found.remedy == "goal 1 brings the red block into the green bowl: say so, or change the goal"
    (found,) = findings("bowl", "put the orange block into the green bowl")
    assert found.message == "goal 1 names an orange block, but the blocks of the scene are blue, red, yellow"
    found = findings("tower", "put the red block on the blue block")[0]
    assert found.remedy == (
        "goal 1 brings the red block onto the brown stand; goal 2 brings the blue block onto the red block; "
        "goal 3 brings the green block onto the blue block: say so, or change the goals"
    )
    (found,) = findings("rope", "align the green rope with the yellow line")
    assert "brings the green rope onto the brown line" in found.remedy
    (found,) = findings("row", "line up the three purple cylinders on the orange line")
    assert found.message == "goal 1 tells of 3 purple cylinders, where there are 4"


def test_colors_without_names_may_be_any() -> None:
    layout = scene("bowl")
    plain = [item.model_copy(update={"color": None, "rgb": (0.1, 0.2, 0.3)}) for item in layout.objects]
    nameless = layout.model_copy(update={"objects": tuple(plain)})
    assert why(list(mismatches(told(nameless, "put the navy block into the teal bowl")))) == []
    assert why(list(mismatches(told(nameless, "put the orange block into the pink bowl")))) == []


def crowd(count: int) -> Layout:
    """A goal by which each of many objects may go to each of many places."""
    layout = scene("bowl")
    spec, (x, y, z) = layout.object(3), (0.3, 0.0, 0.0)
    objects = [spec.model_copy(update={"id": number + 1}) for number in range(count)]
    targets = tuple(((x + 0.001 * number, y, z), (0.0, 0.0, 0.0, 1.0)) for number in range(count))
    goal = layout.goals[0].model_copy(
        update={
            "objects": tuple(range(1, count + 1)), "targets": targets, "matches": ((True,) * count,) * count,
            "symmetries": (0.0,) * count, "instruction": "stack the blue blocks on the green stand",
        }
    )  # fmt: skip
    goals = tuple(goal.model_copy(update={"targets": targets[number:] + targets[:number]}) for number in range(8))
    return layout.model_copy(update={"objects": tuple(objects), "goals": goals})


def test_crowds_are_not_compared_for_minutes() -> None:
    layout = crowd(80)
    assert len(Arrangement(layout).ends) > MOST_ENDS
    assert list(mismatches(layout)) == []
