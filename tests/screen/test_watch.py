"""`kata watch` as a learner sees it, in a real terminal: saves go in, verdicts come out, keys do what they say."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.content.catalog import load_catalog
from grader.model import Level
from grader.practice.history import History
from grader.practice.saves import Saves, needs_polling
from grader.practice.standing import Standing
from grader.render.paint import Paint
from grader.screen import keyboard
from grader.screen.picker import Picker
from tests.support.terminal import Terminal
from tests.support.toys import copy_toys, layer_halve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RIGHT = "def halve(n):\n    return n // 2\n"
WRONG = "def halve(n):\n    return int(n / 2)\n"
HANGS = "def halve(n):\n    while True:\n        pass\n"
COMMAND = [sys.executable, "-c", "from grader.cli import run; run()", "watch"]


class Watching:
    """`kata watch` at work on a copy of the toy catalogue."""

    def __init__(self, folder: Path, *arguments: str, prepare: Callable[[Path], None] | None = None) -> None:
        self.root = copy_toys(folder)
        if prepare is not None:
            prepare(self.root)
        self.home = folder / "home"
        self.stub = self.root / "exercises" / "numbers" / "halve" / "halve.py"
        variables = {"KATA_ROOT": str(self.root), "KATA_HOME": str(self.home), "NO_COLOR": "1", "TERM": "xterm"}
        self.environment = {**os.environ, **variables}
        self.terminal = Terminal([*COMMAND, *arguments], self.root, self.environment)
        self.expect, self.press = self.terminal.expect, self.terminal.press

    def save(self, text: str) -> None:
        """Write the stub in place, as a simple editor does."""
        self.stub.write_text(text, encoding="utf-8")

    def attempts(self) -> int:
        """Return how many attempts are recorded."""
        with History(self.home) as history:
            return len(history.attempts("halve"))


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    """Watch mode that waits for the first save."""
    found = Watching(tmp_path, "halve")
    with found.terminal:
        found.expect(r"not started +halve[\s\S]*q quit")
        yield found


def test_every_save_is_graded(watching: Watching) -> None:
    """A wrong save shows the failing case, a right one the pass and the time since the start; both are recorded."""
    watching.save(WRONG)
    watching.expect(r"☆ not solved +halve +1 of 2 cases[\s\S]*Half of minus three is rounded down\.[\s\S]*q quit")
    watching.save(RIGHT)
    watching.expect(
        r"mastered +halve +2 of 2 cases[\s\S]*since the start of 10 min[\s\S]*━+╌+ 1 of 3 solved, 1 mastered[\s\S]*q quit"
    )

    assert watching.attempts() == 3


def test_a_solution_is_told_and_what_it_lacks_is_offered(tmp_path: Path) -> None:
    """Core alone is solved with its stars and what is missing; hints go on, and mastering says so."""
    layered = Watching(tmp_path, "halve", prepare=layer_halve)
    with layered.terminal:
        layered.expect(r"not started +halve[\s\S]*q quit")
        layered.save(WRONG)
        found = layered.expect(
            r"★☆ solved; fine print 0 of 1[\s\S]*since the start[\s\S]*1 of 3 solved, 0 mastered\n[\s\S]*?quit"
        )
        assert "h hint" in found.group()
        layered.save(RIGHT)
        layered.expect(r"since the start[\s\S]*1 of 3 solved, 1 mastered[\s\S]*q quit")
        layered.save(WRONG)
        layered.expect(r"★☆ solved[\s\S]*d diff[\s\S]*q quit")
        layered.press("d")
        layered.expect(r"last attempt that mastered it[\s\S]*- +return n // 2")


def test_the_same_content_is_not_graded_again(watching: Watching) -> None:
    """Touching the file or saving it unchanged costs nothing; `r` grades it again all the same."""
    watching.save(RIGHT)
    watching.expect(r"2 of 2 cases[\s\S]*q quit")
    watching.save(RIGHT)
    watching.save(RIGHT)
    watching.press("r")
    watching.expect(r"2 of 2 cases(?![\s\S]*since the start)[\s\S]*q quit")  # a new verdict, no new beginning

    assert watching.attempts() == 3


def test_mishaps_of_editing_are_survived(watching: Watching) -> None:
    """A syntax error, a vanished file and an editor that replaces the file are told, and the next save is graded."""
    watching.save("def halve(n:\n")
    watching.expect(r"not solved[\s\S]*not Python[\s\S]*q quit")
    watching.stub.unlink()
    watching.expect(r"cannot be read[\s\S]*does not exist[\s\S]*q quit")
    beside = watching.stub.with_name(".halve.py.swp")
    beside.write_text(RIGHT, encoding="utf-8")
    beside.replace(watching.stub)
    watching.expect(r"mastered +halve +2 of 2 cases[\s\S]*q quit")


def test_a_newer_save_ends_a_grade_that_hangs(watching: Watching) -> None:
    """While a submission hangs, the next save is graded at once; the one that hung is not recorded."""
    begun = time.monotonic()
    watching.save(HANGS)
    deadline = watching.root / "exercises/numbers/halve/exercise.toml"
    assert "call_s" not in deadline.read_text(encoding="utf-8")  # so each of two cases would take 2 s
    time.sleep(0.5)  # the hang is what is tested; it has no event to wait for
    watching.save(RIGHT)
    watching.expect(r"mastered +halve +2 of 2 cases[\s\S]*q quit")

    assert time.monotonic() - begun < 3.5
    assert watching.attempts() == 2


def test_a_submission_that_hangs_is_told(watching: Watching) -> None:
    """Left alone, a hanging submission gets its verdict, and the next save is graded."""
    watching.save(HANGS)
    watching.expect(r"not solved[\s\S]*timed out[\s\S]*q quit")
    watching.save(RIGHT)
    watching.expect(r"mastered +halve +2 of 2 cases[\s\S]*q quit")


def test_keys_appear_when_they_apply(watching: Watching) -> None:
    """The solution comes with a pass, the diff with a failure after it, hints go when all were shown."""
    assert "solution" not in watching.expect(r"\d of 3 solved[\s\S]*?quit").group()
    watching.press("s")  # does nothing yet
    watching.press("h")
    watching.expect(r"Hint 1 of 1: Division rounds down[\s\S]*q quit")
    assert "hint" not in watching.expect(r"\d of 3 solved[\s\S]*?quit").group()
    watching.save(RIGHT)
    assert "s solution" in watching.expect(r"2 of 2 cases[\s\S]*(1 of 3 [\s\S]*?quit)").group(1)
    watching.press("s")
    watching.expect(r"def halve\(n: int\) -> int:[\s\S]*q quit")
    watching.save(WRONG)
    assert "d diff" in watching.expect(r"not solved[\s\S]*(1 of 3 [\s\S]*?quit)").group(1)
    watching.press("d")
    watching.expect(r"- +return n // 2\s+\+ +return int\(n / 2\)[\s\S]*q quit")


def test_reset_asks_and_loses_nothing(watching: Watching) -> None:
    """`x` overwrites the attempt only after a yes, and what it held can be restored."""
    watching.save(WRONG)
    watching.expect(r"not solved[\s\S]*q quit")
    watching.press("x")
    watching.expect(r"Overwrite your attempt at halve\?")
    watching.press("n")
    watching.expect(r"not solved[\s\S]*q quit")
    assert watching.stub.read_text(encoding="utf-8") == WRONG
    watching.press("x")
    watching.expect(r"Overwrite your attempt at halve\?")
    watching.press("y")
    watching.expect(r"not started[\s\S]*q quit")
    assert "NotImplementedError" in watching.stub.read_text(encoding="utf-8")
    with History(watching.home) as history:
        assert history.saved("halve") == WRONG.encode()


def test_the_list_leads_to_another_exercise(watching: Watching) -> None:
    """`l` opens a list that typing filters; Enter turns to the exercise, and its saves are graded from then on."""
    watching.press("l")
    watching.expect(r"find:[\s\S]*add[\s\S]*halve[\s\S]*shout")
    watching.press("words")
    watching.expect(r"find: words[\s\S]*shout")
    assert "halve" not in watching.terminal.screen
    watching.press("\r")
    watching.expect(r"not started +shout[\s\S]*q quit")
    watching.press("l")
    watching.expect(r"find:")
    watching.press("\x1b")
    watching.expect(r"not started +shout[\s\S]*q quit")


def test_next_goes_on_to_what_is_not_solved(watching: Watching) -> None:
    """`n` turns to another unsolved exercise."""
    watching.press("n")
    watching.expect(r"not started +(add|shout)[\s\S]*q quit")


def test_a_save_of_another_stub_turns_to_it(watching: Watching) -> None:
    """Whatever stub is saved is the one that is graded."""
    other = watching.root / "exercises" / "words" / "shout" / "shout.py"
    other.write_text(other.read_text(encoding="utf-8") + "\n# begun\n", encoding="utf-8")
    watching.expect(r"not started +shout[\s\S]*q quit")


def test_quitting_leaves_the_terminal_as_it_was(watching: Watching) -> None:
    """`q` ends with 0, the last line says how much is solved, and the terminal echoes again."""
    watching.press("q")

    assert watching.terminal.end() == 0
    assert "0 of 3 exercises solved, 0 mastered." in watching.terminal.screen
    assert watching.terminal.settings == watching.terminal.before


def test_ctrl_c_quits_even_while_a_submission_hangs(watching: Watching) -> None:
    """Ctrl-C ends with 130, and no process of the submission stays."""
    watching.save(HANGS)
    time.sleep(0.5)  # the hang is what is tested; it has no event to wait for
    watching.press("\x03")

    assert watching.terminal.end() == 130
    assert watching.terminal.settings == watching.terminal.before


def test_polling_works_and_says_so(tmp_path: Path) -> None:
    """Where there are no events, saves are found by looking, and the screen says that."""
    watching = Watching(tmp_path, "halve", "--poll")
    with watching.terminal:
        watching.expect(r"raises no events[\s\S]*q quit")
        watching.save(RIGHT)
        watching.expect(r"mastered +halve +2 of 2 cases[\s\S]*q quit")


def test_without_a_terminal_it_prints_verdicts(tmp_path: Path) -> None:
    """In a pipe there are no keys and no clearing: each save prints its verdict until the process is stopped."""
    watching = Watching(tmp_path)
    with watching.terminal:
        watching.expect("q quit")
    with subprocess.Popen(
        [*COMMAND, "halve"], cwd=watching.root, env=watching.environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        assert next(line for line in lines if "halve" in line and "cases" in line).startswith("not started")
        watching.save(RIGHT)
        assert next(line for line in lines if "cases" in line).startswith("★ mastered  halve  2 of 2 cases")
        process.send_signal(signal.SIGINT)
        rest = "".join(lines)
    assert process.returncode == 130
    assert "\x1b[2J" not in rest


def test_network_drives_are_polled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder on a network file system is polled, one on a disk is not, and the innermost mount decides."""
    mounts = f"disk / ext4 rw 0 0\nserver:/x {tmp_path}/net nfs4 rw 0 0\nc {tmp_path}/net/local ext4 rw 0 0\n"
    read = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda self, **k: mounts if str(self) == "/proc/self/mounts" else read(self, **k)
    )

    assert needs_polling(tmp_path / "net" / "exercises")
    assert not needs_polling(tmp_path / "net" / "local" / "exercises")
    assert not needs_polling(tmp_path / "network")


def test_no_save_is_missed_once_watching_began(tmp_path: Path) -> None:
    """A file written right after the start is told of, and other files are not."""
    import queue

    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    path = tmp_path / "a.py"
    with Saves(tmp_path, {path: "a"}, told.put):
        (tmp_path / "b.py").write_text("x", encoding="utf-8")
        path.write_text("x", encoding="utf-8")
        assert told.get(timeout=10) == "a"


def test_the_list_filters_by_words_and_moves(tmp_path: Path) -> None:
    """Every typed word has to occur; arrows move within what is found; Enter without a find does nothing."""
    catalog = load_catalog(copy_toys(tmp_path))
    picker = Picker(
        [(exercise, Standing(Level.CORE) if exercise.slug == "add" else None) for exercise in catalog.exercises]
    )
    slugs = [exercise.slug for exercise, _ in picker.found()]

    assert picker.press(keyboard.DOWN) is None
    assert picker.press(keyboard.ENTER) == slugs[1]
    for character in "solved numbers":
        picker.press(character)
    assert [exercise.slug for exercise, _ in picker.found()] == ["add"]
    picker.press("!")
    assert picker.press(keyboard.ENTER) is None
    assert "nothing fits" in "\n".join(picker.lines(Paint(width=80), 10))
    picker.press(keyboard.BACKSPACE)
    assert picker.press(keyboard.ENTER) == "add"
    assert picker.press(keyboard.ESCAPE) == ""
