"""What is to be graded, how, and what comes of it: plain data that processes exchange."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from grader.errors import ConfinementRefused, ContentError, GraderError
from grader.model import Confinement, ConfinementMode, Feedback, Report, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Exercise, StartMethod, Submission


_MOST_CHARACTERS: Final = 300


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
    diagnosed : bool
        Whether a known mistake is looked for in what failed.
    """

    confinement: ConfinementMode = ConfinementMode.AUTO
    start_method: StartMethod | None = None
    seed: int | None = None
    feedback: Feedback = Feedback.FULL
    secret: tuple[Path, ...] = ()
    silence_s: float | None = None
    diagnosed: bool = True


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


def fault_of(error: BaseException) -> Fault:
    """Return the fault that an exception is: its words and, where nobody meant to raise it, the line that did.

    Parameters
    ----------
    error : BaseException
        What grading a job raised.
    """
    if isinstance(error, GraderError):
        kinds = {ConfinementRefused: Cause.REFUSED, ContentError: Cause.CONTENT}
        return Fault(kinds.get(type(error), Cause.GRADER), error.message, error.remedy)
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    told = " ".join(told[:_MOST_CHARACTERS].split())
    try:
        frame = traceback.extract_tb(error.__traceback__, limit=-1)[0]
        place = f" at {os.path.basename(frame.filename)}:{frame.lineno}"
        trace = "".join(traceback.format_exception(error))
    except Exception:  # noqa: BLE001  where memory has run out there is none for this either
        place, trace = "", told
    return Fault(Cause.GRADER, f"The grader broke ({told}{place}).", "Please report it.", trace)


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
