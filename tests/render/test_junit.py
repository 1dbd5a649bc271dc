"""Reports as JUnit XML: what test viewers show."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from grader.model import Feedback, Report, Verdict
from grader.render.junit import render
from tests.support.golden_file import assert_golden
from tests.support.report_samples import ALL, FAULT, INVALID, NOT_STARTED, PASSED, WRONG, at, case, report


def suites(*reports: Report) -> list[ET.Element]:
    """Render, parse and return the suites."""
    return list(ET.fromstring(render(reports)))


def test_junit_reads_as_agreed() -> None:
    """The golden file is the XML of all kinds of reports."""
    assert_golden("reports.junit.xml", render(ALL, datetime(2026, 11, 30, 6, 15, tzinfo=UTC)))


@pytest.mark.parametrize("verdict", Verdict)
def test_verdicts_map_to_elements(verdict: Verdict) -> None:
    """Passed has no element, a fault of ours is an error, all else is a failure; nothing is skipped."""
    (suite,) = suites(report(verdict, case("test_a", "A.", verdict, "why")))
    expected = {Verdict.PASSED: [], Verdict.GRADER_FAULT: ["error"]}.get(verdict, ["failure"])
    (element,) = suite.iter("testcase")

    assert expected == [child.tag for child in element]
    assert [verdict] * len(expected) == [child.attrib["type"] for child in element]
    assert suite.attrib["skipped"] == "0"
    assert suite.attrib["failures"] == str(expected.count("failure"))
    assert suite.attrib["errors"] == str(expected.count("error"))


@pytest.mark.parametrize("sample", [WRONG, NOT_STARTED, INVALID, FAULT])
def test_a_report_that_did_not_pass_is_never_green(sample: Report) -> None:
    """Even without a single case, something in the suite is red."""
    (suite,) = suites(replace(sample, cases=()))

    assert suite.attrib["tests"] == "1"
    assert int(suite.attrib["failures"]) + int(suite.attrib["errors"]) == 1
    assert [element.attrib["name"] for element in suite.iter("testcase")] == ["submission"]


def test_a_passed_report_has_no_extra_case() -> None:
    """A pass is its cases and nothing else."""
    (suite,) = suites(PASSED)

    assert [element.attrib["name"] for element in suite.iter("testcase")] == ["test_rows", "test_speed"]


def test_properties_tell_how_to_repeat_the_run() -> None:
    """Seed, digests and confinement are properties of the suite."""
    (suite,) = suites(WRONG)
    properties = {item.attrib["name"]: item.attrib["value"] for item in suite.iter("property")}

    assert properties["seed"] == "17"
    assert properties["confinement"] == "confined"
    assert properties["content_hash"] == "c0ffee"
    assert properties["submission_hash"] == "5eed"


def test_forbidden_characters_are_written_out() -> None:
    """Characters that XML cannot hold do not make the document unreadable."""
    evil = "\x00\x1b[2J\ufffe\ud800<]]>&\r"
    (suite,) = suites(report(Verdict.WRONG, case(evil, evil, Verdict.WRONG, evil, evil), slug=evil))
    (element,) = suite.iter("testcase")

    assert r"\x00\x1b[2J\ufffe\ud800<]]>&\x0d" == element.findtext("failure") == element.findtext("system-out")


def test_a_build_log_finds_no_command_in_it() -> None:
    """Printed to a build log, no line of the document begins with a workflow command; who reads the XML reads the text."""
    evil = "\n::error::x\n  ::add-mask::y\n##[error]z"
    written = render([report(Verdict.WRONG, case("t", "t", Verdict.WRONG, evil, evil))])
    (suite,) = suites(report(Verdict.WRONG, case("t", "t", Verdict.WRONG, evil, evil)))

    assert not [line for line in written.splitlines() if re.match(r"\s*::", line) or "##[" in line]
    (element,) = suite.iter("testcase")
    assert evil.strip() in str(element.findtext("system-out"))


def test_totals_are_sums() -> None:
    """The root counts what the suites count."""
    root = ET.fromstring(render(ALL))

    for key in ("tests", "failures", "errors"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in root)


def test_feedback_policy_holds() -> None:
    """No message, print or title leaves under `none`."""
    shown = render([at(Feedback.NONE)])

    assert not any(word in shown for word in ("secret", "Logits", "x = [", "test_large"))
