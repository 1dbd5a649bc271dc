"""Reports as text for a terminal.

::

    ★★☆ solved  softmax  core 6 of 6 · fine print 8 of 9 · scale 1 of 1, 0.4 s, 1.2x the reference's time

      wrong  An empty row gives an empty row.
             softmax(float64 array of shape (0,)) raised ValueError.

      attempt  exercises/attention/softmax/softmax.py
      again    kata grade softmax --seed 17
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from grader.model import Level, Verdict
from grader.render import levels
from grader.render.cases import blocks as case_blocks
from grader.render.cases import is_about_the_whole, painted, words
from grader.render.diagnosis import sentence
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact
from grader.render.paint import BOLD, DIM, GREEN, MAGENTA, RED, YELLOW, Paint, count, seconds, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.model import Report

_COLORS = {"mastered": GREEN, "solved": GREEN, "passed": GREEN, "not started": YELLOW, "not judged": MAGENTA}


def render(reports: Sequence[Report], *, color: bool, links: bool, width: int = 100, verbose: bool = False) -> str:
    """Return reports as text.

    Parameters
    ----------
    reports : sequence of Report
        In the order to show them.
    color : bool
        Write colours as ANSI sequences.
    links : bool
        Write paths as OSC 8 hyperlinks.
    width : int, default=100
        Columns to wrap at.
    verbose : bool, default=False
        Show every case in full: passed ones, all messages, all prints.

    Returns
    -------
    str
        Text that ends in a line feed. Control characters of a learner's text are written out.
    """
    paint = Paint(color=color, links=links, width=width)
    shown = [redact(report) for report in reports]
    align = _alignment(shown)
    lines: list[str] = []
    for report in shown:
        body = list(_body(report, paint, verbose=verbose, alone=len(shown) == 1))
        if lines and lines[-1] and body:
            lines.append("")
        lines += [*_head(report, paint, align), *body]
    if len(shown) > 1:
        lines += [] if lines[-1] == "" else [""]
        lines += _summary(shown, paint)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _alignment(reports: Sequence[Report]) -> tuple[int, int]:
    """Return the widths of the verdict and name columns."""
    heads = [_outcome(report) for report in reports]
    return max(map(len, heads), default=0), max((len(report.exercise) for report in reports), default=0)


def _head(report: Report, paint: Paint, align: tuple[int, int]) -> list[str]:
    outcome = _outcome(report)
    code = _COLORS.get(levels.word(report), RED)
    name = visible_line(report.exercise)
    indent = " " * (align[0] + align[1] + 4)
    facts = paint.fill(_facts(report), indent) or [""]
    verdict = paint.dress(outcome, BOLD, code) + " " * (align[0] - len(outcome))
    first = f"{verdict}  {paint.dress(name, BOLD)}{' ' * (align[1] - len(name))}  {facts[0].strip()}"
    return [first, *(indent + line.strip() for line in facts[1:])]


def _outcome(report: Report) -> str:
    """Return the stars and the word for how far the submission came."""
    return levels.outcome(report)


def _facts(report: Report) -> str:
    facts = [levels.cases(report)] if report.cases else []
    facts.append(seconds(report.duration_s))
    if report.time_ratio is not None:
        facts.append(f"{report.time_ratio:.1f}x the reference's time")
    elif report.is_fast:
        facts.append("fast")
    return ", ".join(facts)


def _body(report: Report, paint: Paint, *, verbose: bool, alone: bool) -> Iterator[str]:
    """Yield what follows the headline, a blank line after each block.

    What confined the submission is told here when the report stands alone, else in the summary.
    """
    blocks = [
        list(_message(report, paint)),
        list(_diagnosis(report, paint)),
        *case_blocks(report, paint, verbose=verbose),
        _table(_footer(report, paint, alone=alone), paint),
    ]
    if any(blocks):
        yield ""
    for block in filter(None, blocks):
        yield from block
        yield ""


def _message(report: Report, paint: Paint) -> Iterator[str]:
    if is_about_the_whole(report):
        word = words(report.verdict)
        lines = paint.fill(visible(report.message), " " * (len(word) + 4))
        yield f"  {painted(report.verdict, paint)}  {lines[0].strip()}"
        yield from lines[1:]
    elif report.cases and all(case.verdict is Verdict.NOT_STARTED for case in report.cases):
        yield "  Nothing to judge yet: every case met NotImplementedError."


def _diagnosis(report: Report, paint: Paint) -> Iterator[str]:
    if report.diagnosis is not None:
        first, *rest = paint.fill(visible_line(sentence(report.diagnosis)), "  ")
        yield from (f"  {paint.dress(first.strip(), BOLD)}", *rest)


def _footer(report: Report, paint: Paint, *, alone: bool) -> Iterator[tuple[str, str]]:
    """Yield where the attempt lies, what confined it and how to repeat the run."""
    if report.verdict is not Verdict.PASSED and report.submission_path:
        yield "attempt", _attempt(report, paint)
    if alone:
        yield from _confinement(report)
    if report.verdict not in {Verdict.PASSED, Verdict.NOT_STARTED}:
        yield "again", _again(report)
        if any(" of shape (" in case.message or case.story for case in report.cases):
            yield "inputs", _again(report).replace("kata grade", "kata case", 1)
    if report.verdict is Verdict.GRADER_FAULT:
        yield "note", "The grader broke, which is not held against the attempt."
    for note in report.notes:
        yield "note", visible(note)


def _confinement(report: Report) -> Iterator[tuple[str, str]]:
    if report.confinement.level != "confined":
        missing = "; ".join(report.confinement.missing) or "nothing held the submission in"
        yield report.confinement.level, visible_line(missing)


def _table(rows: Iterable[tuple[str, str]], paint: Paint, indent: str = "  ") -> list[str]:
    """Lay out names and values in two columns; paths and commands are never wrapped."""
    facts = list(rows)
    column = max((len(name) for name, _ in facts), default=0)
    lines: list[str] = []
    for name, value in facts:
        hang = " " * (len(indent) + column + 2)
        first, *rest = [value] if name in _UNBROKEN else paint.fill(value, hang)
        lines += [f"{indent}{paint.dress(name.ljust(column), DIM)}  {first.strip()}", *rest]
    return lines


_UNBROKEN = frozenset({"attempt", "again", "inputs"})


def _attempt(report: Report, paint: Paint) -> str:
    line = _line(report)
    text = visible_line(short(Path(report.submission_path))) + (f":{line}" if line else "")
    return paint.link(text, report.submission_path, line)


def _line(report: Report) -> int | None:
    """Find the line of the attempt that the message shown first points at."""
    failed = (case.message for case in report.cases if case.verdict is not Verdict.PASSED)
    message = report.message or next(failed, "")
    file = re.escape(PurePath(report.submission_path).name)
    places = re.findall(rf"{file}:(\d{{1,6}})|\bline (\d{{1,6}})\b", message)
    return int(places[-1][0] or places[-1][1]) if places else None


def _again(report: Report) -> str:
    parts = ["kata", "grade", report.exercise, *_which(report.submission_path), "--seed", str(report.seed)]
    return visible_line(" ".join(map(shlex.quote, parts)))


def _which(path: str) -> list[str]:
    """Return the option that makes `kata grade` read this file."""
    roots = PurePath(path).parts[-4:-3]
    if not path or roots == ("exercises",):
        return []
    return ["--reference"] if roots == ("solutions",) else ["--path", path]


def _summary(reports: Sequence[Report], paint: Paint) -> list[str]:
    reached = [report for report in reports if report.level.reaches(Level.CORE)]
    mastered = sum(report.level is Level.FULL for report in reports)
    points = sum(report.points for report in reports)
    most = sum(report.max_points for report in reports)
    code = GREEN if mastered == len(reports) else YELLOW if len(reached) == len(reports) else RED
    time = seconds(sum(report.duration_s for report in reports))
    rows = [
        (heading, ", ".join(visible_line(r.exercise) for r in reports if levels.word(r) == heading))
        for heading in ("not solved", "solved", "not started", "not judged")
    ]
    walls = dict.fromkeys(wall for report in reports for wall in _confinement(report))
    verdict = paint.dress(f"{len(reached)} of {len(reports)} solved, {mastered} mastered", BOLD, code)
    return [
        f"{verdict}, {points:g} of {count(most, 'point')}, {time}",
        *_table([*((heading, names) for heading, names in rows if names), *walls], paint, indent=""),
    ]
