"""Whole attempts and the report each must get: `scenarios.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.content import catalog
from grader.intake.submission import read_submission
from grader.judge import grade
from grader.model import ConfinementMode, StartMethod
from grader.sandbox import Sandbox
from tests.support.sessions import DOUBLING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
EXPECTED = tomllib.loads(Path(__file__).with_name("scenarios.toml").read_text(encoding="utf-8"))
SCENARIOS = sorted(EXPECTED)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A warm, strictly confined sandbox."""
    with Sandbox(ConfinementMode.STRICT, secret=[ROOT]) as box:
        yield box


def _check(name: str, sandbox: Sandbox, folder: Path) -> None:
    expected = EXPECTED[name]
    attempt = folder / "attempt.py"
    attempt.write_text(expected["attempt"], encoding="utf-8")
    # Only an attempt that is about files is let have some.
    exercise = replace(catalog.load_exercise(DOUBLING), scratch=expected.get("scratch", False))
    report = grade(exercise, read_submission(attempt), sandbox, seed=1)
    told = "\n".join(case.message for case in report.cases)
    printed = "\n".join(case.output for case in report.cases)

    assert {case.name: str(case.verdict) for case in report.cases} == expected["cases"], told
    assert str(report.verdict) == expected["verdict"]
    assert report.points == sum(case.max_points for case in report.cases if case.verdict == "passed")
    assert report.confinement.level == "confined"
    for fragment in expected["message"]:
        assert fragment in told
    for fragment in expected["output"]:
        assert fragment in printed
    assert "CANARY-7f3a" not in told + printed
    assert len(printed) < 3 * 2**14


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """The attempt gets the expected verdict for each case; the cases it does not touch still run."""
    _check(name, sandbox, tmp_path)


@pytest.mark.parametrize("name", ["correct", "wrong", "exits_at_once", "hangs_in_c", "forks", "syntax_error"])
def test_scenario_without_a_zygote(name: str, tmp_path: Path) -> None:
    """Workers that are started afresh judge alike."""
    with Sandbox(ConfinementMode.STRICT, StartMethod.SPAWN, secret=[ROOT]) as box:
        _check(name, box, tmp_path)
