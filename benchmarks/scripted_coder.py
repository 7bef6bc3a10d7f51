"""A coder without a mind: it does to the letter what a diagnostic's hint says, and nothing else.

So what a hint is worth can be measured without a language model. These forms it can follow, at the diagnostic's line:

    did you mean 'x'?                          the first name that is offered takes the place of the given one
    replace `a` by `b` [in line 9], delete `a`  within the statement
    write `...`                                instead of the line
    delete this line, delete lines 3-5 and 9   whole lines
    add `...` before / after this line, after line 9, at the top
"""

from __future__ import annotations

import ast
import re

from sim.verdict import Diagnostic

CODE = r"`([^`]+)`"
LINES = r"\d+(?:-\d+)?"
FORMS = {
    "mean": re.compile(r"did you mean '([^']*)'"),
    "replace": re.compile(rf"replace {CODE} by {CODE}(?: in line (\d+))?"),
    "delete_lines": re.compile(rf"delete lines? ({LINES}(?:(?:, | and ){LINES})*)"),
    "delete_line": re.compile(r"delete this line"),
    "delete": re.compile(rf"delete {CODE}"),
    "write": re.compile(rf"write {CODE}"),
    "add": re.compile(rf"add {CODE} (?:(before|after) (?:this line|line (\d+))|at the top)"),
}


def follow(source: str, finding: Diagnostic) -> str | None:
    """The program after the hint was followed; None where the hint says nothing that could be done to the letter."""
    found = {form: match for form, pattern in FORMS.items() if (match := pattern.search(finding.hint))}
    for form, match in sorted(found.items(), key=lambda item: item[1].start()):
        if (mended := _done(source, finding, form, match)) is not None:
            return mended
    return None


def _done(source: str, finding: Diagnostic, form: str, match: re.Match[str]) -> str | None:
    lines = source.split("\n")
    if form == "delete_lines":
        return "\n".join(_without(lines, match[1]))
    if form == "add" and match[2] is None:
        return f"{match[1]}\n{source}"
    elsewhere = match[3] if form in ("add", "replace") else None
    line = int(elsewhere) if elsewhere else finding.line
    if line is None or not 0 < line <= len(lines):
        return None
    if form == "mean":
        return _replaced(source, line, str(finding.values.get("given", "")), match[1])
    if form in ("replace", "delete"):
        return _replaced(source, line, match[1], match[2] if form == "replace" else "")
    old = lines[line - 1]
    indent = old[: len(old) - len(old.lstrip())]
    if form == "delete_line":
        del lines[line - 1]
    elif form == "write":
        lines[line - 1] = indent + match[1]
    else:
        deeper = "    " if match[2] == "after" and old.rstrip().endswith(":") else ""
        lines.insert(line - (match[2] == "before"), indent + deeper + match[1])
    return "\n".join(lines)


def _without(lines: list[str], ranges: str) -> list[str]:
    gone: set[int] = set()
    for part in re.findall(LINES, ranges):
        first, _, last = part.partition("-")
        gone |= set(range(int(first), int(last or first) + 1))
    return [text for number, text in enumerate(lines, start=1) if number not in gone]


def _replaced(source: str, line: int, old: str, new: str) -> str | None:
    """The program with the first `old` of the statement, from this line on, replaced."""
    lines = source.split("\n")
    for number in range(line - 1, _last_line(source, line)):
        if old and old in lines[number]:
            lines[number] = lines[number].replace(old, new, 1)
            return "\n".join(lines)
    return None


def _last_line(source: str, line: int) -> int:
    """Where the innermost statement that spans this line ends."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return line
    spans = [
        (node.end_lineno - node.lineno, node.end_lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.end_lineno is not None and node.lineno <= line <= node.end_lineno
    ]
    return min(spans)[1] if spans else line
