"""An evaluation's folder: a second run goes on with it, and never mixes it with another one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from policy.evaluation import EpisodeOutcome
from policy.evaluations import OUTCOMES, Evaluation, EvaluationSettings
from policy.policies import find_policy
from sim.errors import EnvironmentBroken, FileDamaged, UsageError

SETTINGS = EvaluationSettings(policy="mine", fingerprint="ab", tasks={"a": "1", "b": "2"}, first_seed=10, episodes=2)
OUTCOME = [EpisodeOutcome(task=task, seed=seed, reward=0.5) for task in "ab" for seed in (10, 11, 12)]


def keep(folder: Path, settings: EvaluationSettings, *outcomes: EpisodeOutcome) -> list[EpisodeOutcome]:
    """Adds outcomes, and returns those that are wanted."""
    with Evaluation.opened(folder, settings) as evaluation:
        for outcome in outcomes:
            evaluation.add(outcome)
        return evaluation.wanted()


def changed(**values: object) -> EvaluationSettings:
    return SETTINGS.model_copy(update=values)


def test_a_second_run_knows_what_the_first_found_out(tmp_path: Path) -> None:
    assert keep(tmp_path, SETTINGS, OUTCOME[3], OUTCOME[0]) == [OUTCOME[0], OUTCOME[3]]
    assert keep(tmp_path, SETTINGS) == [OUTCOME[0], OUTCOME[3]]


def test_more_or_fewer_episodes_are_the_same_evaluation(tmp_path: Path) -> None:
    keep(tmp_path, SETTINGS, *OUTCOME[:2])
    assert keep(tmp_path, changed(episodes=3), OUTCOME[2]) == OUTCOME[:3]
    assert keep(tmp_path, changed(episodes=1)) == OUTCOME[:1]
    assert changed(episodes=3).name == SETTINGS.name


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"fingerprint": "cd"}, "a policy with other weights"),
        ({"rules": "ravens"}, "another rules: strict, not ravens"),
        ({"appearance": "randomised"}, "another appearance: plain, not randomised"),
        ({"first_seed": 11}, "another first seed: 10, not 11"),
        ({"tasks": {"a": "1", "c": "2"}}, "other tasks: b, c in one of the two alone"),
        ({"tasks": {"a": "1", "b": "3"}}, "another program of b"),
    ],
)
def test_another_evaluation_is_refused_and_has_another_name(
    tmp_path: Path, values: dict[str, object], told: str
) -> None:
    keep(tmp_path, SETTINGS, OUTCOME[0])
    with pytest.raises(UsageError, match=told):
        keep(tmp_path, changed(**values))
    assert changed(**values).name != SETTINGS.name
    assert keep(tmp_path, SETTINGS) == OUTCOME[:1]


def test_a_line_that_was_cut_off_is_run_again(tmp_path: Path) -> None:
    keep(tmp_path, SETTINGS, *OUTCOME[:2])
    file = tmp_path / OUTCOMES
    file.write_bytes(file.read_bytes()[:-9])
    assert keep(tmp_path, SETTINGS) == OUTCOME[:1]
    assert keep(tmp_path, SETTINGS, OUTCOME[1]) == OUTCOME[:2]


def test_damaged_files_are_named(tmp_path: Path) -> None:
    keep(tmp_path, SETTINGS, *OUTCOME[:2])
    file = tmp_path / OUTCOMES
    file.write_text("{}\n" + file.read_text())
    with pytest.raises(FileDamaged, match=r"line 1 of .*outcomes.jsonl is damaged"):
        keep(tmp_path, SETTINGS)
    (tmp_path / "evaluation.json").write_text("[]")
    with pytest.raises(FileDamaged, match=r"evaluation.json is damaged"):
        keep(tmp_path, SETTINGS)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Evaluation.opened(tmp_path, SETTINGS), pytest.raises(UsageError, match="runs in another process"):
        keep(tmp_path, SETTINGS)
    assert keep(tmp_path, SETTINGS) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentBroken, match="cannot be written"):
        keep(tmp_path / "file", SETTINGS)


# -- the policies that can be named ------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a policy called mine."""
    folder = tmp_path / "home" / "policies" / "mine"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    save_file({"weight": np.zeros(4, np.float32)}, folder / "weights.safetensors")
    return tmp_path / "home"


def test_a_policy_is_found_by_its_name_and_by_its_folder(home: Path) -> None:
    by_name, by_folder = find_policy("mine", home), find_policy(str(home / "policies" / "mine"), home)
    assert by_name == by_folder
    assert (by_name.name, Path(by_name.place)) == ("mine", home / "policies" / "mine")
    assert find_policy("oracle", home).place == "oracle"


def test_a_folder_here_is_given_as_a_path(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shutil.copytree(home / "policies" / "mine", home.parent / "here" / "theirs").parent)
    for given in ("./theirs", "theirs/"):
        assert Path(find_policy(given, home).place) == home.parent / "here" / "theirs"
    with pytest.raises(UsageError, match=r"no policy 'theirs' in .*policies \(the folder here is named ./theirs\)"):
        find_policy("theirs", home)


def test_other_weights_have_another_fingerprint(home: Path) -> None:
    before = find_policy("mine", home).fingerprint
    save_file({"weight": np.ones(4, np.float32)}, home / "policies" / "mine" / "weights.safetensors")
    assert find_policy("mine", home).fingerprint != before


@pytest.mark.parametrize(
    ("name", "content", "error", "told"),
    [
        ("weights.safetensors", None, UsageError, "has no weights.safetensors"),
        ("config.json", None, UsageError, "has no config.json"),
        ("weights.safetensors", b"\x00" * 50, FileDamaged, "weights.safetensors is damaged"),
        ("config.json", b"{", FileDamaged, "config.json is damaged"),
    ],
)
def test_a_policy_without_its_files_or_with_damaged_ones(
    home: Path, name: str, content: bytes | None, error: type[Exception], told: str
) -> None:
    file = home / "policies" / "mine" / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(error, match=told):
        find_policy("mine", home)


def test_a_name_that_no_policy_has(home: Path) -> None:
    with pytest.raises(UsageError, match=r"no policy 'mien' .*did you mean 'mine'"):
        find_policy("mien", home)
    with pytest.raises(UsageError, match=r"valid names: mine, oracle, random"):
        find_policy("x", home)
    with pytest.raises(UsageError, match="no policy is named"):
        find_policy("", home)
