"""Reports as Markdown: a table, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model import Level, Verdict
from grader.render.cases import words
from grader.render.escape import markdown
from grader.render.feedback import redact
from grader.render.levels import cases, outcome
from grader.render.paint import count, seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.intake.folder import Refusal
    from grader.model import Report

_MOST_TEXT = 600
_CUT = "\n*The rest is cut; the results file holds it all.*\n"


def render(reports: Sequence[Report], refusals: Sequence[Refusal] = (), most_bytes: int | None = None) -> str:
    """Return reports as Markdown.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    refusals : sequence of Refusal
        Files that the submission may not change.
    most_bytes : int, optional
        Longest result in UTF-8; what is more is cut between lines, and the cut is stated.

    Returns
    -------
    str
        A headline, a table with a row for each report, and a list of the cases that failed.
    """
    text = "\n".join(_lines([redact(report) for report in reports], refusals)) + "\n"
    data = text.encode()
    if most_bytes is None or len(data) <= most_bytes:
        return text
    kept = data[: most_bytes - len(_CUT.encode())].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}\n{_CUT}"


def _lines(reports: Sequence[Report], refusals: Sequence[Refusal]) -> Iterator[str]:
    solved = sum(report.level.reaches(Level.CORE) for report in reports)
    mastered = sum(report.level is Level.FULL for report in reports)
    yield f"## {solved} of {count(len(reports), 'exercise')} solved, {mastered} mastered"
    if refusals:
        yield ""
        yield "**Not yours to change**, and graded with ours instead:"
        yield ""
        yield from (f"- {markdown(refusal.path, _MOST_TEXT)}: {markdown(refusal.reason)}" for refusal in refusals)
    if reports:
        yield ""
        yield "| exercise | level | points | cases | time | confinement |"
        yield "|---|---|---:|---:|---:|---|"
    for report in reports:
        yield (
            f"| {markdown(report.exercise)} | {outcome(report)} | {report.points:g} of {report.max_points:g} "
            f"| {cases(report)} | {seconds(report.duration_s)} | {report.confinement.level} |"
        )
    for report in reports:
        failed = [case for case in report.cases if case.verdict not in (Verdict.PASSED, Verdict.NOT_STARTED)]
        if report.message or failed:
            yield ""
            yield f"### {markdown(report.exercise)}"
            yield ""
        if report.message:
            yield markdown(report.message, _MOST_TEXT)
            continue
        if report.diagnosis is not None:
            yield f"**{markdown(report.diagnosis.sentence, _MOST_TEXT)}**"
            yield ""
        for case in failed:
            told = f" — {markdown(case.message, _MOST_TEXT)}" if case.message else ""
            yield f"- **{words(case.verdict)}** {markdown(case.title or case.name, _MOST_TEXT)}{told}"
