"""A past to compute with: attempts, starts and ratings at given moments, through the real history."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from unittest import mock

from grader.intake.submission import submission_from_text
from grader.model import CaseResult, Confinement, Layer, Measure, Report, StartMethod, Verdict, worst
from grader.practice.history import History
from grader.practice.own_words import About
from grader.practice.review import record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.model import Exercise
    from grader.practice.attempt import Rating

DAY: Final = 86400.0
NOW: Final = time.mktime((2026, 3, 18, 12, 0, 0, 0, 0, -1))  # a Wednesday noon, the learner's time


def report(
    slug: str, verdict: Verdict = Verdict.PASSED, ratio: float | None = None, fine: Verdict | None = None
) -> Report:
    """Return a report with one core case and, where a verdict is given for it, one of fine print."""
    measures = () if ratio is None else (Measure("time_ratio", ratio, 10.0),)
    found = [(Layer.CORE, verdict, measures), *([(Layer.FINE, fine, ())] if fine else [])]
    cases = tuple(
        CaseResult(f"test_{layer}", "It works.", how, float(how is Verdict.PASSED), 1.0, 0.01, "", "", took, layer)
        for layer, how, took in found
    )
    walls = Confinement("confined", 7, seccomp=True, rlimits=True, start_method=StartMethod.FORK)
    points, most = sum(case.points for case in cases), float(len(cases))
    whole = worst(case.verdict for case in cases)
    return Report(slug, slug, whole, points, most, 0.1, walls, 1, "c", "s", f"{slug}.py", cases)


class Past:
    """Writes into a history as if it were earlier."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.now = NOW

    @contextmanager
    def _at(self) -> Iterator[None]:
        with mock.patch.object(time, "time", return_value=self.now):
            yield

    def start(self, slug: str) -> None:
        """Start an exercise now."""
        with self._at():
            self.history.start(slug)

    def note(self, slug: str, text: str) -> None:
        """Write a note now."""
        with self._at():
            self.history.words.write(About.EXERCISE, slug, text)

    def hint(self, slug: str, number: int) -> None:
        """Show a hint now."""
        with self._at():
            self.history.add_hint(slug, number)

    def spoil(self, slug: str) -> None:
        """Show our solution now."""
        with self._at():
            self.history.add_spoiler(slug)

    def rate(self, slug: str, rating: Rating) -> None:
        """Note a rating now."""
        with self._at():
            self.history.rate(slug, rating)

    def grade(
        self, exercise: Exercise, verdict: Verdict = Verdict.PASSED, ratio: float | None = None, source: str = "x = 1",
        fine: Verdict | None = None,
    ) -> Rating | None:  # fmt: skip
        """Record an attempt now."""
        with self._at():
            graded = report(exercise.slug, verdict, ratio, fine)
            return record(self.history, exercise, graded, submission_from_text(exercise.slug, source), self.now)


@contextmanager
def open_past(folder: Path) -> Iterator[Past]:
    """Open a history in a folder of a test."""
    with History(folder) as history:
        yield Past(history)
