"""How a value was made of another, where that shows: an item, a view of an array, one of its entries."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from grader.candidate.code import is_array, is_tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Before a view: its items are in a list, where those of the value are in a tuple.
LISTED: Final = "[*]"
_MOST: Final = 2**12
_DEPTH: Final = 4
_DEPTH_OF_NUMBERS: Final = 1  # a whole number deep inside is likely another one


def trace(value: Any, subject: Any, depth: int = 0) -> tuple[tuple[Any, ...], str] | None:
    """Return how a subject is found in a value.

    Parameters
    ----------
    value : object
        What a call gave.
    subject : object
        What a test looked at.
    depth : int, default=0
        How deep in a value this one lies.

    Returns
    -------
    (tuple, str) or None
        Indices and keys, then code that stands behind them, such as `[0]` or `.T`; `LISTED` may come before it.
    """
    if value is subject:
        return (), ""
    most = _DEPTH_OF_NUMBERS if isinstance(subject, (int, str)) else _DEPTH
    if isinstance(value, (list, tuple, dict)) and depth < most and len(value) <= _MOST:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in pairs:
            found = trace(each, subject, depth + 1)
            if found is not None:
                return (key, *found[0]), found[1]
        begins = type(subject) is list and isinstance(value, (list, tuple)) and 0 < len(subject) <= len(value)
        if begins and all(one is other for one, other in zip(subject, value, strict=False)):
            part = f"[:{len(subject)}]" if len(subject) < len(value) else "[:]"
            return (), part if type(value) is list else LISTED + part
        return None
    if (is_array(value) and is_array(subject)) or (is_tensor(value) and is_tensor(subject)):
        view = _view(value, subject)
        return None if view is None else ((), view)
    if is_array(value) and 0 < value.size <= _MOST and value.dtype.kind in "iuf":
        return _entry(value, subject)
    return None


def _entry(value: np.ndarray[Any, Any], subject: Any) -> tuple[tuple[Any, ...], str] | None:
    """Return the place of a number in an array, where it stands only once."""
    if type(subject) is list and subject and value.tolist() == subject:
        return (), ".tolist()"
    if type(subject) not in (float, value.dtype.type) or not value.ndim or not subject or math.isnan(subject):
        return None
    places = np.argwhere(value == subject)
    if len(places) != 1:
        return None
    inside = ", ".join(map(str, places[0].tolist()))
    return (), f"[{inside}]" + (".item()" if type(subject) is float else "")


def _view(value: Any, subject: Any) -> str | None:
    """Return the code that makes an array's view, among the usual ways."""
    if value.dtype != subject.dtype or not value.ndim or _memory(value)[3] != _memory(subject)[3]:
        return None
    wanted = _memory(subject)[:3]
    for code, one in _views(value):
        if _memory(one)[:3] == wanted:
            return code
    return None


def _views(value: Any) -> Iterator[tuple[str, Any]]:
    yield "[:]", value[:]
    if value.ndim > 1:
        yield ".T", value.T if value.ndim == 2 or is_array(value) else value
        yield ".diagonal()", value.diagonal()
        yield ".reshape(-1)", value.reshape(-1)
    for i in range(min(len(value), _MOST)):
        yield f"[{i}]", value[i]
        if value.ndim > 2:
            yield from ((f"[{i}, {j}]", value[i, j]) for j in range(min(value.shape[1], 16)))
    for j in range(min(value.shape[-1], _MOST) if value.ndim > 1 else 0):
        yield f"[..., {j}]", value[..., j]
    for start in range(min(len(value), 64)):
        for stop in range(start + 1, min(len(value), 64) + 1):
            yield f"[{start}:{stop}]", value[start:stop]


def _memory(value: Any) -> tuple[int, tuple[int, ...], tuple[int, ...], int]:
    """Return where an array begins, its strides in entries, its shape, and whose memory it is."""
    if is_tensor(value):
        storage = value.untyped_storage().data_ptr()
        return value.data_ptr(), tuple(value.stride()), tuple(value.shape), storage
    owner = value
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    start = owner.__array_interface__["data"][0]
    strides = tuple(step // value.itemsize for step in value.strides)
    return value.__array_interface__["data"][0], strides, value.shape, start
