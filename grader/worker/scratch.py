"""A scratch folder in the file system of the machine: made, counted and removed, whatever a submission did in it.

Nothing here recurses, trusts the modes it finds or follows a link, and nothing raises: what cannot be counted is too much,
and what cannot be removed stays.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ENTRIES: Final = 10_000
_DEEPEST: Final = 32
_TOO_MUCH: Final = float("inf")
_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)


def make(parent: str) -> str:
    """Make a private folder.

    Parameters
    ----------
    parent : str
        Where to make it.

    Raises
    ------
    OSError
        If there is no room or no right.
    """
    return tempfile.mkdtemp(prefix="kata-", dir=parent)


def size_mb(folder: str, pid: int) -> float:
    """Return what the files of a folder take, those included that have no name any more.

    Parameters
    ----------
    folder : str
        The folder.
    pid : int
        The process that writes there.

    Returns
    -------
    float
        Mebibytes; infinite where there are more than 10,000 entries, folders deeper than 32, a folder that cannot
        be read, or a file that has neither a name nor a descriptor any more and is only mapped.
    """
    sizes: dict[tuple[int, int], int] = {}
    level, depth, entries_seen = [folder], 0, 0
    while level:
        if depth > _DEEPEST:
            return _TOO_MUCH
        below: list[str] = []
        for one in level:
            try:
                with os.scandir(one) as entries:
                    for entry in entries:
                        entries_seen += 1
                        if entries_seen > _MOST_ENTRIES:
                            return _TOO_MUCH
                        with contextlib.suppress(FileNotFoundError):
                            told = entry.stat(follow_symlinks=False)
                            sizes[told.st_dev, told.st_ino] = _bytes_of(told)
                            if stat.S_ISDIR(told.st_mode):
                                below.append(entry.path)
            except FileNotFoundError:
                continue
            except OSError:
                return _TOO_MUCH
        level, depth = below, depth + 1
    sizes.update(_nameless(pid))
    if _mapped(pid, folder) - {inode for _, inode in sizes}:
        return _TOO_MUCH
    return sum(sizes.values()) / 2**20


def _nameless(pid: int) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the files that a process holds open and that have no name."""
    with contextlib.suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                told = os.stat(f"/proc/{pid}/fd/{name}")
                if stat.S_ISREG(told.st_mode) and not told.st_nlink:
                    yield (told.st_dev, told.st_ino), _bytes_of(told)


def _mapped(pid: int, folder: str) -> set[int]:
    """Return the numbers of the files of a folder that a process has mapped and that have no name; no size is told."""
    found: set[int] = set()
    with contextlib.suppress(OSError), open(f"/proc/{pid}/maps", encoding="utf-8", errors="replace") as maps:
        for line in maps:
            fields = line.split(maxsplit=5)
            if len(fields) > 5 and fields[5].startswith(folder) and fields[5].rstrip().endswith("(deleted)"):
                found.add(int(fields[4]))
    return found


def _bytes_of(told: os.stat_result) -> int:
    return 0 if stat.S_ISDIR(told.st_mode) else max(told.st_size, 512 * getattr(told, "st_blocks", 0))


def remove(folder: str) -> None:
    """Remove a folder whose submission is dead, with all that is in it.

    Folders within are brought up to the top one by one, so that neither depth nor the length of a path matters.

    Parameters
    ----------
    folder : str
        The folder; that it is gone already is no error.
    """
    if os.open not in os.supports_dir_fd:  # Windows
        import shutil

        shutil.rmtree(folder, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        os.chmod(folder, 0o700)
        top = os.open(folder, _FOLDER)
        try:
            _clear(top)
        finally:
            os.close(top)
        os.rmdir(folder)


def _clear(top: int) -> None:
    while folders := _clear_files(top):
        for name in folders:
            inner = _open(top, name)
            if inner is None:
                return
            try:
                for below in _clear_files(inner):
                    _open_up(inner, below)  # a folder that is moved is written to: its parent changes
                    os.rename(below, secrets.token_hex(12), src_dir_fd=inner, dst_dir_fd=top)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)


def _clear_files(folder: int) -> list[str]:
    """Remove all but the folders from a folder, and return their names."""
    folders = []
    for name in os.listdir(folder):
        if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            folders.append(name)
        else:
            os.unlink(name, dir_fd=folder)
    return folders


def _open(parent: int, name: str) -> int | None:
    _open_up(parent, name)
    with contextlib.suppress(OSError):
        return os.open(name, _FOLDER, dir_fd=parent)
    return None


def _open_up(parent: int, name: str) -> None:
    with contextlib.suppress(OSError):
        os.chmod(name, 0o700, dir_fd=parent)  # no link: the caller has seen a folder, and nobody else is alive
