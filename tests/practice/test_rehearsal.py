"""What watch mode and the page do between two submissions, so that the next verdict is there sooner."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING

import pytest

from grader.content.catalog import load_catalog
from grader.intake.submission import submission_from_text
from grader.judge import grade
from grader.practice.history import History
from grader.practice.watch import Watch
from grader.sandbox import Sandbox
from grader.screen.web.desk import Desk
from grader.screen.web.seat import Settings
from tests.support.crowd import await_event
from tests.support.toys import RIGHT, WRONG, copy_toys, edit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue in which the body of one hidden test leaves a folder behind each time it is run."""
    root = copy_toys(tmp_path)
    (tmp_path / "ran").mkdir()
    line = f"    import tempfile; tempfile.mkdtemp(dir={str(tmp_path / 'ran')!r})\n"
    first = '"""Half of minus three is rounded down."""\n'
    edit(root / "exercises/numbers/halve/hidden_tests.py", first, first + line)
    return root


@pytest.fixture
def watch(root: Path, tmp_path: Path) -> Iterator[Watch]:
    """Watch mode that was turned to `halve`."""
    with History(tmp_path / "home") as history, Sandbox() as sandbox:
        watch = Watch(load_catalog(root), history, sandbox)
        watch.open("halve")
        yield watch


def _save(watch: Watch, text: str) -> tuple[str, int]:
    assert watch.exercise is not None
    watch.exercise.stub_path.write_text(text, encoding="utf-8")
    outcome = watch.save("halve", again=True)
    assert outcome is not None
    assert outcome.report is not None
    return str(outcome.report.verdict), outcome.report.seed


def _runs(tmp_path: Path) -> int:
    return len(list((tmp_path / "ran").iterdir()))


def test_a_right_save_is_known_by_our_solution(watch: Watch, tmp_path: Path) -> None:
    """What our solution answered while nobody waited is not worked out again for a save that answers the same."""
    watch.rehearse(lambda: False)
    before = _runs(tmp_path)

    verdict, first = _save(watch, RIGHT)
    assert (verdict, _runs(tmp_path)) == ("passed", before)

    verdict, second = _save(watch, RIGHT + "# without a rehearsal\n")
    assert (verdict, _runs(tmp_path)) == ("passed", before + 1)
    assert first != second


def test_a_wrong_save_is_told_what_it_always_is(watch: Watch) -> None:
    """After a rehearsal a mistake fails the same case with the same words."""
    _save(watch, WRONG)
    assert watch.outcome is not None
    assert watch.outcome.report is not None
    plain = [(case.name, case.verdict, case.message) for case in watch.outcome.report.cases]
    watch.rehearse(lambda: False)
    _save(watch, WRONG)
    assert watch.outcome.report is not None

    assert [(case.name, case.verdict, case.message) for case in watch.outcome.report.cases] == plain


def test_a_rehearsal_makes_way_at_once(watch: Watch, tmp_path: Path) -> None:
    """When something else is to be done the rest of the cases is left, and the next save is graded as ever."""
    watch.rehearse(lambda: True)

    assert _runs(tmp_path) <= 1
    assert _save(watch, WRONG)[0] == "wrong"
    assert _save(watch, RIGHT)[0] == "passed"


def test_where_nothing_can_be_rehearsed_nothing_is_said(watch: Watch, root: Path) -> None:
    """Without our solutions a rehearsal does nothing, and it is the save that tells what is missing."""
    shutil.move(root / "solutions", tempfile.mkdtemp(dir=root))

    watch.rehearse(lambda: False)


def test_the_page_rehearses_as_well(root: Path, tmp_path: Path) -> None:
    """A submission on the page is given the seed that was rehearsed since the one before."""
    tests = root / "exercises/numbers/halve/hidden_tests.py"
    edit(tests, "def test_negative_rounds_down(candidate", "def test_negative_rounds_down(rng, candidate")
    edit(tests, "mkdtemp(", "mkdtemp(prefix=f'{rng.integers(2**62)}-', ")

    def draws() -> list[str]:
        return [folder.name.partition("-")[0] for folder in (tmp_path / "ran").iterdir()]

    exercise, right = load_catalog(root).exercise("halve"), submission_from_text("halve.py", RIGHT)
    desk = Desk(Settings())
    try:
        first = desk.grade(exercise, right)
        await_event(lambda: len(draws()) == 2)
        rehearsed = draws()
        second = desk.grade(exercise, right)
    finally:
        desk.close()

    assert (first.verdict, second.verdict) == ("passed", "passed")
    for folder in (tmp_path / "ran").iterdir():
        folder.rmdir()
    with Sandbox() as sandbox:
        grade(exercise, right, sandbox, seed=second.seed)
    assert set(draws()) < set(rehearsed)
    assert first.seed != second.seed
