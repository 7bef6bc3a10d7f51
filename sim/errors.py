"""The errors of the product: each says what is wrong and what to do about it.

Only the front door (`app/`) turns them into a line on the terminal and an exit code. A bug is any other exception, and
leaves with its traceback.
"""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

LISTED = 12  # names in a hint
NEAR = 0.75  # of two names' letters: nearer ones are the same name, misspelt


class SimsmithError(Exception):
    """Something a person can mend.

    Args:
        message: What is wrong, and where, in one line.
        remedy: What to do about it, in one line.
    """

    exit_code = 2

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} ({self.remedy})" if self.remedy else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _as_it_was, (type(self), self.args), self.__dict__  # it travels from worker processes


def _as_it_was(kind: type[SimsmithError], arguments: tuple[Any, ...]) -> SimsmithError:
    return kind.__new__(kind, *arguments)


class UsageError(SimsmithError):
    """The command, the name or the file given is wrong (exit code 2)."""


class EnvironmentBroken(SimsmithError):
    """The machine, the home or the model server cannot serve (exit code 3)."""

    exit_code = 3


class FileDamaged(SimsmithError):
    """A file does not hold what was written into it (exit code 3)."""

    exit_code = 3


class Stopped(SimsmithError):
    """A person stopped long work with Ctrl-C; what was done stays (exit code 130)."""

    exit_code = 130


class TaskError(SimsmithError):
    """A task program breaks the task interface; becomes a diagnostic that the coder can act on.

    Args:
        code: The diagnostic's code in the catalogue (`sim/diagnostics.json`).
        message: What is wrong, with the values of the case.
        remedy: How it is mended.
        values: The values of the case, JSON-serialisable.
    """

    def __init__(self, code: str, message: str, remedy: str = "", **values: Any) -> None:
        super().__init__(message, remedy)
        self.code = code
        self.values = values


@contextlib.contextmanager
def about(argument: str) -> Iterator[None]:
    """Notes of a task's error which argument of the call it is about, in `values["argument"]`."""
    try:
        yield
    except TaskError as error:
        error.values.setdefault("argument", argument)
        raise


def nearest_names(given: str, valid: Iterable[str], count: int = 3) -> list[str]:
    """The valid names nearest to `given`, best first; empty when nothing is near."""
    names = sorted(set(valid))
    found = difflib.get_close_matches(given, names, n=count, cutoff=0.5)
    if found:
        ratios = [difflib.SequenceMatcher(None, name, given).ratio() for name in found]
        found = [name for name, ratio in zip(found, ratios, strict=True) if ratio >= ratios[0] - 0.1]
    else:
        tail = given.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()
        found = [name for name in names if tail and tail in name.lower()][:count]
    return found


def did_you_mean(given: str, valid: Iterable[str], alike: Mapping[str, str] | None = None) -> str:
    """A hint in words: the nearest valid names, or, when nothing is near, what there is (at most a dozen).

    Args:
        given: The name that does not exist.
        valid: The names that do.
        alike: What is meant by names that are far from it in letters.
    """
    names = sorted(set(valid))
    near, meant = nearest_names(given, names), (alike or {}).get(given) or (alike or {}).get(given.lower())
    if meant in names and (not near or difflib.SequenceMatcher(None, near[0], given).ratio() < NEAR):
        near = [meant]
    if near:
        return "did you mean " + " or ".join(repr(name) for name in near) + "?"
    rest = f", ... ({len(names)} in all)" if len(names) > LISTED else ""
    return "valid names: " + ", ".join(names[:LISTED]) + rest
