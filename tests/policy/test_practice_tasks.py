"""The tasks that a policy practises: found by name, group or file, and laid out as everywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory.contents import task_contents
from memory.files import TaskFiles
from memory.record import TaskRecord
from policy.tasks import PracticeTask, find_tasks
from sim.builder import lay_out
from sim.errors import TaskError, UsageError
from sim.sandbox import Sandbox
from sim.tasks import human_sources, human_task, human_tasks

SANDBOX = Sandbox()
FILES = Path(__file__).parents[2] / "benchmarks" / "tasks"


def names(tasks: list[PracticeTask]) -> list[str]:
    return [task.name for task in tasks]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose library has one task, with the program of a human-made one."""
    files = TaskFiles(tmp_path_factory.mktemp("library") / "home")
    record = TaskRecord(name="other", origin="composer", code=human_sources()["put-block-in-bowl"])
    files.prepare()
    files.write("other", task_contents(record, {}))
    return files.home


def test_a_human_made_task_is_laid_out_as_by_the_simulator(home):
    (task,) = find_tasks(["put-block-in-bowl"], home, SANDBOX)
    assert task.layout(7, SANDBOX) == lay_out(human_task("put-block-in-bowl"), 7)[0]
    (unseen,) = find_tasks(["put-block-in-bowl"], home, SANDBOX, mode="test")
    assert unseen.layout(7, SANDBOX) == lay_out(human_task("put-block-in-bowl"), 7, "test")[0]
    assert task.program_hash == unseen.program_hash


def test_groups_stand_for_their_tasks_and_nothing_comes_twice(home):
    assert names(find_tasks(["human"], home, SANDBOX)) == list(human_tasks())
    assert names(find_tasks(["generated"], home, SANDBOX)) == ["other"]
    assert names(find_tasks(["put-block-in-bowl", "all"], home, SANDBOX))[0] == "put-block-in-bowl"
    assert len(find_tasks(["human", "all", "other"], home, SANDBOX)) == len(human_tasks()) + 1


def test_a_task_of_the_library_is_laid_out_from_its_program(home):
    (task,) = find_tasks(["other"], home, SANDBOX)
    assert task.origin == "composer"
    assert task.layout(3, SANDBOX) == lay_out(human_task("put-block-in-bowl"), 3)[0]


def test_a_file_is_a_task_too(home):
    (task,) = find_tasks([str(FILES / "stack_two_blocks.py")], home, SANDBOX)
    assert task.layout(3, SANDBOX).task == task.name == "stack-two-blocks"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["put-blok-in-bowl"], "did you mean 'put-block-in-bowl'"),
        (["nowhere.py"], "no file nowhere.py"),
        ([], "no task is named"),
    ],
)
def test_what_is_not_there_is_said(home, given, told):
    with pytest.raises(UsageError, match=told):
        find_tasks(given, home, SANDBOX)


def test_a_library_without_generated_tasks_says_how_to_get_some(tmp_path):
    with pytest.raises(UsageError, match="simsmith explore"):
        find_tasks(["generated"], tmp_path, SANDBOX)


def test_two_tasks_of_one_name_are_refused(home, tmp_path):
    other = tmp_path / "put_block_in_bowl.py"
    other.write_text(human_sources()["put-block-in-bowl"] + "\n# changed\n")
    with pytest.raises(UsageError, match="two different tasks are called 'put-block-in-bowl'"):
        find_tasks(["human", str(other)], home, SANDBOX)


def test_a_file_that_cannot_be_laid_out_is_refused_with_its_finding(home, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text((FILES / "stack_two_blocks.py").read_text().replace("self.add_goal(", "self.add_gaol("))
    with pytest.raises(TaskError, match=r"broken\.py: line \d+"):
        find_tasks([str(broken)], home, SANDBOX)
