"""What the kernel tells of one process, from files that are opened once."""

from __future__ import annotations

import contextlib
import os
from typing import Final

_MOST: Final = 2**14  # bytes of one of these files


class Figures:
    """The files that the kernel keeps of a process.

    To open such a file takes several times as long as to read it.  One that is open tells of this process only, also
    when another has come to have its number.

    Parameters
    ----------
    pid : int
        Which process.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._files: dict[str, int] = {}

    def read(self, name: str) -> str:
        """Return what a file says now.

        Parameters
        ----------
        name : str
            Such as `stat`.

        Raises
        ------
        OSError
            If the process is gone, or there is no such file.
        """
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = os.open(f"/proc/{self._pid}/{name}", os.O_RDONLY | os.O_CLOEXEC)
        return os.pread(file, _MOST, 0).decode("ascii", "replace")

    def close(self) -> None:
        """Close them all."""
        while self._files:
            with contextlib.suppress(OSError):
                os.close(self._files.popitem()[1])
