"""What a reviewer reads of one hand-in: the verdicts, the code, and the clock of its commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from grader.classes.commits import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.classes.ci import Outcome
    from grader.classes.commits import Commit, Commits
    from grader.model import Report, Submission

_AMENDED: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Step:
    """A commit, and how long after the one before it claims to be.

    Attributes
    ----------
    since_first, since_last : timedelta
        Negative where the clock went back.
    """

    commit: Commit
    since_first: timedelta
    since_last: timedelta


@dataclass(frozen=True, slots=True)
class Review:
    """All of it.

    Attributes
    ----------
    commits : Commits or None
        None where no history was handed in.
    """

    outcome: Outcome
    commits: Commits | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The commits with their times."""
        listed = self.commits.listed if self.commits is not None else ()
        if not listed:
            return ()
        first = Step(listed[0], timedelta(), timedelta())
        rest = (Step(one, one.when - listed[0].when, one.when - before.when) for before, one in pairwise(listed))
        return (first, *rest)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is odd about the history, or not shown by it; a sentence each."""
        return tuple(self._remarks())

    def _remarks(self) -> Iterator[str]:
        if self.commits is None:
            return
        if not self.commits.listed:
            yield "Nothing was committed."
            return
        if self.commits.total > len(self.commits.listed):
            yield f"These are the last {len(self.commits.listed)} of {self.commits.total} commits."
        if back := sum(step.since_last < timedelta() for step in self.steps):
            yield f"{_commits(back)} to be older than the one before: a clock was changed, or commits were reordered."
        if late := sum(abs(one.recorded - one.when) > _AMENDED for one in self.commits.listed):
            yield f"{_commits(late, 'was', 'were')} made anew after the time shown: amended, rebased or cherry-picked."
        if len(self.commits.listed) == 1:
            yield "There is one commit, so nothing shows how the work came about."
        yield from self._against_the_task()
        held = dict(self.commits.files)
        for one in self.outcome.handed_in:
            path = str(one.path)
            if path not in held:
                yield f"{path} was graded, and the last commit does not hold it."
            elif held[path] != digest_of(one.source.encode()):
                yield f"{path} was graded, and the last commit holds another version of it."

    def _against_the_task(self) -> Iterator[str]:
        given, commits = self.outcome.given, self.commits
        if given is None or commits is None:
            return
        minutes = commits.span / timedelta(minutes=1)
        if given.minutes is not None and minutes > given.minutes:
            yield f"From the first commit to the last {minutes:.0f} minutes went by; {given.minutes} were given."
        released = _released(given.released)
        if released is not None and (early := sum(one.when < released for one in commits.listed)):
            yield f"{_commits(early)} to be older than the task, which was made {given.released}."

    def source(self, report: Report) -> Submission | None:
        """Return the code that a report speaks of, None where nothing was handed in."""
        return next((one for one in self.outcome.handed_in if one.name == report.exercise), None)


def _commits(number: int, one: str = "claims", many: str = "claim") -> str:
    return f"1 commit {one}" if number == 1 else f"{number} commits {many}"


def _released(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
