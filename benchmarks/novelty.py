"""How well novelty tells mutants of a task from truly new tasks: `python -m benchmarks.novelty [--json] [--calibrate]`.

Base tasks (the human-made ones, `benchmarks/tasks`, and the composer's structures) are split by family into two halves.
A mutant of a held-out task is caught when it is judged not new against a library of the held-out tasks; a base task is
rejected falsely when it is judged not new against a library of all the other tasks, without those that are the same by
definition. `--calibrate` sets the thresholds on the other half and writes `memory/novelty.json`.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
from rich.console import Console

from benchmarks import novelty_calibration as calibration
from benchmarks.mutants import COMBINED, MUTATIONS, mutate
from benchmarks.novelty_bank import Base, bank, labels, same_as
from benchmarks.report import report
from memory import Hit, MiniLM, TaskRecord, judge_novelty
from memory.novelty import Novelty, Thresholds, View, mix, scene_similarity
from memory.programs import embed_programs
from memory.weights import Weights
from sim import LocalWorkers, Lost, Sandbox, verify
from sim.signature import Signature, signature
from sim.statistics import wilson_low

if TYPE_CHECKING:
    from memory.embedding import Vectors

SEEDS = 4  # of the proof of a mutant: fewer could not be accepted
LAYOUTS = 10  # of a signature, as many as a verdict has
NEAREST = 20  # that novelty looks at
MEASURE = ("forms.py", "relations.py", "signature.py")  # what signatures are made by
ROOM = Path(__file__).parent.parent


@dataclass(frozen=True)
class Sample:
    """A task to be judged.

    Attributes:
        base: The base task that it is, or is a mutant of.
        mutations: What was done to it; nothing for the base task.
        record: The task.
    """

    base: Base
    mutations: tuple[str, ...]
    record: TaskRecord


def progress(text: str) -> None:
    """Says on stderr how far the work is."""
    Console(stderr=True, highlight=False).print(text)


# -- proofs and signatures, kept in a folder -------------------------------------------------------------------------


def prove(source: str) -> dict[str, Any]:
    """Whether a program is accepted, and its instructions; a pure function for the workers."""
    verdict = verify(source, seeds=SEEDS)
    code = verdict.errors[0].code if verdict.errors else "unknown"
    return {"accepted": verdict.accepted, "code": code, "instructions": verdict.instructions}


def look(source: str) -> dict[str, Any]:
    """The signature of a program that is accepted; a pure function for the workers."""
    return signature(Sandbox().layouts(source, range(LAYOUTS)).layouts, source).model_dump(mode="json")


class Notes:
    """What was found out of programs, as files in a folder; signatures anew when they come to be made differently."""

    def __init__(self, folder: Path) -> None:
        made_by = b"".join((ROOM / "sim" / name).read_bytes() for name in MEASURE)
        self.proofs = folder / "proofs"
        self.scenes = folder / f"scenes-{hashlib.sha256(made_by).hexdigest()[:12]}"

    def all_of(self, sources: Sequence[str]) -> Iterator[dict[str, Any]]:
        """What is known of each program, in order; finds out what is not known yet, with progress on stderr."""
        proofs = self._known(self.proofs, prove, sources, "proved")
        accepted = [source for source in sources if proofs[source].get("accepted")]
        scenes = self._known(self.scenes, look, accepted, "looked at")
        for source in sources:
            yield {"code": "lost", "accepted": False, **proofs[source], "signature": scenes.get(source)}

    def _known(
        self, folder: Path, work: Callable[[str], dict[str, Any]], sources: Sequence[str], done_word: str
    ) -> dict[str, dict[str, Any]]:
        """The result of some work for each program, from the folder or made now."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = {
            source: folder / f"{hashlib.sha256(source.encode()).hexdigest()[:24]}.json"
            for source in dict.fromkeys(sources)
        }
        missing = [source for source, path in paths.items() if not path.exists()]
        with LocalWorkers() as workers:
            for done, (source, found) in enumerate(zip(missing, workers.map(work, missing), strict=True), start=1):
                paths[source].write_text(json.dumps({} if isinstance(found, Lost) else found), encoding="utf-8")
                if done % 50 == 0 or done == len(missing):
                    progress(f"{done_word} {done} of {len(missing)} programs")
        return {source: json.loads(path.read_text(encoding="utf-8")) for source, path in paths.items()}


def mutants_of(base: Base, most: int) -> list[tuple[tuple[str, ...], str]]:
    """The mutants of a base task: its mutations and its program; which of them, a hash says."""

    def order(kinds: tuple[str, ...]) -> str:
        return hashlib.sha256(f"{base.name}/{kinds}".encode()).hexdigest()

    single = sorted(((kind,) for kind in MUTATIONS), key=lambda kinds: (kinds != ("reword",), order(kinds)))
    combined = sorted(COMBINED, key=order)
    count = 2 if base.title else most  # the composer's structures are many and alike
    chosen = [*single[: count - count // 3], *combined[: count // 3]]
    made = [(kinds, mutate(base.name, base.source, kinds)) for kinds in chosen]
    return [(kinds, source) for kinds, source in made if source]


def samples(notes: Notes, most: int) -> tuple[list[Sample], dict[str, int]]:
    """All base tasks and mutants that are accepted, and how many are not, by the diagnostic's code."""
    wanted: list[tuple[Base, tuple[str, ...], str]] = [(base, (), base.source) for base in bank().values()]
    wanted += [(base, kinds, text) for base in bank().values() for kinds, text in mutants_of(base, most)]
    kept: list[Sample] = []
    dropped: dict[str, int] = {}
    for (base, kinds, text), found in zip(wanted, notes.all_of([item[2] for item in wanted]), strict=True):
        if not found["accepted"]:
            dropped[found["code"]] = dropped.get(found["code"], 0) + 1
            if not kinds:
                progress(f"the base task {base.name} is not accepted: {found['code']}")
            continue
        record = TaskRecord(
            name=_name(base.name) if not kinds else "candidate",
            title=base.title,
            description=_docstring(text),
            instructions=tuple(found["instructions"]),
            code=text,
            signature=Signature.model_validate(found["signature"]),
        )
        kept.append(Sample(base, kinds, record))
    return kept, dropped


def _name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def _docstring(source: str) -> str:
    """What the program says of itself, at its class."""
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    texts = [ast.get_docstring(node) or "" for node in classes]
    return texts[-1] if texts else ""


# -- judging ---------------------------------------------------------------------------------------------------------


class Views:
    """The likeness of tasks in the three views."""

    def __init__(self, every: Sequence[Sample], folder: Path) -> None:
        embedder = calibration.Kept(MiniLM(), folder)
        progress("embedding")
        records = [sample.record for sample in every]
        self.code: Vectors = embed_programs(embedder, [record.code for record in records])
        self.language: Vectors = embedder.embed([record.language for record in records])
        embedder.keep()
        self.at = {id(record): place for place, record in enumerate(records)}

    def hits(self, record: TaskRecord, library: Sequence[TaskRecord], *, words_only: bool = False) -> list[Hit]:
        """The nearest tasks of a library, as the library ranks them."""
        own, places = self.at[id(record)], [self.at[id(other)] for other in library]
        code, language = (rows[places] @ rows[own] for rows in (self.code, self.language))
        found = []
        for place, other in enumerate(library):
            assert record.signature is not None
            assert other.signature is not None
            views: dict[View, float | None] = {"code": None, "scene": None}
            views["language"] = _likeness(language[place])
            if not words_only:
                views["code"] = _likeness(code[place])
                views["scene"] = scene_similarity(record.signature, other.signature)
            found.append(Hit(name=other.name, title=other.title, score=mix(views, Weights.load().task), views=views))
        return sorted(found, key=lambda hit: (-hit.score, hit.name))[:NEAREST]


def _likeness(value: Any) -> float:
    return round(min(max(float(value), 0.0), 1.0), 6)


@dataclass(frozen=True)
class Case:
    """A task, the tasks near to it, and whether it is a mutant of one of them.

    Attributes:
        sample: The task.
        mutant: Whether it is; else it is truly new.
        hits: The nearest tasks of the library, in all views.
        told: The nearest tasks by words alone.
        neighbours: The records of the library.
    """

    sample: Sample
    mutant: bool
    hits: list[Hit]
    told: list[Hit]
    neighbours: Mapping[str, TaskRecord]

    def judged(self, limits: Thresholds, *, words_only: bool = False) -> Novelty:
        """The decision."""
        record = self.sample.record
        if words_only:
            record = record.model_copy(update={"code": "", "signature": None})
        hits = self.told if words_only else self.hits
        return judge_novelty(record, hits, neighbours=self.neighbours, thresholds=limits)


def cases(every: Sequence[Sample], views: Views, half: str) -> list[Case]:
    """The cases of a half: its mutants against its base tasks, and its base tasks against all others.

    For calibration all others are those of the same half: nothing of the other one is seen.
    """
    bases = [sample for sample in every if not sample.mutations]
    own = [sample for sample in bases if sample.base.half == half]
    mutants = [sample for sample in every if sample.mutations and sample.base.half == half]
    listed = {sample.base.name for sample in own}
    found = [_case(sample, own, views, mutant=True) for sample in mutants if sample.base.name in listed]
    counted: set[str] = set()
    for sample in own:
        twins = same_as(sample.base.name)
        if not twins & counted:  # one of the tasks that are the same
            others = bases if half == "held-out" else own
            library = [other for other in others if other.base.name not in twins | {sample.base.name}]
            found.append(_case(sample, library, views, mutant=False))
        counted.add(sample.base.name)
    return found


def _case(sample: Sample, library: Sequence[Sample], views: Views, *, mutant: bool) -> Case:
    records = [other.record for other in library]
    return Case(
        sample=sample,
        mutant=mutant,
        hits=views.hits(sample.record, records),
        told=views.hits(sample.record, records, words_only=True),
        neighbours={record.name: record for record in records},
    )


def twins(every: Sequence[Sample], views: Views, limits: Thresholds) -> list[dict[str, Any]]:
    """For each pair of base tasks that are the same by definition, written by different hands, whether one is caught.

    They are no part of the rates: such pairs may differ in the number of objects, which neither makes a task new by the
    definition nor makes it a mutant.
    """
    bases = {sample.base.name: sample for sample in every if not sample.mutations}
    found = []
    for group in labels()["same_by_definition"]:
        known = [bases[name] for name in group["tasks"] if name in bases]
        for first, second in itertools.combinations(known, 2):
            said = _case(first, [second], views, mutant=True).judged(limits)
            pair = [first.base.name, second.base.name]
            found.append({"tasks": pair, "why": group["why"], "caught": not said.novel, "reason": said.reason})
    return found


# -- the report ------------------------------------------------------------------------------------------------------


def rate(flags: Iterable[bool]) -> dict[str, Any]:
    """A share with its 95 % Wilson interval."""
    listed = list(flags)
    hits, count = sum(listed), len(listed)
    if not count:
        return {"hits": 0, "of": 0, "rate": 0.0, "wilson": [0.0, 1.0]}
    low, high = wilson_low(hits, count), 1.0 - wilson_low(count - hits, count)
    return {"hits": hits, "of": count, "rate": round(hits / count, 4), "wilson": [round(low, 4), round(high, 4)]}


def summarise(found: Sequence[Case], limits: Thresholds) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rates by mutation, as rows of a table, and all of them with the cases that are judged wrongly."""
    judged = [(case, case.judged(limits), case.judged(limits, words_only=True)) for case in found]
    mutants = [item for item in judged if item[0].mutant]
    new = [item for item in judged if not item[0].mutant]
    kinds = sorted({kind for case, _, _ in mutants for kind in case.sample.mutations})
    by_mutation = {
        kind: rate(not said.novel for case, said, _ in mutants if case.sample.mutations == (kind,)) for kind in kinds
    }
    by_mutation["combined"] = rate(not said.novel for case, said, _ in mutants if len(case.sample.mutations) > 1)
    wrong = [
        {
            "task": case.sample.base.name,
            "mutations": "+".join(case.sample.mutations) or "truly new",
            "verdict": "missed" if case.mutant else "rejected",
            "reason": said.reason,
        }
        for case, said, _ in judged
        if said.novel == case.mutant
    ]
    caught, rejected = (rate(not said.novel for _, said, _ in part) for part in (mutants, new))
    rows = [_row(kind, told) for kind, told in by_mutation.items()]
    rows += [_row("all mutants", caught), _row("truly new (rejected)", rejected)]
    words = [rate(not said.novel for _, _, said in part) for part in (mutants, new)]
    decided: dict[str, int] = {}
    named: dict[str, int] = {}
    for _, said, _ in mutants:
        decided[said.decided or "none"] = decided.get(said.decided or "none", 0) + 1
        named[said.kind] = named.get(said.kind, 0) + 1
    summary = {
        "caught": caught["rate"],
        "false_rejects": rejected["rate"],
        "by_mutation": {kind: found["rate"] for kind, found in by_mutation.items()},
        "counts": {"caught": caught, "false_rejects": rejected, "by_mutation": by_mutation},
        "auc": calibration.areas([(case.mutant, case.hits) for case in found]),
        "decided_by": decided,
        "kinds": named,
        "wrong": wrong,
        "words_alone": {"caught": words[0], "false_rejects": words[1]},
    }
    return rows, summary


def _row(what: str, told: dict[str, Any]) -> dict[str, Any]:
    low, high = told["wilson"]
    return {"judged": what, "not_new": told["hits"], "of": told["of"], "rate": told["rate"], "low": low, "high": high}


def main() -> None:
    """Measures novelty, or calibrates it first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--calibrate", action="store_true", help="set the thresholds and write memory/novelty.json")
    parser.add_argument("--mutants", type=int, default=6, help="mutants of each base task, at most")
    folder = Path(platformdirs.user_cache_dir("simsmith")) / "benchmarks-novelty"
    parser.add_argument("--work", type=Path, default=folder, help="folder that keeps proofs and vectors")
    arguments = parser.parse_args()
    every, dropped = samples(Notes(arguments.work), arguments.mutants)
    views = Views(every, arguments.work)
    if arguments.calibrate:
        limits = calibration.fit(cases(every, views, "calibration"))
        text = json.dumps(limits.model_dump(), indent=1) + "\n"
        (ROOM / "memory" / "novelty.json").write_text(text, encoding="utf-8")
    else:
        limits = Thresholds.load()
    rows, summary = summarise(cases(every, views, "held-out"), limits)
    _, seen = summarise(cases(every, views, "calibration"), limits)
    bases = [sample.base for sample in every if not sample.mutations]
    summary |= {
        "calibration_half": {name: seen["counts"][name] for name in ("caught", "false_rejects")}
        | {"words_alone": seen["words_alone"]},
        "bases": {half: sum(base.half == half for base in bases) for half in ("calibration", "held-out")},
        "mutants_dropped": dropped,
        "same_by_definition": twins(every, views, limits),
        "thresholds": limits.model_dump(),
    }
    report("novelty", rows, summary, arguments.json)


if __name__ == "__main__":
    main()
