"""A verdict: what verification says of a candidate. Data, never an opinion; every finding can be acted on."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any, Literal

from pydantic import Field

from sim.layout import Frozen, Signature

Severity = Literal["error", "warning"]
STAGES = ("parse", "screen", "build", "solve", "hold")


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


class StageResult(Frozen):
    """How one stage went."""

    name: str
    ok: bool
    seconds: float


class GoalResult(Frozen):
    """How one goal of an episode went: reached or not, and if not, why, in words."""

    instruction: str
    reached: bool
    reason: str = ""


class EpisodeResult(Frozen):
    """One oracle episode: reward 0..1, actions taken, and each goal."""

    seed: int
    reward: float
    steps: int
    success: bool
    goals: tuple[GoalResult, ...] = ()


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
        accepted: Whether all stages were passed.
        stage: The last stage reached.
        seconds: Wall time of all stages.
        stages: Each stage that ran.
        seeds: Seeds run and passed.
        diagnostics: Every finding.
        episodes: Every oracle episode.
        pictures: Paths of the pictures, e.g. `{"before": ..., "after": ...}`.
        isolation: The layers of isolation that were active.
        instructions: The instructions of the first seed's goals.
        assets: The assets of the first seed's objects.
        signature: The scene view of the first seed, None when no layout was made.
    """

    file: str = ""
    task: str = ""
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
