"""What `kata check` found, as text: a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.finding import Severity, Step
from grader.render.paint import BOLD, DIM, GREEN, RED, YELLOW, Paint, count, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.checks.finding import CheckReport, Finding, KillCount


def as_text(report: CheckReport, paint: Paint, here: Path) -> str:
    """Return a check report as text.

    Parameters
    ----------
    report : CheckReport
        What was found.
    paint : Paint
        What the terminal can show.
    here : Path
        Folder that paths are shown relative to.

    Returns
    -------
    str
        Text that ends in a line feed.
    """
    return "\n".join([*_lines(report, paint, here), "", ""])


def _lines(report: CheckReport, paint: Paint, here: Path) -> Iterator[str]:
    word, code = ("green", GREEN) if report.is_green else ("not green", RED)
    warnings = len(report.findings) - len(report.errors)
    facts = [count(len(report.errors), "error"), count(warnings, "warning"), seconds(report.duration_s)]
    yield f"{paint.dress(word, BOLD, code)}  {paint.dress(report.exercise, BOLD)}  {', '.join(facts)}"
    if Step.PROOF in report.steps:
        yield f"  declared mutants   {_kills(report.declared)}"
    if Step.MUTATION in report.steps:
        yield f"  automatic mutants  {_kills(report.automatic)}"
    for finding in report.findings:
        yield from _finding(finding, paint, here)
    if report.skipped:
        yield f"  {paint.dress('waiting', DIM)}  {', '.join(report.skipped)}: mend the errors above first."


def _finding(finding: Finding, paint: Paint, here: Path) -> Iterator[str]:
    code = RED if finding.severity is Severity.ERROR else YELLOW
    path = str(finding.path.relative_to(here) if finding.path.is_relative_to(here) else finding.path)
    word = f"{finding.severity:<7}"
    yield f"  {paint.dress(word, code)}  {finding.code}  {paint.link(path, str(finding.path))}"
    yield from paint.fill(f"{finding.message} {finding.remedy}", " " * 11)


def _kills(kills: KillCount) -> str:
    return f"{kills.killed} of {kills.total} killed ({kills.rate:.1%})"
