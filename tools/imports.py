"""Import: tasks from elsewhere, each proved on the way in.

What comes from a library brings its proof along. It is proved again all the same, and where the proof agrees the task
is taken over byte for byte; where it does not, the new proof counts. Nothing in the library is ever overwritten.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

from memory import LibraryDamaged, TaskLibrary, TaskRecord
from memory.contents import VECTORS
from sim.errors import UsageError
from sim.layout import Frozen
from sim.sandbox import Sandbox
from sim.verdict import Verdict
from tools.commit import NotProved, keep, prove
from tools.offers import NoOffer, Offer, Source

WORKERS = 2  # proofs run in processes of their own; threads only wait for them
AHEAD = 2 * WORKERS  # tasks that are proved or wait for their turn: what is held in memory, and lost when it is killed
COMPARED = 50  # nearest tasks among which duplicates are sought
# Two pictures show the same while hardly a pixel differs visibly: one object that was moved changes 0.5 % of them.
VISIBLE = 24  # of 255, in any colour
SAME_PICTURE = 0.001  # of all pixels

Outcome = Literal["imported", "already-there", "name-taken", "duplicate", "rejected", "damaged", "no-task"]
LEFT_OUT: frozenset[Outcome] = frozenset(["name-taken", "duplicate", "rejected", "damaged"])


class Imported(Frozen):
    """What became of one task.

    Attributes:
        name: The task.
        outcome: Whether it is in the library now, and if not, why.
        detail: More of it, in a sentence.
        source: Where it came from.
        verdict: The proof, where it was rejected.
    """

    name: str
    outcome: Outcome
    detail: str = ""
    source: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True)
class _Proved:
    """A proved record, its pictures, and how its proof differs from the one that it brought along."""

    record: TaskRecord
    pictures: Mapping[str, bytes]
    differs: str


def import_tasks(
    library: TaskLibrary, sandbox: Sandbox, source: Source, *, keep_duplicates: bool = False
) -> Iterator[Imported]:
    """Proves what is offered and commits it; yields what became of each, in the order of the source.

    A second run goes on where one was killed: what is there already is not proved again.

    Args:
        library: Where to.
        sandbox: Where the proofs run.
        source: Where from.
        keep_duplicates: Take tasks that the library has in other words, too.

    Raises:
        EnvironmentBroken: The home cannot be written, or the sandbox does not work.
    """
    importer = _Importer(library, source.names, keep_duplicates)
    pool = ThreadPoolExecutor(WORKERS)
    waiting: deque[Imported | tuple[Offer, Future[_Proved | NotProved]]] = deque()
    try:
        for offer in source.offers():
            if isinstance(offer, NoOffer):
                waiting.append(_nothing(offer))
            else:
                waiting.append(importer.before_proof(offer) or (offer, pool.submit(_proof, sandbox, offer)))
            if len(waiting) >= AHEAD:
                yield importer.settled(waiting.popleft())
        while waiting:
            yield importer.settled(waiting.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Importer:
    """Decides of each offer, in one thread: tasks are compared and added one at a time."""

    library: TaskLibrary
    companions: frozenset[str]
    keep_duplicates: bool

    def before_proof(self, offer: Offer) -> Imported | None:
        """What can be said of an offer without a proof."""
        if told := self._there(offer, offer.record):
            return told
        return self._duplicate(offer, offer.record) if offer.contents else None

    def settled(self, item: Imported | tuple[Offer, Future[_Proved | NotProved]]) -> Imported:
        """Commits what was proved; waits for the proof."""
        if isinstance(item, Imported):
            return item
        offer, proved = item[0], item[1].result()
        if isinstance(proved, NotProved):
            errors = proved.verdict.errors
            return _outcome(offer, "rejected", errors[0].message if errors else proved.message, proved.verdict)
        record = proved.record
        if told := self._there(offer, record):  # another of the same name came first
            return told
        as_it_is = bool(offer.contents) and not proved.differs
        if not as_it_is and (told := self._duplicate(offer, record)):
            return told
        try:
            if as_it_is:
                self.library.adopt(offer.contents, record.name)
            else:
                keep(self.library, record, proved.pictures)
        except UsageError:
            if told := self._there(offer, record):  # another process was faster
                return told
            raise
        return _outcome(offer, "imported", proved.differs)

    def _there(self, offer: Offer, record: TaskRecord) -> Imported | None:
        """What the name means in the library, if anything."""
        if not self.library.files.exists(record.name):
            return None
        try:
            there = self.library.get(record.name)
        except LibraryDamaged as error:
            return _outcome(offer, "name-taken", f"by a damaged task: {error.message}; {error.remedy}")
        if there.code == record.code:
            return _outcome(offer, "already-there")
        return _outcome(offer, "name-taken", "by another program; remove that one, or add this one under another name")

    def _duplicate(self, offer: Offer, record: TaskRecord) -> Imported | None:
        """The report of a task that is near to one of the library; those it came with do not count."""
        if self.keep_duplicates or self.companions.issuperset(self.library.names()):
            return None
        vectors = offer.contents.get(VECTORS, b"")
        judged = self.library.novelty(record, COMPARED, companions=self.companions, vectors=vectors)
        return None if judged.novel else _outcome(offer, "duplicate", judged.reason)


def _proof(sandbox: Sandbox, offer: Offer) -> _Proved | NotProved:
    try:
        proved, pictures = prove(sandbox, offer.record)
    except NotProved as error:
        return error
    return _Proved(proved, pictures, _difference(offer, proved, pictures))


def _nothing(offer: NoOffer) -> Imported:
    outcome: Outcome = "damaged" if offer.fault else "no-task"
    return Imported(name=offer.name, outcome=outcome, detail=offer.fault, source=offer.source)


def _outcome(offer: Offer, outcome: Outcome, detail: str = "", verdict: Verdict | None = None) -> Imported:
    return Imported(name=offer.name, outcome=outcome, detail=detail, source=offer.source, verdict=verdict)


def _difference(offer: Offer, proved: TaskRecord, pictures: Mapping[str, bytes]) -> str:
    """How a new proof differs from the one that a task brought along; empty when they agree or it brought none."""
    if not offer.contents:
        return ""
    if offer.record.verdict is None:
        return "it brought no proof: proved here"
    own, other = _claims(offer.record), _claims(proved)
    if wrong := [claim for claim in own if own[claim] != other[claim]]:
        return f"its own proof says otherwise of {', '.join(wrong)}: the new one is kept"
    for picture, content in pictures.items():
        if not _alike(offer.contents.get(f"{picture}.png", b""), content):
            return f"its picture {picture!r} shows something else: the new proof is kept"
    return ""


def _claims(record: TaskRecord) -> dict[str, Any]:
    """What a proof comes to, without times and paths."""
    verdict = record.verdict or Verdict()
    return {
        "accepted": verdict.accepted,
        "rules": verdict.rules,
        "instructions": (record.instructions, verdict.instructions),
        "assets": (record.assets, verdict.assets),
        "signature": (record.signature, verdict.signature),
        "seeds": (verdict.seeds.run, verdict.seeds.passed),
    }


def _alike(stored: bytes, made: bytes) -> bool:
    """Whether two PNG files show the same, whatever library compressed them."""
    if stored == made:
        return True
    import io

    import numpy as np
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(stored), formats=["PNG"]) as first, Image.open(io.BytesIO(made)) as second:
            if first.size != second.size:
                return False  # before it is unpacked
            pixels = [np.asarray(image.convert("RGB"), dtype=np.int16) for image in (first, second)]
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return False
    visible = np.abs(pixels[0] - pixels[1]).max(axis=2) > VISIBLE
    return bool(visible.mean() <= SAME_PICTURE)
