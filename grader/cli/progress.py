"""A progress bar on standard error for what takes longer than a second."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Final, Self

from grader.cli.console import is_terminal

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress, TaskID

_PATIENCE_S: Final = 1.0


def rate(speed: float | None) -> str:
    """Return a speed in words.

    Parameters
    ----------
    speed : float or None
        Pieces a second; None before anybody can tell.
    """
    if not speed:
        return ""
    return f"{speed:.1f}/s" if speed >= 1 else f"{60 * speed:.0f}/min"


class Bar:
    """Counts finished pieces of work; a context manager that shows a bar on a terminal only.

    Parameters
    ----------
    total : int
        Number of pieces.
    """

    def __init__(self, total: int) -> None:
        self._stream = sys.stderr  # while pytest runs, another one stands in its place
        self._total = total
        self._done = 0
        self._label = ""
        self._lock = threading.Lock()
        self._timer = threading.Timer(_PATIENCE_S, self._show)
        self._timer.daemon = True
        self._shown: tuple[Progress, TaskID] | None = None

    def __enter__(self) -> Self:
        if is_terminal(self._stream):
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._timer.is_alive():
            self._timer.join()
        if self._shown is not None:
            self._shown[0].stop()

    def begin(self, label: str) -> None:
        """Name the piece that is under way."""
        with self._lock:
            self._label = label
            self._update()

    def advance(self) -> None:
        """Count a finished piece."""
        with self._lock:
            self._done += 1
            self._update()

    def move(self, label: str, done: int, total: int) -> None:
        """Say everything anew: what is under way, how much is done, and of how much."""
        with self._lock:
            self._label, self._done, self._total = label, done, total
            self._update()

    def _update(self) -> None:
        if self._shown is not None:
            progress, task = self._shown
            progress.update(task, completed=self._done, total=self._total, description=self._label)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            ProgressColumn,
            Task,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.text import Text

        class Rate(ProgressColumn):
            """Pieces a second, or a minute where they are few."""

            def render(self, task: Task) -> Text:
                return Text(rate(task.speed))

        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(),
        )  # fmt: skip
        # Redirected, a stream of pytest's would be put back when it is not there any more.
        progress = Progress(
            *columns,
            console=Console(file=self._stream),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        with self._lock:
            task = progress.add_task(self._label, total=self._total, completed=self._done)
            progress.start()
            self._shown = (progress, task)
