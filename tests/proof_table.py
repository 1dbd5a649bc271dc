"""`python tests/proof_table.py`: prove exercises and print what was shown; `--write` renews their rows in PROOF.md.

Without names every exercise is proven.  A row carries the start of the exercise's content hash, so that a test can tell
whether it still speaks of what is there.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader import catalog
from grader.checks.check import check
from grader.checks.finding import Severity
from grader.checks.layout import solutions
from grader.judge import grade
from grader.model import ConfinementMode, Verdict
from grader.sandbox import Sandbox
from grader.submission import read_submission

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).parents[1]
PROOF: Final = ROOT / "PROOF.md"
SEEDS: Final = 20
_HASH: Final = 12
_HEAD: Final = """\
# Proof

What `nox -s proof` showed of every exercise: the reference and every alternative pass with all seeds, the stub is not started, every planted mistake is
rejected by the case made for it, and automatic mutants of the reference are rejected. Survivors are justified one by one in `exercise.toml`.
`content` is the start of the content hash; a test compares it with what is there.
"""
_COLUMNS: Final = (
    "exercise", "cases", "declared", "automatic", "survivors", "alternatives", "seeds", "flakes", "seconds", "content",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What was shown of one exercise."""

    slug: str
    cases: int
    declared: str
    automatic: str
    survivors: int
    alternatives: int
    seeds: int
    flakes: int
    seconds: float
    content: str
    errors: tuple[str, ...]

    def cells(self) -> list[str]:
        """Return the cells of the table."""
        values = (
            self.slug, self.cases, self.declared, self.automatic, self.survivors, self.alternatives, self.seeds,
            self.flakes, f"{self.seconds:.0f}", self.content,
        )  # fmt: skip
        return [str(value) for value in values]


def content_of(slug: str) -> str:
    """Return the start of an exercise's content hash."""
    return catalog.content_hash(catalog.load_catalog(ROOT).exercise(slug))[:_HASH]


def prove(slug: str, seeds: int) -> Row:
    """Run every proof of one exercise."""
    started = time.perf_counter()
    exercise = catalog.load_catalog(ROOT).exercise(slug)
    alternatives = solutions(exercise.alternatives_folder)
    flakes, cases = 0, 0
    with Sandbox(ConfinementMode.AUTO, secret=[ROOT]) as sandbox:
        report = check(exercise, sandbox)
        errors = [f"{found.code}: {found.message}" for found in report.findings if found.severity is Severity.ERROR]
        for path in (exercise.reference_path, *alternatives):
            submission = read_submission(path)
            for seed in range(100, 100 + seeds):
                graded = grade(exercise, submission, sandbox, seed=seed)
                cases = len(graded.cases)
                if graded.verdict is not Verdict.PASSED:
                    flakes += 1
                    bad = next(case for case in graded.cases if case.verdict is not Verdict.PASSED)
                    errors.append(f"flake: {path.name}, seed {seed}, {bad.name}: {bad.message}")
    declared, automatic = report.declared, report.automatic
    return Row(
        slug, cases, f"{declared.killed}/{declared.total}", f"{automatic.killed}/{automatic.total}",
        len(exercise.survivors), len(alternatives), seeds, flakes, time.perf_counter() - started, content_of(slug),
        tuple(errors),
    )  # fmt: skip


def read_rows(text: str) -> dict[str, list[str]]:
    """Return the cells of a proof by slug."""
    rows = re.findall(r"^\| ([a-z]\w+) \|(.*)\|$", text, re.MULTILINE)
    return {slug: [slug, *(cell.strip() for cell in rest.split("|"))] for slug, rest in rows if slug != "exercise"}


def written(rows: dict[str, list[str]], order: Sequence[str]) -> str:
    """Return PROOF.md with these rows in the order of the catalogue."""
    kept = [rows[slug] for slug in order if slug in rows]
    rates = [int(row[3].split("/")[0]) / max(int(row[3].split("/")[1]), 1) for row in kept]
    cases, declared = sum(int(row[1]) for row in kept), sum(int(row[2].split("/")[1]) for row in kept)
    automatic = [sum(int(row[3].split("/")[part]) for row in kept) for part in (0, 1)]
    totals = (
        f"{len(kept)} exercises, {cases} cases, {declared} planted mistakes, {automatic[0]} of {automatic[1]} automatic mutants "
        f"rejected ({automatic[0] / max(automatic[1], 1):.1%}; lowest {min(rates, default=0):.1%}), "
        f"{sum(int(row[7]) for row in kept)} flakes."
    )
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---|" + "---:|" * (len(_COLUMNS) - 2) + "---|"]
    lines += ["| " + " | ".join(row) + " |" for row in kept]
    return f"{_HEAD}\n{totals}\n\n" + "\n".join(lines) + "\n"


def main() -> int:
    """Prove, print, and write where asked; 1 where anything is not proven."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", help="exercises; every one by default")
    parser.add_argument("--write", action="store_true", help="renew the rows of PROOF.md")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="seeds for the reference and each alternative")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="how many at the same time")
    options = parser.parse_args()
    order = catalog.load_catalog(ROOT).slugs
    slugs = options.slugs or list(order)
    rows = read_rows(PROOF.read_text(encoding="utf-8")) if PROOF.exists() else {}
    rows = {slug: cells for slug, cells in rows.items() if slug in order}
    failed = False
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(prove, slug, options.seeds) for slug in slugs]
        for number, future in enumerate(as_completed(waiting), 1):
            row = future.result()
            failed |= bool(row.errors)
            print(f"[{number}/{len(slugs)}] {'  '.join(row.cells())}", *row.errors, sep="\n    ", flush=True)
            if not row.errors:
                rows[row.slug] = row.cells()
                if options.write:  # at once, so that a run that is stopped has not run in vain
                    PROOF.write_text(written(rows, order), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
