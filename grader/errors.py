"""Errors of the grader itself, never of a learner.

A learner's failure is data (a `Verdict`); these are ours or the caller's::

    GraderError
    ├── UsageError              the caller asked for something impossible; exit code 2
    │   ├── UnknownExercise     no exercise of that name
    │   ├── SubmissionUnreadable  the attempt cannot be read as a Python file
    │   ├── DataFolderError     the folder for history cannot be used
    │   └── ConfinementRefused  strict confinement was asked for and is not to be had
    ├── ContentError            an exercise in the catalogue is broken; exit code 2
    └── GraderFault             we broke; exit code 3, never held against the learner
        └── SandboxFault        a worker could not be started or kept
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question that offers the nearest known names.

    Parameters
    ----------
    name : str
        What was written.
    known : iterable of str
        What could have been meant.

    Returns
    -------
    str
        Such as "Did you mean `softmax`?"; empty when nothing is near.
    """
    import difflib

    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(f'`{item}`' for item in near)}?" if near else ""


class GraderError(Exception):
    """Base of every error the grader raises on purpose.

    Parameters
    ----------
    message : str
        What happened and where, one sentence.
    remedy : str, default=""
        What to do about it.
    """

    exit_code = 3

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class UsageError(GraderError):
    """The caller asked for something that cannot be done."""

    exit_code = 2


class UnknownExercise(UsageError):
    """No exercise has this name."""


class SubmissionUnreadable(UsageError):
    """The attempt cannot be read as a Python source file."""


class DataFolderError(UsageError):
    """The folder that keeps history cannot be read or written."""


class ConfinementRefused(UsageError):
    """Strict confinement was asked for, and this machine cannot give it."""


class ContentError(GraderError):
    """An exercise, a track or the catalogue is broken."""

    exit_code = 2


class GraderFault(GraderError):
    """The grader broke; the learner is not to blame."""

    exit_code = 3


class SandboxFault(GraderFault):
    """A worker or the zygote could not be started or kept alive."""
