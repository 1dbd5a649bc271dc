"""`assignment.toml`: what a class was asked, what it is worth, and until when.

::

    format = 1
    title = "Boxes"
    seed = 1803301                     the inputs of the hidden tests, the same for everybody
    level = "full"                     "full" marks the points of all cases, "core" those of core cases
    feedback = "hints"                 what a learner's page tells: full, hints or none
    attempts = "last"                  of several hand-ins of one learner: last or best
    due = 2026-10-01T23:59:00+02:00    may be left out

    [late]                             may be left out; what is late then loses nothing
    grace_minutes = 15
    percent_per_day = 10
    most_days = 5

    [[exercises]]
    slug = "iou"
    points = 10
"""

from __future__ import annotations

import json
import math
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from grader.content.metadata import expect_format
from grader.content.toml_table import read_table
from grader.errors import UsageError
from grader.model import Feedback, Level

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.content.toml_table import Table
    from grader.model import Exercise

POINTS: Final = 10.0
_SEED_BITS: Final = 31
_DAY: Final = timedelta(days=1)


class Attempts(StrEnum):
    """Which of several hand-ins of one learner counts."""

    LAST = "last"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Late:
    """What a late hand-in loses.

    Attributes
    ----------
    grace_minutes : float
        Minutes after the due date that cost nothing.
    percent_per_day : float
        Percent of the marks for each day that has begun.
    most_days : int
        Later than so many days is worth nothing.
    """

    grace_minutes: float = 15.0
    percent_per_day: float = 10.0
    most_days: int = 5

    def days(self, late: timedelta) -> int:
        """Return how many days late counts as, a day that has begun as a whole one."""
        over = late - timedelta(minutes=self.grace_minutes)
        return max(math.ceil(over / _DAY), 0)

    def factor(self, days: int) -> float:
        """Return what is left of the marks, from 0 to 1."""
        return 0.0 if days > self.most_days else max(1.0 - days * self.percent_per_day / 100, 0.0)


@dataclass(frozen=True, slots=True)
class Piece:
    """One exercise of an assignment, and the points that it is worth to everybody."""

    slug: str
    points: float = POINTS


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a class was asked.

    Attributes
    ----------
    level : Level
        `full` marks the share of all points of an exercise, `core` the share of those of its core cases.
    late : Late or None
        None where what is late loses nothing.
    """

    title: str
    seed: int
    pieces: tuple[Piece, ...]
    level: Level = Level.FULL
    feedback: Feedback = Feedback.HINTS
    attempts: Attempts = Attempts.LAST
    due: datetime | None = None
    late: Late | None = field(default=None)

    @property
    def slugs(self) -> tuple[str, ...]:
        """The exercises, in order."""
        return tuple(piece.slug for piece in self.pieces)

    @property
    def points(self) -> float:
        """What everything together is worth."""
        return sum(piece.points for piece in self.pieces)


def load_assignment(path: Path) -> Assignment:
    """Read an assignment.

    Parameters
    ----------
    path : Path
        A file as `kata release` writes it.

    Raises
    ------
    UsageError
        When there is no such file.
    ContentError
        When it breaks a rule; the message names the key.
    """
    if not path.is_file():
        raise UsageError(f"{path} is no file.", "Name the assignment.toml that `kata release` wrote.")
    table = read_table(path)
    expect_format(table)
    assignment = Assignment(
        title=table.text("title"),
        seed=table.whole("seed"),
        level=table.choice("level", Level),
        feedback=table.choice("feedback", Feedback),
        attempts=table.choice("attempts", Attempts),
        due=table.moment("due"),
        late=_late(table),
        pieces=tuple(_piece(row) for row in table.tables("exercises")),
    )
    table.no_more()
    if assignment.level is Level.NONE:
        raise table.error("level", "is 'none'", "Use core or full.")
    if not assignment.pieces:
        raise table.error("exercises", "is empty", "Name at least one under [[exercises]].")
    twice = [slug for slug in assignment.slugs if assignment.slugs.count(slug) > 1]
    if twice:
        raise table.error("exercises", f"names {twice[0]!r} twice", "Remove one.")
    return assignment


def _late(table: Table) -> Late | None:
    inner = table.table("late")
    standard = Late()
    late = Late(
        grace_minutes=inner.number("grace_minutes", standard.grace_minutes),
        percent_per_day=inner.number("percent_per_day", standard.percent_per_day),
        most_days=inner.whole("most_days", standard.most_days),
    )
    inner.no_more()
    return late if inner.is_given else None


def _piece(row: Table) -> Piece:
    piece = Piece(row.text("slug"), row.number("points", POINTS))
    row.no_more()
    return piece


def assignment_path(folder: Path) -> Path:
    """Return where the assignment of a release lies: beside it, since whoever knows the seed knows the inputs."""
    place = folder.absolute()
    return place.with_name(f"{place.name}-assignment.toml")


def expect_none(folder: Path) -> None:
    """Refuse to make a release beside an assignment, which may hold the points of a class.

    Raises
    ------
    UsageError
        When there is one.
    """
    path = assignment_path(folder)
    if path.exists():
        raise UsageError(f"{path} is there already.", "Move it away, or name another folder for the release.")


def write_assignment(folder: Path, exercises: Sequence[Exercise], level: Level) -> Path:
    """Write the assignment of a release beside its folder, and return where.

    Parameters
    ----------
    folder : Path
        Of the release.
    exercises : sequence of Exercise
        What is handed out.
    level : Level
        How far each is to come.

    Raises
    ------
    UsageError
        When it cannot be written.
    """
    path = assignment_path(folder)
    text = _HEAD.format(
        title=json.dumps(folder.absolute().name, ensure_ascii=False),
        seed=secrets.randbits(_SEED_BITS) + 1,
        level=level,
        feedback=Feedback.HINTS,
        attempts=Attempts.LAST,
    )
    text += "".join(f'\n[[exercises]]\nslug = "{one.slug}"\npoints = {POINTS:g}\n' for one in exercises)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).", "Name another folder.") from None
    return path


_HEAD: Final = """\
# What `kata marks` goes by. Keep it from the class: whoever knows the seed knows the inputs of the hidden tests.
format = 1
title = {title}
seed = {seed}
level = "{level}"  # full: the points of all cases count; core: those of core cases
feedback = "{feedback}"  # what a learner's page tells: full, hints or none
attempts = "{attempts}"  # of several hand-ins of one learner: last or best
# due = 2026-10-01T23:59:00+02:00

# [late]  # without it what is late loses nothing
# grace_minutes = 15
# percent_per_day = 10
# most_days = 5  # later is worth nothing
"""
