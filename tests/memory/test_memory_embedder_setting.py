"""Which embedder a setting means."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from sentence_models import tiny_model

from memory import MiniLM, load_embedder
from memory.onnx_copy import COPY_VERSION, fingerprint
from memory.onnx_export import make_copy
from memory.sentence_model import SentenceModel
from memory.torch_model import TorchModel
from sim.errors import EnvironmentBroken

pytestmark = pytest.mark.filterwarnings("ignore")  # the exporter's, of torch's own code


@pytest.fixture(autouse=True)
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SIMSMITH_EMBEDDER", "SIMSMITH_EMBEDDER_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "hub"))


@pytest.mark.parametrize("setting", [None, "", "all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"])
def test_the_packaged_model_is_the_default(setting: str | None) -> None:
    embedder = load_embedder(setting)
    assert isinstance(embedder, MiniLM)
    assert embedder.name == "all-MiniLM-L6-v2"


def test_the_environment_is_asked_where_no_option_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMSMITH_EMBEDDER", "nomic")
    monkeypatch.setenv("SIMSMITH_EMBEDDER_URL", "http://localhost:11434/v1")
    assert load_embedder().name == "openai:nomic@localhost:11434/v1"
    assert load_embedder("openai:mxbai").name == "openai:mxbai@localhost:11434/v1"


def test_a_folder_and_a_cached_name_are_answered_as_sentence_transformers_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIMSMITH_CACHE", str(tmp_path / "cache"))
    folder = tiny_model(tmp_path / "tiny")
    snapshot = tmp_path / "hub" / "models--somebody--tiny" / "snapshots" / "0123abc"
    shutil.copytree(folder, snapshot)
    refs = tmp_path / "hub" / "models--somebody--tiny" / "refs"
    refs.mkdir()
    (refs / "main").write_text("0123abc")
    given, cached = load_embedder(str(folder)), load_embedder("somebody/tiny")
    assert isinstance(given, SentenceModel)
    assert given.name == f"tiny@{fingerprint(folder)[:12]}"
    assert cached.name == f"somebody/tiny@{fingerprint(folder)[:12]}"
    # One copy serves both: it goes by what is in the files.
    make_copy(folder, tmp_path / "cache" / "embedders" / f"{given.fingerprint}-{COPY_VERSION}")
    texts = ["put the red block into the green bowl", "ball"]
    for embedder in (given, cached):
        assert "fast copy" in embedder.way
        np.testing.assert_allclose(embedder.embed(texts), TorchModel(folder).rows(texts), rtol=0.0, atol=1e-5)


@pytest.mark.parametrize(("setting", "fetched"), [("tiny", "sentence-transformers/tiny"), ("me/tiny", "me/tiny")])
def test_a_model_that_is_not_here_is_not_fetched_and_the_message_says_how(setting: str, fetched: str) -> None:
    with pytest.raises(EnvironmentBroken, match=f"'{setting}' is not on this machine.*`hf download {fetched}`"):
        load_embedder(setting)


def test_a_folder_without_a_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentBroken, match="no embedding model in"):
        load_embedder(str(tmp_path)).embed(["block"])
    monkeypatch.setenv("SIMSMITH_CACHE", str(tmp_path / "cache"))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EnvironmentBroken, match="cannot be loaded"):
        load_embedder(str(tmp_path)).embed(["block"])
