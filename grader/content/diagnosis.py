"""Which planted mistake a failed submission looks like: the one that fails the same cases.

Precision comes before recall.  Nothing is told where the pattern says little: every case failed, some were not run, all
failures are slips such as a NameError, the nearest mistake is far, another is almost as near, or too many are alike.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from grader.content.mutants import ACCIDENTS, load_mutants
from grader.content.record import proof_digest, read_record
from grader.errors import ContentError
from grader.model import Diagnosis, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.content.record import Record
    from grader.model import CaseResult, Exercise

# Tuned on wrong solutions to half of the exercises, written by people who had seen neither tests nor mutants.
_NEAR: Final = 0.65
_LEAD: Final = 0.05
_MOST: Final = 2
_SAYS_NOTHING: Final = frozenset({Verdict.GRADER_FAULT, Verdict.INVALID, Verdict.SKIPPED, Verdict.NOT_STARTED})


def diagnose(exercise: Exercise, cases: Sequence[CaseResult]) -> Diagnosis | None:
    """Return the planted mistake that fails nearly the same cases.

    Parameters
    ----------
    exercise : Exercise
        Whose record of the last proof is read; only where something failed.
    cases : sequence of CaseResult
        Every case of the exercise.

    Returns
    -------
    Diagnosis or None
        At most two mistakes; None where the evidence is weak, or the record is missing, broken or of older content.
    """
    failed = [case for case in cases if case.verdict is not Verdict.PASSED]
    if not failed or len(failed) == len(cases) or any(case.verdict in _SAYS_NOTHING for case in failed):
        return None
    if all(_is_slip(case) for case in failed):
        return None
    try:
        record = read_record(exercise)
        if record is None or record.content != proof_digest(exercise):
            return None
        mistakes = {mutant.name: mutant.mistake for mutant in load_mutants(exercise).planted}
    except ContentError:
        return None
    if {case.name for case in cases} != set(record.cases):
        return None
    told = [mistakes[name] for name in nearest(record, frozenset(case.name for case in failed)) if name in mistakes]
    return Diagnosis(tuple(dict.fromkeys(told))) if told else None


def nearest(record: Record, failed: frozenset[str]) -> tuple[str, ...]:
    """Return the names of the mutants that a pattern of failing cases looks like.

    Parameters
    ----------
    record : Record
        Which cases each planted mistake fails.
    failed : frozenset of str
        Names of the cases that failed.

    Returns
    -------
    tuple of str
        One, or two that cannot be told apart; empty where none is near enough or clearly ahead.
    """
    of_test = Counter(_test(case) for case in record.cases)
    # Many cases of one parametrised test fail together, so together they weigh less than as many tests.
    weights = {case: of_test[_test(case)] ** -0.5 for case in record.cases}
    near = sorted(
        ((_likeness(failed, frozenset(pattern.cases), weights), pattern.mutant) for pattern in record.patterns),
        key=lambda pair: -pair[0],
    )
    if not near or near[0][0] < _NEAR:
        return ()
    best = near[0][0]
    tied = tuple(mutant for likeness, mutant in near if likeness > best - 1e-9)
    following = near[len(tied)][0] if len(near) > len(tied) else 0.0
    is_ahead = best == 1.0 or best - following >= _LEAD
    return tied if is_ahead and len(tied) <= _MOST else ()


def _likeness(one: frozenset[str], other: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return the weight of the common cases relative to that of all cases of either, from 0 to 1."""
    if one == other:
        return 1.0
    return sum(weights[case] for case in one & other) / sum(weights[case] for case in one | other)


def _test(case: str) -> str:
    return case.partition("[")[0]


def _is_slip(case: CaseResult) -> bool:
    return case.verdict is Verdict.RAISED and any(f"raised {name}" in case.message for name in ACCIDENTS)
