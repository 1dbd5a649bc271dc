"""A running worker as the host sees it: its connection, its memory, its end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from grader.sandbox.figures import Figures
from grader.worker import namespaces, scratch, whereabouts

if TYPE_CHECKING:
    from grader.model import Confinement
    from grader.worker.wire import Channel

_RESET_PEAK: Final = "5"
_MOST_SETTLING_S: Final = 0.05
_OWN_MEMORY: Final = ("RssAnon:", "RssShmem:", "VmSwap:", "HugetlbPages:")
_FIGURES: Final = frozenset({*_OWN_MEMORY, "VmRSS:", "VmHWM:", "Threads:"})
_SCHEDULER_CLOCK: Final = 2  # CPUCLOCK_SCHED of the kernel: a process's clock is its number inverted, then this


@dataclass(frozen=True, slots=True)
class Exit:
    """How a worker ended.

    Attributes
    ----------
    status : str
        `killed by SIGSEGV`, `exit status 3`, or `unknown`.
    cpu_s : float
        Processor seconds of its whole life.
    peak_memory_mb : float
        Greatest resident memory, mebibytes.
    """

    status: str
    cpu_s: float
    peak_memory_mb: float


@dataclass(frozen=True, slots=True)
class Started:
    """A worker that was started.

    Attributes
    ----------
    pid : int
        Process identifier.
    scratch : str
        Its scratch folder on the machine; empty if it has none there.
    """

    pid: int
    scratch: str


class Reaper(Protocol):
    """What can end a worker and say how it ended."""

    def reap(self, pid: int) -> Exit:
        """Kill a worker with all it started, wait until it is gone, account for it."""


def describe_status(status: int) -> str:
    """Return the words for a wait status.

    Parameters
    ----------
    status : int
        As `os.wait4` gives it.
    """
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with contextlib.suppress(ValueError):
            return f"killed by {signal.Signals(number).name}"
        return f"killed by signal {number}"
    return f"exit status {os.waitstatus_to_exitcode(status)}"


class WorkerProcess:
    """One worker.  Whoever starts it ends it with `end`.

    Parameters
    ----------
    started : Started
        Which process it is.
    channel : Channel
        Connection to the worker.
    confinement : Confinement
        What holds it in, as it reported before it met the submission.
    reaper : Reaper
        What can end it.
    writes : bool, default=False
        Whether it has a scratch folder at all.
    """

    def __init__(
        self, started: Started, channel: Channel, confinement: Confinement, reaper: Reaper, *, writes: bool = False
    ) -> None:
        self.pid = started.pid
        self.channel = channel
        self.confinement = confinement
        self._folder = started.scratch
        self._writes = writes
        self._reaper = reaper
        self._exit: Exit | None = None
        self._figures = Figures(started.pid)

    @property
    def scratch(self) -> Path | None:
        """Its scratch folder as the host sees it; None if it may write nothing."""
        if not self._writes:
            return None
        if self.confinement.namespaces:
            return Path(f"/proc/{self.pid}/root{namespaces.SCRATCH}")
        return Path(self._folder)

    def end(self) -> Exit:
        """Kill the worker, wait until it is gone and remove its folder; a second call repeats the answer."""
        if self._exit is None:
            self.channel.close()
            self._figures.close()
            self._exit = self._reaper.reap(self.pid)
            if self._folder:
                scratch.remove(self._folder)
        return self._exit

    def kill(self) -> None:
        """Begin the end without waiting for it; `end` must follow."""
        if self._exit is None and sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)

    def ask_where(self) -> bool:
        """Ask it by a signal to say in which line it is; False where that cannot be."""
        if self._exit is None and whereabouts.QUESTION is not None:
            with contextlib.suppress(OSError):
                os.kill(self.pid, whereabouts.QUESTION)
                return True
        return False

    def settle(self, seconds: float = _MOST_SETTLING_S) -> None:
        """Wait until it sleeps: what it needed for its last answer is then freed.

        Parameters
        ----------
        seconds : float, default=0.05
            Most to wait for; a submission may have threads that never sleep.
        """
        if sys.platform != "linux":
            return
        patience = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while self._state() == "R" and time.monotonic() < patience:
                os.sched_yield()

    def memory_mb(self) -> float | None:
        """Memory of its own now, without the files it has mapped, mebibytes; None where the kernel does not tell.

        What was written to the swap space or taken from the pool of huge pages counts too.
        """
        told = self._status()
        if "RssAnon:" not in told:
            return None
        return sum(told.get(key, 0) for key in _OWN_MEMORY) / 1024

    def threads(self) -> int:
        """Number of its threads now; 0 where the kernel does not tell."""
        return self._status().get("Threads:", 0)

    def resident_mb(self) -> float | None:
        """Resident memory now, mapped files among it, mebibytes; None where the kernel does not tell."""
        return self._status_mb("VmRSS:")

    def mapped_files(self) -> list[tuple[int, int]]:
        """Return address and size of each readable piece of a file that it has mapped, such as a library."""
        found = []
        with contextlib.suppress(OSError), open(f"/proc/{self.pid}/maps", encoding="utf-8", errors="replace") as file:
            for line in file:
                where, rights, _, _, inode, *_ = line.split()
                if inode != "0" and rights[0] == "r":
                    start, end = (int(address, 16) for address in where.split("-"))
                    found.append((start, end - start))
        return found

    def peak_memory_mb(self) -> float | None:
        """Greatest resident memory since the start or the last `reset_peak`, mebibytes; None where it is not told."""
        return self._status_mb("VmHWM:")

    def is_headless(self) -> bool:
        """Whether it goes on without its first thread, of which the kernel then tells no memory."""
        with contextlib.suppress(OSError):
            return len(os.listdir(f"/proc/{self.pid}/task")) > 1 and self._state() in "ZX"
        return False

    def reset_peak(self) -> bool:
        """Start the peak again from now; False where the platform cannot."""
        try:
            Path(f"/proc/{self.pid}/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
        except OSError:
            return False
        return True

    def cpu_s(self, *, settle: bool = True) -> float | None:
        """Processor seconds of all its threads and children so far; None where the platform does not tell.

        Parameters
        ----------
        settle : bool, default=True
            Whether to wait until it sleeps; of a process that runs, the kernel tells what held at its last tick.
        """
        if sys.platform != "linux":
            return None
        try:
            if settle:
                self.settle()
            # Behind the filter of system calls nothing but threads can be started.
            return _clock_s(self.pid) + (0.0 if self.confinement.seccomp else self._children_s())
        except OSError:
            return None

    def delay_s(self) -> float | None:
        """Seconds that its first thread, the one that answers, was ready and waited for a processor.

        Those of its other threads do not count: a submission could let them queue for the processor while it sleeps.

        Returns
        -------
        float or None
            None where the kernel does not tell.
        """
        try:
            return _queued_s(self._figures.read("schedstat"))
        except (OSError, ValueError, IndexError):
            return None

    def sleeps(self) -> int | None:
        """How often its first thread went to sleep instead of being put off the processor; None where it is not told."""
        try:
            status = self._figures.read("status")
        except OSError:
            return None
        _, told, rest = status.partition("\nvoluntary_ctxt_switches:")
        return int(rest.split(maxsplit=1)[0]) if told else None

    def waits_for_disk(self) -> bool:
        """Whether its first thread is where nothing but the machine can wake it, such as while a page is read again."""
        with contextlib.suppress(OSError):
            return sys.platform == "linux" and self._state() == "D"
        return False

    def _children_s(self) -> float:
        """Return the processor seconds of what it started."""
        fields = self._stat().rpartition(") ")[2].split()
        total = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")  # of those it waited for
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with contextlib.suppress(OSError):
                with open(f"/proc/{self.pid}/task/{thread}/children", encoding="ascii") as file:
                    children = file.read().split()
                total += sum(_clock_s(int(child)) for child in children)
        return total

    def _stat(self) -> str:
        return self._figures.read("stat")

    def _state(self) -> str:
        """Return the kernel's letter: R runs or is ready to, S sleeps, Z is gone."""
        return self._stat().rpartition(") ")[2][:1]

    def scratch_mb(self) -> float:
        """What its files take, mebibytes: one question to the kernel where the folder is a file system of its own.

        Returns
        -------
        float
            0 where it may write nothing, or where the worker is gone; infinite where its files cannot be counted.
        """
        folder = self.scratch
        if folder is None:
            return 0.0
        if not self.confinement.namespaces:
            return scratch.size_mb(str(folder), self.pid)
        try:
            told = os.statvfs(folder)
        except FileNotFoundError:
            return 0.0
        except OSError:
            return float("inf")
        return (told.f_blocks - told.f_bfree) * told.f_frsize / 2**20

    def _status_mb(self, key: str) -> float | None:
        told = self._status()
        return told[key] / 1024 if key in told else None

    def _status(self) -> dict[str, int]:
        """Return the figures of the kernel's account that begin with a number."""
        told = {}
        with contextlib.suppress(OSError):
            for line in self._figures.read("status").splitlines():
                key, *values = line.split()
                if key in _FIGURES:
                    told[key] = int(values[0])
        return told


def waiting_s() -> float:
    """Return the seconds that the calling thread was ready and waited for a processor; 0 where it is not told."""
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as file:
            return _queued_s(file.read())
    except (OSError, ValueError, IndexError):
        return 0.0


def _clock_s(pid: int) -> float:
    return time.clock_gettime(~pid << 3 | _SCHEDULER_CLOCK)


def _queued_s(schedstat: str) -> float:
    return int(schedstat.split()[1]) * 1e-9
