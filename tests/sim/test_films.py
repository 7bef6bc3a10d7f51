"""Films: the arm follows what was recorded and never jumps; the files play."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
from scenes import HALF, at, block, goal, layout

from sim.action import Action
from sim.arm import SUCTION_LENGTH, shared_arm
from sim.episode import Episode, run_oracle
from sim.errors import EnvironmentBroken
from sim.film import (
    GLIDE,
    Moment,
    Recorder,
    frame_count,
    frames,
    record,
    record_episode,
    require_ffmpeg,
    write_gif,
    write_mp4,
)
from sim.geometry import rotate
from sim.layout import Pose
from sim.spatula import BLADE
from sim.stage import REST, Stage

SCENE = layout(
    [block(0.5, 0.2), block(0.4, 0.0, color="blue")],
    [goal([1], [at(0.4, -0.3)]), goal([2], [at(0.6, 0.3)])],
    max_steps=2,
)


@pytest.fixture(scope="module")
def moments() -> list[Moment]:
    result, found = record(SCENE)
    assert result.success
    return found


def tool(stage: Stage) -> Pose:
    """Pose of the middle of the tool's lowest part: the cup's rim, or the blade."""
    return tuple(stage.world.client.getBasePositionAndOrientation(stage._tool[-1][0]))


def test_filming_does_not_change_the_episode() -> None:
    digests = []
    for filmed in (True, False):
        with Episode(SCENE) as episode:
            if filmed:
                Recorder(episode)
            run_oracle(episode)
            digests.append(episode.world.state_hash())
    assert digests[0] == digests[1]


def test_the_film_of_another_actor_shows_what_it_did() -> None:
    away = Action((0.5, 0.2, 0.0), (0.6, -0.2, 0.0))
    with Episode(SCENE) as episode:
        result, found = record_episode(episode, lambda episode: away)
    assert not result.success
    assert found[-1].poses[1][0][:2] == pytest.approx((0.6, -0.2), abs=0.005)


def test_the_tip_never_jumps_and_rests_before_and_after(moments: list[Moment]) -> None:
    assert (moments[0].tip, moments[-1].tip) == (REST, REST)
    steps = [math.dist(first.tip, second.tip) for first, second in itertools.pairwise(moments)]
    assert max(steps) < 2.2 * GLIDE


def test_the_tip_is_on_the_object_that_it_carries(moments: list[Moment]) -> None:
    carried = [
        (moment.tip, moment.poses[1][0])
        for before, moment in itertools.pairwise(moments)
        if math.dist(before.poses[1][0], moment.poses[1][0]) > 0.01
    ]
    assert len(carried) > 5
    for tip, (x, y, z) in carried:
        assert math.dist(tip, (x, y, z + HALF)) < 0.005


def test_a_stage_shows_the_tool_at_its_tip(moments: list[Moment]) -> None:
    with Stage(SCENE) as stage:
        for moment in moments[::7]:
            stage.put(moment.poses)
            stage.reach(moment.tip, moment.yaw)
            cup, _ = tool(stage)
            assert (*cup[:2], cup[2] - 0.1 * SUCTION_LENGTH) == pytest.approx(moment.tip, abs=0.004)
            assert stage.world.poses()[1][0] == pytest.approx(moment.poses[1][0], abs=1e-6)


def test_a_tip_out_of_reach_is_shown_as_near_as_the_arm_comes() -> None:
    far = (0.75, 0.5, 0.5)
    assert shared_arm().reach(far) is None
    with Stage(SCENE) as stage:
        stage.reach(far)
        assert math.dist(tool(stage)[0], far) < 0.2


def test_a_push_is_filmed_with_its_blade_across_the_way() -> None:
    zone = (at(0.5, -0.1, 0.0), (0.12, 0.12, 0.0))
    swept = goal([1], [zone[0]], metric="zone", params=[zone])
    pushes = layout([block(0.5, 0.1)], [swept], primitive="push", max_steps=1)
    with Episode(pushes) as episode:
        recorder = Recorder(episode)
        episode.step(Action((0.5, 0.2, 0.0), (0.5, 0.0, 0.0)))
        moment = recorder.moments[-1]
    assert moment.tip[:2] == pytest.approx((0.5, 0.0), abs=0.02)
    with Stage(pushes) as stage:
        stage.reach(moment.tip, moment.yaw)
        (x, y, z), rotation = tool(stage)
        assert (x, y, z - BLADE[2] / 2) == pytest.approx(moment.tip, abs=0.004)
        assert abs(rotate(rotation, (0.0, 1.0, 0.0))[0]) > 0.99  # its width lies along x: it was pushed along y


@pytest.fixture(scope="module")
def images(moments: list[Moment]) -> list[np.ndarray]:
    short = moments[:6]
    made = list(frames(SCENE, short))
    assert len(made) == frame_count(short)
    return made


def test_long_films_are_shown_faster(moments: list[Moment]) -> None:
    assert frame_count(moments * 50) < 400


def test_a_gif_plays_for_ever_and_is_small(images: list[np.ndarray], tmp_path: Path) -> None:
    file = tmp_path / "film.gif"
    write_gif(file, images)
    assert imageio.immeta(file)["loop"] == 0
    seen = imageio.imread(file, index=0)[..., :3].astype(int)
    assert seen.shape == (360, 480, 3)
    assert np.abs(seen - images[0]).mean() < 3.0
    assert file.stat().st_size < 200_000


def test_an_mp4_holds_every_frame(images: list[np.ndarray], tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    require_ffmpeg()
    write_mp4(file, images)
    import imageio_ffmpeg

    count, seconds = imageio_ffmpeg.count_frames_and_secs(str(file))
    assert count == len(images)
    assert seconds == pytest.approx(len(images) / 12, abs=0.1)


def test_no_ffmpeg_is_told_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    with pytest.raises(EnvironmentBroken, match="no ffmpeg"):
        require_ffmpeg()


def test_a_layout_without_solution_can_be_filmed() -> None:
    stuck = layout([block(0.5, 0.2, category="fixed")], [goal([1], [at(0.4, -0.3)])], max_steps=1)
    result, moments = record(stuck)
    assert not result.success
    assert frame_count(moments) >= 1
