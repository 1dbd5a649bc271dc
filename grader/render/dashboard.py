"""The dashboard that `kata` shows: where a learner stands, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.render.cases import words
from grader.render.levels import LEVELS, missing, stars
from grader.render.paint import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from grader.practice.attempt import Attempt
    from grader.practice.progress import Due, Progress, Suggestion, TrackProgress, Unmastered

_BAR = 20
_TRACK_BAR = 14
_MOST_DUE = 5
_MOST_UNMASTERED = 3


def render(progress: Progress, now: float) -> RenderableType:
    """Return the dashboard.

    Parameters
    ----------
    progress : Progress
        Where the learner stands.
    now : float
        Seconds since the epoch.

    Returns
    -------
    RenderableType
        For a Rich console of any width.
    """
    parts: list[RenderableType] = [_head(progress), _tracks(progress.tracks), Text()]
    parts += [Padding(_facts(progress, now), (0, 0, 0, 2))]
    return Group(*parts)


def ago(seconds: float) -> str:
    """Return how long ago something was, in the unit that suits it."""
    for size, noun in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{count(int(seconds // size), noun)} ago"
    return "just now"


def _head(progress: Progress) -> Text:
    head = Text("  ")
    mastered = f", {progress.mastered} mastered" if progress.mastered else ""
    head.append(f"{progress.solved} of {count(progress.total, 'exercise')} solved{mastered}", "bold")
    if progress.streak_days:
        head.append(f"   {count(progress.streak_days, 'day')} in a row", "green")
        head.append("" if progress.practised_today else ", none today yet", "yellow")
    return head


def _tracks(tracks: Sequence[TrackProgress]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column()  # gives way on a narrow terminal, and its cells are cut rather than wrapped
    table.add_column(no_wrap=True)
    for _ in range(3):
        table.add_column(justify="right", no_wrap=True)
    table.add_row("", "", *(Text(name, "dim") for name in ("solved", "mastered", "known")))
    for track in tracks:
        title = Text(f"  {track.title}", no_wrap=True, overflow="ellipsis")
        known = Text(f"{track.recall:.0%}" if track.solved else "", "dim")
        done = bar(track.solved, track.total, track.mastered, width=_TRACK_BAR)
        table.add_row(title, done, f"{track.solved}/{track.total}", str(track.mastered or ""), known)
    return table


def bar(done: int, total: int, whole: int | None = None, width: int = _BAR) -> Text:
    """Return a bar that is filled in proportion, strongly for the part of what is done that is whole; both show.

    Parameters
    ----------
    done, total : int
        How much is done of how much.
    whole : int, optional
        How much of it is done as well as can be; all by default.
    width : int, default=20
        Columns.
    """
    filled, strong = (
        0 if not part else max(1, part * width // max(total, 1)) for part in (done, done if whole is None else whole)
    )
    return Text.assemble(
        ("━" * strong, "green"), ("─" * (filled - strong), "green"), ("╌" * (width - filled), "bright_black")
    )


def _facts(progress: Progress, now: float) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    for name, text in _rows(progress, now):
        table.add_row(name, text)
    return table


def _rows(progress: Progress, now: float) -> Iterator[tuple[str, Text]]:
    if progress.interview:
        yield (
            "mock",
            Text.assemble(("an interview is under way, and its clock runs", "red"), ("   kata mock resume", "bold")),
        )
    if progress.due:
        yield "review", _due(progress.due)
    elif progress.upcoming is not None:
        days = -progress.upcoming.overdue_days
        when = "tomorrow" if days <= 1 else f"in {days:.0f} days"
        yield "review", Text(f"nothing is due; {progress.upcoming.slug} {when}")
    if progress.suggestion is not None:
        yield "next", _next(progress.suggestion)
    else:
        yield "next", Text("everything is mastered; kata mock keeps you fit")
    if progress.unmastered:
        yield "polish", _unmastered(progress.unmastered)
    if progress.last is not None:
        yield "last", _last(progress.last, now)
    yield "more", Text("kata list, kata watch, kata mock, kata stats, kata --help", "dim")


def _due(due: Sequence[Due]) -> Text:
    names = ", ".join(one.slug for one in due[:_MOST_DUE])
    rest = f" and {len(due) - _MOST_DUE} more" if len(due) > _MOST_DUE else ""
    minutes = sum(one.minutes for one in due)
    return Text.assemble((f"{len(due)} due: {names}{rest}", "yellow"), f" ({minutes} min)", ("   kata review", "bold"))


def _next(suggestion: Suggestion) -> Text:
    facts = f"{suggestion.title}, {suggestion.difficulty}, {suggestion.minutes} min; {suggestion.reason}"
    return Text.assemble((f"kata start {suggestion.slug}", "bold"), f"   {facts}")


def _unmastered(unmastered: Sequence[Unmastered]) -> Text:
    first = unmastered[0]
    told = [f"{stars(one.standing.level, one.standing.layers)} {one.slug}" for one in unmastered[:_MOST_UNMASTERED]]
    rest = f" and {len(unmastered) - _MOST_UNMASTERED} more" if len(unmastered) > _MOST_UNMASTERED else ""
    left = missing(first.standing.layers)
    facts = f" ({left})" if left and len(unmastered) == 1 else ""
    return Text.assemble((", ".join(told) + rest + facts, ""), (f"   kata watch {first.slug}", "bold"))


def _last(attempt: Attempt, now: float) -> Text:
    style = "green" if attempt.solved else "red"
    word = LEVELS[attempt.level] if attempt.solved else words(attempt.verdict)
    facts = f" {attempt.slug}, {attempt.points:g} of {count(attempt.max_points, 'point')}, {ago(now - attempt.at)}"
    return Text.assemble((word, style), facts)
