"""Processes that grade beside the page: each tells its cases as they are judged, and can be stopped at any time."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Self

from grader.classes.bench import end_with_parent
from grader.classes.job import Fault, fault_of
from grader.errors import GraderFault, UsageError
from grader.model import Backend, ConfinementMode, Feedback, Report

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from grader.model import CaseResult, Exercise, Submission
    from grader.practice.case_script.script import CaseScript
    from grader.sandbox import Sandbox
    from grader.suite.collection import Observer
    from grader.suite.suites import Suites

_LOOK_S: Final = 0.05
_PATIENCE_S: Final = 2.0  # after which a process that was asked to stop is ended
_MOST_IDLE: Final = 1
_TELL_S: Final = 0.1


class GradingStopped(Exception):
    """Somebody stopped the grade; it has no verdict."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How every submission is graded.

    Attributes
    ----------
    secret : tuple of Path
        Folders that no worker may read.
    """

    confinement: ConfinementMode = ConfinementMode.AUTO
    secret: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Order:
    exercise: Exercise
    submission: Submission
    feedback: Feedback
    examples: bool


@dataclass(frozen=True, slots=True)
class _CaseOrder:
    """A failing case that is wanted as code."""

    exercise: Exercise
    submission: Submission
    name: str
    seed: int


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
        outcome = self._run(exercise.slug, _Order(exercise, submission, feedback, examples), observe)
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
        outcome = self._run(f"{exercise.slug} {name}", _CaseOrder(exercise, submission, name, seed), None)
        assert not isinstance(outcome, Report)
        return outcome

    def _run(self, key: str, order: _Order | _CaseOrder, observe: Observer | None) -> Report | CaseScript:
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

    def run(self, order: _Order | _CaseOrder, observe: Observer | None) -> Report | CaseScript | Fault:
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


def serve(connection: Connection[object, object], settings: Settings) -> None:
    """Grade what comes over a connection until it is closed; the main function of a process of the desk.

    Parameters
    ----------
    connection : Connection
        Brings orders, and backends to warm up; takes lists of cases, each with the number of all, then the report, the script or a fault,
        or None where it was stopped.
    settings : Settings
        How to grade.
    """
    end_with_parent()
    stops = _Stops()
    from grader.sandbox import Sandbox

    with Sandbox(settings.confinement, None, settings.secret) as sandbox:
        from grader.suite.suites import Suites

        suites = Suites()  # between two submissions the hidden tests stay collected
        while True:
            try:
                order = connection.recv()
            except (EOFError, OSError):
                return
            if isinstance(order, Backend):
                sandbox.warm(order)
                import_module("grader.judge")  # with all it needs, while its zygote starts
                continue
            assert isinstance(order, _Order | _CaseOrder)
            outcome: Report | CaseScript | Fault | None
            try:
                with _Teller(connection) as teller, stops:
                    if isinstance(order, _CaseOrder):
                        outcome = _script(order, sandbox)
                    else:
                        outcome = _grade(order, sandbox, suites, teller)
            except KeyboardInterrupt:
                outcome = None
            except Exception as error:  # noqa: BLE001  whatever it is, the page says so and goes on
                outcome = fault_of(error)
            connection.send(outcome)


def _grade(order: _Order, sandbox: Sandbox, suites: Suites, teller: _Teller) -> Report:
    from grader.judge import grade, run_examples
    from grader.practice.stub_file import pristine_stub

    if order.examples:
        return run_examples(order.exercise, order.submission, sandbox, pristine_stub(order.exercise).decode())
    return grade(order.exercise, order.submission, sandbox, feedback=order.feedback, suites=suites, observe=teller.tell)


def _script(order: _CaseOrder, sandbox: Sandbox) -> CaseScript:
    from grader.practice.case_script.script import write_script
    from grader.practice.failing_case import find_failing_case

    exercise = order.exercise
    found = find_failing_case(exercise, order.submission, sandbox, name=order.name, seed=order.seed)
    if found is None:
        raise UsageError("This case passes now.", "Submit again.")
    return write_script(found, exercise.stub_path.absolute(), f"case_{exercise.slug}.npz")


class _Teller:
    """Sends cases soon after they were judged, several at a time: each message costs the one who grades and who draws.

    A thread of its own sends, so that a grade that is stopped leaves no half of a message.
    """

    def __init__(self, connection: Connection[object, object]) -> None:
        self._connection = connection
        self._cases: queue.SimpleQueue[tuple[CaseResult, int] | None] = queue.SimpleQueue()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._send, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._cases.put(None)
        self._thread.join()

    def tell(self, case: CaseResult, total: int) -> None:
        """Take a case; the first is sent at once."""
        self._cases.put((case, total))

    def _send(self) -> None:
        over = False
        while not over:
            found = [self._cases.get()]
            with contextlib.suppress(queue.Empty):
                while True:
                    found.append(self._cases.get_nowait())
            over = None in found
            cases = [one for one in found if one is not None]
            if cases and not over:  # the report that follows holds the others
                self._connection.send(cases)
                self._over.wait(_TELL_S)


class _Stops:
    """Lets SIGINT end a grade, as Ctrl-C does, and do nothing at any other time."""

    def __init__(self) -> None:
        self._grading = False
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def __enter__(self) -> None:
        self._grading = True

    def __exit__(self, *_: object) -> None:
        self._grading = False

    def _stop(self, *_: object) -> None:
        if self._grading:
            self._grading = False
            raise KeyboardInterrupt
