"""The composer in a conversation: from a line to the tool that does what it asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from agent.talk import reply

MADE = {"name": "stack-three-blocks-on-stand", "instruction": "stack three", "proof": "10 of 10 seeds", "kept": True}
FOUND = {"results": [{"name": "align-box-corner", "title": "a"}, {"name": "packing-boxes", "title": "b"}]}


def after(tool: str, answer: dict[str, Any]) -> list[BaseMessage]:
    """A conversation in which a tool has answered."""
    call = {"name": tool, "args": {}, "id": "1", "type": "tool_call"}
    told = ToolMessage(json.dumps(answer), tool_call_id="1", name=tool)
    return [HumanMessage("before"), AIMessage("", tool_calls=[call]), told, AIMessage("so it is")]


def wanted(line: str, earlier: list[BaseMessage]) -> tuple[str, dict[str, Any]] | str:
    said = reply([*earlier, HumanMessage(line)])
    return (said.tool_calls[0]["name"], said.tool_calls[0]["args"]) if said.tool_calls else str(said.text)


@pytest.mark.parametrize(
    ("line", "tool", "arguments"),
    [
        ("stack three blocks on the stand", "make_task", {"goal": "stack three blocks on the stand"}),
        ("please make a tower of four cubes", "make_task", {"goal": "make a tower of four cubes"}),
        ("Can you line up four cylinders?", "make_task", {"goal": "line up four cylinders?"}),
        ("make it four blocks", "revise_task", {"change": "make it four blocks"}),
        ("could it be taller?", "revise_task", {"change": "make it taller?"}),
        ("how about four blocks?", "revise_task", {"change": "use four blocks?"}),
        ("and add a distractor", "revise_task", {"change": "add a distractor"}),
        ("use red blocks instead", "revise_task", {"change": "use red blocks instead"}),
        ("similar", "search_tasks", {"query": "stack-three-blocks-on-stand"}),
        ("show me similar tasks", "search_tasks", {"query": "stack-three-blocks-on-stand"}),
        ("similar to packing boxes", "search_tasks", {"query": "packing boxes"}),
        ("are there tasks with ropes?", "search_tasks", {"query": "ropes"}),
        ("what do you have about balls?", "search_tasks", {"query": "what do you have about balls"}),
        ("show align-box-corner", "show_task", {"name": "align-box-corner"}),
        ("show it", "show_task", {"name": "stack-three-blocks-on-stand"}),
        ("why?", "explain_verdict", {"name": ""}),
        ("why is align-box-corner in the library", "explain_verdict", {"name": "align-box-corner"}),
        ("list the tasks", "list_tasks", {}),
        ("export them to ~/mine.tar.gz", "export_tasks", {"file": "~/mine.tar.gz"}),
        ("Undo that.", "undo", {}),
        ("undo please", "undo", {}),
        ("yes, undo", "undo", {}),
        ("remove it", "undo", {}),
        ("remove the distractor", "revise_task", {"change": "remove the distractor"}),
    ],
)
def test_a_line_after_a_task_becomes_the_tool_that_it_asks_for(line, tool, arguments):
    assert wanted(line, after("make_task", MADE)) == (tool, arguments)


@pytest.mark.parametrize("line", ["hello", "help", "thanks!", "yes", "similar", "export it"])
def test_what_asks_for_nothing_that_could_be_done_gets_a_sentence(line):
    said = wanted(line, [])
    assert isinstance(said, str)
    assert said.endswith((".", "color", "tar.gz"))


def test_what_was_listed_can_be_named_by_its_place():
    found = after("search_tasks", FOUND)
    assert wanted("show 2", found) == ("show_task", {"name": "2"})
    assert wanted("show me the first one", found) == ("show_task", {"name": "1"})
    assert wanted("similar to number 12", found) == ("search_tasks", {"query": "12"})


def test_what_was_shown_or_undone_can_be_changed():
    for tool in ("show_task", "undo"):
        looked = after(tool, {"name": "packing-boxes"})
        assert wanted("add a distractor", looked) == ("revise_task", {"change": "add a distractor"})


def test_a_yes_takes_the_one_thing_that_was_suggested():
    refused = {"name": "", "kept": False, "reason": 'nothing can be stacked with balls; try "stack two blocks"'}
    assert wanted("yes", after("make_task", refused)) == ("make_task", {"goal": "stack two blocks"})
    several = refused | {"reason": 'at most 5; try "make it four blocks", "add a distractor" or "swap the colors"'}
    assert "make it four blocks or add a distractor or swap the colors" in wanted("yes", after("revise_task", several))
    assert "no question open" in wanted("yes", [*after("make_task", refused), HumanMessage("hi"), AIMessage("Hello.")])


def test_an_error_of_a_tool_is_said_with_its_remedy():
    told = ToolMessage(
        json.dumps({"error": "no task 'x'", "remedy": "see the list"}), tool_call_id="1", name="show_task"
    )
    call = {"name": "show_task", "args": {"name": "x"}, "id": "1", "type": "tool_call"}
    assert reply([HumanMessage("show x-y"), AIMessage("", tool_calls=[call]), told]).text == "no task 'x'; see the list"
