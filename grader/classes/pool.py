"""Processes that grade jobs: each has a connection of its own, so that one that is killed takes nothing along.

`concurrent.futures` gives up the whole pool when one process dies, and the pools on the package index share a queue
whose lock a killed process never gives back.  Here no lock, queue or pipe is shared between two processes.
"""

from __future__ import annotations

import contextlib
import sys
from collections import deque
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, Self

from grader.classes.grader_process import GraderProcess, Task
from grader.classes.job import Cause, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from grader.classes.grader_process import Grader
    from grader.classes.job import Job, Settings
    from grader.classes.stem import Stem
    from grader.model import Backend, Report

_MOST_TRIES: Final = 2


class Pool:
    """Grades jobs in several processes.  Use it as a context manager: leaving it early ends them at once.

    Parameters
    ----------
    processes : int
        How many to grade at the same time, at least 1.
    backends : iterable of Backend, optional
        What the exercises are likely to need. It is imported once for all processes; what is forgotten here, each of them
        may have to import for itself.
    """

    def __init__(self, processes: int, backends: Iterable[Backend] = ()) -> None:
        self._most = processes
        self._backends = frozenset(backends)
        self._idle: list[GraderProcess] = []
        self._busy: list[GraderProcess] = []
        self._ending: list[GraderProcess] = []
        self._waiting: deque[Task] = deque()
        self._stem: Stem | None = None

    def __enter__(self) -> Self:
        return self

    def start(self) -> None:
        """Start all processes now: they import what they need while the caller is still busy with something else."""
        with contextlib.suppress(OSError):  # the first job is told
            while len(self._idle) < self._most:
                self._idle.append(GraderProcess(self._new()))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        dismissed = [process for process in self._idle if not process.is_new]
        for process in dismissed:
            process.dismiss()
        killed = [process for process in self._idle if process.is_new] + self._busy  # a new one holds nothing yet
        for process in killed:
            process.kill()
        for process in (*dismissed, *self._ending):
            process.join()
        if self._stem is not None:
            self._stem.end(now=not dismissed)
        for process in killed:
            process.join()
        self._idle, self._busy, self._ending, self._stem = [], [], [], None

    def run(self, jobs: Iterable[Job], settings: Settings) -> Iterator[tuple[int, Report | Fault]]:
        """Yield the number and the outcome of every job, as they end.

        Parameters
        ----------
        jobs : iterable of Job
            What to grade; asked for the next one when a process is free.
        settings : Settings
            How to grade; the same in all calls.
        """
        fresh = (Task(number, job) for number, job in enumerate(jobs))
        while True:
            while len(self._busy) < self._most:
                task = self._waiting.popleft() if self._waiting else next(fresh, None)
                if task is None:
                    break
                lost = self._hand_out(task, settings)
                if lost is not None:
                    yield task.number, lost
            if not self._busy:
                return
            for process in self._heard():
                task = process.task
                outcome = process.outcome()
                if outcome is None:
                    continue
                self._release(process, outcome)
                if isinstance(outcome, Fault) and outcome.cause is Cause.KILLED and task.tries + 1 < _MOST_TRIES:
                    self._waiting.appendleft(Task(task.number, task.job, task.tries + 1))
                else:
                    yield task.number, outcome

    def _hand_out(self, task: Task, settings: Settings) -> Fault | None:
        """Give a task to a process that is idle, or to a new one; return why that was impossible."""
        try:
            process = self._ready(task.job.exercise.backend)
        except OSError as error:
            return Fault(Cause.GRADER, f"No process could be started ({error}).", "Close other programs; try again.")
        self._busy.append(process)
        process.begin(task, settings)
        return None

    def _ready(self, backend: Backend) -> GraderProcess:
        while self._idle:
            process = self._idle.pop()
            if process.alive():
                return process
            process.dismiss()  # somebody killed it between two jobs
            self._ending.append(process)
        return GraderProcess(self._new(backend))

    def _new(self, *backends: Backend) -> Grader:
        if sys.platform != "linux":
            from grader.classes.spawned import Spawned

            return Spawned()
        from grader.classes.stem import Stem

        if self._stem is not None and not self._stem.alive():
            self._stem.end(now=True)
            self._stem = None
        if self._stem is None:
            self._stem = Stem(self._backends.union(backends))
        return self._stem.grader()

    def _release(self, process: GraderProcess, outcome: Report | Fault) -> None:
        """Take a process off its job; one in which something unexpected happened grades nothing more."""
        self._busy.remove(process)
        if isinstance(outcome, Fault) and (outcome.trace or outcome.cause in (Cause.KILLED, Cause.STUCK)):
            process.dismiss()
            self._ending.append(process)
        else:
            self._idle.append(process)

    def _heard(self) -> list[GraderProcess]:
        """Wait until a process says something, ends, or has been silent for too long, and return all such."""
        soonest = min((process.patience() for process in self._busy), default=0.0)
        ready = set(wait([thing for one in self._busy for thing in one.waitables()], max(soonest, 0.0)))
        return [one for one in self._busy if ready & set(one.waitables()) or one.patience() <= 0]
