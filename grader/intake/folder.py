"""A folder that a stranger controls: what it holds for known exercises, and what it changed that it may not.

Nothing in the folder is executed, imported or followed: every component of a path is opened without following links, only
regular files of a limited size are read, and git is never run in it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final, Self

from grader.errors import SubmissionUnreadable, UsageError
from grader.intake.submission import MAX_BYTES, NOTEBOOK_SUFFIX, submission_from_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from grader.model import Exercise, Submission

_MOST_ENTRIES: Final = 200_000
DEEPEST: Final = 64
_MOST_BYTES: Final = 64 << 20  # a protected file larger than this differs, whatever is in it
# What a submission may not change, and what it is called. The first that fits decides.
_PROTECTED: Final = (
    ("exercises/*/*/hidden_tests.py", "hidden tests"),
    ("exercises/*/*/exercise.toml", "the metadata of an exercise"),
    ("exercises/*/*/prompt.md", "a prompt"),
    ("exercises/*/track.toml", "a track"),
    ("exercises/*/questions.toml", "questions"),
    ("solutions/*", "solutions"),
    ("grader/*", "the grader"),
    ("tests/*", "the tests of the grader"),
    (".github/*", "workflows"),
    (".gitlab-ci.yml", "workflows"),
    (".ci/*", "workflows"),
    ("constraints.txt", "a lock file"),
    ("*.lock", "a lock file"),
    ("pyproject.toml", "the project's settings"),
    ("noxfile.py", "the project's settings"),
    ("setup.py", "the project's settings"),
    ("setup.cfg", "the project's settings"),
    ("tox.ini", "the project's settings"),
    ("pytest.ini", "the project's settings"),
    ("*/pytest.ini", "the project's settings"),
    (".gitmodules", "submodules"),
    ("manifest.json", "the manifest of the release"),
    ("conftest.py", "a file that pytest or Python would run"),
    ("*/conftest.py", "a file that pytest or Python would run"),
    ("sitecustomize.py", "a file that pytest or Python would run"),
    ("*/sitecustomize.py", "a file that pytest or Python would run"),
    ("usercustomize.py", "a file that pytest or Python would run"),
    ("*/usercustomize.py", "a file that pytest or Python would run"),
    ("*.pth", "a file that pytest or Python would run"),
)
SKIPPED: Final = frozenset({".git", ".nox", "__pycache__", ".venv", "node_modules"})


class UnreadableFile(Exception):
    """What stands in the place of a file is none, or cannot be read."""


class Change(StrEnum):
    """What happened to a stub."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    MISSING = "missing"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a folder holds for one exercise.

    Attributes
    ----------
    submission : Submission or None
        Only where the stub was changed and can be graded.
    refusal : str
        Why it is not graded, where it is refused.
    """

    exercise: Exercise
    path: str
    change: Change
    submission: Submission | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that a submission may not change, and did."""

    path: str
    reason: str


class Intake:
    """A submission folder, read with care.  Use it as a context manager.

    Parameters
    ----------
    folder : Path
        What was handed in: a checkout or an unpacked folder.

    Raises
    ------
    UsageError
        On entering, when it is no folder, or is a link.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        try:
            self._root = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            raise UsageError(
                f"{self._folder} is no folder that can be read ({error.strerror}).", "Name the submission's folder."
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._root)

    def take(
        self, exercise: Exercise, known: frozenset[str], pristine: Iterable[bytes], place: str | None = None
    ) -> Taken:
        """Return what the folder holds in the place of a stub.

        Parameters
        ----------
        exercise : Exercise
            Whose stub.
        known : frozenset of str
            Git object names of contents that count as untouched.
        pristine : iterable of bytes
            More such contents; asked for only where the names do not decide.
        place : str, optional
            Where it lies; by default where it lies in a checkout.
        """
        path = place or stub_path(exercise)
        try:
            data = self._read(path, MAX_BYTES)
        except FileNotFoundError:
            return self._notebook(exercise, path, pristine) or Taken(exercise, path, Change.MISSING)
        except UnreadableFile as error:
            return Taken(exercise, path, Change.REFUSED, refusal=f"{path} {error}.")
        except OSError as error:
            return Taken(exercise, path, Change.REFUSED, refusal=f"{path} cannot be read ({error.strerror}).")
        if names_of(data) & known or _normal(data) in {_normal(one) for one in pristine}:
            return self._notebook(exercise, path, pristine) or Taken(exercise, path, Change.UNCHANGED)
        try:
            submission = submission_from_bytes(data, exercise.slug, Path(path))
        except SubmissionUnreadable as error:
            return Taken(exercise, path, Change.REFUSED, refusal=str(error))
        return Taken(exercise, path, Change.CHANGED, submission)

    def _notebook(self, exercise: Exercise, stub: str, pristine: Iterable[bytes]) -> Taken | None:
        """Return what a notebook beside an untouched stub holds; None where there is none, or it is untouched too."""
        from grader.intake.notebook import MAX_NOTEBOOK_BYTES, is_stub, submission_from_notebook

        path = stub.removesuffix(".py") + NOTEBOOK_SUFFIX
        try:
            data = self._read(path, MAX_NOTEBOOK_BYTES)
            submission = submission_from_notebook(data, exercise.slug, Path(path), exercise.entry_points)
        except FileNotFoundError:
            return None
        except UnreadableFile as error:
            return Taken(exercise, path, Change.REFUSED, refusal=f"{path} {error}.")
        except OSError as error:
            return Taken(exercise, path, Change.REFUSED, refusal=f"{path} cannot be read ({error.strerror}).")
        except SubmissionUnreadable as error:
            return Taken(exercise, path, Change.REFUSED, refusal=str(error))
        if any(is_stub(submission, one.decode(errors="replace")) for one in pristine):
            return None
        return Taken(exercise, path, Change.CHANGED, submission)

    def files(self) -> Iterator[str]:
        """Yield the path of every regular file."""
        for path, mode in self._walk():
            if stat.S_ISREG(mode):
                yield path

    def walk(self) -> Iterator[tuple[str, int]]:
        """Yield path and mode of all but folders, caches and repositories; 0 is the mode of what cannot be looked through."""
        return self._walk()

    def everything(self) -> Iterator[tuple[str, int]]:
        """Yield path and mode of all but folders, caches and repositories too; 0 is the mode of what cannot be looked through."""
        return self._walk(frozenset())

    def read(self, path: str, most: int) -> bytes:
        """Return the content of a regular file, no link on the way to it.

        Parameters
        ----------
        path : str
            Relative to the folder, with slashes.
        most : int
            Bytes that it may have.

        Raises
        ------
        UnreadableFile
            When it is no such file, too large or not readable; the message goes on after the path.
        """
        try:
            return self._read(path, most)
        except OSError as error:
            raise UnreadableFile(f"cannot be read ({error.strerror})") from None

    def tampered(self, trusted: Mapping[str, frozenset[str]]) -> Iterator[Refusal]:
        """Yield every protected file that differs from all that it may be.

        Parameters
        ----------
        trusted : mapping of str to frozenset of str
            By path: the git object names of contents that are legitimate. A path that is missing may not exist.
        """
        for path, mode in sorted(self._walk()):
            if not mode:
                yield Refusal(path, "cannot be looked through: too many files, too deep, or not readable")
                continue
            kind = protected(path)
            if kind is None:
                continue
            if not stat.S_ISREG(mode):
                yield Refusal(path, f"{_noun(mode)} stands in the place of {kind}")
                continue
            try:
                names = names_of(self._read(path, _MOST_BYTES))
            except (OSError, UnreadableFile):
                names = frozenset()
            if not names & trusted.get(path, frozenset()):
                yield Refusal(path, f"{'changes' if path in trusted else 'adds'} {kind}")

    def unreadable(self) -> Iterator[Refusal]:
        """Yield what may be anything, because it cannot be read; in a folder only stubs and protected files are looked at."""
        yield from ()

    def _read(self, path: str, most: int) -> bytes:
        """Read a regular file below the folder, following no link on the way."""
        *folders, name = PurePosixPath(path).parts
        descriptor = self._open(folders)
        try:
            mode = os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode
            if not stat.S_ISREG(mode):
                raise UnreadableFile(f"is {_noun(mode)}, not a file")
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
            with open(os.open(name, flags, dir_fd=descriptor), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise UnreadableFile("is not a file any more")
                data = file.read(most + 1)
        finally:
            os.close(descriptor)
        if len(data) > most:
            raise UnreadableFile(f"has more than {most:,} bytes")
        return data

    def _open(self, folders: Iterable[str]) -> int:
        """Open a folder component by component, following no link."""
        descriptor = os.dup(self._root)
        for name in folders:
            try:
                mode = os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode
                if not stat.S_ISDIR(mode):
                    raise UnreadableFile(f"lies below {_noun(mode)}")
                flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
                below = os.open(name, flags, dir_fd=descriptor)
            finally:
                os.close(descriptor)
            descriptor = below
        return descriptor

    def _walk(self, skipped: frozenset[str] = SKIPPED) -> Iterator[tuple[str, int]]:
        """Yield path and mode of everything but folders; where it gives up, the mode is 0."""
        pending = [PurePosixPath()]
        seen = 0
        while pending:
            where = pending.pop()
            try:
                descriptor = self._open(where.parts)
            except (OSError, UnreadableFile):
                yield str(where), 0
                continue
            try:
                for name in sorted(os.listdir(descriptor)):
                    seen += 1
                    mode = os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode
                    if seen > _MOST_ENTRIES or len(where.parts) >= DEEPEST:
                        yield str(where), 0
                        return
                    if not stat.S_ISDIR(mode):
                        yield str(where / name), mode
                    elif name not in skipped:
                        pending.append(where / name)
            except OSError:
                yield str(where), 0
            finally:
                os.close(descriptor)


def stub_path(exercise: Exercise) -> str:
    """Return where a stub lies in any checkout, with slashes."""
    return f"exercises/{exercise.track}/{exercise.slug}/{exercise.slug}.py"


def protected(path: str) -> str | None:
    """Return what a path holds that a submission may not change, None where it may.

    Parameters
    ----------
    path : str
        Relative to the root of a checkout, with slashes.
    """
    return next((kind for pattern, kind in _PROTECTED if fnmatchcase(path, pattern)), None)


def blob_name(data: bytes) -> str:
    """Return the name that git gives a content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def names_of(data: bytes) -> frozenset[str]:
    """Return the names of a content as it is and with the line ends of git, which an editor on Windows changes."""
    return frozenset({blob_name(data), blob_name(_normal(data))})


def _normal(data: bytes) -> bytes:
    """Return a content as it is compared: editors on Windows change the line ends of what nobody touched."""
    return data.replace(b"\r\n", b"\n")


def _noun(mode: int) -> str:
    kinds = (
        (stat.S_ISLNK, "a link"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISREG, "a file"),
    )
    return next((noun for test, noun in kinds if test(mode)), "a device")
