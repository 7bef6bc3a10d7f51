"""Reading a program, and what mends a text that is not Python: prose around it, or one sign that is missing."""

from __future__ import annotations

import ast
import threading
import warnings

FENCE = "```"
MISSING = (":", ")", "]", "}", "),", ",", '"', "'", '")')  # what, at the end of a line, may make it whole
MAX_BYTES = 16_000  # of a text in which signs are tried
_LOCK = threading.Lock()


def syntax_tree(source: str) -> ast.Module:
    """The syntax tree of a program; threads take turns.

    CPython 3.11 counts the depth of the tree that it makes once for all threads, and raises SystemError when two of
    them make one at the same time (python/cpython issue 106905).

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: It is none, or nested too deeply.
    """
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python thinks of the candidate's style is not the user's business
        return ast.parse(source)


def mended(source: str, line: int | None, message: str) -> tuple[int | None, str, str]:
    """The line, the message and the hint for a text with a syntax error at a line."""
    lines = source.split("\n")
    fences = [number for number, text in enumerate(lines, start=1) if text.strip().startswith(FENCE)]
    if fences:
        outside = _outside(len(lines), fences)
        hint = f"send the program only: delete lines {outside}" if outside else "send the program only"
        return line, f"{message}: a markdown fence stands at line {fences[0]}", hint
    if line is None or len(source) > MAX_BYTES:
        return line, message, "mend the syntax"
    for number in (line, line - 1):
        text = lines[number - 1].rstrip() if 0 < number <= len(lines) else ""
        for sign in MISSING:
            if text and _is_python([*lines[: number - 1], text + sign, *lines[number:]]):
                return number, message, f"write `{text.strip()}{sign}`"
    return line, message, "mend the syntax"


def _outside(count: int, fences: list[int]) -> str:
    """The lines that are not between the first two fences: `1-3 and 40-42`."""
    first, *others = fences
    parts = [(1, first), (others[0], count)] if others else [(1, first)]
    return " and ".join(f"{start}-{end}" if end > start else str(start) for start, end in parts)


def _is_python(lines: list[str]) -> bool:
    try:
        syntax_tree("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
