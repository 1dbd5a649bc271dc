"""The closed table of what can cross between host and worker.

Numbers, strings, bytes, None and lists stand for themselves.  Everything else is a map with one key, a tag of
`Tag`.  Array bytes travel beside the structure; both sides walk it in the same order, so a running offset finds them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

MAX_DEPTH: Final = 48
MAX_DIMENSIONS: Final = 32
MAX_TEXT_WIDTH: Final = 2**12
MAX_INTEGER_BYTES: Final = 2**12
MAX_CONTAINERS: Final = 2**16  # a container of one byte on the wire takes some two hundred in memory
MAX_RANGE: Final = 2**22

INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1

NUMPY_CODES: Final = frozenset(
    ["|b1", "|i1", "|u1", "<f16", "<c8", "<c16", "<c32"]
    + [f"{order}{kind}" for order in "<>" for kind in ("i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8")]
)
# Name of a torch dtype and the numpy dtype of the same width that carries its bytes.
TORCH_DTYPES: Final = {
    "bool": "|u1",
    "uint8": "|u1",
    "int8": "|i1",
    "int16": "<i2",
    "int32": "<i4",
    "int64": "<i8",
    "float16": "<f2",
    "bfloat16": "<i2",
    "float32": "<f4",
    "float64": "<f8",
    "complex64": "<c8",
    "complex128": "<c16",
}


class Tag(IntEnum):
    """What a one-key map stands for."""

    TUPLE = 1
    DICT = 2
    SET = 3
    FROZENSET = 4
    INTEGER = 5
    COMPLEX = 6
    ARRAY = 7
    OBJECT_ARRAY = 8
    SCALAR = 9
    TENSOR = 10
    NUMPY_DTYPE = 11
    TORCH_DTYPE = 12
    SLICE = 13
    RANGE = 14
    ELLIPSIS = 15
    REMOTE = 16
    CALLBACK = 17
    HANDLED = 18  # a tuple of a type of the submission's: its items, and the object to give back in its place


# Plain integers: an enum member costs a hash in Python on every use as a key.
TUPLE, DICT, SET, FROZENSET, INTEGER, COMPLEX, ARRAY, OBJECT_ARRAY, SCALAR, TENSOR = map(int, list(Tag)[:10])
NUMPY_DTYPE, TORCH_DTYPE, SLICE, RANGE, ELLIPSIS, REMOTE, CALLBACK, HANDLED = map(int, list(Tag)[10:])


class Layout(IntEnum):
    """How the elements of an array lie in memory."""

    C = 0
    FORTRAN = 1
    STRIDED = 2


class TooDeep(Exception):
    """A value is nested too deep, or contains itself."""
