"""The topics that guides and interviewers ask for, and the exercises that practise them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.content.metadata import EXERCISES, expect_format
from grader.content.toml_table import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.content.catalog import Catalog
    from grader.content.toml_table import Table

TOPICS_FILE: Final = "topics.toml"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a guide names.

    Attributes
    ----------
    exercises : tuple of str
        Slugs of the exercises that practise it, or whose follow-up questions discuss it.
    is_open : bool
        Whether none of them is in the catalogue.
    """

    name: str
    exercises: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Topics:
    """All topics.

    Attributes
    ----------
    coded, discussed : tuple of Topic
        What is practised by writing code, and what is talked about.
    """

    coded: tuple[Topic, ...] = ()
    discussed: tuple[Topic, ...] = ()


def read_topics(catalog: Catalog) -> Topics:
    """Return the topics of `exercises/topics.toml`; none where there is no such file.

    Raises
    ------
    ContentError
        When the file breaks a rule.
    """
    file = catalog.root / EXERCISES / TOPICS_FILE
    if not file.exists():
        return Topics()
    table = read_table(file)
    expect_format(table)
    known = frozenset(catalog.slugs)
    topics = Topics(tuple(_topics(table, "coded", known)), tuple(_topics(table, "discussed", known)))
    table.no_more()
    return topics


def _topics(table: Table, key: str, known: frozenset[str]) -> Iterator[Topic]:
    names: set[str] = set()
    for row in table.tables(key):
        name, slugs = row.text("name"), row.texts("exercises")
        if name in names:
            raise row.error("name", f"{name!r} stands here twice", "Give each topic a name of its own.")
        names.add(name)
        row.no_more()
        yield Topic(name, tuple(slugs), not known & set(slugs))
