"""How a submission is laid out: as a checkout, one folder too deep, as flat files, or as one file."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from grader.intake.folder import Intake, stub_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.model import Exercise

_DEEPEST: Final = 2
_MOST_NAMED: Final = 5
_LITTER: Final = frozenset({"__MACOSX", ".DS_Store", ".git", ".gitignore", ".gitattributes"})
_EXERCISES: Final = "exercises"


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the stubs of a submission lie.

    Attributes
    ----------
    places : mapping of str to str
        Path by slug, for exercises whose stub does not lie where it lies in a checkout.
    is_tree : bool
        Whether it is laid out as a checkout, so that a file elsewhere is misplaced.
    elsewhere : mapping of str to str
        Slugs of a checkout whose stub is missing, and where a file of its name lies instead.
    problem : str
        Why nothing of it can be graded, with what was found; empty where something can.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    is_tree: bool = True
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    def place(self, exercise: Exercise) -> str:
        """Return where the stub of an exercise lies, or should."""
        return self.places.get(exercise.slug, stub_path(exercise))


@contextmanager
def opened(submission: Path, exercises: Sequence[Exercise]) -> Iterator[tuple[Intake, Shape]]:
    """Open what was handed in, and tell how it is laid out.

    Parameters
    ----------
    submission : Path
        A checkout, an unpacked folder, or one file.
    exercises : sequence of Exercise
        What may be in it.

    Yields
    ------
    Intake
        The folder in which the stubs lie.
    Shape
        How they lie there.

    Raises
    ------
    UsageError
        When it is neither a file nor a folder, or a link.
    """
    if submission.is_file() and not submission.is_symlink():
        with Intake(submission.parent) as intake:
            yield intake, _one_file(submission.name, exercises)
        return
    for _ in range(_DEEPEST):
        with Intake(submission) as intake:
            only = _only_folder(intake)
        if only is None:
            break
        submission /= only
    with Intake(submission) as intake:
        yield intake, _shape(intake, exercises)


def _one_file(name: str, exercises: Sequence[Exercise]) -> Shape:
    for exercise in exercises:
        if name == f"{exercise.slug}.py":
            return Shape({exercise.slug: name}, is_tree=False)
    wanted = _several([f"{exercise.slug}.py" for exercise in exercises])
    return Shape(is_tree=False, problem=f"is {name}, which is no stub; it would be called {wanted}")


def _only_folder(intake: Intake) -> str | None:
    """Return the one folder that holds everything, None where there is more, or where it is that of the exercises."""
    tops = {PurePosixPath(path).parts for path, _ in intake.everything()}
    names = {parts[0] for parts in tops if parts and parts[0] not in _LITTER}
    if len(names) != 1 or (only := names.pop()) == _EXERCISES:
        return None
    return only if any(parts[0] == only and len(parts) > 1 for parts in tops) else None


def _shape(intake: Intake, exercises: Sequence[Exercise]) -> Shape:
    found = {path: mode for path, mode in intake.everything() if mode}
    by_name: dict[str, list[str]] = {}
    for path in found:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    if any(path.startswith(f"{_EXERCISES}/") or path == _EXERCISES for path in found):
        elsewhere = {
            exercise.slug: others[0]
            for exercise in exercises
            if stub_path(exercise) not in found and (others := sorted(by_name.get(f"{exercise.slug}.py", [])))
        }
        if any(stub_path(exercise) in found or exercise.slug in elsewhere for exercise in exercises):
            return Shape(elsewhere=elsewhere)
    else:
        flat = {one.slug: f"{one.slug}.py" for one in exercises if stat.S_ISREG(found.get(f"{one.slug}.py", 0))}
        if flat:
            return Shape({one.slug: f"{one.slug}.py" for one in exercises}, is_tree=False)
    if any(path.startswith(f"{_EXERCISES}/") and found[path] and path.endswith(".py") for path in found):
        return Shape()  # the stubs may lie below a link, which the intake names
    names = sorted({path.partition("/")[0] for path in found} - _LITTER)
    return Shape(problem=f"holds none of {len(exercises)} stubs; in it: {_several(names) if names else 'nothing'}")


def _several(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
