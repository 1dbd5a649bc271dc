"""Ctrl-C and SIGTERM while a command grades: what is complete is written first, and not in the middle of a file."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import FrameType

_BY_SHELL = 128  # shells add this to a signal's number


class Stops:
    """Takes SIGTERM for Ctrl-C, and remembers which came.  Use it as a context manager in the main thread.

    Elsewhere it does nothing: only the main thread hears signals.
    """

    def __init__(self) -> None:
        self._came: signal.Signals | None = None
        self._writing = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._stop)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def exit_code(self) -> int:
        """130 after Ctrl-C, 143 after SIGTERM."""
        return _BY_SHELL + (self._came or signal.SIGINT)

    @property
    def word(self) -> str:
        """What happened, for a message."""
        return "ended by SIGTERM" if self._came is signal.SIGTERM else "interrupted"

    def write(self) -> None:
        """From now on finish: another Ctrl-C must not leave half of what is being written."""
        self._writing = True

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if not self._writing:
            self._came = signal.Signals(number)
            raise KeyboardInterrupt
