"""The shares of the views, and what a text is compared with."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from memory import TaskLibrary
from memory.novelty import mix
from memory.programs import program_words
from memory.weights import Weights
from tests.memory.memory_samples import put_task


def test_the_fitted_shares_are_whole() -> None:
    weights = Weights.load()
    assert sum(weights.text.values()) == pytest.approx(1.0)
    assert sum(weights.task.values()) == pytest.approx(1.0)
    assert weights.made_from


@pytest.mark.parametrize("shares", [{"code": 0.5, "language": 0.4}, {"code": -0.5, "language": 1.5}])
def test_shares_that_are_no_shares_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        Weights.model_validate({"text": shares, "task": {"code": 1.0}})


def test_a_score_is_the_weighted_mean_of_the_views(library: TaskLibrary) -> None:
    weights = Weights.load()
    for hit in library.search("put the ball into the bowl"):
        assert hit.score == mix(hit.views, weights.text)
    for hit in library.nearest(put_task()):
        assert hit.score == mix(hit.views, weights.task)


def test_a_view_without_share_counts_where_it_is_alone() -> None:
    assert mix({"code": 0.8, "language": None, "scene": None}, {"language": 0.5, "scene": 0.5}) == 0.8


def test_a_programs_words_are_its_names_and_texts() -> None:
    source = (
        "class EggInNest(Task):\n    def reset(self, env):\n        soft_egg = env.add_object('ball/ball.urdf')  # x\n"
    )
    assert program_words(source) == "egg in nest soft ball"
    assert program_words("no program: two lids on posts") == "no program two lids on posts"
