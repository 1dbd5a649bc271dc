"""Values as Python that can be pasted: exact types, and numbers in the fewest digits that give them again."""

from __future__ import annotations

import functools
import keyword
import math
import re
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import torch

FEW_ENTRIES: Final = 60
_FEW_CHARACTERS: Final = 1200
_LONGEST_TEXT: Final = 200
_UNIFORM: Final = 5  # entries from which `np.zeros` is shorter than the zeros
_DEFAULT_DTYPES: Final = frozenset({"float64", "int64", "bool", "complex128"})
_DEFAULT_TENSORS: Final = frozenset({"float32", "int64", "bool", "complex64"})
_ODD: Final = {"nan": "float('nan')", "inf": "float('inf')", "-inf": "-float('inf')"}
_NAMES: Final = {"ndarray": "array", "list": "values", "dict": "table", "set": "items", "type": "kind"}


def is_array(value: Any) -> bool:
    """Tell whether a value is an array of numpy's."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def is_tensor(value: Any) -> bool:
    """Tell whether a value is a tensor of torch's."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def kind(value: Any) -> str:
    """Return what a value is, without its contents: `float64 array of shape (2, 3)`.

    Parameters
    ----------
    value : object
        Plain data or a remote object.
    """
    numpy = sys.modules.get("numpy")
    if is_array(value):
        return f"{_shown(value.dtype)} array of shape {value.shape}"
    if is_tensor(value):
        return f"{str(value.dtype).removeprefix('torch.')} tensor of shape {tuple(value.shape)}"
    if numpy is not None and isinstance(value, numpy.generic):
        return f"np.{type(value).__name__}"
    if value is None:
        return "None"
    if isinstance(value, (list, tuple, dict, set, frozenset, str, bytes)):
        return f"{type(value).__name__} of length {len(value)}"
    name = getattr(value, "_type_name", None) if type(value).__name__ == "RemoteObject" else type(value).__name__
    public = str(name).lstrip("_") or str(name)
    return f"{'an' if public[:1].lower() in 'aeiou' else 'a'} {public}"


def variable(type_name: str) -> str:
    """Return what a variable that holds an object of a class is called: `lru_cache` for `LRUCache`.

    Parameters
    ----------
    type_name : str
        Name of the class, of any origin.
    """
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type_name).lower().strip("_")
    name = _NAMES.get(snake, snake)
    return name if name.isidentifier() and name.isascii() and not keyword.iskeyword(name) else "value"


class Writer:
    """Writes values as Python; what is long is described instead.

    Parameters
    ----------
    digits : int, optional
        Significant digits of floats; as many as it takes by default.
    bare : bool, default=False
        Whether arrays of a usual dtype are written as lists, where nobody will paste them.
    names : mapping of int to str, optional
        What variables hold objects of the submission's, by the identity of what stands for them; by default the
        name of their class says it.
    """

    def __init__(
        self, digits: int | None = None, *, bare: bool = False, names: Mapping[int, str] | None = None
    ) -> None:
        self._names = names or {}
        self._digits = digits
        self._bare = bare

    def write(self, value: Any) -> str:
        """Return a value as an expression, or a description where it is long."""
        text = self._written(value)
        return text if len(text) <= _FEW_CHARACTERS else self.large(value)

    # -- what a writer of scripts does in another way

    def large(self, value: Any) -> str:
        """Return what stands for a value of many entries."""
        return kind(value)

    def remote(self, value: Any) -> str:
        """Return what stands for an object of the submission's."""
        return self._names.get(id(value)) or variable(value._type_name)

    def function(self, value: Any) -> str:  # noqa: ARG002 - a script names it
        """Return what stands for a function of the test's."""
        return "<function>"

    def other(self, value: Any) -> str:
        """Return any other value."""
        try:
            return repr(value)
        except ValueError:  # Python writes out no integer of thousands of digits
            return f"an int of {value.bit_length()} bits" if isinstance(value, int) else kind(value)

    # -- containers and numbers

    def _written(self, value: Any) -> str:
        type_ = type(value)
        if type_ is float:
            return self.float(value)
        if type_ in (list, tuple, set, frozenset, dict):
            return self._container(value)
        if is_array(value):
            return self.array(value)
        if is_tensor(value):
            return self.tensor(value)
        numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
        if numpy is not None and isinstance(value, numpy.generic):
            return f"np.{_name(value.dtype)}({self._entry(value)})"
        if numpy is not None and isinstance(value, numpy.dtype):
            return f"np.dtype({value.str!r})"
        if torch is not None and isinstance(value, torch.dtype):
            return str(value)
        if type_.__name__ == "RemoteObject":
            return self.remote(value)
        if type_ is str or type_ is bytes:
            return repr(value) if len(value) <= _LONGEST_TEXT else self.large(value)
        if value is Ellipsis:
            return "..."
        if type_.__name__ == "Exposed" or (callable(value) and not isinstance(value, type)):
            return self.function(value)
        if isinstance(value, type):
            return f"np.{value.__name__}" if numpy and issubclass(value, numpy.generic) else value.__name__
        return self.other(value)

    def _container(self, value: Any) -> str:
        if len(value) > FEW_ENTRIES:
            return self.large(value)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self._written(k)}: {self._written(v)}" for k, v in value.items()) + "}"
        inside = ", ".join(map(self._written, value))
        if isinstance(value, list):
            return f"[{inside}]"
        if isinstance(value, tuple):
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        braces = f"{{{inside}}}" if value else ""
        return braces if braces and isinstance(value, set) else f"{type(value).__name__}({braces})"

    def float(self, value: float) -> str:
        """Return a Python float."""
        if not math.isfinite(value):
            return repr(value) if self._bare else _ODD[repr(value)]
        if self._digits is None or value == round(value, 4):
            return repr(value)
        return format(value, f".{self._digits}g")

    def _entry(self, value: Any) -> str:
        """Return an entry of an array, in the digits of its own dtype."""
        if value.dtype.kind in "SU":
            return repr(value.item())
        if value.dtype.kind != "f" or self._digits is not None or value.dtype.itemsize >= 8:
            return self.float(value.item()) if value.dtype.kind == "f" else repr(value.item())
        return str(value) if math.isfinite(value) else self.float(float(value))

    # -- arrays

    def array(self, value: np.ndarray[Any, Any]) -> str:
        """Return an array of numpy's."""
        usual = _name(value.dtype) in _DEFAULT_DTYPES and value.dtype.isnative
        dtype = "" if usual or value.dtype.kind == "U" else f", dtype={_dtype(value.dtype)}"
        if not value.size:
            return kind(value) if self._bare else _zeros(value, "np", _dtype(value.dtype))
        if self._bare and usual:
            return self.nested(value) if value.size <= FEW_ENTRIES else kind(value)
        filled = "" if self._bare else self._filled(value, "np", _dtype(value.dtype), usual=usual)
        if filled:
            return filled
        if value.size > FEW_ENTRIES:
            return self.large(value)
        text = f"np.array({self.nested(value)}{dtype})"
        return f"np.asfortranarray({text})" if value.flags.f_contiguous and not value.flags.c_contiguous else text

    def tensor(self, value: torch.Tensor) -> str:
        """Return a tensor of torch's."""
        torch = sys.modules["torch"]
        name = str(value.dtype).removeprefix("torch.")
        dtype = "" if name in _DEFAULT_TENSORS else f", dtype={value.dtype}"
        if not value.numel():
            return kind(value) if self._bare else _zeros(value, "torch", str(value.dtype))
        if value.numel() > FEW_ENTRIES and self._bare:
            return kind(value)
        plain = value.detach().cpu().resolve_conj().resolve_neg()
        numbers = (plain.to(torch.float32) if name == "bfloat16" else plain).contiguous().numpy()
        filled = "" if self._bare else self._filled(numbers, "torch", str(value.dtype), usual=not dtype)
        if filled:
            return filled
        return f"torch.tensor({self.nested(numbers)}{dtype})" if value.numel() <= FEW_ENTRIES else self.large(value)

    def nested(self, value: Any) -> str:
        """Return the entries of an array as nested lists."""
        if value.ndim:
            return f"[{', '.join(map(self.nested, value))}]" if value.ndim > 1 else self._row(value)
        return self._entry(value[()]) if value.dtype.kind != "O" else self._written(value[()])

    def _row(self, value: Any) -> str:
        entry = self._written if value.dtype.kind == "O" else self._entry
        return f"[{', '.join(map(entry, value))}]"

    def _filled(self, value: np.ndarray[Any, Any], module: str, dtype: str, *, usual: bool) -> str:
        """Return an array whose entries are all alike, or that counts; nothing for another."""
        if value.size < _UNIFORM or value.dtype.kind not in "biuf":
            return ""
        first, last = value.flat[0], value.flat[-1]
        if first.tobytes() == last.tobytes() and value.tobytes() == first.tobytes() * value.size:
            if first.tobytes().strip(b"\0"):
                return f"{module}.full({_shape(value)}, {self._entry(first)}{'' if usual else f', dtype={dtype}'})"
            return _zeros(value, module, dtype)
        if value.ndim == 1 and _name(value.dtype) == "int64" and value.size > 2 * _UNIFORM:
            numpy = sys.modules["numpy"]
            if numpy.array_equal(value, numpy.arange(value.size)):
                return f"{module}.arange({value.size})"
        return ""


def _zeros(value: Any, module: str, dtype: str) -> str:
    """Return zeros of the shape; both libraries make floats where no dtype is named."""
    floats = dtype == ("np.float64" if module == "np" else "torch.float32")
    return f"{module}.zeros({_shape(value)}{'' if floats else f', dtype={dtype}'})"


def _shape(value: Any) -> str:
    shape = tuple(value.shape)
    return str(shape[0] if len(shape) == 1 else shape)


@functools.lru_cache(64)  # numpy puts names together anew each time, which takes longer than all the rest
def _name(dtype: np.dtype[Any]) -> str:
    return dtype.name


@functools.lru_cache(64)
def _shown(dtype: np.dtype[Any]) -> str:
    return str(dtype)


@functools.lru_cache(64)
def _dtype(dtype: np.dtype[Any]) -> str:
    if not dtype.isnative or dtype.kind in "SU":
        return repr(dtype.str)
    return "object" if dtype.kind == "O" else f"np.{dtype.name}".removesuffix("np.bool") or "bool"
