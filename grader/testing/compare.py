"""Comparisons of what a submission gave with what was expected.

A message says, in this order, what is wrong with the type, the shape, the dtype, finiteness, and last the values: how
many differ, where the difference is greatest, got before expected, and the tolerance.
"""

from __future__ import annotations

import math
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.candidate.describe import kind, show
from grader.candidate.failure import About, SubmissionFailed, wrong
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
_FEW: Final = 8


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
    _compare(got, expected, rtol, atol, check_dtype=check_dtype, root=got, place="")


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
    _compare(got, expected, 0.0, 0.0, check_dtype=True, root=got, place="", exact=True)


def assert_shape(got: Any, shape: tuple[int, ...]) -> None:
    """Check a shape.

    Parameters
    ----------
    got : ndarray or Tensor
        What the submission gave.
    shape : tuple of int
        The shape it must have.
    """
    array = _array(got, got, "", lambda: f"an array of shape {tuple(shape)}")
    if array.shape != tuple(shape):
        raise wrong(f"gave shape {array.shape}; expected {tuple(shape)}.", got)


def assert_dtype(got: Any, dtype: Any) -> None:
    """Check a dtype.

    Parameters
    ----------
    got : ndarray or Tensor
        What the submission gave.
    dtype : dtype or str
        The dtype it must have, numpy's or torch's.
    """
    _array(got, got, "", lambda: f"an array of dtype {_dtype_name(dtype)}")
    found = _dtype_name(getattr(got, "dtype", None) or np.asarray(got).dtype)
    if found != _dtype_name(dtype):
        raise wrong(f"gave dtype {found}; expected {_dtype_name(dtype)}.", got)


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
        found = f"{type(got).__module__}.{type(got).__name__}" if isinstance(got, np.generic) else kind(got)
        raise wrong(f"gave {found}; expected {_article(expected.__name__)}.", got)


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


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def _compare(
    got: Any,
    expected: Any,
    rtol: float | None,
    atol: float | None,
    *,
    check_dtype: bool,
    root: Any,
    place: str,
    exact: bool = False,
) -> None:
    options: dict[str, Any] = {"check_dtype": check_dtype, "root": root, "exact": exact}
    numeric = isinstance(expected, (list, tuple)) and not exact and _is_numeric(expected)
    if numeric and check_dtype:
        raise TypeError("A list has no dtype to check; write the expected value as np.array(…) or torch.tensor(…).")
    if isinstance(expected, (list, tuple)) and not numeric:
        _same_container(got, expected, root, place, exact=exact)
        for i, (one, other) in enumerate(zip(got, expected, strict=True)):
            _compare(one, other, rtol, atol, place=f"{place}[{i}]", **options)
    elif isinstance(expected, dict):
        _same_container(got, expected, root, place, exact=exact)
        if got.keys() != expected.keys():
            raise wrong(f"gave{_at(place)} keys {show(list(got))}; expected {show(list(expected))}.", root)
        for key, other in expected.items():
            _compare(got[key], other, rtol, atol, place=f"{place}[{key!r}]", **options)
    elif isinstance(expected, np.ndarray) or _is_tensor(expected) or not exact:
        _compare_arrays(got, expected, rtol, atol, **options, place=place)
    elif type(got) is not type(expected) or not (got == expected or _both_nan(got, expected)):
        raise wrong(f"gave{_at(place)} {show(got)}; expected {show(expected)}.", root)


def _both_nan(one: Any, other: Any) -> bool:
    return isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)


def _is_numeric(values: Any) -> bool:
    return all(_is_numeric(v) if isinstance(v, (list, tuple)) else isinstance(v, (int, float, complex, np.number))
               for v in values)  # fmt: skip


def _same_container(got: Any, expected: Any, root: Any, place: str, *, exact: bool) -> None:
    wanted = type(expected)
    accepted = (wanted,) if exact or wanted is dict else (list, tuple)
    if type(got) not in accepted:
        raise wrong(f"gave{_at(place)} {kind(got)}; expected {_article(wanted.__name__)}.", root)
    if len(got) != len(expected) and wanted is not dict:
        word = "entry" if len(got) == 1 else "entries"
        told = f" ({show(got)})" if len(got) <= _FEW else ""
        raise wrong(f"gave{_at(place)} {len(got)} {word}{told}; expected {len(expected)}.", root)


def _at(place: str) -> str:
    return f" at {place}" if place else ""


def _array(value: Any, root: Any, place: str, wanted: Callable[[], str]) -> np.ndarray[Any, Any]:
    """Return numbers as an array; torch's half types become float32."""
    if _is_tensor(value):
        torch = sys.modules["torch"]
        plain = value.detach()
        return np.asarray((plain.to(torch.float32) if plain.dtype is torch.bfloat16 else plain).numpy())
    if value is None or isinstance(value, (RemoteObject, str, bytes, dict, set)):
        raise wrong(f"gave{_at(place)} {kind(value)}; expected {wanted()}.", root)
    try:
        array = np.asarray(value)
    except ValueError:
        raise wrong(f"gave{_at(place)} a ragged {type(value).__name__}; expected {wanted()}.", root) from None
    if array.dtype == object:
        raise wrong(f"gave{_at(place)} {kind(value)} that holds more than numbers; expected {wanted()}.", root)
    return array


def _compare_arrays(
    got: Any,
    expected: Any,
    rtol: float | None,
    atol: float | None,
    *,
    check_dtype: bool,
    root: Any,
    place: str,
    exact: bool,
) -> None:
    at = _at(place)

    def wanted() -> str:
        plain = expected if hasattr(expected, "dtype") else np.asarray(expected)
        scalar = np.ndim(expected) == 0 and not isinstance(expected, np.ndarray) and not _is_tensor(expected)
        return "a number" if scalar else kind(plain)

    if exact or check_dtype:
        for type_, word in ((np.ndarray, "array"), (type(expected), "tensor")):
            if isinstance(expected, type_) and not isinstance(got, type_):
                raise wrong(f"gave{at} {kind(got)}; expected {wanted()} ({word}).", root)
    one = _array(got, root, place, wanted)
    other = _array(expected, root, place, wanted)
    if one.shape != other.shape:
        raise wrong(f"gave{at} shape {one.shape}; expected {other.shape}.", root)
    if check_dtype and _dtype_name(got.dtype) != _dtype_name(expected.dtype):
        raise wrong(f"gave{at} dtype {_dtype_name(got.dtype)}; expected {_dtype_name(expected.dtype)}.", root)
    if one.dtype.kind not in "biufc" or other.dtype.kind not in "biufc":
        if one.dtype.kind != other.dtype.kind or not np.array_equal(one, other):
            raise wrong(f"gave{at} {show(got)}; expected {show(expected)}.", root)
        return
    # The expected dtype alone decides: an answer in a narrower one is widened, or it would choose its own tolerance.
    name = _dtype_name(expected.dtype) if hasattr(expected, "dtype") else ""
    default = _TOLERANCES.get(name, _DEFAULT_TOLERANCE)
    rtol, atol = default if rtol is None or atol is None else (rtol, atol)
    _compare_values(one, other, rtol, atol, at, root)


def _compare_values(
    got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], rtol: float, atol: float, at: str, root: Any
) -> None:
    if got.dtype.kind == "f" == expected.dtype.kind and bool(np.isfinite(expected).all()):
        # The common case, without the bookkeeping of a message; a NaN compares false.
        with np.errstate(all="ignore"):
            if bool((np.abs(got - expected) <= atol + rtol * np.abs(expected)).all()):
                return
    exactly = got.dtype.kind in "biu" and expected.dtype.kind in "biu"
    if not exactly:
        _check_finite(got, expected, at, root)
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
    place = f" at index {tuple(int(i) for i in index)}" if index else ""
    values = f"{_number(got[index])}{place}; expected {_number(expected[index])}"
    if bad.size == 1:
        told = f"gave{at} {values}"
    else:
        told = f"gave{at} {count} of {bad.size} entries wrong, worst {values}"
        if bad.size <= _FEW:
            told = f"gave{at} {show(got)}; expected {show(expected)}; worst {values}"
    if not exactly and (rtol or atol):
        told += f" (off by {float(np.abs(difference[index])):.3g}, rtol {rtol:g}, atol {atol:g})"
    raise wrong(f"{told}.", root)


def _check_finite(got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], at: str, root: Any) -> None:
    for name, test in (("NaN", np.isnan), ("inf", np.isinf)):
        odd = test(got) & ~test(expected)
        count = int(odd.sum())
        if count:
            where = ""
            if got.size > 1:
                first = tuple(int(i) for i in np.argwhere(odd)[0])
                where = f" in {count} of {got.size} entries, first at index {first}"
            raise wrong(f"gave{at} {name}{where}; expected finite values.", root)


def _number(value: Any) -> str:
    value = value.item() if hasattr(value, "item") else value
    return repr(value) if isinstance(value, (bool, int)) else f"{value:.10g}"
