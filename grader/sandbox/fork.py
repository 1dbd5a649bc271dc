"""Workers forked from a warm zygote: Linux."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
from collections import deque
from typing import TYPE_CHECKING, Any

import msgspec

from grader.errors import SandboxFault
from grader.sandbox import paths
from grader.sandbox.process import Exit, Started, describe_status
from grader.worker.message import ORDER_BYTES, Order

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.worker.message import Settings, Walls


class ForkBackend:
    """Owns one zygote.

    Parameters
    ----------
    backend : str
        What the zygote imports: `python`, `numpy` or `torch`.
    walls : Walls
        What holds in every worker.
    """

    def __init__(self, backend: str, walls: Walls) -> None:
        self._owed: deque[_Answer] = deque()
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
        with contextlib.suppress(OSError):  # a zygote that is gone already is found out by the first order
            self._control.send(msgspec.msgpack.encode(walls))

    @property
    def pid(self) -> int:
        """Process identifier of the zygote."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the zygote still runs."""
        return self._process.poll() is None

    def start(self, theirs: socket.socket, settings: Settings) -> Callable[[], Started]:
        """Order a worker that talks on `theirs`.

        Parameters
        ----------
        theirs : socket.socket
            The worker's end of the connection; a copy is passed on.
        settings : Settings
            What the worker is told.

        Returns
        -------
        callable
            Waits for the worker and says which it is.

        Raises
        ------
        SandboxFault
            If the zygote is gone, here or in the function.
        """
        answer = _Answer()
        self._send(Order.FORK, settings, [theirs.fileno()])
        self._owed.append(answer)
        return lambda: _started(self._answer_to(answer))

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
        answer = _Answer()
        self._send(order, payload, descriptors)
        self._owed.append(answer)
        return self._answer_to(answer)

    def _send(self, order: Order, payload: object, descriptors: list[int]) -> None:
        try:
            socket.send_fds(self._control, [msgspec.msgpack.encode([int(order), payload])], descriptors)
        except OSError as error:
            raise SandboxFault(f"the zygote is gone: {error}.", "Run the command again.") from error

    def _answer_to(self, wanted: _Answer) -> Any:
        # The zygote answers in the order it was asked, so what comes first belongs to the oldest question.
        while not wanted.came:
            try:
                data = self._control.recv(ORDER_BYTES)
            except OSError as error:
                raise SandboxFault(f"the zygote is gone: {error}.", "Run the command again.") from error
            if not data:
                raise SandboxFault("the zygote is gone.", "Run the command again.")
            oldest = self._owed.popleft()
            oldest.came, oldest.value = True, msgspec.msgpack.decode(data)
        return wanted.value


def _started(answer: list[Any]) -> Started:
    pid, folder = answer
    if not pid:
        raise SandboxFault(f"no private folder can be made: {folder}.", "Make room, or set TMPDIR.")
    return Started(pid, folder)


class _Answer:
    """What the zygote will say to one question."""

    __slots__ = ("came", "value")

    def __init__(self) -> None:
        self.came = False
        self.value: Any = None
