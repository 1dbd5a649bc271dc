"""Hidden tests of memory_allocator."""

import itertools

import pytest

from grader.testing import assert_close, assert_equal, assert_raises, speed


class Model:
    """Slow specification: one owner for each aligned unit of the heap, 0 where it is free."""

    def __init__(self, units, policy):
        self.owner, self.policy, self.count = [0] * units, policy, 0

    def holes(self):
        """Start and length of each run of free units."""
        runs, start = [], None
        for i, owner in enumerate([*self.owner, 1]):
            if owner == 0 and start is None:
                start = i
            elif owner and start is not None:
                runs.append((start, i - start))
                start = None
        return runs

    def malloc(self, units):
        fits = [run for run in self.holes() if run[1] >= units]
        if not fits:
            return None
        start = fits[0][0] if self.policy == "first" else min(fits, key=lambda run: (run[1], run[0]))[0]
        self.count += 1
        self.owner[start : start + units] = [self.count] * units
        return start

    def free(self, start):
        gone = self.owner[start]
        self.owner = [0 if owner == gone else owner for owner in self.owner]

    def stats(self, align):
        lengths = [length for _, length in self.holes()]
        free = sum(lengths)
        figures = {"used": len(self.owner) - free, "free": free, "largest": max(lengths, default=0)}
        return {**{k: v * align for k, v in figures.items()}, "holes": len(lengths)}


def check_stats(heap, used, free, largest, holes):
    """Check all four figures."""
    assert_close(heap.stats(), {"used": used, "free": free, "largest": largest, "holes": holes})


def filled(candidate, *sizes, size=None, **options):
    """A heap of blocks of 8 byte units, laid end to end, and their addresses."""
    heap = candidate.Allocator(size or 8 * sum(sizes), **options)
    return heap, [heap.malloc(8 * units) for units in sizes]


def check_operations(candidate, policy, units, align, rng):
    """Check thirty random operations."""
    heap, model, live = candidate.Allocator(units * align, align, policy), Model(units, policy), []
    for _ in range(30):
        if live and rng.random() < 0.45:
            start = live.pop(int(rng.integers(len(live))))
            heap.free(start * align)
            model.free(start)
        else:
            n = int(rng.integers(1, 4 * align + 1))
            start = model.malloc(-(-n // align))
            assert_equal(heap.malloc(n), None if start is None else start * align)
            live += [] if start is None else [start]
    assert_close(heap.stats(), model.stats(align))


def test_blocks_lie_end_to_end(candidate):
    """Addresses start at 0 and follow each other; sizes are rounded up to the alignment."""
    heap = candidate.Allocator(64)
    assert_equal([heap.malloc(n) for n in (8, 1, 9, 16)], [0, 8, 16, 32])
    check_stats(heap, 48, 16, 16, 1)
    heap = candidate.Allocator(100, align=4)
    assert_equal([heap.malloc(n) for n in (5, 4, 3, 1)], [0, 8, 12, 16])
    assert_equal(candidate.Allocator(1, align=1).malloc(1), 0)
    heap = candidate.Allocator(10, align=1)
    assert_equal([heap.malloc(n) for n in (3, 1, 7)], [0, 3, None])


def test_full_heap(candidate):
    """The last byte can be used, and after that there is no block and no hole."""
    heap = candidate.Allocator(32)
    assert_equal([heap.malloc(n) for n in (33, 24, 9, 8, 1)], [None, 0, None, 24, None])
    check_stats(heap, 32, 0, 0, 0)


def test_freed_block_is_used_again(candidate):
    """A freed block is taken again, and what is left of it stays free."""
    heap, (_, middle, _) = filled(candidate, 1, 3, 1)
    heap.free(middle)
    assert_equal([heap.malloc(n) for n in (8, 24, 16, 8)], [8, None, 16, None])


def test_neighbours_are_joined(candidate):
    """In whatever order three neighbours are freed, one block remains."""
    for order in itertools.permutations((1, 2, 3)):
        heap, addresses = filled(candidate, 1, 2, 1, 3, 1)
        for i in order:
            heap.free(addresses[i])
        check_stats(heap, 16, 48, 48, 1)
        assert_equal(heap.malloc(48), 8)


def test_holes_between_blocks_in_use_stay_apart(candidate):
    """Free blocks that don't touch are not joined: enough bytes may still be too little in one piece."""
    heap, addresses = filled(candidate, 1, 1, 1, 1, 1)
    for addr in addresses[::2]:
        heap.free(addr)
    check_stats(heap, 16, 24, 8, 3)
    assert_equal(heap.malloc(16), None)
    heap, addresses = filled(candidate, *[1] * 8)
    for i in (0, 2, 6, 3):
        heap.free(addresses[i])
    check_stats(heap, 32, 32, 16, 3)


def test_first_and_best_fit(candidate):
    """First fit takes the lowest hole, best fit the smallest, and of equal ones the lowest."""
    for policy, expected in (("first", [0, 8]), ("best", [64, 40])):
        heap, addresses = filled(candidate, 4, 1, 2, 1, 1, 1, policy=policy)
        for i in (4, 0, 2):
            heap.free(addresses[i])
        assert_equal([heap.malloc(n) for n in (8, 16)], expected)
        heap, addresses = filled(candidate, 4, 1, 2, 1, 2, 1, policy=policy)
        for i in (4, 0, 2):
            heap.free(addresses[i])
        assert_equal([heap.malloc(n) for n in (16, 9)], [0, 16] if policy == "first" else [40, 64])


def test_first_fit_of_random_requests(candidate, rng):
    """Random requests and frees give the addresses of a map of the heap."""
    for units, align in ((6, 1), (12, 4), (20, 8)):
        check_operations(candidate, "first", units, align, rng)


def test_best_fit_of_random_requests(candidate, rng):
    """Best fit takes the addresses of the same map, by another choice."""
    for units, align in ((12, 1), (20, 4), (28, 8)):
        check_operations(candidate, "best", units, align, rng)


@pytest.mark.fine
def test_other_alignments(candidate):
    """Sizes are rounded up to a multiple of an alignment that is no power of two."""
    heap = candidate.Allocator(36, align=6)
    assert_equal([heap.malloc(n) for n in (1, 7, 6, 13)], [0, 6, 18, None])
    check_stats(heap, 24, 12, 12, 1)


@pytest.mark.fine
def test_requests_of_nothing(candidate):
    """A request without a byte raises ValueError and changes nothing."""
    heap = candidate.Allocator(16)
    for n in (0, -8):
        with assert_raises(ValueError):
            heap.malloc(n)
    check_stats(heap, 0, 16, 16, 1)


@pytest.mark.fine
def test_addresses_of_no_block(candidate):
    """An address that is free, inside a block or outside raises ValueError and changes nothing."""
    heap, addresses = filled(candidate, 1, 1, 3, size=48)
    heap.free(addresses[1])
    for addr in (8, 12, 24, 40, -8, 1000):
        with assert_raises(ValueError):
            heap.free(addr)
    check_stats(heap, 32, 16, 8, 2)


@pytest.mark.fine
def test_double_free(candidate):
    """A second free raises ValueError, also after the block was joined or cut anew."""
    heap, addresses = filled(candidate, 2, 2)
    heap.free(addresses[1])
    heap.free(addresses[0])
    for addr in addresses:
        with assert_raises(ValueError):
            heap.free(addr)
    assert_equal([heap.malloc(8), heap.malloc(8)], [0, 8])
    with assert_raises(ValueError):
        heap.free(16)
    check_stats(heap, 16, 16, 16, 1)


@pytest.mark.fine
def test_heaps_that_cannot_be(candidate):
    """Sizes that don't fit the alignment and unknown policies raise ValueError."""
    for options in ((20, 8), (0, 8), (-8, 8), (8, 0), (8, -8), (4, 8), (16, 8, "worst"), (16, 8, "")):
        with assert_raises(ValueError):
            candidate.Allocator(*options)


@pytest.mark.scale
def test_bytes_are_not_counted_one_by_one(candidate, reference, rng):
    """Dozens of blocks in a heap of a gigabyte cost no more than in a small one."""

    def prepare(subject, rng):
        sizes = rng.integers(1, 2**21, size=20).tolist()

        def work():
            heap = subject.Allocator(2**30)
            addresses = [heap.malloc(n) for n in sizes]
            for addr in addresses[::2]:
                heap.free(addr)
            return [heap.malloc(n) for n in sizes[::2]]

        return work

    # Forty calls carry ten times what they compute, so the ratio of equals may come out high.
    speed(candidate, reference, prepare, rng, limit=20)
