"""What is made once for all rooms: the embedding model, and a home with the human-made tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from memory import MiniLM, TaskLibrary
from sim.sandbox import Sandbox
from sim.tasks import human_sources
from tools.seeds import plant_seeds


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    """The real model, loaded once."""
    return MiniLM()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> Path:
    """A home with the human-made tasks, each really proved; not to be written, who writes makes a copy."""
    home = tmp_path_factory.mktemp("seeded") / "home"
    assert set(plant_seeds(TaskLibrary(home, minilm), Sandbox())) == set(human_sources())
    return home
