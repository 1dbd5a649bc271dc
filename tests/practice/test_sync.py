"""What several machines recorded, brought together."""

from __future__ import annotations

import itertools
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from grader.content.catalog import load_catalog
from grader.errors import UsageError
from grader.model import Verdict
from grader.practice.attempt import Rating
from grader.practice.history import History, read_progress
from grader.practice.recorded import dump, load
from grader.practice.sync import sync
from tests.support.past import DAY, open_past
from tests.support.shell import Shell
from tests.support.toys import RIGHT, TOYS, WRONG, copy_toys
from tests.support.upstream import git

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Exercise

MACHINES = ("desk", "train", "sofa")


@pytest.fixture
def halve() -> Exercise:
    """A toy exercise."""
    return load_catalog(TOYS).exercise("halve")


@pytest.fixture
def machines(tmp_path: Path, halve: Exercise) -> list[Path]:
    """Three data folders; each holds a day of its own between those of the others."""
    for place, name in enumerate(MACHINES):
        with open_past(tmp_path / name) as past:
            for day in (place, place + 3):
                past.now += DAY * (min(3, day))
                past.start("halve")
                past.hint("halve", place + 1)
                past.grade(halve, source=f"{name} {day}", fine=Verdict.PASSED if day else Verdict.WRONG)
                past.history.save("halve", f"{name} {day}".encode())
            past.history.save_interview(name, "{}", json.dumps({"score": place}))
    return [tmp_path / name for name in MACHINES]


def text_of(folder: Path) -> str:
    """Return everything that a data folder holds."""
    with History(folder) as history:
        return dump(history.recorded())


def test_any_order_and_any_number_give_one_past(machines: list[Path], tmp_path: Path) -> None:
    """Six orders of taking over, each file twice, end with the same six attempts in the order of time."""
    texts = [text_of(folder) for folder in machines]
    ends = set()
    for number, order in enumerate(itertools.permutations(texts)):
        with History(tmp_path / str(number)) as history:
            added = [history.unite(load(text, "x")) for text in (*order, *order)]
            whole = history.recorded()
            ends.add(dump(whole))

            assert added == [2, 2, 2, 0, 0, 0]
            assert [attempt.source for attempt in whole.attempts][:3] == ["desk 0", "train 1", "sofa 2"]
            assert len(whole.interviews) == 3
            assert len(whole.ratings) >= 3
            assert read_progress(tmp_path / str(number))["halve"].mastered

    assert len(ends) == 1


def test_a_shared_folder_brings_machines_together(machines: list[Path], tmp_path: Path) -> None:
    """After each machine synchronised twice all know the same; each file has one writer, and nothing is written in vain."""
    shared = tmp_path / "shared"
    shared.mkdir()
    for folder in (*machines, *machines):
        with History(folder) as history:
            done = sync(shared, history)
            assert done.troubles == ()
    before = {path: path.stat().st_mtime_ns for path in shared.iterdir()}
    with History(machines[0]) as history:
        again = sync(shared, history)

    assert len({text_of(folder) for folder in machines}) == 1
    assert (again.attempts, again.machines) == (0, 2)
    assert {path: path.stat().st_mtime_ns for path in shared.iterdir()} == before


def test_a_file_that_is_half_there_stops_nothing(machines: list[Path], tmp_path: Path) -> None:
    """What another machine is still writing is passed over with a sentence, and the rest is taken."""
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "kata-half.json").write_text(text_of(machines[1])[:-200], encoding="utf-8")
    (shared / "kata-whole.json").write_text(text_of(machines[2]), encoding="utf-8")
    with History(machines[0]) as history:
        done = sync(shared, history)

    assert done.attempts == 2
    assert len(done.troubles) == 1
    assert "kata-half.json is no whole export of kata" in done.troubles[0]


def test_a_repository_carries_histories(machines: list[Path], tmp_path: Path) -> None:
    """In clones of one repository, each machine pulls, adds its own file and pushes; no clone ever conflicts."""
    bare = tmp_path / "bare.git"
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(bare)], check=True)
    clones = []
    for folder in machines[:2]:
        clone = tmp_path / f"clone-{folder.name}"
        subprocess.run(["git", "clone", "--quiet", str(bare), str(clone)], check=True, capture_output=True)
        git(clone, "config", "user.name", "Learner")
        git(clone, "config", "user.email", "l@example.org")
        clones.append(clone)
    git(clones[0], "commit", "--quiet", "--allow-empty", "-m", "Begin")
    git(clones[0], "push", "--quiet", "origin", "HEAD:main")
    git(clones[1], "pull", "--quiet", "origin", "main")
    for folder, clone in [*zip(machines, clones, strict=False)] * 2:
        with History(folder) as history:
            assert sync(clone, history).troubles == ()

    assert text_of(machines[0]) == text_of(machines[1])
    assert git(clones[0], "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": 1}', '{"format": 1, "attempts": [{}], "ratings": []}', '{"format": 9}']
)
def test_what_is_no_export_is_refused(text: str) -> None:
    """The sentence names the file, and nothing is taken from it."""
    with pytest.raises(UsageError, match=r"all\.json"):
        load(text, "all.json")


def test_the_better_rating_stays(tmp_path: Path) -> None:
    """A rating that one machine saw lifted is lifted on the other, and never falls back."""
    with open_past(tmp_path / "one") as past:
        past.rate("halve", Rating.HARD)
        low = past.history.recorded()
    with open_past(tmp_path / "two") as past:
        past.rate("halve", Rating.GOOD)
        past.history.unite(low)
        high = past.history.recorded()
    with History(tmp_path / "one") as history:
        history.unite(high)
        history.unite(low)

        assert [rated.rating for rated in history.ratings()] == [Rating.GOOD]


def test_import_and_sync_as_commands(tmp_path: Path) -> None:
    """`kata history --import` and `kata sync` say what is new, and refuse what is not there."""
    root = copy_toys(tmp_path)
    one, two = Shell(root, tmp_path / "one"), Shell(root, tmp_path / "two")
    one.stub.write_text(RIGHT, encoding="utf-8")
    one("grade", "halve")
    one.stub.write_text(WRONG, encoding="utf-8")
    two("grade", "halve")
    path, shared = tmp_path / "all.json", tmp_path / "shared"
    shared.mkdir()
    one("history", "--export", str(path))

    assert "1 of 1 attempts in" in two("history", "--import", str(path)).out
    assert "0 of 1 attempts in" in two("history", "--import", str(path)).out
    assert "mastered" in two("list").out
    assert two("sync", str(shared)).out == f"0 attempts are new here; 0 other machines in {shared}.\n"
    assert one("sync", str(shared)).out == f"1 attempts are new here; 1 other machine in {shared}.\n"
    assert one("sync", str(tmp_path / "nowhere")).code == 2
    assert one("history", "--import", str(tmp_path / "nowhere")).code == 2
