"""Examples come from the pristine stub."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.content.examples import with_examples
from grader.intake.submission import submission_from_text
from tests.support.shell import Shell
from tests.support.toys import RIGHT, WRONG, copy_toys

if TYPE_CHECKING:
    from pathlib import Path

STUB = 'def f():\n    """Say.\n\n    >>> f()\n    1\n    """\n    raise NotImplementedError\n'


@pytest.mark.parametrize("source", [STUB, STUB + "\n\ndef g():\n    pass\n", "def f(:\n", "x = '\\\n"])
def test_an_attempt_with_the_examples_or_without_sense_stays(source: str) -> None:
    """Nothing is added to an attempt that holds every example, nor to one that is no Python."""
    submission = submission_from_text("f", source)

    assert with_examples(submission, STUB) is submission


def test_what_is_added_stands_behind_the_last_line() -> None:
    """The lines of the attempt keep their numbers, and its digest is that of what was handed in."""
    submission = submission_from_text("f", "def f():\n    return 1")
    added = with_examples(submission, STUB)

    assert added.source.startswith("def f():\n    return 1\n")
    assert added.sha256 == submission.sha256


def test_a_file_without_docstrings_still_runs_the_examples(tmp_path: Path) -> None:
    """`kata run` knows the stub's examples, counts an example once, and runs the learner's own as well."""
    kata = Shell(copy_toys(tmp_path), tmp_path / "home")
    pristine = kata.stub.read_text(encoding="utf-8")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    bare = kata("run", "halve")
    kata.stub.write_text(pristine.replace("raise NotImplementedError", "return n // 2"), encoding="utf-8")
    whole = kata("run", "halve")
    kata.stub.write_text(
        RIGHT.replace("):\n", '):\n    """Halve.\n\n    >>> halve(100)\n    50\n    """\n'), encoding="utf-8"
    )
    own = kata("run", "halve")
    kata.stub.write_text(WRONG.replace("return int(n / 2)", "return 0"), encoding="utf-8")
    wrong = kata("run", "halve")

    assert (bare.code, whole.code, own.code, wrong.code) == (0, 0, 0, 1)
    assert "1 of 1 case," in bare.out
    assert "1 of 1 case," in whole.out
    assert "2 of 2 cases" in own.out
