"""An upstream repository with a second version, and a learner's clone of the first."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.content.stub import derive_stub
from tests.support.toys import copy_halve, copy_toys, list_toys

if TYPE_CHECKING:
    from pathlib import Path

ALIKE: Final = ("plain", "bare", "entry", "moved", "gone", "clash", "resized")


@dataclass(frozen=True, slots=True)
class Forge:
    """Where clones come from.

    Attributes
    ----------
    upstream : Path
        A repository whose main branch is the second version.
    clone : Path
        A clone at the first version.
    """

    upstream: Path
    clone: Path

    def checkout(self, folder: Path) -> Path:
        """Return a clone of one's own at the first version."""
        root = folder / "checkout"
        shutil.copytree(self.clone, root, symlinks=True)
        return root


def git(root: Path, *arguments: str) -> str:
    """Run git as a learner without settings."""
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-C", str(root), "-c", "user.name=Learner", "-c", "user.email=l@example.org", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()


def build(folder: Path) -> Forge:
    """Make both repositories."""
    upstream = copy_toys(folder)
    for name in ALIKE:
        copy_halve(upstream, name)
    list_toys(upstream, ["add", "halve", *ALIKE])
    (upstream / "README.md").write_text("One.\n", encoding="utf-8")
    git(upstream, "init", "--quiet", "-b", "main")
    _commit(upstream, "First")
    git(folder, "clone", "--quiet", str(upstream), str(folder / "clone"))
    _second_version(upstream)
    _commit(upstream, "Second")
    return Forge(upstream, folder / "clone")


def stub_path(root: Path, slug: str) -> Path:
    """Return where the stub of one of these exercises lies."""
    return root / "exercises" / "numbers" / slug / f"{slug}.py"


def _second_version(root: Path) -> None:
    for name in ("plain", "bare", "clash", "resized"):
        _edit(_reference(root, name), "Return half", "Return one half")
        _edit(_folder(root, name) / "hidden_tests.py", "Hidden tests", "New hidden tests")
        _edit(_folder(root, name) / "prompt.md", "#", "# New:")
    _edit(_reference(root, "resized"), "def resized(n: int)", "def resized(n: int, up: bool = False)")
    _edit(_folder(root, "clash") / "exercise.toml", "minutes = ", "minutes = 1")
    entry = _reference(root, "entry")
    entry.write_text(
        entry.read_text(encoding="utf-8")
        + '\n\ndef entry_all(values: list[int]) -> list[int]:\n    """Halve each of them."""\n    return [entry(n) for n in values]\n',
        encoding="utf-8",
    )
    git(root, "mv", "exercises/numbers/moved", "exercises/numbers/shifted")
    git(root, "mv", "solutions/numbers/moved", "solutions/numbers/shifted")
    for path in (_folder(root, "shifted") / "moved.py", root / "solutions/numbers/shifted/moved.py"):
        path.rename(path.with_name("shifted.py"))
    for path in [*_folder(root, "shifted").iterdir(), *(root / "solutions/numbers/shifted").iterdir()]:
        path.write_text(path.read_text(encoding="utf-8").replace("moved", "shifted"), encoding="utf-8")
    _edit(_folder(root, "shifted") / "exercise.toml", "title", 'aliases = ["moved"]\ntitle')
    shutil.rmtree(_folder(root, "gone"))
    shutil.rmtree(root / "solutions/numbers/gone")
    list_toys(root, ["add", "halve", *(name for name in ALIKE if name not in {"gone", "moved"}), "shifted"])
    for name in ("plain", "bare", "clash", "resized", "entry", "shifted"):
        _write_stub(root, name)
    (root / "README.md").write_text("Two.\n", encoding="utf-8")


def _write_stub(root: Path, name: str) -> None:
    stub = derive_stub(_reference(root, name).read_text(encoding="utf-8"))
    stub_path(root, name).write_text(stub, encoding="utf-8")


def _folder(root: Path, name: str) -> Path:
    return root / "exercises" / "numbers" / name


def _reference(root: Path, name: str) -> Path:
    return root / "solutions" / "numbers" / name / f"{name}.py"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _commit(root: Path, message: str) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", message)
