"""`kata marks`: the marks of a class."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.classes.gradebook import FailOn
from grader.cli import console, options
from grader.errors import UsageError
from grader.model import ConfinementMode

if TYPE_CHECKING:
    from grader.classes.gradebook import Gradebook

_JOURNAL = "results.jsonl"
_MOST_SHOWN = 20


class Platform(StrEnum):
    """Learning platforms that import marks."""

    CANVAS = "canvas"
    MOODLE = "moodle"


@click.command()
@click.argument("assignment", type=click.Path(path_type=Path), metavar="ASSIGNMENT")
@click.argument("submissions", type=click.Path(path_type=Path), metavar="SUBMISSIONS")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder for the marks; made where missing.",
)
@click.option(
    "--roster", type=click.Path(path_type=Path), metavar="CSV", help="The class: who is missing is listed with 0."
)
@click.option(
    "--lms", "platforms", type=options.member(Platform), multiple=True, help="Write what this platform imports as well."
)
@click.option("--resume", is_flag=True, help="Go on from a run that was stopped.")
@click.option(
    "--fail-on",
    type=options.member(FailOn),
    default=str(FailOn.NOTHING),
    show_default=True,
    help="What exits with 1.",
)
@options.confinement
@options.no_diagnosis
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="How many at the same time.")
def marks(
    assignment: Path,
    submissions: Path,
    *,
    output: Path,
    roster: Path | None,
    platforms: tuple[str, ...],
    resume: bool,
    fail_on: str,
    confinement: str,
    no_diagnosis: bool,
    jobs: int,
) -> int:
    """Mark a class: folders, archives of Moodle, Canvas or Gradescope, clones, single files."""
    from grader.classes.assignment import load_assignment
    from grader.classes.job import Settings
    from grader.classes.journal import Journal
    from grader.classes.marks import Request, mark_class
    from grader.classes.roster import read_roster
    from grader.cli.progress import Bar
    from grader.cli.stopping import Stops

    catalog = options.open_catalog()
    request = Request(
        load_assignment(assignment),
        submissions,
        read_roster(roster) if roster is not None else None,
        Settings(ConfinementMode(confinement), secret=catalog.roots, diagnosed=not no_diagnosis),
        jobs,
    )
    try:
        (output / "learners").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{output} cannot be made ({error.strerror}).", "Name another folder.") from None
    with Stops() as stops, Journal(output / _JOURNAL, resume=resume) as journal:
        try:
            with Bar(1) as bar:
                book = mark_class(catalog, request, journal, bar.move)
        except KeyboardInterrupt:
            console.warn(f"{stops.word}; what was graded is kept. Go on with --resume.")
            return stops.exit_code
        stops.write()
        _write(book, output, [Platform(one) for one in platforms])
    _tell(book, output)
    return book.exit_code(FailOn(fail_on))


def _write(book: Gradebook, output: Path, platforms: list[Platform]) -> None:
    from grader.render import class_page, gradebook

    files = class_page.file_names([row.learner.id for row in book.rows])
    for row in book.rows:
        page = class_page.learner_page(row, book.assignment.title)
        options.write_output(output / "learners" / files[row.learner.id], page)
    options.write_output(output / "report.html", class_page.class_page(book, files))
    options.write_output(output / "marks.csv", gradebook.marks(book))
    options.write_output(output / "cases.csv", gradebook.cases(book))
    for platform in platforms:
        text = gradebook.canvas(book) if platform is Platform.CANVAS else gradebook.moodle(book)
        options.write_output(output / f"{platform}.csv", text)


def _tell(book: Gradebook, output: Path) -> None:
    from grader.render.escape import visible_line
    from grader.render.paint import RED, count, short

    paint = console.paint()
    console.say(
        f"{count(len(book.rows), 'learner')}, {count(book.assignment.points, 'point')}: "
        f"mean {book.mean:.1f} %, median {book.median:.1f} %."
    )
    for row in book.empty[:_MOST_SHOWN]:
        told = f"0 of {row.max_points:g}  {row.learner.id}: {'; '.join(row.notes) or 'nothing to grade'}"
        console.say(paint.dress(visible_line(told), RED))
    if len(book.empty) > _MOST_SHOWN:
        console.say(f"and {len(book.empty) - _MOST_SHOWN} more of whom there is nothing to grade")
    if not book.rows:
        console.say(paint.dress("Nobody handed anything in.", RED))
    for fault in book.faults:
        console.warn(fault)
    if book.alike:
        console.say(f"{count(len(book.alike), 'group')} of files with the same code, in the report.")
    console.say(f"Marks are in {short(output / 'marks.csv')}, pages in {short(output / 'report.html')}.")
