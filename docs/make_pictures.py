"""Makes the pictures of the README: tasks before and after the oracle has solved them, and a film of one of them.

python docs/make_pictures.py
"""

from __future__ import annotations

from pathlib import Path

import imageio.v3 as imageio
import numpy as np

from agent.grammar.goals import Unsaid, understand
from agent.grammar.programs import summary, write_program
from sim.builder import lay_out
from sim.camera import picture
from sim.episode import Episode, run_oracle
from sim.film import frames, record, write_gif
from sim.layout import Layout
from sim.sandbox import Sandbox
from sim.tasks import human_task, human_tasks

CROP = np.s_[60:420, 30:600]
GAP = 16  # pixels
FOLDER = Path(__file__).parent / "images"
HUMAN = (("stack-block-pyramid", 3), ("packing-boxes", 3))
HUMAN_SEED = 5
FILMED = ("stack-block-pyramid", 3)
GOALS = (("surround the green ball with four yellow blocks", 1), ("stack three blue blocks on the green one", 5))


def before_and_after(layout: Layout) -> np.ndarray:
    """Two pictures side by side, uint8 RGB."""
    with Episode(layout) as episode:
        start = episode.world.poses()
        run_oracle(episode)
        shots = [picture(layout, poses)[CROP] for poses in (start, episode.world.poses())]
        return np.hstack([shots[0], np.full((shots[0].shape[0], GAP // 2, 3), 255, np.uint8), shots[1]])


def _framed(image: np.ndarray) -> np.ndarray:
    return np.pad(image, ((GAP, GAP), (GAP, GAP), (0, 0)), constant_values=255)


def composed(goal: str, seed: int) -> Layout:
    """The layout of a task that the composer writes for a goal."""
    spec = understand(goal)
    if isinstance(spec, Unsaid):
        raise SystemExit(spec.reason)
    layout = Sandbox().layout(write_program(spec, spec.name, summary(spec)), seed)
    if not isinstance(layout, Layout):
        raise SystemExit(str(layout))
    return layout


def main() -> None:
    """Writes `images/tasks.png`, `images/human-tasks.png` and `images/stack-block-pyramid.gif`."""
    layouts = [lay_out(human_task(name), seed)[0] for name, seed in HUMAN]
    layouts += [composed(goal, seed) for goal, seed in GOALS]
    pairs = [_framed(before_and_after(layout)) for layout in layouts]
    sheet = np.vstack([np.hstack(pairs[:2]), np.hstack(pairs[2:])])
    FOLDER.mkdir(exist_ok=True)
    imageio.imwrite(FOLDER / "tasks.png", sheet[::2, ::2])
    shots = [_framed(before_and_after(lay_out(task, HUMAN_SEED)[0]))[::2, ::2] for task in human_tasks().values()]
    imageio.imwrite(
        FOLDER / "human-tasks.png", np.vstack([np.hstack(shots[k : k + 2]) for k in range(0, len(shots), 2)])
    )
    name, seed = FILMED
    filmed = lay_out(human_task(name), seed)[0]
    write_gif(FOLDER / f"{name}.gif", frames(filmed, record(filmed)[1]))


if __name__ == "__main__":
    main()
