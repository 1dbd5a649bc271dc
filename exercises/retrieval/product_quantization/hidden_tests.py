"""Hidden tests of product_quantization."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_shape,
    assert_that,
    put,
    speed,
)

SEEDS, SMALL = st.integers(0, 2**32 - 1), st.integers(1, 5)
BOOKS = np.array([[[0.0, 0.0], [4.0, 0.0], [1.0, 3.0]], [[1.0, 1.0], [0.0, 5.0], [9.0, 9.0]]])


def draw(seed, n, m, size, width):
    """Vectors, codes and codebooks."""
    rng = np.random.default_rng(seed)
    books = rng.normal(size=(m, size, width))
    return rng.normal(size=(n, m * width)), rng.integers(size, size=(n, m)), books


def slow_codes(X, books):
    """Nearest codewords, one by one."""
    width = books.shape[2]
    return [
        [min(range(len(book)), key=lambda c: float(((x[j * width : (j + 1) * width] - book[c]) ** 2).sum()))
         for j, book in enumerate(books)]
        for x in X
    ]  # fmt: skip


def decoded(codes, books):
    """Decoded vectors, one by one."""
    return np.array([np.concatenate([books[j][c] for j, c in enumerate(row)]) for row in codes.tolist()])


def as_lists(codes):
    """Codes as lists of ints."""
    return [[int(c) for c in row] for row in codes]


def test_encode_by_hand(candidate):
    """Each part has the index of the codeword nearest to it."""
    X = np.array([[3.0, 0.5, 0.0, 4.0], [1.0, 0.0, 8.0, 7.0], [0.0, 2.0, 1.0, 2.0]])
    assert_equal(as_lists(candidate.pq_encode(X, BOOKS)), [[1, 1], [0, 2], [2, 0]])


def test_norms_of_codewords_count(candidate):
    """The nearest codeword is not the one with the greatest dot product."""
    books = np.array([[[1.0], [10.0], [-3.0]]])
    assert_equal(as_lists(candidate.pq_encode(np.array([[2.0], [7.0], [-9.0], [-0.5]]), books)), [[0], [1], [2], [0]])


def test_codewords_encode_themselves(candidate, rng):
    """What is made of codewords comes back with their numbers."""
    _, codes, books = draw(int(rng.integers(2**32)), 20, 4, 7, 3)
    assert_equal(as_lists(candidate.pq_encode(decoded(codes, books), books)), codes.tolist())


@given(n=SMALL, m=SMALL, size=SMALL, width=SMALL, seed=SEEDS)
def test_encode_agrees_with_a_loop(candidate, n, m, size, width, seed):
    """Random vectors have the codes of a loop over parts and codewords."""
    X, _, books = draw(seed, n, m, size, width)
    assert_equal(as_lists(candidate.pq_encode(X, books)), slow_codes(X, books))


def test_decode_by_hand(candidate):
    """A decoded vector is made of whole codewords, one after the other."""
    got = candidate.pq_decode(np.array([[1, 0], [2, 1]]), BOOKS)
    assert_close(got, np.array([[4.0, 0.0, 1.0, 1.0], [1.0, 3.0, 0.0, 5.0]]))


@given(n=SMALL, m=SMALL, size=SMALL, width=SMALL, seed=SEEDS)
def test_decode_agrees_with_a_loop(candidate, n, m, size, width, seed):
    """Codewords stand next to each other in the order of the parts."""
    _, codes, books = draw(seed, n, m, size, width)
    assert_close(candidate.pq_decode(codes, books), decoded(codes, books))


def test_search_by_hand(candidate):
    """Squared distances to decoded vectors, the nearest first."""
    codes = np.array([[1, 1], [0, 0], [2, 0], [1, 0]], dtype=np.uint8)
    ids, distances = candidate.adc_search(np.array([4.0, 0.0, 1.0, 2.0]), codes, BOOKS, 3)
    assert_close(ids, [3, 0, 1])
    assert_close(distances, [1.0, 10.0, 17.0])


@given(n=st.integers(1, 12), m=SMALL, size=SMALL, width=SMALL, k=st.integers(1, 6), seed=SEEDS)
def test_search_agrees_with_decoded_vectors(candidate, n, m, size, width, k, seed):
    """Distances are those of decoding everything, and belong to the ids."""
    X, codes, books = draw(seed, n, m, size, width)
    ids, distances = candidate.adc_search(X[0], codes.astype(np.uint8), books, k)
    exact = ((decoded(codes, books) - X[0]) ** 2).sum(axis=1)
    assert_close(distances, np.sort(exact)[:k])
    assert_close(exact[np.asarray(ids, dtype=np.int64)], np.sort(exact)[:k])
    assert_equal(len({int(i) for i in ids}), min(n, k))


def test_more_results_than_vectors(candidate):
    """With fewer than k vectors all of them come back."""
    ids, distances = candidate.adc_search(np.zeros(4), np.array([[2, 0], [0, 0]], dtype=np.uint8), BOOKS, 10)
    assert_close(ids, [1, 0])
    assert_close(distances, [2.0, 12.0])


def test_all_256_codewords(candidate, rng):
    """Codes above 127 are codes like others, in both directions."""
    books = np.arange(512.0).reshape(2, 256, 1)
    X = np.array([[255.2, 256.0], [128.0, 511.2], [0.3, 400.4]])
    codes = candidate.pq_encode(X, books)
    assert_equal(as_lists(codes), [[255, 0], [128, 255], [0, 144]])
    assert_close(candidate.pq_decode(codes, books), np.round(X))
    assert_close(candidate.adc_search(np.array([128.0, 510.0]), codes, books, 1), ([1], [1.0]))


@pytest.mark.fine
def test_ties(candidate):
    """Of equal codewords the lower code, of equal distances the lower id comes first."""
    books = np.array([[[5.0], [1.0], [5.0], [1.0]], [[2.0], [2.0], [2.0], [0.0]]])
    assert_equal(candidate.pq_encode(np.array([[1.5, 1.6], [4.0, 3.0]]), books).tolist(), [[1, 0], [0, 0]])
    codes = np.array([[0, 0], [1, 3], [3, 3], [2, 1], [1, 3], [0, 2]] * 6, dtype=np.uint8)
    ids, _ = candidate.adc_search(np.array([1.0, 0.0]), codes, books, 20)
    near = [i for i, row in enumerate(codes.tolist()) if row[1] == 3]
    assert_equal([int(i) for i in ids], near + [0, 3])


@pytest.mark.fine
def test_dtypes(candidate):
    """Codes are uint8, ids integers, decoded vectors like the codebooks, distances float64."""
    X, codes, books = draw(0, 6, 2, 4, 3)
    assert_dtype(candidate.pq_encode(X, books), np.uint8)
    for dtype in (np.float32, np.float64):
        assert_dtype(candidate.pq_decode(codes, books.astype(dtype)), dtype)
        ids, distances = candidate.adc_search(X[0].astype(dtype), codes, books.astype(dtype), 3)
        assert_that(np.issubdtype(ids.dtype, np.integer), f"has ids of {ids.dtype}, not integers")
        assert_dtype(distances, np.float64)


@pytest.mark.fine
def test_far_from_zero(candidate):
    """In float32, vectors and codewords near 10000 are told apart as near 0."""
    X = np.array([[0.25, 2.75], [1.25, 0.0], [3.0, 1.75], [2.25, 2.25], [0.0, 3.25], [1.75, 0.75]])
    books = np.array([[[0.0], [1.0], [2.0], [3.0]], [[3.0], [2.0], [1.0], [0.0]]])
    codes = candidate.pq_encode((1e4 + X).astype(np.float32), (1e4 + books).astype(np.float32))
    assert_equal(as_lists(codes), [[0, 0], [1, 3], [3, 1], [2, 1], [0, 0], [2, 2]])


@pytest.mark.fine
def test_nothing_stored(candidate):
    """No vectors have no codes and no results."""
    assert_shape(candidate.pq_encode(np.zeros((0, 4)), BOOKS), (0, 2))
    none = np.zeros((0, 2), dtype=np.uint8)
    assert_shape(candidate.pq_decode(none, BOOKS), (0, 4))
    ids, distances = candidate.adc_search(np.zeros(4), none, BOOKS, 3)
    assert_shape(ids, (0,))
    assert_shape(distances, (0,))


@pytest.mark.fine
def test_views(candidate):
    """Strided vectors and codes are like others."""
    X, codes, books = draw(3, 10, 2, 4, 3)
    assert_equal(as_lists(candidate.pq_encode(X[::-2], books)), slow_codes(X[::-2], books))
    assert_close(candidate.pq_decode(codes[::3], books), decoded(codes[::3], books))


@pytest.mark.fine
def test_what_does_not_fit(candidate):
    """Other dimensions or shapes, too many codewords and fewer than one result raise ValueError."""
    codes = np.zeros((3, 2), dtype=np.uint8)
    for call in (
        lambda: candidate.pq_encode(np.ones((2, 5)), BOOKS),
        lambda: candidate.pq_encode(np.ones((2, 2)), BOOKS),
        lambda: candidate.pq_encode(np.ones((2, 2)), np.ones((2, 257, 1))),
        lambda: candidate.pq_decode(np.zeros((3, 1), dtype=np.uint8), BOOKS),
        lambda: candidate.pq_decode(np.zeros((3, 3), dtype=np.uint8), BOOKS),
        lambda: candidate.adc_search(np.ones(3), codes, BOOKS, 1),
        lambda: candidate.adc_search(np.ones(4), codes[:, :1], BOOKS, 1),
        lambda: candidate.adc_search(np.ones(4), codes, BOOKS, 0),
    ):
        with assert_raises(ValueError):
            call()


@pytest.mark.scale
def test_search_does_not_decode(candidate, reference, rng):
    """Twenty thousand codes are looked up, not turned into vectors of 256 numbers."""

    def prepare(subject, rng):
        codes, books = put(subject, rng.integers(64, size=(20_000, 4)).astype(np.uint8)), rng.normal(size=(4, 64, 64))
        books, q = put(subject, books), put(subject, rng.normal(size=256))
        return lambda: [part.astype(float) for part in subject.adc_search(q, codes, books, 10)]

    speed(candidate, reference, prepare, rng, limit=6)


@pytest.mark.scale
def test_encoding_is_quick(candidate, reference, rng):
    """A thousand vectors are encoded without a Python loop over them."""

    def prepare(subject, rng):
        X, books = put(subject, rng.normal(size=(1000, 16))), put(subject, rng.normal(size=(4, 64, 4)))
        return lambda: subject.pq_encode(X, books)

    speed(candidate, reference, prepare, rng, limit=12)
