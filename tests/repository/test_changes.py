"""`kata check --changed-since`: the exercises that a branch touches."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.authoring.changes import changed_exercises, exercises_of
from grader.content.catalog import load_catalog
from grader.errors import UsageError

TESTS = Path(__file__).parents[1]
TOYS = next(path for path in sorted(TESTS.rglob("toy_catalog")) if path.is_dir())
HALVE = "exercises/numbers/halve"


def _git(root: Path, *arguments: str) -> None:
    who = {f"GIT_{role}_{what}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=root, env={**os.environ, **who, **alone}, check=True, capture_output=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The toy catalogue in a folder of a repository, on a branch that left `main` before `main` went on."""
    root = tmp_path / "checkout" / "content"
    shutil.copytree(TOYS, root, ignore=shutil.ignore_patterns("__pycache__"))
    _git(root, "init", "-q", "-b", "main", "..")
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "first")
    _git(root, "branch", "work")
    (root / "exercises/words/shout/prompt.md").write_text("# Later\n", encoding="utf-8")
    _git(root, "commit", "-qam", "main goes on")
    _git(root, "checkout", "-q", "work")
    return root


def _changed(root: Path) -> tuple[str, ...]:
    return changed_exercises(load_catalog(root), "main")


def test_nothing_changed(root: Path) -> None:
    """What only the other branch changed is not this one's."""
    assert _changed(root) == ()


def test_committed_edited_and_new_files_count(root: Path) -> None:
    """A commit, an edit that is not committed and a file that git does not know each name their exercise."""
    (root / HALVE / "prompt.md").write_text("# Halve\n", encoding="utf-8")
    _git(root, "commit", "-qam", "committed")
    (root / "solutions/numbers/add/add.py").write_text("# edited\n", encoding="utf-8")
    oracle = root / "tests/oracles/test_shout.py"
    oracle.parent.mkdir(parents=True)
    oracle.touch()

    assert set(_changed(root)) == {"halve", "add", "shout"}


def test_a_removed_exercise_has_nothing_to_check(root: Path) -> None:
    """Its paths are in the difference, and it is not named."""
    shutil.rmtree(root / HALVE)
    shutil.rmtree(root / "solutions/numbers/halve")
    track = root / "exercises/numbers/track.toml"
    track.write_text(
        track.read_text(encoding="utf-8").replace('"halve", ', "").replace(', "halve"', ""), encoding="utf-8"
    )

    assert _changed(root) == ()


def test_paths_that_belong_to_no_exercise() -> None:
    """Files of a track, of the grader and of the repository name nothing; mutants and oracles name theirs."""
    paths = [
        "README.md", "exercises/README.md", "exercises/numbers/track.toml", "grader/judge.py", "tests/conftest.py",
        "solutions/numbers/halve/mutants/rounds.py", "tests/exercises/oracles/test_add.py", "xtests/test_no.py",
    ]  # fmt: skip

    assert exercises_of(paths) == {"halve", "add"}


@pytest.mark.parametrize("revision", ["nowhere", "main..work"])
def test_an_unknown_revision_is_told(revision: str, root: Path) -> None:
    """A revision that git cannot use is a usage error that says what to do."""
    with pytest.raises(UsageError, match="Fetch the revision"):
        changed_exercises(load_catalog(root), revision)


def _kata(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from grader.cli import run; run()", "check", *arguments]
    environment = {**os.environ, "KATA_ROOT": str(root), "KATA_HOME": str(root.parent / "home"), "NO_COLOR": "1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)


def test_the_command_checks_what_changed(root: Path) -> None:
    """Only the changed exercise is checked; without a change there is a sentence and success."""
    none = _kata(root, "--changed-since", "main")
    (root / HALVE / "prompt.md").write_text("# Halve\n", encoding="utf-8")
    one = _kata(root, "--changed-since", "main", "--mutants", "declared")
    twice = _kata(root, "--changed-since", "main", "add")
    option = _kata(root, "--changed-since", "--output=x")

    assert (none.returncode, none.stdout) == (0, "No exercise changed since main.\n")
    assert one.returncode == 1
    assert "not green  halve" in one.stdout
    assert "shout" not in one.stdout
    assert twice.returncode == option.returncode == 2
    assert "more than one way" in twice.stderr
    assert "is no revision" in option.stderr
