"""What the content linter found, as text for a terminal.

::

    not green  softmax  1 error, 14 of 14 declared mutants killed, 63 of 64 automatic (98.4%), 38 s

      exercises/arrays/softmax/exercise.toml
        error unexplained-survivor
          The tests pass the mutant `softmax: x - m -> x`.
          Write a case that rejects it, or add it to [[survivors]] with the reason why none can.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.render.escape import visible_line
from grader.render.paint import BOLD, DIM, GREEN, RED, YELLOW, Paint, count, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.authoring.checks.finding import CheckReport, Finding, KillCount


def render(
    reports: Sequence[CheckReport], *, color: bool, links: bool, width: int = 100, root: Path | None = None
) -> str:
    """Return the results of checks as text.

    Parameters
    ----------
    reports : sequence of CheckReport
        In the order to show them.
    color : bool
        Write colours as ANSI sequences.
    links : bool
        Write paths as OSC 8 hyperlinks.
    width : int, default=100
        Columns to wrap at.
    root : Path, optional
        Paths below it are shown from there.

    Returns
    -------
    str
        Text that ends in a line feed: a line for each exercise, its findings below.
    """
    paint = Paint(color=color, links=links, width=width)
    lines: list[str] = []
    for report in reports:
        body = list(_body(report, paint, root))
        if lines and lines[-1] and body:
            lines.append("")
        lines += [*_head(report, paint), *body]
    if len(reports) > 1:
        lines += [] if lines[-1] == "" else [""]
        lines += _summary(reports, paint)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _head(report: CheckReport, paint: Paint) -> Iterator[str]:
    word, code = ("green", GREEN) if report.is_green else ("not green", RED)
    indent = " " * (len(word) + len(report.exercise) + 4)
    first, *rest = paint.fill(", ".join(_facts([report])), indent)
    yield f"{paint.dress(word, BOLD, code)}  {paint.dress(report.exercise, BOLD)}  {first.strip()}"
    yield from rest


def _facts(reports: Sequence[CheckReport]) -> Iterator[str]:
    errors = sum(len(report.errors) for report in reports)
    warnings = sum(len(report.findings) for report in reports) - errors
    if errors:
        yield count(errors, "error")
    if warnings:
        yield count(warnings, "warning")
    declared = [report.declared for report in reports if report.declared.total]
    automatic = [report.automatic for report in reports if report.automatic.total]
    if declared:
        yield f"{_kills(declared)} declared mutants killed"
    if automatic:
        share = sum(kills.killed for kills in automatic) / sum(kills.total for kills in automatic)
        yield f"{_kills(automatic)} automatic ({share:.1%})"
    yield seconds(sum(report.duration_s for report in reports))


def _kills(counts: Sequence[KillCount]) -> str:
    return f"{sum(kills.killed for kills in counts)} of {sum(kills.total for kills in counts)}"


def _body(report: CheckReport, paint: Paint, root: Path | None) -> Iterator[str]:
    """Yield findings by the file to open, then what was not looked at yet."""
    if report.findings:
        yield ""
    for path in dict.fromkeys(finding.path for finding in report.findings):
        shown = path.relative_to(root) if root is not None and path.is_relative_to(root) else path
        yield f"  {paint.link(visible_line(str(shown)), str(path))}"
        for finding in report.findings:
            if finding.path == path:
                yield from _finding(finding, paint)
        yield ""
    if report.skipped and not report.is_green:
        steps = ", ".join(report.skipped)
        yield from paint.fill(f"Mend the errors, then check again. Not looked at yet: {steps}.", "  ")
        yield ""


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    code = RED if finding.severity == "error" else YELLOW
    yield f"    {paint.dress(finding.severity, code)} {paint.dress(finding.code, DIM)}"
    yield from paint.fill(visible_line(finding.message), "      ")
    yield from paint.fill(visible_line(finding.remedy), "      ")


def _summary(reports: Sequence[CheckReport], paint: Paint) -> list[str]:
    green = sum(report.is_green for report in reports)
    code = GREEN if green == len(reports) else RED
    verdict = paint.dress(f"{green} of {len(reports)} green", BOLD, code)
    first, *rest = paint.fill(f"{green} of {len(reports)} green, {', '.join(_facts(reports))}", "")
    return [first.replace(f"{green} of {len(reports)} green", verdict, 1), *rest]
