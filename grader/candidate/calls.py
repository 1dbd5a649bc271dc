"""The calls of one case and what they gave, so that a message can say which call it speaks of."""

from __future__ import annotations

import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.candidate.failure import About

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.candidate.describe import Call
    from grader.candidate.failure import SubmissionFailed

_REMEMBERED: Final = 64
_FEW_PARTS: Final = 16
_SMALL_BYTES: Final = 2**16


class _Gave(NamedTuple):
    """A call, and what tells each of its values again; words stand for a call of large arguments."""

    call: Call | str
    is_value: list[Callable[[Any], bool]]


class Calls:
    """Remembers the last calls, the newest last.

    Small arguments and values are kept, since most are never told and need no words.  Of large ones only words and
    weak references stay, so that no submission can fill the host's memory.
    """

    def __init__(self) -> None:
        self._calls: deque[_Gave] = deque(maxlen=_REMEMBERED)

    def gave(self, call: Call, value: Any, asked: int, answered: int) -> None:
        """Remember a call and its value; the items of a short tuple or list count as given too.

        Parameters
        ----------
        call : Call
            What was asked.
        value : object
            What came.
        asked, answered : int
            Bytes of the request and of the answer.
        """
        few = type(value) in (tuple, list) and len(value) <= _FEW_PARTS
        values = [value, *value] if few else [value]
        same = _kept if answered <= _SMALL_BYTES else _not_kept
        self._calls.append(_Gave(_told(call, asked), [same(v) for v in values]))

    def failed(self, call: Call, asked: int) -> None:
        """Remember a call that gave nothing."""
        self._calls.append(_Gave(_told(call, asked), []))

    @property
    def last(self) -> str:
        """The last call in words; empty before the first."""
        return str(self._calls[-1].call) if self._calls else ""

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
        for call, tests in reversed(self._calls):
            for index, is_value in enumerate(tests):
                if is_value(failure.subject):
                    item = f"[{index - 1}]" if index else ""
                    return f"{call}{item} {failure.message}"
        return f"What was computed from {self.last} {failure.message}"


def _told(call: Call, asked: int) -> Call | str:
    return call if asked <= _SMALL_BYTES else str(call)


def _kept(value: Any) -> Callable[[Any], bool]:
    return lambda subject: subject is value


def _not_kept(value: Any) -> Callable[[Any], bool]:
    try:
        reference = weakref.ref(value)
    except TypeError:  # a list or tuple: it is told by its address, which the subject of a failure keeps taken
        address = id(value)
        return lambda subject: id(subject) == address
    return lambda subject: subject is not None and reference() is subject
