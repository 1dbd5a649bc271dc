"""What of a submission does not return, so that nobody waits for it again and again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from grader.candidate.failure import SubmissionFailed
from grader.model import Verdict

if TYPE_CHECKING:
    from grader.candidate.describe import Call

_ENOUGH: Final = 2


class Hopeless:
    """Counts the time-outs of each entry point in one run."""

    def __init__(self) -> None:
        self._late: Counter[str] = Counter()

    def note(self, call: Call, failure: SubmissionFailed) -> None:
        """Count a failure if it is a time-out."""
        if failure.verdict is Verdict.TIMED_OUT:
            self._late[call.name] += 1

    def check(self, call: Call) -> None:
        """See that a call is worth waiting for.

        Raises
        ------
        SubmissionFailed
            With the verdict `skipped`, if what is called was late twice.
        """
        if self._late and self._late[call.name] >= _ENOUGH:
            raise SubmissionFailed(Verdict.SKIPPED, f"{call.name} does not return.")
