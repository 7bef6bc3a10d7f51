"""The reader of goals against the grammar's own sentences, misspelt ones, and whatever may be typed."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np

from agent.grammar.goals import Unsaid, understand
from agent.grammar.programs import summary, write_program
from agent.grammar.relations import RELATIONS
from agent.grammar.spec import Spec
from agent.grammar.variants import colored, structures
from agent.grammar.words import vocabulary
from sim.palette import COLORS
from sim.screen import parse, screen
from sim.verdict import Diagnostic


def test_every_example_of_a_relation_asks_for_it():
    heard = {name: understand(relation.example) for name, relation in RELATIONS.items()}
    assert {name: spec.relation for name, spec in heard.items() if isinstance(spec, Spec)} == {n: n for n in RELATIONS}


def test_every_sentence_of_the_grammar_asks_for_the_task_it_tells_of():
    missed = Counter()
    for number, structure in enumerate(structures()):
        spec = colored(structure, np.random.default_rng(number))
        if spec.distractors:
            continue
        heard = understand(summary(spec))
        if not isinstance(heard, Spec) or heard.structure != spec.structure:
            missed[summary(spec)] += 1
    assert not missed


def test_slips_of_the_fingers_are_mended():
    typed = ("stakc three bloks on the stand", "stack three blocsk on the stand", "stack thre blocks on teh stand")
    meant = understand("stack three blocks on the stand")
    assert [understand(goal) for goal in typed[:2]] == [meant, meant]
    assert understand("put the gren block on the stand") == understand("put the green block on the stand")


def test_words_that_look_alike_are_not_mended_into_one_another():
    """A towel is no tower: what is another word stays one."""
    block = ("back", "blank", "bold", "brow", "bread", "greet")
    for goal in (
        "put the towel on the stand",
        "put the clock on the stand",
        "build a horse",
        "build a bride",
        "sack three blocks",
        "put tree blocks on the stand",
        *(f"put the {word} block on the stand" for word in block),
    ):
        assert isinstance(understand(goal), Unsaid), goal


def test_whatever_is_typed_is_either_refused_or_becomes_a_program():
    known = vocabulary()
    others = (
        "a an one two three six ten 0 1 3 12 99 the the , and then with of into onto on top same color each by ! from"
    )
    words = [*known.nouns, *(f"{noun}s" for noun in known.nouns), *COLORS, *others.split()]
    words += [*sorted(known.verbs), *sorted(known.structures)]
    chance = random.Random(0)
    said = 0
    for _ in range(400):  # most random sentences say nothing
        goal = " ".join(chance.choices(words, k=chance.randint(1, 12)))
        spec = understand(goal)
        if isinstance(spec, Spec):
            said += 1
            parsed = parse(write_program(spec, spec.name, summary(spec)))
            assert not isinstance(parsed, Diagnostic), goal
            assert list(screen(*parsed, "")) == [], goal
    assert said > 5
