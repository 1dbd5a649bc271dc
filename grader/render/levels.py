"""The words for how far a submission came, the same in every format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.model import Layer, Level, Verdict

if TYPE_CHECKING:
    from grader.model import Report

LAYERS: Final = {Layer.CORE: "core", Layer.FINE: "fine print", Layer.SCALE: "scale"}
_OTHER: Final = {Verdict.NOT_STARTED: "not started", Verdict.GRADER_FAULT: "not judged"}
_LEVELS: Final = {Level.FULL: "mastered", Level.CORE: "solved", Level.NONE: "not solved"}
#: Every word that `word` may give, worst first.
WORDS: Final = (*_OTHER.values(), "not solved", "not passed", "solved", "mastered", "passed")


def word(report: Report) -> str:
    """Return the outcome in words: `mastered`, `solved`, `not solved`, `not started` or `not judged`.

    Examples are worth no points and show no level; they are `passed` or `not passed`.
    """
    if report.verdict in _OTHER:
        return _OTHER[report.verdict]
    if not is_levelled(report):
        return "passed" if report.verdict is Verdict.PASSED else "not passed"
    return _LEVELS[report.level]


def is_levelled(report: Report) -> bool:
    """Tell whether the cases of a report can show a level: they are hidden tests, not examples."""
    return report.max_points > 0


def stars(report: Report) -> str:
    """Return a star for each layer, full ones first; empty for examples and where nothing was judged."""
    if report.verdict in _OTHER or not is_levelled(report):
        return ""
    return "★" * report.stars + "☆" * (len(report.layers) - report.stars)


def counts(report: Report) -> str:
    """Return how many cases of each layer passed, such as `core 10 of 10 · fine print 8 of 11`."""
    if len(report.layers) == 1:
        only = report.layers[0]
        return f"{only.passed} of {only.total} {'case' if only.total == 1 else 'cases'}"
    return " · ".join(f"{LAYERS[one.layer]} {one.passed} of {one.total}" for one in report.layers)
