"""`PROOF.md`: one table of what the records of all exercises say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.content.mutants import load_mutants
from grader.content.record import is_proven, proof_digest, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.content.catalog import Catalog
    from grader.content.record import Record
    from grader.model import Exercise

_HEAD: Final = """\
# Proof

<!-- Written by `nox -s index` from the records solutions/<track>/<slug>/proof.toml; edit nothing here. -->

What `nox -s proof` showed of every exercise: the stub is not started; the reference and every alternative pass; every planted mistake is rejected by
the cases made for it, with each of three seeds where those cases draw from one; of the automatic mutants of the reference at least 95 % are rejected,
not counting survivors that are justified one by one in `mutants.toml`, which may be a tenth at the most.
`seeds` says with how many seeds every right solution passed without a flake, tried by `nox -s proof` and `nox -s seeds`.
A row marked with * was proven before the exercise was last changed. What has no record of its present content is named below the figures.
"""
OPEN: Final = "To be proven anew: "
_COLUMNS: Final = ("exercise", "cases", "planted", "automatic", "justified", "alternatives", "seeds", "seconds")


def proof_path(catalog: Catalog) -> Path:
    """Return where the table lies."""
    return catalog.root / "PROOF.md"


def proof_table(catalog: Catalog) -> str:
    """Return the whole text of the table.

    Raises
    ------
    ContentError
        When an exercise or a record is broken.
    """
    rows = [(exercise, record) for exercise in catalog.exercises if (record := read_record(exercise)) is not None]
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---|" + "---:|" * (len(_COLUMNS) - 1)]
    lines += ["| " + " | ".join(_cells(exercise, record)) + " |" for exercise, record in rows]
    totals = " ".join(_totals(tuple(record for _, record in rows)))
    return f"{_HEAD}\n{totals}\n{_open(catalog)}\n" + "\n".join(lines) + "\n"


def _open(catalog: Catalog) -> str:
    """Return the line that names what is to be proven anew; empty where nothing is."""
    unproven = [f"`{exercise.slug}`" for exercise in catalog.exercises if not is_proven(exercise)]
    return f"\n{OPEN}{', '.join(unproven)}.\n" if unproven else ""


def _totals(records: tuple[Record, ...]) -> Iterator[str]:
    cases = sum(len(record.cases) for record in records)
    planted = sum(len(record.patterns) for record in records)
    killed = sum(record.killed for record in records)
    tried = sum(record.automatic for record in records)
    justified = sum(len(record.survivors) for record in records)
    yield f"{len(records)} exercises, {cases} cases, {planted} planted mistakes, {tried} automatic mutants."
    yield f"Of the automatic ones {killed} are rejected and {justified} are justified survivors."


def _cells(exercise: Exercise, record: Record) -> Iterator[str]:
    current = record.content == proof_digest(exercise)
    yield exercise.slug if current else f"{exercise.slug} *"
    yield str(len(record.cases))
    yield f"{len(record.patterns)}/{len(load_mutants(exercise).planted)}"
    yield f"{record.killed}/{record.automatic - len(record.survivors)}"
    yield from map(str, (len(record.survivors), record.alternatives, record.seeds, record.seconds))
