"""One run of one exercise's hidden tests: its sessions, its seed, its results."""

from __future__ import annotations

import traceback
import zlib
from typing import TYPE_CHECKING

from grader.candidate import Candidate, Session, SubmissionFailed, Usage
from grader.candidate.record import RecordingSession
from grader.errors import GraderError
from grader.model import CaseResult, Verdict

if TYPE_CHECKING:
    import numpy as np

    from grader.candidate.record import Record
    from grader.model import Confinement, Exercise, Layer, Measure, Submission
    from grader.sandbox import Sandbox

_EXPLANATION_CHARACTERS = 4000


class Run:
    """Holds what the fixtures of hidden tests need.

    Parameters
    ----------
    exercise : Exercise
        Whose tests run.
    submission : Submission
        What they test.
    reference : Submission
        Our solution, run in a worker of its own where a test asks for it.
    sandbox : Sandbox
        Where workers come from.
    seed : int
        Seed of every random input.
    refused : str, default=""
        Why the submission is not to be run.
    only : tuple of str, optional
        Names of the cases to run, in this order; all by default.
    brief : bool, default=False
        Whether counterexamples may stay as they were found.
    recorded : bool, default=False
        Whether to keep a record of each case; that of the last is there afterwards.
    """

    def __init__(
        self,
        exercise: Exercise,
        submission: Submission,
        reference: Submission,
        sandbox: Sandbox,
        seed: int,
        *,
        refused: str = "",
        only: tuple[str, ...] = (),
        brief: bool = False,
        recorded: bool = False,
    ) -> None:
        self.exercise = exercise
        self._sandbox = sandbox
        self.seed = seed
        self.only = only
        self.brief = brief
        kind = RecordingSession if recorded else Session
        self.session = kind(sandbox, exercise, submission, refused=refused)
        self.candidate = Candidate(self.session)
        self._reference_session = Session(sandbox, exercise, reference)
        self.reference = Candidate(self._reference_session)
        self.results: list[CaseResult] = []
        self.error: GraderError | None = None

    @property
    def record(self) -> Record | None:
        """The record of the last case, where one was asked for."""
        return self.session.record if isinstance(self.session, RecordingSession) else None

    @property
    def confinement(self) -> Confinement | None:
        """What held the submission's worker in; None if no worker was started."""
        return self.session.confinement

    def seed_of(self, name: str) -> int:
        """Return the seed of one case.

        Parameters
        ----------
        name : str
            Name of the case.
        """
        return (self.seed << 32) ^ zlib.crc32(name.encode())

    def rng(self, name: str) -> np.random.Generator:
        """Return the random generator of one case."""
        import numpy as np

        return np.random.default_rng(self.seed_of(name))

    def order(self, *, reference: bool) -> None:
        """Ask for the workers now, so that they start while pytest gets ready.

        Parameters
        ----------
        reference : bool
            Whether it is the reference's that is wanted.
        """
        (self._reference_session if reference else self.session).order()

    def prepare(self, *, sure: bool = False) -> None:
        """Have workers started for whoever is graded next, most likely on the same exercise.

        Parameters
        ----------
        sure : bool, default=False
            Whether it is known to be the same.
        """
        self._sandbox.prepare(self.exercise.backend, self.exercise.limits, scratch=self.exercise.scratch, sure=sure)

    def begin(self, *, call_s: float | None = None, strict: bool = False) -> None:
        """Prepare both sessions for the next case.

        Parameters
        ----------
        call_s : float, optional
            What one call of the case may take, seconds; the exercise's limit by default.
        strict : bool, default=False
            Whether a RuntimeWarning stops a call.
        """
        self.session.begin_case(call_s=call_s, strict=strict)
        self._reference_session.begin_case(call_s=call_s, strict=strict)

    def begin_example(self) -> None:
        """Forget the calls of the example before: a property is tested on one after the other."""
        self.session.begin_example()

    def finish(
        self, name: str, title: str, layer: Layer, points: float, duration_s: float, error: BaseException | None
    ) -> CaseResult:
        """Judge a case by what its test raised, and keep the result.

        Parameters
        ----------
        name, title : str
            Which case.
        layer : Layer
            What it asks about.
        points : float
            What a pass is worth.
        duration_s : float
            Seconds the test took.
        error : BaseException or None
            What the test raised.
        """
        verdict, message = self._judge(error)
        failure = error if isinstance(error, SubmissionFailed) and verdict is not Verdict.GRADER_FAULT else None
        story = self.session.story(failure) if failure else ()
        entry_point = self.session.entry_point(failure) if failure else ""
        _let_go(error)
        result = CaseResult(
            name=name,
            title=title,
            verdict=verdict,
            points=points if verdict is Verdict.PASSED else 0.0,
            max_points=points,
            duration_s=duration_s,
            message=message[:_EXPLANATION_CHARACTERS],
            output=self.session.output(),
            measures=self._measures(),
            layer=layer,
            story=story,
            entry_point=entry_point,
        )
        self.results.append(result)
        return result

    def close(self) -> Usage:
        """End all workers and account for those of the submission."""
        self.session.kill()  # two ends at once take no longer than one
        self._reference_session.close()
        return self.session.close()

    def _measures(self) -> tuple[Measure, ...]:
        return tuple(self.session.measures)

    def _judge(self, error: BaseException | None) -> tuple[Verdict, str]:
        if error is None:
            return Verdict.PASSED, ""
        if isinstance(error, SubmissionFailed):
            if error is self._reference_session.failure:
                return Verdict.GRADER_FAULT, f"The reference failed: {error.message}"
            return error.verdict, self.session.explain(error)
        if isinstance(error, GraderError):
            self.error = error
            return Verdict.GRADER_FAULT, str(error)
        if isinstance(error, AssertionError):
            return Verdict.WRONG, str(error)
        if type(error).__name__ == "Failed" and "Timeout" in str(error):
            return Verdict.TIMED_OUT, f"The case took more than {self.exercise.limits.case_s:g} s."
        told = f"{type(error).__name__}: {error}"
        if isinstance(error, Exception) and not _is_outcome(error) and self.session.last_call:
            # `kata check` proves that the test accepts the reference, so what the submission gave is to blame.
            if type(error).__name__.startswith("Flaky"):
                return Verdict.WRONG, f"{self.session.last_call} gave different results for the same arguments."
            return Verdict.WRONG, f"{self.session.last_call} gave something that the test cannot use ({told})."
        return Verdict.GRADER_FAULT, f"The hidden test itself failed: {told}"


def _let_go(error: BaseException | None) -> None:
    """Drop the values that a failed test and its calls had: with their frames they would wait for a collection of cycles."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        if isinstance(error, SubmissionFailed):
            error.subject = None
        error = error.__context__


def _is_outcome(error: BaseException) -> bool:
    """Whether a test skipped itself or gave up: that is a fault of the test, whatever the submission did."""
    return type(error).__module__ == "_pytest.outcomes"
