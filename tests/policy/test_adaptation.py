"""Other looks: plain episodes are disturbed; adapting learns from new ones and rehearses the old ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from policy.acting import Policy, policy_config
from policy.adaptation import KEPT, RATE, adapt, mix
from policy.augmentation import disturbed_images
from policy.batches import Batches, image_of
from policy.checkpoint import WEIGHTS, read_tensors
from policy.collect import Look, collect
from policy.config import preset
from policy.dataset import Dataset
from policy.demonstration import Demonstration, Recording, record
from policy.manifest import DatasetDamaged
from policy.observation import metres, recorded_height, shrink
from policy.tasks import PracticeTask
from policy.text import NoText
from policy.training import train
from sim.builder import lay_out
from sim.camera import Eyes
from sim.episode import Episode
from sim.errors import EnvironmentBroken, UsageError
from sim.sandbox import Sandbox
from sim.tasks import human_task
from sim.workers import LocalWorkers

BOWL = "put-block-in-bowl"
STEPS = 3


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three plain and three pseudo-real demonstrations, and a policy that has learnt a little from the plain ones."""
    home = tmp_path_factory.mktemp("home")
    with LocalWorkers(1) as workers:
        for name, look in (("plain", Look()), ("pseudo-real", Look("pseudo-real"))):
            collect(home / name, [PracticeTask(BOWL)], 3, sandbox=Sandbox(), workers=workers, look=look)
    train(home / "plain", None, preset("smoke", steps=STEPS), home / "policy", device="cpu")
    return home


def weights(policy: Path) -> dict[str, np.ndarray]:
    return {name: tensor.numpy() for name, tensor in read_tensors(policy / WEIGHTS)[0].items()}


def adapted(home: Path, folder: Path, **options: object) -> Path:
    given = {"steps": STEPS, "episodes": 2, "device": "cpu", **options}
    adapt(home / "policy", home / "pseudo-real", folder, **given)  # type: ignore[arg-type]
    return folder


@pytest.mark.parametrize("kind", ["plain", "randomised", "pseudo-real"])
def test_a_demonstration_shows_what_an_episode_of_its_appearance_shows(kind: str) -> None:
    layout, _ = lay_out(human_task(BOWL), 5)
    eyes = Eyes(kind, 5)
    with Episode(layout, friction=eyes.appearance.friction) as episode:
        seen = eyes.look(episode.world)
    recorded = record(Recording(BOWL, 5, layout, appearance=kind))
    assert isinstance(recorded, Demonstration)
    assert np.array_equal(recorded.steps[0].color, seen.color)
    assert np.array_equal(recorded.steps[0].height, recorded_height(seen.height))


def test_it_begins_with_the_policy_and_learns_slowly_from_new_episodes(home: Path, tmp_path: Path) -> None:
    folder = adapted(home, tmp_path / "adapted")
    before, after = weights(home / "policy"), weights(folder)
    moved = max(float(np.abs(after[name] - before[name]).max()) for name in before)
    rate = policy_config(folder).learning_rate
    assert rate == pytest.approx(RATE * policy_config(home / "policy").learning_rate)
    assert 0.0 < moved < 2 * STEPS * rate  # Adam moves no weight by more than about the rate in a step
    first = Dataset.open(home / "pseudo-real").load({BOWL: 1})
    action = Policy.load(folder).act(first.color[0], metres(first.height[0]), first.instructions[0])
    assert np.isfinite([*action.pick, *action.place]).all()


@pytest.mark.parametrize("kept", [None, "plain"])
def test_what_was_stopped_goes_on_to_the_same_weights(home: Path, tmp_path: Path, kept: str | None) -> None:
    keep = home / kept if kept else None
    whole, parts = adapted(home, tmp_path / "whole", keep=keep), tmp_path / "parts"
    asked = iter([True, False, False])
    stopped = adapt(
        home / "policy",
        home / "pseudo-real",
        parts,
        steps=STEPS,
        episodes=2,
        device="cpu",
        stop=lambda: next(asked),
        keep=keep,
    )
    assert not stopped.finished
    assert (parts / WEIGHTS).exists() == stopped.finished
    adapted(home, parts, keep=keep)
    assert all(np.array_equal(value, weights(parts)[name]) for name, value in weights(whole).items())


def test_old_episodes_are_rehearsed_all_of_them(home: Path, tmp_path: Path) -> None:
    told = mix(home / "pseudo-real", home / "plain", tmp_path / "mixture", 2, {})
    mixture = Dataset.open(tmp_path / "mixture")
    assert told == {BOWL: 2, BOWL + KEPT: 3}
    # What the policy learnt from is rehearsed, by whatever name; or all, where it learnt from something else.
    for source, name, learnt, count in (("plain", "x", 2, 2), ("plain", BOWL, 1, 1), ("pseudo-real", BOWL, 2, 3)):
        fingerprint = Dataset.open(home / source).tasks[BOWL].fingerprint(learnt)
        data = {"episodes": {name: learnt}, "learnt": {name: fingerprint}}
        again = mix(home / "pseudo-real", home / "plain", tmp_path / f"{source}-{learnt}", 2, data)
        assert again == {BOWL: 2, BOWL + KEPT: count}
    for source, name in (("pseudo-real", BOWL), ("plain", BOWL + KEPT)):
        original, copied = Dataset.open(home / source).load({BOWL: told[name]}), mixture.load({name: told[name]})
        assert copied.appearances == (source,)
        for field in ("color", "height", "pick", "place", "episode"):
            assert np.array_equal(getattr(original, field), getattr(copied, field))
    folder = adapted(home, tmp_path / "kept", keep=home / "plain")
    alone = weights(adapted(home, tmp_path / "alone"))
    assert any(not np.array_equal(value, alone[name]) for name, value in weights(folder).items())
    before = (folder / WEIGHTS).read_bytes()
    adapted(home, folder, keep=home / "plain")  # done: nothing is learnt again
    assert (folder / WEIGHTS).read_bytes() == before
    with pytest.raises(UsageError, match=f"steps: {STEPS} before, {STEPS + 1} now"):
        adapted(home, folder, keep=home / "plain", steps=STEPS + 1)


def test_plain_episodes_that_are_rehearsed_can_be_disturbed(home: Path, tmp_path: Path) -> None:
    asked = {"plain": False, "disturbed": True, "again": True}
    folders = [adapted(home, tmp_path / name, keep=home / "plain", disturb=disturb) for name, disturb in asked.items()]
    plainly, disturbed, again = map(weights, folders)
    assert any(not np.array_equal(value, plainly[name]) for name, value in disturbed.items())
    assert all(np.array_equal(value, again[name]) for name, value in disturbed.items())
    mix(home / "pseudo-real", home / "plain", tmp_path / "mixture", 2, {})
    samples = Dataset.open(tmp_path / "mixture").load()
    parts = {"seed": 0, "size": 8, "augment": False, "resolution": "full", "held_out": 0.0}
    as_it_is, drawn = (
        Batches(samples, NoText(), disturb=disturb, device=torch.device("cpu"), **parts).batch(0)
        for disturb in (False, True)
    )
    assert [bool(same) for same in (as_it_is.image == drawn.image).flatten(1).all(dim=1)] == [
        task == samples.tasks.index(BOWL) for task in np.random.default_rng([0, 0]).integers(2, size=8)
    ]
    with pytest.raises(UsageError, match="only plain demonstrations can be disturbed, and these are pseudo-real"):
        adapted(home, tmp_path / "alone", disturb=True)


def test_plain_recordings_are_disturbed_anew_each_time_and_the_same_for_each_seed(home: Path, tmp_path: Path) -> None:
    samples = Dataset.open(home / "plain").load({BOWL: 2})

    def images(disturb: bool, seed: int = 0) -> list[torch.Tensor]:
        parts = {"size": 4, "augment": False, "resolution": "half", "held_out": 0.5, "device": torch.device("cpu")}
        made = Batches(samples, NoText(), seed=seed, disturb=disturb, **parts)
        return [made.batch(0).image, made.batch(1).image, made.held_out()[0].image]

    (first, second, left), plain = images(True), images(False)
    assert all(torch.equal(one, again) for one, again in zip((first, second, left), images(True), strict=True))
    assert torch.equal(left, plain[2])
    tables = torch.cat([first, second])[:, :3].flatten(2).median(dim=2).values  # another colour for each sample
    assert len({tuple(table) for table in tables.mul(255).round().int().tolist()}) == 8
    things = torch.cat(plain[:2])[:, 3] > 0.02
    heights = torch.cat([first, second])[:, 3][things]
    assert (heights - torch.cat(plain[:2])[:, 3][things]).abs().median() < 0.003
    # Tables and noise are painted at the recording's resolution: else each thing would keep an edge of the plain table.
    generator = np.random.default_rng([0, 0])
    generator.integers(1, size=4)
    rows = np.array([generator.choice(np.flatnonzero(samples.episode == 0)) for _ in range(4)])
    painted = shrink(*disturbed_images(samples.color[rows], samples.height[rows], generator))
    assert torch.equal(first, image_of(*painted))
    unplain = tmp_path / "randomised"
    with LocalWorkers(1) as workers:
        collect(unplain, [PracticeTask(BOWL)], 1, sandbox=Sandbox(), workers=workers, look=Look("randomised"))
    with pytest.raises(UsageError) as refused:
        Dataset.open(unplain).require({BOWL: 2})
    assert f"--tasks {BOWL} --episodes 2 --appearance randomised records the others" in refused.value.remedy
    with pytest.raises(UsageError, match="only plain demonstrations can be disturbed, and these are random"):
        train(unplain, None, preset("smoke", disturb=True), tmp_path / "policy", device="cpu")
    assert train(
        home / "plain", {BOWL: 1}, preset("smoke", disturb=True, steps=2), tmp_path / "two", device="cpu"
    ).finished


def test_tasks_whose_names_would_be_the_same_stay_two(home: Path, tmp_path: Path) -> None:
    both = Path(shutil.copytree(home / "pseudo-real", tmp_path / "both"))
    document = json.loads((both / "dataset.json").read_text())
    document["tasks"][BOWL + KEPT] = document["tasks"][BOWL]
    (both / "dataset.json").write_text(json.dumps(document))
    told = mix(both, home / "plain", tmp_path / "mixture", 1, {})
    assert told == {BOWL: 1, BOWL + KEPT: 1, f"{BOWL}{KEPT}-2": 3}
    assert Dataset.open(tmp_path / "mixture").load(told).appearances == ("pseudo-real", "pseudo-real", "plain")


def test_a_damaged_shard_is_named_where_it_lies(home: Path, tmp_path: Path) -> None:
    plain = Path(shutil.copytree(home / "plain", tmp_path / "plain"))
    shard = next(plain.glob("shards/*/*.parquet"))
    shard.write_bytes(shard.read_bytes()[::-1])
    with pytest.raises(DatasetDamaged, match=f"{shard} .*SHA-256.*simsmith demos {plain}"):
        adapted(home, tmp_path / "new", keep=plain)
    assert not (tmp_path / "new").exists()


def test_more_episodes_than_there_are_means_all_of_them(home: Path, tmp_path: Path) -> None:
    both = [adapted(home, tmp_path / str(episodes), episodes=episodes) for episodes in (3, 50)]
    first, second = map(weights, both)
    assert all(np.array_equal(value, second[name]) for name, value in first.items())


def test_mistakes_are_told_before_anything_is_learnt(home: Path, tmp_path: Path) -> None:
    for policy, dataset, folder, said in (
        ("policy", "pseudo-real", home / "policy", "give the new one another --name"),
        ("policies", "pseudo-real", tmp_path / "new", "there is no"),
        ("policy", "pseudo-reel", tmp_path / "new", "did you mean 'pseudo-real'"),
    ):
        with pytest.raises(UsageError, match=said):
            adapt(home / policy, home / dataset, folder, steps=STEPS, episodes=2)
    assert not (tmp_path / "new").exists()
    folder = adapted(home, tmp_path / "once")
    with pytest.raises(UsageError, match=f"steps: {STEPS} before, {STEPS + 1} now"):
        adapted(home, folder, steps=STEPS + 1)


def test_a_folder_that_cannot_be_written_is_told(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EnvironmentBroken, match="cannot be written"):
        adapted(home, tmp_path / "file" / "policy", keep=home / "plain")
