"""A conversation of tool calls in plain words, for endpoints that have none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from pydantic import BaseModel, create_model

NO_TOOLS = "You cannot call tools here. What they would tell you stands above."
PROGRAM = "Answer with the whole program in one block that begins with ```python and ends with ```, and nothing else."
LIMITS = ("minLength", "maxLength", "minItems", "maxItems", "pattern")  # which not every server's grammar can count
OBJECT = "Answer with one JSON object, and nothing else, of this form:"


def answer_schema(answers: Sequence[type[BaseModel]]) -> dict[str, Any] | None:
    """The JSON schema of an answer; an object with the field `answer` where there are several.

    None for a program, which models write better in a block of its own than within a JSON text, and for no answers.
    """
    if not answers or any("code" in item.model_fields for item in answers):
        return None
    if len(answers) == 1:
        return dict(_without_limits(answers[0].model_json_schema()))
    union: Any = answers[0]
    for item in answers[1:]:
        union = union | item
    return dict(_without_limits(create_model("Answer", answer=(union, ...)).model_json_schema()))


def plain(messages: Sequence[BaseMessage], answers: Sequence[type[BaseModel]]) -> list[BaseMessage]:
    """The conversation as turns of a person and the model, in words.

    A system message goes into the first turn, for templates that know none; turns of one side that follow each other
    become one, for templates that demand the change.

    Args:
        messages: The conversation.
        answers: The schemas that the model may answer with.
    """
    turns: list[tuple[bool, str]] = []
    asked = False
    for message in messages:
        spoken, text = isinstance(message, AIMessage), _words(message)
        if isinstance(message, HumanMessage) and not asked:
            asked = True
            text = "\n\n".join([text, *([] if not answers else [NO_TOOLS, how_to_answer(answers)])])
        if turns and turns[-1][0] == spoken:
            turns[-1] = (spoken, f"{turns[-1][1]}\n\n{text}")
        else:
            turns.append((spoken, text))
    return [AIMessage(text) if spoken else HumanMessage(text) for spoken, text in turns]


def how_to_answer(answers: Sequence[type[BaseModel]]) -> str:
    """What a model without tools is told of the form of its answer."""
    if any("code" in item.model_fields for item in answers):
        return PROGRAM
    forms = [json.dumps(_form(item.model_json_schema()), indent=1) for item in answers]
    names = [f"{item.__name__} ({(item.__doc__ or '').strip().splitlines()[0].rstrip('.')})" for item in answers]
    if len(answers) == 1:
        return f"{OBJECT}\n{forms[0]}"
    told = [f"{name}:\n{form}" for name, form in zip(names, forms, strict=True)]
    return f"{OBJECT} either\n" + "\nor\n".join(told)


def _words(message: BaseMessage) -> str:
    text = str(message.text)
    if isinstance(message, ToolMessage):
        return f"{message.name} says: {text}"
    if isinstance(message, AIMessage) and not text.strip():
        return "\n".join(json.dumps({"name": call["name"], "arguments": call["args"]}) for call in message.tool_calls)
    if isinstance(message, SystemMessage):
        return text.strip()
    return text


def _without_limits(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _without_limits(item) for key, item in schema.items() if key not in LIMITS}
    return [_without_limits(item) for item in schema] if isinstance(schema, list) else schema


def _form(schema: dict[str, Any], definitions: dict[str, Any] | None = None) -> Any:
    """An example of a schema, in which each text says what it is."""
    known = definitions if definitions is not None else schema.get("$defs", {})
    if "$ref" in schema:
        return _form(known.get(schema["$ref"].rsplit("/", 1)[-1], {}), known)
    if "enum" in schema:
        return " or ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return _form(schema["anyOf"][0], known)
    kind = schema.get("type")
    if kind == "object":
        return {name: _form(item, known) for name, item in schema.get("properties", {}).items()}
    if kind == "array":
        return [_form(schema.get("items", {}), known)]
    examples = {"integer": 1, "number": 1.0, "boolean": True}
    return examples.get(str(kind), schema.get("description", "text"))
