"""The report of a session: one HTML page that works without a network, with every task and what became of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.markup import Markup, element, joined, page, picture
from app.words import FUNNEL_WORDS, budget_words, cost, count, duration, settings_words, state_words, step_states
from memory.atomic import write_atomically
from memory.thumbnails import MOST_BYTES, thumbnails
from sim.errors import UsageError

if TYPE_CHECKING:
    from agent.histories import History
    from agent.summary import Summary, Taken

MOST_CANDIDATES = 500  # of those not kept, the last ones
MOST_CODE = 20_000  # characters of a program
SHOTS = ("before", "after")


def write_report(path: Path, summary: Summary, tasks: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Writes the report of a session, all of it or nothing.

    Args:
        path: The file.
        summary: What the session did.
        tasks: The accepted tasks, as `app.summary.task_rows` gives them.
        folder: The session's, in which the pictures of candidates are.

    Raises:
        UsageError: The file cannot be written.
    """
    shots = [str(task["pictures"][shot]) for task in tasks for shot in SHOTS if shot in task["pictures"]]
    told = [shot for candidate in _fallen(summary) if (shot := _shot(candidate))]
    pictures = _small({shot: Path(shot) for shot in shots}, MOST_BYTES)
    # A home may have moved since: of what the log says, the place in the session's folder counts.
    pictures |= _small({shot: folder / "candidates" / Path(shot).parent.name / Path(shot).name for shot in told})
    text = report(summary, tasks, pictures)
    try:
        write_atomically(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "choose another file with --html") from error


def report(summary: Summary, tasks: Sequence[Mapping[str, Any]], pictures: Mapping[str, str]) -> str:
    """The page as text.

    Args:
        summary: What the session did.
        tasks: The accepted tasks.
        pictures: Data URIs by the paths of the pictures.
    """
    parts = [
        _head(summary),
        _plan(summary),
        _section("How far candidates came", _funnel(summary)),
        _section("Tasks", *[_task(task, pictures) for task in tasks], kind="tasks") if tasks else Markup(),
        _section("Not kept", *_not_kept(summary, pictures)) if summary.rejected else Markup(),
        _section("Repairs", _repairs(summary)) if summary.repairs.attempted else Markup(),
        _section("What it took", _usage(summary)),
        _section("Settings", _pairs(settings_words(summary))),
    ]
    style = resources.files("app").joinpath("report.css").read_text(encoding="utf-8")
    return page(f"Simsmith · session {summary.session}", style, element("main", *parts))


def _fallen(summary: Summary) -> list[History]:
    """The candidates that were not kept, the last ones of very many."""
    return [candidate for candidate in summary.candidates if candidate.reason][-MOST_CANDIDATES:]


def _shot(candidate: History) -> str:
    """The picture that says most of a candidate that was not kept; empty when there is none."""
    taken = candidate.programs[-1].pictures if candidate.programs else {}
    return next((taken[shot] for shot in ("failure", "after", "before") if shot in taken), "")


def _small(pictures: Mapping[str, Path], most_bytes: int = MOST_BYTES // 4) -> dict[str, str]:
    """Small pictures as data URIs, as many as a page can bear."""
    names = list(pictures)
    made = thumbnails(len(names), lambda number: _bytes(pictures[names[number]]), most_bytes)
    return {names[number]: uri for number, uri in made.items()}


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


# -- parts of the page ---------------------------------------------------------------------------------------------


def _section(title: str, *parts: str, kind: str | None = None) -> Markup:
    return element("section", element("h2", title), element("div", *parts, class_=kind))


def _head(summary: Summary) -> Markup:
    facts = {
        "tasks accepted": f"{len(summary.accepted)}",
        "proposed": f"{summary.funnel.proposed}",
        "rounds": f"{len([item for item in summary.rounds if item.number])}",
        "at work": duration(summary.seconds),
    }
    if tokens := summary.usage.input_tokens + summary.usage.output_tokens:
        facts |= {"tokens": f"{tokens:,}", "US dollars": cost(summary.usage.cost_usd)}
    title = summary.goal or ("Exploring" if summary.mode == "explore" else "Session")
    vendi = [summary.diversity.get(when, {}).get("vendi") for when in ("before", "after")]
    if all(isinstance(value, (int, float)) for value in vendi):
        facts["effective tasks"] = f"{vendi[0]:.1f} → {vendi[1]:.1f}"
    listed = [element("div", element("dd", value), element("dt", word)) for word, value in facts.items()]
    told = f"session {summary.session} · {summary.settings.get('model', 'unknown model')} · {state_words(summary)}"
    if summary.goal_reached is not None:
        told += f" · the goal was {'reached' if summary.goal_reached else 'not reached'}"
    told += "".join(f" · ended by {budget_words(data)}" for data in summary.budgets[-1:])
    return element(
        "header",
        element("p", "Simsmith", class_="overline"),
        element("h1", title),
        element("p", told, class_="dim"),
        element("dl", *listed, class_="facts"),
    )


def _plan(summary: Summary) -> Markup:
    if not summary.plan:
        return Markup()
    steps = [
        element(
            "li",
            element("b", str(step.get("goal", ""))),
            element("span", state, class_=f"state {state.split()[0]}") if state else "",
            element("p", str(step.get("why", "")), class_="dim"),
        )
        for step, state in zip(summary.plan, step_states(summary), strict=True)
    ]
    return _section("Plan", element("ol", *steps))


def _funnel(summary: Summary) -> Markup:
    steps = summary.funnel.model_dump()
    most, height = max(1, *steps.values()), 28
    bars = []
    for row, (step, number) in enumerate(steps.items()):
        top, long = row * height, 430 * number / most
        bars += [
            element("text", step, x=0, y=top + 17),
            Markup(f'<rect class="back" x="90" y="{top + 4}" width="430" height="18" rx="4"></rect>'),
            Markup(f'<rect x="90" y="{top + 4}" width="{long:.1f}" height="18" rx="4"></rect>') if number else "",
            element("text", f"{number}", x=530, y=top + 17, class_="number"),
        ]
    words = ", ".join(f"{number} {step}" for step, number in steps.items())
    drawn = element("svg", *bars, viewBox=f"0 0 600 {height * len(steps)}", role="img", aria_label=words)
    meanings = [
        joined(element("dt", step), element("dd", FUNNEL_WORDS[step])) for step in steps if step in FUNNEL_WORDS
    ]
    first, share = summary.first_try, summary.first_try.parsed_share
    told = ""
    if share is not None:
        told = (
            f"Of {count(first.programs, 'first program')}, {first.parsed} ({share:.0%}) could be read, "
            f"{first.built} laid out a scene, {first.solved} could be solved and {first.held} were proved."
        )
    explained = element("details", element("summary", "What the steps mean"), element("dl", *meanings))
    return joined(drawn, element("p", told, class_="dim") if told else "", explained)


def _task(task: Mapping[str, Any], pictures: Mapping[str, str]) -> Markup:
    name = str(task["name"])
    shown = [
        element("figure", picture(pictures[path], f"{task['title']}, {shot}"), element("figcaption", shot))
        for shot in SHOTS
        if (path := task["pictures"].get(shot)) in pictures
    ]
    seeds = task["verdict"]["seeds"]
    return element(
        "article",
        element("div", *(shown or [element("p", "no picture", class_="dim")]), class_="shots"),
        element("h3", str(task["title"])),
        element("p", str(task["instruction"])) if _differ(task["title"], task["instruction"]) else "",
        element(
            "p",
            f"proved on {seeds['passed']} of {seeds['run']} seeds · ",
            element("code", f"library/{name}"),
            class_="proof",
        ),
    )


def _differ(title: str, instruction: str) -> bool:
    return title.rstrip(".").casefold() != instruction.rstrip(".").casefold()


def _not_kept(summary: Summary, pictures: Mapping[str, str]) -> list[Markup]:
    shown, every = _fallen(summary), sum(bool(candidate.reason) for candidate in summary.candidates)
    tables = [_counts(summary.rejected, "reason", "times")]
    if summary.rejected_by_code:
        tables.append(_counts(summary.rejected_by_code, "diagnostic code of the last program", "candidates"))
    parts = [element("div", *tables, class_="tables")]
    if len(shown) < every:
        parts.append(element("p", f"The last {len(shown)} of {every} candidates:", class_="dim"))
    parts += [_rejected(candidate, pictures.get(_shot(candidate), "")) for candidate in shown]
    unproposed = [item for round_ in summary.rounds for item in round_.unproposed]
    lines = [element("li", f"round {item.round}, {item.reason}: {item.detail}") for item in unproposed]
    if lines:
        parts.append(element("ul", *lines[-MOST_CANDIDATES:]))
    return parts


def _rejected(candidate: History, shot: str) -> Markup:
    last = candidate.programs[-1] if candidate.programs else None
    findings = [
        element(
            "li",
            element("code", error.code),
            f" at {error.stage}{f', line {error.line}' if error.line else ''}: {error.message}",
            element("p", error.hint, class_="dim") if error.hint else "",
        )
        for error in (last.errors if last else ())
    ]
    parts: list[str] = [element("p", candidate.instruction), element("p", candidate.detail, class_="dim")]
    if findings:
        parts.append(element("ul", *findings))
    if shot:
        parts.append(picture(shot, f"{candidate.title}, as it failed"))
    if candidate.review:
        parts.append(element("p", f"The critic: {candidate.review}", class_="dim"))
    if last and last.code:
        written = f"The last of {count(len(candidate.programs), 'program')}"
        parts.append(element("details", element("summary", written), element("pre", last.code[:MOST_CODE])))
    told = [
        candidate.name,
        element("span", candidate.reason, class_="state"),
        element("span", f"round {candidate.round}", class_="dim"),
    ]
    return element("details", element("summary", *told), *parts, class_="fallen")


def _repairs(summary: Summary) -> Markup:
    repairs = summary.repairs
    told = (
        f"{repairs.helped} of {count(repairs.attempted, 'repair')} helped; of {count(repairs.candidates, 'candidate')} "
        f"whose first program failed, {repairs.proved} were proved in the end."
    )
    return joined(element("p", told), _counts(repairs.codes, "mended", "times") if repairs.codes else "")


def _usage(summary: Summary) -> Markup:
    rows = [_took(role, taken) for role, taken in summary.usage_by_role.items()]
    rows.append(_took("all", summary.usage))
    heads = ["role", "calls", "tool calls", "tokens read", "tokens written", "US dollars", "time"]
    each, told = summary.usage_per_task, ""
    if each:
        dollars = f", {cost(each['cost_usd'])} US dollars" if each["cost_usd"] else ""
        told = f"An accepted task took {each['tokens']:,.0f} tokens{dollars} and {duration(each['seconds'] or 0.0)}."
    tables = [_counts(summary.usage.faults, "fault, handled", "times")] if summary.usage.faults else []
    if {"before", "after"} <= set(summary.diversity):
        before, after = summary.diversity["before"], summary.diversity["after"]
        words = {"tasks": "tasks", "vendi": "effective number", "mean_nearest": "distance to the nearest"}
        measured = [[name, _number(before.get(word)), _number(after.get(word))] for word, name in words.items()]
        tables.append(_grid(["the library", "before", "after"], measured))
    return joined(_grid(heads, rows), element("p", told, class_="dim"), element("div", *tables, class_="tables"))


def _took(role: str, taken: Taken) -> list[str]:
    numbers = [taken.calls, taken.tool_calls, taken.input_tokens, taken.output_tokens]
    return [role, *(f"{number:,}" for number in numbers), cost(taken.cost_usd), duration(taken.seconds)]


def _pairs(values: Mapping[str, str]) -> Markup:
    return element("dl", *[joined(element("dt", word), element("dd", value)) for word, value in values.items()])


def _counts(counts: Mapping[str, int], word: str, counted: str) -> Markup:
    return _grid([word, counted], [[name, f"{number:,}"] for name, number in counts.items()])


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    head = element("tr", *[element("th", word) for word in heads])
    body = [element("tr", *[element("td", value) for value in row]) for row in rows]
    return element("div", element("table", element("thead", head), element("tbody", *body)), class_="wide")


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}" if isinstance(value, float) else "-"
