from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import json
import re
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from memory_samples import PICTURES, LetterEmbedder, ball_on_zone_task, hanoi_task, put_task
from PIL import Image

from memory import TaskLibrary, TaskRecord
from memory.map import MapTask, map_page, map_tasks
from memory.projection import choose_projection, project
from memory.thumbnails import thumbnail, thumbnails
from sim.errors import EnvironmentBroken

HOSTILE = (
    """</script><script>alert(1)</script><img src=x onerror=alert(2)> {data} {script} <!-- & "it's" \u2028 \ud800 ]]>"""
)
RECORDS = [put_task(), hanoi_task(), ball_on_zone_task()]


class Page(HTMLParser):
    """What a browser makes of the page: elements with their attributes, and what the scripts and styles hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.held: dict[str, list[str]] = {"script": [], "style": []}
        self._open = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag
        if tag in self.held:
            self.held[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in self.held:
            self.held[self._open][-1] += data

    @property
    def data(self) -> dict[str, Any]:
        return dict(json.loads(self.held["script"][0]))


def task(name: str = "put-block", **others: Any) -> MapTask:
    told = {"title": "put block", "instruction": "put the block", "origin": "human", "family": "put blocks into"}
    return MapTask.model_validate({"name": name, **told, "place": (0.5, -0.5), **others})


def picture(size: tuple[int, int] = (640, 480), color: str = "green") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG")
    return file.getvalue()


def vectors_of(records: list[TaskRecord]) -> dict[str, Any]:
    """The vectors that a library has of these tasks."""
    with tempfile.TemporaryDirectory() as folder:
        library = TaskLibrary(Path(folder), LetterEmbedder())
        for record in records:
            library.add(record, PICTURES)
        return dict(library.vectors(records))


def drawn(records: list[TaskRecord], pictures: dict[int, str] | None = None) -> list[MapTask]:
    vectors = vectors_of(records)
    return map_tasks(records, vectors, view="mixture", projection="pca", pictures=pictures or {})


def test_every_task_is_on_the_page_with_its_words() -> None:
    page = Page(map_page(drawn(RECORDS), facts={"tasks": "3"}, notes=["a note"]))
    listed = {item["name"]: item for item in page.data["tasks"]}
    assert set(listed) == {record.name for record in RECORDS}
    for record in RECORDS:
        item = listed[record.name]
        assert (item["title"], item["instruction"], item["origin"]) == (record.title, record.instruction, record.origin)
    assert listed["towers-of-hanoi"]["family"] == "put disks on"
    assert page.data["facts"] == {"tasks": "3"}
    assert page.data["notes"] == ["a note"]


def test_hostile_texts_stay_text() -> None:
    hostile = task(name=HOSTILE, title=HOSTILE, instruction=HOSTILE, origin=HOSTILE, family=HOSTILE)
    page, harmless = Page(map_page([hostile], facts={})), Page(map_page([task()], facts={}))
    assert page.elements == harmless.elements
    assert page.held["script"][1:] == harmless.held["script"][1:]
    (item,) = page.data["tasks"]
    assert {item[key] for key in ("name", "title", "instruction", "origin", "family")} == {HOSTILE}


def test_the_script_makes_no_html_of_texts() -> None:
    script = Page(map_page([], facts={})).held["script"][1]
    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function", script)


def test_the_page_loads_nothing_and_its_policy_lets_only_its_own_script_run() -> None:
    text = map_page(drawn(RECORDS, {0: thumbnail(picture()) or ""}), facts={})
    page = Page(text)
    assert "://" not in text
    assert "@import" not in text
    assert "url(" not in text
    assert not [tag for tag, attributes in page.elements if {"src", "href"} & set(attributes) or tag == "link"]
    policy = next(attributes["content"] for _, attributes in page.elements if attributes.get("http-equiv")) or ""
    assert policy.startswith("default-src 'none'; img-src data:;")
    for directive, content in (("style-src", page.held["style"][0]), ("script-src", page.held["script"][1])):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert re.search(rf"{directive} '([^']+)'", policy)[1] == f"sha256-{digest}"  # type: ignore[index]


def test_the_same_tasks_give_the_same_bytes() -> None:
    first, second = (map_page(drawn(RECORDS), facts={}).encode() for _ in range(2))
    assert first == second


def test_a_library_of_none_and_of_one_has_a_page() -> None:
    assert Page(map_page(drawn([]), facts={})).data["tasks"] == []
    (item,) = Page(map_page(drawn(RECORDS[:1]), facts={})).data["tasks"]
    assert item["place"] == [0.0, 0.0]
    assert item["nearest"] == []


def test_long_texts_are_cut() -> None:
    (item,) = Page(map_page([task(instruction="word " * 10_000)], facts={})).data["tasks"]
    assert len(item["instruction"]) == 400
    assert item["instruction"].endswith("…")


def test_a_task_without_a_scene_is_not_on_the_map_of_scenes_and_the_others_keep_their_neighbours() -> None:
    records = [put_task(), hanoi_task().model_copy(update={"signature": None}), ball_on_zone_task()]
    vectors = vectors_of(records)
    seen = map_tasks(records, vectors, view="scene", projection="pca", pictures={0: "data:first", 2: "data:third"})
    assert [(item.name, item.picture, item.nearest) for item in seen] == [
        ("put-block-in-bowl", "data:first", (1,)),
        ("roll-ball-to-zone", "data:third", (0,)),
    ]


def test_a_task_and_its_copy_lie_at_one_place_and_are_each_others_nearest() -> None:
    copy = put_task().model_copy(update={"name": "copy"})
    first, _, _, last = drawn([*RECORDS, copy])
    assert first.place == last.place
    assert (first.nearest[0], last.nearest[0]) == (3, 0)


def test_places_fill_the_map_whatever_the_order_and_the_number_of_dimensions() -> None:
    random = np.random.default_rng(0)
    for shape in ((40, 6), (6, 40), (2, 5), (5, 1)):
        rows = random.normal(size=shape).astype(np.float32)
        places = project(rows, "pca")
        assert places.shape == (shape[0], 2)
        assert np.abs(places).max() == 1.0
        np.testing.assert_allclose(project(rows[::-1], "pca")[::-1], places, atol=2e-4)


def test_the_first_axis_is_the_one_on_which_tasks_differ_most() -> None:
    rows = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32) * [1, 9, 1, 3, 1]
    places = project(rows.astype(np.float32), "pca")
    assert abs(np.corrcoef(places[:, 0], rows[:, 1])[0, 1]) > 0.99
    assert abs(np.corrcoef(places[:, 1], rows[:, 3])[0, 1]) > 0.99


def test_umap_is_taken_where_it_is_installed_and_there_are_enough_tasks() -> None:
    there = importlib.util.find_spec("umap") is not None
    assert choose_projection("auto", 100) == ("umap" if there else "pca")
    assert choose_projection("auto", 5) == choose_projection("pca", 100) == "pca"


@pytest.mark.skipif(importlib.util.find_spec("umap") is not None, reason="umap-learn is installed")
def test_umap_that_is_not_installed_is_told_with_what_to_do() -> None:
    with pytest.raises(EnvironmentBroken) as raised:
        choose_projection("umap", 100)
    assert "pip install umap-learn" in raised.value.remedy


def test_umap_gives_the_same_places_twice() -> None:
    pytest.importorskip("umap")
    rows = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)
    np.testing.assert_array_equal(project(rows, "umap"), project(rows, "umap"))


def test_a_picture_becomes_a_small_jpeg_and_what_is_none_is_left_out() -> None:
    small = thumbnail(picture()) or ""
    head, content = small.split(",")
    assert head == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(content))) as image:
        assert (image.format, image.size) == ("JPEG", (320, 240))
    assert thumbnail(b"\x89PNG\r\n\x1a\n before") is None
    assert thumbnail(picture()[:200]) is None
    assert thumbnail(b"") is None


def test_pictures_stop_at_what_the_page_may_weigh_spread_over_all_tasks() -> None:
    weight = len(thumbnail(picture()) or "")
    made = thumbnails(100, lambda _: picture(), most_bytes=10 * weight)
    assert len(made) == 10
    assert max(np.diff(sorted(made))) <= 20
    assert sorted(thumbnails(5, lambda number: picture() if number != 3 else None)) == [0, 1, 2, 4]
    assert thumbnails(0, lambda _: picture()) == {}
