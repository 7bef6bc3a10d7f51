"""Files written as for Ravens, CLIPort or GenSim: they run unchanged, and what is wrong with them is said."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from pybullet import getEulerFromQuaternion, getMatrixFromQuaternion, getQuaternionFromEuler

from sim.episode import Episode, run_oracle
from sim.geometry import as_loose_pose, rotate
from sim.instructions import mismatches
from sim.layout import Layout
from sim.published import modules, utilities
from sim.published.scene import PublishedScene
from sim.sandbox import Sandbox
from sim.verdict import Verdict
from sim.verification import verify

FOLDER = Path(__file__).parent / "published"
SOURCES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.py"))}

# What is accepted as it is, with the warnings that it gets.
ACCEPTED: dict[str, set[str]] = {
    "cliport_bowls": {"variant-classes"},
    "cliport_one_sentence": set(),
    "cliport_pairs": set(),
    "cliport_sequence": set(),
    "gensim_anchors": set(),
    "gensim_color_match": set(),
    "gensim_late_sentences": set(),
    "gensim_loose_poses": set(),
    "gensim_nested_ids": set(),
    "gensim_one_target": set(),
    "gensim_rainbow": set(),
    "gensim_reset_only": set(),
    "gensim_scene_calls": {"no-effect"},
    "gensim_symmetries": set(),
    "gensim_unfilled_templates": {"unfilled-template"},
    "gensim_zone": set(),
    "ravens_align_corner": {"no-instruction"},
    "ravens_block_to_square": {"no-instruction"},
    "ravens_hanoi": {"no-instruction"},
    "ravens_packing": {"no-instruction"},
    "ravens_pyramid": {"no-instruction", "loose-height"},
}
# Ropes and piles: what their layouts warn of.
LAID_OUT: dict[str, set[str]] = {
    "cliport_separating": {"poured-pile"},
    "gensim_piles": set(),
    "gensim_rope": set(),
    "ravens_rope": {"hand-made-rope", "no-instruction"},
    "ravens_sweeping": {"poured-pile", "no-instruction"},
}
# What the strict rules reject, and Ravens' rules accept with the same words as a warning.
LOOSE = {
    "loose_blank": "instruction-mismatch",
    "loose_color_word": "instruction-mismatch",
    "loose_floating": "floating-target",
    "loose_overlap": "overlap",
    "loose_shares": "reward-shares",
}
# What no rules accept, and a part of the message.
WRONG = {
    "wrong_asset": ("unknown-asset", "did you mean 'block/block.urdf'"),
    "wrong_color": ("unknown-color", "did you mean"),
    "wrong_fixed": ("malformed-goal", "category='rigid'"),
    "wrong_reward": ("override", "override reset only"),
}


def test_every_file_has_its_expectation() -> None:
    assert set(SOURCES) == {*ACCEPTED, *LAID_OUT, *LOOSE, *WRONG}


@pytest.mark.parametrize("name", ACCEPTED)
def test_published_style_is_accepted_unchanged(name: str) -> None:
    verdict = verify(SOURCES[name])
    assert verdict.accepted, verdict.diagnostics
    assert {item.code for item in verdict.diagnostics} == ACCEPTED[name]
    assert {item.severity for item in verdict.diagnostics} <= {"warning"}
    assert verdict.rules == "strict"
    assert all(sentence and "{" not in sentence for sentence in verdict.instructions)


@pytest.mark.parametrize("name", LAID_OUT)
def test_ropes_and_piles_are_laid_out_and_solved(name: str) -> None:
    laid_out = Sandbox().layouts(SOURCES[name], range(4))
    assert len(laid_out.layouts) == 4, laid_out.diagnostics
    assert {item.code for item in laid_out.diagnostics} == LAID_OUT[name]
    for layout in laid_out.layouts:
        assert layout.primitive == ("pick_place" if layout.ropes else "push")
        assert [len(rope.beads) for rope in layout.ropes] == [20] * ("rope" in name)
        assert _nearest_small_blocks(layout) > 0.0095
        assert list(mismatches(layout)) == []
    for layout in laid_out.layouts[:2]:
        with Episode(layout) as episode:
            assert run_oracle(episode).success


@pytest.mark.parametrize("name", LOOSE)
def test_looseness_rejects_under_the_strict_rules_and_warns_under_ravens_rules(name: str) -> None:
    strict = verify(SOURCES[name])
    assert not strict.accepted
    assert [item.code for item in strict.errors] == [LOOSE[name]]
    loose = verify(SOURCES[name], rules="ravens")
    assert loose.accepted, loose.diagnostics
    assert loose.rules == "ravens"
    assert {(item.code, item.severity) for item in loose.diagnostics} == {(LOOSE[name], "warning")}
    assert Verdict.model_validate_json(loose.model_dump_json()) == loose


@pytest.mark.parametrize("rules", ["strict", "ravens"])
@pytest.mark.parametrize("name", WRONG)
def test_what_nobody_could_run_is_rejected_under_all_rules(name: str, rules: str) -> None:
    verdict = verify(SOURCES[name], rules=rules)  # type: ignore[arg-type]
    code, words = WRONG[name]
    assert not verdict.accepted
    assert verdict.errors[0].code == code
    assert words in verdict.errors[0].hint


def _nearest_small_blocks(layout: Layout) -> float:
    places = [item.pose[0] for item in layout.objects if item.asset == "block/small.urdf"]
    return min((math.dist(a, b) for i, a in enumerate(places) for b in places[:i]), default=1.0)


# -- how it is read --------------------------------------------------------------------------------------------------


def laid_out(name: str, seed: int = 0) -> Layout:
    layout = Sandbox().layout(SOURCES[name], seed)
    assert isinstance(layout, Layout), layout
    return layout


def test_corner_of_ravens_fits_the_box() -> None:
    layout = laid_out("ravens_align_corner")
    corner, box = layout.objects
    assert corner.size[:2] == pytest.approx(box.size[:2], abs=1e-6)


def test_one_length_says_all_of_a_square() -> None:
    square = laid_out("ravens_rope").object(1)
    assert square.size == pytest.approx((0.2 * math.sqrt(2), 0.2 * math.sqrt(2), 0.001))


def test_hand_made_rope_has_the_spacing_of_its_joints() -> None:
    layout = laid_out("ravens_rope")
    (rope,) = layout.ropes
    assert rope.spacing == pytest.approx(0.01 * math.sqrt(2))
    beads = [layout.object(bead) for bead in rope.beads]
    assert {bead.asset for bead in beads} == {"rope/bead-template.urdf"}
    assert [bead.color for bead in beads[1:-1]] == ["red"] * 18
    gaps = [math.dist(a.pose[0], b.pose[0]) for a, b in itertools.pairwise(beads)]
    assert gaps == pytest.approx([rope.spacing] * 19)


def test_layers_of_a_tower_stand_on_each_other() -> None:
    goals = laid_out("ravens_pyramid").goals
    heights = [goal.targets[0][0][2] for goal in goals]
    assert np.diff(heights) == pytest.approx([0.04, 0.04])
    assert [goal.share for goal in goals] == [1 / 2, 1 / 3, 1 / 6]


def test_rings_of_a_tower_do_not_sink_into_each_other() -> None:
    sunken = SOURCES["ravens_hanoi"].replace("0.015 * (1 - i)", "0.013 * (1 - i)")
    laid = Sandbox().layouts(sunken, [0])
    heights = sorted(item.pose[0][2] for item in laid.layouts[0].objects[1:])
    assert np.diff(heights) == pytest.approx([0.015, 0.015])
    assert "loose-height" in {item.code for item in laid.diagnostics}


def test_each_object_gets_a_place_in_its_zone() -> None:
    (goal,) = laid_out("gensim_one_target").goals
    places = [target[0] for target in goal.targets]
    assert len(places) == 4
    assert min(math.dist(a, b) for a, b in itertools.combinations(places, 2)) > 0.04 * math.sqrt(2)
    (piles, _) = laid_out("gensim_piles").goals
    assert len(piles.targets) == 1  # what is pushed has no places of its own


def test_symmetries_that_are_missing_come_from_the_shape() -> None:
    assert [goal.symmetries for goal in laid_out("gensim_symmetries").goals] == [(math.pi / 2,) * 2, (math.pi / 2,)]


def test_sentences_find_their_goals() -> None:
    late, shared = laid_out("gensim_late_sentences"), laid_out("cliport_one_sentence")
    assert late.instructions == ("put the red cylinder on the stand", "put the blue cylinder on the stand")
    assert shared.instructions == ("put the red blocks in a green bowl",) * 2


def test_tolerances_follow_the_words() -> None:
    assert [laid_out(name).pos_eps for name in ("gensim_color_match", "gensim_rope", "gensim_zone")] == [
        0.05, 0.02, 0.01,
    ]  # fmt: skip


def test_original_of_several_variants_is_read() -> None:
    assert laid_out("cliport_bowls").task == "fill-bowls-unseen-colors"


def test_shares_are_scaled_under_ravens_rules() -> None:
    layouts = Sandbox().layouts(SOURCES["loose_shares"], [0], "ravens").layouts
    assert [goal.share for goal in layouts[0].goals] == [0.5, 0.5]


HEAD = "import numpy as np\nfrom cliport.tasks.task import Task\nfrom cliport.utils import utils\n"
SCENE = """
class Candidate(Task):
    def reset(self, env):
        super().reset(env)
        block = env.add_object("block/block.urdf", ((0.5, 0.2, 0.02), (0, 0, 0, 1)), color="red")
        goal = ((0.5, -0.2, 0.02), (0, 0, 0, 1))
        {goal}
        self.lang_goals.append("put it there")
"""


@pytest.mark.parametrize(
    "goal",
    [
        'self.goals.append(([(block, (np.pi / 2, None))], np.ones((1, 1)), [goal], False, True, "pose", None, 1))',
        'self.goals.append(([block], [[1]], [goal], 0, 1, "pose", (), 1.0))',
        "self.add_goal(block, [1], goal)",
        "self.add_goal([[block]], np.array([True]), [goal[0]], symmetries=[])",
        "self.add_goal(objs=np.array([block]), matches=1, targ_poses=[(np.float32(goal[0]), [0, 0, 0])])",
    ],
)
def test_one_goal_in_many_shapes(goal: str) -> None:
    layout = Sandbox().layout(HEAD + SCENE.format(goal=goal), 0)
    assert isinstance(layout, Layout), layout
    (read,) = layout.goals
    assert (read.objects, read.matches, read.symmetries, read.share) == ((1,), ((True,),), (math.pi / 2,), 1.0)
    assert read.targets[0][0] == pytest.approx((0.5, -0.2, 0.02))
    assert (read.replace, read.rotations, read.metric, read.instruction) == (False, True, "pose", "put it there")


@pytest.mark.parametrize(
    "params",
    [
        "[(goal, (0.2, 0.1, 0))]",
        "(goal, (0.2, 0.1, 0))",
        "[(goal, (0.2, 0.1))]",
        "({block: self.get_object_points(block)}, [(goal, (0.2, 0.1, 0.0))])",
        "[({block: self.get_object_points(block)}, [(goal[0], np.array([0.2, 0.1, 0]))])]",
    ],
)
def test_one_zone_in_many_shapes(params: str) -> None:
    goal = f'self.add_goal([block], [1], [goal], metric="zone", params={params}, step_max_reward=1)'
    layout = Sandbox().layout(HEAD + SCENE.format(goal=goal), 0)
    assert isinstance(layout, Layout), layout
    (zone,) = layout.goals[0].zones
    assert (zone.pose, zone.size) == (((0.5, -0.2, 0.02), (0.0, 0.0, 0.0, 1.0)), (0.2, 0.1, 0.0))


@pytest.mark.parametrize(
    "goal",
    [
        "self.goals.append(([block], [[1]], [goal]))",
        "self.goals.append(7)",
        'self.add_goal(["block"], [1], [goal])',
        "self.add_goal([block, block], np.ones((2, 1)), [goal])",
        "self.add_goal([], [], [goal])",
        "self.add_goal([block], np.ones((3, 4)), [goal])",
        'self.add_goal([block], "ones", [goal])',
        "self.add_goal([block], [1], [goal], step_max_reward=0)",
        'self.add_goal([block], [1], [goal], step_max_reward="all")',
        'self.add_goal([block], [1], [goal], symmetries=["none"])',
        'self.add_goal([block], [1], [goal], metric="zone", params=[(0.2, 0.1)])',
        'self.add_goal([block], [1], [goal], metric="zone")',
        "self.pos_eps = None; self.add_goal([block], [1], [goal])",
    ],
)
def test_what_no_reader_would_understand_is_malformed(goal: str) -> None:
    (finding,) = Sandbox().layouts(HEAD + SCENE.format(goal=goal), [0]).diagnostics
    assert finding.code == "malformed-goal"


def test_euler_angles_are_those_of_pybullet_and_of_ravens() -> None:
    angles = (0.3, -0.4, 1.2)
    theirs = getQuaternionFromEuler(angles)
    assert as_loose_pose(((0, 0, 0), angles))[1] == pytest.approx(theirs)
    stub = vars(modules(PublishedScene(0))["pybullet"])
    assert stub["getEulerFromQuaternion"](theirs) == pytest.approx(getEulerFromQuaternion(theirs))
    assert stub["getMatrixFromQuaternion"](theirs) == pytest.approx(getMatrixFromQuaternion(theirs))
    assert utilities.quatXYZW_to_eulerXYZ(utilities.eulerXYZ_to_quatXYZW(angles)) == pytest.approx(angles)
    # First about z, then about x, then about y: what was the x axis, step by step.
    turned = np.array([math.cos(1.2), math.sin(1.2), 0.0])
    turned = np.array([[1, 0, 0], [0, math.cos(0.3), -math.sin(0.3)], [0, math.sin(0.3), math.cos(0.3)]]) @ turned
    turned = np.array([[math.cos(0.4), 0, -math.sin(0.4)], [0, 1, 0], [math.sin(0.4), 0, math.cos(0.4)]]) @ turned
    assert rotate(utilities.eulerXYZ_to_quatXYZW(angles), (1, 0, 0)) == pytest.approx(tuple(turned))


# -- what stays closed -----------------------------------------------------------------------------------------------

BODY = SCENE.format(goal="self.add_goal([block], [1], [goal])")


@pytest.mark.parametrize(
    ("head", "line", "code", "hint"),
    [
        ("import os", "os.environ", "forbidden-name", "os.path"),
        ("import os", "os.system('id')", "forbidden-name", "os.path"),
        ("from os import listdir", "", "forbidden-name", "os.path"),
        ("import os.path as paths", "paths.getsize('x')", "forbidden-name", "os.path"),
        ("import os", "os.path.os.environ", "forbidden-name", "no files"),
        ("import os", "x = os", "forbidden-name", "no files"),
        ("", "utils.os", "forbidden-name", "no files"),
        ("", "utils.__dict__", "forbidden-name", "no files"),
        ("", "utils.getcolors()", "unknown-name", "'get_colors'"),
        ("from cliport.utils.utils import np", "", "unknown-name", "valid names"),
        ("import pybullet as p", "p.connect(p.GUI)", "unknown-name", "valid names"),
        ("import pybullet as p", "p.getBasePosition(1)", "unknown-name", "'getBasePositionAndOrientation'"),
        ("import pybullet as p", "p.changeVisualShape(1, rgba=[1, 0, 0, 1])", "unknown-keyword", "'rgbaColor'"),
        ("from cliport.tasks import primitive", "", "unknown-name", "'primitives'"),
        ("from cliport.environments.environment import Environment", "", "forbidden-import", "cliport"),
        ("import cliport.environments", "", "forbidden-import", "cliport"),
        ("import ravens.agents", "", "forbidden-import", "ravens"),
        ("import subprocess", "", "forbidden-import", "numpy"),
        ("from cliport.tasks.task import os", "", "forbidden-name", "no files"),
        ("", "open('/etc/passwd')", "forbidden-name", "no files"),
        ("", "env.add_objects()", "unknown-method", "'add_object'"),
        ("", "self.get_true_image(env)", "unknown-method", "valid names: "),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest_names(head: str, line: str, code: str, hint: str) -> None:
    source = f"{head}\n{HEAD}{BODY}        {line}\n"
    verdict = verify(source)
    assert (verdict.stage, verdict.errors[0].code) == ("screen", code)
    assert hint in verdict.errors[0].hint
    assert verdict.errors[0].line is not None


@pytest.mark.parametrize(
    ("head", "line", "code"),
    [
        ("import os", "os.remove('/etc/passwd')", "forbidden-name"),
        ("import os", "remove = os.remove; remove(__name__)", "forbidden-name"),
        ("import os", "type(os.path.join).mro; os.path.exists('/')", None),
        (
            "import pybullet as p",
            "p.createConstraint(1, -1, 1, -1, 'fixed', (0,) * 3, (0,) * 3, (0,) * 3)",
            "no-physics",
        ),
        ("import pybullet as p", "p.createCollisionShape('mesh')", "no-physics"),
        ("import pybullet as p", "p.createMultiBody(1)", "no-physics"),
        ("import pybullet as p", "p.resetBasePositionAndOrientation(9, (0, 0, 0), (0, 0, 0, 1))", "malformed-goal"),
        ("", "color = 'oran'; utils.COLORS[color]", "unknown-color"),
        ("", "env.add_object('pallet/' + 'palette.urdf', goal)", "unknown-asset"),
        ("", "self.primitive = 'throw'", "unknown-name"),
    ],
)
def test_what_only_running_shows_is_said_too(head: str, line: str, code: str | None) -> None:
    found = Sandbox().layouts(f"{head}\n{HEAD}{BODY}        {line}\n", [0])
    assert [item.code for item in found.diagnostics if item.code != "no-instruction"] == ([code] if code else [])
    assert bool(found.layouts) == (code is None)


def test_what_slips_through_the_screen_finds_no_operating_system() -> None:
    # `layouts` parses only: the stubs themselves hold no door to what they stand for.
    doors = ["os.environ", "os.path.os", "utils.random", "p.connect", "random.os"]
    for door in doors:
        head = "import os, random\nimport pybullet as p\n"
        found = Sandbox().layouts(f"{head}{HEAD}{BODY}        {door}\n", [0])
        assert found.layouts == ()
        assert [item.code for item in found.diagnostics] in (["unknown-name"], ["forbidden-name"]), door


def test_our_own_interface_is_not_loosened_by_foreign_names() -> None:
    ours = (HEAD + BODY).replace("from cliport.tasks.task import Task", "from sim import Task")
    foreign = verify("import pybullet as p\n" + ours.replace("from cliport.utils import utils\n", ""))
    assert foreign.errors[0].code == "forbidden-import"
    strict = ours.replace("[1]", "[[1]]")  # the sentence is missing: with our own Task that is a mistake
    assert Sandbox().layouts(strict, [0]).diagnostics[0].code == "malformed-goal"


def test_tables_that_a_file_changes_are_its_own() -> None:
    change = "super().reset(env)\n        assert len(utils.TRAIN_COLORS) == 7\n        utils.TRAIN_COLORS.pop()\n"
    laid = Sandbox().layouts(SOURCES["cliport_bowls"].replace("super().reset(env)\n", change), range(3))
    assert len(laid.layouts) == 3, laid.diagnostics


def test_ring_of_rope_is_refused() -> None:
    ring = (
        "p.createConstraint(parent_id, -1, objects[0][0], -1, p.JOINT_POINT2POINT, (0, 0, 0), (0, 0, 0.01), (0, 0, 0))"
    )
    source = SOURCES["ravens_rope"].replace("        matches =", f"        {ring}\n        matches =")
    (found,) = Sandbox().layouts(source, [0]).diagnostics
    assert found.code == "no-physics"
    assert "ring" in found.message
