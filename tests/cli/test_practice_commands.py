"""`kata`, `kata history`, `kata stats` and `kata review` as a user types them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader.practice.history import History
from tests.support.shell import Shell
from tests.support.toys import RIGHT, WRONG, copy_toys, layer_halve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def kata(tmp_path: Path) -> Shell:
    """A fresh catalogue."""
    return Shell(copy_toys(tmp_path), tmp_path / "home")


def _graded(kata: Shell, text: str) -> None:
    kata.stub.write_text(text, encoding="utf-8")
    assert kata("grade", "halve").code in (0, 1)


def test_the_dashboard_shows_where_one_stands(kata: Shell) -> None:
    """Without a command: what is solved by track, what is next, what was last, and how long until a review."""
    first = kata()
    assert first.code == 0
    assert "0 of 3 exercises solved" in first.out
    assert "kata start" in first.out
    kata("start", "halve")
    _graded(kata, RIGHT)
    second = kata()

    assert "1 of 3 exercises solved, 1 mastered   1 day in a row" in second.out
    assert "nothing is due; halve in 8 days" in second.out
    assert "last    mastered halve, 2 of 2 points, just now" in second.out
    assert "\x1b" not in second.out


def test_stars_tell_solved_from_mastered(kata: Shell) -> None:
    """List, history and our solution: core alone has a star and is solved; everything has all and is mastered."""
    layer_halve(kata.root)
    assert kata("solution", "halve").code == 1
    _graded(kata, WRONG)
    rows = {line.split()[1]: line for line in kata("list").out.splitlines() if line.startswith("  ")}
    assert rows["halve"].split()[0] == "★☆"
    assert rows["halve"].endswith("solved")
    assert rows["add"].split()[0] == "·"
    assert "solved ★☆" in kata("history", "halve").out
    assert kata("solution", "halve").code == 0
    _graded(kata, RIGHT)

    assert "  ★★  halve" in kata("list").out
    assert "Numbers (numbers), 1 of 2 solved, 1 mastered" in kata("list").out
    assert "mastered ★★" in kata("history", "halve").out
    listed = json.loads(kata("list", "--format", "json").out)["exercises"]
    assert {(one["slug"], one["status"], one["level"]) for one in listed} == {
        ("halve", "solved", "full"),
        ("add", "untouched", "none"),
        ("shout", "untouched", "none"),
    }


def test_help_is_still_there(kata: Shell) -> None:
    """`kata --help` lists the commands."""
    assert "watch" in kata("--help").out


def test_history_lists_attempts_and_their_sources(kata: Shell) -> None:
    """Attempts come newest first; the source of each can be printed."""
    assert "No attempt at halve" in kata("history", "halve").out
    _graded(kata, WRONG)
    _graded(kata, RIGHT)
    rows = [line for line in kata("history", "halve").out.splitlines() if "/" in line]

    assert ["wrong" in row for row in rows] == [False, True]
    assert kata("history", "halve", "--source", "2").out == WRONG
    beyond = kata("history", "halve", "--source", "3")
    assert beyond.code == 2
    assert "has 2 recorded attempts" in beyond.err


@pytest.mark.parametrize("arguments", [[], ["halve", "--export", "x.json"], ["nosuch"]])
def test_history_wants_one_thing(arguments: list[str], kata: Shell) -> None:
    """Neither nor both, and unknown exercises, are usage errors."""
    assert kata("history", *arguments).code == 2


def test_export_writes_everything(kata: Shell, tmp_path: Path) -> None:
    """`--export` writes all attempts; a folder in its place is refused."""
    _graded(kata, RIGHT)
    path = tmp_path / "all.json"
    assert "Wrote 1 attempts" in kata("history", "--export", str(path)).out
    assert json.loads(path.read_text(encoding="utf-8"))["attempts"][0]["source"] == RIGHT
    assert kata("history", "--export", str(tmp_path / "nowhere" / "all.json")).code == 2


def test_stats_in_the_terminal_and_as_a_page(kata: Shell, tmp_path: Path) -> None:
    """Both work on an empty past and on a real one."""
    path = tmp_path / "page.html"
    assert kata("stats").code == 0
    kata("start", "halve")
    _graded(kata, RIGHT)
    shown = kata("stats").out

    assert "1 of 3 exercises solved, 1 mastered, 1 attempt" in shown
    assert "Practice days" in shown
    assert kata("stats", "--html", str(path)).code == 0
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_review_starts_a_named_exercise_afresh(kata: Shell) -> None:
    """Nothing is due on the first day; a named exercise gets a fresh stub, its clock runs, and the old attempt stays."""
    _graded(kata, RIGHT)
    nothing = kata("review")
    assert nothing.code == 0
    assert "Nothing is due. Next: halve." in nothing.out
    done = kata("review", "halve")

    assert "the stub is fresh" in done.out
    assert "NotImplementedError" in kata.stub.read_text(encoding="utf-8")
    assert kata("reset", "halve", "--restore").code == 0
    assert kata.stub.read_text(encoding="utf-8") == RIGHT


def test_review_lists_what_is_due_and_starts_the_first(kata: Shell) -> None:
    """Once the memory has faded, `review --list` says so and changes nothing; `review` begins."""
    _graded(kata, RIGHT)
    with History(kata.home) as history:
        history._database.execute("UPDATE ratings SET at = at - 40 * 86400")
    assert "1 due: halve" in kata().out
    listed = kata("review", "--list")
    assert "days overdue" in listed.out
    assert kata.stub.read_text(encoding="utf-8") == RIGHT
    assert "days overdue" in kata("review", "halve", "--list").out  # a name changes nothing about that
    assert kata.stub.read_text(encoding="utf-8") == RIGHT
    assert "the stub is fresh" in kata("review").out
    assert kata.stub.read_text(encoding="utf-8") != RIGHT
