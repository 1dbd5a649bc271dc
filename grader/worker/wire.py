"""Frames between host and worker: a short structure in msgpack, then the raw bytes of arrays.

A frame is::

    structure length  4 bytes  little endian
    blob length       8 bytes
    structure         msgpack, padded to 16 bytes
    blobs             each padded to 16 bytes

Both lengths are checked against caps before a byte is allocated.  Nothing here builds an object from a name.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Look = Callable[[], float]

ALIGNMENT: Final = 16
MAX_STRUCTURE: Final = 4 * 2**20
MAX_BLOBS: Final = 2**30
_HEADER: Final = struct.Struct("<IQ")
PADDING: Final = tuple(bytes(-n % ALIGNMENT) for n in range(ALIGNMENT))
_SHIFT: Final = -_HEADER.size % ALIGNMENT  # before a header, so that the blobs lie where arrays like to
_FIRST_READ: Final = 2**16
#: Looks for an answer before going to sleep, about a fifth of a millisecond in all.
_LOOKS: Final = 120 if hasattr(os, "sched_yield") else 1
_FEW_LOOKS: Final = 4  # where the last answer took so long that looking for it was in vain
_LONGEST_LOOKS_S: Final = 5e-4  # on a busy machine one turn of the others takes longer than that
_SHORT_SLEEP_S: Final = 2e-4
_TURN_S: Final = 1e-4  # who yields for longer has given others a turn: then it is better to sleep, and be woken at once
_CROWDED_S: Final = 0.1
_JOINED: Final = 2**15  # fewer bytes are copied together in less time than the kernel takes to gather them
_MOST_PARTS: Final = 512  # of one system call
_SHORTEST_WAIT_S: Final = 1e-3
_DONT_WAIT: Final = getattr(socket, "MSG_DONTWAIT", 0)
_yield: Final = getattr(os, "sched_yield", lambda: None)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class WireError(Exception):
    """The other side sent something that is not a frame."""


class Closed(WireError):
    """The other side is gone."""


class Late(WireError):
    """The deadline passed before a whole frame came."""


class Channel:
    """One end of a socket pair that carries frames.

    Parameters
    ----------
    sock : socket.socket
        A connected stream socket; the channel owns it.
    max_blobs : int, default=MAX_BLOBS
        Greatest number of array bytes accepted in one frame.
    max_structure : int, default=MAX_STRUCTURE
        Greatest number of structure bytes accepted in one frame.
    blocking : bool, default=True
        Whether sending and receiving may wait for ever.  The host's end never does; the worker's end always may.
    """

    __slots__ = (
        "_buffer", "_crowded_until", "_have", "_looks", "_max_blobs", "_max_structure", "_readable", "_sock", "_view", "eager", "received", "sent",
    )  # fmt: skip

    def __init__(
        self,
        sock: socket.socket,
        max_blobs: int = MAX_BLOBS,
        max_structure: int = MAX_STRUCTURE,
        *,
        blocking: bool = True,
    ) -> None:
        sock.setblocking(blocking)
        self._sock = sock
        self._max_blobs = max_blobs
        self._max_structure = max_structure
        #: Whether to look again and again before going to sleep.
        self.eager = True
        self._looks = _LOOKS
        self._crowded_until = 0.0
        #: Bytes of the last frame that came, and of the last one that went.
        self.received = self.sent = 0
        self._buffer = bytearray(_FIRST_READ)
        self._view = memoryview(self._buffer)
        self._readable: Any = None
        self._have = 0  # bytes of the next frame that came with the last one

    def fileno(self) -> int:
        """Descriptor of the socket."""
        return self._sock.fileno()

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    def send(
        self,
        message: object,
        blobs: Sequence[Any] = (),
        total: int = 0,
        deadline: float | None = None,
        look: Look | None = None,
    ) -> None:
        """Send one frame.

        Parameters
        ----------
        message : object
            Plain data that msgpack can carry.
        blobs : sequence of bytes-like
            Raw bytes of the arrays that `message` refers to, in that order, each followed by its padding.
        total : int, default=0
            Number of bytes in `blobs`.
        deadline : float or None
            Value of `time.monotonic` after which to give up, seconds; None waits for ever.
        look : callable, optional
            Called whenever bytes move and before each wait; returns the seconds to wait at most, and raises to give up.

        Raises
        ------
        Closed
            If the other side is gone.
        Late
            If the other side did not take the frame before the deadline.
        """
        structure = _encode(message)
        size = len(structure)
        self.sent = size + total
        head = (_HEADER.pack(size, total), structure, PADDING[size % ALIGNMENT])
        if total < _JOINED:
            self._send(b"".join((*head, *blobs)), deadline, look)
        elif not hasattr(os, "writev"):  # Windows
            for part in (b"".join(head), *blobs):
                self._send(memoryview(part).cast("B"), deadline, look)
        else:
            parts = [b"".join(head), *blobs]
            for first in range(0, len(parts), _MOST_PARTS):
                self._gather(parts[first : first + _MOST_PARTS], deadline, look)

    def _send(self, part: Any, deadline: float | None, look: Look | None) -> None:
        try:
            sent = self._sock.send(part)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise Closed(str(error)) from error
        if sent != len(part):
            self._write(memoryview(part)[sent:], deadline, look)

    def _gather(self, parts: Sequence[Any], deadline: float | None, look: Look | None) -> None:
        """Send several pieces with one system call, and what it left one after the other.

        A worker may not call sendmsg, which can carry descriptors and addresses as well.
        """
        try:
            sent = os.writev(self._sock.fileno(), parts)
        except BlockingIOError:
            sent = 0
        except OSError as error:
            raise Closed(str(error)) from error
        for part in parts:
            view = memoryview(part)
            size = view.nbytes
            if sent < size:
                self._write(view.cast("B")[sent:], deadline, look)
            sent = max(sent - size, 0)

    def receive(self, deadline: float | None = None, look: Look | None = None) -> tuple[Any, memoryview]:
        """Wait for one frame.

        Parameters
        ----------
        deadline : float or None
            Value of `time.monotonic` after which to give up, seconds; None waits for ever.
        look : callable, optional
            Called whenever bytes move and before each wait; returns the seconds to wait at most, and raises to give up.

        Returns
        -------
        message : object
            The decoded structure.
        blobs : memoryview of uint8
            Writable bytes of all arrays, which the caller may keep.

        Raises
        ------
        Closed
            If the other side is gone.
        Late
            If the deadline passed first.
        WireError
            If what came is not a frame or is too large.
        """
        if look is not None:
            look()  # whoever never stops sending is late all the same
        view = self._view
        have = self._have
        while have < _HEADER.size:
            have += self._read(view[have:], deadline, look)
        size, total = _HEADER.unpack_from(view)
        if size > self._max_structure or total > self._max_blobs:
            raise WireError(f"a frame of {size} + {total} bytes is over the limit")
        start = _HEADER.size + size + (-size % ALIGNMENT)  # where the blobs begin
        self.received = length = start + total
        if length <= _FIRST_READ:
            while have < length:
                have += self._read(view[have:], deadline, look)
            message = self._parse(view[_HEADER.size : _HEADER.size + size])
            blobs = memoryview(self._buffer[start:length])
            # A print and the answer after it may come in one piece.
            self._have = have - length
            if self._have:
                view[: self._have] = bytes(view[length:have])
            return message, blobs
        self._have = 0
        rest = memoryview(bytearray(length + _SHIFT))[_SHIFT:]
        rest[:have] = view[:have]
        while have < length:
            have += self._read(rest[have:], deadline, look)
        return self._parse(rest[_HEADER.size : _HEADER.size + size]), rest[start:]

    @staticmethod
    def _parse(structure: memoryview) -> Any:
        try:
            return _decode(structure)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError) as error:
            raise WireError(f"a frame could not be decoded: {error}") from error

    def _look(self, into: memoryview) -> int:
        """Read what is there, looking again and again for a moment: to sleep and be woken takes longer than most calls.

        Returns 0 if nothing came.
        """
        receive = self._sock.recv_into
        looks = self._looks if self.eager else 1
        first = last = 0.0
        while True:
            try:
                count = receive(into, 0, _DONT_WAIT)
            except BlockingIOError:
                now = time.monotonic()
                if last and now - last > _TURN_S:
                    self._crowded_until = now + _CROWDED_S
                first = first or now
                looks -= 1
                if not looks or now < self._crowded_until or now - first > _LONGEST_LOOKS_S:
                    return 0
                last = now
                _yield()  # whoever shares this processor, perhaps the other side itself, goes first
            except OSError as error:
                raise Closed(str(error)) from error
            else:
                if not count:
                    raise Closed("the other side closed the connection")
                if last and (now := time.monotonic()) - last > _TURN_S:
                    self._crowded_until = now + _CROWDED_S
                return count

    def _wait_to_read(self, deadline: float | None, look: Look | None) -> bool:
        left = _patience(deadline, look)
        if left is not None and left <= 0:
            return False
        if not hasattr(select, "poll"):  # Windows
            return bool(select.select([self._sock], [], [], left)[0]) or look is not None
        if self._readable is None:
            self._readable = select.poll()
            self._readable.register(self._sock, select.POLLIN)
        return bool(self._readable.poll(None if left is None else left * 1000)) or look is not None

    def _wait_to_write(self, deadline: float | None, look: Look | None) -> bool:
        left = _patience(deadline, look)
        if left is not None and left <= 0:
            return False
        return bool(select.select([], [self._sock], [], left)[1]) or look is not None

    def _read(self, into: memoryview, deadline: float | None, look: Look | None) -> int:
        while True:
            count = self._look(into)
            if count:
                if look is not None:
                    look()
                return count
            asleep = time.monotonic()
            if not self._wait_to_read(deadline, look):
                raise Late("no frame came before the deadline")
            # Looking is worth it where the other side is about to answer; else it only takes time from whoever works.
            self._looks = _LOOKS if time.monotonic() - asleep < _SHORT_SLEEP_S else _FEW_LOOKS

    def _write(self, data: memoryview, deadline: float | None, look: Look | None) -> None:
        looks = 0
        while data:
            try:
                data = data[self._sock.send(data, _DONT_WAIT) :]
                looks = 0
                if look is not None:
                    look()
            except BlockingIOError:
                looks += 1
                now = time.monotonic()
                if looks < _LOOKS and self.eager and now >= self._crowded_until:
                    _yield()
                    if (later := time.monotonic()) - now > _TURN_S:
                        self._crowded_until = later + _CROWDED_S
                elif not self._wait_to_write(deadline, look):
                    raise Late("a frame was not taken before the deadline") from None
            except OSError as error:
                raise Closed(str(error)) from error


def _patience(deadline: float | None, look: Look | None) -> float | None:
    """Return how long to wait at most; 0 when the deadline has passed."""
    if look is not None:
        return max(look(), _SHORTEST_WAIT_S)  # whoever looks gives up by raising
    return None if deadline is None else deadline - time.monotonic()
