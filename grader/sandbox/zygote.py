"""Starts the process that imports a backend and forks: a zygote, or one that forks zygotes."""

from __future__ import annotations

import socket
import subprocess
import sys

from grader.errors import SandboxFault
from grader.sandbox import paths


class ZygoteProcess:
    """A process that imports a backend, and becomes a zygote or forks some.

    Parameters
    ----------
    backend : str
        What it imports: `python`, `numpy` or `torch`.

    Raises
    ------
    SandboxFault
        If it cannot be started.
    """

    def __init__(self, backend: str) -> None:
        self.control, theirs = control_pair()
        descriptor = theirs.fileno()
        command = [sys.executable, "-P", "-m", "grader.worker.zygote", backend, str(descriptor)]
        try:
            self.process = subprocess.Popen(
                command,
                env=paths.environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                pass_fds=[descriptor],
                start_new_session=True,
            )
        except OSError as error:
            self.control.close()
            raise SandboxFault(f"the zygote could not be started: {error}.") from error
        finally:
            theirs.close()


def control_pair() -> tuple[socket.socket, socket.socket]:
    """Return both ends of a zygote's control connection."""
    try:
        return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    except OSError as error:
        raise SandboxFault(f"no connection can be made: {error}.", "Close other programs and try again.") from error
