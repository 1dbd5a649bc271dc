"""Recorded attempts as a table."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from grader.render.cases import words
from grader.render.levels import LEVELS, stars
from grader.render.paint import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from grader.practice.attempt import Attempt, Best


def render(attempts: Sequence[Attempt], best: Best) -> RenderableType:
    """Return attempts at one exercise as a table, newest first, and the best of them.

    Parameters
    ----------
    attempts : sequence of Attempt
        Newest first.
    best : Best
        The least ratio and times of all that solved it.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")  # fits on 80 columns
    for name in ("when", "result", "points", "took", "hints", "after", "ratio", "seed"):
        table.add_column(name, justify="left" if name in ("when", "result") else "right", no_wrap=True)
    for attempt in attempts:
        table.add_row(
            datetime.fromtimestamp(attempt.at).strftime("%Y-%m-%d %H:%M"),  # noqa: DTZ006 - the learner's clock
            _result(attempt),
            f"{attempt.points:g}/{attempt.max_points:g}",
            seconds(attempt.duration_s),
            str(attempt.hints),
            "" if attempt.taken_s is None else seconds(attempt.taken_s),
            "" if attempt.time_ratio is None else f"{attempt.time_ratio:.1f}",
            str(attempt.seed),
        )
    facts = [] if best.solved_s is None else [f"solved in {seconds(best.solved_s)} at best"]
    facts += [] if best.mastered_s is None else [f"mastered in {seconds(best.mastered_s)} at best"]
    facts += [] if best.time_ratio is None else [f"{best.time_ratio:.1f}x the reference's time at best"]
    return Group(table, *([Text(f"\n{'; '.join(facts)}", "bold")] if facts else []))


def _result(attempt: Attempt) -> Text:
    if not attempt.solved:
        return Text(words(attempt.verdict), "red")
    return Text(f"{LEVELS[attempt.level]} {stars(attempt.level, attempt.layers)}", "green")
