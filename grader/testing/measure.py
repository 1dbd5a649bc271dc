"""Time, growth and memory, measured by the host against the reference in the same run."""

from __future__ import annotations

import itertools
import math
import statistics
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from grader.candidate.describe import Call
from grader.candidate.failure import SubmissionFailed
from grader.candidate.proxy import Candidate
from grader.candidate.session import session_of
from grader.model import Measure, Verdict
from grader.testing.compare import assert_close
from grader.worker.message import Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_FEWEST_PAIRS: Final = 2
_PAIRS: Final = 5
_DOUBTFUL_PAIRS: Final = 15  # what is too slow is measured again and again before it is called so
_CLEARLY: Final = 0.6
_HOPELESS: Final = 3.0  # times the limit: no burst of other work explains that
_MOST_WAITING: Final = 3.0  # a worker that slept has spent time too
_PAUSE_S: Final = 0.02
_PATIENCE_S: Final = 2.0
_LEAST_RATIO: Final = 0.1  # below it the carrying of arguments hides the work
_SHORTEST_S: Final = 2e-4
_LEAST_MB: Final = 16.0
_MOST_SETTLING_S: Final = 1.0


class Prepare(Protocol):
    """Builds fresh inputs and returns what is to be timed."""

    def __call__(self, subject: Candidate, rng: np.random.Generator, /) -> Callable[[], Any]:
        """Return a function of no arguments that does the work."""


class PrepareSize(Protocol):
    """Builds fresh inputs of a size and returns what is to be timed."""

    def __call__(self, subject: Candidate, rng: np.random.Generator, n: int, /) -> Callable[[], Any]:
        """Return a function of no arguments that does the work."""


def speed(
    candidate: Candidate,
    reference: Candidate,
    prepare: Prepare,
    rng: np.random.Generator,
    *,
    limit: float,
    check: Callable[[Any, Any], None] | None = assert_close,
) -> None:
    """Check that the submission takes at most `limit` times as long as the reference.

    Both run on the same fresh inputs in turn; the ratio is that of the least times.  A time is what the kernel says
    the worker computed until the whole result is here, which other work on the machine hardly changes, and at least a
    third of what went by.  What it costs to carry arguments and results is measured on the reference, which runs our
    code and can be believed, and taken off both.  When the first pairs settle the question, the rest are not run;
    what looks too slow is measured for two seconds before it is called so, unless it is hopeless before.

    Parameters
    ----------
    candidate, reference : Candidate
        The two to compare.
    prepare : callable
        `prepare(subject, rng)` builds inputs and returns the function that is timed.
    rng : Generator
        Source of the inputs.
    limit : float
        Greatest ratio that passes.
    check : callable or None, default=assert_close
        Compares both results, `check(got, expected)`, outside the clock.

    Raises
    ------
    SubmissionFailed
        With the verdict `too_slow` above the limit, or `wrong` where results differ.
    """
    ours, theirs, carried = [], [], []
    patience = time.perf_counter() + _PATIENCE_S
    for pair in itertools.count():
        seed = int(rng.integers(2**63))
        work = prepare(candidate, np.random.default_rng(seed))
        got, candidate_s = _timed(candidate, work)
        work = prepare(reference, np.random.default_rng(seed))
        session = session_of(reference)
        before = session.inner_s
        expected, reference_s = _timed(reference, work)
        if check is not None:
            check(got, expected)
        if pair == 0:
            continue  # the first pair warms caches on both sides
        inner = min(session.inner_s - before, reference_s)
        ours.append(candidate_s)
        theirs.append(max(inner, _SHORTEST_S))
        carried.append(reference_s - inner)
        ratio = _ratio(ours, theirs, carried)
        if _is_settled(ratio / limit, pair, patient=time.perf_counter() < patience):
            break
        if pair >= _DOUBTFUL_PAIRS:
            time.sleep(_PAUSE_S)  # fifteen pairs can all fall into one burst of other work; what is left does not
    _record(candidate, Measure("time_ratio", ratio, limit))
    if ratio > limit:
        raise SubmissionFailed(
            Verdict.TOO_SLOW, f"Took {ratio:.1f} times as long as the reference; the limit is {limit:g} times."
        )


def _is_settled(share: float, pairs: int, *, patient: bool) -> bool:
    """Tell whether so many pairs answer the question; `share` is the ratio in limits."""
    if share <= 1.0:
        return pairs >= (_FEWEST_PAIRS if share <= _CLEARLY else _PAIRS)
    if share > _HOPELESS:
        return pairs >= _DOUBTFUL_PAIRS or not patient
    return pairs >= _PAIRS and not patient


def _ratio(ours: Sequence[float], theirs: Sequence[float], carried: Sequence[float]) -> float:
    # Other work on the machine only ever adds time, so the least is the best estimate of each.
    return max((min(ours) - min(carried)) / min(theirs), _LEAST_RATIO)


def growth(
    candidate: Candidate, prepare: PrepareSize, rng: np.random.Generator, *, sizes: Sequence[int], limit: float
) -> None:
    """Check how the time grows with n: the slope of log time against log n.

    Parameters
    ----------
    candidate : Candidate
        The submission.
    prepare : callable
        `prepare(subject, rng, n)` builds inputs of size n and returns the function that is timed.
    rng : Generator
        Source of the inputs.
    sizes : sequence of int
        At least three sizes, each a few times the one before.
    limit : float
        Greatest exponent that passes; 1 is linear.

    Raises
    ------
    SubmissionFailed
        With the verdict `too_slow` above the limit.
    """
    seconds: dict[int, list[float]] = {n: [] for n in sizes}
    for _ in range(3):
        for n in sizes:
            work = prepare(candidate, np.random.default_rng(int(rng.integers(2**63))), n)
            seconds[n].append(_timed(candidate, work)[1])
    times = [min(seconds[n]) for n in sizes]
    x = [math.log(n) for n in sizes]
    exponent = statistics.linear_regression(x, [math.log(t) for t in times]).slope
    _record(candidate, Measure("growth_exponent", exponent, limit))
    if exponent > limit:
        raise SubmissionFailed(
            Verdict.TOO_SLOW,
            f"Time grows like n to the power {exponent:.2f} from n = {sizes[0]} to {sizes[-1]}; "
            f"the limit is {limit:g}.",
        )


def memory(
    candidate: Candidate,
    reference: Candidate,
    prepare: Prepare,
    rng: np.random.Generator,
    *,
    limit: float,
) -> None:
    """Check that the submission's peak memory is at most `limit` times that of the reference.

    Each runs once in a worker of its own; the peak is what the kernel counted above the memory before the call.
    Below 16 MiB the two count as equal.

    Parameters
    ----------
    candidate, reference : Candidate
        The two to compare.
    prepare : callable
        `prepare(subject, rng)` builds inputs and returns the function that is measured.
    rng : Generator
        Source of the inputs.
    limit : float
        Greatest ratio that passes.

    Raises
    ------
    SubmissionFailed
        With the verdict `out_of_memory` above the limit.
    """
    seed = int(rng.integers(2**63))
    theirs = max(_peak_mb(reference, prepare, seed), _LEAST_MB)
    ours = _peak_mb(candidate, prepare, seed)
    ratio = ours / theirs
    _record(candidate, Measure("memory_ratio", ratio, limit))
    if ratio > limit:
        raise SubmissionFailed(
            Verdict.OUT_OF_MEMORY,
            f"Took {ours:.0f} MiB of memory, {ratio:.1f} times as much as the reference; the limit is {limit:g} times.",
        )


def _timed(subject: Candidate, work: Callable[[], Any]) -> tuple[Any, float]:
    """Do the work; return its result and what it took, seconds."""
    session = session_of(subject)
    computed = session.worker.cpu_s()
    started = time.perf_counter()
    result = work()
    elapsed = time.perf_counter() - started
    ended = session.worker.cpu_s()
    if computed is None or ended is None:
        return result, elapsed
    return result, max(ended - computed, elapsed / _MOST_WAITING)


def _peak_mb(subject: Candidate, prepare: Prepare, seed: int) -> float:
    owner = session_of(subject)
    session = owner.fresh()
    try:
        work = prepare(Candidate(session), np.random.default_rng(seed))
        worker = session.worker
        # What earlier calls took must be back with the kernel, or the measured one finds as much lying ready.
        session.request(Verb.TRIM, Call("a pause", (), {}))
        worker.settle(_MOST_SETTLING_S)
        worker.reset_peak()
        before = worker.memory_mb()
        work()
        return max(worker.peak_memory_mb() - before, 0.0)
    finally:
        owner.failure = session.failure or owner.failure  # so that a failing reference is known for one
        session.close()


def _record(candidate: Candidate, measure: Measure) -> None:
    session_of(candidate).measures.append(measure)
