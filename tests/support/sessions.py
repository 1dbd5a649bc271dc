"""Short submissions in a real sandbox, and what a learner would read about them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.candidate import Candidate, Session, SubmissionFailed, session_of
from grader.content import catalog
from grader.intake.submission import submission_from_text
from grader.model import Backend, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model import Exercise
    from grader.sandbox import Sandbox

DOUBLING = Path(__file__).parent / "toy_exercises/exercises/toys/doubling"


def toy(**changes: Any) -> Exercise:
    """Return the toy exercise with generous limits, or with other fields."""
    return replace(catalog.load_exercise(DOUBLING), **{"slug": "attempt", "limits": Limits(call_s=10.0), **changes})


@contextmanager
def opened(
    sandbox: Sandbox, source: str, backend: Backend = Backend.NUMPY, *, strict: bool = False, **changes: Any
) -> Iterator[Any]:
    """Run a submission and give the candidate, in the middle of a case; of fine print where it is strict."""
    session = Session(sandbox, toy(backend=backend, **changes), submission_from_text("attempt", source))
    session.begin_case(strict=strict)
    try:
        yield Candidate(session)
    finally:
        session.close()


def told(candidate: Candidate, test: Callable[[], object]) -> str:
    """Run a test that must fail, and return its verdict and the message as the learner reads it."""
    with pytest.raises(SubmissionFailed) as failure:
        test()
    return f"{failure.value.verdict}: {session_of(candidate).explain(failure.value)}"
