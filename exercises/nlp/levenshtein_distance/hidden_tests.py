"""Hidden tests of levenshtein_distance."""

import functools
import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, memory, speed

LETTERS = st.text(alphabet="abc", max_size=7)
COSTS = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 9))


def distances(a, b, ins=1, dele=1, sub=1):
    """Costs between all prefixes, from the definition."""

    @functools.cache
    def cost(i, j):
        ways = [0] if i == j == 0 else []
        if i and j:
            ways.append(cost(i - 1, j - 1) + (sub if a[i - 1] != b[j - 1] else 0))
        if i:
            ways.append(cost(i - 1, j) + dele)
        if j:
            ways.append(cost(i, j - 1) + ins)
        return min(ways)

    return cost


def script(a, b):
    """The steps of the prompt, traced back from the end."""
    cost, i, j, steps = distances(a, b), len(a), len(b), []
    while i or j:
        if i and j and cost(i, j) == cost(i - 1, j - 1) + (a[i - 1] != b[j - 1]):
            i, j = i - 1, j - 1
            steps.append(("keep" if a[i] == b[j] else "sub", i, j))
        elif i and cost(i, j) == cost(i - 1, j) + 1:
            i -= 1
            steps.append(("del", i, j))
        else:
            j -= 1
            steps.append(("ins", i, j))
    return steps[::-1]


def replay(a, b, steps):
    """Follow a script: what it makes of a, and its cost."""
    made, cost, place = [], 0, 0
    for what, i, j in steps:
        if (i, j) != (place, len(made)):
            return None, cost
        if what in ("keep", "sub"):
            if (a[i] == b[j]) != (what == "keep"):
                return None, cost
            made.append(b[j])
            place += 1
        elif what == "del":
            place += 1
        elif what == "ins":
            made.append(b[j])
        else:
            return None, cost
        cost += what != "keep"
    return (made if place == len(a) else None), cost


def same_steps(got, expected):
    """Check a script, whatever holds the steps."""
    # No further than tells them apart: an answer may be as large as it likes.
    found = [tuple(islice(step, 4)) for step in islice(got, len(expected) + 1)]
    assert_that(found == expected, f"is {found} instead of {expected}", got)


def test_words_by_hand(candidate):
    """Well-known pairs of words, and lists of words, have the distances that everybody can count."""
    for a, b, expected in (
        ("kitten", "sitting", 3),
        ("flaw", "lawn", 2),
        ("intention", "execution", 5),
        ("ab", "ba", 2),
        (["to", "be", "or"], ["to", "bee", "or", "not"], 2),
    ):
        assert_close(candidate.levenshtein(a, b), expected)


def test_empty_sequences(candidate):
    """From nothing everything is put in, to nothing everything is taken out."""
    assert_close(candidate.levenshtein("", ""), 0)
    assert_close(candidate.levenshtein("", "abc"), 3)
    assert_close(candidate.levenshtein("abc", ""), 3)
    assert_close(candidate.levenshtein("", "abc", ins=5, dele=2, sub=3), 15)
    assert_close(candidate.levenshtein("abc", "", ins=5, dele=2, sub=3), 6)
    assert_close(candidate.levenshtein([], ["x"]), 1)


def test_costs_by_hand(candidate):
    """Each kind of change has its own cost."""
    assert_close(candidate.levenshtein("ab", "b", ins=2, dele=3, sub=4), 3)
    assert_close(candidate.levenshtein("b", "ab", ins=2, dele=3, sub=4), 2)
    assert_close(candidate.levenshtein("xb", "ab", ins=2, dele=3, sub=4), 4)
    assert_close(candidate.levenshtein("kitten", "sitting", ins=4, dele=5, sub=3), 10)


def test_costs_keep_their_meaning_when_the_second_is_longer(candidate):
    """Putting in and taking out cost what the arguments say, whichever sequence is longer."""
    assert_close(candidate.levenshtein("a", "abcd", ins=5, dele=1, sub=1), 15)
    assert_close(candidate.levenshtein("abcd", "a", ins=5, dele=1, sub=1), 3)
    assert_close(candidate.levenshtein("ab", "xyab", ins=1, dele=7, sub=1), 2)
    assert_close(candidate.levenshtein("xyab", "ab", ins=1, dele=7, sub=1), 14)


def test_expensive_substitution_is_not_used(candidate):
    """Where a substitution costs more than a deletion and an insertion, those are used instead."""
    assert_close(candidate.levenshtein("abc", "axc", sub=9), 2)
    assert_close(candidate.levenshtein("abc", "axc", ins=2, dele=3, sub=4), 4)
    assert_close(candidate.levenshtein("abc", "axc", ins=2, dele=3, sub=6), 5)
    assert_close(candidate.levenshtein("bcd", "xbc", ins=3, dele=2, sub=9), 5)


@given(a=LETTERS, b=LETTERS, costs=st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 9)))
def test_distance_follows_the_definition(candidate, a, b, costs):
    """For short strings and any costs, the distance is that of the recurrence."""
    ins, dele, sub = costs
    expected = distances(a, b, ins, dele, sub)(len(a), len(b))
    assert_close(candidate.levenshtein(a, b, ins=ins, dele=dele, sub=sub), expected)


@given(a=LETTERS, b=LETTERS, c=LETTERS)
def test_distance_is_a_metric(candidate, a, b, c):
    """At unit costs the distance is symmetric, 0 for equal strings only, and obeys the triangle inequality."""
    ab = candidate.levenshtein(a, b)
    assert_close(candidate.levenshtein(b, a), ab)
    assert_that((ab == 0) == (a == b), "is 0 where it should not be, or the other way round")
    total = ab + candidate.levenshtein(b, c)
    assert_that(candidate.levenshtein(a, c) <= total, f"is greater than the {total} of the way round")


def test_script_by_hand(candidate):
    """The script says, from the front, what is kept, replaced, taken out and put in."""
    steps = [("keep", 0, 0), ("sub", 1, 1), ("keep", 2, 2), ("ins", 3, 3)]
    same_steps(candidate.edit_script("abc", "adce"), steps)
    same_steps(candidate.edit_script("cat", "at"), [("del", 0, 0), ("keep", 1, 0), ("keep", 2, 1)])


def test_script_of_empty_sequences(candidate):
    """Scripts from and to nothing are all insertions or all deletions."""
    same_steps(candidate.edit_script("", ""), [])
    same_steps(candidate.edit_script("ab", ""), [("del", 0, 0), ("del", 1, 0)])
    same_steps(candidate.edit_script("", "ab"), [("ins", 0, 0), ("ins", 0, 1)])


@given(a=LETTERS, b=LETTERS)
def test_script_replays(candidate, a, b):
    """Followed step by step, the script turns a into b at the cost of the distance."""
    made, cost = replay(a, b, candidate.edit_script(a, b))
    assert_that(made == list(b), f"does not lead from {a!r} to {b!r}")
    assert_that(cost == distances(a, b)(len(a), len(b)), f"has {cost} changes, more than needed")


def test_word_errors_by_hand(candidate):
    """Errors are counted in words and divided by the words of the reference, whatever the hypothesis is long."""
    assert_close(candidate.word_error_rate(["the", "cat", "sat", "down"], ["a", "cat", "sat"]), 2 / 4)
    assert_close(candidate.word_error_rate(["yes"], ["oh", "yes", "indeed", "yes"]), 3.0)
    assert_close(candidate.word_error_rate(["a", "b"], ["a", "b"]), 0.0)
    assert_close(candidate.word_error_rate(["a", "b"], []), 1.0)


@pytest.mark.fine
def test_types(candidate):
    """The distance is an int, the rate a float, and the script a list of tuples."""
    assert_type(candidate.levenshtein("kitten", "sitting"), int)
    assert_type(candidate.levenshtein("", ""), int)
    assert_type(candidate.word_error_rate(["a"], ["a"]), float)
    assert_type(candidate.word_error_rate(["a", "b"], ["a"]), float)
    assert_equal(candidate.edit_script("cat", "at"), [("del", 0, 0), ("keep", 1, 0), ("keep", 2, 1)])
    assert_equal(candidate.edit_script("", ""), [])


@pytest.mark.fine
@given(a=LETTERS, b=LETTERS, costs=COSTS)
def test_free_operations(candidate, a, b, costs):
    """A cost may be 0."""
    ins, dele, sub = costs
    assert_close(candidate.levenshtein("abc", "xyz", sub=0), 0)
    assert_close(candidate.levenshtein("abc", "c", dele=0, ins=3, sub=3), 0)
    assert_close(candidate.levenshtein("c", "abc", ins=0, dele=3, sub=3), 0)
    expected = distances(a, b, ins, 0, sub)(len(a), len(b))
    assert_close(candidate.levenshtein(a, b, ins=ins, dele=0, sub=sub), expected)


@pytest.mark.fine
def test_lists_of_anything(candidate):
    """Items are compared with ==, need not be hashable, and may be of any type."""
    assert_close(candidate.levenshtein([[1], [2], [3]], [[1], [3]]), 1)
    assert_close(candidate.levenshtein([1, 2.0, None], [1.0, 2, None]), 0)
    same_steps(candidate.edit_script([[1], [2]], [[2]]), [("del", 0, 0), ("keep", 1, 0)])


@pytest.mark.fine
def test_characters_beyond_ascii(candidate):
    """Letters with accents, other scripts and emoji are one character each."""
    assert_equal(candidate.levenshtein("na\u00efve", "naive"), 1)
    assert_equal(candidate.levenshtein("\U0001f600a", "\U0001f601a"), 1)


@pytest.mark.fine
def test_negative_costs_are_refused(candidate):
    """A negative cost raises ValueError."""
    for cost in ("ins", "dele", "sub"):
        with assert_raises(ValueError):
            candidate.levenshtein("ab", "cd", **{cost: -1})


@pytest.mark.fine
def test_script_breaks_ties_from_the_end(candidate):
    """Of equally cheap scripts, the one that prefers the diagonal, then deletions, from the end."""
    same_steps(candidate.edit_script("aa", "a"), [("del", 0, 0), ("keep", 1, 0)])
    same_steps(candidate.edit_script("a", "aa"), [("ins", 0, 0), ("keep", 0, 1)])
    same_steps(candidate.edit_script("ab", "ba"), [("sub", 0, 0), ("sub", 1, 1)])
    # Both a deletion and an insertion are cheapest at the end; the deletion wins.
    same_steps(candidate.edit_script("xab", "abx"), script("xab", "abx"))
    same_steps(candidate.edit_script("abcx", "xabc"), script("abcx", "xabc"))
    same_steps(candidate.edit_script("abab", "baba"), script("abab", "baba"))


@pytest.mark.fine
@given(a=LETTERS, b=LETTERS)
def test_script_is_the_one_asked_for(candidate, a, b):
    """The script is the one that the rule for ties picks."""
    same_steps(candidate.edit_script(a, b), script(a, b))


@pytest.mark.fine
def test_word_errors_without_words(candidate):
    """An empty reference gives 0.0 for an empty hypothesis, and ValueError for any other."""
    assert_close(candidate.word_error_rate([], []), 0.0)
    with assert_raises(ValueError):
        candidate.word_error_rate([], ["noise"])


@pytest.mark.scale
@pytest.mark.call_s(5)
def test_long_strings_are_quick(candidate, reference, rng):
    """Strings of 600 characters take no more than 6 times as long as a plain double loop."""

    def prepare(subject, rng):
        a, b = ("".join(rng.choice(list("acgt"), size=600)) for _ in range(2))
        return lambda: subject.levenshtein(a, b)

    speed(candidate, reference, prepare, rng, limit=6)


@pytest.mark.scale
@pytest.mark.call_s(5)
def test_memory_is_that_of_a_row(candidate, reference, rng):
    """Two strings of 1100 characters need the memory of a row, not of a table."""

    def prepare(subject, rng):
        shuffled = random.Random(int(rng.integers(2**32)))
        a, b = ("".join(shuffled.choices("abcdefghijklmnopqrstuvwxyz", k=1100)) for _ in range(2))
        return lambda: subject.levenshtein(a, b)

    memory(candidate, reference, prepare, rng, limit=1.6)


@pytest.mark.scale
@pytest.mark.parametrize("long_first", [True, False])
def test_memory_is_that_of_the_shorter_string(candidate, reference, rng, long_first):
    """Beside a string of seven hundred thousand characters, one of a single character needs next to no memory."""

    def prepare(subject, rng):
        pair = "acgt" * 175_000, "g"
        return lambda: subject.levenshtein(*(pair if long_first else pair[::-1]))

    memory(candidate, reference, prepare, rng, limit=1.6)
