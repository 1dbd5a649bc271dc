"""`PROOF.md`: one table of what the records of all exercises say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.authoring.checks.layout import is_textbook, solutions
from grader.authoring.checks.prompt import words
from grader.authoring.topics import read_topics
from grader.content.metadata import read_content
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
not counting survivors that are justified one by one in `mutants.toml`, which may be a tenth at the most, or one where there are few.
Cases come in three layers, core, fine print and scale; planted mistakes of the algorithm (`core`) are rejected by a core case.
Textbook alternatives, written without validation or care of dtypes, pass core; `words` counts those of the prompt's opening and core, and of the whole prompt.
`seeds` says with how many seeds every right solution passed without a flake, tried by `nox -s proof` and `nox -s seeds`.
A row marked with * was proven before the exercise was last changed. What has no record of its present content is named below the figures.
"""
OPEN: Final = "To be proven anew: "
_COLUMNS: Final = (
    "exercise", "words", "core", "fine print", "scale", "planted", "core", "automatic", "justified", "alternatives",
    "textbook", "seeds", "seconds",
)  # fmt: skip


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
    return f"{_HEAD}\n{totals}\n{_topics(catalog)}{_open(catalog)}\n" + "\n".join(lines) + "\n"


def _topics(catalog: Catalog) -> str:
    topics = read_topics(catalog)
    if not topics.coded:
        return ""
    coded, discussed = (sum(topic.is_open for topic in kind) for kind in (topics.coded, topics.discussed))
    return (
        f"Topics open: {coded} of {len(topics.coded)} (and {discussed} of {len(topics.discussed)} conceptual ones).\n"
    )


def _open(catalog: Catalog) -> str:
    """Return the line that names what is to be proven anew; empty where nothing is."""
    unproven = [f"`{exercise.slug}`" for exercise in catalog.exercises if not is_proven(exercise)]
    return f"\n{OPEN}{', '.join(unproven)}.\n" if unproven else ""


def _totals(records: tuple[Record, ...]) -> Iterator[str]:
    cases = sum(len(record.cases) for record in records)
    core, fine, scale = (sum(record.layers[layer] for record in records) for layer in range(3))
    planted = sum(len(record.patterns) for record in records)
    killed = sum(record.killed for record in records)
    tried = sum(record.automatic for record in records)
    justified = sum(len(record.survivors) for record in records)
    yield f"{len(records)} exercises, {cases} cases ({core} core, {fine} fine print, {scale} scale), {planted} planted mistakes, {tried} automatic mutants."
    yield f"Of the automatic ones {killed} are rejected and {justified} are justified survivors."


def _cells(exercise: Exercise, record: Record) -> Iterator[str]:
    current = record.content == proof_digest(exercise)
    yield exercise.slug if current else f"{exercise.slug} *"
    planted = load_mutants(exercise).planted
    textbooks = sum(is_textbook(path) for path in solutions(exercise.alternatives_folder))
    yield " / ".join(map(str, words(read_content(exercise.prompt_path))))
    yield from map(str, record.layers)
    yield f"{len(record.patterns)}/{len(planted)}"
    yield str(sum(mutant.core for mutant in planted))
    yield f"{record.killed}/{record.automatic - len(record.survivors)}"
    yield from map(
        str, (len(record.survivors), record.alternatives - textbooks, textbooks, record.seeds, record.seconds)
    )
