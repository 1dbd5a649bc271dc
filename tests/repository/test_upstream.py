"""One place says which repository this is, `[tool.kata] upstream`; every other mention is held to it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Final

import pytest

from grader.classes.upstream import find_upstream
from grader.content.upstream import PLACEHOLDERS, declared_upstream, home, is_placeholder
from grader.errors import UsageError
from grader.practice.update.checkout import Checkout
from tests.support.upstream import git

ROOT: Final = Path(__file__).parents[2]
UPSTREAM: Final = declared_upstream(ROOT)
# What may not be missing: where readers and GitHub take the name from.
MENTIONS: Final = ("README.md", ".github/ISSUE_TEMPLATE/config.yml", "pyproject.toml")


def _files() -> list[Path]:
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in told.split("\0") if name]
    away = [ROOT / name for name in ("exercises", "solutions", "tests")]
    return [path for path in paths if path.is_file() and not any(path.is_relative_to(one) for one in away)]


def test_every_mention_is_of_the_same_repository() -> None:
    """Whoever names the owner in pyproject.toml is told each place that still has the old name."""
    name = re.escape(UPSTREAM.rpartition("/")[2])
    wrong, found = [], set()
    for path in _files():
        text = path.read_bytes().decode("utf-8", "replace")
        for match in re.finditer(rf"github\.com/([\w.-]+/{name})\b", text):
            found.add(str(path.relative_to(ROOT)))
            if match[1] != UPSTREAM:
                wrong.append(f"{path.relative_to(ROOT)}: write {UPSTREAM} for {match[1]}")

    assert wrong == []
    assert set(MENTIONS) <= found


def test_the_package_carries_the_name() -> None:
    """What a wheel says of its source is what the checkout says, and so does the message outside a checkout."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]

    assert urls["Source"] == f"https://github.com/{UPSTREAM}" == home()


def test_the_workflow_of_forks_knows_the_placeholders() -> None:
    """What the grader takes for a placeholder, a fork's workflow takes for one too."""
    text = (ROOT / ".github/workflows/grade.yml").read_text(encoding="utf-8")
    listed = re.search(r"not in \(([^)]*)\)", text)

    assert listed
    assert set(re.findall(r'"([^"]+)"', listed[1])) == PLACEHOLDERS


def test_nothing_is_released_while_it_is_a_placeholder() -> None:
    """A bare `kata release` in this checkout goes by the settings alone, and refuses a name that anybody may register."""
    if is_placeholder(UPSTREAM):
        with pytest.raises(UsageError, match="is a placeholder, which anybody may register"):
            find_upstream(ROOT, None, "v1.0")
    else:
        assert find_upstream(ROOT, None, "v1.0").path == UPSTREAM


@pytest.mark.parametrize(
    ("said", "found"), [("university/katas", "https://github.com/university/katas"), ("mlkata/mlkata", "origin")]
)
def test_updates_come_from_no_placeholder(said: str, found: str, tmp_path: Path) -> None:
    """A name that is declared counts; a placeholder says nothing, and the clone's own origin does."""
    (tmp_path / "pyproject.toml").write_text(f'[tool.kata]\nupstream = "{said}"\n', encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "remote", "add", "origin", "https://example.org/ada/katas")

    assert Checkout(tmp_path).source() == found
