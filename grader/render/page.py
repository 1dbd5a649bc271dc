"""A page with charts of a learner's past: one file, no script, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from grader.render import charts, html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.practice.stats import Stats

_MOST_TAGS = 20


class Chart(NamedTuple):
    """A drawing with its title and what it shows."""

    title: str
    about: str
    svg: Markup


def render(stats: Stats) -> str:
    """Return the page.

    Parameters
    ----------
    stats : Stats
        What the charts show.

    Returns
    -------
    str
        HTML; readable on a phone, light and dark.
    """
    return html.render("page.html.jinja", stats=stats, charts=list(charts_of(stats)))


def charts_of(stats: Stats) -> Iterator[Chart]:
    """Yield the charts that there is something to draw in."""
    yield _chart("Practice days", "Judged attempts of each day, last 26 weeks.", charts.practice(stats))
    if stats.solved:
        about = "Exercises solved for the first time; the thin line counts those mastered."
        yield _chart("Solved and mastered over time", about, charts.solved(stats))
    if stats.times:
        about = "Green is within what an interviewer would allow."
        yield _chart("Time to solve", about, charts.times(stats))
    tracks = [one for one in stats.tracks if one.exercises]
    if tracks:
        about = "Mean probability that a solution is remembered; unsolved exercises count as 0."
        yield _chart("Known by track", about, charts.recall(tracks))
    tags = sorted(stats.tags, key=lambda one: (-one.exercises, -one.value, one.name))[:_MOST_TAGS]
    if tags:
        yield _chart("Known by tag", "The tags that most exercises have.", charts.recall(tags))
    if any(number for _, number in stats.forecast):
        yield _chart("Review forecast", "Exercises due in the next 30 days.", charts.forecast(stats))
    if stats.interviews:
        yield _chart("Mock interviews", "Scores in the order they were held.", charts.interviews(stats))


def _chart(title: str, about: str, svg: str) -> Chart:
    return Chart(title, about, Markup(svg))  # noqa: S704 - drawn by us; its labels are escaped by the drawing library
