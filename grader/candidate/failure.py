"""How a hidden test is told that the submission failed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from grader.model import Verdict


class About(Enum):
    """What the message of a failure speaks of."""

    ITSELF = auto()  # the message is a whole sentence
    VALUE = auto()  # it ends a sentence that begins with the call that gave the value
    LAST_CALL = auto()  # it ends a sentence that begins with the last call


class Check(Enum):
    """What of a value was compared."""

    CLOSE = auto()
    EQUAL = auto()
    SHAPE = auto()
    DTYPE = auto()
    TYPE = auto()
    RAISES = auto()
    UNCHANGED = auto()  # the arguments


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a hidden test asked for, as data.

    Attributes
    ----------
    check : Check
        What was compared.
    value : object
        What is right: a value, a shape, the name of a dtype or of a type, names of exceptions.
    rtol, atol : float
        Tolerance of `Check.CLOSE`.
    dtypes : bool
        Whether dtypes must be equal as well.
    """

    check: Check
    value: Any
    rtol: float = 0.0
    atol: float = 0.0
    dtypes: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found, in words.

    Attributes
    ----------
    got, expected : str
        What there is and what should be.
    place : tuple
        Indices and keys that lead from the value to what is told.
    whole : bool
        Whether `got` is the whole value all the same.
    note : str
        What is to be said of the difference; often empty.
    """

    got: str
    expected: str
    place: tuple[Any, ...] = ()
    whole: bool = False
    note: str = ""

    def __str__(self) -> str:
        """The end of a sentence that begins with a call."""
        where = f" at {places(self.place)}" if self.place and not self.whole else ""
        return f"gave{where} {self.got}; expected {self.expected}{self.note}."


def places(place: tuple[Any, ...]) -> str:
    """Return indices and keys as they are written behind a value: `[1]['a']`."""
    return "".join(f"[{each!r}]" for each in place)


class SubmissionFailed(AssertionError):
    """The submission did something that decides the case.

    It unwinds the hidden test and becomes data in the suite.  It is no `GraderError`: the learner's failures and
    ours share no type.

    Parameters
    ----------
    verdict : Verdict
        What the case gets.
    message : str
        What happened, as a sentence, or as its end, such as "gave shape (2,); expected (3,)".
    about : About, default=About.ITSELF
        What the sentence begins with.
    subject : object, optional
        The value that the message speaks of; the session looks up which call gave it.
    raised : tuple of str, optional
        Name of the exception that the submission raised, then the built-in classes it derives from.
    found : Comparison, optional
        The same as the message, in parts.
    wanted : Wanted, optional
        What the test asked for.
    """

    def __init__(
        self,
        verdict: Verdict,
        message: str,
        *,
        about: About = About.ITSELF,
        subject: object = None,
        raised: tuple[str, ...] = (),
        found: Comparison | None = None,
        wanted: Wanted | None = None,
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.about = about
        self.subject = subject
        self.raised = raised
        self.found = found
        self.wanted = wanted


def wrong(message: str, subject: object) -> SubmissionFailed:
    """Make the failure of a check that compares nothing.

    Parameters
    ----------
    message : str
        End of a sentence that begins with the call, such as "gave no gradients.".
    subject : object
        What the submission gave.
    """
    return SubmissionFailed(Verdict.WRONG, message, about=About.VALUE, subject=subject)


def differs(found: Comparison, subject: object, wanted: Wanted | None = None) -> SubmissionFailed:
    """Make the failure of a comparison.

    Parameters
    ----------
    found : Comparison
        What it found, in words.
    subject : object
        What the submission gave.
    wanted : Wanted, optional
        What was asked for, as data.
    """
    return SubmissionFailed(Verdict.WRONG, str(found), about=About.VALUE, subject=subject, found=found, wanted=wanted)
