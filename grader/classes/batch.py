"""Grade many submissions: one after the other with one sandbox, or in several processes with one each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import GraderFault
from grader.model import ConfinementMode, Feedback

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.model import Exercise, Report, StartMethod, Submission
    from grader.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to one exercise.

    Attributes
    ----------
    refused : str
        Why the submission is not to be run, where it is not.
    """

    exercise: Exercise
    submission: Submission
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """How every job of a batch is graded.

    Attributes
    ----------
    seed : int or None
        Seed of the hidden inputs; None draws one for each job.
    secret : tuple of Path
        Folders that no worker may read.
    """

    confinement: ConfinementMode = ConfinementMode.AUTO
    start_method: StartMethod | None = None
    seed: int | None = None
    feedback: Feedback = Feedback.FULL
    secret: tuple[Path, ...] = ()


def grade_all(jobs: Sequence[Job], settings: Settings, processes: int = 1) -> Iterator[Report]:
    """Grade jobs and yield each report as soon as it and all before it are there.

    Parameters
    ----------
    jobs : sequence of Job
        What to grade; reports come in this order.
    settings : Settings
        How to grade it.
    processes : int, default=1
        How many to grade at the same time.

    Yields
    ------
    Report
        One for each job.

    Raises
    ------
    GraderFault
        When a process of the batch died.
    """
    if min(processes, len(jobs)) <= 1:
        yield from _grade_here(jobs, settings)
    else:
        yield from _grade_beside(jobs, settings, min(processes, len(jobs)))


def _grade_here(jobs: Sequence[Job], settings: Settings) -> Iterator[Report]:
    with _sandbox(settings) as sandbox:
        for job in jobs[:1]:
            sandbox.warm(job.exercise.backend)  # its zygote starts while we import pytest
        for job in jobs:
            yield _grade(job, settings, sandbox)


def _grade_beside(jobs: Sequence[Job], settings: Settings, processes: int) -> Iterator[Report]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context("spawn")
    before = multiprocessing.active_children()
    pool = ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(settings,))
    finished = False
    try:
        yield from pool.map(_grade_in_pool, jobs)
        finished = True
    except BrokenProcessPool:
        raise GraderFault("A process of the batch died.", "Try fewer with -j; memory may have run out.") from None
    finally:
        # Processes that are done end by themselves; only a run that broke off stops them in the middle.
        pool.shutdown(wait=finished, cancel_futures=True)
        for child in multiprocessing.active_children():
            if child not in before and not finished:
                child.terminate()
                child.join()


class _Worker:
    """What a process of the pool keeps between jobs."""

    settings: Settings
    sandbox: Sandbox


def _begin(settings: Settings) -> None:
    """Prepare a process of the pool; Ctrl-C is the parent's business, and the end closes the sandbox."""
    import signal
    import sys
    from multiprocessing.util import Finalize

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _Worker.settings = settings
    _Worker.sandbox = _sandbox(settings)
    Finalize(None, _Worker.sandbox.close, exitpriority=10)


def _grade_in_pool(job: Job) -> Report:
    return _grade(job, _Worker.settings, _Worker.sandbox)


def _sandbox(settings: Settings) -> Sandbox:
    from grader.sandbox import Sandbox

    return Sandbox(settings.confinement, settings.start_method, settings.secret)


def _grade(job: Job, settings: Settings, sandbox: Sandbox) -> Report:
    from grader.judge import grade

    return grade(
        job.exercise, job.submission, sandbox, seed=settings.seed, feedback=settings.feedback, refused=job.refused
    )
