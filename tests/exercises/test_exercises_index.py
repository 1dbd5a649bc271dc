"""What the documents say of the exercises as a whole: index, proof, topics."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

from grader.content.catalog import load_catalog
from tests import exercise_index, proof_table

ROOT = Path(__file__).parents[2]
TOPICS = Path(__file__).with_name("topics.toml")


def test_the_index_is_up_to_date() -> None:
    """exercises/README.md says what the exercises say of themselves; `nox -s index` writes it anew."""
    assert exercise_index.INDEX.read_text(encoding="utf-8") == exercise_index.index(load_catalog(ROOT))


def test_paths_lead_through_exercises_that_exist() -> None:
    """Every path names exercises of the catalogue, each once, and prerequisites on the path come before."""
    catalog = load_catalog(ROOT)
    for title, _, days in exercise_index.paths():
        slugs = [slug for day in days for slug in day]
        assert len(slugs) == len(set(slugs)), title
        for place, slug in enumerate(slugs):
            assert not set(catalog.exercise(slug).prerequisites) & set(slugs[place:]), f"{title}: {slug}"


def test_every_exercise_is_proven() -> None:
    """PROOF.md has a row for each exercise, made of the content that is there now; `nox -s proof` renews rows."""
    rows = proof_table.read_rows(proof_table.PROOF.read_text(encoding="utf-8"))
    slugs = load_catalog(ROOT).slugs

    assert [slug for slug in slugs if slug not in rows or rows[slug].content != proof_table.content_of(slug)] == []


def test_the_proof_holds() -> None:
    """No row of PROOF.md has a flake; planted mistakes are all rejected, automatic mutants to 95 % at least."""
    rows = proof_table.read_rows(proof_table.PROOF.read_text(encoding="utf-8"))
    for slug, row in rows.items():
        killed, total = map(int, row.declared.split("/"))
        assert killed == total, slug
        killed, total = map(int, row.automatic.split("/"))
        assert killed >= 0.95 * total, slug
        assert row.flakes == "0", slug


def test_a_row_keeps_the_most_seeds_of_its_content() -> None:
    """A new proof of the same content keeps the sixty seeds tried before; other content, or a flake, starts anew."""
    before = next(iter(proof_table.read_rows(proof_table.PROOF.read_text(encoding="utf-8")).values()))
    before = replace(before, seeds="60", flakes="0")
    again = replace(before, seeds="5", seconds="1")

    assert proof_table.kept(again, before) == replace(again, seeds="60")
    assert proof_table.kept(replace(again, content="other"), before).seeds == "5"
    assert proof_table.kept(again, replace(before, flakes="1")).seeds == "5"
    assert proof_table.kept(before, again).seeds == "60"


def test_topics_are_covered_or_open() -> None:
    """Each topic of the first wave has an exercise, or is named as open; no topic is named as open without need."""
    table = tomllib.loads(TOPICS.read_text(encoding="utf-8"))
    known = set(load_catalog(ROOT).slugs)
    missing = [topic["name"] for topic in table["topics"] if not known & set(topic["exercises"])]

    assert sorted(table["open"]) == sorted(missing)


def test_the_proof_speaks_of_nothing_else() -> None:
    """PROOF.md has no row for an exercise that is gone, and its first line of figures counts its rows."""
    text = proof_table.PROOF.read_text(encoding="utf-8")
    rows = proof_table.read_rows(text)

    assert set(rows) <= set(load_catalog(ROOT).slugs)
    assert re.search(rf"^{len(rows)} exercises, ", text, re.MULTILINE)
