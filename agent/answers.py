"""What each role answers: the schemas that models fill in by calling a tool of that name."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, field_validator


def readable(value: Any) -> Any:
    """A value with its texts as UTF-8 can hold them: a model's JSON can carry half a character (a lone surrogate)."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {readable(key): readable(item) for key, item in value.items()}
    return [readable(item) for item in value] if isinstance(value, list) else value


TASK_CLASS = re.compile(r"^class \w+\(.*Task\w*\)", re.MULTILINE)
Text = Annotated[str, BeforeValidator(readable)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), BeforeValidator(readable)
]


class ProposedObject(BaseModel):
    """One kind of object in a proposed scene."""

    asset: Words = Field(description="Name in the asset catalogue, e.g. block/block.urdf")
    color: Text = Field(default="", max_length=40, description="Colour name, empty for the asset's own colour")
    count: Annotated[int, Field(ge=1, le=20)] = 1
    role: Literal["moved", "target", "distractor"] = Field(description="What the object is there for")


class Proposal(BaseModel):
    """A new task that the robot should practise."""

    name: str = Field(description="Short kebab-case name, e.g. stack-three-blocks")
    title: Words = Field(description="A few words for lists")
    description: Words = Field(description="One or two sentences: what is in the scene and what has to be done")
    instruction: Words = Field(description="What the robot is told, naming colours and kinds of objects")
    relation: Words = Field(description="How the moved objects end up: put-into, put-on, stack, line-up, ...")
    objects: list[ProposedObject] = Field(min_length=1, max_length=20)
    steps: list[Words] = Field(
        default_factory=list, max_length=100, description="The instruction of each goal, in order"
    )
    why_new: Text = Field(default="", description="What the library does not have yet")
    skills: list[Text] = Field(default_factory=list, description="Skills that the task composes")

    @field_validator("name")
    @classmethod
    def _kebab_case(cls, value: str) -> str:
        name = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:60].strip("-")
        if not name:
            raise ValueError("the name has no letters or digits")
        return name


class CannotPropose(BaseModel):
    """Says that the goal cannot be practised in this world, instead of a proposal."""

    reason: Text = Field(description="What cannot be done, in one sentence")
    nearest: Text = Field(default="", description="The nearest goal that can be done")


class Candidate(BaseModel):
    """A task program."""

    code: Text = Field(description="The whole Python file: imports and one class derived from Task")
    references: list[Text] = Field(default_factory=list, description="Names of the library tasks it was written from")

    @field_validator("code")
    @classmethod
    def _without_fences(cls, value: str) -> str:
        """The program alone: models like to put it between Markdown fences, with words around them."""
        before, *fenced = re.split(r"^```.*\n?", value, flags=re.MULTILINE)
        if re.search(r"^class ", before, re.MULTILINE):  # the fences stand in the program, not around it
            return value
        return max(fenced[::2], key=lambda block: (bool(TASK_CLASS.search(block)), len(block)), default=value)


class Critique(BaseModel):
    """Whether a proved task is worth keeping."""

    keep: bool
    reason: Text = Field(description="Why, in one sentence")
