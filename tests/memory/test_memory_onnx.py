"""The fast copy of an embedding model: the same vectors as the model's own, made once, never half there."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from memory_samples import HANOI, put_task
from sentence_models import tiny_model

from memory import MiniLM
from memory.onnx_copy import COPY_VERSION, TOLERANCE, OnnxCopy, Refusal, fast_copy, fingerprint, read_copy
from memory.onnx_export import make_copy
from memory.programs import code_pieces, embed_programs
from memory.sentence_model import SentenceModel
from memory.torch_model import TorchModel

pytestmark = pytest.mark.filterwarnings("ignore")  # the exporter's, of torch's own code

Start = Callable[..., subprocess.Popen[str]]
TEXTS = (
    "put the block in the bowl",
    "Stack three BLUE blocks on the green one.",
    "sweep the pile of small blocks into the marked square " * 40,  # beyond the model's 256 tokens
    "",
    " \n\t",
    "наклейка, 積み木, naïve café 🧱",
    "\ud800 half a pair",
    *code_pieces(put_task().code),
    *code_pieces(HANOI),
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model with random weights, as sentence-transformers writes it."""
    return tiny_model(tmp_path_factory.mktemp("models") / "tiny", pooling="mean")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv("SIMSMITH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "embedders"


def place(cache: Path, model: Path) -> Path:
    """Where a model's copy lies."""
    return cache / f"{fingerprint(model)}-{COPY_VERSION}"


class Original:
    """The packaged model, answered by sentence-transformers."""

    name, dimensions = "original", 384

    def __init__(self, folder: Path) -> None:
        self.model = TorchModel(folder)

    def embed(self, texts):
        return self.model.rows([text.encode("utf-8", "replace").decode() for text in texts])


def test_the_packaged_model_and_its_copy_give_the_same_vectors(minilm: MiniLM) -> None:
    original = Original(minilm.folder)
    assert "fast copy" in minilm.way
    np.testing.assert_allclose(minilm.embed(TEXTS), original.embed(TEXTS), rtol=0.0, atol=TOLERANCE)
    programs = [put_task().code, HANOI, ""]
    np.testing.assert_allclose(
        embed_programs(minilm, programs), embed_programs(original, programs), rtol=0.0, atol=TOLERANCE
    )


def test_a_row_does_not_depend_on_what_else_is_asked(minilm: MiniLM) -> None:
    texts = [*TEXTS[:6], *(f"put the ball into the {number}th bowl" for number in range(50))]
    copy = fast_copy(minilm.folder, minilm.fingerprint)
    assert isinstance(copy, OnnxCopy)
    rows, turned = copy.rows(texts), copy.rows(texts[::-1])[::-1]
    alone = np.concatenate([copy.rows([text]) for text in texts[:4]])
    np.testing.assert_allclose(turned, rows, rtol=0.0, atol=TOLERANCE)
    np.testing.assert_allclose(alone, rows[:4], rtol=0.0, atol=TOLERANCE)


@pytest.mark.parametrize("pooling", ["mean", "cls", "max"])
def test_models_of_any_pooling_have_a_copy(pooling: str, tmp_path: Path, cache: Path) -> None:
    folder = tiny_model(tmp_path / "model", pooling=pooling, normalise=False)
    make_copy(folder, place(cache, folder))
    model = SentenceModel(folder)
    assert model.dimensions == 16
    assert "fast copy" in model.way
    np.testing.assert_allclose(model.embed(TEXTS), Original(folder).embed(TEXTS), rtol=0.0, atol=TOLERANCE)


def test_other_weights_are_another_model_and_another_place_is_not(tiny: Path, tmp_path: Path) -> None:
    same = tiny.rename(tmp_path / "tiny")
    name = SentenceModel(same).name
    assert name.startswith("tiny@")
    same.rename(tiny)
    assert SentenceModel(tiny).name == name
    assert SentenceModel(tiny_model(tmp_path / "tiny", seed=2)).name != name


def test_a_model_that_cannot_be_copied_is_answered_all_the_same_with_one_warning(
    tmp_path: Path, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tiny_model(tmp_path / "model", prompt="query: ")
    make_copy(folder, place(cache, folder))
    for _ in range(2):
        caplog.clear()
        model = SentenceModel(folder)
        rows = model.embed(["block", "bowl"])
        model.embed(["ball"])
        told = [record for record in caplog.records if record.name.startswith("memory")]
        assert [record.levelno for record in told] == [logging.WARNING]
        assert "it puts a prompt before its texts" in told[0].getMessage()
    assert "sentence-transformers" in model.way
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert json.loads((place(cache, folder) / "copy.json").read_text()).keys() == {"refused"}


def test_two_processes_at_once_get_one_copy_and_load_no_torch(tiny: Path, cache: Path, start_python: Start) -> None:
    program = """
import sys
from pathlib import Path
from memory.sentence_model import SentenceModel
model = SentenceModel(Path(sys.argv[1]))
print(model.embed(["block"]).tolist(), model.way, "torch" in sys.modules)
"""
    children = [start_python(program, tiny) for _ in range(2)]
    told = [child.communicate(timeout=120) for child in children]
    assert told[0] == told[1]
    assert told[0][0].endswith(f"its fast copy in {place(cache, tiny)} False\n")
    assert told[0][1] == ""
    made = place(cache, tiny).stat().st_ino
    make_copy(tiny, place(cache, tiny))  # it is there: nothing is done
    assert place(cache, tiny).stat().st_ino == made
    assert {path.name for path in cache.iterdir()} == {place(cache, tiny).name, f"{place(cache, tiny).name}.lock"}


def test_a_maker_that_was_killed_leaves_nothing_that_counts(tiny: Path, cache: Path, start_python: Start) -> None:
    target = place(cache, tiny)
    program = """
import os, signal, sys
from pathlib import Path
from memory import onnx_export
def begun(model, work):
    (work / "model.onnx").write_bytes(b"half of it")
    os.kill(os.getpid(), signal.SIGKILL)
onnx_export._export = begun
onnx_export.make_copy(Path(sys.argv[1]), Path(sys.argv[2]))
"""
    child = start_python(program, tiny, target)
    child.communicate(timeout=120)
    assert child.returncode == -signal.SIGKILL
    assert list(cache.glob(f"{target.name}-*/model.onnx"))
    assert read_copy(target) is None
    make_copy(tiny, target)
    assert isinstance(read_copy(target), OnnxCopy)
    assert not list(cache.glob(f"{target.name}-*"))


def test_a_damaged_copy_is_made_anew(tiny: Path, cache: Path) -> None:
    target = place(cache, tiny)
    make_copy(tiny, target)
    whole = read_copy(target)
    assert isinstance(whole, OnnxCopy)
    expected = whole.rows(["block"])
    for file in sorted(target.iterdir()):
        content = file.read_bytes()
        for damaged in (content[:-40], b"", content[:-1] + bytes([content[-1] ^ 1])):
            file.write_bytes(damaged)
            assert read_copy(target) is None, file.name
        file.write_bytes(content)
        assert isinstance(read_copy(target), OnnxCopy)
    (target / "model.onnx.data").unlink()
    make_copy(tiny, target)
    mended = read_copy(target)
    assert isinstance(mended, OnnxCopy)
    np.testing.assert_array_equal(mended.rows(["block"]), expected)


def test_without_a_cache_sentence_transformers_answers(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("SIMSMITH_CACHE", str(tmp_path / "file"))
    model = SentenceModel(tiny)
    assert model.embed(["block"]).shape == (1, 16)
    assert str(tmp_path / "file") in caplog.text
    assert isinstance(fast_copy(tiny, model.fingerprint), Refusal)
