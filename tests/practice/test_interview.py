"""Mock interviews without a screen: what is asked, the clock, what is kept, what it was worth."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from grader.content.catalog import Catalog, load_catalog
from grader.errors import UsageError
from grader.model import Layer, LayerCount, Level, Verdict
from grader.practice.attempt import Rating
from grader.practice.history import History
from grader.practice.interview import clock, scorecard, state
from grader.practice.interview.clock import Moment
from grader.practice.interview.plan import Plan, Stage, Step, Style, Wishes, make_plan
from grader.practice.interview.session import Interview
from grader.practice.interview.state import Answer, State, Submitted, Work
from grader.render import interviewing
from grader.render import scorecard as render
from grader.sandbox import Sandbox
from tests.support.questions import QUESTIONS
from tests.support.toys import RIGHT, WRONG, copy_toys, layer_halve

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@dataclass
class Desk:
    """A catalogue with questions, a history, a sandbox, and a clock that tests turn."""

    catalog: Catalog
    history: History
    sandbox: Sandbox
    seconds: float = 0.0
    wall: float = 1_000_000.0
    boot: str = "one"
    interviews: list[Interview] = field(default_factory=list)

    def now(self) -> Moment:
        """Return the present."""
        return Moment(self.boot, self.seconds, self.wall)

    @property
    def stub(self) -> Path:
        """The stub that is worked on."""
        return self.catalog.exercise("halve").stub_path

    def begin(self, **wishes: object) -> Interview:
        """Begin an interview about halving with one question."""
        plan = make_plan(self.catalog, Wishes(**{"slugs": ("halve",), "questions": 1, **wishes}), {})  # type: ignore[arg-type]
        interview = Interview(state.begin(plan, self.now()), self.catalog, self.history, self.sandbox, self.now)
        interview.enter()
        return interview

    def resume(self) -> Interview:
        """Go on with what the history holds."""
        found = state.under_way(self.history)
        assert found is not None
        return Interview(found, self.catalog, self.history, self.sandbox, self.now)

    def save(self, text: str) -> None:
        """Write the stub."""
        self.stub.write_text(text, encoding="utf-8")


def _submit(interview: Interview) -> Verdict:
    submission = interview.read()
    report = interview.judge(submission)
    interview.accept(submission, report)
    return report.verdict


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own for each test."""
    root = copy_toys(tmp_path)
    (root / "exercises" / "numbers" / "questions.toml").write_text(QUESTIONS, encoding="utf-8")
    toml = root / "exercises" / "numbers" / "halve" / "exercise.toml"
    follow_up = '\n[[follow_ups]]\nquestion = "And thirds?"\nkey_points = ["divide by three", "round down"]\n'
    toml.write_text(toml.read_text(encoding="utf-8") + follow_up, encoding="utf-8")
    with History(tmp_path / "home") as history, Sandbox(secret=[root]) as sandbox:
        yield Desk(load_catalog(root), history, sandbox)


def test_sleep_and_a_changed_system_time_give_no_time_away() -> None:
    """Within one start of the machine only the clock that nobody can set counts; after a restart the system time does."""
    start = Moment("a", 100.0, 5000.0)

    assert clock.between(start, Moment("a", 400.0, 1.0)) == 300.0
    assert clock.between(start, Moment("a", 400.0, 9e9)) == 300.0
    assert clock.between(start, Moment("b", 5.0, 5600.0)) == 600.0
    assert clock.between(start, Moment("b", 5.0, 1.0)) == 0.0
    unknown = Moment("", 100.0, 5000.0)
    assert clock.between(unknown, Moment("", 160.0, 5400.0)) == 400.0  # slept, as the system time shows
    assert clock.between(unknown, Moment("", 160.0, 1.0)) == 60.0  # set back, as the running clock shows


def test_the_real_clock_goes_forward() -> None:
    """Two readings are in order and belong to the same start of the machine."""
    first, second = clock.now(), clock.now()

    assert first.boot == second.boot
    assert 0 <= clock.between(first, second) < 60


def test_a_fresh_stub_is_laid_out_and_nothing_is_lost(desk: Desk) -> None:
    """An interview begins with a pristine stub; what was in it can be restored."""
    desk.save(RIGHT)
    desk.begin()

    assert "NotImplementedError" in desk.stub.read_text(encoding="utf-8")
    assert desk.history.saved("halve") == RIGHT.encode()
    assert desk.history.started_at("halve") is not None


def test_a_pass_leads_to_the_follow_ups(desk: Desk) -> None:
    """A failing submission stays in its stage and costs points; a pass goes on to the follow-ups."""
    interview = desk.begin()
    interview.advance()
    interview.advance()
    desk.save(WRONG)
    assert _submit(interview) is Verdict.WRONG
    assert interview.step == interview.state.plan.steps[2]
    desk.save(RIGHT)
    assert _submit(interview) is Verdict.PASSED
    assert interview.step == interview.state.plan.steps[4]
    assert [follow_up.question for _, _, follow_up in interview.follow_ups()] == ["And thirds?"]
    assert [attempt.verdict for attempt in desk.history.attempts("halve")] == [Verdict.PASSED, Verdict.WRONG]


def test_time_belongs_to_the_stage_it_was_spent_in(desk: Desk) -> None:
    """Each stage counts its own seconds, and together they are what was used."""
    interview = desk.begin()
    for seconds in (30, 60, 90):
        desk.seconds += seconds
        interview.advance()

    assert interview.state.spent_s[:3] == (30.0, 60.0, 90.0)
    assert interview.remaining_s == interview.total_s - 180


def test_at_zero_the_work_is_frozen_and_graded_as_it_is(desk: Desk) -> None:
    """What is saved after zero does not count; what was seen before does, submitted or not."""
    interview = desk.begin()
    interview.advance()
    interview.advance()
    desk.save(WRONG)
    desk.seconds += 60
    interview.tick()
    desk.seconds += interview.total_s
    desk.save(RIGHT)
    interview.tick()

    assert interview.over
    with pytest.raises(UsageError, match="Time is up"):
        interview.read()
    card = interview.finish()
    assert card.exercises[0].verdict is Verdict.WRONG
    assert card.exercises[0].submissions == 1
    assert card.used_s == interview.total_s
    assert [attempt.source for attempt in desk.history.attempts("halve")] == [WRONG]


def test_closing_and_resuming_does_not_stop_the_clock(desk: Desk) -> None:
    """An interview goes on where it was left, less the time that passed, whatever the system time says."""
    interview = desk.begin()
    interview.advance()
    desk.seconds += 100
    interview.advance()
    desk.seconds += 200
    desk.wall -= 500_000
    resumed = desk.resume()
    resumed.tick()

    assert resumed.step == interview.step
    assert resumed.remaining_s == interview.total_s - 300
    assert resumed.state.spent_s[2] == 200.0


def test_a_resume_after_zero_takes_what_was_seen_last(desk: Desk) -> None:
    """Nobody gains time by closing the terminal: what was saved while it was closed counts only if it was seen."""
    interview = desk.begin()
    desk.save(WRONG)
    interview.tick()
    desk.seconds += interview.total_s + 1
    desk.save(RIGHT)
    resumed = desk.resume()
    resumed.tick()

    assert resumed.over
    assert [submission.source for submission in resumed.ungraded()] == [WRONG]


def test_time_never_runs_backwards(desk: Desk) -> None:
    """A restart with a system time that was set back gives no time back."""
    interview = desk.begin()
    desk.seconds += 120
    interview.tick()
    desk.boot, desk.seconds, desk.wall = "two", 1.0, 0.0
    resumed = desk.resume()
    resumed.tick()

    assert resumed.remaining_s == interview.total_s - 120


def test_an_interview_survives_at_every_step(desk: Desk) -> None:
    """What the history holds after each step is what the interview was, and a resume plays it to its end."""
    interview = desk.begin()
    while interview.step is not None:
        resumed = desk.resume()
        assert resumed.state == interview.state
        interview = resumed
        if interview.question is not None:
            interview.answer_question(2)
        else:
            interview.advance()
    card = interview.finish()

    assert card.questions[0].named == 2
    assert state.under_way(desk.history) is None
    assert scorecard.load(desk.history.scorecards()[-1]) == card


def test_what_was_not_solved_comes_back_for_review(desk: Desk) -> None:
    """An exercise that was reached and not solved is rated `again`, a solved one by its table."""
    interview = desk.begin()
    desk.seconds += 10
    interview.tick()
    card = interview.finish()

    assert card.review == ("halve",)
    assert [rated.rating for rated in desk.history.ratings()] == [Rating.AGAIN]


def test_hints_are_counted_and_end(desk: Desk) -> None:
    """Each hint is shown once and counted; after the last there is a message."""
    interview = desk.begin()
    assert interview.hint().startswith("Hint 1 of 1")
    with pytest.raises(UsageError, match="All 1 hints were shown"):
        interview.hint()
    assert interview.work is not None
    assert interview.work.hints == 1


def test_an_unreadable_state_is_told(desk: Desk) -> None:
    """A state of another version is not resumed, and the message says what to do."""
    desk.history.save_interview("old", '{"something": "else"}')

    with pytest.raises(UsageError, match="kata mock drop"):
        state.under_way(desk.history)


def _scored(works: Work, spent: tuple[float, ...], answers: dict[str, Answer], desk: Desk) -> scorecard.Scorecard:
    steps = (
        Step(Stage.CODE, "halve", 100.0),
        Step(Stage.FOLLOW_UPS, "halve", 20.0),
        Step(Stage.QUESTION, "rounding", 40.0),
    )
    ended = State("x", Plan(Style.SCREEN, 3, 1, steps), Moment("a", 0.0, 7.0), 3, spent, 150.0, (works,), answers)
    exercises = {"halve": desk.catalog.exercise("halve")}
    return scorecard.score(ended, exercises, {question.id: question for question in desk.catalog.questions})


def _tried(core: int, rest: int) -> Submitted:
    """Return a submission that passed so many of 4 core cases and of 5 others."""
    level = Level.NONE if core < 4 else Level.CORE if rest < 5 else Level.FULL
    verdict = Verdict.PASSED if level is Level.FULL else Verdict.WRONG
    layers = tuple(
        LayerCount(layer, passed, total)
        for layer, passed, total in zip(Layer, (core, min(rest, 3), max(rest - 3, 0)), (4, 3, 2), strict=True)
    )
    return Submitted(1.0, f"{core}{rest}", verdict, core + rest, 9.0, 1.5, level, layers)


@pytest.mark.parametrize(
    ("tried", "hints", "spent", "named", "score"),
    [
        ([(4, 5)], 0, 80, 2, 100.0),
        ([(4, 5)], 0, 150, 2, 92.5),
        ([(4, 5)], 0, 900, 2, 85.0),
        ([(4, 5)], 0, 80, 1, 92.5),
        ([(4, 5)], 2, 80, 2, 90.0),
        ([(4, 0)], 0, 80, 2, 80.0),
        ([(4, 3)], 0, 80, 2, 92.0),
        ([(4, 3)], 0, 900, 0, 62.0),
        ([(4, 1), (4, 3), (4, 2)], 0, 80, 2, 92.0),
        ([(1, 0), (4, 5)], 0, 80, 2, 98.0),
        ([(3, 5)], 0, 80, 2, 31.8),
        ([(1, 0), (2, 0)], 0, 80, 0, 8.5),
        ([], 3, 80, 0, 0.0),
    ],
)
def test_the_rules_of_the_score(
    tried: list[tuple[int, int]], hints: int, spent: float, named: int, score: float, desk: Desk
) -> None:
    """Level, layers, time, follow-ups, hints and failures weigh as the rules say."""
    work = Work("halve", tuple(_tried(*one) for one in tried), hints=hints, answers=(Answer(named, 2),))

    assert _scored(work, (spent, 0.0, 0.0), {}, desk).exercises[0].score == score


def test_the_whole_is_weighted_by_the_clock(desk: Desk) -> None:
    """An exercise of 120 seconds and a question of 40 count three to one."""
    work = Work("halve", (_tried(4, 5),), answers=(Answer(2, 2),))
    card = _scored(work, (50.0, 5.0, 5.0), {"rounding": Answer(1, 3)}, desk)

    assert card.exercises[0].score == 100.0
    assert card.questions[0].score == 33.3
    assert card.score == pytest.approx((3 * 100 + 33.3) / 4, abs=0.1)


def test_the_scorecard_in_every_form(desk: Desk) -> None:
    """Markdown, JSON and HTML tell the same score; Markdown keeps its table, HTML needs no network."""
    work = Work("halve", (_tried(4, 3),), answers=(Answer(2, 2),))
    card = _scored(work, (50.0, 5.0, 5.0), {"rounding": Answer(1, 3)}, desk)
    markdown, page, data = render.as_markdown(card), render.as_html(card), json.loads(scorecard.dump(card))

    assert data["score"] == card.score
    assert data["format"] == 2
    assert (data["exercises"][0]["level"], data["exercises"][0]["layers"][1]["passed"]) == ("core", 3)
    for text in (markdown, page):
        assert "★★☆ solved: core 4 of 4, fine print 3 of 3, scale 0 of 2" in text
    assert scorecard.load(scorecard.dump(card)) == card
    headline = f"{card.score:.0f} of 100"
    assert headline in markdown
    assert headline in page
    assert r"Which way does \| division round" in markdown
    assert html.escape("Which way does | division round") in page
    assert "<script" not in page
    assert 'src="' not in page


@pytest.fixture
def layered(desk: Desk) -> Desk:
    """A desk whose exercise tells core from fine print and has clarifications."""
    layer_halve(desk.catalog.root)
    desk.catalog = load_catalog(desk.catalog.root)
    return desk


def test_only_the_opening_is_told_unasked(layered: Desk) -> None:
    """First the opening; a section that is asked for joins it; with the end of the stage the rest is told."""
    interview = layered.begin()
    assert interview.task == "# Halve\n\nWrite `halve`, which halves whole numbers."
    assert [topic.name for topic in interview.ask("fine print")] == ["fine print"]
    assert "Round down there, too." in interview.task
    assert "## Core" not in interview.task
    interview.advance()

    assert interview.task.startswith("# Halve")
    for heading in ("## Core", "## Examples", "## Fine print", "## Sources"):
        assert interview.task.count(heading) == 1


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("1", ["odd numbers"]),
        ("4", ["core"]),
        ("0", []),
        ("7", []),
        ("odd numbers", ["odd numbers"]),
        ("Odd?", ["odd numbers"]),
        ("core", ["core"]),
        ("fine", ["fine print"]),
        ("how large", ["size"]),
        ("numbers", ["odd numbers", "negative numbers"]),
        ("below zero", ["negative numbers"]),
        ("sources", []),
        ("weather", []),
        ("", []),
    ],
)
def test_what_is_asked_is_found(typed: str, names: list[str], layered: Desk) -> None:
    """A number, a name, its beginning or words of the question; what may mean two things is not answered."""
    interview = layered.begin()
    found = interview.ask(typed)
    assert interview.work is not None

    assert [topic.name for topic in found] == names
    noted = (*interview.work.asked, *interview.work.told)
    assert list(noted) == (names if len(names) == 1 else [])


def test_what_was_asked_survives_a_resume(layered: Desk) -> None:
    """Answers and sections are there again after a resume, and asking twice counts once."""
    interview = layered.begin()
    for typed in ("size", "core", "size"):
        interview.ask(typed)
    resumed = layered.resume()

    assert resumed.work is not None
    assert (resumed.work.asked, resumed.work.told) == (("size",), ("core",))
    assert resumed.task == interview.task
    assert "## Core" in resumed.task
    assert "A few digits." in resumed.task


def test_the_scorecard_names_what_was_not_asked(layered: Desk) -> None:
    """In every form the scorecard says which clarifications were asked and which were not; they cost nothing."""
    interview = layered.begin()
    interview.ask("odd numbers")
    card = interview.finish()
    out = StringIO()
    Console(file=out, width=100, no_color=True).print(render.as_text(card))

    assert card.exercises[0].not_asked == ("negative numbers", "size")
    for told in (out.getvalue(), render.as_markdown(card), render.as_html(card)):
        assert "not asked: negative numbers, size" in told
        assert "asked: odd numbers" in told


def test_a_solution_stays_to_be_mastered(layered: Desk) -> None:
    """Solved is told as such and stays in its stage; mastered goes on to the follow-ups; only nothing is a failure."""
    interview = layered.begin()
    interview.advance()
    layered.save("def halve(n):\n    return n\n")
    assert _submit(interview) is Verdict.WRONG
    layered.save(WRONG)
    submission = interview.read()
    report = interview.judge(submission)
    interview.accept(submission, report)
    assert interview.step == interview.state.plan.steps[1]
    layered.save(RIGHT)
    _submit(interview)
    assert interview.step == interview.state.plan.steps[4]
    card = interview.finish().exercises[0]

    told = interviewing.submission(report)
    assert told.startswith("Solved: core 1 of 1, fine print 0 of 1. First: Half of minus three is rounded down.")
    assert (card.level, card.submissions, card.failures) == (Level.FULL, 3, 1)


def test_what_is_solved_and_not_mastered_is_no_failure_at_the_end(layered: Desk) -> None:
    """A solution that was not submitted is graded at the end; it counts as solved and is not rated `again`."""
    interview = layered.begin()
    layered.save(WRONG)
    layered.seconds += 5
    interview.tick()
    card = interview.finish()

    assert card.exercises[0].level is Level.CORE
    assert Rating.AGAIN not in {rated.rating for rated in layered.history.ratings()}


def test_an_interview_from_before_the_levels_goes_on(desk: Desk) -> None:
    """A state whose first stage has its former name and whose submissions have no level is still understood."""
    interview = desk.begin()
    old = json.loads(state.dump(interview.state))
    for step in old["plan"]["steps"]:
        step["stage"] = step["stage"].replace("clarify", "read")
    for work in old["works"]:
        del work["asked"], work["told"]
    desk.history.save_interview(old["name"], json.dumps(old))
    resumed = desk.resume()

    assert resumed.step is not None
    assert resumed.step.stage is Stage.CLARIFY


def test_a_scorecard_from_before_the_levels_is_understood(desk: Desk) -> None:
    """What passed then is mastered, anything else is not."""
    work = Work("halve", (_tried(4, 5),), answers=(Answer(2, 2),))
    data = json.loads(scorecard.dump(_scored(work, (50.0, 5.0, 5.0), {}, desk)))
    data["format"] = 1
    for name in ("level", "layers", "asked", "not_asked"):
        del data["exercises"][0][name]
    card = scorecard.load(json.dumps(data))

    assert card.exercises[0].level is Level.FULL
    assert "★★★ mastered: 9 of 9 points" in render.as_markdown(card)


def test_a_state_is_plain_data(desk: Desk) -> None:
    """A state that was dumped and loaded is the same."""
    interview = desk.begin(minutes=30)

    assert state.load(state.dump(interview.state)) == interview.state
