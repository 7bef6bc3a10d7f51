"""The sandbox: source text in, layouts or diagnostics out; never a live object.

The candidate's process lays out, another process judges. What the layers stop and what they do not stop is written in
`docs/security.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import ValidationError

from sim.blame import pointed
from sim.builder import validate
from sim.errors import EnvironmentBroken, TaskError
from sim.isolation import CORE, KERNEL_LAYERS, REMEDIES, Limits
from sim.layout import Frozen, Layout, Rules
from sim.lines import Lines
from sim.process import ChildFailure, WarmServer, warm_server
from sim.screen import parse
from sim.verdict import Diagnostic, EpisodeResult, diagnostics_catalogue

__all__ = ["LaidOut", "Limits", "Sandbox"]

JUDGE_LIMITS = Limits(
    wall_seconds=300.0,
    cpu_seconds=300,
    memory_bytes=8 << 30,
    file_bytes=16 << 20,
    open_files=256,
    answer_bytes=32 << 20,
)


MOST_WARNINGS = 20


@dataclass(frozen=True)
class LaidOut:
    """What laying out a candidate gave: a layout for each seed, or the findings that stopped it.

    Attributes:
        layouts: One a seed.
        diagnostics: Findings; warnings only, when there are layouts.
        lines: For each layout the candidate's lines at which its objects and goals were added.
    """

    layouts: tuple[Layout, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    lines: tuple[Lines, ...] = ()


Picture = Literal["before", "after", "failure"]


class Judged(Frozen):
    """What judging gave.

    Attributes:
        findings: What is wrong with the layouts, or loose.
        episodes: What the oracle did, seed by seed.
        seconds: Wall time of the stages.
        pictures: PNG files in base64.
    """

    findings: tuple[Diagnostic, ...]
    episodes: tuple[EpisodeResult, ...]
    seconds: dict[Literal["build", "ground", "solve"], float]
    pictures: dict[Picture, str]


@dataclass(frozen=True)
class Sandbox:
    """Runs candidate code and judges its layouts, each in a process of its own.

    Attributes:
        limits: What the candidate's process may use.
        judge_limits: What the judging process may use.
        layers: The kernel layers to use where the system has them.
        require_isolation: Whether to refuse to run anything where the kernel does not keep candidates from files,
            network and processes.
    """

    limits: Limits = field(default_factory=Limits)
    judge_limits: Limits = JUDGE_LIMITS
    layers: tuple[str, ...] = KERNEL_LAYERS
    require_isolation: bool = False

    @property
    def server(self) -> WarmServer:
        """The server that both processes are forked from; a process has one.

        Raises:
            EnvironmentBroken: It cannot be started, or isolation is required and not to be had.
        """
        server = warm_server(self.layers)
        for layer in CORE if self.require_isolation else ():
            if layer not in server.isolation:
                reason = server.missing.get(layer, "it was not asked for")
                raise EnvironmentBroken(f"isolation is required, but there is no {layer}: {reason}", REMEDIES[layer])
        return server

    def start(self) -> None:
        """Starts the server, which the first candidate would start otherwise; raises as `server` does."""
        self.server.start()

    @property
    def isolation(self) -> tuple[str, ...]:
        """The layers of isolation that are active."""
        return self.server.isolation

    @property
    def missing(self) -> dict[str, str]:
        """Why each kernel layer that is not active is not there, and what brings it."""
        return {layer: f"{reason}; {REMEDIES[layer]}" for layer, reason in self.server.missing.items()}

    def layout(self, source: str, seed: int) -> Layout | tuple[Diagnostic, ...]:
        """The layout that a task program gives for one seed, or the findings that stopped it."""
        laid_out = self.layouts(source, [seed])
        return laid_out.layouts[0] if laid_out.layouts else laid_out.diagnostics

    def layouts(self, source: str, seeds: Sequence[int], rules: Rules = "strict") -> LaidOut:
        """The layouts that a task program gives for these seeds; stops at the first seed that gives none.

        Under Ravens' rules some of what would stop it is a warning.
        """
        parsed = parse(source)
        if isinstance(parsed, Diagnostic):
            return LaidOut(diagnostics=(parsed,))
        # The first seed twice: one seed has to give one episode.
        request = {
            "source": source,
            "task_class": parsed[1].name,
            "seeds": [*seeds, *seeds[:1]],
            "rules": rules,
            "seconds": min(self.limits.wall_seconds, self.limits.cpu_seconds),
        }
        answer = self.server.run("sim.candidate_process", request, self.limits)
        if isinstance(answer, ChildFailure):
            return LaidOut(diagnostics=(_failure(answer),))
        laid_out = _read(answer, source, [*seeds, *seeds[:1]])
        if laid_out.layouts and laid_out.layouts[0] != laid_out.layouts[-1]:
            message = f"seed {seeds[0]} gives another layout each time"
            return LaidOut(diagnostics=(_failure(ChildFailure("not-deterministic", message)),))
        return replace(laid_out, layouts=laid_out.layouts[: len(seeds)], lines=laid_out.lines[: len(seeds)])

    def judge(
        self, layouts: Sequence[Layout], *, needed: int, pictures: bool, rules: Rules = "strict"
    ) -> Judged | ChildFailure:
        """Builds every layout, then lets the oracle act on each, in a process that never saw the candidate's code.

        Args:
            layouts: One a seed.
            needed: How many have to succeed; the judge stops when that is out of reach.
            pictures: Whether pictures before and after are wanted (of the first seed).
            rules: What counts as success, and what is wrong with a layout rather than loose.
        """
        request = {
            "layouts": [item.model_dump() for item in layouts],
            "needed": needed,
            "pictures": pictures,
            "rules": rules,
        }
        answer = self.server.run("sim.judge_process", request, self.judge_limits)
        if isinstance(answer, ChildFailure):
            return answer
        try:
            return Judged.model_validate(answer)
        except ValidationError as error:  # Bullet is native code: a layout may break it
            return ChildFailure("crashed", f"its answer is malformed: {error}"[:300])


def _failure(failure: ChildFailure) -> Diagnostic:
    return Diagnostic(
        code=failure.code,
        stage="build",
        message=f"laying out: {failure.message}",
        hint=diagnostics_catalogue()[failure.code]["mend"],
    )


def _finding(finding: dict[str, Any], source: str, seed: int) -> Diagnostic:
    """What stopped the candidate at a seed, with its source line; a code that is not of the catalogue is its own."""
    item = Diagnostic(stage="build", **finding)
    code = item.code if item.code in diagnostics_catalogue() else "raised"
    return pointed(item.model_copy(update={"code": code, "values": item.values | {"seed": seed}}), source)


def _read(answer: dict[str, Any], source: str, seeds: Sequence[int]) -> LaidOut:
    """Checks what the candidate's process wrote: its word is not trusted."""
    layouts: list[Layout] = []
    lines: list[Lines] = []
    warnings: dict[str, Diagnostic] = {}
    try:
        for outcome, seed in zip(answer["outcomes"], seeds, strict=False):
            if "finding" in outcome:
                return LaidOut(diagnostics=(_finding(outcome["finding"], source, seed),))
            layout = Layout.model_validate(outcome["layout"]).model_copy(update={"seed": seed})
            validate(layout)
            layouts.append(layout)
            lines.append(Lines.model_validate(outcome["lines"]))
            for item in outcome["warnings"][:MOST_WARNINGS]:
                warning = Diagnostic.model_validate(item)
                if warning.code in diagnostics_catalogue() and len(warnings) < MOST_WARNINGS:
                    warnings[warning.message] = warning.model_copy(update={"severity": "warning", "stage": "build"})
    except TaskError as error:
        finding = {"code": error.code, "message": error.message, "hint": error.remedy, "values": error.values}
        return LaidOut(diagnostics=(_finding(finding, source, seed),))
    except (KeyError, TypeError, ValidationError) as error:
        return LaidOut(diagnostics=(_failure(ChildFailure("crashed", f"its answer is malformed: {error}"[:300])),))
    if len(layouts) != len(seeds):
        return LaidOut(diagnostics=(_failure(ChildFailure("crashed", "its answer is not complete")),))
    return LaidOut(tuple(layouts), tuple(warnings.values()), tuple(lines))
