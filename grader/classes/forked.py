"""A grader that was forked from the stem, seen from outside."""

from __future__ import annotations

import contextlib
import socket
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from grader.classes.job import Fault, Job, Settings
    from grader.model import Report

_FATE_BYTES: Final = 2**6


class Forked:
    """A grader that was forked, seen from outside.

    Parameters
    ----------
    connection : Connection
        Takes the settings, then jobs.
    fate : socket.socket
        Tells its process identifier once it is there, and its exit status once it is gone.
    """

    def __init__(self, connection: Connection[Settings | Job, Report | Fault | None], fate: socket.socket) -> None:
        self.connection = connection
        self._fate = fate
        self._pid: int | None = None
        self._code: int | None = None
        self._ended = False

    @property
    def pid(self) -> int | None:
        """Process identifier; None where there was never a process. Waits until it is known."""
        while self._pid is None and not self._ended:
            self._hear()
        return self._pid

    def waitables(self) -> tuple[Connection[Settings | Job, Report | Fault | None]]:
        """What becomes ready when it says something or ends."""
        return (self.connection,)

    def alive(self) -> bool:
        """Whether it can take another job."""
        while not self._ended and wait([self._fate], 0):
            self._hear()
        return not self._ended

    def kill(self) -> None:
        """End it now; its zygotes and workers end when they see that."""
        with contextlib.suppress(OSError):  # it has ended already
            self._fate.shutdown(socket.SHUT_WR)
        self.connection.close()

    def join(self, timeout: float) -> bool:
        """Wait until it is gone.

        Parameters
        ----------
        timeout : float
            Seconds to wait, at most.

        Returns
        -------
        bool
            Whether it is.
        """
        while not self._ended and wait([self._fate], timeout):
            self._hear()
        return self._ended

    def exit_code(self) -> int | None:
        """Exit status, or minus the number of the signal that killed it; None where nobody can tell."""
        return self._code

    def _hear(self) -> None:
        try:
            said = self._fate.recv(_FATE_BYTES)
        except ConnectionError:
            said = b""
        if not said:
            self._ended = True
        elif self._pid is None:
            self._pid = int(said)
        else:
            self._code, self._ended = int(said), True
        if self._ended:
            self._fate.close()
