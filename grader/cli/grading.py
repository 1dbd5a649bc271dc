"""`kata grade` and `kata run`."""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import console, faults, options
from grader.errors import ContentError, DataFolderError, GraderError, SubmissionUnreadable, UsageError
from grader.model import ConfinementMode, Feedback, Level, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.classes.job import Job, Result, Settings
    from grader.content.catalog import Catalog
    from grader.model import CaseResult, Exercise, Report


class Format(StrEnum):
    """How reports are written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


@click.command()
@options.some_slugs
@options.every
@options.track
@options.path
@click.option("--reference", is_flag=True, help="Grade our solution.")
@options.seed
@click.option(
    "--feedback",
    type=options.member(Feedback),
    default=str(Feedback.FULL),
    show_default=True,
    help="How much to tell about failed cases.",
)
@options.confinement
@click.option("--format", "form", type=options.member(Format), default="text", help="How to write the reports.")
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the reports to a file.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="How many at the same time.")
@click.option("-v", "--verbose", is_flag=True, help="Show every failed case in full.")
@options.no_diagnosis
@options.level
@options.start_method
def grade(
    slugs: tuple[str, ...],
    *,
    everything: bool,
    track: str | None,
    path: Path | None,
    reference: bool,
    seed: int | None,
    feedback: str,
    confinement: str,
    form: str,
    output: Path | None,
    jobs: int,
    verbose: bool,
    no_diagnosis: bool,
    level: str,
    start_method: str | None,
) -> int:
    """Grade attempts with the hidden tests."""
    from grader.classes.job import Settings
    from grader.cli.stopping import Stops

    catalog = options.open_catalog()
    exercises = options.select(catalog, slugs, track, everything=everything)
    if output is not None:
        _expect_writable(output)
    batch = _jobs(exercises, path, reference=reference)
    settings = Settings(
        confinement=ConfinementMode(confinement),
        start_method=options.started_by(start_method),
        seed=seed,
        feedback=Feedback(feedback),
        secret=catalog.roots,
        diagnosed=not no_diagnosis,
    )
    with Stops() as stops:
        results, stopped = _grade(batch, settings, jobs)
        stops.write()
        _refuse_broken(results)
        reports = [result.report for result in results]
        if reports:
            _deliver(reports, Format(form), output, verbose=verbose)
            _tell_what_to_read(results, Format(form), output)
        recorded = bool(reports) and not reference and _record(results, catalog)
        faults.tell(results)
        if isinstance(stopped, KeyboardInterrupt):
            places = ["shown", *(["written"] if output else []), *(["recorded"] if recorded else [])]
            *first, last = places
            kept = f"these are {', '.join(first)} and {last}" if first else "these are shown"
            what = kept if reports else "there is nothing to show"
            console.warn(f"{stops.word} when {len(reports)} of {len(batch)} were graded; {what}.")
            return stops.exit_code
    if stopped is not None:
        raise stopped
    return exit_code(reports, Level(level))


@click.command()
@options.one_slug
@options.path
@options.confinement
@options.start_method
def run(slug: str, *, path: Path | None, confinement: str, start_method: str | None) -> int:
    """Run only the examples of the stub's docstrings."""
    from grader.cli.progress import Bar

    catalog = options.open_catalog()
    exercise = catalog.exercise(slug)
    (job,) = _jobs([exercise], path, reference=False)
    with Bar(1) as bar, options.open_sandbox(catalog, confinement, start_method) as sandbox:
        bar.begin(slug)
        sandbox.warm(exercise.backend)
        from grader.judge import run_examples
        from grader.practice.stub_file import pristine_stub

        report = run_examples(exercise, job.submission, sandbox, pristine_stub(exercise).decode())
    console.write(_rendered([report], Format.TEXT, verbose=True, plain=False))
    if report.verdict is Verdict.GRADER_FAULT:
        return 3
    return 0 if report.verdict is Verdict.PASSED else 1


def exit_code(reports: Sequence[Report], level: Level) -> int:
    """Return 0 when all came as far as the level, 3 when the grader broke on any, else 1."""
    if any(report.verdict is Verdict.GRADER_FAULT for report in reports):
        return 3
    return 0 if reports and all(report.level.reaches(level) for report in reports) else 1


def _jobs(exercises: Sequence[Exercise], path: Path | None, *, reference: bool) -> list[Job]:
    from grader.classes.job import Job
    from grader.intake.submission import read_submission, submission_from_bytes

    if path is not None and reference:
        raise UsageError("--path and --reference exclude each other.", "Drop one.")
    if path is not None and len(exercises) != 1:
        raise UsageError(f"--path names one file, but {len(exercises)} exercises were asked for.", "Name one SLUG.")

    def job(exercise: Exercise) -> Job:
        own = path or (exercise.reference_path if reference else exercise.stub_path)
        try:
            return Job(exercise, read_submission(own, exercise.slug, exercise.entry_points))
        except SubmissionUnreadable as error:
            if len(exercises) == 1:
                raise
            return Job(exercise, submission_from_bytes(b"", exercise.slug, own), refused=str(error))

    return [job(exercise) for exercise in exercises]


def _grade(
    jobs: Sequence[Job], settings: Settings, processes: int
) -> tuple[list[Result], KeyboardInterrupt | GraderError | None]:
    """Grade until the end or until something stops it; what was complete by then is not lost."""
    from contextlib import closing

    from grader.classes.batch import grade_all
    from grader.cli.progress import Bar

    results: list[Result] = []
    stopped: KeyboardInterrupt | GraderError | None = None
    judged: list[Verdict] = []

    def observe(case: CaseResult, total: int) -> None:
        judged.append(case.verdict)
        failed = sum(verdict not in {Verdict.PASSED, Verdict.NOT_STARTED} for verdict in judged)
        told = f" ({failed} failed)" if failed else ""
        bar.move(f"{jobs[0].exercise.slug}{told}", len(judged), total)

    with Bar(len(jobs)) as bar:
        bar.begin(jobs[0].exercise.slug)
        try:
            with closing(grade_all(jobs, settings, processes, observe=observe)) as coming:
                for result in coming:
                    results.append(result)
                    if len(jobs) > 1:
                        bar.move(result.job.exercise.slug, len(results), len(jobs))
        except (KeyboardInterrupt, GraderError) as error:
            stopped = error
    return sorted(results, key=lambda result: result.number), stopped


def _refuse_broken(results: Sequence[Result]) -> None:
    """Where nothing could be graded because exercises are broken, say so instead of reporting.

    Raises
    ------
    ContentError
        What is wrong with the first.
    """
    from grader.classes.job import Cause

    told = [result.fault for result in results if result.fault is not None and result.fault.cause is Cause.CONTENT]
    if told and len(told) == len(results):
        raise ContentError(told[0].message, told[0].remedy)


def _deliver(reports: Sequence[Report], form: Format, output: Path | None, *, verbose: bool) -> None:
    """Write reports to standard output, or to a file and then as text to standard output as well."""
    if output is None:
        console.write(_rendered(reports, form, verbose=verbose, plain=False))
    else:
        options.write_output(output, _rendered(reports, form, verbose=verbose, plain=True))
        if form is not Format.TEXT:
            console.write(_rendered(reports, Format.TEXT, verbose=verbose, plain=False))
    console.flush()


def _rendered(reports: Sequence[Report], form: Format, *, verbose: bool, plain: bool) -> str:
    if form is Format.JSON:
        from grader.render import json

        return json.render(reports)
    if form is Format.JUNIT:
        from grader.render import junit

        return junit.render(reports)
    from grader.render import text
    from grader.render.escape import no_command

    if plain:
        return text.render(reports, color=False, links=False, verbose=verbose)
    color, links = console.has_color(sys.stdout), console.has_links(sys.stdout)
    height = console.height()
    written = text.render(reports, color=color, links=links, width=console.width(), verbose=verbose, height=height)
    return written if console.is_terminal(sys.stdout) else no_command(written)  # what is no terminal may be a build log


def _tell_what_to_read(results: Sequence[Result], form: Format, output: Path | None) -> None:
    """After a single pass, say what there is to read next."""
    if len(results) != 1 or results[0].report.level is not Level.FULL or form is not Format.TEXT or output is not None:
        return
    from grader.content.afterword import afterword, code_lines
    from grader.render.afterword import what_to_read

    (result,) = results
    word = afterword(result.job.exercise)
    if result.report.feedback is Feedback.FULL:
        told = what_to_read(result.report, code_lines(result.job.submission.source), word, console.paint())
        console.write(f"\n{told}")


def _expect_writable(output: Path) -> None:
    if output.is_dir():
        raise UsageError(f"{output} is a folder.", "Name a file for --output.")
    if not output.parent.is_dir():
        raise UsageError(f"{output.parent} is not a folder.", "Make it, or name another file for --output.")


def _record(results: Sequence[Result], catalog: Catalog) -> bool:
    """Add reports to the history; a failure is told, changes nothing else, and is the answer."""
    from grader.content.catalog import is_solution
    from grader.practice.history import History
    from grader.practice.review import record

    own = [
        result
        for result in results
        if result.fault is None
        and (
            result.job.submission.path is None
            or not any(is_solution(root, result.job.submission.path) for root in catalog.roots)
        )
    ]
    try:
        with History() as history:
            for result in own:
                record(history, result.job.exercise, result.report, result.job.submission, time.time())
    except DataFolderError as error:
        console.warn(f"the attempt was graded but not recorded: {error}")
        return False
    for notice in history.notices:
        console.warn(notice)
    return bool(own)
