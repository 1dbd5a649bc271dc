"""`kata batch`: the samples of a model, or any other large number of solutions."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import console, options
from grader.errors import UsageError
from grader.model import ConfinementMode, Level

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.classes.cluster.crew import Crew
    from grader.classes.evaluation import Summary
    from grader.classes.job import Settings

_FEW = 30
_SCHEMES = ("tcp://", "tls://")


@click.command()
@click.argument("source", type=click.Path(path_type=Path), metavar="INPUT")
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Results, a row of JSON each."
)
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="How many at the same time; 1 unless said otherwise."
)
@click.option(
    "--scheduler", metavar="ADDRESS", help="Have the workers of this Dask scheduler grade: tcp://HOST:PORT, or tls://."
)
@click.option(
    "--cluster",
    type=click.Choice(["local"]),
    help="local: a Dask cluster on this machine, of as many workers as -j says.",
)
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
    jobs: int | None,
    scheduler: str | None,
    cluster: str | None,
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
    _expect_one_place(scheduler, cluster, jobs)
    with Stops() as stops, Journal(output, resume=resume) as journal:
        try:
            with _crew(scheduler, cluster, jobs or 1, settings) as crew, Bar(total) as bar:
                summary = evaluate(
                    samples(catalog, source), settings, journal, processes=jobs or 1, elsewhere=crew,
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


def _expect_one_place(scheduler: str | None, cluster: str | None, jobs: int | None) -> None:
    if scheduler is None:
        return
    if cluster is not None:
        raise UsageError("The command line names a scheduler and a local cluster.", "Keep one of them.")
    if jobs is not None:
        told = "With --scheduler, -j means nothing: each worker grades as many rows at a time as it has threads."
        raise UsageError(told, "Leave -j away, and start the workers with `dask worker --nthreads N`.")
    if not scheduler.startswith(_SCHEMES):
        raise UsageError(f"--scheduler {scheduler} is no address.", "Write it as tcp://HOST:8786.")


@contextmanager
def _crew(scheduler: str | None, cluster: str | None, workers: int, settings: Settings) -> Iterator[Crew | None]:
    """Open the cluster that the command line names, if any; afterwards tell of workers that could not take part."""
    if scheduler is None and cluster is None:
        yield None
        return
    try:
        from grader.classes.cluster.crew import Crew
        from grader.classes.cluster.local import local_crew
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in {"dask", "distributed"}:
            raise
        raise UsageError("A cluster needs dask.distributed.", "Install it: pip install 'mlkata[cluster]'.") from None
    with local_crew(settings, workers) if scheduler is None else Crew(scheduler, settings) as crew:
        yield crew
    for address, reason in crew.strangers.items():
        console.warn(f"the worker {address} was given nothing: it {reason}.")


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
