"""Numbers of a learner's past for a terminal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from grader.practice.stats import first_monday
from grader.render.dashboard import bar
from grader.render.paint import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from grader.practice.stats import Recall, SolvingTime, Stats

_WEEKS = 26
_SHADES = ("·", "░", "▒", "▓", "█")
_MOST = 12


def render(stats: Stats) -> RenderableType:
    """Return totals, a calendar of practice, solving times, memory, forecast and interview scores."""
    solved = f"{stats.progress.solved} of {count(stats.progress.total, 'exercise')} solved"
    mastered = f"{stats.progress.mastered} mastered"
    hours = stats.practice_s / 3600
    parts: list[RenderableType] = [
        Text(
            f"{solved}, {mastered}, {count(stats.attempts, 'attempt')}, {hours:.1f} hours between start and attempt",
            "bold",
        ),
        *_section("Practice days", _calendar(stats)),
    ]
    if stats.times:
        parts += _section("Minutes from start to solution, beside the target", _times(stats.times))
    known = [one for one in stats.tracks if one.value]
    if known:
        parts += _section("Known by track", _recall(known))
    tags = sorted((one for one in stats.tags if one.value), key=lambda one: -one.value)[:_MOST]
    if tags:
        parts += _section("Known by tag", _recall(tags))
    due = [(day, number) for day, number in stats.forecast if number]
    if due:
        text = ", ".join(f"{(day - stats.today).days} d: {number}" for day, number in due[:_MOST])
        parts += _section("Reviews due in the next 30 days", Text(f"  {text}"))
    if stats.interviews:
        text = ", ".join(f"{day:%d %b}: {score:.0f}" for day, score in stats.interviews[-_MOST:])
        parts += _section("Mock interviews, out of 100", Text(f"  {text}"))
    return Group(*parts)


def _section(title: str, body: RenderableType) -> list[RenderableType]:
    return [Text(), Text(title, "dim"), body]


def _calendar(stats: Stats) -> Text:
    monday = first_monday(stats.today, _WEEKS)
    most = max(stats.days.values(), default=1)
    lines = Text()
    for weekday in range(7):
        lines.append(f"  {(monday + timedelta(days=weekday)):%a} ", "dim")
        for week in range(_WEEKS):
            day = monday + timedelta(weeks=week, days=weekday)
            number = stats.days.get(day, 0)
            shade = _SHADES[-(-number * (len(_SHADES) - 1) // most)] if day <= stats.today else " "
            lines.append(f"{shade} ", "green" if number else "bright_black")
        lines.append("\n")
    lines.rstrip()
    return lines


def _times(times: Sequence[SolvingTime]) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in times[-_MOST:]:
        style = "green" if one.taken_min <= one.target_min else "yellow"
        table.add_row(f"  {one.slug}", Text(f"{one.taken_min:.0f}", style), Text(f"of {one.target_min}", "dim"))
    return table


def _recall(rows: Sequence[Recall]) -> Table:
    table = Table.grid(padding=(0, 2))
    for one in rows:
        table.add_row(f"  {one.name}", bar(round(100 * one.value), 100), f"{one.value:.0%}")
    return table
