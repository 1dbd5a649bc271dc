"""Load one submission and answer the host's requests until it hangs up."""

from __future__ import annotations

import io
import linecache
import math
import operator
import sys
import time
import traceback
import types
import warnings
from typing import TYPE_CHECKING, Any, Final

from grader.worker import examples, gradients, stand_ins, whereabouts
from grader.worker.allocator import trimmer
from grader.worker.codec import Decoder, Encoder, Tag, TooDeep
from grader.worker.message import Kind, Reason, Verb
from grader.worker.wire import Closed

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.worker.message import Settings
    from grader.worker.wire import Channel

MAX_TEXT: Final = 2000
_VALUE: Final = int(Kind.VALUE)
_MODULE_NAME: Final = "submission"
_BUILTIN_EXCEPTIONS: Final = frozenset(
    name for name, value in vars(__builtins__ if isinstance(__builtins__, types.ModuleType)
                                 else types.SimpleNamespace(**__builtins__)).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)  # fmt: skip


class Prints(io.TextIOBase):
    """Standard output of the submission: sent to the host as it comes, up to a cap for each request.

    What goes beyond the cap is dropped, and the host, told of it at once, ends the request.
    """

    def __init__(self, channel: Channel, cap: int) -> None:
        self._channel = channel
        self._cap = cap
        self._left = cap
        self.pending: list[str] = []
        self._size = 0

    def writable(self) -> bool:
        """A stream of prints can be written to."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Text leaves as UTF-8."""
        return "utf-8"

    @property
    def buffer(self) -> PrintedBytes:
        """The same stream for bytes."""
        return PrintedBytes(self)

    def fileno(self) -> int:
        """The descriptor that leads to nothing, for those who want one, such as `faulthandler`."""
        return 1

    def write(self, text: str) -> int:
        """Keep a text, and send what has gathered when a line ends."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._left >= 0 and text:
            # The host reads a NUL as: the rest was cut.
            kept = text[: self._left].replace("\0", "\N{SYMBOL FOR NULL}")
            self._left -= len(kept)
            if len(kept) < len(text):
                kept, self._left = f"{kept}\0", -1
            self.pending.append(kept)
            self._size += len(kept)
            # A line leaves at once, so that it is not lost when the submission crashes.
            if "\n" in text or self._size > 4096 or self._left < 0:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what has gathered."""
        if self.pending:
            text, self.pending, self._size = "".join(self.pending), [], 0
            self._channel.send([int(Kind.OUTPUT), text.encode("utf-8", "replace").decode()])

    def renew(self) -> None:
        """Allow the full number of characters again."""
        self._left = self._cap


class PrintedBytes(io.RawIOBase):
    """Standard output for bytes: they join the prints as text."""

    def __init__(self, prints: Prints) -> None:
        self._prints = prints

    def writable(self) -> bool:
        """A stream of prints can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Keep bytes; what is no UTF-8 shows as a question mark."""
        self._prints.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        """Send what has gathered."""
        self._prints.flush()


# What a test builds models with, whatever names the submission gives them.
_LIBRARIES: Final = {"torch": "torch", "nn": "torch.nn"}


class MissingName(Exception):
    """The submission does not define what the host asked for."""


class Server:
    """Holds the submission's module and the objects that tests refer to.

    Parameters
    ----------
    channel : Channel
        Connection to the host.
    settings : Settings
        What the host asked for when it started this worker.
    """

    def __init__(self, channel: Channel, settings: Settings) -> None:
        self._channel = channel
        self._prints = Prints(channel, settings.output_bytes)
        self._module = types.ModuleType(_MODULE_NAME)
        self._remotes: dict[int, Any] = {}
        self._kept = 0
        self._file = ""
        self._lines: list[str] = []
        self._request = 0
        self._strict = False
        self._verbs: dict[int, Callable[..., Any]] = {
            Verb.LOAD: self._load,
            Verb.CALL: self._call,
            Verb.GET: lambda target, name: getattr(self._target(target), name),
            Verb.SET: setattr,
            Verb.METHOD: lambda target, name, args, kwargs: getattr(self._target(target), name)(*args, **kwargs or {}),
            Verb.ITER: lambda target: Kept(iter(target)),
            Verb.NEXT: self._next,
            Verb.LEN: len,
            Verb.ITEM: lambda target, index: target[index],
            Verb.SET_ITEM: lambda target, index, value: target.__setitem__(index, value),
            Verb.CONTAINS: lambda target, value: value in target,
            Verb.OPERATE: lambda name, *operands: getattr(operator, name)(*operands),
            Verb.PUT: Kept,
            Verb.FETCH: lambda target: target,
            Verb.GRADIENTS: self._gradients,
            Verb.EXAMPLES: lambda: examples.run(self._module, self._file),
            Verb.TRIM: trimmer(),
            Verb.STRICT: self._be_strict,
        }

    def run(self) -> None:
        """Answer requests until the host hangs up."""
        sys.stdout = sys.stderr = self._prints
        # A plan of one request a turn: nothing is answered that was not asked.
        while True:
            try:
                message, blobs = self._channel.receive()
            except Closed:
                return
            self._answer(message, blobs)

    def _answer(self, message: list[Any], blobs: memoryview) -> None:
        request, verb, dropped, *structure = message
        self._request = request
        for identifier in dropped:
            self._remotes.pop(identifier, None)
        self._prints.renew()
        # Compares with a memoryview at once, which bytes do not.
        pristine = bytearray(blobs) if self._strict else blobs
        try:
            decoder = Decoder(blobs, self._remote, self._callback, trusted=True)
            arguments = decoder.decode_all(structure)
            started = time.thread_time_ns()
            value = self._verbs[verb](*arguments)
            elapsed = time.thread_time_ns() - started
            encoder = Encoder(self._keep, handles=True)
            encoded = encoder.encode(value)
            modified = self._strict and (pristine != blobs or self._modified(decoder, structure, arguments))
            if self._prints.pending:
                self._prints.flush()
            self._channel.send([_VALUE, request, encoded, modified, elapsed], encoder.blobs, encoder.total)
        except Closed:
            raise
        except BaseException as error:  # noqa: BLE001 - a submission may raise anything
            self._prints.flush()
            try:
                told = self._explain(error)
            except BaseException:  # noqa: BLE001 - what it raised may raise in turn when it is looked at
                told = Reason.RAISED, type.__getattribute__(type(error), "__name__")[:80], ["BaseException"], "", 0, ""
            self._channel.send([int(Kind.ERROR), request, *told])

    @staticmethod
    def _modified(decoder: Decoder, structure: list[Any], arguments: list[Any]) -> bool:
        """Whether a strided array or a container differs from what came; other arrays are compared as bytes."""
        if not decoder.nested and not decoder.copies:
            return False
        for array, flat in decoder.copies:
            again = Encoder(lambda _: None)
            again.encode(array)
            if memoryview(again.blobs[0]).cast("B") != flat:
                return True
        again = Encoder(lambda _: None, layouts=True)
        return not all(_same(again.encode(value), one) for one, value in zip(structure, arguments, strict=True))

    def _be_strict(self, strict: bool) -> None:  # noqa: FBT001 - a request has no keywords
        """Have a RuntimeWarning stop a call and arguments watched, or let them be."""
        self._strict = strict
        warnings.simplefilter("error" if strict else "default", RuntimeWarning)

    def _load(self, source: str, file: str) -> list[str]:
        self._file = file
        self._lines = source.splitlines(keepends=True)
        stand_ins.know(file, source)
        whereabouts.answer(self._channel, file)
        linecache.cache[file] = (len(source), None, self._lines, file)
        code = compile(source, file, "exec", dont_inherit=True)
        self._module.__file__ = file
        sys.modules[_MODULE_NAME] = self._module
        exec(code, self._module.__dict__)  # noqa: S102 - running the submission is what a worker is for
        return [name for name in vars(self._module) if not name.startswith("_")]

    def _target(self, target: Any) -> Any:
        if type(target) is not str:
            return target
        library = sys.modules.get(_LIBRARIES.get(target, ""))
        if library is not None:
            return library
        try:
            return vars(self._module)[target]
        except KeyError:
            raise MissingName(target) from None

    def _remote(self, payload: int | str) -> Any:
        """Return what the host refers to: an object it was given, or a name of the submission."""
        return self._remotes[payload] if isinstance(payload, int) else self._target(payload)

    def _call(self, target: Any, args: list[Any], kwargs: dict[str, Any] | None) -> Any:
        return self._target(target)(*args, **kwargs or {})

    @staticmethod
    def _next(target: Any) -> tuple[bool, Any]:
        try:
            return True, next(target)
        except StopIteration:
            return False, None

    def _gradients(self, target: Any, *rest: Any) -> Any:
        return gradients.backward(self._target(target), *rest)

    def _keep(self, value: Any) -> Any:
        if isinstance(value, Kept):
            value = value.value
        self._kept += 1
        self._remotes[self._kept] = value
        return {int(Tag.REMOTE): [self._kept, type(value).__name__[:80], callable(value)]}

    def _callback(self, payload: Any) -> Any:
        identifier, methods = payload
        if methods is None:
            return lambda *args, **kwargs: self._ask(identifier, "", args, kwargs)
        methods_of = {name: self._method(identifier, name) for name in methods}
        return type("Exposed", (), {name: staticmethod(method) for name, method in methods_of.items()})()

    def _method(self, identifier: int, name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self._ask(identifier, name, args, kwargs)

    def _ask(self, identifier: int, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        encoder = Encoder(self._keep, handles=True)
        structure = [encoder.encode(list(args)), encoder.encode(kwargs)]
        self._prints.flush()
        self._channel.send(
            [int(Kind.CALLBACK), self._request, identifier, method, *structure], encoder.blobs, encoder.total
        )
        (worked, value), blobs = self._channel.receive()
        answer = Decoder(blobs, self._remote, self._callback, trusted=True).decode(value)
        if not worked:
            raise RuntimeError(answer)
        return answer

    def _explain(self, error: BaseException) -> tuple[int, str, list[str], str, int, str]:
        name = type(error).__name__
        bases = [c.__name__ for c in type(error).__mro__ if c.__name__ in _BUILTIN_EXCEPTIONS]
        if isinstance(error, MissingName):
            return Reason.MISSING, name, bases, str(error), 0, ""
        if isinstance(error, TooDeep):
            return Reason.NOT_PLAIN, name, bases, "", 0, ""
        try:
            text = str(error)[:MAX_TEXT].encode("utf-8", "replace").decode()
        except BaseException:  # noqa: BLE001 - `__str__` is the submission's
            text = ""
        if isinstance(error, SyntaxError) and error.filename == self._file:
            return Reason.SYNTAX, name, bases, str(error.msg)[:MAX_TEXT], error.lineno or 0, self._line(error.lineno)
        line = 0
        for frame, number in traceback.walk_tb(vars(BaseException)["__traceback__"].__get__(error)):
            if frame.f_code.co_filename == self._file:
                line = number
        return Reason.RAISED, name[:80], bases, text, line, self._line(line)

    def _line(self, number: int | None) -> str:
        if number and 0 < number <= len(self._lines):
            return self._lines[number - 1].strip()[:200].encode("utf-8", "replace").decode()
        return ""


class Kept:
    """A value that stays in the worker although it could cross."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


_NOT_COMPARED: Final = frozenset({int(Tag.REMOTE), int(Tag.CALLBACK)})


def _same(one: Any, other: Any) -> bool:
    """Whether a structure equals the one that came; what lives here or in the host may change, and NaN equals NaN."""
    if type(other) is dict and not _NOT_COMPARED.isdisjoint(other):
        return True
    if type(one) is not type(other):
        return False
    if type(one) is list:
        return len(one) == len(other) and all(map(_same, one, other))
    if type(one) is dict:
        return one.keys() == other.keys() and all(_same(v, other[k]) for k, v in one.items())
    return bool(one == other or (type(one) is float and math.isnan(one) and math.isnan(other)))
