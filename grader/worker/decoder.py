"""Plain data back to values, whoever sent it: every form is checked before anything is built."""

from __future__ import annotations

from collections import Counter
from math import prod
from typing import TYPE_CHECKING, Any, Final

from grader.worker import tags
from grader.worker.header import FORMS, TENSOR_FORMS, array_form, check_shape, numpy_dtype, tensor_form, torch_dtypes
from grader.worker.wire import ALIGNMENT, WireError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SMALL: Final = frozenset({type(None), bool, float, str})
_ATOM: Final = frozenset({type(None), bool, int, float, str, bytes})
_FEW_KEYS: Final = 64
# With what Python, numpy and torch refuse an odd payload.
_MISFITS: Final = (
    TypeError, ValueError, OverflowError, AttributeError, LookupError, RuntimeError, SystemError, ImportError,
)  # fmt: skip


class Decoder:
    """Turns a structure and its blobs back into values.

    Parameters
    ----------
    blobs : memoryview of uint8
        The bytes beside the structure; arrays become views of them.
    remote : callable
        Called with the payload of a `Tag.REMOTE`.
    callback : callable
        Called with the payload of a `Tag.CALLBACK`.
    handled : callable, optional
        Called with a tuple and the remote object that stands for it.
    trusted : bool, default=False
        Whether the sender is the host, whose bytes need no second look.
    """

    __slots__ = (
        "_blobs", "_callback", "_handled", "_length", "_offset", "_remote", "_trusted", "containers", "copies", "nested",
    )  # fmt: skip

    def __init__(
        self,
        blobs: memoryview,
        remote: Callable[[Any], Any],
        callback: Callable[[Any], Any] | None = None,
        *,
        handled: Callable[[tuple[Any, ...], Any], None] | None = None,
        trusted: bool = False,
    ) -> None:
        self._blobs = blobs
        self._length = len(blobs)
        self._trusted = trusted
        self._offset = 0
        self._remote = remote
        self._callback = callback
        self._handled = handled
        #: Arrays that are no views of the blobs, with the bytes they came from.
        self.copies: list[tuple[Any, memoryview]] = []
        #: Containers built so far.
        self.containers = 0
        #: Whether a container lies inside another.
        self.nested = False

    def decode(self, structure: Any, depth: int = 0) -> Any:
        """Return the value that a structure stands for.

        Raises
        ------
        WireError
            If the structure is not one that `Encoder` can make.
        """
        kind = type(structure)
        if kind in _ATOM:
            return structure
        if depth > tags.MAX_DEPTH + 2:
            raise WireError("a value is nested too deep")
        self.containers += 1
        if self.containers > tags.MAX_CONTAINERS and not self._trusted:
            raise WireError("a value holds too many containers")
        if kind is list:
            if depth:
                self.nested = True
            if len(structure) > 8 and set(map(type, structure)) <= _SMALL:
                return list(structure)
            decode = self.decode
            depth += 1
            return [value if type(value) in _ATOM else decode(value, depth) for value in structure]
        if kind is not dict or len(structure) != 1:
            raise WireError("a value has an unknown form")
        [(tag, payload)] = structure.items()
        reader = _READERS.get(tag) if type(tag) is int else None
        if reader is None:
            raise WireError("a value has an unknown tag")
        try:
            return reader(self, payload, depth + 1)
        except _MISFITS as error:
            raise WireError(f"a value does not fit its tag: {type(error).__name__}") from error

    def decode_all(self, structures: Sequence[Any]) -> list[Any]:
        """Return the values that several structures stand for.

        Raises
        ------
        WireError
            If one is not what `Encoder` can make.
        """
        decode = self.decode
        return [value if type(value) in _ATOM else decode(value) for value in structures]

    def finish(self) -> None:
        """Check that every array byte was used.

        Raises
        ------
        WireError
            If bytes are left over.
        """
        if self._offset != self._length:
            raise WireError("array bytes are left over")

    def _take(self, size: int) -> int:
        """Return where the next array's bytes begin, and step over them."""
        start = self._offset
        end = start + size
        if end > self._length:
            raise WireError("array bytes are missing")
        self._offset = end + (-size % ALIGNMENT)
        return start

    def _list(self, payload: Any, depth: int) -> list[Any]:
        if type(payload) is not list:
            raise WireError("a container has no list")
        values = self.decode(payload, depth)
        assert type(values) is list
        return values

    def _handled_tuple(self, payload: Any, depth: int) -> tuple[Any, ...]:
        items, handle = payload
        if self._handled is None or type(handle) is not dict or list(handle) != [tags.REMOTE]:
            raise WireError("a tuple has no handle")
        value = tuple(self._list(items, depth))
        self._handled(value, self._remote(handle[tags.REMOTE]))
        return value

    def _dict(self, payload: Any, depth: int) -> dict[Any, Any]:
        if type(payload) is not list or len(payload) != 2:
            raise WireError("a dict has no keys and values")
        keys = _keys(self._list(payload[0], depth))
        values = self._list(payload[1], depth)
        if len(keys) != len(values):
            raise WireError("a dict has more keys than values")
        return dict(zip(keys, values, strict=True))

    def _complex(self, payload: Any, _: int) -> complex:
        real, imag = payload
        if type(real) is not float or type(imag) is not float:
            raise WireError("a complex number has no two floats")
        return complex(real, imag)

    def _integer(self, payload: Any, _: int) -> int:
        if type(payload) is not bytes or len(payload) > tags.MAX_INTEGER_BYTES:
            raise WireError("an integer has no bytes")
        return int.from_bytes(payload, "little", signed=True)

    def _array(self, payload: Any, _: int) -> Any:
        form = FORMS.get(tuple(payload)) or array_form(payload)
        start = self._offset
        end = start + form.size
        if end > self._length:
            raise WireError("array bytes are missing")
        self._offset = end + (-end % ALIGNMENT)
        if form.make is not None and (form.sane or self._trusted):
            return form.make(form.shape, form.dtype, self._blobs, start)
        import numpy as np

        code, layout, shape, dtype, count, size, _, sane = form
        array: np.ndarray[Any, Any] = (
            np.frombuffer(self._blobs, dtype, count, start) if size else np.empty(count, dtype)
        )
        if not self._trusted and not sane:
            array = _sane(array, code)
        if layout == 0:
            return array.reshape(shape)
        if layout == 1:
            return array.reshape(shape, order="F")
        strided: np.ndarray[Any, Any] = np.empty((*shape, 2), dtype)[..., 0]
        strided[...] = array.reshape(shape)
        self.copies.append((strided, self._blobs[start:end]))
        return strided

    def _object_array(self, payload: Any, depth: int) -> Any:
        shape, items = payload
        check_shape(shape)
        values = self._list(items, depth)
        if len(values) != prod(shape):
            raise WireError("an array has another number of elements than its shape says")
        import numpy as np

        array = np.empty(len(values), dtype=object)
        for i, value in enumerate(values):
            array[i] = value
        return array.reshape(shape)

    def _scalar(self, payload: Any, _: int) -> Any:
        code, raw = payload
        dtype = numpy_dtype(code)
        if type(raw) is not bytes or len(raw) != dtype.itemsize:
            raise WireError("a scalar has another size than its dtype")
        import numpy as np

        if code == "|b1":
            return np.bool_(raw != b"\0")
        return _sane(np.frombuffer(raw, dtype=dtype), code)[0]

    def _tensor(self, payload: Any, _: int) -> Any:
        form = TENSOR_FORMS.get(tuple(payload)) or tensor_form(payload)
        name, layout, shape, dtype, carrier, elements, size = form
        import numpy as np
        import torch

        start = self._take(size)
        if not size:
            return torch.empty(shape, dtype=dtype)
        flat = (elements,) if layout else shape
        tensor = torch.from_numpy(np.ndarray(flat, carrier, self._blobs, start))
        if name == "bool" and not self._trusted:
            tensor = tensor != 0
        elif tensor.dtype is not dtype:
            tensor = tensor.view(dtype)
        if layout == 0:
            return tensor
        if layout == 1:  # as transposed as it was, so that a view of it fails where it would
            return tensor.reshape(shape[::-1]).permute(*reversed(range(len(shape))))
        strided = torch.empty((*shape, 2), dtype=dtype)[..., 0]
        strided.copy_(tensor.reshape(shape))
        self.copies.append((strided, self._blobs[start : start + size]))
        return strided

    def _torch_dtype(self, payload: Any, _: int) -> Any:
        return torch_dtypes()[payload]


def _sane(array: Any, code: str) -> Any:
    """Return an array whose every element is a legal value of its dtype, whoever sent the bytes."""
    if code == "|b1":
        return array.view("|u1") != 0
    if code[1] == "U" and array.size and (array.view(f"{code[0]}u4") > 0x10FFFF).any():
        raise WireError("a text holds something that is no character")
    return array


def _key(value: Any) -> Any:
    kind = type(value)
    if kind is tuple:
        for item in value:
            _key(item)
    elif kind not in _ATOM and getattr(kind, "__module__", "") != "numpy" and kind is not frozenset:
        raise WireError("a key is not plain data")
    elif kind is int and not tags.INT64_MIN <= value <= tags.INT64_MAX:
        # Long integers of equal hash would make building the table slow on purpose.
        raise WireError("an integer key is too long")
    return value


def _keys(values: list[Any]) -> list[Any]:
    """Check what a dict or set is to be built of."""
    keys = [_key(v) for v in values]
    if len(keys) > _FEW_KEYS and max(Counter(map(hash, keys)).values()) > _FEW_KEYS:
        # Tuples of chosen numbers can share one hash; a table of them takes time that grows with the square.
        raise WireError("the keys of a dict or set collide")
    return keys


def _read_set(decoder: Decoder, payload: Any, depth: int) -> set[Any]:
    return set(_keys(decoder._list(payload, depth)))


_READERS: Final[dict[int, Callable[[Decoder, Any, int], Any]]] = {
    tags.TUPLE: lambda d, p, n: tuple(d._list(p, n)),
    tags.DICT: Decoder._dict,
    tags.SET: _read_set,
    tags.FROZENSET: lambda d, p, n: frozenset(_read_set(d, p, n)),
    tags.INTEGER: Decoder._integer,
    tags.COMPLEX: Decoder._complex,
    tags.ARRAY: Decoder._array,
    tags.OBJECT_ARRAY: Decoder._object_array,
    tags.SCALAR: Decoder._scalar,
    tags.TENSOR: Decoder._tensor,
    tags.NUMPY_DTYPE: lambda _d, p, _n: numpy_dtype(p),
    tags.TORCH_DTYPE: Decoder._torch_dtype,
    tags.SLICE: lambda d, p, n: slice(*_three(d, p, n)),
    tags.RANGE: lambda d, p, n: _range(d, *_three(d, p, n)),
    tags.ELLIPSIS: lambda _d, _p, _n: ...,
    tags.REMOTE: lambda d, p, _n: d._remote(p),
    tags.HANDLED: Decoder._handled_tuple,
    tags.CALLBACK: lambda d, p, _n: d._callback(p) if d._callback else _refuse(),
}


def _three(decoder: Decoder, payload: Any, depth: int) -> list[Any]:
    values = decoder._list(payload, depth)
    if len(values) != 3:
        raise WireError("a slice or range has not three parts")
    return values


def _range(decoder: Decoder, start: Any, stop: Any, step: Any) -> range:
    values = range(start, stop, step)
    if not decoder._trusted and abs(stop - start) > tags.MAX_RANGE:
        raise WireError("a range is too long")
    return values


def _refuse() -> Any:
    raise WireError("a callback came from the wrong side")
