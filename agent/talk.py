"""How the composer converses: by rules, from the words of a line to the tool that does what they ask for.

It speaks in the same conversation, with the same tools, as any language model (`agent.conversation`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from agent.wishes import without_manners

MARK = "make_task"  # the tool that only this role is offered
ABOUT = (
    "Say what the robot should practise, such as: stack three blocks on the stand. I propose a task, prove it in the "
    "simulator and ask before it is kept. Then change it in words (make it four blocks), ask why, look for similar "
    "tasks, export, or undo. I am the built-in composer and go by rules; /help lists the commands."
)
TASK_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
FILE = re.compile(r"\S*[/~\\]\S*|\S+\.\w{1,8}\b")
ORDINALS = ("first", "second", "third", "fourth", "fifth")
LAST = r"(?:it|this|that|them|these|those|the (?:last|new)(?: one| task)?|the task)"

GREETING = re.compile(r"^(?:hi|hello|hey|good (?:morning|day|afternoon|evening))\b[^a-z]*(?:there)?[^a-z]*$")
THANKS = re.compile(r"^(?:thanks?|thank you|thx|great|nice|cool|perfect|well done|good|wonderful)\b.{0,24}$")
HELP = re.compile(r"^(?:help|\?+|what can (?:you|i) do|who are you|what are you|how does (?:this|it) work)\b|^\?+$")
NOTHING_OPEN = "There is no question open. Say what the robot should practise, or what to change."
SUGGESTED = re.compile(r'\btry ("[^"]+"(?:(?:, | or )"[^"]+")*)')  # what a refusal ends with
YES = re.compile(r"^(?:yes|y|yep|sure|ok|okay)[.!]*$")
BARE = re.compile(r"^(?:yes|no|y|n|yep|nope|sure|ok|okay|maybe|perhaps|keep it|drop it)[.!]*$")
UNDO = re.compile(
    r"^(?:(?:yes|yeah|yep|no|nope)\b[\s,.:!]*)?"
    rf"(?:undo(?: {LAST})?|(?:remove|delete|drop|forget|take back|throw away|take) {LAST}"
    r"(?: back| out| away| again)?)(?:[\s,]+please)?\W*$"
)
WHY = re.compile(r"^(?:why\b|explain\b|how come\b|what(?: is|'s| was| went) wrong|what happened)|\bverdict\b")
EXPORT = re.compile(r"^(?:export|save|write|dump)\b")
LIST = re.compile(
    r"^(?:list\b|(?:show(?: me)?|what are) (?:all|the)(?: of)?(?: the)? (?:tasks|library)|"
    r"what (?:is|do you have) in the library|"
    r"(?:what|which) tasks (?:are there|do you have|does the library have)|how many tasks)"
)
SHOW = re.compile(r"^(?:show|open|look at|tell me about|what is|what's|describe)(?: me)?\b\s*(?:the task\s+)?")
SEARCH = re.compile(
    r"^(?:(?:show me |find |search(?: for)? |look for |are there |is there |have you |do you have )?"
    r"(?:any |some |the )?(?:tasks? )?(?:like|similar(?: tasks?| ones?)?|nearest)\b(?: to\b)?|"
    r"find\b|search\b(?: for\b)?|look for\b|"
    r"(?:is|are) there\b|(?:have you|do you have|does the library have)\b|anything (?:similar|like)\b(?: to\b)?)\s*"
)
QUESTION = re.compile(r"^(?:what|which|is|are|do|does|have|has|where|who)\b|\?$")
CHANGE = re.compile(
    rf"^(?:make|turn|change|let|give|paint|colou?r) {LAST}\b|\binstead\b|^(?:change|make) the \w+|^with(?:out)? |"
    r"^but |^(?:with )?(?:more|fewer|less|only|one more|another|bigger|smaller)\b|^(?:drop|remove|leave out|take away) "
)
CHANGE_OF_LAST = re.compile(r"^(?:add|use|replace|swap|take|recolou?r|no)\b")
FILLING = re.compile(r"^(?:the |any |some |a |an )?(?:tasks? |ones? )?(?:that |which |about |with |for |of |to )*")


def reply(messages: Sequence[BaseMessage]) -> AIMessage:
    """What the composer says next: a tool call, or words.

    Args:
        messages: The conversation so far, the person's last line among them.
    """
    last = max(number for number, item in enumerate(messages) if isinstance(item, HumanMessage))
    told = [item for item in messages[last:] if isinstance(item, ToolMessage)]
    if told:
        return AIMessage(_closing(str(told[-1].name), _parsed(told[-1])))
    chosen = _opening(str(messages[last].text), messages[:last])
    if isinstance(chosen, str):
        return AIMessage(chosen)
    name, arguments = chosen
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": f"call-{len(messages)}"}])


# -- from words to a tool --------------------------------------------------------------------------------------------


def _opening(line: str, earlier: Sequence[BaseMessage]) -> str | tuple[str, dict[str, Any]]:
    text = without_manners(" ".join(line.split()))
    small, asked = text.lower(), text != " ".join(line.split())
    made = _last_made(earlier)
    if GREETING.match(small):
        return f"Hello. {ABOUT}"
    if HELP.match(small):
        return ABOUT
    if BARE.match(small):
        return _taken(earlier) if YES.match(small) else NOTHING_OPEN
    if THANKS.match(small):
        return "You are welcome. Say the next goal, or /quit."
    if UNDO.match(small):
        return "undo", {}
    if EXPORT.match(small) and (file := FILE.search(text)):
        return "export_tasks", {"file": file[0]}
    if EXPORT.match(small):
        return "To which file? Say for example: export to my-tasks.tar.gz"
    if LIST.match(small):
        return "list_tasks", {}
    if WHY.search(small):
        named = TASK_NAME.search(small)
        return "explain_verdict", {"name": named[0] if named else ""}
    if (shown := SHOW.match(small)) and (name := _named(small[shown.end() :], made)):
        return "show_task", {"name": name}
    if (search := SEARCH.match(small)) or (QUESTION.search(small) and not (asked and small.endswith("?"))):
        return _search(text[search.end() :] if search else text, made)
    if shown:
        return _search(text[shown.end() :], made)
    return _goal_or_change(text, small, _last(earlier, (MARK, "revise_task", "show_task", "undo"), having="name"))


def _goal_or_change(text: str, small: str, focus: Mapping[str, Any]) -> str | tuple[str, dict[str, Any]]:
    if CHANGE.search(small) or (focus and CHANGE_OF_LAST.match(small)):
        return "revise_task", {"change": text}
    return MARK, {"goal": text}


def _taken(earlier: Sequence[BaseMessage]) -> str | tuple[str, dict[str, Any]]:
    """What a yes takes: what the last answer suggested, if it was one thing."""
    start = max((place for place, item in enumerate(earlier) if isinstance(item, HumanMessage)), default=0)
    told = [item for item in earlier[start:] if isinstance(item, ToolMessage) and item.name in (MARK, "revise_task")]
    found = SUGGESTED.search(str(_parsed(told[-1]).get("reason", ""))) if told else None
    offered = re.findall(r'"([^"]+)"', found[1]) if found else []
    if len(offered) > 1:
        return f"Which of them? Say {' or '.join(offered)}."
    if not offered:
        return NOTHING_OPEN
    return (MARK, {"goal": offered[0]}) if told[-1].name == MARK else ("revise_task", {"change": offered[0]})


def _search(words: str, made: Mapping[str, Any]) -> str | tuple[str, dict[str, Any]]:
    query = FILLING.sub("", words.strip().rstrip("?.!")).strip()
    if re.fullmatch(rf"(?:{LAST}|ones?|tasks?)?", query.lower()):
        query = str(made.get("name") if made.get("kept") else made.get("instruction", ""))
    if not query:
        return "Similar to what? Say for example: similar to sorting blocks by color"
    return "search_tasks", {"query": _numbered(query) or query}


def _named(words: str, made: Mapping[str, Any]) -> str:
    """The task that is meant: by its name, by its place in the last list, or as the last one."""
    if written := TASK_NAME.fullmatch(words.strip(" .?!")):
        return written[0]
    if re.fullmatch(rf"{LAST}|", words.strip(" .?!")):
        return str(made.get("name", ""))
    return _numbered(words)


def _numbered(words: str) -> str:
    """The number of a task in what was listed last: `2`, `the second one`."""
    found = re.fullmatch(
        rf"(?:the |number |no\. ?|#)?(\d+|{'|'.join(ORDINALS)})(?: one| task)?", words.strip(" .?!").lower()
    )
    if not found:
        return ""
    return str(ORDINALS.index(found[1]) + 1) if found[1] in ORDINALS else found[1]


def _last_made(earlier: Sequence[BaseMessage]) -> Mapping[str, Any]:
    """What the last proposal of the conversation came to; empty when there was none."""
    return _last(earlier, (MARK, "revise_task"), having="name")


def _last(earlier: Sequence[BaseMessage], tools: Sequence[str], having: str = "") -> Mapping[str, Any]:
    told = (_parsed(item) for item in reversed(earlier) if isinstance(item, ToolMessage) and item.name in tools)
    return next((said for said in told if not having or said.get(having)), {})


def _parsed(message: ToolMessage) -> dict[str, Any]:
    try:
        said = json.loads(str(message.text))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


# -- from a tool's answer to words -----------------------------------------------------------------------------------


def _closing(tool: str, said: Mapping[str, Any]) -> str:
    if "error" in said:
        return f"{said['error']}; {said['remedy']}" if said.get("remedy") else str(said["error"])
    if "text" in said:
        return str(said["text"])
    if tool in (MARK, "revise_task"):
        return _made(said)
    if tool == "search_tasks":
        results = said.get("results", [])
        if not results:
            return "The library has nothing to compare with yet."
        return f"Nearest is {results[0]['name']}: {results[0]['title']}. Say show 1 to see it."
    if tool == "list_tasks":
        return f"{len(said.get('names', []))} tasks. Say show and a name or a number for one of them."
    if tool == "show_task":
        return f"/code {said['name']} shows its program; say what should be different to make another of it."
    return "Done."


def _made(said: Mapping[str, Any]) -> str:
    if said.get("kept"):
        return "Change it in words (make it four blocks), ask why, look for similar ones, or say undo."
    if said.get("declined"):
        return "It is dropped. Say what should be different, or another goal."
    if said.get("name"):
        return "Say why to hear what the proof found, or say the goal in other words."
    if found := SUGGESTED.search(str(said.get("reason", ""))):
        taken = "Say yes to take that" if found[1].count('"') == 2 else "Say one of those"
        return f"{taken}, or say it in other words."
    return "Say it in other words, or look for similar tasks to see what can be practised."
