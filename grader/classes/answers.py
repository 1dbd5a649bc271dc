"""Which files of a hand-in answer which exercises."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.stub import is_pristine
from grader.errors import SubmissionUnreadable
from grader.intake.archive import Archive
from grader.intake.folder import UnreadableFile
from grader.intake.layout import attempt_of
from grader.intake.notebook import (
    MAX_NOTEBOOK_BYTES,
    CellKind,
    is_solution,
    is_stub,
    read_cells,
    submission_from_notebook,
)
from grader.intake.place import SEALED, WANTED, Leaf
from grader.intake.submission import MAX_BYTES, NOTEBOOK_SUFFIX, submission_from_bytes
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import ExitStack
    from datetime import datetime

    from grader.intake.place import Place
    from grader.model import Exercise, Submission

_MOST_ZIP: Final = 32 << 20
_DEEPEST: Final = 3  # archives in archives
_MOST_FILES: Final = 20_000  # of one learner that are considered
_MOST_READ: Final = 50  # that are read because their names say nothing
_MOST_TOLD: Final = 5
_ENDS: Final = (".py", NOTEBOOK_SUFFIX)
_OURS: Final = frozenset(
    {"solutions", "grader", "tests", "tools", "benchmarks"}
)  # what a fork of the whole repository holds too
_DEFINES: Final = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]+)?=(?!=)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that somebody handed in, wherever it lies.

    Attributes
    ----------
    path : str
        What it is called, the place in an archive after an exclamation mark.
    """

    path: str
    leaf: Leaf
    place: Place

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2].rpartition("!")[2]


@dataclass(frozen=True, slots=True)
class Answer:
    """A file that answers an exercise.

    Attributes
    ----------
    path : str
        What it is called.
    submission : Submission or None
        None where it cannot be graded.
    refusal : str
        Why it cannot; empty where it can.
    is_untouched : bool
        Whether it is the stub as it was handed out.
    attempt : int
        Number that a learning platform gave a repeated hand-in; 0 for the first.
    when : datetime or None
        When it was handed in, where the place can be believed.
    """

    exercise: Exercise
    path: str
    submission: Submission | None = None
    refusal: str = ""
    is_untouched: bool = False
    attempt: int = 0
    when: datetime | None = None


def opened(place: Place, leaves: Sequence[tuple[str, Leaf]], stack: ExitStack, notes: list[str]) -> list[Handed]:
    """Return files that may be answers, those in archives as well.

    Parameters
    ----------
    place : Place
        Where they lie.
    leaves : sequence of (str, Leaf)
        What each is called, and where it is found in the place.
    stack : ExitStack
        Closes the archives that are opened.
    notes : list of str
        Takes what a teacher should know.
    """
    found: list[Handed] = []
    told = len(notes)
    for handed in _opened(place, leaves, stack, notes, 0):
        found.append(handed)
        if len(found) >= _MOST_FILES:
            notes.append(f"more than {_MOST_FILES:,} files; the rest was not looked at")
            break
    if len(notes) - told > _MOST_TOLD:
        notes[told + _MOST_TOLD :] = [f"and {len(notes) - told - _MOST_TOLD} more such files"]
    return found


def _opened(
    place: Place, leaves: Sequence[tuple[str, Leaf]], stack: ExitStack, notes: list[str], depth: int
) -> Iterator[Handed]:
    for path, leaf in leaves:
        end = _end(path)
        if not leaf.problem and end in _ENDS:
            yield Handed(path, leaf, place)
        elif leaf.problem:
            if end in WANTED or "/" not in path or leaf.problem.startswith("cannot"):
                notes.append(f"{path} {leaf.problem}")
        elif end in SEALED:
            notes.append(f"{path} is an archive of a kind that is not read; a zip is")
        elif end == ".zip":
            if depth >= _DEEPEST:
                notes.append(f"{path} lies in {_DEEPEST} archives, one in the other")
                continue
            try:
                inner = stack.enter_context(Archive.of_bytes(place.read(leaf.path, _MOST_ZIP)))
            except UnreadableFile as error:
                notes.append(f"{path} {error}")
                continue
            # The times in a learner's own archive are the learner's word.
            below = [(f"{path}!{one.path}", Leaf(one.path, one.problem)) for one in inner.leaves()]
            yield from _opened(inner, below, stack, notes, depth + 1)


def find_answers(files: Sequence[Handed], exercises: Sequence[Exercise], notes: list[str]) -> list[Answer]:
    """Return the answers of one learner, the attempts at an exercise from the first to the last.

    A file answers an exercise by its name or, where none has that name, by what it defines. The stub's own place comes
    first unless nothing was changed there.

    Parameters
    ----------
    files : sequence of Handed
        What was handed in.
    exercises : sequence of Exercise
        What was asked.
    notes : list of str
        Takes what a teacher should know.
    """
    found: list[Answer] = []
    own = [one for one in files if not _OURS & set(_parts(one.path)[:-1])]
    named: set[str] = set()
    unanswered: list[Exercise] = []
    for exercise in exercises:
        candidates = [one for one in own if _stem(attempt_of(one.name)[0]).casefold() == exercise.slug.casefold()]
        named |= {one.path for one in candidates}
        answers = _chosen([_read(one, exercise) for one in _by_place(candidates, exercise)], notes)
        found += answers
        if not any(not answer.is_untouched for answer in answers):
            unanswered.append(exercise)
    rest = [one for one in own if one.path not in named]
    if unanswered and rest:
        defines = [(one, _defined(one)) for one in rest[:_MOST_READ]]
        for exercise in unanswered:
            candidates = [one for one, names in defines if names and names.issuperset(exercise.entry_points)]
            answers = [answer for answer in (_read(one, exercise) for one in candidates) if not answer.is_untouched]
            if answers:
                found = [answer for answer in found if answer.exercise.slug != exercise.slug]
                found += _chosen(answers, notes)
    return found


def _by_place(candidates: list[Handed], exercise: Exercise) -> list[Handed]:
    """Order files: the stub's own place first, then the exact name, Python before notebooks, the least deep first."""
    canonical = f"exercises/{exercise.track}/{exercise.slug}/{exercise.slug}.py"

    def rank(one: Handed) -> tuple[bool, bool, bool, int, str]:
        path = one.path.replace("!", "/")
        at_home = path == canonical or path.endswith(f"/{canonical}")
        exact = attempt_of(one.name)[0] == f"{exercise.slug}{_end(one.name)}"
        return not at_home, not exact, _end(one.name) != ".py", path.count("/"), path

    return sorted(candidates, key=rank)


def _chosen(answers: list[Answer], notes: list[str]) -> list[Answer]:
    """Return one answer for each attempt, in order; of several files the first that was changed."""
    touched = [answer for answer in answers if not answer.is_untouched] or answers[:1]
    chosen: dict[int, Answer] = {}
    for answer in touched:
        kept = chosen.setdefault(answer.attempt, answer)
        if kept is not answer and _digest(kept) != _digest(answer):
            notes.append(f"{kept.path} was taken and not {answer.path}, which could be the same exercise")
    return [chosen[attempt] for attempt in sorted(chosen)]


def _read(handed: Handed, exercise: Exercise) -> Answer:
    attempt = attempt_of(handed.name)[1]
    when = handed.leaf.when
    # Messages name this path, and one learner's grade may serve another who handed in the same: it names neither.
    path = Path(f"{exercise.slug}{_end(handed.name)}")
    try:
        if path.suffix == NOTEBOOK_SUFFIX:
            data = handed.place.read(handed.leaf.path, MAX_NOTEBOOK_BYTES)
            submission = submission_from_notebook(data, exercise.slug, path, exercise.entry_points)
            untouched = is_stub(submission, pristine_stub(exercise).decode())
        else:
            data = handed.place.read(handed.leaf.path, MAX_BYTES)
            submission = submission_from_bytes(data, exercise.slug, path)
            untouched = is_pristine(exercise, submission.source)
    except UnreadableFile as error:
        return Answer(exercise, handed.path, refusal=f"{path} {error}.", attempt=attempt, when=when)
    except FileNotFoundError:
        return Answer(exercise, handed.path, refusal=f"{path} is gone.", attempt=attempt, when=when)
    except SubmissionUnreadable as error:
        return Answer(exercise, handed.path, refusal=str(error), attempt=attempt, when=when)
    return Answer(exercise, handed.path, submission, is_untouched=untouched, attempt=attempt, when=when)


def _defined(handed: Handed) -> frozenset[str]:
    """Return the names that a file defines at its top level; none where it cannot be read."""
    text = ""
    with suppress(UnreadableFile, SubmissionUnreadable, OSError):
        if _end(handed.name) == NOTEBOOK_SUFFIX:
            cells = read_cells(handed.place.read(handed.leaf.path, MAX_NOTEBOOK_BYTES), handed.name)
            text = "\n".join(cell.source for cell in cells if cell.kind is CellKind.CODE or is_solution(cell))
        else:
            text = handed.place.read(handed.leaf.path, MAX_BYTES).decode("utf-8-sig", "replace")
    return frozenset(name or other for name, other in _DEFINES.findall(text))


def _digest(answer: Answer) -> str:
    return answer.submission.sha256 if answer.submission else ""


def _parts(path: str) -> list[str]:
    return path.replace("!", "/").split("/")


def _stem(name: str) -> str:
    return name[: -len(_end(name))] if _end(name) else name


def _end(path: str) -> str:
    dot = path.rfind(".")
    return path[dot:].lower() if dot > path.rfind("/") else ""
