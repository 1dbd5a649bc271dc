"""Values to plain data: exact types, a closed table, no name looked up."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any, Final

from grader.worker import tags
from grader.worker.tags import TooDeep
from grader.worker.wire import ALIGNMENT, PADDING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import torch

_PLAIN: Final = frozenset({type(None), bool, float, str, bytes})
_ORDERED: Final = frozenset({*_PLAIN, int})
_SMALL: Final = frozenset({type(None), bool, float, str})
#: Codes of the dtypes that arrays mostly have, by identity, with the dtype itself, so that no other can come to have it.
_CODES: Final[dict[int, tuple[str, Any]]] = {}
#: Torch's dtypes that numpy has as well.
_AS_THEY_LIE: Final = frozenset(tags.TORCH_DTYPES) - {"bfloat16"}
_USUAL: Final = (
    "|b1",
    "|i1",
    "|u1",
    *(f"<{kind}" for kind in ("i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "c8", "c16")),
)


class Encoder:
    """Turns one message's values into a structure and the blobs beside it.

    Parameters
    ----------
    opaque : callable
        Called with a value that is not plain data; returns the structure that stands for it.
    layouts : bool, default=False
        Whether arrays keep their memory layout.  Arguments do, results do not.
    handles : bool, default=False
        Whether a named tuple goes with a handle, so that it comes back as what it was.
    handle_of : callable, optional
        Called with a tuple; returns the structure of the handle that it came with, or None.
    """

    __slots__ = ("_handle_of", "_handles", "_layouts", "_ndarray", "_numpy", "_opaque", "_torch", "blobs", "total")

    def __init__(
        self,
        opaque: Callable[[Any], Any],
        *,
        layouts: bool = False,
        handles: bool = False,
        handle_of: Callable[[tuple[Any, ...]], Any] | None = None,
    ) -> None:
        #: Array bytes and their padding, in order, and how many bytes they are.
        self.blobs: list[Any] = []
        self.total = 0
        self._opaque = opaque
        self._layouts = layouts
        self._handles = handles
        self._handle_of = handle_of
        numpy = self._numpy = sys.modules.get("numpy")
        self._ndarray = numpy.ndarray if numpy is not None else None
        if numpy is not None and not _CODES:
            _CODES.update({id(dtype): (dtype.str, dtype) for dtype in map(numpy.dtype, _USUAL)})
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
            return value if tags.INT64_MIN <= value <= tags.INT64_MAX else _integer(value)
        if kind is self._ndarray:
            usual = _CODES.get(id(value.dtype))
            if usual is None or not value.flags.c_contiguous or not value.size:
                return self._array(value, depth)
            size = value.nbytes
            self.blobs.append(value)
            if odd := size % ALIGNMENT:
                self.blobs.append(PADDING[odd])
                size += ALIGNMENT - odd
            self.total += size
            return {tags.ARRAY: [usual[0], 0, *value.shape]}
        if depth > tags.MAX_DEPTH:
            raise TooDeep
        if kind is list:
            return self._items(value, depth)
        if kind is tuple:
            if self._handle_of is not None and (handle := self._handle_of(value)) is not None:
                return handle
            return {tags.TUPLE: self._items(value, depth)}
        if kind is dict:
            return {tags.DICT: [self._items(list(value), depth), self._items(list(value.values()), depth)]}
        return self._rare(value, kind, depth)

    def encode_all(self, values: Sequence[Any]) -> list[Any]:
        """Return what stands for each of several values.

        Raises
        ------
        TooDeep
            If one is nested deeper than `MAX_DEPTH`.
        """
        encode = self.encode
        return [value if type(value) in _PLAIN else encode(value) for value in values]

    def _items(self, values: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        # A long list of numbers needs no walk.
        if len(values) > 8 and set(map(type, values)) <= _SMALL:
            return list(values)
        encode = self.encode
        depth += 1
        return [value if type(value) in _PLAIN else encode(value, depth) for value in values]

    def _rare(self, value: Any, kind: type, depth: int) -> Any:
        if kind is complex:
            return {tags.COMPLEX: [value.real, value.imag]}
        if kind in (set, frozenset):
            return {tags.SET if kind is set else tags.FROZENSET: self._items(_ordered(value), depth)}
        if kind is slice:
            return {tags.SLICE: self._items([value.start, value.stop, value.step], depth)}
        if kind is range:
            return {tags.RANGE: self._items([value.start, value.stop, value.step], depth)}
        if value is Ellipsis:
            return {tags.ELLIPSIS: None}
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
                return {tags.NUMPY_DTYPE: value.str} if value.str in tags.NUMPY_CODES else self._opaque(value)
            if kind is type and np.generic in value.__mro__ and np.dtype(value).str in tags.NUMPY_CODES:
                return {tags.NUMPY_DTYPE: np.dtype(value).str}
        if torch is not None and kind is torch.dtype:
            return {tags.TORCH_DTYPE: str(value).removeprefix("torch.")}
        # Subclasses of containers, such as OrderedDict, cross as what they are below.
        if dict in bases:
            return {
                tags.DICT: [self._items(list(dict.keys(value)), depth), self._items(list(dict.values(value)), depth)]
            }
        if tuple in bases:
            items = self._items(list(tuple.__iter__(value)), depth)
            return {tags.HANDLED: [items, self._opaque(value)]} if self._handles else {tags.TUPLE: items}
        if list in bases:
            return self._items(list(list.__iter__(value)), depth)
        return self._opaque(value)

    def _array(self, value: np.ndarray[Any, Any], depth: int) -> Any:
        code = value.dtype.str
        if code not in tags.NUMPY_CODES and code[1] not in "US":
            if code == "|O" and depth <= tags.MAX_DEPTH:
                return {tags.OBJECT_ARRAY: [list(value.shape), self._items(value.ravel().tolist(), depth)]}
            return self._opaque(value)
        if value.flags.c_contiguous:
            self._add(value if value.size and code[1] != "U" else value.tobytes(), value.nbytes)
            return {tags.ARRAY: [code, 0, *value.shape]}
        layout = (1 if value.flags.f_contiguous else 2) if self._layouts else 0
        self._add(value.tobytes("F" if layout == 1 else "C"), value.nbytes)
        return {tags.ARRAY: [code, layout, *value.shape]}

    def _add(self, blob: Any, size: int) -> None:
        self.blobs.append(blob)
        odd = size % ALIGNMENT
        if odd:
            self.blobs.append(PADDING[odd])
            size += ALIGNMENT - odd
        self.total += size

    def _scalar(self, value: np.generic) -> Any:
        code = value.dtype.str
        if code not in tags.NUMPY_CODES:
            return str(value) if code[1] == "U" else self._opaque(value)
        return {tags.SCALAR: [code, value.tobytes()]}

    def _tensor(self, value: torch.Tensor) -> Any:
        torch = self._torch
        assert torch is not None
        name = str(value.dtype).removeprefix("torch.")
        if type(value) is torch.Tensor and not value.requires_grad and name in _AS_THEY_LIE:
            with contextlib.suppress(RuntimeError, TypeError):  # conjugated, sparse, or on another device
                if value.is_contiguous():
                    self._add_array(value.numpy())
                    return {tags.TENSOR: [name, 0, *value.shape]}
        if name not in tags.TORCH_DTYPES or value.layout is not torch.strided:
            return self._opaque(value)
        plain = torch.Tensor.detach(value)
        if type(plain) is not torch.Tensor:
            plain = plain.as_subclass(torch.Tensor)
        if plain.device.type != "cpu" or plain.is_conj() or plain.is_neg():
            plain = plain.cpu().resolve_conj().resolve_neg()
        layout = 0
        if self._layouts and not plain.is_contiguous():
            turned = plain.permute(*reversed(range(plain.dim())))
            layout, plain = (1, turned) if turned.is_contiguous() else (2, plain)
        plain = plain.contiguous()
        if name == "bfloat16":
            plain = plain.view(torch.int16)
        elif name == "bool":
            plain = plain.view(torch.uint8)
        self._add_array(plain.numpy())
        return {tags.TENSOR: [name, layout, *value.shape]}

    def _add_array(self, array: np.ndarray[Any, Any]) -> None:
        self._add(array if array.size else b"", array.nbytes)


def _integer(value: int) -> Any:
    size = (value.bit_length() + 8) // 8
    if size > tags.MAX_INTEGER_BYTES:
        raise TooDeep
    return {tags.INTEGER: value.to_bytes(size, "little", signed=True)}


def _ordered(values: set[Any] | frozenset[Any]) -> list[Any]:
    """List the members of a set in an order that does not depend on how it came to be, where their types allow it."""
    if {type(value) for value in values} <= _ORDERED:
        return sorted(values, key=lambda value: (type(value).__name__, repr(value)))
    return list(values)
