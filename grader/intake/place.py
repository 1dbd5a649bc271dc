"""Where the files of a hand-in lie: a folder or an archive that a stranger made, seen the same way.

Nothing is unpacked to disk, executed, imported or followed.  Names serve as labels; no path is made of one.
"""

from __future__ import annotations

import stat
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, Self

from grader.intake.folder import Intake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

# Files that may answer an exercise, or hold such files.
WANTED: Final = (".py", ".ipynb", ".zip")
# Archives that nobody looks into; whoever handed one in is told so.
SEALED: Final = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_SKIPPED: Final = frozenset({"__MACOSX", "__pycache__", ".ipynb_checkpoints", ".git", ".venv", "node_modules"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file of a hand-in, not read yet.

    Attributes
    ----------
    path : str
        Relative to the place, with slashes.
    problem : str
        Why it is not read, the rest of a sentence that begins with the path; empty where it can be.
    when : datetime or None
        When it was handed in, where the place can be believed.
    """

    path: str
    problem: str = ""
    when: datetime | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class Place(Protocol):
    """A folder or an archive."""

    def leaves(self) -> Iterator[Leaf]:
        """Yield what it holds, in the order of names; no folders, no caches."""
        ...

    def read(self, path: str, most: int) -> bytes:
        """Return the content of a file of at most so many bytes.

        Raises
        ------
        UnreadableFile
            When it cannot be read; the message goes on after the path.
        """
        ...


class FolderPlace:
    """A folder.  Use it as a context manager.

    Parameters
    ----------
    folder : Path
        A stranger's.

    Raises
    ------
    UsageError
        On entering, when it is no folder, or is a link.
    """

    def __init__(self, folder: Path) -> None:
        self._intake = Intake(folder)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self._intake)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def leaves(self) -> Iterator[Leaf]:
        """Yield what it holds; what is no regular file has a problem."""
        found = []
        for path, mode in self._intake.walk():
            if not mode:
                found.append(Leaf(path, "cannot be looked through: too many files, too deep, or not readable"))
            elif not is_junk(path):
                found.append(Leaf(path, "" if stat.S_ISREG(mode) else "is no regular file"))
        yield from sorted(found, key=lambda leaf: leaf.path)

    def read(self, path: str, most: int) -> bytes:
        """Return the content of a regular file, no link on the way to it."""
        return self._intake.read(path, most)


def is_junk(path: str) -> bool:
    """Tell whether a path is what an editor, an operating system or a tool left there."""
    *folders, name = path.split("/")
    return not _SKIPPED.isdisjoint(folders) or name.startswith("._") or name == ".DS_Store"
