"""The whole proof of an exercise, and what it leaves behind: a record."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from grader.authoring.checks.check import check
from grader.authoring.checks.finding import Severity
from grader.authoring.checks.layout import is_textbook, solutions
from grader.authoring.mutation import mutants
from grader.classes.bench import end_with_parent
from grader.content.catalog import open_catalog
from grader.content.metadata import read_content
from grader.content.record import Record, proof_digest, read_record
from grader.intake.submission import read_submission
from grader.judge import grade
from grader.model import ConfinementMode, Layer, Verdict
from grader.sandbox import Sandbox
from grader.suite.suites import Suites

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.authoring.checks.finding import CheckReport
    from grader.model import Exercise

SEEDS: Final = 3
MANY_SEEDS: Final = 60
_FIRST_SEED: Final = 100


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof showed.

    Attributes
    ----------
    slug : str
        Of which exercise.
    record : Record or None
        What to write down; None where something is not proven.
    errors : tuple of str
        What contradicts the proof, one line each.
    """

    slug: str
    record: Record | None
    errors: tuple[str, ...]


def prove(root: Path, slug: str, seeds: int = SEEDS) -> Proven:
    """Run every check of an exercise, and its right solutions with several seeds.

    Parameters
    ----------
    root : Path
        Folder that holds `exercises/` and `solutions/`.
    slug : str
        Which exercise.
    seeds : int, default=3
        Seeds with which right solutions must pass, besides those of the check.

    Returns
    -------
    Proven
        With a record if, and only if, there is no error.
    """
    started = time.perf_counter()
    catalog = open_catalog(root)
    exercise = catalog.exercise(slug)
    with Sandbox(ConfinementMode.AUTO, secret=catalog.roots) as sandbox:
        report = check(exercise, sandbox)
        flakes = () if report.errors else tuple(_flakes(exercise, sandbox, seeds))
    errors = [f"{found.code}: {found.message}" for found in report.findings if found.severity is Severity.ERROR]
    if errors or flakes:
        return Proven(slug, None, (*errors, *flakes))
    record = _record(exercise, report, seeds, time.perf_counter() - started)
    return Proven(slug, record.renewed(read_record(exercise)), ())


def try_seeds(root: Path, slug: str, seeds: int = MANY_SEEDS) -> Proven:
    """Run the right solutions of a proven exercise with many seeds, and nothing else.

    Parameters
    ----------
    root : Path
        Folder that holds `exercises/` and `solutions/`.
    slug : str
        Which exercise.
    seeds : int, default=60
        How many.

    Returns
    -------
    Proven
        The record with the number of seeds, or the runs that did not pass.
    """
    catalog = open_catalog(root)
    exercise = catalog.exercise(slug)
    before = read_record(exercise)
    if before is None or before.content != proof_digest(exercise):
        return Proven(slug, None, ("prove it first: its record does not speak of what is there now",))
    with Sandbox(ConfinementMode.AUTO, secret=catalog.roots) as sandbox:
        flakes = tuple(_flakes(exercise, sandbox, seeds))
    return Proven(slug, None if flakes else replace(before, seeds=max(seeds, before.seeds)), flakes)


def prove_all(
    root: Path, slugs: Sequence[str], *, seeds: int | None = None, only_seeds: bool = False, jobs: int = 2
) -> Iterator[Proven]:
    """Prove several exercises at the same time.

    Parameters
    ----------
    root : Path
        Folder that holds `exercises/` and `solutions/`.
    slugs : sequence of str
        Which exercises; those that take longest come first.
    seeds : int, optional
        Seeds for right solutions; 3 by default, or 60 if nothing else is tried.
    only_seeds : bool, default=False
        Whether nothing but seeds is tried.
    jobs : int, default=2
        How many at the same time.

    Yields
    ------
    Proven
        Each as soon as it is there.
    """
    one = try_seeds if only_seeds else prove
    number = seeds or (MANY_SEEDS if only_seeds else SEEDS)
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=end_with_parent) as pool:
        waiting = [pool.submit(one, root, slug, number) for slug in slugs]
        for future in as_completed(waiting):
            yield future.result()


def _record(exercise: Exercise, report: CheckReport, seeds: int, seconds: float) -> Record:
    lines = {mutant.name: mutant.line for mutant in mutants(read_content(exercise.reference_path))}
    return Record(
        content=proof_digest(exercise),
        cases=report.cases,
        layers=report.layers,
        automatic=report.automatic.total,
        killed=report.automatic.killed,
        survivors=tuple(f"line {lines[name]}, {name}" for name in report.automatic.survivors),
        alternatives=len(solutions(exercise.alternatives_folder)),
        seeds=seeds,
        seconds=round(seconds),
        patterns=report.patterns,
    )


def _flakes(exercise: Exercise, sandbox: Sandbox, seeds: int) -> Iterator[str]:
    """Yield the runs of right solutions that do not pass what they must: a textbook's core, all of the others."""
    suites = Suites()
    core: tuple[str, ...] = ()
    for path in (exercise.reference_path, *solutions(exercise.alternatives_folder)):
        submission, only = read_submission(path), core if is_textbook(path) else ()
        for seed in range(_FIRST_SEED, _FIRST_SEED + seeds):
            graded = grade(exercise, submission, sandbox, suites=suites, seed=seed, only=only, diagnosed=False)
            core = core or tuple(case.name for case in graded.cases if case.layer is Layer.CORE)
            bad = next((case for case in graded.cases if case.verdict is not Verdict.PASSED), None)
            if bad is not None:
                yield f"flake: {path.name}, seed {seed}, {bad.name}: {' '.join(bad.message.split())}"
