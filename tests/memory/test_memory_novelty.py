"""What counts as new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_samples import BALL, PICTURES, hanoi_task, put_task

from memory import TaskLibrary, TaskRecord, scene_similarity
from sim.signature import Signature


def without_code(record: TaskRecord) -> TaskRecord:
    return record.model_copy(update={"code": "", "signature": None})


def test_the_same_program_under_another_name_is_not_new(library: TaskLibrary) -> None:
    copied = put_task().code.replace("PutBlockInBowl", "Other").replace("# The object", "# Another comment")
    judged = library.novelty(hanoi_task().model_copy(update={"name": "other", "code": copied}))
    assert not judged.novel
    assert judged.reason == "the same program as put-block-in-bowl"


def test_a_recolouring_is_not_new(library: TaskLibrary) -> None:
    judged = library.novelty(put_task("put-blue-block-in-yellow-bowl", color="blue", target_color="yellow"))
    assert not judged.novel
    assert judged.reason.endswith("a recolouring")
    assert " from put-block-in-bowl" in judged.reason
    assert judged.nearest[0].name == "put-block-in-bowl"
    assert judged.nearest[0].views["scene"] == 1.0


@pytest.mark.parametrize(
    "candidate",
    [put_task("put-block-beside-bowl", relation="beside"), put_task("put-ball-in-bowl", asset=BALL)],
    ids=["another relation", "another object"],
)
def test_a_new_relation_or_object_is_new(library: TaskLibrary, candidate: TaskRecord) -> None:
    assert library.novelty(without_code(candidate)).novel
    judged = library.novelty(candidate)
    assert judged.novel
    assert judged.reason.startswith("the nearest is ")


def test_before_there_is_code_the_words_alone_decide(library: TaskLibrary) -> None:
    judged = library.novelty(without_code(put_task("other-name")))
    assert not judged.novel
    assert "in language" in judged.reason
    assert all(hit.views["code"] is None and hit.views["scene"] is None for hit in judged.nearest)
    recoloured = library.novelty(without_code(put_task("other-name", color="pink", target_color="white")))
    assert not recoloured.novel
    assert recoloured.reason.endswith("a recolouring")


def test_everything_is_new_to_an_empty_library(letters: TaskLibrary) -> None:
    judged = letters.novelty(put_task())
    assert judged.novel
    assert judged.nearest == ()
    letters.add(put_task(), PICTURES)
    assert not letters.novelty(put_task("again")).novel
    assert letters.novelty(put_task(), exclude_self=True).novel


counts = st.dictionaries(st.sampled_from(["block", "bowl", "ball"]), st.integers(1, 4), max_size=3)
steps = st.lists(st.sampled_from(["1xblock>bowl", "1xball>bowl", "2xblock>table"]), max_size=5).map(tuple)
signatures = st.builds(
    Signature, kinds=counts, moved=counts, colors=counts, steps=steps, primitive=st.just("pick_place")
)


@given(signatures, signatures)
def test_scene_similarity_is_symmetric_and_1_only_for_scenes_that_differ_in_colours(a: Signature, b: Signature) -> None:
    assert scene_similarity(a, a) == 1.0
    assert scene_similarity(a, b) == scene_similarity(b, a)
    assert 0.0 <= scene_similarity(a, b) <= 1.0
    assert (scene_similarity(a, b) == 1.0) == (a.model_copy(update={"colors": b.colors}) == b)
