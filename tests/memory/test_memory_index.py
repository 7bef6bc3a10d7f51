"""The index in line with the files: other models, other processes, a Chroma server, a full disk."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from memory_samples import PICTURES, LetterEmbedder, hanoi_task, put_task
from numpy.typing import NDArray

from memory import TaskLibrary
from memory.contents import VECTORS
from sim.errors import EnvironmentBroken, UsageError

StartPython = Callable[..., "subprocess.Popen[str]"]


class Counting(LetterEmbedder):
    """Counts what it is asked to embed."""

    def __init__(self, name: str = "letters") -> None:
        self.name = name
        self.texts = 0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        return super().embed(texts)


@pytest.fixture
def filled(letters: TaskLibrary) -> TaskLibrary:
    letters.add(put_task(), PICTURES)
    letters.add(hanoi_task(), PICTURES)
    return letters


def test_nothing_is_embedded_twice(filled: TaskLibrary, tmp_path: Path) -> None:
    counting = Counting()
    again = TaskLibrary(filled.home, counting)
    assert again.rebuild() == 2
    copy = TaskLibrary(tmp_path / "copy", counting)
    copy.adopt(filled.files.read_contents("put-block-in-bowl"), "put-block-in-bowl")
    assert counting.texts == 0
    copy.add(put_task("another"), PICTURES)
    assert counting.texts == 1 + 1 + 2  # what is said, and the words and the pieces of one program
    assert [hit.name for hit in copy.nearest(put_task("another"))] == ["another", "put-block-in-bowl"]


def test_an_adopted_task_has_the_very_same_files(filled: TaskLibrary, tmp_path: Path) -> None:
    contents = filled.files.read_contents("towers-of-hanoi")
    copy = TaskLibrary(tmp_path / "copy", LetterEmbedder())
    assert copy.adopt(contents, "towers-of-hanoi") == hanoi_task()
    assert copy.files.read_contents("towers-of-hanoi") == contents
    assert VECTORS in contents


def test_another_model_embeds_once_with_a_word_and_the_first_one_finds_its_way_back(filled: TaskLibrary) -> None:
    told: list[tuple[int, int]] = []
    other = Counting("other")
    successor = TaskLibrary(filled.home, other, progress=lambda done, total: told.append((done, total)))
    assert len(successor.search("rings")) == 2
    assert told == [(2, 2), (2, 2)]  # embedded, indexed
    texts = other.texts
    successor.search("rings")
    assert other.texts == texts + 1
    assert len(told) == 2
    assert len(filled.search("rings")) == 2
    assert filled.check() == []


def test_a_model_whose_rows_are_not_of_length_1_is_refused(filled: TaskLibrary) -> None:
    class Long(LetterEmbedder):
        name = "long"

        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return 2 * super().embed(texts)

    with pytest.raises(EnvironmentBroken, match="of length 1"):
        TaskLibrary(filled.home, Long()).search("rings")
    assert filled.check() == []


def test_another_model_that_does_not_answer_costs_the_index_nothing(filled: TaskLibrary) -> None:
    class Silent(LetterEmbedder):
        name = "silent"

        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise EnvironmentBroken("no answer")

    filled.search("rings")
    sealed = (filled.home / "index.json").read_bytes()
    with pytest.raises(EnvironmentBroken, match="no answer"):
        TaskLibrary(filled.home, Silent()).add(put_task("another"), PICTURES)
    with pytest.raises(EnvironmentBroken, match="no answer"):
        TaskLibrary(filled.home, Silent()).remove("towers-of-hanoi")
    assert (filled.home / "index.json").read_bytes() == sealed
    assert filled.check() == []


@pytest.mark.parametrize("content", [b"", b"garbage", b"\xff" * 400])
def test_damaged_vectors_are_made_anew(filled: TaskLibrary, content: bytes) -> None:
    path = filled.home / "library" / "towers-of-hanoi" / VECTORS
    sound = path.read_bytes()
    path.write_bytes(content)
    assert filled.rebuild() == 2
    assert path.read_bytes() == sound
    assert filled.check() == []


def test_the_vectors_of_tasks_come_in_the_order_asked_for(filled: TaskLibrary) -> None:
    tasks = [hanoi_task(), put_task()]
    rows = filled.vectors(tasks)
    assert set(rows) == {"code", "language", "scene"}
    for view, own in rows.items():
        np.testing.assert_allclose(np.linalg.norm(own, axis=1), 1.0, atol=1e-5)
        np.testing.assert_array_equal(own[::-1], filled.vectors(tasks[::-1])[view])
    assert [len(own) for own in filled.vectors([]).values()] == [0, 0, 0]


def test_a_task_that_is_removed_meanwhile_keeps_its_vectors_in_their_row(filled: TaskLibrary) -> None:
    tasks = filled.records()
    filled.remove(tasks[0].name)
    assert [len(own) for own in filled.vectors(tasks).values()] == [2, 2, 2]


def test_a_removed_task_comes_back_as_it_was(filled: TaskLibrary) -> None:
    contents = filled.files.read_contents("towers-of-hanoi")
    filled.remove("towers-of-hanoi")
    filled.add(hanoi_task().model_copy(update={"title": "the second"}), PICTURES)
    with pytest.raises(UsageError, match="there is a task 'towers-of-hanoi' in the library already"):
        filled.restore("towers-of-hanoi")
    filled.remove("towers-of-hanoi")
    assert filled.restore("towers-of-hanoi").title == "the second"  # the one removed last
    filled.remove("towers-of-hanoi")
    shutil.rmtree(filled.files.trashed()[0][1])
    filled.restore("towers-of-hanoi")
    assert filled.files.read_contents("towers-of-hanoi") == contents
    assert "towers-of-hanoi" in [hit.name for hit in filled.search("rings")]
    assert filled.check() == []
    with pytest.raises(UsageError, match="no task 'towers' in the trash"):
        filled.restore("towers")


def test_libraries_that_stay_open_see_what_others_write(filled: TaskLibrary, start_python: StartPython) -> None:
    program = """
import pathlib, sys
from memory import TaskLibrary
from memory_samples import PICTURES, LetterEmbedder, put_task
TaskLibrary(pathlib.Path(sys.argv[1]), LetterEmbedder()).add(put_task(sys.argv[2]), PICTURES)
"""
    second = TaskLibrary(filled.home, LetterEmbedder())
    for name in ("put-one", "put-two"):
        for library in (filled, second):
            assert name not in [hit.name for hit in library.search("block", k=9)]
        assert start_python(program, filled.home, name).communicate(timeout=60) == ("", "")
        for library in (filled, second):
            assert name in [hit.name for hit in library.search("block", k=9)]


def test_a_disk_that_takes_no_more_leaves_the_library_whole(filled: TaskLibrary, start_python: StartPython) -> None:
    program = """
import pathlib, resource, signal, sys
import chromadb
from memory import TaskLibrary
from memory_samples import PICTURES, LetterEmbedder, put_task
from sim.errors import EnvironmentBroken
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    TaskLibrary(pathlib.Path(sys.argv[1]), LetterEmbedder()).add(put_task("put-late"), PICTURES)
except EnvironmentBroken as error:
    print(error.message)
"""
    for limit in (500, 100_000):  # the task's own files, the index
        said, complaint = start_python(program, filled.home, str(limit)).communicate(timeout=60)
        assert complaint == ""
        assert "cannot be written" in said or "index" in said
        library = TaskLibrary(filled.home, LetterEmbedder())
        names = library.names()
        assert sorted(hit.name for hit in library.search("block", k=9)) == names
        assert {"put-block-in-bowl", "towers-of-hanoi"} <= set(names)
        assert library.check() == []


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Chroma server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma")
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", folder, "--host", "127.0.0.1"]
    server = subprocess.Popen([*map(str, command), "--port", str(port)], stdout=subprocess.DEVNULL, cwd=folder)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1).close()
                break
            except OSError:
                assert server.poll() is None
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def test_two_machines_share_the_index_of_one_library(filled: TaskLibrary, chroma: str) -> None:
    one, two = (TaskLibrary(filled.home, LetterEmbedder(), index=chroma) for _ in range(2))
    assert len(one.search("rings")) == 2
    two.add(put_task("put-late"), PICTURES)
    assert "put-late" in [hit.name for hit in one.search("block", k=9)]
    one.remove("put-block-in-bowl")
    assert "put-block-in-bowl" not in [hit.name for hit in two.search("block", k=9)]
    assert one.check() == two.check() == []
    assert [hit.name for hit in one.nearest(hanoi_task())] == [hit.name for hit in filled.nearest(hanoi_task())]
    assert one.rebuild() == 2
    assert two.check() == []


def test_libraries_on_one_server_do_not_meet(filled: TaskLibrary, chroma: str, tmp_path: Path) -> None:
    other = TaskLibrary(tmp_path / "other", LetterEmbedder(), index=chroma)
    other.add(put_task("put-elsewhere"), PICTURES)
    shared = TaskLibrary(filled.home, LetterEmbedder(), index=chroma)
    assert sorted(hit.name for hit in shared.search("block")) == ["put-block-in-bowl", "towers-of-hanoi"]
    assert [hit.name for hit in other.search("block")] == ["put-elsewhere"]


@pytest.mark.parametrize(
    ("index", "error", "told"),
    [
        ("http://127.0.0.1:9", EnvironmentBroken, r"no Chroma server answers at http://127.0.0.1:9.*chroma run"),
        ("localhost:8000", UsageError, "is no address of a Chroma server"),
        ("http://[::1", UsageError, "is no address of a Chroma server"),
        ("http://localhost:port", UsageError, "is no address of a Chroma server"),
    ],
)
def test_a_server_that_is_not_there_is_said_so(
    filled: TaskLibrary, index: str, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        TaskLibrary(filled.home, LetterEmbedder(), index=index).search("rings")
    assert len(filled.search("rings")) == 2


def test_a_library_keeps_its_thresholds_until_its_index_is_made_anew(filled: TaskLibrary) -> None:
    filled.search("rings")
    path = filled.home / "index.json"
    seal = json.loads(path.read_text())
    calibrated, own = seal["novelty"], seal["novelty"] | {"scene": 0.123}
    assert own != calibrated
    path.write_text(json.dumps(seal | {"novelty": own}))
    filled.remove("towers-of-hanoi")
    assert json.loads(path.read_text())["novelty"] == own
    (filled.home / "trash").rename(filled.home / "elsewhere")
    (filled.home / "library" / "put-block-in-bowl").rename(filled.home / "put-block-in-bowl")  # by hand
    filled.add(hanoi_task(), PICTURES)
    assert json.loads(path.read_text())["novelty"] == own
    filled.rebuild()
    assert json.loads(path.read_text())["novelty"] == calibrated


def test_an_entry_that_says_another_schema_is_left_alone(filled: TaskLibrary) -> None:
    seal = filled.home / "index.json"
    seal.write_text(json.dumps(json.loads(seal.read_text()) | {"added later": 1}))
    assert len(filled.search("rings")) == 2
    assert filled.check() == []
