"""What a worker sends, read with distrust: the kind of a message, and the failure that an error stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from grader.candidate.failure import SubmissionFailed
from grader.model import Verdict
from grader.worker.message import Kind, Reason
from grader.worker.wire import WireError

if TYPE_CHECKING:
    from grader.candidate.describe import Call

_LENGTHS: Final = {int(Kind.VALUE): 5, int(Kind.ERROR): 8, int(Kind.OUTPUT): 2, int(Kind.CALLBACK): 6}
_OUTPUT: Final = int(Kind.OUTPUT)
_LONGEST_NAME: Final = 80


def kind_of(message: Any, request: int) -> int:
    """Return the kind of a message after checking its form.

    Parameters
    ----------
    message : object
        What came.
    request : int
        The question that was asked.

    Raises
    ------
    WireError
        If it is no message, or the answer to another question.
    """
    if type(message) is not list or not message or type(message[0]) is not int:
        raise WireError("a message has no kind")
    kind: int = message[0]
    if len(message) != _LENGTHS.get(kind, -1):
        raise WireError("a message has an unknown form")
    if kind != _OUTPUT and (message[1] != request or type(message[1]) is not int):
        raise WireError("an answer came to a question that was not asked")
    return kind


def seconds_of(message: list[Any]) -> float:
    """Return what the worker says it spent in the submission, after checking the form of an answer.

    Raises
    ------
    WireError
        If there is no time in it.
    """
    _, _, _, modified, elapsed = message
    if type(elapsed) is not int or type(modified) is not bool:
        raise WireError("an answer has no time")
    return elapsed * 1e-9


def is_example(row: Any) -> bool:
    """Whether a row has the form of an example that was run."""
    return type(row) is list and [type(item) for item in row] == [str, int, str, str, str, bool]


def failure_of(message: list[Any], call: Call, slug: str) -> SubmissionFailed:
    """Return the failure that an error of the worker stands for.

    Parameters
    ----------
    message : list
        A message of the kind ERROR.
    call : Call
        What was asked, in words.
    slug : str
        Name of the exercise, for the line in the learner's file.

    Raises
    ------
    WireError
        If the error has an unknown form.
    """
    _, _, reason, name, bases, text, line, source = message
    texts = (name, text, source, *(bases if type(bases) is list else (0,)))
    if type(reason) is not int or type(line) is not int or any(type(t) is not str for t in texts):
        raise WireError("an error has an unknown form")
    where = f" ({slug}.py line {line}: {source})" if line and source else ""
    if reason == Reason.SYNTAX:
        return SubmissionFailed(Verdict.INVALID, f"The file is not Python: {text}{where}.")
    if reason == Reason.MISSING:
        return SubmissionFailed(Verdict.INVALID, f"The submission does not define {text[:_LONGEST_NAME]}.")
    if reason == Reason.NOT_PLAIN:
        return SubmissionFailed(Verdict.WRONG, f"{call} gave a value that is nested too deep to compare.")
    raised = (name, *bases)
    told = f"{name}: {text}" if text else name
    if "MemoryError" in bases or "can't allocate memory" in text:
        return SubmissionFailed(Verdict.OUT_OF_MEMORY, f"{call} ran out of memory{where}.", raised=raised)
    if name == "NotImplementedError":
        return SubmissionFailed(Verdict.NOT_STARTED, f"{call} is not written yet.", raised=raised)
    return SubmissionFailed(Verdict.RAISED, f"{call} raised {told}{where}.", raised=raised)
