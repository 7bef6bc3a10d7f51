"""What each role answers: the schemas that models fill in by calling a tool of that name."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator


class ProposedObject(BaseModel):
    """One kind of object in a proposed scene."""

    asset: str = Field(description="Name in the asset catalogue, e.g. block/block.urdf")
    color: str = Field(default="", description="Colour name, empty for the asset's own colour")
    count: Annotated[int, Field(ge=1, le=20)] = 1
    role: Literal["moved", "target", "distractor"] = Field(description="What the object is there for")


class Proposal(BaseModel):
    """A new task that the robot should practise."""

    name: str = Field(description="Short kebab-case name, e.g. stack-three-blocks")
    title: str = Field(description="A few words for lists")
    description: str = Field(description="One or two sentences: what is in the scene and what has to be done")
    instruction: str = Field(description="What the robot is told, naming colours and kinds of objects")
    relation: str = Field(description="How the moved objects end up: put-into, put-on, stack, line-up, ...")
    objects: list[ProposedObject] = Field(min_length=1, max_length=20)
    steps: list[str] = Field(default_factory=list, description="The instruction of each goal, in order")
    why_new: str = Field(default="", description="What the library does not have yet")
    skills: list[str] = Field(default_factory=list, description="Skills that the task composes")

    @field_validator("name")
    @classmethod
    def _kebab_case(cls, value: str) -> str:
        name = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:60].strip("-")
        if not name:
            raise ValueError("the name has no letters or digits")
        return name


class CannotPropose(BaseModel):
    """Says that the goal cannot be practised in this world, instead of a proposal."""

    reason: str = Field(description="What cannot be done, in one sentence")
    nearest: str = Field(default="", description="The nearest goal that can be done")


class Candidate(BaseModel):
    """A task program."""

    code: str = Field(description="The whole Python file: imports and one class derived from Task")
    references: list[str] = Field(default_factory=list, description="Names of the library tasks it was written from")


class Critique(BaseModel):
    """Whether a proved task is worth keeping."""

    keep: bool
    reason: str = Field(description="Why, in one sentence")
