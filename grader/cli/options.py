"""Arguments and options that several commands share, and their completion in the shell."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from grader.cli import console
from grader.errors import GraderError, UsageError
from grader.model import ConfinementMode, Level, StartMethod

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from enum import StrEnum

    from grader.content.catalog import Catalog
    from grader.model import Exercise, Track
    from grader.practice.history import History
    from grader.sandbox import Sandbox


def open_catalog() -> Catalog:
    """Find and read the catalogue that a command works on."""
    from grader.content import catalog

    return catalog.open_catalog()


def meant_slug(given: str | None) -> str:
    """Return the slug that an argument means; without one, that of the exercise in whose folder the command runs.

    Raises
    ------
    UsageError
        When there is none, and the command runs elsewhere.
    """
    from grader.content.address import find_slug

    catalog = open_catalog()
    if given is None:
        found = _slug_here(catalog)
        if found is None:
            raise UsageError("The command line names no exercise.", "Give a SLUG, or run it in an exercise's folder.")
        return found
    return find_slug(catalog, given, Path.cwd())


def _meant(_context: click.Context, _option: click.Parameter, given: str | None) -> str:
    return meant_slug(given)


def _all_meant(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    from grader.content.address import find_slug

    catalog = open_catalog() if given else None
    return tuple(find_slug(catalog, name, Path.cwd()) for name in given) if catalog is not None else ()


def _slug_here(catalog: Catalog) -> str | None:
    from grader.content.address import slug_at

    try:
        return slug_at(catalog, Path.cwd())
    except FileNotFoundError:  # the current folder was deleted
        return None


def select(catalog: Catalog, slugs: Sequence[str] | None, track: str | None, *, everything: bool) -> list[Exercise]:
    """Return the exercises that a command line names, each once, in the order asked.

    Without any it is the exercise in whose folder the command runs.

    Raises
    ------
    UsageError
        When it names none, or names them in two ways.
    """
    here = None if slugs or everything or track is not None else _slug_here(catalog)
    if here is not None:
        return [catalog.exercise(here)]
    ways = [bool(slugs), track is not None, everything]
    if sum(ways) != 1:
        complaint = "names exercises in more than one way" if any(ways) else "names no exercise"
        raise UsageError(f"The command line {complaint}.", "Give SLUGs, or --track TRACK, or --all.")
    if everything:
        return list(catalog.exercises)
    if track is not None:
        return list(catalog.in_track(track))
    return [catalog.exercise(slug) for slug in dict.fromkeys(slugs or ())]


def started_by(method: str | None) -> StartMethod | None:
    """Return the start method that an option names, if any."""
    return StartMethod(method) if method else None


def open_sandbox(catalog: Catalog, confinement: str, method: str | None) -> Sandbox:
    """Make the sandbox that a command line asks for; the checkout is kept from its workers."""
    from grader.sandbox import Sandbox

    return Sandbox(ConfinementMode(confinement), started_by(method), catalog.roots)


@contextmanager
def open_history() -> Iterator[History]:
    """Open the history, and tell what it has to tell when it is closed."""
    from grader.practice.history import History

    with History() as history:
        yield history
    for notice in history.notices:
        console.warn(notice)


def write_output(path: Path, text: str) -> None:
    """Write a text to the file that an option names; an old file stays whole until the new one is.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    from grader.practice.data_folder import write_atomically

    try:
        if path.exists() and not path.is_file():  # a pipe or a device has no old content to keep
            path.write_text(text, encoding="utf-8")
        else:
            write_atomically(path, text.encode())
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).", "Name another file.") from None


def member(kind: type[StrEnum]) -> click.Choice[str]:
    """Return the type of an option whose value is a member of an enumeration; the command makes it one."""
    return click.Choice([str(each) for each in kind])


def complete_slug(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return slugs that begin as typed, with their track."""
    pairs = [(slug, track.title) for track in _tracks() for slug in track.exercises]
    return [CompletionItem(slug, help=title) for slug, title in pairs if slug.startswith(incomplete)]


def complete_track(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return tracks that begin as typed, with their title."""
    return [CompletionItem(track.name, help=track.title) for track in _tracks() if track.name.startswith(incomplete)]


def complete_tag(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return tags that begin as typed."""
    try:
        tags = {tag for exercise in open_catalog().exercises for tag in exercise.tags}
    except GraderError:
        return []
    return [CompletionItem(tag) for tag in sorted(tags) if tag.startswith(incomplete)]


def complete_slugs(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return lists of slugs, separated by commas, whose last one begins as typed."""
    before, comma, last = incomplete.rpartition(",")
    slugs = [slug for track in _tracks() for slug in track.exercises if slug.startswith(last)]
    return [CompletionItem(f"{before}{comma}{slug}") for slug in slugs]


def complete_place(_context: click.Context, _option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return tracks that begin as typed, ready for a slug behind the slash."""
    return [CompletionItem(f"{track.name}/") for track in _tracks() if track.name.startswith(incomplete)]


def _tracks() -> tuple[Track, ...]:
    try:
        return open_catalog().tracks
    except GraderError:
        return ()


one_slug = click.argument("slug", required=False, callback=_meant, shell_complete=complete_slug)
some_slugs = click.argument("slugs", nargs=-1, metavar="[SLUG]...", callback=_all_meant, shell_complete=complete_slug)
every = click.option("--all", "everything", is_flag=True, help="Every exercise.")
track = click.option("--track", metavar="TRACK", help="Only this track.", shell_complete=complete_track)
seed = click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Repeat the inputs of an earlier run.")
path = click.option(
    "--path", type=click.Path(path_type=Path), metavar="FILE", help="Take this file instead of the stub."
)
confinement = click.option(
    "--confinement",
    type=member(ConfinementMode),
    default=str(ConfinementMode.AUTO),
    show_default=True,
    envvar="KATA_CONFINEMENT",
    help="strict refuses where the kernel cannot confine, auto says so in the report, off does not try.",
)
no_diagnosis = click.option("--no-diagnosis", is_flag=True, help="Do not say what mistake it looks like.")
level = click.option(
    "--level",
    type=click.Choice([str(Level.CORE), str(Level.FULL)]),
    default=str(Level.FULL),
    show_default=True,
    help="What is enough for exit code 0: core (solved) or full (mastered).",
)
start_method = click.option(
    "--start-method", type=member(StartMethod), help="How worker processes come to be; by default what is best here."
)
