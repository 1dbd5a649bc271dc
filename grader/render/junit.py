"""Reports as JUnit XML, for the test viewers of continuous integration.

A report is a `testsuite`, a case a `testcase`.
How verdicts map:

===================  ============  ==========================================================
verdict              element       why
===================  ============  ==========================================================
passed               none
grader_fault         ``error``     ours, never the learner's
every other          ``failure``   its ``type`` is the verdict
===================  ============  ==========================================================

`not_started` is a failure too: viewers show a skipped case as green, and a stub has not passed.
Where the report has not passed and no case says so, such as after a syntax error, a case named
`submission` carries the verdict, so that a suite without a red case has passed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from grader.model import CaseResult, Verdict
from grader.render.escape import no_command_in_xml, visible
from grader.render.feedback import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.model import Report


def render(reports: Sequence[Report], when: datetime | None = None) -> str:
    """Return reports as a JUnit XML document, valid under the junit-10.xsd of Jenkins.

    Parameters
    ----------
    reports : sequence of Report
        In the order to list them.
    when : datetime, optional
        When they were made, in UTC; now by default.

    Returns
    -------
    str
        The document, ending in a line feed. Characters that XML forbids are written as escapes, and so is what would
        be a command where the document is printed to a build log.
    """
    stamp = (when or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S")  # the form knows no zone
    suites = [_suite(redact(report), stamp) for report in reports]
    root = ET.Element("testsuites", {"name": "kata", **_totals(suites)})
    root.extend(suites)
    ET.indent(root)
    written = no_command_in_xml(ET.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}\n'


def _suite(report: Report, stamp: str) -> ET.Element:
    cases = [*report.cases, *_whole(report)]
    suite = ET.Element(
        "testsuite",
        {
            "name": visible(report.exercise),
            "tests": str(len(cases)),
            "failures": str(sum(_element(case.verdict) == "failure" for case in cases)),
            "errors": str(sum(_element(case.verdict) == "error" for case in cases)),
            "skipped": "0",
            "time": f"{report.duration_s:.3f}",
            "timestamp": stamp,
            "file": visible(report.submission_path),
        },
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(report):
        ET.SubElement(properties, "property", {"name": name, "value": visible(value)})
    suite.extend(_case(report.exercise, case) for case in cases)
    if report.message:
        ET.SubElement(suite, "system-err").text = visible(report.message)
    return suite


def _whole(report: Report) -> Iterable[CaseResult]:
    """Yield a case for a verdict that no case of the report shows."""
    if report.verdict is Verdict.PASSED or any(case.verdict is report.verdict for case in report.cases):
        return
    yield CaseResult(
        name="submission",
        title=report.message.partition("\n")[0],
        verdict=report.verdict,
        points=0.0,
        max_points=0.0,
        duration_s=0.0,
        message=report.message,
    )


def _properties(report: Report) -> Iterable[tuple[str, str]]:
    yield "verdict", report.verdict
    yield "points", f"{report.points:g}"
    yield "max_points", f"{report.max_points:g}"
    yield "seed", str(report.seed)
    yield "content_hash", report.content_hash
    yield "submission_hash", report.submission_hash
    yield "level", report.level
    for count in report.layers:
        yield f"layer_{count.layer}", f"{count.passed} of {count.total}"
    yield "confinement", report.confinement.level
    for missing in report.confinement.missing:
        yield "confinement_missing", missing
    for note in report.notes:
        yield "note", note


def _case(exercise: str, case: CaseResult) -> ET.Element:
    element = ET.Element(
        "testcase",
        {"name": visible(case.name), "classname": visible(exercise), "time": f"{case.duration_s:.3f}"},
    )
    if kind := _element(case.verdict):
        summary = case.title or case.message.partition("\n")[0] or case.verdict.replace("_", " ")
        problem = ET.SubElement(element, kind, {"type": case.verdict, "message": visible(summary)})
        problem.text = visible(case.message)
    if case.output:
        ET.SubElement(element, "system-out").text = visible(case.output)
    return element


def _element(verdict: Verdict) -> str:
    if verdict is Verdict.PASSED:
        return ""
    return "error" if verdict is Verdict.GRADER_FAULT else "failure"


def _totals(suites: Iterable[ET.Element]) -> dict[str, str]:
    rows = list(suites)
    keys = ("tests", "failures", "errors")  # the schema has no `skipped` here, and nothing is
    counts = {key: str(sum(int(row.attrib[key]) for row in rows)) for key in keys}
    return counts | {"time": f"{sum(float(row.attrib['time']) for row in rows):.3f}"}
