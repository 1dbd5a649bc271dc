"""Hidden tests of lsh_random_hyperplanes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_that,
    assert_type,
    fetch,
    put,
    speed,
)

SEEDS, SMALL = st.integers(0, 2**32 - 1), st.integers(1, 4)
CROSS = np.array([[[1.0, 0.0], [0.0, 1.0]]])


def slow_signatures(X, planes):
    """Bit by bit, as Python integers."""
    return [[sum(1 << j for j, p in enumerate(table) if float(x @ p) >= 0) for table in planes] for x in X]


def expected_answer(X, planes, q, k):
    """All vectors with a shared signature, by cosine, and their number."""
    mine = slow_signatures(q[None], planes)[0]
    found = [
        i for i, row in enumerate(slow_signatures(X, planes)) if any(a == b for a, b in zip(row, mine, strict=True))
    ]
    cosine = {i: float(X[i] @ q) / max(float(np.linalg.norm(X[i]) * np.linalg.norm(q)), 1e-300) for i in found}
    return sorted(found, key=lambda i: (-cosine[i], i))[:k], len(found)


def filled(candidate, X, planes):
    """An index that holds some vectors."""
    index = candidate.LSHIndex(planes)
    index.add(X)
    return index


def answer(index, q, k):
    """Ids as a list of ints, and the number of candidates."""
    ids, scored = index.query(q, k)
    return [int(i) for i in ids], int(scored)


def test_bits_by_hand(candidate):
    """Bit j has the value 2^j and is set on the side of the normal vector."""
    X = np.array([[1.0, 2.0], [-1.0, 2.0], [1.0, -2.0], [-1.0, -2.0]])
    assert_equal([int(v) for v in np.asarray(candidate.signatures(X, CROSS)).ravel()], [3, 2, 1, 0])
    three = np.array([[[-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]]])
    assert_equal([int(v) for v in np.asarray(candidate.signatures(X, three)).ravel()], [4, 5, 2, 3])


def test_each_table_has_its_planes(candidate):
    """The columns of the result belong to the tables."""
    planes = np.concatenate([CROSS, -CROSS, CROSS[:, ::-1]])
    got = np.asarray(candidate.signatures(np.array([[1.0, -2.0], [3.0, 1.0]]), planes))
    assert_equal([[int(v) for v in row] for row in got], [[1, 2, 2], [3, 0, 3]])


def test_on_the_plane(candidate):
    """A dot product of 0 sets the bit, for vectors and for queries."""
    X = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, -1.0]])
    assert_equal([int(v) for v in np.asarray(candidate.signatures(X, CROSS)).ravel()], [3, 3, 1])
    assert_equal(answer(filled(candidate, X, CROSS), np.array([0.0, 2.0]), 3), ([0, 1], 2))


@given(n=SMALL, tables=SMALL, b=st.integers(1, 12), d=SMALL, seed=SEEDS)
def test_signatures_agree_with_a_loop(candidate, n, tables, b, d, seed):
    """Random vectors and planes give what a loop over bits gives."""
    rng = np.random.default_rng(seed)
    X, planes = rng.normal(size=(n, d)), rng.normal(size=(tables, b, d))
    got = np.asarray(candidate.signatures(X, planes))
    assert_equal([[int(v) for v in row] for row in got], slow_signatures(X, planes))


def test_query_by_hand(candidate):
    """Candidates are the vectors of the same quadrant, ranked by cosine and not by length or distance."""
    X = np.array([[9.0, 1.0], [1.0, 1.0], [-1.0, 1.0], [0.1, 0.2], [1.0, -1.0], [8.0, 7.9]])
    index = filled(candidate, X, CROSS)
    assert_equal(answer(index, np.array([1.0, 1.1]), 2), ([1, 5], 4))
    assert_equal(answer(index, np.array([10.0, 1.0]), 9), ([0, 5, 1, 3], 4))
    assert_equal(answer(index, np.array([-1.0, -1.0]), 3), ([], 0))


def test_one_shared_table_is_enough(candidate):
    """A vector is a candidate if it meets the query in any table, and it is scored once."""
    planes = np.array([[[1.0, 0.0]], [[0.0, 1.0]], [[1.0, 1.0]]])
    X = np.array([[1.0, -3.0], [-3.0, 1.0], [-1.0, -1.0], [2.0, 1.0]])
    assert_equal(answer(filled(candidate, X, planes), np.array([2.0, 2.0]), 5), ([3, 0, 1], 3))
    assert_equal(answer(filled(candidate, X, planes), np.array([2.0, -1.0]), 5), ([0, 3, 2], 3))


@given(n=st.integers(1, 30), tables=SMALL, b=SMALL, k=st.integers(1, 8), seed=SEEDS)
def test_queries_agree_with_a_loop(candidate, n, tables, b, k, seed):
    """Random indices find what a loop over all signatures finds."""
    rng = np.random.default_rng(seed)
    X, planes, q = rng.normal(size=(n, 3)), rng.normal(size=(tables, b, 3)), rng.normal(size=3)
    assert_equal(answer(filled(candidate, X, planes), q, k), expected_answer(X, planes, q, k))


def test_vectors_added_later(candidate, rng):
    """Ids go on with each call of add, and old vectors stay."""
    X, planes, q = rng.normal(size=(40, 4)), rng.normal(size=(3, 2, 4)), rng.normal(size=4)
    index = candidate.LSHIndex(planes)
    for part in (X[:10], X[10:11], X[11:]):
        index.add(part)
    assert_equal(answer(index, q, 40), expected_answer(X, planes, q, 40))


def test_near_vectors_meet(candidate, rng):
    """With many tables of few bits nearly all near neighbours are found, with far fewer candidates than vectors."""
    centres = rng.normal(size=(40, 16))
    X = np.repeat(centres, 10, axis=0) + 0.1 * rng.normal(size=(400, 16))
    index = filled(candidate, X, rng.normal(size=(10, 8, 16)))
    hits = total = 0
    for c in range(0, 40, 4):
        ids, scored = answer(index, centres[c], 10)
        hits, total = hits + len(set(ids) & set(range(10 * c, 10 * c + 10))), total + scored
    assert_that(hits >= 90, f"found {hits} of 100 neighbours")
    assert_that(total < 2000, f"scored {total} of 4000 vectors")


@pytest.mark.fine
@pytest.mark.parametrize("b", [31, 33, 63, 64])
def test_many_bits(candidate, rng, b):
    """Signatures of up to 64 bits are exact, in uint64."""
    X, planes = rng.normal(size=(6, 5)), rng.normal(size=(2, b, 5))
    got = candidate.signatures(X, planes)
    assert_dtype(got, np.uint64)
    assert_equal(got.tolist(), slow_signatures(X, planes))


@pytest.mark.fine
def test_ties(candidate):
    """Of equal cosines the lower id comes first."""
    X = np.array([[1.0, 1.0], [2.0, 0.0], [3.0, 0.0], [1.0, 0.0]])
    assert_equal(answer(filled(candidate, X, CROSS), np.array([1.0, 0.0]), 3), ([1, 2, 3], 4))
    places = np.arange(60)
    X = 2.0 ** (places % 7)[:, None] * np.where(places[:, None] % 3, [1.0, 2.0], [2.0, 1.0])
    expected = sorted(range(60), key=lambda i: (i % 3 > 0, i))[:50]
    assert_equal(answer(filled(candidate, X, CROSS), np.array([2.0, 1.0]), 50), (expected, 60))


@pytest.mark.fine
def test_zero_vectors(candidate):
    """A zero vector lies on every plane, and its cosine is 0."""
    assert_equal(candidate.signatures(np.zeros((1, 2)), CROSS).tolist(), [[3]])
    index = filled(candidate, np.array([[1.0, 2.0], [0.0, 0.0], [2.0, 1.0]]), CROSS)
    assert_equal(answer(index, np.array([1.0, 1.9]), 3), ([0, 2, 1], 3))
    assert_equal(answer(index, np.zeros(2), 2), ([0, 1], 3))


@pytest.mark.fine
def test_results_of_an_empty_index(candidate):
    """Without vectors there are no ids; ids are integers, the count is an int."""
    for index, q in ((candidate.LSHIndex(CROSS), np.ones(2)), (filled(candidate, np.ones((2, 2)), CROSS), np.ones(2))):
        ids, scored = index.query(q, 1)
        assert_that(np.issubdtype(ids.dtype, np.integer), f"has ids of {ids.dtype}, not integers")
        assert_type(scored, int)
    index = candidate.LSHIndex(CROSS)
    index.add(np.zeros((0, 2)))
    assert_equal(answer(index, np.ones(2), 4), ([], 0))


@pytest.mark.fine
def test_caller_keeps_the_vectors(candidate):
    """add copies: what happens to the caller's array later has no effect, and nothing is normalised in place."""
    X = put(candidate, np.array([[3.0, 4.0], [1.0, 0.1]]))
    index = filled(candidate, X, CROSS)
    assert_close(fetch(X), np.array([[3.0, 4.0], [1.0, 0.1]]), rtol=0.0)
    X *= 0.0
    assert_equal(answer(index, np.array([1.0, 1.0]), 2), ([0, 1], 2))


@pytest.mark.fine
def test_what_does_not_fit(candidate):
    """Other dimensions, more than 64 bits and fewer than one result raise ValueError."""
    index = filled(candidate, np.ones((1, 2)), CROSS)
    for call in (
        lambda: candidate.signatures(np.ones((2, 3)), CROSS),
        lambda: candidate.signatures(np.ones(2), CROSS),
        lambda: candidate.signatures(np.ones((1, 2)), np.ones((1, 65, 2))),
        lambda: index.add(np.ones((1, 3))),
        lambda: index.query(np.ones(3), 1),
        lambda: index.query(np.ones(2), 0),
    ):
        with assert_raises(ValueError):
            call()


@pytest.mark.scale
def test_signatures_are_quick(candidate, reference, rng):
    """Two thousand vectors and 128 planes take one matrix product."""

    def prepare(subject, rng):
        X, planes = put(subject, rng.normal(size=(2000, 32))), put(subject, rng.normal(size=(8, 16, 32)))
        return lambda: subject.signatures(X, planes)

    speed(candidate, reference, prepare, rng, limit=10)


@pytest.mark.scale
def test_queries_do_not_go_through_the_index(candidate, reference, rng):
    """Queries to an index of forty thousand vectors look into buckets only."""
    planes, filled_once = rng.normal(size=(2, 16, 16)), {}
    for subject in (candidate, reference):
        filled_once[subject] = subject.LSHIndex(planes)
    for part in rng.normal(size=(4, 10_000, 16)):
        for index in filled_once.values():
            index.add(part)

    def prepare(subject, rng):
        return lambda: [i for q in rng.normal(size=(20, 16)) for i in answer(filled_once[subject], q, 3)[0]]

    speed(candidate, reference, prepare, rng, limit=4)
