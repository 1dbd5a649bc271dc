"""`python tests/proof_table.py`: prove exercises and print what was shown; `--write` renews their rows in PROOF.md.

Without names every exercise is proven.  A row carries the start of the exercise's content hash, so that a test can tell
whether it still speaks of what is there.  With `--only-seeds` nothing but seeds is tried, many of them; as long as the
content is the same, a row keeps the most seeds that were tried.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.authoring.checks.check import check
from grader.authoring.checks.finding import Severity
from grader.authoring.checks.layout import solutions
from grader.cli.progress import Bar
from grader.content import catalog
from grader.intake.submission import read_submission
from grader.judge import grade
from grader.model import ConfinementMode, Verdict
from grader.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Exercise

ROOT: Final = Path(__file__).parents[1]
PROOF: Final = ROOT / "PROOF.md"
SEEDS: Final = 3
MANY_SEEDS: Final = 60
_FIRST_SEED: Final = 100
_HASH: Final = 12
_HEAD: Final = """\
# Proof

What `nox -s proof` showed of every exercise: the stub is not started, every planted mistake is rejected by the case made for it, with each of three
seeds where that case draws from one, and automatic mutants of the reference are rejected. Survivors are justified one by one in `exercise.toml`.
The reference and every alternative pass with as many seeds as the column says, tried by `nox -s proof` and `nox -s seeds`; a flake is one that does not.
`content` is the start of the content hash; a test compares it with what is there.
"""
_COLUMNS: Final = (
    "exercise", "cases", "declared", "automatic", "survivors", "alternatives", "seeds", "flakes", "seconds", "content",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What was shown of one exercise, as the table has it."""

    slug: str
    cases: str
    declared: str
    automatic: str
    survivors: str
    alternatives: str
    seeds: str
    flakes: str
    seconds: str
    content: str

    def cells(self) -> list[str]:
        """Return the cells of the table."""
        return [getattr(self, field.name) for field in fields(self)]


@dataclass(frozen=True)
class Shown:
    """What one run showed: a row, and what contradicts it."""

    row: Row
    errors: tuple[str, ...]


def content_of(slug: str) -> str:
    """Return the start of an exercise's content hash."""
    return catalog.content_hash(catalog.load_catalog(ROOT).exercise(slug))[:_HASH]


def prove(slug: str, seeds: int) -> Shown:
    """Run every proof of one exercise."""
    started = time.perf_counter()
    exercise = catalog.load_catalog(ROOT).exercise(slug)
    with Sandbox(ConfinementMode.AUTO, secret=[ROOT]) as sandbox:
        report = check(exercise, sandbox)
        flakes, cases = _flakes(exercise, sandbox, seeds)
    errors = [f"{found.code}: {found.message}" for found in report.findings if found.severity is Severity.ERROR]
    declared, automatic = report.declared, report.automatic
    row = Row(
        slug, str(cases), f"{declared.killed}/{declared.total}", f"{automatic.killed}/{automatic.total}",
        str(len(exercise.survivors)), str(len(solutions(exercise.alternatives_folder))), str(seeds), str(len(flakes)),
        f"{time.perf_counter() - started:.0f}", content_of(slug),
    )  # fmt: skip
    return Shown(row, (*errors, *flakes))


def try_seeds(row: Row, seeds: int) -> Shown:
    """Run the reference and the alternatives of one exercise with many seeds, and nothing else."""
    exercise = catalog.load_catalog(ROOT).exercise(row.slug)
    with Sandbox(ConfinementMode.AUTO, secret=[ROOT]) as sandbox:
        flakes, _ = _flakes(exercise, sandbox, seeds)
    return Shown(replace(row, seeds=str(seeds), flakes=str(len(flakes))), tuple(flakes))


def _flakes(exercise: Exercise, sandbox: Sandbox, seeds: int) -> tuple[list[str], int]:
    """Return the runs of right solutions that do not pass, and the number of cases of a run."""
    flakes, cases = [], 0
    for path in (exercise.reference_path, *solutions(exercise.alternatives_folder)):
        submission = read_submission(path)
        for seed in range(_FIRST_SEED, _FIRST_SEED + seeds):
            graded = grade(exercise, submission, sandbox, seed=seed)
            cases = len(graded.cases)
            if graded.verdict is not Verdict.PASSED:
                bad = next(case for case in graded.cases if case.verdict is not Verdict.PASSED)
                flakes.append(f"flake: {path.name}, seed {seed}, {bad.name}: {bad.message}")
    return flakes, cases


def read_rows(text: str) -> dict[str, Row]:
    """Return the rows of a proof by slug."""
    rows = re.findall(r"^\| ([a-z]\w+) \|(.*)\|$", text, re.MULTILINE)
    return {slug: Row(slug, *(cell.strip() for cell in rest.split("|"))) for slug, rest in rows if slug != "exercise"}


def kept(shown: Row, before: Row | None) -> Row:
    """Return a row with the most seeds that were tried on this content without a flake."""
    if (
        before is None
        or before.content != shown.content
        or before.flakes != "0"
        or int(before.seeds) < int(shown.seeds)
    ):
        return shown
    return replace(shown, seeds=before.seeds)


def written(rows: dict[str, Row], order: Sequence[str]) -> str:
    """Return PROOF.md with these rows in the order of the catalogue."""
    table = [rows[slug] for slug in order if slug in rows]
    cases = sum(int(row.cases) for row in table)
    declared = sum(int(row.declared.split("/")[1]) for row in table)
    automatic = [tuple(map(int, row.automatic.split("/"))) for row in table]
    killed, total = (sum(column) for column in zip(*automatic, strict=True)) if table else (0, 0)
    rates = [one / max(of, 1) for one, of in automatic] or [0.0]
    totals = (
        f"{len(table)} exercises, {cases} cases, {declared} planted mistakes, {killed} of {total} automatic mutants "
        f"rejected ({killed / max(total, 1):.1%}; mean of the exercises {sum(rates) / len(rates):.1%}, lowest {min(rates):.1%}), "
        f"{sum(int(row.flakes) for row in table)} flakes."
    )
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---|" + "---:|" * (len(_COLUMNS) - 2) + "---|"]
    lines += ["| " + " | ".join(row.cells()) + " |" for row in table]
    return f"{_HEAD}\n{totals}\n\n" + "\n".join(lines) + "\n"


def main() -> int:
    """Prove, print, and write where asked; 1 where anything is not proven."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", help="exercises; every one by default")
    parser.add_argument("--write", action="store_true", help="renew the rows of PROOF.md")
    parser.add_argument("--only-seeds", action="store_true", help="try seeds and nothing else")
    parser.add_argument(
        "--seeds", type=int, help=f"seeds for right solutions; {SEEDS}, or {MANY_SEEDS} with --only-seeds"
    )
    parser.add_argument("-j", "--jobs", type=int, default=2, help="how many at the same time")
    options = parser.parse_args()
    order = catalog.load_catalog(ROOT).slugs
    rows = read_rows(PROOF.read_text(encoding="utf-8")) if PROOF.exists() else {}
    rows = {slug: row for slug, row in rows.items() if slug in order}
    slugs = sorted(options.slugs or order, key=lambda slug: -int(rows[slug].seconds) if slug in rows else -(10**6))
    if options.only_seeds and (
        missing := [slug for slug in slugs if slug not in rows or rows[slug].content != content_of(slug)]
    ):
        parser.error(f"prove {', '.join(missing)} first: PROOF.md has no row for what is there now")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    failed = False
    with (
        ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool,
        Bar(len(slugs)) as bar,
    ):
        if options.only_seeds:
            waiting = [pool.submit(try_seeds, rows[slug], options.seeds or MANY_SEEDS) for slug in slugs]
        else:
            waiting = [pool.submit(prove, slug, options.seeds or SEEDS) for slug in slugs]
        for number, future in enumerate(as_completed(waiting), 1):
            shown = future.result()
            failed |= bool(shown.errors)
            bar.advance()
            print(f"[{number}/{len(slugs)}] {'  '.join(shown.row.cells())}", *shown.errors, sep="\n    ", flush=True)
            if not shown.errors:
                rows[shown.row.slug] = kept(shown.row, rows.get(shown.row.slug))
                if options.write:  # at once, so that a run that is stopped has not run in vain
                    PROOF.write_text(written(rows, order), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
