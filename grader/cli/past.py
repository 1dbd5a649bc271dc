"""`kata` without a command, `kata history` and `kata stats`: what was done and where that leaves the learner."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import console, options
from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from grader.practice.history import History


def dashboard() -> int:
    """Show where the learner stands."""
    from grader.content.address import old_names
    from grader.practice.progress import progress
    from grader.render import dashboard as render

    catalog = options.open_catalog()
    now = time.time()
    with options.open_history() as history:
        history.adopt(old_names(catalog))
        found = progress(catalog, history, now)
    console.show(render.render(found, now))
    return 0


@click.command()
@click.argument("slug", required=False, shell_complete=options.complete_slug)
@click.option("--export", type=click.Path(path_type=Path), metavar="FILE", help="Write everything recorded as JSON.")
@click.option("--import", "taken", type=click.Path(path_type=Path), metavar="FILE", help="Take over what FILE exports.")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=20, metavar="N", help="Show at most N attempts.")
@click.option("--source", "number", type=click.IntRange(min=1), metavar="K", help="Print the source of the K-th last.")
def history(slug: str | None, *, export: Path | None, taken: Path | None, limit: int, number: int | None) -> int:
    """Show the attempts at an exercise, or write the whole history to a file, or take one over."""
    if sum(given is not None for given in (slug, export, taken)) > 1:
        raise UsageError("Name one exercise, or one file.", "Such as `kata history --export FILE.json`.")
    if export is None and taken is None:
        slug = options.meant_slug(slug)
    with options.open_history() as past:
        if taken is not None:
            return _import(past, taken)
        if export is not None:
            return _export(past, export)
        assert slug is not None
        options.open_catalog().exercise(slug)
        return _print_source(past, slug, number) if number is not None else _print_attempts(past, slug, limit)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
def sync(folder: Path) -> int:
    """Bring together what several machines recorded, through a folder or git repository that all of them see."""
    from grader.practice.sync import sync as bring_together

    with options.open_history() as past:
        done = bring_together(folder, past)
        _adopt(past)
    for trouble in done.troubles:
        console.warn(trouble)
    machines = "1 other machine" if done.machines == 1 else f"{done.machines} other machines"
    console.say(f"{done.attempts} attempts are new here; {machines} in {folder}.")
    return 1 if done.troubles else 0


@click.command()
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page with charts.")
def stats(*, html: Path | None) -> int:
    """Show numbers of your practice; `--html` draws them."""
    from grader.practice.stats import stats as compute

    catalog = options.open_catalog()
    with options.open_history() as past:
        found = compute(catalog, past, time.time())
    if html is not None:
        from grader.render import page

        options.write_output(html, page.render(found))
        console.say(f"Wrote {html}. Open it in a browser; it needs no network.")
        return 0
    from grader.render import stats as render

    console.show(render.render(found))
    return 0


def _print_attempts(past: History, slug: str, limit: int) -> int:
    from grader.render import history as render

    attempts = past.attempts(slug, limit)
    if not attempts:
        console.say(f"No attempt at {slug} was graded yet.")
        return 0
    console.show(render.render(attempts, past.best(slug)))
    return 0


def _print_source(past: History, slug: str, number: int) -> int:
    attempts = past.attempts(slug, number)
    if len(attempts) < number:
        raise UsageError(f"{slug} has {len(attempts)} recorded attempts.", f"See `kata history {slug}`.")
    console.write(attempts[number - 1].source)
    return 0


def _export(past: History, path: Path) -> int:
    from grader.practice.recorded import dump

    recorded = past.recorded()
    options.write_output(path, dump(recorded))
    console.say(f"Wrote {len(recorded.attempts)} attempts to {path}.")
    return 0


def _import(past: History, path: Path) -> int:
    from grader.practice.recorded import load

    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name an export of `kata history`.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8.", "Name an export of `kata history`.") from None
    recorded = load(text, str(path))
    added = past.unite(recorded)
    _adopt(past)
    console.say(f"{added} of {len(recorded.attempts)} attempts in {path} are new here.")
    return 0


def _adopt(past: History) -> None:
    """Give what came from elsewhere the names of this checkout, where there is one."""
    from grader.content.address import old_names

    try:
        past.adopt(old_names(options.open_catalog()))
    except GraderError:
        return
