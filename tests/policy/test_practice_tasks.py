"""The tasks that a policy practises: found by name, group or file, and laid out as everywhere else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from memory.files import TaskFiles
from policy.tasks import PracticeTask, find_tasks
from sim.builder import lay_out
from sim.errors import TaskError, UsageError
from sim.sandbox import Sandbox
from sim.tasks import human_task, human_tasks

SANDBOX = Sandbox()
FILES = Path(__file__).parents[2] / "benchmarks" / "tasks"


def names(tasks: list[PracticeTask]) -> list[str]:
    return [task.name for task in tasks]


@pytest.fixture(scope="module")
def grown(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose library has a task besides the human-made ones: one of them, under another name."""
    home = Path(shutil.copytree(seeded, tmp_path_factory.mktemp("grown") / "home"))
    folder = TaskFiles(home).folder
    shutil.copytree(folder / "put-block-in-bowl", folder / "other")
    document = folder / "other" / "task.json"
    document.write_text(document.read_text().replace('"name": "put-block-in-bowl"', '"name": "other"'))
    return home


def test_a_human_made_task_is_laid_out_as_by_the_simulator(seeded):
    (task,) = find_tasks(["put-block-in-bowl"], seeded, SANDBOX)
    assert task.layout(7, SANDBOX) == lay_out(human_task("put-block-in-bowl"), 7)[0]
    (unseen,) = find_tasks(["put-block-in-bowl"], seeded, SANDBOX, mode="test")
    assert unseen.layout(7, SANDBOX) == lay_out(human_task("put-block-in-bowl"), 7, "test")[0]
    assert task.program_hash == unseen.program_hash


def test_groups_stand_for_their_tasks_and_nothing_comes_twice(grown):
    assert names(find_tasks(["human"], grown, SANDBOX)) == list(human_tasks())
    assert names(find_tasks(["generated"], grown, SANDBOX)) == ["other"]
    assert names(find_tasks(["put-block-in-bowl", "all"], grown, SANDBOX))[0] == "put-block-in-bowl"
    assert len(find_tasks(["human", "all", "other"], grown, SANDBOX)) == len(human_tasks()) + 1


def test_a_task_of_the_library_is_laid_out_from_its_program(grown):
    (task,) = find_tasks(["other"], grown, SANDBOX)
    assert task.source
    assert task.layout(3, SANDBOX) == lay_out(human_task("put-block-in-bowl"), 3)[0]


def test_a_file_is_a_task_too(seeded):
    (task,) = find_tasks([str(FILES / "stack_two_blocks.py")], seeded, SANDBOX)
    assert task.layout(3, SANDBOX).task == task.name == "stack-two-blocks"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["put-blok-in-bowl"], "did you mean 'put-block-in-bowl'"),
        (["generated"], "simsmith explore"),
        (["nowhere.py"], "no file nowhere.py"),
        ([], "no task is named"),
    ],
)
def test_what_is_not_there_is_said(seeded, given, told):
    with pytest.raises(UsageError, match=told):
        find_tasks(given, seeded, SANDBOX)


def test_two_tasks_of_one_name_are_refused(seeded, tmp_path):
    other = tmp_path / "put_block_in_bowl.py"
    other.write_text(
        (Path(__file__).parents[2] / "sim" / "tasks" / "put_block_in_bowl.py").read_text() + "\n# changed\n"
    )
    with pytest.raises(UsageError, match="two different tasks are called 'put-block-in-bowl'"):
        find_tasks(["human", str(other)], seeded, SANDBOX)


def test_a_file_that_cannot_be_laid_out_is_refused_with_its_finding(seeded, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text((FILES / "stack_two_blocks.py").read_text().replace("self.add_goal(", "self.add_gaol("))
    with pytest.raises(TaskError, match=r"broken\.py: line \d+"):
        find_tasks([str(broken)], seeded, SANDBOX)
