"""The map of the library: one HTML page that works without a network, with every task as a point.

Task texts come from models and strangers. They travel as JSON in which no character can end a script, the page shows
them as text and never as HTML, and its content policy lets nothing run or load but what this file put there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal

from memory.diversity import mixture, nearest_rows
from memory.novelty import View
from memory.projection import project
from memory.record import TaskRecord
from memory.scene_steps import family
from memory.weights import Weights
from sim.layout import Frozen

if TYPE_CHECKING:
    from memory.embedding import Vectors

Grouping = Literal["origin", "family"]
MapView = Literal["code", "language", "scene", "mixture"]

# What is drawn, and what reader's hands do to it: one script in the page.
SCRIPTS = ("map_draw.js", "map_hands.js")
# How many of the nearest tasks a task's card leads to.
NEAREST = 4

# Longer texts are cut, so that 10,000 tasks stay a page that opens.
TITLE_CHARACTERS = 120
INSTRUCTION_CHARACTERS = 400


class MapTask(Frozen):
    """One task on the map.

    Attributes:
        name: Its name in the library.
        title: A few words.
        instruction: What the robot is told.
        origin: Who made it.
        family: What kind of task it is.
        place: Where it lies, each coordinate in -1..1, the second one upwards.
        nearest: The numbers of the tasks nearest to it, nearest first.
        picture: A small picture as a data URI, None for none.
    """

    name: str
    title: str
    instruction: str
    origin: str
    family: str
    place: tuple[float, float]
    nearest: tuple[int, ...] = ()
    picture: str | None = None


def map_page(
    tasks: Sequence[MapTask], *, facts: Mapping[str, str], notes: Sequence[str] = (), color: Grouping = "family"
) -> str:
    """The page as text; the same tasks give the same page.

    Args:
        tasks: The tasks; `nearest` counts in this order.
        facts: What the page says of all tasks together, such as `{"effective tasks": "12.3"}`.
        notes: Sentences for the foot of the page: how it was laid out, what was left out.
        color: What colours tell at first.
    """
    data = {
        "tasks": [_task_data(task) for task in tasks],
        "facts": dict(facts),
        "notes": list(notes),
        "color": color,
    }
    style, script = _part("map.css"), "".join(_part(name) for name in SCRIPTS)
    page = _part("map.html")
    # The data come last: nothing is filled into what they hold.
    for mark, value in (
        ("{policy}", f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}"),
        ("{style}", style),
        ("{script}", script),
        ("{data}", inert_json(data)),
    ):
        before, after = page.split(mark)
        page = f"{before}{value}{after}"
    return page


def map_tasks(
    records: Sequence[TaskRecord],
    vectors: Mapping[View, Vectors],
    *,
    view: MapView,
    projection: Literal["umap", "pca"],
    pictures: Mapping[int, str],
) -> list[MapTask]:
    """Lay tasks out on the map.

    Args:
        records: The tasks.
        vectors: For each view one row a task, as `TaskLibrary.vectors` gives them.
        view: What brings tasks near to each other; only tasks that can be seen in it are on the map.
        projection: How the map is made flat.
        pictures: Small pictures by the tasks' numbers.
    """
    rows = mixture(vectors, Weights.load().task) if view == "mixture" else vectors[view]
    seen = [number for number in range(len(records)) if rows[number].any()]
    places = project(rows[seen], projection)
    nearest, _ = nearest_rows(rows[seen], NEAREST)
    return [
        MapTask(
            name=records[number].name,
            title=records[number].title,
            instruction=records[number].instruction,
            origin=records[number].origin,
            family=family(records[number].signature),
            place=(float(place[0]), float(place[1])),
            nearest=tuple(int(other) for other in others),
            picture=pictures.get(number),
        )
        for number, place, others in zip(seen, places, nearest, strict=True)
    ]


def inert_json(value: Any) -> str:
    """JSON that can stand in a script element: no character in it can end the element or open another."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _task_data(task: MapTask) -> dict[str, Any]:
    return {
        "name": task.name,
        "title": _cut(task.title, TITLE_CHARACTERS),
        "instruction": _cut(task.instruction, INSTRUCTION_CHARACTERS),
        "origin": _cut(task.origin, TITLE_CHARACTERS),
        "family": task.family,
        "place": task.place,
        "nearest": task.nearest,
        "picture": task.picture,
    }


def _cut(text: str, characters: int) -> str:
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def _part(name: str) -> str:
    return resources.files("memory").joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """What a content policy calls an element with this content."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
