"""Hidden tests of tf_idf."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, put, speed

DOCS = [["a", "b", "a"], ["b", "c"], ["b"], ["b", "d", "d", "d"]]
DOC = st.lists(st.sampled_from("abcde"), max_size=6)
CORPUS = st.lists(DOC, min_size=1, max_size=6)


def slow_rows(corpus, docs):
    """Rows token by token, from the formula."""
    terms = sorted({token for doc in corpus for token in doc})
    rows = []
    for doc in docs:
        row = []
        for term in terms:
            df = sum(term in other for other in corpus)
            row.append(doc.count(term) * (math.log((1 + len(corpus)) / (1 + df)) + 1))
        norm = math.sqrt(math.fsum(v * v for v in row))
        rows.append([v / norm if norm else 0.0 for v in row])
    return np.array(rows).reshape(len(docs), len(terms))


def slow_rank(query, docs, k):
    """Sort all documents by rounded score and index."""
    target = slow_rows(docs, [query])[0]
    scores = [round(math.fsum(row * target), 10) for row in slow_rows(docs, docs)]
    return sorted(range(len(docs)), key=lambda i: (-scores[i], i))[:k]


def fitted(candidate, docs):
    """Return a vectoriser that has seen the documents, whatever fit gives back."""
    model = candidate.TfidfVectorizer()
    model.fit(docs)
    return model


def same(got, expected):
    """Check a ranking, whatever holds it."""
    found = [int(i) for i in got]
    assert_that(found == expected, f"ranks {found} instead of {expected}", got)


def best_first(got, query, docs, k):
    """Check that the scores fall and none that is left out beats one that is not; equal scores in any order."""
    scores, found = slow_rows(docs, docs) @ slow_rows(docs, [query])[0], [int(i) for i in got]
    best = np.sort(scores)[::-1][:k]
    assert_that(len(set(found)) == len(best) == len(found), f"is {found}, not {len(best)} different documents", got)
    told = f"ranks {found} with the scores {scores[found].round(4).tolist()}; the best are {best.round(4).tolist()}"
    assert_that(np.allclose(scores[found], best), told, got)


WORDS = st.lists(st.sampled_from("abcde"), min_size=1, max_size=6)


def test_weights_by_hand(candidate):
    """A row holds counts times ln((1 + n) / (1 + df)) + 1, divided by the length of the row."""
    got = fitted(candidate, DOCS).transform([["a", "b", "a"]])
    a, b = 2 * (math.log(5 / 2) + 1), 1.0
    norm = math.sqrt(a * a + b * b)
    assert_close(got, np.array([[a / norm, b / norm, 0.0, 0.0]]))


def test_vocabulary_is_sorted(candidate):
    """Columns follow the sorted tokens, not the order in which they came."""
    model = fitted(candidate, [["pear", "fig"], ["apple", "fig", "Zoo", "\u00e9t\u00e9"]])
    assert_close(model.vocabulary_, {"Zoo": 0, "apple": 1, "fig": 2, "pear": 3, "\u00e9t\u00e9": 4})
    assert_close(model.transform([["fig"]]), np.array([[0.0, 0.0, 1.0, 0.0, 0.0]]))
    assert_close(model.transform([["pear"], ["Zoo"]]), np.eye(5)[[3, 0]])


def test_a_document_counts_once(candidate):
    """A token that occurs several times in one document adds 1 to its document frequency."""
    model = fitted(candidate, [["a", "a", "a", "b"], ["b"], ["c"]])
    a, b, c = math.log(2) + 1, math.log(4 / 3) + 1, math.log(2) + 1
    expected = np.array([a, b, c]) / math.sqrt(a * a + b * b + c * c)
    assert_close(model.transform([["a", "b", "c"]])[0], expected)


def test_tokens_are_compared_whole(candidate):
    """A token that is a part of another one does not occur there, and case matters."""
    docs = [["cat"], ["concat", "dog"], ["dog", "Cat"]]
    assert_close(
        fitted(candidate, docs).transform([["cat", "dog"], ["Cat", "concat"]]),
        slow_rows(docs, [["cat", "dog"], ["Cat", "concat"]]),
    )


def test_a_token_of_every_document_keeps_weight(candidate):
    """A token that every document holds weighs 1 before the division by the length, not 0."""
    model = fitted(candidate, [["a", "b"], ["a"], ["a", "c"]])
    assert_close(model.transform([["a"]]), np.array([[1.0, 0.0, 0.0]]))
    rare = math.log(2) + 1
    assert_close(model.transform([["b", "a"]])[0], np.array([1.0, rare, 0.0]) / math.hypot(1.0, rare))


def test_counts_are_raw(candidate):
    """A count of a hundred weighs a hundred times a count of one, without a logarithm; each row is divided on its own."""
    model = fitted(candidate, [["a", "b"]])
    got = model.transform([["a"] * 100 + ["b"], ["a", "b"], ["b", "a", "a", "a", "b", "a", "a"]])
    expected = np.array([[100.0, 1.0], [1.0, 1.0], [5.0, 2.0]])
    assert_close(got, expected / np.linalg.norm(expected, axis=1, keepdims=True))


def test_new_documents_use_the_fitted_weights(candidate):
    """transform weighs with the documents of fit, however often it is called and on whatever."""
    model = fitted(candidate, DOCS)
    one = [["c", "b", "a"]]
    first = model.transform(one)
    assert_close(first, slow_rows(DOCS, one))
    model.transform([["a"], ["a", "c"], ["c"], ["d", "b"]])
    assert_close(model.transform(one), first)
    assert_close(model.transform([["c", "a"], *one])[1], first[0])


def test_unknown_tokens_are_ignored(candidate):
    """Tokens that fit never saw add no column and no length."""
    model = fitted(candidate, DOCS)
    assert_close(model.transform([["x", "c", "y", "x", "B"]]), np.array([[0.0, 0.0, 1.0, 0.0]]))
    assert_close(model.transform([["x", "c", "a"]]), slow_rows(DOCS, [["c", "a"]]))
    assert_close(model.vocabulary_, {"a": 0, "b": 1, "c": 2, "d": 3})


@given(corpus=st.lists(WORDS, min_size=1, max_size=6), seed=st.randoms(use_true_random=False))
def test_rows_follow_the_formula(candidate, corpus, seed):
    """On random documents the rows are those of the formula, token by token."""
    model, known = fitted(candidate, corpus), [token for doc in corpus for token in doc]
    assert_close(model.transform(corpus), slow_rows(corpus, corpus))
    docs = [[seed.choice(known), *seed.choices("abcdefg", k=4)] for _ in range(3)]
    assert_close(model.transform(docs), slow_rows(corpus, docs))


def test_rank_by_hand(candidate):
    """The best document comes first: rare words beat common ones, and long documents have no advantage."""
    docs = [["the", "cat"], ["the", "dog", "the", "dog"], ["the"], ["the", "rare", "dog", "cat", "bird", "fish"]]
    same(candidate.rank(["dog"], docs, 2), [1, 3])
    same(candidate.rank(["the"], docs, 1), [2])
    best_first(candidate.rank(["the", "rare"], docs, 4), ["the", "rare"], docs, 4)
    # Four times the word in a mixed document is less than once the word alone.
    same(candidate.rank(["a"], [["a", "a", "a", "a", "b"], ["c"], ["a"]], 2), [2, 0])


def test_rank_weights_come_from_the_documents(candidate):
    """The query does not change the weights, however long it is."""
    docs = [["a", "b", "b"], ["a", "c"], ["b"]]
    best_first(candidate.rank(["a", "a", "a", "b"], docs, 3), ["a", "a", "a", "b"], docs, 3)
    docs = [["p", "x"], ["q", "x"], ["q", "y"], ["p", "p"], ["q", "q"]]
    best_first(candidate.rank(["q", "p"], docs, 5), ["q", "p"], docs, 5)
    # Counted among the documents, the query would make "x" rarer than it is, and the third document lose to the second.
    docs = [["y", "y", "the", "y"], ["cat"], ["cat", "the", "x"]]
    same(candidate.rank(["cat", "the"], docs, 3), [2, 1, 0])


@given(docs=st.lists(WORDS, min_size=1, max_size=6), seed=st.randoms(use_true_random=False))
def test_rank_puts_the_best_first(candidate, docs, seed):
    """On random documents the scores fall from one rank to the next, and none that is left out beats one that is not."""
    query = seed.choices([token for doc in docs for token in doc], k=3)
    for k in (len(docs), 2):
        best_first(candidate.rank(query, docs, k), query, docs, k)


@pytest.mark.fine
def test_types(candidate):
    """Columns are Python ints, rows are float64, and a ranking is a list of Python ints."""
    model = fitted(candidate, DOCS)
    assert_equal(model.vocabulary_, {"a": 0, "b": 1, "c": 2, "d": 3})
    assert_dtype(model.transform(DOCS), "float64")
    assert_dtype(model.transform([]), "float64")
    got = candidate.rank(["c"], DOCS, 1)
    assert_equal(got, [1])
    assert_type(got[0], int)


@pytest.mark.fine
def test_fit_returns_the_object(candidate):
    """fit gives back the object it was called on, fitted."""
    model = candidate.TfidfVectorizer()
    again = model.fit([["x"]])
    model.fit([["y", "z"]])
    assert_close(again.vocabulary_, {"y": 0, "z": 1})


@pytest.mark.fine
def test_second_fit_forgets_the_first(candidate):
    """After a second fit, tokens and weights of the first are gone."""
    model = candidate.TfidfVectorizer().fit(DOCS)
    again = [["b", "e"], ["e"], ["f"]]
    model.fit(again)
    assert_equal(model.vocabulary_, {"b": 0, "e": 1, "f": 2})
    assert_close(model.transform([["e", "b", "a"]]), slow_rows(again, [["e", "b"]]))


@pytest.mark.fine
def test_rows_without_known_tokens_are_zero(candidate):
    """An empty document and one of unknown tokens give rows of zeros, not NaN."""
    model = candidate.TfidfVectorizer().fit([["a"], []])
    assert_equal(model.transform([[], ["x"], ["a"]]), np.array([[0.0], [0.0], [1.0]]))
    assert_equal(model.transform([[]]), np.zeros((1, 1)))


@pytest.mark.fine
def test_empty_documents_count_as_documents(candidate):
    """An empty fitted document makes every token rarer."""
    model = candidate.TfidfVectorizer().fit([["a", "b"], [], ["b"]])
    a, b = math.log(4 / 2) + 1, math.log(4 / 3) + 1
    assert_close(model.transform([["a", "b"]])[0], np.array([a, b]) / math.hypot(a, b))


@pytest.mark.fine
def test_nothing_to_transform(candidate):
    """No documents give no rows, and documents without tokens no columns."""
    model = candidate.TfidfVectorizer().fit(DOCS)
    assert_close(model.transform([]), np.zeros((0, 4)))
    model = candidate.TfidfVectorizer().fit([[], []])
    assert_equal(model.vocabulary_, {})
    assert_close(model.transform([["a"], []]), np.zeros((2, 0)))


@pytest.mark.fine
def test_fit_needs_documents(candidate):
    """fit and rank raise ValueError for an empty list of documents."""
    with assert_raises(ValueError):
        candidate.TfidfVectorizer().fit([])
    with assert_raises(ValueError):
        candidate.rank(["a"], [], 3)


@pytest.mark.fine
@given(corpus=CORPUS, docs=st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6), max_size=4))
def test_degenerate_documents_follow_the_formula(candidate, corpus, docs):
    """Empty documents, and documents without known tokens, follow the formula too."""
    assert_close(fitted(candidate, corpus).transform(docs), slow_rows(corpus, docs))


@pytest.mark.fine
@given(corpus=CORPUS, seed=st.integers(0, 2**32 - 1))
def test_rows_have_length_one(candidate, corpus, seed):
    """Every row has length 1 or 0, whatever the order of the tokens in the documents."""
    rng = np.random.default_rng(seed)
    model = candidate.TfidfVectorizer().fit(corpus)
    rows = model.transform(corpus)
    assert_close(np.linalg.norm(rows, axis=1), np.array([1.0 if doc else 0.0 for doc in corpus]))
    shuffled = [[doc[i] for i in rng.permutation(len(doc))] for doc in corpus]
    assert_close(model.transform(shuffled), rows)


@pytest.mark.fine
def test_rank_ties_go_to_the_lower_index(candidate):
    """Documents of equal score stay in their order, those of score 0 as well."""
    docs = [["b"], ["a", "a"], ["a", "b"], ["b", "a"], ["a"], ["c"], ["a", "a", "a"]]
    same(candidate.rank(["a"], docs, 7), [1, 4, 6, 2, 3, 0, 5])
    same(candidate.rank(["a"], docs, 2), [1, 4])
    same(candidate.rank(["unknown"], docs, 4), [0, 1, 2, 3])
    same(candidate.rank([], docs, 3), [0, 1, 2])
    same(candidate.rank(["a"], [["a", "b"], ["b", "c"]] * 30, 40), [*range(0, 60, 2), *range(1, 20, 2)])


@pytest.mark.fine
def test_rank_rounds_scores(candidate):
    """Scores that agree to 10 decimals are equal; those that differ in the tenth are not."""
    for count, expected in ((160_000, [0, 1]), (60_000, [1, 0])):
        # The first score is 1 - 4e-11 or 1 - 3e-10, the second is 1.
        same(candidate.rank(["a"], [["a"] * count + ["b"], ["a"]], 2), expected)


@pytest.mark.fine
def test_rank_takes_any_k(candidate):
    """k may be 0 or greater than the number of documents; a negative k raises ValueError."""
    docs = [["a"], ["b"], []]
    same(candidate.rank(["b"], docs, 0), [])
    same(candidate.rank(["b"], docs, 3), [1, 0, 2])
    same(candidate.rank(["b"], docs, 50), [1, 0, 2])
    same(candidate.rank(["b"], [[]], 1), [0])
    for k in (-1, -3):
        with assert_raises(ValueError):
            candidate.rank(["b"], docs, k)


@pytest.mark.fine
@given(docs=CORPUS, query=DOC, k=st.integers(0, 8))
def test_rank_follows_the_definition(candidate, docs, query, k):
    """On random documents the order is that of all scores, sorted."""
    got = candidate.rank(query, docs, k)
    same(got, slow_rank(query, docs, k))


@pytest.mark.scale
def test_large_vocabulary(candidate, reference, rng):
    """A vocabulary of 2000 tokens does not cost a loop over it for each document."""

    def prepare(subject, rng):
        words = [f"word{i}" for i in range(2000)]
        docs = put(subject, [[words[i] for i in rng.integers(0, 2000, size=60)] for _ in range(200)])
        query = words[:20]
        return lambda: subject.rank(query, docs, 10)

    speed(candidate, reference, prepare, rng, limit=20)
