"""Values and calls in words: short, exact where it helps, never a page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from grader.candidate.code import Writer
from grader.candidate.describe import Call, kind, show


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (3, "3"),
        (0.5, "0.5"),
        ("cat", "'cat'"),
        ("x" * 300, "str of length 300"),
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
        ({"a": 10**5000}, "{'a': an int of 16610 bits}"),
        (np.array([1.0, 2.5]), "[1.0, 2.5]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (np.array([True, False]), "[True, False]"),
        (np.array([1.0, 2.5], dtype=np.float32), "np.array([1.0, 2.5], dtype=np.float32)"),
        (np.array([1 / 3]), "[0.3333333]"),
        (np.array(2.0), "2.0"),
        (np.zeros((3, 6)), "float64 array of shape (3, 6)"),
        (np.zeros((1, 1, 1)), "float64 array of shape (1, 1, 1)"),
        (np.zeros(0), "float64 array of shape (0,)"),
        (np.float64(2.0), "np.float64(2.0)"),
        (np.int8(3), "np.int8(3)"),
        (torch.tensor([1.0, 2.5]), "torch.tensor([1.0, 2.5])"),
        (torch.zeros(3, 6, dtype=torch.bfloat16), "bfloat16 tensor of shape (3, 6)"),
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
    assert str(Call("nms", (np.arange(72.0).reshape(18, 4), [0.5]), {"threshold": 0.5})) == (
        "nms(float64 array of shape (18, 4), [0.5], threshold=0.5)"
    )


@pytest.mark.parametrize(
    "value",
    [
        np.array([[0.1, -0.0], [np.nan, -np.inf]], dtype=np.float32),
        np.array([1 / 3, 1e300]),
        np.array([1, 2], dtype=np.int8),
        np.array([1, 2], dtype=">i4"),
        np.array(3.5),
        np.array([True, False]),
        np.array(["a", "bcd"]),
        np.zeros((0, 4), dtype=np.float16),
        np.zeros(0, dtype=np.int64),
        np.zeros(0),
        torch.zeros((0, 2), dtype=torch.bool),
        np.zeros((30, 40), dtype=bool),
        np.full((3, 3), 0.1, dtype=np.float32),
        np.arange(200),
        np.asfortranarray([[1.0, 2.0], [3.0, 4.5]]),
        np.float32(0.1),
        np.int64(3),
        torch.tensor([0.1, float("nan")]),
        torch.tensor([[1 / 3]], dtype=torch.float64),
        torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
        torch.tensor([1, 2]),
        torch.zeros(9, 9, dtype=torch.int64),
        torch.full((3, 3), 2.5),
        torch.tensor(True),
        [1.5, "a", None, (2,), {"k": {1, 2}}, frozenset(), set(), b"x", range(3), 1 + 2j, ...],
        float("inf"),
    ],
    ids=lambda value: f"{type(value).__name__}-{getattr(value, 'dtype', '')}",
)
def test_arguments_paste(value: Any) -> None:
    """What a call shows of an argument is Python that gives the very value again, dtype and all."""
    code = Writer().write(value)
    again = eval(code, {"np": np, "torch": torch})

    assert type(again) is type(value)
    assert getattr(again, "dtype", None) == getattr(value, "dtype", None)
    if isinstance(value, torch.Tensor):
        assert torch.equal(again.nan_to_num(), value.nan_to_num())
    elif isinstance(value, np.ndarray):
        assert again.shape == value.shape
        assert again.tobytes() == value.tobytes()
        assert again.flags.f_contiguous == value.flags.f_contiguous
    else:
        assert again == value


def test_a_call_of_much_fits_a_screen() -> None:
    """Up to sixty entries are written out, more are described, and so are the longest of many arguments."""
    rng = np.random.default_rng(0)

    assert "float64 array" not in str(Call("f", (rng.normal(size=(10, 5)),), {}))
    assert str(Call("f", (rng.normal(size=(10, 7)), 3), {})) == "f(float64 array of shape (10, 7), 3)"
    many = str(Call("f", tuple(rng.normal(size=(10, 5)) for _ in range(6)), {"k": 1}))
    assert len(many) < 1300
    assert many.endswith("k=1)")
