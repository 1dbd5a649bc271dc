"""A path or a text becomes a `Submission`: read and validated, never executed."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from typing import TYPE_CHECKING, Final

from grader.errors import SubmissionUnreadable
from grader.model import Submission

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_BYTES: Final = 1 << 20
NOTEBOOK_SUFFIX: Final = ".ipynb"
# Encodings that PEP 263 lets a file declare and whose decoding takes linear time; others are refused.
_CONFLICT: Final = re.compile(r"^<<<<<<< .*?^=======$.*?^>>>>>>> ", re.MULTILINE | re.DOTALL)
_ENCODINGS: Final = ("utf-8", "utf-8-sig", "ascii", "iso8859-1", "iso8859-15", "cp1252")


def read_submission(path: Path, name: str | None = None, entry_points: Sequence[str] = ()) -> Submission:
    """Read an attempt from a Python file or a notebook.

    Parameters
    ----------
    path : Path
        A regular file, or a link to one. Pipes and devices are refused without waiting for them.
    name : str, optional
        How reports call it; by default the stem of the file.
    entry_points : sequence of str, optional
        What the exercise asks for, by which the cells of a notebook are chosen.

    Returns
    -------
    Submission
        Its text, decoded as Python would decode it, and the digest of its bytes.

    Raises
    ------
    SubmissionUnreadable
        When there is no such file, or it is no Python text of at most 1 MiB and no notebook.
    """
    name = path.stem if name is None else name
    if path.suffix.lower() == NOTEBOOK_SUFFIX:
        from grader.intake.notebook import MAX_NOTEBOOK_BYTES, submission_from_notebook

        return submission_from_notebook(read_bytes(path, MAX_NOTEBOOK_BYTES), name, path, entry_points)
    return submission_from_bytes(read_bytes(path, MAX_BYTES), name, path)


def submission_from_bytes(data: bytes, name: str, path: Path) -> Submission:
    """Make a submission of a file that was read already.

    Parameters
    ----------
    data : bytes
        What the file holds.
    name : str
        How reports call it.
    path : Path
        Where it came from.

    Returns
    -------
    Submission
        Its text, decoded as Python would decode it, and the digest of its bytes.

    Raises
    ------
    SubmissionUnreadable
        When it is no Python text.
    """
    source = _decode(data, str(path))
    _refuse_conflict(source, str(path))
    return Submission(name=name, source=source, sha256=hashlib.sha256(data).hexdigest(), path=path)


def submission_from_text(name: str, text: str) -> Submission:
    """Make a submission of text that is at hand already.

    Parameters
    ----------
    name : str
        How reports call it.
    text : str
        Python source.

    Returns
    -------
    Submission
        Without a path.

    Raises
    ------
    SubmissionUnreadable
        When the text is too long, or holds NUL or half a surrogate pair.
    """
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise SubmissionUnreadable(
            f"{name}: the text cannot be written as UTF-8.", "Remove the stray surrogate."
        ) from None
    if len(data) > MAX_BYTES:
        raise _too_large(name, len(data))
    _refuse_nul(data, name)
    return Submission(name=name, source=text, sha256=hashlib.sha256(data).hexdigest())


def read_bytes(path: Path, most: int) -> bytes:
    """Return the content of a regular file, without waiting for what is none.

    Parameters
    ----------
    path : Path
        A regular file, or a link to one.
    most : int
        Bytes that it may have.

    Raises
    ------
    SubmissionUnreadable
        When there is no such file, or it is too large.
    """
    try:
        return _read_bytes(path, most)
    except OSError as error:
        raise SubmissionUnreadable(*_explain(path, error)) from None


def _read_bytes(path: Path, most: int) -> bytes:
    _expect_regular(path, os.stat(path).st_mode)
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _expect_regular(path, status.st_mode)
        if status.st_size > most:
            raise _too_large(str(path), status.st_size, most)
        data = file.read(most + 1)
    if len(data) > most:
        raise _too_large(str(path), len(data), most)
    return data


def _expect_regular(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise SubmissionUnreadable(f"{path} is a folder.", "Name the Python file in it.")
    kind = "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
    raise SubmissionUnreadable(f"{path} is {kind}, not a file.", "Save the attempt as a file and name that.")


def _explain(path: Path, error: OSError) -> tuple[str, str]:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return (
            f"{path} does not exist.",
            "Check the path; `kata start SLUG` prints where a stub lies, `kata reset SLUG` restores one.",
        )
    if error.errno == errno.ELOOP:
        return f"{path} is a link that leads back to itself.", "Replace the link by the file."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{path} may not be read.", "Give yourself permission, such as `chmod u+r`."
    return f"{path} cannot be read ({error.strerror}).", "Copy it to a place that can be read."


def _too_large(name: str, size: int, most: int = MAX_BYTES) -> SubmissionUnreadable:
    return SubmissionUnreadable(
        f"{name} has {size:,} bytes; at most {most:,} are graded.",
        "Keep data out of the attempt, or name the right file.",
    )


def _refuse_nul(data: bytes, name: str) -> None:
    line = data[: data.find(b"\0")].count(b"\n") + 1
    if b"\0" in data:
        raise SubmissionUnreadable(f"{name}: line {line} holds a NUL byte.", "Save the file as plain UTF-8 text.")


def _refuse_conflict(source: str, name: str) -> None:
    """Refuse what git leaves where two versions meet; a text that only shows the marks, as in a docstring, is Python."""
    found = _CONFLICT.search(source)
    if found is None:
        return
    import ast

    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        line = source[: found.start()].count("\n") + 1
        raise SubmissionUnreadable(
            f"{name}: line {line} begins a merge conflict that is not resolved.",
            "Keep one of the two versions and remove the lines of `<<<<<<<`, `=======` and `>>>>>>>`.",
        ) from None


def _decode(data: bytes, name: str) -> str:
    _refuse_nul(data, name)
    encoding = "utf-8-sig"
    if b"coding" in b"".join(data.split(b"\n", 2)[:2]):
        encoding = _declared(data, name)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SubmissionUnreadable(
            f"{name}: line {line} is not valid {error.encoding}.", "Save the file as UTF-8."
        ) from None


def _declared(data: bytes, name: str) -> str:
    import codecs
    import io
    import tokenize

    try:
        encoding = codecs.lookup(tokenize.detect_encoding(io.BytesIO(data).readline)[0]).name
    except (SyntaxError, LookupError):
        encoding = "unknown"
    if encoding not in _ENCODINGS:
        raise SubmissionUnreadable(
            f"{name}: the encoding that its first lines declare cannot be read.",
            "Save it as UTF-8 and drop the declaration.",
        )
    return encoding
