"""Reports as Gradescope's `results.json`: a test for each case, in plain text."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING

from grader.model import Verdict
from grader.render.cases import words
from grader.render.escape import visible
from grader.render.feedback import redact
from grader.render.levels import LAYERS, cases, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import CaseResult, Report


class Visibility(StrEnum):
    """When Gradescope shows results to learners."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


def render(reports: Sequence[Report], visibility: Visibility = Visibility.VISIBLE, note: str = "") -> str:
    """Return reports as JSON.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    visibility : Visibility, default=Visibility.VISIBLE
        When learners see them.
    note : str, default=""
        What is to be told first, such as how late it came.
    """
    return json.dumps(document(reports, visibility, note), indent=2) + "\n"


def document(
    reports: Sequence[Report], visibility: Visibility = Visibility.VISIBLE, note: str = ""
) -> dict[str, object]:
    """Return the results as an object."""
    shown = [redact(report) for report in reports]
    return {
        "score": sum(report.points for report in shown),
        "execution_time": round(sum(report.duration_s for report in shown), 3),
        "output": "\n".join([*([visible(note)] if note else []), *_headlines(shown)]),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "extra_data": {
            "reports": [
                {"exercise": one.exercise, "level": one.level, "verdict": one.verdict, "seed": one.seed, "content_hash": one.content_hash,
                 "submission_hash": one.submission_hash, "confinement": one.confinement.level}
                for one in shown
            ]
        },
        "tests": [
            _test(report, case, f"{first}.{second}", visibility)
            for first, report in enumerate(shown, 1)
            for second, case in enumerate(report.cases, 1)
        ],
    }  # fmt: skip


def _headlines(reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        told = f": {visible(report.message)}" if report.message else ""
        counted = f", {cases(report)}" if report.cases else ""
        yield f"{visible(report.exercise)}: {outcome(report)}{counted}{told}"


def _test(report: Report, case: CaseResult, number: str, visibility: Visibility) -> dict[str, object]:
    passed = case.verdict is Verdict.PASSED
    told = [] if passed else [words(case.verdict), case.message]
    told += [f"printed:\n{case.output}"] if case.output else []
    return {
        "score": case.points,
        "max_score": case.max_points,
        "status": "passed" if passed else "failed",
        "name": visible(f"{report.exercise}: {case.title or case.name}"),
        "number": number,
        "output": visible("\n".join(part for part in told if part)),
        "output_format": "text",
        "tags": [LAYERS[case.layer]],
        "visibility": visibility,
        "extra_data": {"case": visible(case.name), "duration_s": round(case.duration_s, 4)},
    }
