from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.session import Session, Settings
from memory import Event, MiniLM, TaskLibrary
from sim.sandbox import Sandbox
from tools.seeds import plant_seeds

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # pytest's importlib mode does not: the tests share the server and the workshop

from agent_workshop import EXPLORED, library_of, opened  # noqa: E402
from openai_server import ChatServer  # noqa: E402

Opener = Callable[..., Session]


@pytest.fixture(scope="session")
def minilm() -> MiniLM:
    """The real model, loaded once."""
    return MiniLM()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> Path:
    """A home with the human-made tasks; not to be written."""
    home = tmp_path_factory.mktemp("seeded") / "home"
    assert list(plant_seeds(TaskLibrary(home, minilm), Sandbox()))
    return home


@pytest.fixture
def home(tmp_path: Path, seeded: Path) -> Path:
    """A home of the test's own, with the human-made tasks."""
    return Path(shutil.copytree(seeded, tmp_path / "home"))


@pytest.fixture
def library(home: Path, minilm: MiniLM) -> TaskLibrary:
    return library_of(home, minilm)


@pytest.fixture
def open_session(minilm: MiniLM) -> Iterator[Opener]:
    """Opens a session of a home, new or as it was left: `open_session(home, settings, name)`."""
    with ExitStack() as stack:

        def start(home: Path, settings: Settings, name: str = "session-1") -> Session:
            return stack.enter_context(opened(home, settings, name, minilm))

        yield start


@pytest.fixture
def serve() -> Iterator[Callable[..., ChatServer]]:
    """Starts a chat-completions server that follows a script, and can do what is said: `serve(script, can)`."""
    with ExitStack() as stack:
        yield lambda script, can=None: stack.enter_context(ChatServer(script, can))


@pytest.fixture(scope="session")
def explored(tmp_path_factory: pytest.TempPathFactory, seeded: Path, minilm: MiniLM) -> tuple[Path, list[Event]]:
    """A home in which the composer explored for two rounds undisturbed, and the events that the session yielded."""
    home = Path(shutil.copytree(seeded, tmp_path_factory.mktemp("explored") / "home"))
    with opened(home, EXPLORED, "session-1", minilm) as session:
        return home, list(session.run())
