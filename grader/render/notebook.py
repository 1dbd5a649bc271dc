"""Reports as a notebook shows them below a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Verdict
from grader.render import html, levels
from grader.render.cases import is_about_the_whole, words
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact

if TYPE_CHECKING:
    from grader.model import Report

_MOST_CASES = 6
_MOST_OUTPUT = 2000


def render(report: Report) -> str:
    """Return a piece of HTML without scripts; whatever a learner wrote is escaped in it.

    Parameters
    ----------
    report : Report
        What to show.
    """
    shown = redact(report)
    failed = [case for case in shown.cases if case.verdict not in {Verdict.PASSED, Verdict.NOT_STARTED}]
    return html.render(
        "notebook.html.jinja",
        report=shown,
        outcome=levels.outcome(shown),
        counts=levels.cases(shown) if shown.cases else "",
        passed=shown.verdict is Verdict.PASSED,
        message=visible(shown.message) if is_about_the_whole(shown) else "",
        waiting=bool(shown.cases) and all(case.verdict is Verdict.NOT_STARTED for case in shown.cases),
        first=[_Shown(failed[0].title, words(failed[0].verdict, shown.feedback), failed[0].message, failed[0].output)]
        if failed
        else [],
        others=[(words(case.verdict, shown.feedback), visible(case.title)) for case in failed[1:_MOST_CASES]],
        more=max(len(failed) - _MOST_CASES, 0),
        looks_like=visible_line(shown.diagnosis.sentence) if shown.diagnosis else "",
    )


class _Shown:
    """The case that is shown in full."""

    def __init__(self, title: str, word: str, message: str, output: str) -> None:
        self.title = visible(title)
        self.word = word
        self.message = visible(message)
        self.output = visible(output[:_MOST_OUTPUT]).rstrip()
