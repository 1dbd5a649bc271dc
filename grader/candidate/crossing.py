"""What crosses between a test and one worker: remote objects, functions of the test, plain data."""

from __future__ import annotations

import gc
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from grader.candidate.callbacks import Callbacks
from grader.candidate.failure import SubmissionFailed
from grader.candidate.proxy import Exposed, RemoteFunction, RemoteObject
from grader.candidate.watch import Breach
from grader.model import Verdict
from grader.worker.codec import Decoder, Encoder, Tag
from grader.worker.wire import WireError

if TYPE_CHECKING:
    from grader.candidate.conversation import Conversation

_REMOTE: Final = int(Tag.REMOTE)
_CALLBACK: Final = int(Tag.CALLBACK)
_LONGEST_NAME: Final = 80
_CONTAINER_BYTES: Final = 224  # of an empty set, the largest that a few bytes of a message make
_MOST_KEPT: Final = 2**27
_MOST_LEFT: Final = 2**23
_STRUCTURE_TIMES: Final = 8  # a small number is a byte in a message and a pointer in a list


class Crossing:
    """Turns values into messages and back, and knows which worker holds what.

    Parameters
    ----------
    conversation : Conversation
        What remote objects will ask.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._generation = 0
        self._released: list[int] = []
        self._methods: set[tuple[str, str]] = set()
        self.callbacks = Callbacks()
        # Tuples of a type of the submission's, by identity, of one message each: they go back as what they were.
        self._handles: deque[dict[int, tuple[tuple[Any, ...], RemoteObject]]] = deque()
        self._arrived: dict[int, tuple[tuple[Any, ...], RemoteObject]] = {}  # with the message that is read
        #: About how many bytes the values of the case take that a test can have kept.
        self.kept = 0
        #: Whether nothing but plain data has crossed in the case.
        self.is_plain = True

    def begin_worker(self) -> None:
        """Forget what the worker before held."""
        self._generation += 1
        self._released.clear()
        self._handles.clear()

    def begin_case(self) -> None:
        """Forget the functions that the case before offered, and what its values took."""
        self.callbacks = Callbacks()
        if self.kept > _MOST_LEFT:
            gc.collect()  # what a failed test held hangs in cycles with its traceback, and arrays never hurry the collector
        self.kept = 0
        self.is_plain = True
        self._handles.clear()

    def begin_measured(self) -> None:
        """Forget the values of measured calls but the last: each is checked and dropped before more comes."""
        self.kept = 0
        while len(self._handles) > 1:
            self._handles.popleft()

    def encoder(self, *, layouts: bool = False) -> Encoder:
        """Return an encoder for one message to the worker."""
        return Encoder(self._opaque, layouts=layouts, handle_of=self._handle_of if self._handles else None)

    def decode(self, blobs: memoryview, size: int, *structures: Any) -> list[Any]:
        """Return the values that a message of the worker holds.

        Parameters
        ----------
        blobs : memoryview of uint8
            Bytes of the arrays.
        size : int
            Bytes of the whole message.
        *structures : object
            What stands for the values.

        Raises
        ------
        WireError
            If one is not what an encoder makes, or is too large to look at.
        Breach
            If the values of the case, should its test keep them all, are more than the host can hold.
        """
        handles = self._arrived = {}
        decoder = Decoder(blobs, self._remote, handled=self._arrive)
        values = decoder.decode_all(structures)
        decoder.finish()
        self.kept += blobs.nbytes + (size - blobs.nbytes) * _STRUCTURE_TIMES + decoder.containers * _CONTAINER_BYTES
        if self.kept > _MOST_KEPT:
            told = f"was given more than {_MOST_KEPT >> 20} MiB of values"
            raise Breach(Verdict.OUT_OF_MEMORY, told, whole=True)
        if handles:
            self._handles.append(handles)
        return values

    def take_released(self) -> list[int]:
        """Return the objects no longer needed since the last message."""
        released, self._released = self._released, []
        return released

    def release(self, generation: int, identifier: int) -> None:
        """Note that a remote object is no longer needed."""
        if generation == self._generation:
            self._released.append(identifier)

    def is_method(self, type_name: str, name: str) -> bool:
        """Whether an attribute is known to be a method."""
        return (type_name, name) in self._methods

    def learn_method(self, type_name: str, name: str) -> None:
        """Remember that an attribute is a method."""
        self._methods.add((type_name, name))

    def _arrive(self, value: tuple[Any, ...], remote: RemoteObject) -> None:
        if value:  # there is only one empty tuple
            self._arrived[id(value)] = value, remote

    def _handle_of(self, value: tuple[Any, ...]) -> Any:
        found = next((handles[id(value)] for handles in self._handles if id(value) in handles), None)
        self.is_plain = self.is_plain and found is None
        return None if found is None else {_REMOTE: found[1]._identifier}

    def _opaque(self, value: Any) -> Any:
        if isinstance(value, RemoteFunction):
            return {_REMOTE: value._name}
        self.is_plain = False
        if isinstance(value, RemoteObject):
            if value._generation != self._generation or value._session is not self._conversation:
                raise SubmissionFailed(Verdict.CRASHED, f"{value} is gone with the process that held it.")
            return {_REMOTE: value._identifier}
        if isinstance(value, Exposed):
            return {_CALLBACK: [self.callbacks.offer(value.obj, value.methods), list(value.methods)]}
        if callable(value):
            return {_CALLBACK: [self.callbacks.offer(value), None]}
        raise TypeError(f"a {type(value).__name__} cannot cross to the submission; use plain data or expose()")

    def _remote(self, payload: Any) -> RemoteObject:
        if type(payload) is not list or len(payload) != 3:
            raise WireError("a remote object has no number")
        identifier, name, _ = payload
        if type(identifier) is not int or type(name) is not str or len(name) > _LONGEST_NAME:
            raise WireError("a remote object has no number")
        self.is_plain = False
        return RemoteObject(self._conversation, self._generation, identifier, name)
