"""`kata mock` as a learner plays it: line by line, on a full screen, and in tmux."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Digits, Footer, Markdown, RichLog

from grader.content.catalog import load_catalog
from grader.model import Verdict
from grader.practice.history import History
from grader.practice.interview import clock, scorecard, session, state
from grader.practice.interview.clock import Moment
from grader.practice.interview.plan import Wishes, make_plan
from grader.sandbox import Sandbox
from grader.screen.mock import MockScreen
from grader.screen.plain_mock import Lines, PlainMock
from tests.support.questions import QUESTIONS
from tests.support.terminal import Terminal
from tests.support.tmux import Tmux
from tests.support.toys import RIGHT, WRONG, copy_toys, layer_halve, record_halve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.practice.interview.session import Interview

COMMAND = [sys.executable, "-c", "from grader.cli import run; run()"]
MORE = """format = 1

[[questions]]
id = "shouting"
kind = "breadth"
difficulty = "easy"
minutes = 4
question = "Why is upper case not the opposite of lower case?"
key_points = ["one letter may become two", "it depends on the language", "casefold is for comparing"]
tags = ["texts"]
"""
ADD = "def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return a - b\n"


class Table:
    """A catalogue with questions, and what `kata` needs to work on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = copy_toys(folder)
        self.home = folder / "home"
        numbers = self.root / "exercises" / "numbers"
        (numbers / "questions.toml").write_text(QUESTIONS, encoding="utf-8")
        (self.root / "exercises" / "words" / "questions.toml").write_text(MORE, encoding="utf-8")
        toml = numbers / "halve" / "exercise.toml"
        follow_up = '\n[[follow_ups]]\nquestion = "And thirds?"\nkey_points = ["divide by three", "round down"]\n'
        toml.write_text(toml.read_text(encoding="utf-8") + follow_up, encoding="utf-8")
        self.environment = {
            **os.environ, "KATA_ROOT": str(self.root), "KATA_HOME": str(self.home), "NO_COLOR": "1", "TERM": "xterm",
            "COLUMNS": "110",
        }  # fmt: skip

    def stub(self, slug: str) -> Path:
        """Return the stub of an exercise."""
        return load_catalog(self.root).exercise(slug).stub_path

    def play(self, *arguments: str) -> Terminal:
        """Run `kata mock` in a terminal."""
        return Terminal([*COMMAND, "mock", *arguments], self.root, self.environment)

    def card(self) -> scorecard.Scorecard:
        """Return the newest scorecard of the history."""
        with History(self.home) as history:
            return scorecard.load(history.scorecards()[-1])


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """A table of its own for each test."""
    return Table(tmp_path)


def test_line_by_line_from_begin_to_scorecard(table: Table) -> None:
    """Stages, examples, a hint, a failing and a passing submission, a follow-up, a question, and the scorecard."""
    arguments = ["--plain", "--exercises", "halve", "--questions", "1", "--minutes", "20", "--seed", "1"]
    with table.play(*arguments) as terminal:
        terminal.expect(r"1 exercise and 1 question in 20 minutes[\s\S]*Your file: .*halve\.py[\s\S]*\[clarify .*\] > ")
        terminal.press("what\n")
        terminal.expect(r"submit +run the hidden tests")
        terminal.press("next\nnext\n")
        terminal.expect(r"\[code .*\] > ")
        terminal.press("run\n")
        terminal.expect(r"NO +halve\(-3\)\s+gave NotImplementedError; expected -2")
        terminal.press("hint\n")
        terminal.expect(r"Hint 1 of 1")
        table.stub("halve").write_text(WRONG, encoding="utf-8")
        terminal.press("submit\n")
        terminal.expect(r"Not solved: core 1 of 2\. First: Half of minus three is rounded down\.")
        table.stub("halve").write_text(RIGHT, encoding="utf-8")
        terminal.press("submit\n")
        terminal.expect(r"Mastered: core 2 of 2[\s\S]*Follow-up 1 of 1: And thirds\?[\s\S]*press Enter")
        assert "divide by three" not in terminal.screen
        terminal.press("\n")
        terminal.expect(r"1\. divide by three[\s\S]*How many of these 2")
        terminal.press("5\n")
        terminal.expect(r"Type a number from 0 to 2")
        terminal.press("2\n")
        terminal.expect(r"Question: W[\s\S]*press Enter")
        terminal.press("\n")
        terminal.expect(r"How many of these 3")
        terminal.press("1\n")
        terminal.expect(r"Mock interview \(screen\): \d+ of 100[\s\S]*follow-ups: 2 of 2[\s\S]*1 of 3 key points")
        assert terminal.end() == 0

    card = table.card()
    assert (card.exercises[0].hints, card.exercises[0].failures, card.exercises[0].runs) == (1, 1, 1)
    assert card.exercises[0].verdict is Verdict.PASSED
    with History(table.home) as history:
        assert [attempt.verdict for attempt in history.attempts("halve")] == [Verdict.PASSED, Verdict.WRONG]


def test_questions_line_by_line(table: Table) -> None:
    """First only the opening; `?` lists topics, asking answers or tells a section, `next` tells what is left."""
    layer_halve(table.root)
    with table.play("--plain", "--exercises", "halve", "--questions", "0", "--minutes", "20") as terminal:
        terminal.expect(r"which halves whole numbers\.[\s\S]*\[clarify .*\] > ")
        assert "## Core" not in terminal.screen
        terminal.press("?\n")
        terminal.expect(r" 1  odd numbers[\s\S]* 4  core[\s\S]* 6  fine print[\s\S]*\] > ")
        terminal.press("? 1\n")
        terminal.expect(r"Round it down\.\s+\[")
        terminal.press("? numbers\n")
        terminal.expect(r"Do you mean odd numbers or negative numbers\?")
        terminal.press("?fine print\n")
        terminal.expect(r"Round down there, too\.")
        terminal.press("quit\n")
        assert terminal.end() == 0
    with table.play("resume", "--plain") as terminal:
        terminal.expect(r"## Fine print[\s\S]*## Asked[\s\S]*Round it down\.[\s\S]*\[clarify")
        assert "## Core" not in terminal.screen
        terminal.press("next\n")
        terminal.expect(r"## Core[\s\S]*\[plan .*\] > ")
        terminal.press("end\n\n0\n")
        terminal.expect(r"\basked: odd numbers\s+not asked: negative numbers, size")
        assert terminal.end() == 0


def test_leaving_and_resuming(table: Table) -> None:
    """`quit` keeps the interview; a second one is refused until the first is resumed, ended or dropped."""
    with table.play("--plain", "--exercises", "halve", "--questions", "0", "--minutes", "20") as terminal:
        terminal.expect(r"\[clarify .*\] > ")
        terminal.press("next\nquit\n")
        terminal.expect("kata mock resume")
        assert terminal.end() == 0
    dashboard = subprocess.run(COMMAND, env=table.environment, capture_output=True, text=True, check=True)
    assert "kata mock resume" in dashboard.stdout
    with table.play("--plain") as terminal:
        terminal.expect("An interview is under way")
        assert terminal.end() == 2
    with table.play("resume", "--plain") as terminal:
        terminal.expect(r"Write .?halve[\s\S]*Your file: .*halve\.py[\s\S]*\[plan .*\] > ")
        terminal.press("end\n\n0\n")
        terminal.expect(r"nothing was submitted[\s\S]*Review next: halve")
        assert terminal.end() == 0
    with table.play("resume", "--plain") as terminal:
        terminal.expect("No interview is under way")
        assert terminal.end() == 2


def test_end_and_drop_without_playing_on(table: Table) -> None:
    """`end` grades what was seen last; `drop` forgets the interview without a scorecard."""
    for command, cards in (("end", 1), ("drop", 1)):
        with table.play("--plain", "--exercises", "halve", "--questions", "0") as terminal:
            terminal.expect(r"\[clarify .*\] > ")
            terminal.press("quit\n")
            terminal.end()
        with table.play(command) as terminal:
            assert terminal.end() == 0
        with History(table.home) as history:
            assert len(history.scorecards()) == cards
            assert history.open_interview() is None


def test_the_scorecard_can_be_written(table: Table, tmp_path: Path) -> None:
    """The last scorecard comes as text, Markdown, JSON or HTML, on the screen or into a file."""
    with table.play("scorecard") as terminal:
        terminal.expect("No interview was held yet")
        assert terminal.end() == 2
    with table.play("--plain", "--exercises", "halve", "--questions", "0") as terminal:
        terminal.expect(r"\[clarify .*\] > ")
        terminal.press("end\n\n1\n")
        assert terminal.end() == 0
    for form in ("text", "markdown", "json", "html"):
        path = tmp_path / f"card.{form}"
        with table.play("scorecard", "--format", form, "--output", str(path)) as terminal:
            assert terminal.end() == 0
        assert "of 100" in path.read_text(encoding="utf-8") or form == "json"
    assert json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))["exercises"][0]["slug"] == "halve"


def test_a_full_screen_needs_a_terminal(table: Table) -> None:
    """In a pipe, `kata mock` asks for --plain, and leaves no interview behind."""
    done = subprocess.run(
        [*COMMAND, "mock"], env=table.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "--plain" in done.stderr
    with History(table.home) as history:
        assert history.open_interview() is None


@pytest.fixture
def played(table: Table) -> Iterator[tuple[Interview, Table]]:
    """An interview of one exercise and one question, ready for a screen."""
    catalog = load_catalog(table.root)
    with History(table.home) as history, Sandbox(secret=[table.root]) as sandbox:
        plan = make_plan(catalog, Wishes(slugs=("halve",), questions=1, minutes=20, seed=1), {})
        interview = session.Interview(state.begin(plan, clock.now()), catalog, history, sandbox)
        interview.enter()
        yield interview, table


def _keys(app: MockScreen) -> set[str]:
    """Return the keys that the footer offers."""
    return {str(key.action) for key in app.query_one(Footer).query("FooterKey") for key in [key] if key.display}  # type: ignore[attr-defined]


def test_the_full_screen_plays_to_the_end(played: tuple[Interview, Table]) -> None:
    """Keys lead through the stages, keys that do nothing are not offered, ticked points are counted."""
    interview, table = played

    async def play() -> Any:
        app = MockScreen(interview)
        async with app.run_test(size=(130, 45)) as pilot:
            assert re.fullmatch(r"1?\d:\d\d|20:00", app.query_one("#clock", Digits).value)
            assert {"submit", "hint", "next"} <= _keys(app)
            assert "reveal" not in _keys(app)
            await pilot.press("n", "n", "h")
            table.stub("halve").write_text(WRONG, encoding="utf-8")
            await pilot.press("r")
            await app.workers.wait_for_complete()
            await pilot.press("s")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert interview.step is not None
            table.stub("halve").write_text(RIGHT, encoding="utf-8")
            await pilot.press("s")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert "submit" not in _keys(app)
            await pilot.press("c")  # nothing is revealed yet
            await pilot.press("v", "1", "2", "2", "c")
            await pilot.press("v", "1", "3", "c")
            await pilot.pause()
        return app.return_value

    card = asyncio.run(play())

    assert isinstance(card, scorecard.Scorecard)
    assert card.exercises[0].verdict is Verdict.PASSED
    assert (card.exercises[0].submissions, card.exercises[0].failures, card.exercises[0].hints) == (2, 1, 1)
    assert (card.exercises[0].named, card.questions[0].named) == (1, 2)
    assert card == table.card()


def test_ending_asks_first(played: tuple[Interview, Table]) -> None:
    """`x` asks; no goes on, yes grades the work as it is and asks the follow-ups before the scorecard."""
    interview, table = played

    async def play() -> Any:
        app = MockScreen(interview)
        async with app.run_test(size=(130, 45)) as pilot:
            await pilot.press("n")
            table.stub("halve").write_text(RIGHT, encoding="utf-8")
            await pilot.press("x", "n")
            assert not interview.over
            await pilot.press("x", "y")
            await app.workers.wait_for_complete()
            await pilot.pause()
            told = " ".join(line.text for line in app.query_one(RichLog).lines)
            assert "Ended. The work is frozen" in told
            assert "Time is up" not in told
            await pilot.press("v", "c")
            await pilot.pause()
        return app.return_value

    card = asyncio.run(play())

    assert card.exercises[0].verdict is Verdict.PASSED
    assert not card.questions[0].reached


def test_a_resumed_screen_shows_the_task(played: tuple[Interview, Table]) -> None:
    """Whatever stage an interview is resumed in, the task is there to read."""
    interview, _ = played
    interview.advance()
    interview.advance()

    async def look() -> str:
        app = MockScreen(interview)
        async with app.run_test(size=(130, 45)) as pilot:
            await pilot.pause()
            return app.query_one(Markdown).source

    assert "Write `halve`" in asyncio.run(look())


def test_questions_on_the_full_screen(played: tuple[Interview, Table]) -> None:
    """`?` opens the topics; a section joins the task, an answer is kept with it, and the next stage tells the rest."""
    _, table = played
    layer_halve(table.root)
    catalog = load_catalog(table.root)

    async def play() -> list[str]:
        app = MockScreen(interview)
        async with app.run_test(size=(80, 24)) as pilot:
            tasks = [app.query_one(Markdown).source]
            for keys in (("question_mark", *"fine", "enter"), ("question_mark", "3", "enter"), ("n",)):
                await pilot.press(*keys)
                await pilot.pause()
                tasks.append(app.query_one(Markdown).source)
            await pilot.press("question_mark", "escape", "q")
        return tasks

    with History(table.home) as history, Sandbox(secret=[table.root]) as sandbox:
        plan = make_plan(catalog, Wishes(slugs=("halve",), questions=0, minutes=20), {})
        interview = session.Interview(state.begin(plan, clock.now()), catalog, history, sandbox)
        interview.enter()
        opening, fine, answered, whole = asyncio.run(play())

    assert "## " not in opening
    assert ("## Fine print" in fine, "## Core" in fine) == (True, False)
    assert "A few digits." in answered
    assert all(part in whole for part in ("## Core", "## Fine print", "A few digits."))
    assert interview.work is not None
    assert interview.work.asked == ("size",)


class Stopwatch:
    """A clock that a test turns, in the place of the machine's."""

    def __init__(self) -> None:
        self.begun = clock.now()
        self.passed = 0.0

    def __call__(self) -> Moment:
        """Return the present."""
        return Moment(self.begun.boot, self.begun.running_s + self.passed, self.begun.wall_s)


def test_time_runs_out_on_the_full_screen(played: tuple[Interview, Table]) -> None:
    """At zero the work is frozen, graded as it was seen, the follow-ups are asked, and the scorecard comes."""
    interview, table = played
    watch = Stopwatch()
    interview._read_clock = watch

    async def play() -> Any:
        app = MockScreen(interview)
        async with app.run_test(size=(130, 45)) as pilot:
            await pilot.press("n", "n")
            table.stub("halve").write_text(RIGHT, encoding="utf-8")
            interview.tick()
            watch.passed = interview.total_s + 1
            table.stub("halve").write_text(WRONG, encoding="utf-8")
            while not interview.over or interview.ungraded():
                await pilot.pause(0.1)
            assert app.query_one("#clock", Digits).value == "0:00"
            assert "submit" not in _keys(app)
            await pilot.press("v", "c")
            await pilot.pause()
        return app.return_value

    card = asyncio.run(play())

    assert card.exercises[0].verdict is Verdict.PASSED
    assert not card.questions[0].reached


def test_time_runs_out_while_the_learner_thinks(
    played: tuple[Interview, Table], capsys: pytest.CaptureFixture[str]
) -> None:
    """Line by line, too, zero comes without a key: the prompt is left, and what remains is asked."""
    interview, _ = played
    watch = Stopwatch()
    interview._read_clock = watch
    typed = iter(["next", None, "", "2"])

    class Silence(Lines):
        def __init__(self) -> None:
            pass

        def get(self, seconds: float) -> str | None:  # noqa: ARG002 - the clock is turned instead
            line = next(typed)
            if line is None:
                watch.passed = interview.total_s
                raise queue.Empty
            return line

    card = PlainMock(interview, Silence(), print).run()

    assert card is not None
    assert card.exercises[0].verdict is Verdict.NOT_STARTED
    assert card.exercises[0].named == 2
    assert "Time is up" in capsys.readouterr().out


def test_leaving_the_full_screen_keeps_the_interview(played: tuple[Interview, Table]) -> None:
    """`q` leaves without a scorecard, and the state is in the history."""
    interview, table = played

    async def play() -> Any:
        app = MockScreen(interview)
        async with app.run_test(size=(130, 45)) as pilot:
            await pilot.press("n", "q")
            await pilot.pause()
        return app.return_value

    assert asyncio.run(play()) is None
    with History(table.home) as history:
        left = state.under_way(history)
    assert left is not None
    assert left.step == 1


@pytest.mark.needs("tmux")
def test_two_exercises_and_two_questions_in_tmux_with_a_resume(table: Table) -> None:
    """In a real terminal: the own editor, a killed terminal, a resume, and a scorecard that agrees with the history."""
    editor = table.folder / "editor.sh"
    editor.write_text(f"#!/bin/sh\ncat > \"$1\" <<'END'\n{RIGHT}END\n", encoding="utf-8")
    editor.chmod(0o755)
    environment = {**table.environment, "EDITOR": str(editor)}
    kata = f"{sys.executable} -c 'from grader.cli import run; run()' mock"
    with Tmux(table.folder, environment) as tmux:
        tmux.type(f"{kata} --exercises halve,add --questions 2 --minutes 90 --seed 1")
        tmux.wait(r"clarify 1/2[\s\S]*Your file:")
        tmux.press("n", "n")
        tmux.wait(r"code 1/2")
        tmux.press("e")
        tmux.wait(r"code 1/2")
        tmux.press("s")
        tmux.wait(r"Mastered: core 2 of 2[\s\S]*")
        tmux.wait(r"follow-ups 1/2")
    with Tmux(table.folder, environment) as tmux:  # the terminal was closed without a word
        tmux.type(f"{kata} resume")
        tmux.wait(r"Follow-up 1 of 1[\s\S]*And thirds\?")
        tmux.press("v")
        tmux.wait(r"divide by three")
        tmux.press("1", "c")
        tmux.wait(r"clarify 2/2")
        table.stub("add").write_text(ADD, encoding="utf-8")
        tmux.press("s")
        tmux.wait(r"question 1/2[\s\S]*Question|Question[\s\S]*question 1/2")
        tmux.press("v")
        tmux.wait(r"Type the numbers")
        tmux.press("1", "2", "c")
        tmux.wait(r"question 2/2")
        tmux.press("v")
        tmux.wait(r"Type the numbers")
        tmux.press("c")
        shown = tmux.wait(r"Mock interview \(screen\): [\s\S]*key point")

    card = table.card()
    assert f"{card.score:.0f} of 100" in shown
    assert [one.verdict for one in card.exercises] == [Verdict.PASSED, Verdict.PASSED]
    assert [one.named for one in card.exercises] == [1, 0]
    assert [one.named for one in card.questions] == [2, 0]
    with History(table.home) as history:
        assert history.open_interview() is None
        for one in card.exercises:
            attempts = history.attempts(one.slug)
            assert len(attempts) == one.submissions
            assert attempts[0].points == one.points
        assert {rated.slug for rated in history.ratings()} == {"halve", "add"}


def test_a_mistake_is_named_by_the_scorecard_and_not_before(table: Table) -> None:
    """What a submission looks like is told when the interview is over: on the screen and in every form of the scorecard."""
    record_halve(table.root)
    arguments = ["--plain", "--exercises", "halve", "--questions", "0", "--minutes", "20", "--seed", "1"]
    with table.play(*arguments) as terminal:
        terminal.expect(r"\[clarify .*\] > ")
        table.stub("halve").write_text(WRONG, encoding="utf-8")
        terminal.press("next\nnext\nsubmit\n")
        terminal.expect(r"Not solved: core 1 of 2\. First: Half of minus three is rounded down\.[\s\S]*> ")
        terminal.press("end\ny\n")
        terminal.expect(r"press Enter")
        assert "looks like" not in terminal.screen
        assert "towards zero" not in terminal.screen
        terminal.press("\n")
        terminal.expect(r"How many of these 2")
        terminal.press("0\n")
        terminal.expect(r"Mock interview \(screen\)[\s\S]*This looks like: rounds towards zero\.")
    assert table.card().exercises[0].looks_like == ("Rounds towards zero.",)
    for form in ("text", "markdown", "html"):
        shown = subprocess.run(
            [*COMMAND, "mock", "scorecard", "--format", form],
            env=table.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "looks like: rounds towards zero" in shown.stdout
