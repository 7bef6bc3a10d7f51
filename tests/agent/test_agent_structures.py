"""The composer's structures: each is a task of its own that can be done, and rounds choose among them in turn."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from agent_workshop import mind_of, proposed

from agent.answers import CannotPropose, Proposal
from agent.composer import _code
from agent.grammar.choice import CHECKS, candidates, fills, in_order
from agent.grammar.programs import WORDINGS, WRITERS, class_name, instructions, summary, worded_as, write_program
from agent.grammar.relations import BALL, BLOCK, BOWL, RELATIONS, STAND, ZONE
from agent.grammar.spec import LONGEST_NAME, Spec, Thing
from agent.grammar.variants import ROOMY, colored, crowded, structures
from agent.place import Place
from agent.proposer import propose
from agent.session import Settings
from memory import scene_similarity
from memory.novelty import Thresholds
from sim.builder import lay_out
from sim.instructions import mismatches
from sim.layout import Layout
from sim.sandbox import Sandbox
from sim.screen import parse, screen
from sim.signature import signature
from sim.verdict import Diagnostic
from sim.verification import verify

SPECS = [colored(spec, np.random.default_rng(number)) for number, spec in enumerate(structures())]
# One of each manner of writing goals that is not stacking and putting, quick enough to be proved here.
PROVED = [
    "house-of-four-blocks-and-long-box-on-zone",
    "hanoi-large-disk-and-small-disk",
    "put-small-block-right-of-cylinder",
    "move-ball-from-container-to-bowl",
    "restack-two-blocks-from-stand-to-stand",
    "kit-heart-and-ring",
    "insert-two-ells-into-two-fixtures",
    "align-box-with-corner-then-stack-two-blocks-on-stand",
]


def source(spec: Spec) -> str:
    return write_program(spec, spec.name, summary(spec))


@functools.cache
def task_class(spec: Spec) -> Any:
    module: dict[str, Any] = {}
    exec(compile(source(spec), spec.name, "exec"), module)
    return module[class_name(spec.name)]


@functools.cache
def layout_of(spec: Spec, seed: int) -> Layout:
    return lay_out(task_class(spec), seed)[0]


# -- the vocabulary --------------------------------------------------------------------------------------------------


def test_every_relation_has_a_writer_and_structures_of_what_it_says_it_takes():
    assert WRITERS.keys() == RELATIONS.keys()
    used = {stage.relation for spec in SPECS for stage in spec.stages}
    assert used == RELATIONS.keys()
    for spec in SPECS:
        for stage in spec.stages:
            relation = RELATIONS[stage.relation]
            assert {thing.asset for thing in stage.moved} <= {*relation.moves}, spec.name
            assert {thing.asset for thing in stage.targets} <= {*relation.onto}, spec.name
            assert stage.moved_count <= relation.most, spec.name


# -- structures ------------------------------------------------------------------------------------------------------


def test_structures_have_names_of_their_own_that_a_proposal_keeps():
    names = [spec.name for spec in SPECS]
    assert len(names) > 250
    assert len(set(names)) == len(names)
    assert len({spec.structure for spec in structures()}) == len(names)
    assert 10 < sum(bool(spec.distractors) for spec in SPECS) < len(SPECS) / 3
    assert max(map(len, names)) <= LONGEST_NAME
    for spec in SPECS:
        assert Proposal.model_validate(proposed(spec)).name == spec.name
    among = [crowded(spec).name for spec in structures() if not spec.then and spec.moved_count <= ROOMY]
    assert len(set(among)) == len(among)


def test_no_relation_outweighs_the_others():
    counts = Counter(spec.relations for spec in SPECS)
    assert max(counts.values()) < len(SPECS) / 8
    assert len(counts) > 50


def test_every_structure_writes_a_program_that_lays_out_what_it_says():
    for spec in SPECS:
        parsed = parse(source(spec))
        assert not isinstance(parsed, Diagnostic), spec.name
        assert list(screen(*parsed, source(spec))) == [], spec.name
        layout = layout_of(spec, 0)
        assert list(layout.instructions) == instructions(spec), spec.name
        assert list(mismatches(layout)) == [], spec.name
        assert sum(goal.share for goal in layout.goals) == pytest.approx(1.0)


def test_no_two_structures_are_the_same_scene():
    scenes = {spec.name: signature([layout_of(spec, 0), layout_of(spec, 1)], source(spec)) for spec in SPECS}
    limit = Thresholds.load().scene
    alike = [(a, b) for a, b in itertools.combinations(scenes, 2) if scene_similarity(scenes[a], scenes[b]) >= limit]
    assert alike == []


def test_every_wording_tells_the_same_task():
    """One structure of each relation, in each of its wordings."""
    one_each = {spec.relation: spec for spec in reversed(SPECS) if not spec.then}
    for spec in one_each.values():
        told = {tuple(instructions(replace(spec, wording=number))) for number in range(WORDINGS)}
        assert len(told) > 1, spec.name
        for number in range(WORDINGS):
            assert list(mismatches(layout_of(replace(spec, wording=number), 0))) == [], (spec.name, number)


def test_instructions_name_every_colour_that_is_moved():
    for spec in SPECS:
        told = " ".join(instructions(spec)).replace(",", "").split()
        moved = [thing for stage in spec.stages for thing in stage.moved]
        assert {thing.color for thing in moved} <= set(told), spec.name
        assert all(thing.noun.split()[-1] in " ".join(told) for thing in moved), spec.name


def test_a_proposal_keeps_the_whole_task():
    """What the coder writes from a proposal is what the proposer had in mind, in its words."""
    for spec in SPECS:
        proposal = Proposal.model_validate(proposed(spec))
        assert replace(Spec.of(proposal), wording=spec.wording) == spec
        assert instructions(worded_as(Spec.of(proposal), proposal.steps)) == instructions(spec)
    brief = {"proposal": proposed(SPECS[0]), "attempt": 0}
    _, answer = _code(brief, [("read_task_guide", {}, "")])
    assert list(lay_out_of(answer["code"]).instructions) == instructions(SPECS[0])


def lay_out_of(code: str) -> Layout:
    module: dict[str, Any] = {}
    exec(compile(code, "candidate", "exec"), module)
    return lay_out(module[class_name(SPECS[0].name)], 0)[0]


@pytest.mark.parametrize("name", PROVED)
def test_the_proof_accepts_what_the_grammar_says(name: str):
    spec = next(spec for spec in SPECS if replace(spec, distractors=()).name == name)
    verdict = verify(source(spec), seeds=4, sandbox=Sandbox())
    assert verdict.accepted, verdict.diagnostics


# -- what a round tries ----------------------------------------------------------------------------------------------


def test_the_order_depends_on_the_seed_alone_and_spreads_families():
    assert in_order(1) == in_order(1)
    assert in_order(1) != in_order(2)
    assert Counter(in_order(1)) == Counter(structures())
    window = [spec.relations for spec in in_order(1)[:40]]
    assert max(Counter(window).values()) <= 6
    assert len(set(window)) > 20


def test_rounds_side_by_side_try_different_structures():
    for start in (1, 37, 120):
        tried = [spec.name for number in range(start, start + 4) for spec in candidates(1, number, 0, [])]
        assert len(tried) == 4 * CHECKS
        assert len(set(tried)) == len(tried)


def test_what_is_known_is_not_tried_again_and_another_attempt_tries_others():
    first, second = (candidates(1, 5, attempt, []) for attempt in (0, 1))
    assert not {spec.name for spec in first} & {spec.name for spec in second}
    known = [spec.name for spec in first]
    assert not {spec.name for spec in candidates(1, 5, 0, known)} & set(known)
    assert candidates(1, 5, 0, [spec.name for spec in structures()]) == []
    assert candidates(1, 5, 0, [crowded(spec).name for spec in structures()]) == []


def test_what_fills_a_gap_comes_first():
    gap = "put a small block into a container"
    tried = candidates(1, 3, 0, [], ["stack a disk on a stand", "put a shape into a container"])
    filling = [any(fills(spec, words) for words in ("stack a disk on a stand",)) for spec in tried]
    assert filling == sorted(filling, reverse=True)
    assert fills(Spec("stack", (Thing(BLOCK),), (Thing(STAND),)), "stack a block on a stand")
    assert not fills(Spec("put-into", (Thing(BALL),), (Thing(BOWL),)), gap)
    assert not fills(Spec("put-on", (Thing(BLOCK),), (Thing(ZONE),)), "put a block into a bowl")


# -- proposing -------------------------------------------------------------------------------------------------------


def brief_of(number: int, library: Any) -> dict[str, Any]:
    asked = {"seed": 1, "round": number, "attempt": 0, "goal": "", "step": number, "steps": 10}
    return asked | {"library": library, "rejected": []}


def test_the_composer_never_proposes_what_it_proposed_before(home, library, minilm):
    mind = mind_of(home, Settings(), minilm)
    names = library.names()
    for number in range(1, 9):
        digest = {"names": names, "gaps": ["put a ball into a bowl"], "tasks": len(names)}
        answer, usage = propose(mind, Place("proposer", number), brief_of(number, digest if number % 2 else names))
        assert isinstance(answer, Proposal)
        assert answer.name not in names
        assert usage.calls <= 16
        names.append(answer.name)


def test_a_composer_that_has_said_everything_says_so(home, minilm):
    everything = [spec.name for spec in structures()]
    answer, _ = propose(mind_of(home, Settings(), minilm), Place("proposer", 1), brief_of(1, everything))
    assert isinstance(answer, CannotPropose)
    assert "everything that the grammar can say" in answer.reason
    assert answer.nearest
