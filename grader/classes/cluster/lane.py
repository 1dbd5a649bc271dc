"""A process beside a Dask worker in which rows are graded, so that neither pytest nor a zygote lives in the worker.

Dask's own processes are daemons, which `multiprocessing` allows no children; so this one is a program of its own.  It ends
when the worker is gone, or when nobody asked it for anything for a while, and takes its graders along.
"""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from grader.classes.job import Fault, Job, Settings
    from grader.model import Report

_IDLE_S: Final = 600.0
_END_S: Final = 10.0


class Lane:
    """The process, seen from the Dask worker.

    Parameters
    ----------
    settings : Settings
        How to grade.
    """

    def __init__(self, settings: Settings) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "grader.classes.cluster.lane", str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is the worker's business
            )  # fmt: skip
            self._connection: Connection[Job | Settings, Report | Fault] = Connection(ours.detach())
        self._connection.send(settings)

    def grade(self, job: Job) -> Report | Fault:
        """Grade a job.

        Raises
        ------
        OSError, EOFError
            When the process is gone.
        """
        self._connection.send(job)
        return self._connection.recv()

    def kill(self) -> None:
        """End the process; its graders follow by themselves, and whoever waits for an answer gets an EOFError."""
        self._process.kill()

    def end(self) -> None:
        """End the process and wait until it is gone."""
        self.kill()
        self._process.wait(_END_S)
        self._connection.close()


def main(descriptor: int) -> None:
    """Grade what comes over a socket until it is closed, or nothing comes for a long time."""
    from grader.classes.pool import Pool

    connection: Connection[Report | Fault, Any] = Connection(descriptor)
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    settings: Settings = connection.recv()
    threading.Thread(target=_listen, args=(connection, jobs), daemon=True).start()
    with Pool(1) as pool:
        while True:
            try:
                job = jobs.get(timeout=_IDLE_S)
            except queue.Empty:
                return
            for _, outcome in pool.run([job], settings):
                connection.send(outcome)


def _listen(connection: Connection[Report | Fault, Any], jobs: queue.SimpleQueue[Job]) -> None:
    while True:
        try:
            jobs.put(connection.recv())
        except (EOFError, OSError):
            os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
