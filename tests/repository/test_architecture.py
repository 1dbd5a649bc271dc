"""The structure that ARCHITECTURE.md promises, read from the source."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "grader"
FILES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted(ROOT.glob("tests/**/test_*.py"))

# A room imports from itself and from rooms above it.
ROOMS = (
    "errors",
    "model",
    "worker",
    "content",
    "intake",
    "sandbox",
    "candidate",
    "testing",
    "suite",
    "judge",
    "practice",
    "classes",
    "authoring",
    "render",
    "screen",
    "cli",
)
# What lies in tests/ beside one folder for each room.
BESIDE = ("support", "exercises", "security", "repository")
RANK = {name: rank for rank, name in enumerate(ROOMS)}


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
    """A module imports only from its own room and from those above it."""
    own = _module(path).split(".")[0]
    if own == "__init__" or not own:
        return
    wrong = sorted(name for name in _imports(path) if RANK[name.split(".")[0]] > RANK[own])

    assert wrong == []


def test_every_module_has_a_place_in_the_order() -> None:
    """No module stands outside the rooms, and no room of the list is gone; there are sixteen at most."""
    tops = {_module(p).split(".")[0] for p in FILES} - {"", "__init__"}

    assert tops == set(ROOMS)
    assert len(ROOMS) <= 16


def test_no_module_imports_itself_in_a_circle() -> None:
    """Following imports never leads back to where one started, whether a file runs or types are checked."""
    graph = {_module(path): {name for name in _imports(path) if _is_file(name)} for path in FILES}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for other in graph.get(name, ()):
                visit(other, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def _is_file(name: str) -> bool:
    return (PACKAGE / f"{name.replace('.', '/')}.py").exists()


def test_the_worker_stands_alone() -> None:
    """What runs beside a submission imports nothing else of the grader, so no test can come along."""
    for path in (PACKAGE / "worker").rglob("*.py"):
        assert {name.split(".")[0] for name in _imports(path)} <= {"worker"}, path


def test_renderers_do_not_judge() -> None:
    """Renderers turn data into text: they import the data and each other, nothing that grades, asks or stores."""
    data = (
        "authoring.checks.finding",
        "content.afterword",
        "content.question",
        "classes.gradebook",
        "classes.review",
        "errors",
        "intake.folder",
        "model",
        "practice.attempt",
        "practice.interview",
        "practice.progress",
        "practice.stats",
        "practice.update.outcome",
        "practice.watch",
        "render",
    )
    for path in (PACKAGE / "render").rglob("*.py"):
        wrong = [name for name in _imports(path) if not f"{name}.".startswith(tuple(f"{one}." for one in data))]
        assert wrong == [], path


@pytest.mark.parametrize("path", FILES, ids=_module)
def test_no_file_holds_two_nouns(path: Path) -> None:
    """No file of the package is longer than 400 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


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


def test_tests_lie_in_the_folder_of_their_room() -> None:
    """Every test file lies in a folder named after a room of the package, or in one of the few beside them."""
    folders = {path.relative_to(ROOT / "tests").parts[0] for path in TESTS}

    assert folders <= {*ROOMS, *BESIDE}


def test_no_test_imports_another() -> None:
    """What two test files share lies in tests/support; neither tests nor helpers nor tools import a test file."""
    for path in sorted({*ROOT.glob("tests/**/*.py"), *ROOT.glob("tools/**/*.py")}):
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if _is_ours(path) else ():
            if isinstance(node, ast.ImportFrom):
                named |= {*(node.module or "").split("."), *(alias.name for alias in node.names)}
            elif isinstance(node, ast.Import):
                named |= {part for alias in node.names for part in alias.name.split(".")}
        assert sorted(name for name in named if name in {test.stem for test in TESTS}) == [], path


def _is_ours(path: Path) -> bool:
    """Whether a file is no submission: those are data, and some are not even Python."""
    return not {"attacks", "controls"} & set(path.relative_to(ROOT).parts)


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
