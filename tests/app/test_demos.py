"""`simsmith demos`: datasets from the command line, and one clear line for each mistake."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest
from command import Command

from policy.dataset import Dataset
from policy.manifest import Manifest

NEVER = '''
import numpy as np
from sim import Task


class HangInTheAir(Task):
    """A block shall hang in the air."""

    def reset(self, env):
        super().reset(env)
        pose = self.get_random_pose(env, (0.04, 0.04, 0.04))
        block = env.add_object("block/block.urdf", pose, color="red")
        self.add_goal(objs=[block], matches=np.ones((1, 1)), targ_poses=[((0.5, 0.0, 0.2), (0, 0, 0, 1))],
                      step_max_reward=1.0, language_goal="hang the red block in the air")
'''


@pytest.fixture
def simsmith(tmp_path: Path) -> Command:
    """The command on a home with nothing in it."""
    return Command(tmp_path / "home")


def test_demonstrations_are_recorded_and_a_second_run_adds(simsmith: Command, tmp_path: Path) -> None:
    first = simsmith("demos", "two", "--tasks", "put-block-in-bowl,block-insertion", "--episodes", "2", "--json")
    assert first.code == 0, first.err
    told = first.document
    assert told["dataset"] == str(simsmith.home / "datasets" / "two")
    assert [(task["name"], task["episodes"]) for task in told["tasks"]] == [
        ("block-insertion", 2),
        ("put-block-in-bowl", 2),
    ]
    assert (
        told["steps"] == sum(task["steps"] for task in told["tasks"]) == len(Dataset.open(Path(told["dataset"])).load())
    )
    assert (told["left_out"], told["rejected"]) == ([], {})
    assert told["seconds"] > 0

    lerobot = tmp_path / "lerobot"
    ran = simsmith("demos", "two", "--tasks", "block-insertion", "--episodes", "3", "--export-lerobot", str(lerobot))
    assert ran.code == 0, ran.err
    assert "two: 5 demonstrations of 2 tasks" in ran.out
    assert json.loads((lerobot / "meta" / "info.json").read_text())["total_episodes"] == 5
    again = simsmith("demos", "two", "--export-lerobot", str(lerobot))
    assert (again.code, "exists already" in again.err) == (2, True)


def test_a_task_whose_oracle_fails_is_left_out_with_the_reason(simsmith: Command, tmp_path: Path) -> None:
    file = tmp_path / "hang.py"
    file.write_text(NEVER)
    ran = simsmith("demos", "--tasks", f"{file},put-block-in-bowl", "--episodes", "1", "--json")
    assert ran.code == 1
    assert [task["name"] for task in ran.document["tasks"]] == ["put-block-in-bowl"]
    (left_out,) = ran.document["left_out"]
    assert left_out["name"] == "hang-in-the-air"
    assert left_out["rejected"] == {"floating-target": 10}
    loose = simsmith("demos", "--tasks", str(file), "--episodes", "1", "--rules", "ravens")
    assert loose.code == 0, loose.err


def test_ctrl_c_keeps_what_was_recorded_and_says_how_to_go_on(simsmith: Command) -> None:
    arguments = ("demos", "long", "--tasks", "put-block-in-bowl", "--episodes", "400")
    manifest = simsmith.home / "datasets" / "long" / "dataset.json"
    with simsmith.start(*arguments) as child:
        while child.poll() is None and not (
            manifest.exists() and Manifest.model_validate_json(manifest.read_bytes()).tasks
        ):
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "go on with: simsmith demos long --tasks put-block-in-bowl --episodes 400" in err
    assert "Traceback" not in err
    assert 10 <= Dataset.open(manifest.parent).tasks["put-block-in-bowl"].episodes < 400


MISTAKES = [
    (["--tasks", "put-block-in-bowls"], "did you mean 'put-block-in-bowl'?"),
    (["--tasks", ","], "no task is named"),
    (["--tasks", ""], "no task is named"),
    (["--tasks", "generated"], "simsmith explore"),
    (["nothing", "--export-lerobot", "out"], "there is no dataset"),
    (["--appearance", "dark"], "'--appearance': 'dark' is not one of 'plain'"),
    (["No Name"], "a dataset cannot be called 'No Name'"),
]


@pytest.mark.parametrize(("arguments", "told"), MISTAKES)
def test_a_mistake_is_one_line(simsmith: Command, arguments: list[str], told: str) -> None:
    ran = simsmith("demos", *arguments)
    assert ran.code == 2
    assert told in ran.err
    assert len(ran.err.strip().splitlines()) == 1
