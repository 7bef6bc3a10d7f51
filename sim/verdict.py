"""A verdict: what verification says of a candidate. Data, never an opinion; every finding can be acted on."""

from __future__ import annotations

import functools
import itertools
import json
import math
import re
from importlib import resources
from typing import Any, Literal

from pydantic import Field, field_validator

from sim.layout import Frozen, Layout, Rules
from sim.signature import Signature

Severity = Literal["error", "warning"]
MOST_VALUES = 40  # of a finding; as many numbers has a list among them
MAX_TEXT = 1000  # characters of a message
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what a terminal obeys instead of showing it
STAGES = ("parse", "screen", "build", "ground", "solve", "hold")
WAITING = "waiting"  # in the place of a code: the turn of this goal did not come


class Diagnostic(Frozen):
    """One finding.

    Attributes:
        code: Its code in the catalogue (`sim/diagnostics.json`).
        stage: The stage that found it.
        severity: `error` rejects, `warning` does not.
        line: The candidate's line it is about (1-based), None where no line is to blame.
        source: That line of the candidate, stripped.
        message: What is wrong, with the values of the case.
        hint: How it is mended.
        values: The values of the case.
    """

    code: str
    stage: str
    severity: Severity = "error"
    line: int | None = None
    source: str = ""
    message: str
    hint: str = ""
    values: dict[str, Any] = Field(default_factory=dict)

    @field_validator("source", "message", "hint", mode="before")
    @classmethod
    def _readable(cls, text: Any) -> Any:
        return _plain(text, MAX_TEXT) if isinstance(text, str) else text

    @field_validator("values", mode="before")
    @classmethod
    def _json_values(cls, values: Any) -> Any:
        # A candidate's own objects come by here: what no JSON file can hold becomes text.
        if not isinstance(values, dict):
            return values
        return {
            str(_plain(str(key), 40)): _plain(value) for key, value in itertools.islice(values.items(), MOST_VALUES)
        }


def found(layout: Layout, code: str, message: str, hint: str = "", **values: Any) -> Diagnostic:
    """A finding about a layout; its stage and severity, and the hint where none is given, are the catalogue's.

    Args:
        layout: The layout; its seed becomes a value.
        code: The code.
        message: What is wrong, with the values of the case.
        hint: What the coder may change.
        **values: The values of the case: `object` is a handle, `goal` a number (from 1).
    """
    entry = diagnostics_catalogue()[code]
    severity: Severity = "warning" if entry["severity"] == "warning" else "error"
    values = {"seed": layout.seed, **values}
    return Diagnostic(
        code=code, stage=entry["stage"], severity=severity, message=message, hint=hint or entry["mend"], values=values
    )


def _plain(value: Any, longest: int = 200) -> Any:
    """Numbers, and lists of them, as they are; anything else as text that can be written in UTF-8 and shown."""
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, (list, tuple)) and all(type(item) in (bool, int) for item in value):
        return list(value[:MOST_VALUES])
    return CONTROL.sub("\ufffd", str(value)[:longest]).encode("utf-8", "replace").decode()


def source_line(source: str, line: int | None) -> str:
    """The line (1-based, as Python counts: form feeds and the like end no line) of a program, stripped; or nothing."""
    lines = re.split(r"\r\n|\r|\n", source) if line else []
    return str(_plain(lines[line - 1].strip())) if line and 0 < line <= len(lines) else ""


class StageResult(Frozen):
    """How one stage went."""

    name: str
    ok: bool
    seconds: float


class GoalResult(Frozen):
    """How one goal of an episode went.

    Attributes:
        instruction: What the robot was told.
        reached: Whether it was reached and held to the end.
        reason: Why not, in words.
        code: Code of the diagnostic that says so; `waiting` when its turn did not come, empty when it was reached.
        hint: What the coder may change.
        values: The object it is about, and the numbers of the case (mm, degrees).
    """

    instruction: str
    reached: bool
    reason: str = ""
    code: str = ""
    hint: str = ""
    values: dict[str, Any] = Field(default_factory=dict)


class EpisodeResult(Frozen):
    """One oracle episode: reward 0..1, actions taken, and each goal."""

    seed: int
    reward: float
    steps: int
    success: bool
    goals: tuple[GoalResult, ...] = ()

    @property
    def proves(self) -> bool:
        """Whether it shows that the task can be done: by doing something, not by doing nothing."""
        return self.success and self.steps > 0


class SeedSummary(Frozen):
    """Seeds run and passed, the rate, and the lower end of its 95 % Wilson interval."""

    run: int = 0
    passed: int = 0
    rate: float = 0.0
    wilson_low: float = 0.0


class Verdict(Frozen):
    """What verification says of a candidate.

    Attributes:
        file: The file it was read from, empty for source text.
        task: Name of the task (kebab-case of its class), empty when it could not be read.
        rules: The rules that it was judged by.
        accepted: Whether all stages were passed.
        stage: The last stage reached.
        seconds: Wall time of all stages.
        stages: Each stage that ran.
        seeds: Seeds run and passed.
        diagnostics: Every finding.
        episodes: Every oracle episode.
        pictures: Paths of the pictures: `before` and `after`, and `failure` when it was rejected.
        isolation: The layers of isolation that were active.
        instructions: The instructions of the first seed's goals.
        assets: The assets of the first seed's objects.
        signature: The scene view: of all verified episodes when it was accepted, else of the first seed; None when no
            layout was made.
    """

    file: str = ""
    task: str = ""
    rules: Rules = "strict"
    accepted: bool = False
    stage: str = "parse"
    seconds: float = 0.0
    stages: tuple[StageResult, ...] = ()
    seeds: SeedSummary = SeedSummary()
    diagnostics: tuple[Diagnostic, ...] = ()
    episodes: tuple[EpisodeResult, ...] = ()
    pictures: dict[str, str] = Field(default_factory=dict)
    isolation: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    signature: Signature | None = None

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that reject."""
        return tuple(item for item in self.diagnostics if item.severity == "error")


@functools.cache
def diagnostics_catalogue() -> dict[str, dict[str, str]]:
    """Every code: its stage, severity, what it means and how it is mended."""
    text = resources.files("sim").joinpath("diagnostics.json").read_text(encoding="utf-8")
    catalogue: dict[str, dict[str, str]] = json.loads(text)
    return catalogue
