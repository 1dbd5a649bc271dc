"""Reports as the result that GitHub Classroom's reporter reads: version 1, as its own graders write it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from grader.model import Verdict
from grader.render.cases import words
from grader.render.escape import visible
from grader.render.feedback import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Report

VERSION = 1


def render(reports: Sequence[Report]) -> str:
    """Return reports as JSON: one test for each exercise, its points as score.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    """
    return json.dumps(document(reports), indent=2) + "\n"


def encoded(reports: Sequence[Report]) -> str:
    """Return the result as the step output `result`: JSON in base64."""
    return base64.b64encode(json.dumps(document(reports)).encode()).decode()


def document(reports: Sequence[Report]) -> dict[str, object]:
    """Return the result as an object."""
    shown = [redact(report) for report in reports]
    verdicts = {report.verdict for report in shown}
    status = "error" if Verdict.GRADER_FAULT in verdicts else "pass" if verdicts <= {Verdict.PASSED} else "fail"
    return {
        "version": VERSION,
        "status": status,
        "max_score": sum(report.max_points for report in shown),
        "tests": [_test(report) for report in shown],
    }


def _test(report: Report) -> dict[str, object]:
    status = {Verdict.PASSED: "pass", Verdict.GRADER_FAULT: "error"}.get(report.verdict, "fail")
    failed = next((case for case in report.cases if case.verdict is not Verdict.PASSED), None)
    told = report.message or (f"{words(failed.verdict)}: {failed.title}" if failed is not None else "")
    return {
        "name": visible(report.exercise),
        "status": status,
        "score": report.points,
        "max_score": report.max_points,
        "message": visible(told),
        "test_code": f"kata grade {visible(report.exercise)}",
        "filename": visible(report.submission_path),
        "line_no": 0,
        "execution_time": f"{report.duration_s:.3f}s",
    }
