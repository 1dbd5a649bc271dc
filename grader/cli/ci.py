"""`kata ci`: grade what a fork or a class hands in."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.classes.ci import FailOn, Only
from grader.cli import console, faults, options
from grader.errors import UsageError
from grader.intake.manifest import MANIFEST
from grader.model import ConfinementMode, Feedback, Level

if TYPE_CHECKING:
    from grader.classes.ci import Outcome, Request
    from grader.content.catalog import Catalog
    from grader.model import Report


class Format(StrEnum):
    """Files that can be written, and `github`, which speaks to the running workflow as well."""

    GITHUB = "github"
    JUNIT = "junit"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"
    CLASSROOM = "classroom"
    GRADESCOPE = "gradescope"
    EXERCISM = "exercism"
    REVIEW = "review"


_FILES = {
    Format.JUNIT: "junit.xml",
    Format.JSON: "results.json",
    Format.MARKDOWN: "summary.md",
    Format.CSV: "results.csv",
    Format.CLASSROOM: "classroom.json",
    Format.GRADESCOPE: "gradescope.json",
    Format.REVIEW: "review.html",
}


@click.command()
@click.option(
    "--submission",
    type=click.Path(path_type=Path),
    required=True,
    metavar="PATH",
    help="What was handed in: a checkout, a folder of stubs, a zip of either, or one stub.",
)
@click.option("--base", metavar="REV", help="Revision of this repository that the submission began from.")
@click.option(
    "--manifest", type=click.Path(path_type=Path), metavar="FILE", help="Manifest of the class release it began from."
)
@click.option("--only", type=options.member(Only), default=str(Only.CHANGED), show_default=True, help="What to report.")
@click.option("--shard", default="1/1", metavar="K/N", help="Grade the K-th of N parts.")
@click.option(
    "--format", "forms", default="github", show_default=True, metavar="NAME,…",
    help="github, junit, json, markdown, csv, classroom, gradescope, exercism, review; several with commas.",
)  # fmt: skip
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Folder for the files; made where missing."
)
@click.option(
    "--fail-on",
    type=options.member(FailOn),
    default=str(FailOn.NOT_PASSED),
    show_default=True,
    help="What exits with 1.",
)
@options.level
@click.option("--feedback", type=options.member(Feedback), default=str(Feedback.FULL), help="How much to tell.")
@click.option(
    "--confinement", type=options.member(ConfinementMode), default=str(ConfinementMode.STRICT), show_default=True,
    help="As for grade; here strict unless you say otherwise.",
)  # fmt: skip
@click.option(
    "--visibility", type=click.Choice(["visible", "after_due_date", "after_published", "hidden"]), default="visible",
    help="When Gradescope shows the results.",
)  # fmt: skip
@click.option(
    "--submission-metadata", type=click.Path(path_type=Path), metavar="FILE", help="Gradescope's; tells how late it is."
)
@click.option(
    "--commits", type=click.Path(path_type=Path), metavar="PATH",
    help="Clone or bundle whose commits a review tells; by default the submission, where it has a .git folder.",
)  # fmt: skip
@options.no_diagnosis
@options.seed
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="How many at the same time.")
def ci(
    *,
    submission: Path,
    base: str | None,
    manifest: Path | None,
    only: str,
    shard: str,
    forms: str,
    output: Path | None,
    fail_on: str,
    level: str,
    feedback: str,
    confinement: str,
    visibility: str,
    submission_metadata: Path | None,
    commits: Path | None,
    no_diagnosis: bool,
    seed: int | None,
    jobs: int,
) -> int:
    """Grade a fork: only its stubs are read; tests, references and settings come from this checkout."""
    from grader.classes.ci import Request
    from grader.classes.job import Settings
    from grader.classes.lateness import lateness
    from grader.cli.stopping import Stops

    catalog = options.open_catalog()
    wanted = _formats(forms, output)
    late = "" if submission_metadata is None else lateness(submission_metadata)
    settings = Settings(
        ConfinementMode(confinement), None, seed, Feedback(feedback), catalog.roots, diagnosed=not no_diagnosis
    )
    request = Request(submission, base, manifest, Only(only), _shard(shard), settings, jobs)
    with Stops() as stops:
        outcome = _grade(catalog, request)
        stops.write()
        for form in wanted:
            _write(form, outcome, output, Level(level), (visibility, late))
        if Format.REVIEW in wanted:
            assert output is not None
            options.write_output(output / _FILES[Format.REVIEW], _review(outcome, submission, commits))
        if Format.GITHUB not in wanted:
            from grader.render import github

            console.write(github.log(outcome.reports, outcome.refusals))
        faults.tell(outcome.faulty)
        if outcome.stopped:
            kept = "what was is written" if outcome.reports else "nothing was complete"
            console.warn(f"{stops.word} with {len(outcome.missing)} stubs still to grade; {kept}.")
            return stops.exit_code
    if outcome.given is not None:
        from grader.render.escape import visible_line

        whose = f"{visible_line(outcome.given.candidate)}, variant {visible_line(outcome.given.variant)}"
        console.warn(f"graded for {whose}, with {'its seed' if seed is None else 'another seed than its own'}.")
    if manifest is None and any(refusal.path == MANIFEST for refusal in outcome.refusals):
        console.warn("this is a class release: name your copy of its manifest with --manifest.")
    if not outcome.reports and not outcome.refusals:
        console.say("No stub was changed.")
    return outcome.exit_code(FailOn(fail_on), Level(level))


def _grade(catalog: Catalog, request: Request) -> Outcome:
    from grader.classes.ci import grade_request
    from grader.cli.progress import Bar

    with Bar(1) as bar:
        done = 0

        def observe(report: Report, total: int) -> None:
            nonlocal done
            done += 1
            bar.move(report.exercise, done, total)

        return grade_request(catalog, request, observe)


def _formats(text: str, output: Path | None) -> list[Format]:
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in set(Format)]
    if unknown:
        raise UsageError(f"There is no format named {unknown[0]!r}.", f"Formats: {', '.join(Format)}.")
    forms = [Format(name) for name in names]
    if output is None and set(forms) - {Format.GITHUB}:
        raise UsageError("These formats are files.", "Say where they go with --output DIR.")
    if output is not None:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{output} cannot be made ({error.strerror}).", "Name another folder.") from None
    return forms


def _shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text)
    number, of = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= of:
        raise UsageError(f"--shard {text} is no part of a whole.", "Write K/N, such as 2/4.")
    return number, of


def _review(outcome: Outcome, submission: Path, named: Path | None) -> str:
    """Return the page of a reviewer. A history that nobody named and that cannot be read takes no verdict away."""
    from grader.classes.commits import read_commits
    from grader.classes.review import Review
    from grader.render import review

    place = named or (submission if (submission / ".git").exists() else None)
    commits = None
    try:
        if place is not None:
            commits = read_commits(place, {str(one.path) for one in outcome.handed_in})
    except UsageError as error:
        if named is not None:
            raise
        console.warn(f"the review is without commits: {error}")
    return review.render(Review(outcome, commits))


def _write(form: Format, outcome: Outcome, output: Path | None, level: Level, gradescope: tuple[str, str]) -> None:
    if form is Format.REVIEW:  # is written already
        return
    if form is Format.GITHUB:
        _speak_to_github(outcome, output, level)
        return
    assert output is not None
    if form is Format.EXERCISM:
        from grader.render import exercism

        for report in outcome.reports:
            folder = output / "exercism" / report.exercise
            folder.mkdir(parents=True, exist_ok=True)
            options.write_output(folder / "results.json", exercism.render(report))
        return
    if form is Format.GRADESCOPE:
        from grader.render.gradescope import Visibility, render

        options.write_output(output / _FILES[form], render(outcome.reports, Visibility(gradescope[0]), gradescope[1]))
        return
    options.write_output(output / _FILES[form], _rendered(form, outcome, level))


def _rendered(form: Format, outcome: Outcome, level: Level) -> str:
    from grader.render import classroom, csv, json, junit, markdown

    if form is Format.JSON:
        return json.render(outcome.reports, outcome.refusals)
    if form is Format.MARKDOWN:
        return markdown.render(outcome.reports, outcome.refusals)
    if form is Format.CLASSROOM:
        return classroom.render(outcome.reports, level)
    return junit.render(outcome.reports) if form is Format.JUNIT else csv.render(outcome.reports)


def _speak_to_github(outcome: Outcome, output: Path | None, level: Level) -> None:
    """Annotate, and hand summary and result to the running workflow where there is one."""
    from grader.render import classroom, github

    console.write(github.log(outcome.reports, outcome.refusals))
    console.command(github.commands(outcome.reports, outcome.refusals))
    summary = github.summary(outcome.reports, outcome.refusals)
    if output is not None:
        options.write_output(output / "summary.md", summary)
    _append("GITHUB_STEP_SUMMARY", summary)
    _append("GITHUB_OUTPUT", f"result={classroom.encoded(outcome.reports, level)}\n")


def _append(variable: str, text: str) -> None:
    path = os.environ.get(variable)
    if path:
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            console.warn(f"{variable} names {path}, which cannot be written ({error.strerror}).")
