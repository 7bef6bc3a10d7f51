"""The base tasks of the novelty benchmark: which there are, which are relatives, and which are the same by definition.

Truly new means another relation, other kinds of objects, or another number or order of goal steps. What is the same is
put down by hand in `novelty_bank.json`; of the composer's structures (`novelty_composed.json`) those count as one task
that have relation, kinds and number of goals in common.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.tasks import human_sources

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Base:
    """A base task.

    Attributes:
        name: Its name in the bank.
        source: Its program.
        family: Its near relatives, with which it is in one half.
        title: A title and a description, which nobody wrote for tasks that are files: then the docstring serves.
    """

    name: str
    source: str
    family: str
    title: str = ""

    @property
    def half(self) -> str:
        """`calibration` or `held-out`, by the hash of the family."""
        return half_of(self.family)


def half_of(family: str) -> str:
    """The half that a family is in; fixed by its name."""
    return ("calibration", "held-out")[hashlib.sha256(family.encode()).digest()[0] % 2]


@functools.cache
def labels() -> dict[str, Any]:
    """What was put down by hand."""
    record: dict[str, Any] = json.loads((HERE / "novelty_bank.json").read_text(encoding="utf-8"))
    return record


@functools.cache
def bank() -> dict[str, Base]:
    """Every base task by its name."""
    families = {name: family for family, names in labels()["families"].items() for name in names}
    files = {
        path.stem.replace("_", "-"): path.read_text(encoding="utf-8")
        for path in sorted((HERE / "tasks").glob("*.py"))
        if path.stem != "__init__"
    }
    found = {
        name: Base(name, source, families[name])
        for name, source in {**human_sources(), **files}.items()
        if name in families
    }
    return found | _composed()


def unlisted() -> list[str]:
    """The tasks for which no family was put down, which are left out."""
    known = {name for names in labels()["families"].values() for name in names}
    named = {path.stem.replace("_", "-") for path in (HERE / "tasks").glob("*.py") if path.stem != "__init__"}
    return sorted((named | set(human_sources())) - known)


def same_as(name: str) -> frozenset[str]:
    """The tasks that are this one by definition, itself left out."""
    groups = [set(group["tasks"]) for group in labels()["same_by_definition"]]
    return frozenset().union(*(group for group in groups if name in group)) - {name}


def _composed() -> dict[str, Base]:
    """The composer's programs as they were when the thresholds were calibrated: its grammar has grown, the bank not."""
    record: dict[str, Any] = json.loads((HERE / "novelty_composed.json").read_text(encoding="utf-8"))
    return {name: Base(name, item["source"], item["family"], item["title"]) for name, item in record.items()}
