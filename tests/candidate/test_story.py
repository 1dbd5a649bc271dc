"""What a learner reads of a failure: the calls that led there, the output's name, and what the test made of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.candidate import SubmissionFailed, session_of
from grader.candidate.calls import Calls
from grader.candidate.describe import Call
from grader.content.interface import read_interface
from grader.sandbox import Sandbox
from grader.testing import assert_close, assert_equal, fetch, put, take
from tests.support.sessions import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOURCE = """
import numpy as np

class LRUCache:
    def __init__(self, capacity, clock=None):
        self.items, self.size_ = {}, capacity
    def put(self, key, value):
        self.items[key] = value
    def get(self, key):
        return self.items.get(key)
    def keys(self):
        yield from self.items
    def fit(self):
        return self

def twice(x):
    x *= 2
def both(x):
    return x + 1, x + 2
def double(x):
    return x * 2
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def candidate(sandbox: Sandbox) -> Iterator[Any]:
    """A submission in the middle of a case."""
    with opened(sandbox, SOURCE) as subject:
        yield subject


def told(candidate: Any, test: Callable[[], object]) -> list[str]:
    """Return the story of a test that must fail, and its message."""
    with pytest.raises(SubmissionFailed) as failure:
        test()
    session = session_of(candidate)
    return [*session.story(failure.value), session.explain(failure.value)]


def test_the_calls_on_an_object_are_told_in_order(candidate: Any) -> None:
    """What was asked of the object stands before the failing call, with its answers; other objects stay out."""
    other, cache = candidate.LRUCache(9), candidate.LRUCache(2, clock=lambda: 1.0)
    other.put("x", 1)
    cache.put("a", [1, 2])
    cache.get("a")
    cache.get("b")

    assert told(candidate, lambda: assert_equal(cache.get("a"), [1, 3])) == [
        "lru_cache = LRUCache(2, clock=<function>)",
        "lru_cache.put('a', [1, 2])",
        "lru_cache.get('a')  # [1, 2]",
        "lru_cache.get('b')",
        "lru_cache.get('a') gave [1, 2]; expected [1, 3]; the first difference is at [1].",
    ]


def test_attributes_and_iterations_read_as_python(candidate: Any) -> None:
    """An attribute has no brackets, and the items of a generator belong to the call that gave it."""
    cache = candidate.LRUCache(2)
    cache.put("a", 1)

    assert told(candidate, lambda: assert_equal(cache.size_, 3))[-1] == "lru_cache.size_ gave 2; expected 3."
    assert told(candidate, lambda: assert_equal(take(cache.keys(), 9), ["b"]))[-1] == (
        "lru_cache.keys() gave ['a']; expected ['b']; the first difference is at [0]."
    )


def test_an_object_that_gives_itself_keeps_its_name(candidate: Any) -> None:
    """`fit` gives the object back, which is called what it was; a second object of the class has a name of its own."""
    cache = candidate.LRUCache(2).fit()
    cache.put("a", candidate.LRUCache(3))

    assert told(candidate, lambda: assert_equal(cache.size_, 3)) == [
        "lru_cache = LRUCache(2)",
        "lru_cache = lru_cache.fit()",
        "lru_cache_2 = LRUCache(3)",
        "lru_cache.put('a', lru_cache_2)",
        "lru_cache.size_ gave 2; expected 3.",
    ]


def test_values_in_place_have_a_story(candidate: Any) -> None:
    """What a call changed in place is told with what was put there and the call."""
    x = put(candidate, np.array([1.0, 2.0]))
    candidate.twice(x)

    assert told(candidate, lambda: assert_close(fetch(x), [2.0, 5.0]))[:3] == [
        "array = np.array([1.0, 2.0])",
        "twice(array)",
        "array\ngave [2.0, 4.0]\nexpected [2.0, 5.0]\nworst 4 at index (1,); expected 5 (off by 1, rtol 1e-07, atol 1e-09)",
    ]


def test_a_long_story_keeps_its_beginning_and_its_end(candidate: Any) -> None:
    """After two hundred calls the making of the object and the last calls are told, and how many lie between."""
    cache = candidate.LRUCache(2)
    for number in range(200):
        cache.put("a", number)
    story = told(candidate, lambda: assert_equal(cache.get("a"), 0))

    assert story[0] == "lru_cache = LRUCache(2)"
    assert "more calls, which `kata case` writes out" in story[1]
    assert story[-2:] == ["lru_cache.put('a', 199)", "lru_cache.get('a') gave 199; expected 0."]
    assert len(story) == 13


def test_outputs_have_their_names(candidate: Any) -> None:
    """An output that the docstring names is told by its name, whether the test took it out or not."""
    failures = []
    tests: list[Callable[[], object]] = [
        lambda: assert_close(candidate.both(1.0)[1], 5.0),
        lambda: assert_close(candidate.both(np.ones(40)), (np.ones(40) * 2, np.ones(40))),
    ]
    for test in tests:
        with pytest.raises(SubmissionFailed) as failure:
            test()
        failures.append(failure.value)
    interface = read_interface(
        'def both(x):\n    """Add.\n\n    Returns\n    -------\n    less : float\n        One.\n    more : float\n'
        '        Two.\n\n    Notes\n    -----\n    odd : none\n    """\n'
    )
    calls = Calls()
    calls.gave(Call("both", (1.0,), {}), (2.0, failures[0].subject), 9, 9)

    assert interface.outputs == {"both": ("less", "more")}
    assert calls.explain(failures[0], interface).startswith("both(1.0) gave output `more`: 3; expected 5")
    assert " at [1] " in session_of(candidate).explain(failures[1])


def test_what_the_test_computed_is_not_laid_to_a_call(candidate: Any) -> None:
    """A value that no call gave is told as the test's: computed from the last call, or found after it."""
    got = candidate.double(np.array([1.0, 2.0]))

    assert told(candidate, lambda: assert_close(got + 1, [0.0, 0.0]))[-1].startswith(
        "After double(np.array([1.0, 2.0]))\nthe test computed [3.0, 5.0]\nexpected [0.0, 0.0]\n"
    )
    assert told(candidate, lambda: assert_equal(len(got) + 1000, 4)) == [
        "After double(np.array([1.0, 2.0])) the test found 1002; expected 4."
    ]
