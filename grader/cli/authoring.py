"""`kata check` and `kata new`: for those who write exercises."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.model import Backend
from grader.render.paint import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.authoring.checks.finding import CheckReport
    from grader.content.catalog import Catalog
    from grader.model import Exercise


class Mutants(StrEnum):
    """Which wrong solutions the hidden tests must reject."""

    ALL = "all"
    DECLARED = "declared"


@click.command()
@options.some_slugs
@options.every
@options.track
@click.option("--changed-since", metavar="REV", help="Exercises that this branch changes, against REV.")
@click.option(
    "--mutants",
    type=options.member(Mutants),
    default=str(Mutants.ALL),
    show_default=True,
    help="Whether to try automatic mutants too, which takes minutes.",
)
@click.option("--write-stub", is_flag=True, help="First derive the stub from the reference anew.")
@options.confinement
@options.start_method
def check(
    slugs: tuple[str, ...],
    *,
    everything: bool,
    track: str | None,
    changed_since: str | None,
    mutants: str,
    write_stub: bool,
    confinement: str,
    start_method: str | None,
) -> int:
    """Say what an exercise lacks, step by step."""
    from grader.cli.progress import Bar
    from grader.render.checks import render

    catalog = options.open_catalog()
    if changed_since is not None:
        slugs = _changed(catalog, changed_since, named=bool(slugs or track or everything))
        if not slugs:
            console.say(f"No exercise changed since {changed_since}.")
            return 0
    exercises = options.select(catalog, slugs, track, everything=everything)
    if write_stub:
        _write_stubs(exercises)
    reports: list[CheckReport] = []
    with options.open_sandbox(catalog, confinement, start_method) as sandbox:
        sandbox.warm(exercises[0].backend)
        from grader.authoring.checks.check import check as check_exercise

        for exercise in exercises:
            with Bar(1) as bar:
                report = check_exercise(
                    exercise, sandbox, mutants="all" if mutants == Mutants.ALL else "declared", progress=bar.move
                )
            paint = console.paint()
            root = exercise.folder.parents[2]
            text = render([report], color=paint.color, links=paint.links, width=paint.width, root=root)
            console.write(text)
            console.flush()
            reports.append(report)
    _tell_of_proof(exercises, reports, whole=mutants == Mutants.ALL)
    return 0 if all(report.is_green for report in reports) else 1


@click.command()
@click.argument("place", metavar="TRACK/SLUG", shell_complete=options.complete_place)
@click.option(
    "--backend",
    type=options.member(Backend),
    default=str(Backend.NUMPY),
    show_default=True,
    help="What a worker has imported.",
)
def new(place: str, *, backend: str) -> int:
    """Write the skeleton of a new exercise."""
    from grader.authoring.scaffold import write_exercise

    track, slash, slug = place.partition("/")
    if not slash:
        raise UsageError(f"{place!r} names no track.", "Write it as TRACK/SLUG, such as vision/iou.")
    paint = console.paint()
    for path in write_exercise(options.open_catalog(), track, slug, Backend(backend)):
        console.say(paint.link(short(path), str(path)))
    console.flush()
    console.warn(f"fill in what is marked TODO; `kata check {slug}` says what is missing.")
    console.warn("docs/write-an-exercise.md goes through one from start to end.")
    return 0


def _changed(catalog: Catalog, revision: str, *, named: bool) -> tuple[str, ...]:
    if named:
        raise UsageError("The command line names exercises in more than one way.", "Leave --changed-since out.")
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is no revision.", "Name a branch, a tag or a commit.")
    from grader.authoring.changes import changed_exercises

    return changed_exercises(catalog, revision)


def _tell_of_proof(exercises: Sequence[Exercise], reports: Sequence[CheckReport], *, whole: bool) -> None:
    """Say what comes after a check that is green throughout: the record that lands with the exercise."""
    from grader.content.record import is_proven

    for exercise, report in zip(exercises, reports, strict=True):
        if whole and report.is_green and not is_proven(exercise):
            console.warn(f"`kata proof {exercise.slug}` writes the record that is committed with it.")


def _write_stubs(exercises: Sequence[Exercise]) -> None:
    """Write pristine stubs; what they held is kept in the history."""
    from grader.practice.history import History
    from grader.practice.stub_file import reset_stub

    with History() as history:
        for exercise in exercises:
            reset_stub(exercise, history)
    for notice in history.notices:
        console.warn(notice)
