"""Mock interviews without a screen: what is asked, the clock, what is kept, what it was worth."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.content.catalog import Catalog, load_catalog
from grader.errors import UsageError
from grader.model import Verdict
from grader.practice.attempt import Rating
from grader.practice.history import History
from grader.practice.interview import clock, scorecard, session, state
from grader.practice.interview.clock import Moment
from grader.practice.interview.plan import Plan, Stage, Step, Style, Wishes, make_plan
from grader.practice.interview.session import Interview
from grader.practice.interview.state import Answer, State, Submitted, Work
from grader.render import scorecard as render
from grader.sandbox import Sandbox
from tests.support.questions import QUESTIONS
from tests.support.toys import RIGHT, WRONG, copy_toys

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
        interview = Interview(session.begin(plan, self.now()), self.catalog, self.history, self.sandbox, self.now)
        interview.enter()
        return interview

    def resume(self) -> Interview:
        """Go on with what the history holds."""
        found = session.open_state(self.history)
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
    assert session.open_state(desk.history) is None
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
        session.open_state(desk.history)


def _scored(works: Work, spent: tuple[float, ...], answers: dict[str, Answer], desk: Desk) -> scorecard.Scorecard:
    steps = (
        Step(Stage.CODE, "halve", 100.0),
        Step(Stage.FOLLOW_UPS, "halve", 20.0),
        Step(Stage.QUESTION, "rounding", 40.0),
    )
    ended = State("x", Plan(Style.SCREEN, 3, 1, steps), Moment("a", 0.0, 7.0), 3, spent, 150.0, (works,), answers)
    exercises = {"halve": desk.catalog.exercise("halve")}
    return scorecard.score(ended, exercises, {question.id: question for question in desk.catalog.questions})


def _tried(verdict: Verdict, points: float) -> Submitted:
    return Submitted(1.0, verdict.value, verdict, points, 4.0, 1.5)


@pytest.mark.parametrize(
    ("tried", "hints", "spent", "named", "score"),
    [
        ([(Verdict.PASSED, 4)], 0, 80, 2, 100.0),
        ([(Verdict.PASSED, 4)], 0, 150, 2, 92.5),
        ([(Verdict.PASSED, 4)], 0, 900, 2, 85.0),
        ([(Verdict.PASSED, 4)], 0, 80, 1, 92.5),
        ([(Verdict.PASSED, 4)], 2, 80, 2, 90.0),
        ([(Verdict.WRONG, 1), (Verdict.PASSED, 4)], 0, 80, 2, 98.0),
        ([(Verdict.WRONG, 1), (Verdict.WRONG, 2)], 0, 80, 0, 31.0),
        ([], 3, 80, 0, 0.0),
    ],
)
def test_the_rules_of_the_score(
    tried: list[tuple[Verdict, float]], hints: int, spent: float, named: int, score: float, desk: Desk
) -> None:
    """Correctness, time, follow-ups, hints and failures weigh as the rules say."""
    work = Work("halve", tuple(_tried(*one) for one in tried), hints=hints, answers=(Answer(named, 2),))

    assert _scored(work, (spent, 0.0, 0.0), {}, desk).exercises[0].score == score


def test_the_whole_is_weighted_by_the_clock(desk: Desk) -> None:
    """An exercise of 120 seconds and a question of 40 count three to one."""
    work = Work("halve", (_tried(Verdict.PASSED, 4),), answers=(Answer(2, 2),))
    card = _scored(work, (50.0, 5.0, 5.0), {"rounding": Answer(1, 3)}, desk)

    assert card.exercises[0].score == 100.0
    assert card.questions[0].score == 33.3
    assert card.score == pytest.approx((3 * 100 + 33.3) / 4, abs=0.1)


def test_the_scorecard_in_every_form(desk: Desk) -> None:
    """Markdown, JSON and HTML tell the same score; Markdown keeps its table, HTML needs no network."""
    work = Work("halve", (_tried(Verdict.PASSED, 4),), answers=(Answer(2, 2),))
    card = _scored(work, (50.0, 5.0, 5.0), {"rounding": Answer(1, 3)}, desk)
    markdown, page, data = render.as_markdown(card), render.as_html(card), json.loads(scorecard.dump(card))

    assert data["score"] == card.score
    assert data["format"] == 1
    assert scorecard.load(scorecard.dump(card)) == card
    headline = f"{card.score:.0f} of 100"
    assert headline in markdown
    assert headline in page
    assert r"Which way does \| division round" in markdown
    assert html.escape("Which way does | division round") in page
    assert "<script" not in page
    assert 'src="' not in page


def test_a_state_is_plain_data(desk: Desk) -> None:
    """A state that was dumped and loaded is the same."""
    interview = desk.begin(minutes=30)

    assert state.load(state.dump(interview.state)) == interview.state
