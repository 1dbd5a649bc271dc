"""Clocks that jump, journeys, links, coarse file systems, full and locked disks, damaged files: nothing is lost or wrong."""

from __future__ import annotations

import os
import queue
import sqlite3
import time
from typing import TYPE_CHECKING, Final

import pytest

from grader.content.catalog import load_catalog
from grader.errors import DataFolderError
from grader.model import Level, Verdict
from grader.practice import database
from grader.practice.attempt import Rating
from grader.practice.history import History, read_progress
from grader.practice.progress import progress
from grader.practice.review import cards
from grader.practice.saves import Saves
from grader.practice.standing import Standing
from grader.practice.stub_file import is_touched, reset_stub, restore_stub
from tests.support.past import DAY, NOW, open_past
from tests.support.shell import Shell
from tests.support.toys import RIGHT, TOYS, WRONG, copy_toys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.model import Exercise

HOUR: Final = 3600.0
YEAR: Final = 365 * DAY
CATALOG: Final = load_catalog(TOYS)


@pytest.fixture
def halve() -> Exercise:
    """A toy exercise."""
    return CATALOG.exercise("halve")


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Travel: set the time zone of this process."""

    def travel(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield travel
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("saves", [2, 5])
def test_polling_tells_of_the_last_of_several_saves(saves: int, tmp_path: Path) -> None:
    """On a file system that counts whole seconds, every save of a burst looks alike; the last one is told of all the same."""
    path = tmp_path / "a.py"
    path.write_text("0", encoding="utf-8")
    os.utime(path, (1000, 1000))
    seen: queue.SimpleQueue[str] = queue.SimpleQueue()
    with Saves(tmp_path, {path: "a"}, lambda _: seen.put(path.read_text(encoding="utf-8")), poll=True):
        for number in range(1, saves + 1):
            with path.open("r+", encoding="utf-8") as file:
                file.write(str(number))
            os.utime(path, (1000, 1000))
            if number == 1:
                assert seen.get(timeout=10) == "1"
        while seen.get(timeout=10) != str(saves):
            pass


def test_a_stub_that_is_a_link_is_watched_where_it_leads(tmp_path: Path) -> None:
    """A save of the file that the stub links to is told of, and so is one through the link; replacing the link counts."""
    (tmp_path / "root").mkdir()
    target, link = tmp_path / "elsewhere.py", tmp_path / "root" / "a.py"
    target.write_text("0", encoding="utf-8")
    link.symlink_to(target)
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    with Saves(tmp_path / "root", {link: "a"}, told.put):
        target.write_text("11", encoding="utf-8")
        assert told.get(timeout=10) == "a"
        link.write_text("222", encoding="utf-8")
        assert told.get(timeout=10) == "a"


def test_a_stub_that_is_a_link_stays_one(tmp_path: Path) -> None:
    """Reset and restore write through the link."""
    exercise = load_catalog(copy_toys(tmp_path)).exercise("halve")
    target = tmp_path / "mine.py"
    target.write_text(RIGHT, encoding="utf-8")
    exercise.stub_path.unlink()
    exercise.stub_path.symlink_to(target)
    with History(tmp_path / "home") as history:
        reset_stub(exercise, history)
        pristine = not is_touched(exercise)
        restore_stub(exercise, history)

    assert pristine
    assert exercise.stub_path.is_symlink()
    assert target.read_text(encoding="utf-8") == RIGHT


def test_a_clock_that_ran_ahead_hides_no_repetition(tmp_path: Path, halve: Exercise) -> None:
    """What was rated in a future that did not come is due within days, not years, and the streak goes on."""
    with open_past(tmp_path) as past:
        past.rate("halve", Rating.GOOD)
        past.now += 5 * YEAR
        past.rate("halve", Rating.GOOD)
        past.grade(halve)
        past.now = NOW + DAY
        past.grade(halve)
        card = cards(past.history.ratings(), past.now)["halve"]
        found = progress(CATALOG, past.history, past.now)

    assert card.due_at < NOW + 60 * DAY
    assert card.last_at <= NOW + DAY
    assert found.streak_days == 1


def test_a_clock_set_back_loses_no_failure(tmp_path: Path, halve: Exercise) -> None:
    """An exercise that was started while the clock ran ahead counts hints and failures as any other."""
    with open_past(tmp_path) as past:
        past.hint("add", 1)
        past.now += YEAR
        past.start("halve")
        past.now = NOW + HOUR
        for _ in range(4):
            past.grade(halve, Verdict.WRONG)
            past.now += 60
        past.hint("halve", 1)
        with past._at():
            sitting = past.history.sitting("halve")

    assert sitting.failures == 4
    assert sitting.hints == 1


def test_a_clock_at_the_epoch_breaks_nothing(tmp_path: Path, halve: Exercise) -> None:
    """With a dead battery everything lies in the future; reviews, progress and grades work, and heal with the clock."""
    with open_past(tmp_path) as past:
        past.start("halve")
        past.grade(halve)
        due = cards(past.history.ratings(), past.now)["halve"].due_at
        past.now = 1000.0
        past.grade(halve)
        early = progress(CATALOG, past.history, past.now)
        assert cards(past.history.ratings(), past.now)["halve"].reviews >= 1
        assert cards(past.history.ratings(), NOW + 1)["halve"].due_at == pytest.approx(due, abs=DAY)

    assert early.streak_days == 1


@pytest.mark.parametrize(
    ("stops", "days"),
    [
        # hours since Monday 00:00 UTC, and where; the last is now
        ([(23, "UTC"), (47, "UTC"), (50, "UTC")], 2),
        ([(14.5, "Asia/Tokyo"), (54, "America/Los_Angeles"), (55, "America/Los_Angeles")], 2),
        # Monday evening in Los Angeles, Wednesday morning in Tokyo: Tuesday had seven hours there
        ([(30, "America/Los_Angeles"), (48.5, "Asia/Tokyo"), (49, "Asia/Tokyo")], 2),
        # two evenings at home, seen from where they are the same date
        ([(14.5, "Asia/Tokyo"), (38, "Asia/Tokyo"), (39, "America/Los_Angeles")], 2),
        ([(10, "UTC"), (82, "UTC"), (83, "UTC")], 1),
    ],
)
def test_a_streak_travels(
    stops: list[tuple[float, str]], days: int, zone: Callable[[str], None], tmp_path: Path, halve: Exercise
) -> None:
    """A day counts where it was spent: neither a flight east nor one west breaks a streak, and a real gap does."""
    monday = 1773619200.0  # 2026-03-16, UTC
    with open_past(tmp_path) as past:
        for place, (hours, name) in enumerate(stops):
            zone(name)
            past.now = monday + hours * HOUR
            if place < len(stops) - 1:
                past.grade(halve)
        found = progress(CATALOG, past.history, past.now)

    assert found.streak_days == days


def test_a_locked_history_says_who_holds_it(tmp_path: Path, halve: Exercise, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process writes without an end, the sentence says so; nothing is lost afterwards."""
    monkeypatch.setattr(database, "_BUSY_S", 0.05)
    with open_past(tmp_path) as past:
        past.grade(halve)
        other = sqlite3.connect(tmp_path / "history.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DataFolderError, match=r"database is locked.*Another kata has been writing"):
            past.grade(halve)
        other.execute("ROLLBACK")
        other.close()
        past.grade(halve)

        assert len(past.history.attempts("halve")) == 2


def test_a_full_disk_is_called_full(tmp_path: Path, halve: Exercise) -> None:
    """SQLite's own error for it comes with the remedy."""
    with open_past(tmp_path) as past:
        past.grade(halve)
        past.history._database._connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(DataFolderError, match="The disk is full: free some space"):
            past.grade(halve, source="x" * 500_000)


@pytest.mark.parametrize("where", ["middle", "head"])
def test_a_damaged_history_is_salvaged(where: str, tmp_path: Path, halve: Exercise) -> None:
    """Pages that were overwritten cost their own rows; the other attempts and ratings are in the new file."""
    with open_past(tmp_path) as past:
        for number in range(40):
            past.now += DAY
            past.grade(halve, Verdict.WRONG, source=f"# {number}\n" + "x = 1\n" * 300)
            past.start("halve")
        past.grade(halve, source="last")
    path = tmp_path / "history.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    data = bytearray(path.read_bytes())
    place = len(data) // 2 // 4096 * 4096 if where == "middle" else 0
    size = 4096 if where == "middle" else 20
    data[place : place + size] = b"\xa5" * size
    path.write_bytes(data)

    with History(tmp_path) as history:
        kept = history.attempts("halve", 100)
        (notice,) = history.notices
        standing = history.standing("halve")

    assert len(kept) >= 30
    assert kept[0].source == "last"
    assert standing is not None
    assert standing.level is Level.FULL
    assert "is kept as history-damaged-" in notice
    assert "of its records are in a new one" in notice


@pytest.mark.parametrize("damage", ["", "{", "[1]", "\x00", '{"format": 2, "exercises": {"halve": {}}}', "folder"])
def test_progress_that_cannot_be_read_is_made_anew(damage: str, tmp_path: Path, halve: Exercise) -> None:
    """Where the file beside the database is missing, damaged or a folder, the attempts say what is solved."""
    with open_past(tmp_path) as past:
        past.grade(halve)
    path = tmp_path / "progress.json"
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage:
        path.write_text(damage, encoding="utf-8")

    assert read_progress(tmp_path)["halve"] == Standing(Level.FULL, read_progress(tmp_path)["halve"].layers)
    assert path.is_dir() or "halve" in path.read_text(encoding="utf-8")


def test_the_list_heals_itself(tmp_path: Path) -> None:
    """`kata list` shows what is solved although its file holds nonsense, and mends the file."""
    kata = Shell(copy_toys(tmp_path), tmp_path / "home")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    kata("grade", "halve")
    kata.stub.write_text(WRONG, encoding="utf-8")
    (tmp_path / "home" / "progress.json").write_text("nonsense", encoding="utf-8")
    done = kata("list")

    assert done.code == 0
    assert "mastered" in done.out
    assert "mastered" not in (tmp_path / "home" / "progress.json").read_text(encoding="utf-8")
    assert '"full"' in (tmp_path / "home" / "progress.json").read_text(encoding="utf-8")
