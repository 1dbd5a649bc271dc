"""Values that cross: they arrive as they were, in exactly the plain type, and nothing else can be made to appear."""

from __future__ import annotations

import contextlib
import math
import struct
import time
from collections import OrderedDict, namedtuple
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.worker import tags
from grader.worker.codec import Decoder, Encoder, Layout, Tag, TooDeep
from grader.worker.wire import ALIGNMENT, WireError

NUMBERS = st.integers(-(2**300), 2**300) | st.floats(allow_nan=False) | st.complex_numbers(allow_nan=False)
ATOMS = st.none() | st.booleans() | NUMBERS | st.text() | st.binary()
KEYS = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary()
VALUES = st.recursive(
    ATOMS
    | st.just(...)
    | st.builds(slice, st.integers(), st.none(), st.integers(-5, 5))
    | st.builds(range, st.integers(0, 99)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS | st.tuples(KEYS, KEYS), inner, max_size=3)
        | st.sets(KEYS, max_size=3)
        | st.frozensets(KEYS, max_size=3)
    ),
    max_leaves=10,
)
ARRAYS = hnp.arrays(
    hnp.boolean_dtypes()
    | hnp.integer_dtypes(endianness="?")
    | hnp.floating_dtypes(endianness="?")
    | hnp.complex_number_dtypes(endianness="=")
    | hnp.unicode_string_dtypes(endianness="?")
    | hnp.byte_string_dtypes(),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
KNUTH = 2**64
POINT = namedtuple("POINT", "x y")  # noqa: PYI024 - an untyped one, as learners write it


def refuse(value: Any) -> Any:
    """Stand where nothing may be opaque."""
    raise AssertionError(f"{value!r} is no plain data")


def cross(value: Any, *, layouts: bool = False) -> Any:
    """Send a value as the worker would and receive it as the host would."""
    encoder = Encoder(refuse, layouts=layouts)
    structure = msgspec.msgpack.decode(msgspec.msgpack.encode(encoder.encode(value)), strict=False)
    blobs = bytearray().join(bytes(memoryview(b).cast("B")) if memoryview(b).nbytes else b"" for b in encoder.blobs)
    assert len(blobs) == encoder.total
    decoder = Decoder(memoryview(blobs), refuse)
    result = decoder.decode(structure)
    decoder.finish()
    return result


def alike(one: Any, other: Any) -> bool:
    """Whether two values agree in type and content all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return (
            list(one) == list(other) and all(map(alike, one.values(), other.values())) and all(map(alike, one, other))
        )
    if isinstance(one, (set, frozenset)):
        return one == other and sorted(map(repr, one)) == sorted(map(repr, other))
    if isinstance(one, float):
        return struct.pack("d", one) == struct.pack("d", other)
    return bool(one == other)


def receive(structure: Any, blobs: bytes = b"") -> Any:
    """Decode what a hostile worker sent."""
    decoder = Decoder(memoryview(bytearray(blobs)), lambda payload: payload)
    result = decoder.decode(structure)
    decoder.finish()
    return result


@given(VALUES)
def test_plain_data_crosses_unchanged(value: Any) -> None:
    """Numbers, texts and containers of them arrive equal and of the same type, nested or not."""
    assert alike(cross(value), value)


@given(ARRAYS)
def test_arrays_cross_unchanged(array: np.ndarray[Any, Any]) -> None:
    """Dtype with byte order, shape and every byte arrive; the copy is writable."""
    got = cross(array)

    assert type(got) is np.ndarray
    assert (got.dtype, got.shape) == (array.dtype, array.shape)
    assert got.tobytes() == array.tobytes()
    assert got.flags.writeable


@given(ARRAYS)
def test_scalars_of_arrays_cross_unchanged(array: np.ndarray[Any, Any]) -> None:
    """A numpy scalar stays one; fixed-width text becomes a string."""
    for scalar in array.ravel()[:3]:
        if scalar.dtype.kind in "US":
            continue
        got = cross(scalar)

        assert type(got) is type(scalar)
        assert got.tobytes() == scalar.astype(got.dtype).tobytes()


@pytest.mark.parametrize(
    ("array", "layout"),
    [
        (np.arange(12.0).reshape(3, 4), Layout.C),
        (np.asfortranarray(np.arange(12.0).reshape(3, 4)), Layout.FORTRAN),
        (np.arange(24.0).reshape(4, 6)[::2, 1::2], Layout.STRIDED),
        (np.arange(6.0)[::-1], Layout.STRIDED),
        (np.broadcast_to(np.arange(3.0), (2, 3)), Layout.STRIDED),
    ],
    ids=["C", "Fortran", "every other", "reversed", "broadcast"],
)
def test_arguments_keep_their_layout(array: np.ndarray[Any, Any], layout: Layout) -> None:
    """A submission meets the memory layout that the test chose, so that code which relies on C order is caught."""
    got = cross(array, layouts=True)

    assert np.array_equal(got, array)
    assert got.flags.c_contiguous is (layout is Layout.C)
    assert got.flags.f_contiguous is (layout is Layout.FORTRAN)
    assert got.flags.writeable


def test_results_lose_their_layout() -> None:
    """What the submission gives arrives in C order, whatever it was."""
    assert cross(np.arange(24.0).reshape(4, 6)[::2, 1::2]).flags.c_contiguous


@pytest.mark.parametrize("name", list(tags.TORCH_DTYPES))
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_tensors_cross_unchanged(name: str, shape: tuple[int, ...]) -> None:
    """Every dtype, half types included, arrives bit by bit, with or without entries."""
    dtype = getattr(torch, name)
    tensor = torch.arange(math.prod(shape)).reshape(shape).to(dtype)
    got = cross(tensor)

    assert type(got) is torch.Tensor
    assert (got.dtype, got.shape) == (dtype, tensor.shape)
    assert torch.equal(got, tensor)


@pytest.mark.parametrize("view", ["transposed", "sliced", "conjugate", "requires_grad", "parameter"])
def test_views_of_tensors_cross(view: str) -> None:
    """Transposed, strided, lazily conjugated and differentiable tensors arrive as plain values."""
    base = torch.arange(12.0).reshape(3, 4)
    tensor = {
        "transposed": base.T,
        "sliced": base[:, ::2],
        "conjugate": torch.complex(base, base).conj(),
        "requires_grad": base.clone().requires_grad_(),
        "parameter": torch.nn.Parameter(base),
    }[view]
    got = cross(tensor, layouts=True)

    assert type(got) is torch.Tensor
    assert torch.equal(got, tensor.detach().resolve_conj())
    assert not got.requires_grad
    assert got.is_contiguous() is (view not in {"transposed", "sliced"})
    assert got.T.is_contiguous() is (view == "transposed")


def test_nan_payloads_and_signs_cross() -> None:
    """Minus zero stays negative, infinities and NaN stay what they are."""
    got = cross([-0.0, math.inf, math.nan, complex(-0.0, math.nan)])

    assert math.copysign(1, got[0]) == -1
    assert got[1] == math.inf
    assert math.isnan(got[2])
    assert math.copysign(1, got[3].real) == -1


def test_dtypes_cross() -> None:
    """A dtype of numpy or torch, also as numpy's scalar class, arrives as a dtype."""
    assert cross(np.dtype("float32")) == np.dtype("float32")
    assert cross(np.int64) == np.dtype("int64")
    assert cross(torch.bfloat16) is torch.bfloat16


def test_arrays_of_objects_cross_as_their_items() -> None:
    """An object array arrives with plain items."""
    array = np.empty(2, dtype=object)
    array[:] = [[1, 2], "x"]
    got = cross(array)

    assert got.dtype == object
    assert got.tolist() == [[1, 2], "x"]


def test_subclasses_cross_as_what_they_are_below() -> None:
    """A lying subclass is stripped to its base, so that its methods never reach the host."""

    class Liar(np.ndarray[Any, Any]):
        def __eq__(self, other: object) -> Any:
            return True

    got = cross([np.zeros(2).view(Liar), OrderedDict(a=1), POINT(1, 2), np.ma.array([1.0])])

    assert [type(v) for v in got] == [np.ndarray, dict, tuple, np.ndarray]


@pytest.mark.parametrize(
    "value", [object(), len, np.zeros(2, dtype=[("a", "f8")]), np.datetime64("2020"), int, True.__class__]
)
def test_anything_else_is_opaque(value: Any) -> None:
    """Functions, classes, structured arrays and objects do not cross; the session decides what stands for them."""
    assert Encoder(lambda _: "opaque").encode(value) == "opaque"


def test_deep_nesting_is_told() -> None:
    """A value nested too deep, or containing itself, is told apart from one that can cross."""
    deep: list[Any] = []
    for _ in range(tags.MAX_DEPTH - 2):
        deep = [deep]

    assert cross(deep) == deep
    own: list[Any] = []
    own.append(own)
    for value in (own, {"a": own}, (own,)):
        with pytest.raises(TooDeep):
            Encoder(refuse).encode(value)
    with pytest.raises(TooDeep):
        Encoder(refuse).encode(1 << (8 * tags.MAX_INTEGER_BYTES + 8))


ARRAY, TENSOR, SCALAR, OBJECTS = int(Tag.ARRAY), int(Tag.TENSOR), int(Tag.SCALAR), int(Tag.OBJECT_ARRAY)
DICT, SET, TUPLE, RANGE = int(Tag.DICT), int(Tag.SET), int(Tag.TUPLE), int(Tag.RANGE)


@pytest.mark.parametrize(
    "structure",
    [
        {99: 1},
        {"7": []},
        {True: []},
        {1.0: []},
        {TUPLE: [], DICT: []},
        {},
        {TUPLE: 5},
        {TUPLE: {TUPLE: []}},
        {DICT: [[1, 2], [3]]},
        {DICT: [[[]], [1]]},
        {DICT: [[{DICT: [[], []]}], [1]]},
        {DICT: [[{int(Tag.INTEGER): bytes(40) + b"\1"}], [1]]},
        {SET: [[1]]},
        {SET: [{ARRAY: ["<f8", 0, 0]}]},
        {int(Tag.INTEGER): bytes(tags.MAX_INTEGER_BYTES + 1)},
        {int(Tag.INTEGER): 5},
        {int(Tag.COMPLEX): [1, 2]},
        {int(Tag.COMPLEX): [1.0]},
        {RANGE: [1, 2]},
        {RANGE: [1, 2, 0]},
        {RANGE: [0, 2**62, 1]},
        {int(Tag.NUMPY_DTYPE): "loadtxt"},
        {int(Tag.NUMPY_DTYPE): "|O"},
        {int(Tag.TORCH_DTYPE): "load"},
        {int(Tag.CALLBACK): [0, None]},
        {SCALAR: ["<f8", b"\0"]},
        {SCALAR: ["|O", bytes(8)]},
        {SCALAR: ["<U1", b"\xff\xff\xff\xff"]},
        {OBJECTS: [[2], [1]]},
        {OBJECTS: [[-1], []]},
        {ARRAY: 5},
        {ARRAY: []},
        {ARRAY: ["<f8", 0, 1]},
        {ARRAY: ["<f8", 0, -1]},
        {ARRAY: ["<f8", 0, 2.0]},
        {ARRAY: ["<f8", 3, 0]},
        {ARRAY: ["<f8", 0, 2**62, 2**62]},
        {ARRAY: ["<f8", 0, 0, 2**62, 2**62]},
        {ARRAY: ["<f8", 0, *[1] * 40]},
        {ARRAY: ["|O", 0, 0]},
        {ARRAY: ["<M8[s]", 0, 0]},
        {ARRAY: ["|V8", 0, 0]},
        {ARRAY: ["<U0", 0, 2**40]},
        {ARRAY: ["|S0", 0, 2**40]},
        {ARRAY: ["<U99999", 0, 0]},
        {ARRAY: ["<U٣", 0, 0]},
        {TENSOR: ["quint8", 0, 0]},
        {TENSOR: ["float32", 0, 4]},
        {TENSOR: ["float32", 0, 0, 2**62, 2**62]},
        msgspec.msgpack.Ext(5, b""),
    ],
    ids=lambda structure: repr(structure).partition(" object at ")[0][:40],
)
def test_what_fits_no_tag_is_refused(structure: Any) -> None:
    """Unknown tags, wrong payloads, false shapes and dtypes that could name something are violations."""
    with pytest.raises(WireError):
        receive(structure)


@pytest.mark.parametrize("dtype", ["<U1", ">U1"])
def test_text_that_is_no_text_is_refused(dtype: str) -> None:
    """An array of characters beyond Unicode is a violation; Python would crash on it later."""
    raw = struct.pack("<I" if dtype[0] == "<" else ">I", 0x110000) + bytes(12)
    with pytest.raises(WireError, match="no character"):
        receive({ARRAY: [dtype, 0, 1]}, raw)


def test_booleans_are_made_of_any_byte() -> None:
    """Bytes other than 0 and 1 count as true, so that a forged boolean cannot break the host's arithmetic."""
    raw = bytes([0, 1, 2, 255]) + bytes(12)

    assert receive({ARRAY: ["|b1", 0, 4]}, raw).view(np.uint8).tolist() == [0, 1, 1, 1]
    assert receive({TENSOR: ["bool", 0, 4]}, raw).view(torch.uint8).tolist() == [0, 1, 1, 1]
    assert bool(receive({SCALAR: ["|b1", b"\2"]})) is True
    assert int(receive({SCALAR: ["|b1", b"\2"]})) == 1


def test_every_array_byte_is_spoken_for() -> None:
    """Bytes that belong to no array, and arrays without bytes, are violations."""
    assert receive({ARRAY: ["<f8", 0, 2]}, bytes(16)).tolist() == [0, 0]
    with pytest.raises(WireError, match="left over"):
        receive(1, bytes(ALIGNMENT))
    with pytest.raises(WireError, match="missing"):
        receive([{ARRAY: ["<f8", 0, 2]}, {ARRAY: ["<f8", 0, 1]}], bytes(16))


def test_a_header_once_accepted_is_checked_again_for_its_bytes() -> None:
    """Remembered headers save time, not checks."""
    receive({ARRAY: ["<f4", 0, 4]}, bytes(16))
    with pytest.raises(WireError, match="missing"):
        receive({ARRAY: ["<f4", 0, 4]})


def test_nesting_from_a_worker_is_bounded() -> None:
    """A structure nested deeper than the encoder makes is a violation."""
    structure: Any = 1
    for _ in range(tags.MAX_DEPTH + 10):
        structure = [structure]
    with pytest.raises(WireError, match="too deep"):
        receive(structure)


def _colliding(count: int) -> list[list[int]]:
    """Return pairs of integers whose tuples all have one hash, by running Python's tuple hash backwards."""
    prime_1, prime_2, prime_5 = 11400714785074694791, 14029467366897019727, 2870177450012600261
    inverse_1, inverse_2 = pow(prime_1, -1, KNUTH), pow(prime_2, -1, KNUTH)
    target = 12345 * inverse_1 % KNUTH
    before = ((target >> 31) | (target << 33)) % KNUTH
    pairs: list[list[int]] = []
    first = 0
    while len(pairs) < count:
        first += 1
        state = (prime_5 + first * prime_2) % KNUTH
        state = ((state << 31) | (state >> 33)) % KNUTH * prime_1 % KNUTH
        second = (before - state) * inverse_2 % KNUTH
        second -= KNUTH if second >= KNUTH // 2 else 0
        if abs(second) < 2**61 - 1 and second != -1:
            pairs.append([first, second])
    return pairs


@pytest.mark.parametrize("container", ["dict", "set"])
def test_keys_chosen_to_collide_are_refused(container: str) -> None:
    """A table whose keys share one hash would take minutes to build; it is refused at once."""
    keys = [{TUPLE: pair} for pair in _colliding(30_000)]
    honest = [{TUPLE: [i, j]} for i in range(200) for j in range(150)]
    assert len({hash(tuple(key[TUPLE])) for key in keys[:100]}) == 1
    started = time.process_time()
    with pytest.raises(WireError, match="collide"):
        receive({SET: keys} if container == "set" else {DICT: [keys, keys]})

    assert time.process_time() - started < 5
    assert len(receive({SET: honest})) == len(honest)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-5, 2**63) | st.floats() | st.text(max_size=4) | st.binary(max_size=9)
        | st.sampled_from(["<f8", "|b1", "<U2", "float32", "bool"]),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 18), inner, min_size=1, max_size=1),
        max_leaves=15,
    ),
    st.binary(max_size=64),
)  # fmt: skip
def test_no_structure_does_more_than_violate(structure: Any, blobs: bytes) -> None:
    """Whatever a worker sends, the host gets a value or a wire error."""
    with contextlib.suppress(WireError):
        receive(structure, blobs)


def test_a_tuple_with_a_handle_is_a_tuple() -> None:
    """A named tuple of the worker arrives as a plain tuple, together with the object that stands for it."""
    handles: list[tuple[tuple[Any, ...], Any]] = []
    encoder = Encoder(lambda _value: {tags.REMOTE: [5, "POINT", False]}, handles=True)
    structure = encoder.encode([POINT(1, 2)])
    decoder = Decoder(memoryview(b""), lambda payload: payload, handled=lambda *pair: handles.append(pair))

    assert decoder.decode(structure) == [(1, 2)]
    assert handles == [((1, 2), [5, "POINT", False])]


@pytest.mark.parametrize(
    "payload", [[], [[1]], [[1], 2], [[1], {3: [5, "P", False]}], [1, {tags.REMOTE: 1}], [[1], {}]]
)
def test_a_handle_of_another_form_is_refused(payload: Any) -> None:
    """A tuple needs a list of items and a remote object; from the host, and where nobody wants handles, there are none."""
    for handled in (lambda *_: None, None):
        with pytest.raises(WireError):
            Decoder(memoryview(b""), lambda payload: payload, handled=handled).decode({tags.HANDLED: payload})
