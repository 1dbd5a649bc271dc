"""Hidden tests of binary_heap."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_equal, assert_raises, assert_that, expose, growth, memory, speed, take

INF = math.inf
NAN = math.nan


class Model:
    """Slow specification: entries in the order of insertion; min does all the work."""

    def __init__(self, items: list[tuple[Any, float]]) -> None:
        self.entries = {}
        for key, priority in items:
            self.push(key, priority)

    def push(self, key: Any, priority: float) -> None:
        if key in self.entries:
            raise ValueError
        self.entries[key] = priority

    def peek(self) -> tuple[Any, float]:
        if not self.entries:
            raise IndexError
        return min(self.entries.items(), key=lambda entry: entry[1])  # the first of several

    def pop(self) -> tuple[Any, float]:
        key, priority = self.peek()
        del self.entries[key]
        return key, priority

    def update(self, key: Any, priority: float) -> None:
        if key not in self.entries:
            raise KeyError
        self.entries[key] = priority

    def remove(self, key: Any) -> None:
        del self.entries[key]


class Source:
    """Endless input that counts how many items were taken."""

    def __init__(self, first: int, step: int) -> None:
        self.first, self.step, self.taken = first, step, 0

    def item(self, index: int) -> int:
        self.taken = max(self.taken, index + 1)
        return self.first + index * self.step


def drained(heap):
    """Pop everything."""
    return [heap.pop() for _ in range(len(heap))]


def plain(entry):
    """Return key and priority, the latter as a float, whatever holds them."""
    key, priority = entry
    return key, float(priority)


def popped(heap):
    """Pop everything, priorities as floats."""
    return [plain(entry) for entry in drained(heap)]


class Indexed:
    """Offers a source to the submission as a sequence without an end."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def __getitem__(self, index: int) -> int:
        return self.source.item(index)


def test_least_priority_first(candidate):
    """pop gives key and priority of the entries in ascending order of priority, and peek only looks."""
    heap = candidate.IndexedHeap()
    for key, priority in (("c", 3), ("a", -1.5), ("d", 7.0), ("b", 2)):
        heap.push(key, priority)
    assert_equal(len(heap), 4)
    assert_equal(plain(heap.peek()), ("a", -1.5))
    assert_equal(len(heap), 4)
    assert_equal(popped(heap), [("a", -1.5), ("b", 2.0), ("c", 3.0), ("d", 7.0)])
    assert_equal(len(heap), 0)


def test_constructor_orders_its_items(candidate, rng):
    """A heap made of many items pops them in order."""
    for n in (1, 2, 3, 7, 60):
        for priorities in (list(range(n))[::-1], rng.permutation(n).tolist()):
            heap = candidate.IndexedHeap([(f"key {p}", p) for p in priorities])
            assert_equal(len(heap), n)
            assert_equal(popped(heap), [(f"key {p}", float(p)) for p in range(n)])


def test_update_moves_both_ways(candidate):
    """update moves an entry forward when its priority falls and back when it rises."""
    heap = candidate.IndexedHeap([(key, key) for key in range(10)])
    heap.update(7, -1)
    assert_equal(plain(heap.peek()), (7, -1.0))
    heap.update(7, 3.5)
    heap.update(0, 20)
    heap.update(1, 8.5)
    assert_equal([key for key, _ in drained(heap)], [2, 3, 7, 4, 5, 6, 8, 1, 9, 0])


def test_entries_that_make_room_are_still_found(candidate):
    """When an entry rises, those it passes on its way can be updated and removed as before."""
    heap = candidate.IndexedHeap([(key, key) for key in range(7)])
    heap.push("new", -1)
    heap.update(3, 0.5)
    assert_equal([key for key, _ in drained(heap)], ["new", 0, 3, 1, 2, 4, 5, 6])
    heap = candidate.IndexedHeap([(key, key) for key in range(8)])
    heap.update(7, -1)
    heap.remove(1)
    assert_equal([key for key, _ in drained(heap)], [7, 0, 2, 3, 4, 5, 6])


def test_remove_fills_the_gap_from_another_branch(candidate):
    """When an entry inside is removed, what takes its place may have to rise as well as to sink."""
    # In this array every parent is below its children. The last entry, 4, has to rise where it takes the place of 11.
    shape = [0, 10, 1, 11, 12, 2, 3, 13, 14, 15, 16, 4]
    for gone in shape:
        heap = candidate.IndexedHeap([(f"k{p}", p) for p in shape])
        heap.remove(f"k{gone}")
        assert_equal([priority for _, priority in drained(heap)], sorted(set(shape) - {gone}))


def test_removed_key_can_return(candidate):
    """A key that was removed or popped can be pushed again."""
    heap = candidate.IndexedHeap([("a", 1), ("b", 2), ("c", 3)])
    heap.remove("c")
    heap.pop()
    heap.push("a", 9)
    heap.push("c", 0)
    assert_equal(popped(heap), [("c", 0.0), ("b", 2.0), ("a", 9.0)])


@given(
    n=st.integers(0, 12),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["push", "pop", "update", "update", "remove", "remove"]),
            st.integers(0, 99),
            st.integers(-9, 20),
        ),
        max_size=16,
    ),
)
def test_agrees_with_a_dict(candidate, n, steps):
    """Any sequence of operations on keys that are held, without ties, gives what a dict searched for its least gives."""
    items = [(key, (5 * key) % 13) for key in range(n)]
    heap, model = candidate.IndexedHeap(items), Model(items)
    for number, (name, choice, whole) in enumerate(steps, start=1):
        priority = whole + number / 64  # no two are equal
        held = list(model.entries)
        if name == "push":
            heap.push(f"new {number}", priority)
            model.push(f"new {number}", priority)
        elif held and name == "pop":
            assert_equal(plain(heap.pop()), plain(model.pop()))
        elif held:
            arguments = (held[choice % len(held)], priority)[: 2 if name == "update" else 1]
            getattr(heap, name)(*arguments)
            getattr(model, name)(*arguments)
    assert_equal(len(heap), len(model.entries))
    assert_equal(popped(heap), [plain(model.pop()) for _ in range(len(model.entries))])


@pytest.mark.fine
def test_equal_priorities_by_age(candidate):
    """Of equal priorities the entry inserted first comes first, in the constructor and by push."""
    heap = candidate.IndexedHeap([(key, 1) for key in (5, 3, 9, 1, 7, 2)])
    for key in (8, 0, 6):
        heap.push(key, 1.0)
    assert_equal([key for key, _ in drained(heap)], [5, 3, 9, 1, 7, 2, 8, 0, 6])


@pytest.mark.fine
def test_update_keeps_the_age(candidate):
    """An updated entry is as old as before; one that is removed or popped and pushed again is new."""
    heap = candidate.IndexedHeap([("a", 5), ("b", 1), ("c", 1)])
    heap.update("a", 1)
    assert_equal(drained(heap), [("a", 1), ("b", 1), ("c", 1)])
    heap = candidate.IndexedHeap([("a", 1), ("b", 1), ("c", 1)])
    heap.remove("a")
    heap.push("a", 1)
    heap.update("b", 1)
    assert_equal([key for key, _ in drained(heap)], ["b", "c", "a"])
    heap = candidate.IndexedHeap([("a", 1), ("b", 1)])
    heap.push(*heap.pop())
    assert_equal([key for key, _ in drained(heap)], ["b", "a"])


@pytest.mark.fine
def test_keys_are_never_compared(candidate):
    """Keys of mixed types that have no order work, with equal priorities too."""
    keys = ["a", 1, None, (2, "x"), 2.5, ("y",), frozenset({1})]
    heap = candidate.IndexedHeap([(key, 0) for key in keys])
    heap.push("last", 0)
    assert_equal([key for key, _ in drained(heap)], [*keys, "last"])


@pytest.mark.fine
def test_items_are_any_iterable(candidate):
    """Without items the heap is empty; items may come as a tuple, or be taken from an iterator."""
    assert_equal(len(candidate.IndexedHeap([])), 0)
    heap = candidate.IndexedHeap(items=(("b", 2), ("a", 1)))
    assert_equal(drained(heap), [("a", 1), ("b", 2)])
    pairs = candidate.merge_sorted([[(3, 7), (4, 0)], [(5, 1)]])
    assert_equal(drained(candidate.IndexedHeap(pairs)), [(4, 0), (5, 1), (3, 7)])


@pytest.mark.fine
def test_entries_come_back_as_given(candidate):
    """pop and peek give a tuple of the key and the priority as it was given, integer or float."""
    heap = candidate.IndexedHeap([("c", 3), ("d", 7.0)])
    heap.push("a", -1.5)
    heap.push("b", 9)
    heap.update("b", 2)
    assert_equal(heap.peek(), ("a", -1.5))
    assert_equal(drained(heap), [("a", -1.5), ("b", 2), ("c", 3), ("d", 7.0)])


@pytest.mark.fine
def test_infinite_priorities(candidate):
    """Infinite priorities come first and last, and tie with each other by age."""
    heap = candidate.IndexedHeap([("a", INF), ("b", -INF), ("c", 0), ("d", INF), ("e", -INF)])
    heap.push("f", 1e300)
    assert_equal(drained(heap), [("b", -INF), ("e", -INF), ("c", 0), ("f", 1e300), ("a", INF), ("d", INF)])


@pytest.mark.fine
def test_errors_name_the_reason(candidate):
    """A held key and NaN raise ValueError, an unknown key KeyError, an empty heap IndexError."""
    for name in ("pop", "peek"):
        with assert_raises(IndexError):
            getattr(candidate.IndexedHeap(), name)()
    for items in ([("a", 1), ("b", 2), ("a", 3)], [("a", NAN)]):
        with assert_raises(ValueError):
            candidate.IndexedHeap(items)
    heap = candidate.IndexedHeap([("a", 1), ("b", 2)])
    for call, error in (
        (lambda: heap.push("b", 0), ValueError),
        (lambda: heap.push("c", NAN), ValueError),
        (lambda: heap.update("b", NAN), ValueError),
        (lambda: heap.update("c", 0), KeyError),
        (lambda: heap.remove("c"), KeyError),
    ):
        with assert_raises(error):
            call()


@pytest.mark.fine
def test_removed_key_is_unknown(candidate):
    """A key that was removed or popped can be neither updated nor removed: KeyError."""
    heap = candidate.IndexedHeap([("a", 1), ("b", 2), ("c", 3)])
    heap.remove("c")
    heap.pop()
    for key in ("a", "c"):
        with assert_raises(KeyError):
            heap.update(key, 0)
        with assert_raises(KeyError):
            heap.remove(key)
    assert_equal(drained(heap), [("b", 2)])


@pytest.mark.fine
def test_errors_change_nothing(candidate):
    """After an operation that raised, the heap holds what it held before."""
    heap = candidate.IndexedHeap([("a", 1), ("b", 2)])
    for call in (
        lambda: heap.push("b", 0),
        lambda: heap.push("c", NAN),
        lambda: heap.update("b", NAN),
        lambda: heap.update("c", 0),
        lambda: heap.remove("c"),
    ):
        with assert_raises(ValueError, KeyError):
            call()
    heap.push("c", 0)
    assert_equal(drained(heap), [("c", 0), ("a", 1), ("b", 2)])
    with assert_raises(IndexError):
        heap.pop()
    heap.push("a", 4)
    assert_equal(drained(heap), [("a", 4)])


@pytest.mark.fine
@given(
    items=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 3)), max_size=12, unique_by=lambda item: item[0]),
    steps=st.lists(
        st.tuples(
            st.sampled_from(["push", "pop", "update", "update", "remove", "remove"]),
            st.integers(0, 9),
            st.integers(0, 3),
        ),
        max_size=12,
    ),
)
def test_agrees_with_a_slow_model(candidate, items, steps):
    """Any sequence of operations, with ties and errors, gives what a plain dict searched for its least value gives."""
    heap, model = candidate.IndexedHeap(items), Model(items)
    for name, key, priority in steps:
        arguments = {"push": (key, priority), "pop": (), "update": (key, priority), "remove": (key,)}[name]
        try:
            expected = getattr(model, name)(*arguments)
        except (ValueError, KeyError, IndexError) as error:
            with assert_raises(type(error)):
                getattr(heap, name)(*arguments)
        else:
            assert_equal(getattr(heap, name)(*arguments), expected)
    assert_equal(drained(heap), [model.pop() for _ in range(len(model.entries))])


@pytest.mark.fine
def test_top_k_by_hand(candidate):
    """top_k gives the greatest numbers in descending order, equal ones as often as they occur."""
    assert_equal(candidate.top_k([3, 1, 4, 1, 5, 9, 2, 6, 5], 4), [9, 6, 5, 5])
    assert_equal(candidate.top_k([-3, -1, -2], 2), [-1, -2])
    assert_equal(candidate.top_k([2.5, 7, 7, 7, -1.0], 2), [7, 7])
    assert_equal(candidate.top_k((0.5, INF, -INF, 2), 3), [INF, 2, 0.5])
    assert_equal(candidate.top_k([4, 8], 1), [8])


@pytest.mark.fine
def test_top_k_of_few(candidate):
    """If the stream is shorter than k, all of it is returned; k = 0 gives nothing."""
    assert_equal(candidate.top_k([1, 3, 2], 5), [3, 2, 1])
    assert_equal(candidate.top_k([1, 3, 2], 3), [3, 2, 1])
    assert_equal(candidate.top_k([], 3), [])
    assert_equal(candidate.top_k([1, 3, 2], 0), [])
    assert_equal(candidate.top_k([], 0), [])


@pytest.mark.fine
@given(stream=st.lists(st.integers(-5, 5), max_size=20), k=st.integers(0, 8))
def test_top_k_is_the_head_of_the_sorted_stream(candidate, stream, k):
    """On random streams top_k gives the head of the list sorted in descending order."""
    assert_equal(candidate.top_k(stream, k), sorted(stream, reverse=True)[:k])


@pytest.mark.fine
def test_top_k_refuses(candidate):
    """A negative k and a NaN in the stream raise ValueError, wherever the NaN stands."""
    with assert_raises(ValueError):
        candidate.top_k([1, 2], -1)
    for stream in ([NAN, 1.0, 2.0], [3.0, 1.0, NAN], [1.0, NAN, 3.0]):
        for k in (1, 2, 5):
            with assert_raises(ValueError):
                candidate.top_k(stream, k)


@pytest.mark.fine
def test_merge_by_hand(candidate):
    """merge_sorted gives all items in ascending order; inputs may be of different length, or empty."""
    assert_equal(take(candidate.merge_sorted([[1, 4, 6], [], [2, 4], [5]]), 99), [1, 2, 4, 4, 5, 6])
    assert_equal(take(candidate.merge_sorted([[3], [1, 2]]), 99), [1, 2, 3])
    assert_equal(take(candidate.merge_sorted([[], []]), 99), [])
    assert_equal(take(candidate.merge_sorted([]), 99), [])
    assert_equal(take(candidate.merge_sorted([[-INF, 2.5, INF], range(2, 4)]), 99), [-INF, 2, 2.5, 3, INF])
    assert_equal(
        take(candidate.merge_sorted([["ant", "cow"], ("bee", "cow", "dog")]), 99), ["ant", "bee", "cow", "cow", "dog"]
    )


@pytest.mark.fine
def test_merge_is_stable(candidate):
    """Of equal items those of the earlier input come first, in the order in which they stand there."""
    # 1 and 1.0 are equal, but we can tell them apart.
    assert_equal(
        take(candidate.merge_sorted([[1.0, 1, 3], [0, 1, 1.0], [1.0, 3.0]]), 99), [0, 1.0, 1, 1, 1.0, 1.0, 3, 3.0]
    )
    assert_equal(take(candidate.merge_sorted([[2], [2.0], [2], [2.0]]), 99), [2, 2.0, 2, 2.0])
    assert_equal(take(candidate.merge_sorted([[0, 2], [2.0, 2.0]]), 99), [0, 2, 2.0, 2.0])


@pytest.mark.fine
@given(lists=st.lists(st.lists(st.integers(0, 4), max_size=5), max_size=5))
def test_merge_is_a_stable_sort(candidate, lists):
    """On random inputs the merge is a stable sort of all items."""
    # Items of odd inputs are floats, so that some of their order shows.
    inputs = [sorted(map(float, items) if i % 2 else items) for i, items in enumerate(lists)]
    assert_equal(take(candidate.merge_sorted(inputs), 99), sorted(x for items in inputs for x in items))


@pytest.mark.fine
def test_merge_of_merges(candidate):
    """Iterators are inputs too: merged inputs can be merged again, and long ranges cost nothing."""
    inner = candidate.merge_sorted([range(0, 10**12, 4), range(1, 10**12, 4)])
    outer = candidate.merge_sorted([inner, range(2, 10**12, 4)])
    assert_equal(take(outer, 7), [0, 1, 2, 4, 5, 6, 8])


@pytest.mark.fine
def test_merge_reads_one_item_ahead(candidate):
    """Of endless inputs, no more than one item beyond those given out is read."""
    sources = [Source(0, 5), Source(3, 5), Source(1001, 5)]
    inputs = [expose(source, "__getitem__") for source in map(Indexed, sources)]
    merged = iter(candidate.merge_sorted(inputs))
    given_out = []
    for _ in range(12):
        given_out += take(merged, 1)
        for source in sources:
            count = sum((x - source.first) % source.step == 0 and x >= source.first for x in given_out)
            assert_that(source.taken <= count + 1, f"took {source.taken} items after {count} were given out")
    assert_equal(given_out, [0, 3, 5, 8, 10, 13, 15, 18, 20, 23, 25, 28])


@pytest.mark.scale
@pytest.mark.call_s(6)
def test_operations_do_not_scan(candidate, reference, rng):
    """update and remove find their entry among thirty thousand without a search, and push does not sort."""
    n = 30_000
    items = [(("key", i), i) for i in range(n)]
    heaps = {subject: subject.IndexedHeap(items) for subject in (candidate, reference)}

    def prepare(subject, rng):
        heap = heaps[subject]
        heap.update(("key", 0), -1)

        def work():
            for i in range(n - 19, n, 2):
                heap.update(("key", i), i + 0.5)
                heap.remove(("key", i - 1))
                heap.push(("key", i - 1), i - 1)
            return len(heap), heap.peek()

        return work

    speed(candidate, reference, prepare, rng, limit=40, check=assert_equal)
    assert_equal(*([heaps[subject].pop() for _ in range(20)] for subject in (candidate, reference)))


@pytest.mark.scale
@pytest.mark.call_s(6)
def test_top_k_keeps_no_more_than_k(candidate, reference, rng):
    """A stream of more than a million numbers is not held in memory, only k of them."""

    def prepare(subject, rng):
        return lambda: subject.top_k(range(1_200_000, 0, -1), 10)

    memory(candidate, reference, prepare, rng, limit=2)
    assert_equal(candidate.top_k(range(5000), 3), [4999, 4998, 4997])


@pytest.mark.scale
@pytest.mark.call_s(6)
def test_merge_of_many_inputs(candidate, reference, rng):
    """With many inputs, the next item is not searched among all of them."""

    def prepare(subject, rng, n):
        merged = subject.merge_sorted([[x] for x in rng.permutation(n).tolist()])
        return lambda: subject.top_k(merged, 1)

    growth(candidate, reference, prepare, rng, sizes=(400, 1600, 6400), limit=1.5)
