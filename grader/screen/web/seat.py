"""A process of the desk from inside: grades what it is told, and makes ready for the next submission."""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final, Self

from grader.classes.bench import end_with_parent
from grader.classes.job import fault_of
from grader.errors import UsageError
from grader.model import Backend, ConfinementMode, Feedback

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from grader.classes.job import Fault
    from grader.model import CaseResult, Exercise, Report, Submission
    from grader.practice.case_script.script import CaseScript
    from grader.practice.rehearsal import Rehearsal
    from grader.sandbox import Sandbox

_TELL_S: Final = 0.1


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
class Order:
    """A submission that is to be graded.

    Attributes
    ----------
    examples : bool
        Whether only the examples of the docstrings are run.
    """

    exercise: Exercise
    submission: Submission
    feedback: Feedback
    examples: bool


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """A failing case that is wanted as code."""

    exercise: Exercise
    submission: Submission
    name: str
    seed: int


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
        seat = _Seat(sandbox)
        while True:
            try:
                seat.rehearse(connection.poll)
                order = connection.recv()
            except (EOFError, OSError):
                return
            if isinstance(order, Backend):
                sandbox.warm(order)
                import_module("grader.judge")  # with all it needs, while its zygote starts
                continue
            assert isinstance(order, Order | CaseOrder)
            outcome: Report | CaseScript | Fault | None
            try:
                with _Teller(connection) as teller, stops:
                    outcome = seat.script(order) if isinstance(order, CaseOrder) else seat.grade(order, teller)
            except KeyboardInterrupt:
                outcome = None
            except Exception as error:  # noqa: BLE001  whatever it is, the page says so and goes on
                outcome = fault_of(error)
            connection.send(outcome)


class _Seat:
    """What grades, and what it keeps between two orders."""

    def __init__(self, sandbox: Sandbox) -> None:
        from grader.suite.suites import Suites

        self._sandbox = sandbox
        self._suites = Suites()  # between two submissions the hidden tests stay collected
        self._rehearsal: Rehearsal | None = None
        self._graded: Exercise | None = None

    def grade(self, order: Order, teller: _Teller) -> Report:
        """Grade a submission, or run its examples."""
        from grader.judge import grade, run_examples
        from grader.practice.rehearsal import Rehearsal
        from grader.practice.stub_file import pristine_stub

        exercise = order.exercise
        if order.examples:
            return run_examples(exercise, order.submission, self._sandbox, pristine_stub(exercise).decode())
        if self._rehearsal is None:
            self._rehearsal = Rehearsal(self._suites)
        self._graded = exercise
        return grade(
            exercise,
            order.submission,
            self._sandbox,
            suites=self._suites,
            seed=self._rehearsal.take_seed(exercise.slug),
            feedback=order.feedback,
            observe=teller.tell,
        )

    def script(self, order: CaseOrder) -> CaseScript:
        """Run a failing case again, and write it as a script."""
        from grader.practice.case_script.script import write_script
        from grader.practice.failing_case import find_failing_case

        exercise = order.exercise
        found = find_failing_case(exercise, order.submission, self._sandbox, name=order.name, seed=order.seed)
        if found is None:
            raise UsageError("This case passes now.", "Submit again.")
        return write_script(found, exercise.stub_path.absolute(), f"case_{exercise.slug}.npz")

    def rehearse(self, until: Callable[[], bool]) -> None:
        """Have our solution pass what was graded last, while nobody waits.

        Parameters
        ----------
        until : callable
            Tells whether something else is to be done now.
        """
        if self._rehearsal is not None and self._graded is not None and not until():
            self._rehearsal.play(self._graded, self._sandbox, until)


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
