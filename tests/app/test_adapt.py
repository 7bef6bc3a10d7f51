"""`simsmith adapt`: a policy of the home goes on with another dataset; mistakes are one clear line."""

from __future__ import annotations

import pytest
from command import Command

from policy.acting import policy_config
from policy.collect import Look, collect
from policy.config import preset
from policy.tasks import PracticeTask
from policy.training import train
from sim.sandbox import Sandbox
from sim.workers import LocalWorkers


@pytest.fixture(scope="module")
def simsmith(tmp_path_factory: pytest.TempPathFactory) -> Command:
    """The command on a home with two datasets and a policy that has learnt from the first."""
    simsmith = Command(tmp_path_factory.mktemp("home"))
    with LocalWorkers(1) as workers:
        for name, look in (("plain", Look()), ("pseudo-real", Look("pseudo-real"))):
            folder = simsmith.home / "datasets" / name
            collect(folder, [PracticeTask("put-block-in-bowl")], 2, sandbox=Sandbox(), workers=workers, look=look)
    train(simsmith.home / "datasets" / "plain", None, preset("smoke", steps=2), simsmith.home / "policies" / "first")
    return simsmith


def test_a_policy_is_adapted_under_a_name_of_its_own(simsmith: Command) -> None:
    given = ("adapt", "first", "pseudo-real", "--steps", "2", "--keep", "plain", "--disturb", "--device", "cpu")
    ran = simsmith(*given, "--json")
    assert ran.code == 0, ran.err
    folder = simsmith.home / "policies" / "first-adapted"
    assert ran.document["checkpoint"] == str(folder)
    assert ran.document["steps"] == policy_config(folder).steps == 2
    assert ran.document["disturb"] is policy_config(folder).disturb is True
    again = simsmith(*given)
    assert again.code == 0, again.err
    assert "adapted to 2 demonstrations of pseudo-real, with 2 of plain rehearsed, in 2 steps" in again.out
    assert "--tasks put-block-in-bowl --appearance pseudo-real" in again.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("frist", "pseudo-real"), "no policy 'frist' - did you mean 'first'?"),
        (("first", "pseudo-reel"), "did you mean 'pseudo-real'"),
        (("first", "pseudo-real", "--name", "first"), "give the new one another --name"),
        (("first", "pseudo-real", "--name", "oracle"), "'oracle' is a policy that needs no training"),
        (("first", "pseudo-real", "--name", "my policy"), "a policy cannot be called 'my policy'"),
    ],
)
def test_mistakes_are_one_line(simsmith: Command, given: tuple[str, ...], said: str) -> None:
    ran = simsmith("adapt", *given)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
