"""What there is to read after a pass, as text: a few lines that say how, and the pieces themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.render.escape import visible_line
from grader.render.paint import BOLD, DIM, Paint, count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.content.afterword import Afterword
    from grader.model import FollowUp, Report

_NAMES: Final = 10  # columns before a command


def beside(report: Report, lines: int, word: Afterword) -> list[tuple[str, str]]:
    """Return memory and length beside ours, each with its name; the headline of a report has the time.

    Parameters
    ----------
    report : Report
        Of a submission that passed.
    lines : int
        Its lines of code.
    word : Afterword
        Ours.
    """
    rows = []
    memory = [
        m.value for case in report.cases for m in case.measures if m.name == "memory_ratio" and m.value is not None
    ]
    if memory:
        rows.append(("memory", f"{max(memory):.1f}x ours"))
    if lines:
        rows.append(("length", f"{count(lines, 'line')} of code, ours has {word.lines}"))
    return rows


def what_to_read(report: Report, lines: int, word: Afterword, paint: Paint) -> str:
    """Return what to read next after `kata grade`, a command each."""
    command = f"kata solution {visible_line(report.exercise)}"
    reads = [(command, "our solution")]
    if word.alternatives:
        reads.append((f"{command} --alternatives", f"{count(len(word.alternatives), 'other way')}, what they cost"))
    if word.mistakes:
        reads.append((f"{command} --mistakes", f"{count(len(word.mistakes), 'mistake')} that others make here"))
    if word.follow_ups:
        reads.append((f"{command} --questions", f"{count(len(word.follow_ups), 'question')} that may come next"))
    column = max(len(read) for read, _ in reads)
    rows = beside(report, lines, word)
    for number, (read, about) in enumerate(reads):
        told = f"{read:<{column}}  {about}"
        rows.append(("" if number else "read", told if len(told) + _NAMES <= paint.width else read))
    rows.append(("next", "kata"))
    return "".join(f"  {paint.dress(f'{name:<6}', DIM)}  {value}\n" for name, value in rows)


def compared(report: Report, lines: int, word: Afterword, paint: Paint) -> str:
    """Return the same comparison in a line, for watch mode, where keys lead to the rest."""
    told = "; ".join(f"{name} {value}" for name, value in beside(report, lines, word))
    return f"  {paint.dress(told, DIM)}\n" if told else ""


def alternatives(word: Afterword, paint: Paint) -> str:
    """Return how others go about it, what it costs, and how long it is."""
    lines = [f"{paint.dress('ours', BOLD)}  {count(word.lines, 'line')}"]
    lines += paint.fill(_prose(word.costs), "  ") if word.costs else []
    for one in word.alternatives:
        reach = ", core alone" if one.is_core else ""
        lines += ["", f"{paint.dress(visible_line(one.name), BOLD)}  {count(one.lines, 'line')}{reach}"]
        for text in filter(None, (one.about, one.costs)):
            lines += paint.fill(_prose(text), "  ")
    return "\n".join(lines) + "\n"


def mistakes(told: Sequence[str], paint: Paint) -> str:
    """Return what others do wrong, mistakes of the algorithm first."""
    return "\n".join(_listed(told, paint)) + "\n"


def questions(asked: Sequence[FollowUp], paint: Paint) -> str:
    """Return follow-up questions, each with its key points below."""
    lines: list[str] = []
    for number, question in enumerate(asked, 1):
        lines += [""] * (number > 1)
        first, *rest = paint.fill(_prose(question.question), "   ")
        lines += [f"{number}. {paint.dress(first.strip(), BOLD)}", *(paint.dress(line, BOLD) for line in rest)]
        lines += _listed(question.key_points, paint, "   ")
    return "\n".join(lines) + "\n"


def _listed(items: Sequence[str], paint: Paint, indent: str = "") -> Iterator[str]:
    for item in items:
        first, *rest = paint.fill(_prose(item), f"{indent}  ")
        yield f"{indent}- {first.strip()}"
        yield from rest


def _prose(text: str) -> str:
    from grader.render.prompt import in_text  # lays out Markdown as well, which takes long to import

    return visible_line(in_text(text))
