"""A process of the pool with the job it has: handed over, waited for, given up on."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from grader.classes.job import Cause, Fault

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from grader.classes.job import Job, Settings
    from grader.model import Report

_END_S: Final = 10.0
_START_S: Final = 300.0  # to import pytest and a backend, on a machine with much other work


@dataclass(frozen=True, slots=True)
class Task:
    """A job on its way."""

    number: int
    job: Job
    tries: int = 0


class Grader(Protocol):
    """A process that grades, however it came to be."""

    connection: Connection[Settings | Job, Report | Fault | None]

    @property
    def pid(self) -> int | None:
        """Process identifier; None where there was never a process."""

    def waitables(self) -> tuple[Connection[Settings | Job, Report | Fault | None] | int, ...]:
        """What becomes ready when it says something or ends."""

    def alive(self) -> bool:
        """Whether it can take another job."""

    def kill(self) -> None:
        """End it now; its zygotes and workers end when they see that."""

    def join(self, timeout: float) -> bool:
        """Wait until it is gone, for so many seconds at most, and return whether it is."""

    def exit_code(self) -> int | None:
        """Exit status, or minus the number of the signal that killed it; None where nobody can tell."""


class GraderProcess:
    """One process of the pool.

    Parameters
    ----------
    grader : Grader
        The process itself.
    """

    task: Task

    def __init__(self, grader: Grader) -> None:
        self.is_new = True  # nothing was told to it yet
        self._grader = grader
        self._silence_s: float | None = None

    @property
    def pid(self) -> int | None:
        """Process identifier; None where there was never a process."""
        return self._grader.pid

    def begin(self, task: Task, settings: Settings) -> None:
        """Hand over a task."""
        self.task = task
        self._heard_at = time.monotonic()
        connection = self._grader.connection
        try:
            if self.is_new:
                self.is_new, self._silence_s = False, settings.silence_s
                connection.send(settings)
            connection.send(task.job)
        except OSError:
            return  # it is gone, and what waits for its answer sees that

    def waitables(self) -> tuple[Connection[Settings | Job, Report | Fault | None] | int, ...]:
        """What becomes ready when it says something or ends."""
        return self._grader.waitables()

    def patience(self) -> float:
        """Seconds for which it may still be silent."""
        limits = self.task.job.exercise.limits
        most = _START_S + limits.load_s + 4 * limits.case_s if self._silence_s is None else self._silence_s
        return self._heard_at + most - time.monotonic()

    def outcome(self) -> Report | Fault | None:
        """Return what it says of its task; None for a sign of life."""
        connection = self._grader.connection
        try:
            if connection.poll():
                self._heard_at = time.monotonic()
                return connection.recv()
        except (EOFError, OSError):
            return self._ended()
        if self.patience() <= 0:
            self.kill()
            return Fault(
                Cause.STUCK, "The process that graded it stopped answering and was ended.", "Please report it."
            )
        return self._ended()

    def alive(self) -> bool:
        """Whether it can take another task."""
        return self._grader.alive()

    def dismiss(self) -> None:
        """Let it end by itself."""
        self._grader.connection.close()

    def kill(self) -> None:
        """End it now."""
        self._grader.kill()

    def join(self) -> None:
        """Wait until it is gone."""
        if not self._grader.join(_END_S):
            self._grader.kill()
            self._grader.join(_END_S)

    def _ended(self) -> Fault:
        self.kill()  # a connection that is closed while its process lives on is no use
        self.join()
        return Fault(
            Cause.KILLED,
            f"The process that graded it {_words(self._grader.exit_code())}, and so did the one that tried again.",
            "Memory may have run out: try fewer at the same time with -j.",
        )


def _words(code: int | None) -> str:
    if code is None:
        return "ended"
    if code >= 0:
        return f"ended with exit status {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
