"""Processes that grade beside the page: each tells its cases as they are judged, and can be stopped at any time."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

from grader.classes.job import Fault
from grader.errors import GraderFault
from grader.model import Backend, Feedback, Report
from grader.screen.web.seat import CaseOrder, Order, Settings, serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from grader.model import Exercise, Submission
    from grader.practice.case_script.script import CaseScript
    from grader.suite.collection import Observer

_LOOK_S: Final = 0.05
_PATIENCE_S: Final = 2.0  # after which a process that was asked to stop is ended
_MOST_IDLE: Final = 1


class GradingStopped(Exception):
    """Somebody stopped the grade; it has no verdict."""


class Desk:
    """Grades in processes of its own, one for each exercise that is graded at the moment.  One stays warm.

    Parameters
    ----------
    settings : Settings
        How to grade.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._idle: list[_Grader] = []
        self._busy: dict[str, _Grader] = {}

    def warm(self, backend: Backend) -> None:
        """Begin to start what a backend needs; may be called from any thread."""
        grader = self._take()
        grader.warm(backend)
        self._give_back(grader)

    def grade(
        self,
        exercise: Exercise,
        submission: Submission,
        *,
        feedback: Feedback = Feedback.FULL,
        examples: bool = False,
        observe: Observer | None = None,
    ) -> Report:
        """Grade a submission and wait for the verdict; to be called from a thread that may wait.

        Parameters
        ----------
        examples : bool, default=False
            Whether only the examples of the docstrings are run.
        observe : callable, optional
            Told each case as it is judged, in this thread.

        Raises
        ------
        GradingStopped
            When `stop` was called.
        GraderFault
            When the grader broke.
        """
        outcome = self._run(exercise.slug, Order(exercise, submission, feedback, examples), observe)
        assert isinstance(outcome, Report)
        return outcome

    def script(self, exercise: Exercise, submission: Submission, name: str, seed: int) -> CaseScript:
        """Run a failing case again and return the script that `kata case` writes of it; to be called from a thread that may wait.

        Parameters
        ----------
        name : str
            Name of the case.
        seed : int
            Seed with which it failed.

        Raises
        ------
        GraderFault
            When it passes now, or the grader broke.
        """
        outcome = self._run(f"{exercise.slug} {name}", CaseOrder(exercise, submission, name, seed), None)
        assert not isinstance(outcome, Report)
        return outcome

    def _run(self, key: str, order: Order | CaseOrder, observe: Observer | None) -> Report | CaseScript:
        grader = self._take()
        with self._lock:
            self._busy[key] = grader
        try:
            outcome = grader.run(order, observe)
        finally:
            with self._lock:
                if self._busy.get(key) is grader:
                    del self._busy[key]
            self._give_back(grader)
        if isinstance(outcome, Fault):
            raise GraderFault(outcome.message, outcome.remedy)
        return outcome

    def stop(self, slug: str) -> None:
        """Stop what is graded of an exercise, if anything is; returns at once, from any thread."""
        with self._lock:
            grader = self._busy.get(slug)
            if grader is not None:
                grader.stop()

    def close(self) -> None:
        """End every process."""
        with self._lock:
            graders, self._idle = [*self._idle, *self._busy.values()], []
        for grader in graders:
            grader.kill()

    def _take(self) -> _Grader:
        with self._lock:
            while self._idle:
                grader = self._idle.pop()
                if grader.alive():
                    return grader
        return _Grader(self._settings)

    def _give_back(self, grader: _Grader) -> None:
        with self._lock:
            if grader.alive() and len(self._idle) < _MOST_IDLE:
                self._idle.append(grader)
                return
        grader.kill()


class _Grader:
    """One process, seen from outside."""

    def __init__(self, settings: Settings) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._connection: Connection[object, object] = ours
        self._process = context.Process(target=serve, args=(theirs, settings), name="kata grader", daemon=True)
        self._process.start()
        theirs.close()
        self._stopped_at: float | None = None

    def warm(self, backend: Backend) -> None:
        with contextlib.suppress(OSError):
            self._connection.send(backend)

    def run(self, order: Order | CaseOrder, observe: Observer | None) -> Report | CaseScript | Fault:
        self._stopped_at = None
        try:
            self._connection.send(order)
            while True:
                if self._connection.poll(_LOOK_S):
                    told = self._connection.recv()
                    if isinstance(told, list):
                        if observe is not None:
                            for case, total in told:
                                observe(case, total)
                    elif told is None:
                        raise GradingStopped
                    else:
                        return told  # type: ignore[return-value]  # a report, a script or a fault
                elif self._stopped_at is not None and time.monotonic() - self._stopped_at > _PATIENCE_S:
                    self.kill()
                    raise GradingStopped
        except (EOFError, OSError):
            stopped = self._stopped_at is not None
            self.kill()
            if stopped:
                raise GradingStopped from None
            raise GraderFault("The process that graded it ended.", "Submit again.") from None

    def stop(self) -> None:
        self._stopped_at = time.monotonic()
        if sys.platform == "win32" or self._process.pid is None:
            self._process.kill()
        elif self._process.is_alive():
            os.kill(self._process.pid, signal.SIGINT)

    def alive(self) -> bool:
        return self._process.is_alive() and not self._connection.closed

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._connection.close()
