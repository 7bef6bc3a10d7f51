"""What a model means that writes its answer, or its tool call, as text: JSON or Python, with words around it."""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.answers import TASK_CLASS

LONGEST = 1_000_000  # characters that are read of a text
OBJECTS = 40  # that are looked for in a text
SLIPS = 10  # of them that are no JSON and may be mended
LONGEST_SLIP = 100_000  # characters of one of those

Call = tuple[str, dict[str, Any]]  # a tool, or an answer, and its arguments

FENCE = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)(?:^[ \t]*```[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
NAMES = ("name", "tool", "tool_name", "function", "action")
ARGUMENTS = ("arguments", "parameters", "args", "params", "input", "action_input")


def calls_in(text: str, offered: Mapping[str, Mapping[str, Any]], answers: Sequence[str]) -> list[Call]:
    """The calls and answers that a text holds, each once, in order; none where it is words alone.

    Args:
        text: What the model wrote.
        offered: JSON schemas of the arguments of everything that may be called, by name; answers among it.
        answers: Names of the answers; an object that names no tool is the answer whose fields it has.
    """
    text = THOUGHT.sub("", text[:LONGEST])
    found = [call for name, written in _named(text, offered) for call in _named_call(name, written)]
    if not found:
        found = [call for item in objects_in(text) for call in _calls(item, offered, answers)]
    coded = next((name for name in answers if "code" in _fields(offered[name])), None)
    if coded and not found and (program := program_in(text)):
        found = [(coded, {"code": program})]
    unique = {json.dumps(call, sort_keys=True, default=str): call for call in found}
    return list(unique.values())


def object_of(text: str) -> dict[str, Any] | None:
    """The first object of a text that should be one JSON object; None where it is none."""
    return next(objects_in(text[:LONGEST]), None)


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """The objects that a text holds, in order, with the commonest slips mended; those within others are left out."""
    start, read, slips = text.find("{"), json.JSONDecoder(strict=False), 0
    for _ in range(OBJECTS):
        if start < 0 or slips == SLIPS:
            return
        end = start + 1
        try:
            value, end = read.raw_decode(text, start)
        except (ValueError, RecursionError):
            slips += 1
            closed = _closing(text, start)
            value = _mended(text[start:closed]) if closed else None
            end = closed if closed and value is not None else end
        if isinstance(value, dict):
            yield value
        start = text.find("{", end)


def program_in(text: str) -> str | None:
    """The program in a text: the block with a task class, the longest of several, or what looks like one by itself.

    None where there is no class at all.
    """
    if "\n" not in text.strip() and "\\n" in text:
        text = text.replace("\\n", "\n").replace('\\"', '"').replace("\\t", "    ")  # written as within a string
    blocks = [block for block in FENCE.findall(text) if re.search(r"^class \w", block, re.MULTILINE)]
    if blocks:
        tasks = [block for block in blocks if TASK_CLASS.search(block)]
        return str(max(tasks or blocks, key=len))
    if not re.search(r"^class \w+.*:\s*$", text, re.MULTILINE):
        return None
    lines = text.splitlines()
    code = re.compile(r"(from \w[\w.]* import |import \w|class \w|@\w)")
    first = next(number for number, line in enumerate(lines) if code.match(line))
    # What stands at the margin after the class, and is no Python, is words.
    known = re.compile(r"(\s|#|from |import |class |def |@|[)\]}]|\w+ *(:.*)?=|if |for |with |try|\"\"\"|'''|$)")
    kept = list(itertools.takewhile(known.match, lines[first:]))
    return "\n".join(kept).rstrip("`\n ") + "\n"


# -- calls -----------------------------------------------------------------------------------------------------------


def _named(text: str, offered: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Calls that are written with the name outside of the object, as some models were taught."""
    names = "|".join(re.escape(name) for name in offered)
    for found in re.finditer(rf"<function=({names})>|(?:\bfunctions\.|^[ \t]*)({names})\s*\((?=\s*[{{)])", text, re.M):
        yield found[1] or found[2], text[found.end() :]


def _named_call(name: str, written: str) -> Iterator[Call]:
    if written.lstrip().startswith(")"):
        yield name, {}
        return
    value = object_of(written)
    if value is not None:
        yield name, value


def _calls(item: Mapping[str, Any], offered: Mapping[str, Any], answers: Sequence[str]) -> Iterator[Call]:
    """The calls that an object is, or holds."""
    listed = item.get("tool_calls")
    if isinstance(listed, list):
        for inner in listed:
            if isinstance(inner, dict):
                yield from _calls(inner, offered, answers)
        return
    named = _by_name(item, offered)
    if named:
        yield named
        return
    if len(item) == 1:
        ((key, value),) = item.items()
        if isinstance(value, dict) and (key in offered or key == "answer"):
            if key in offered:
                yield key, value
            else:
                yield from _calls(value, offered, answers)
            return
    fitting = max(answers, key=lambda name: _fit(item, offered[name]), default=None)
    if fitting and _fit(item, offered[fitting]) > 0:
        yield fitting, dict(item)


def _by_name(item: Mapping[str, Any], offered: Mapping[str, Any]) -> Call | None:
    """A call as `{"name": ..., "arguments": {...}}`, or one of the spellings of that."""
    for key in NAMES:
        name = item.get(key)
        if isinstance(name, dict):
            return _by_name(name, offered)
        if not isinstance(name, str) or name.removeprefix("functions.") not in offered:
            continue
        for place in ARGUMENTS:
            arguments = item.get(place)
            if isinstance(arguments, str):
                arguments = object_of(arguments)
            if isinstance(arguments, dict):
                return name.removeprefix("functions."), arguments
        if len(item) == 1:
            return name.removeprefix("functions."), {}
    return None


def _fields(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = schema.get("properties", {})
    return fields if isinstance(fields, dict) else {}


def _fit(item: Mapping[str, Any], schema: Mapping[str, Any]) -> float:
    """How much an object looks like a schema, 0 to 1: the share of the required fields that it has."""
    required = schema.get("required") or list(_fields(schema))
    return sum(name in item for name in required) / max(1, len(required))


# -- slips -----------------------------------------------------------------------------------------------------------


def _closing(text: str, start: int) -> int | None:
    """Where the object that opens at `start` ends; None where it does not."""
    depth, quote, escaped = 0, "", False
    for place in range(start, min(len(text), start + LONGEST_SLIP)):
        letter = text[place]
        if quote:
            if escaped or letter == "\\":
                escaped = not escaped
            elif letter == quote:
                quote = ""
        elif letter == '"' or (letter == "'" and text[place - 1] in "{[:, \n("):
            quote = letter
        elif letter in "{[":
            depth += 1
        elif letter in "}]":
            depth -= 1
            if depth == 0:
                return place + 1
    return None


def _mended(written: str) -> Any:
    """An object that is not quite JSON: commas too many, Python's words and quotes, comments."""
    tidy = re.sub(r"^\s*(//|#).*$", "", written, flags=re.MULTILINE)
    tidy = re.sub(r",(\s*[}\]])", r"\1", tidy)
    python = re.sub(r"\btrue\b", "True", re.sub(r"\bfalse\b", "False", re.sub(r"\bnull\b", "None", tidy)))
    for reading, form in ((json.JSONDecoder(strict=False).decode, tidy), (ast.literal_eval, python)):
        try:
            return json.loads(json.dumps(reading(form)))
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return None
