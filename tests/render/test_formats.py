"""Reports for other programs: every format has its documented fields, and nothing a learner writes does harm."""

from __future__ import annotations

import base64
import csv
import json
import re
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from grader.intake.folder import Refusal
from grader.model import Feedback, Level, Verdict
from grader.render import classroom, exercism, github, gradescope, junit, markdown, text
from grader.render import csv as csv_render
from grader.render import json as json_render
from tests.support.golden_file import assert_golden
from tests.support.report_samples import INVALID, NOT_STARTED, PASSED, SOLVED, WRONG, case, report

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import Report

REPORTS = [PASSED, SOLVED, WRONG, NOT_STARTED, INVALID]
REFUSALS = [
    Refusal("exercises/arrays/softmax/hidden_tests.py", "changes hidden tests"),
    Refusal("a,b:c\n::x", "adds it"),
]
NASTY = (
    "::error::pwned\n##[error]pwned\r\n  ::add-mask::x\x1b[2J\x1b]0;t\x07<script>alert(1)</script>"
    "![i](http://x/y.png)@maintainers |cell| `code` \x00\x0b\ufffe\u202eabc %0A"
)
RENDERERS: dict[str, Callable[[list[Report]], str]] = {
    "classroom": classroom.render,
    "csv": csv_render.render,
    "exercism": lambda reports: "".join(map(exercism.render, reports)),
    "github": github.commands,
    "github log": github.log,
    "github summary": github.summary,
    "gradescope": gradescope.render,
    "json": json_render.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "text": lambda reports: text.render(reports, color=False, links=False),
}


def _nasty() -> Report:
    failed = case("test_a[::x]", NASTY, Verdict.WRONG, NASTY, NASTY)
    return replace(report(Verdict.WRONG, failed), submission_path=f"exercises/{NASTY}.py")


@pytest.mark.parametrize(
    ("name", "render"),
    [
        ("github.txt", lambda: github.commands(REPORTS, REFUSALS)),
        ("github_log.txt", lambda: github.log(REPORTS, REFUSALS)),
        ("summary.md", lambda: github.summary(REPORTS, REFUSALS)),
        ("classroom.json", lambda: classroom.render(REPORTS)),
        ("gradescope.json", lambda: gradescope.render(REPORTS)),
        ("exercism_wrong.json", lambda: exercism.render(WRONG)),
        ("exercism_invalid.json", lambda: exercism.render(INVALID)),
        ("results.csv", lambda: csv_render.render(REPORTS)),
    ],
)
def test_formats_stay_as_they_are(name: str, render: Callable[[], str]) -> None:
    """Each format of the sample reports is the golden one."""
    assert_golden(name, render())


@pytest.mark.parametrize("name", RENDERERS)
def test_no_format_lets_a_log_or_a_terminal_be_commanded(name: str) -> None:
    """Printed into a build log or a terminal, no output starts a workflow command or carries a control character."""
    shown = RENDERERS[name]([_nasty()])

    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e\ufffe]", shown)
    for line in shown.splitlines():
        if name == "github":
            assert re.fullmatch(r"::error (\w+=[^:,]*,?)+::[^\r\n]*", line), line
        elif name not in ("text", "junit"):  # which no build prints: `kata ci` writes files and the log
            assert not re.match(r"\s*::\w", line), line


def test_the_log_of_a_build_holds_no_command() -> None:
    """The log that `kata ci` prints neutralises both forms of workflow commands, also inside a line."""
    hostile = replace(PASSED, exercise="::error::x ##[error]y")

    shown = github.log([hostile], [Refusal("::error::z", "##[warning]")])

    assert "::" not in shown
    assert "##[" not in shown


def test_annotations_are_counted_and_on_the_learners_line() -> None:
    """At most ten annotations, the last says how many are missing; a place in the message becomes file and line."""
    failed = [case(f"test_{n}", "It works.", Verdict.WRONG, f"f(1) raised at softmax.py:{n}") for n in range(40)]
    lines = github.commands([report(Verdict.WRONG, *failed)]).splitlines()

    assert len(lines) == 10
    assert "and 31 more failures" in lines[-1]
    assert lines[7].startswith("::error file=exercises/arrays/softmax/softmax.py,line=7,title=softmax::")


def test_what_only_the_fine_print_asks_for_is_a_warning() -> None:
    """Somebody who solved the exercise reads warnings; an error says that core is missing."""
    assert github.commands([SOLVED]).startswith("::warning ")
    assert github.commands([WRONG]).startswith("::error ")


def test_classroom_passes_at_the_level_of_the_course() -> None:
    """A solved exercise passes where core is enough, and fails where everything is asked for."""
    for level, status in ((Level.CORE, "pass"), (Level.FULL, "fail")):
        assert json.loads(classroom.render([SOLVED], level))["tests"][0]["status"] == status
        assert json.loads(classroom.render([SOLVED], level))["status"] == status


def test_the_summary_stays_below_the_limit() -> None:
    """A summary of very many failures is cut below 1 MiB, and says so."""
    failed = [case(f"test_{n}", "x" * 500, Verdict.WRONG, "y" * 500) for n in range(3000)]
    shown = github.summary([report(Verdict.WRONG, *failed)])

    assert len(shown.encode()) <= 2**20
    assert "The rest is cut" in shown


def test_markdown_shows_text_as_it_is() -> None:
    """No HTML, no image, no mention, no broken table comes out of a learner's text."""
    shown = markdown.render([_nasty()])

    assert "<script" not in shown
    assert not re.search(r"(?<!\\)!\[", shown)
    assert "@" not in shown
    assert "http://" not in shown
    rows = [line for line in shown.splitlines() if line.startswith("| ")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_spreadsheets_see_no_formula(text: str) -> None:
    """A cell that would begin a formula is quoted."""
    shown = csv_render.render([replace(INVALID, message=text)])
    row = list(csv.reader(StringIO(shown)))[1]

    assert row[-1][0] not in "=+-@\t\r"


_CLASSROOM = {
    "type": "object", "additionalProperties": False, "required": ["version", "status", "max_score", "tests"],
    "properties": {
        "version": {"const": 1}, "status": {"enum": ["pass", "fail", "error"]}, "max_score": {"type": "number"},
        "tests": {"type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["name", "status", "score"],
            "properties": {
                "name": {"type": "string"}, "status": {"enum": ["pass", "fail", "error"]}, "score": {"type": "number"},
                "max_score": {"type": "number"}, "message": {"type": "string"}, "test_code": {"type": "string"},
                "filename": {"type": "string"}, "line_no": {"type": "integer"}, "execution_time": {"type": "string"},
            },
        }},
    },
}  # fmt: skip
_FORMATS = ["text", "html", "simple_format", "md", "ansi"]
_VISIBILITY = ["hidden", "after_due_date", "after_published", "visible"]
_GRADESCOPE = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "score": {"type": "number"}, "execution_time": {"type": "number"}, "output": {"type": "string"},
        "output_format": {"enum": _FORMATS}, "test_output_format": {"enum": _FORMATS}, "test_name_format": {"enum": _FORMATS},
        "visibility": {"enum": _VISIBILITY}, "stdout_visibility": {"enum": _VISIBILITY}, "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {"type": "array", "items": {
            "type": "object", "additionalProperties": False,
            "properties": {
                "score": {"type": "number"}, "max_score": {"type": "number"}, "status": {"enum": ["passed", "failed"]},
                "name": {"type": "string"}, "name_format": {"enum": _FORMATS}, "number": {"type": "string"},
                "output": {"type": "string"}, "output_format": {"enum": _FORMATS}, "tags": {"type": "array"},
                "visibility": {"enum": _VISIBILITY}, "extra_data": {"type": "object"},
            },
        }},
    },
}  # fmt: skip
_EXERCISM = {
    "type": "object", "additionalProperties": False, "required": ["version", "status", "tests"],
    "properties": {
        "version": {"const": 3}, "status": {"enum": ["pass", "fail", "error"]},
        "message": {"type": "string", "maxLength": 65535},
        "tests": {"type": "array", "items": {
            "type": "object", "additionalProperties": False, "required": ["name", "test_code", "status"],
            "properties": {
                "name": {"type": "string"}, "test_code": {"type": "string"}, "status": {"enum": ["pass", "fail", "error"]},
                "message": {"type": "string", "maxLength": 65535}, "output": {"type": "string", "maxLength": 500},
                "task_id": {"type": "integer"},
            },
        }},
    },
    "if": {"properties": {"status": {"const": "error"}}}, "then": {"required": ["message"]},
    "else": {"not": {"required": ["message"]}},
}  # fmt: skip


@pytest.mark.parametrize("sample", [*REPORTS, _nasty()], ids=lambda one: f"{one.exercise}-{one.verdict}")
def test_documented_fields_and_nothing_else(sample: Report) -> None:
    """Classroom, Gradescope and Exercism results hold the fields their documents name, with the types they name."""
    jsonschema.validate(json.loads(classroom.render([sample])), _CLASSROOM)
    jsonschema.validate(json.loads(gradescope.render([sample])), _GRADESCOPE)
    jsonschema.validate(json.loads(exercism.render(sample)), _EXERCISM)
    schema: Any = json.loads(json_render.SCHEMA_PATH.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json_render.render([sample], REFUSALS)), schema)


def test_classroom_scores_add_up() -> None:
    """The score of the tests is that of the reports, and the step output is the same result in base64."""
    document = json.loads(classroom.render(REPORTS))

    assert document["max_score"] == sum(one.max_points for one in REPORTS)
    assert sum(test["score"] for test in document["tests"]) == sum(one.points for one in REPORTS)
    assert document["status"] == "fail"
    assert json.loads(base64.b64decode(classroom.encoded(REPORTS))) == document


def test_exercism_results_stay_small_and_in_order() -> None:
    """Very long messages are cut until the file has less than 500 kB; tests keep their order."""
    failed = [case(f"test_{n}", f"Case {n}.", Verdict.WRONG, "y" * 60_000, "p" * 5000) for n in range(50)]
    shown = exercism.render(report(Verdict.WRONG, *failed))

    assert len(shown) <= 500_000
    assert [test["name"] for test in json.loads(shown)["tests"]] == [f"Case {n}." for n in range(50)]


def test_exercism_names_are_unique() -> None:
    """Cases of one test share a sentence; each still has a name of its own, also beside one that looks numbered."""
    cases = [case(f"test_a[{n}]", "Every dtype.") for n in range(2)] + [case("test_b", "Every dtype. (1)")]
    names = [test["name"] for test in json.loads(exercism.render(report(Verdict.PASSED, *cases)))["tests"]]

    assert names == ["Every dtype. (2)", "Every dtype. (3)", "Every dtype. (1)"]


def test_annotations_are_shared_out_among_exercises() -> None:
    """An exercise with many failures leaves room for the others; errors and warnings have ten places each."""
    hangs = report(
        Verdict.TIMED_OUT,
        *(case(f"t{n}", f"T{n}.", Verdict.TIMED_OUT, "f() did not return") for n in range(12)),
        slug="hang",
    )
    others = [report(Verdict.WRONG, case("t", "T.", Verdict.WRONG, "no"), slug=slug) for slug in ("a", "b")]
    lines = github.commands([hangs, *others, SOLVED]).splitlines()

    assert [re.findall("title=(\\w+)", line) for line in lines[:4]] == [["hang"], ["a"], ["b"], ["hang"]]
    assert sum(line.startswith("::error") for line in lines) == 10
    assert lines[9] == "::error::and 5 more failures; see the summary"
    assert [line for line in lines if line.startswith("::warning")] == lines[10:]


# The rules of Jenkins' junit-10.xsd: attributes that must be there, others that may, and children. GitLab and
# dorny/test-reporter read less; every name is one of testmoapp/junitxml, too.
_TOTALS = {"tests", "failures", "errors"}
_PROBLEM: tuple[set[str], set[str], set[str]] = (set(), {"type", "message"}, set())
_JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", *_TOTALS}, {"testsuite"}),
    "testsuite": (
        {"name", *_TOTALS},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": _PROBLEM,
    "error": _PROBLEM,
    "system-out": (set(), set(), set()),
    "system-err": (set(), set(), set()),
}
_SECONDS = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


def test_junit_is_valid_for_jenkins() -> None:
    """Elements, attributes and times are those of junit-10.xsd, a case has one result, and the counts are right."""
    long = replace(PASSED, duration_s=12345.678)
    root = ET.fromstring(junit.render([*REPORTS, _nasty(), long]))
    assert root.tag == "testsuites"
    for element in root.iter():
        required, optional, children = _JUNIT[element.tag]
        assert required <= set(element.attrib) <= required | optional
        assert {child.tag for child in element} <= children
        assert _SECONDS.fullmatch(element.get("time", "0.0"))
        if children:
            assert not (element.text or "").strip()
    for suite in root.iter("testsuite"):
        cases = list(suite.iter("testcase"))
        assert int(suite.attrib["tests"]) == len(cases)
        assert int(suite.attrib["failures"]) == sum(one.find("failure") is not None for one in cases)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        assert all(len([c for c in one if c.tag in ("failure", "error", "skipped")]) <= 1 for one in cases)


# What testmoapp/junitxml lists as common: attributes and children of each element.
_COUNTS = {"name", "tests", "failures", "errors", "skipped", "assertions", "time", "timestamp"}
_COMMON: dict[str, tuple[set[str], set[str]]] = {
    "testsuites": (_COUNTS, {"testsuite"}),
    "testsuite": (_COUNTS | {"file"}, {"testsuite", "properties", "testcase", "system-out", "system-err"}),
    "properties": (set(), {"property"}),
    "property": ({"name", "value"}, set()),
    "testcase": (
        {"name", "classname", "assertions", "time", "file", "line"},
        {"properties", "skipped", "failure", "error", "system-out", "system-err"},
    ),
    "skipped": ({"message"}, set()),
    "failure": ({"message", "type"}, set()),
    "error": ({"message", "type"}, set()),
    "system-out": (set(), set()),
    "system-err": (set(), set()),
}


def test_junit_keeps_to_the_common_names() -> None:
    """Every element and attribute is one that testmoapp/junitxml lists, where it lists it."""
    for element in ET.fromstring(junit.render([*REPORTS, _nasty()])).iter():
        attributes, children = _COMMON[element.tag]
        assert set(element.attrib) <= attributes, element.tag
        assert {child.tag for child in element} <= children, element.tag


@pytest.mark.parametrize("feedback", [Feedback.HINTS, Feedback.NONE])
@pytest.mark.parametrize("name", RENDERERS)
def test_the_feedback_policy_is_kept_by_every_format(name: str, feedback: Feedback) -> None:
    """Under `hints` no message, print or parameter of a case comes out; under `none` no title either."""
    secret = case("test_x[CANARY-PARAMETER]", "CANARY-TITLE.", Verdict.RAISED, "CANARY-MESSAGE", "CANARY-PRINT")
    secret = replace(secret, story=("CANARY-STORY",))
    hidden = replace(report(Verdict.RAISED, secret, case("test_y", "CANARY-TITLE two.")), notes=("CANARY-NOTE",))
    shown = RENDERERS[name]([replace(hidden, feedback=feedback)])

    for canary in ("PARAMETER", "MESSAGE", "PRINT", "NOTE", "STORY", *(["TITLE"] if feedback is Feedback.NONE else [])):
        assert f"CANARY-{canary}" not in shown
