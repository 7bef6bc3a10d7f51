"""Training: the same weights whether or not it was killed, and a clear stop for everything that goes wrong."""

from __future__ import annotations

import json
import math
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from policy.acting import Policy
from policy.checkpoint import read_tensors, write_tensors
from policy.collect import collect
from policy.config import TrainConfig, preset
from policy.curves import read_curve, read_rollouts
from policy.dataset import Dataset
from policy.policies import find_policy
from policy.rollouts import Rollouts
from policy.tasks import PracticeTask
from policy.training import Diverged, Progress, TrainingResult, train
from policy.vision import VisionEncoder
from sim.builder import lay_out
from sim.camera import heightmap
from sim.episode import Episode
from sim.errors import EnvironmentBroken, FileDamaged, UsageError
from sim.layout import WORKSPACE
from sim.sandbox import Sandbox
from sim.tasks import human_task
from sim.workers import LocalWorkers

BOWL, PILES = "put-block-in-bowl", "sweeping-piles"
EPISODES = {BOWL: 6, PILES: 1}
SMOKE = preset("smoke", held_out=0.2)
RUN = """
import sys
from pathlib import Path
from policy.config import TrainConfig
from policy.training import train
train(Path(sys.argv[1]), None, TrainConfig.model_validate_json(sys.argv[2]), Path(sys.argv[3]), device="cpu")
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few real demonstrations of a task that picks and one that pushes."""
    folder = tmp_path_factory.mktemp("demonstrations") / "few"
    tasks = [PracticeTask(name) for name in EPISODES]
    with LocalWorkers(1) as workers:
        collect(folder, tasks, EPISODES, sandbox=Sandbox(), workers=workers)
    return folder


@pytest.fixture(scope="module")
def trained(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingResult:
    """A policy after the smoke preset, never stopped."""
    return train(dataset, None, SMOKE, tmp_path_factory.mktemp("policies") / "smoke", device="cpu")


@pytest.fixture
def copied(trained: TrainingResult, tmp_path: Path) -> Path:
    """A copy of its folder."""
    return Path(shutil.copytree(trained.folder, tmp_path / "copied"))


def run_in_a_process(dataset: Path, config: TrainConfig, folder: Path) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, "-c", RUN, str(dataset), config.model_dump_json(), str(folder)]
    return subprocess.Popen(arguments, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2])


def act(policy: Policy, instruction: str) -> tuple[float, ...]:
    with Episode(lay_out(human_task(BOWL), 500_000)[0]) as episode:
        seen = heightmap(episode.world)
    action = policy.act(seen.color, seen.height, instruction)
    return (*action.pick, *action.place)


def test_a_policy_learns_and_its_folder_can_act(trained: TrainingResult) -> None:
    points = read_curve(trained.folder)
    assert [point.step for point in points] == [5, 10, 15, 20, 25, 30]
    assert points[-1].pick + points[-1].place < points[0].pick + points[0].place
    assert [point.step for point in points if point.held_out_pick is not None] == [15, 30]
    assert (trained.folder / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert list(trained.folder.glob("events.out.tfevents.*"))
    policy = Policy.load(trained.folder)
    x, y, yaw, to_x, to_y, turn = act(policy, "put the red blocks in the green bowls")
    for place in ((x, y), (to_x, to_y)):
        assert all(low <= value <= high for value, (low, high) in zip(place, WORKSPACE[:2], strict=True))
    assert yaw == 0.0
    assert abs(turn) <= math.pi


def test_attention_is_two_maps_of_chances(trained: TrainingResult) -> None:
    attention = Policy.load(trained.folder).explain(
        np.full((160, 320, 3), 200, np.uint8), np.zeros((160, 320), np.float32), "go"
    )
    assert attention.pick.shape == attention.place.shape == (80, 160)
    assert np.isclose([attention.pick.sum(), attention.place.sum()], 1.0, atol=1e-4).all()


def test_a_killed_training_goes_on_to_the_same_weights(dataset: Path, trained: TrainingResult, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    process = run_in_a_process(dataset, SMOKE, folder)
    while not (folder / "checkpoint.safetensors").is_file():
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (folder / "weights.safetensors").exists()
    with pytest.raises(UsageError, match=r"no .*weights\.safetensors"):
        Policy.load(folder)
    result = train(dataset, None, SMOKE, folder, device="cpu")
    assert result.finished
    for name in ("weights.safetensors", "checkpoint.safetensors", "curve.csv", "config.json"):
        assert (folder / name).read_bytes() == (trained.folder / name).read_bytes(), name


def test_a_stopped_training_goes_on_to_the_same_weights(dataset: Path, trained: TrainingResult, tmp_path: Path) -> None:
    steps: list[int] = []
    while not (tmp_path / "weights.safetensors").exists():
        calls = iter(range(100))
        result = train(dataset, None, SMOKE, tmp_path, stop=lambda calls=calls: next(calls) == 6, device="cpu")
        steps.append(result.step)
    assert steps == [7, 14, 21, 28, 30]
    assert (tmp_path / "weights.safetensors").read_bytes() == (trained.folder / "weights.safetensors").read_bytes()
    assert (tmp_path / "curve.csv").read_bytes() == (trained.folder / "curve.csv").read_bytes()


def test_a_policy_is_tried_while_it_learns_and_learns_the_same(
    dataset: Path, trained: TrainingResult, tmp_path: Path
) -> None:
    rollouts = Rollouts(Dataset.open(dataset), EPISODES, 1, tmp_path / "home", Sandbox())
    told: list[Progress] = []
    folder = tmp_path / "policy"
    # Stopped in the middle of the rollouts of step 15, it does them again, and no step.
    asked = iter([*[False] * 15, False, True, True])
    result = train(dataset, None, SMOKE, folder, rollouts=rollouts, stop=lambda: next(asked), device="cpu")
    assert (result.step, result.finished, read_rollouts(folder)) == (15, False, [])
    result = train(dataset, None, SMOKE, folder, rollouts=rollouts, on_step=told.append, device="cpu")
    found = read_rollouts(folder)
    assert [one.step for one in found] == [15, 30]
    assert all((one.episodes, one.success.episodes) == (2, 2) for one in found)
    assert all(one.success.rate <= one.reward <= 1.0 for one in found)
    steps = [each for each in told if each.rollouts is None]
    assert [each.step for each in steps] == list(range(16, 31))
    assert all(each.tried == found[0] for each in steps)
    assert [(each.step, each.rollouts) for each in told if each.rollouts] == [
        (15, (1, 2)),
        (15, (2, 2)),
        (30, (1, 2)),
        (30, (2, 2)),
    ]
    assert result.tried == found[1]
    for name in ("weights.safetensors", "curve.csv"):
        assert (folder / name).read_bytes() == (trained.folder / name).read_bytes(), name


def test_what_a_policy_cannot_be_tried_on_is_named(dataset: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(dataset, tmp_path / "other"))
    document = json.loads((other / "dataset.json").read_text())
    document["tasks"][BOWL]["program_sha256"] = "0" * 64
    (other / "dataset.json").write_text(json.dumps(document))
    rollouts = Rollouts(Dataset.open(other), EPISODES, 1, tmp_path / "home", Sandbox())
    assert rollouts.left_out == {BOWL: "the library has another program under this name"}
    document["tasks"]["sweeping-nothing"] = document["tasks"].pop(PILES)
    (other / "dataset.json").write_text(json.dumps(document))
    with pytest.raises(UsageError, match=r"\(sweeping-nothing: its program is not in the library\)"):
        Rollouts(Dataset.open(other), ["sweeping-nothing"], 1, tmp_path / "home", Sandbox())


def test_a_policy_from_before_an_option_was_there_goes_on(dataset: Path, copied: Path) -> None:
    document = json.loads((copied / "config.json").read_text())
    del document["train"]["disturb"]
    (copied / "config.json").write_text(json.dumps(document))
    assert train(dataset, None, SMOKE, copied, device="cpu").finished
    with pytest.raises(UsageError, match=r"train\.disturb: False before, True now"):
        train(dataset, None, SMOKE.model_copy(update={"disturb": True}), copied, device="cpu")


def test_a_finished_policy_is_left_as_it_is(dataset: Path, copied: Path) -> None:
    before = (copied / "weights.safetensors").stat().st_mtime_ns
    assert train(dataset, None, SMOKE, copied, device="cpu").finished
    assert (copied / "weights.safetensors").stat().st_mtime_ns == before


def test_another_config_or_other_demonstrations_do_not_go_on(dataset: Path, copied: Path) -> None:
    other = SMOKE.model_copy(update={"batch": 2, "seed": 1})
    with pytest.raises(UsageError, match=r"train\.seed: 0 before, 1 now; train\.batch: 4 before, 2 now"):
        train(dataset, None, other, copied, device="cpu")
    with pytest.raises(
        UsageError, match=rf"on other demonstrations: data\.episodes\.{BOWL}: 6 before, 3 now"
    ) as refused:
        train(dataset, {BOWL: 3}, SMOKE, copied, device="cpu")
    assert "as many --episodes of the same --tasks" in refused.value.remedy


def test_a_dataset_that_has_grown_goes_on(dataset: Path, tmp_path: Path) -> None:
    grown, folder = Path(shutil.copytree(dataset, tmp_path / "grown")), tmp_path / "policy"
    count = Dataset.open(grown).tasks[BOWL].episodes
    train(grown, {BOWL: count}, SMOKE, folder, stop=lambda: True, device="cpu")
    with LocalWorkers(1) as workers:
        collect(grown, [PracticeTask(BOWL)], count + 1, sandbox=Sandbox(), workers=workers)
    assert train(grown, {BOWL: count}, SMOKE, folder, stop=lambda: True, device="cpu").step == 2
    with pytest.raises(UsageError, match=rf"data\.learnt\.{BOWL}: "):
        train(grown, {BOWL: count + 1}, SMOKE, folder, device="cpu")


def test_what_is_no_number_is_damage(copied: Path) -> None:
    weights, told = read_tensors(copied / "weights.safetensors")
    name = min(weights)
    write_tensors(copied / "weights.safetensors", {**weights, name: weights[name] * float("nan")}, told)
    with pytest.raises(FileDamaged, match=f"{name} has what is no number"):
        Policy.load(copied)
    with pytest.raises(FileDamaged, match=f"{name} has what is no number"):
        find_policy(str(copied), copied)


def test_a_config_of_another_format_is_refused(copied: Path) -> None:
    (copied / "config.json").write_text('{"format": 9}')
    with pytest.raises(FileDamaged, match="is of format 9, and this simsmith reads 1"):
        Policy.load(copied)
    (copied / "config.json").write_text('{"format": 1}')
    with pytest.raises(FileDamaged, match=r"config\.json is damaged"):
        Policy.load(copied)


def test_weights_of_another_architecture_are_refused(dataset: Path, copied: Path, tmp_path: Path) -> None:
    document = json.loads((copied / "config.json").read_text())
    document["train"]["network"]["channels"] = [24, 24, 32]
    (copied / "config.json").write_text(json.dumps(document))
    with pytest.raises(UsageError, match=r"another architecture: trunk\.stem\.weight has the shape \(16, .*not \(24,"):
        Policy.load(copied)
    (copied / "config.json").unlink()
    with pytest.raises(UsageError, match=r"weights but no config\.json"):
        train(dataset, None, SMOKE, copied, device="cpu")
    blind = preset("smoke", variant="blind")
    with pytest.raises(UsageError, match="there is no"):
        train(dataset, None, blind, tmp_path / "blind", init=tmp_path / "nothing", device="cpu")


@pytest.mark.parametrize("name", ["weights.safetensors", "config.json"])
def test_a_file_that_is_cut_off_is_named(copied: Path, name: str) -> None:
    content = (copied / name).read_bytes()
    (copied / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(FileDamaged, match=f"{name} is damaged"):
        Policy.load(copied)


def test_a_checkpoint_that_is_cut_off_is_named(dataset: Path, copied: Path) -> None:
    (copied / "weights.safetensors").unlink()
    with (copied / "checkpoint.safetensors").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(FileDamaged, match=r"checkpoint\.safetensors is damaged"):
        train(dataset, None, SMOKE, copied, device="cpu")


def test_a_loss_that_is_no_number_stops_and_the_last_good_checkpoint_stays(
    dataset: Path, copied: Path, trained: TrainingResult
) -> None:
    tensors, told = read_tensors(trained.folder / "checkpoint.safetensors")
    tensors["network.trunk.stem.bias"] = torch.full_like(tensors["network.trunk.stem.bias"], 3e38)
    write_tensors(copied / "checkpoint.safetensors", tensors, {**told, "step": 12})
    (copied / "weights.safetensors").unlink()
    before = (copied / "checkpoint.safetensors").read_bytes()
    with pytest.raises(Diverged, match="no number any more at step 15 of 30") as stopped:
        train(dataset, None, SMOKE, copied, device="cpu")
    assert "--learning-rate" in stopped.value.remedy
    assert (copied / "checkpoint.safetensors").read_bytes() == before
    assert not (copied / "weights.safetensors").exists()


def test_a_step_that_ruins_the_weights_leaves_the_checkpoint_before_it(dataset: Path, tmp_path: Path) -> None:
    folder, config = tmp_path / "ruined", SMOKE.model_copy(update={"checkpoint_every": 1})
    train(dataset, None, config, folder, stop=lambda: True, device="cpu")
    tensors, told = read_tensors(folder / "checkpoint.safetensors")
    tensors["first_moment.trunk.stem.bias"] = torch.full_like(tensors["first_moment.trunk.stem.bias"], math.inf)
    write_tensors(folder / "checkpoint.safetensors", tensors, told)
    before = (folder / "checkpoint.safetensors").read_bytes()
    with pytest.raises(Diverged, match="no number any more at step 2 of 30"):  # its own loss is still a number
        train(dataset, None, config, folder, device="cpu")
    assert (folder / "checkpoint.safetensors").read_bytes() == before


def test_what_is_refused_leaves_no_folder(dataset: Path, tmp_path: Path) -> None:
    for episodes in ({"put-blocks-in-bowl": 1}, {BOWL: 1000}, {}):
        with pytest.raises(UsageError):
            train(dataset, episodes, SMOKE, tmp_path / "refused", device="cpu")
    assert not (tmp_path / "refused").exists()


def test_a_full_disk_stops_with_a_sentence_and_costs_nothing(
    dataset: Path, trained: TrainingResult, tmp_path: Path
) -> None:
    folder, limits = tmp_path / "full", resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(EnvironmentBroken, match="no space left") as stopped:
            train(dataset, None, SMOKE, folder, device="cpu")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert "goes on" in stopped.value.remedy
    train(dataset, None, SMOKE, folder, device="cpu")
    assert (folder / "weights.safetensors").read_bytes() == (trained.folder / "weights.safetensors").read_bytes()


def test_a_blind_policy_does_the_same_whatever_it_is_told(dataset: Path, tmp_path: Path) -> None:
    config = preset("smoke", variant="blind", steps=2)
    policy = Policy.load(train(dataset, {BOWL: 2}, config, tmp_path, device="cpu").folder)
    assert act(policy, "put the red blocks in the green bowls") == act(policy, "put the blue blocks in the gray bowls")


def test_a_policy_reads_only_with_the_encoder_that_it_learnt_with(copied: Path) -> None:
    document = json.loads((copied / "config.json").read_text())
    assert document["train"]["network"]["text_encoder"] == "all-MiniLM-L6-v2"
    document["train"]["network"]["text_encoder"] = "another@0123"
    (copied / "config.json").write_text(json.dumps(document))
    with pytest.raises(UsageError, match="learnt to read with another@0123, and here texts are read by all-MiniLM"):
        Policy.load(copied)


def test_a_second_training_begins_with_the_weights_of_another(
    dataset: Path, trained: TrainingResult, tmp_path: Path
) -> None:
    still = SMOKE.model_copy(update={"steps": 1, "learning_rate": 1e-12, "weight_decay": 0.0, "average": 0.0})
    result = train(dataset, {BOWL: 2}, still, tmp_path, init=trained.folder, device="cpu")
    ours, _ = read_tensors(result.folder / "weights.safetensors")
    theirs, _ = read_tensors(trained.folder / "weights.safetensors")
    assert all(torch.allclose(ours[name], theirs[name], atol=1e-6) for name in theirs)
    blind = preset("smoke", variant="blind", steps=1)
    with pytest.raises(UsageError, match="learnt to read with all-MiniLM-L6-v2, and this policy reads with nothing"):
        train(dataset, {BOWL: 2}, blind, tmp_path / "blind", init=trained.folder, device="cpu")


def test_the_vision_stream_is_frozen_and_has_to_stay_the_same(dataset: Path, tmp_path: Path) -> None:
    from transformers import CLIPVisionConfig, CLIPVisionModel

    def tower(seed: int) -> None:
        torch.manual_seed(seed)
        shape = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
        CLIPVisionModel(CLIPVisionConfig(**shape, image_size=32, patch_size=8)).save_pretrained(tmp_path / "tower")

    tower(0)
    encoder = VisionEncoder.load(str(tmp_path / "tower"))
    assert encoder.patches(torch.rand(2, 3, 80, 160)).shape == (2, 16, 4, 8)
    before = {name: value.clone() for name, value in encoder.tower.state_dict().items()}
    config = preset("smoke", steps=2, vision=str(tmp_path / "tower"))
    folder = train(dataset, {BOWL: 2}, config, tmp_path / "seeing", device="cpu").folder
    assert all(torch.equal(value, before[name]) for name, value in encoder.tower.state_dict().items())
    assert "trunk.second.weight" in read_tensors(folder / "weights.safetensors")[0]
    act(Policy.load(folder), "put the red blocks in the green bowls")
    tower(1)
    with pytest.raises(UsageError, match="learnt to see with tower@"):
        Policy.load(folder)
    with pytest.raises(UsageError, match=r"no model\.safetensors"):
        VisionEncoder.load(str(tmp_path))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_not_there_is_not_replaced_silently(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentBroken, match="torch sees no GPU"):
        train(dataset, None, SMOKE, tmp_path, device="cuda")
    assert not os.listdir(tmp_path) or os.listdir(tmp_path) == [".lock"]  # noqa: PTH208
