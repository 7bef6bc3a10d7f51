"""Where in a candidate a finding points: at the very argument of the call, with what to write there instead.

A finding comes with a line, or with the number of the object or goal that it is about, for which the candidate's
process has noted the line. The rest is read from the program's text here, on our side of the sandbox.
"""

from __future__ import annotations

import ast
from typing import Any

from sim.edits import edit
from sim.lines import Lines
from sim.listing import Listing, Place, listing
from sim.verdict import Diagnostic, source_line

# The argument that a finding about an object, or about a goal, is about when it does not say so itself.
OF_OBJECT = {"outside": "pose", "overlap": "pose", "unstable": "pose", "malformed-goal": "category"}
OF_GOAL = {
    "already-reached": "targ_poses",
    "floating-target": "targ_poses",
    "outside": "targ_poses",
    "instruction-mismatch": "language_goal",
    "reward-shares": "step_max_reward",
}


def pointed(finding: Diagnostic, source: str, lines: Lines | None = None) -> Diagnostic:
    """The finding, at the line of the candidate that it is about, and with the change that mends it where one does."""
    line = finding.line or (lines.of(finding.values) if lines else None)
    program = listing(source)
    if program is None:
        return finding.model_copy(update={"line": line, "source": source_line(source, line)})
    place = _place(program, finding, line)
    line = place.line if place else _loop(program, finding, line)
    finding = finding.model_copy(update={"line": line})
    if change := edit(program, finding, place):
        finding = finding.model_copy(update={"hint": f"{finding.hint}: {change}" if finding.hint else change})
    return finding.model_copy(update={"source": source_line(source, line)})


def _place(program: Listing, finding: Diagnostic, line: int | None) -> Place | None:
    values = finding.values
    defaults: dict[str, Any] = OF_OBJECT if "object" in values else OF_GOAL if "goal" in values else {}
    argument = str(values.get("argument") or defaults.get(finding.code, ""))
    if not argument:
        return None
    if line is None:
        return program.attribute(argument)
    return program.argument(line, argument)


def _loop(program: Listing, finding: Diagnostic, line: int | None) -> int | None:
    """The loop that a program did not leave, for a finding that it took too long."""
    if finding.code != "time-limit" or line is None:
        return line
    loops = [node.lineno for node in program.nodes if isinstance(node, ast.While) and _spans(node, line)]
    return max(loops, default=line)


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
