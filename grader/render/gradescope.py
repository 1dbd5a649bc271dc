"""Reports as Gradescope's `results.json`: a test for each case, in plain text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from grader.model import Verdict
from grader.render.cases import words
from grader.render.escape import visible
from grader.render.feedback import redact
from grader.render.levels import LAYERS, cases, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model import CaseResult, Report


def render(reports: Sequence[Report]) -> str:
    """Return reports as JSON.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    """
    return json.dumps(document(reports), indent=2) + "\n"


def document(reports: Sequence[Report]) -> dict[str, object]:
    """Return the results as an object."""
    shown = [redact(report) for report in reports]
    return {
        "score": sum(report.points for report in shown),
        "execution_time": round(sum(report.duration_s for report in shown), 3),
        "output": "\n".join(_headlines(shown)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "reports": [
                {"exercise": one.exercise, "level": one.level, "verdict": one.verdict, "seed": one.seed, "content_hash": one.content_hash,
                 "submission_hash": one.submission_hash, "confinement": one.confinement.level}
                for one in shown
            ]
        },
        "tests": [
            _test(report, case, f"{first}.{second}")
            for first, report in enumerate(shown, 1)
            for second, case in enumerate(report.cases, 1)
        ],
    }  # fmt: skip


def _headlines(reports: Sequence[Report]) -> Iterator[str]:
    for report in reports:
        told = f": {visible(report.message)}" if report.message else ""
        counted = f", {cases(report)}" if report.cases else ""
        yield f"{visible(report.exercise)}: {outcome(report)}{counted}{told}"


def _test(report: Report, case: CaseResult, number: str) -> dict[str, object]:
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
        "visibility": "visible",
        "extra_data": {"case": visible(case.name), "duration_s": round(case.duration_s, 4)},
    }
