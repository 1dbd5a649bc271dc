"""Which cases of an exercise a test cell of a notebook stands for, and what each cell is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.errors import ContentError
from grader.model import Feedback, Layer, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.model import CaseResult, Report

LAYERS: Final = {Layer.CORE: "Core", Layer.FINE: "Fine print", Layer.SCALE: "Scale"}
_MOST_TESTS: Final = 4  # in a cell; one cell for each of twenty would fill the lecturer's screen
_MOST_CHARACTERS: Final = 400


@dataclass(frozen=True, slots=True)
class TestCell:
    """A test cell: a few hidden tests of one layer that stand together in their file, with all parameters of each.

    Attributes
    ----------
    grade_id : str
        What nbgrader calls it, such as `core_2`. It says nothing of the tests.
    title : str
        What a learner reads, such as "Core, part 2 of 3".
    cases : tuple of int
        Places of its cases in a report.
    points : float
        What they are worth together.
    """

    __test__ = False  # pytest would collect it by its name

    grade_id: str
    title: str
    cases: tuple[int, ...]
    points: float


@dataclass(frozen=True, slots=True)
class Mark:
    """What a test cell is given.

    Attributes
    ----------
    text : str
        What the learner reads; as much of it as the report's feedback allows.
    """

    grade_id: str
    points: float
    max_points: float
    text: str


def plan(cases: Sequence[CaseResult]) -> tuple[TestCell, ...]:
    """Return the test cells of an exercise.

    Parameters
    ----------
    cases : sequence of CaseResult
        All cases of a report, whatever was judged. The same exercise always gives the same cells.
    """
    found: list[TestCell] = []
    for layer, name in LAYERS.items():
        tests: dict[str, list[int]] = {}
        for place, case in enumerate(cases):
            if case.layer is layer and case.max_points:
                tests.setdefault(case.name.partition("[")[0], []).append(place)
        groups = list(_split(list(tests.values())))
        for number, group in enumerate(groups, 1):
            places = tuple(place for test in group for place in test)
            title = name if len(groups) == 1 else f"{name}, part {number} of {len(groups)}"
            points = sum(cases[place].max_points for place in places)
            found.append(TestCell(f"{layer}_{number}", title, places, points))
    return tuple(found)


def marks(report: Report) -> tuple[Mark, ...]:
    """Return what each test cell is given.

    Parameters
    ----------
    report : Report
        Of the judge, all cases judged.

    Raises
    ------
    ContentError
        When there is no verdict, or a report without cases: no mark may come of that.
    """
    if report.verdict is Verdict.GRADER_FAULT or not report.cases:
        told = report.message or next((one.message for one in report.cases if one.verdict is report.verdict), "")
        raise ContentError(f"{report.exercise} could not be graded: {told or 'the grader broke'}", "No mark was given.")
    return tuple(
        Mark(
            grade_id=cell.grade_id,
            points=sum(report.cases[place].points for place in cell.cases),
            max_points=cell.points,
            text=_text(cell, report),
        )
        for cell in plan(report.cases)
    )


def number(value: float) -> str:
    """Return points as people write them."""
    return f"{value:g}"


def _split(tests: Sequence[list[int]]) -> Iterator[Sequence[list[int]]]:
    """Yield the tests in as few groups as there may be, of nearly the same size."""
    groups = math.ceil(len(tests) / _MOST_TESTS)
    for place in range(groups):
        yield tests[len(tests) * place // groups : len(tests) * (place + 1) // groups]


def _text(cell: TestCell, report: Report) -> str:
    cases = [report.cases[place] for place in cell.cases]
    points = sum(case.points for case in cases)
    lines = [f"{cell.title}: {number(points)} of {number(cell.points)} points"]
    if report.message and report.verdict is Verdict.INVALID:
        lines.append(f"  {_line(report.message)}")
    elif report.feedback is Feedback.NONE:
        pass
    elif all(case.verdict is Verdict.NOT_STARTED for case in cases):
        lines.append("  not started")
    else:
        lines += _cases(cases, full=report.feedback is Feedback.FULL)
        if report.diagnosis is not None and report.feedback is Feedback.FULL and points < cell.points:
            lines.append(f"  {_line(report.diagnosis.sentence)}")
    return "\n".join(lines) + "\n"


def _cases(cases: Iterable[CaseResult], *, full: bool) -> Iterator[str]:
    told: set[tuple[str, str]] = set()
    for case in cases:
        head = f"  {case.verdict.replace('_', ' '):<12}  {_line(case.title)}"
        message = _line(case.message) if full and case.message else ""
        if (head, message) not in told:
            told.add((head, message))
            yield head
            if message:
                yield f"  {'':<12}  {message}"


def _line(text: str) -> str:
    """Return a text as one line that does nothing to whatever shows it."""
    line = " ".join(text.split())
    line = line if len(line) <= _MOST_CHARACTERS else f"{line[:_MOST_CHARACTERS]}… (cut)"
    if line.isprintable():
        return line
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in line)
