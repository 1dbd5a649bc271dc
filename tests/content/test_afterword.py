"""What there is to read after a pass: our solution bared, other ways and their costs, the mistakes of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.content.afterword import afterword, bare, code_lines
from grader.content.catalog import load_catalog
from grader.errors import ContentError
from grader.render.afterword import alternatives
from grader.render.paint import Paint
from tests.support.toys import copy_toys

if TYPE_CHECKING:
    from grader.model import Exercise

ROOT = Path(__file__).parents[2]
SOURCE = '''"""What a module says."""

import math


def area(r):
    """Known from the stub.

    In two paragraphs.
    """
    # why
    return math.pi * _square(r)


def _square(x):
    """Ours alone."""

    return x * x


class Shape:
    """Nothing but this."""
'''


def test_docstrings_that_the_stub_has_are_left_out() -> None:
    """Public docstrings go, those of our helpers and comments stay, and what is left is still Python."""
    shown = bare(SOURCE)

    assert "Known from the stub" not in shown
    assert "What a module says" not in shown
    assert "# why" in shown
    assert "Ours alone." in shown
    assert "Nothing but this." in shown  # without it the class would have no body
    compile(shown, "shown", "exec")


def test_lines_of_code_are_counted() -> None:
    """Blank lines, comments and docstrings count for nothing, and what is no Python has no lines."""
    assert code_lines(SOURCE) == 6
    assert code_lines("def f(:") == 0


@pytest.mark.parametrize("slug", ["iou", "lru_cache", "nms", "levenshtein_distance", "roc_auc"])
def test_costs_speak_of_every_solution(slug: str) -> None:
    """Where costs are written down, ours and each alternative have theirs, and the text shows them."""
    word = afterword(load_catalog(ROOT).exercise(slug))
    shown = alternatives(word, Paint(width=80))

    assert "O(" in word.costs
    assert all(one.costs for one in word.alternatives)
    assert all(one.name in shown for one in word.alternatives)
    assert max(map(len, shown.splitlines())) <= 80


@pytest.fixture
def halve(tmp_path: Path) -> Exercise:
    """An exercise without alternatives."""
    return load_catalog(copy_toys(tmp_path)).exercise("halve")


def test_costs_of_what_is_not_there_are_refused(halve: Exercise) -> None:
    """A misspelt name would never be shown, so it is an error that says what there is."""
    halve.costs_path.write_text('format = 1\n\n[[costs]]\nof = "our"\ntext = "O(1)"\n', encoding="utf-8")

    with pytest.raises(ContentError, match="'our' is no alternative"):
        afterword(halve)


def test_without_costs_the_rest_is_there(halve: Exercise) -> None:
    """Costs may be left out."""
    word = afterword(halve)

    assert (word.costs, word.lines, word.mistakes) == ("", 2, ("Rounds towards zero.",))
