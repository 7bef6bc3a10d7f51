"""The tools as a model meets them: schemas from docstrings, answers in JSON, and a commit that proves again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from memory import MiniLM, TaskLibrary, TaskRecord
from sim.layout import Layout
from sim.sandbox import Sandbox
from sim.tasks import human_sources
from tools import Toolbox
from tools.commit import NotProved, commit, commit_file
from tools.seeds import missing_seeds, plant_seeds

PUBLISHED = Path(__file__).resolve().parents[1] / "sim" / "published"
SOURCE = human_sources()["align-box-corner"]
FLOATING = SOURCE.replace("targ_poses=[mark_pose]", "targ_poses=[((*mark_pose[0][:2], 0.2), mark_pose[1])]")


@pytest.fixture
def library(tmp_path: Path, minilm: MiniLM) -> TaskLibrary:
    return TaskLibrary(tmp_path / "home", minilm)


@pytest.fixture
def toolbox(library: TaskLibrary, tmp_path: Path) -> Toolbox:
    return Toolbox.of(library, Sandbox(), tmp_path / "pictures")


def test_every_tool_says_what_it_is_for_and_describes_every_argument(toolbox: Toolbox) -> None:
    for item in toolbox.tools.values():
        assert len(item.description) > 20
        for name, field in item.args.items():
            assert field.get("description"), f"{item.name} does not describe {name}"


def test_a_proved_task_is_committed_with_proof_pictures_and_scene_and_then_found(toolbox: Toolbox, library) -> None:
    record = json.loads(
        toolbox.call("commit_task", name="align-a-box", code=SOURCE, title="Align a box", origin="tester")
    )
    assert record["verdict"]["seeds"]["passed"] >= 9
    assert record["signature"]["moved"] == {"box": 1}
    assert set(library.pictures("align-a-box")) == {"before", "after"}
    found = json.loads(toolbox.call("search_tasks", query="align the box with a corner"))["results"]
    assert found[0]["name"] == "align-a-box"
    assert json.loads(toolbox.call("read_task", name="align-a-box"))["code"] == SOURCE


def test_committing_the_same_program_again_changes_nothing(library: TaskLibrary) -> None:
    record = TaskRecord(name="align-a-box", title="Align a box", code=SOURCE)
    first = commit(library, Sandbox(), record)
    assert commit(library, Sandbox(), record) == first
    assert library.names() == ["align-a-box"]


@pytest.mark.parametrize("style", ["ravens_align_corner", "cliport_one_sentence", "gensim_color_match"])
def test_a_published_file_is_added_as_it_is_and_read_back(library: TaskLibrary, style: str) -> None:
    source = (PUBLISHED / f"{style}.py").read_text(encoding="utf-8")
    record = commit_file(library, Sandbox(), source, style.replace("_", "-"))
    assert library.get(record.name).code == source
    assert record.verdict is not None
    assert record.verdict.accepted
    assert record.instructions
    assert isinstance(Sandbox().layout(library.get(record.name).code, 3), Layout)


def test_what_cannot_be_proved_is_not_committed_and_the_verdict_says_why(library: TaskLibrary) -> None:
    with pytest.raises(NotProved) as caught:
        commit(library, Sandbox(), TaskRecord(name="align-in-the-air", code=FLOATING))
    assert caught.value.verdict.errors[0].code == "floating-target"
    assert library.names() == []


def test_running_a_candidate_tells_what_is_wrong_and_leaves_the_library_alone(toolbox: Toolbox, library) -> None:
    verdict = json.loads(toolbox.call("run_candidate", code=SOURCE.replace("corner-template", "korner-template")))
    assert verdict["stage"] == "screen"
    assert "corner/corner-template.urdf" in verdict["diagnostics"][0]["hint"]
    assert library.names() == []


def test_trying_a_candidate_tells_a_model_what_it_can_act_on_and_no_more(toolbox: Toolbox) -> None:
    tried = json.loads(toolbox.call("try_candidate", code=FLOATING))
    assert not tried["accepted"]
    (finding,) = tried["diagnostics"]
    assert finding["code"] == "floating-target"
    assert finding["seeds"] == [0, 1, 2, 3]
    assert FLOATING.splitlines()[finding["line"] - 1].strip() == finding["source"]
    assert len(toolbox.call("try_candidate", code=SOURCE)) < 300


def test_novelty_of_a_recolouring_is_refused_with_a_reason_and_of_another_relation_is_not(toolbox: Toolbox) -> None:
    toolbox.call("commit_task", name="align-a-box", code=SOURCE, title="Align the box with the corner")
    known = json.loads(toolbox.call("read_task", name="align-a-box"))["instruction"]
    color = next(word for word in known.split() if word in ("blue", "red", "green", "yellow", "brown", "gray", "cyan"))
    words = {"title": "Align a box", "description": "", "instructions": [known.replace(color, "purple")]}
    again = json.loads(toolbox.call("check_novelty", **words))
    assert not again["novel"]
    assert "align-a-box" in again["reason"]
    other = {
        "title": "Stack",
        "description": "Stack two blocks",
        "instructions": ["stack the red block on the blue block"],
    }
    assert json.loads(toolbox.call("check_novelty", **other))["novel"]


def test_the_task_guide_shows_a_program_that_passes(toolbox: Toolbox) -> None:
    program = toolbox.call("read_task_guide").split("```python\n")[1].split("```")[0]
    assert json.loads(toolbox.call("run_candidate", code=program))["accepted"]


def test_assets_can_be_listed_by_kind(toolbox: Toolbox) -> None:
    listed = json.loads(toolbox.call("list_assets", kind="bowl"))["assets"]
    assert [item["name"] for item in listed] == ["bowl/bowl.urdf"]


def test_seeds_are_planted_once_and_one_that_was_removed_stays_removed(
    seeded: Path, minilm: MiniLM, tmp_path: Path
) -> None:
    library = TaskLibrary(Path(shutil.copytree(seeded, tmp_path / "seeded")), minilm)
    assert set(library.names()) == set(human_sources())
    library.remove("packing-boxes")
    assert missing_seeds(library) == []
    assert list(plant_seeds(library, Sandbox())) == []
