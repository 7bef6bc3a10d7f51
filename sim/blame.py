"""Where in a candidate a finding points: at the very argument of the call, with what to write there instead.

A finding comes with a line, or with the number of the object or goal that it is about, for which the candidate's
process has noted the line. The rest is read from the program's text here, on our side of the sandbox.
"""

from __future__ import annotations

import ast

from sim.edits import edit
from sim.layout import Layout
from sim.lines import Lines
from sim.listing import Listing, Place, listing
from sim.program import last_name
from sim.verdict import Diagnostic, source_line

# What a finding is about, when it does not say so itself: an object or a goal, and which argument of its call.
BLAMED: dict[str, tuple[str, str]] = {
    **dict.fromkeys(["outside", "overlap", "unstable", "hidden-object", "unpickable"], ("object", "pose")),
    **dict.fromkeys(["already-reached", "goal-already-reached", "reached-by-nothing"], ("object", "pose")),
    **dict.fromkeys(
        ["floating-target", "target-outside", "target-outside-zone", "target-in-object"], ("goal", "targ_poses")
    ),
    **dict.fromkeys(["goals-cancel", "goals-collide", "goals-interchangeable"], ("goal", "targ_poses")),
    **dict.fromkeys(["instruction-mismatch", "instruction-about-another"], ("goal", "language_goal")),
    **dict.fromkeys(["not-instructed", "wrong-relation", "wrong-count"], ("goal", "language_goal")),
    "lookalikes": ("goal", "objs"),
    "malformed-goal": ("object", "category"),
    "reward-shares": ("goal", "step_max_reward"),
}
ATTRIBUTES = ("max_steps", "pos_eps", "rot_eps")  # of the class, not arguments of a call


def pointed(finding: Diagnostic, source: str, lines: Lines | None = None, layout: Layout | None = None) -> Diagnostic:
    """The finding, at the line of the candidate that it is about, and with the change that mends it where one does.

    Args:
        finding: What was found.
        source: The candidate.
        lines: Where its objects and goals were added, for a finding about one of them.
        layout: What came of it.
    """
    about, argument = BLAMED.get(finding.code, ("goal", ""))
    line = finding.line or (lines.of(finding.values, about) if lines else None)
    program = listing(source)
    if program is None:
        return finding.model_copy(update={"line": line, "source": source_line(source, line)})
    place = _place(program, str(finding.values.get("argument", argument)), line)
    if place is None and finding.code == "no-goals":
        place = _unadded(program)
        line = place.line if place else _reset(program)
    line = place.line if place else _loop(program, finding, line)
    finding = finding.model_copy(update={"line": line})
    if change := edit(program, finding, place, layout):
        finding = finding.model_copy(update={"hint": f"{finding.hint}: {change}" if finding.hint else change})
    return finding.model_copy(update={"source": source_line(source, line)})


def _place(program: Listing, argument: str, line: int | None) -> Place | None:
    if not argument:
        return None
    if line is None or argument in ATTRIBUTES:
        return program.attribute(argument)
    return program.argument(line, argument)


def _unadded(program: Listing) -> Place | None:
    """A call of something else with the arguments of `add_goal`."""
    for call in (node for node in program.nodes if isinstance(node, ast.Call)):
        if last_name(call.func) != "add_goal" and {"objs", "targ_poses"} <= {keyword.arg for keyword in call.keywords}:
            return Place(call)
    return None


def _reset(program: Listing) -> int | None:
    """The line at which `reset`, the last one of the file, is left early, or else begins."""
    resets = [node for node in program.nodes if isinstance(node, ast.FunctionDef) and node.name == "reset"]
    if not resets:
        return None
    last = max(resets, key=lambda node: node.lineno)
    left = [node.lineno for node in ast.walk(last) if isinstance(node, ast.Return)]
    return min(left, default=last.lineno)


def _loop(program: Listing, finding: Diagnostic, line: int | None) -> int | None:
    """The loop that a program did not leave, for a finding that it took too long."""
    if finding.code != "time-limit" or line is None:
        return line
    loops = [node.lineno for node in program.nodes if isinstance(node, ast.While) and _spans(node, line)]
    return max(loops, default=line)


def _spans(node: ast.stmt, line: int) -> bool:
    return node.lineno <= line <= (node.end_lineno or node.lineno)
