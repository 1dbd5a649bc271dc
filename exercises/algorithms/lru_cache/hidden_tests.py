"""Hidden tests of lru_cache."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, speed, take


class Model:
    """Slow specification: a list of (key, value, time of writing), the most recent first; scans do all the work."""

    def __init__(self, capacity: int, ttl: float | None, now: list[float]) -> None:
        self.capacity, self.ttl, self.now = capacity, ttl, now
        self.entries: list[tuple[Any, Any, float]] = []

    def live(self) -> list[tuple[Any, Any, float]]:
        if self.ttl is not None:
            self.entries = [entry for entry in self.entries if self.now[0] - entry[2] < self.ttl]
        return self.entries

    def get(self, key: Any, default: Any = None) -> Any:
        for place, entry in enumerate(self.live()):
            if entry[0] == key:
                self.entries.insert(0, self.entries.pop(place))
                return entry[1]
        return default

    def put(self, key: Any, value: Any) -> None:
        others = [entry for entry in self.live() if entry[0] != key]
        self.entries = [(key, value, self.now[0]), *others][: self.capacity]

    def delete(self, key: Any) -> bool:
        before = len(self.live())
        self.entries = [entry for entry in self.entries if entry[0] != key]
        return len(self.entries) < before

    def keys(self) -> list[Any]:
        return [entry[0] for entry in self.live()]


def filled(candidate, capacity, *keys, **options):
    """Return a cache in which each key was put with its upper-case form, from left to right."""
    cache = candidate.LRUCache(capacity, **options)
    for key in keys:
        cache.put(key, key.upper())
    return cache


def test_stored_values_come_back(candidate):
    """get returns what put stored, and the default for a key that was never stored."""
    cache = candidate.LRUCache(3)
    assert_equal(len(cache), 0)
    assert_equal(take(cache.keys(), 99), [])
    cache.put("a", 1)
    cache.put(("user", 7), [1, 2])
    assert_equal(cache.get("a"), 1)
    assert_equal(cache.get(("user", 7)), [1, 2])
    assert_equal(cache.get("b"), None)
    assert_equal(cache.get("b", -1), -1)
    assert_equal(cache.get("b", default="none"), "none")
    assert_equal(len(cache), 2)


def test_full_cache_evicts_least_recent(candidate):
    """A new key in a full cache evicts the least recently used entry, and only that one."""
    cache = filled(candidate, 3, "a", "b", "c", "d")
    assert_equal(cache.get("a"), None)
    assert_equal(len(cache), 3)
    assert_equal(take(cache.keys(), 99), ["d", "c", "b"])
    cache.put("e", "E")
    assert_equal(take(cache.keys(), 99), ["e", "d", "c"])
    assert_equal(cache.get("b"), None)


def test_get_refreshes_recency(candidate):
    """A get makes its key the most recently used, so the next eviction spares it."""
    cache = filled(candidate, 3, "a", "b", "c")
    assert_equal(cache.get("b"), "B")
    assert_equal(take(cache.keys(), 99), ["b", "c", "a"])
    assert_equal(cache.get("a"), "A")
    assert_equal(take(cache.keys(), 99), ["a", "b", "c"])
    cache.put("d", "D")
    assert_equal(cache.get("c"), None)
    assert_equal(cache.get("a"), "A")


def test_put_of_known_key_replaces_and_refreshes(candidate):
    """A put on an existing key replaces the value and makes the key the most recently used."""
    cache = filled(candidate, 3, "a", "b", "c")
    cache.put("a", 10)
    assert_equal(take(cache.keys(), 99), ["a", "c", "b"])
    assert_equal(cache.get("a"), 10)


def test_update_at_capacity_evicts_nothing(candidate):
    """A put on an existing key of a full cache evicts no other entry."""
    for key, other in (("a", "b"), ("b", "a")):
        cache = filled(candidate, 2, "a", "b")
        cache.put(key, 10)
        assert_equal(len(cache), 2)
        assert_equal(cache.get(other), other.upper())
        assert_equal(cache.get(key), 10)


def test_looking_is_not_using(candidate):
    """keys, len and a get of an unknown key leave the order of use alone."""
    cache = filled(candidate, 2, "a", "b")
    assert_equal(take(cache.keys(), 99), ["b", "a"])
    assert_equal(cache.get("z"), None)
    assert_equal(len(cache), 2)
    assert_equal(take(cache.keys(), 99), ["b", "a"])
    cache.put("c", "C")
    assert_equal(take(cache.keys(), 99), ["c", "b"])


def test_delete_frees_a_place(candidate):
    """delete says whether it removed something, and the freed place is used before anything is evicted."""
    cache = filled(candidate, 3, "a", "b", "c")
    assert_equal(cache.delete("b"), True)
    assert_equal(cache.delete("b"), False)
    assert_equal(cache.delete("z"), False)
    assert_equal(cache.get("b"), None)
    assert_equal(len(cache), 2)
    cache.put("d", "D")
    assert_equal(take(cache.keys(), 99), ["d", "c", "a"])
    cache.put("e", "E")
    assert_equal(take(cache.keys(), 99), ["e", "d", "c"])
    many = filled(candidate, 6, "a", "b", "c", "d", "e", "f")
    many.delete("d")
    assert_equal(take(many.keys(), 99), ["f", "e", "c", "b", "a"])


def test_deleted_key_can_return(candidate):
    """A deleted key can be put again and is then the most recently used."""
    cache = filled(candidate, 2, "a", "b")
    cache.delete("a")
    cache.delete("b")
    assert_equal(take(cache.keys(), 99), [])
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 3)
    assert_equal(take(cache.keys(), 99), ["a", "b"])
    assert_equal(cache.get("a"), 3)


def test_expired_entry_is_not_found(candidate):
    """get finds an entry until it is older than ttl, and not from then on."""
    now = [100.0]
    cache = filled(candidate, 3, "a", "b", ttl=10.0, clock=lambda: now[0])
    now[0] = 109.5
    assert_equal(cache.get("a", "gone"), "A")
    cache.put("c", "C")
    now[0] = 110.5
    assert_equal(cache.get("a", "gone"), "gone")
    assert_equal(cache.get("b"), None)
    assert_equal(cache.get("c"), "C")
    now[0] = 500.0
    assert_equal(cache.get("c", "gone"), "gone")


def test_only_writing_restarts_the_ttl(candidate):
    """A put on an existing key restarts its ttl; a get does not."""
    now = [0.0]
    cache = filled(candidate, 3, "read", "written", ttl=10.0, clock=lambda: now[0])
    now[0] = 6.0
    assert_equal(cache.get("read"), "READ")
    cache.put("written", "again")
    now[0] = 10.5
    assert_equal(cache.get("read"), None)
    assert_equal(cache.get("written"), "again")
    now[0] = 15.5
    assert_equal(cache.get("written"), "again")
    now[0] = 16.5
    assert_equal(cache.get("written"), None)


@given(
    capacity=st.integers(1, 4),
    steps=st.lists(st.tuples(st.sampled_from(["put", "put", "get", "get", "delete"]), st.integers(0, 5)), max_size=20),
)
def test_agrees_with_a_list(candidate, capacity, steps):
    """Any sequence of put, get and delete gives what a plain list of entries gives."""
    cache, model = candidate.LRUCache(capacity), Model(capacity, None, [0.0])
    for number, (name, key) in enumerate(steps):
        if name == "put":
            cache.put(key, number)
            model.put(key, number)
        else:
            assert_equal(getattr(cache, name)(key), getattr(model, name)(key))
    assert_equal(len(cache), len(model.live()))
    assert_equal(take(cache.keys(), 99), model.keys())


@pytest.mark.fine
def test_none_is_a_value(candidate):
    """A stored None, 0 or empty string is found, not mistaken for a missing key."""
    cache = candidate.LRUCache(3)
    cache.put("n", None)
    cache.put("z", 0)
    cache.put(None, "")
    assert_close(candidate.hit_rate(cache, ["z", "n", None]), 1.0)
    assert_equal(cache.get("n", "default"), None)
    assert_equal(cache.get("z", "default"), 0)
    assert_equal(cache.get(None, "default"), "")
    assert_equal(take(cache.keys(), 99), [None, "z", "n"])
    assert_equal(cache.delete("n"), True)


@pytest.mark.fine
def test_capacities_zero_and_one(candidate):
    """Capacity 0 stores nothing without complaint; capacity 1 keeps the last key written."""
    none = candidate.LRUCache(0)
    none.put("a", 1)
    none.put("a", 2)
    assert_equal(none.get("a", "default"), "default")
    assert_equal(len(none), 0)
    assert_equal(take(none.keys(), 99), [])
    assert_equal(none.delete("a"), False)
    one = filled(candidate, 1, "a", "b")
    assert_equal(one.get("a"), None)
    assert_equal(take(one.keys(), 99), ["b"])


@pytest.mark.fine
def test_invalid_settings(candidate):
    """A negative capacity, a ttl that is zero or negative, and an empty trace raise ValueError."""
    with assert_raises(ValueError):
        candidate.LRUCache(-1)
    for ttl in (0, 0.0, -0.5):
        with assert_raises(ValueError):
            candidate.LRUCache(2, ttl=ttl)
    cache = candidate.LRUCache(2, ttl=0.5)
    assert_equal(len(cache), 0)
    with assert_raises(ValueError):
        candidate.hit_rate(cache, [])


@pytest.mark.fine
def test_entry_expires_at_its_ttl(candidate):
    """An entry is visible until its age reaches ttl, and to no operation from then on."""
    now = [100.0]
    for ask, alive, dead in (
        (lambda cache: cache.get("a", "gone"), "A", "gone"),
        (lambda cache: len(cache), 1, 0),
        (lambda cache: cache.keys(), ["a"], []),
        (lambda cache: cache.delete("a"), True, False),
    ):
        for age, expected in ((9.5, alive), (10.0, dead), (10.5, dead)):
            now[0] = 100.0
            cache = filled(candidate, 2, "a", ttl=10.0, clock=lambda: now[0])
            now[0] = 100.0 + age
            assert_equal(ask(cache), expected)


@pytest.mark.fine
def test_without_ttl_nothing_expires(candidate):
    """Without a ttl an entry survives any length of time."""
    now = [0.0]
    cache = filled(candidate, 2, "a", clock=lambda: now[0])
    now[0] = 1e18
    assert_equal(cache.get("a"), "A")
    assert_equal(take(cache.keys(), 99), ["a"])


@pytest.mark.fine
def test_real_clock_is_the_default(candidate):
    """Without a clock argument, a ttl of an hour keeps an entry and one of a millisecond lets it expire by itself."""
    lasting = filled(candidate, 2, "a", ttl=3600.0)
    brief = filled(candidate, 2, "a", ttl=0.001)
    time.sleep(0.02)
    assert_equal(lasting.get("a"), "A")
    assert_equal(brief.get("a"), None)


@pytest.mark.fine
def test_reading_false_values_does_not_restart_the_ttl(candidate):
    """A get of None, 0 or an empty string does not restart the ttl either."""
    now = [0.0]
    for value in (None, 0, ""):
        now[0] = 0.0
        other = candidate.LRUCache(1, ttl=10.0, clock=lambda: now[0])
        other.put("k", value)
        now[0] = 6.0
        other.get("k")
        now[0] = 10.0
        assert_equal(len(other), 0)


@pytest.mark.fine
def test_expired_entry_makes_room_first(candidate):
    """In a full cache an expired entry gives way before any live one, however recently it was used."""
    now = [0.0]
    cache = candidate.LRUCache(3, ttl=10.0, clock=lambda: now[0])
    for written, key in ((0.0, "old"), (4.0, "middle"), (5.0, "young")):
        now[0] = written
        cache.put(key, written)
    now[0] = 6.0
    assert_equal(cache.get("old"), 0.0)  # the most recently used, and the first to expire
    now[0] = 11.0
    cache.put("new", 11.0)
    assert_equal(take(cache.keys(), 99), ["new", "young", "middle"])
    assert_equal(cache.get("middle"), 4.0)
    now[0] = 13.0
    cache.put("next", 13.0)  # nothing has expired since, so this one evicts the least recently used
    assert_equal(take(cache.keys(), 99), ["next", "middle", "new"])


@pytest.mark.fine
def test_expired_key_can_return(candidate):
    """A key that has expired can be written again and lives for a full ttl."""
    now = [0.0]
    cache = filled(candidate, 2, "a", "b", ttl=10.0, clock=lambda: now[0])
    now[0] = 12.0
    cache.put("a", "again")
    assert_equal(take(cache.keys(), 99), ["a"])
    now[0] = 21.5
    assert_equal(cache.get("a"), "again")


@pytest.mark.fine
@given(
    capacity=st.integers(0, 4),
    ttl=st.sampled_from([None, 1, 3, 6]),
    steps=st.lists(
        st.tuples(st.sampled_from(["put", "put", "get", "get", "delete", "wait"]), st.integers(0, 4)), max_size=16
    ),
)
def test_agrees_with_a_slow_model(candidate, capacity, ttl, steps):
    """Any sequence of operations, time going by in between, gives what a plain list with scans gives."""
    now = [0]
    cache = candidate.LRUCache(capacity, ttl, lambda: now[0])
    model = Model(capacity, ttl, now)
    for number, (name, argument) in enumerate(steps):
        if name == "wait":
            now[0] += argument
        elif name == "put":
            cache.put(argument, number)
            model.put(argument, number)
        else:
            assert_equal(getattr(cache, name)(argument), getattr(model, name)(argument))
    assert_equal(len(cache), len(model.live()))
    assert_equal(take(cache.keys(), 99), model.keys())


@pytest.mark.fine
def test_hit_rate_of_a_short_trace(candidate):
    """hit_rate counts the requests that found their key, and writes the missing ones."""
    cache = candidate.LRUCache(2)
    assert_close(candidate.hit_rate(cache, ["a", "b", "a", "c", "a", "b", "b", "c"]), 3 / 8)
    assert_equal(take(cache.keys(), 99), ["c", "b"])
    assert_close(candidate.hit_rate(cache, ["b", "c"]), 1.0)


@pytest.mark.fine
def test_hit_rate_respects_what_is_stored(candidate):
    """hit_rate counts a stored None as a hit, leaves the value of a hit alone and stores None on a miss."""
    cache = candidate.LRUCache(3)
    cache.put("a", None)
    cache.put("b", "B")
    assert_close(candidate.hit_rate(cache, ["a", "b", "c", "c"]), 0.75)
    assert_equal(cache.get("b"), "B")
    assert_equal(cache.get("c", "default"), None)


@pytest.mark.fine
@given(trace=st.lists(st.integers(0, 6), min_size=1, max_size=40), capacity=st.integers(0, 7))
def test_hit_rate_follows_the_stack_property(candidate, trace, capacity):
    """A request hits exactly when fewer than `capacity` other keys were asked for since the same key was last."""
    hits = 0
    for place, key in enumerate(trace):
        if key in trace[:place]:
            last = max(i for i in range(place) if trace[i] == key)
            hits += len(set(trace[last + 1 : place])) < capacity
    rate = candidate.hit_rate(candidate.LRUCache(capacity), trace)
    assert_that(abs(rate - hits / len(trace)) < 1e-12, f"is {rate}; expected {hits} hits of {len(trace)}")


@pytest.mark.fine
def test_types(candidate):
    """hit_rate returns a float, keys a list, delete a bool."""
    cache = filled(candidate, 3, "a", "b")
    assert_type(cache.keys(), list)
    assert_type(cache.delete("a"), bool)
    assert_type(cache.delete("a"), bool)
    for trace in (["b"], ["x"], ["b", "y", "b"]):
        assert_type(candidate.hit_rate(cache, trace), float)


@pytest.mark.scale
def test_operations_take_constant_time(candidate, reference, rng):
    """Thousands of hits and misses in a full cache with a ttl are quick: O(1) each, without a scan."""
    capacity = 4000

    def prepare(subject, rng):
        cache = subject.LRUCache(capacity, ttl=1e6)
        subject.hit_rate(cache, list(range(capacity)))
        trace = rng.integers(0, 2 * capacity, size=3000).tolist()
        return lambda: subject.hit_rate(cache, trace)

    speed(candidate, reference, prepare, rng, limit=4)
