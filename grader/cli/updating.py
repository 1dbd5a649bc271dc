"""`kata update`: new exercises, prompts and tests, with every attempt kept."""

from __future__ import annotations

import click

from grader.cli import console, options


@click.command()
@click.option("--from", "source", metavar="REMOTE", help="Remote or address; by default the one that it came from.")
@click.option("--ref", default="HEAD", metavar="REF", help="Branch or tag; by default its main branch.")
def update(*, source: str | None, ref: str) -> int:
    """Get new exercises, prompts and tests; your attempts stay in place."""
    from grader.practice.update.update import update as bring_up_to_date
    from grader.render.update import render

    catalog = options.open_catalog()
    with options.open_history() as history:
        outcome = bring_up_to_date(catalog.root, history, source, ref)
    console.write(render(outcome, console.paint()))
    return 0
