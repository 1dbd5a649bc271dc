"""How a submission is laid out: as a checkout, one folder too deep, as flat files, as one file, or zipped."""

from __future__ import annotations

import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from grader.intake.folder import Intake, stub_path
from grader.intake.place import SEALED
from grader.intake.zipped import SUFFIX, opened_zip

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
        A checkout, an unpacked folder, a zip of either, or one file.
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
        if submission.suffix.lower() == SUFFIX:
            with opened_zip(submission) as (whole, problem):
                inner, top = whole, ""
                for _ in range(_DEEPEST):
                    if (only := _only_folder(inner)) is None:
                        break
                    inner, top = inner.below(only), f"{top}{only}/"
                yield inner, Shape(is_tree=False, problem=problem) if problem else _shape(inner, exercises, top)
            return
        with Intake(submission.parent) as intake:
            yield intake, _one_file(submission.name, exercises)
        return
    top = ""
    for _ in range(_DEEPEST):
        with Intake(submission) as intake:
            only = _only_folder(intake)
        if only is None:
            break
        submission, top = submission / only, f"{top}{only}/"
    with Intake(submission) as intake:
        yield intake, _shape(intake, exercises, top)


def _one_file(name: str, exercises: Sequence[Exercise]) -> Shape:
    for exercise in exercises:
        if name == f"{exercise.slug}.py":
            return Shape({exercise.slug: name}, is_tree=False)
    wanted = _several([f"{exercise.slug}.py" for exercise in exercises])
    if name.lower().endswith(SEALED):
        told = f"is {name}, an archive of a kind that is not read; a folder, a .zip or {wanted} is"
        return Shape(is_tree=False, problem=told)
    return Shape(is_tree=False, problem=f"is {name}, which is no stub; it would be called {wanted}")


def _only_folder(intake: Intake) -> str | None:
    """Return the one folder that holds everything, None where there is more, or where it is that of the exercises."""
    tops = {PurePosixPath(path).parts for path, _ in intake.everything()}
    names = {parts[0] for parts in tops if parts and parts[0] not in _LITTER}
    if len(names) != 1 or (only := names.pop()) == _EXERCISES:
        return None
    return only if any(parts[0] == only and len(parts) > 1 for parts in tops) else None


def _shape(intake: Intake, exercises: Sequence[Exercise], top: str) -> Shape:
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
    names = sorted({f"{top}{path.partition('/')[0]}" for path in found if path.partition("/")[0] not in _LITTER})
    told = f"holds none of {len(exercises)} stubs; in it: {_several(names) if names else 'nothing'}"
    stray = sorted(f"{top}{path}" for one in exercises for path in by_name.get(f"{one.slug}.py", []))
    inner = sorted(f"{top}{path}" for path in found if path.lower().endswith((SUFFIX, *SEALED)))
    if stray:
        told += f"; {_several(stray)} lies too deep or in the wrong folder"
    elif inner:
        told += f"; {_several(inner)} is an archive inside, which is not opened"
    return Shape(problem=told)


def _several(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
