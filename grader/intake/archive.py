"""A zip that a stranger made, read in memory and within bounds; nothing of it is ever written to disk.

Other archives are not read.  What a zip may do to its reader, and what is done about it:

- a bomb: only files that may be answers are unpacked, each up to a limit, and all of one archive up to another;
- names that lead outside, absolute ones, drive letters: the entry is refused, and no path is ever made of a name;
- links, devices, pipes: refused;
- the same name twice: refused unless both hold the same, since two programs would unpack different files;
- a hundred thousand entries: the list of names is limited in bytes before it is read;
- LZMA, whose reader takes as much memory as the archive asks for: refused, as is all but stored and deflated.
"""

from __future__ import annotations

import io
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter
from datetime import datetime
from typing import IO, TYPE_CHECKING, Final, Self

from grader.intake.folder import UnreadableFile
from grader.intake.place import Leaf, is_junk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES: Final = 64 << 20  # that are unpacked of one archive, all reads together
_MOST_LIST: Final = 32 << 20  # bytes of the list of names, which becomes about ten times as much
_MOST_ENTRIES: Final = 200_000
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_OUTSIDE: Final = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_ON_UNIX: Final = 3


class _Bounded(io.BufferedIOBase):
    """An archive as `zipfile` reads it, which refuses to read more at once than a list of names may have."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int | None = -1, /) -> bytes:
        most = _MOST_LIST + 1 if size is None or size < 0 else min(size, _MOST_LIST + 1)
        data = self._file.read(most)
        if len(data) > _MOST_LIST:
            raise UnreadableFile("is an archive with too long a list of files")
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


class Archive:
    """A zip, as a place of files.  Use it as a context manager.

    Parameters
    ----------
    file : IO of bytes
        The archive; closed on leaving.

    Raises
    ------
    UnreadableFile
        On entering, when it is no zip that can be read; the message goes on after its name.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = MOST_BYTES

    @classmethod
    def of_bytes(cls, data: bytes) -> Archive:
        """Return an archive that lies in memory."""
        return cls(io.BytesIO(data))

    @classmethod
    def of_file(cls, path: Path) -> Archive:
        """Return an archive that the caller named.

        Raises
        ------
        OSError
            When it cannot be opened.
        """
        return cls(path.open("rb"))

    def __enter__(self) -> Self:
        try:
            self._zip = zipfile.ZipFile(_Bounded(self._file))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            self._file.close()
            raise UnreadableFile(f"is no zip that can be read ({_first(error)})") from None
        except UnreadableFile:
            self._file.close()
            raise
        if len(self._zip.filelist) > _MOST_ENTRIES:
            self.__exit__()
            raise UnreadableFile(f"holds more than {_MOST_ENTRIES:,} files")
        self._entries: dict[str, list[zipfile.ZipInfo]] = {}
        for info in self._zip.filelist:
            path = _path(info)
            if not path.endswith("/") and not is_junk(path):
                self._entries.setdefault(path, []).append(info)
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.close()

    def leaves(self) -> Iterator[Leaf]:
        """Yield what it holds; what is not to be read has a problem."""
        folded = Counter(path.casefold() for path in self._entries)
        for path, infos in sorted(self._entries.items()):
            problem = _problem(infos)
            if not problem and folded[path.casefold()] > 1 and not path.rpartition("/")[2].islower():
                problem = "differs from another file of the archive only in capital letters"
            yield Leaf(path, problem, _when(infos[-1]))

    def read(self, path: str, most: int) -> bytes:
        """Return the content of a file of at most so many bytes."""
        infos = self._entries.get(path, [])
        problem = _problem(infos) if infos else "is not in the archive"
        if problem:
            raise UnreadableFile(problem)
        return self._unpacked(infos[-1], most)

    def _unpacked(self, info: zipfile.ZipInfo, most: int) -> bytes:
        try:
            with self._zip.open(info) as file:
                data = file.read(min(most, self._left) + 1)  # whatever size the entry claims
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise UnreadableFile(f"cannot be unpacked ({_first(error)})") from None
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableFile("lies in an archive that unpacks to too much")
        if len(data) > most:
            raise UnreadableFile(f"has more than {most:,} bytes")
        return data


def _path(info: zipfile.ZipInfo) -> str:
    """Return a name with slashes in one form of Unicode, decoded as whoever wrote it meant it."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")  # most programs write UTF-8 and do not say so
        except UnicodeError:
            name = info.filename
    return unicodedata.normalize("NFC", name).replace("\\", "/").removeprefix("./")


def _problem(infos: list[zipfile.ZipInfo]) -> str:
    """Return why an entry is not to be read, empty where it is."""
    info = infos[-1]
    mode = info.external_attr >> 16 if info.create_system == _ON_UNIX else 0
    if len(infos) > 1 and len({(one.CRC, one.file_size) for one in infos}) > 1:
        return "stands in the archive more than once, with different contents"
    if _OUTSIDE.search(info.filename) or _OUTSIDE.search(info.orig_filename):
        return "has a name that leads out of the archive"
    if "\0" in info.orig_filename:
        return "has a name with a NUL in it"
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return "is a link" if stat.S_ISLNK(mode) else "is no regular file"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in _METHODS:
        return "is packed by a method that is not read"
    return ""


def _when(info: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*info.date_time).astimezone()  # in a zip times have no zone: this machine's is assumed
    except (ValueError, OverflowError, OSError):
        return None


def _first(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:100] or type(error).__name__
