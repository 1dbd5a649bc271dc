"""What the last proof of an exercise showed: `proof.toml` beside the reference, so that two authors never edit one file.

::

    solutions/<track>/<slug>/proof.toml
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from grader.content.metadata import expect_format, read_content
from grader.content.stub import derive_stub
from grader.content.toml_table import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.model import Exercise

_DIGITS: Final = 16
_HEAD: Final = "# Written by `kata proof`; change the exercise instead, and prove it again.\nformat = 1\n"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which cases a planted mistake fails, all cases run.

    Attributes
    ----------
    mutant : str
        Its name.
    cases : tuple of str
        Names of the cases that reject it, in the order of the file of tests.
    """

    mutant: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What was shown of an exercise.

    Attributes
    ----------
    content : str
        Start of the digest of what was proven.
    cases : tuple of str
        Every case, in the order of the file of tests.
    layers : tuple of int
        How many of them are core, fine print and scale.
    automatic : int
        Automatic mutants that were tried.
    killed : int
        How many of them the tests rejected.
    survivors : tuple of str
        The others, each with its line of the reference; all are justified in `mutants.toml`.
    alternatives : int
        Other right solutions that pass.
    seeds : int
        Seeds with which every right solution passed.
    seconds : int
        Seconds the proof took.
    patterns : tuple of Pattern
        One for each planted mistake; none is empty.
    """

    content: str
    cases: tuple[str, ...]
    layers: tuple[int, ...]
    automatic: int
    killed: int
    survivors: tuple[str, ...]
    alternatives: int
    seeds: int
    seconds: int
    patterns: tuple[Pattern, ...]

    def renewed(self, before: Record | None) -> Record:
        """Return this record with the most seeds that were tried on the same content.

        Parameters
        ----------
        before : Record or None
            What was recorded until now.
        """
        if before is None or before.content != self.content or before.seeds < self.seeds:
            return self
        return replace(self, seeds=before.seeds)


def proof_digest(exercise: Exercise) -> str:
    """Digest everything that a proof depends on, so that a word in a hint or in the prose of a prompt renews nothing.

    Parameters
    ----------
    exercise : Exercise
        Exercise to digest.

    Returns
    -------
    str
        Start of a SHA-256, in hexadecimal.

    Raises
    ------
    ContentError
        When one of the files cannot be read.
    """
    digest = hashlib.sha256()
    rules = (exercise.backend, exercise.entry_points, exercise.forbidden, exercise.mutates, exercise.scratch)
    digest.update(repr((rules, exercise.limits)).encode())
    for path in _proven(exercise):
        # A learner's own text stands in the stub; what was proven is what it was made of.
        is_stub = path == exercise.stub_path
        text = derive_stub(read_content(exercise.reference_path)) if is_stub else read_content(path)
        data = text.encode()
        digest.update(f"{path.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()[:_DIGITS]


def read_record(exercise: Exercise) -> Record | None:
    """Return what the last proof showed; None where there was none.

    Raises
    ------
    ContentError
        When the file breaks a rule.
    """
    if not exercise.record_path.exists():
        return None
    table = read_table(exercise.record_path)
    expect_format(table)
    cases = table.texts("cases", default=None)
    patterns = []
    for item in table.tables("patterns"):
        failed = item.numbers("fails")
        patterns.append(Pattern(item.text("mutant"), tuple(cases[number] for number in failed if number < len(cases))))
        item.no_more()
    record = Record(
        content=table.text("content"),
        cases=cases,
        layers=table.numbers("layers", default=(len(cases), 0, 0)),
        automatic=table.count("automatic"),
        killed=table.count("killed"),
        survivors=table.texts("survivors"),
        alternatives=table.count("alternatives"),
        seeds=table.count("seeds"),
        seconds=table.count("seconds"),
        patterns=tuple(patterns),
    )
    table.no_more()
    return record


def record_text(record: Record) -> str:
    """Return the file that holds a record."""
    return "\n".join(_lines(record)) + "\n"


def is_proven(exercise: Exercise) -> bool:
    """Whether the record speaks of what is there now."""
    record = read_record(exercise)
    return record is not None and record.content == proof_digest(exercise)


def _proven(exercise: Exercise) -> Iterator[Path]:
    yield from (exercise.tests_path, exercise.stub_path, exercise.reference_path, exercise.mutants_path)
    yield from sorted(exercise.mutants_folder.glob("*.py"))
    yield from sorted(exercise.alternatives_folder.glob("*.py"))


def _lines(record: Record) -> Iterator[str]:
    places = {case: number for number, case in enumerate(record.cases)}
    yield _HEAD.rstrip("\n")
    yield f'content = "{record.content}"'
    yield f"seeds = {record.seeds}"
    yield f"seconds = {record.seconds}"
    yield f"alternatives = {record.alternatives}"
    yield f"layers = {list(record.layers)}"
    yield f"automatic = {record.automatic}"
    yield f"killed = {record.killed}"
    yield from _texts("survivors", record.survivors)
    yield from _texts("cases", record.cases)
    for pattern in record.patterns:
        yield ""
        yield "[[patterns]]"
        yield f"mutant = {_text(pattern.mutant)}"
        yield f"fails = {[places[case] for case in pattern.cases]}"


def _texts(key: str, values: tuple[str, ...]) -> Iterator[str]:
    if not values:
        return
    yield f"{key} = ["
    for value in values:
        yield f"  {_text(value)},"
    yield "]"


def _text(value: str) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
