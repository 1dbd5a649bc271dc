"""A failing case of an exercise as a script: run in a fresh process, it fails as the case did.

`nox -s cases` does so for every exercise; here for a few.  `tests/practice/test_case_script.py` covers every verb.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.candidate.record import Given
from grader.content import catalog, mutants
from grader.intake.submission import submission_from_text
from grader.model import Verdict
from grader.practice.failing_case import find_failing_case
from grader.sandbox import Sandbox
from tests.support.case_scripts import run_script

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SEED = 7
# Objects and iteration, operators, modules and gradients, functions and objects of the test, tuples that become lists.
FEW = ("lru_cache", "autograd_engine", "lora", "beam_search", "grid_search_cv", "sql_analytics")
CATALOG = catalog.load_catalog(ROOT)
CHOSEN = [e for e in CATALOG.exercises if e.slug in FEW or os.environ.get("KATA_ALL_CASES")]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox(secret=[ROOT]) as box:
        yield box


@pytest.mark.parametrize("exercise", CHOSEN, ids=lambda exercise: exercise.slug)
def test_a_case_fails_as_a_script_as_it_did_as_a_test(exercise: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    """The script of a planted mistake ends with 1, or with the exception, and finds the same got and expected."""
    mutant = next(m for m in mutants.load_mutants(exercise).planted if m.core)
    source = mutants.mutated(exercise, mutant)

    case = find_failing_case(exercise, submission_from_text(exercise.slug, source), sandbox, seed=SEED)
    assert case is not None
    ran = run_script(case, source, tmp_path)

    assert "hidden_tests" not in ran.text
    if case.result.verdict is Verdict.RAISED:
        assert f"raised {ran.code}" in case.result.message
        assert f'{exercise.slug}.py", line' in ran.shown
        return
    failing = case.record.failing
    assert ran.code == 1, ran.shown
    if failing is None or failing.wanted is None or failing.origin is None:
        # The test computed something of what was given, and the script cannot know how: it tells what was found.
        assert case.result.message.splitlines()[-1] in ran.shown
        return
    assert _same(ran.found["got"], failing.got), ran.shown
    if not _holds_given(failing.wanted.value):
        assert _same(ran.found["expected"], failing.wanted.value), ran.shown


@pytest.mark.parametrize("exercise", CHOSEN, ids=lambda exercise: exercise.slug)
def test_the_script_passes_once_the_attempt_is_right(exercise: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    """With the reference in the place of the mistake, the same script ends with 0, or says that it cannot tell."""
    mutant = next(m for m in mutants.load_mutants(exercise).planted if m.core)
    source = mutants.mutated(exercise, mutant)
    case = find_failing_case(exercise, submission_from_text(exercise.slug, source), sandbox, seed=SEED)
    assert case is not None

    ran = run_script(case, exercise.reference_path.read_text(encoding="utf-8"), tmp_path)

    failing = case.record.failing
    told = failing is not None and failing.wanted is not None and failing.origin is not None
    if told or case.result.verdict is Verdict.RAISED:
        assert ran.code in (0, "LookupError"), ran.shown


def _holds_given(value: Any) -> bool:
    """Whether what was expected is itself made of what calls gave."""
    return isinstance(value, Given) or (isinstance(value, (list, tuple)) and any(map(_holds_given, value)))


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in other)
    if isinstance(other, (str, bytes, set, frozenset, type(None))):
        return bool(one == other)
    torch = sys.modules.get("torch")
    tensors = torch is not None and isinstance(other, torch.Tensor)
    first, second = (each.detach().double().numpy() if tensors else np.asarray(each) for each in (one, other))
    if second.dtype.kind not in "biufc":
        return bool(np.array_equal(first, second))
    # The same machine computes the same, up to the order in which threads add.
    return bool(np.allclose(first, second, rtol=1e-6, atol=1e-9, equal_nan=True))
