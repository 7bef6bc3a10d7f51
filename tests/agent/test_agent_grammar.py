"""The composer's grammar: everything that it says is a task that can be done."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agent_workshop import mind_of, proposed

from agent.answers import CannotPropose, Proposal
from agent.grammar.programs import class_name, instructions, summary, write_program
from agent.grammar.spec import Spec
from agent.grammar.variants import colored, structures
from agent.place import Place
from agent.proposer import propose
from agent.session import Settings
from sim.builder import lay_out
from sim.episode import Episode, run_oracle
from sim.instructions import mismatches
from sim.layout import Layout
from sim.screen import parse, screen
from sim.verdict import Diagnostic

SPECS = [colored(spec, np.random.default_rng(number)) for number, spec in enumerate(structures())]


def source(spec: Spec) -> str:
    return write_program(spec, spec.name, summary(spec))


def findings(code: str) -> list[Diagnostic]:
    parsed = parse(code)
    return [parsed] if isinstance(parsed, Diagnostic) else list(screen(*parsed, code))


def layout_of(spec: Spec, seed: int) -> Layout:
    module: dict[str, Any] = {}
    exec(compile(source(spec), spec.name, "exec"), module)
    return lay_out(module[class_name(spec.name)], seed)[0]


# -- structures ------------------------------------------------------------------------------------------------------


def test_structures_have_names_of_their_own():
    names = [spec.name for spec in SPECS]
    assert len(names) > 100
    assert len(set(names)) == len(names)
    assert len({spec.structure for spec in SPECS}) == len(names)


def test_every_structure_writes_a_program_that_lays_out():
    for spec in SPECS:
        assert findings(source(spec)) == [], spec.name
        layouts = [layout_of(spec, seed) for seed in (0, 1)]
        assert layouts[0] != layouts[1], spec.name
        for layout in layouts:
            assert list(layout.instructions) == instructions(spec), spec.name
            assert list(mismatches(layout)) == [], spec.name
            assert sum(goal.share for goal in layout.goals) == pytest.approx(1.0)


def test_instructions_name_every_colour_that_is_moved():
    for spec in SPECS:
        told = " ".join(instructions(spec)).split()
        assert {thing.color for thing in spec.moved} <= set(told), spec.name
        assert all(thing.noun.split()[-1] in " ".join(told) for thing in spec.moved), spec.name


def test_a_proposal_keeps_the_whole_task():
    """What the coder writes from a proposal is what the proposer had in mind."""
    for spec in SPECS:
        assert Spec.of(Proposal.model_validate(proposed(spec))) == spec


@pytest.mark.parametrize("spec", SPECS[3 :: len(SPECS) // 10], ids=lambda spec: spec.name)
def test_the_oracle_solves_what_the_grammar_says(spec: Spec):
    with Episode(layout_of(spec, 0)) as episode:
        result = run_oracle(episode)
    assert result.success, result
    assert result.reward == pytest.approx(1.0)


# -- proposing -------------------------------------------------------------------------------------------------------


def brief_of(number: int, library: list[str]) -> dict[str, Any]:
    asked = {"seed": 1, "round": number, "attempt": 0, "goal": "", "step": number, "steps": 10}
    return asked | {"library": {"names": library}, "rejected": []}


def test_the_composer_never_proposes_what_it_proposed_before(home, library, minilm):
    mind = mind_of(home, Settings(), minilm)
    names = library.names()
    for number in range(1, 9):
        answer, usage = propose(mind, Place("proposer", number), brief_of(number, names))
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
