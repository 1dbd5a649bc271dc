"""Reports as CSV, a row for each: for spreadsheets, which take some texts for formulas."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final

from grader.render.escape import cell
from grader.render.feedback import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Report

COLUMNS: Final = (
    "exercise",
    "verdict",
    "points",
    "max_points",
    "cases_passed",
    "cases",
    "duration_s",
    "seed",
    "submission",
    "submission_hash",
    "content_hash",
    "confinement",
    "message",
)


def render(reports: Sequence[Report]) -> str:
    """Return reports as CSV with a header.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for report in map(redact, reports):
        passed = sum(case.verdict == "passed" for case in report.cases)
        row = (
            report.exercise, report.verdict, f"{report.points:g}", f"{report.max_points:g}", passed, len(report.cases),
            f"{report.duration_s:.3f}", report.seed, report.submission_path, report.submission_hash, report.content_hash,
            report.confinement.level, report.message,
        )  # fmt: skip
        writer.writerow([cell(str(value)) for value in row])
    return text.getvalue()
