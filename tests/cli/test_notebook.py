"""`kata notebook course` and `autograde`: what they refuse, and what they say."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("nbgrader")

from typing import TYPE_CHECKING

from tests.support.shell import Shell
from tests.support.toys import copy_toys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def kata(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The toy catalogue, with a course beside it."""
    folder = tmp_path_factory.mktemp("course")
    shell = Shell(copy_toys(folder), folder / "home")
    done = shell("notebook", "course", str(folder / "course"), "--assignment", "ps 1", "--exercises", "halve,add")
    assert done.code == 0, done.err
    assert "Wrote 2 notebooks" in done.out
    assert "nbgrader generate_assignment 'ps 1'" in done.out
    return shell


def _course(kata: Shell) -> Path:
    return kata.root.parent / "course"


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ("ps 1", "exists."),
        ("../ps2", "is no name for an assignment"),
        ("a+b", "is no name for an assignment"),
        ("a/b", "is no name for an assignment"),
        ("", "is no name for an assignment"),
    ],
)
def test_an_assignment_is_never_overwritten_or_elsewhere(kata: Shell, assignment: str, told: str) -> None:
    """A name that leads elsewhere, or one that is taken, is refused, and nothing is written."""
    before = sorted(_course(kata).rglob("*"))
    done = kata("notebook", "course", str(_course(kata)), "--assignment", assignment, "--exercises", "halve")

    assert done.code == 2
    assert told in done.err
    assert sorted(_course(kata).rglob("*")) == before


def test_a_second_assignment_keeps_the_configuration(kata: Shell) -> None:
    """What a lecturer changed in `nbgrader_config.py` stays when an assignment is added."""
    config = _course(kata) / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    done = kata("notebook", "course", str(_course(kata)), "--assignment", "ps2", "--track", "words")

    assert done.code == 0
    assert config.read_text(encoding="utf-8").endswith("# mine\n")
    assert (_course(kata) / "source" / "ps2" / "shout.ipynb").is_file()


def test_a_class_has_a_seed_of_its_own(kata: Shell, tmp_path: Path) -> None:
    """Everybody in a course is given the same inputs, those of another course are others, and the lecturer may choose."""
    from nbgrader.apps.baseapp import NbGrader  # type: ignore[import-untyped]
    from traitlets.config.loader import PyFileConfigLoader

    from grader.classes.notebooks.execute import SandboxedExecute
    from grader.content.catalog import load_catalog

    done = kata("notebook", "course", str(tmp_path / "other"), "--assignment", "ps", "--exercises", "halve")
    assert done.code == 0, done.err
    catalog = load_catalog(kata.root)
    seeds = []
    for course in (_course(kata), _course(kata), tmp_path / "other"):
        config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
        seeds.append(SandboxedExecute(parent=NbGrader(config=config)).settings(catalog).seed)
        config.SandboxedExecute.seed = 7
        assert SandboxedExecute(config=config).settings(catalog).seed == 7

    assert seeds[0] == seeds[1] != seeds[2]


def test_autograde_says_what_is_missing(kata: Shell, tmp_path: Path) -> None:
    """Outside a course, and before the assignment was generated, the next step is told."""
    outside = kata("notebook", "autograde", "ps2", "--course", str(tmp_path))
    early = kata("notebook", "autograde", "ps2", "--course", str(_course(kata)))

    assert [outside.code, early.code] == [2, 2]
    assert "holds no nbgrader_config.py" in outside.err
    assert "Run `nbgrader generate_assignment ps2` there." in early.err


@pytest.mark.parametrize("command", [["course", "x", "--assignment", "a", "--exercises", "halve"], ["autograde", "a"]])
def test_without_nbgrader_the_line_that_installs_it_is_told(kata: Shell, command: list[str]) -> None:
    """Where the extra is missing, a command says so in one line."""
    code = "import sys; sys.modules['nbgrader'] = None\nfrom grader.cli import main\nsys.exit(main(['notebook', *sys.argv[1:]]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *command],
        env={**os.environ, "KATA_ROOT": str(kata.root)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr == "kata: This needs nbgrader, which is not installed. Run `pip install 'mlkata[notebooks]'`.\n"


def test_a_course_starts_without_compiling_grammars() -> None:
    """The modules that grade a course come without the grammar of addresses that would take half of the start."""
    code = "import sys, grader.classes.notebooks.autograde; print('lark' in sys.modules, 'nbgrader' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True"]
