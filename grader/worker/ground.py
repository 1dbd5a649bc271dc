"""Where workers stand before their own walls go up: the namespaces of their zygote, and its view of processes."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.worker import namespaces, scratch, seccomp
from grader.worker.system import libc

if TYPE_CHECKING:
    from grader.worker.message import Settings, Walls


@dataclass(frozen=True, slots=True)
class Ground:
    """What was achieved before the first worker.

    Attributes
    ----------
    walls : Walls
        What the host wants of every worker.
    proc : int
        Descriptor of the kernel's view of processes, which the namespaces hide; -1 where there is none.
    entered : bool
        Whether this process is in namespaces of its own.
    missing : tuple of str
        Why not.
    """

    walls: Walls
    proc: int
    entered: bool
    missing: tuple[str, ...]


def prepare(walls: Walls) -> Ground:
    """Forget the checkout, and enter the namespaces if they are wanted and the kernel allows.

    Everything of ours must be imported by now.

    Parameters
    ----------
    walls : Walls
        What the host wants of every worker.
    """
    # The checkout may be on the path so that this module could be found; a submission has no business there.
    sys.path[:] = [entry for entry in sys.path if _within(entry, walls.readable)]
    os.environ.pop("PYTHONPATH", None)
    if sys.platform != "linux":
        return Ground(walls, -1, entered=False, missing=())
    try:
        proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        proc = -1
    if not walls.confine:
        return Ground(walls, proc, entered=False, missing=())
    with contextlib.suppress(OSError):  # an architecture without a table is told of by each worker
        seccomp.program(platform.machine(), os.getpid())
    if not walls.namespaces:
        return Ground(walls, proc, entered=False, missing=("namespaces: switched off",))
    try:
        namespaces.enter(libc(), walls.readable, walls.links)
    except (OSError, KeyError) as error:
        told = getattr(error, "strerror", None) or f"no table for {error}"
        return Ground(walls, proc, entered=False, missing=(f"namespaces: {told}",))
    return Ground(walls, proc, entered=True, missing=())


def _within(path: str, folders: tuple[str, ...]) -> bool:
    real = os.path.realpath(path)
    return any(real == folder or real.startswith(folder + os.sep) for folder in folders)


def mapped_bytes(ground: Ground) -> int:
    """Bytes of address space mapped now; 0 where the kernel does not tell."""
    try:
        statm = os.open("self/statm", os.O_RDONLY, dir_fd=ground.proc)
    except (OSError, NotImplementedError):
        return 0
    with open(statm, encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def new_scratch(ground: Ground, settings: Settings) -> str:
    """Make the scratch folder of a worker on the machine; an empty string where it needs none there.

    Raises
    ------
    OSError
        If there is no room.
    """
    return scratch.make(settings.scratch) if settings.scratch and not ground.entered else ""
