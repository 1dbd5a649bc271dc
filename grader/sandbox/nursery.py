"""Zygotes to come, for several processes: each backend is imported once, by a process that forks zygotes of it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from typing import TYPE_CHECKING, Final, Self

from grader.errors import SandboxFault
from grader.sandbox.zygote import ZygoteProcess, control_pair

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model import Backend

_END_S: Final = 5.0


class Nursery:
    """Gives zygotes to the processes that are forked from the one which made it.

    They all send to the same process for a backend and are sent nothing back, so they need no lock.  It ends when the
    last of them has ended.

    Parameters
    ----------
    backends : iterable of Backend
        What zygotes will have imported. For others there is none.
    """

    def __init__(self, backends: Iterable[Backend]) -> None:
        self._mothers: dict[str, ZygoteProcess] = {}
        with contextlib.suppress(SandboxFault):  # whoever wants a zygote starts one, and is told
            for backend in backends:
                self._mothers[backend.value] = ZygoteProcess(backend.value)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let the processes end; one that others still use stays until they have ended."""
        for mother in self._mothers.values():
            mother.control.close()
        for mother in self._mothers.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                mother.process.wait(_END_S)

    def zygote(self, backend: str) -> socket.socket | None:
        """Return the control connection of a new zygote; None where none is to be had.

        Parameters
        ----------
        backend : str
            What it has imported.
        """
        mother = self._mothers.get(backend)
        if mother is None:
            return None
        ours, theirs = control_pair()
        with theirs:
            try:
                socket.send_fds(mother.control, [b"\0"], [theirs.fileno()])
            except OSError:
                ours.close()
                return None
        return ours
