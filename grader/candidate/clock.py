"""The clock of a measured call: what one worker is charged for a stretch of work."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.sandbox.process import waiting_s

if TYPE_CHECKING:
    from grader.sandbox import WorkerProcess

_IDLE_A_REQUEST_S: Final = 5e-4  # between being woken and being ready; more is sleep
_IDLE_S: Final = 2e-3
_PIECE: Final = 128 * 1024  # bytes: for each so many the worker may have to wait once more


@dataclass(frozen=True, slots=True)
class Charge:
    """What a stretch of work took.

    Attributes
    ----------
    seconds : float
        What is charged.
    inner_s : float
        Processor seconds inside the submission, as the worker says; to be believed of a reference only.
    """

    seconds: float
    inner_s: float


class Clock:
    """Charges a worker the processor time of all its threads, and the time it sleeps by choice.

    To wait for a processor costs nothing.  The kernel tells how long the thread that answers did; what is left of the
    time that a request took, when neither the worker nor the host computed or waited for a processor, was sleep.

    A worker can sleep while the host waits for a processor.  So that wait is no excuse for one that went to sleep more
    often than it had to wait for data, which the kernel tells as well.

    Parameters
    ----------
    worker : WorkerProcess
        Whom to charge.
    """

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker
        self._inner_s = 0.0
        self._passed_s = 0.0  # in requests, without what the host computed
        self._waited_s = 0.0  # in requests, by the host for a processor
        self._requests = 0
        self._pauses = 0  # how often the worker may have had to wait for data
        self._wall = self._host = self._waited = 0.0
        self._started = time.monotonic()
        self._cpu = worker.cpu_s()
        self._delayed_s: float | None = 0.0  # in requests, the worker for a processor
        self._delay: float | None = None
        self._sleeps = worker.sleeps()

    def begin(self) -> None:
        """Note that a request leaves."""
        self._requests += 1
        self._delay = self._worker.delay_s()
        self._host, self._waited = time.thread_time(), waiting_s()
        self._wall = time.monotonic()

    def hold(self) -> None:
        """Note that the worker asks something back, and waits for the answer."""
        self._pauses += 1

    def end(self, inner_s: float, moved: int) -> None:
        """Note that its answer is here.

        Parameters
        ----------
        inner_s : float
            Processor seconds that the worker says it spent in the submission.
        moved : int
            Bytes that went there and came back.
        """
        self._passed_s += max(time.monotonic() - self._wall - (time.thread_time() - self._host), 0.0)
        self._waited_s += waiting_s() - self._waited
        delay = self._worker.delay_s()  # later it would hold the wait of a worker that has answered and goes to sleep
        if self._delayed_s is None or self._delay is None or delay is None:
            self._delayed_s = None
        else:
            self._delayed_s += delay - self._delay
        self._inner_s += inner_s
        self._pauses += 1 + moved // _PIECE

    def read(self) -> Charge:
        """Return what is charged so far."""
        cpu = self._worker.cpu_s()
        if self._cpu is None or cpu is None:  # no kernel to ask: the time that went by
            return Charge(time.monotonic() - self._started, self._inner_s)
        computed = cpu - self._cpu
        if self._delayed_s is None:
            return Charge(computed, self._inner_s)
        slept = self._passed_s - computed - self._delayed_s
        if not self._chose_to_sleep():
            slept -= self._waited_s
        if slept < _IDLE_S + self._requests * _IDLE_A_REQUEST_S:
            slept = 0.0
        return Charge(computed + slept, self._inner_s)

    def _chose_to_sleep(self) -> bool:
        sleeps = self._worker.sleeps()
        return self._sleeps is not None and sleeps is not None and sleeps - self._sleeps > self._pauses
