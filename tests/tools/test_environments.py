"""Library tasks as Gymnasium environments: registered by an import, laid out in the sandbox."""

from __future__ import annotations

import subprocess
import sys
import uuid
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from memory import MiniLM, TaskLibrary
from sim.environment import TabletopEnv
from sim.errors import TaskError, UsageError
from sim.sandbox import Sandbox
from sim.tasks import human_sources
from tools.commit import commit_file
from tools.environments import LibraryEnv, SandboxedTask, register_library

SOURCE = human_sources()["align-box-corner"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> Path:
    """A home with one task, whose name no other test has."""
    folder = tmp_path_factory.mktemp("library") / "home"
    commit_file(TaskLibrary(folder, minilm), Sandbox(), SOURCE, f"corner-{uuid.uuid4().hex[:8]}")
    return folder


@pytest.fixture(scope="module")
def environment_id(home: Path) -> str:
    (registered,) = register_library(home)
    return registered


def test_a_library_task_is_an_environment(environment_id: str) -> None:
    environment = gymnasium.make(environment_id, render_mode="rgb_array", resolution="half")
    check_env(environment.unwrapped, skip_render_check=True)
    seen = environment.reset(seed=2)[0]
    trusted = TabletopEnv("align-box-corner", resolution="half")
    assert np.array_equal(seen["color"], trusted.reset(seed=2)[0]["color"])
    environment.close()
    trusted.close()


def test_registering_again_finds_the_same(home: Path, environment_id: str) -> None:
    assert register_library(home) == [environment_id]


def test_library_tasks_run_in_processes_of_their_own(environment_id: str) -> None:
    together = gymnasium.make_vec(environment_id, num_envs=2, vectorization_mode="async", resolution="half")
    observation, info = together.reset(seed=1)
    together.close()
    assert observation["height"].shape == (2, 80, 160)
    assert len(info["instruction"]) == 2


def test_an_import_registers_the_home_of_the_command_line_and_loads_nothing_heavy(
    home: Path, environment_id: str
) -> None:
    code = (
        "import sys, gymnasium, tools.environments; gymnasium.spec(sys.argv[1]);"
        "print([name for name in ('pybullet', 'torch', 'chromadb', 'langchain_core') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, environment_id]
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True, env={"SIMSMITH_HOME": str(home)}
    )
    assert ran.stdout.strip() == "[]"


def test_a_home_without_library_registers_nothing(tmp_path: Path) -> None:
    assert register_library(tmp_path / "nowhere") == []
    assert not (tmp_path / "nowhere").exists()


def test_unknown_names_and_bad_programs_are_typed_errors(home: Path) -> None:
    with pytest.raises(UsageError, match="no task 'corners'"):
        LibraryEnv("corners", str(home))
    broken = TabletopEnv(SandboxedTask(SOURCE.replace(".urdf", ".urdx", 1)))
    with pytest.raises(TaskError, match=r"line \d+: no asset"):
        broken.reset(seed=0)
