"""`mutants.toml`: the three forms of a planted mistake, and what is said of a bad one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.content.catalog import load_catalog
from grader.content.mutants import Edit, Mutant, Survivor, load_mutants, mutated
from grader.errors import ContentError
from tests.support.toys import copy_toys, edit

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Exercise

FILE = "solutions/words/shout/mutants.toml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Toy catalogue that the test may change."""
    return copy_toys(tmp_path)


def shout(root: Path) -> Exercise:
    """Return the exercise whose mutants are changed."""
    return load_catalog(root).exercise("shout")


def made(root: Path, **form: object) -> str:
    """Return what a mutant of a form makes of the reference."""
    return mutated(shout(root), Mutant("m", "A mistake.", ("test_word",), **form))  # type: ignore[arg-type]


def test_what_the_file_says_is_what_is_loaded(root: Path) -> None:
    """Name, mistake, cases, edits and survivors are read."""
    with (root / FILE).open("a", encoding="utf-8") as file:
        file.write('\n[[survivors]]\nmutation = "shout: a -> b"\nreason = "Nothing shows it."\n')
    mutants = load_mutants(shout(root))
    edits = (Edit('return text.upper() + "!"', "return text.upper()"),)
    expected = Mutant("forgets_the_mark", "Leaves the exclamation mark out.", ("test_word",), edits=edits)

    assert (expected,) == mutants.planted
    assert (Survivor("shout: a -> b", "Nothing shows it."),) == mutants.survivors


def test_edits_change_the_reference_and_nothing_else(root: Path) -> None:
    """Every edit takes the place of its piece; the rest stays as it is, to the letter."""
    reference = shout(root).reference_path.read_text(encoding="utf-8")
    edits = (Edit("text.upper()", "text"), Edit('"!"', '"?"'))

    assert made(root, edits=edits) == reference.replace("text.upper()", "text").replace('"!"', '"?"')


def test_a_whole_function_takes_the_place_of_its_namesake(root: Path) -> None:
    """The lines around the function stay; a method is named with its class."""
    path = shout(root).reference_path
    text = path.read_text(encoding="utf-8")
    text += "\n\nclass Voice:\n    @staticmethod\n    def loud():\n        return 1\n\n    def soft(self):\n        return 2\n"
    path.write_text(text, encoding="utf-8")

    source = made(root, replaces="Voice.loud", new="    def loud(self):\n        return 3")

    assert source == text.replace(
        "    @staticmethod\n    def loud():\n        return 1", "    def loud(self):\n        return 3"
    )


def test_another_right_solution_can_be_changed_instead(root: Path) -> None:
    """With `of` the edits are those of a file in alternatives/, and a stale one names that file."""
    folder = shout(root).alternatives_folder
    folder.mkdir()
    (folder / "plain.py").write_text("def shout(text):\n    return text.upper() + chr(33)\n", encoding="utf-8")

    assert made(root, of="plain.py", edits=(Edit("chr(33)", "'?'"),)).endswith("return text.upper() + '?'\n")
    with pytest.raises(ContentError, match=r"`chr\(34\)` no longer stands in plain\.py"):
        made(root, of="plain.py", edits=(Edit("chr(34)", ""),))


def test_a_whole_file_is_taken_as_it_is(root: Path) -> None:
    """Where everything differs the mutant is a file of its own."""
    folder = shout(root).mutants_folder
    folder.mkdir()
    (folder / "other.py").write_text("def shout(text):\n    return 7\n", encoding="utf-8")

    assert made(root, file="other.py") == "def shout(text):\n    return 7\n"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"edits": (Edit("text.lower()", ""),)}, "`text.lower()` no longer stands in the reference."),
        ({"edits": (Edit("text", ""),)}, "`text` stands in the reference "),
        ({"edits": (Edit("text.upper()", ""), Edit("upper() +", ""))}, "two edits overlap."),
        ({"replaces": "whisper", "new": "x = 1"}, "the reference has no whisper."),
        ({"file": "gone.py"}, "gone.py: the file is missing."),
    ],
    ids=["stale", "ambiguous", "overlapping", "unknown function", "missing file"],
)
def test_a_mutant_that_no_longer_fits_is_named(root: Path, form: dict[str, object], told: str) -> None:
    """The message says which mutant, which piece, and that it is the reference which has changed."""
    with pytest.raises(ContentError) as error:
        made(root, **form)

    assert told in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('["test_word"]', "[]", "key `mutants[0].caught_by` is empty."),
        ('"forgets_the_mark"', '"forgets the mark"', "key `mutants[0].name` is 'forgets the mark'."),
        ("edits = ", 'file = "a.py"\nedits = ', "Give `edits`, or `replaces` and `new`, or `file`: one of them."),
        ("edits = [{", 'replaces = "shout"\nx = [{', "key `mutants[0].x` is not a known key."),
        ("mistake = ", "core = 1\nmistake = ", "key `mutants[0].core` is a whole number. It must be true or false."),
        (
            "mistake = ",
            'dies_of = "OSError"\nmistake = ',
            "key `mutants[0].dies_of` is 'OSError'. Use one of: TypeError,",
        ),
        ("edits = ", 'of = "../x.py"\nedits = ', "key `mutants[0].of` is '../x.py'."),
        ("old = ", "odl = ", "key `mutants[0].edits[0].old` is missing."),
    ],
)
def test_a_broken_file_names_file_key_and_remedy(root: Path, old: str, new: str, told: str) -> None:
    """Every mistake in `mutants.toml` gives one line with the file, the key and what to do."""
    edit(root / FILE, old, new)
    with pytest.raises(ContentError) as error:
        load_mutants(shout(root))

    assert str(root / FILE) in str(error.value)
    assert told in str(error.value)
