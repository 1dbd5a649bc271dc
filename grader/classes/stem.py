"""The process that graders are forked from: it imports once what each of them needs, and meets no test and no submission.

It owns them: it ends one whose fate nobody follows any more, and all of them when its own parent hangs up.
The standard library's `forkserver` does the same, but listens on a socket for code to run, which a worker behind few walls
could reach.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import select
import signal
import socket
import subprocess
import sys
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import msgspec

from grader.classes import group_signals
from grader.classes.bench import serve
from grader.classes.forked import Forked
from grader.model import Backend
from grader.sandbox.nursery import Nursery
from grader.worker import system
from grader.worker.life import BACKENDS

if TYPE_CHECKING:
    from collections.abc import Iterable

_ORDER_BYTES: Final = 2**10
_MOST_WAKES: Final = 2**10
_END_S: Final = 10.0
# It looks for modules where the command does: for our package, and for what workers may read.
_START: Final = (
    "import sys; sys.path[:] = sys.argv[2:]; import grader.classes.stem as stem; stem.main(int(sys.argv[1]))"
)
# What grades, and what nearly all hidden tests import.
_OURS: Final = ("grader.judge", "grader.suite.suites", "grader.testing", "hypothesis")
# Graders share the cores, and threads would not survive the fork.
_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Stem:
    """The process, seen from outside.

    Parameters
    ----------
    backends : iterable of Backend
        What the exercises to be graded need.

    Raises
    ------
    OSError
        When it cannot be started.
    """

    def __init__(self, backends: Iterable[Backend] = ()) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        paths = [entry or str(Path.cwd()) for entry in sys.path]
        command = [sys.executable, "-P", "-c", _START, str(theirs.fileno()), *paths]
        try:
            with group_signals.held_back():
                self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])
        except BaseException:
            self._control.close()
            raise
        finally:
            theirs.close()
        with contextlib.suppress(OSError):  # the first grader is missed
            self._control.send(msgspec.msgpack.encode([backend.value for backend in backends]))

    def alive(self) -> bool:
        """Whether graders can be had from it."""
        return self._process.poll() is None

    def grader(self) -> Forked:
        """Return a new grader, without waiting for it.

        Raises
        ------
        OSError
            When the process is gone.
        """
        ours, theirs = socket.socketpair()
        fate, its_fate = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, its_fate:
            try:
                socket.send_fds(self._control, [b"\0"], [theirs.fileno(), its_fate.fileno()])
            except OSError:
                ours.close()
                fate.close()
                raise
        return Forked(Connection(ours.detach()), fate)

    def end(self, *, now: bool) -> None:
        """End it and every grader that is left.

        Parameters
        ----------
        now : bool
            Whether to do so even while it still imports.
        """
        self._control.close()
        if now:
            self._process.kill()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def main(descriptor: int) -> NoReturn:
    """Import what graders need and fork them, until the parent hangs up.

    Parameters
    ----------
    descriptor : int
        The inherited control connection.
    """
    group_signals.ignore()
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    control = socket.socket(fileno=descriptor)
    first = control.recv(_ORDER_BYTES)
    if not first:
        os._exit(0)
    system.hide_memory(system.libc())
    backends = [Backend(name) for name in msgspec.msgpack.decode(first)]
    with Nursery(backends) as nursery:  # its zygotes import at the same time
        gc.disable()  # imports leave next to no garbage, and the search for it takes a third of their time
        for name in (*_OURS, *(library for backend in backends for library in BACKENDS[backend.value])):
            importlib.import_module(name)
        gc.freeze()  # so that graders share its pages
        gc.enable()
        _Graders(control, nursery).fork()
    os._exit(0)  # to take a library like torch apart object by object takes a while


class _Graders:
    """The graders that are there, and the connections on which their parent hears of their fate."""

    def __init__(self, control: socket.socket, nursery: Nursery) -> None:
        self._control = control
        self._nursery = nursery
        self._fates: dict[int, socket.socket] = {}
        self._killed: set[int] = set()
        self._ended, wakes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def fork(self) -> None:
        """Fork graders on request, and follow them, until the parent hangs up; then end them."""
        while True:
            followed = {fate: pid for pid, fate in self._fates.items() if pid not in self._killed}
            watched: list[socket.socket | int] = [self._control, self._ended, *followed]
            ready, _, _ = select.select(watched, [], [])
            for fate in followed.keys() & set(ready):  # its parent wants no more of it
                self._kill(followed[fate])
            if self._ended in ready:
                os.read(self._ended, _MOST_WAKES)
                self._reap(os.WNOHANG)
            if self._control in ready:
                order, descriptors, _, _ = socket.recv_fds(self._control, _ORDER_BYTES, 2)
                if not order:
                    break
                self._bear(*descriptors)
        for pid in self._fates:
            self._kill(pid)
        while self._fates:
            self._reap(0)

    def _kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)  # it was not waited for, so the number is still its own
        self._killed.add(pid)

    def _reap(self, options: int) -> None:
        """Say how graders ended; the processes of the nursery are nobody's business."""
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, options)
                if not pid:
                    return
                fate = self._fates.pop(pid, None)
                self._killed.discard(pid)
                if fate is not None:
                    _say(fate, os.waitstatus_to_exitcode(status))
                    fate.close()
                if not options and not self._fates:
                    return

    def _bear(self, descriptor: int, fate_descriptor: int) -> None:
        fate = socket.socket(fileno=fate_descriptor)
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # whoever asked is hung up on
            os.close(descriptor)
            fate.close()
            return
        if not pid:
            self._live(parent, descriptor, fate)
        os.close(descriptor)
        self._fates[pid] = fate
        _say(fate, pid)

    def _live(self, parent: int, descriptor: int, fate: socket.socket) -> NoReturn:
        """Be a grader, and end."""
        status = 1
        try:
            system.die_with_parent(system.libc())
            if os.getppid() == parent:
                wakes = signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for inherited in (self._control, fate, *self._fates.values()):
                    inherited.close()
                os.close(wakes)
                os.close(self._ended)
                random.seed()
                serve(Connection(descriptor), self._nursery)
                status = 0
        except BaseException:  # noqa: BLE001  a grader must never go on as a second stem
            traceback.print_exc()
        finally:
            os._exit(status)


def _say(fate: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # nobody follows it
        fate.send(str(number).encode())
