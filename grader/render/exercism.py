"""A report as Exercism's `results.json`, version 3.

`test_code` is the sentence of the case, not its code: hidden tests are not shown.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from grader.model import Verdict
from grader.render.cases import words
from grader.render.escape import visible
from grader.render.feedback import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import CaseResult, Report

VERSION: Final = 3
_MOST_OUTPUT: Final = 500
_MOST_MESSAGE: Final = 65_535
_MOST_BYTES: Final = 500_000
_ABOUT_THE_WHOLE: Final = frozenset({Verdict.INVALID, Verdict.GRADER_FAULT})


def render(report: Report) -> str:
    """Return a report as JSON of at most 500 kB.

    Parameters
    ----------
    report : Report
        What the judge found.
    """
    most = _MOST_MESSAGE
    while True:
        text = json.dumps(document(report, most), indent=2) + "\n"
        if len(text) <= _MOST_BYTES or most < 1:
            return text
        most //= 4


def document(report: Report, most_message: int = _MOST_MESSAGE) -> dict[str, object]:
    """Return the results as an object; messages are cut to so many characters."""
    shown = redact(report)
    if shown.verdict in _ABOUT_THE_WHOLE or not shown.cases:
        message = shown.message or words(shown.verdict)
        return {"version": VERSION, "status": "error", "message": _cut(visible(message), most_message), "tests": []}
    status = "pass" if shown.verdict is Verdict.PASSED else "fail"
    tests = [_test(case, name, most_message) for case, name in zip(shown.cases, _names(shown.cases), strict=True)]
    return {"version": VERSION, "status": status, "tests": tests}


def _names(cases: Sequence[CaseResult]) -> list[str]:
    """Return a name for each case that no other has: its sentence and, where several cases share one, a number."""
    titles = [visible(case.title or case.name) for case in cases]
    taken = set(titles)
    names: list[str] = []
    for title in titles:
        name, number = title, 1
        if titles.count(title) > 1:
            while (name := f"{title} ({number})") in taken:
                number += 1
        taken.add(name)
        names.append(name)
    return names


def _test(case: CaseResult, name: str, most_message: int) -> dict[str, object]:
    test: dict[str, object] = {
        "name": name,
        "test_code": visible(case.title or case.name),
        "status": _status(case.verdict),
    }
    if case.verdict is not Verdict.PASSED:
        test["message"] = _cut(visible(case.message or words(case.verdict)), most_message)
    if case.output:
        test["output"] = _cut(visible(case.output), _MOST_OUTPUT)
    return test


def _status(verdict: Verdict) -> str:
    if verdict is Verdict.PASSED:
        return "pass"
    return "fail" if verdict in (Verdict.WRONG, Verdict.TOO_SLOW) else "error"


def _cut(text: str, most: int) -> str:
    told = "… (cut)"
    return text if len(text) <= most else text[: max(most - len(told), 0)] + told[:most]
