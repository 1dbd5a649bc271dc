"""Hidden tests of ring_all_reduce."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, fetch, put


class Ring:
    """Ranks that run in turn, with a letter box from each to each, and a log of (from, to, array)."""

    def __init__(self, candidate, buffers):
        self.log, self.world = [], len(buffers)
        self.mail = {}
        kept = [put(candidate, buffer) for buffer in buffers]
        ranks = [self.start(candidate, rank, kept[rank]) for rank in range(self.world)]
        while ranks:
            ranks = [rank for rank in ranks if next(rank, "end") != "end"]
            assert_that(len(self.log) <= 200, "sends messages without end")
        self.results = [fetch(buffer) for buffer in kept]

    def start(self, candidate, rank, buffer):
        """The iterator of a rank."""

        def send(to, array):
            self.log.append((rank, int(to), np.array(array)))
            self.mail.setdefault((rank, int(to)), deque()).append(np.array(array))

        def recv(source):
            box = self.mail.get((int(source), rank))
            assert_that(bool(box), f"lets rank {rank} receive from {int(source)} before anything has come")
            return box.popleft()

        return iter(candidate.ring_all_reduce(rank, self.world, buffer, send, recv))


def buffers(seed, world, n, dtype=np.float64):
    """Small whole numbers, so that sums are exact."""
    return list(np.random.default_rng(seed).integers(-50, 50, size=(world, n)).astype(dtype))


def check(candidate, given_buffers):
    """Run a ring and compare all results with the sum."""
    ring = Ring(candidate, given_buffers)
    for result in ring.results:
        assert_close(result, np.sum(given_buffers, axis=0))
    return ring


@pytest.mark.parametrize(
    ("n", "world", "expected"),
    [
        (6, 3, [(0, 2), (2, 4), (4, 6)]),
        (7, 3, [(0, 3), (3, 5), (5, 7)]),
        (8, 3, [(0, 3), (3, 6), (6, 8)]),
        (5, 1, [(0, 5)]),
        (2, 4, [(0, 1), (1, 2), (2, 2), (2, 2)]),
    ],
)
def test_chunks_by_hand(candidate, n, world, expected):
    """Chunks follow each other, sizes differ by at most one, and the longer ones come first."""
    assert_equal([tuple(int(v) for v in pair) for pair in candidate.chunk_bounds(n, world)], expected)


@given(n=st.integers(0, 40), world=st.integers(1, 9))
def test_chunks_are_those_of_array_split(candidate, n, world):
    """For any length and number of ranks the chunks are those of numpy."""
    pieces = [list(range(int(a), int(b))) for a, b in candidate.chunk_bounds(n, world)]
    assert_equal(pieces, [piece.tolist() for piece in np.array_split(np.arange(n), world)])


def test_two_ranks(candidate):
    """Two ranks end with the sum of both."""
    check(candidate, [np.array([1.0, 2.0]), np.array([10.0, 20.0])])


def test_three_ranks(candidate):
    """Every chunk is summed once, on all ranks: with 1, 10 and 100 a number counted twice would show."""
    check(candidate, [np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0]), np.array([100.0, 200.0, 300.0])])


@pytest.mark.parametrize(("world", "n"), [(4, 8), (4, 11), (3, 4), (3, 8)])
def test_longer_rings(candidate, world, n):
    """More ranks, and lengths that they do not divide, work as well."""
    check(candidate, buffers(world * n, world, n))


def test_one_rank_sends_nothing(candidate):
    """A single rank keeps its buffer and is silent."""
    ring = check(candidate, [np.array([1.0, 2.0, 3.0])])
    assert_equal(len(ring.log), 0)


@pytest.mark.parametrize("world", [2, 3])
def test_messages_go_to_the_right(candidate, world):
    """Every message goes to the next rank of the ring."""
    ring = check(candidate, buffers(1, world, 8))
    assert_equal({(source, to) for source, to, _ in ring.log}, {(r, (r + 1) % world) for r in range(world)})


@pytest.mark.parametrize("world", [2, 3])
def test_number_of_messages(candidate, world):
    """Each rank sends 2 (world - 1) messages, and each holds one chunk."""
    ring = check(candidate, buffers(2, world, 10 * world))
    for rank in range(world):
        assert_equal([len(array) for source, _, array in ring.log if source == rank], [10] * (2 * world - 2))


@pytest.mark.fine
@pytest.mark.parametrize(("world", "n"), [(3, 2), (3, 0)])
def test_fewer_elements_than_ranks(candidate, world, n):
    """Empty chunks are sent like others, and the result is right."""
    ring = check(candidate, buffers(3, world, n))
    assert_equal(len(ring.log), world * (2 * world - 2))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.float32, np.float64])
def test_dtypes(candidate, dtype):
    """The buffers keep their dtype, and so do the messages."""
    ring = check(candidate, buffers(4, 3, 7, dtype))
    for array in (*ring.results, *(message for _, _, message in ring.log)):
        assert_dtype(array, dtype)


@pytest.mark.fine
def test_same_bits_on_all_ranks(candidate):
    """With rounding the order of additions matters, but every rank ends with the same bits."""
    rng = np.random.default_rng(5)
    ring = Ring(candidate, [rng.normal(size=11) * 10.0 ** rng.integers(-8, 8, size=11) for _ in range(4)])
    for result in ring.results[1:]:
        assert_that(result.tobytes() == ring.results[0].tobytes(), "differs between ranks", result)


@pytest.mark.fine
@pytest.mark.parametrize(("n", "world"), [(-1, 2), (3, 0), (3, -2)])
def test_bad_numbers_are_refused(candidate, n, world):
    """A negative length and fewer than one rank raise ValueError."""
    assert_type(candidate.chunk_bounds(3, 2), list)
    with assert_raises(ValueError):
        candidate.chunk_bounds(n, world)


@pytest.mark.scale
@pytest.mark.parametrize(("world", "n"), [(4, 4002), (3, 4000), (4, 3)])
def test_traffic(candidate, world, n):
    """No rank sends more than twice the buffer less its smallest chunk, however many ranks there are."""
    ring = check(candidate, buffers(6, world, n))
    for rank in range(world):
        sent = sum(len(array) for source, _, array in ring.log if source == rank)
        assert_that(sent <= 2 * (n - n // world), f"lets rank {rank} send {sent} elements")
