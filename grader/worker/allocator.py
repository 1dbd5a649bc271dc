"""Memory that is there or not for reasons of its own: what was freed and kept, libraries not yet paged in."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import TYPE_CHECKING, Final

from grader.worker.system import libc

if TYPE_CHECKING:
    from collections.abc import Callable

_POPULATE_READ: Final = 22  # MADV_POPULATE_READ of mman.h, since Linux 5.14


def trimmer() -> Callable[[list[tuple[int, int]]], None]:
    """Return a function that makes memory comparable before a call is weighed.

    Freed memory goes back to the kernel, as far as the C library can give it.  The mapped files that the host names are
    paged in: how much of a library a first call finds there depends on the kernel's mood, and can be 80 MiB.

    It is made before the submission is loaded, which may replace what it finds by name.
    """
    library = libc() if sys.platform == "linux" else None
    trim = getattr(library, "malloc_trim", None)
    advise = getattr(library, "madvise", None)
    address, size = ctypes.c_void_p, ctypes.c_size_t

    def prepare(mapped: list[tuple[int, int]]) -> None:
        gc.collect()
        if trim is not None:
            trim(0)
        if advise is not None:
            for start, length in mapped:
                advise(address(start), size(length), _POPULATE_READ)

    return prepare
