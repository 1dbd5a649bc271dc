"""What a module of hidden tests holds that a run could have changed."""

from __future__ import annotations

import collections
import fractions
import functools
import pickle
import random
import re
import sys
import types
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

_ATOMS: Final = frozenset(
    {type(None), bool, int, float, complex, str, bytes, range, slice, type(Ellipsis), Decimal, fractions.Fraction}
)
_SETTLED: Final = (types.ModuleType, types.BuiltinFunctionType, re.Pattern, property)
_SEQUENCES: Final = (list, tuple, collections.deque)
_SETTLED_MODULES: Final = frozenset({"typing", "inspect", "__future__"})
_CACHE: Final = type(functools.cache(len))
_OF_PYTHON: Final = frozenset({"__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__spec__"})


class Unknown(Exception):
    """Something is held of which nobody can tell whether it has changed; the message names its type."""


class Snapshot:
    """The values that hidden tests share between two runs, as they are now.

    Two snapshots are equal where no run can tell the difference.  Strategies count as what they are made of: data that
    they hand out is looked at nowhere else than in the module.

    Parameters
    ----------
    modules : iterable of module
        The imported hidden tests.
    items : iterable of Item
        Their cases, whose parameters are shared too.

    Raises
    ------
    Unknown
        If the module holds what cannot be compared, such as an iterator.
    """

    def __init__(self, modules: Iterable[types.ModuleType], items: Iterable[pytest.Item]) -> None:
        self._modules = {module.__name__: module for module in modules}
        self._seen: dict[int, Any] = {}
        self._marks: list[Any] = []
        for module in self._modules.values():
            for name, value in vars(module).items():
                if name not in _OF_PYTHON:
                    self._marks.append(name)
                    self._look(value)
        for item in items:
            self._look(getattr(getattr(item, "callspec", None), "params", None))
        self._seen.clear()

    def equals(self, other: Snapshot) -> bool:
        """Whether everything is as it was."""
        return self._marks == other._marks

    def _look(self, value: Any) -> None:
        kind = type(value)
        if kind in _ATOMS:
            # The type belongs to it, since True is 1; so does the sign of a zero, and NaN is itself.
            self._marks += (kind, repr(value) if kind in (float, complex) else value)
            return
        if id(value) in self._seen:
            self._marks.append(id(value))
            return
        self._seen[id(value)] = value
        # The identity belongs to it: whoever puts another object in its place may have put one that only looks alike.
        self._marks += (kind, id(value))
        if isinstance(value, _SEQUENCES):
            self._look_at_all(value)
        elif isinstance(value, dict):
            self._look_at_all(value.keys())
            self._look_at_all(value.values())
        elif isinstance(value, (set, frozenset)):
            self._look_at_all(sorted(value, key=id))
        elif isinstance(value, type):
            self._look_at_class(value)
        elif isinstance(value, types.FunctionType):
            self._look_at_function(value)
        elif isinstance(value, _CACHE):
            value.cache_clear()  # what it remembers may be changed by whoever is given it
            self._look(value.__wrapped__)
        else:
            self._look_at_rest(value)

    def _look_at_all(self, values: Iterable[Any]) -> None:
        values = tuple(values)
        self._marks.append(len(values))
        for value in values:
            self._look(value)

    def _look_at_class(self, value: type) -> None:
        if value.__module__ in self._modules:
            self._look_at_all(v for k, v in vars(value).items() if k not in ("__dict__", "__weakref__", "__doc__"))

    def _look_at_function(self, value: types.FunctionType) -> None:
        test = getattr(value, "hypothesis", None)
        if test is not None:
            # What wraps a property is Hypothesis's; its examples and the test itself are of the module.
            inner = getattr(test.inner_test, "__wrapped__", None)  # the plugin put a function of ours around it
            examples = getattr(test.inner_test, "hypothesis_explicit_examples", None)
            self._look_at_all([test.inner_test, inner, examples])
        elif value.__module__ in self._modules:
            self._look_at_all(vars(value).values())
            self._look_at_all(value.__defaults__ or ())
            self._look_at_all((value.__kwdefaults__ or {}).values())
            self._look_at_all(_content(cell) for cell in value.__closure__ or ())

    def _look_at_rest(self, value: Any) -> None:
        numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
        kind = type(value)
        if isinstance(value, _SETTLED) or kind.__module__ in _SETTLED_MODULES:
            return
        if isinstance(value, (staticmethod, classmethod, types.MethodType)):
            self._look(value.__func__)
        elif isinstance(value, functools.partial):
            self._look_at_all([value.func, value.args, value.keywords])
        elif kind.__module__.startswith(("_pytest.", "hypothesis.")):
            # Strategies are what the module made them of; marks and explicit examples hold values.
            self._look_at_all(getattr(value, name, None) for name in ("args", "kwargs", "_fixture_function"))
        elif isinstance(value, random.Random):
            self._marks.append(pickle.dumps(value.getstate()))
        elif numpy and isinstance(value, numpy.ndarray):
            self._marks += (value.dtype, value.shape, value.strides)
            if value.dtype.hasobject:
                self._look_at_all(value.ravel().tolist())
            else:
                self._marks.append(value.tobytes())
        elif numpy and isinstance(value, numpy.random.Generator):
            self._marks.append(pickle.dumps(value.bit_generator.state))
        elif numpy and isinstance(value, (numpy.generic, numpy.dtype, numpy.ufunc)):
            self._marks.append(repr(value))
        elif torch and isinstance(value, (torch.dtype, torch.device, torch.Size)):
            return
        elif torch and isinstance(value, torch.Tensor):
            self._marks += (value.dtype, value.shape, value.requires_grad)
            self._marks.append(value.detach().reshape(-1).view(torch.uint8).numpy().tobytes())
            self._look(value.grad)
        elif kind.__module__ in self._modules:
            slots = [getattr(value, name, None) for base in kind.__mro__ for name in getattr(base, "__slots__", ())]
            self._look_at_all([*getattr(value, "__dict__", {}).values(), *slots])
        else:
            raise Unknown(f"{kind.__module__}.{kind.__qualname__}")


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None
