"""Reports as text for a terminal.

::

    ★★☆ solved  softmax  core 6 of 6 · fine print 8 of 9 · scale 1 of 1, 0.4 s

      wrong  An empty row gives an empty row.
             softmax(np.array([])) raised ValueError.

      attempt  exercises/attention/softmax/softmax.py
      again    kata grade softmax --seed 17
      case     kata case softmax --seed 17

With a height, a report that stands alone takes no more lines than that: the verdict, the counts by layer and the most
basic failure are always there, and what has no room is counted.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from grader.model import Feedback, Level, Verdict
from grader.render import cases as case_blocks
from grader.render import levels
from grader.render.cases import is_about_the_whole, painted, words
from grader.render.escape import visible, visible_line
from grader.render.feedback import redact
from grader.render.paint import BOLD, DIM, GREEN, MAGENTA, RED, YELLOW, Paint, count, rows, seconds, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from grader.model import Report

_COLORS = {"mastered": GREEN, "solved": GREEN, "passed": GREEN, "not started": YELLOW, "not judged": MAGENTA}


_ENOUGH: Final = 6  # lines for failures, below which the foot gives way
_FIRST_TO_GO: Final = ("again", "attempt")
_SHORT: Final = 8  # lines for what has little to tell, such as a loop that does not end
_NO_BREAK: Final = "\xa0"


def render(
    reports: Sequence[Report],
    *,
    color: bool,
    links: bool,
    width: int = 100,
    verbose: bool = False,
    height: int | None = None,
    more: str = "-v",
) -> str:
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
        Show every failed case in full: all messages, all prints, all measures.
    height : int, optional
        Lines that a report which stands alone may take; no end by default, and none where it is verbose.
    more : str, default="-v"
        What to add or press for what is left out.

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
        alone = len(shown) == 1
        head = _head(report, paint, align)
        room = height - len(head) if height is not None and alone else None
        if case_blocks.is_short(report):
            room = min(_SHORT - len(head), room or _SHORT)
        body = list(_body(report, paint, verbose=verbose, alone=alone, room=room, more=more))
        if lines and lines[-1] and body:
            lines.append("")
        lines += [*head, *body]
    if len(shown) > 1:
        lines += [] if lines[-1] == "" else [""]
        lines += _summary(shown, paint)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def headline(report: Report, paint: Paint) -> str:
    """Return the verdict and the counts of a report."""
    shown = redact(report)
    return "\n".join(_head(shown, paint, _alignment([shown]))) + "\n"


def details(report: Report, paint: Paint) -> str:
    """Return every failed case of a report in full."""
    blocks = ["\n".join(block) for block in case_blocks.in_full(redact(report), paint)]
    return "\n\n".join(blocks) + "\n"


def _alignment(reports: Sequence[Report]) -> tuple[int, int]:
    """Return the widths of the verdict and name columns."""
    heads = [_outcome(report) for report in reports]
    return max(map(len, heads), default=0), max((len(report.exercise) for report in reports), default=0)


def _head(report: Report, paint: Paint, align: tuple[int, int]) -> list[str]:
    outcome = _outcome(report)
    code = _COLORS.get(levels.word(report), RED)
    name = visible_line(report.exercise)
    column = align[0] + align[1] + 4
    facts = _filled(_facts(report), " " * column, paint)
    verdict = paint.dress(outcome, BOLD, code) + " " * (align[0] - len(outcome))
    first = f"{verdict}  {paint.dress(name, BOLD)}{' ' * (align[1] - len(name))}"
    if len(facts) > 1 and column > paint.width // 3:  # beside a long name the counts would be broken into pieces
        return [first, *_filled(_facts(report), "  ", paint)]
    return [f"{first}  {facts[0].strip()}", *facts[1:]]


def _filled(facts: str, indent: str, paint: Paint) -> list[str]:
    return [line.replace(_NO_BREAK, " ") for line in paint.fill(facts, indent)]


def _outcome(report: Report) -> str:
    """Return the stars and the word for how far the submission came."""
    return levels.outcome(report)


def _facts(report: Report) -> str:
    """Return counts by layer and times; a line is not broken within one of them."""
    facts = [levels.cases(report)] if report.cases else []
    facts.append(seconds(report.duration_s))
    if report.verdict is Verdict.PASSED and report.time_ratio is not None:  # what is not right may well be quick
        facts.append(f"{report.time_ratio:.1f}x the reference's time")
    elif report.verdict is Verdict.PASSED and report.is_fast:
        facts.append("fast")
    return ", ".join(fact.replace(" ", _NO_BREAK).replace(f"·{_NO_BREAK}", "· ") for fact in facts)


def _body(report: Report, paint: Paint, *, verbose: bool, alone: bool, room: int | None, more: str) -> Iterator[str]:
    """Yield what follows the headline, a blank line after each block where there is room.

    What confined the submission is told here when the report stands alone, else in the summary.
    """
    facts = list(_footer(report, paint, alone=alone))
    foot = _table(facts, paint)
    if verbose:
        blocks = [list(_message(report, paint)), list(_diagnosis(report, paint)), *case_blocks.in_full(report, paint)]
        yield from _spaced([*blocks, foot])
        return
    tight = case_blocks.is_short(report)
    told = list(_diagnosis(report, paint))
    if room is not None and not tight:
        used = 2 + (len(told) + 1 if told else 0)
        for name in _FIRST_TO_GO:  # `kata case` has the seed as well, and the first failure comes before both
            if room - used - rows(foot, paint.width) < _ENOUGH:
                facts = [fact for fact in facts if fact[0] != name]
                foot = _table(facts, paint)
        tight = room - used - rows(foot, paint.width) < _ENOUGH
    if room is not None:
        room -= 1 + rows(foot, paint.width) + (not tight)
    message = list(_message(report, paint, room))
    if room is not None:
        room -= sum(len(block) + (not tight) for block in (message, told) if block)
    cases = [*case_blocks.blocks(report, paint, room=room, more=more)]
    if tight:
        yield from _spaced([[line for block in (message, told, *cases, foot) for line in block]])
    else:
        yield from _spaced([message, told, *cases, foot])


def _spaced(blocks: Iterable[list[str]]) -> Iterator[str]:
    filled = [block for block in blocks if block]
    if filled:
        yield ""
    for block in filled:
        yield from block
        yield ""


def _message(report: Report, paint: Paint, room: int | None = None) -> Iterator[str]:
    if is_about_the_whole(report):
        word = words(report.verdict)
        lines = paint.fill(visible(report.message), " " * (len(word) + 4))
        lines = lines if room is None else case_blocks.cut(lines, max(room, 1), paint)
        yield f"  {painted(report.verdict, paint)}  {lines[0].strip()}"
        yield from lines[1:]
    elif report.cases and all(case.verdict is Verdict.NOT_STARTED for case in report.cases):
        yield "  Nothing to judge yet: every case met NotImplementedError."


def _diagnosis(report: Report, paint: Paint) -> Iterator[str]:
    if report.diagnosis is not None:
        first, *rest = paint.fill(visible_line(report.diagnosis.sentence), "  ")
        yield from (f"  {paint.dress(first.strip(), BOLD)}", *rest)


def _footer(report: Report, paint: Paint, *, alone: bool) -> Iterator[tuple[str, str]]:
    """Yield where the attempt lies, what confined it and how to repeat the run."""
    if report.verdict is not Verdict.PASSED and report.submission_path:
        yield "attempt", _attempt(report, paint)
    if alone:
        yield from _confinement(report)
    if report.verdict not in {Verdict.PASSED, Verdict.NOT_STARTED}:
        yield "again", _again(report)
        holds = report.verdict is not Verdict.GRADER_FAULT and not case_blocks.is_short(report)
        if holds and report.feedback is Feedback.FULL and report.max_points:
            yield "case", _again(report).replace("kata grade", "kata case", 1)
    if report.verdict is Verdict.NOT_STARTED and not _which(report.submission_path):
        yield "next", visible_line(f"kata show {report.exercise}")
    if report.verdict is Verdict.GRADER_FAULT:
        yield "note", "The grader broke, which is not held against the attempt."
    for note in report.notes:
        yield "note", visible(note)


def _confinement(report: Report) -> Iterator[tuple[str, str]]:
    if report.confinement.level != "confined" and not report.confinement.is_of_nothing:
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


_UNBROKEN = frozenset({"attempt", "again", "case", "next"})


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
    if not report.max_points and report.cases:  # examples, which draw nothing
        parts = ["kata", "run", *parts[2:-2]]
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
    names = [
        (heading, ", ".join(visible_line(r.exercise) for r in reports if levels.word(r) == heading))
        for heading in ("not solved", "solved", "not started", "not judged")
    ]
    walls = dict.fromkeys(wall for report in reports for wall in _confinement(report))
    verdict = paint.dress(f"{len(reached)} of {len(reports)} solved, {mastered} mastered", BOLD, code)
    return [
        f"{verdict}, {points:g} of {count(most, 'point')}, {time}",
        *_table([*((heading, told) for heading, told in names if told), *walls], paint, indent=""),
    ]
