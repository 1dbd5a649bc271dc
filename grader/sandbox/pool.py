"""The sandbox: starts workers of any backend, keeps their zygotes warm, refuses where walls are missing."""

from __future__ import annotations

import contextlib
import socket
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from grader.errors import ConfinementRefused, SandboxFault
from grader.model import Backend, Confinement, ConfinementMode, Limits, StartMethod
from grader.sandbox import paths, promises
from grader.sandbox.fork import ForkBackend
from grader.sandbox.process import Reaper, Started, WorkerProcess
from grader.sandbox.spawn import SpawnBackend
from grader.worker import scratch as scratch_folder
from grader.worker.landlock import NEWEST
from grader.worker.message import Achieved, Kind, Settings, Walls
from grader.worker.system import hide_memory, libc
from grader.worker.wire import Channel, WireError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import TracebackType

    from grader.sandbox.nursery import Nursery

_START_S: Final = 120.0
_CPU_S: Final = 600
_MOST_ANSWER_BYTES: Final = 80 * 2**20  # a case's answers are in the memory of the host
_MOST_STRUCTURE_BYTES: Final = 2**20  # one byte can become an object of two hundred
_MOST_ORDERED: Final = 2  # a submission and a reference


class _Kind(NamedTuple):
    """What two workers that have met no submission share when either will do."""

    backend: Backend
    limits: Limits
    scratch: bool


@dataclass(frozen=True, slots=True)
class _Order:
    """A worker that was asked for and has not reported yet."""

    started: Callable[[], Started]
    channel: Channel
    reaper: Reaper

    def cancel(self) -> None:
        """End the worker whether or not it ever reports."""
        self.channel.close()
        with contextlib.suppress(SandboxFault):
            started = self.started()
            self.reaper.reap(started.pid)
            if started.scratch:
                scratch_folder.remove(started.scratch)


def default_start_method() -> StartMethod:
    """Fork where a zygote is sound, which is Linux; start afresh elsewhere."""
    return StartMethod.FORK if sys.platform == "linux" else StartMethod.SPAWN


class Sandbox:
    """Starts confined workers.  Use it as a context manager, so that nothing outlives it.

    Parameters
    ----------
    mode : ConfinementMode, default=ConfinementMode.AUTO
        Whether to insist on every wall, to take what the kernel has, or to raise none.
    start_method : StartMethod or None, default=None
        How workers come to be; None chooses what is best here.
    secret : iterable of Path, default=()
        Folders that no worker may read, such as the checkout.
    most_landlock : int, default=NEWEST
        Version of Landlock to go no further than, so that an older kernel can be played.
    namespaces : bool, default=True
        Whether to try for namespaces.
    nursery : Nursery, optional
        Gives zygotes that have imported their backend already.
    """

    def __init__(
        self,
        mode: ConfinementMode = ConfinementMode.AUTO,
        start_method: StartMethod | None = None,
        secret: Iterable[Path] = (),
        *,
        most_landlock: int = NEWEST,
        namespaces: bool = True,
        nursery: Nursery | None = None,
    ) -> None:
        self.mode = mode
        self.start_method = start_method or default_start_method()
        self._exposed = tuple(f"{p} is readable, being below {e}" for p in secret if (e := paths.exposed(p)))
        confine = mode is not ConfinementMode.OFF
        self._walls = Walls(confine, paths.readable(), paths.links(), namespaces, most_landlock)
        self._nursery = nursery
        self._backends: dict[Backend, ForkBackend | SpawnBackend] = {}
        self._workers: set[WorkerProcess] = set()
        self._ordered: defaultdict[_Kind, list[_Order]] = defaultdict(list)
        self._last: _Kind | None = None

    def __enter__(self) -> Self:
        """Hide the memory of this process from others of the same user, and return the sandbox itself."""
        if sys.platform == "linux":
            # What Landlock keeps a worker from; this holds where there is no Landlock. It lasts, as secrets do.
            hide_memory(libc())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every worker and zygote."""
        self.close()

    def warm(self, backend: Backend) -> None:
        """Begin to start the zygote of a backend, without waiting for it."""
        self._backend(backend)

    def order(self, backend: Backend, limits: Limits, *, scratch: bool = False) -> None:
        """Ask for a worker that will be wanted soon, without waiting for it.

        Parameters
        ----------
        backend, limits, scratch
            As for `start`; the next `start` with the same gets the worker.
        """
        kind = _Kind(backend, limits, scratch)
        if len(self._ordered[kind]) < _MOST_ORDERED:
            with contextlib.suppress(SandboxFault):  # whoever needs the worker hears of it then
                order = self._order(kind)  # may find the zygote dead, and its orders void
                self._ordered[kind].append(order)

    def prepare(self, backend: Backend, limits: Limits, *, scratch: bool = False, sure: bool = False) -> None:
        """Have the workers of the next grade started ahead, without waiting for them.

        Where workers are started afresh, each imports its backend, which takes longer than a grade.  What waits for
        another kind of exercise is ended, so that never more than two workers wait.

        Parameters
        ----------
        backend, limits, scratch
            As for `start`.
        sure : bool, default=False
            Whether the next grade is known to want such workers. Else two grades in a row must have.
        """
        kind = _Kind(backend, limits, scratch)
        repeated, self._last = kind == self._last, kind
        for other in [k for k in self._ordered if k != kind]:
            self._cancel(other)
        if repeated or sure:
            for _ in range(_MOST_ORDERED):
                self.order(backend, limits, scratch=scratch)

    def start(self, backend: Backend, limits: Limits, *, scratch: bool = False) -> WorkerProcess:
        """Start a worker, or take one that was ordered, and wait until it is confined.

        Parameters
        ----------
        backend : Backend
            What the worker has imported.
        limits : Limits
            What the submission may use.
        scratch : bool, default=False
            Whether the submission may write files, in a folder of its own.

        Returns
        -------
        WorkerProcess
            A worker that has not met a submission yet.

        Raises
        ------
        ConfinementRefused
            If a wall is missing and the mode is strict.
        SandboxFault
            If no worker could be started, after a second try.
        """
        kind = _Kind(backend, limits, scratch)
        try:
            return self._start(kind)
        except SandboxFault:
            # A zygote that was killed is replaced once; a second failure is a fault of the machine.
            self._discard(backend)
            return self._start(kind)

    def end(self, worker: WorkerProcess) -> None:
        """End a worker and forget it."""
        self._workers.discard(worker)
        worker.end()

    def close(self) -> None:
        """End every worker and zygote."""
        for worker in tuple(self._workers):
            self.end(worker)
        for kind in tuple(self._ordered):
            self._cancel(kind)
        for backend in tuple(self._backends):
            self._discard(backend)

    def _backend(self, name: Backend) -> ForkBackend | SpawnBackend:
        backend = self._backends.get(name)
        if backend is None or not backend.alive():
            self._discard(name)
            if self.start_method is StartMethod.FORK:
                backend = ForkBackend(name.value, self._walls, self._nursery)
            else:
                backend = SpawnBackend(name.value, self._walls)
            self._backends[name] = backend
        return backend

    def _cancel(self, kind: _Kind) -> None:
        for order in self._ordered.pop(kind):
            order.cancel()

    def _discard(self, name: Backend) -> None:
        for kind in [k for k in self._ordered if k.backend is name]:
            self._cancel(kind)
        backend = self._backends.pop(name, None)
        if backend is not None:
            backend.close()

    def _order(self, kind: _Kind) -> _Order:
        backend = self._backend(kind.backend)
        limits = kind.limits
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise SandboxFault(f"no connection can be made: {error}.", "Close other programs and try again.") from error
        settings = Settings(
            scratch=tempfile.gettempdir() if kind.scratch else "",
            memory_bytes=limits.memory_mb * 2**20,
            cpu_s=_CPU_S,
            file_bytes=limits.scratch_mb * 2**20 if kind.scratch else 0,
            output_bytes=limits.output_kb * 2**10,
        )
        channel = Channel(ours, _MOST_ANSWER_BYTES, _MOST_STRUCTURE_BYTES, blocking=False)
        try:
            started = backend.start(theirs, settings)
        except SandboxFault:
            channel.close()
            raise
        finally:
            theirs.close()
        return _Order(started, channel, backend)

    def _start(self, kind: _Kind) -> WorkerProcess:
        self._backend(kind.backend)  # a zygote that died takes its orders with it
        ordered = self._ordered[kind]
        if not ordered:
            ordered.append(self._order(kind))
        order = ordered[0]  # stays there until it has come, for the next one if this one is stopped
        try:
            started = order.started()
        except SandboxFault:
            ordered.remove(order)
            order.cancel()
            raise
        ordered.remove(order)
        unchecked = Confinement("unconfined", 0, seccomp=False, rlimits=False, start_method=self.start_method)
        worker = WorkerProcess(started, order.channel, unchecked, order.reaper, writes=kind.scratch)
        try:
            message, _ = order.channel.receive(time.monotonic() + _START_S)
            worker.confinement = self._judge(_achieved(message))
        except WireError as error:
            raise SandboxFault(f"a worker did not start: {error} ({worker.end().status}).") from error
        except BaseException:
            worker.end()
            raise
        self._workers.add(worker)
        return worker

    def _judge(self, achieved: Achieved) -> Confinement:
        broken = (*map(promises.words, promises.unheld(achieved)), *self._exposed)
        walls = (achieved.landlock_abi > 0, achieved.seccomp, achieved.namespaces)
        level = "confined" if not broken else "partial" if any(walls) else "unconfined"
        missing = (*broken, *achieved.missing)
        if self.mode is ConfinementMode.STRICT and level != "confined":
            raise ConfinementRefused(
                f"This machine cannot confine a submission: {'; '.join(missing)}.",
                "Use a Linux kernel with Landlock, or --confinement auto for code you trust.",
            )
        return Confinement(
            level,
            achieved.landlock_abi,
            achieved.seccomp,
            achieved.rlimits,
            self.start_method,
            missing,
            achieved.namespaces,
        )


def _achieved(message: list[Any]) -> Achieved:
    """Return what a worker's first message says; it is sent before the worker meets a submission."""
    kind, landlock_abi, seccomp, rlimits, namespaces, missing = message
    if kind != Kind.READY:
        raise SandboxFault("a worker began with something other than its confinement.")
    return Achieved(landlock_abi, seccomp, rlimits, namespaces, tuple(missing))


def probe(start_method: StartMethod | None = None) -> Confinement:
    """Start a worker without a submission and return what this machine can confine."""
    with Sandbox(ConfinementMode.AUTO, start_method) as sandbox:
        worker = sandbox.start(Backend.PYTHON, Limits())
        return worker.confinement
