"""Show that a submission is told the same by hidden tests collected for it alone and by those that ran ten times.

`nox -s reruns` does it for every exercise: its reference, its untouched stub and its first planted mistake, in turn,
with fresh tests and with kept ones.  What differs other than in time is printed, and so is every exercise whose tests
must be collected anew because something in their module changes or cannot be looked at.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.catalog import load_catalog
from grader.content.mutants import load_mutants, mutated
from grader.intake.submission import read_submission, submission_from_text
from grader.judge import grade
from grader.model import Verdict
from grader.sandbox import Sandbox
from grader.suite.suites import Suites

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import CaseResult, Exercise, Report, Submission

ROOT: Final = Path(__file__).parents[1]
_SEED: Final = 20_261_130
_RERUNS: Final = 10
# Their messages tell figures, or the line that a clock happened to stop at.
_MEASURED: Final = frozenset({Verdict.TOO_SLOW, Verdict.OUT_OF_MEMORY, Verdict.TIMED_OUT})


def main() -> int:
    """Compare, and return 1 where something differs."""
    parser = argparse.ArgumentParser(prog="tools.reruns", description=__doc__)
    parser.add_argument("slugs", nargs="*", help="exercises; all by default")
    catalog = load_catalog(ROOT)
    slugs = parser.parse_args().slugs or catalog.slugs
    differ = 0
    with Sandbox(secret=[ROOT]) as sandbox:
        shared = Suites()
        for slug in slugs:
            told = list(_compared(catalog.exercise(slug), sandbox, shared))
            differ += bool(told)
            print(f"{slug}: {'; '.join(told) or 'the same'}", flush=True)
    print(f"{len(slugs)} exercises, {differ} differ")
    return bool(differ)


def _compared(exercise: Exercise, sandbox: Sandbox, suites: Suites) -> Iterator[str]:
    submissions = list(_submissions(exercise))
    fresh = {one.name: _told(grade(exercise, one, sandbox, seed=_SEED)) for one in submissions}
    runs = [submissions[number % len(submissions)] for number in range(_RERUNS)]
    for number, one in enumerate(runs, start=1):
        cases = _told(grade(exercise, one, sandbox, suites=suites, seed=_SEED))
        wanted = fresh[one.name]
        for case, other in zip(cases, wanted, strict=True):
            if case != other:
                yield f"run {number} of {one.name}, {case.name}: {case.verdict}, {case.message!r}; fresh {other.verdict}, {other.message!r}"
    if not suites.holds(exercise):
        yield "collected anew for each run"


def _submissions(exercise: Exercise) -> Iterator[Submission]:
    yield replace(read_submission(exercise.reference_path), name="reference")
    yield replace(read_submission(exercise.stub_path), name="stub")
    planted = load_mutants(exercise).planted
    if planted:
        yield submission_from_text(planted[0].name, mutated(exercise, planted[0]))


def _told(report: Report) -> list[CaseResult]:
    """Return the cases without what is measured."""
    return [
        replace(case, duration_s=0.0, measures=(), message="" if case.verdict in _MEASURED else case.message)
        for case in report.cases
    ]


if __name__ == "__main__":
    raise SystemExit(main())
