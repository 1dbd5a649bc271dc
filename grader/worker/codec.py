"""Values as plain data: a closed table of tags, exact types on the way in, nothing looked up by name.

Numbers, strings, bytes, None and lists stand for themselves.  Everything else is a map with one key, a tag of
`Tag`.  Array bytes travel beside the structure; both sides walk it in the same order, so a running offset finds them.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from itertools import chain
from math import prod
from typing import TYPE_CHECKING, Any, Final

from grader.worker.wire import ALIGNMENT, PADDING, WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import torch

MAX_DEPTH: Final = 48
MAX_DIMENSIONS: Final = 32
MAX_TEXT_WIDTH: Final = 2**12
MAX_INTEGER_BYTES: Final = 2**12

_PLAIN: Final = frozenset({type(None), bool, float, str, bytes})
_SMALL: Final = frozenset({type(None), bool, float, str})
_ATOM: Final = frozenset({type(None), bool, int, float, str, bytes})
_INT64_MIN: Final = -(2**63)
_INT64_MAX: Final = 2**63 - 1

NUMPY_DTYPES: Final = (
    "|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8 <f16 <c8 <c16 <c32 >i2 >u2 >i4 >u4 >i8 >u8 >f2 >f4 >f8".split()
)
_NUMPY_CODES: Final = frozenset(NUMPY_DTYPES)
# Name of a torch dtype and the numpy dtype of the same width that carries its bytes.
TORCH_DTYPES: Final = {
    "bool": "|u1",
    "uint8": "|u1",
    "int8": "|i1",
    "int16": "<i2",
    "int32": "<i4",
    "int64": "<i8",
    "float16": "<f2",
    "bfloat16": "<i2",
    "float32": "<f4",
    "float64": "<f8",
    "complex64": "<c8",
    "complex128": "<c16",
}


class Tag(IntEnum):
    """What a one-key map stands for."""

    TUPLE = 1
    DICT = 2
    SET = 3
    FROZENSET = 4
    INTEGER = 5
    COMPLEX = 6
    ARRAY = 7
    OBJECT_ARRAY = 8
    SCALAR = 9
    TENSOR = 10
    NUMPY_DTYPE = 11
    TORCH_DTYPE = 12
    SLICE = 13
    RANGE = 14
    ELLIPSIS = 15
    REMOTE = 16
    CALLBACK = 17


# Plain integers: an enum member costs a hash in Python on every use as a key.
_TUPLE, _DICT, _SET, _FROZENSET, _INTEGER, _COMPLEX, _ARRAY, _OBJECT_ARRAY, _SCALAR, _TENSOR = map(int, list(Tag)[:10])
_NUMPY_DTYPE, _TORCH_DTYPE, _SLICE, _RANGE, _ELLIPSIS, _REMOTE, _CALLBACK = map(int, list(Tag)[10:])


class Layout(IntEnum):
    """How the elements of an array lie in memory."""

    C = 0
    FORTRAN = 1
    STRIDED = 2


class TooDeep(Exception):
    """A value is nested too deep, or contains itself."""


class Encoder:
    """Turns one message's values into a structure and the blobs beside it.

    Parameters
    ----------
    opaque : callable
        Called with a value that is not plain data; returns the structure that stands for it.
    layouts : bool, default=False
        Whether arrays keep their memory layout.  Arguments do, results do not.
    """

    __slots__ = ("_layouts", "_ndarray", "_numpy", "_opaque", "_torch", "blobs", "total")

    def __init__(self, opaque: Callable[[Any], Any], *, layouts: bool = False) -> None:
        #: Array bytes and their padding, in order, and how many bytes they are.
        self.blobs: list[Any] = []
        self.total = 0
        self._opaque = opaque
        self._layouts = layouts
        numpy = self._numpy = sys.modules.get("numpy")
        self._ndarray = numpy.ndarray if numpy is not None else None
        self._torch = sys.modules.get("torch")

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return the structure that stands for a value.

        Raises
        ------
        TooDeep
            If the value is nested deeper than `MAX_DEPTH`.
        """
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind is int:
            return value if _INT64_MIN <= value <= _INT64_MAX else _integer(value)
        if kind is self._ndarray:
            return self._array(value, depth)
        if depth > MAX_DEPTH:
            raise TooDeep
        if kind is list:
            return self._items(value, depth)
        if kind is tuple:
            return {_TUPLE: self._items(value, depth)}
        if kind is dict:
            return {_DICT: [self._items(list(value), depth), self._items(list(value.values()), depth)]}
        return self._rare(value, kind, depth)

    def _items(self, values: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        # A long list of numbers needs no walk.
        if len(values) > 8 and set(map(type, values)) <= _SMALL:
            return list(values)
        encode = self.encode
        depth += 1
        return [encode(v, depth) for v in values]

    def _rare(self, value: Any, kind: type, depth: int) -> Any:
        if kind is complex:
            return {_COMPLEX: [value.real, value.imag]}
        if kind in (set, frozenset):
            return {_SET if kind is set else _FROZENSET: self._items(list(value), depth)}
        if kind is slice:
            return {_SLICE: self._items([value.start, value.stop, value.step], depth)}
        if kind is range:
            return {_RANGE: self._items([value.start, value.stop, value.step], depth)}
        if value is Ellipsis:
            return {_ELLIPSIS: None}
        np, torch = self._numpy, self._torch
        bases = kind.__mro__
        if torch is not None and torch.Tensor in bases:
            return self._tensor(value)
        if np is not None:
            if np.generic in bases:
                return self._scalar(value)
            if np.ndarray in bases:
                return self._array(np.ndarray.view(value, np.ndarray), depth)
            if np.dtype in bases:
                return {_NUMPY_DTYPE: value.str} if value.str in NUMPY_DTYPES else self._opaque(value)
            if kind is type and np.generic in value.__mro__ and np.dtype(value).str in NUMPY_DTYPES:
                return {_NUMPY_DTYPE: np.dtype(value).str}
        if torch is not None and kind is torch.dtype:
            return {_TORCH_DTYPE: str(value).removeprefix("torch.")}
        # Subclasses of containers, such as OrderedDict or a named tuple, cross as what they are below.
        if dict in bases:
            return {_DICT: [self._items(list(dict.keys(value)), depth), self._items(list(dict.values(value)), depth)]}
        if tuple in bases:
            return {_TUPLE: self._items(list(tuple.__iter__(value)), depth)}
        if list in bases:
            return self._items(list(list.__iter__(value)), depth)
        return self._opaque(value)

    def _array(self, value: np.ndarray[Any, Any], depth: int) -> Any:
        code = value.dtype.str
        if code not in _NUMPY_CODES and code[1] not in "US":
            if code == "|O" and depth <= MAX_DEPTH:
                return {_OBJECT_ARRAY: [list(value.shape), self._items(value.ravel().tolist(), depth)]}
            return self._opaque(value)
        if value.flags.c_contiguous:
            self._add(value if value.size and code[1] != "U" else value.tobytes(), value.nbytes)
            return {_ARRAY: [code, 0, *value.shape]}
        layout = (1 if value.flags.f_contiguous else 2) if self._layouts else 0
        self._add(value.tobytes("F" if layout == 1 else "C"), value.nbytes)
        return {_ARRAY: [code, layout, *value.shape]}

    def _add(self, blob: Any, size: int) -> None:
        self.blobs.append(blob)
        odd = size % ALIGNMENT
        if odd:
            self.blobs.append(PADDING[odd])
            size += ALIGNMENT - odd
        self.total += size

    def _scalar(self, value: np.generic) -> Any:
        code = value.dtype.str
        if code not in _NUMPY_CODES:
            return str(value) if code[1] == "U" else self._opaque(value)
        return {_SCALAR: [code, value.tobytes()]}

    def _tensor(self, value: torch.Tensor) -> Any:
        torch = self._torch
        assert torch is not None
        name = str(value.dtype).removeprefix("torch.")
        if name not in TORCH_DTYPES or value.layout is not torch.strided:
            return self._opaque(value)
        plain = torch.Tensor.detach(value)
        if type(plain) is not torch.Tensor:
            plain = plain.as_subclass(torch.Tensor)
        if plain.device.type != "cpu" or plain.is_conj() or plain.is_neg():
            plain = plain.cpu().resolve_conj().resolve_neg()
        layout = 0 if not self._layouts or plain.is_contiguous() else 2
        plain = plain.contiguous()
        if name == "bfloat16":
            plain = plain.view(torch.int16)
        elif name == "bool":
            plain = plain.view(torch.uint8)
        array = plain.numpy()
        self._add(array if array.size else b"", array.nbytes)
        return {_TENSOR: [name, layout, *value.shape]}


def _integer(value: int) -> Any:
    size = (value.bit_length() + 8) // 8
    if size > MAX_INTEGER_BYTES:
        raise TooDeep
    return {_INTEGER: value.to_bytes(size, "little", signed=True)}


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
    trusted : bool, default=False
        Whether the sender is the host, whose bytes need no second look.
    """

    __slots__ = ("_blobs", "_callback", "_offset", "_remote", "_trusted", "copies", "nested")

    def __init__(
        self,
        blobs: memoryview,
        remote: Callable[[Any], Any],
        callback: Callable[[Any], Any] | None = None,
        *,
        trusted: bool = False,
    ) -> None:
        self._blobs = blobs
        self._trusted = trusted
        self._offset = 0
        self._remote = remote
        self._callback = callback
        #: Arrays that are no views of the blobs, with the bytes they came from.
        self.copies: list[tuple[Any, memoryview]] = []
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
        if depth > MAX_DEPTH + 2:
            raise WireError("a value is nested too deep")
        if kind is list:
            if depth:
                self.nested = True
            if len(structure) > 8 and set(map(type, structure)) <= _SMALL:
                return list(structure)
            decode = self.decode
            depth += 1
            return [decode(v, depth) for v in structure]
        if kind is not dict or len(structure) != 1:
            raise WireError("a value has an unknown form")
        [(tag, payload)] = structure.items()
        reader = _READERS.get(tag) if type(tag) is int else None
        if reader is None:
            raise WireError("a value has an unknown tag")
        try:
            return reader(self, payload, depth + 1)
        except (TypeError, ValueError, OverflowError, AttributeError, KeyError, IndexError) as error:
            raise WireError(f"a value does not fit its tag: {type(error).__name__}") from error

    def finish(self) -> None:
        """Check that every array byte was used.

        Raises
        ------
        WireError
            If bytes are left over.
        """
        if self._offset != len(self._blobs):
            raise WireError("array bytes are left over")

    def _take(self, size: int) -> int:
        """Return where the next array's bytes begin, and step over them."""
        start = self._offset
        end = start + size
        if end > len(self._blobs):
            raise WireError("array bytes are missing")
        self._offset = min(end + (-size % ALIGNMENT), len(self._blobs))
        return start

    def _list(self, payload: Any, depth: int) -> list[Any]:
        if type(payload) is not list:
            raise WireError("a container has no list")
        values = self.decode(payload, depth)
        assert type(values) is list
        return values

    def _dict(self, payload: Any, depth: int) -> dict[Any, Any]:
        if type(payload) is not list or len(payload) != 2:
            raise WireError("a dict has no keys and values")
        keys = [_key(k) for k in self._list(payload[0], depth)]
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
        if type(payload) is not bytes or len(payload) > MAX_INTEGER_BYTES:
            raise WireError("an integer has no bytes")
        return int.from_bytes(payload, "little", signed=True)

    def _array(self, payload: Any, _: int) -> Any:
        code, layout, shape = _array_header(payload)
        np = sys.modules["numpy"]
        dtype = _numpy_dtypes().get(code) or _numpy_dtype(code)
        count = prod(shape)
        size = count * dtype.itemsize
        start = self._take(size)
        array: np.ndarray[Any, Any] = (
            np.frombuffer(self._blobs, dtype, count, start) if size else np.empty(count, dtype)
        )
        if not self._trusted and (code == "|b1" or code[1] == "U"):
            array = _sane(array, code)
        if layout == 0:
            return array.reshape(shape)
        if layout == 1:
            return array.reshape(shape, order="F")
        strided: np.ndarray[Any, Any] = np.empty((*shape, 2), dtype)[..., 0]
        strided[...] = array.reshape(shape)
        self.copies.append((strided, self._blobs[start : start + size]))
        return strided

    def _object_array(self, payload: Any, depth: int) -> Any:
        shape, items = payload
        _check_shape(shape)
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
        dtype = _numpy_dtype(code)
        if type(raw) is not bytes or len(raw) != dtype.itemsize:
            raise WireError("a scalar has another size than its dtype")
        import numpy as np

        if code == "|b1":
            return np.bool_(raw != b"\0")
        return np.frombuffer(raw, dtype=dtype)[0]

    def _tensor(self, payload: Any, _: int) -> Any:
        name, layout, shape = _array_header(payload)
        if name not in TORCH_DTYPES:
            raise WireError("a tensor has an unknown dtype")
        import numpy as np
        import torch

        carrier = np.dtype(TORCH_DTYPES[name])
        count = prod(shape)
        start = self._take(count * carrier.itemsize)
        dtype = _torch_dtypes()[name]
        if not count:
            return torch.empty(shape, dtype=dtype)
        tensor = torch.from_numpy(np.frombuffer(self._blobs, carrier, count, start))
        if name == "bool" and not self._trusted:
            tensor = tensor != 0
        elif tensor.dtype is not dtype:
            tensor = tensor.view(dtype)
        tensor = tensor.reshape(shape)
        if layout != 2:
            return tensor
        strided = torch.empty((*shape, 2), dtype=dtype)[..., 0]
        strided.copy_(tensor)
        self.copies.append((strided, self._blobs[start : start + count * carrier.itemsize]))
        return strided

    def _torch_dtype(self, payload: Any, _: int) -> Any:
        return _torch_dtypes()[payload]


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
    elif kind is int and not _INT64_MIN <= value <= _INT64_MAX:
        # Long integers of equal hash would make building the table slow on purpose.
        raise WireError("an integer key is too long")
    return value


def _array_header(payload: Any) -> tuple[str, int, list[int]]:
    if type(payload) is not list or len(payload) < 2:
        raise WireError("an array has no header")
    code, layout, *shape = payload
    if type(code) is not str or type(layout) is not int or not 0 <= layout <= 2:
        raise WireError("an array has no header")
    _check_shape(shape)
    return code, layout, shape


def _check_shape(shape: Any) -> None:
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise WireError("an array has too many axes")
    for n in shape:
        if type(n) is not int or n < 0:
            raise WireError("an array has an axis of no length")


def _numpy_dtype(code: Any) -> Any:
    dtype = _numpy_dtypes().get(code)
    if dtype is not None:
        return dtype
    # Fixed-width text: |S5, <U12.
    if type(code) is str and code[:2] in ("|S", "<U", "=U", ">U") and code[2:].isascii() and code[2:].isdigit():
        width = int(code[2:6])
        if len(code) <= 6 and width <= MAX_TEXT_WIDTH:
            import numpy as np

            return np.dtype(code)
    raise WireError("an array has an unknown dtype")


def _numpy_dtypes(cache: dict[str, Any] = {}) -> dict[str, Any]:  # noqa: B006 - filled once, on first use
    if not cache:
        import numpy as np

        for code in NUMPY_DTYPES:
            try:
                cache[code] = np.dtype(code)
            except TypeError:
                continue  # long doubles differ from platform to platform
    return cache


def _torch_dtypes(cache: dict[str, Any] = {}) -> dict[str, Any]:  # noqa: B006 - filled once, on first use
    if not cache:
        import torch

        cache.update({
            "bool": torch.bool, "uint8": torch.uint8, "int8": torch.int8, "int16": torch.int16, "int32": torch.int32,
            "int64": torch.int64, "float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32,
            "float64": torch.float64, "complex64": torch.complex64, "complex128": torch.complex128,
        })  # fmt: skip
    return cache


def _read_set(decoder: Decoder, payload: Any, depth: int) -> set[Any]:
    return {_key(v) for v in decoder._list(payload, depth)}


_READERS: Final[dict[int, Callable[[Decoder, Any, int], Any]]] = {
    _TUPLE: lambda d, p, n: tuple(d._list(p, n)),
    _DICT: Decoder._dict,
    _SET: _read_set,
    _FROZENSET: lambda d, p, n: frozenset(_read_set(d, p, n)),
    _INTEGER: Decoder._integer,
    _COMPLEX: Decoder._complex,
    _ARRAY: Decoder._array,
    _OBJECT_ARRAY: Decoder._object_array,
    _SCALAR: Decoder._scalar,
    _TENSOR: Decoder._tensor,
    _NUMPY_DTYPE: lambda _d, p, _n: _numpy_dtype(p),
    _TORCH_DTYPE: Decoder._torch_dtype,
    _SLICE: lambda d, p, n: slice(*_three(d, p, n)),
    _RANGE: lambda d, p, n: range(*_three(d, p, n)),
    _ELLIPSIS: lambda _d, _p, _n: ...,
    _REMOTE: lambda d, p, _n: d._remote(p),
    _CALLBACK: lambda d, p, _n: d._callback(p) if d._callback else _refuse(),
}


def _three(decoder: Decoder, payload: Any, depth: int) -> list[Any]:
    values = decoder._list(payload, depth)
    if len(values) != 3:
        raise WireError("a slice or range has not three parts")
    return values


def _refuse() -> Any:
    raise WireError("a callback came from the wrong side")


def flatten(value: Any) -> list[Any]:
    """Return a value and, for a tuple or list, its items: what one call can be said to have given."""
    return [value, *chain(value)] if type(value) in (tuple, list) and len(value) <= 16 else [value]
