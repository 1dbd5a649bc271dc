"""One place where jobs are graded, one after the other: in this process, or in a process of the pool."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Final, Self

from grader.classes.job import Cause, Fault
from grader.errors import ConfinementRefused, ContentError, GraderError

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from grader.classes.job import Job, Settings
    from grader.model import Report
    from grader.sandbox import Sandbox

IGNORED: Final = (signal.SIGINT, signal.SIGTERM)
_MOST_CHARACTERS: Final = 300


class Bench:
    """Grades jobs with one warm sandbox.  Use it as a context manager.

    Parameters
    ----------
    settings : Settings
        How to grade.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sandbox: Sandbox | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._discard()

    def grade(self, job: Job, sign: Callable[[], None] = lambda: None) -> Report | Fault:
        """Grade a job; whatever that raises, other than Ctrl-C, is its fault and nobody else's.

        Parameters
        ----------
        job : Job
            What to grade.
        sign : callable, optional
            Called whenever a case was judged.

        Returns
        -------
        Report or Fault
            The judge's report, or why there is none.
        """
        try:
            return self._grade(job, sign)
        except KeyboardInterrupt:
            raise
        except ConfinementRefused as error:
            return Fault(Cause.REFUSED, error.message, error.remedy)
        except ContentError as error:
            return Fault(Cause.CONTENT, error.message, error.remedy)
        except GraderError as error:
            return Fault(Cause.GRADER, error.message, error.remedy)
        except BaseException as error:  # noqa: BLE001  MemoryError, RecursionError, SystemExit: the others are graded
            self._discard()  # nobody knows what state it is in
            return _unexpected(error)

    def _grade(self, job: Job, sign: Callable[[], None]) -> Report:
        sandbox = self._sandbox
        if sandbox is None:
            from grader.sandbox import Sandbox

            settings = self._settings
            sandbox = Sandbox(settings.confinement, settings.start_method, settings.secret)
            self._sandbox = sandbox.__enter__()
            sandbox.warm(job.exercise.backend)  # its zygote starts while we import pytest
        from grader.judge import grade

        return grade(
            job.exercise,
            job.submission,
            sandbox,
            seed=self._settings.seed,
            feedback=self._settings.feedback,
            refused=job.refused,
            observe=lambda _result, _total: sign(),
        )

    def _discard(self) -> None:
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            with contextlib.suppress(Exception):  # the zygote sees to what is left when its connection is gone
                sandbox.close()


def serve(connection: Connection[Report | Fault | None, Job], settings: Settings) -> None:
    """Grade what comes over a connection until it is closed; the main function of a process of the pool.

    Parameters
    ----------
    connection : Connection
        Brings jobs; takes None as a sign of life, then the outcome.
    settings : Settings
        How to grade.
    """
    # Both may reach the whole group, and are the parent's business; it ends this process by SIGKILL.
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, IGNORED)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with Bench(settings) as bench:
        while True:
            try:
                job = connection.recv()
            except EOFError:
                return
            connection.send(bench.grade(job, sign=lambda: connection.send(None)))


def _end_with_parent() -> None:
    """Wait until the parent is gone, however it ended, and go as well; zygotes and workers then follow by themselves."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _unexpected(error: BaseException) -> Fault:
    """Return the fault that an unexpected exception is, with its words and the line of ours that raised it."""
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    told = " ".join(told[:_MOST_CHARACTERS].split())
    try:
        frame = traceback.extract_tb(error.__traceback__, limit=-1)[0]
        place = f" at {os.path.basename(frame.filename)}:{frame.lineno}"
        trace = "".join(traceback.format_exception(error))
    except Exception:  # noqa: BLE001  where memory has run out there is none for this either
        place, trace = "", told
    return Fault(Cause.GRADER, f"The grader broke ({told}{place}).", "Please report it.", trace)
