"""The calls of one case and what they gave, so that a message can say which call it speaks of."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

from grader.candidate.failure import About

if TYPE_CHECKING:
    from grader.candidate.describe import Call
    from grader.candidate.failure import SubmissionFailed

_REMEMBERED: Final = 64
_FEW_PARTS: Final = 16


class Calls:
    """Remembers the last calls, the newest last."""

    def __init__(self) -> None:
        self._calls: deque[tuple[Call, list[Any]]] = deque(maxlen=_REMEMBERED)

    def gave(self, call: Call, value: Any) -> None:
        """Remember a call and its value; the items of a short tuple or list count as given too."""
        few = type(value) in (tuple, list) and len(value) <= _FEW_PARTS
        self._calls.append((call, [value, *value] if few else [value]))

    def failed(self, call: Call) -> None:
        """Remember a call that gave nothing."""
        self._calls.append((call, []))

    @property
    def last(self) -> str:
        """The last call in words; empty before the first."""
        return str(self._calls[-1][0]) if self._calls else ""

    def explain(self, failure: SubmissionFailed) -> str:
        """Return the message of a failure with the call that it speaks of.

        Parameters
        ----------
        failure : SubmissionFailed
            What unwound the hidden test.
        """
        if failure.about is About.ITSELF or not self._calls:
            return failure.message
        if failure.about is About.LAST_CALL:
            return f"{self.last} {failure.message}"
        for call, values in reversed(self._calls):
            for index, value in enumerate(values):
                if value is failure.subject:
                    item = f"[{index - 1}]" if index else ""
                    return f"{call}{item} {failure.message}"
        return f"What was computed from {self.last} {failure.message}"
