"""Saves of stubs as they happen, by the events of the file system or, where it has none, by looking again and again."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

# File systems whose changes on another machine raise no event here.
_WITHOUT_EVENTS: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "drvfs", "fuse.sshfs", "vboxsf", "afs", "ceph", "glusterfs"}
)
_POLL_MS: Final = 300
_SETTLE_MS: Final = 4  # an editor's save is several events; this much quiet ends it
_DEBOUNCE_MS: Final = 50
_COARSEST_S: Final = 3.0  # FAT counts in steps of two seconds


class _Look:
    """A file that is looked at again and again.

    Its times alone would miss a save: file systems without events are often those that count whole seconds, and a
    second save within one looks like the first. So the content is read as well, until the file was left alone for longer
    than any file system's clock takes for a step.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stat, self._content = self._status(), self._digest()
        self._quiet_at = time.monotonic() + _COARSEST_S

    def changed(self) -> bool:
        """Tell whether it is another than at the last look."""
        stat = self._status()
        if stat != self._stat:
            self._quiet_at = time.monotonic() + _COARSEST_S
        elif time.monotonic() > self._quiet_at:
            return False
        content = self._digest()
        changed = stat != self._stat or content != self._content
        if content != self._content:
            self._quiet_at = time.monotonic() + _COARSEST_S
        self._stat, self._content = stat, content
        return changed

    def _status(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _digest(self) -> bytes:
        try:
            with self._path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").digest()
        except OSError:
            return b""


class Saves:
    """Calls back whenever one of some files was written, replaced or removed.  Use it as a context manager.

    Parameters
    ----------
    folder : Path
        Existing folder that holds the files, at any depth.
    files : mapping of Path to str
        Files to watch and what to call them; they need not exist.
    told : callable
        Called from a thread with the name of the file.
    poll : bool, optional
        Whether to look again and again instead of waiting for events; by default where the file system has none.

    Attributes
    ----------
    polling : bool
        Whether it looks again and again.
    """

    def __init__(
        self, folder: Path, files: Mapping[Path, str], told: Callable[[str], None], *, poll: bool | None = None
    ) -> None:
        # The folder is watched, not the files: an editor that replaces a file would end the watch of the file itself.
        self._folder = folder.resolve()
        self._files = {str(path.parent.resolve() / path.name): name for path, name in files.items()}
        self._told = told
        self._stop = threading.Event()
        self.polling = needs_polling(folder) if poll is None else poll
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        """Begin to watch; when this returns, no save is missed any more."""
        from watchfiles._rust_notify import RustNotify

        self._changes: RustNotify | None = None
        if not self.polling:
            try:
                self._changes = RustNotify([str(self._folder)], False, False, _POLL_MS, True, True)
            except (OSError, RuntimeError):  # the machine's supply of watches is used up
                self.polling = True
        # The target of a link lies elsewhere, where no event is waited for.
        looked_at = {path: name for path, name in self._files.items() if self.polling or Path(path).is_symlink()}
        self._looks = {path: _Look(Path(path)) for path in looked_at}
        for target, run in ((self._run, self._changes is not None), (self._look, bool(self._looks))):
            if run:
                thread = threading.Thread(target=target, name="saves", daemon=True)
                self._threads.append(thread)
                thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop watching."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._changes is not None:
            self._changes.close()

    def _look(self) -> None:
        while not self._stop.wait(_POLL_MS / 1000):
            for path, look in self._looks.items():
                if look.changed():
                    self._told(self._files[path])

    def _run(self) -> None:
        assert self._changes is not None
        while not self._stop.is_set():
            changes = self._changes.watch(_DEBOUNCE_MS, _SETTLE_MS, _POLL_MS, self._stop)
            if isinstance(changes, set):
                for name in dict.fromkeys(self._files.get(path, "") for _, path in changes):
                    if name:
                        self._told(name)


def needs_polling(folder: Path) -> bool:
    """Tell whether a folder lies on a file system that raises no events, such as a network drive.

    Parameters
    ----------
    folder : Path
        An existing folder.
    """
    if sys.platform != "linux":
        return False
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    best, kind = "", ""
    where = f"{folder.resolve()}/"
    for line in mounts:
        _, point, kind_here, *_ = line.split(" ")
        point = point.replace("\\040", " ").rstrip("/") + "/"
        if where.startswith(point) and len(point) >= len(best):
            best, kind = point, kind_here
    return kind in _WITHOUT_EVENTS
