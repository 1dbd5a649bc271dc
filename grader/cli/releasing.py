"""`kata release`: class and hiring repositories."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.model import Level

_MOST_SHOWN = 20


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@options.track
@click.option("--exercises", metavar="SLUG,…", help="These exercises.")
@click.option(
    "--with-solutions/--without-solutions", "solutions", default=False, help="Whether our solutions come along."
)
@click.option("--upstream", metavar="OWNER/REPO", help="Repository that the workflow takes the grader from.")
@click.option("--ref", default="main", show_default=True, help="Its protected branch or tag.")
@click.option(
    "--level",
    type=click.Choice([str(Level.CORE), str(Level.FULL)]),
    default=str(Level.FULL),
    show_default=True,
    help="How far each exercise must come for the workflow to be green.",
)
@click.option("--check", is_flag=True, help="Write nothing; prove that the folder shows nothing hidden.")
def release(
    folder: Path,
    *,
    track: str | None,
    exercises: str | None,
    solutions: bool,
    upstream: str | None,
    ref: str,
    level: str,
    check: bool,
) -> int:
    """Write a repository for a class: prompts and stubs, without tests, solutions and mutants; or check one."""
    from grader.classes.assignment import assignment_path, expect_none, write_assignment
    from grader.classes.contents import Sealed
    from grader.classes.leak import leaks
    from grader.classes.release import UPSTREAM, make_release
    from grader.render.paint import count, short

    catalog = options.open_catalog()
    if not check:
        slugs = [name.strip() for name in (exercises or "").split(",") if name.strip()]
        everything = not slugs and track is None
        chosen = options.select(catalog, slugs, track, everything=everything)
        expect_none(folder)
        manifest = make_release(
            catalog, folder, chosen, solutions=solutions, upstream=upstream or UPSTREAM, ref=ref, level=Level(level)
        )
        console.say(f"Wrote {len(manifest.exercises)} exercises, {len(manifest.files)} files, to {folder}.")
        write_assignment(folder, chosen, Level(level))
    elif not folder.is_dir():
        raise UsageError(f"{folder} is no folder.", "Name the release to check.")
    found = list(leaks(catalog, folder, solutions=solutions))
    shown = [one for one in found if not isinstance(one, Sealed)]
    sealed = [one for one in found if isinstance(one, Sealed)]
    lines = [f"{leak.path}:{leak.line}: holds {leak.what}" for leak in shown]
    lines += [f"{one.path} {one.why}" for one in sealed]
    for line in lines[:_MOST_SHOWN]:
        console.say(line)
    if len(lines) > _MOST_SHOWN:
        console.say(f"and {len(lines) - _MOST_SHOWN} more")
    if shown:
        console.say(f"{count(len(shown), 'place')} show what is hidden.")
    if sealed:
        console.say(f"{count(len(sealed), 'part')} cannot be looked into: take them out of the release.")
    if not found:
        console.say("Nothing hidden is in it.")
    if not found and not check:
        console.say("Keep a copy of its manifest.json; `kata ci --manifest` grades what comes back.")
        console.say(
            f"Points and due date are in {short(assignment_path(folder))}; `kata marks` goes by it. It is not for the class."
        )
    return 1 if found else 0
