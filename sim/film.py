"""Films: the oracle or a policy at work on a layout, as a GIF or an MP4.

While the episode runs, only poses are noted down. The frames are rendered afterwards on a stage that is built once.
Between two actions nothing is simulated; there the arm glides from where it was to above the next place and comes
down. Lengths are metres.
"""

from __future__ import annotations

import itertools
import math
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.episode import Actor, Episode, oracle, run
from sim.errors import EnvironmentBroken
from sim.geometry import invert, multiply, wrap, yaw_quaternion
from sim.layout import IDENTITY, Layout, Pose, Vector3
from sim.stage import AUDIENCE, REST, Stage
from sim.verdict import EpisodeResult
from sim.world import STEPS_PER_SECOND, TABLE

FRAMES_PER_SECOND = 12
EVERY = STEPS_PER_SECOND // FRAMES_PER_SECOND  # steps of physics between two moments
LONGEST = 360  # frames; a longer film is shown faster
JUMP = 0.02  # a tip that moves further than this in one step was not moved by physics
GLIDE = 0.08  # between two frames while the arm glides
ABOVE = 0.12  # over the next place, before the tool comes down
PAUSE = FRAMES_PER_SECOND  # frames at the end
COLORS = 96  # of a GIF

Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Moment:
    """Where everything was: poses by handle, the tool's tip, and its yaw."""

    poses: dict[int, Pose]
    tip: Vector3
    yaw: float


class Recorder:
    """Notes down where everything is while an episode runs.

    Attributes:
        moments: What has been noted down so far, at `FRAMES_PER_SECOND`.
    """

    def __init__(self, episode: Episode) -> None:
        self.world, self.effector = episode.world, episode.effector
        self.moments = [Moment(self.world.poses(), REST, 0.0)]
        self._tip, self._yaw, self._shown = REST, 0.0, REST
        self._held = TABLE  # what the tip came down on
        self._grip: Pose = (REST, IDENTITY)  # the tip, seen from there
        self.world.watcher = self._watch

    def _watch(self) -> None:
        tip, yaw = self.effector.tip or (self._tip, self._yaw)
        if math.dist(tip, self._tip) > JUMP:
            self.moments += _glide(self.moments[-1], tip, yaw)
            self._held = self.world.hit(tip[0], tip[1])[0]
            if self._held != TABLE:
                self._grip = multiply(invert(self.world.pose(self._held)), (tip, yaw_quaternion(yaw)))
        if tip != self._tip:
            # What is held lags behind where the tool pulls it: the tool is shown on it.
            on_it = multiply(self.world.pose(self._held), self._grip)[0] if self._held != TABLE else tip
            self._tip, self._yaw, self._shown = tip, yaw, on_it
        if self.world.steps % EVERY == 0:
            self.moments.append(Moment(self.world.poses(), self._shown, yaw))


def record(layout: Layout) -> tuple[EpisodeResult, list[Moment]]:
    """Lets the oracle act on a layout; how the episode went, and its moments."""
    with Episode(layout) as episode:
        return record_episode(episode, oracle)


def record_episode(episode: Episode, actor: Actor) -> tuple[EpisodeResult, list[Moment]]:
    """Lets an actor act in a fresh episode; how that went, and its moments."""
    recorder = Recorder(episode)
    result = run(episode, actor)
    last = replace(recorder.moments[-1], poses=episode.world.poses())
    return result, [*recorder.moments, last, *_glide(last, REST, 0.0)]


def frames(layout: Layout, moments: Sequence[Moment]) -> Iterator[Image]:
    """The frames of a film, (360, 480, 3) uint8 each; `frame_count` says how many."""
    stride = _stride(moments)
    with Stage(layout, moments[0].poses) as stage:
        image: Image | None = None
        for moment in itertools.chain(moments[:-1:stride], moments[-1:]):
            stage.put(moment.poses)
            stage.reach(moment.tip, moment.yaw)
            image = stage.look(AUDIENCE)
            yield image
        yield from itertools.repeat(image, PAUSE) if image is not None else ()


def frame_count(moments: Sequence[Moment]) -> int:
    """How many frames the film of these moments has."""
    return len(moments[: -1 : _stride(moments)]) + 1 + PAUSE


def write_gif(path: Path, images: Iterable[Image]) -> None:
    """Writes a GIF that plays for ever, with one palette for all frames, so that it is small and does not flicker.

    Raises:
        OSError: It cannot be written.
    """
    from PIL import Image as Pillow

    pictures = [Pillow.fromarray(image) for image in images]
    sheet = np.vstack([np.asarray(picture)[::2, ::2] for picture in pictures[:: max(1, len(pictures) // 8)]])
    palette = Pillow.fromarray(sheet).quantize(COLORS)
    indexed = [picture.quantize(palette=palette, dither=Pillow.Dither.NONE) for picture in pictures]
    milliseconds = round(1000 / FRAMES_PER_SECOND, -1)  # a GIF counts in hundredths of a second
    indexed[0].save(path, "GIF", save_all=True, append_images=indexed[1:], duration=milliseconds, loop=0)


def require_ffmpeg() -> None:
    """Finds ffmpeg before any work is done.

    Raises:
        EnvironmentBroken: There is none.
    """
    try:
        import imageio_ffmpeg

        found = shutil.which(imageio_ffmpeg.get_ffmpeg_exe())  # the variable that names one is not checked there
    except (ImportError, RuntimeError):
        found = None
    if found is None:
        raise EnvironmentBroken("no ffmpeg to write an MP4 with", "pip install imageio-ffmpeg, or make a GIF")


def write_mp4(path: Path, images: Iterable[Image]) -> None:
    """Writes an MP4 (H.264).

    Raises:
        OSError: It cannot be written.
    """
    import imageio_ffmpeg

    rows, columns = AUDIENCE.shape
    writer = imageio_ffmpeg.write_frames(str(path), (columns, rows), fps=FRAMES_PER_SECOND, macro_block_size=2)
    writer.send(None)
    try:
        for image in images:
            writer.send(np.ascontiguousarray(image))
    finally:
        writer.close()


def _stride(moments: Sequence[Moment]) -> int:
    return math.ceil(len(moments) / LONGEST)


def _glide(start: Moment, tip: Vector3, yaw: float) -> list[Moment]:
    """The arm's way to the next place: up, over it, and down."""
    top = max(start.tip[2], tip[2] + ABOVE, max(pose[0][2] for pose in start.poses.values()) + ABOVE)
    stops: list[Vector3] = [start.tip, (*start.tip[:2], top), (*tip[:2], top), tip]
    points = [point for first, second in itertools.pairwise(stops) for point in _line(first, second)]
    turn = wrap(yaw - start.yaw)
    return [
        Moment(start.poses, point, start.yaw + turn * (number + 1) / len(points)) for number, point in enumerate(points)
    ]


def _line(start: Vector3, end: Vector3) -> list[Vector3]:
    """Points on the way to `end`, which is the last of them, slower at both ends."""
    count = math.ceil(math.dist(start, end) / GLIDE)
    parts = [(1 - math.cos(math.pi * (number + 1) / count)) / 2 for number in range(count)]
    return [tuple(a + (b - a) * part for a, b in zip(start, end, strict=True)) for part in parts]  # type: ignore[misc]
