"""A course for nbgrader: its configuration, and a notebook for each exercise of an assignment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from grader.classes.batch import grade_all
from grader.classes.job import Job, Settings
from grader.classes.notebooks.plan import TestCell, plan
from grader.classes.notebooks.source import course_notebook
from grader.errors import ContentError, UsageError
from grader.intake.submission import read_submission
from grader.model import ConfinementMode, Feedback, Verdict, new_seed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from grader.content.catalog import Catalog
    from grader.model import Exercise

CONFIG: Final = "nbgrader_config.py"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_. -]{0,80}")


@dataclass(frozen=True, slots=True)
class Course:
    """What to write.

    Attributes
    ----------
    folder : Path
        Of the course; it may hold other assignments.
    assignment : str
        Name of the assignment.
    question_points : float
        What the answer to each follow-up question is worth; 0 leaves the questions out.
    feedback : Feedback
        How much learners read of what failed.
    """

    folder: Path
    assignment: str
    exercises: tuple[Exercise, ...]
    question_points: float = 1.0
    feedback: Feedback = Feedback.HINTS
    confinement: ConfinementMode = ConfinementMode.STRICT


def make_course(
    catalog: Catalog,
    course: Course,
    processes: int = 1,
    observe: Callable[[str, int], None] = lambda _slug, _done: None,
) -> tuple[Path, ...]:
    """Write the configuration of a course and the source of one assignment.

    Each reference is graded first: that tells the cases, and shows that the exercise works here.

    Parameters
    ----------
    catalog : Catalog
        Where the exercises come from.
    course : Course
        What to write.
    processes : int, default=1
        How many references to grade at the same time.
    observe : callable, optional
        Told each exercise that is done, and how many are.

    Returns
    -------
    tuple of Path
        The notebooks.

    Raises
    ------
    UsageError
        When the assignment exists, its name is none, or the folder cannot be written.
    ContentError
        When a reference does not pass.
    """
    if not _NAME.fullmatch(course.assignment) or course.assignment.endswith((" ", ".")):
        raise UsageError(
            f"{course.assignment!r} is no name for an assignment.", "Use letters, digits, blanks, dots, _ and -."
        )
    source = course.folder / "source" / course.assignment
    if source.exists():
        raise UsageError(f"{source} exists.", "Name another assignment, or remove it.")
    tests = _tests(catalog, course, processes, observe)
    written = []
    try:
        source.mkdir(parents=True)
        config = course.folder / CONFIG
        if not config.exists():
            config.write_text(_config(catalog, course), encoding="utf-8")
        for exercise in course.exercises:
            path = source / f"{exercise.slug}.ipynb"
            text = course_notebook(exercise, tests[exercise.slug], course.question_points)
            path.write_text(_with_checksums(text), encoding="utf-8")
            written.append(path)
    except OSError as error:
        raise UsageError(f"{course.folder} cannot be written ({error.strerror}).", "Name another folder.") from None
    return tuple(written)


def _tests(
    catalog: Catalog, course: Course, processes: int, observe: Callable[[str, int], None]
) -> dict[str, tuple[TestCell, ...]]:
    jobs: Sequence[Job] = [Job(one, read_submission(one.reference_path, one.slug)) for one in course.exercises]
    settings = Settings(confinement=course.confinement, secret=catalog.roots)
    found: dict[str, tuple[TestCell, ...]] = {}
    for result in grade_all(jobs, settings, processes):
        report = result.report
        if report.verdict is not Verdict.PASSED:
            raise ContentError(
                f"Our own solution of {report.exercise} does not pass here ({report.verdict}).",
                f"See `kata grade {report.exercise} --reference`.",
            )
        found[report.exercise] = plan(report.cases)
        observe(report.exercise, len(found))
    return found


def _with_checksums(text: str) -> str:
    """Return a notebook with the checksums that nbgrader computes, of what is locked: an answer that has one counts as none."""
    import nbformat
    from nbgrader.nbgraderformat import MetadataValidator  # type: ignore[import-untyped]
    from nbgrader.utils import compute_checksum  # type: ignore[import-untyped]

    notebook = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        if cell.metadata.nbgrader["locked"]:
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
        cell.metadata.nbgrader["cell_type"] = cell.cell_type
    MetadataValidator().validate_nb(notebook)
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def _config(catalog: Catalog, course: Course) -> str:
    import jinja2

    template = resources.files("grader.classes.notebooks").joinpath(f"{CONFIG}.jinja").read_text(encoding="utf-8")
    values = {
        "course": course.folder.absolute().name,
        "catalogue": str(catalog.root),
        "feedback": str(course.feedback),
        "confinement": str(course.confinement),
        "seed": new_seed(),
    }
    written = jinja2.Template(template, keep_trailing_newline=True, autoescape=False)
    return str(written.render({name: repr(value) for name, value in values.items()}))
