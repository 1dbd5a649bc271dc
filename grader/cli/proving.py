"""`kata proof` and `kata index`: what shows that exercises are right, and what tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import console, options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.content.catalog import Catalog


@click.command()
@options.some_slugs
@options.every
@options.track
@click.option(
    "--seeds", type=click.IntRange(min=1), metavar="N", help="Seeds for right solutions; 3, or 60 with --only-seeds."
)
@click.option("--only-seeds", is_flag=True, help="Try seeds on right solutions and nothing else.")
@click.option(
    "--jobs", "-j", type=click.IntRange(min=1), default=2, show_default=True, help="How many at the same time."
)
def proof(
    slugs: tuple[str, ...], *, everything: bool, track: str | None, seeds: int | None, only_seeds: bool, jobs: int
) -> int:
    """Prove exercises and write proof.toml beside each; without a name, those that changed since their record."""
    from grader.authoring.prove import prove_all
    from grader.cli.progress import Bar
    from grader.content.record import record_text

    catalog = options.open_catalog()
    names = _names(catalog, slugs, track, everything=everything, proven=only_seeds)
    if not names:
        console.say("Every record speaks of what is there now; --all proves everything again.")
        return 0
    failed = False
    with Bar(len(names)) as bar:
        for done, proven in enumerate(prove_all(catalog.root, names, seeds=seeds, only_seeds=only_seeds, jobs=jobs), 1):
            bar.advance()
            failed |= bool(proven.errors)
            if proven.record is not None:  # at once, so that a run that is stopped has not run in vain
                options.write_output(catalog.exercise(proven.slug).record_path, record_text(proven.record))
            words = f"proven, {proven.record.seconds} s" if proven.record else "not proven"
            console.say(f"[{done}/{len(names)}] {proven.slug}: {words}")
            for error in proven.errors:
                console.say(f"    {error}")
            console.flush()
    return int(failed)


@click.command()
@click.option("--write", is_flag=True, help="Write the files instead of showing them.")
def index(*, write: bool) -> int:
    """Make PROOF.md and exercises/README.md from what the exercises and their records say."""
    from grader.authoring.index import index as index_text
    from grader.authoring.index import index_path
    from grader.authoring.proof_table import proof_path, proof_table
    from grader.content.catalog import load_catalog

    # Without packs: what is private does not stand in the documents of a public repository.
    catalog = load_catalog(options.open_catalog().root)
    for path, text in ((index_path(catalog), index_text(catalog)), (proof_path(catalog), proof_table(catalog))):
        if write:
            options.write_output(path, text)
        else:
            console.write(text)
    return 0


def _names(catalog: Catalog, slugs: Sequence[str], track: str | None, *, everything: bool, proven: bool) -> list[str]:
    """Return what to prove, the longest first; by default what has no record of its present content."""
    from grader.content.record import is_proven, read_record

    chosen = everything or slugs or track
    exercises = options.select(catalog, slugs, track, everything=not (slugs or track))
    if not chosen and not proven:
        exercises = [exercise for exercise in exercises if not is_proven(exercise)]
    records = {exercise.slug: read_record(exercise) for exercise in exercises}
    seconds = {slug: record.seconds if record else 10**6 for slug, record in records.items()}
    return sorted(seconds, key=lambda slug: -seconds[slug])
