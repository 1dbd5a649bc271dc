"""One place where jobs are graded, one after the other: in this process, or in a process of the pool."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Self

from grader.classes.job import fault_of
from grader.errors import GraderError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from grader.classes.job import Fault, Job, Settings
    from grader.model import Report
    from grader.sandbox import Nursery, Sandbox
    from grader.suite.collection import Observer
    from grader.suite.suites import Suites

_SIGN_S: Final = 0.5


class Bench:
    """Grades jobs with one warm sandbox and hidden tests collected once.  Use it as a context manager.

    Parameters
    ----------
    settings : Settings
        How to grade.
    nursery : Nursery, optional
        Gives zygotes that have imported their backend already.
    """

    def __init__(self, settings: Settings, nursery: Nursery | None = None) -> None:
        self._settings = settings
        self._nursery = nursery
        self._sandbox: Sandbox | None = None
        self._suites: Suites | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._discard()

    def grade(self, job: Job, observe: Observer | None = None) -> Report | Fault:
        """Grade a job; whatever that raises, other than Ctrl-C, is its fault and nobody else's.

        Parameters
        ----------
        job : Job
            What to grade.
        observe : callable, optional
            Told each case as it is judged, with the number of all.

        Returns
        -------
        Report or Fault
            The judge's report, or why there is none.
        """
        try:
            return self._grade(job, observe)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  MemoryError, RecursionError, SystemExit: the others are graded
            if not isinstance(error, GraderError):
                self._discard()  # nobody knows what state it is in
            return fault_of(error)

    def _grade(self, job: Job, observe: Observer | None) -> Report:
        sandbox = self._sandbox
        if sandbox is None:
            from grader.sandbox import Sandbox

            settings = self._settings
            sandbox = Sandbox(settings.confinement, settings.start_method, settings.secret, nursery=self._nursery)
            self._sandbox = sandbox.__enter__()
            sandbox.warm(job.exercise.backend)  # its zygote starts while we import pytest
        from grader.judge import grade
        from grader.suite.suites import Suites

        self._suites = self._suites or Suites()
        return grade(
            job.exercise,
            job.submission,
            sandbox,
            suites=self._suites,
            seed=self._settings.seed,
            feedback=self._settings.feedback,
            refused=job.refused,
            diagnosed=self._settings.diagnosed,
            observe=observe,
        )

    def _discard(self) -> None:
        sandbox, self._sandbox, self._suites = self._sandbox, None, None
        if sandbox is not None:
            with contextlib.suppress(Exception):  # the zygote sees to what is left when its connection is gone
                sandbox.close()


def serve(connection: Connection[Report | Fault | None, Any], nursery: Nursery | None = None) -> None:
    """Grade what comes over a connection until it is closed; the main function of a process of the pool.

    Parameters
    ----------
    connection : Connection
        Brings the settings, then jobs; takes None as a sign of life, then the outcome.
    nursery : Nursery, optional
        Gives zygotes that have imported their backend already.
    """
    import grader.judge
    import grader.suite.suites  # noqa: F401  whoever started this process may still be busy with what is to be graded

    try:
        with Bench(connection.recv(), nursery) as bench:
            while True:
                job = connection.recv()
                connection.send(bench.grade(job, _signs_of_life(connection)))
    except EOFError:
        gc.freeze()  # whoever hung up waits, and the last search of all would go through all of torch


def _signs_of_life(connection: Connection[Report | Fault | None, Any]) -> Observer:
    """Return what tells whoever waits that cases end, but not of each: a class has many."""
    last = time.monotonic()

    def observe(_case: object, _total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > _SIGN_S:
            connection.send(None)
            last = now

    return observe


def end_with_parent() -> None:
    """Have this process end when its parent is gone, however that ended; its zygotes and workers then follow by themselves."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
