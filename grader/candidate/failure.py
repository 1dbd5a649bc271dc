"""How a hidden test is told that the submission failed."""

from __future__ import annotations

from enum import Enum, auto

from grader.model import Verdict


class About(Enum):
    """What the message of a failure speaks of."""

    ITSELF = auto()  # the message is a whole sentence
    VALUE = auto()  # it ends a sentence that begins with the call that gave the value
    LAST_CALL = auto()  # it ends a sentence that begins with the last call


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
    """

    def __init__(
        self,
        verdict: Verdict,
        message: str,
        *,
        about: About = About.ITSELF,
        subject: object = None,
        raised: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.message = message
        self.about = about
        self.subject = subject
        self.raised = raised


def wrong(message: str, subject: object) -> SubmissionFailed:
    """Make the failure of a comparison.

    Parameters
    ----------
    message : str
        End of a sentence that begins with the call, such as "gave shape (2,); expected (3,)".
    subject : object
        What the submission gave.
    """
    return SubmissionFailed(Verdict.WRONG, message, about=About.VALUE, subject=subject)
