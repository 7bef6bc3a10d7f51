"""`simsmith train`: a policy from the command line, stopped and gone on with, and one clear line for each mistake."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from command import Command

TASK = "put-block-in-bowl"


@pytest.fixture(scope="module")
def simsmith(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command on a home with three demonstrations."""
    command = Command(tmp_path_factory.mktemp("train") / "home")
    ran = command("demos", "few", "--tasks", TASK, "--episodes", "3", "--workers", "1", "--json")
    assert ran.code == 0, ran.err
    return command


def test_a_policy_is_trained_stopped_and_gone_on_with(simsmith: Command) -> None:
    asked = ("train", "small", "--dataset", "few", "--preset", "smoke", "--steps", "12", "--device", "cpu", "--json")
    process = simsmith.start(*asked)
    folder = simsmith.home / "policies" / "small"
    while not (folder / "curve.csv").is_file():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == 130, told
    assert "of 12; its checkpoint is kept" in told
    assert "go on with: simsmith train small --dataset few --preset smoke --steps 12" in told
    ran = simsmith(*asked)
    assert ran.code == 0, ran.err
    assert "step 12 of 12" in ran.err
    assert ran.document["checkpoint"] == str(folder)
    assert ran.document["steps"] == 12
    assert ran.document["episodes"] == {TASK: 3}
    assert set(ran.document["loss"]) == {"pick", "place"}
    assert {"preset", "variant", "seed", "parameters", "samples_per_second", "seconds"} <= set(ran.document)
    assert ran.document["rollouts"] == {}
    other = simsmith(*asked, "--batch", "3")
    assert other.code == 2
    assert "train.batch: 4 before, 3 now" in other.err


def test_a_policy_is_tried_while_it_learns(simsmith: Command) -> None:
    asked = ("--dataset", "few", "--preset", "smoke", "--steps", "2", "--device", "cpu", "--rollouts", "2", "--disturb")
    ran = simsmith("train", "tried", *asked, "--json")
    assert ran.code == 0, ran.err
    assert set(ran.document["rollouts"]) == {"success", "reward"}
    assert ran.document["rollouts"]["success"]["episodes"] == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--dataset", "few", "--tasks", "put-block-in-bowls", "--rollouts", "1"), f"did you mean '{TASK}'?"),
        (("--dataset", "none"), "none"),
        (("--dataset", "few", "--tasks", "put-block-in-bowls"), f"did you mean '{TASK}'?"),
        (("--dataset", "few", "--tasks", f"{TASK}:many"), "names no number of episodes"),
        (("--dataset", "few", "--episodes", "9"), f"3 demonstrations of '{TASK}', not 9"),
        (("--dataset", "few", "--tasks", ""), "no task is named"),
        (("--dataset", "few", "--batch", "none"), "see simsmith train --help"),
        (("--dataset", "few", "--init", "nobody"), "no policy 'nobody'"),
        (("--dataset", "few", "--vision", "nowhere"), "no vision encoder in"),
    ],
)
def test_a_mistake_is_one_line(simsmith: Command, tmp_path: Path, asked: tuple[str, ...], said: str) -> None:
    ran = simsmith("train", str(tmp_path / "policy"), "--preset", "smoke", *asked)
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1, ran.err
