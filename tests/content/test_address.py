"""How a person may name an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.content.address import find_slug, slug_at
from grader.content.catalog import load_catalog
from grader.errors import UsageError
from tests.support.toys import copy_toys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "name",
    ["halve", "Halve", "HALVE", "numbers/halve", "numbers/halve/", "exercises/numbers/halve", "halve.py",
     "exercises/numbers/halve/halve.py", "exercises/numbers/halve/hidden_tests.py", "solutions/numbers/halve/halve.py"],
)  # fmt: skip
def test_an_exercise_has_many_names(name: str, tmp_path: Path) -> None:
    """Slug in any case, track and slug, folder, stub and tests all mean the exercise, from the root and from elsewhere."""
    catalog = load_catalog(copy_toys(tmp_path))

    assert find_slug(catalog, name, catalog.root) == "halve"
    assert find_slug(catalog, name, tmp_path) == "halve"


def test_an_old_name_finds_the_exercise(tmp_path: Path) -> None:
    """A slug that `aliases` lists means the exercise that has it."""
    root = copy_toys(tmp_path)
    path = root / "exercises/numbers/halve/exercise.toml"
    path.write_text(path.read_text(encoding="utf-8") + 'aliases = ["half"]\n', encoding="utf-8")

    assert find_slug(load_catalog(root), "half", root) == "halve"


def test_hyphens_are_underscores(tmp_path: Path) -> None:
    """`a-b` means `a_b`."""
    root = copy_toys(tmp_path)
    (root / "exercises/numbers/halve").rename(root / "exercises/numbers/cut_in_half")

    assert find_slug(load_catalog(root), "Cut-in-Half", root) == "cut_in_half"


def test_paths_count_from_where_one_stands(tmp_path: Path) -> None:
    """`halve.py` and `.` within the folder mean its exercise, also through a link to the checkout."""
    catalog = load_catalog(copy_toys(tmp_path))
    folder = catalog.root / "exercises" / "numbers" / "halve"
    (tmp_path / "link").symlink_to(catalog.root)

    assert find_slug(catalog, "halve.py", folder) == "halve"
    assert find_slug(catalog, ".", folder) == "halve"
    assert slug_at(catalog, tmp_path / "link" / "exercises" / "numbers" / "halve") == "halve"
    assert slug_at(catalog, folder.parent) is None


def test_another_file_is_not_taken_for_the_stub(tmp_path: Path) -> None:
    """A file beside the stub or elsewhere is refused with the option that takes it, not silently replaced by the stub."""
    catalog = load_catalog(copy_toys(tmp_path))
    for path in (catalog.root / "exercises/numbers/halve/second.py", tmp_path / "halve.py"):
        path.write_text("", encoding="utf-8")
        with pytest.raises(UsageError, match=r"is not the stub of halve\. `--path` names another file"):
            find_slug(catalog, str(path), tmp_path)


def test_what_nobody_knows_stays_as_it_is(tmp_path: Path) -> None:
    """A name that means nothing is handed on, for the catalogue to say what is near."""
    catalog = load_catalog(copy_toys(tmp_path))

    assert find_slug(catalog, "halv", tmp_path) == "halv"
