"""The marks of a class: plain data, and the sums over it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean, median
from typing import TYPE_CHECKING

from grader.model import Layer, Level, Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from grader.classes.assignment import Assignment
    from grader.classes.roster import Learner
    from grader.model import CaseResult, Report


class State(StrEnum):
    """What became of an exercise that a learner was asked."""

    GRADED = "graded"
    MISSING = "missing"
    UNTOUCHED = "untouched"
    REFUSED = "refused"
    FAULT = "fault"


class FailOn(StrEnum):
    """What makes a run for marks fail."""

    NOTHING = "nothing-handed-in"
    LEVEL = "below-level"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Mark:
    """What one learner got for one exercise.

    Attributes
    ----------
    points : float or None
        After what was taken off for being late; None where the grader broke, which is not held against anybody.
    max_points : float
        The same for everybody.
    path : str
        The file that was graded.
    note : str
        Why it was not graded.
    """

    slug: str
    state: State
    points: float | None
    max_points: float
    path: str = ""
    note: str = ""
    report: Report | None = None

    @property
    def level(self) -> Level:
        """How far it came."""
        return self.report.level if self.report is not None else Level.NONE


@dataclass(frozen=True, slots=True)
class Row:
    """What one learner got.

    Attributes
    ----------
    late_days : int
        Days late that count, 0 in time.
    factor : float
        What the late policy leaves of the points, from 0 to 1.
    is_listed : bool
        Whether the learner is on the roster; true where there is none.
    """

    learner: Learner
    marks: tuple[Mark, ...]
    submitted: datetime | None = None
    late_days: int = 0
    factor: float = 1.0
    notes: tuple[str, ...] = ()
    is_listed: bool = True

    @property
    def points(self) -> float:
        """Points of all exercises; one that could not be judged adds none."""
        return round(sum(mark.points or 0.0 for mark in self.marks), 2)

    @property
    def max_points(self) -> float:
        """The same for everybody."""
        return sum(mark.max_points for mark in self.marks)

    @property
    def percent(self) -> float:
        """Share of all points, from 0 to 100."""
        return 100 * self.points / self.max_points

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to grade."""
        return all(mark.state not in {State.GRADED, State.FAULT} for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Alike:
    """Hand-ins of an exercise whose code is the same. That is a fact and not yet a reproach.

    Attributes
    ----------
    learners : tuple of str
        Their ids.
    how : str
        `the same file`, or `the same code` where comments, docstrings and layout differ.
    reference : str
        Which of our solutions it equals as well; empty for none.
    """

    slug: str
    learners: tuple[str, ...]
    how: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Hard:
    """A case and how many learners failed it, of those whose answer was graded."""

    slug: str
    case: CaseResult
    failed: int
    total: int


@dataclass(frozen=True, slots=True)
class Gradebook:
    """The marks of a class."""

    assignment: Assignment
    rows: tuple[Row, ...]
    alike: tuple[Alike, ...] = ()
    faults: tuple[str, ...] = ()
    graded: int = 0

    @property
    def mean(self) -> float:
        """Mean percentage; 0 for an empty class."""
        return mean([row.percent for row in self.rows] or [0.0])

    @property
    def median(self) -> float:
        """Median percentage; 0 for an empty class."""
        return median([row.percent for row in self.rows] or [0.0])

    @property
    def empty(self) -> tuple[Row, ...]:
        """Learners of whom nothing could be graded."""
        return tuple(row for row in self.rows if row.is_empty)

    def distribution(self) -> tuple[int, ...]:
        """Return how many learners are in each tenth of the percentages; 100 belongs to the last."""
        counts = Counter(min(int(row.percent // 10), 9) for row in self.rows)
        return tuple(counts[tenth] for tenth in range(10))

    def hardest(self, most: int = 10) -> tuple[Hard, ...]:
        """Return the cases that most learners failed."""
        failed: Counter[tuple[str, str]] = Counter()
        total: Counter[tuple[str, str]] = Counter()
        seen: dict[tuple[str, str], CaseResult] = {}
        for row in self.rows:
            for mark in row.marks:
                for case in mark.report.cases if mark.report is not None and mark.state is State.GRADED else ():
                    key = (mark.slug, case.name)
                    seen.setdefault(key, case)
                    total[key] += 1
                    failed[key] += case.verdict is not Verdict.PASSED
        order = sorted((key for key in seen if failed[key]), key=lambda key: (-failed[key] / total[key], key))
        return tuple(Hard(key[0], seen[key], failed[key], total[key]) for key in order[:most])

    def mistakes(self, most: int = 10) -> tuple[tuple[str, str, int], ...]:
        """Return the commonest diagnoses: exercise, sentence, how many learners; of several possible ones each counts."""
        found = Counter(
            (mark.slug, mistake)
            for row in self.rows
            for mark in row.marks
            if mark.report is not None and mark.report.diagnosis is not None
            for mistake in mark.report.diagnosis.mistakes
        )
        return tuple((slug, mistake, number) for (slug, mistake), number in found.most_common(most))

    def exit_code(self, fail_on: FailOn) -> int:
        """Return 3 where the grader broke, 1 where `fail_on` says so or nobody is there, else 0."""
        if self.faults:
            return 3
        if fail_on is FailOn.NEVER:
            return 0
        if not self.rows or self.empty:
            return 1
        wanted = self.assignment.level
        short = any(not mark.level.reaches(wanted) for row in self.rows for mark in row.marks)
        return 1 if fail_on is FailOn.LEVEL and short else 0


def share(report: Report, level: Level) -> float:
    """Return the share of its points that a report has, from 0 to 1.

    Parameters
    ----------
    report : Report
        Of the judge.
    level : Level
        `core` counts core cases only, `full` all.
    """
    cases = [case for case in report.cases if level is not Level.CORE or case.layer is Layer.CORE]
    most = sum(case.max_points for case in cases)
    return sum(case.points for case in cases) / most if most else 0.0
