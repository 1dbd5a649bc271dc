"""A recorded case as a script: every verb of the conversation, and every way to fail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from grader.candidate import Candidate, SubmissionFailed
from grader.candidate.record import RecordingSession
from grader.intake.submission import submission_from_text
from grader.model import Backend, CaseResult
from grader.practice.failing_case import FailingCase
from grader.sandbox import Sandbox
from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_that,
    assert_type,
    expose,
    fetch,
    gradients,
    put,
    take,
)
from tests.support.case_scripts import Ran, run_script
from tests.support.sessions import toy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

WRONG = """
from collections import namedtuple
import numpy as np
Pair = namedtuple("Pair", "left right")
FACTOR = 3
class Box:
    kind = "box"
    def __init__(self, *items, scale=1): self.items, self.scale = list(items), scale * FACTOR
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i] * self.scale
    def __setitem__(self, i, value): self.items[i] = value
    def __contains__(self, value): return value in self.items
    def __iter__(self): return iter(self.items)
    def __add__(self, other): return Box(*self.items, *other.items, scale=self.scale)
    def __neg__(self): return Box(*[-i for i in self.items])
    def walk(self):
        while True:
            yield from [i * self.scale for i in self.items]
    @classmethod
    def empty(cls): return cls()
def scale(x): return x * FACTOR
def scale_(x): x *= FACTOR
def split(x): return Pair(x * FACTOR, {"rest": x})
def left(pair): return pair.left
def apply(f, *args): return FACTOR * f(*args)
def first(reader): return FACTOR * reader[0]
def kind(x): return float(FACTOR)
def fails(x): return {}[x]
def layout(x): return (x.flags.c_contiguous, x.flags.f_contiguous, FACTOR)
"""
RIGHT = WRONG.replace("FACTOR = 3", "FACTOR = 1").replace("return {}[x]", "return x")
TENSORS = """
import torch
FACTOR = 3.0
class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.ones(2))
    def forward(self, x): return FACTOR * (x * self.w)
def half(x): return (x * FACTOR).to(torch.bfloat16)
"""


class Reader:
    """What a submission reads through one method."""

    def __getitem__(self, index: int) -> float:
        return index + 2.0


def boxes(candidate: Any) -> None:
    """Objects: items, lengths, operators, keywords, iteration without an end."""
    box = candidate.Box(1.0, 2.0, scale=2)
    box[0] = 5.0
    assert len(box) == 2
    assert 5.0 in box
    both = box + candidate.Box(7.0)
    assert_close((-both)[2], -7.0)


def endless(candidate: Any) -> None:
    """A generator that never ends."""
    assert_close(take(candidate.Box(1.0, 2.0).walk(), 3), [1.0, 2.0, 1.0])


def attributes(candidate: Any) -> None:
    """Attributes of objects and classes, and a class method."""
    assert candidate.Box.kind == "box"
    box = candidate.Box.empty()
    assert box.scale
    box.items = [5.0]
    assert_close([box[0], box[0]], [5.0, 5.0])


def in_place(candidate: Any) -> None:
    """What a call changes in place."""
    x = put(candidate, np.arange(3.0))
    candidate.scale_(x)
    assert_close(fetch(x), np.arange(3.0))


def tuples(candidate: Any) -> None:
    """A tuple of the submission's own type goes back as what it was."""
    pair = candidate.split(np.ones(2))
    assert_close(candidate.left(pair), np.ones(2))


def functions(candidate: Any) -> None:
    """A function of the test's, and one whose answer changes between calls."""
    now = [1.0]
    clock = lambda: now[0]  # noqa: E731
    assert candidate.apply(np.add, 0.0, 0.0) == 0.0
    candidate.apply(clock)
    now[0] = 2.0
    assert_close(candidate.apply(clock), 2.0)


def readers(candidate: Any) -> None:
    """An object of the test's with a method."""
    assert_close(candidate.first(expose(Reader(), "__getitem__")), 2.0)


def large(candidate: Any) -> None:
    """Arrays that lie beside the script, and their memory layout."""
    x = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    assert_equal(candidate.layout(x.T), (False, True, 3))
    assert_equal(candidate.layout(x[::2]), (False, False, 3))
    assert_close(candidate.scale(x), x, check_dtype=True)


def views(candidate: Any) -> None:
    """Part of what a call gave."""
    assert_close(candidate.scale(np.arange(12.0).reshape(3, 4))[1], np.arange(4.0, 8.0))


def dtypes(candidate: Any) -> None:
    """A dtype."""
    assert_dtype(candidate.scale(np.ones(2)), "float32")


def types(candidate: Any) -> None:
    """A type."""
    assert_type(candidate.kind(1), int)


def exceptions(candidate: Any) -> None:
    """An exception that does not come."""
    with assert_raises(ValueError):
        candidate.scale(np.ones(1))


def facts(candidate: Any) -> None:
    """A fact that the test computes in its own way."""
    got = candidate.scale(np.ones(2))
    assert_that(got.sum() < 3, "sums to too much", got)


def modules(candidate: Any) -> None:
    """Modules, gradients and half precision."""
    layer = candidate.Layer()
    got, named = gradients(layer, torch.tensor([1.0, 2.0]), parameters=True)
    assert set(named) == {"w"}
    assert_close(got[0], torch.ones(2))


def halves(candidate: Any) -> None:
    """A tensor of a type that numpy does not have."""
    x = torch.arange(100.0).to(torch.bfloat16)
    assert_close(candidate.half(x), x)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


def recorded(test: Callable[[Any], None], source: str, sandbox: Sandbox, backend: Backend) -> FailingCase:
    """Run a test that must fail with a record, as `kata case` does."""
    exercise, submission = toy(backend=backend), submission_from_text("attempt", source)
    session = RecordingSession(sandbox, exercise, submission)
    session.begin_case()
    try:
        with pytest.raises(SubmissionFailed) as failure:
            test(Candidate(session))
        message = session.explain(failure.value)
    finally:
        session.close()
    title = str(test.__doc__)
    result = CaseResult(test.__name__, title, failure.value.verdict, 0.0, 1.0, 0.0, message)
    return FailingCase(exercise, submission, result, session.record, 1)


def run(test: Callable[[Any], None], sandbox: Sandbox, folder: Path) -> tuple[FailingCase, Ran, Ran]:
    """Run a test's script with the wrong submission and with the right one."""
    tensors = test in (modules, halves)
    wrong, backend = (TENSORS, Backend.TORCH) if tensors else (WRONG, Backend.NUMPY)
    case = recorded(test, wrong, sandbox, backend)
    right = wrong.replace("FACTOR = 3.0", "FACTOR = 1.0") if tensors else RIGHT
    return case, run_script(case, wrong, folder), run_script(case, right, folder)


@pytest.mark.parametrize(
    "test",
    [boxes, endless, attributes, in_place, tuples, functions, readers, large, views, modules, halves],
    ids=lambda test: test.__name__,
)
def test_every_verb_is_written_out(test: Callable[[Any], None], sandbox: Sandbox, tmp_path: Path) -> None:
    """The script finds the same value as the case, ends with 1, and with 0 once the submission is right."""
    case, wrong, right = run(test, sandbox, tmp_path)

    failing = case.record.failing
    assert failing is not None
    assert wrong.code == 1, wrong.shown
    got, expected = (
        np.asarray(value.double() if isinstance(value, torch.Tensor) else value)
        for value in (wrong.found["got"], failing.got)
    )
    assert np.allclose(got, expected)
    assert right.code == 0, right.shown
    assert "WRONG" not in wrong.text
    assert "Reader" not in wrong.text


@pytest.mark.parametrize(
    ("test", "got", "expected"),
    [
        (dtypes, "'float64'", "'float32'"),
        (types, "'float'", "'int'"),
        (exceptions, "array([3.])", "'ValueError'"),
    ],
)
def test_checks_of_one_property(test: Any, got: str, expected: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """A dtype, a type and an exception that did not come are told as such."""
    _, wrong, _ = run(test, sandbox, tmp_path)

    assert wrong.code == 1
    assert f"got      {got}" in wrong.shown
    assert "expected" in wrong.shown
    assert expected.strip("'") in wrong.shown


def test_what_the_test_computed_is_told_and_not_repeated(sandbox: Sandbox, tmp_path: Path) -> None:
    """Where the script cannot repeat what the test did, it says what was found, and sees whether the value changed."""
    _, wrong, right = run(facts, sandbox, tmp_path)

    assert wrong.code == 1
    assert "scale(np.array([1.0, 1.0])) gave a result that sums to too much." in wrong.shown
    assert right.code == 0


def test_an_exception_ends_the_script_as_it_did_the_case(sandbox: Sandbox, tmp_path: Path) -> None:
    """A call that raised raises; once it returns, the script says what can tell more."""

    def raising(candidate: Any) -> None:
        """Nothing is raised."""
        candidate.fails(7)

    _, wrong, right = run(raising, sandbox, tmp_path)

    assert wrong.code == "KeyError"
    assert "The call returns now" in right.shown
    assert right.code == 0
