"""`kata watch` and `kata grade` in small windows of tmux: what must be seen is seen, and nothing scrolls it away."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.tmux import Tmux
from tests.support.toys import RIGHT, copy_toys, layer_halve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Prints much, is wrong in the middle of a long list of prints, and has a second function.
WRONG = "def halve(n):\n    for k in range(40):\n        print('step', k)\n    return n\n"
SLOW = "import time\n\n\ndef halve(n):\n    time.sleep(0.9)\n    return n // 2\n"
KATA = f"{shlex.quote(sys.executable)} -m grader.cli"


@pytest.fixture
def window(tmp_path: Path) -> Iterator[tuple[Tmux, Path]]:
    """A shell in a copy of the toys whose exercise `halve` has layers, and its stub."""
    root = copy_toys(tmp_path)
    layer_halve(root)
    home = str(tmp_path / "home")
    environment = {**os.environ, "KATA_ROOT": str(root), "KATA_HOME": home, "NO_COLOR": "1", "CI": ""}
    with Tmux(root, environment) as tmux:
        yield tmux, root / "exercises" / "numbers" / "halve" / "halve.py"


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 20)])
def test_watch_keeps_the_verdict_in_sight(window: tuple[Tmux, Path], width: int, height: int) -> None:
    """After a wrong save with long prints the title, the counts, the first failure and the keys stand on one screen, and with every key."""
    tmux, stub = window
    tmux.resize(width, height)
    stub.write_text(WRONG, encoding="utf-8")
    tmux.type(f"{KATA} watch halve")
    shown = tmux.wait(r"q quit")

    assert shown.startswith("Halve")
    for part in (
        "☆☆ not solved  halve",
        "core 0 of 1",
        "fine print 0 of 1",
        "gave 4; expected 2",
        "v tells",
        "of 3 solved",
    ):
        assert part in shown, f"{part!r} is missing:\n{shown}"
    for key, told in (("v", r"page 1 of \d+; space turns it"), ("Space", r"page 2 of"), ("h", r"Hint 1 of 1")):
        tmux.press(key)
        shown = tmux.wait(told)
        assert shown.startswith("Halve")
        assert "☆☆ not solved" in shown
        assert "q quit" in shown


def test_watch_lays_out_anew_when_the_window_changes(window: tuple[Tmux, Path]) -> None:
    """A window made narrower and lower shows the verdict and the keys at once, without a key."""
    tmux, stub = window
    tmux.resize(100, 40)
    stub.write_text(WRONG, encoding="utf-8")
    tmux.type(f"{KATA} watch halve")
    tmux.wait(r"step 39[\s\S]*q quit")
    tmux.resize(60, 20)
    shown = tmux.wait(r"\AHalve(?![\s\S]*step 39)[\s\S]*q quit")

    assert "☆☆ not solved  halve" in shown


def test_after_a_pass_a_key_leads_to_what_there_is_to_read(window: tuple[Tmux, Path]) -> None:
    """Mastered, watch compares the length and offers the solution, the mistakes and more; a key opens each and closes it."""
    tmux, stub = window
    tmux.resize(80, 24)
    stub.write_text(RIGHT, encoding="utf-8")
    tmux.type(f"{KATA} watch halve")
    shown = tmux.wait(r"★★ mastered  halve[\s\S]*m mistakes[\s\S]*q quit")

    assert "length 2 lines of code, ours has 2" in shown
    tmux.press("m")
    tmux.wait(r"- Rounds towards zero")
    tmux.press("m")
    tmux.wait(r"\AHalve(?![\s\S]*- Rounds towards zero)[\s\S]*q quit")
    tmux.press("s")
    assert "Half of a whole number" not in tmux.wait(r"return n // 2")


def test_grade_shows_how_far_it_is(window: tuple[Tmux, Path]) -> None:
    """While a slow submission is graded, the cases are counted on the terminal, and the bar is gone afterwards."""
    tmux, stub = window
    tmux.resize(80, 24)
    stub.write_text(SLOW, encoding="utf-8")
    tmux.type(f"{KATA} grade halve")
    tmux.wait(r"halve ━+.* \d/2")
    shown = tmux.wait(r"★★ mastered  halve[\s\S]*next +kata")

    assert "━" not in shown
    assert "kata solution halve --mistakes" in shown
