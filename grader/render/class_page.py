"""Pages of a class: one for the teacher, one for each learner that tells what the assignment lets it tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.model import Level, Verdict
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact
from grader.render.html import render
from grader.render.levels import outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.classes.gradebook import Gradebook, Mark, Row
    from grader.model import CaseResult, Report


def class_page(book: Gradebook, files: Mapping[str, str]) -> str:
    """Return the teacher's page: distribution, hardest cases, commonest mistakes, what is alike, every learner.

    Parameters
    ----------
    book : Gradebook
        The marks.
    files : mapping of str to str
        The file of each learner's page, by id.
    """
    counts = book.distribution()
    bars = [(f"{10 * tenth} to {10 * tenth + 10} %", number, max(counts)) for tenth, number in enumerate(counts)]
    return render("class_page.html.jinja", book=book, files=files, bars=bars, line=visible_line, states=_state)


def learner_page(row: Row, title: str) -> str:
    """Return a learner's page. It names nobody else.

    Parameters
    ----------
    row : Row
        The learner's marks.
    title : str
        Of the assignment.
    """
    told = [(mark, redact(mark.report) if mark.report is not None else None) for mark in row.marks]
    return render(
        "learner_page.html.jinja",
        row=row, title=title, told=told, line=visible_line, text=visible, states=_state, failed=_failed, summary=_summary,
    )  # fmt: skip


def file_names(learners: Sequence[str]) -> dict[str, str]:
    """Return a file name for the page of each learner: safe on every system, no two the same on any."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for learner in learners:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "_", learner).strip("._")[:60] or "learner"
        name, number = f"{plain}.html", 1
        while name.casefold() in taken or _is_reserved(name):
            number += 1
            name = f"{plain}~{number}.html"
        taken.add(name.casefold())
        found[learner] = name
    return found


def _is_reserved(name: str) -> bool:
    return re.fullmatch(r"(?i:con|prn|aux|nul|com\d|lpt\d)(\..*)?", name) is not None


def _state(mark: Mark) -> str:
    return outcome(mark.report) if mark.report is not None else str(mark.state)


def _failed(report: Report) -> Sequence[CaseResult]:
    return [case for case in report.cases if case.verdict is not Verdict.PASSED]


def _summary(report: Report) -> str:
    passed = sum(case.verdict is Verdict.PASSED for case in report.cases)
    more = "" if report.level is Level.FULL else "; below are those that did not"
    return f"{passed} of {len(report.cases)} cases passed{more}."
