"""The README's outputs are what the commands print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools import screens

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
_BLOCK = re.compile(r"```console\n\$ kata grade softmax\n(?P<output>.*?)```", re.DOTALL)


def _normalise(text: str) -> str:
    """Drop what differs from run to run: seconds, ratios, seeds, and the lines that name a file."""
    lines = [
        line for line in text.strip().splitlines() if not re.match(r"\s+(attempt|again|case|unconfined|partial) ", line)
    ]
    text = "\n".join(lines).strip()
    text = re.sub(r"\d+(\.\d+)? s\b", "T s", text)
    text = re.sub(r"\s+", " ", text)  # lines break where the ratio has another digit
    return re.sub(r", \d+(\.\d+)?x the reference's time|, fast\b", ", Rx the reference's time", text)


def _grade(attempt: str, folder: Path) -> str:
    path = folder / "softmax.py"
    path.write_text(attempt, encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        "from grader.cli import run; run()",
        "grade",
        "softmax",
        "--path",
        str(path),
        "--seed",
        "1",
    ]
    environment = {**os.environ, "KATA_HOME": str(folder), "NO_COLOR": "1", "COLUMNS": "100"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout


def _attempts() -> tuple[str, str]:
    text = README.read_text(encoding="utf-8")
    failing = re.search(r"<!-- failing attempt -->\n```python\n(.*?)```", text, re.DOTALL)
    assert failing is not None
    passing = min((ROOT / "solutions/arrays/softmax/alternatives").glob("*.py"))
    return failing.group(1), passing.read_text(encoding="utf-8")


@pytest.mark.parametrize("which", [0, 1], ids=["failing", "passing"])
def test_readme_shows_real_output(which: int, tmp_path: Path) -> None:
    """The failing and the passing attempt of the README give the output that stands there.

    `UPDATE_GOLDEN=1 pytest tests/repository/test_readme.py -n 0` writes the output anew.
    """
    text = README.read_text(encoding="utf-8")
    block = list(_BLOCK.finditer(text))[which]
    printed = _grade(_attempts()[which], tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        shown = re.sub(re.escape(str(tmp_path)), "exercises/arrays/softmax", printed.rstrip()) + "\n"
        shown = re.sub(r" --path \S+ --seed 1", " --seed 1", shown)
        README.write_text(text[: block.start("output")] + shown + text[block.end("output") :], encoding="utf-8")
        return

    assert _normalise(block.group("output")) == _normalise(printed)


def test_readme_names_only_real_commands() -> None:
    """Every `kata` command in the README exists."""
    from grader.cli.app import app

    text = README.read_text(encoding="utf-8")
    named = set(re.findall(r"\bkata ([a-z]+)\b", text))

    assert named
    assert named <= set(app.commands)


def test_readme_counts_the_questions() -> None:
    """The bank of questions is as large as the README says."""
    from grader.content.catalog import load_catalog

    said = re.search(r"a bank of (\d+)", README.read_text(encoding="utf-8"))

    assert said is not None
    assert int(said.group(1)) == len(load_catalog(ROOT).questions)


def test_the_pictures_show_what_the_programs_show(tmp_path: Path) -> None:
    """The screens in the README hold the words that the dashboard, watch mode and a mock interview show now.

    `nox -s screens` draws them anew.
    """
    for name, svg in screens.draw(tmp_path):
        kept = (screens.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        assert screens.words(kept) == screens.words(svg), name
        assert f".github/screens/{name}.svg" in README.read_text(encoding="utf-8")
