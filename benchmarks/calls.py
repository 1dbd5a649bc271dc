"""One candidate call against a bare echo of the same bytes over a socket pair."""

from __future__ import annotations

import os
import socket
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figure import Figure
from grader.candidate import Candidate, Session
from grader.content import catalog
from grader.intake.submission import submission_from_text
from grader.sandbox import Sandbox

ROOT = Path(__file__).parents[1]
_CALLS = 300
_MOST_BYTES = 2**26  # of the answers of one case; the grader ends a case that is given twice as much


class Echo:
    """A child process that reads a number of bytes and answers with another number of bytes."""

    def __init__(self, there: int, back: int) -> None:
        self._ours, theirs = socket.socketpair()
        self._request, self._answer = bytes(there), back
        self._buffer = bytearray(2**16)
        self._pid = os.fork()
        if not self._pid:
            self._ours.close()
            answer, buffer = bytes(back), bytearray(2**16)
            while True:
                got = 0
                while got < there:
                    count = theirs.recv_into(buffer)
                    if not count:
                        os._exit(0)
                    got += count
                theirs.sendall(answer)
        theirs.close()

    def __call__(self) -> None:
        """Send and receive once."""
        self._ours.sendall(self._request)
        got = 0
        while got < self._answer:
            got += self._ours.recv_into(self._buffer)

    def close(self) -> None:
        """End the child."""
        self._ours.close()
        os.waitpid(self._pid, 0)


def _median_us(work: Any, calls: int) -> float:
    times = []
    for _ in range(calls):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e6


def compare(slug: str, *, shape: tuple[int, int], most: float, rounds: int) -> Figure:
    """Measure a call with three float64 arrays of a shape that returns one of them."""
    exercise = catalog.load_catalog(ROOT).exercise(slug)
    submission = submission_from_text("first.py", "def first(a, b, c):\n    return a\n")
    arrays = [np.random.default_rng(i).normal(size=shape) for i in range(3)]
    array_bytes = arrays[0].nbytes
    # The structures of request and answer are below 100 bytes each.
    echo = Echo(3 * array_bytes + 100, array_bytes + 60)
    ours, other = [], []
    calls = min(_CALLS, _MOST_BYTES // array_bytes)
    with Sandbox() as sandbox:
        session = Session(sandbox, exercise, submission)
        session.begin_case()
        candidate: Any = Candidate(session)
        candidate.first(*arrays)
        for _ in range(rounds):
            session.begin_case()
            ours.append(_median_us(lambda: candidate.first(*arrays), calls))
            other.append(_median_us(echo, calls))
        session.close()
    echo.close()
    mine, bare = statistics.median(ours), statistics.median(other)
    name = f"one call with three arrays of {array_bytes / 2**10:g} KiB / bare echo of the same bytes"
    return Figure(name, mine, bare, "us", mine / bare, f"<= {most:g}")
