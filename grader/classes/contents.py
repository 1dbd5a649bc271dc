"""What the bytes of a file say: its text in whatever encoding, what is packed in it, or that nobody can tell."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

_DEEPEST: Final = 4  # archives in archives
_MOST_BYTES: Final = 256 << 20  # that one file may hold when it is unpacked
_MOST_MEMBERS: Final = 50_000
_BLOCK: Final = 1 << 20
_BOMS: Final = (  # the longer ones first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE: Final = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_CONTROLS: Final = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
# Binary, but what is hidden cannot have come into it other than as plain bytes: pictures, arrays, git's list of names.
_HARMLESS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"\x93NUMPY", b"DIRC")
_COMPILED: Final = (".pyc", ".pyo")


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a file holds.

    Attributes
    ----------
    path : str
        The file, and the place in an archive after an exclamation mark.
    """

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file, or a part of one, that cannot be looked into.

    Attributes
    ----------
    why : str
        The rest of a sentence that begins with the path.
    """

    path: str
    why: str


class _TooMuch(Exception):
    """An archive unpacks to more than is looked at."""


class _Budget:
    """What may still be unpacked from one file."""

    def __init__(self) -> None:
        self._bytes, self._members = _MOST_BYTES, _MOST_MEMBERS

    def read(self, file: IO[bytes] | io.BufferedIOBase) -> bytes:
        """Read a file to its end."""
        self._members -= 1
        blocks = []
        while block := file.read(_BLOCK):
            self._bytes -= len(block)
            if self._bytes < 0 or self._members < 0:
                raise _TooMuch
            blocks.append(block)
        return b"".join(blocks)


def contents(path: str, data: bytes) -> Iterator[Text | Sealed]:
    """Yield every text that a file holds, and every part of it that cannot be read.

    Parameters
    ----------
    path : str
        What the file is called.
    data : bytes
        All of it.
    """
    yield from _contents(path, data, _Budget(), 0)


def _contents(path: str, data: bytes, budget: _Budget, depth: int) -> Iterator[Text | Sealed]:
    if path.lower().endswith(_COMPILED):
        yield Sealed(path, "is compiled Python, which holds what its source held")
        return
    opener = _opener(data)
    if opener is None:
        texts = _texts(data)
        if texts is not None:
            yield from (Text(path, text) for text in texts)
            return
        opener = _late_opener(data)
    if opener is not None:
        yield Text(path, data.decode("latin-1"))  # names, comments, and what is only stored
        yield from _unpacked(path, data, opener, budget, depth)
    elif data.startswith(_HARMLESS):
        yield Text(path, data.decode("latin-1"))
    else:
        yield Sealed(path, "is neither text nor an archive that can be opened")


def _texts(data: bytes) -> tuple[str, ...] | None:
    """Return a text in the encodings that it may have; None where it is none."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decoded(data, (encoding,)) or None
    narrow = data.removeprefix(codecs.BOM_UTF8)
    if not _CONTROLS.search(narrow.decode("latin-1")):
        return _decoded(narrow, ("utf-8",)) or (narrow.decode("latin-1"), narrow.decode("cp1252", "replace"))
    return _decoded(data, _WIDE) or None


def _decoded(data: bytes, encodings: tuple[str, ...]) -> tuple[str, ...]:
    """Return a text in each encoding in which it is valid and looks like one."""
    found = []
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Any bytes of even length are nearly valid UTF-16; of a text most characters are printed and known.
        if not _CONTROLS.search(text) and sum(map(str.isprintable, text)) >= 0.9 * len(text.replace("\n", "")):
            found.append(text)
    return tuple(found)


def _opener(data: bytes) -> _Opener | None:
    """Return how to open an archive that its first bytes tell."""
    return next((opener for magic, opener in _OPENERS if data.startswith(magic)), None)


def _late_opener(data: bytes) -> _Opener | None:
    """Return how to open an archive that only a look at the whole tells: a tar, a zip behind something else, a deflated stream."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        return _zip
    if data[257:262] == b"ustar" or _is_tar(data):
        return _tar
    if len(data) > 2 and data[0] == 0x78 and int.from_bytes(data[:2], "big") % 31 == 0:
        return _deflated
    return None


def _is_tar(data: bytes) -> bool:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            return archive.next() is not None
    except (tarfile.TarError, ValueError, OSError):
        return False


def _unpacked(path: str, data: bytes, opener: _Opener, budget: _Budget, depth: int) -> Iterator[Text | Sealed]:
    if depth >= _DEEPEST:
        yield Sealed(path, f"lies in {_DEEPEST} archives, one in the other")
        return
    try:
        for name, inner in opener(data, budget):
            yield from _contents(f"{path}!{name}", inner, budget, depth + 1)
    except _TooMuch:
        yield Sealed(path, "unpacks to more than is looked at")
    except Exception as error:  # noqa: BLE001  a damaged or locked archive raises whatever its reader stumbles over
        yield Sealed(path, f"cannot be unpacked ({type(error).__name__})")


def _zip(data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                yield member.filename, budget.read(file)


def _tar(data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:", ignore_zeros=True) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isreg() else None
            yield member.name, budget.read(file) if file is not None else b""


def _gzip(data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    with gzip.open(io.BytesIO(data)) as file:
        yield "", budget.read(file)


def _bz2(data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    with bz2.open(io.BytesIO(data)) as file:
        yield "", budget.read(file)


def _xz(data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    with lzma.open(io.BytesIO(data)) as file:
        yield "", budget.read(file)


def _deflated(data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    stream = zlib.decompressobj()
    text = stream.decompress(data, _MOST_BYTES + 1)
    yield "", budget.read(io.BytesIO(text))


if TYPE_CHECKING:
    from collections.abc import Callable

    _Opener = Callable[[bytes, _Budget], Iterator[tuple[str, bytes]]]

_OPENERS: Final = (
    (b"PK\x03\x04", _zip),
    (b"PK\x05\x06", _zip),
    (b"\x1f\x8b", _gzip),
    (b"BZh", _bz2),
    (b"\xfd7zXZ\0", _xz),
)
