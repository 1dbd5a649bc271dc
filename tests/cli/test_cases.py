"""`kata case` and `kata debug` as a user types them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.shell import Shell
from tests.support.tmux import Tmux
from tests.support.toys import RIGHT, WRONG, copy_toys

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def kata(tmp_path: Path) -> Shell:
    """A fresh catalogue."""
    return Shell(copy_toys(tmp_path), tmp_path / "home")


def test_a_failing_case_becomes_a_script(kata: Shell) -> None:
    """The script makes the call of the case that the last grade told of, and ends with 0 once the file is right."""
    kata.stub.write_text(WRONG, encoding="utf-8")
    assert kata("grade", "halve").code == 1
    done = kata("case", "halve")

    assert done.code == 1
    assert done.out.startswith("halve(-3) gave -1; expected -2.")
    assert "kata debug halve 'test_negative_rounds_down' --seed" in done.out
    script = kata.root / "case_halve.py"
    first = _python(script)
    assert (first.returncode, first.stdout) == (1, "halving -3\ngot      -1\nexpected -2\n")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    assert _python(script).returncode == 0
    assert kata("case", "halve").out == "Every case of halve passes; there is nothing to write.\n"


def test_a_script_of_the_users_own_is_not_overwritten(kata: Shell) -> None:
    """What was not written by `kata case` stays; another name is asked for, and an unknown case names the others."""
    kata.stub.write_text(WRONG, encoding="utf-8")
    own = kata.root / "case_halve.py"
    own.write_text("print('mine')\n", encoding="utf-8")

    done = kata("case", "halve")
    assert done.code == 2
    assert "was not written by `kata case`" in done.err
    assert own.read_text(encoding="utf-8") == "print('mine')\n"
    assert kata("case", "halve", "--output", "other.py").code == 1
    assert kata("case", "halve", "--output", "other.py").code == 1
    assert "Name one of: test_even, test_negative_rounds_down." in kata("case", "halve", "test_odd").err


def test_a_call_of_ones_own(kata: Shell) -> None:
    """`--input` takes a call or its arguments; our solution's answer stands beside only after a pass."""
    kata.stub.write_text(WRONG, encoding="utf-8")
    before = kata("case", "halve", "--input", "-7")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    kata("grade", "halve")
    kata.stub.write_text(WRONG, encoding="utf-8")
    after = kata("case", "halve", "--input", "[halve(n) for n in (-7, 7)]")

    assert before.out.splitlines()[:3] == ["halve(-7)", "halving -7", "gave -3"]
    assert "-4" not in before.out
    assert "yours  [-3, 3]\nours   [-4, 3]\n" in after.out
    assert "is no Python expression" in kata("case", "halve", "--input", "halve(").err
    assert "raised TypeError" in kata("case", "halve", "--input", "halve('a')").out


def test_nothing_is_run_unconfined_that_is_not_ones_own(kata: Shell) -> None:
    """`kata debug` refuses in a build, and for a link in the place of the stub."""
    kata.stub.write_text(WRONG, encoding="utf-8")
    build = kata("debug", "halve", CI="true")
    elsewhere = kata.root / "elsewhere.py"
    kata.stub.rename(elsewhere)
    kata.stub.symlink_to(elsewhere)
    link = kata("debug", "halve", CI="")

    assert build.code == link.code == 2
    assert "this is a build (CI is set)" in build.err
    assert "is not a file of your own" in link.err


def test_an_editor_gets_a_configuration(kata: Shell) -> None:
    """`--editor vscode` adds a configuration to those that are there, once, and never rewrites comments."""
    kata.stub.write_text(WRONG, encoding="utf-8")
    launch = kata.root / ".vscode" / "launch.json"
    launch.parent.mkdir()
    launch.write_text('{"configurations": [{"name": "mine"}]}', encoding="utf-8")
    for _ in range(2):
        assert kata("debug", "halve", "--editor", "vscode", CI="").code == 0
    names = [each["name"] for each in json.loads(launch.read_text(encoding="utf-8"))["configurations"]]
    launch.write_text('{"configurations": []} // all of them', encoding="utf-8")

    assert names == ["mine", "kata: halve"]
    assert (kata.root / ".kata" / "cases" / "halve.py").exists()
    assert "is no plain JSON" in kata("debug", "halve", "--editor", "vscode", CI="").err


def test_a_breakpoint_in_a_stub_stops(kata: Shell) -> None:
    """`kata debug` says that nothing is confined, stops at `breakpoint()`, and in pdb where an exception is raised."""
    kata.stub.write_text("def halve(n):\n    half = int(n / 2)\n    breakpoint()\n    return half\n", encoding="utf-8")
    plain = {name: value for name, value in os.environ.items() if name not in ("CI", "GITHUB_ACTIONS")}
    environment = {**plain, "KATA_ROOT": str(kata.root), "KATA_HOME": str(kata.home), "COLUMNS": "140"}
    with Tmux(kata.root, environment) as tmux:
        tmux.type(f"{sys.executable} -c 'from grader.cli import run; run()' debug halve")
        shown = tmux.wait(r"\(Pdb\)\s*$")
        assert re.search(r"halve.py now runs outside the sandbox, as you", shown)
        tmux.type("p n, half")
        tmux.wait(r"\(-3, -1\)")
        tmux.type("c")
        tmux.wait(r"got      -1\s+expected -2")
        kata.stub.write_text("def halve(n):\n    return n // zero\n", encoding="utf-8")
        tmux.type(f"clear; {sys.executable} -c 'from grader.cli import run; run()' debug halve")
        tmux.wait(r"NameError: name 'zero' is not defined(.|\s)*\(Pdb\)\s*$")
        tmux.type("p n")
        tmux.wait(r"\(Pdb\) p n\s+4")
        tmux.type("q")
        tmux.wait(r"\(Pdb\) q\s+[$#]")


def _python(script: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=60)
