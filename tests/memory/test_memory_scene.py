"""The scene view as likeness and as vectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.novelty import Thresholds
from memory.sameness import differences
from memory.scene import SAME, SCENE_DIMENSIONS, scene_similarity, scene_vector, sketch_similarity, sketch_vector
from sim.signature import Signature, Step

IN_BOWL = Step(moved={"block": (1, 1)}, onto={"in bowl": (1, 1)})
ON_STAND = Step(moved={"block": (1, 1)}, onto={"on stand": (1, 1)})
ON_BLOCK = Step(moved={"block": (1, 1)}, onto={"on placed block": (1, 1)})


def scene(*steps: Step, **changes: object) -> Signature:
    """The signature of a task with these steps."""
    moved = {kind: count[1] for step in steps for kind, count in step.moved.items()}
    things = {label.split()[-1]: 1 for step in steps for label in step.onto}
    known = {"kinds": things | moved, "moved": moved, "colors": {"red": 1}, "primitive": "pick_place"}
    told = {"goals": steps, "fewest": len(steps), "steps": tuple(step.text for step in steps)}
    return Signature.model_validate(known | told | changes)


ranges = st.tuples(st.integers(1, 2), st.integers(2, 4))
steps = st.builds(
    Step,
    moved=st.dictionaries(st.sampled_from(["block", "ball"]), ranges, min_size=1),
    onto=st.dictionaries(st.sampled_from(["in bowl", "on block", "table"]), ranges),
    beside=st.sampled_from([(), ("beside bowl",), ("left of bowl",)]),
    form=st.sampled_from(["", "row", "circle"]),
    turned=st.booleans(),
)
scenes = st.builds(
    lambda listed, form, fewest: scene(*listed, form=form, fewest=min(fewest, len(listed))),
    st.lists(steps, min_size=1, max_size=4),
    st.sampled_from(["", "tower 2"]),
    st.integers(1, 4),
)


@given(scenes, scenes)
def test_likeness_is_symmetric_and_1_for_the_same_scene_alone(a: Signature, b: Signature) -> None:
    assert scene_similarity(a, a) == 1.0
    assert scene_similarity(a, b) == scene_similarity(b, a)
    assert 0.0 <= scene_similarity(a, b) <= 1.0
    assert (scene_similarity(a, b) == 1.0) == (a == b)


def test_colours_and_distractors_do_not_count() -> None:
    plain = scene(IN_BOWL)
    kinds = plain.kinds | {"ball": 2}
    assert scene_similarity(plain, scene(IN_BOWL, colors={"blue": 1})) == 1.0
    assert scene_similarity(plain, scene(IN_BOWL, kinds=kinds, distractors={"ball": 2})) == 1.0
    assert scene_similarity(plain, scene(IN_BOWL, kinds=kinds)) < 1.0
    assert np.array_equal(scene_vector(plain), scene_vector(scene(IN_BOWL, kinds=kinds, distractors={"ball": 2})))


@pytest.mark.parametrize(
    "other",
    [
        scene(Step(moved={"ball": (1, 1)}, onto={"in bowl": (1, 1)})),
        scene(Step(moved={"block": (1, 1)}, onto={"table": (1, 1)}, beside=("beside bowl",))),
        scene(IN_BOWL, IN_BOWL),
        scene(Step(moved={"block": (2, 2)}, onto={"in bowl": (1, 1)})),
        scene(IN_BOWL, primitive="push"),
    ],
    ids=["kind", "relation", "number of goals", "number of things", "primitive"],
)
def test_what_differs_by_definition_is_below_what_is_the_same(other: Signature) -> None:
    assert scene_similarity(scene(IN_BOWL), other) < SAME


def test_the_order_of_goals_counts() -> None:
    assert scene_similarity(scene(ON_STAND, ON_BLOCK), scene(ON_BLOCK, ON_STAND)) < SAME


def test_details_keep_it_the_same() -> None:
    turned = IN_BOWL.model_copy(update={"turned": True})
    drawn = IN_BOWL.model_copy(update={"moved": {"block": (1, 3)}})
    for other in (turned, drawn):
        assert SAME <= scene_similarity(scene(IN_BOWL), scene(other)) < 1.0


def test_words_find_the_scene_that_they_speak_of() -> None:
    known = {
        "bowl": scene(IN_BOWL),
        "beside": scene(Step(moved={"block": (1, 1)}, onto={"table": (1, 1)}, beside=("beside bowl",))),
        "row": scene(Step(moved={"cylinder": (3, 3)}, onto={"on line": (3, 3)}, form="row"), form="row"),
    }
    asked = {
        "place the red cube into the green bowl": "bowl",
        "set the block down next to the bowl": "beside",
        "arrange the three cylinders in a row on the line": "row",
    }
    for text, wanted in asked.items():
        sketch = sketch_vector(text)
        assert sketch is not None
        assert max(known, key=lambda name: float(scene_vector(known[name]) @ sketch)) == wanted


def test_rows_are_unit_rows_and_words_without_a_scene_have_none() -> None:
    for row in (scene_vector(scene(IN_BOWL)), sketch_vector("put the block in the bowl")):
        assert row is not None
        assert (row.shape, row.dtype) == ((SCENE_DIMENSIONS,), np.float32)
        assert float(np.linalg.norm(row)) == pytest.approx(1.0, abs=1e-5)
    assert sketch_vector("") is None
    assert sketch_vector("something nice please") is None
    assert sketch_similarity("put the ball in the bowl", "hello") is None


def test_differences_of_programs_are_named() -> None:
    program = 'def lay(env):\n    a = 1\n    b = 0.04\n    env.say("the red block lies here")\n'
    assert differences(program, program) == ()
    assert differences(program, program.replace("a =", "other =")) == ("renamed",)
    assert differences(program, program.replace("red", "blue")) == ("recoloured",)
    assert differences(program, program.replace("lies here", "is there")) == ("reworded",)
    assert differences(program, program.replace("0.04", "0.05")) == ("resized",)
    swapped = 'def lay(env):\n    b = 0.04\n    a = 1\n    env.say("the red block lies here")\n'
    assert differences(program, swapped) == ("reordered",)
    assert differences(program, program + "    a += 1\n") is None
    assert differences("not python (", program) is None


def test_the_thresholds_are_calibrated_and_can_be_written_down() -> None:
    limits = Thresholds.load()
    assert limits.made_from
    assert SAME <= limits.scene <= 1.0
    assert Thresholds.model_validate_json(limits.model_dump_json()) == limits
