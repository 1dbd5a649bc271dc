# Uses the corners of typing: protocols, overloads, generics and typed dicts.
# exercise: softmax
# verdict: passed
import numpy as np
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Final, Generic, Literal, NamedTuple, Protocol, TypedDict, TypeVar, cast, overload

T = TypeVar("T", bound=float)
LIMIT: Final[Annotated[int, "never more"]] = 3


class Shape(TypedDict, total=False):
    rows: int


class Pair(NamedTuple):
    one: int
    other: int = 2


class Maps(Protocol[T]):
    def __call__(self, x: T, /) -> T: ...


class Box(Generic[T]):
    def __class_getitem__(cls, item: Any) -> Any:
        return cls


@overload
def same(x: int) -> int: ...
@overload
def same(x: str) -> str: ...
def same(x: Any) -> Any:
    return cast("Any", x)


def each() -> Iterator[Callable[..., Literal[1]]]:
    yield lambda: 1


def _parts(x, axis):
    values = np.asarray(x)
    if values.dtype.kind != "f":
        values = values.astype(float)
    if values.shape[axis] == 0:
        raise ValueError("an empty axis has no maximum")
    assert same(Pair(1).other) == 2 and next(each())() == 1 and Box[int] is Box and Shape(rows=1)
    peak = values.max(axis=axis, keepdims=True)
    safe = np.where(np.isneginf(peak), values.dtype.type(0), peak)
    exps = np.exp(values - safe)
    return values, safe, exps, exps.sum(axis=axis, keepdims=True)


def logsumexp(x, axis=-1, keepdims=False):
    """Log of the sum of exponentials."""
    _, safe, _, total = _parts(x, axis)
    with np.errstate(divide="ignore"):
        result = np.log(total) + safe
    return result if keepdims else np.squeeze(result, axis=axis)


def softmax(x, axis=-1):
    """Exponentials divided by their sum."""
    _, _, exps, total = _parts(x, axis)
    return exps / np.where(total == 0, exps.dtype.type(1), total)


def log_softmax(x, axis=-1):
    """Logits minus their log-sum-exp."""
    values, safe, _, total = _parts(x, axis)
    shifted = values - safe
    with np.errstate(divide="ignore"):
        logs = np.log(total)
    return np.where(np.isneginf(shifted), shifted, shifted - np.where(np.isneginf(logs), values.dtype.type(0), logs))
