"""Plain `pytest` at the root of a learner's checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.toys import RIGHT, copy_toys

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with our configuration, a suite of ours, and nothing started."""
    root = copy_toys(tmp_path)
    shutil.copyfile(CHECKOUT / "pyproject.toml", root / "pyproject.toml")
    (root / "tests").mkdir()
    (root / "tests" / "test_ours.py").write_text("def test_ours():\n    pass\n", encoding="utf-8")
    other = root / "tests" / "toys" / "halve"
    other.mkdir(parents=True)
    (other / "hidden_tests.py").write_text("raise RuntimeError\n", encoding="utf-8")
    return root


def collect(root: Path, *arguments: str) -> str:
    """Return what pytest says when it collects, as editors have it do."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--collect-only", *arguments],
        cwd=root, env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_only_started_exercises_are_collected(root: Path) -> None:
    """At first there is nothing, and a sentence says so; then the tests of a changed stub are there, and only those."""
    untouched = collect(root)
    (root / "exercises/numbers/halve/halve.py").write_text(RIGHT, encoding="utf-8")
    started = collect(root)

    assert "No exercise was started: change a stub below exercises/" in untouched
    assert "::" not in untouched
    assert "exercises/numbers/halve/hidden_tests.py::" in started
    assert "numbers/add" not in started
    assert "error" not in started.lower()
    assert "test_ours" not in started


def test_what_is_named_is_collected(root: Path) -> None:
    """A file or a folder of an exercise that was not started can be named, and so can our own suite."""
    assert "add/hidden_tests.py::" in collect(root, "exercises/numbers/add/hidden_tests.py")
    assert "add/hidden_tests.py::" in collect(root, "exercises/numbers/add")
    ours = collect(root, "tests")
    assert "test_ours" in ours
    assert "hidden_tests" not in ours
