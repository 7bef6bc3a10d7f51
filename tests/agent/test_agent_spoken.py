"""What models mean that write their answers and calls as text."""

from __future__ import annotations

from typing import Any

import pytest
from agent_workshop import program
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.answers import Candidate, CannotPropose, Proposal
from agent.spoken import calls_in, program_in

OFFERED: dict[str, dict[str, Any]] = {
    "Proposal": Proposal.model_json_schema(),
    "CannotPropose": CannotPropose.model_json_schema(),
    "search_tasks": {"properties": {"query": {}, "k": {}}, "required": ["query"]},
    "list_assets": {"properties": {"kind": {}}},
}
CODER = {"Candidate": Candidate.model_json_schema()}
ANSWERS = ("Proposal", "CannotPropose")
SEARCH = ("search_tasks", {"query": "ball"})
NO = ("CannotPropose", {"reason": "it is soft"})

WRITTEN: dict[str, tuple[str, list[Any]]] = {
    "JSON": ('{"reason": "it is soft"}', [NO]),
    "a block": ('Sure!\n```json\n{"reason": "it is soft"}\n```\nThat is all.', [NO]),
    "under its name": ('{"CannotPropose": {"reason": "it is soft"}}', [NO]),
    "as the field of a schema": ('{"answer": {"reason": "it is soft"}}', [NO]),
    "a comma too many": ('{"reason": "it is soft",}', [NO]),
    "single quotes": ("{'reason': 'it is soft'}", [NO]),
    "a comment": ('{\n// why\n"reason": "it is soft"\n}', [NO]),
    "a line break in a text": ('{"reason": "it is\nsoft"}', [("CannotPropose", {"reason": "it is\nsoft"})]),
    "after thinking": ('<think>{"reason": "hm"}</think>{"reason": "it is soft"}', [NO]),
    "twice the same": ('{"reason": "it is soft"} {"reason": "it is soft"}', [NO]),
    "two that differ": ('{"reason": "a"} or {"reason": "b"}', [(NO[0], {"reason": "a"}), (NO[0], {"reason": "b"})]),
    "Hermes": ('<tool_call>\n{"name": "search_tasks", "arguments": {"query": "ball"}}\n</tool_call>', [SEARCH]),
    "Hermes, not closed": ('<tool_call>{"name": "search_tasks", "arguments": {"query": "ball"}}', [SEARCH]),
    "Mistral": ('[TOOL_CALLS][{"name": "search_tasks", "arguments": {"query": "ball"}}]', [SEARCH]),
    "Llama": ('<function=search_tasks>{"query": "ball"}</function>', [SEARCH]),
    "Llama's other way": ('{"name": "search_tasks", "parameters": {"query": "ball"}}', [SEARCH]),
    "OpenAI's own way": (
        '{"tool_calls": [{"function": {"name": "search_tasks", "arguments": "{\\"query\\": \\"ball\\"}"}}]}',
        [SEARCH],
    ),
    "functions.": ('functions.search_tasks({"query": "ball"})', [SEARCH]),
    "a call": ('I look it up.\nsearch_tasks({"query": "ball"})', [SEARCH]),
    "a call without arguments": ("list_assets()", [("list_assets", {})]),
    "ReAct": ('{"action": "search_tasks", "action_input": {"query": "ball"}}', [SEARCH]),
    "words": ("I would search_tasks for a ball (perhaps).", []),
    "another object": ('{"color": "red"}', []),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("text", "calls"), WRITTEN.values(), ids=list(WRITTEN))
def test_calls_and_answers_are_found_in_text(text: str, calls: list[Any]):
    assert calls_in(text, OFFERED, ANSWERS) == calls


CODE = program()
OTHER = "class Helper:\n    pass\n"
PROGRAMS: dict[str, str] = {
    "alone": CODE,
    "in a block": f"Here it is:\n\n```python\n{CODE}```\nGood luck!",
    "in a block that is not closed": f"```python\n{CODE}",
    "in the second block": f"First the helper:\n```python\n{OTHER * 200}```\nand the task:\n```python\n{CODE}```\n",
    "in the longer block": f"```python\nclass Draft(Task):\n    pass\n```\nBetter:\n```python\n{CODE}```\n",
    "without a block": f"Here it is:\n\n{CODE}\nI hope that this helps.\n",
    "as within a string": f"```python\n{CODE}```".replace("\n", "\\n").replace('"', '\\"'),
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=list(PROGRAMS))
def test_a_program_is_found_in_text(text: str):
    ((name, arguments),) = calls_in(text, CODER, ("Candidate",))
    assert name == "Candidate"
    assert arguments["code"].strip() == CODE.strip()


def test_there_is_no_program_in_words():
    assert program_in("A class of tasks: put the ball into the bowl.") is None
    assert calls_in("I would import numpy and write a class.", CODER, ("Candidate",)) == []


@pytest.mark.parametrize(
    "text",
    ["{" * 500_000, '[{"a":' * 80_000, "{'a':" * 100_000, "```\n" * 120_000, "<think>" * 70_000, "class A" * 70_000],
    ids=["braces", "lists", "quotes", "fences", "thoughts", "classes"],
)
def test_half_a_megabyte_of_rubbish_is_read_and_holds_nothing(text: str):
    assert calls_in(text, OFFERED | CODER, (*ANSWERS, "Candidate")) == []


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="{}[]\"':,\\ntrueab()<>`#/\n ", max_size=200))
def test_any_text_can_be_read(text: str):
    for name, arguments in calls_in(text, OFFERED | CODER, (*ANSWERS, "Candidate")):
        assert name in OFFERED | CODER
        assert isinstance(arguments, dict)
