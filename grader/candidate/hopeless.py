"""What of a submission is not worth waiting for again and again."""

from __future__ import annotations

from collections import Counter
from typing import Final

from grader.candidate.failure import SubmissionFailed
from grader.model import Verdict

_ENOUGH: Final = 2
_ENOUGH_IN_ALL: Final = 3
_TOO_MANY: Final = 8  # under whatever names: those of classes are the submission's to choose


class Hopeless:
    """Counts what each entry point came to in one run.

    What was late twice is not called again, nor what was late once when there were three time-outs in all.  After
    eight time-outs nothing is called again.  A worker that broke the protocol three times is not asked again.
    """

    def __init__(self) -> None:
        self._late: Counter[str] = Counter()
        self._broken = 0

    def note(self, name: str, failure: SubmissionFailed) -> None:
        """Count a failure of what is called so that took time or was no accident."""
        if failure.verdict is Verdict.TIMED_OUT:
            self._late[name] += 1
        self._broken += failure.verdict is Verdict.PROTOCOL

    def check(self, name: str) -> None:
        """See that a call of what is called so is worth waiting for.

        Raises
        ------
        SubmissionFailed
            With the verdict `skipped`, if what is called does not return, or `protocol`.
        """
        if not self._late and not self._broken:
            return
        if self._broken >= _ENOUGH_IN_ALL:
            raise SubmissionFailed(Verdict.PROTOCOL, f"The worker broke the protocol {self._broken} times.")
        if self._late.total() >= _TOO_MANY:
            raise SubmissionFailed(Verdict.SKIPPED, f"Nothing is waited for any more after {_TOO_MANY} time-outs.")
        late = self._late and self._late[name]
        if late and (late >= _ENOUGH or self._late.total() >= _ENOUGH_IN_ALL):
            raise SubmissionFailed(Verdict.SKIPPED, f"{name} does not return.")
