"""What a Dask worker keeps for one run: the content of exercises on its disk, and processes beside it that grade."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from distributed import Worker, WorkerPlugin, get_worker

from grader.classes.cluster.lane import Lane
from grader.classes.cluster.order import Greeting, Missing, Order, this_grader
from grader.classes.cluster.parcel import unpack, unpacked
from grader.classes.job import Cause, Fault, Job, Settings, fault_of

if TYPE_CHECKING:
    from grader.model import Exercise, Report

_TRIES: Final = 2
_CONTENT: Final = "kata-content"


class Station(WorkerPlugin):
    """One run's place at a Dask worker.

    Parameters
    ----------
    name : str
        Of the run.
    settings : Settings
        How to grade; which folders are secret is decided here.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self._given = settings
        self._idle: list[Lane] = []
        self._busy: list[Lane] = []
        self._closed = False

    def setup(self, worker: Worker) -> None:
        """Make the folder for content.  It serves later runs too, and goes with the worker's own, which Dask removes."""
        self._lock = threading.Lock()
        self._exercises: dict[str, Exercise] = {}
        self._folder = Path(worker.local_directory) / _CONTENT
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        given = self._given
        self._settings = Settings(
            given.confinement, given.start_method, given.seed, given.feedback, (self._folder,), given.silence_s
        )

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002  the signature is Dask's
        """End every process."""
        with self._lock:
            self._closed = True
            for lane in self._busy:
                lane.kill()  # the thread that waits for its answer closes it
            idle, self._idle = self._idle, []
        for lane in idle:
            lane.end()

    def contents(self) -> frozenset[str]:
        """Return the hashes of the content that is here."""
        return frozenset(path.name for path in self._folder.iterdir())

    def grade(self, order: Order) -> Report | Fault | Missing:
        """Grade a row, in a process beside this one.  Called by several threads at the same time."""
        exercise = self._exercise(order)
        if exercise is None:
            return Missing.CONTENT
        job = Job(exercise, order.submission, order.refused)
        for _ in range(_TRIES):
            lane = self._take()
            if lane is None:
                return Missing.STATION
            try:
                outcome = lane.grade(job)
            except (EOFError, OSError):
                self._drop(lane)  # somebody killed it, or it had ended because it was idle for so long
            else:
                self._give_back(lane)
                return outcome
        return Fault(Cause.KILLED, "The process that graded it was killed, and so was the one that tried again.",
                     "Memory may have run out on that machine: start its worker with fewer threads.")  # fmt: skip

    def _exercise(self, order: Order) -> Exercise | None:
        with self._lock:
            found = self._exercises.get(order.content)
        if found is None:
            if order.parcel is not None:
                found = unpack(order.parcel, self._folder)
            else:
                found = unpacked(order.content, self._folder)
            if found is not None:
                with self._lock:
                    self._exercises[order.content] = found
        return found

    def _take(self) -> Lane | None:
        with self._lock:
            if self._closed:
                return None
            lane = self._idle.pop() if self._idle else Lane(self._settings)
            self._busy.append(lane)
            return lane

    def _give_back(self, lane: Lane) -> None:
        with self._lock:
            self._busy.remove(lane)
            if not self._closed:
                self._idle.append(lane)
                return
        lane.end()

    def _drop(self, lane: Lane) -> None:
        with self._lock:
            self._busy.remove(lane)
        lane.end()


async def arrive(name: str, settings: Settings, dask_worker: Worker) -> Greeting:
    """Open a station at a worker; run there by `Client.run`."""
    station = Station(name, settings)
    await dask_worker.plugin_add(station, name=name, catch_errors=False)
    return Greeting(this_grader(), station.contents())


async def leave(name: str, dask_worker: Worker) -> None:
    """Close a station; run at a worker by `Client.run`."""
    if name in dask_worker.plugins:
        await dask_worker.plugin_remove(name)


def grade_row(order: Order) -> Report | Fault | Missing:
    """Grade a row at the worker that this thread belongs to; the task that a scheduler is given.

    It raises nothing: a client of Dask drops an exception whose traceback cannot be pickled, and would wait for ever.
    """
    try:
        station = get_worker().plugins.get(order.station)
        return station.grade(order) if isinstance(station, Station) else Missing.STATION
    except Exception as error:  # noqa: BLE001  a full disk, a broken exercise: it is this row's fault, and the others go on
        return fault_of(error)
