"""The warm parent: imports a backend once and forks a worker on request.

It never loads a hidden test, a reference or a seed, so nothing of them is in the memory that its workers inherit.
It ends, and its workers with it, when the host closes the control connection.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import shutil
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any, Final

import msgspec

from grader.worker import confine
from grader.worker.life import BACKENDS, live
from grader.worker.message import ORDER_BYTES, Order, Settings

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_SET_CHILD_SUBREAPER: Final = 36


def main(backend: str, descriptor: int) -> None:
    """Import a backend, then fork workers until the host hangs up.

    Parameters
    ----------
    backend : str
        A key of `BACKENDS`.
    descriptor : int
        The inherited control connection, a sequenced-packet socket.
    """
    for module in BACKENDS[backend]:
        importlib.import_module(module)
    confine.libc().prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    # Objects that live for ever stay out of collections, so that workers share their pages.
    gc.freeze()
    control = socket.socket(fileno=descriptor)
    workers: dict[int, str] = {}  # each with its scratch folder
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(control, ORDER_BYTES, 1)
        except OSError:
            break
        if not data:
            break
        order, payload = msgspec.msgpack.decode(data)
        if order == Order.FORK:
            settings = msgspec.convert(payload, Settings)
            pid = _fork(control, descriptors[0], settings)
            workers[pid] = settings.scratch
            answer: Any = pid
        else:
            answer = _reap(payload)
            workers.pop(payload, None)
            _sweep(workers.keys())
        try:
            control.send(msgspec.msgpack.encode(answer))
        except OSError:
            break
    # The host closed the connection, or was killed: what it can no longer clean up falls to us.
    for pid in workers:
        _kill(pid)
    _sweep(frozenset())
    for scratch in workers.values():
        shutil.rmtree(scratch, ignore_errors=True)


def _fork(control: socket.socket, descriptor: int, settings: Settings) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    status = 1
    try:
        os.setsid()
        confine.die_with_parent(confine.libc())
        if os.getppid() == parent:
            control.close()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            gc.enable()
            live(socket.socket(fileno=descriptor), settings)
            status = 0
    finally:
        os._exit(status)
    raise AssertionError("a worker came back from its end")


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)


def _reap(pid: int) -> tuple[int, float, int]:
    # A worker that has ended by itself keeps its own status; the signal finds a zombie.
    _kill(pid)
    _, status, usage = os.wait4(pid, 0)
    return status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def _sweep(workers: AbstractSet[int]) -> None:
    """Kill what dead workers left behind: an unconfined one can start processes, which then fall to us."""
    for _ in range(100):
        try:
            with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
                strays = [int(p) for p in file.read().split() if int(p) not in workers]
        except OSError:
            return
        if not strays:
            return
        for pid in strays:
            _kill(pid)
            with contextlib.suppress(OSError):
                os.waitpid(pid, 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
