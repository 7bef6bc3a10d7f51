"""The page of an evaluation: one HTML file that works without a network, with rates, reasons and films."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from app.markup import Markup, element, film, page, picture
from app.words import count
from policy.evaluation import EpisodeOutcome, FailureCount, TaskResult
from policy.evaluations import EvaluationSettings

MOST_BYTES = 40_000_000  # of films and pictures in the page; of others the page says where they are
MOST_EPISODES = 200  # of a task that are listed
KINDS = {".mp4": "video/mp4", ".gif": "image/gif", ".png": "image/png"}
WIDE = 200  # of an interval's drawing
GRID = (0.0, 0.25, 0.5, 0.75, 1.0)
NOTE = (
    "Success is the share of episodes in which every goal was reached and held. In brackets, and shaded: the 95 % "
    "Wilson interval; of the mean reward, the 95 % bootstrap interval (Wilson's where all rewards are the same)."
)


def evaluation_page(
    settings: EvaluationSettings,
    results: Sequence[TaskResult],
    everything: TaskResult,
    outcomes: Sequence[EpisodeOutcome],
    folder: Path,
    most_bytes: int = MOST_BYTES,
) -> str:
    """The page as text.

    Args:
        settings: What was evaluated.
        results: How the policy did on each task.
        everything: How it did on all of them together.
        outcomes: Every episode.
        folder: Where the films are.
        most_bytes: Of films and pictures in the page.
    """
    by_task: dict[str, list[EpisodeOutcome]] = {}
    for outcome in outcomes:
        by_task.setdefault(outcome.task, []).append(outcome)
    shown = _Shown(folder, most_bytes)
    failed = everything.failures
    parts = [
        _head(settings, everything),
        _section("Success", _table(results, everything), note=NOTE),
        _section("Why episodes failed", _bars({item.kind: item.count for item in failed})) if failed else Markup(),
        _section("What the actions did", _bars(everything.actions, "done")) if everything.actions else Markup(),
        _section("Task by task", *[_task(result, by_task[result.task], shown) for result in results], kind="reel"),
    ]
    styles = [resources.files("app").joinpath(name) for name in ("report.css", "evaluation_page.css")]
    style = "\n".join(file.read_text(encoding="utf-8") for file in styles)
    return page(f"Simsmith · evaluation of {settings.policy}", style, element("main", *parts))


class _Shown:
    """Films and pictures as data URIs, as many as a page can bear."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._left = most_bytes

    def figure(self, name: str, words: str, told: str) -> Markup:
        """A film or a picture with its caption; its place alone where it is too much, or not there."""
        path = self._folder / name
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        self._left -= len(content)
        if not content or self._left < 0:
            return element("figure", element("p", name, class_="dim"), element("figcaption", told))
        uri = f"data:{KINDS[path.suffix]};base64,{base64.b64encode(content).decode()}"
        made = film(uri, words) if path.suffix == ".mp4" else picture(uri, words)
        return element("figure", made, element("figcaption", told))


def _section(title: str, *parts: str, kind: str | None = None, note: str = "") -> Markup:
    told = element("p", note, class_="dim") if note else Markup()
    return element("section", element("h2", title), element("div", *parts, class_=kind), told)


def _head(settings: EvaluationSettings, everything: TaskResult) -> Markup:
    success = everything.success
    low, high = success.wilson
    facts = {
        "success": f"{100 * success.rate:.0f} %" if success.episodes else "-",
        "95 % interval": f"{100 * low:.0f}-{100 * high:.0f} %" if success.episodes else "-",
        "mean reward": f"{everything.mean_reward:.2f}" if success.episodes else "-",
        "episodes": f"{success.episodes:,}",
        "tasks": f"{len(settings.tasks):,}",
    }
    listed = [element("div", element("dd", value), element("dt", word)) for word, value in facts.items()]
    seeds = f"seeds {settings.seeds[0]:,} to {settings.seeds[-1]:,} of each task"
    told = " · ".join([seeds, *settings.conditions, f"policy {settings.fingerprint[:12]}"])
    return element(
        "header",
        element("p", "Simsmith · evaluation", class_="overline"),
        element("h1", settings.policy),
        element("p", told, class_="dim"),
        element("dl", *listed, class_="facts"),
    )


# -- tables and bars ---------------------------------------------------------------------------------------------------


def _table(results: Sequence[TaskResult], everything: TaskResult) -> Markup:
    heads = ["task", "", "success", "episodes", "mean reward", "most frequent failure"]
    head = element("tr", *[element("th", word) for word in heads])
    rows = [_row(result) for result in results]
    if len(results) > 1:
        rows.append(_row(everything, "all"))
    table = element("table", element("thead", head), element("tbody", *rows), class_="results")
    return element("div", table, class_="wide")


def _row(result: TaskResult, kind: str | None = None) -> Markup:
    cells = [
        "all tasks" if kind else result.task,
        _interval(result),
        result.success.words(),
        f"{result.success.episodes:,}",
        reward_words(result),
        failure_words(result),
    ]
    return element("tr", *[element("td", cell) for cell in cells], class_=kind)


def reward_words(result: TaskResult) -> str:
    """The mean reward of a task with its interval."""
    low, high = result.mean_reward_interval
    return f"{result.mean_reward:.2f} ({low:.2f}-{high:.2f})" if result.success.episodes else "-"


def failure_words(result: TaskResult) -> str:
    """The most frequent failure of a task, and what else there is to tell."""
    told = []
    if result.failures:
        first = result.failures[0]
        away = f", {first.millimetres:.0f} mm away" if first.millimetres is not None else ""
        told.append(f"{first.kind}{away} ({first.count} of {sum(item.count for item in result.failures)})")
    if result.void and not result.success.episodes:
        told.append("left out")
    elif result.void:
        told.append(f"{result.void} left out")
    return "; ".join(told)


def _interval(result: TaskResult) -> Markup:
    """The rate as a mark on a line from 0 to 1, and its interval."""
    if not result.success.episodes:
        return Markup()
    low, high = (WIDE * end for end in result.success.wilson)
    at = WIDE * result.success.rate
    parts = [Markup(f'<rect class="grid" x="{WIDE * part:.0f}" y="0" width="1" height="18"></rect>') for part in GRID]
    parts += [
        Markup(f'<rect class="grid" x="0" y="8.5" width="{WIDE}" height="1"></rect>'),
        Markup(f'<rect class="reach" x="{low:.1f}" y="4" width="{max(high - low, 1):.1f}" height="10" rx="3"></rect>'),
        Markup(f'<rect x="{at - 1.5:.1f}" y="2" width="3" height="14" rx="1"></rect>'),
    ]
    box = f"-3 0 {WIDE + 6} 18"
    return element("svg", *parts, viewBox=box, class_="span", role="img", aria_label=result.success.words())


def _bars(counts: Mapping[str, int], kind: str = "why") -> Markup:
    """Counts as bars, the largest first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    most, height, bars = max(counts.values()), 28, []
    for row, (word, number) in enumerate(ordered):
        top, long = row * height, 340 * number / most
        bars += [
            element("text", word, x=0, y=top + 17),
            Markup(f'<rect x="260" y="{top + 4}" width="{long:.1f}" height="18" rx="4"></rect>'),
            element("text", f"{number:,}", x=268 + long, y=top + 17, class_="number"),
        ]
    words = ", ".join(f"{number} {word}" for word, number in ordered)
    box = f"0 0 680 {height * len(ordered)}"
    return element("svg", *bars, viewBox=box, class_=f"bars {kind}", role="img", aria_label=words)


# -- one task ----------------------------------------------------------------------------------------------------------


def _task(result: TaskResult, outcomes: Sequence[EpisodeOutcome], shown: _Shown) -> Markup:
    told = result.success.words() if result.success.episodes else "left out"
    head = element("header", element("h3", result.task), element("span", told, class_="dim"))
    by_seed = {outcome.seed: outcome for outcome in outcomes}
    shots = [_film(result.task, name, by_seed, shown) for name in result.films]
    if result.attention:
        seed = next((seed for seed in by_seed if f"-{seed}-" in result.attention), "")
        words = f"seed {seed}, what it attends to at first: picks in red above, places in blue below"
        shots.append(shown.figure(result.attention, words, words))
    void = [f"seed {item.seed}: {item.void}" for item in outcomes if item.void]
    parts = [
        head,
        element("div", *shots, class_="shots") if shots else Markup(),
        _why(result.failures),
        *[element("p", words, class_="bad") for words in void[:3]],
        _episodes([item for item in outcomes if not item.void]),
    ]
    return element("article", *parts)


def _film(task: str, name: str, by_seed: Mapping[int, EpisodeOutcome], shown: _Shown) -> Markup:
    seed = next((seed for seed in by_seed if f"-{seed}-" in name), None)
    told = _told(by_seed[seed]) if seed is not None else name
    return shown.figure(name, f"{task}: {told}", told)


def _told(outcome: EpisodeOutcome) -> str:
    """An episode in a line."""
    begun = f"seed {outcome.seed}: {outcome.instruction}"
    if outcome.success:
        return f"{begun} - solved in {count(outcome.steps, 'action')}"
    return f"{begun} - failed, {_reason(outcome)}"


def _reason(outcome: EpisodeOutcome) -> str:
    if not outcome.failures:
        return ""
    first = outcome.failures[0]
    return f"{first.kind}: {first.reason}" if first.reason else first.kind


def _why(failures: Sequence[FailureCount]) -> Markup:
    if not failures:
        return Markup()
    head = element("tr", *[element("th", word) for word in ("why", "episodes", "such as")])
    rows = [
        element(
            "tr",
            element("td", item.kind),
            element("td", f"{item.count}"),
            element("td", "; ".join(item.examples), class_="dim"),
        )
        for item in failures
    ]
    table = element("table", element("thead", head), element("tbody", *rows), class_="why")
    return element("div", table, class_="wide")


def _episodes(outcomes: Sequence[EpisodeOutcome]) -> Markup:
    if not outcomes:
        return Markup()
    head = element("tr", *[element("th", word) for word in ("seed", "", "reward", "actions", "first goal not reached")])
    rows = []
    for outcome in outcomes[:MOST_EPISODES]:
        mark = element("span", "solved" if outcome.success else "failed", class_="good" if outcome.success else "bad")
        goal = outcome.failures[0].instruction if outcome.failures else ""
        why = f"{goal} - {_reason(outcome)}" if goal else _reason(outcome)
        cells = [f"{outcome.seed}", mark, f"{outcome.reward:.2f}", f"{outcome.steps}", why]
        rows.append(element("tr", *[element("td", cell) for cell in cells]))
    more = len(outcomes) - MOST_EPISODES
    told = element("p", f"{more} more are in outcomes.jsonl", class_="dim") if more > 0 else Markup()
    table = element("table", element("thead", head), element("tbody", *rows), class_="why results")
    return element(
        "details", element("summary", count(len(outcomes), "episode")), element("div", table, told, class_="wide")
    )
