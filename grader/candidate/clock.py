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

    Parameters
    ----------
    worker : WorkerProcess
        Whom to charge.
    """

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker
        self._inner_s = 0.0
        self._passed_s = 0.0  # in requests, without what the host computed or waited
        self._requests = 0
        self._wall = self._host = 0.0
        self._started = time.monotonic()
        self._cpu = worker.cpu_s()
        self._delay = worker.delay_s()

    def begin(self) -> None:
        """Note that a request leaves."""
        self._requests += 1
        self._host = _host_s()
        self._wall = time.monotonic()

    def end(self, inner_s: float) -> None:
        """Note that its answer is here.

        Parameters
        ----------
        inner_s : float
            Processor seconds that the worker says it spent in the submission.
        """
        self._passed_s += max(time.monotonic() - self._wall - (_host_s() - self._host), 0.0)
        self._inner_s += inner_s

    def read(self) -> Charge:
        """Return what is charged so far."""
        cpu = self._worker.cpu_s()
        if self._cpu is None or cpu is None:  # no kernel to ask: the time that went by
            return Charge(time.monotonic() - self._started, self._inner_s)
        computed = cpu - self._cpu
        delay = self._worker.delay_s()
        if self._delay is None or delay is None:
            return Charge(computed, self._inner_s)
        slept = self._passed_s - computed - (delay - self._delay)
        if slept < _IDLE_S + self._requests * _IDLE_A_REQUEST_S:
            slept = 0.0
        return Charge(computed + slept, self._inner_s)


def _host_s() -> float:
    return time.thread_time() + waiting_s()
