"""Exercises of a pack, named by `KATA_PATH`, are watched, kept secret, checked and written where the pack lies."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import grader
from tests.support.shell import Shell
from tests.support.toys import copy_toys

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RIGHT: Final = "def shout(text):\n    return text.upper() + '!'\n"
COMMAND: Final = [sys.executable, "-c", "from grader.cli import run; run()"]


@dataclass(frozen=True, slots=True)
class Beside:
    """A checkout, and a pack beside it that holds the track `words`."""

    kata: Shell
    pack: Path

    @property
    def variables(self) -> dict[str, str]:
        """What names the pack."""
        return {"KATA_PATH": str(self.pack)}

    @property
    def stub(self) -> Path:
        """A stub of the pack."""
        return self.pack / "exercises/words/shout/shout.py"


def make_beside(folder: Path, place: str = "private") -> Beside:
    """Move a track of the toys into a pack."""
    kata = Shell(copy_toys(folder), folder / "home")
    pack = folder / place
    for kind in ("exercises", "solutions"):
        shutil.move(kata.root / kind / "words", pack / kind / "words")
    return Beside(kata, pack)


def test_a_save_of_a_pack_is_graded_by_watch_mode(tmp_path: Path) -> None:
    """Watch mode waits for saves in every folder that holds exercises."""
    beside = make_beside(tmp_path)
    variables = {"KATA_ROOT": str(beside.kata.root), "KATA_HOME": str(tmp_path / "home"), "NO_COLOR": "1"}
    with subprocess.Popen(
        [*COMMAND, "watch", "shout"], cwd=beside.kata.root, env={**os.environ, **variables, **beside.variables},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert next(line for line in lines if "of 1 case" in line).startswith("not started")
        beside.stub.write_text(RIGHT, encoding="utf-8")
        told = next(line for line in lines if "of 1 case" in line)
        process.send_signal(signal.SIGINT)
        "".join(lines)

    assert told.startswith("★ mastered  shout  1 of 1 case")


def test_the_library_finds_a_pack_and_keeps_it_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A solution to an exercise of a pack is graded, and a pack that a worker could read takes `confined` away."""
    beside = make_beside(tmp_path, "site-packages/private")
    monkeypatch.setenv("KATA_PATH", str(beside.pack))
    monkeypatch.syspath_prepend(str(tmp_path / "site-packages"))  # where workers may read
    report = grader.grade("shout", RIGHT, confinement="auto", catalog=beside.kata.root)

    assert report.verdict == "passed"
    assert report.confinement.level != "confined"
    assert any(line.startswith(f"{beside.pack} is readable") for line in report.confinement.missing)


def test_authors_work_in_a_pack(tmp_path: Path) -> None:
    """A folder of a pack names its exercise, a finding names the file below the pack, a new exercise goes to its track's place."""
    beside = make_beside(tmp_path)
    beside.stub.write_text(RIGHT, encoding="utf-8")
    here = subprocess.run(
        [*COMMAND, "grade"], cwd=beside.stub.parent, capture_output=True, text=True, check=False,
        env={**os.environ, "KATA_ROOT": str(beside.kata.root), "KATA_HOME": str(tmp_path / "home"), **beside.variables},
    )  # fmt: skip
    checked = beside.kata("check", "shout", "--mutants", "declared", **beside.variables)
    made = beside.kata("new", "words/whisper", **beside.variables)
    listed = beside.kata("index", **beside.variables)

    assert "mastered  shout" in here.stdout, here.stderr
    assert "\n  tests/exercises/oracles/test_shout.py\n" in checked.out
    assert str(beside.pack) not in checked.out
    assert made.code == 0, made.err
    assert (beside.pack / "exercises/words/whisper/whisper.py").is_file()
    assert not (beside.kata.root / "exercises/words").exists()
    assert "halve" in listed.out
    assert "shout" not in listed.out  # what is private does not stand in a public document
