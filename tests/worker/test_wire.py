"""Frames: what one end sends the other gets, and nothing malformed goes further."""

from __future__ import annotations

import socket
import struct
import threading
import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.worker.codec import Decoder
from grader.worker.wire import ALIGNMENT, MAX_STRUCTURE, PADDING, Channel, Closed, Late, WireError

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 20), inner, max_size=2),
    max_leaves=12,
)


@pytest.fixture
def raw() -> Iterator[tuple[socket.socket, Channel]]:
    """A bare socket, and the host's end of the connection."""
    theirs, ours = socket.socketpair()
    channel = Channel(ours, max_blobs=2**20, blocking=False)
    yield theirs, channel
    theirs.close()
    channel.close()


def frame(structure: bytes, blobs: bytes = b"") -> bytes:
    """Lay out a frame by hand."""
    return struct.pack("<IQ", len(structure), len(blobs)) + structure + bytes(-len(structure) % ALIGNMENT) + blobs


def soon() -> float:
    """Return a deadline that nothing here needs."""
    return time.monotonic() + 30


@given(PLAIN, st.binary(max_size=100))
def test_a_frame_arrives_as_it_was_sent(message: Any, blob: bytes) -> None:
    """Structure and array bytes arrive unchanged; the padding comes along."""
    one, other = socket.socketpair()
    sender, receiver = Channel(one), Channel(other, blocking=False)
    blobs = [blob, PADDING[len(blob) % ALIGNMENT]]
    sender.send(message, blobs, sum(map(len, blobs)))
    got, rest = receiver.receive(soon())
    sender.close()
    receiver.close()

    assert got == message
    assert bytes(rest) == b"".join(blobs)
    assert not rest.readonly


@pytest.mark.parametrize("size", [0, 1, 2**16 - 64, 2**16, 2**16 + 16, 5 * 2**20])
def test_any_size_crosses(size: int) -> None:
    """Arrays smaller and larger than the buffer cross, one frame after the other."""
    one, other = socket.socketpair()
    sender, receiver = Channel(one), Channel(other, max_blobs=2**23, blocking=False)
    blob = bytes(i % 251 for i in range(256)) * (size // 256) + bytes(size % 256)
    blobs = [blob, PADDING[len(blob) % ALIGNMENT]]

    def send() -> None:
        for turn in range(3):
            sender.send([turn], blobs, sum(map(len, blobs)))

    thread = threading.Thread(target=send)
    thread.start()
    got = [receiver.receive(soon()) for _ in range(3)]
    thread.join()
    sender.close()
    receiver.close()

    assert [message for message, _ in got] == [[0], [1], [2]]
    assert all(bytes(rest[: len(blob)]) == blob for _, rest in got)


def test_frames_that_come_in_one_piece_are_told_apart(raw: tuple[socket.socket, Channel]) -> None:
    """Prints and the answer after them may share one read; each is received on its own, and a part waits for its end."""
    theirs, channel = raw
    last = frame(msgspec.msgpack.encode("last"))
    theirs.sendall(
        frame(msgspec.msgpack.encode("first")) + frame(msgspec.msgpack.encode("second"), bytes(16)) + last[:7]
    )

    assert channel.receive(soon())[0] == "first"
    assert channel.receive(soon())[0] == "second"
    theirs.sendall(last[7:])
    assert channel.receive(soon())[0] == "last"


def test_a_frame_may_drip(raw: tuple[socket.socket, Channel]) -> None:
    """A frame that arrives byte by byte is received whole."""
    theirs, channel = raw
    whole = frame(msgspec.msgpack.encode([1, "two"]), b"x" * 32)

    def drip() -> None:
        for byte in whole:
            theirs.send(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    message, rest = channel.receive(soon())
    thread.join()

    assert message == [1, "two"]
    assert bytes(rest) == b"x" * 32


@pytest.mark.parametrize(
    ("size", "total"),
    [(MAX_STRUCTURE + 1, 0), (2**32 - 1, 0), (1, 2**20 + 1), (1, 2**64 - 1)],
    ids=["structure", "longest structure", "blobs", "most blobs"],
)
def test_lengths_over_the_caps_are_refused(raw: tuple[socket.socket, Channel], size: int, total: int) -> None:
    """A frame that claims too much is refused before a byte of it is awaited or room for it is made."""
    theirs, channel = raw
    theirs.sendall(struct.pack("<IQ", size, total))

    with pytest.raises(WireError, match="over the limit"):
        channel.receive(soon())


@pytest.mark.parametrize(
    "structure",
    [
        b"",
        b"\xc1",  # never used in msgpack
        b"\x92\x01",  # a list of two with one item
        b"\xdd\xff\xff\xff\xff",  # a list of four thousand million items
        b"\xa2\xff\xfe",  # text that is no UTF-8
        b"\x01\x02",  # something after the end
        b"\x91" * 5000 + b"\x01",  # nested five thousand deep
        b"\xc7\x01\x05\x00",  # an extension type of nobody
        b"\xd6\xff\x00\x00\x00\x01\x00",  # a moment in time, and a byte
    ],
    ids=["nothing", "reserved", "short", "long", "no text", "trailing", "deep", "extension", "time"],
)
def test_what_is_no_message_is_refused(raw: tuple[socket.socket, Channel], structure: bytes) -> None:
    """Bytes that are not one msgpack value, or nest too deep, are a violation and no crash."""
    theirs, channel = raw
    theirs.sendall(frame(structure))

    try:
        message, _ = channel.receive(soon())
    except WireError as error:
        assert "could not be decoded" in str(error)
    else:
        with pytest.raises(WireError):  # what msgpack lets through, the decoder of values does not
            Decoder(memoryview(b""), lambda _: None).decode(message)


@given(st.binary(min_size=1, max_size=200))
def test_noise_never_does_more_than_violate(noise: bytes) -> None:
    """Whatever bytes come, the outcome is a message or a wire error."""
    one, other = socket.socketpair()
    channel = Channel(other, max_blobs=2**16, blocking=False)
    one.sendall(noise)
    one.close()
    try:
        channel.receive(soon())
    except WireError:
        pass
    finally:
        channel.close()


def test_a_connection_that_ends_in_a_frame_is_closed(raw: tuple[socket.socket, Channel]) -> None:
    """A worker that dies half way through an answer is gone, not late."""
    theirs, channel = raw
    theirs.sendall(frame(b"\x01", bytes(64))[:40])
    theirs.close()

    with pytest.raises(Closed):
        channel.receive(soon())


def test_silence_is_late(raw: tuple[socket.socket, Channel]) -> None:
    """Nothing by the deadline is late, and so is half a frame."""
    theirs, channel = raw

    with pytest.raises(Late):
        channel.receive(time.monotonic() + 0.01)
    theirs.sendall(frame(b"\x01")[:20])
    with pytest.raises(Late):
        channel.receive(time.monotonic() + 0.01)


def test_a_flood_is_late_too(raw: tuple[socket.socket, Channel]) -> None:
    """Frames that are there already do not put off whoever looks: it is asked at every frame, and inside large ones."""
    theirs, channel = raw
    looks = []

    def look() -> float:
        looks.append(channel.received)
        if len(looks) > 3:
            raise Late
        return 1.0

    theirs.sendall(frame(b"\x01") * 4)
    channel.receive(look=look)
    channel.receive(look=look)
    with pytest.raises(Late):
        channel.receive(look=look)

    assert len(looks) == 4


def test_nobody_takes_the_frame(raw: tuple[socket.socket, Channel]) -> None:
    """A worker that does not read cannot hold the host up; one that is gone is closed."""
    theirs, channel = raw
    with pytest.raises(Late):
        channel.send([1], [bytes(2**23)], 2**23, time.monotonic() + 0.05)
    theirs.close()
    with pytest.raises(Closed):
        channel.send([1])


def test_a_received_array_outlives_the_next_frame(raw: tuple[socket.socket, Channel]) -> None:
    """Bytes that were handed out are not overwritten by what comes later."""
    theirs, channel = raw
    theirs.sendall(frame(b"\x01", b"a" * 64) + frame(b"\x02", b"b" * 64))
    _, first = channel.receive(soon())
    _, second = channel.receive(soon())

    assert bytes(first) == b"a" * 64
    assert bytes(second) == b"b" * 64
