"""The assertion that a call raises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from grader.candidate.failure import About, Check, SubmissionFailed, Wanted
from grader.model import Verdict

if TYPE_CHECKING:
    from types import TracebackType


class assert_raises:  # noqa: N801 - used like a function
    """Context manager: the call inside must raise this exception, or one derived from it.

    Parameters
    ----------
    *expected : type of BaseException
        Built-in exception classes, any of which will do.
    """

    def __init__(self, *expected: type[BaseException]) -> None:
        self._names = tuple(e.__name__ for e in expected)
        self._words = " or ".join(self._names)

    def __enter__(self) -> Self:
        """Begin to watch."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Accept the expected exception; anything else fails the case."""
        if error is None:
            told, wanted = f"gave a result; expected {self._words}.", Wanted(Check.RAISES, self._names)
            raise SubmissionFailed(Verdict.WRONG, told, about=About.LAST_CALL, wanted=wanted)
        if not isinstance(error, SubmissionFailed) or not error.raised:
            return False
        if set(self._names) & set(error.raised):
            return True
        if error.verdict is Verdict.NOT_STARTED:
            return False
        message = error.message.rstrip(".")
        wanted = Wanted(Check.RAISES, self._names)
        raise SubmissionFailed(Verdict.WRONG, f"{message}; expected {self._words}.", raised=error.raised, wanted=wanted)
