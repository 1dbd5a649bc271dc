"""Workers forked from a warm zygote: Linux."""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import subprocess
from typing import TYPE_CHECKING, Any, Final

import msgspec

from grader.errors import SandboxFault
from grader.sandbox.process import Exit, Started, describe_status
from grader.sandbox.zygote import ZygoteProcess
from grader.worker.message import ORDER_BYTES, Order

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.nursery import Nursery
    from grader.worker.message import Settings, Walls

_END_S: Final = 5.0


class ForkBackend:
    """Owns one zygote.

    Parameters
    ----------
    backend : str
        What the zygote imports: `python`, `numpy` or `torch`.
    walls : Walls
        What holds in every worker.
    nursery : Nursery, optional
        Gives the zygote, where it has one; else a process is started that imports the backend.
    """

    def __init__(self, backend: str, walls: Walls, nursery: Nursery | None = None) -> None:
        self._numbers = itertools.count()
        self._awaited: dict[int, _Answer] = {}
        self._process: subprocess.Popen[bytes] | None = None
        given = nursery.zygote(backend) if nursery is not None else None
        if given is not None:
            self._control = given
        else:
            own = ZygoteProcess(backend)
            self._control, self._process = own.control, own.process
        with contextlib.suppress(OSError):  # a zygote that is gone already is found out by the first order
            self._control.send(msgspec.msgpack.encode(walls))

    def alive(self) -> bool:
        """Whether the zygote still runs."""
        connection = select.poll()
        connection.register(self._control, 0)  # that it was closed is always told
        return not connection.poll(0)

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
        answer = self._send(Order.FORK, settings, [theirs.fileno()])
        return lambda: _started(self._answer_to(answer))

    def reap(self, pid: int) -> Exit:
        """Kill a worker with all it started, wait until it is gone, account for it."""
        try:
            status, cpu_s, peak_kb = self._answer_to(self._send(Order.REAP, pid, []))
        except SandboxFault:
            # The kernel kills a worker together with its zygote; nothing is left to account for.
            return Exit("unknown", 0.0, 0.0)
        return Exit(describe_status(status), cpu_s, peak_kb / 1024)

    def close(self) -> None:
        """End the zygote and every worker it still has."""
        with contextlib.suppress(OSError):  # it was killed, or is stuck
            self._control.shutdown(socket.SHUT_WR)
            self._control.settimeout(_END_S)
            while self._control.recv(ORDER_BYTES):
                pass  # answers that nobody waits for; it hangs up when its workers are gone
        self._control.close()
        if self._process is None:
            return
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, order: Order, payload: object, descriptors: list[int]) -> _Answer:
        number, answer = next(self._numbers), _Answer()
        self._awaited[number] = answer
        try:
            socket.send_fds(self._control, [msgspec.msgpack.encode([number, int(order), payload])], descriptors)
        except OSError as error:
            raise SandboxFault(f"the zygote is gone: {error}.", "Run the command again.") from error
        return answer

    def _answer_to(self, wanted: _Answer) -> Any:
        """Wait for an answer; those to other questions are kept for whoever asked.

        Ctrl-C and a newer save may stop this anywhere, and the zygote is then asked on.  So an answer has the number of
        its question, and is taken off the connection only once it is noted.
        """
        while not wanted.came:
            try:
                data = self._control.recv(ORDER_BYTES, socket.MSG_PEEK)
                if not data:
                    raise SandboxFault("the zygote is gone.", "Run the command again.")
                number, value = msgspec.msgpack.decode(data)
                if number in self._awaited:
                    self._awaited[number].note(value)
                self._control.recv(ORDER_BYTES)
            except OSError as error:
                raise SandboxFault(f"the zygote is gone: {error}.", "Run the command again.") from error
            self._awaited.pop(number, None)
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

    def note(self, value: Any) -> None:
        self.value = value
        self.came = True
