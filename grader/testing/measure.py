"""Time, growth and memory, measured by the host against the reference in the same run."""

from __future__ import annotations

import itertools
import math
import statistics
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

import numpy as np

from grader.candidate.clock import Charge, Clock
from grader.candidate.describe import Call, kind
from grader.candidate.failure import SubmissionFailed, wrong
from grader.candidate.proxy import Candidate, RemoteObject
from grader.candidate.session import session_of
from grader.model import Measure, Verdict
from grader.testing.compare import assert_close
from grader.worker.message import Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.candidate.session import Session
    from grader.sandbox import WorkerProcess

    _Pair = tuple[float, float]  # seconds of the submission and of the reference
    Check = Callable[[Any, Any], None]
    Work = Callable[[], Any]

_FEWEST_PAIRS: Final = 2
_PAIRS: Final = 5
_DOUBTFUL_PAIRS: Final = 15  # what is too slow is measured again and again before it is called so
_CLEARLY: Final = 0.6
_HOPELESS: Final = 3.0  # times the limit: no burst of other work explains that
_PAUSE_S: Final = 0.02
_PATIENCE_S: Final = 2.0  # of work
_MOST_PATIENCE_S: Final = 8.0  # that pass; well within what a case may take
_LEAST_RATIO: Final = 0.1  # below it the carrying of arguments hides the work
_SHORTEST_S: Final = 2e-4
_LEAST_MB: Final = 16.0
_MOST_HELD_MB: Final = 12.0  # more than the reference before the call, such as a library
_SAMPLE_S: Final = 2e-3
_MOST_SETTLING_S: Final = 1.0
_ROUNDS: Final = 3
_MOST_CONSTANT: Final = 3.0  # times the reference on small inputs; more may be there to make growth look small


class Prepare(Protocol):
    """Builds fresh inputs and returns what is to be timed."""

    def __call__(self, subject: Candidate, rng: np.random.Generator, /) -> Callable[[], Any]:
        """Return a function of no arguments that does the work."""


class PrepareSize(Protocol):
    """Builds fresh inputs of a size and returns what is to be timed."""

    def __call__(self, subject: Candidate, rng: np.random.Generator, n: int, /) -> Callable[[], Any]:
        """Return a function of no arguments that does the work."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """What one pair took: of the submission and the reference, and of the latter what it took to carry values."""

    ours: float
    theirs: float
    carried: float


def speed(
    candidate: Candidate,
    reference: Candidate,
    prepare: Prepare,
    rng: np.random.Generator,
    *,
    limit: float,
    check: Check = assert_close,
) -> None:
    """Check that the submission takes at most `limit` times as long as the reference.

    Both run on the same fresh inputs in turn.  Each is charged the processor time of its worker, all threads together,
    and what it sleeps by choice, until `check` has read the whole answer.  Two ratios must hold: that of the work, and
    that of everything since the inputs began to reach the worker, so that nothing is gained by working early or late.
    Each is one of the least charges.  What it costs to carry values is measured on the reference, which runs our code
    and can be believed, and taken off both.  When the first pairs settle the question, the rest are not run; what
    looks too slow is measured for two seconds before it is called so, unless it is hopeless before.  Those are seconds
    of work, in eight that pass at most: on a busy machine few pairs would go into two.

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
    check : callable, default=assert_close
        Compares both answers, `check(got, expected)`.  What a work gives back is plain data; work that changes
        something in place gives back what it changed.

    Raises
    ------
    SubmissionFailed
        With the verdict `too_slow` above the limit, or `wrong` where answers differ.
    """
    whole: list[_Cost] = []
    work: list[_Cost] = []
    spent, latest = -time.thread_time(), time.monotonic() + _MOST_PATIENCE_S
    for pair in itertools.count():
        seed = int(rng.integers(2**63))
        with _Meter(candidate) as ours, _Meter(reference) as theirs:
            got, expected = ours.run(prepare, seed), theirs.run(prepare, seed)
            check(got, expected)
            all_ours, all_theirs = ours.read(), theirs.read()
        spent += all_ours.seconds + all_theirs.seconds
        if pair == 0:
            continue  # the first pair warms caches on both sides
        whole.append(_cost(all_ours, all_theirs))
        work.append(_cost(_less(all_ours, ours.prepared), _less(all_theirs, theirs.prepared)))
        ratio = max(_ratio(work), _ratio(whole))
        patient = spent + time.thread_time() < _PATIENCE_S and time.monotonic() < latest
        if _is_settled(ratio / limit, pair, patient=patient):
            break
        if pair >= _DOUBTFUL_PAIRS:
            time.sleep(_PAUSE_S)  # fifteen pairs can all fall into one burst of other work; what is left does not
            spent += _PAUSE_S
    told = min(cost.theirs for cost in work) >= _SHORTEST_S
    _record(candidate, Measure("time_ratio", ratio if told else None, limit))
    if ratio > limit:
        taken = f"{ratio:.1f} times as long as the reference" if told else "much longer than the reference"
        raise SubmissionFailed(Verdict.TOO_SLOW, f"Took {taken}; the limit is {limit:g} times.")


def _is_settled(share: float, pairs: int, *, patient: bool) -> bool:
    """Tell whether so many pairs answer the question; `share` is the ratio in limits."""
    if share <= 1.0:
        return pairs >= (_FEWEST_PAIRS if share <= _CLEARLY else _PAIRS)
    if share > _HOPELESS:
        return pairs >= _DOUBTFUL_PAIRS or not patient
    return pairs >= _PAIRS and not patient


def _cost(ours: Charge, theirs: Charge) -> _Cost:
    inner = min(theirs.inner_s, theirs.seconds)
    return _Cost(ours.seconds, inner, theirs.seconds - inner)


def _less(charge: Charge, earlier: Charge) -> Charge:
    return Charge(charge.seconds - earlier.seconds, charge.inner_s - earlier.inner_s)


def _ratio(costs: Sequence[_Cost]) -> float:
    # Other work on the machine only ever adds time, so the least is the best estimate of each.
    ours, theirs, carried = (
        min(values) for values in zip(*((c.ours, c.theirs, c.carried) for c in costs), strict=True)
    )
    return float(max((ours - carried) / max(theirs, _SHORTEST_S), _LEAST_RATIO))


def growth(
    candidate: Candidate,
    reference: Candidate,
    prepare: PrepareSize,
    rng: np.random.Generator,
    *,
    sizes: Sequence[int],
    limit: float,
    check: Check = assert_close,
) -> None:
    """Check how the time grows with n: the slope of log time against log n.

    A time is what `speed` charges for the work.  That of the whole, inputs included, may grow no faster than
    both the limit and n, which is what it takes to carry them.  Time wasted on small inputs hides no growth: below the
    greatest size a time counts as three times the reference's at most.

    Parameters
    ----------
    candidate, reference : Candidate
        The submission, and what its answers are compared with.
    prepare : callable
        `prepare(subject, rng, n)` builds inputs of size n and returns the function that is measured.
    rng : Generator
        Source of the inputs.
    sizes : sequence of int
        At least three sizes, each a few times the one before.
    limit : float
        Greatest exponent that passes; 1 is linear.
    check : callable, default=assert_close
        Compares both answers, `check(got, expected)`.

    Raises
    ------
    SubmissionFailed
        With the verdict `too_slow` above the limit, or `wrong` where answers differ.
    """
    work: dict[int, list[_Pair]] = {n: [] for n in sizes}
    whole: dict[int, list[_Pair]] = {n: [] for n in sizes}
    for _ in range(_ROUNDS):
        for n in sizes:
            seed = int(rng.integers(2**63))

            def sized(subject: Candidate, drawn: np.random.Generator, n: int = n) -> Work:
                return prepare(subject, drawn, n)

            with _Meter(candidate) as ours, _Meter(reference) as theirs:
                got, expected = ours.run(sized, seed), theirs.run(sized, seed)
                check(got, expected)
                one, other = ours.read(), theirs.read()
            work[n].append((_less(one, ours.prepared).seconds, _less(other, theirs.prepared).seconds))
            whole[n].append((one.seconds, other.seconds))
    exponent = _slope(work)
    if _slope(whole) > max(limit, 1.0):
        exponent = max(exponent, _slope(whole))
    _record(candidate, Measure("growth_exponent", exponent, limit))
    if exponent > limit:
        raise SubmissionFailed(
            Verdict.TOO_SLOW,
            f"Time grows like n to the power {exponent:.2f} from n = {sizes[0]} to {sizes[-1]}; "
            f"the limit is {limit:g}.",
        )


def _slope(seconds: dict[int, list[_Pair]]) -> float:
    """Return the slope of log time against log n, the least of several times being the best estimate of each."""
    least = {n: tuple(map(min, zip(*pairs, strict=True))) for n, pairs in seconds.items()}
    greatest = max(least)
    times = [
        ours if n == greatest else min(ours, _MOST_CONSTANT * max(theirs, _SHORTEST_S))
        for n, (ours, theirs) in least.items()
    ]
    x = [math.log(n) for n in least]
    y = [math.log(max(time, 1e-9)) for time in times]
    return float(statistics.linear_regression(x, y).slope)


def memory(
    candidate: Candidate,
    reference: Candidate,
    prepare: Prepare,
    rng: np.random.Generator,
    *,
    limit: float,
    check: Check = assert_close,
) -> None:
    """Check that the submission's peak memory is at most `limit` times that of the reference.

    Each runs once in a worker of its own; the peak is what the kernel counted above the memory before the call, until
    `check` has read the whole answer.  What a submission holds before the call counts as well, as far as it is more than
    the reference holds, or the call could let go of it and take as much.  Below 16 MiB the two count as equal.

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
    check : callable, default=assert_close
        Compares both answers, `check(got, expected)`.

    Raises
    ------
    SubmissionFailed
        With the verdict `out_of_memory` above the limit, or `wrong` where answers differ.
    """
    seed = int(rng.integers(2**63))
    with _Scale(reference) as theirs, _Scale(candidate) as ours:
        expected, got = theirs.run(prepare, seed), ours.run(prepare, seed)
        check(got, expected)
        held = max(ours.held_mb - theirs.held_mb - _MOST_HELD_MB, 0.0)
        least, taken = max(theirs.peak_mb(), _LEAST_MB), ours.peak_mb() + held
    ratio = taken / least
    _record(candidate, Measure("memory_ratio", ratio, limit))
    if ratio > limit:
        raise SubmissionFailed(
            Verdict.OUT_OF_MEMORY,
            f"Took {taken:.0f} MiB of memory, {ratio:.1f} times as much as the reference; the limit is {limit:g} times.",
        )


class _Meter:
    """Charges one subject from the first byte of its inputs on."""

    def __init__(self, subject: Candidate) -> None:
        self._subject = subject
        self._session = session_of(subject)

    def __enter__(self) -> Self:
        self._clock = self._session.clock = Clock(self._session.worker)
        return self

    def __exit__(self, *_: object) -> None:
        self._session.clock = None

    def run(self, prepare: Prepare, seed: int) -> Any:
        work = prepare(self._subject, np.random.default_rng(seed))
        self.prepared = self._clock.read()
        return _plain(work())

    def read(self) -> Charge:
        return self._clock.read()


class _Scale:
    """Weighs what one subject takes, in a worker of its own."""

    def __init__(self, subject: Candidate) -> None:
        self._owner = session_of(subject)

    def __enter__(self) -> Self:
        self._session = self._owner.fresh()
        return self

    def __exit__(self, *_: object) -> None:
        self._owner.failure = self._session.failure or self._owner.failure  # a failing reference is known for one
        self._session.close()

    def run(self, prepare: Prepare, seed: int) -> Any:
        work = prepare(Candidate(self._session), np.random.default_rng(seed))
        worker = self._session.worker
        # What earlier calls took must be back with the kernel, or the measured one finds as much lying ready; and
        # libraries must be there, or their pages count as the submission's.
        self._session.request(Verb.TRIM, Call("a pause", (), {}), worker.mapped_files())
        worker.settle(_MOST_SETTLING_S)
        worker.reset_peak()
        self._before = _told_mb(self._session, worker.resident_mb())
        self.held_mb = _told_mb(self._session, worker.memory_mb())
        with _Sampler(worker) as sampler:
            answer = _plain(work())
        self._seen_mb = sampler.most_mb
        return answer

    def peak_mb(self) -> float:
        peak = _told_mb(self._session, self._session.worker.peak_memory_mb())
        return max(peak - self._before, self._seen_mb - self.held_mb, 0.0)


class _Sampler:
    """Looks at a worker's own memory while it works.

    The kernel's peak has mapped files in it: who lets go of a mapped file can take as much and no peak shows it.
    """

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.most_mb = 0.0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_SAMPLE_S):
            self.most_mb = max(self.most_mb, self._worker.memory_mb() or 0.0)


def _told_mb(session: Session, memory: float | None) -> float:
    if memory is None:
        raise session.violation("its memory is not told any more")
    return memory


def _plain(answer: Any) -> Any:
    """Return an answer after making sure that nothing in it is still to be computed."""
    stack = [answer]
    while stack:
        value = stack.pop()
        if isinstance(value, RemoteObject):
            raise wrong(f"gave a result that holds {kind(value)}; a measured call gives plain data.", answer)
        if isinstance(value, (list, tuple, set, frozenset)):
            stack.extend(value)
        elif isinstance(value, dict):
            stack.extend(value)
            stack.extend(value.values())
        elif isinstance(value, np.ndarray) and value.dtype == object:
            stack.extend(value.ravel().tolist())
    return answer


def _record(candidate: Candidate, measure: Measure) -> None:
    session_of(candidate).measures.append(measure)
