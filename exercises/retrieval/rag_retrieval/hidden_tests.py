"""Hidden tests of rag_retrieval."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)
AXES = {"a": [1.0, 0.0, 0.0], "b": [0.0, 2.0, 0.0], "c": [0.0, 0.0, 0.5], "o": [0.0, 0.0, 0.0], "q": [3.0, 4.0, 12.0]}


class Spy:
    """Embeds a text by its first word, and keeps a record of the calls."""

    def __init__(self, table, dtype=np.float64):
        self.table, self.dtype, self.calls = table, dtype, []

    def embed(self, texts):
        self.calls.append(texts)
        return np.array([self.table[text.split()[0]] for text in texts], dtype=self.dtype)


def build(candidate, table=AXES, dtype=np.float64):
    """Retriever and the spy that embeds for it."""
    spy = Spy(table, dtype)
    return candidate.Retriever(lambda texts: spy.embed(texts)), spy


def names(found):
    """Id and number of each triple."""
    return [(doc, number) for doc, number, _ in found]


def words(text):
    """Count words."""
    return len(text.split())


def slow_spans(n, size, overlap):
    """All windows of the grid, without those that lie inside the one before."""
    windows = [(start, min(start + size, n)) for start in range(0, n, size - overlap)]
    return [w for i, w in enumerate(windows) if i == 0 or w[1] > windows[i - 1][1]]


def slow_prompt(question, chunks, budget, count):
    """Try the chunks one after the other and number them at the end."""
    chosen = []
    for pair in chunks:
        trial = [*chosen, pair]
        lines = [f"[{n}] {text}" for n, (_, text) in enumerate(trial, start=1)]
        if count("\n".join([*lines, question])) <= budget:
            chosen = trial
    lines = [f"[{n}] {text}" for n, (_, text) in enumerate(chosen, start=1)]
    return "\n".join([*lines, question]), [doc for doc, _ in chosen]


def same(got, expected):
    """Check a list of tuples, whatever holds the numbers."""
    found = [tuple(one) for one in got]
    agree = len(found) == len(expected) and all(
        len(one) == len(other)
        and all(x == y or (isinstance(y, float) and abs(x - y) < 1e-9) for x, y in zip(one, other, strict=True))
        for one, other in zip(found, expected, strict=True)
    )
    assert_that(agree, f"is {found} instead of {expected}", got)


def same_prompt(got, expected):
    """Check a prompt and its citations."""
    prompt, cited = got
    assert_that(prompt == expected[0], f"has the prompt {prompt!r} instead of {expected[0]!r}", got)
    assert_that(list(cited) == expected[1], f"cites {list(cited)} instead of {expected[1]}", got)


def test_windows_by_hand(candidate):
    """Windows begin every size - overlap tokens; the last one may be shorter."""
    same(candidate.chunk(["t"] * 10, 4, 1), [(0, 4), (3, 7), (6, 10)])
    same(candidate.chunk(["t"] * 7, 3, 0), [(0, 3), (3, 6), (6, 7)])
    same(candidate.chunk(["t"] * 4, 2, 1), [(0, 2), (1, 3), (2, 4)])
    same(candidate.chunk(["t"] * 3, 9, 2), [(0, 3)])


def test_no_window_inside_another(candidate):
    """The first window that reaches the end is the last one."""
    same(candidate.chunk(["t"] * 6, 4, 2), [(0, 4), (2, 6)])
    same(candidate.chunk(["t"] * 5, 4, 3), [(0, 4), (1, 5)])
    same(candidate.chunk(["t"] * 4, 4, 3), [(0, 4)])
    same(candidate.chunk(["t"] * 3, 4, 3), [(0, 3)])


@given(n=st.integers(0, 20), size=st.integers(1, 6), data=st.data())
def test_windows_follow_the_definition(candidate, n, size, data):
    """For all lengths, sizes and overlaps the windows are those of the grid that reach further than the one before."""
    overlap = data.draw(st.integers(0, size - 1))
    same(candidate.chunk(["t"] * max(n, 1), size, overlap), slow_spans(max(n, 1), size, overlap))


def test_search_by_hand(candidate):
    """The chunks with the greatest cosines come first, with id, number and cosine."""
    retriever, _ = build(candidate)
    retriever.add([("x", "a"), ("y", "b c")], 1, 0)
    got = retriever.search("q", 3)
    # The query (3, 4, 12) has length 13, so lengths of the chunks do not matter.
    same(got, [("y", 1, 12 / 13), ("y", 0, 4 / 13), ("x", 0, 3 / 13)])
    same(retriever.search("q", 1), [("y", 1, 12 / 13)])
    assert_that(len(retriever.search("q", 50)) == 3, "does not hold all three chunks")


def test_chunks_of_later_adds_are_found(candidate):
    """A second add keeps what is there, and may use other sizes."""
    retriever, _ = build(candidate)
    retriever.add([("x", "a a b")], 2, 0)
    retriever.add([("y", "c b b")], 1, 0)
    same(retriever.search("q", 2)[:1], [("y", 0, 12 / 13)])
    found = sorted(names(retriever.search("q", 9)))
    assert_that(found == [("x", 0), ("x", 1), ("y", 0), ("y", 1), ("y", 2)], f"finds the chunks {found}")


def test_dense_vectors(candidate, rng):
    """For vectors without zeros the cosines agree with the formula and descend."""
    table = {f"w{i}": rng.normal(size=5).tolist() for i in range(30)}
    retriever, _ = build(candidate, table)
    retriever.add([("x", " ".join(table))], 1, 0)
    matrix = np.array(list(table.values()))
    expected = matrix @ matrix[7] / np.linalg.norm(matrix, axis=1) / np.linalg.norm(matrix[7])
    order = np.argsort(-expected)
    same(retriever.search("w7", 30), [("x", int(i), float(expected[i])) for i in order])


@given(seed=SEEDS, k=st.integers(1, 12))
def test_search_finds_the_best(candidate, seed, k):
    """On random documents every chunk found has its own cosine, and none that is left out has a greater one."""
    rng = np.random.default_rng(seed)
    table = {word: rng.normal(size=3).tolist() for word in "abcdq"}
    retriever, _ = build(candidate, table)
    first = {}
    for batch in range(2):
        docs = [(f"{batch}{i}", " ".join(rng.choice([*"abcd"], size=rng.integers(1, 5)))) for i in range(3)]
        retriever.add(docs, 2, 1)
        for doc, text in docs:
            tokens = text.split()
            first |= {(doc, n): tokens[start] for n, (start, _) in enumerate(slow_spans(len(tokens), 2, 1))}
    q = np.array(table["q"])
    cosine = {word: float(q @ v / np.linalg.norm(q) / np.linalg.norm(v)) for word, v in table.items()}
    got = retriever.search("q", k)
    assert_that(len(set(names(got))) == len(got) == min(k, len(first)), f"is {got}")
    same(got, [(doc, number, cosine[first[doc, number]]) for doc, number in names(got)])
    best = sorted((cosine[word] for word in first.values()), reverse=True)[:k]
    assert_close([float(value) for _, _, value in got], best)


def test_embed_is_called_once(candidate):
    """An add embeds all its chunks in one call, and a search only the query."""
    retriever, spy = build(candidate)
    retriever.add([("x", "a b c a"), ("y", "b b c")], 2, 0)
    assert_that(len(spy.calls) == 1, f"calls embed {len(spy.calls)} times for two documents")
    assert_that(list(spy.calls[0]) == ["a b", "c a", "b b", "c"], f"embeds {spy.calls[0]}")
    retriever.search("b", 2)
    assert_that([list(call) for call in spy.calls[1:]] == [["b"]], f"embeds {spy.calls[1:]} in a search")


@pytest.mark.fine
def test_prompt_by_hand(candidate):
    """Chunks that fit are numbered lines before the question; one that does not is skipped and the next one tried."""
    chunks = [("a", "one two"), ("b", "one two three four"), ("c", "one"), ("a", "two"), ("d", "x")]
    got = candidate.build_prompt("Why me?", chunks, 9, words)
    same_prompt(got, ("[1] one two\n[2] one\n[3] two\nWhy me?", ["a", "c", "a"]))
    got = candidate.build_prompt("Why me?", chunks, 7, words)
    same_prompt(got, ("[1] one two\n[2] one\nWhy me?", ["a", "c"]))


@pytest.mark.fine
def test_budget_is_inclusive(candidate):
    """A prompt whose count is the budget is allowed, one more is not; newlines and numbers count too."""
    chunks = [("a", "abc"), ("b", "d")]
    full = "[1] abc\n[2] d\nQ?"
    same_prompt(candidate.build_prompt("Q?", chunks, len(full), len), (full, ["a", "b"]))
    same_prompt(candidate.build_prompt("Q?", chunks, len(full) - 1, len), ("[1] abc\nQ?", ["a"]))
    same_prompt(candidate.build_prompt("Q?", chunks, 9, len), ("[1] d\nQ?", ["b"]))


@pytest.mark.fine
@given(seed=SEEDS, budget=st.integers(3, 30))
def test_prompt_follows_the_rule(candidate, seed, budget):
    """With random chunks and budgets the prompt is that of trying the chunks one after the other."""
    rng = np.random.default_rng(seed)
    chunks = [(f"d{rng.integers(4)}", " ".join(["w"] * rng.integers(1, 7))) for _ in range(rng.integers(0, 12))]
    for count in (words, lambda text: (len(text) + 5) // 6):
        assert_equal(
            candidate.build_prompt("a b c", chunks, budget, count), slow_prompt("a b c", chunks, budget, count)
        )


@pytest.mark.fine
def test_types(candidate):
    """Windows and results are lists of tuples with Python numbers, a prompt comes as a tuple of a string and a list."""
    assert_equal(candidate.chunk(["t"] * 3, 2, 1), [(0, 2), (1, 3)])
    retriever, _ = build(candidate)
    retriever.add([("x", "a")], 1, 0)
    got = retriever.search("q", 4)
    assert_type(got, list)
    assert_type(got[0], tuple)
    assert_type(got[0][1], int)
    assert_type(got[0][2], float)
    assert_equal(candidate.build_prompt("Q?", [("a", "b")], 20, len), ("[1] b\nQ?", ["a"]))


@pytest.mark.fine
def test_short_texts(candidate):
    """An empty text has no windows, one word has one."""
    same(candidate.chunk([], 3, 1), [])
    same(candidate.chunk(["t"], 1, 0), [(0, 1)])
    same(candidate.chunk(["t"], 9, 8), [(0, 1)])


@pytest.mark.fine
@pytest.mark.parametrize(("size", "overlap"), [(3, 3), (3, 4), (3, -1), (0, 0), (-1, -2)])
def test_bad_overlap(candidate, size, overlap):
    """An overlap below 0 or not below the size raises ValueError, in add as well."""
    for tokens in ([], ["t"] * 5):
        with assert_raises(ValueError):
            candidate.chunk(tokens, size, overlap)
    retriever, _ = build(candidate)
    with assert_raises(ValueError):
        retriever.add([("x", "a a a a")], size, overlap)
    with assert_raises(ValueError):
        retriever.add([], size, overlap)
    same(retriever.search("a", 5), [])


@pytest.mark.fine
def test_chunks_are_embedded_in_one_call(candidate):
    """Words are split at any white space and joined by single spaces; embed gets a list."""
    retriever, spy = build(candidate)
    retriever.add([("x", "  a b\n\nc\t a "), ("y", "b  b c")], 2, 0)
    assert_equal(spy.calls, [["a b", "c a", "b b", "c"]])
    retriever.add([("z", "c a b a")], 3, 1)
    assert_equal(spy.calls[1:], [["c a b", "b a"]])


@pytest.mark.fine
def test_search_embeds_only_the_query(candidate):
    """A search embeds the query as it is, in a list."""
    retriever, spy = build(candidate)
    retriever.add([("x", "a b c")], 1, 0)
    for query in ("b", " c  d "):
        retriever.search(query, 2)
        assert_equal(spy.calls[1:], [[query]])
        del spy.calls[1:]


@pytest.mark.fine
def test_ties_in_order_of_insertion(candidate):
    """Equal cosines come in the order in which the chunks were added, also where only some find a place."""
    retriever, _ = build(candidate)
    retriever.add([("y", "b " * 20 + "a"), ("x", "b a")], 1, 0)
    retriever.add([("a", "a b")], 1, 0)
    expected = [("y", 20), ("x", 1), ("a", 0), *(("y", i) for i in range(20)), ("x", 0), ("a", 1)]
    for k in (1, 2, 5, 23, 25):
        assert_equal(names(retriever.search("a", k)), expected[:k])


@pytest.mark.fine
def test_vectors_of_zeros(candidate):
    """A chunk or query without direction has cosine 0, which is more than a negative one."""
    retriever, _ = build(candidate, AXES | {"m": [-1.0, 0.0, 0.0]})
    retriever.add([("x", "m o a")], 1, 0)
    same(retriever.search("a", 3), [("x", 2, 1.0), ("x", 1, 0.0), ("x", 0, -1.0)])
    found = retriever.search("o", 3)
    assert_equal(names(found), [("x", 0), ("x", 1), ("x", 2)])
    assert_close([cosine for _, _, cosine in found], [0.0, 0.0, 0.0])


@pytest.mark.fine
def test_lengths_of_vectors(candidate):
    """Very long, very short and float32 vectors have the cosines of their directions."""
    table = {"a": [3e-30, 4e-30], "b": [5e30, 0.0], "q": [0.0, 1e-25]}
    for dtype in (np.float64, np.float32):
        retriever, _ = build(candidate, table, dtype)
        retriever.add([("x", "b a")], 1, 0)
        got = retriever.search("q", 2)
        assert_equal(names(got), [("x", 1), ("x", 0)])
        assert_close([cosine for _, _, cosine in got], [0.8, 0.0], rtol=1e-6)


@pytest.mark.fine
@given(seed=SEEDS, k=st.integers(1, 12))
def test_search_sorts_all_chunks(candidate, seed, k):
    """On random documents the result is that of sorting all chunks by cosine and age."""
    rng = np.random.default_rng(seed)
    table = {"a": [2.0, 0.0, 0.0], "b": [0.0, -1.0, 0.0], "c": [0.0, 0.0, 4.0], "o": [0.0, 0.0, 0.0]}
    table["q"] = rng.integers(-2, 3, size=3).astype(float).tolist()
    retriever, _ = build(candidate, table)
    chunks = []
    for batch in range(2):
        docs = [(f"{batch}{i}", " ".join(rng.choice([*"abco"], size=rng.integers(0, 4)))) for i in range(3)]
        retriever.add(docs, 2, 1)
        for doc, text in docs:
            tokens = text.split()
            chunks += [(doc, n, tokens[start]) for n, (start, _) in enumerate(slow_spans(len(tokens), 2, 1))]
    length = math.hypot(*table["q"]) or 1.0
    # Vectors of one entry, a power of two: equal cosines are equal to the last bit, in whatever order one divides.
    cosines = [
        sum(x * y for x, y in zip(table[word], table["q"], strict=True)) / (math.hypot(*table[word]) or 1.0) / length
        for _, _, word in chunks
    ]
    order = sorted(range(len(chunks)), key=lambda i: (-cosines[i], i))[:k]
    got = retriever.search("q", k)
    assert_equal(names(got), [chunks[i][:2] for i in order])
    assert_close([cosine for _, _, cosine in got], [cosines[i] for i in order])


@pytest.mark.fine
def test_empty_index(candidate):
    """Without chunks a search finds nothing, and embed is never called with an empty list."""
    retriever, spy = build(candidate)
    same(retriever.search("a", 3), [])
    retriever.add([], 2, 1)
    retriever.add([("x", ""), ("y", " \n ")], 2, 1)
    same(retriever.search("a", 3), [])
    assert_that([] not in spy.calls, "embeds an empty list")
    retriever.add([("z", "a")], 2, 1)
    same(retriever.search("a", 3), [("z", 0, 1.0)])


@pytest.mark.fine
def test_ids_are_unique(candidate):
    """An id that is known or occurs twice raises ValueError, and the index stays as it was."""
    retriever, _ = build(candidate)
    retriever.add([("x", "a"), ("empty", "")], 1, 0)
    for docs in ([("x", "b")], [("y", "b"), ("x", "b")], [("z", "b"), ("z", "c")], [("empty", "b")]):
        with assert_raises(ValueError):
            retriever.add(docs, 1, 0)
    same(retriever.search("a", 9), [("x", 0, 1.0)])
    retriever.add([("y", "b"), ("z", "a")], 1, 0)
    same(retriever.search("a", 9), [("x", 0, 1.0), ("z", 0, 1.0), ("y", 0, 0.0)])


@pytest.mark.fine
def test_retrievers_are_independent(candidate):
    """Two retrievers do not share their chunks."""
    first, second = build(candidate)[0], build(candidate)[0]
    first.add([("x", "a")], 1, 0)
    same(second.search("a", 1), [])


@pytest.mark.fine
@pytest.mark.parametrize("k", [0, -1])
def test_k_must_be_positive(candidate, k):
    """A k below 1 raises ValueError, with and without chunks."""
    retriever, _ = build(candidate)
    with assert_raises(ValueError):
        retriever.search("a", k)
    retriever.add([("x", "a b")], 1, 0)
    with assert_raises(ValueError):
        retriever.search("a", k)


@pytest.mark.fine
def test_question_alone(candidate):
    """The question is always there; if it does not fit, ValueError is raised."""
    same_prompt(candidate.build_prompt("Who is it?", [], 3, words), ("Who is it?", []))
    same_prompt(candidate.build_prompt("Who is it?", [("a", "me")], 3, words), ("Who is it?", []))
    for chunks in ([], [("a", "me")]):
        with assert_raises(ValueError):
            candidate.build_prompt("Who is it?", chunks, 2, words)


@pytest.mark.fine
def test_lengths_that_do_not_add_up(candidate):
    """The count of the whole prompt decides, not the sum of its parts."""

    def different(text):
        return len(set(text.split()))

    chunks = [("a", "x y"), ("b", "y x y x"), ("c", "z"), ("d", "x")]
    got = candidate.build_prompt("x y", chunks, 4, different)
    same_prompt(got, ("[1] x y\n[2] y x y x\nx y", ["a", "b"]))


@pytest.mark.fine
def test_texts_stay_as_they_are(candidate):
    """Text and question are not stripped, split or changed."""
    got = candidate.build_prompt(" Q:\n? ", [("a", " x\ny "), ("b", "")], 100, len)
    same_prompt(got, ("[1]  x\ny \n[2] \n Q:\n? ", ["a", "b"]))


@pytest.mark.scale
def test_speed_of_search(candidate, reference, rng):
    """A search of 8000 chunks works on whole arrays."""
    vectors = rng.normal(size=(8000, 8))
    retrievers = {}
    for subject in (candidate, reference):
        retrievers[subject] = subject.Retriever(lambda texts: vectors[: len(texts)])
        retrievers[subject].add([("x", "w " * 8000)], 1, 0)

    def prepare(subject, rng):
        return lambda: [number for _, number, _ in retrievers[subject].search("w", 3)]

    speed(candidate, reference, prepare, rng, limit=15)
