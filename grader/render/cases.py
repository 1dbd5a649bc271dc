"""The cases of a report as text: what fits, the most basic failure first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from grader.model import Feedback, Verdict
from grader.render.escape import visible, visible_line
from grader.render.paint import DIM, GREEN, MAGENTA, RED, YELLOW, Paint, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import CaseResult, Measure, Report

PRINT_LINES: Final = 13
OTHER_CASES: Final = 12
COLORS = {Verdict.PASSED: GREEN, Verdict.NOT_STARTED: YELLOW, Verdict.GRADER_FAULT: MAGENTA}
_NO_END: Final = 10**6
_ALL_OF_ONE_KIND: Final = 3  # messages on the whole file
_FEWEST: Final = 3  # lines of prints or of a story that are left where room is short
_LITTLE: Final = 5
_MESSAGE: Final = 5  # lines of a message that come before prints
_EXPECTED: Final = "expected"
_NEXT: Final = 6  # lines for each further entry point where room is short
# A second failure of another kind says nothing that the first did not.
_TELLING: Final = frozenset({Verdict.WRONG, Verdict.RAISED, Verdict.TOO_SLOW})


def blocks(report: Report, paint: Paint, *, room: int | None = None, more: str = "-v") -> Iterator[list[str]]:
    """Yield a failing case of each entry point in full, the most basic first, then the others in a line each.

    Parameters
    ----------
    report : Report
        Redacted already.
    paint : Paint
        What the terminal can show.
    room : int, optional
        Lines that may be used, blank ones between blocks among them; no end by default.
    more : str, default="-v"
        What to add or press for the details that are left out.

    Yields
    ------
    list of str
        Lines of one block.
    """
    failed = failures(report)
    left = _NO_END if room is None else room
    if is_about_the_file(report):
        yield _about_the_file(failed, report, paint, max(left, 1)) if report.feedback is Feedback.FULL else []
        return
    shown: list[CaseResult] = []
    chosen = basic(failed) if report.feedback is Feedback.FULL else []
    further: list[str] = []
    for case in chosen:
        reserve = (1 if is_short(report) else 2) if len(failed) > len(shown) + 1 else 0
        if not shown:
            detail = _case(case, report, paint, len(words(case.verdict)), max(left - reserve, 2))
            yield detail
            left -= len(detail)
        else:
            column = _column(chosen[1:], report.feedback)
            detail = _case(case, report, paint, column, _NO_END if room is None else _NEXT)
            cost = len(detail) + (not further)
            if cost > left - reserve:
                continue
            further += detail
            left -= cost
        shown.append(case)
    yield further
    yield _others([case for case in failed if case not in shown], report, paint, left, more)


def in_full(report: Report, paint: Paint) -> Iterator[list[str]]:
    """Yield every case that failed in full; of examples, which are few and short, those that passed as well."""
    cases = report.cases if not report.max_points else failures(report)
    column = _column(cases, report.feedback)
    yield from (_case(case, report, paint, column, None) for case in cases)
    idle = sum(case.verdict is Verdict.NOT_STARTED for case in report.cases)
    if idle and report.max_points and report.verdict is not Verdict.NOT_STARTED:
        yield [_waiting(idle, len(words(Verdict.NOT_STARTED)), paint)]


def failures(report: Report) -> list[CaseResult]:
    """Return the cases that failed, without those that only repeat what is said of the whole."""
    failed = [case for case in report.cases if case.verdict not in {Verdict.PASSED, Verdict.NOT_STARTED}]
    if is_about_the_whole(report):
        return [case for case in failed if case.message != report.message or case.output]
    return failed


def basic(failed: Sequence[CaseResult]) -> list[CaseResult]:
    """Return the most basic failure of each entry point."""
    found: dict[str, CaseResult] = {}
    for case in failed:
        if not found or (case.verdict in _TELLING and case.entry_point):
            found.setdefault(case.entry_point, case)
    return list(found.values())


def is_short(report: Report) -> bool:
    """Tell whether all failures are of one kind, such as a loop that does not end, and are told in a few lines."""
    if report.verdict is Verdict.GRADER_FAULT:
        return False
    return is_about_the_file(report) or all(case.verdict not in _TELLING for case in failures(report))


def is_about_the_whole(report: Report) -> bool:
    """Tell whether the message of a report says more than its cases do."""
    if report.verdict in {Verdict.INVALID, Verdict.NOT_STARTED, Verdict.GRADER_FAULT}:
        return bool(report.message)
    return bool(report.message) and all(case.message != report.message for case in report.cases)


def is_about_the_file(report: Report) -> bool:
    """Tell whether every case failed for one reason before anything was called, so that their sentences say nothing."""
    if not report.cases:
        return False
    if all(case.verdict is Verdict.INVALID for case in report.cases):
        return True
    return bool(report.message) and len(report.cases) > 1 and all(c.message == report.message for c in report.cases)


def _about_the_file(failed: Sequence[CaseResult], report: Report, paint: Paint, room: int) -> list[str]:
    """Return what is wrong with the file, once."""
    if is_about_the_whole(report):
        return []
    told = list(dict.fromkeys(case.message for case in failed if case.message))[:_ALL_OF_ONE_KIND]
    indent = " " * (len(words(report.verdict)) + 4)
    first, *rest = cut([line for message in told for line in paint.fill(visible(message), indent)], room, paint)
    return [f"  {painted(report.verdict, paint)}  {first.strip()}", *rest]


def _others(cases: Sequence[CaseResult], report: Report, paint: Paint, left: int, more: str) -> list[str]:
    """Return the sentences of other failures, as many as there is room for, and how many are left out."""
    idle = sum(case.verdict is Verdict.NOT_STARTED for case in report.cases)
    waiting = bool(idle) and report.verdict is not Verdict.NOT_STARTED
    column = max(_column(cases, report.feedback), len(words(Verdict.NOT_STARTED)) if waiting else 0)
    # One sentence stands for all cases of a test that failed alike.
    alike = [list(group) for _, group in groupby(cases, lambda case: (case.verdict, _sentence(case)))]
    left -= 2 + waiting  # a blank line, and the line that counts
    lines: list[str] = []
    told = 0
    for group in [] if is_short(report) and report.feedback is Feedback.FULL else alike[:OTHER_CASES]:
        brief = _brief(group[0], report, paint, column, len(group))
        if len(brief) > left - len(lines):
            break
        lines += brief
        told += len(group)
    if len(cases) > told:
        kinds = Counter(words(case.verdict, report.feedback) for case in cases)
        sorts = f": {', '.join(f'{number} {kind}' for kind, number in kinds.items())}" if is_short(report) else ""
        tells = f"; {more} tells all in full" if report.feedback is Feedback.FULL and not sorts else ""
        number = count(len(cases) - told, "more case")
        lines.append(paint.dress(f"  {'and ' if lines else ''}{number} that failed{sorts}{tells}", DIM))
    elif cases and report.feedback is Feedback.FULL:
        lines.append(paint.dress(f"  {more} tells {'it' if len(cases) == 1 else 'these'} in full", DIM))
    if waiting:
        lines.append(_waiting(idle, column, paint))
    return lines


def _waiting(idle: int, column: int, paint: Paint) -> str:
    gap = " " * (column - len(words(Verdict.NOT_STARTED)))
    return f"  {painted(Verdict.NOT_STARTED, paint)}{gap}  {count(idle, 'case')}"


def _column(cases: Sequence[CaseResult], feedback: Feedback) -> int:
    return max((len(words(case.verdict, feedback)) for case in cases), default=0)


def _brief(case: CaseResult, report: Report, paint: Paint, column: int, cases: int = 1) -> list[str]:
    gap = " " * (column - len(words(case.verdict, report.feedback)))
    title = _title(case) if cases == 1 else f"{_sentence(case)}  ({cases} cases)"
    first, *rest = paint.fill(title, " " * (column + 4))
    return [f"  {painted(case.verdict, paint, report.feedback)}{gap}  {first.strip()}", *rest]


def _case(case: CaseResult, report: Report, paint: Paint, column: int, room: int | None) -> list[str]:
    """Return a case in full; with room for less, its prints go first, then calls that led there, then its message."""
    indent = " " * (column + 4)
    title = _brief(case, report, paint, column)
    if room is not None and room < _LITTLE:
        title = [_and_more(_brief(case, report, replace(paint, color=False), column)[0], paint)] if title[1:] else title
    story = [line for call in case.story for line in paint.fill(visible_line(call), indent)]
    told = visible(case.message)
    printed = visible(case.output).rstrip("\n").split("\n") if case.output.strip() else []
    if room is None:
        measures = [f"{indent}{_measured(measure)}" for measure in case.measures]
        message = paint.fill(told, indent) if told else []
        return [*title, *_dim(story, paint), *message, *measures, *_prints(printed, indent, paint, len(printed))]
    left = max(room - len(title), 1)
    led = min(len(story), _FEWEST)
    kept_prints = min(len(printed), _FEWEST) + 1 if left - led > _FEWEST + _MESSAGE else 1
    kept_prints *= bool(printed)
    message = _fitted(told, max(left - kept_prints - led, 1), indent, paint) if told else []
    left -= len(message)
    kept = max(min(len(story), left - kept_prints), 0)
    if kept < len(story):
        story = [f"{indent}# {count(len(story) - kept + 1, 'line')} before", *story[len(story) - kept + 1 :]] * (
            kept > 1
        )
    left -= len(story)
    return [*title, *_dim(story, paint), *message, *_prints(printed, indent, paint, min(left - 1, PRINT_LINES))]


def _dim(lines: Sequence[str], paint: Paint) -> list[str]:
    return [paint.dress(line, DIM) for line in lines]


def cut(lines: list[str], most: int, paint: Paint) -> list[str]:
    """Return the beginning and the end of a text, no more lines than that."""
    if len(lines) <= most:
        return lines
    indent = " " * (len(lines[-1]) - len(lines[-1].lstrip()))
    if most <= 1:
        return [f"{indent}… {lines[-1].strip()}"[: paint.width]]
    tail = min(most // 2, 3)
    head = lines[: most - tail]
    return [*head[:-1], _and_more(head[-1], paint), *lines[len(lines) - tail :]]


def _fitted(message: str, most: int, indent: str, paint: Paint) -> list[str]:
    """Return a message in no more lines than that: what was given and expected stays longer than what was called."""
    parts = [paint.fill(part, indent) for part in message.split("\n")]
    remark = len(parts) - 1
    for number in dict.fromkeys((0, remark, *range(len(parts)))):
        if len(parts) > 1 and sum(map(len, parts)) > most and len(parts[number]) > 1:
            parts[number] = [_and_more(parts[number][0], paint)]
    if len(parts) > 1 and not parts[remark][0].lstrip().startswith(_EXPECTED) and sum(map(len, parts)) > most:
        del parts[remark]  # what it remarks on the difference
    return cut([line for part in parts for line in part], most, paint)


def _and_more(line: str, paint: Paint) -> str:
    return f"{line[: paint.width - 2].rstrip()} …"


def _measured(measure: Measure) -> str:
    name = measure.name.replace("_", " ")
    if measure.value is None:
        return f"{name}: fast"
    return f"{name} {measure.value:.2f}, at most {measure.limit:g}"


def _prints(printed: Sequence[str], indent: str, paint: Paint, limit: int) -> list[str]:
    """Return what was printed, at most so many lines of it; the heading is one more."""
    if not printed:
        return []
    if limit < _FEWEST and len(printed) > limit:
        return [paint.dress(f"{indent}printed {count(len(printed), 'line')}; --verbose shows them", DIM)]
    lines = [f"{indent}printed:"]
    bar = f"{indent}{paint.dress('|', DIM)}"
    if len(printed) <= limit:
        return lines + [f"{bar} {line}" for line in printed]
    tail = limit // 3
    head = limit - tail - 1
    cut = f"({count(len(printed) - head - tail, 'line')} not shown; --verbose shows them)"
    ends = printed[len(printed) - tail :]
    return [
        *lines,
        *(f"{bar} {line}" for line in printed[:head]),
        f"{indent}{paint.dress(cut, DIM)}",
        *(f"{bar} {line}" for line in ends),
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
