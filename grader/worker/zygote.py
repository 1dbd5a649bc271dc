"""The warm parent: imports a backend once and forks a worker on request.

It never loads a hidden test, a reference or a seed, so nothing of them is in the memory that its workers inherit.
It ends, and its workers with it, when the host closes the control connection.

Several hosts may want zygotes of one backend, one each.  A process that is sent connections before anything else forks a
zygote for each of them, so the backend is imported once; it never becomes one itself.

A worker comes back out of `serve` before it lives, so that no frame above it holds what the zygote knows of its siblings.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from grader.worker import scratch, system
from grader.worker.ground import Ground, new_scratch, prepare
from grader.worker.life import BACKENDS, live
from grader.worker.message import ORDER_BYTES, Order, Settings, Walls

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_SET_CHILD_SUBREAPER: Final = 36


@dataclass(frozen=True, slots=True)
class Newborn:
    """A worker that has just been forked: all that it needs, and nothing else of its zygote."""

    connection: int
    settings: Settings
    ground: Ground
    scratch: str


def main(backend: str, descriptor: int) -> Newborn | None:
    """Import a backend, then fork workers until the host hangs up.

    Parameters
    ----------
    backend : str
        A key of `BACKENDS`.
    descriptor : int
        The inherited control connection, a sequenced-packet socket. It brings the walls, or connections for other zygotes.

    Returns
    -------
    Newborn or None
        In a worker, what it is to live with; None in the zygote, which is then done.
    """
    gc.disable()  # imports leave next to no garbage, and the search for it takes a third of their time; workers enable it
    for module in BACKENDS[backend]:
        importlib.import_module(module)
    _leave_collected()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    data, descriptors, _, _ = socket.recv_fds(control, ORDER_BYTES, 1)
    while descriptors:
        control = _twin(control, descriptors[0])
        data, descriptors, _, _ = socket.recv_fds(control, ORDER_BYTES, 1)
    if not data:
        return None
    system.libc().prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ground = prepare(msgspec.msgpack.decode(data, type=Walls))
    _leave_collected()
    return _serve(control, ground)


def _leave_collected() -> None:
    """Keep objects that live for ever out of collections, so that workers share their pages."""
    gc.collect()
    gc.freeze()


def _twin(control: socket.socket, descriptor: int) -> socket.socket:
    """Fork a zygote for another connection; return the connection that this process goes on with."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a zygote ended
    if os.fork():
        os.close(descriptor)
        return control
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    control.close()
    return socket.socket(fileno=descriptor)


def _serve(control: socket.socket, ground: Ground) -> Newborn | None:
    workers: dict[int, str] = {}  # each with its scratch folder on the machine
    while True:
        try:
            data, descriptors, _, _ = socket.recv_fds(control, ORDER_BYTES, 1)
        except OSError:
            break
        if not data:
            break
        number, order, payload = msgspec.msgpack.decode(data)
        if order == Order.FORK:
            answer, newborn = _bear(control, descriptors[0], msgspec.convert(payload, Settings), ground)
            if newborn:
                workers.clear()
                return newborn
            if answer[0]:
                workers[answer[0]] = answer[1]
        else:
            answer = _reap(payload)
            scratch_folder = workers.pop(payload, None)
            if scratch_folder:
                scratch.remove(scratch_folder)
            _sweep(ground.proc, workers.keys())
        try:
            control.send(msgspec.msgpack.encode([number, answer]))
        except OSError:
            break
        del answer
    # The host closed the connection, or was killed: what it can no longer clean up falls to us.
    for pid in workers:
        _kill(pid)
    _sweep(ground.proc, frozenset())
    for folder in filter(None, workers.values()):
        scratch.remove(folder)
    return None


def _bear(
    control: socket.socket, descriptor: int, settings: Settings, ground: Ground
) -> tuple[list[Any], Newborn | None]:
    """Fork a worker; return what the host is told, and in the worker what it is to live with."""
    try:
        folder = new_scratch(ground, settings)
    except OSError as error:
        os.close(descriptor)
        return [0, str(error)], None
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return [pid, folder], None
    try:
        os.setsid()
        system.die_with_parent(system.libc())
        if os.getppid() != parent:
            os._exit(1)
        control.close()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        gc.enable()
    except BaseException:  # noqa: BLE001 - a worker must never go on as a second zygote
        os._exit(1)
    return [], Newborn(descriptor, settings, ground, folder)


def begin(newborn: Newborn) -> None:
    """Live as a worker, and end."""
    status = 1
    try:
        live(socket.socket(fileno=newborn.connection), newborn.settings, newborn.ground, newborn.scratch)
        status = 0
    finally:
        os._exit(status)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)


def _reap(pid: int) -> list[Any]:
    # A worker that has ended by itself keeps its own status; the signal finds a zombie.
    _kill(pid)
    _, status, usage = os.wait4(pid, 0)
    return [status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]


def _sweep(proc: int, workers: AbstractSet[int]) -> None:
    """Kill what dead workers left behind: an unconfined one can start processes, which then fall to us."""
    for _ in range(100):
        try:
            children = os.open(f"self/task/{os.getpid()}/children", os.O_RDONLY, dir_fd=proc)
            with open(children, encoding="ascii") as file:
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
    if born := main(sys.argv[1], int(sys.argv[2])):
        begin(born)
    os._exit(0)  # the host waits, and to take a library like torch apart object by object takes a while
