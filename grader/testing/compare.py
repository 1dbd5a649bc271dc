"""Comparisons of what a submission gave with what was expected.

A message says, in this order, what is wrong with the type, the shape, the dtype, finiteness, and last the values: how
many differ, where the difference is greatest, got before expected, and the tolerance.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.candidate.describe import entries, kind, show
from grader.candidate.failure import About, Check, Comparison, SubmissionFailed, Wanted, differs
from grader.candidate.proxy import RemoteObject
from grader.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

# Relative and absolute tolerance by the number of bits of the mantissa of what is expected.
_TOLERANCES: Final = {
    "float16": (1e-2, 1e-3),
    "bfloat16": (2e-2, 1e-2),
    "float32": (1e-4, 1e-5),
    "complex64": (1e-4, 1e-5),
}
_DEFAULT_TOLERANCE: Final = (1e-7, 1e-9)
_FEW: Final = 16
_SHORT: Final = 72


@dataclass(frozen=True, slots=True)
class _Task:
    """What is compared, from the top.

    Attributes
    ----------
    got, wanted : object
        The whole values.
    rtol, atol : float or None
        Tolerance; that of the expected dtype by default.
    check_dtype, exact : bool
        Whether dtypes, and types, must be equal as well.
    """

    got: Any
    wanted: Any
    rtol: float | None
    atol: float | None
    check_dtype: bool
    exact: bool = False

    def fail(self, got: str, expected: str, place: tuple[Any, ...] = (), note: str = "") -> SubmissionFailed:
        """Return the failure at a place; short lists are told whole."""
        found = Comparison(got, expected, place, note=note)
        if place and type(self.got) in (list, tuple, dict) and type(self.wanted) is type(self.got):
            whole, wanted = show(self.got), show(self.wanted)
            if len(whole) <= _SHORT and len(wanted) <= _SHORT and whole != wanted and _has_items(whole, wanted):
                found = Comparison(whole, wanted, place, whole=True)
        check = Check.EQUAL if self.exact else Check.CLOSE
        default = _tolerance(self.wanted)
        rtol, atol = default if self.rtol is None or self.atol is None else (self.rtol, self.atol)
        return differs(found, self.got, Wanted(check, self.wanted, rtol, atol, dtypes=self.check_dtype))


def _has_items(*texts: str) -> bool:
    """Whether values are shown, not only told to be lists."""
    return all(text[0] in "[({" for text in texts)


def assert_close(
    got: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    check_dtype: bool = False,
) -> None:
    """Check that numbers are equal up to a tolerance.

    Parameters
    ----------
    got : array_like, Tensor, or tuple, list or dict of these
        What the submission gave.
    expected : array_like, Tensor, or tuple, list or dict of these
        What is right.  NaN matches NaN, and an infinity matches itself.
    rtol, atol : float, optional
        Relative and absolute tolerance, both or neither; by default those of the expected dtype.
    check_dtype : bool, default=False
        Whether the dtype must be equal as well.

    Raises
    ------
    SubmissionFailed
        If the values differ, with a message for the learner.
    TypeError
        If `check_dtype` is asked for and `expected` is a list or a tuple of numbers, which has no dtype.
    """
    if (rtol is None) != (atol is None):
        rtol, atol = (rtol or 0.0), (0.0 if atol is None else atol)
    _compare(got, expected, _Task(got, expected, rtol, atol, check_dtype), ())


def assert_equal(got: Any, expected: Any) -> None:
    """Check that values are equal and of equal type, nested as deep as they are.

    Parameters
    ----------
    got : object
        What the submission gave.
    expected : object
        What is right.  Arrays must agree in dtype, shape and every element.

    Raises
    ------
    SubmissionFailed
        If they differ, with a message for the learner.
    """
    _compare(got, expected, _Task(got, expected, 0.0, 0.0, check_dtype=True, exact=True), ())


def assert_shape(got: Any, shape: tuple[int, ...]) -> None:
    """Check a shape.

    Parameters
    ----------
    got : ndarray or Tensor
        What the submission gave.
    shape : tuple of int
        The shape it must have.
    """
    wanted = Wanted(Check.SHAPE, tuple(shape))
    array = _array(got, lambda told: differs(Comparison(told, f"an array of shape {tuple(shape)}"), got, wanted))
    if array.shape != tuple(shape):
        raise differs(Comparison(f"shape {array.shape}", str(tuple(shape))), got, wanted)


def assert_dtype(got: Any, dtype: Any) -> None:
    """Check a dtype.

    Parameters
    ----------
    got : ndarray or Tensor
        What the submission gave.
    dtype : dtype or str
        The dtype it must have, numpy's or torch's.
    """
    name = _dtype_name(dtype)
    wanted = Wanted(Check.DTYPE, name)
    _array(got, lambda told: differs(Comparison(told, f"an array of dtype {name}"), got, wanted))
    found = _dtype_name(getattr(got, "dtype", None) or np.asarray(got).dtype)
    if found != name:
        raise differs(Comparison(f"dtype {found}", name), got, wanted)


def assert_type(got: Any, expected: type) -> None:
    """Check for exactly this plain type.

    Parameters
    ----------
    got : object
        What the submission gave.
    expected : type
        Such as `float`; a numpy scalar is not one.
    """
    if type(got) is not expected:
        wanted = Wanted(Check.TYPE, expected.__name__)
        raise differs(Comparison(kind(got), _article(expected.__name__)), got, wanted)


def assert_that(condition: Any, message: str, got: Any = None) -> None:
    """Check any other fact.

    Parameters
    ----------
    condition : bool
        Whether the fact holds.
    message : str
        End of the sentence "f(…) gave a result that …".
    got : object, optional
        The result that the fact is about, so that the message names the call that gave it.
    """
    if not condition:
        about = About.LAST_CALL if got is None else About.VALUE
        text = f"gave a result that {message.rstrip('.')}."
        raise SubmissionFailed(Verdict.WRONG, text, about=about, subject=got)


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


@lru_cache(maxsize=256)
def _dtype_name(dtype: Any) -> str:
    text = str(dtype)
    return text.removeprefix("torch.") if text.startswith("torch.") else str(np.dtype(dtype))


def _tolerance(expected: Any) -> tuple[float, float]:
    """Return the relative and absolute tolerance of what is expected, or of the first of several."""
    if isinstance(expected, (list, tuple)) and expected:
        return _tolerance(expected[0])
    name = _dtype_name(expected.dtype) if hasattr(expected, "dtype") else ""
    return _TOLERANCES.get(name, _DEFAULT_TOLERANCE)


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _compare(got: Any, expected: Any, task: _Task, place: tuple[Any, ...]) -> None:
    exact = task.exact
    numeric = isinstance(expected, (list, tuple)) and not exact and _is_numeric(expected)
    if numeric and task.check_dtype:
        raise TypeError("A list has no dtype to check; write the expected value as np.array(…) or torch.tensor(…).")
    if isinstance(expected, (list, tuple)) and not numeric:
        _same_container(got, expected, task, place)
        for i, (one, other) in enumerate(zip(got, expected, strict=True)):
            _compare(one, other, task, (*place, i))
    elif isinstance(expected, dict):
        _same_container(got, expected, task, place)
        if got.keys() != expected.keys():
            raise task.fail(f"keys {show(list(got))}", show(list(expected)), place)
        for key, other in expected.items():
            _compare(got[key], other, task, (*place, key))
    elif isinstance(expected, np.ndarray) or _is_tensor(expected) or not exact:
        _compare_arrays(got, expected, task, place)
    elif type(got) is not type(expected) or not (got == expected or _both_nan(got, expected)):
        one, other = show(got), show(expected)
        if one == other:
            one, other = show(got, exact=True), show(expected, exact=True)
        numbers = type(got) is type(expected) is float and math.isfinite(got - expected)
        told = f" (they differ by {abs(got - expected):.3g}; equality was asked for)" if numbers else ""
        raise task.fail(one, other, place, told)


def _both_nan(one: Any, other: Any) -> bool:
    return isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)


def _is_numeric(values: Any) -> bool:
    return all(_is_numeric(v) if isinstance(v, (list, tuple)) else isinstance(v, (int, float, complex, np.number))
               for v in values)  # fmt: skip


def _same_container(got: Any, expected: Any, task: _Task, place: tuple[Any, ...]) -> None:
    wanted = type(expected)
    accepted = (wanted,) if task.exact or wanted is dict else (list, tuple)
    if type(got) not in accepted:
        raise task.fail(kind(got), _article(wanted.__name__), place)
    if len(got) != len(expected) and wanted is not dict:
        whole, other = show(got), show(expected)
        if _has_items(whole, other) and max(len(whole), len(other)) <= _SHORT:
            raise task.fail(whole, other, place, f" (of length {len(got)}, not {len(expected)})")
        word = "entry" if len(got) == 1 else "entries"
        raise task.fail(f"{len(got)} {word}", str(len(expected)), place)


def _array(value: Any, fail: Callable[[str], SubmissionFailed]) -> np.ndarray[Any, Any]:
    """Return numbers as an array; torch's half types become float32."""
    if _is_tensor(value):
        torch = sys.modules["torch"]
        plain = value.detach()
        return np.asarray((plain.to(torch.float32) if plain.dtype is torch.bfloat16 else plain).numpy())
    if value is None or isinstance(value, (RemoteObject, str, bytes, dict, set)):
        raise fail(kind(value))
    try:
        array = np.asarray(value)
    except ValueError:
        raise fail(f"a ragged {type(value).__name__}") from None
    if array.dtype == object:
        raise fail(f"{kind(value)} that holds more than numbers")
    return array


def _compare_arrays(got: Any, expected: Any, task: _Task, place: tuple[Any, ...]) -> None:
    def wanted() -> str:
        plain = expected if hasattr(expected, "dtype") else np.asarray(expected)
        scalar = np.ndim(expected) == 0 and not isinstance(expected, np.ndarray) and not _is_tensor(expected)
        return "a number" if scalar else kind(plain)

    def fail(told: str) -> SubmissionFailed:
        return task.fail(told, wanted(), place)

    if task.exact or task.check_dtype:
        for type_, word in ((np.ndarray, "array"), (type(expected), "tensor")):
            if isinstance(expected, type_) and not isinstance(got, type_):
                raise task.fail(kind(got), f"{wanted()} ({word})", place)
    one, other = _array(got, fail), _array(expected, fail)
    if one.shape != other.shape:
        raise task.fail(f"shape {one.shape}", str(other.shape), place)
    if task.check_dtype and _dtype_name(got.dtype) != _dtype_name(expected.dtype):
        raise task.fail(f"dtype {_dtype_name(got.dtype)}", _dtype_name(expected.dtype), place)
    if one.dtype.kind not in "biufc" or other.dtype.kind not in "biufc":
        if one.dtype.kind != other.dtype.kind or not np.array_equal(one, other):
            raise task.fail(show(got), show(expected), place)
        return
    # The expected dtype alone decides: an answer in a narrower one is widened, or it would choose its own tolerance.
    default = _tolerance(expected)
    rtol, atol = default if task.rtol is None or task.atol is None else (task.rtol, task.atol)
    _compare_values(one, other, rtol, atol, task, place)


def _compare_values(
    got: np.ndarray[Any, Any],
    expected: np.ndarray[Any, Any],
    rtol: float,
    atol: float,
    task: _Task,
    place: tuple[Any, ...],
) -> None:
    if got.dtype.kind == "f" == expected.dtype.kind and bool(np.isfinite(expected).all()):
        # The common case, without the bookkeeping of a message; a NaN compares false.
        with np.errstate(all="ignore"):
            if bool((np.abs(got - expected) <= atol + rtol * np.abs(expected)).all()):
                return
    exactly = got.dtype.kind in "biu" and expected.dtype.kind in "biu"
    if not exactly:
        _check_finite(got, expected, task, place)
    with np.errstate(all="ignore"):
        if exactly:
            bad = got != expected
            difference = np.abs(got.astype(float) - expected.astype(float))
        else:
            wide = np.complex128 if "c" in (got.dtype.kind, expected.dtype.kind) else np.float64
            one, other = got.astype(wide), expected.astype(wide)
            same = (one == other) | (np.isnan(one) & np.isnan(other))
            difference = np.where(same, 0.0, np.abs(one - other))
            # An infinite expectation would allow any difference; only the same infinity will do.
            bad = ~same & (np.isinf(other) | ~(difference <= atol + rtol * np.abs(other)))
    count = int(bad.sum())
    if not count:
        return
    index = np.unravel_index(int(np.argmax(np.where(bad, difference, -1.0))), bad.shape)
    at = f" at index {tuple(int(i) for i in index)}" if index else ""
    one_entry, other_entry = _numbers(got[index], expected[index])
    off = float(np.abs(difference[index]))
    if exactly:
        note = ""
    elif rtol or atol:
        note = f" (off by {off:.3g}, rtol {rtol:g}, atol {atol:g})"
    else:
        note = f" (they differ by {off:.3g}; equality was asked for)"
    worst = f"worst {one_entry}{at}; expected {other_entry}"
    if bad.size == 1:
        raise task.fail(f"{one_entry}{at}", other_entry, place, note)
    words, wanted = entries(got), entries(expected)
    if words == wanted or _look_alike(got[index], expected[index]):
        words, wanted = entries(got, exact=True), entries(expected, exact=True)
    if words and max(len(words), len(wanted)) <= 2 * _SHORT:
        raise task.fail(words, wanted, place, f"; {worst}{note}")
    raise task.fail(f"{count} of {bad.size} entries wrong, worst {one_entry}{at}", other_entry, place, note)


def _check_finite(
    got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], task: _Task, place: tuple[Any, ...]
) -> None:
    for name, test in (("NaN", np.isnan), ("inf", np.isinf)):
        odd = test(got) & ~test(expected)
        count = int(odd.sum())
        if count:
            where = ""
            if got.size > 1:
                first = tuple(int(i) for i in np.argwhere(odd)[0])
                where = f" in {count} of {got.size} entries, first at index {first}"
            raise task.fail(f"{name}{where}", "finite values", place)


def _look_alike(one: Any, other: Any) -> bool:
    """Whether the digits of a list show no difference between two floats."""
    return one.dtype.kind == "f" == other.dtype.kind and float(f"{one:.7g}") == float(f"{other:.7g}")


def _numbers(one: Any, other: Any) -> tuple[str, str]:
    """Return two numbers in words, with all digits where few would be the same."""
    plain = [value.item() if hasattr(value, "item") else value for value in (one, other)]
    first, second = (repr(v) if isinstance(v, (bool, int)) else f"{v:.10g}" for v in plain)
    if first == second:
        return repr(plain[0]), repr(plain[1])
    return first, second
