"""What no submission can do to the host that judges it: break it, keep it busy."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.content import catalog
from grader.intake import forbidden
from grader.intake.submission import submission_from_text
from grader.judge import grade, run_examples
from grader.model import Verdict
from grader.sandbox import Sandbox
from tests.support.sessions import toy

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SERVER = "import gc\nserver = next(o for o in gc.get_objects() if type(o).__name__ == 'Server')\n"
LONG = {
    "attributes": "a" + ".b" * 900,
    "statements": "a\n" * 500_000,
    "imports": "import os;" * 100_000,
    "signs": "x = " + "-" * 200_000 + "1",
    "lambdas": "lambda:" * 100_000 + "1",
    "items": "a" + "[0]" * 300_000,
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.mark.parametrize("rows", ["[[1]]", "5", "[['n', '1', 's', 'w', 'g', True]]", "[['n', 1, 's', 'w', 'g', 1]]"])
def test_examples_of_another_form_break_the_protocol(sandbox: Sandbox, rows: str) -> None:
    """A worker that answers the question for examples with something else is told so."""
    source = f"{SERVER}server._verbs[15] = lambda: {rows}\ndef double(x): return 2 * x\n"
    report = run_examples(toy(slug="doubling"), submission_from_text("attempt", source), sandbox)

    assert report.verdict is Verdict.PROTOCOL
    assert report.cases[0].message == "The worker broke the protocol: the examples came in an unknown form."


@pytest.mark.parametrize("source", list(LONG.values()), ids=list(LONG))
def test_reading_a_source_takes_bounded_time(source: str) -> None:
    """What would take long to read is refused with a sentence, and nothing is raised."""
    exercise = catalog.load_catalog(ROOT).exercise("softmax")
    started = time.process_time()

    (said,) = forbidden.uses(submission_from_text("attempt", source), exercise)

    assert time.process_time() - started < 5
    assert said.startswith(("The file is too long", "The file is nested too deep", "Line 1 strings more than 32"))


def test_a_submission_that_never_returns_ends_soon(sandbox: Sandbox) -> None:
    """Three functions of softmax with endless loops cost three time-outs; all other cases are skipped and fail."""
    functions = ("softmax", "log_softmax", "logsumexp")
    source = "\n".join(f"def {name}(*args, **kwargs):\n    while True: pass\n" for name in functions)
    report = grade(catalog.load_catalog(ROOT).exercise("softmax"), submission_from_text("softmax", source), sandbox)
    verdicts = [case.verdict for case in report.cases]

    assert report.verdict is Verdict.TIMED_OUT
    assert verdicts.count(Verdict.TIMED_OUT) <= 4
    assert set(verdicts) == {Verdict.TIMED_OUT, Verdict.SKIPPED}
    assert report.points == 0
    assert {c.message.partition(" ")[2] for c in report.cases if c.verdict is Verdict.SKIPPED} == {"does not return."}
