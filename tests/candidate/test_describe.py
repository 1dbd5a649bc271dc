"""Values and calls in words: short, exact where it helps, never a page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from grader.candidate.describe import Call, kind, show


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (3, "3"),
        (0.5, "0.5"),
        ("cat", "'cat'"),
        ("x" * 100, "str of length 100"),
        (b"ab", "b'ab'"),
        ([1, "a", None], "[1, 'a', None]"),
        ((1,), "(1,)"),
        ((), "()"),
        ({"a": 1}, "{'a': 1}"),
        (dict.fromkeys(range(99)), "dict of length 99"),
        ({1, 2}, "{1, 2}"),
        (list(range(99)), "list of length 99"),
        (["x" * 50] * 4, "list of length 4"),
        (10**5000, "an int of 16610 bits"),
        ({"a": 10**5000}, "dict of length 1"),
        (np.array([1.0, 2.5]), "[1.0, 2.5]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (np.array([True, False]), "[True, False]"),
        (np.array([1.0, 2.5], dtype=np.float32), "float32([1.0, 2.5])"),
        (np.array([1 / 3]), "[0.3333333]"),
        (np.array(2.0), "2.0"),
        (np.zeros((3, 4)), "float64 array of shape (3, 4)"),
        (np.zeros((1, 1, 1)), "float64 array of shape (1, 1, 1)"),
        (np.zeros(0), "float64 array of shape (0,)"),
        (np.float64(2.0), "float64(2.0)"),
        (np.int8(3), "int8(3)"),
        (torch.tensor([1.0, 2.5]), "tensor([1.0, 2.5])"),
        (torch.zeros(3, 4, dtype=torch.bfloat16), "bfloat16 tensor of shape (3, 4)"),
        (len, "<function>"),
        ([np.zeros(50), 3], "[float64 array of shape (50,), 3]"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_values_in_words(value: Any, words: str) -> None:
    """Few entries are shown, many are counted; unusual dtypes are named."""
    assert show(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((2, 3), dtype=np.int8), "int8 array of shape (2, 3)"),
        (torch.zeros(2, dtype=torch.float16), "float16 tensor of shape (2,)"),
        (None, "None"),
        (1, "an int"),
        (1.0, "a float"),
        ((1, 2), "tuple of length 2"),
    ],
)
def test_kinds_in_words(value: Any, words: str) -> None:
    """A value's kind is told with its size and without its contents."""
    assert kind(value) == words


def test_a_call_reads_as_it_would_be_written() -> None:
    """Positional arguments come first, then keywords."""
    assert str(Call("nms", (np.zeros((9, 4)), [0.5]), {"threshold": 0.5})) == (
        "nms(float64 array of shape (9, 4), [0.5], threshold=0.5)"
    )
