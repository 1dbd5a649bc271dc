"""Reports as CSV, a row for each: for spreadsheets, which take some texts for formulas."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Final

from grader.model import Layer
from grader.render.escape import cell
from grader.render.feedback import redact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import Report

COLUMNS: Final = (
    "exercise",
    "level",
    "verdict",
    "points",
    "max_points",
    "cases_passed",
    "cases",
    *(f"{layer}_{what}" for layer in Layer for what in ("passed", "cases")),
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
            report.exercise, report.level, report.verdict, f"{report.points:g}", f"{report.max_points:g}", passed, len(report.cases), *_by_layer(report),
            f"{report.duration_s:.3f}", report.seed, report.submission_path, report.submission_hash, report.content_hash,
            report.confinement.level, report.message,
        )  # fmt: skip
        writer.writerow([cell(str(value)) for value in row])
    return text.getvalue()


def _by_layer(report: Report) -> Iterator[int]:
    """Yield passed and all cases of each layer; a layer without a case gives zeros."""
    found = {count.layer: (count.passed, count.total) for count in report.layers}
    for layer in Layer:
        yield from found.get(layer, (0, 0))
