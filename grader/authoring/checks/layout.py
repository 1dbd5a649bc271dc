"""Step 1: the files of an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding
from grader.content.costs import read_costs
from grader.errors import ContentError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.model import Exercise

_IGNORED = frozenset({"__pycache__"})


def oracle_path(exercise: Exercise) -> Path:
    """Return where the reference is compared with an independent library."""
    return exercise.folder.parents[2] / "tests" / "exercises" / "oracles" / f"test_{exercise.slug}.py"


def solutions(folder: Path) -> list[Path]:
    """Return the Python files of a folder by name; none when there is no folder."""
    return sorted(folder.glob("*.py"))


def is_textbook(path: Path) -> bool:
    """Tell whether an alternative is written without validation or care of dtypes, so that it owes core alone."""
    return path.name.startswith("textbook")


def check_files(exercise: Exercise) -> Iterator[Finding]:
    """Yield missing, unknown and unreadable files.

    Parameters
    ----------
    exercise : Exercise
        Exercise to check.

    Yields
    ------
    Finding
        One for each file.
    """
    yield from _missing(exercise)
    yield from _unknown(exercise)
    try:
        read_costs(exercise)
    except ContentError as error:
        yield Finding("unreadable-file", exercise.costs_path, str(error), "Mend it; it may also be left out.")
    for path in _texts(exercise):
        try:
            path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            yield Finding("unreadable-file", path, f"The file cannot be read: {error}.", "Save it as UTF-8 text.")


def _missing(exercise: Exercise) -> Iterator[Finding]:
    slug = exercise.slug
    needed = {
        exercise.prompt_path: "Write what a good interviewer would say; docs/write-an-exercise.md lists the sections.",
        exercise.reference_path: "Write the reference solution.",
        exercise.stub_path: f"Run `kata check --write-stub {slug}`.",
        exercise.tests_path: "Write pytest functions that take `candidate`.",
        exercise.mutants_path: "Write a [[mutants]] table for each plausible mistake.",
        oracle_path(exercise): "Compare the reference with an independent library on random inputs.",
    }
    for path, remedy in needed.items():
        if not path.is_file():
            yield Finding("missing-file", path, "The file is missing.", remedy)
    if not solutions(exercise.alternatives_folder):
        remedy = "Write a second correct solution in another style: a plain loop, other ties, another dtype."
        yield Finding("missing-file", exercise.alternatives_folder, "There is no alternative.", remedy)


def _unknown(exercise: Exercise) -> Iterator[Finding]:
    mine = [exercise.metadata_path, exercise.prompt_path, exercise.stub_path, exercise.tests_path]
    theirs = [
        exercise.reference_path,
        exercise.mutants_path,
        exercise.mutants_folder,
        exercise.alternatives_folder,
        exercise.record_path,
        exercise.costs_path,
    ]
    yield from _strangers(exercise.folder, {path.name for path in mine})
    yield from _strangers(exercise.solution_folder, {path.name for path in theirs})
    for folder in (exercise.mutants_folder, exercise.alternatives_folder):
        yield from _strangers(folder, {path.name for path in solutions(folder)})


def _strangers(folder: Path, known: Iterable[str]) -> Iterator[Finding]:
    names = set(known) | _IGNORED
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name not in names:
            remedy = did_you_mean(path.name, known) or "Remove it, or move it where it belongs."
            yield Finding("unknown-file", path, f"{path.name} does not belong into this folder.", remedy)


def _texts(exercise: Exercise) -> Iterator[Path]:
    files = [exercise.metadata_path, exercise.prompt_path, exercise.stub_path, exercise.tests_path]
    files += [exercise.reference_path, exercise.mutants_path, oracle_path(exercise)]
    files += [*solutions(exercise.mutants_folder), *solutions(exercise.alternatives_folder)]
    yield from (path for path in files if path.is_file())
