"""Processes that grade jobs: each has a connection of its own, so that one that is killed takes nothing along.

`concurrent.futures` gives up the whole pool when one process dies, and the pools on the package index share a queue
whose lock a killed process never gives back.  Here no lock, queue or pipe is shared between two processes.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final, Self

from grader.classes.bench import IGNORED, serve
from grader.classes.job import Cause, Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from types import TracebackType

    from grader.classes.job import Job, Settings
    from grader.model import Report

_MOST_TRIES: Final = 2
_END_S: Final = 10.0
_START_S: Final = 300.0  # to import pytest and a backend, on a machine with much other work


@dataclass(frozen=True, slots=True)
class _Task:
    """A job on its way."""

    number: int
    job: Job
    tries: int = 0


class Pool:
    """Grades jobs in several processes.  Use it as a context manager: leaving it early ends them at once.

    Parameters
    ----------
    processes : int
        How many to grade at the same time, at least 1.
    """

    def __init__(self, processes: int) -> None:
        self._most = processes
        self._idle: list[_Process] = []
        self._busy: list[_Process] = []
        self._ending: list[_Process] = []
        self._waiting: deque[_Task] = deque()

    def __enter__(self) -> Self:
        return self

    def start(self) -> None:
        """Start all processes now: they import what they need while the caller is still busy with something else."""
        with contextlib.suppress(OSError):  # the first job is told
            while len(self._idle) < self._most:
                self._idle.append(_Process())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._idle:
            if process.is_new:
                process.kill()  # it holds nothing yet
            else:
                process.dismiss()
        for process in self._busy:
            process.kill()
        for process in (*self._idle, *self._busy, *self._ending):
            process.join()
        self._idle, self._busy, self._ending = [], [], []

    def run(self, jobs: Iterable[Job], settings: Settings) -> Iterator[tuple[int, Report | Fault]]:
        """Yield the number and the outcome of every job, as they end.

        Parameters
        ----------
        jobs : iterable of Job
            What to grade; asked for the next one when a process is free.
        settings : Settings
            How to grade; the same in all calls.
        """
        fresh = (_Task(number, job) for number, job in enumerate(jobs))
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
                    self._waiting.appendleft(_Task(task.number, task.job, task.tries + 1))
                else:
                    yield task.number, outcome

    def _hand_out(self, task: _Task, settings: Settings) -> Fault | None:
        """Give a task to a process that is idle, or to a new one; return why that was impossible."""
        try:
            process = self._ready()
        except OSError as error:
            return Fault(Cause.GRADER, f"No process could be started ({error}).", "Close other programs; try again.")
        self._busy.append(process)
        process.begin(task, settings)
        return None

    def _ready(self) -> _Process:
        while self._idle:
            process = self._idle.pop()
            if process.alive():
                return process
            process.dismiss()  # somebody killed it between two jobs
        return _Process()

    def _release(self, process: _Process, outcome: Report | Fault) -> None:
        """Take a process off its job; one in which something unexpected happened grades nothing more."""
        self._busy.remove(process)
        if isinstance(outcome, Fault) and (outcome.trace or outcome.cause in (Cause.KILLED, Cause.STUCK)):
            process.dismiss()
            self._ending.append(process)
        else:
            self._idle.append(process)

    def _heard(self) -> list[_Process]:
        """Wait until a process says something, ends, or has been silent for too long, and return all such."""
        soonest = min((process.patience() for process in self._busy), default=0.0)
        ready = set(wait([thing for one in self._busy for thing in one.waitables()], max(soonest, 0.0)))
        return [one for one in self._busy if ready & set(one.waitables()) or one.patience() <= 0]


class _Process:
    """One process of the pool, seen from outside."""

    task: _Task

    def __init__(self) -> None:
        self.is_new = True  # nothing was told to it yet
        self._silence_s: float | None = None
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._connection: Connection[Settings | Job, Report | Fault | None] = ours
        self._process = context.Process(target=serve, args=(theirs,), name="kata grader")
        try:
            with _signals_wait():
                self._process.start()
        except BaseException:
            self._connection.close()
            raise
        finally:
            theirs.close()  # so that its end is seen here

    def begin(self, task: _Task, settings: Settings) -> None:
        """Hand over a task."""
        self.task = task
        self._heard_at = time.monotonic()
        try:
            if self.is_new:
                self.is_new, self._silence_s = False, settings.silence_s
                self._connection.send(settings)
            self._connection.send(task.job)
        except OSError:
            return  # it is gone, and what waits for its answer sees that

    def waitables(self) -> tuple[Connection[Settings | Job, Report | Fault | None] | int, ...]:
        """What becomes ready when it says something or ends."""
        return self._connection, self._process.sentinel

    def patience(self) -> float:
        """Seconds for which it may still be silent."""
        limits = self.task.job.exercise.limits
        most = _START_S + limits.load_s + 4 * limits.case_s if self._silence_s is None else self._silence_s
        return self._heard_at + most - time.monotonic()

    def outcome(self) -> Report | Fault | None:
        """Return what it says of its task; None for a sign of life."""
        try:
            if self._connection.poll():
                self._heard_at = time.monotonic()
                return self._connection.recv()
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
        return self._process.is_alive()

    def dismiss(self) -> None:
        """Let it end by itself."""
        self._connection.close()

    def kill(self) -> None:
        """End it now; its zygotes and workers end when they see that."""
        self._process.kill()
        self._connection.close()

    def join(self) -> None:
        """Wait until it is gone."""
        self._process.join(_END_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _ended(self) -> Fault:
        self.kill()  # a connection that is closed while its process lives on is no use
        self._process.join()
        code = self._process.exitcode or 0
        how = f"ended with exit status {code}" if code >= 0 else f"was killed by {_name(-code)}"
        return Fault(
            Cause.KILLED,
            f"The process that graded it {how}, and so did the one that tried again.",
            "Memory may have run out: try fewer at the same time with -j.",
        )


@contextlib.contextmanager
def _signals_wait() -> Iterator[None]:
    """Keep Ctrl-C from a process that does not ignore it yet: it inherits the mask, and lifts it in `serve`."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, IGNORED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
