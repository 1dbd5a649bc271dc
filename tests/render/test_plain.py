"""Terminals that cannot write every character."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from grader.content.catalog import load_catalog
from grader.render.plain import writable
from tests.support.shell import Shell
from tests.support.toys import RIGHT, copy_toys


def test_what_cannot_be_written_becomes_what_is_nearest() -> None:
    """Stars, arrows, scripts and letters have plain forms; a stream that can write them gets them as they are."""
    text = "★☆ x₁² ≤ café → 'ȳ' λ …"

    assert writable(text, "utf-8") == text
    assert writable(text, "ascii") == "*. x_1^2 <= cafe -> 'y' lamda ..."
    assert writable(text, "latin-1") == "*. x_1² <= café -> 'y' lamda ..."
    assert writable("漢", "ascii") == "\\u6f22"


def test_commands_write_plain_characters_there(tmp_path: Path) -> None:
    """Reports, prompts and lists hold no escape of a character in an ASCII terminal, and no command fails."""
    kata = Shell(copy_toys(tmp_path), tmp_path / "home")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    graded = kata("grade", "halve", PYTHONIOENCODING="ascii")
    listed = kata("list", PYTHONIOENCODING="ascii")

    assert graded.out.startswith("* mastered  halve  2 of 2 cases")
    assert listed.code == 0
    assert (graded.out + listed.out).isascii()
    assert "\\u" not in graded.out + listed.out


def test_every_prompt_has_a_plain_form() -> None:
    """No character of a prompt is left as an escape in ASCII."""
    for exercise in load_catalog(Path(__file__).parents[2]).exercises:
        text = exercise.prompt_path.read_text(encoding="utf-8")

        assert "\\u" not in writable(text, "ascii").replace("\\u", "", text.count("\\u")), exercise.slug


def test_closed_and_full_outputs(tmp_path: Path) -> None:
    """With its output closed a command works in silence; a pipe that closes early is no error; a full disk is told."""
    kata = Shell(copy_toys(tmp_path), tmp_path / "home")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    command = f"KATA_ROOT={kata.root} KATA_HOME={kata.home} {sys.executable} -c 'from grader.cli import run; run()'"

    def shell(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", line], cwd=kata.root, capture_output=True, text=True, timeout=100, check=False
        )

    closed = shell(f"{command} grade halve >&- 2>&-")
    early = shell(f"{command} list | head -n 1; exit ${{PIPESTATUS[0]}}")
    full = shell(f"{command} list > /dev/full")

    assert (closed.returncode, closed.stderr) == (0, "")
    assert (early.returncode, early.stderr) == (0, "")
    assert full.returncode == 2
    assert full.stderr == "kata: the output cannot be written (No space left on device).\n"
