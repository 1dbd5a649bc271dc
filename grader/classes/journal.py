"""A file of results, one a line, each on disk before the next is asked for: what a killed run goes on from."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, Self

import msgspec

from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Journal:
    """Results as JSON, one a line.  Use it as a context manager.

    Parameters
    ----------
    path : Path
        Made where missing.
    resume : bool
        Whether what is there is gone on from; else there may be nothing.

    Raises
    ------
    UsageError
        On entering, when it cannot be written, another run writes to it, or it holds an earlier run that is not resumed.
    """

    def __init__(self, path: Path, *, resume: bool) -> None:
        self._path = path
        self._resume = resume
        self._file: IO[bytes]

    def __enter__(self) -> Self:
        try:
            self._file = self._path.open("a+b")
        except OSError as error:
            raise UsageError(f"{self._path} cannot be written ({error.strerror}).", "Name another place.") from None
        try:
            _lock(self._file, self._path)
            self._expect_new()
            self._cut()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield what earlier runs wrote, as plain data.

        Raises
        ------
        UsageError
            When a line is no JSON object.
        """
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    row = msgspec.json.decode(line)
                except msgspec.DecodeError:
                    row = None
                if not isinstance(row, dict):
                    raise UsageError(f"{self._path}: line {number} is no result.", "Move the file away; begin anew.")
                yield row

    def append(self, row: object) -> None:
        """Write a row; when this returns it is on disk."""
        self._file.write(msgspec.json.encode(row) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _expect_new(self) -> None:
        if not self._resume and self._file.seek(0, os.SEEK_END):
            raise UsageError(f"{self._path} holds an earlier run.", "Go on from it with --resume, or name another.")

    def _cut(self) -> None:
        """Remove half a line that a killed run left at the end."""
        end = self._file.seek(0, os.SEEK_END)
        place = end
        while place:
            step = min(place, 1 << 16)
            place -= step
            self._file.seek(place)
            found = self._file.read(step).rfind(b"\n")
            if found >= 0:
                place += found + 1
                break
        if place < end:
            self._file.truncate(place)


def _lock(file: IO[bytes], path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UsageError(f"Another run writes to {path}.", "Wait for it, or name another place.") from None
