"""The grader as a library."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import grader
from grader import Level, Verdict
from grader.errors import GraderFault, UnknownExercise
from tests.support.toys import RIGHT, WRONG, copy_toys, layer_halve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue in which rounding below zero is fine print of `halve`."""
    found = copy_toys(tmp_path)
    layer_halve(found)
    return found


def test_importing_the_package_is_light() -> None:
    """`import grader` loads neither pytest nor numpy, and names what there is."""
    code = "import grader, sys; print(sorted({'numpy', 'pytest', 'msgspec', 'click'} & set(sys.modules)), 'grade' in grader.__all__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[] True\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        grader.nothing  # noqa: B018


def test_one_solution(root: Path) -> None:
    """A report says how far a text or a file came; `core` asks for no more; what is no Python source is invalid."""
    path = root.parent / "mine.py"
    path.write_text(RIGHT, encoding="utf-8")
    core = grader.grade("halve", WRONG, level="core", catalog=root)

    assert grader.grade("halve", path, catalog=root).level is Level.FULL
    assert grader.grade("halve", WRONG, catalog=root).verdict is Verdict.WRONG
    assert (core.level, core.verdict) == (Level.CORE, Verdict.SKIPPED)
    assert grader.grade("halve", RIGHT, level=Level.CORE, catalog=root).level is Level.CORE
    assert grader.grade("halve", "x\0", catalog=root).verdict is Verdict.INVALID
    with pytest.raises(UnknownExercise):
        grader.grade("quarter", RIGHT, catalog=root)


def test_a_stream_is_read_as_it_is_graded(root: Path) -> None:
    """An endless source is asked for a few solutions ahead and no more; each report says which it belongs to."""
    asked = 0

    def endless() -> Iterator[tuple[str, str]]:
        nonlocal asked
        while True:
            asked += 1
            yield "halve", WRONG if asked % 2 else RIGHT

    reports = grader.grade_many(endless(), processes=2, catalog=root)
    found = [next(reports) for _ in range(6)]
    reports.close()

    assert asked <= 6 + 3
    assert len({number for number, _ in found}) == 6
    assert all((report.level is Level.FULL) == (number % 2 == 1) for number, report in found)


def test_rewards(root: Path) -> None:
    """Levels give 0 or 1, points their share; processes stay between calls, messages and fences are understood."""
    said = [RIGHT, f"```python\n{WRONG}```", [{"role": "assistant", "content": "no idea"}]]
    names = ["halve", "mlkata/halve", "halve"]
    with grader.Reward("core", confinement="auto", catalog=root) as reward:
        assert reward(completions=said, task_id=names, prompts=[""] * 3) == [1.0, 1.0, 0.0]
        pool = reward._pool
        assert reward(said[:1], names[:1]) == [1.0]
        assert reward._pool is pool
        assert reward.__name__ == "kata_core"
    with grader.Reward("full", confinement="auto", catalog=root) as reward:
        assert reward(said, names) == [1.0, 0.0, 0.0]
    with grader.Reward(confinement="auto", catalog=root) as reward:
        assert reward(said, names) == [1.0, 0.5, 0.0]
        (root / "solutions/numbers/halve/halve.py").unlink()
        with pytest.raises(GraderFault):
            reward(said[:1], names[:1])
