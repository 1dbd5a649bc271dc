"""Reports as the result that GitHub Classroom's reporter reads: version 1, as its own graders write it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from grader.model import Level, Verdict
from grader.render.cases import words
from grader.render.escape import visible
from grader.render.feedback import redact
from grader.render.levels import cases, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Report

VERSION = 1


def render(reports: Sequence[Report], level: Level = Level.FULL) -> str:
    """Return reports as JSON: one test for each exercise, its points as score.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    level : Level, default=Level.FULL
        How far a report must come to pass.
    """
    return json.dumps(document(reports, level), indent=2) + "\n"


def encoded(reports: Sequence[Report], level: Level = Level.FULL) -> str:
    """Return the result as the step output `result`: JSON in base64."""
    return base64.b64encode(json.dumps(document(reports, level)).encode()).decode()


def document(reports: Sequence[Report], level: Level = Level.FULL) -> dict[str, object]:
    """Return the result as an object."""
    shown = [redact(report) for report in reports]
    tests = [_test(report, level) for report in shown]
    statuses = {test["status"] for test in tests}
    status = "error" if "error" in statuses else "fail" if "fail" in statuses else "pass"
    return {
        "version": VERSION,
        "status": status,
        "max_score": sum(report.max_points for report in shown),
        "tests": tests,
    }


def _test(report: Report, level: Level) -> dict[str, object]:
    status = "pass" if report.level.reaches(level) else "fail"
    if report.verdict is Verdict.GRADER_FAULT:
        status = "error"
    failed = next((case for case in report.cases if case.verdict is not Verdict.PASSED), None)
    told = report.message or (f"{words(failed.verdict)}: {failed.title}" if failed is not None else "")
    told = f"{word(report)}, {cases(report)}{f'; {told}' if told else ''}" if report.cases else told
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
