"""What is to be graded, how, and what comes of it: plain data that processes exchange."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.model import Confinement, ConfinementMode, Feedback, Report, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Exercise, StartMethod, Submission


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
    silence_s : float or None
        Seconds without a finished case after which a process of the batch counts as stuck; None derives them from the
        limits of the exercise, generously, since the host's own deadlines come first.
    """

    confinement: ConfinementMode = ConfinementMode.AUTO
    start_method: StartMethod | None = None
    seed: int | None = None
    feedback: Feedback = Feedback.FULL
    secret: tuple[Path, ...] = ()
    silence_s: float | None = None


class Cause(StrEnum):
    """What kept a job from its verdict."""

    CONTENT = "content"
    GRADER = "grader"
    KILLED = "killed"
    STUCK = "stuck"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a job has no verdict. It is ours, never the learner's.

    Attributes
    ----------
    message : str
        What happened, one sentence.
    remedy : str
        What to do about it.
    trace : str
        Where it happened, for a log; empty where nothing unexpected was raised.
    """

    cause: Cause
    message: str
    remedy: str = ""
    trace: str = ""

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one job.

    Attributes
    ----------
    number : int
        Place of the job in the batch, from 0.
    """

    number: int
    job: Job
    outcome: Report | Fault
    feedback: Feedback = Feedback.FULL

    @property
    def fault(self) -> Fault | None:
        """Why there is no verdict, None where there is one."""
        return self.outcome if isinstance(self.outcome, Fault) else None

    @property
    def report(self) -> Report:
        """The report of the judge, or one that says that the grader broke."""
        if isinstance(self.outcome, Report):
            return self.outcome
        return replace(_blank(self.job), message=str(self.outcome), feedback=self.feedback)


def _blank(job: Job) -> Report:
    """Return the report on a job that nothing is known of."""
    from grader.sandbox.pool import default_start_method

    nothing = Confinement("unconfined", 0, seccomp=False, rlimits=False, start_method=default_start_method(),
                          missing=("the grader broke",))  # fmt: skip
    return Report(
        exercise=job.exercise.slug,
        title=job.exercise.title,
        verdict=Verdict.GRADER_FAULT,
        points=0.0,
        max_points=0.0,
        duration_s=0.0,
        confinement=nothing,
        seed=0,
        content_hash="",  # what it is made of may be what broke
        submission_hash=job.submission.sha256,
        submission_path=str(job.submission.path or job.submission.name),
        cases=(),
    )
