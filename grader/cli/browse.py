"""`kata list` and `kata show`: what there is to practise."""

from __future__ import annotations

import sys
from enum import StrEnum

import click

from grader.cli import console, options
from grader.errors import UsageError, did_you_mean
from grader.model import Difficulty

# What every prompt leaves unsaid; README.md says the same.
_TOLERANCES = (
    "*Numbers count as equal within a relative 1e-7 in float64, 1e-4 in float32 and 1e-2 in half precision, and near zero within "
    "1e-9, 1e-5 and 1e-3, unless the prompt says otherwise.*"
)


class ListFormat(StrEnum):
    """How the list is written."""

    TEXT = "text"
    JSON = "json"


@click.command("list")
@options.track
@click.option(
    "--tag",
    "tags",
    multiple=True,
    metavar="TAG",
    help="Only with this tag; repeat for more tags.",
    shell_complete=options.complete_tag,
)
@click.option("--difficulty", type=options.member(Difficulty), help="Only of this difficulty.")
@click.option("--format", "form", type=options.member(ListFormat), default="text", help="How to write the list.")
def list_exercises(*, track: str | None, tags: tuple[str, ...], difficulty: str | None, form: str) -> int:
    """List exercises by track, with what you solved."""
    from grader.cli.listing import as_json, as_text
    from grader.practice.history import read_progress

    catalog = options.open_catalog()
    exercises = list(catalog.exercises if track is None else catalog.in_track(track))
    known = {name for exercise in exercises for name in exercise.tags}
    for name in tags:
        if name not in known:
            remedy = did_you_mean(name, known) or f"Tags: {', '.join(sorted(known))}."
            raise UsageError(f"No exercise has the tag {name!r}.", remedy)
    chosen = [
        exercise
        for exercise in exercises
        if difficulty in (None, exercise.difficulty) and set(tags) <= set(exercise.tags)
    ]
    standings = read_progress()
    if form == ListFormat.JSON:
        console.write(as_json(chosen, standings))
    else:
        console.write(as_text(catalog.tracks, chosen, standings, console.paint()))
    return 0


@click.command()
@options.one_slug
@click.option("--markdown", is_flag=True, help="Write it as it stands in the repository.")
def show(slug: str, *, markdown: bool) -> int:
    """Show the prompt of an exercise."""
    from grader.content.catalog import read_content

    text = f"{read_content(options.open_catalog().exercise(slug).prompt_path).rstrip()}\n\n{_TOLERANCES}\n"
    if markdown:
        console.write(text)
        return 0
    from grader.render.prompt import layout

    console.show(layout(text, console.width(), links=console.has_links(sys.stdout)))
    return 0
