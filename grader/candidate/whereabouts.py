"""Asks a worker that is late in which line it is. The answer is its own word, and only ever a hint."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from grader.model import Verdict
from grader.worker.message import Kind
from grader.worker.wire import Closed, Late, WireError

if TYPE_CHECKING:
    from grader.model import Submission
    from grader.sandbox import WorkerProcess

_PATIENCE_S: Final = 1.0
_MOST_FRAMES: Final = 1000  # prints that were on their way
_MOST_CHARACTERS: Final = 100


class _Enough(Exception):
    """Nothing was said in time."""


def whereabouts(verdict: Verdict, worker: WorkerProcess | None, submission: Submission, file: str) -> str:
    """Return the end of a sentence about a late call, ` (iou.py line 7, by its own word: while True:)`; empty where nothing is said.

    Parameters
    ----------
    verdict : Verdict
        What the call gets; nobody is asked unless it is late.
    worker : WorkerProcess or None
        Who is late; it must be ended afterwards, since its next frame answers no question.
    submission : Submission
        What it runs. Of the answer only a number is taken, and the text of the line from here.
    file : str
        How messages call it.
    """
    if verdict is not Verdict.TIMED_OUT or worker is None:
        return ""
    lines = submission.source.splitlines()
    line = _line(worker)
    if not 0 < line <= len(lines):
        return ""
    return f" ({file} line {line}, by its own word: {lines[line - 1].strip()[:_MOST_CHARACTERS]})"


def _line(worker: WorkerProcess) -> int:
    """Return the line that the worker says it is in, 0 where it says none in time."""
    if not worker.ask_where():
        return 0
    until = time.monotonic() + _PATIENCE_S

    def look() -> float:
        left = until - time.monotonic()
        if left <= 0:
            raise _Enough
        return left

    try:
        for _ in range(_MOST_FRAMES):
            message, _ = worker.channel.receive(look=look)
            if type(message) is list and len(message) == 2 and message[0] == Kind.WHERE and type(message[1]) is int:
                return message[1]
    except (_Enough, Closed, Late, WireError):
        pass
    return 0
