"""The export for LeRobot, read back with pyarrow and imageio: every index, timestamp and frame agrees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import imageio.v3 as imageio
import numpy as np
import pyarrow.parquet as pq
import pytest

from policy.collect import collect
from policy.dataset import Dataset, Samples
from policy.lerobot import export_lerobot
from policy.tasks import PracticeTask
from sim.errors import UsageError
from sim.sandbox import Sandbox

TOP = "observation.images.top"
EPISODES = 4


class Here:
    """Workers that are no processes."""

    def map(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
        return map(function, items)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Dataset:
    folder = tmp_path_factory.mktemp("lerobot") / "two"
    tasks = [PracticeTask("put-block-in-bowl"), PracticeTask("packing-boxes")]
    return collect(folder, tasks, EPISODES, sandbox=Sandbox(), workers=Here())


@pytest.fixture(scope="module")
def samples(dataset) -> Samples:
    return dataset.load()


@pytest.fixture(scope="module")
def exported(dataset) -> Path:
    """The dataset in three files."""
    target = dataset.folder.parent / "exported"
    export_lerobot(dataset, target, frames_per_file=9)
    return target


@pytest.fixture(scope="module")
def info(exported) -> dict[str, Any]:
    return dict(json.loads((exported / "meta" / "info.json").read_text()))


def read(exported: Path, path: str, **places: Any) -> dict[str, list[Any]]:
    return dict(pq.read_table(exported / path.format(**places)).to_pydict())


@pytest.fixture(scope="module")
def episodes(exported) -> list[dict[str, Any]]:
    return list(pq.read_table(exported / "meta/episodes/chunk-000/file-000.parquet").to_pylist())


def test_the_info_counts_what_is_there(info, samples, dataset):
    assert info["codebase_version"] == "v3.0"
    assert info["total_episodes"] == 2 * EPISODES
    assert info["total_frames"] == len(samples)
    assert info["total_tasks"] == len(samples.instructions)
    assert info["splits"] == {"train": f"0:{2 * EPISODES}"}


def test_rows_are_the_samples_and_every_index_counts_up(exported, info, episodes, samples):
    rows: dict[str, list[Any]] = {}
    files = sorted({(item["data/chunk_index"], item["data/file_index"]) for item in episodes})
    assert len(files) > 2
    for chunk, file in files:
        part = read(exported, info["data_path"], chunk_index=chunk, file_index=file)
        for name, values in part.items():
            rows.setdefault(name, []).extend(values)
    features = {name: feature for name, feature in info["features"].items() if feature["dtype"] != "video"}
    assert set(rows) == set(features)
    for name, feature in features.items():
        shape = [] if feature["shape"] == [1] else feature["shape"]
        assert list(np.shape(rows[name][0])) == shape, name
    assert rows["index"] == list(range(len(samples)))
    assert rows["frame_index"] == samples.step.tolist()
    np.testing.assert_array_equal(rows["timestamp"], samples.step / info["fps"])
    np.testing.assert_allclose(rows["action"], np.hstack([samples.pick, samples.place]), rtol=1e-6)
    np.testing.assert_array_equal(np.array(rows["observation.height"], np.float32), samples.heights(slice(None)))
    tasks = read(exported, "meta/tasks.parquet")
    told = dict(zip(tasks["task_index"], tasks["__index_level_0__"], strict=True))
    assert [told[index] for index in rows["task_index"]] == [samples.instructions[i] for i in samples.instruction]
    last = np.append(samples.step[1:] == 0, True)
    assert rows["next.done"] == last.tolist()
    rewards = np.add.reduceat(rows["next.reward"], np.flatnonzero(samples.step == 0))
    np.testing.assert_allclose(rewards, 1.0, rtol=1e-6)
    for start in np.flatnonzero(samples.step == 1):
        np.testing.assert_allclose(rows["observation.state"][start], samples.place[start - 1], rtol=1e-6)


def test_each_episode_finds_its_rows_and_its_frames(exported, info, episodes, samples):
    assert [item["episode_index"] for item in episodes] == list(range(2 * EPISODES))
    assert [item["simsmith/seed"] for item in episodes] == [*range(EPISODES), *range(EPISODES)]
    shown: dict[tuple[int, int], int] = {}
    videos: dict[tuple[int, int], Any] = {}
    for item in episodes:
        start, end = item["dataset_from_index"], item["dataset_to_index"]
        assert item["length"] == end - start
        assert samples.step[start] == 0
        assert (np.diff(samples.step[start:end]) == 1).all()
        place = {"chunk_index": item["data/chunk_index"], "file_index": item["data/file_index"]}
        part = read(exported, info["data_path"], **place)
        assert [
            part["index"][row] for row, number in enumerate(part["episode_index"]) if number == item["episode_index"]
        ] == list(range(start, end))
        key = item[f"videos/{TOP}/chunk_index"], item[f"videos/{TOP}/file_index"]
        first, last = (item[f"videos/{TOP}/{end}_timestamp"] * info["fps"] for end in ("from", "to"))
        assert first == shown.get(key, 0)
        assert last - first == item["length"]
        shown[key] = int(last)
        frames = videos[key] = videos[key] if key in videos else video(exported, info, key)
        for number in range(item["length"]):
            error = np.abs(frames[int(first) + number].astype(int) - samples.color[start + number])
            assert error.mean() < 4.0
    for key, count in shown.items():
        assert len(videos[key]) == count


def video(exported: Path, info: dict[str, Any], key: tuple[int, int]) -> Any:
    path = exported / info["video_path"].format(video_key=TOP, chunk_index=key[0], file_index=key[1])
    assert imageio.immeta(path, plugin="FFMPEG")["fps"] == info["fps"]
    return imageio.imread(path, plugin="FFMPEG", index=None)


def test_statistics_are_those_of_all_steps(exported, samples):
    stats = json.loads((exported / "meta" / "stats.json").read_text())
    action = np.hstack([samples.pick, samples.place])
    np.testing.assert_allclose(stats["action"]["mean"], action.mean(0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(stats["action"]["std"], action.std(0), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(stats["action"]["max"], action.max(0), rtol=1e-6)
    colors = samples.color.reshape(-1, 3) / 255.0
    np.testing.assert_allclose(np.ravel(stats[TOP]["mean"]), colors.mean(0), rtol=1e-6)
    np.testing.assert_allclose(np.ravel(stats[TOP]["std"]), colors.std(0), rtol=1e-6)
    np.testing.assert_allclose(np.ravel(stats["observation.height"]["max"]), samples.heights(slice(None)).max())
    assert stats["action"]["count"] == [len(samples)]


def test_nothing_is_replaced_unasked(dataset, exported, tmp_path):
    before = (exported / "meta" / "info.json").read_bytes()
    with pytest.raises(UsageError, match="exists already"):
        export_lerobot(dataset, exported)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("all of it")
    with pytest.raises(UsageError, match="is not replaced"):
        export_lerobot(dataset, tmp_path / "mine", overwrite=True)
    export_lerobot(dataset, exported, overwrite=True, frames_per_file=9)
    assert (exported / "meta" / "info.json").read_bytes() == before
