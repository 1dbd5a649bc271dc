"""Calls as a learner would write them, and values in words, short enough for one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.candidate.code import Writer, kind
from grader.worker.message import Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Call", "Import", "entries", "kind", "show", "spelled", "written"]

_FEW: Final = 16
_SHORT: Final = 120
LONGEST_CALL: Final = 1200
_OPERATORS: Final = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "matmul": "@"}


class _Words(Writer):
    """Writes what a submission gave: whole where it is short, in the digits that somebody reads."""

    def write(self, value: Any) -> str:
        """Return a value in words."""
        text = self._written(value)
        return text if len(text) <= _SHORT else self.large(value)

    def remote(self, value: Any) -> str:
        """Return what an object of the submission's is."""
        return f"<{kind(value)}>"

    def _container(self, value: Any) -> str:
        return super()._container(value) if len(value) <= _FEW else self.large(value)

    def array(self, value: Any) -> str:
        """Return an array, or what it is."""
        return super().array(value) if value.size <= _FEW and value.ndim <= 2 else kind(value)

    def tensor(self, value: Any) -> str:
        """Return a tensor, or what it is."""
        return super().tensor(value) if value.numel() <= _FEW and value.ndim <= 2 else kind(value)


_SHOWN: Final = _Words(7, bare=True)
_EXACT: Final = _Words(bare=True)


def show(value: Any, *, exact: bool = False) -> str:
    """Return a value in words: its contents when they are few, else what it is.

    Parameters
    ----------
    value : object
        Plain data or a remote object.
    exact : bool, default=False
        Whether to write all digits.
    """
    return (_EXACT if exact else _SHOWN).write(value)


def entries(array: Any, *, exact: bool = False) -> str:
    """Return the entries of an array of numpy's as a list, whatever its dtype; empty where they are many.

    Parameters
    ----------
    array : ndarray
        Numbers.
    exact : bool, default=False
        Whether to write all digits.
    """
    return (_EXACT if exact else _SHOWN).nested(array) if 0 < array.size <= _FEW else ""


class Call(NamedTuple):
    """One request to the submission, remembered so that a failure can be told.

    Attributes
    ----------
    name : str
        What is called: an entry point, or a class and its method.
    args : tuple
        Its arguments; for an operator, the operands in their order.
    kwargs : dict
        Its keywords.
    verb : Verb
        What is asked.
    target : object
        The object of the submission's that is asked, if it is one.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    verb: Verb = Verb.CALL
    target: Any = None

    def __str__(self) -> str:
        """The call as a learner would write it, with its arguments as Python."""
        return spelled(self, {})


class Import(Call):
    """The import of the submission, which every message tells in the same words."""

    __slots__ = ()

    def __str__(self) -> str:
        """The beginning of a sentence on what went wrong."""
        return f"{self.name} cannot be imported: it"


class _Shorter(Writer):
    """Describes every value that takes as many characters as a limit."""

    def __init__(self, limit: int, names: Mapping[int, str]) -> None:
        super().__init__(names=names)
        self._limit = limit

    def write(self, value: Any) -> str:
        text = super().write(value)
        return text if len(text) < self._limit else self.large(value)


def spelled(call: Call, names: Mapping[int, str], most: int = LONGEST_CALL) -> str:
    """Return a call as a learner would write it; the longest arguments are described until it fits a screen.

    Parameters
    ----------
    call : Call
        What was asked.
    names : mapping of int to str
        What variables hold objects of the submission's, by the identity of what stands for them.
    most : int
        Characters that it may take.
    """
    if type(call) is not Call:
        return str(call)
    writer = Writer(names=names)
    text = written(call, writer)
    if len(text) <= most:
        return text
    for limit in sorted({len(writer.write(a)) for a in (*call.args, *call.kwargs.values())}, reverse=True):
        text = written(call, _Shorter(limit, names))
        if len(text) <= most:
            break
    return text


def written(call: Call, writer: Writer) -> str:
    """Return a call as Python.

    Parameters
    ----------
    call : Call
        What was asked.
    writer : Writer
        How values are written.
    """
    args = [writer.write(a) for a in call.args]
    owner = call.name.rpartition(".")[0] or call.name if call.target is None else writer.write(call.target)
    member = call.name.rpartition(".")[2]
    match call.verb:
        case Verb.GET:
            return f"{owner}.{member}"
        case Verb.SET:
            return f"{owner}.{member} = {args[0]}"
        case Verb.LEN:
            return f"len({owner})"
        case Verb.ITEM:
            return f"{owner}[{args[0]}]"
        case Verb.SET_ITEM:
            return f"{owner}[{args[0]}] = {args[1]}"
        case Verb.CONTAINS:
            return f"{args[0]} in {owner}"
        case Verb.ITER:
            return f"iter({owner})"
        case Verb.NEXT:
            return f"next({owner})"
        case Verb.OPERATE if len(args) == 1:
            return f"-{args[0]}"
        case Verb.OPERATE:
            return f"{args[0]} {_OPERATORS[member.strip('_')]} {args[1]}"
        case Verb.PUT | Verb.FETCH:
            return args[0] if args else owner
    arguments = ", ".join([*args, *(f"{k}={writer.write(v)}" for k, v in call.kwargs.items())])
    if call.verb is Verb.METHOD:
        return f"{owner}.{member}({arguments})"
    if call.verb is Verb.GRADIENTS:
        return f"the gradient of {owner}({arguments})"
    return f"{owner if call.target is not None else call.name}({arguments})"
