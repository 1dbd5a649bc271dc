"""A zip that a stranger handed in, seen as the folder that it would unpack to; nothing of it is written to disk."""

from __future__ import annotations

import stat
from contextlib import ExitStack, contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, Self

from grader.intake.archive import Archive
from grader.intake.folder import DEEPEST, SKIPPED, Intake, Refusal, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.intake.place import Leaf

SUFFIX: Final = ".zip"
_MOST_NAMED: Final = 3  # files that are refused for one reason


class ZippedIntake(Intake):
    """A zip, read with the same care as a folder.  Whoever gives the archive closes it.

    Parameters
    ----------
    archive : Archive
        What was handed in, opened.
    prefix : str, default=""
        Folder of the archive that counts as its root, with a slash at its end.
    """

    def __init__(self, archive: Archive, prefix: str = "") -> None:
        self._archive = archive
        self._prefix = prefix
        leaves = (leaf for leaf in archive.leaves() if leaf.path.startswith(prefix))
        self._leaves: dict[str, Leaf] = {leaf.path.removeprefix(prefix): leaf for leaf in leaves}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the archive open: whoever opened it closes it."""

    def below(self, folder: str) -> ZippedIntake:
        """Return the same archive with one of its folders as its root."""
        return ZippedIntake(self._archive, f"{self._prefix}{folder}/")

    def unreadable(self) -> Iterator[Refusal]:
        """Yield what is in the archive and is not read, with the reason; of many for one reason the first few and a number."""
        by_reason: dict[str, list[str]] = {}
        for path, leaf in self._leaves.items():
            if problem := _problem(path, leaf):
                by_reason.setdefault(problem, []).append(path)
        for problem, paths in by_reason.items():
            for path in paths[:_MOST_NAMED]:
                yield Refusal(path, problem)
            if len(paths) > _MOST_NAMED:
                yield Refusal(
                    "submission", f"holds {len(paths) - _MOST_NAMED} more files that cannot be read: each {problem}"
                )

    def _read(self, path: str, most: int) -> bytes:
        leaf = self._leaves.get(path)
        if leaf is None:
            if any(other.startswith(f"{path}/") for other in self._leaves):
                raise UnreadableFile("is a folder, not a file")
            raise FileNotFoundError(path)
        if problem := _problem(path, leaf):
            raise UnreadableFile(problem)
        return self._archive.read(leaf.path, most)

    def _walk(self, skipped: frozenset[str] = SKIPPED) -> Iterator[tuple[str, int]]:
        for path, leaf in self._leaves.items():
            if skipped.isdisjoint(path.split("/")[:-1]):
                yield path, stat.S_IFLNK if leaf.problem == "is a link" else stat.S_IFREG


class _Nothing(ZippedIntake):
    """What is left of an archive that cannot be opened."""

    def __init__(self) -> None:
        self._leaves = {}


@contextmanager
def opened_zip(path: Path) -> Iterator[tuple[ZippedIntake, str]]:
    """Open a zip that was handed in.

    Yields
    ------
    ZippedIntake
        What is in it; nothing where it cannot be opened.
    str
        Why it cannot, the rest of a sentence about it; empty where it can.
    """
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(Archive.of_file(path))
        except UnreadableFile as error:
            found: tuple[ZippedIntake, str] = _Nothing(), f"{path.name} {error}"
        except OSError as error:
            found = _Nothing(), f"{path.name} cannot be read ({error.strerror})"
        else:
            found = ZippedIntake(archive), ""
        yield found


def _problem(path: str, leaf: Leaf) -> str:
    if leaf.problem:
        return leaf.problem
    return "lies too deep" if len(PurePosixPath(path).parts) > DEEPEST else ""
