"""Grade many submissions: each job stands alone, whatever the others do."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Protocol

from grader.classes.job import Cause, Fault, Result
from grader.errors import ConfinementRefused

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from grader.classes.job import Job, Settings
    from grader.classes.pool import Pool
    from grader.model import Report
    from grader.suite.collection import Observer


class Grades(Protocol):
    """What grades jobs elsewhere than in processes of this command."""

    def run(self, jobs: Iterable[Job]) -> Iterator[tuple[int, Report | Fault]]:
        """Yield the number and the outcome of every job, as they end."""


def grade_all(
    jobs: Iterable[Job],
    settings: Settings,
    processes: int = 1,
    *,
    apart: bool = False,
    observe: Observer | None = None,
    elsewhere: Grades | None = None,
    pool: Pool | None = None,
) -> Generator[Result]:
    """Grade jobs and yield each result as soon as it is there, in whatever order they end.

    Whatever grading a job raises becomes a `Fault` of this job, and the others are graded as if it were not there.  A
    process that is killed is replaced and its job tried once more.  Closing the iterator ends every process at once.

    Parameters
    ----------
    jobs : iterable of Job
        What to grade. One that is no list is asked for its next job only when somebody is free to grade it.
    settings : Settings
        How to grade it.
    processes : int, default=1
        How many to grade at the same time.
    apart : bool, default=False
        Whether a single job gets a process of its own too, so that the caller outlives it whatever happens. Two jobs
        and more always do.
    observe : callable, optional
        Told each case of a single job that has no process of its own, as it is judged, with the number of all.
    elsewhere : Grades, optional
        Grades the jobs instead of processes here, with settings of its own: the workers of a cluster.
    pool : Pool, optional
        Processes that were started before, instead of `processes` new ones; whoever started them ends them.

    Yields
    ------
    Result
        One for each job.

    Raises
    ------
    ConfinementRefused
        When the machine cannot confine workers as strictly as was asked: that is so for every job.
    """
    waiting: dict[int, Job] = {}

    def handed_out() -> Iterator[Job]:
        for number, job in enumerate(jobs):
            waiting[number] = job
            yield job

    if elsewhere is not None:
        yield from _results(waiting, elsewhere.run(handed_out()), settings)
    elif pool is not None:
        yield from _results(waiting, pool.run(handed_out(), settings), settings)
    elif apart or not isinstance(jobs, Sized) or len(jobs) > 1:
        from grader.classes.pool import Pool

        known = {job.exercise.backend for job in jobs} if isinstance(jobs, Sized) else ()
        with Pool(processes, known) as own:
            yield from _results(waiting, own.run(handed_out(), settings), settings)
    elif len(jobs):
        from grader.classes.bench import Bench

        with Bench(settings) as bench:
            yield from _results(
                waiting, ((n, bench.grade(job, observe)) for n, job in enumerate(handed_out())), settings
            )


def _results(
    waiting: dict[int, Job], outcomes: Iterator[tuple[int, Report | Fault]], settings: Settings
) -> Iterator[Result]:
    for number, outcome in outcomes:
        if isinstance(outcome, Fault) and outcome.cause is Cause.REFUSED:
            raise ConfinementRefused(outcome.message, outcome.remedy)
        yield Result(number, waiting.pop(number), outcome, settings.feedback)
