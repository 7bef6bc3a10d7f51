"""Curricula towards a goal: simple tasks first, each of them something that can be asked for, the goal last."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from agent.answers import CannotPropose, Plan, PlanStep
from agent.composer import ROLES
from agent.grammar.goals import Unsaid, understand
from agent.grammar.plans import Step, curriculum, simpler
from agent.grammar.programs import summary, write_program
from agent.grammar.spec import Spec
from sim.verification import verify

HOUSE = "build a small house from blocks"
GOALS = [
    HOUSE,
    "build a bridge",
    "make a tower of four cubes",
    "build a wall of six blocks",
    "build a pyramid of six blocks",
    "build two towers",
    "build a platform on four legs",
    "build stairs of six blocks",
    "arrange six blocks in a circle",
    "make a grid of nine small blocks",
    "sort the blocks by color",
    "match three balls with bowls",
    "put three blocks on the pallet",
    "put the star and the heart in the kit",
    "solve the towers of hanoi",
    "line up three cylinders, then stack two blocks",
    "put the red ball in the blue bowl among three distractors",
]


def plan_of(goal: str, tasks: int | None = None, known: tuple[str, ...] = ()) -> list[Step]:
    steps = curriculum(goal, tasks, known)
    assert not isinstance(steps, Unsaid), steps
    return steps


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_gets_helper_tasks_that_lead_to_it(goal: str):
    steps = plan_of(goal)
    assert 2 <= len(steps) <= 4
    assert steps[-1].goal == goal
    assert len({step.spec.structure for step in steps}) == len(steps)
    assert len({step.spec.name for step in steps}) == len(steps)
    for number, step in enumerate(steps, start=1):
        heard = understand(step.goal)
        assert isinstance(heard, Spec)
        assert heard.structure == step.spec.structure
        assert all(1 <= earlier < number for earlier in step.builds_on)
        assert step.why
    assert steps[-1].builds_on
    used = {earlier for step in steps for earlier in step.builds_on}
    assert used == set(range(1, len(steps)))  # no step is there for nothing


@pytest.mark.parametrize(
    "goal", ["put the red ball into the blue bowl", "insert the L into the fixture", "straighten the rope"]
)
def test_a_simple_goal_needs_no_helpers(goal: str):
    assert [step.goal for step in plan_of(goal)] == [goal]


@pytest.mark.parametrize("tasks", range(1, 9))
def test_a_plan_has_as_many_tasks_as_were_asked_for(tasks: int):
    for goal in (HOUSE, "put the red ball into the blue bowl", "stack two blocks"):
        steps = plan_of(goal, tasks)
        assert len(steps) == tasks
        assert len({step.spec.name for step in steps}) == tasks


def test_what_the_library_has_is_not_practised_again():
    first = plan_of(HOUSE)
    again = plan_of(HOUSE, known=tuple(step.spec.name for step in first[:-1]))
    assert not {step.spec.name for step in first[:-1]} & {step.spec.name for step in again[:-1]}
    assert again[-1].goal == HOUSE


def test_after_a_failure_something_simpler_is_left():
    failed, known = "build a pyramid of six blocks", ()
    for _ in range(3):
        step = simpler(failed, known)
        assert isinstance(step, Step)
        assert step.spec.moved_count < 6
        assert step.spec.name not in known
        known = (*known, step.spec.name)


def test_the_house_stands_and_so_does_what_leads_to_it():
    """Two walls, a bridge and a roof on walls: proved by the oracle, on nine of ten seeds."""
    steps = plan_of(HOUSE)
    assert len(steps) >= 3
    for step in steps:
        verdict = verify(write_program(step.spec, step.spec.name, summary(step.spec)))
        assert verdict.accepted, (step.goal, verdict.diagnostics)
    house = steps[-1].spec
    assert house.relation == "house"
    assert house.moved_count >= 5


# -- the planner -----------------------------------------------------------------------------------------------------


def answered(**brief: Any) -> Plan | CannotPropose:
    """What the composer answers to a planner's brief."""
    given = {"goal": HOUSE, "tasks": None, "library": {"names": [], "tasks": 0}, "done": [], "failed": None} | brief
    name, arguments = ROLES["Plan"](given, [("search_tasks", {}, {})])
    return {"Plan": Plan, "CannotPropose": CannotPropose}[name].model_validate(arguments)


def test_the_composer_answers_with_a_plan():
    plan = answered()
    assert isinstance(plan, Plan)
    assert plan.steps[-1].goal == HOUSE
    assert plan.steps[-1].builds_on


def test_the_composer_goes_on_with_one_simpler_step_after_a_failure():
    plan = answered(failed={"goal": HOUSE, "why": "failed-hold"})
    assert isinstance(plan, Plan)
    assert len(plan.steps) == 1
    assert plan.steps[0].goal != HOUSE


def test_a_goal_that_no_plan_reaches_is_refused_with_the_nearest():
    for goal in ("fold the shirt", "drive to the kitchen", "set the table", ""):
        answer = answered(goal=goal)
        assert isinstance(answer, CannotPropose)
        assert answer.reason
        assert answer.nearest.startswith("try ")


def test_a_plan_builds_on_earlier_steps_only():
    with pytest.raises(ValidationError, match="step 1 cannot build on step 2"):
        Plan(steps=[PlanStep(goal="stack two blocks", builds_on=[2]), PlanStep(goal="stack three blocks")])
