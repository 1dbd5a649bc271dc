"""Reports for GitHub Actions: annotations on the learner's lines, and a step summary.

Source of the command's form and its limits: GitHub's documentation of workflow commands.  A step may show ten
errors and ten warnings; what is more is dropped by GitHub without a word, so the tenth says how many there are.  A step summary may hold 1 MiB.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from grader.intake.folder import protected
from grader.model import Feedback, Level, Verdict
from grader.render import markdown
from grader.render.cases import words
from grader.render.escape import harmless_log, visible
from grader.render.feedback import redact
from grader.render.levels import word
from grader.render.paint import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.intake.folder import Refusal
    from grader.model import CaseResult, Report

MOST_ANNOTATIONS: Final = 10
MOST_SUMMARY_BYTES: Final = 1000 * 1000
_MOST_CHARACTERS: Final = 4000
_OTHERS: Final = re.compile(r"#(?=#\w*\[)")


def commands(reports: Sequence[Report], refusals: Sequence[Refusal] = ()) -> str:
    """Return workflow commands that annotate what failed.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    refusals : sequence of Refusal
        Files that the submission may not change.

    Returns
    -------
    str
        One command a line, at most ten errors and ten warnings; each ends in a line feed. Exercises take turns, so that
        one with many failures leaves room for the others.
    """
    groups = [list(_refused(refusals)), *(list(_failures(redact(report))) for report in reports)]
    in_turn = [line for row in zip_longest(*groups) for line in row if line is not None]
    kinds = ("error", "warning")
    return "".join(
        f"{line}\n" for kind in kinds for line in _first([one for one in in_turn if one.startswith(f"::{kind}")], kind)
    )


def _first(lines: list[str], kind: str) -> list[str]:
    """Return as many as GitHub shows of a kind; the last says how many more there are."""
    if len(lines) <= MOST_ANNOTATIONS:
        return lines
    rest = len(lines) - MOST_ANNOTATIONS + 1
    return [*lines[: MOST_ANNOTATIONS - 1], _command(kind, {}, f"and {count(rest, 'more failure')}; see the summary")]


def log(reports: Sequence[Report], refusals: Sequence[Refusal] = ()) -> str:
    """Return a line for each report and refusal, in which nothing is a command."""
    lines = [f"refused  {refusal.path}: {refusal.reason}" for refusal in refusals]
    for report in map(redact, reports):
        points = f"{report.points:g} of {count(report.max_points, 'point')}"
        lines.append(f"{word(report)}  {report.exercise}  {points}  {report.confinement.level}")
    return "".join(f"{harmless_log(line)}\n" for line in lines)


def summary(reports: Sequence[Report], refusals: Sequence[Refusal] = ()) -> str:
    """Return a step summary in Markdown, shorter than GitHub's limit."""
    return markdown.render(reports, refusals, most_bytes=MOST_SUMMARY_BYTES)


def _refused(refusals: Sequence[Refusal]) -> Iterator[str]:
    for refusal in refusals:
        if protected(refusal.path) is None:
            yield _command("error", {"file": refusal.path, "title": "cannot be graded"}, f"{refusal.reason}.")
            continue
        message = f"{refusal.reason}. It is graded with ours; restore the file to be graded without this error."
        yield _command("error", {"file": refusal.path, "title": "not yours to change"}, message)


def _failures(report: Report) -> Iterator[str]:
    if report.verdict in (Verdict.PASSED, Verdict.NOT_STARTED):
        return
    if report.message or not report.cases:
        yield _annotation(report, report.message or words(report.verdict), report.message)
        return
    for case in report.cases:
        if case.verdict not in (Verdict.PASSED, Verdict.NOT_STARTED):
            # What the fine print asks for is no error of somebody who solved the exercise.
            kind = "warning" if report.level.reaches(Level.CORE) else "error"
            yield _annotation(report, _sentence(case, report.feedback), case.message, kind)


def _sentence(case: CaseResult, feedback: Feedback) -> str:
    parts = [
        words(case.verdict) if feedback is not Feedback.NONE else "not passed",
        case.title or case.name,
        case.message,
    ]
    return ": ".join(part for part in parts if part)


def _annotation(report: Report, message: str, place: str, kind: str = "error") -> str:
    line = _line(report, place)
    where = {"file": report.submission_path} | ({"line": str(line)} if line else {})
    return _command(kind, where | {"title": report.exercise}, message)


def _line(report: Report, message: str) -> int | None:
    """Find the line of the learner's file that a message names last."""
    file = re.escape(PurePosixPath(report.submission_path).name)
    found = re.findall(rf"{file}(?:\s+line\s+|:)(\d{{1,6}})", message)
    return int(found[-1]) if found else None


def _command(name: str, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(message)}" if written else f"::{name}::{_data(message)}"


def _data(text: str) -> str:
    cut = text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}… (cut)"
    harmless = _OTHERS.sub("# ", visible(cut))  # `::` starts nothing within a command, but what others read does
    return harmless.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
