"""Gradients, time, growth and memory of a submission, measured against a reference."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from grader.candidate import session_of
from grader.model import Backend
from grader.sandbox import Sandbox
from grader.testing import assert_close, assert_gradients, gradients, growth, memory, speed
from tests.support.sessions import opened, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.candidate import Candidate

GRADIENTS = """
import torch

class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * g * x ** 2

def cube(x): return x ** 3
def wrong_cube(x): return Cube.apply(x)
def detached(x, y): return (x.detach() * y)
def product(x, y): return x * y, x.sum()
def root(x): return torch.sqrt(x.abs()).sum()
def no_tensor(x): return 5.0
class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([2.0], dtype=torch.float64))
    def forward(self, x): return self.w * x
"""
FAST = "import numpy as np\ndef pairs(x): return float((x[:, None] * x[None, :]).sum())\ndef total(x): return float(x.sum())\n"
SLOW = (
    "import numpy as np\n"
    "def pairs(x):\n    s = 0.0\n    for a in x.tolist():\n        for b in x.tolist(): s += a * b\n    return s\n"
    "def total(x): return float(x.sum())\n"
)
GREEDY = (
    "import numpy as np\ndef total(x):\n    y = np.ones((len(x), 200)) * x[:, None]\n    return float(y[:, 0].sum())\n"
)

COPYING = (
    "import numpy as np\ndef history(): return np.ones(4_000_000)\ndef step(): return float(np.ones(4_000_000).sum())\n"
)
LENDING = "import numpy as np\nHISTORY = np.ones(4_000_000)\ndef history(): return HISTORY\ndef step(): return 4e6\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.fixture(scope="module")
def layers(sandbox: Sandbox) -> Iterator[Any]:
    """A torch submission."""
    with opened(sandbox, GRADIENTS, Backend.TORCH) as candidate:
        yield candidate


def _prepare(name: str, size: int) -> Callable[[Candidate, np.random.Generator], Callable[[], Any]]:
    def prepare(subject: Candidate, rng: np.random.Generator) -> Callable[[], Any]:
        x = rng.random(size)
        return lambda: getattr(subject, name)(x)

    return prepare


def test_gradients_are_taken_in_the_submission(layers: Any) -> None:
    """A gradient comes back for each argument asked for; parameters of a module by name."""
    x = torch.tensor([1.0, 2.0], dtype=torch.float64)
    (slope,) = gradients(layers.cube, x)
    both = gradients(layers.product, x, 3 * x, wrt=(0, 1), output=0)
    (inner,), named = gradients(layers.Layer(), x, parameters=True)

    assert_close(slope, 3 * x**2)
    assert_close(both[0], 3 * x)
    assert_close(both[1], x)
    assert_close(inner, torch.tensor([2.0, 2.0]))
    assert_close(named, {"w": torch.tensor([3.0])})


def test_right_gradients_pass(layers: Any) -> None:
    """Gradients that finite differences confirm are accepted, for functions and modules."""
    x = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)

    assert_gradients(layers.cube, x)
    assert_gradients(layers.product, x, 2 * x, wrt=(0, 1), output=0)
    assert_gradients(layers.Layer(), x)


def test_wrong_gradients_are_told(layers: Any) -> None:
    """A wrong, missing or infinite gradient is told by its argument and the slope that it should have."""
    x = torch.tensor([1.0, 2.0], dtype=torch.float64)
    wrong = told(layers, lambda: assert_gradients(layers.wrong_cube, x))

    assert "gave a gradient for argument 0 with slope" in wrong
    assert "; finite differences give" in wrong
    assert "gave no gradient for argument 0." in told(
        layers, lambda: assert_gradients(layers.detached, x, x, wrt=(0, 1))
    )
    assert "not finite" in told(layers, lambda: assert_gradients(layers.root, torch.zeros(2, dtype=torch.float64)))
    assert told(layers, lambda: assert_gradients(layers.no_tensor, x)).endswith("gave no tensor to differentiate.")


def test_an_equally_fast_submission_passes(sandbox: Sandbox) -> None:
    """The reference against itself is within a generous limit, and the ratio is in the report."""
    with opened(sandbox, FAST) as candidate, opened(sandbox, FAST) as reference:
        speed(candidate, reference, _prepare("pairs", 2000), np.random.default_rng(0), limit=10)
        (measure,) = session_of(candidate).measures

        assert (measure.name, measure.limit) == ("time_ratio", 10)
        assert measure.value is not None
        assert measure.value < 10


def test_a_slow_submission_is_told_its_ratio(sandbox: Sandbox) -> None:
    """A loop against one operation is too slow, and the message says how much."""
    with opened(sandbox, SLOW) as candidate, opened(sandbox, FAST) as reference:
        message = told(
            candidate, lambda: speed(candidate, reference, _prepare("pairs", 1500), np.random.default_rng(0), limit=3)
        )

    assert message.startswith("too_slow: Took ")
    assert message.endswith(" times as long as the reference; the limit is 3 times.")


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels do not tell the processor time of a process")
def test_other_work_on_the_machine_does_not_change_the_ratio(sandbox: Sandbox) -> None:
    """With every core busy the reference still takes as long as itself, and twice its work twice as long."""
    spin = [sys.executable, "-c", "print(1, flush=True)\nwhile True: pass"]
    twice = FAST.replace("def pairs", "def once") + "\ndef pairs(x): return (once(x), once(x))[0]\n"
    with contextlib.ExitStack() as stack:
        for _ in range(2 * (os.cpu_count() or 1)):
            other = stack.enter_context(subprocess.Popen(spin, stdout=subprocess.PIPE))
            stack.callback(other.kill)
            assert other.stdout is not None
            other.stdout.readline()
        ratios = []
        for source in (FAST, twice):
            candidate = stack.enter_context(opened(sandbox, source))
            reference = stack.enter_context(opened(sandbox, FAST))
            speed(candidate, reference, _prepare("pairs", 2000), np.random.default_rng(0), limit=10)
            ratios.append(session_of(candidate).measures[0].value)

    assert ratios == pytest.approx([1, 2], rel=0.4)


def test_waiting_is_charged_too(sandbox: Sandbox) -> None:
    """A submission that sleeps instead of computing is too slow all the same."""
    lazy = FAST.replace("def pairs(x):", "import time\ndef pairs(x):\n    time.sleep(0.05)\n   ")
    with opened(sandbox, lazy) as candidate, opened(sandbox, FAST) as reference:
        message = told(
            candidate, lambda: speed(candidate, reference, _prepare("pairs", 50), np.random.default_rng(0), limit=5)
        )

    assert message.startswith("too_slow: Took ")


def test_a_fast_wrong_answer_is_wrong(sandbox: Sandbox) -> None:
    """Every timed result is checked, so that skipping the work gains nothing."""
    with opened(sandbox, "def pairs(x): return 0.0") as candidate, opened(sandbox, FAST) as reference:
        message = told(
            candidate, lambda: speed(candidate, reference, _prepare("pairs", 50), np.random.default_rng(0), limit=3)
        )

    assert message.startswith("wrong: pairs(")


def test_growth_tells_linear_from_quadratic(sandbox: Sandbox) -> None:
    """The exponent of a loop over pairs is near 2 and fails a limit of 1.5; a linear one passes."""

    def prepare(subject: Any, rng: np.random.Generator, n: int) -> Callable[[], Any]:
        x = rng.random(n)
        return lambda: subject.pairs(x)

    linear = "def pairs(x):\n    s = 0.0\n    for a in x.tolist() * 20: s += a * a\n    return s\n"
    with opened(sandbox, linear) as candidate, opened(sandbox, linear) as reference:
        growth(candidate, reference, prepare, np.random.default_rng(0), sizes=(1000, 4000, 16000), limit=1.6)
        (measure,) = session_of(candidate).measures
        assert measure.value is not None
        assert measure.value > 0.4
    with opened(sandbox, SLOW) as candidate, opened(sandbox, FAST) as reference:
        message = told(
            candidate,
            lambda: growth(candidate, reference, prepare, np.random.default_rng(0), sizes=(300, 900, 2700), limit=1.4),
        )

    assert message.startswith("too_slow: Time grows like n to the power ")
    assert message.endswith(" from n = 300 to 2700; the limit is 1.4.")


def test_memory_is_compared_with_the_reference(sandbox: Sandbox) -> None:
    """A matrix where a vector does is told in MiB; the same solution passes."""
    with opened(sandbox, FAST) as candidate, opened(sandbox, FAST) as reference:
        memory(candidate, reference, _prepare("total", 100_000), np.random.default_rng(0), limit=2)
        assert session_of(candidate).measures[0].name == "memory_ratio"
    with opened(sandbox, GREEDY) as candidate, opened(sandbox, FAST) as reference:
        message = told(
            candidate,
            lambda: memory(candidate, reference, _prepare("total", 100_000), np.random.default_rng(0), limit=2),
        )

    assert message.startswith("out_of_memory: Took ")
    assert message.endswith(" times as much as the reference; the limit is 2 times.")


def test_memory_of_an_earlier_answer_hides_nothing(sandbox: Sandbox) -> None:
    """What the worker frees just after an answer is not taken for memory that the measured call did not need."""

    def prepare(subject: Candidate, rng: np.random.Generator) -> Callable[[], Any]:
        subject.history()
        return subject.step

    for _ in range(5):
        with opened(sandbox, COPYING) as candidate, opened(sandbox, LENDING) as reference:
            message = told(
                candidate, lambda: memory(candidate, reference, prepare, np.random.default_rng(0), limit=1.5)
            )
            assert message.startswith("out_of_memory: Took ")
