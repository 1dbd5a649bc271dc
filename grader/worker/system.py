"""The C library, by ctypes."""

from __future__ import annotations

import ctypes
from typing import Final

_SET_DEATH_SIGNAL: Final = 1
_SET_DUMPABLE: Final = 4
_SIGKILL: Final = 9


def libc() -> ctypes.CDLL:
    """The C library, with errno kept."""
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent(library: ctypes.CDLL) -> None:
    """Ask the kernel to kill this process when its parent ends."""
    library.prctl(_SET_DEATH_SIGNAL, _SIGKILL, 0, 0, 0)


def hide_memory(library: ctypes.CDLL) -> None:
    """Hide the memory and the environment of this process from others of the same user."""
    library.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
