"""`kata batch`: the samples of a model, or any other large number of solutions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.model import ConfinementMode, Level

if TYPE_CHECKING:
    from grader.classes.evaluation import Summary

_FEW = 30


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="INPUT")
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Results, a row of JSON each."
)
@click.option("-j", "--jobs", type=click.IntRange(min=1), default=1, metavar="N", help="How many at the same time.")
@click.option("--resume", is_flag=True, help="Go on from a run that was stopped or killed.")
@click.option(
    "--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Write all results as Parquet as well."
)
@click.option("--k", "ks", default="1,10,100", show_default=True, metavar="K,…", help="Which pass@k to tell.")
@options.seed
@options.confinement
def batch(
    source: Path,
    *,
    output: Path,
    jobs: int,
    resume: bool,
    parquet: Path | None,
    ks: str,
    seed: int | None,
    confinement: str,
) -> int:
    """Evaluate many solutions: a JSONL file or a folder in, a row of results for each out."""
    from grader.classes.evaluation import evaluate
    from grader.classes.job import Settings
    from grader.classes.journal import Journal
    from grader.classes.sample import count_samples, samples
    from grader.cli.progress import Bar
    from grader.cli.stopping import Stops

    catalog = options.open_catalog()
    wanted = _numbers(ks)
    if not source.is_dir() and not source.is_file():
        raise UsageError(f"{source} is no file and no folder.", "Name a JSONL file or a folder.")
    total = count_samples(source)
    settings = Settings(ConfinementMode(confinement), seed=seed, secret=catalog.roots, diagnosed=False)
    with Stops() as stops, Journal(output, resume=resume) as journal:
        try:
            with Bar(total) as bar:
                summary = evaluate(
                    samples(catalog, source), settings, journal, processes=jobs,
                    observe=lambda name, done: bar.move(name, done, total),
                )  # fmt: skip
        except KeyboardInterrupt:
            console.warn(f"{stops.word}; what was graded is kept. Go on with --resume.")
            return stops.exit_code
        stops.write()
        if parquet is not None:
            from grader.classes.parquet import write_parquet

            write_parquet(parquet, journal.rows())
    _tell(summary, wanted)
    return 3 if summary.faults else 0


def _numbers(text: str) -> list[int]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not all(name.isdecimal() and int(name) for name in names):
        raise UsageError(f"--k {text} is no list of numbers.", "Write it as 1,10,100.")
    return [int(name) for name in names]


def _tell(summary: Summary, ks: list[int]) -> None:
    from grader.render.escape import visible_line
    from grader.render.paint import count

    told = ", ".join(f"{number} {verdict}" for verdict, number in summary.verdicts.most_common())
    console.say(f"{count(summary.rows, 'row')}: {told or 'nothing'}.")
    if summary.invalid:
        console.say(f"{count(summary.invalid, 'row')} could not be graded; each says why in its `problem`.")
    if summary.faults:
        console.warn(f"the grader broke on {count(summary.faults, 'row')}, which count for nothing.")
    if not summary.tasks:
        return
    console.say("\n               core     full")
    console.say(f"pass rate   {summary.rate(Level.CORE):7.2%}  {summary.rate(Level.FULL):7.2%}")
    for k in ks:
        core, full = summary.pass_at(k, Level.CORE), summary.pass_at(k, Level.FULL)
        if core is not None and full is not None:
            console.say(f"pass@{k:<6} {core:7.2%}  {full:7.2%}")
    if len(summary.tasks) <= _FEW:
        width = max(map(len, summary.tasks))
        console.say("")
        for slug, task in sorted(summary.tasks.items()):
            console.say(
                f"{visible_line(slug):<{width}}  {count(task.samples, 'sample')}, {task.core} core, {task.full} full"
            )
