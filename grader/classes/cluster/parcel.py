"""The content of an exercise as it travels: named by its hash, written once on each machine, and checked there."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from grader.content.catalog import EXERCISES, load_exercise
from grader.errors import ContentError, GraderFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Exercise

_MOST_FILE: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Parcel:
    """Every file that decides the verdict on an exercise, or its diagnosis.

    Attributes
    ----------
    digest : str
        SHA-256 of everything else here, in hexadecimal.
    place : str
        Folder of the exercise below the root of its catalogue, `exercises/<track>/<slug>`.
    files : tuple of (str, bytes)
        Path below the root, with `/`, and content.
    """

    digest: str
    place: str
    files: tuple[tuple[str, bytes], ...]


def pack(exercise: Exercise) -> Parcel:
    """Read the files of an exercise.

    Parameters
    ----------
    exercise : Exercise
        Of any catalogue.

    Raises
    ------
    ContentError
        When one cannot be read, or is larger than any file of an exercise should be.
    """
    root = exercise.folder.parents[2]
    files = []
    for path in sorted(set(_paths(exercise))):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ContentError(f"{path}: cannot be read ({error.strerror}).", "Check its permissions.") from None
        if len(data) > _MOST_FILE:
            raise ContentError(f"{path}: has more than {_MOST_FILE:,} bytes.", "Make it smaller.")
        files.append((path.relative_to(root).as_posix(), data))
    place = exercise.folder.relative_to(root).as_posix()
    return Parcel(_digest(place, files), place, tuple(files))


def unpack(parcel: Parcel, folder: Path) -> Exercise:
    """Write a parcel below a folder, unless it is there, and load the exercise.

    Parameters
    ----------
    parcel : Parcel
        As it arrived.
    folder : Path
        Holds a folder for each parcel, named after its hash.

    Raises
    ------
    GraderFault
        When it is not what its hash says, or names a place outside.
    OSError
        When it cannot be written.
    """
    if _digest(parcel.place, parcel.files) != parcel.digest:
        raise GraderFault("The content of an exercise changed on its way.", "Try again.")
    root = folder / parcel.digest
    if not root.exists():
        begun = Path(tempfile.mkdtemp(dir=folder))
        try:
            for name, data in parcel.files:
                path = begun / _inside(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            try:
                os.rename(begun, root)
            except OSError:
                if not root.exists():  # else another thread was quicker, and wrote the same
                    raise
        finally:
            shutil.rmtree(begun, ignore_errors=True)
    return load_exercise(root / _inside(parcel.place))


def unpacked(digest: str, folder: Path) -> Exercise | None:
    """Return the exercise of a parcel that was unpacked before; None where none was.

    Parameters
    ----------
    digest : str
        Of the parcel.
    folder : Path
        As `unpack` was given.
    """
    found = sorted((folder / digest / EXERCISES).glob("*/*"))
    return load_exercise(found[0]) if found else None


def _paths(exercise: Exercise) -> Iterator[Path]:
    yield from (exercise.metadata_path, exercise.prompt_path, exercise.stub_path, exercise.tests_path)
    yield exercise.reference_path
    yield from (path for path in (exercise.mutants_path, exercise.record_path) if path.exists())
    for folder in (exercise.mutants_folder, exercise.alternatives_folder):
        yield from folder.glob("*.py")


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise GraderFault(f"The content of an exercise names the place {name!r}.", "Please report it.")
    return path


def _digest(place: str, files: list[tuple[str, bytes]] | tuple[tuple[str, bytes], ...]) -> str:
    digest = hashlib.sha256(f"{place}\n".encode())
    for name, data in files:
        digest.update(f"{name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()
