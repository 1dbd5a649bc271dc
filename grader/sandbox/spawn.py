"""Workers started afresh, each importing its backend: where there is no zygote."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import msgspec

from grader.errors import SandboxFault
from grader.sandbox import paths
from grader.sandbox.process import Exit, Started, describe_status
from grader.worker import scratch

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from grader.worker.message import Settings, Walls


class SpawnBackend:
    """Starts a Python process for every worker.

    Parameters
    ----------
    backend : str
        What each worker imports: `python`, `numpy` or `torch`.
    walls : Walls
        What holds in every worker.
    """

    def __init__(self, backend: str, walls: Walls) -> None:
        self._backend = backend
        self._walls = walls
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def alive(self) -> bool:
        """Whether workers can be started: always."""
        return True

    def start(self, theirs: socket.socket, settings: Settings) -> Callable[[], Started]:
        """Start a worker that talks on `theirs`, and return what says which it is."""
        command = [sys.executable, "-P", "-m", "grader.worker", self._backend, str(theirs.fileno())]
        windows = sys.platform == "win32"
        folder = ""
        try:
            folder = scratch.make(settings.scratch) if settings.scratch else ""
            process = subprocess.Popen(
                [*command, "0"] if not windows else command,
                env=paths.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=() if windows else [theirs.fileno()],
                close_fds=True,
                start_new_session=not windows,
            )
            assert process.stdin is not None
            process.stdin.write(msgspec.msgpack.encode((self._walls, settings, folder)))
            process.stdin.close()
        except OSError as error:
            if folder:
                scratch.remove(folder)
            raise SandboxFault(f"a worker could not be started: {error}.") from error
        self._processes[process.pid] = process
        return lambda: Started(process.pid, folder)

    def reap(self, pid: int) -> Exit:
        """Kill a worker with all it started, wait until it is gone, account for it."""
        process = self._processes.pop(pid)
        if sys.platform == "win32":
            process.kill()
            return Exit(f"exit status {process.wait()}", 0.0, 0.0)
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return Exit(describe_status(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)

    def close(self) -> None:
        """End every worker that is still there."""
        for pid in list(self._processes):
            self.reap(pid)
