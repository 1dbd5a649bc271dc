"""What a command line may leave out, and what the shell completes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.shell import Shell
from tests.support.toys import RIGHT, copy_toys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def kata(tmp_path: Path) -> Shell:
    """A fresh catalogue."""
    return Shell(copy_toys(tmp_path), tmp_path / "home")


def within(kata: Shell, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder of an exercise, which finds the catalogue by itself."""
    environment = {name: value for name, value in os.environ.items() if name != "KATA_ROOT"}
    return subprocess.run(
        [sys.executable, "-c", "from grader.cli import run; run()", *arguments], cwd=kata.stub.parent,
        env=environment | {"KATA_HOME": str(kata.home)}, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


def test_within_its_folder_an_exercise_needs_no_name(kata: Shell) -> None:
    """`kata grade`, `kata show`, `kata history` and others mean the exercise in whose folder they run."""
    kata.stub.write_text(RIGHT, encoding="utf-8")

    assert "mastered  halve" in within(kata, "grade").stdout
    assert "halve" in within(kata, "show").stdout.casefold()
    assert within(kata, "history").returncode == 0
    assert "Hint 1" in within(kata, "hint").stdout or "no hints" in within(kata, "hint").stdout
    assert "names no exercise" in kata("hint").err
    assert "names no exercise" in kata("grade").err


def test_an_exercise_is_graded_by_other_names(kata: Shell) -> None:
    """The path of the stub, track and slug, and another spelling grade the same exercise; twice the same is once."""
    kata.stub.write_text(RIGHT, encoding="utf-8")
    done = kata("grade", "exercises/numbers/halve/halve.py", "numbers/halve", "Halve")

    assert done.code == 0
    assert done.out.count("mastered  halve") == 1


def test_a_merge_conflict_is_told(kata: Shell) -> None:
    """Where git left its marks, that is said, with the line."""
    kata.stub.write_text(f"import math\n<<<<<<< HEAD\n{RIGHT}=======\nx\n>>>>>>> other\n", encoding="utf-8")
    done = kata("grade", "halve")

    assert done.code == 2
    assert "line 2 begins a merge conflict that is not resolved. Keep one of the two versions" in done.err


def test_marks_in_a_docstring_are_no_conflict(kata: Shell) -> None:
    """An attempt that only shows such marks is graded."""
    kata.stub.write_text(f'"""\n<<<<<<< a\n=======\n>>>>>>> b\n"""\n{RIGHT}', encoding="utf-8")

    assert kata("grade", "halve").code == 0


def test_a_checkout_without_solutions_says_so(kata: Shell) -> None:
    """The sentence is about the folder that is missing, and nothing is called a fault of the grader."""
    (kata.root / "solutions").rename(kata.root / "elsewhere")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    graded, again = kata("grade", "halve"), kata("reset", "halve", "--yes")

    assert (graded.code, again.code) == (2, 2)
    for done in (graded, again):
        assert (
            "has no solutions/, and the hidden tests compare with what is in it. `git checkout -- solutions`"
            in done.err
        )
        assert "broke" not in done.out + done.err


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kata grade ha", "halve"),
        ("kata grade --feed", "--feedback"),
        ("kata grade --feedback ", "hints"),
        ("kata list --track num", "numbers"),
        ("kata list --tag ", "sums"),
        ("kata mock --exercises add,ha", "add,halve"),
        ("kata hist", "history"),
    ],
)
def test_the_shell_completes(kata: Shell, words: str, found: str) -> None:
    """Commands, slugs, options and the values of options are completed."""
    number = len(words.split(" ")) - 1
    done = kata(_KATA_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(number))

    assert found in [line.partition(",")[2] for line in done.out.splitlines()]
