"""Charts of a learner's past as SVG that takes its ink from the page around it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from grader.practice.stats import first_monday

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from grader.practice.stats import Recall, Stats

_INK: Final = "#010203"  # replaced by the page's own colour, so that a chart is readable on light and on dark
_GREEN: Final = "#2da05a"
_AMBER: Final = "#d08a1d"
_GREY: Final = "#8a8f98"
_WEEKS: Final = 26
_MOST: Final = 20
_STYLE: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "kata",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _GREY,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
}


def practice(stats: Stats) -> str:
    """Return a heat map of the attempts of each day of the last 26 weeks."""
    monday = first_monday(stats.today, _WEEKS)
    grid = [
        [
            stats.days.get(day, 0)
            if (day := monday + timedelta(weeks=week, days=weekday)) <= stats.today
            else float("nan")
            for week in range(_WEEKS)
        ]
        for weekday in range(7)
    ]
    with mpl.rc_context(_STYLE):
        axes = _axes(height=1.9)
        colors = LinearSegmentedColormap.from_list("practice", [(0.54, 0.56, 0.6, 0.18), (0.18, 0.63, 0.35, 1.0)])
        axes.pcolormesh(grid, cmap=colors, vmin=0, vmax=max([3, *stats.days.values()]), edgecolors="none", linewidth=0)
        for week in range(_WEEKS + 1):
            axes.axvline(week, color=_GREY, linewidth=0.3)
        for weekday in range(8):
            axes.axhline(weekday, color=_GREY, linewidth=0.3)
        axes.invert_yaxis()
        axes.set_yticks([0.5, 2.5, 4.5], ["Mon", "Wed", "Fri"])
        weeks = range(0, _WEEKS, 5)
        axes.set_xticks([week + 0.5 for week in weeks], [f"{monday + timedelta(weeks=week):%d %b}" for week in weeks])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        return _svg(axes)


def solved(stats: Stats) -> str:
    """Return the number of solved exercises over time, and of mastered ones."""
    with mpl.rc_context(_STYLE):
        axes = _axes()
        for curve, width, color in ((stats.solved, 1.8, _GREEN), (stats.mastered, 0.9, _AMBER)):
            days = [float(date2num(day)) for day, _ in curve]
            numbers = [number for _, number in curve]
            until = [float(date2num(stats.today))] if curve else []
            axes.step([*days, *until], [*numbers, *numbers[-1:]], where="post", color=color, linewidth=width)
            axes.plot(days, numbers, "o", color=color, markersize=2 * width)
        axes.set_ylim(bottom=0)
        axes.set_ylabel("exercises")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        _dates(axes)
        return _svg(axes)


def times(stats: Stats) -> str:
    """Return the minutes to the first solution of each exercise beside its target."""
    rows = stats.times[-_MOST:]
    with mpl.rc_context(_STYLE):
        axes = _axes(height=0.9 + 0.26 * len(rows))
        colors = [_GREEN if row.taken_min <= row.target_min else _AMBER for row in rows]
        axes.barh(range(len(rows)), [row.taken_min for row in rows], color=colors, height=0.6)
        axes.plot([row.target_min for row in rows], range(len(rows)), "|", color=_INK, markersize=12, label="target")
        _names(axes, [row.slug for row in rows])
        axes.set_xlabel("minutes; the mark is the target")
        return _svg(axes)


def recall(rows: Sequence[Recall]) -> str:
    """Return bars of how well each track or tag is known."""
    with mpl.rc_context(_STYLE):
        axes = _axes(height=0.9 + 0.26 * len(rows))
        axes.barh(range(len(rows)), [100 * row.value for row in rows], color=_GREEN, height=0.6)
        _names(axes, [row.name for row in rows])
        axes.set_xlim(0, 100)
        axes.set_xlabel("known, %")
        return _svg(axes)


def forecast(stats: Stats) -> str:
    """Return how many exercises are due on each of the next days."""
    with mpl.rc_context(_STYLE):
        axes = _axes()
        axes.bar(
            [float(date2num(day)) for day, _ in stats.forecast], [number for _, number in stats.forecast], color=_GREEN
        )
        axes.set_ylabel("reviews due")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        _dates(axes)
        return _svg(axes)


def interviews(stats: Stats) -> str:
    """Return the scores of the mock interviews in their order."""
    with mpl.rc_context(_STYLE):
        axes = _axes()
        numbers = range(1, len(stats.interviews) + 1)
        axes.plot(numbers, [score for _, score in stats.interviews], "o-", color=_GREEN, markersize=5)
        axes.set_ylim(0, 100)
        axes.set_xticks(numbers, [f"{day:%d %b}" for day, _ in stats.interviews])
        axes.set_ylabel("score, out of 100")
        return _svg(axes)


def _axes(height: float = 2.8) -> Axes:
    figure = Figure(figsize=(5.2, height))
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    return axes


def _names(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)  # the first on top


def _dates(axes: Axes) -> None:
    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def _svg(axes: Axes) -> str:
    figure = axes.figure
    assert isinstance(figure, Figure)
    text = StringIO()
    FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None})
    svg = text.getvalue()
    return svg[svg.index("<svg") :].replace(_INK, "currentColor")
