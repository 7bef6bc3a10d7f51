"""What the command prints and how it exits: the contract that people, scripts and tests rely on."""

from __future__ import annotations

import inspect
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import Command

from sim.tasks import human_sources, human_task


def test_explore_writes_the_documented_json_and_nothing_else(simsmith) -> None:
    ran = simsmith("explore", "--rounds", "2", "--seed", "3", "--json")
    assert ran.code == 0
    assert {"session", "mode", "proposed", "accepted", "tasks", "rejected", "usage", "seconds"} <= set(ran.document)
    assert ran.document["accepted"] == len(ran.document["tasks"]) >= 1
    for task in ran.document["tasks"]:
        assert task["verdict"]["seeds"]["passed"] >= 9
        assert Path(task["pictures"]["after"]).read_bytes().startswith(b"\x89PNG")
    listed = simsmith("library", "list", "--json").document["tasks"]
    assert {task["name"] for task in ran.document["tasks"]} <= {task["name"] for task in listed}


def test_make_commits_what_the_goal_says_and_says_so_when_it_is_there_already(simsmith) -> None:
    goal = "stack three blue blocks on the green one"
    first = simsmith("make", goal, "--json")
    assert first.code == 0
    assert first.document["tasks"][-1]["instruction"] == "stack the three blue blocks on the green block"
    again = simsmith("make", goal, "--json")
    assert again.code == 0  # what was wanted is there
    assert again.document["accepted"] == 0
    assert again.document["rejected"] == {"not-novel": 1}
    assert again.document["goal_reached"]
    name = again.document["goal_task"]
    assert name == first.document["tasks"][-1]["name"]
    shown = simsmith("sessions", "show", again.document["session"]).out
    assert f"nothing had to be made: the goal's task is there, as {name}" in shown


def test_make_with_more_tasks_ends_with_the_goal_itself(simsmith) -> None:
    ran = simsmith("make", "put three red blocks on the pallet", "--tasks", "2", "--json")
    told = [task["instruction"] for task in ran.document["tasks"]]
    assert told == ["put the two red blocks on the green pallet", "put the three red blocks on the green pallet"]


def test_a_goal_that_cannot_be_done_is_a_clean_no_that_names_what_can_be_done(simsmith) -> None:
    ran = simsmith("make", "fold the shirt")
    assert ran.code == 1
    assert "cannot express 'fold the shirt'" in ran.out
    assert 'try "' in ran.out


def test_similar_lists_nearest_first_with_scores_and_views(reader) -> None:
    ran = reader("similar", "fill the holes of the kit with shapes", "--json")
    scores = [result["score"] for result in ran.document["results"]]
    assert ran.code == 0
    assert scores == sorted(scores, reverse=True)
    assert ran.document["results"][0]["name"] == "assembling-kits"
    assert set(ran.document["results"][0]["views"]) == {"code", "language", "scene"}


def test_similar_to_a_library_task_or_its_file_finds_that_task_first(reader, tmp_path: Path) -> None:
    file = tmp_path / "hanoi.py"
    file.write_text(human_sources()["towers-of-hanoi"])
    for query in ("towers-of-hanoi", str(file)):
        first = reader("similar", query, "--json").document["results"][0]
        assert first["name"] == "towers-of-hanoi"
        assert first["score"] == pytest.approx(1.0, abs=0.01)


def test_verify_accepts_a_good_file_and_names_line_and_right_name_for_a_misspelt_asset(reader, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.py", tmp_path / "bad.py"
    source = human_sources()["put-block-in-bowl"]
    good.write_text(source)
    bad.write_text(source.replace("bowl/bowl.urdf", "bowl/bowls.urdf"))
    accepted = reader("verify", str(good), "--json")
    assert accepted.code == 0
    assert accepted.document["verdicts"][0]["accepted"]
    rejected = reader("verify", str(good), str(bad), "--json")
    assert rejected.code == 1
    finding = rejected.document["verdicts"][1]["diagnostics"][0]
    assert finding["code"] == "unknown-asset"
    assert "bowls.urdf" in source.replace("bowl/bowl.urdf", "bowl/bowls.urdf").splitlines()[finding["line"] - 1]
    assert "'bowl/bowl.urdf'" in finding["hint"]


def test_verify_by_the_rules_of_ravens_looks_from_above(reader, tmp_path: Path) -> None:
    floating = tmp_path / "floating.py"
    source = human_sources()["align-box-corner"]
    floating.write_text(
        source.replace("targ_poses=[mark_pose]", "targ_poses=[((*mark_pose[0][:2], 0.2), mark_pose[1])]")
    )
    strict = reader("verify", str(floating), "--seeds", "4", "--json")
    assert strict.code == 1
    assert strict.document["verdicts"][0]["diagnostics"][0]["code"] == "floating-target"
    assert reader("verify", str(floating), "--seeds", "4", "--rules", "ravens").code == 0


def test_file_written_for_cliport_is_verified_and_added_unchanged(simsmith) -> None:
    file = Path(__file__).resolve().parents[1] / "sim" / "published" / "cliport_sequence.py"
    assert simsmith("verify", str(file)).code == 0
    assert simsmith("library", "add", str(file), "--json").document["added"] == "stack-in-order"
    assert simsmith("library", "show", "stack-in-order").code == 0


def test_library_add_show_remove(simsmith, tmp_path: Path) -> None:
    file = tmp_path / "task.py"
    file.write_text(human_sources()["put-block-in-bowl"].replace("class PutBlockInBowl", "class FillTheBowls"))
    assert simsmith("library", "add", str(file), "--json").document["added"] == "fill-the-bowls"
    assert simsmith("library", "add", str(file)).code == 2
    shown = simsmith("library", "show", "fill-the-bowls", "--json").document
    assert shown["code"] == file.read_text()
    assert shown["origin"] == "human"
    assert simsmith("library", "remove", "fill-the-bowls").code == 0
    assert simsmith("library", "show", "fill-the-bowls").code == 2


def test_a_removed_seed_stays_removed(simsmith) -> None:
    assert simsmith("library", "remove", "towers-of-hanoi").code == 0
    names = [task["name"] for task in simsmith("library", "list", "--json").document["tasks"]]
    assert "towers-of-hanoi" not in names
    assert len(names) == len(human_sources()) - 1


def test_a_library_damaged_by_hand_is_named_and_the_rest_still_works(simsmith) -> None:
    (simsmith.home / "library" / "packing-boxes" / "task.json").write_text("{")
    ran = simsmith("library", "check", "--json")
    assert ran.code == 1
    assert [problem["name"] for problem in ran.document["problems"]] == ["packing-boxes"]
    assert simsmith("library", "show", "packing-boxes").code == 3
    assert simsmith("library", "show", "towers-of-hanoi").code == 0
    assert "packing-boxes" not in simsmith("similar", "pack the boxes").out


def test_doctor_finds_a_whole_environment(reader) -> None:
    ran = reader("doctor", "--json")
    assert ran.code == 0
    assert ran.document["ok"]
    assert {check["check"] for check in ran.document["checks"]} >= {"simulator", "embeddings", "isolation", "model"}


TASK = Path(inspect.getfile(human_task("align-box-corner")))
MISTAKES = [
    (("frobnicate",), 2, "No such command"),
    (("explore", "--rounds", "0"), 2, "--rounds"),
    (("make", "   "), 2, "no words"),
    (("similar", ""), 2, "no words"),
    (("similar", "missing.py"), 2, "no file missing.py"),
    (("verify", "missing.py"), 2, "no file missing.py"),
    (("verify", "."), 2, "is a folder"),
    (("library", "show", "towers-of-hano"), 2, "did you mean 'towers-of-hanoi'"),
    (("library", "remove", "nothing-like-it"), 2, "no task"),
    (("sessions", "resume", "nothing-like-it"), 2, "no session"),
    (("explore", "--model", "openai:gpt-4o"), 3, "set OPENAI_API_KEY"),
    (("explore", "--base-url", "http://localhost:9/v1"), 2, "--model"),
    (("explore", "--model", "openai:x", "--base-url", "http://localhost:9/v1"), 3, "cannot be reached"),
    (("explore", "--model", "nobody:x"), 2, "nobody:x"),
    (("library", "list", "--home", "/dev/null/home"), 3, "--home"),
    (("library", "add", str(TASK), "--name", "My Task"), 2, "cannot be a task's name"),
    (("verify", str(TASK), "--pictures", "/dev/null/pictures"), 3, "cannot be written"),
    (("verify", str(TASK), "--seeds", "3"), 2, "--seeds"),
    (("verify", str(TASK), "--rules", "lax"), 2, "'strict', 'ravens'"),
]


@pytest.mark.parametrize(("arguments", "code", "told"), MISTAKES, ids=[" ".join(row[0]) for row in MISTAKES])
def test_a_mistake_gets_one_line_with_the_remedy(reader, arguments, code, told) -> None:
    ran = reader(*arguments)
    complaint = [line for line in ran.err.splitlines() if line.startswith("simsmith: ")]
    assert ran.code == code
    assert ran.out == ""
    assert len(complaint) == 1
    assert told in complaint[0]


@pytest.mark.parametrize("content", [b"not python at all", b"\x00\xff\x00", b"", b"x = 1\n"])
def test_a_file_that_is_no_task_is_rejected_with_a_verdict(reader, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.py"
    file.write_bytes(content)
    ran = reader("verify", str(file), "--json")
    assert ran.code == 1
    assert ran.document["verdicts"][0]["stage"] == "parse"


def test_what_a_user_types_is_shown_as_it_is(reader) -> None:
    ran = reader("make", "fold the [/x] [red]towel")
    assert ran.code == 1
    assert "'fold the [/x] [red]towel'" in ran.out
    assert reader("make", "fold the caf\udce9").code == 1
    assert reader("similar", " ".join(["stack the blocks"] * 80)).code == 0


def test_a_file_that_is_no_program_is_not_added_and_the_verdict_says_so(reader, tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text("not python at all")
    ran = reader("library", "add", str(file), "--json")
    assert ran.code == 1
    assert ran.document["verdict"]["diagnostics"][0]["code"] == "not-python"


def test_a_file_with_a_byte_order_mark_is_read_as_python_reads_it(reader, tmp_path: Path) -> None:
    file = tmp_path / "marked.py"
    file.write_bytes(b"\xef\xbb\xbf" + TASK.read_bytes())
    assert reader("verify", str(file)).code == 0


def test_two_first_commands_on_one_home_both_work(tmp_path: Path) -> None:
    simsmith = Command(tmp_path / "home")
    processes = [simsmith.start("library", "list", "--json") for _ in range(2)]
    told = [process.communicate(timeout=280) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], told
    for out, _ in told:
        assert {task["name"] for task in json.loads(out)["tasks"]} == set(human_sources())
    assert simsmith("library", "check").code == 0


def test_stopping_a_session_says_how_to_go_on_and_going_on_finishes_it(simsmith) -> None:
    process = simsmith.start("explore", "--rounds", "2", "--seed", "5", "--json")
    deadline = time.monotonic() + 120
    while not _logged(simsmith.home, "proposed") and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told
    so_far = json.loads(out)
    assert (so_far["state"], so_far["proposed"]) == ("stopped", 1)
    session = simsmith("sessions", "list", "--json").document["sessions"][0]
    assert told.splitlines()[-1] == f"simsmith: stopped - go on with: simsmith sessions resume {session['session']}"
    resumed = simsmith("sessions", "resume", session["session"], "--json")
    assert resumed.code == 0
    assert resumed.document["state"] == "finished"
    assert Path(resumed.document["report"]).read_text().startswith("<!doctype html>")


def test_review_asks_before_each_commit_and_nothing_but_the_document_is_on_standard_output(simsmith) -> None:
    ran = simsmith("explore", "--rounds", "2", "--seed", "3", "--review", "--json", stdin="yes\nno\n")
    assert ran.code == 0
    assert (ran.document["accepted"], ran.document["rejected"]) == (1, {"declined": 1})
    assert ran.err.count("keep it?") == 2
    assert "after.png" in ran.err


def _logged(home: Path, kind: str) -> bool:
    return any(f'"kind":"{kind}"' in log.read_text() for log in home.glob("sessions/*/events.jsonl"))


def test_help_is_there_before_anything_heavy_is_loaded() -> None:
    code = "import sys, app.main; print(sorted({'torch','chromadb','pybullet','langchain','numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
