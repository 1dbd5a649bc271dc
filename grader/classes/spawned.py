"""A grader that was started afresh, seen from outside: where there is no fork to rely on."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

from grader.classes import group_signals
from grader.classes.bench import end_with_parent, serve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from grader.classes.job import Fault, Job, Settings
    from grader.model import Report


class Spawned:
    """Starts a grader.

    Raises
    ------
    OSError
        When no process can be started.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.connection: Connection[Settings | Job, Report | Fault | None] = ours
        self._process = context.Process(target=_live, args=(theirs,), name="kata grader")
        try:
            with group_signals.held_back():
                self._process.start()
        except BaseException:
            self.connection.close()
            raise
        finally:
            theirs.close()  # so that its end is seen here

    @property
    def pid(self) -> int | None:
        """Process identifier."""
        return self._process.pid

    def waitables(self) -> tuple[Connection[Settings | Job, Report | Fault | None] | int, ...]:
        """What becomes ready when it says something or ends."""
        return self.connection, self._process.sentinel

    def alive(self) -> bool:
        """Whether it can take another job."""
        return self._process.is_alive()

    def kill(self) -> None:
        """End it now; its zygotes and workers end when they see that."""
        self._process.kill()
        self.connection.close()

    def join(self, timeout: float) -> bool:
        """Wait until it is gone, for so many seconds at most, and return whether it is."""
        self._process.join(timeout)
        return not self._process.is_alive()

    def exit_code(self) -> int | None:
        """Exit status, or minus the number of the signal that killed it."""
        return self._process.exitcode


def _live(connection: Connection[Report | Fault | None, Settings | Job]) -> None:
    group_signals.ignore()
    end_with_parent()
    serve(connection)
