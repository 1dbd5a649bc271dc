"""A page about one hand-in, for whoever reviews it: one file, no script, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Verdict
from grader.render import html
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact
from grader.render.levels import cases, outcome
from grader.render.paint import count

if TYPE_CHECKING:
    from datetime import timedelta

    from grader.classes.review import Review
    from grader.model import CaseResult, Report


def render(review: Review) -> str:
    """Return the page.

    Parameters
    ----------
    review : Review
        What it shows; what the feedback of its reports withholds is withheld here too.
    """
    reports = [redact(report) for report in review.outcome.reports]
    given = review.outcome.given
    run = [report for report in reports if report.submission_hash]
    levels = sorted({report.confinement.level for report in run})
    return html.render(
        "review.html.jinja",
        review=review,
        reports=reports,
        given=given,
        own_seed=given is not None and all(report.seed == given.seed for report in run),
        refusals=review.outcome.refusals,
        title=given.candidate if given is not None else "A hand-in",
        points=sum(report.points for report in reports),
        max_points=sum(report.max_points for report in reports),
        confinement=", ".join(levels) or "nothing was run",
        line=visible_line,
        text=visible,
        outcome=outcome,
        cases=cases,
        span=_span,
        failed=_failed,
        count=count,
    )


def _failed(report: Report) -> list[tuple[str, list[CaseResult]]]:
    """Return the cases that did not pass, those with one message together."""
    groups: dict[str, list[CaseResult]] = {}
    for case in report.cases:
        if case.verdict not in {Verdict.PASSED, Verdict.NOT_STARTED}:
            groups.setdefault(case.message, []).append(case)
    return list(groups.items())


def _span(time: timedelta) -> str:
    """Return a time in hours and minutes, in seconds where it is shorter than a minute."""
    seconds = round(time.total_seconds())
    sign, seconds = ("\N{MINUS SIGN}" if seconds < 0 else ""), abs(seconds)
    if seconds < 60:
        return f"{sign}{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{sign}{hours} h {minutes:02} min" if hours else f"{sign}{minutes} min"
