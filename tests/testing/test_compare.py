"""Comparisons: what is accepted, and the sentence a learner reads when something is not."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from grader.candidate import SubmissionFailed
from grader.model import Backend, Verdict
from grader.sandbox import Sandbox
from grader.testing import assert_close, assert_dtype, assert_equal, assert_shape, assert_that, assert_type
from tests.support.sessions import opened, told

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each name is a function of no arguments that gives the value beside it.
VALUES = {
    "three": "np.array([1.0, 2.0, 3.0])",
    "close": "np.array([1.0, 2.0, 3.0 + 1e-9])",
    "halves": "np.array([1.0, 2.0, 3.5])",
    "ints": "np.array([1, 2, 3])",
    "single": "np.array([1.0, 2.0, 3.0], dtype=np.float32)",
    "nan": "np.array([1.0, np.nan, np.nan])",
    "inf": "np.array([1.0, 2.0, np.inf])",
    "column": "np.array([[1.0], [2.0], [3.0]])",
    "many": "np.where(np.arange(100).reshape(10, 10) == 37, 5.0, 0.0)",
    "complexes": "np.array([1 + 2j, 3.0])",
    "number": "2.5",
    "scalar": "np.float64(2.5)",
    "whole": "7",
    "true": "True",
    "none": "None",
    "text": "'abc'",
    "pair": "(np.array([1.0, 2.0]), 3.0)",
    "numbers": "[1.0, 2.0, 3.0]",
    "ragged": "[[1.0], [2.0, 3.0]]",
    "mixed": "[1.0, 'a']",
    "table": "{'a': 1.0, 'b': [1.0, 2.0]}",
    "words": "['a', 'b']",
    "nested": "[[1, [2, 3]], 'x']",
    "generator": "(x for x in [1.0, 2.0, 3.0])",
    "thing": "Thing()",
    "huge": "1 << 20000",
    "labels": "np.array(['a', 'b'])",
    "longest": "[0.0] * 20",
    "empty": "np.zeros((0, 3))",
    "tiny": "np.array(7.203053093000001)",
}
SOURCE = "import numpy as np\n\n\nclass Thing:\n    pass\n" + "".join(
    f"\n\ndef {name}():\n    return {value}\n" for name, value in VALUES.items()
)
TENSORS = """
import torch
def halves(): return torch.tensor([1.0, 2.5], dtype=torch.bfloat16)
def singles(): return torch.tensor([1.0, 2.5])
def trained(): return torch.tensor([1.0, 2.5], requires_grad=True) * 2
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.fixture(scope="module")
def candidate(sandbox: Sandbox) -> Iterator[Any]:
    """A submission whose functions give the values above."""
    with opened(sandbox, SOURCE) as subject:
        yield subject


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("three", [1, 2, 3]),
        ("three", np.array([1.0, 2.0, 3.0])),
        ("close", np.array([1.0, 2.0, 3.0])),
        ("ints", [1.0, 2.0, 3.0]),
        ("ints", np.array([1.0, 2.0, 3.0])),
        ("single", np.array([1.00001, 2.0, 3.0], dtype=np.float32)),
        ("nan", [1.0, math.nan, math.nan]),
        ("inf", [1.0, 2.0, math.inf]),
        ("complexes", [1 + 2j, 3]),
        ("number", 2.5),
        ("scalar", 2.5),
        ("number", np.float64(2.5)),
        ("pair", (np.array([1.0, 2.0]), 3.0)),
        ("pair", [np.array([1.0, 2.0]), 3.0]),
        ("numbers", (1.0, 2.0, 3.0)),
        ("numbers", np.array([1.0, 2.0, 3.0])),
        ("table", {"a": 1.0, "b": [1.0, 2.0]}),
        ("empty", np.zeros((0, 3))),
        ("ragged", [np.array([1.0]), np.array([2.0, 3.0])]),
    ],
)
def test_close_values_are_accepted(candidate: Any, name: str, expected: Any) -> None:
    """Lists, arrays and scalars of any number type count by their values; the looser dtype sets the tolerance."""
    assert_close(getattr(candidate, name)(), expected)


@pytest.mark.parametrize(
    ("name", "expected", "message"),
    [
        ("none", [1.0], "none() gave None; expected float64 array of shape (1,)."),
        ("none", 1.0, "none() gave None; expected a number."),
        ("text", 1.0, "text() gave str of length 3; expected a number."),
        ("thing", np.zeros(3), "thing() gave a Thing; expected float64 array of shape (3,)."),
        ("generator", [1.0, 2.0, 3.0], "generator() gave a generator; expected float64 array of shape (3,)."),
        ("ragged", np.zeros((2, 2)), "ragged() gave a ragged list; expected float64 array of shape (2, 2)."),
        ("column", [1.0, 2.0, 3.0], "column() gave shape (3, 1); expected (3,)."),
        ("number", [1.0], "number() gave shape (); expected (1,)."),
        ("three", 1.0, "three() gave shape (3,); expected ()."),
        ("nan", [1.0, 2.0, 3.0], "nan() gave NaN in 2 of 3 entries, first at index (1,); expected finite values."),
        ("inf", [1.0, 2.0, 3.0], "inf() gave inf in 1 of 3 entries, first at index (2,); expected finite values."),
        (
            "halves",
            [1.0, 2.0, 3.0],
            (
                "halves()\ngave [1.0, 2.0, 3.5]\nexpected [1.0, 2.0, 3.0]\n"
                "worst 3.5 at index (2,); expected 3 (off by 0.5, rtol 1e-07, atol 1e-09)"
            ),
        ),
        (
            "many",
            np.zeros((10, 10)),
            (
                "many()\ngave 1 of 100 entries wrong, worst 5 at index (3, 7)\nexpected 0\n"
                "off by 5, rtol 1e-07, atol 1e-09"
            ),
        ),
        ("number", 2.6, "number() gave 2.5; expected 2.6 (off by 0.1, rtol 1e-07, atol 1e-09)."),
        ("whole", 8, "whole() gave 7; expected 8."),
        (
            "pair",
            (np.array([1.0, 2.0]), 4.0),
            "pair() gave ([1.0, 2.0], 3.0); expected ([1.0, 2.0], 4.0); the first difference is at [1].",
        ),
        (
            "pair",
            (np.zeros(2),) * 3,
            "pair() gave ([1.0, 2.0], 3.0); expected ([0.0, 0.0], [0.0, 0.0], [0.0, 0.0]) (of length 2, not 3).",
        ),
        ("three", {"a": 1.0}, "three() gave float64 array of shape (3,); expected a dict."),
        ("table", {"a": 1.0}, "table() gave keys ['a', 'b']; expected ['a']."),
        (
            "table",
            {"a": 1.0, "b": [1.0, 3.0]},
            (
                "table()\ngave {'a': 1.0, 'b': [1.0, 2.0]}\nexpected {'a': 1.0, 'b': [1.0, 3.0]}\n"
                "the first difference is at ['b']"
            ),
        ),
        (
            "inf",
            [1.0, 2.0, -math.inf],
            (
                "inf()\ngave [1.0, 2.0, inf]\nexpected [1.0, 2.0, -inf]\n"
                "worst inf at index (2,); expected -inf (off by inf, rtol 1e-07, atol 1e-09)"
            ),
        ),
        ("three", [1.0, 2.0, math.inf], "worst 3 at index (2,); expected inf"),
        ("three", [1.0, math.nan, 3.0], "worst 2 at index (1,); expected nan"),
    ],
)
def test_messages_of_assert_close(candidate: Any, name: str, expected: Any, message: str) -> None:
    """The call comes first, then type, shape, finiteness, and values last, got before expected."""
    got = told(candidate, lambda: assert_close(getattr(candidate, name)(), expected))

    assert message in got
    assert re.match(rf"wrong: {name}\(\)[ \n]gave", got)


def test_the_first_difference_in_kind_is_told(candidate: Any) -> None:
    """Shape is told before dtype, dtype before finiteness, finiteness before values."""
    expected = np.array([1.0, 2.0, 4.0], dtype=np.float32)

    assert told(candidate, lambda: assert_close(candidate.column(), expected, check_dtype=True)) == (
        "wrong: column() gave shape (3, 1); expected (3,)."
    )
    assert told(candidate, lambda: assert_close(candidate.nan(), expected, check_dtype=True)) == (
        "wrong: nan() gave dtype float64; expected float32."
    )
    assert "NaN" in told(candidate, lambda: assert_close(candidate.nan(), expected))


def test_tolerances_are_the_callers_when_given(candidate: Any) -> None:
    """A tolerance of its own replaces the default, and the message states it."""
    assert_close(candidate.halves(), [1.0, 2.0, 3.0], rtol=0.0, atol=0.6)
    message = told(candidate, lambda: assert_close(candidate.halves(), [1.0, 2.0, 3.0], rtol=0.1))

    assert "rtol 0.1, atol 0" in message


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("whole", 7),
        ("true", True),
        ("text", "abc"),
        ("none", None),
        ("words", ["a", "b"]),
        ("nested", [[1, [2, 3]], "x"]),
        ("ints", np.array([1, 2, 3])),
        ("labels", np.array(["a", "b"])),
        ("table", {"a": 1.0, "b": [1.0, 2.0]}),
        ("nan", np.array([1.0, math.nan, math.nan])),
    ],
)
def test_equal_values_are_accepted(candidate: Any, name: str, expected: Any) -> None:
    """Values of equal type and content are equal, nested as deep as they are; NaN equals NaN."""
    assert_equal(getattr(candidate, name)(), expected)


@pytest.mark.parametrize(
    ("name", "expected", "message"),
    [
        ("whole", 8, "whole() gave 7; expected 8."),
        ("whole", 7.0, "whole() gave 7; expected 7.0."),
        ("true", 1, "true() gave True; expected 1."),
        ("scalar", 2.5, "scalar() gave np.float64(2.5); expected 2.5."),
        ("text", "abd", "text() gave 'abc'; expected 'abd'."),
        ("numbers", (1.0, 2.0, 3.0), "numbers() gave list of length 3; expected a tuple."),
        ("words", ["a"], "words() gave ['a', 'b']; expected ['a'] (of length 2, not 1)."),
        ("longest", ["a"], "longest() gave 20 entries; expected 1."),
        ("words", ["a", "c"], "words() gave ['a', 'b']; expected ['a', 'c']; the first difference is at [1]."),
        (
            "nested",
            [[1, [2, 4]], "x"],
            "gave [[1, [2, 3]], 'x']; expected [[1, [2, 4]], 'x']; the first difference is at [0][1][1].",
        ),
        ("numbers", np.array([1.0, 2.0, 3.0]), "numbers() gave list of length 3; expected float64 array of shape (3,)"),
        ("single", np.array([1.0, 2.0, 3.0]), "single() gave dtype float32; expected float64."),
        ("three", np.array([1, 2, 3]), "three() gave dtype float64; expected int64."),
        ("ints", np.array([1, 2, 4]), "ints() gave [1, 2, 3]; expected [1, 2, 4]; worst 3 at index (2,); expected 4."),
        (
            "tiny",
            np.array(7.203053093),
            "gave 7.203053093000001\nexpected 7.203053093\nthey differ by 8.88e-16; equality was asked for",
        ),
        (
            "close",
            np.array([1.0, 2.0, 3.0]),
            "gave [1.0, 2.0, 3.000000001]\nexpected [1.0, 2.0, 3.0]\nworst 3.000000001 at index (2,); expected 3 (they differ by 1e-09; ",
        ),
        ("thing", 1, "thing() gave <a Thing>; expected 1."),
        ("huge", 1, "huge() gave an int of 20001 bits; expected 1."),
    ],
)
def test_messages_of_assert_equal(candidate: Any, name: str, expected: Any, message: str) -> None:
    """A difference in type, length or one item deep inside is told with its place."""
    assert message in told(candidate, lambda: assert_equal(getattr(candidate, name)(), expected))


def test_messages_of_shape_dtype_and_type(candidate: Any) -> None:
    """The checks of one property say what it is and what it should be."""
    assert_shape(candidate.three(), (3,))
    assert_dtype(candidate.single(), np.float32)
    assert_dtype(candidate.single(), "float32")
    assert_type(candidate.number(), float)

    for test, message in {
        lambda: assert_shape(candidate.three(), (2,)): "three() gave shape (3,); expected (2,).",
        lambda: assert_shape(candidate.none(), (2,)): "none() gave None; expected an array of shape (2,).",
        lambda: assert_dtype(candidate.three(), "float32"): "three() gave dtype float64; expected float32.",
        lambda: assert_type(candidate.scalar(), float): "scalar() gave np.float64; expected a float.",
        lambda: assert_type(candidate.whole(), float): "whole() gave an int; expected a float.",
        lambda: assert_type(candidate.numbers(), int): "numbers() gave list of length 3; expected an int.",
    }.items():
        assert told(candidate, test) == f"wrong: {message}"


def test_any_other_fact_is_told_as_a_sentence(candidate: Any) -> None:
    """A condition of the test's own ends the sentence that begins with the call."""
    got = candidate.three()
    candidate.whole()
    assert_that(True, "is never told")

    assert told(candidate, lambda: assert_that(got.sum() == 1, "does not sum to 1", got)) == (
        "wrong: three() gave a result that does not sum to 1."
    )
    assert told(candidate, lambda: assert_that(False, "is odd")) == "wrong: whole() gave a result that is odd."


def test_the_message_names_the_call_that_gave_the_value(candidate: Any) -> None:
    """With several calls in a case, the failing value's own call is named, also for an item of a tuple."""
    first = candidate.three()
    pair = candidate.pair()
    candidate.whole()

    assert told(candidate, lambda: assert_shape(first, (2,))).startswith("wrong: three() gave")
    assert told(candidate, lambda: assert_close(pair[1], 4.0)).startswith("wrong: pair()[1] gave 3")
    assert told(candidate, lambda: assert_close(first.sum() + 1, 6.0)).startswith(
        "wrong: After whole() the test found 7; expected 6"
    )


def test_long_values_are_described_not_shown(candidate: Any) -> None:
    """A message never prints a long array; it says what it is and where the worst entry lies."""
    message = told(candidate, lambda: assert_close(candidate.many(), np.ones((10, 10))))

    assert len(message) < 200
    assert "100 of 100 entries wrong" in message


def test_tensors_compare_by_value_and_dtype(sandbox: Sandbox) -> None:
    """Half types are compared with their own tolerance; a tensor that needs gradients compares by its values."""
    with opened(sandbox, TENSORS, Backend.TORCH) as candidate:
        assert_close(candidate.halves(), torch.tensor([1.01, 2.5], dtype=torch.bfloat16))
        assert_close(candidate.trained(), torch.tensor([2.0, 5.0]))
        assert_close(candidate.singles(), np.array([1.0, 2.5]))
        assert_dtype(candidate.halves(), torch.bfloat16)
        assert_equal(candidate.singles(), torch.tensor([1.0, 2.5]))

        assert told(candidate, lambda: assert_dtype(candidate.halves(), torch.float32)) == (
            "wrong: halves() gave dtype bfloat16; expected float32."
        )
        assert "gave float32 tensor of shape (2,); expected" in told(
            candidate, lambda: assert_equal(candidate.singles(), np.array([1.0, 2.5], dtype=np.float32))
        )
        assert "(off by 1" in told(candidate, lambda: assert_close(candidate.singles(), torch.tensor([1.0, 3.5])))


def test_a_failed_comparison_is_wrong_and_an_assertion() -> None:
    """A failure is an AssertionError with the verdict wrong, so that pytest and Hypothesis treat it as one."""
    with pytest.raises(AssertionError) as failure:
        assert_close(1.0, 2.0)

    assert isinstance(failure.value, SubmissionFailed)
    assert failure.value.verdict is Verdict.WRONG


def test_a_list_has_no_dtype_to_check(candidate: Any) -> None:
    """An author who asks for the dtype of a list is told to write an array; the submission is not blamed."""
    with pytest.raises(TypeError, match=r"A list has no dtype to check"):
        assert_close(candidate.three(), [1.0, 2.0, 3.0], check_dtype=True)
