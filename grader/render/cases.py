"""The cases of a report as text."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from grader.model import Feedback, Verdict
from grader.render.escape import visible, visible_line
from grader.render.paint import DIM, GREEN, MAGENTA, RED, YELLOW, Paint, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import CaseResult, Measure, Report

PRINT_LINES = 12
OTHER_CASES = 12
COLORS = {Verdict.PASSED: GREEN, Verdict.NOT_STARTED: YELLOW, Verdict.GRADER_FAULT: MAGENTA}


def blocks(report: Report, paint: Paint, *, verbose: bool) -> Iterator[list[str]]:
    """Yield the first failing case in full, then the others in a line each.

    Parameters
    ----------
    report : Report
        Redacted already.
    paint : Paint
        What the terminal can show.
    verbose : bool
        Yield every case in full instead.

    Yields
    ------
    list of str
        Lines of one block.
    """
    failed = [case for case in report.cases if case.verdict not in {Verdict.PASSED, Verdict.NOT_STARTED}]
    idle = [case for case in report.cases if case.verdict is Verdict.NOT_STARTED]
    if verbose:
        column = _column(report.cases, report.feedback)
        yield from (_case(case, report, paint, column) for case in report.cases)
        return
    if is_about_the_whole(report):
        failed = [case for case in failed if case.message != report.message or case.output]
    if failed and report.feedback is Feedback.FULL:
        first, *failed = failed
        yield _case(first, report, paint, len(words(first.verdict)), print_lines=PRINT_LINES)
    waiting = idle and report.verdict is not Verdict.NOT_STARTED
    column = _column([*failed, *(idle[:1] if waiting else [])], report.feedback)
    # One sentence stands for all cases of a test that failed alike.
    alike = [list(group) for _, group in groupby(failed, lambda case: (case.verdict, _sentence(case)))]
    others = [line for group in alike[:OTHER_CASES] for line in _brief(group[0], report, paint, column, len(group))]
    hidden = sum(map(len, alike[OTHER_CASES:]))
    if hidden:
        more = f"  and {count(hidden, 'more case')} that failed"
        others.append(paint.dress(more, DIM))
    if waiting:
        gap = " " * (column - len(words(Verdict.NOT_STARTED)))
        others.append(f"  {painted(Verdict.NOT_STARTED, paint)}{gap}  {count(len(idle), 'case')}")
    yield others


def is_about_the_whole(report: Report) -> bool:
    """Tell whether the message of a report says more than its cases do."""
    if report.verdict in {Verdict.INVALID, Verdict.NOT_STARTED, Verdict.GRADER_FAULT}:
        return bool(report.message)
    return bool(report.message) and all(case.message != report.message for case in report.cases)


def _column(cases: Sequence[CaseResult], feedback: Feedback) -> int:
    return max((len(words(case.verdict, feedback)) for case in cases), default=0)


def _brief(case: CaseResult, report: Report, paint: Paint, column: int, cases: int = 1) -> list[str]:
    gap = " " * (column - len(words(case.verdict, report.feedback)))
    title = _title(case) if cases == 1 else f"{_sentence(case)}  ({cases} cases)"
    first, *rest = paint.fill(title, " " * (column + 4))
    return [f"  {painted(case.verdict, paint, report.feedback)}{gap}  {first.strip()}", *rest]


def _case(case: CaseResult, report: Report, paint: Paint, column: int, print_lines: int | None = None) -> list[str]:
    indent = " " * (column + 4)
    lines = _brief(case, report, paint, column)
    for call in case.story:
        lines += [paint.dress(line, DIM) for line in paint.fill(visible_line(call), indent)]
    if case.message:
        lines += paint.fill(visible(case.message), indent)
    lines += [f"{indent}{_measured(measure)}" for measure in case.measures if print_lines is None]
    if case.output.strip():
        lines += _prints(case.output, indent, paint, print_lines)
    return lines


def _measured(measure: Measure) -> str:
    name = measure.name.replace("_", " ")
    if measure.value is None:
        return f"{name}: fast"
    return f"{name} {measure.value:.2f}, at most {measure.limit:g}"


def _prints(output: str, indent: str, paint: Paint, limit: int | None) -> list[str]:
    printed = visible(output).rstrip("\n").split("\n")
    lines = [f"{indent}printed:"]
    if limit is None or len(printed) <= limit:
        return lines + [f"{indent}{paint.dress('|', DIM)} {line}" for line in printed]
    tail = limit // 3
    head = limit - tail
    cut = f"({count(len(printed) - limit, 'line')} not shown; --verbose shows them)"
    return [
        *lines,
        *(f"{indent}{paint.dress('|', DIM)} {line}" for line in printed[:head]),
        f"{indent}{paint.dress(cut, DIM)}",
        *(f"{indent}{paint.dress('|', DIM)} {line}" for line in printed[-tail:]),
    ]


def _sentence(case: CaseResult) -> str:
    return visible_line(case.title or case.name.partition("[")[0])


def _title(case: CaseResult) -> str:
    name, bracket, parameters = case.name.partition("[")
    suffix = f"  [{parameters}" if bracket else ""
    return visible_line((case.title or name) + suffix)


def words(verdict: Verdict, feedback: Feedback = Feedback.FULL) -> str:
    """Return the words for a case's verdict."""
    if feedback is Feedback.NONE and verdict is Verdict.WRONG:
        return "failed"
    return verdict.replace("_", " ")


def painted(verdict: Verdict, paint: Paint, feedback: Feedback = Feedback.FULL) -> str:
    """Return the same words in the colour of the verdict."""
    return paint.dress(words(verdict, feedback), COLORS.get(verdict, RED))
