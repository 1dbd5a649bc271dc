"""A worker that sends whatever it likes, and a session that listens to it."""

from __future__ import annotations

import itertools
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from grader.candidate import Session, SubmissionFailed
from grader.candidate.describe import Call
from grader.candidate.transcript import Transcript
from grader.intake.submission import submission_from_text
from grader.model import Confinement, Limits, StartMethod
from grader.sandbox.process import Exit
from grader.worker.codec import Encoder
from grader.worker.message import Kind, Verb
from grader.worker.wire import Channel
from tests.support.sessions import toy

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

    from grader.model import Exercise

NUMBER: Final = 0x1122334455667788
"""The number of every request: fixed here, so that frames can be written in advance."""
EXTREMES: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 1, 2**31, 2**32, 2**63 - 1, -(2**63), 2**64 - 1, 0.0, float("nan"), float("inf"), "", "loadtxt",
    "|O", "<f8", "\x00", "A" * 5000, b"", b"\xff" * 40, [], {}, [[]], {7: ["<f8", 0, 2**40]}, {99: 0}, {"7": 1},
)  # fmt: skip


HELD: Final = Confinement("confined", 7, seccomp=True, rlimits=True, start_method=StartMethod.FORK, missing=())


@dataclass
class SilentWorker:
    """What the session takes for a worker process: only its end of the connection is real."""

    channel: Channel
    pid: int = 0
    scratch: Path = Path()
    confinement: Confinement = HELD

    def memory_mb(self) -> float:
        """Nothing is used."""
        return 0.0

    scratch_mb = memory_mb

    def delay_s(self, *, first: bool = False) -> float:  # noqa: ARG002
        """It never waits for a processor."""
        return 0.0

    def cpu_s(self, *, settle: bool = True) -> float:  # noqa: ARG002
        """It uses no processor."""
        return 0.0

    def threads(self) -> int:
        """It is one thread."""
        return 1

    def is_headless(self) -> bool:
        """Its first thread is there."""
        return False

    def waits_for_disk(self) -> bool:
        """It reads nothing."""
        return False

    def end(self) -> Exit:
        """Close the connection."""
        self.channel.close()
        return Exit("exit status 0", 0.0, 0.0)


class OneWorker:
    """A sandbox that has one worker to give: the host's end of a connection."""

    def __init__(self, ours: socket.socket) -> None:
        self._ours = ours

    def start(self, *_: object, **__: object) -> SilentWorker:
        """Give the worker."""
        return SilentWorker(Channel(self._ours, max_blobs=2**20, blocking=False))

    def end(self, worker: SilentWorker) -> None:
        """End the worker."""
        worker.end()


class Listener:
    """Asks one question of a worker whose answer is given in advance."""

    def __init__(self) -> None:
        self._exercise: Exercise = toy(limits=Limits(call_s=2.0, load_s=2.0, case_s=4.0))
        self._submission = submission_from_text("attempt", "")
        self._loaded = frame([int(Kind.VALUE), NUMBER, [], False, 1])

    def ask(self, answer: bytes, *, verb: Verb = Verb.CALL) -> tuple[str, Any]:
        """Return what the host makes of some bytes.

        Parameters
        ----------
        answer : bytes
            All that the worker sends before it hangs up.
        verb : Verb, default=Verb.CALL
            What is asked.

        Returns
        -------
        verdict : str
            `value`, or the verdict of the failure.
        value : object
            What was given, or the message.
        """
        theirs, ours = socket.socketpair()
        theirs.setblocking(False)
        sandbox: Any = OneWorker(ours)
        session = Session(sandbox, self._exercise, self._submission)
        session._exchange._identifiers = itertools.repeat(NUMBER)
        session.begin_case()
        session.take_down(Transcript())  # whatever came is looked at for this, too
        theirs.sendall(self._loaded + answer)
        theirs.shutdown(socket.SHUT_WR)
        try:
            value = session.request(verb, Call("f", (), {}), "f", [1.0], None)
        except SubmissionFailed as failure:
            return str(failure.verdict), failure.message
        else:
            return "value", value
        finally:
            session.close()
            theirs.close()


def frame(message: object, blobs: Sequence[Any] = (), total: int = 0) -> bytes:
    """Return the bytes of a frame."""
    one, other = socket.socketpair()
    with one, other:
        Channel(one).send(message, blobs, total)
        return other.recv(2**20)


def real_messages() -> Iterator[tuple[list[Any], list[bytes]]]:
    """Yield answers that an honest worker gives, with their blobs: every kind of message and of value."""
    rng = np.random.default_rng(0)
    values: list[Any] = [
        None, True, 3, -(2**70), 1.5, "text", b"bytes", 2 + 3j, [1, 2.0, "3"], (1, (2, [3])), {"a": 1, (1, 2): [3]},
        {1, 2}, frozenset({"x"}), slice(1, None, 2), range(5), ..., rng.normal(size=(3, 4)), np.arange(6).reshape(2, 3).T,
        np.array([True, False]), np.array(["ab", "c"]), np.array([1, "x", None], dtype=object), np.float32(1.5),
        np.dtype("f4"), [rng.normal(size=2), {"k": (rng.integers(9, size=(0, 3)), None)}], np.zeros((2, 0)),
    ]  # fmt: skip
    for value in values:
        encoder = Encoder(lambda _: {16: [1, "Thing", False]})
        structure = encoder.encode(value)
        blobs = [bytes(memoryview(blob).cast("B")) if not isinstance(blob, bytes) else blob for blob in encoder.blobs]
        yield [int(Kind.VALUE), NUMBER, structure, False, 1000], blobs
    yield [int(Kind.VALUE), NUMBER, {16: [1, "Thing", True]}, True, 5], []
    yield [int(Kind.ERROR), NUMBER, 0, "ValueError", ["ValueError", "Exception"], "no", 3, "x = 1"], []
    yield [int(Kind.OUTPUT), "printed\n"], []
    yield [int(Kind.CALLBACK), NUMBER, 0, "", [1, 2], {2: [["a"], [1]]}], []


def mutated(rng: random.Random, message: list[Any], blobs: list[bytes]) -> bytes:
    """Return the bytes of a frame with something wrong: in its structure, in its lengths or in its bytes."""
    if rng.random() < 0.5:
        changed = _change(rng, msgspec.msgpack.decode(msgspec.msgpack.encode(message), strict=False))
        kept = [blob for blob in blobs if rng.random() < 0.9] if blobs and rng.random() < 0.2 else blobs
        try:
            return frame(changed, kept, sum(map(len, kept)))
        except (OverflowError, TypeError):
            return b""
    data = bytearray(frame(message, blobs, sum(map(len, blobs))))
    for _ in range(rng.choice((1, 1, 2, 5))):
        kind = rng.randrange(5)
        at = rng.randrange(len(data)) if data else 0
        if kind == 0 and data:
            data[at] = rng.randrange(256)
        elif kind == 1:
            del data[at : at + rng.randrange(1, 9)]
        elif kind == 2:
            data[at:at] = rng.randbytes(rng.randrange(1, 9))
        elif kind == 3:
            data[at:at] = data[at : at + rng.randrange(1, 40)]
        elif data:
            data[: rng.randrange(1, 12)] = rng.randbytes(rng.randrange(1, 12))
    return bytes(data)


def _change(rng: random.Random, value: Any) -> Any:
    """Return a structure with one node replaced, dropped, doubled or wrapped."""
    if isinstance(value, list) and value and rng.random() < 0.8:
        at = rng.randrange(len(value))
        kind = rng.randrange(6)
        if kind == 0:
            return [*value[:at], *value[at + 1 :]]
        if kind == 1:
            return [*value[:at], value[at], *value[at:]]
        return [*value[:at], _change(rng, value[at]), *value[at + 1 :]]
    if isinstance(value, dict) and value and rng.random() < 0.8:
        [(tag, payload)] = list(value.items())[:1]
        if rng.random() < 0.3:
            return {rng.choice((1, 2, 5, 7, 8, 9, 11, 13, 14, 16, 17, 99, -1, "7")): payload}
        return {tag: _change(rng, payload)}
    kind = rng.randrange(4)
    if kind == 0:
        return [value] * rng.choice((0, 1, 3))
    if kind == 1 and isinstance(value, int):
        return value + rng.choice((-1, 1, 2**16, -(2**40)))
    return rng.choice(EXTREMES)
