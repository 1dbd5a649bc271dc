"""Checks of an exercise as text: what its author reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.authoring.checks.finding import CheckReport, Finding, KillCount, Step
from grader.render.checks import render
from tests.support.golden_file import assert_golden


def test_text_of_a_check_reads_as_agreed() -> None:
    """Findings stand under the file to open, with what to do; skipped steps are named."""
    root = Path("kata")
    finding = Finding(
        "unexplained-survivor",
        root / "exercises/toys/clamp/exercise.toml",
        "The tests pass the mutant `clamp: low > high -> low >= high`.",
        "Write a case that rejects it, or add it to [[survivors]] with the reason why none can.",
    )
    idle = Finding(
        "idle-case", root / "exercises/toys/clamp/hidden_tests.py", "test_a rejects\x1b no mutant.", "Sharpen."
    )
    stale = replace(finding, code="stale-survivor", message="It is rejected.", remedy="Remove it.")
    red = CheckReport(
        "clamp", tuple(Step), (), (finding, stale, idle), KillCount(3, 3), KillCount(9, 10, ("a",)), duration_s=12.3
    )
    early = replace(red, exercise="softmax", steps=(Step.FILES,), skipped=(Step.PROOF, Step.MUTATION))
    green = replace(red, exercise="nms", findings=())

    shown = render([green, red, early], color=False, links=False, width=80, root=root)

    assert_golden("checks.txt", shown)
    assert max(map(len, shown.splitlines())) <= 80


def test_one_green_check_is_one_line() -> None:
    """Nothing to mend, nothing more to read."""
    report = CheckReport("clamp", tuple(Step), (), (), KillCount(3, 3), KillCount(10, 10), duration_s=2.0)

    assert render([report], color=False, links=False) == (
        "green  clamp  3 of 3 declared mutants killed, 10 of 10 automatic (100.0%), 2.0 s\n"
    )
