"""What each role answers: the schemas that models fill in by calling a tool of that name."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, field_validator, model_validator

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # but for tabs and line breaks


def readable(value: Any) -> Any:
    """A value with its texts as UTF-8 and a terminal can take them.

    A model's JSON can carry half a character (a lone surrogate), and characters that control a terminal.
    """
    if isinstance(value, str):
        return CONTROL.sub("", value.encode("utf-8", "replace").decode())
    if isinstance(value, dict):
        return {readable(key): readable(item) for key, item in value.items()}
    return [readable(item) for item in value] if isinstance(value, list) else value


def extent(value: Any) -> Any:
    """A size as text: models give it in words, as a number, or as a list of numbers."""
    if isinstance(value, (list, tuple)):
        return " x ".join(str(item) for item in value)
    return str(value) if isinstance(value, (int, float)) else value or ""


TASK_CLASS = re.compile(r"^class \w+\(.*Task\w*\)", re.MULTILINE)
Text = Annotated[str, BeforeValidator(readable)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), BeforeValidator(readable)
]


class ProposedObject(BaseModel):
    """One kind of object in a proposed scene."""

    asset: Words = Field(description="Name in the asset catalogue, e.g. block/block.urdf")
    color: Text = Field(default="", max_length=40, description="Colour name, empty for the asset's own colour")
    size: Annotated[Text, BeforeValidator(extent)] = Field(
        default="", max_length=60, description="Size in metres, e.g. 0.1 x 0.1 x 0.05; empty for the asset's own size"
    )
    form: Text = Field(default="", max_length=40, description="Which form, of a kitting shape: star, heart, ...")
    count: Annotated[int, Field(ge=1, le=60)] = 1
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
    why_new: Text = Field(default="", description="What it teaches that the nearest library tasks do not")
    skills: list[Text] = Field(default_factory=list, description="Skills that the task composes, a few words each")

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


class PlanStep(BaseModel):
    """One task of a curriculum."""

    goal: Words = Field(description="What is to be practised, in a sentence such as: stack two blocks on the stand")
    why: Text = Field(default="", description="What it is practised for, in a few words")
    builds_on: list[Annotated[int, Field(ge=1)]] = Field(
        default_factory=list, max_length=50, description="Numbers of the earlier steps, from 1, that it is built on"
    )


class Plan(BaseModel):
    """A curriculum towards a goal: simple helper tasks first, the last one the goal itself."""

    steps: list[PlanStep] = Field(min_length=1, max_length=50, description="In the order in which they are practised")

    @model_validator(mode="after")
    def _in_order(self) -> Plan:
        for number, step in enumerate(self.steps, start=1):
            if later := [other for other in step.builds_on if other >= number]:
                raise ValueError(f"step {number} cannot build on step {later[0]}: only on steps before it")
        return self


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

    instruction_matches_goals: bool = Field(description="Whether the instructions say exactly what the goals do")
    picture_matches: bool | None = Field(
        default=None, description="Whether the pictures show what the instruction says; null if you see no pictures"
    )
    worth_learning: bool = Field(description="Whether it teaches something that the nearest tasks do not")
    reason: Text = Field(description="Why, in one sentence")
    keep: bool = Field(description="True only if all that is asked above is true")


ANSWERS = (Plan, Proposal, CannotPropose, Candidate, Critique)  # those that checkpoints hold
