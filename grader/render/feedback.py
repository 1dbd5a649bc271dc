"""The feedback policy: what a report may tell, in one place.

`full`
    Everything.
`hints`
    Verdict and title of each case; no message, print, call, input or expected value.
`none`
    Passed or not for each case; no title either.

Under `hints` and `none` names of parametrised cases lose their parameters, which often are the
inputs.
What concerns the file and not the hidden tests stays at every level: a syntax error, an untouched
stub, and a fault of ours that is not held against the learner.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.model import Feedback, Verdict

if TYPE_CHECKING:
    from grader.model import CaseResult, Report

FAULT_MESSAGE = "The grader broke. This is not held against the submission."

_TELL_NOTHING_OF_THE_TESTS = frozenset({Verdict.PASSED, Verdict.NOT_STARTED, Verdict.INVALID, Verdict.GRADER_FAULT})


def redact(report: Report) -> Report:
    """Return a report without what its feedback level withholds.

    Parameters
    ----------
    report : Report
        What the judge found.

    Returns
    -------
    Report
        The same report where everything may be told. Redacting twice changes nothing more.
    """
    if report.feedback is Feedback.FULL:
        return report
    redact_case = _hint_case if report.feedback is Feedback.HINTS else _bare_case
    return replace(
        report,
        verdict=report.verdict if report.feedback is Feedback.HINTS else _bare_verdict(report.verdict),
        cases=tuple(redact_case(case, number) for number, case in enumerate(report.cases, start=1)),
        message=_message(report),
        notes=(),
        diagnosis=None,
    )


def _hint_case(case: CaseResult, number: int) -> CaseResult:
    name, bracket, _ = case.name.partition("[")
    return replace(case, name=f"{name}[{number}]" if bracket else name, message="", output="", story=(), entry_point="")


def _bare_case(case: CaseResult, number: int) -> CaseResult:
    return replace(
        case,
        name=f"case {number}",
        title="",
        verdict=_bare_verdict(case.verdict),
        message="",
        output="",
        measures=(),
        story=(),
        entry_point="",
    )


def _bare_verdict(verdict: Verdict) -> Verdict:
    """Fold every way to fail a hidden test into `wrong`."""
    return verdict if verdict in _TELL_NOTHING_OF_THE_TESTS else Verdict.WRONG


def _message(report: Report) -> str:
    if report.verdict is Verdict.GRADER_FAULT:
        return FAULT_MESSAGE
    return report.message if report.verdict is Verdict.INVALID else ""
