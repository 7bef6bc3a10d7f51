"""The judge: builds layouts, checks that they stand, and lets the oracle act on them. Run by `sim/server.py`.

It never loads candidate code; all it is given are layouts.
"""

from __future__ import annotations

import base64
import math
from typing import Any

from sim.builder import lay_out
from sim.camera import picture, png
from sim.episode import Episode, run_oracle
from sim.layout import WORKSPACE, Layout, Rules
from sim.scoring import FLOATING, Scorer
from sim.tasks import human_task
from sim.verdict import Diagnostic
from sim.world import World

OVERLAP = 0.002  # metres: what is meant to touch may touch
DRIFT = 0.02  # metres an object may move while the scene settles
LOOSE = frozenset(["overlap", "outside", "unstable", "floating-target"])  # what Ravens' rules let pass
MARGIN = 0.02  # metres beyond the workspace that an object's or a target's middle may lie


def prepare() -> None:
    """What the server does once, so that the judges which it forks need not: loads all that judging needs."""
    layout, _ = lay_out(human_task("put-block-in-bowl"), 0)
    with Episode(layout) as episode:
        png(picture(layout, episode.world.poses()))
        run_oracle(episode)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Findings, episodes and pictures for `{"layouts", "needed", "pictures", "rules"}`; warnings are findings too."""
    layouts = [Layout.model_validate(item) for item in request["layouts"]]
    rules: Rules = request["rules"]
    findings = [_under(rules, finding) for layout in layouts for finding in check_layout(layout)]
    if any(finding.severity == "error" for finding in findings):
        return {"findings": _unique(findings), "episodes": [], "pictures": _before(layouts[0], request["pictures"])}
    episodes, pictures, failed = [], {}, 0
    for number, layout in enumerate(layouts):
        with Episode(layout, rules) as episode:
            wanted = request["pictures"] and number == 0
            before = episode.world.poses() if wanted else {}
            result = run_oracle(episode)
            if wanted:
                pictures = {"before": _picture(layout, before), "after": _picture(layout, episode.world.poses())}
            if rules == "ravens":
                findings += [_under(rules, finding) for finding in _floating(episode.scorer)]
        episodes.append(result.model_dump())
        failed += not result.proves
        if len(layouts) - failed < request["needed"]:
            break  # out of reach
    return {"findings": _unique(findings), "episodes": episodes, "pictures": pictures}


def _under(rules: Rules, finding: Diagnostic) -> Diagnostic:
    """The finding as the rules have it: Ravens' simulator runs loose scenes too, so there they only warn."""
    loose = rules == "ravens" and finding.code in LOOSE
    return finding.model_copy(update={"severity": "warning"}) if loose else finding


def check_layout(layout: Layout) -> list[Diagnostic]:
    """Overlapping, falling, drifting and outlying objects, targets out of the workspace, goals over fixed things."""
    with World(layout) as world:
        return [*_check_scene(world), *_check_goals(world)]


def _check_scene(world: World) -> list[Diagnostic]:
    layout, findings = world.layout, []
    for first, second, depth in world.penetrations(OVERLAP):
        message = f"{world.name(second)} and {world.name(first)} overlap by {depth * 1000:.0f} mm"
        findings.append(_finding(layout, "overlap", message, "find places with self.get_random_pose"))
    if findings:
        return findings
    before = world.poses()
    still = world.settle()
    for spec in layout.objects:
        name, (now, _) = world.name(spec.id), world.pose(spec.id)
        moved = math.dist(now, before[spec.id][0])
        if not _inside(now):
            where = f"({now[0]:.2f}, {now[1]:.2f}, {now[2]:.2f})"
            findings.append(_finding(layout, "outside", f"{name} lies at {where}", "keep to the workspace"))
        elif moved > DRIFT:
            message = f"{name} moves by {moved * 1000:.0f} mm before anything is done"
            findings.append(_finding(layout, "unstable", message, "let it stand on something that carries it"))
    if not still and not findings:
        findings.append(_finding(layout, "unstable", "the scene does not come to rest", "let every object stand"))
    return findings


def _check_goals(world: World) -> list[Diagnostic]:
    layout, findings = world.layout, []
    for number, goal in enumerate(layout.goals):
        for target in goal.targets:
            if not _inside(target[0]):
                x, y, z = target[0]
                message = f"goal {number + 1} has a target at ({x:.2f}, {y:.2f}, {z:.2f})"
                findings.append(_finding(layout, "outside", message, "keep to the workspace"))
        for handle in goal.objects:
            if world.is_fixed(handle):
                message = f"goal {number + 1} moves {world.name(handle)}, which is fixed"
                findings.append(_finding(layout, "malformed-goal", message, "add it with category='rigid'"))
    return findings


def _floating(scorer: Scorer) -> list[Diagnostic]:
    """Targets in the air, of the goals whose turn came: where heights do not count, nothing else tells of them."""
    gaps = [scorer.floating(index) for index in range(len(scorer.layout.goals))]
    return [
        _finding(
            scorer.layout,
            "floating-target",
            f"a target of goal {number} hangs {gap * 1000:.0f} mm above anything that could carry the object",
            "give the height at which the object rests on what stands there",
        )
        for number, gap in enumerate(gaps, start=1)
        if gap > FLOATING
    ]


def _inside(position: tuple[float, float, float]) -> bool:
    return all(low - MARGIN <= value <= high + MARGIN for value, (low, high) in zip(position, WORKSPACE, strict=True))


def _finding(layout: Layout, code: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code=code, stage="build", message=message, hint=hint, values={"seed": layout.seed})


def _unique(findings: list[Diagnostic]) -> list[dict[str, Any]]:
    """One finding of each code and message, at most twenty."""
    seen = {(item.code, item.message): item for item in reversed(findings)}
    return [item.model_dump() for item in reversed(seen.values())][:20]


def _before(layout: Layout, wanted: bool) -> dict[str, str]:
    return {"before": _picture(layout, {})} if wanted else {}


def _picture(layout: Layout, poses: dict[int, Any]) -> str:
    return base64.b64encode(png(picture(layout, poses))).decode()
