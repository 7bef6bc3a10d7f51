"""What people see of a session: its tables, its document and its page, from events written by hand."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from agent.summary import summarise
from app.report import report, write_report
from app.session_log import list_sessions, show_session
from app.summary import session_document, show_summary
from memory import Event, EventLog, MiniLM, TaskLibrary, TaskRecord
from sim.errors import UsageError
from sim.verdict import Verdict

HOSTILE = '</title><script>alert("x")</script><img src=x onerror=alert(1)> \u202e &amp; [red]'
PROMISED = {"session", "mode", "proposed", "accepted", "tasks", "rejected", "usage", "seconds"}
NEW = {"funnel", "repairs", "rejected_by_code", "usage_by_role", "faults", "diversity", "cost_usd", "goal_reached"}


def told(home: Path, session: str, *events: tuple[str, int, dict[str, Any]]) -> None:
    """Writes a session's log."""
    log = EventLog.of_session(home, session)
    for second, (kind, number, data) in enumerate(events):
        at = f"2026-01-01T00:00:{second:02}+00:00"
        log.append(Event(kind=kind, session=session, round=number, at=at, data=data))


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a task whose title is hostile, and the session that made it after a repair and a rejection."""
    home = tmp_path_factory.mktemp("made")
    candidate = home / "sessions" / "s-1" / "candidates" / "abc"
    candidate.mkdir(parents=True)
    (candidate / "failure.png").write_bytes(png())
    verdict = Verdict(accepted=True, stage="hold", pictures={shot: f"{shot}.png" for shot in ("before", "after")})
    record = TaskRecord(name="kept", title=HOSTILE, instructions=(f"do {HOSTILE}",), code="goal = 1", verdict=verdict)
    TaskLibrary(home, MiniLM()).add(record, {"before": png(), "after": png()})
    finding = {"code": "overlap", "stage": "build", "message": HOSTILE, "line": 7, "hint": HOSTILE}
    moved = {"failure": "/a/home/that/has/moved/candidates/abc/failure.png"}
    failed = {"name": "lost", "accepted": False, "stage": "build", "diagnostics": [finding], "pictures": moved}
    proved = {"name": "kept", "accepted": True, "stage": "hold", "diagnostics": []}
    took = {"calls": 3, "tool_calls": 2, "input_tokens": 1200, "output_tokens": 34, "cost_usd": 0.5, "seconds": 2.0}
    diversity = {"before": {"tasks": 1, "vendi": 1.0}, "after": {"tasks": 2, "vendi": 1.75}}
    told(
        home,
        "s-1",
        (
            "session-started",
            0,
            {"mode": "make", "goal": HOSTILE, "model": "openai:x", "base_url": "http://me:key@host/"},
        ),
        ("planned", 0, {"steps": [{"goal": HOSTILE, "why": HOSTILE, "builds_on": []}, {"goal": "more"}]}),
        ("round-started", 1, {"rounds": 2, "goal": HOSTILE}),
        ("asked", 1, {"role": "coder", **took, "faults": {"rate-limit": 2}}),
        ("proposed", 1, {"name": "lost", "title": HOSTILE, "instruction": HOSTILE}),
        ("coded", 1, {"name": "lost", "code": f"</pre>{HOSTILE}", "repair": 0}),
        ("verdict", 1, {**failed, "repair": 0}),
        ("rejected", 1, {"name": "lost", "reason": "failed-build", "detail": HOSTILE}),
        ("proposed", 1, {"name": "kept", "title": HOSTILE, "instruction": HOSTILE}),
        ("coded", 1, {"name": "kept", "code": "a", "repair": 0}),
        ("verdict", 1, {**failed, "repair": 0}),
        ("coded", 1, {"name": "kept", "code": "b", "repair": 1}),
        ("verdict", 1, {**proved, "repair": 1}),
        ("committed", 1, {"name": "kept", "title": HOSTILE, "instruction": HOSTILE}),
        ("round-finished", 1, {}),
        ("session-finished", 1, {"accepted": ["kept"], "goal_reached": False, "diversity": diversity}),
    )
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy of that home."""
    return Path(shutil.copytree(made, tmp_path / "home"))


class Elements(HTMLParser):
    """The elements of a page, their attributes and their text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))

    def handle_data(self, text: str) -> None:
        self.text += text


def shown(home: Path, name: str = "s-1", **options: Any) -> str:
    """What `sessions show` writes to standard output."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        show_session(home, name, **{"html": None, "as_json": False} | options)
    return out.getvalue()


def test_the_document_keeps_its_keys_and_says_what_the_session_did(home) -> None:
    document = json.loads(shown(home, as_json=True))
    assert {*PROMISED, *NEW, "report", "settings", "plan", "rounds"} <= set(document)
    assert (document["proposed"], document["accepted"], document["rejected"]) == (2, 1, {"failed-build": 1})
    assert document["funnel"]["held"] == 1
    assert document["repairs"]["codes"] == {"overlap": 1}
    assert document["rejected_by_code"] == {"overlap": 1}
    assert document["usage_by_role"]["coder"]["input_tokens"] == 1200
    assert document["faults"] == {"rate-limit": 2}
    assert document["cost_usd"] == 0.5
    assert document["diversity"]["after"]["vendi"] == 1.75
    assert document["goal_reached"] is False
    assert document["report"] is None
    assert document["rejections"] == [{"name": "lost", "round": 1, "reason": "failed-build", "detail": HOSTILE}]
    assert Path(document["tasks"][0]["pictures"]["after"]).read_bytes().startswith(b"\x89PNG")


def test_the_tables_say_it_in_words(home) -> None:
    out = shown(home)
    for words in (
        "1 of 2 proposed tasks accepted",
        "2 proposed, 2 novel, 2 parsed, 1 built, 1 solved, 1 held, 1 accepted",
        "1 of 1 helped: overlap 1",
        "rate-limit 2",
        "0.5000 US dollars",
        "effective number 1.00 to 1.75",
        "goal         not reached",
        "made as kept",
        "after 1 repair",
        "[red]",
    ):
        assert words in out
    assert "me:key" not in out


def test_the_page_shows_all_and_nothing_of_it_can_run_or_load(home, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    shown(home, html=file)
    page = file.read_text(encoding="utf-8")
    elements = Elements(page)
    names = [name for name, _ in elements.found]
    assert "script" not in names
    assert not {"onerror", "style", "href"} & {word for _, attributes in elements.found for word in attributes}
    sources = [attributes["src"] for name, attributes in elements.found if name == "img"]
    assert len(sources) == 3  # before and after of the task, and the failure
    assert all(source and source.startswith("data:image/jpeg;base64,") for source in sources)
    assert names.count("title") == 1
    policy = next(attributes["content"] for name, attributes in elements.found if "http-equiv" in attributes)
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert not re.search(r"(https?:)?//(?!host/)", page.split("</style>")[1])
    for words in (HOSTILE, "overlap", "line 7", "library/kept", f"</pre>{HOSTILE}", "1.0 → 1.8", "not reached"):
        assert words in elements.text


def test_a_session_in_which_nothing_happened_yet_has_tables_and_a_page(tmp_path: Path) -> None:
    told(tmp_path, "s-0", ("session-started", 0, {"mode": "explore", "rounds": 3}))
    assert "nothing was accepted" in shown(tmp_path, "s-0")
    assert "Exploring" in report(summarise(EventLog.of_session(tmp_path, "s-0").read()), [], {})
    assert session_document(summarise([]), [], None)["funnel"]["proposed"] == 0
    show_summary(summarise([]), [], None)


def test_a_task_that_was_removed_since_is_counted_and_not_shown(home) -> None:
    shutil.rmtree(home / "library" / "kept")
    document = json.loads(shown(home, as_json=True))
    assert (document["accepted"], document["tasks"]) == (1, [])


def test_a_session_that_is_not_there_gets_the_nearest_name(home) -> None:
    with pytest.raises(UsageError, match=r"no session 's-2'") as caught:
        show_session(home, "s-2", html=None, as_json=False)
    assert "'s-1'" in caught.value.remedy


def test_a_page_that_cannot_be_written_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_report(tmp_path / "no" / "such" / "page.html", summarise([]), [], tmp_path)


def test_the_list_reads_what_it_needs_of_each_log_and_no_more(home) -> None:
    told(
        home,
        "s-2",
        ("session-started", 0, {"mode": "explore", "rounds": 4}),
        ("round-started", 1, {}),
        ("approval-needed", 1, {"name": "a", "pictures": {}}),
    )
    broken = EventLog.of_session(home, "s-2").path
    # A line of another kind is not parsed: half of an old verdict does no harm here.
    broken.write_bytes(b'{"kind":"verdict", half\n' + broken.read_bytes())
    told(home, "s-3", ("session-started", 0, {"mode": "make", "goal": "a house", "rounds": None}))
    damaged = EventLog.of_session(home, "s-4").path
    damaged.parent.mkdir()
    damaged.write_text('{"kind":"committed"\n')
    with contextlib.redirect_stdout(io.StringIO()) as out:
        list_sessions(home, every=False, as_json=True)
    rows = {row["session"]: row for row in json.loads(out.getvalue())["sessions"]}
    assert [(name, row["accepted"], row["round"], row["rounds"]) for name, row in rows.items()] == [
        ("s-1", 1, 1, 2),
        ("s-2", 0, 1, 4),
        ("s-3", 0, 0, 0),
        ("s-4", 0, 0, 0),
    ]
    assert [row["state"].split(":")[0] for row in rows.values()] == [
        "finished",
        "waits for an answer",
        "can be resumed",
        "damaged",
    ]
