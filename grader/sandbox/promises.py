"""What SECURITY.md promises of a confined submission, and which walls hold each promise: one table.

A report says `confined` when every promise is held by at least one wall that stands, `partial` when some are, and
`unconfined` when no wall of the kernel's stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.worker.message import Achieved


class Wall(StrEnum):
    """What the kernel can hold a submission in with."""

    LANDLOCK = "Landlock"
    SECCOMP = "seccomp"
    NAMESPACES = "namespaces"
    RLIMITS = "resource limits"


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that a submission cannot do.

    Attributes
    ----------
    words : str
        The promise, as the end of "nothing keeps a submission from".
    held_by : mapping from Wall to int
        Walls that hold it, each by itself; for Landlock the number is the first version that does, else it is 1.
    """

    words: str
    held_by: Mapping[Wall, int]


#: Every promise.  A wall is named only where it holds the promise alone, with any arguments a submission may choose.
PROMISES: Final = (
    Promise("reading files of yours", {Wall.LANDLOCK: 1, Wall.NAMESPACES: 1}),
    # Landlock lets files be truncated by name before its third version; the filter lets nothing be opened to be written.
    Promise("writing files of yours", {Wall.LANDLOCK: 3, Wall.SECCOMP: 1, Wall.NAMESPACES: 1}),
    Promise("changing modes, owners, times and attributes of files", {Wall.SECCOMP: 1, Wall.NAMESPACES: 1}),
    Promise("starting processes", {Wall.SECCOMP: 1}),
    # Namespaces leave a network without devices, and Landlock knows of TCP only.
    Promise("opening sockets", {Wall.SECCOMP: 1}),
    Promise("signals to other processes", {Wall.LANDLOCK: 6, Wall.SECCOMP: 1}),
    Promise("reading the memory of other processes", {Wall.LANDLOCK: 1, Wall.SECCOMP: 1}),
    Promise("leaving messages for other runs", {Wall.SECCOMP: 1}),
    Promise("using memory and processor time without end", {Wall.RLIMITS: 1}),
)


def unheld(achieved: Achieved) -> tuple[Promise, ...]:
    """Return the promises that no wall holds.

    Parameters
    ----------
    achieved : Achieved
        Which walls stand around a worker.
    """
    strength = {
        Wall.LANDLOCK: achieved.landlock_abi,
        Wall.SECCOMP: int(achieved.seccomp),
        Wall.NAMESPACES: int(achieved.namespaces),
        Wall.RLIMITS: int(achieved.rlimits),
    }
    return tuple(p for p in PROMISES if not any(strength[wall] >= least for wall, least in p.held_by.items()))


def words(promise: Promise) -> str:
    """Return what a report says of a promise that is not held, and what would hold it."""
    walls = [f"{wall} {least} or newer" if least > 1 else str(wall) for wall, least in promise.held_by.items()]
    return f"nothing keeps a submission from {promise.words} (needs {' or '.join(walls)})"
