"""Which planted mistake a failed submission looks like, by what the record of the last proof tells of each.

Two things speak: the cases that failed, and what was said of them.  A mistake that fails nearly the same cases is suspected;
it is told where it also gives the same wrong answers to the same inputs.  Precision comes before recall: nothing is told
where every case failed, some were not run, all failures are slips such as a NameError, or too many mistakes are alike.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.content.mutants import ACCIDENTS, load_mutants
from grader.content.record import proof_digest, read_record
from grader.errors import ContentError
from grader.model import Diagnosis, Layer, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.content.mutants import Mutant
    from grader.content.record import Record
    from grader.model import CaseResult, Exercise

# Chosen on wrong solutions by people who had seen neither tests nor mutants.
_SUSPECT: Final = 0.3  # how like the failing cases of a mistake must be to those of the submission
_SAME: Final = 0.5  # which share of the answers must be the same
_BESIDE: Final = 0.05  # how much less like another may be and still count as a twin
_APART: Final = 0.6  # how like the next may be where the cases alone must tell
_MOST_SUSPECTS: Final = 6
_MOST_TOLD: Final = 2
_MOST_ASKED: Final = 4
_SAYS_NOTHING: Final = frozenset({Verdict.GRADER_FAULT, Verdict.INVALID, Verdict.SKIPPED, Verdict.NOT_STARTED})
_MEASURED: Final = frozenset({Verdict.TOO_SLOW, Verdict.TIMED_OUT, Verdict.OUT_OF_MEMORY})
_NUMBER: Final = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
_PLACE: Final = re.compile(r" \([\w./]+\.py line \d+.*", re.DOTALL)
_ANSWER: Final = re.compile(r"gave|expected|the test")
_EXPECTED: Final = re.compile(r"\bexpected ([^;\n]*?)(?: \(|[.;]?$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A planted mistake that fails nearly the same cases.

    Attributes
    ----------
    mutant : Mutant
        How it is made.
    likeness : float
        Weight of the cases that both fail relative to that of all that either fails.
    cases : frozenset of str
        Those that the mistake fails.
    """

    mutant: Mutant
    likeness: float
    cases: frozenset[str]


def suspects(exercise: Exercise, cases: Sequence[CaseResult]) -> tuple[Suspect, ...]:
    """Return the planted mistakes that fail nearly the same cases, the likest first.

    Parameters
    ----------
    exercise : Exercise
        Whose record of the last proof is read; only where something failed.
    cases : sequence of CaseResult
        Every case of the exercise.

    Returns
    -------
    tuple of Suspect
        Empty where the evidence is weak, or the record is missing, broken or of older content.
    """
    failed = [case for case in cases if case.verdict is not Verdict.PASSED]
    if not failed or len(failed) == len(cases) or any(case.verdict in _SAYS_NOTHING for case in failed):
        return ()
    if all(_is_slip(case) for case in failed):
        return ()
    try:
        record = read_record(exercise)
        if record is None or record.content != proof_digest(exercise):
            return ()
        mutants = {mutant.name: mutant for mutant in load_mutants(exercise).planted}
    except ContentError:
        return ()
    if {case.name for case in cases} != set(record.cases):
        return ()
    names = frozenset(case.name for case in failed)
    of = {pattern.mutant: frozenset(pattern.cases) for pattern in record.patterns}
    return tuple(
        Suspect(mutants[name], likeness, of[name]) for name, likeness in nearest(record, names) if name in mutants
    )


def nearest(record: Record, failed: frozenset[str]) -> tuple[tuple[str, float], ...]:
    """Return the names of the mutants that a pattern of failing cases looks like, and how much, the likest first.

    Parameters
    ----------
    record : Record
        Which cases each planted mistake fails.
    failed : frozenset of str
        Names of the cases that failed.
    """
    of_test = Counter(_test(case) for case in record.cases)
    # Many cases of one parametrised test fail together, so together they weigh less than as many tests.
    weights = {case: of_test[_test(case)] ** -0.5 for case in record.cases}
    near = sorted(
        ((pattern.mutant, _likeness(failed, frozenset(pattern.cases), weights)) for pattern in record.patterns),
        key=lambda pair: -pair[1],
    )
    return tuple(pair for pair in near[:_MOST_SUSPECTS] if pair[1] >= _SUSPECT)


def to_ask(cases: Sequence[CaseResult]) -> tuple[CaseResult, ...]:
    """Return the failed cases whose answers are worth comparing: not those that were measured, in the order of the file."""
    return tuple(case for case in cases if case.verdict is not Verdict.PASSED and not _is_measured(case))[:_MOST_ASKED]


def verdict_on(
    suspected: Sequence[Suspect], cases: Sequence[CaseResult], answers: Mapping[str, Sequence[CaseResult]]
) -> Diagnosis | None:
    """Return the mistake that a submission shares with a planted one.

    Parameters
    ----------
    suspected : sequence of Suspect
        What it may be.
    cases : sequence of CaseResult
        Every case of the submission.
    answers : mapping of str to sequence of CaseResult
        By the name of a mutant, what it answers in the cases of `to_ask` with the same inputs.

    Returns
    -------
    Diagnosis or None
        At most two mistakes that cannot be told apart; None where the evidence is weak.
    """
    asked = to_ask(cases)
    measured = [case for case in cases if case.verdict is not Verdict.PASSED and _is_measured(case)]
    rated = []
    for suspect in suspected:
        given = {case.name: case for case in answers.get(suspect.mutant.name, ())}
        same = [
            case.name in given and _said(given[case.name]) == _said(case)
            for case in asked
            if _speaks(case, given.get(case.name))
        ]
        if not asked:  # numbers of a measurement are nobody's handwriting
            same = [case.name in suspect.cases for case in measured[:_MOST_ASKED]]
        alike = all(case.name in given and given[case.name].verdict is case.verdict for case in asked)
        rated.append((sum(same) / max(len(same), 1), suspect.likeness, alike, suspect.mutant.mistake))
    if not rated:
        return None
    rated.sort(key=lambda one: (-one[0], -one[1]))
    best, likeness, _, _ = rated[0]
    if best >= _SAME:
        twins = [mistake for same, like, _, mistake in rated if same > best - 1e-9 and like >= likeness - _BESIDE]
        return Diagnosis(tuple(dict.fromkeys(twins))) if len(twins) <= _MOST_TOLD else None
    # Another style may answer with other wrong numbers: only a pattern that is all its own tells then.
    fits = [mistake for _, like, alike, mistake in rated if like == 1.0 and alike]
    others = [like for _, like, alike, _ in rated if like < 1.0 or not alike]
    if 1 <= len(fits) <= _MOST_TOLD and max(others, default=0.0) <= _APART:
        return Diagnosis(tuple(dict.fromkeys(fits)))
    return None


def _speaks(case: CaseResult, other: CaseResult | None) -> bool:
    """Return whether two answers can be compared: a property may have failed them with different inputs."""
    wanted, theirs = _wanted(case), "" if other is None else _wanted(other)
    return not wanted or not theirs or wanted == theirs


def _wanted(case: CaseResult) -> str:
    """Return what the test says that it expected; empty where it says nothing of the kind."""
    found = _EXPECTED.search(_PLACE.sub("", case.message))
    return "" if found is None else _rounded(found[1])


def _likeness(one: frozenset[str], other: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return the weight of the common cases relative to that of all cases of either, from 0 to 1."""
    if one == other:
        return 1.0
    return sum(weights[case] for case in one & other) / sum(weights[case] for case in one | other)


def _said(case: CaseResult) -> tuple[Verdict, str]:
    """Return what was answered, without what differs between two who make the same mistake: digits, lines of code."""
    lines = _PLACE.sub("", case.message).splitlines() or [""]
    kept = [line for line in lines[1:] if _ANSWER.match(line)]
    if len(lines) == 1 or " raised " in lines[0]:
        kept.append(lines[0])
    asked = re.split(r"[\[(]", lines[0].removeprefix("After "))[0].strip()
    told = "\n".join([asked, *kept])
    return case.verdict, _rounded(told)


def _rounded(text: str) -> str:
    return _NUMBER.sub(lambda found: f"{float(found[0]):.3g}", text)


def _is_measured(case: CaseResult) -> bool:
    return case.verdict in _MEASURED or case.layer is Layer.SCALE


def _test(case: str) -> str:
    return case.partition("[")[0]


def _is_slip(case: CaseResult) -> bool:
    return case.verdict is Verdict.RAISED and any(f"raised {name}" in case.message for name in ACCIDENTS)
