"""A clock that runs on while the machine sleeps or the program is closed, whatever the system time is set to."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Final

import msgspec

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class Moment(msgspec.Struct, frozen=True):
    """A point in time, by every clock that the machine has.

    Attributes
    ----------
    boot : str
        Which start of the machine `running_s` counts from; empty where that cannot be told.
    running_s : float
        Seconds since that start, sleep included where the system can tell.
    wall_s : float
        Seconds since the epoch, which anybody may set.
    """

    boot: str
    running_s: float
    wall_s: float


def now() -> Moment:
    """Return the present."""
    if sys.platform == "linux":
        return Moment(_boot(), time.clock_gettime(time.CLOCK_BOOTTIME), time.time())
    return Moment("", time.monotonic(), time.time())


def between(start: Moment, end: Moment) -> float:
    """Return the seconds from one moment to a later one.

    On Linux, within one start of the machine, this is the clock that counts sleep and that nobody can set.  After a
    restart only the system time is left.  Elsewhere it is the longer of the system time and the running clock, so that
    neither sleep nor a system time that was set back gives time away.

    Parameters
    ----------
    start, end : Moment
        In this order.

    Returns
    -------
    float
        Never below 0.
    """
    running, wall = end.running_s - start.running_s, end.wall_s - start.wall_s
    if start.boot and start.boot == end.boot:
        return max(running, 0.0)
    return max(wall, 0.0) if start.boot or end.boot else max(running, wall, 0.0)


def _boot() -> str:
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
