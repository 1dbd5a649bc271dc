"""The structure that ARCHITECTURE.md promises, read from the source."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "grader"
FILES = sorted(PACKAGE.rglob("*.py"))

# A module imports from its own group and from groups above it.
GROUPS = (
    ("errors", "model", "worker"),
    (
        "catalog",
        "metadata",
        "question",
        "toml_table",
        "submission",
        "sandbox",
        "stub",
        "mutation",
        "forbidden",
        "intake",
        "manifest",
    ),
    ("candidate", "testing"),
    ("suite",),
    ("judge",),
    (
        "attempt",
        "schema",
        "database",
        "data_folder",
        "history",
        "stub_file",
        "batch",
        "release",
        "ci",
        "checks",
        "scaffold",
        "skeleton",
    ),
    ("review", "progress", "stats", "saves", "watch", "interview"),
    ("render",),
    ("screen",),
    ("cli",),
)
RANK = {name: rank for rank, group in enumerate(GROUPS) for name in group}


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


@cache
def _imports(path: Path) -> frozenset[str]:
    """Modules of the package that a file imports, also inside functions and for type checking."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "grader":
            assert node.module is not None
            below = node.module.removeprefix("grader").removeprefix(".")
            found |= {below} if below else {alias.name for alias in node.names}
            if below:
                found |= {
                    f"{below}.{alias.name}"
                    for alias in node.names
                    if (PACKAGE / below.replace(".", "/") / f"{alias.name}.py").exists()
                }
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("grader.") for a in node.names if a.name.startswith("grader.")}
    return frozenset(found)


@pytest.mark.parametrize("path", FILES, ids=_module)
def test_imports_follow_the_declared_order(path: Path) -> None:
    """A module imports only from its own group of modules and from those above it."""
    own = _module(path).split(".")[0]
    if own == "__init__" or not own:
        return
    wrong = sorted(name for name in _imports(path) if RANK[name.split(".")[0]] > RANK[own])

    assert wrong == []


def test_every_module_has_a_place_in_the_order() -> None:
    """No module stands outside the groups, and no group names a module that is gone."""
    tops = {_module(p).split(".")[0] for p in FILES} - {"", "__init__"}

    assert tops == set(RANK)


def test_no_module_imports_itself_in_a_circle() -> None:
    """Following imports never leads back to where one started, type-checking imports included for packages."""
    graph = {_module(p): {i for i in _runtime_imports(p) if (PACKAGE / f"{i.replace('.', '/')}.py").exists()}
             for p in FILES}  # fmt: skip
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for other in graph.get(name, ()):
                visit(other, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def _runtime_imports(path: Path) -> set[str]:
    """Modules imported when a file is loaded: neither inside functions nor for type checking."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kept = [n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))]
    found: set[str] = set()
    for node in kept:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader."):
            assert node.module is not None
            below = node.module.removeprefix("grader.")
            found.add(below)
            found |= {f"{below}.{a.name}" for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "grader":
            found |= {a.name for a in node.names}
    return found


def test_the_worker_stands_alone() -> None:
    """What runs beside a submission imports nothing else of the grader, so no test can come along."""
    for path in (PACKAGE / "worker").rglob("*.py"):
        assert {name.split(".")[0] for name in _imports(path)} <= {"worker"}, path


def test_renderers_do_not_judge() -> None:
    """Renderers turn data into text: they import the data and each other, nothing that grades, asks or stores."""
    data = {"errors", "model", "attempt", "checks", "progress", "stats", "watch", "interview", "question", "intake"}
    for path in (PACKAGE / "render").rglob("*.py"):
        assert {name.split(".")[0] for name in _imports(path)} <= {"render", *data}, path


@pytest.mark.parametrize("path", FILES, ids=_module)
def test_no_file_holds_two_nouns(path: Path) -> None:
    """No file of the package is longer than 450 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 450


@pytest.mark.parametrize("path", FILES, ids=_module)
def test_public_names_are_explained(path: Path) -> None:
    """Every module, public class and public function has a docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and not n.name.startswith("_")]
    silent = [n.name for n in public if not ast.get_docstring(n)]

    assert ast.get_docstring(tree)
    assert silent == []


def test_no_module_of_the_grader_names_an_exercise() -> None:
    """The package is free of content: no slug of the catalogue appears in its strings."""
    slugs = {p.parent.name for p in PACKAGE.parent.glob("exercises/*/*/exercise.toml")}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in slugs, f"{path} names {node.value}"


@pytest.mark.parametrize("command", [["list"], ["--help"]], ids=" ".join)
def test_listing_is_light(command: list[str]) -> None:
    """`kata list` and `kata --help` load neither torch, numpy nor pytest."""
    code = (
        f"import sys; sys.argv = ['kata', *{command!r}]\n"
        "from grader.cli import run\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'numpy', 'pytest', 'hypothesis', 'matplotlib', 'IPython', 'sqlite3'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))"
    )
    # A coverage run would load sqlite3 by itself.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_PROCESS_")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent, env=environment
    )

    assert done.stdout.splitlines()[-1] == "HEAVY []"
