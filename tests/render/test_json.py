"""Reports as JSON: one documented format."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import jsonschema
import pytest

from grader.model import CaseResult, Confinement, Feedback, Measure, Report, Verdict
from grader.render.json import SCHEMA_PATH, render
from tests.support.golden_file import assert_golden
from tests.support.report_samples import ALL, PASSED, WRONG, at, case, report


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The documented format."""
    loaded: dict[str, Any] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    return loaded


def test_json_reads_as_agreed() -> None:
    """The golden file is the JSON of a passed and a failed report."""
    assert_golden("reports.json", render([PASSED, WRONG]))


@pytest.mark.parametrize("level", Feedback)
def test_every_report_follows_the_schema(schema: dict[str, Any], level: Feedback) -> None:
    """All kinds of reports, at every feedback level, validate."""
    reports = [at(level, sample) for sample in ALL]

    jsonschema.Draft202012Validator(schema).validate(json.loads(render(reports)))


def test_no_report_follows_the_schema(schema: dict[str, Any]) -> None:
    """An empty run is an empty list."""
    jsonschema.Draft202012Validator(schema).validate(json.loads(render([])))


def test_schema_is_a_schema(schema: dict[str, Any]) -> None:
    """The schema itself is valid."""
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("definition", "data", "extra"),
    [
        ("report", Report, {"time_ratio", "level", "layers"}),
        ("case", CaseResult, set()),
        ("confinement", Confinement, set()),
        ("measure", Measure, set()),
    ],
)
def test_schema_names_every_field(schema: dict[str, Any], definition: str, data: type, extra: set[str]) -> None:
    """The schema and the data model cannot drift apart, and nothing undocumented is written."""
    described = schema["$defs"][definition]

    assert {field.name for field in fields(data)} | extra == set(described["properties"])
    assert set(described["required"]) == set(described["properties"])
    assert described["additionalProperties"] is False


def test_schema_describes_every_property(schema: dict[str, Any]) -> None:
    """Each property says what it means, itself or where it points to."""
    for definition in [schema, *schema["$defs"].values()]:
        for name, described in definition.get("properties", {}).items():
            target = schema["$defs"][described["$ref"].rpartition("/")[2]] if "$ref" in described else described
            assert described.get("description") or target.get("description"), name


def test_schema_lists_every_verdict(schema: dict[str, Any]) -> None:
    """The words are those of the model, the most serious first."""
    assert [str(verdict) for verdict in Verdict] == schema["$defs"]["verdict"]["enum"]


def test_numbers_that_json_cannot_write_are_null() -> None:
    """An infinite ratio does not make the file unreadable."""
    slow = replace(case("test_a", "A."), measures=(Measure("time_ratio", float("inf"), 3.0),))
    document = json.loads(render([report(Verdict.PASSED, slow)]))

    assert document["reports"][0]["cases"][0]["measures"][0]["value"] is None
    assert document["reports"][0]["time_ratio"] is None


def test_text_is_plain_ascii() -> None:
    """Control characters, lone surrogates and other letters are written as escapes."""
    shown = render([report(Verdict.WRONG, case("test_a", "µ", Verdict.WRONG, "\x1b[2J\ud800\u202e", "\x00"))])

    assert shown.replace("\n", "").isprintable()
    assert shown.isascii()
    assert json.loads(shown)["reports"][0]["cases"][0]["message"] == "\x1b[2J?\u202e"


def test_feedback_policy_holds() -> None:
    """No message leaves under `hints`."""
    assert "secret" not in render([at(Feedback.HINTS)])
    assert "secret" in render([WRONG])
