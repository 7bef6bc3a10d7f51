"""Workers: results in order, lazily, whatever becomes of a process; and nothing is left behind."""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sim.errors import TaskError, UsageError
from sim.workers import AHEAD, LocalWorkers, Lost

BAD = 3  # the item that ends its worker


def square(number: int) -> int:
    return number * number


def square_in(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def backwards(number: int) -> int:
    time.sleep(0.05 * (4 - number % 4))  # the later item is done first
    return number


def sleep_for_ever(folder: Path) -> None:
    (folder / str(os.getpid())).touch()
    time.sleep(600)


def exits(number: int) -> int:
    if number == BAD:
        os._exit(3)
    return square(number)


def is_killed(number: int) -> int:
    if number == BAD:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def crashes(number: int) -> int:
    if number == BAD:
        ctypes.string_at(0)
    return square(number)


def dies_twice(folder: Path) -> str:
    tried = len(list(folder.glob("died-*")))
    if tried < 2:
        (folder / f"died-{tried}").touch()
        os._exit(1)
    return "done"


def dies_once(folder: Path) -> str:
    if not (folder / "died").exists():
        (folder / "died").touch()
        os._exit(3)
    return "done"


def deep_down(number: int) -> int:
    raise ZeroDivisionError(f"of {number}")


def raises(number: int) -> int:
    return deep_down(number) if number == BAD else number


def breaks_the_interface(number: int) -> int:
    raise TaskError("no-free-place", "the table is full", "lay out less", count=number)


def temporary(_: int) -> str:
    return tempfile.mkdtemp()


class DiesBeingGiven:
    """A result too large for a pipe's buffer, whose worker dies when a part of it has been written."""

    def __reduce__(self) -> tuple[type[bytes], tuple[bytes]]:
        threading.Thread(target=die_in_the_middle, daemon=True).start()
        return bytes, (bytes(100_000_000),)


def die_in_the_middle() -> None:
    main = threading.main_thread().ident
    assert main is not None
    while sys._current_frames()[main].f_locals.get("remaining", 0) < 1000:  # of `Connection._send`
        time.sleep(0.0001)
    os._exit(3)


def dies_giving(_: int) -> DiesBeingGiven:
    return DiesBeingGiven()


def threads(_: int) -> tuple[int, str]:
    import torch

    return torch.get_num_threads(), os.environ["OPENBLAS_NUM_THREADS"]


@pytest.fixture(scope="module")
def pair() -> Iterator[LocalWorkers]:
    with LocalWorkers(2) as workers:
        yield workers


def gone(process: int) -> bool:
    """Whether a process has ended, within the time that its ending takes."""
    for _ in range(500):
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.02)
    return False


def started(folder: Path, count: int) -> list[int]:
    """The processes that `sleep_for_ever` runs in, as soon as there are so many."""
    while len(found := [int(path.name) for path in folder.iterdir()]) < count:
        time.sleep(0.02)
    return found


def test_results_come_in_the_order_of_the_items(pair: LocalWorkers) -> None:
    assert list(pair.map(backwards, range(12))) == list(range(12))
    assert list(pair.map(square, [])) == []


@pytest.mark.parametrize("count", [1, 2])
def test_work_is_done_in_so_many_other_processes(count: int) -> None:
    with LocalWorkers(count) as workers:
        processes = {process for _, process in workers.map(square_in, range(20))}  # type: ignore[misc]
    assert os.getpid() not in processes
    assert len(processes) == count


def test_items_without_end_are_drawn_a_bounded_number_ahead(pair: LocalWorkers) -> None:
    drawn = itertools.count()
    results = pair.map(square, drawn)
    assert next(drawn) == 0, "nothing is drawn before a result is asked for"
    assert list(itertools.islice(results, 20)) == [square(number) for number in range(1, 21)]
    assert next(drawn) <= 21 + pair.count * AHEAD
    results.close()  # type: ignore[attr-defined]
    assert list(pair.map(square, [2])) == [4]


@pytest.mark.parametrize("function", [exits, is_killed, crashes])
@pytest.mark.parametrize("count", [1, 2])
def test_an_item_that_ends_its_worker_is_lost_and_no_other(function: Callable[[int], int], count: int) -> None:
    with LocalWorkers(count) as workers:
        results = list(workers.map(function, range(8)))
        lost = results.pop(BAD)
        assert results == [square(number) for number in range(8) if number != BAD]
        assert isinstance(lost, Lost)
        assert lost.item == BAD
        assert "2 times" in lost.reason
        assert list(workers.map(square, range(3))) == [0, 1, 4]


def test_an_item_whose_worker_died_is_run_again(pair: LocalWorkers, tmp_path: Path) -> None:
    assert list(pair.map(dies_once, [tmp_path])) == ["done"]


def test_an_item_is_tried_as_often_as_it_is_asked_for(pair: LocalWorkers, tmp_path: Path) -> None:
    (tmp_path / "three").mkdir()
    assert list(pair.map(dies_twice, [tmp_path / "three"], tries=3)) == ["done"]
    (lost,) = pair.map(dies_twice, [tmp_path])
    assert isinstance(lost, Lost)


def test_a_worker_that_died_between_two_maps_is_replaced() -> None:
    with LocalWorkers(1) as workers:
        ((_, process),) = workers.map(square_in, [1])  # type: ignore[misc]
        os.kill(process, signal.SIGKILL)
        assert gone(process)
        assert list(workers.map(square, [2, 3])) == [4, 9]


def test_a_worker_that_dies_in_the_middle_of_its_result_is_not_waited_for(pair: LocalWorkers) -> None:
    (lost,) = pair.map(dies_giving, [0])
    assert isinstance(lost, Lost)


def test_what_the_function_raises_travels_with_its_traceback(pair: LocalWorkers) -> None:
    results = pair.map(raises, range(8))
    assert [next(results) for _ in range(BAD)] == list(range(BAD))
    with pytest.raises(ZeroDivisionError, match="of 3") as caught:
        next(results)
    assert "in deep_down" in str(caught.value.__cause__)
    assert list(pair.map(square, [2])) == [4]


def test_errors_of_ours_travel_whole(pair: LocalWorkers) -> None:
    with pytest.raises(TaskError) as caught:
        list(pair.map(breaks_the_interface, [7]))
    assert (caught.value.code, caught.value.values, caught.value.remedy) == (
        "no-free-place",
        {"count": 7},
        "lay out less",
    )
    assert str(caught.value) == "the table is full (lay out less)"


def test_a_worker_has_one_thread(pair: LocalWorkers) -> None:
    assert list(pair.map(threads, [0])) == [(1, "1")]


def test_leaving_early_ends_those_at_work_and_leaves_no_folder(tmp_path: Path) -> None:
    with LocalWorkers(2) as workers:
        (folder,) = workers.map(temporary, [0])
        assert isinstance(folder, str)
        results = workers.map(sleep_for_ever, [tmp_path, tmp_path])
        with pytest.raises(TimeoutError):
            leave_when(results, lambda: len(list(tmp_path.iterdir())) == 2)
        assert all(gone(process) for process in started(tmp_path, 2))
        assert list(workers.map(square, [5])) == [25]
    assert not Path(folder).exists()


def leave_when(results: Iterator[object], ready: Callable[[], bool]) -> None:
    """Waits for the next result, and is interrupted as soon as `ready` says so."""

    def interrupt(number: int, frame: object) -> None:
        if ready():
            raise TimeoutError
        signal.setitimer(signal.ITIMER_REAL, 0.1)  # what was interrupted may be what makes it ready

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        next(results)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from sim.workers import LocalWorkers
from test_workers import sleep_for_ever
if __name__ == "__main__":
    with LocalWorkers(2) as workers:
        list(workers.map(sleep_for_ever, [Path(sys.argv[1])] * 5))
"""


@pytest.mark.parametrize("whole_group", [True, False], ids=["as a terminal does", "the caller alone"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_caller_that_is_stopped_leaves_no_worker(tmp_path: Path, number: signal.Signals, whole_group: bool) -> None:
    script, folder = tmp_path / "script.py", tmp_path / "processes"
    script.write_text(textwrap.dedent(SCRIPT.format(tests=str(Path(__file__).parent))))
    folder.mkdir()
    caller = subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # a caller that is killed cannot remove its folder
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    processes = started(folder, 2)
    (os.killpg if whole_group else os.kill)(caller.pid, number)
    _, told = caller.communicate(timeout=60)
    assert caller.returncode == -number
    assert all(gone(process) for process in processes)
    assert told.count("Traceback") == (number == signal.SIGINT), told
    assert len(started(folder, 2)) == 2, "nothing was started afterwards"


def test_wrong_use_is_told(pair: LocalWorkers) -> None:
    with pytest.raises(UsageError, match="at least one"):
        LocalWorkers(0)
    results = pair.map(square, range(3))
    assert next(results) == 0
    with pytest.raises(UsageError, match="finish or close"):
        next(pair.map(square, [1]))
    assert list(results) == [1, 4]
    with LocalWorkers(1) as workers:
        unfinished = workers.map(square, range(9))
        next(unfinished)
    with pytest.raises(UsageError, match="closed"):
        list(unfinished)
