"""Values and calls in words, short enough for one line and exact where it helps."""

from __future__ import annotations

import sys
from typing import Any, Final, NamedTuple

_FEW_ELEMENTS: Final = 8
_LONG: Final = 60
_USUAL_DTYPES: Final = frozenset({"float64", "int64", "bool", "torch.float32", "torch.int64", "torch.bool"})


def kind(value: Any) -> str:
    """Return what a value is, without its contents: `float64 array of shape (2, 3)`.

    Parameters
    ----------
    value : object
        Plain data or a remote object.
    """
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None and isinstance(value, numpy.ndarray):
        return f"{value.dtype} array of shape {value.shape}"
    if torch is not None and isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} tensor of shape {tuple(value.shape)}"
    if value is None:
        return "None"
    if isinstance(value, (list, tuple, dict, set, frozenset, str, bytes)):
        return f"{type(value).__name__} of length {len(value)}"
    name = getattr(value, "_type_name", None) if type(value).__name__ == "RemoteObject" else type(value).__name__
    return f"{'an' if str(name)[:1].lower() in 'aeiou' else 'a'} {name}"


def show(value: Any) -> str:
    """Return a value in words: its contents when they are few, else what it is.

    Parameters
    ----------
    value : object
        Plain data or a remote object.
    """
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    for module, base in ((numpy, "ndarray"), (torch, "Tensor")):
        if module is not None and isinstance(value, getattr(module, base)):
            count = value.size if base == "ndarray" else value.numel()
            name = str(value.dtype)
            if count > _FEW_ELEMENTS or value.ndim > 2 or not count:
                return kind(value)
            contents = _compact(value.tolist())
            plain = name.removeprefix("torch.")
            word = "tensor" if base == "Tensor" else plain
            return contents if name in _USUAL_DTYPES and base == "ndarray" else f"{word}({contents})"
    if numpy is not None and isinstance(value, numpy.generic):
        return f"{value.dtype}({value})"
    if type(value).__name__ == "RemoteObject":
        return f"<{kind(value)}>"
    if callable(value):
        return "<function>"
    if isinstance(value, (list, tuple)) and len(value) <= _FEW_ELEMENTS:
        inside = ", ".join(show(v) for v in value)
        if len(inside) <= 2 * _LONG:
            left, right = "[]" if isinstance(value, list) else "()"
            return f"{left}{inside}{',' if isinstance(value, tuple) and len(value) == 1 else ''}{right}"
        return kind(value)
    try:
        text = repr(value)
    except ValueError:  # Python writes out no integer of thousands of digits
        return f"an int of {value.bit_length()} bits" if isinstance(value, int) else kind(value)
    return text if len(text) <= _LONG else kind(value)


def _compact(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_compact(v) for v in value)}]"
    if isinstance(value, float):
        return format(value, ".7g") if value != round(value, 4) else repr(value)
    return repr(value)


class Call(NamedTuple):
    """One call into the submission, remembered so that a failure can be told."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def __str__(self) -> str:
        """The call as a learner would write it."""
        words = [show(a) for a in self.args] + [f"{k}={show(v)}" for k, v in self.kwargs.items()]
        return f"{self.name}({', '.join(words)})"


class Import(Call):
    """The import of the submission, which every message tells in the same words."""

    __slots__ = ()

    def __str__(self) -> str:
        """The beginning of a sentence on what went wrong."""
        return f"{self.name} cannot be imported: it"
