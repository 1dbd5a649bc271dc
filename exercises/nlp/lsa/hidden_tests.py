"""Hidden tests of lsa."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_shape, put, speed


BLOCKS = np.array([[3.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
A = np.array([[2.0, 1, 0, 0], [1, 2, 0, 0], [0, 0, 1, 1], [0, 1, 0, 2], [1, 1, 0, 0]])


def draw(seed, shape=(7, 5)):
    """A random matrix with a mean far from 0."""
    return np.random.default_rng(seed).normal(loc=1.0, size=shape)


def projector(a, k):
    """V_k V_k', by the eigenvectors of A'A."""
    _, vectors = np.linalg.eigh(a.T @ a)
    leading = vectors[:, ::-1][:, :k]
    return leading @ leading.T


def cosines(a, q, k):
    """Cosine of the query with each document, both projected to the leading k dimensions."""
    documents, query = a @ projector(a, k), q @ projector(a, k)
    return documents @ query / (np.linalg.norm(documents, axis=1) * np.linalg.norm(query))


def test_diagonal_by_hand(candidate):
    """Of a diagonal matrix the k largest entries remain, up to sign."""
    got = candidate.LSA(2).fit(BLOCKS).doc_embeddings()
    assert_close(np.abs(got), [[3.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]])


def test_shapes(candidate):
    """Documents give (documents, k), queries (m, k), whichever side of the matrix is longer."""
    for shape in ((7, 5), (4, 9)):
        lsa = candidate.LSA(3).fit(draw(0, shape))
        assert_shape(lsa.doc_embeddings(), (shape[0], 3))
        assert_shape(lsa.transform(draw(1, (2, shape[1]))), (2, 3))


@pytest.mark.parametrize("k", [1, 2, 4])
def test_inner_products_of_documents(candidate, k):
    """Products of document vectors are those of the best approximation of rank k, with the singular values in."""
    a = draw(k)
    got = candidate.LSA(k).fit(a).doc_embeddings()
    assert_close(np.asarray(got) @ np.asarray(got).T, a @ projector(a, k) @ a.T)


def test_full_rank_keeps_all_products(candidate):
    """With k equal to the rank nothing is lost."""
    a = draw(5, (4, 6))
    got = np.asarray(candidate.LSA(4).fit(a).doc_embeddings())
    assert_close(got @ got.T, a @ a.T)


def test_transform_is_the_map_of_the_documents(candidate):
    """transform(A) equals doc_embeddings(): documents and queries share one scale."""
    for a in (A, draw(3), draw(4, (3, 8))):
        lsa = candidate.LSA(2).fit(a)
        assert_close(lsa.transform(a), np.asarray(lsa.doc_embeddings()))


def test_transform_is_linear(candidate):
    """A query is the sum of its terms, and no mean is subtracted: no terms give the zero vector."""
    lsa = candidate.LSA(2).fit(A)
    terms = np.asarray(lsa.transform(np.eye(4)))
    assert_close(
        lsa.transform(np.array([[1.0, 0, 2, 0], [0, 0, 0, 0]])), np.stack([terms[0] + 2 * terms[2], np.zeros(2)])
    )


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 6), terms=st.integers(2, 6), data=st.data())
def test_random_queries(candidate, seed, n, terms, data):
    """Products of query and document vectors are those of the projected rows."""
    a, q = draw(seed, (n, terms)), draw(seed + 1, (3, terms))
    k = data.draw(st.integers(1, min(n, terms)))
    lsa = candidate.LSA(k).fit(a)
    got = np.asarray(lsa.transform(q)) @ np.asarray(lsa.doc_embeddings()).T
    assert_close(got, q @ projector(a, k) @ a.T, rtol=1e-6, atol=1e-6)


def test_search_finds_documents_without_the_word(candidate):
    """Document 3 has no 'boat', but shares 'sail' with those that do, so it beats the documents about trees."""
    # Terms: boat, sail, tree, leaf.
    a = np.array([[0, 0, 2.0, 1], [0, 0, 1, 2.5], [2, 2, 0, 0], [0, 3, 0, 0], [2, 1, 0, 0]])
    got = [int(i) for i in candidate.LSA(2).fit(a).search(np.array([1.0, 0, 0, 0]), 3)]
    assert_equal(sorted(got), [2, 3, 4])


def test_search_is_by_cosine(candidate):
    """A long document is not better for its length, nor a short one for being near."""
    a = np.array([[10.0, 10.0], [1.0, 0.1], [0.0, 7.0]])
    lsa = candidate.LSA(2).fit(a)
    assert_equal([int(i) for i in lsa.search(np.array([3.0, 0.0]), 3)], [1, 0, 2])
    assert_equal([int(i) for i in lsa.search(np.array([0.0, 0.1]), 1)], [2])
    lsa = candidate.LSA(2).fit(np.array([[-5.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    assert_equal([int(i) for i in lsa.search(np.array([1.0, 0.0]), 3)], [2, 1, 0])


@pytest.mark.parametrize("k", [2, 3, 6])
def test_random_searches(candidate, k):
    """The ranking is that of the cosines after projection, the most similar first."""
    for seed in range(4):
        a, q = draw(10 * k + seed, (9, 6)), draw(seed, (6,))

        got = [int(i) for i in candidate.LSA(k).fit(a).search(q, 4)]
        assert_equal(got, np.argsort(-cosines(a, q, k))[:4].tolist())


@pytest.mark.fine
def test_equal_cosines(candidate):
    """Documents with equal cosines come by index."""
    a = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 2.0], [4.0, 0.0], [0.0, 4.0]])
    lsa = candidate.LSA(2).fit(a)
    assert_equal(lsa.search(np.array([0.0, 1.0]), 5), [0, 2, 4, 1, 3])
    lsa = candidate.LSA(2).fit(np.tile(np.eye(2), (30, 1)))
    assert_equal(lsa.search(np.array([0.0, 1.0]), 60), [*range(1, 60, 2), *range(0, 60, 2)])


@pytest.mark.fine
def test_zero_vectors(candidate):
    """A zero query ranks the documents by index; a zero document has cosine 0, before negative ones."""
    lsa = candidate.LSA(2).fit(np.array([[-1.0, 0.0], [0.0, 0.0], [2.0, 0.0], [0.0, 1.0]]))
    assert_equal(lsa.search(np.zeros(2), 3), [0, 1, 2])
    assert_equal(lsa.search(np.array([1.0, 0.0]), 4), [2, 1, 3, 0])


@pytest.mark.fine
def test_top(candidate):
    """top may be 0, or greater than the number of documents; a negative one raises ValueError."""
    lsa = candidate.LSA(1).fit(np.array([[1.0, 0.0], [2.0, 0.0]]))
    assert_equal(lsa.search(np.array([1.0, 0.0]), 0), [])
    assert_equal(lsa.search(np.array([1.0, 0.0]), 9), [0, 1])
    with assert_raises(ValueError):
        lsa.search(np.array([1.0, 0.0]), -1)


@pytest.mark.fine
def test_dtypes(candidate):
    """float32 is kept, integers become float64."""
    for given_dtype, expected in ((np.float32, np.float32), (np.int64, np.float64), (np.float64, np.float64)):
        lsa = candidate.LSA(2).fit(A.astype(given_dtype))
        assert_dtype(lsa.doc_embeddings(), expected)
        assert_dtype(lsa.transform(A.astype(given_dtype)), expected)


@pytest.mark.fine
def test_bad_k_is_refused(candidate):
    """k below 1 or above the smaller side raises ValueError, at the latest in fit; k equal to it is fine."""
    for k, shape in ((0, (3, 3)), (-1, (3, 3)), (4, (3, 9)), (4, (9, 3))):
        with assert_raises(ValueError):
            candidate.LSA(k).fit(draw(0, shape))
    assert_shape(candidate.LSA(1).fit(draw(0, (1, 1))).doc_embeddings(), (1, 1))
    assert_shape(candidate.LSA(3).fit(draw(0, (3, 9))).doc_embeddings(), (3, 3))


@pytest.mark.scale
def test_many_terms_are_quick(candidate, reference, rng):
    """A few documents of many terms need no matrix of terms by terms."""

    def prepare(subject, rng):
        a, q = put(subject, rng.normal(size=(30, 1500))), put(subject, rng.normal(size=(2, 1500)))
        return lambda: np.abs(subject.LSA(5).fit(a).transform(q))

    speed(candidate, reference, prepare, rng, limit=15)
