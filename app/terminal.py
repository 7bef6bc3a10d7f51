"""The terminal of a conversation: lines in, with editing, history and completion; words out, as they come."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from rich.cells import cell_len

from app.output import page, progress

if TYPE_CHECKING:
    from rich.status import Status

REMEMBERED_LINES = 1000


def listen(prompt: str, *, remember: bool = False) -> str | None:
    """A line of the user's, None at the end of the input.

    Args:
        prompt: What stands before it.
        remember: Whether the line can be called back with the arrow keys.
    """
    if sys.stdin is None:
        return None
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if line:
            page().print(f"{prompt}{line.rstrip()}", soft_wrap=True)
        return line or None
    try:
        line = input(_bold(prompt))
    except EOFError:
        page().print()
        return None
    if remember and line.strip() and (readline := _readline()):
        readline.add_history(line)
    return line


def _bold(prompt: str) -> str:
    """The prompt in bold, where a line editor knows that the codes for it have no width."""
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") in (None, "dumb")
    return prompt if plain or not _readline() else f"\001\033[1m\002{prompt}\001\033[0m\002"


def _readline() -> ModuleType | None:
    """The line editor, where the platform has one."""
    try:
        import readline
    except ImportError:
        return None
    return readline


@contextlib.contextmanager
def line_editing(history: Path, words: Callable[[], Iterable[str]]) -> Iterator[None]:
    """Within it lines can be edited, called back from earlier conversations, and completed with the tab key.

    Args:
        history: The file that keeps the lines.
        words: What a word can be completed to.
    """
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")  # a byte that is no text is no reason to end
    readline = _readline() if sys.stdin is not None and sys.stdin.isatty() else None
    if readline is None:
        yield
        return

    def complete(start: str, number: int) -> str | None:
        found = [word for word in words() if word.startswith(start)] if start else []
        if number >= len(found):
            return None
        return found[number] if len(found) > 1 else f"{found[0]} "

    readline.set_auto_history(False)  # answers to questions are not called back
    readline.set_completer_delims(" \t\n")
    readline.set_completer(complete)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    with contextlib.suppress(OSError):
        readline.read_history_file(history)
    try:
        yield
    finally:
        readline.set_history_length(REMEMBERED_LINES)
        with contextlib.suppress(OSError):  # a home that cannot be written has been told of
            readline.write_history_file(history)


class Speech:
    """Writes the agent's words as they come, broken between words; turns a spinner while it thinks."""

    def __init__(self) -> None:
        self._status: Status | None = None
        self._column = 0
        self._word = ""

    def thinking(self) -> None:
        """The model is asked."""
        if progress.is_terminal and self._status is None:
            self._status = progress.status("thinking ...")
            self._status.start()

    def acting(self, tool: str) -> None:
        """A tool begins its work, and shows for itself how it goes."""
        self.rest()

    def words(self, piece: str) -> None:
        """A piece of what the agent says."""
        self._calm()
        for character in piece:
            if character in " \n\t":
                self._end_word()
                self._space(character)
            elif character.isprintable():  # what a terminal obeys is left out
                self._word += character

    def rest(self) -> None:
        """Nothing is being thought of or said."""
        self._calm()
        self._end_word()

    def end(self) -> None:
        """Ends the line that was begun, whatever happened."""
        self.rest()
        if self._column:
            self._space("\n")

    def _calm(self) -> None:
        """Stops the spinner."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def _end_word(self) -> None:
        if not self._word:
            return
        console, length = page(), cell_len(self._word)
        if console.is_terminal and self._column and self._column + length >= console.width:
            self._space("\n")
        console.out(self._word, end="", highlight=False)
        console.file.flush()
        self._column += length
        self._word = ""

    def _space(self, character: str) -> None:
        if character == "\n":
            page().out("")
            self._column = 0
        else:
            page().out(" ", end="", highlight=False)
            self._column += 1
