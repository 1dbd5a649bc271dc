"""Words and stars for levels and layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import Layer, Level, Verdict
from grader.render.paint import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import LayerCount, Report

LAYERS: Final = {Layer.CORE: "core", Layer.FINE: "fine print", Layer.SCALE: "scale"}
_NOT_JUDGED: Final = {Verdict.NOT_STARTED: "not started", Verdict.GRADER_FAULT: "not judged"}
LEVELS: Final = {Level.NONE: "not solved", Level.CORE: "solved", Level.FULL: "mastered"}


def stars(level: Level, layers: Sequence[LayerCount]) -> str:
    """Return a star for each layer, filled where it is complete; all are hollow while core is not.

    Parameters
    ----------
    level : Level
        How far it came.
    layers : sequence of LayerCount
        The layers that there are; empty where nobody counted them, as in attempts from before there were any.
    """
    total = len(layers) or len(Layer)
    if level is Level.FULL:
        return "★" * total
    done = 0 if level is Level.NONE else max(sum(count.is_complete for count in layers), 1)
    return "★" * done + "☆" * (total - done)


def counts(layers: Sequence[LayerCount]) -> str:
    """Return how many cases of each layer passed, `core 10 of 10, fine print 8 of 11`."""
    return ", ".join(f"{LAYERS[count.layer]} {count.passed} of {count.total}" for count in layers)


def missing(layers: Sequence[LayerCount]) -> str:
    """Return the same of the layers that are not complete."""
    return counts([count for count in layers if not count.is_complete])


def word(report: Report) -> str:
    """Return the outcome of a report in words: a level, `not started` or `not judged`.

    Examples are worth no points and show no level; they are `passed` or `not passed`.
    """
    if report.verdict in _NOT_JUDGED and report.level is Level.NONE:
        return _NOT_JUDGED[report.verdict]
    if not report.max_points:
        return "passed" if report.verdict is Verdict.PASSED else "not passed"
    return LEVELS[report.level]


def outcome(report: Report) -> str:
    """Return the stars of a report and its outcome, such as `★★☆ solved`; no stars where no level can be told."""
    told = word(report)
    return f"{stars(report.level, report.layers)} {told}" if told in LEVELS.values() and report.layers else told


def cases(report: Report) -> str:
    """Return how many cases of a report passed, `core 10 of 10 · fine print 8 of 11`; of one layer without its name."""
    if len(report.layers) == 1:
        only = report.layers[0]
        return f"{only.passed} of {count(only.total, 'case')}"
    return " · ".join(f"{LAYERS[one.layer]} {one.passed} of {one.total}" for one in report.layers)
