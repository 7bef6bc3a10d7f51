"""`simsmith study` as users have it: one command from a home to a table, stopped and gone on with; and bad input."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from command import Command


@pytest.mark.timeout(600)
def test_one_command_leads_from_the_seeds_to_a_table_and_goes_on_after_ctrl_c(simsmith: Command) -> None:
    asked = ("study", "--preset", "smoke", "--seeds", "1", "--name", "small", "--json")
    started = simsmith.start(*asked)
    assert started.stderr is not None
    told = []
    for line in started.stderr:
        told.append(line)
        if line.startswith("text-000-seed1 done"):
            break
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 130, err
    assert (out, "goes on" in err) == ("", True)
    first = "".join(told)
    assert "the built-in composer invents" in first
    assert "planned for" in first

    ran = simsmith(*asked)
    assert ran.code == 0, ran.err
    assert "text-000-seed1 done" not in ran.err
    assert "invents" not in ran.err
    found = ran.document
    rows = {(row["kind"], row["number"]): row for row in found["results"]}
    assert {("text", 0), ("text", 3), ("blind", 3), ("chance", 0)} == set(rows)
    for row in rows.values():
        rate = row["cells"]["in-domain"]["success"]
        assert set(rate) == {"successes", "episodes", "rate", "wilson"}
        assert rate["episodes"] == 6
    gain = rows["text", 3]["gains"][0]
    assert (gain["group"], gain["paper"]) == ("in-domain", 0.5)
    assert found["missing"] == 0
    assert "0 of 0 in the store of failures" in found["notes"][0]
    assert found["under"]["command"] == "simsmith study --preset smoke --name small --seeds 1"

    folder = simsmith.home / "studies" / "small"
    assert json.loads((folder / "study.json").read_text())["results"] == found["results"]
    assert Path(found["files"]["curves"]).read_bytes().startswith(b"\x89PNG")
    assert "| n | seeds | in-domain |" in Path(found["files"]["markdown"]).read_text()

    other = simsmith("study", "--preset", "smoke", "--seeds", "2", "--name", "small")
    assert other.code == 2
    assert "another config: seeds ((1,) before, (1, 2) now)" in other.err


def test_what_cannot_be_studied_is_refused_in_one_line(simsmith: Command, tmp_path: Path) -> None:
    unknown = simsmith("study", "--preset", "cup")
    assert unknown.code == 2
    assert "--preset" in unknown.err
    assert "'smoke', 'cpu', 'gpu'" in unknown.err

    leak = tmp_path / "split.json"
    leak.write_text(json.dumps({"train": ["put-block-in-bowl"], "test": ["place-red-in-green"]}))
    refused = simsmith("study", "--preset", "smoke", "--name", "leak", "--split", str(leak))
    assert refused.code == 2
    assert "put-block-in-bowl (train) and place-red-in-green (test) are near-duplicates, likeness 0.9" in refused.err
    assert len(refused.err.strip().splitlines()) == 1
