"""The history keeps what was recorded, whatever happens to the process, the disk or the file."""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from grader.content.catalog import load_catalog
from grader.errors import DataFolderError
from grader.intake.submission import submission_from_text
from grader.model import Layer, LayerCount, Level, Verdict
from grader.practice.attempt import Rating, best
from grader.practice.database import Database
from grader.practice.history import History, read_progress
from grader.practice.recorded import dump
from grader.practice.schema import MIGRATIONS
from grader.practice.standing import Standing, Status
from tests.support.past import DAY, NOW, open_past, report
from tests.support.toys import TOYS

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Exercise

KILLS = 200


@pytest.fixture
def halve() -> Exercise:
    """An exercise of 10 minutes or so."""
    return load_catalog(TOYS).exercise("halve")


def _record_forever(folder: Path, told: int) -> None:
    """Record attempts, and tell of each one only when it is recorded."""
    with History(folder) as history:
        for number in range(10**6):
            name = f"{os.getpid()} {number}"
            history.record(report("halve"), submission_from_text("halve", name))
            os.write(told, f"{name}\n".encode())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes that it forks")
@pytest.mark.timeout(300)
def test_no_recorded_attempt_is_lost_by_200_kills(tmp_path: Path) -> None:
    """Two processes write at once and one is killed at any moment, 200 times: all that they told of is there."""
    rng = random.Random(5)  # when to kill; the moments differ anyway
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    children: list[int] = []
    told = b""
    for number in range(KILLS):
        while len(children) < 2:
            pid = os.fork()
            if not pid:
                os.close(reading)
                with contextlib.suppress(BaseException):
                    _record_forever(tmp_path, writing)
                os._exit(1)
            children.append(pid)
        if number % 2:  # so that on a busy machine, too, there is something to lose
            select.select([reading], [], [], 20)
        time.sleep(rng.uniform(0, 0.03))  # the random moment is what is tested
        victim = children.pop(0)
        os.kill(victim, signal.SIGKILL)
        _, status = os.waitpid(victim, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL
        with contextlib.suppress(BlockingIOError):
            told += os.read(reading, 1 << 20)
    for victim in children:
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
    with contextlib.suppress(BlockingIOError):
        told += os.read(reading, 1 << 20)
    os.close(reading)
    os.close(writing)

    with History(tmp_path) as history:
        kept = {attempt.source for attempt in history.all_attempts(whole=True)}
        assert history.notices == []
    assert len(told.splitlines()) > KILLS / 4
    assert {line.decode() for line in told.splitlines()} <= kept


def test_a_full_disk_is_told_and_loses_nothing_older(tmp_path: Path, halve: Exercise) -> None:
    """Where nothing more fits, recording fails with a message, and what was there stays readable."""
    with open_past(tmp_path) as past:
        past.grade(halve)
        past.history._database.execute("PRAGMA max_page_count = 20")  # what sqlite makes of a full disk

        with pytest.raises(DataFolderError, match="full"):
            past.grade(halve, source="x" * 500_000)

    with open_past(tmp_path) as past:
        assert len(past.history.attempts("halve")) == 1


@pytest.mark.parametrize("damage", [b"not a database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_database_is_set_aside(damage: bytes, tmp_path: Path, halve: Exercise) -> None:
    """A file that is no database any more is renamed and kept, a new one is begun, and what was solved stays solved."""
    with open_past(tmp_path) as past:
        past.grade(halve)
    for path in tmp_path.glob("history.db*"):
        path.write_bytes(damage)

    with History(tmp_path) as history:
        assert any("kept as history-damaged-" in notice for notice in history.notices)
        assert history.solved("halve")
        assert history.attempts("halve") == []
    assert [p.read_bytes() for p in tmp_path.glob("history-damaged-*.db")] == [damage]


def test_an_old_database_is_brought_up_to_date(tmp_path: Path) -> None:
    """A database of the first version keeps its attempts, and their time ratios are read from their reports."""
    database = Database(tmp_path / "history.db", MIGRATIONS[:1])
    measured = json.dumps({"cases": [{"measures": [{"name": "time_ratio", "value": 2.5}]}, {"measures": []}]})
    for number, text in enumerate((measured, "{}", "no JSON")):
        database.insert(
            "attempts", at=NOW + number, slug="halve", source="x", sha256="", path="", verdict="passed", points=1.0,
            max_points=1.0, duration_s=0.1, seed="1", hints=0, started_at=None, report=text,
        )  # fmt: skip
    database.close()

    with History(tmp_path) as history:
        assert [attempt.time_ratio for attempt in history.attempts("halve")] == [None, None, 2.5]
        assert history.ratings() == []


def test_old_passes_become_mastered_and_nothing_else_does(tmp_path: Path) -> None:
    """A database from before the layers: what passed is mastered, what did not is tried, and nobody counted layers."""
    database = Database(tmp_path / "history.db", MIGRATIONS[:2])
    for slug, verdict in (("halve", "passed"), ("halve", "wrong"), ("add", "crashed"), ("shout", "not_started")):
        database.insert(
            "attempts", at=NOW, slug=slug, source="x", sha256="", path="", verdict=verdict, points=1.0,
            max_points=1.0, duration_s=0.1, seed="1", hints=0, started_at=None, report="{}", time_ratio=None,
        )  # fmt: skip
    database.close()

    with History(tmp_path) as history:
        assert [(attempt.level, attempt.layers) for attempt in history.attempts("halve")] == [
            (Level.NONE, ()),
            (Level.FULL, ()),
        ]
        assert history.standings() == {"halve": Standing(Level.FULL), "add": Standing(Level.NONE)}


def test_the_old_file_of_progress_is_understood(tmp_path: Path, halve: Exercise) -> None:
    """`kata list` reads what an older kata wrote beside its database, and the next attempt keeps it."""
    (tmp_path / "progress.json").write_text('{"add": "solved", "shout": "tried"}', encoding="utf-8")
    before = read_progress(tmp_path)
    with open_past(tmp_path) as past:
        past.grade(halve, fine=Verdict.WRONG)

    assert before == {"add": Standing(Level.FULL), "shout": Standing(Level.NONE)}
    halved = Standing(Level.CORE, (LayerCount(Layer.CORE, 1, 1), LayerCount(Layer.FINE, 0, 1)))
    assert read_progress(tmp_path) == {**before, "halve": halved}


@pytest.mark.parametrize("text", ["", "[1]", '{"format": 2}', '{"format": 2, "exercises": {"a": {"level": "high"}}}'])
def test_a_damaged_file_of_progress_says_nothing(text: str, tmp_path: Path) -> None:
    """A file that is no progress is as good as none."""
    (tmp_path / "progress.json").write_text(text, encoding="utf-8")

    assert read_progress(tmp_path) == {}


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    """A database that a newer kata wrote is left alone."""
    with History(tmp_path):
        pass
    with contextlib.closing(sqlite3.connect(tmp_path / "history.db")) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(DataFolderError, match="newer kata"), History(tmp_path):
        pass


def test_solved_stays_solved_and_the_best_is_kept(tmp_path: Path, halve: Exercise) -> None:
    """A later failure does not un-solve an exercise, and a slower pass does not replace the best time."""
    with open_past(tmp_path) as past:
        past.start("halve")
        past.now += 300
        past.grade(halve, ratio=1.5)
        past.now += 600
        past.grade(halve, ratio=4.0)
        past.grade(halve, Verdict.WRONG)

        assert past.history.solved("halve")
        assert past.history.standings() == {"halve": Standing(Level.FULL, (LayerCount(Layer.CORE, 1, 1),))}
        found = best(past.history.attempts("halve"))
        assert (found.solved_s, found.mastered_s, found.time_ratio) == (300.0, 300.0, 1.5)


def test_solved_and_mastered_are_two_things(tmp_path: Path, halve: Exercise) -> None:
    """Core alone solves; everything at once masters; each has its own best time, and neither is lost again."""
    with open_past(tmp_path) as past:
        past.start("halve")
        past.now += 100
        past.grade(halve, fine=Verdict.CRASHED)
        solved = past.history.standing("halve")
        past.now += 100
        past.grade(halve, fine=Verdict.PASSED)
        past.grade(halve, fine=Verdict.WRONG)
        past.grade(halve, Verdict.WRONG, fine=Verdict.PASSED)
        mastered, found = past.history.standing("halve"), past.history.best("halve")

    assert solved is not None
    assert mastered is not None
    assert (solved.status, mastered.status) == (Status.SOLVED, Status.MASTERED)
    assert [(count.layer, count.passed) for count in solved.layers] == [(Layer.CORE, 1), (Layer.FINE, 0)]
    assert (found.solved_s, found.mastered_s) == (100.0, 200.0)


def test_core_counts_where_the_rest_was_not_begun(tmp_path: Path, halve: Exercise) -> None:
    """Entry points beyond core may still raise NotImplementedError: the exercise is solved, and it was practice."""
    with open_past(tmp_path) as past:
        past.grade(halve, fine=Verdict.NOT_STARTED)
        (attempt,) = past.history.all_attempts()

        assert past.history.solved("halve")
    assert (attempt.level, attempt.verdict, attempt.judged) == (Level.CORE, Verdict.NOT_STARTED, True)


def test_the_last_attempt_that_was_better(tmp_path: Path, halve: Exercise) -> None:
    """Beyond nothing is what solved, beyond solved is what mastered, beyond that is nothing."""
    with open_past(tmp_path) as past:
        past.grade(halve, source="full", fine=Verdict.PASSED)
        past.grade(halve, source="core", fine=Verdict.WRONG)
        past.grade(halve, Verdict.WRONG, source="none", fine=Verdict.WRONG)
        found = [past.history.last_beyond("halve", level) for level in Level]

    assert [one.source if one else None for one in found] == ["core", "full", None]


def test_the_whole_history_can_be_exported(tmp_path: Path, halve: Exercise) -> None:
    """The export holds every attempt with source and report, every rating and every scorecard."""
    with open_past(tmp_path) as past:
        past.grade(halve, source="answer = 42")
        past.history.rate("halve", Rating.AGAIN)
        past.history.save_interview("one", "{}", '{"score": 80}')
        text = dump(past.history.recorded())
    whole = json.loads(text)

    assert whole["format"] == 1
    assert whole["attempts"][0]["source"] == "answer = 42"
    assert whole["attempts"][0]["report"]["verdict"] == "passed"
    assert whole["attempts"][0]["level"] == "full"
    assert whole["attempts"][0]["layers"] == [{"layer": "core", "passed": 1, "total": 1}]
    assert [row["rating"] for row in whole["ratings"]] == ["good", "again"]
    assert whole["interviews"] == [{"score": 80}]


def test_hints_count_anew_after_a_start(tmp_path: Path, halve: Exercise) -> None:
    """Hints of an earlier sitting are not held against a later one."""
    with open_past(tmp_path) as past:
        past.hint("halve", 1)
        past.hint("halve", 2)
        assert past.history.hints("halve") == 2
        past.now += DAY
        past.start("halve")
        assert past.history.hints("halve") == 0
        past.hint("halve", 1)
        past.hint("halve", 1)

        assert past.history.hints("halve") == 1
