"""Arguments and options that several commands share, and their completion in the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from grader.errors import GraderError, UsageError
from grader.model import ConfinementMode, StartMethod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.catalog import Catalog
    from grader.model import Exercise


def open_catalog() -> Catalog:
    """Find and read the catalogue that a command works on."""
    from grader.catalog import find_root, load_catalog

    return load_catalog(find_root())


def select(catalog: Catalog, slugs: Sequence[str] | None, track: str | None, *, everything: bool) -> list[Exercise]:
    """Return the exercises that a command line names, each once, in the order asked.

    Raises
    ------
    UsageError
        When it names none, or names them in two ways.
    """
    ways = [bool(slugs), track is not None, everything]
    if sum(ways) != 1:
        complaint = "names exercises in more than one way" if any(ways) else "names no exercise"
        raise UsageError(f"The command line {complaint}.", "Give SLUGs, or --track TRACK, or --all.")
    if everything:
        return list(catalog.exercises)
    if track is not None:
        return list(catalog.in_track(track))
    return [catalog.exercise(slug) for slug in dict.fromkeys(slugs or ())]


def complete_slug(incomplete: str) -> list[tuple[str, str]]:
    """Return slugs that begin as typed, with their track."""
    try:
        tracks = open_catalog().tracks
    except GraderError:
        return []
    return [(slug, track.title) for track in tracks for slug in track.exercises if slug.startswith(incomplete)]


def complete_track(incomplete: str) -> list[tuple[str, str]]:
    """Return tracks that begin as typed, with their title."""
    try:
        tracks = open_catalog().tracks
    except GraderError:
        return []
    return [(track.name, track.title) for track in tracks if track.name.startswith(incomplete)]


def complete_new(incomplete: str) -> list[tuple[str, str]]:
    """Return tracks that begin as typed, ready for a slug behind the slash."""
    return [(f"{name}/", title) for name, title in complete_track(incomplete)]


Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Exercise.", autocompletion=complete_slug)]
Slugs = Annotated[
    list[str] | None, typer.Argument(metavar="[SLUG]...", help="Exercises.", autocompletion=complete_slug)
]
TrackName = Annotated[
    str | None, typer.Option("--track", metavar="TRACK", help="Only this track.", autocompletion=complete_track)
]
Confine = Annotated[
    ConfinementMode,
    typer.Option(
        "--confinement",
        envvar="KATA_CONFINEMENT",
        help="strict refuses where the kernel cannot confine, auto says so in the report, off does not try.",
    ),
]
Start = Annotated[StartMethod | None, typer.Option("--start-method", help="How worker processes come to be.")]
