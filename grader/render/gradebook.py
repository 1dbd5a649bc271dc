"""The marks of a class as CSV: for people, for scripts, for Canvas and for Moodle. Every cell is safe in a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final

from grader.model import Verdict
from grader.render.escape import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.classes.gradebook import Gradebook, Mark, Row

CASES: Final = ("learner", "exercise", "layer", "case", "title", "verdict", "points", "max_points", "message")


def marks(book: Gradebook) -> str:
    """Return a row for each learner, a column for each exercise; an exercise that could not be judged is blank."""
    head = (
        "learner",
        "name",
        *book.assignment.slugs,
        "points",
        "max_points",
        "percent",
        "late_days",
        "submitted",
        "notes",
    )
    return _table([head, *(_marks_row(row) for row in book.rows)])


def _marks_row(row: Row) -> Sequence[str]:
    notes = [f"{mark.slug}: {mark.note or mark.state}" for mark in row.marks if mark.note]
    return (
        row.learner.id,
        row.learner.name,
        *(_number(mark.points) for mark in row.marks),
        _number(row.points),
        _number(row.max_points),
        f"{row.percent:.1f}",
        str(row.late_days),
        row.submitted.isoformat(timespec="minutes") if row.submitted else "",
        "; ".join([*row.notes, *notes]),
    )


def cases(book: Gradebook) -> str:
    """Return a row for each case of each learner. It is the teacher's: the feedback policy does not apply."""
    return _table([CASES, *(line for row in book.rows for mark in row.marks for line in _cases(row, mark))])


def _cases(row: Row, mark: Mark) -> Iterable[Sequence[str]]:
    for case in mark.report.cases if mark.report is not None else ():
        message = "" if case.verdict is Verdict.PASSED else case.message
        points = (_number(case.points), _number(case.max_points))
        yield row.learner.id, mark.slug, case.layer, case.name, case.title, case.verdict, *points, message[:500]


def canvas(book: Gradebook) -> str:
    """Return what the gradebook of Canvas imports: a column for the assignment, and its points in the second row."""
    head = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", book.assignment.title)
    most = ("Points Possible", "", "", "", "", _number(book.assignment.points))
    return _table([head, most, *((row.learner.name, row.learner.platform, row.learner.id, row.learner.email, "",
                                  _number(row.points)) for row in book.rows)])  # fmt: skip


def moodle(book: Gradebook) -> str:
    """Return what Moodle imports, as its grading worksheet or as a CSV of grades."""
    head = ("Identifier", "Full name", "ID number", "Email address", "Grade", "Maximum Grade", "Feedback comments")
    return _table([head, *((f"Participant {one.platform}" if one.platform.isdigit() else "", one.name, one.id, one.email,
                            _number(row.points), _number(row.max_points), _comment(row)) for row in book.rows if (one := row.learner))])  # fmt: skip


def _comment(row: Row) -> str:
    late = f"; {row.late_days} days late" if row.late_days else ""
    return ", ".join(f"{mark.slug} {_number(mark.points)} of {_number(mark.max_points)}" for mark in row.marks) + late


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _table(rows: Iterable[Sequence[str]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return text.getvalue()
