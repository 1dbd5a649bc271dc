"""`kata watch` and `kata review`."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from grader.cli import console, options
from grader.render.paint import short

if TYPE_CHECKING:
    from grader.content.catalog import Catalog
    from grader.model import Exercise


@click.command()
@click.argument("slug", required=False, shell_complete=options.complete_slug)
@click.option("--poll/--no-poll", default=None, help="Look for saves again and again instead of waiting for events.")
@options.confinement
@options.no_diagnosis
def watch(slug: str | None, *, poll: bool | None, confinement: str, no_diagnosis: bool) -> int:
    """Grade every save at once; keys lead to hints, the next exercise and more."""
    catalog = options.open_catalog()
    if slug is not None:
        catalog.exercise(slug)
    return _watch(catalog, slug, confinement, poll=poll, diagnosed=not no_diagnosis)


@click.command()
@click.argument("slug", required=False, shell_complete=options.complete_slug)
@click.option("--list", "only_list", is_flag=True, help="Only say what is due.")
@click.option("--watch", "then_watch", is_flag=True, help="Begin to watch it at once.")
@options.confinement
def review(slug: str | None, *, only_list: bool, then_watch: bool, confinement: str) -> int:
    """Start what is due for review, with a fresh stub; your old attempt stays in the history."""
    from grader.practice.progress import progress
    from grader.practice.stub_file import reset_stub

    catalog = options.open_catalog()
    with options.open_history() as history:
        found = progress(catalog, history, time.time())
        if slug is None or only_list:
            for one in found.due:
                days = "today" if one.overdue_days < 1 else f"{one.overdue_days:.0f} days overdue"
                console.say(f"{one.slug:<30} {one.minutes:>3} min  {days}, {one.recall:.0%} likely remembered")
            if not found.due:
                console.say("Nothing is due." + (f" Next: {found.upcoming.slug}." if found.upcoming else ""))
                return 0
            if only_list:
                return 0
            slug = found.due[0].slug
        exercise = catalog.exercise(slug)
        reset_stub(exercise, history)
        history.start(slug)
    _announce(exercise)
    return _watch(catalog, slug, confinement) if then_watch else 0


def _announce(exercise: Exercise) -> None:
    console.say(f"{exercise.title}: the stub is fresh, and the clock runs for {exercise.minutes} minutes.")
    console.say(f"  stub   {console.paint().link(short(exercise.stub_path), str(exercise.stub_path))}")
    console.say(f"  grade  kata grade {exercise.slug}, or kata watch {exercise.slug}")
    console.flush()


def _watch(
    catalog: Catalog, slug: str | None, confinement: str, *, poll: bool | None = None, diagnosed: bool = True
) -> int:
    from grader.content.catalog import EXERCISES
    from grader.practice.watch import Watch
    from grader.screen.watch import WatchScreen, writer

    interactive = sys.stdin.isatty() and console.is_terminal(sys.stdout)
    with options.open_history() as history, options.open_sandbox(catalog, confinement, None) as sandbox:
        loop = Watch(catalog, history, sandbox, diagnosed=diagnosed)
        folders = [root / EXERCISES for root in catalog.roots]
        screen = WatchScreen(loop, folders, console.paint, writer(), interactive=interactive)
        screen.run(slug, poll=poll)
        tally = loop.tally()
    console.say(f"{tally.solved} of {tally.total} exercises solved, {tally.mastered} mastered.")
    return 0
