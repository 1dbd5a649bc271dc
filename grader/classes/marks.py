"""Mark a class: find what was handed in, grade each different file once, and make a gradebook of it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from grader.classes.alike import alike
from grader.classes.assignment import Attempts
from grader.classes.batch import grade_all
from grader.classes.gradebook import Gradebook, Mark, Row, State, share
from grader.classes.hand_ins import HandIn, hand_ins
from grader.classes.job import Job, Settings
from grader.content.catalog import content_hash
from grader.model import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.classes.answers import Answer
    from grader.classes.assignment import Assignment
    from grader.classes.journal import Journal
    from grader.classes.roster import Roster
    from grader.content.catalog import Catalog
    from grader.model import Exercise, Submission

NOTHING: Final = "nothing that answers an exercise was found"


class _Kept(msgspec.Struct, frozen=True):
    """A line of the journal: what was graded, and what came of it."""

    key: str
    report: Report


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be marked.

    Attributes
    ----------
    submissions : Path
        What the class handed in, see `hand_ins`.
    processes : int
        How many to grade at the same time.
    """

    assignment: Assignment
    submissions: Path
    roster: Roster | None = None
    settings: Settings = field(default_factory=Settings)
    processes: int = 1


def mark_class(
    catalog: Catalog, request: Request, journal: Journal, observe: Callable[[str, int, int], None] = lambda *_: None
) -> Gradebook:
    """Mark a class.

    Parameters
    ----------
    catalog : Catalog
        The trusted checkout.
    request : Request
        What is to be marked.
    journal : Journal
        Keeps each report as soon as it is there; what it holds already is not graded again.
    observe : callable, optional
        Told the exercise, how many files were graded and of how many.

    Returns
    -------
    Gradebook
        A row for each learner of the roster, and for each who handed something in.

    Raises
    ------
    GraderError
        When the assignment names what is not there, or the hand-ins cannot be read at all.
    KeyboardInterrupt
        When the user stopped it; the journal then holds what was complete.
    """
    assignment = request.assignment
    exercises = [catalog.exercise(slug) for slug in assignment.slugs]
    handed = list(hand_ins(request.submissions, exercises, request.roster))
    hashes = {one.slug: content_hash(one) for one in exercises}
    jobs: dict[str, Job] = {}
    for answer in _to_grade(handed, assignment.attempts):
        assert answer.submission is not None
        jobs.setdefault(_key(answer, assignment, hashes), Job(answer.exercise, answer.submission))
    reports = {kept.key: kept.report for kept in _kept(journal) if kept.key in jobs}
    faults: dict[str, str] = {}
    keys = [key for key in jobs if key not in reports]
    done = len(reports)
    settings = replace(request.settings, seed=assignment.seed)
    with closing(grade_all([jobs[key] for key in keys], settings, request.processes, apart=True)) as results:
        for result in results:
            key = keys[result.number]
            done += 1
            if result.fault is not None:
                faults[key] = f"{result.job.exercise.slug}: {result.fault}"
            else:
                reports[key] = result.report
                journal.append(_Kept(key, result.report))
            observe(result.job.exercise.slug, done, len(jobs))
    rows = [_row(hand_in, assignment, exercises, hashes, reports) for hand_in in handed]
    return Gradebook(
        assignment,
        tuple(_complete(rows, request.roster, assignment)),
        tuple(group for exercise in exercises for group in alike(exercise, _counted(handed, exercise, assignment))),
        tuple(dict.fromkeys(faults.values())),
        graded=len(jobs),
    )


def _kept(journal: Journal) -> Iterator[_Kept]:
    """Yield what earlier runs graded; a report of another version of the grader is graded anew."""
    for row in journal.rows():
        try:
            yield msgspec.convert(row, _Kept)
        except msgspec.ValidationError:
            continue


def _key(answer: Answer, assignment: Assignment, hashes: Mapping[str, str]) -> str:
    """Return what decides a report: exercise, its content, the seed, and the file."""
    assert answer.submission is not None
    slug = answer.exercise.slug
    return f"{slug} {hashes[slug][:16]} {assignment.seed} {answer.submission.sha256}"


def _to_grade(handed: Sequence[HandIn], attempts: Attempts) -> Iterator[Answer]:
    for hand_in in handed:
        for answers in _by_exercise(hand_in).values():
            for answer in answers if attempts is Attempts.BEST else answers[-1:]:
                if answer.submission is not None and not answer.is_untouched:
                    yield answer


def _by_exercise(hand_in: HandIn) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for answer in hand_in.answers:
        found.setdefault(answer.exercise.slug, []).append(answer)
    return found


def _counted(handed: Sequence[HandIn], exercise: Exercise, assignment: Assignment) -> Iterator[tuple[str, Submission]]:
    for hand_in in handed:
        for answer in _to_grade([hand_in], assignment.attempts):
            if answer.exercise.slug == exercise.slug and answer.submission is not None:
                yield hand_in.learner.id, answer.submission


def _row(
    hand_in: HandIn,
    assignment: Assignment,
    exercises: Sequence[Exercise],
    hashes: Mapping[str, str],
    reports: Mapping[str, Report],
) -> Row:
    days, factor, told = _lateness(hand_in, assignment)
    answers = _by_exercise(hand_in)
    marks: list[Mark] = []
    for exercise, piece in zip(exercises, assignment.pieces, strict=True):
        mine = answers.get(exercise.slug, [])
        mine = mine if assignment.attempts is Attempts.BEST else mine[-1:]
        found = [_mark(answer, piece.points, assignment, factor, hashes, reports) for answer in mine]
        marks.append(max(found, key=_worth, default=Mark(exercise.slug, State.MISSING, 0.0, piece.points)))
    notes = [*hand_in.notes, *told]
    if not hand_in.is_listed:
        notes.append("is not on the roster")
    row = Row(hand_in.learner, tuple(marks), hand_in.when, days, factor, tuple(notes), hand_in.is_listed)
    return replace(row, notes=(*notes, NOTHING)) if all(mark.state is State.MISSING for mark in marks) else row


def _worth(mark: Mark) -> float:
    """Order attempts: what could not be judged may be the best one, so it comes before the rest."""
    return float("inf") if mark.points is None else mark.points


def _mark(
    answer: Answer,
    most: float,
    assignment: Assignment,
    factor: float,
    hashes: Mapping[str, str],
    reports: Mapping[str, Report],
) -> Mark:
    slug = answer.exercise.slug
    if answer.submission is None:
        return Mark(slug, State.REFUSED, 0.0, most, answer.path, answer.refusal)
    if answer.is_untouched:
        return Mark(slug, State.UNTOUCHED, 0.0, most, answer.path, "The stub was not changed.")
    report = reports.get(_key(answer, assignment, hashes))
    if report is None:
        return Mark(slug, State.FAULT, None, most, answer.path, "The grader broke; this is not held against anybody.")
    report = replace(report, feedback=assignment.feedback, submission_path=answer.path)
    points = round(most * share(report, assignment.level) * factor, 2)
    return Mark(slug, State.GRADED, points, most, answer.path, "", report)


def _lateness(hand_in: HandIn, assignment: Assignment) -> tuple[int, float, list[str]]:
    """Return the days late that count, what is left of the points, and what a teacher should know of it."""
    due = hand_in.learner.due or assignment.due
    if due is None:
        return 0, 1.0, []
    policy = assignment.late
    late = hand_in.when - due if hand_in.when is not None else timedelta(0)
    marked = hand_in.is_marked_late and late <= timedelta(0)
    if late <= timedelta(0) and not marked:
        return 0, 1.0, [] if hand_in.when is not None else ["nobody knows when it was handed in; taken as in time"]
    told = ["late, says the platform, and not how late; counts as a day"] if marked else [f"late by {_words(late)}"]
    if policy is None:
        return 0, 1.0, told
    days = 1 if marked else policy.days(late)
    return days, policy.factor(days), told


def _words(late: timedelta) -> str:
    hours, minutes = divmod(int(late.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"


def _complete(rows: Sequence[Row], roster: Roster | None, assignment: Assignment) -> Iterator[Row]:
    """Yield a row for each learner of the roster in its order, then those who are not on it."""
    found = {row.learner.id: row for row in rows}
    nothing = tuple(Mark(piece.slug, State.MISSING, 0.0, piece.points) for piece in assignment.pieces)
    for learner in roster.learners if roster is not None else ():
        yield found.pop(learner.id, Row(learner, nothing, notes=("handed nothing in",)))
    yield from found.values()
