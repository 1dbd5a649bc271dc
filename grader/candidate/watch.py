"""The limits of one worker that are looked at while it works: time, memory, threads, files."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.model import Verdict
from grader.sandbox.process import waiting_s

if TYPE_CHECKING:
    from grader.model import Limits
    from grader.sandbox import WorkerProcess

_TICK_S: Final = 0.1
_MOST_THREADS: Final = 256  # what libraries start is a few for each processor
MOST_STRETCH: Final = 30.0  # times the limit: no load explains more


class Breach(Exception):
    """A limit was passed.

    Parameters
    ----------
    verdict : Verdict
        What the case gets.
    words : str
        What the call did, as the end of a sentence: "did not return within 2 s".
    whole : bool, default=False
        Whether it is the case that took too long, not the call.
    """

    def __init__(self, verdict: Verdict, words: str, *, whole: bool = False) -> None:
        super().__init__(words)
        self.verdict = verdict
        self.words = words
        self.whole = whole


@dataclass(frozen=True, slots=True)
class _Account:
    """Where time went up to a moment, seconds.

    Attributes
    ----------
    lost : float
        What the worker's first thread and this one waited for a processor.
    computed : float
        Processor seconds of the worker.
    """

    lost: float
    computed: float


class Watch:
    """Keeps the deadlines of a call and of a case, and looks at memory, threads and files on a timer.

    A deadline is one of the clock on the wall, put off by the time that worker and host were ready and had no
    processor, that the host stood still (stopped, or the machine asleep), and that the worker waited for the disk,
    such as for pages of a library that were given up.  What the worker computes, all its threads together, counts in
    any case, so that threads of its own that fight for a processor put nothing off.

    Parameters
    ----------
    limits : Limits
        What the submission may use.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._case_s = limits.case_s
        self._spent_s = 0.0  # by the calls of the case that have ended
        self._worker: WorkerProcess | None = None
        self._most_mb = float("inf")
        self._seconds = 0.0
        self._started = 0.0
        self._paused_s = 0.0
        self._pause: float | None = None
        self._unseen_s = 0.0  # what passed while nobody could look, or the worker waited for the disk
        self._on_disk_s = 0.0  # what of it the worker waited for the disk in this case
        self._looked = self._engaged_s = 0.0  # the last look, and what this thread had computed and queued until then
        self._next_look = 0.0
        self._next = 0.0
        self._at_case = self._at_call = _Account(0.0, 0.0)
        self._call_is_known = self._case_is_known = False

    def begin_case(self, seconds: float, worker: WorkerProcess | None) -> None:
        """Start the clock of a case.

        Parameters
        ----------
        seconds : float
            What all its calls may take together.
        worker : WorkerProcess or None
            Who will be asked, if there is one already.
        """
        self._case_s = seconds
        self._spent_s = 0.0
        self._on_disk_s = 0.0
        self._worker = worker
        self._case_is_known = False

    def meet(self, worker: WorkerProcess) -> None:
        """Take note of a new worker, whose memory now is that of the warm interpreter."""
        self._worker = worker
        self._at_case, self._case_is_known = _account(None), True
        self._most_mb = (worker.memory_mb() or 0.0) + self._limits.memory_mb

    @property
    def left_s(self) -> float:
        """What the case has left, seconds."""
        return self._case_s - self._spent_s

    def begin_call(self, seconds: float) -> None:
        """Start the clock of a call that may take so many seconds."""
        self._seconds = seconds
        self._started = self._looked = now = time.monotonic()
        self._paused_s = self._unseen_s = 0.0
        self._pause = None
        self._call_is_known = False
        soon = now + min(seconds, self._case_s - self._spent_s, _TICK_S)
        self._next = min(max(self._next_look, now), soon)

    def end_call(self) -> None:
        """Add what the call took to what the case has spent."""
        self._spent_s += self._wall(time.monotonic())

    def pause(self) -> None:
        """Stop the clock while a function of the test runs."""
        self._pause = time.monotonic()

    def resume(self) -> None:
        """Let the clock go on."""
        assert self._pause is not None
        now = time.monotonic()
        # A call that never stops asking the test for something has its end too.
        self._paused_s = min(self._paused_s + now - self._pause, self._seconds)
        self._pause = None
        self._next = max(self._next, now)  # nobody meant to look meanwhile

    def __call__(self) -> float:
        """Look, if it is time to; return the seconds until the next look.

        Raises
        ------
        Breach
            If a limit was passed.
        """
        now = time.monotonic()
        if now < self._next:
            return self._next - now
        worker = self._worker
        assert worker is not None
        engaged = time.thread_time() + waiting_s()
        if not self._call_is_known:
            # A short call is over before this.  What it lost until now is not known; a busy machine may have kept us
            # from looking, so that more than a tick is not held against the call.
            self._call_is_known, self._at_call = True, _account(worker)
            self._unseen_s = max(self._wall(now) - _TICK_S, 0.0)
            if not self._case_is_known:  # as is a case of short calls, which reads no account at all
                self._case_is_known, self._at_case = True, self._at_call
                self._spent_s = min(self._spent_s, _TICK_S)
        else:
            # Past the moment at which it meant to look, this thread computed, queued for a processor, or stood still.
            self._unseen_s += max(now - self._next - (engaged - self._engaged_s), 0.0)
        if self._on_disk_s < self._case_s and worker.waits_for_disk():
            step = min(now - self._looked, _TICK_S)
            self._on_disk_s += step
            self._unseen_s += step
        self._looked, self._engaged_s = now, engaged
        self._look_at_time(worker, self._wall(now))
        if now >= self._next_look:
            self._next_look = now + _TICK_S
            self._look_at_memory(worker)
            if worker.scratch_mb() > self._limits.scratch_mb:
                raise Breach(Verdict.CRASHED, f"wrote more than {self._limits.scratch_mb} MiB of files")
        self._next = self._next_look
        left = min(self._seconds, self.left_s) - self._wall(now)
        if 0 < left < _TICK_S:
            self._next = min(self._next, now + left)
        return max(self._next - now, 0.0)

    def _wall(self, now: float) -> float:
        paused = self._paused_s + (0.0 if self._pause is None else now - self._pause)
        return now - self._started - paused - self._unseen_s

    def _look_at_time(self, worker: WorkerProcess, wall: float) -> None:
        if wall >= self._seconds and self._is_over(self._seconds, wall, self._at_call, worker):
            raise Breach(Verdict.TIMED_OUT, f"did not return within {self._seconds:g} s")
        spent = self._spent_s + wall
        if spent >= self._case_s and self._is_over(self._case_s, spent, self._at_case, worker):
            raise Breach(Verdict.TIMED_OUT, f"took more than {self._limits.case_s:g} s", whole=True)

    @staticmethod
    def _is_over(seconds: float, wall: float, since: _Account, worker: WorkerProcess) -> bool:
        now = _account(worker)
        charged = max(wall - (now.lost - since.lost), now.computed - since.computed)
        return charged >= seconds or wall >= seconds * MOST_STRETCH

    def _look_at_memory(self, worker: WorkerProcess) -> None:
        memory = worker.memory_mb()
        if memory is None:
            if sys.platform == "linux" and worker.is_headless():
                raise Breach(Verdict.CRASHED, "ended the first thread of its process, so that its memory is not told")
        elif memory > self._most_mb:
            raise Breach(Verdict.OUT_OF_MEMORY, f"used more than {self._limits.memory_mb} MiB of memory")
        if worker.threads() > _MOST_THREADS:
            # Threads share the numbers of processes with everybody else on the machine.
            raise Breach(Verdict.CRASHED, f"had more than {_MOST_THREADS} threads at once")


def _account(worker: WorkerProcess | None) -> _Account:
    if worker is None:
        return _Account(waiting_s(), 0.0)
    return _Account(waiting_s() + (worker.delay_s() or 0.0), worker.cpu_s(settle=False) or 0.0)
