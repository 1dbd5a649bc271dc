"""A page about one hand-in, for whoever reviews it: one file, no script, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.render import html
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact
from grader.render.levels import cases, outcome

if TYPE_CHECKING:
    from datetime import timedelta

    from grader.classes.review import Review


def render(review: Review) -> str:
    """Return the page.

    Parameters
    ----------
    review : Review
        What it shows; what the feedback of its reports withholds is withheld here too.
    """
    reports = [redact(report) for report in review.outcome.reports]
    given = review.outcome.given
    levels = sorted({report.confinement.level for report in reports if report.submission_hash})
    return html.render(
        "review.html.jinja",
        review=review,
        reports=reports,
        given=given,
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
    )


def _span(time: timedelta) -> str:
    """Return a time in hours and minutes, in seconds where it is shorter than a minute."""
    seconds = round(time.total_seconds())
    sign, seconds = ("\N{MINUS SIGN}" if seconds < 0 else ""), abs(seconds)
    if seconds < 60:
        return f"{sign}{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{sign}{hours} h {minutes:02} min" if hours else f"{sign}{minutes} min"
