"""What the documents say of the exercises as a whole: index, proof, topics."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.authoring.index import index, index_path, suggested_paths
from grader.authoring.proof_table import OPEN, proof_path, proof_table
from grader.authoring.topics import read_topics
from grader.content.catalog import load_catalog
from grader.content.mutants import load_mutants
from grader.content.record import Pattern, Record, is_proven, read_record, record_text

ROOT = Path(__file__).parents[2]
CATALOG = load_catalog(ROOT)


@pytest.mark.parametrize("path", [index_path(CATALOG), proof_path(CATALOG)], ids=["index", "proof"])
def test_generated_tables_speak_of_what_exists(path: Path) -> None:
    """No row of PROOF.md or of the index names an exercise that is gone; `nox -s index` writes both anew.

    A new exercise may be missing until then, so that two people who add one each never meet in these files.
    """
    rows = re.findall(r"^\| \[?([a-z]\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)

    assert set(rows) - {"exercise"} <= set(CATALOG.slugs)


def test_the_index_names_every_exercise() -> None:
    """The text that `nox -s index` writes links each exercise once in its table."""
    rows = re.findall(r"^\| \[([a-z]\w+)\]", index(CATALOG), re.MULTILINE)

    assert sorted(CATALOG.slugs) == sorted(rows)


def test_the_table_of_proofs_counts_what_the_records_say() -> None:
    """The text that `nox -s index` writes has a row for each record, and its first figures are their sums."""
    text = proof_table(CATALOG)
    records = [record for exercise in CATALOG.exercises if (record := read_record(exercise))]

    assert f"{len(records)} exercises, {sum(len(record.cases) for record in records)} cases" in text
    assert len(records) == len(re.findall(r"^\| [a-z]\w+ (?:\* )?\| \d", text, re.MULTILINE))


def test_paths_lead_through_exercises_that_exist() -> None:
    """Every path names exercises of the catalogue, each once, and prerequisites on the path come before."""
    for path in suggested_paths(CATALOG):
        slugs = [slug for day in path.days for slug in day]
        assert len(slugs) == len(set(slugs)), path.title
        for place, slug in enumerate(slugs):
            assert not set(CATALOG.exercise(slug).prerequisites) & set(slugs[place:]), f"{path.title}: {slug}"


@pytest.mark.parametrize("slug", CATALOG.slugs)
def test_every_exercise_is_proven_or_named(slug: str) -> None:
    """The record beside an exercise speaks of what is there now, or PROOF.md names it as open; `kata proof` renews it."""
    told = proof_path(CATALOG).read_text(encoding="utf-8")
    named = f"`{slug}`" in "".join(line for line in told.splitlines() if line.startswith(OPEN))

    assert is_proven(CATALOG.exercise(slug)) or named, f"run `kata proof {slug}` and commit its proof.toml"


@pytest.mark.parametrize("slug", CATALOG.slugs)
def test_the_proof_holds(slug: str) -> None:
    """In a record of the present content each planted mistake fails a case, and automatic mutants are killed to 95 %."""
    exercise = CATALOG.exercise(slug)
    record = read_record(exercise)
    if record is None or not is_proven(exercise):
        return  # the test above tells

    assert [mutant.name for mutant in load_mutants(exercise).planted] == [one.mutant for one in record.patterns]
    assert all(one.cases for one in record.patterns)
    assert record.killed >= 0.95 * (record.automatic - len(record.survivors))
    assert len(record.survivors) <= max(1, 0.1 * record.automatic)  # of a few mutants, one


def test_a_record_keeps_the_most_seeds_of_its_content() -> None:
    """A new proof of the same content keeps the sixty seeds tried before; other content starts anew."""
    before = Record("abc", ("test_a",), (1, 0, 0), 9, 9, (), 1, 60, 5, (Pattern("m", ("test_a",)),))
    again = replace(before, seeds=5, seconds=1)

    assert replace(again, seeds=60) == again.renewed(before)
    assert replace(again, content="other").renewed(before).seeds == 5
    assert again.renewed(None).seeds == 5
    assert before.renewed(again).seeds == 60


def test_a_record_reads_as_it_was_written(tmp_path: Path) -> None:
    """What `kata proof` writes down is what a later run reads, odd names of cases included."""
    exercise = replace(CATALOG.exercise(CATALOG.slugs[0]), solution_folder=tmp_path)
    cases = ("test_a", 'test_b["x\\y"]', "test_c[é]")
    record = Record(
        "abc", cases, (2, 1, 0), 9, 8, ('line 3, f: a -> "b"',), 1, 60, 5, (Pattern("m", cases[1:]), Pattern("n", ()))
    )
    exercise.record_path.write_text(record_text(record), encoding="utf-8")

    assert record == read_record(exercise)


def test_the_table_of_topics_is_whole() -> None:
    """Guides name 256 topics to code and 43 to discuss; the index names each that has no exercise yet, and PROOF.md counts them."""
    topics = read_topics(CATALOG)
    missing = [topic for topic in (*topics.coded, *topics.discussed) if topic.is_open]
    text = index(CATALOG)

    assert (len(topics.coded), len(topics.discussed)) == (256, 43)
    assert re.findall(r"^- (.+) \([a-z0-9_, ]+\)$", text, re.MULTILINE) == [topic.name for topic in missing]
    assert f"Topics open: {sum(topic.is_open for topic in topics.coded)} of 256" in proof_table(CATALOG)
