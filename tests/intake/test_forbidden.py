"""The rule against shortcuts: what it finds, what it says, and what it lets pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.intake.forbidden import uses
from grader.intake.submission import submission_from_text
from grader.model import Backend
from tests.support.sessions import toy

if TYPE_CHECKING:
    from grader.model import Exercise

TOLD = "which this exercise forbids: write it yourself."


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    """An exercise that forbids two functions and a module."""
    return toy(backend=Backend.TORCH, forbidden=("np.linalg.norm", "F.softmax", "functools"))


@pytest.mark.parametrize(
    ("source", "sentences"),
    [
        ("import numpy as np\nnp.linalg.norm(1)", [f"Line 2 uses numpy.linalg.norm, {TOLD}"]),
        ("import numpy\nnumpy.linalg.norm(1)", [f"Line 2 uses numpy.linalg.norm, {TOLD}"]),
        ("import numpy.linalg as la\nla.norm(1)", [f"Line 2 uses numpy.linalg.norm, {TOLD}"]),
        ("from numpy import linalg\n\nlinalg.norm(1)", [f"Line 3 uses numpy.linalg.norm, {TOLD}"]),
        (
            "from numpy.linalg import norm as n\nn(1)",
            [f"Line 1 uses numpy.linalg.norm, {TOLD}", f"Line 2 uses numpy.linalg.norm, {TOLD}"],
        ),
        ("import torch.nn.functional as F\nF.softmax(1)", [f"Line 2 uses torch.nn.functional.softmax, {TOLD}"]),
        ("import torch\ntorch.nn.functional.softmax(1)", [f"Line 2 uses torch.nn.functional.softmax, {TOLD}"]),
        ("from functools import cache", [f"Line 1 uses functools, {TOLD}"]),
        ("def f():\n    import functools", [f"Line 2 uses functools, {TOLD}"]),
        ("import sklearn.metrics", ["Line 1 imports sklearn; only the standard library and numpy and torch are to be used."]),
        ("from scipy import stats", ["Line 1 imports scipy; only the standard library and numpy and torch are to be used."]),
    ],
)  # fmt: skip
def test_shortcuts_are_found(exercise: Exercise, source: str, sentences: list[str]) -> None:
    """A forbidden name is found under whatever alias it is imported, with its line."""
    assert list(uses(submission_from_text("attempt", source), exercise)) == sentences


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nnp.linalg.norms(1)\nnp.linalg.inv(1)",
        "import math, heapq, collections.abc\nfrom __future__ import annotations\nfrom typing import Any",
        "# np.linalg.norm\n'np.linalg.norm'\ndef norm(x): pass\nnorm(1)",
        "class F:\n    @staticmethod\n    def softmax(x): pass\nF().softmax(1)",
        "import torch\ntorch.nn.functional.log_softmax(1)",
        "def f(:",
        "x = " + "(" * 3000,
        "",
    ],
    ids=["neighbours", "standard library", "mentions", "own name", "other function", "syntax", "deep", "empty"],
)
def test_honest_code_is_left_alone(exercise: Exercise, source: str) -> None:
    """Neighbours of a forbidden name, names of one's own, comments and files that are not Python are no shortcuts."""
    assert uses(submission_from_text("attempt", source), exercise) == ()


@pytest.mark.parametrize(
    ("backend", "allowed"), [("python", "numpy"), ("numpy", "numpy"), ("torch", "numpy and torch")]
)
def test_libraries_follow_the_backend(backend: str, allowed: str) -> None:
    """Which libraries may be imported depends on what the exercise is about."""
    found = uses(submission_from_text("attempt", "import pandas"), toy(backend=Backend(backend)))

    assert found == (f"Line 1 imports pandas; only the standard library and {allowed} are to be used.",)


def test_a_shortcut_is_told_once_a_line(exercise: Exercise) -> None:
    """Two uses on one line are one sentence."""
    source = "import numpy as np\nnp.linalg.norm(1) + np.linalg.norm(2)\n"

    assert len(uses(submission_from_text("attempt", source), exercise)) == 1
