"""Workers forked from a warm zygote: Linux."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from grader.errors import SandboxFault
from grader.sandbox import paths
from grader.sandbox.process import Exit, describe_status
from grader.worker.message import ORDER_BYTES, Order

if TYPE_CHECKING:
    from grader.worker.message import Settings


class ForkBackend:
    """Owns one zygote.

    Parameters
    ----------
    backend : str
        What the zygote imports: `python`, `numpy` or `torch`.
    """

    def __init__(self, backend: str) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        descriptor = theirs.fileno()
        command = [sys.executable, "-P", "-m", "grader.worker.zygote", backend, str(descriptor)]
        try:
            self._process = subprocess.Popen(
                command,
                env=paths.environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                pass_fds=[descriptor],
                start_new_session=True,
            )
        except OSError as error:
            self._control.close()
            raise SandboxFault(f"the zygote could not be started: {error}.") from error
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        """Process identifier of the zygote."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the zygote still runs."""
        return self._process.poll() is None

    def start(self, theirs: socket.socket, settings: Settings) -> int:
        """Fork a worker that talks on `theirs`, and return its process identifier."""
        pid = self._ask(Order.FORK, settings, [theirs.fileno()])
        assert isinstance(pid, int)
        return pid

    def reap(self, pid: int) -> Exit:
        """Kill a worker with all it started, wait until it is gone, account for it."""
        try:
            status, cpu_s, peak_kb = self._ask(Order.REAP, pid, [])
        except SandboxFault:
            # The kernel kills a worker together with its zygote; nothing is left to account for.
            return Exit("unknown", 0.0, 0.0)
        return Exit(describe_status(status), cpu_s, peak_kb / 1024)

    def close(self) -> None:
        """End the zygote and every worker it still has."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, order: Order, payload: object, descriptors: list[int]) -> Any:
        message = msgspec.msgpack.encode([int(order), payload])
        try:
            socket.send_fds(self._control, [message], descriptors)
            answer = self._control.recv(ORDER_BYTES)
        except OSError as error:
            raise SandboxFault(f"the zygote is gone: {error}.", "Run the command again.") from error
        if not answer:
            raise SandboxFault("the zygote is gone.", "Run the command again.")
        return msgspec.msgpack.decode(answer)
