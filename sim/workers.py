"""Work that fans out: a pure function of plain, picklable inputs, run on many items in other processes.

Everything that fans out (episodes, seeds, evaluations) is written against `Workers`; `LocalWorkers` runs it on this
machine, and a distributed engine can be another implementation without any caller changing.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import multiprocessing
import os
import signal
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, TypeVar

from sim.errors import EnvironmentBroken, UsageError

TRIES = 2  # an item that ends its worker this often is lost, where nothing else is asked for
AHEAD = 4  # items a worker that are drawn before the first of them is done
PRELOADED = "sim.worker_process"

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Lost:
    """Stands in the place of a result whose item ended its worker each time that it was tried.

    A record and not an exception: thousands of episodes are not thrown away for one that crashes the simulator, the
    results stay in the order of the items, and a caller that looks at a result's type cannot overlook it.

    Attributes:
        item: The item.
        reason: How the workers ended.
    """

    item: Any
    reason: str


class Workers(Protocol):
    """Runs a function on many items, somewhere."""

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], tries: int = TRIES
    ) -> Iterator[Result | Lost]:
        """The results in the order of the items, as they are asked for; items may be without end.

        Args:
            function: A module-level function without side effects.
            items: Plain, picklable values; a bounded number is drawn ahead.
            tries: How often an item may end its worker before it is lost.

        Raises:
            Exception: Whatever `function` raised for the item whose turn it is, with its traceback as the cause.
        """
        ...


@dataclass
class _Job:
    """One item on its way: how often it was started, and what came of it."""

    item: Any
    tries: int = 0
    done: Future[Any] | Lost | None = None


class _Worker:
    """One process, which is given one item at a time: so it is known which item a dead worker died of."""

    def __init__(self, folder: str) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([PRELOADED])
        self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_start, initargs=(folder,))
        self._process = self._pool.submit(os.getpid)
        # The executor keeps a writing end of the pipe that results come through: with that open, a worker that dies in
        # the middle of a large result would be waited for without end. The process has its own by now.
        self._pool._result_queue._writer.close()  # type: ignore[attr-defined]

    def run(self, function: Callable[[Any], Any], item: Any) -> Future[Any] | None:
        """Starts on an item; None: the process died while it had nothing to do.

        Raises:
            EnvironmentBroken: The process did not come up.
        """
        try:
            self._process.result()
        except BrokenExecutor as error:
            raise EnvironmentBroken(
                f"a worker process cannot start: {error}", "a script has to be a file that guards its __main__"
            ) from None
        try:
            return self._pool.submit(function, item)
        except BrokenExecutor:
            return None

    def end(self, *, dead: bool = False) -> None:
        """Ends the process, whatever it is doing, and waits until it is gone; a `dead` one's number may be reused."""
        with contextlib.suppress(BrokenExecutor, ProcessLookupError):
            if not dead:
                os.kill(self._process.result(), signal.SIGKILL)
        self._pool.shutdown(cancel_futures=True)


def _start(folder: str) -> None:
    """The first thing that a worker does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the caller, who ends the workers
    tempfile.tempdir = folder  # which the caller removes: a worker that is killed cannot
    importlib.import_module(PRELOADED)
    threading.Thread(target=_end_with_caller, daemon=True).start()


def _end_with_caller() -> None:
    caller = multiprocessing.parent_process()
    assert caller is not None
    caller.join()
    os._exit(1)


class LocalWorkers:
    """A pool of processes on this machine, one thread each; use it as a context manager.

    A single worker is a process of its own, too: a crash of the simulator costs an item, never the caller. The
    processes stay for further calls of `map`, and come up fast, forked from a server that has the simulator loaded. A
    worker that dies is replaced and its item run once more; when that one dies too, the item is `Lost`. Leaving the
    context, also by Ctrl-C, ends every process at once; closing an unfinished iterator ends those that work for it.

    Args:
        count: How many processes; None takes one a core.
    """

    def __init__(self, count: int | None = None) -> None:
        self.count = (os.cpu_count() or 1) if count is None else count
        if self.count < 1:
            raise UsageError(f"{count} workers can do nothing", "use at least one")
        self._folder = tempfile.TemporaryDirectory(prefix="simsmith-workers-")
        self._idle: list[_Worker] = []
        self._busy: dict[Future[Any], tuple[_Worker, _Job]] = {}
        self._mapping = False
        self._closed = False

    def __enter__(self) -> LocalWorkers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every process; nothing can be run afterwards."""
        self._closed = True
        self._stop()
        while self._idle:
            self._idle.pop().end()
        self._folder.cleanup()

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], tries: int = TRIES
    ) -> Iterator[Result | Lost]:
        """See `Workers.map`; one call at a time.

        Raises:
            UsageError: The iterator of another call is neither finished nor closed, or the workers were closed.
            EnvironmentBroken: The processes cannot be started.
        """
        if self._mapping:
            raise UsageError("the workers are at another map", "finish or close its iterator first")
        self._mapping = True
        source = iter(items)
        jobs: deque[_Job] = deque()  # drawn and not yet given out as results
        waiting: deque[_Job] = deque()  # those of them that no worker has
        try:
            while True:
                drawn = [_Job(item) for item in itertools.islice(source, self.count * AHEAD - len(jobs))]
                jobs.extend(drawn)
                waiting.extend(drawn)
                if not jobs:
                    return
                self._hand_out(function, waiting)
                while (done := jobs[0].done) is None:
                    self._collect(waiting, tries)
                    self._hand_out(function, waiting)
                jobs.popleft()
                yield done if isinstance(done, Lost) else done.result()
        finally:
            self._stop()
            self._mapping = False

    def _hand_out(self, function: Callable[[Any], Any], waiting: deque[_Job]) -> None:
        """Gives every free worker an item."""
        if self._closed:
            raise UsageError("the workers were closed", "use them inside their context")
        while waiting and len(self._busy) < self.count:
            if not self._idle:
                self._idle.append(_Worker(self._folder.name))
            future = self._idle[-1].run(function, waiting[0].item)
            if future is None:
                self._idle.pop().end(dead=True)
                continue
            self._busy[future] = self._idle.pop(), waiting[0]
            waiting.popleft().tries += 1

    def _collect(self, waiting: deque[_Job], tries: int) -> None:
        """Waits until a worker is done or dead; a dead one's item waits again, or is lost."""
        for future in wait(self._busy, return_when=FIRST_COMPLETED).done:
            worker, job = self._busy.pop(future)
            died = future.exception()
            if not isinstance(died, BrokenExecutor):
                self._idle.append(worker)
                job.done = future
                continue
            worker.end(dead=True)
            if job.tries < tries:
                waiting.appendleft(job)
            else:
                job.done = Lost(job.item, f"its worker died {tries} times: {died}")

    def _stop(self) -> None:
        """Ends the processes that are at work."""
        while self._busy:
            self._busy.popitem()[1][0].end()
