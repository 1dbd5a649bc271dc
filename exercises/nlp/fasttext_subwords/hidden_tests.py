"""Hidden tests of fasttext_subwords."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_type, put, speed


def bag(grams):
    """n-grams in an order of their own."""
    return sorted(map(str, grams))


def slow_hash(s):
    """FNV-1a on sign-extended bytes, in unsigned 32-bit arithmetic."""
    h = 2166136261
    for byte in s.encode():
        h = ((h ^ (byte | (0xFFFFFF00 if byte & 0x80 else 0))) * 16777619) & 0xFFFFFFFF
    return h


def tables(seed, d=3, buckets=7):
    """A vocabulary with vectors, and vectors of buckets."""
    rng = np.random.default_rng(seed)
    return {"cat": 1, "a": 0}, rng.normal(size=(2, d)), rng.normal(size=(buckets, d))


def test_ngrams_by_hand(candidate):
    """'where' with three characters gives the five runs of the paper."""
    assert_equal(bag(candidate.char_ngrams("where", 3, 3)), bag(["<wh", "whe", "her", "ere", "re>"]))
    assert_equal(bag(candidate.char_ngrams("cat", 3, 4)), bag(["<ca", "<cat", "cat", "cat>", "at>"]))


def test_defaults_are_three_to_six(candidate):
    """By default runs have 3 to 6 characters, the whole wrapped word among them where it fits."""
    expected = ["<ca", "cat", "ats", "ts>", "<cat", "cats", "ats>", "<cats", "cats>", "<cats>"]
    assert_equal(bag(candidate.char_ngrams("cats")), bag(expected))
    assert_equal(len(candidate.char_ngrams("abcdefghij")), 10 + 9 + 8 + 7)


def test_repeated_ngrams_stay(candidate):
    """A run that occurs twice is listed twice."""
    assert_equal(bag(candidate.char_ngrams("aaaa", 2, 2)), ["<a", "a>", "aa", "aa", "aa"])


def test_single_characters(candidate):
    """With minn 1 the characters of the word count, but not the two boundaries by themselves."""
    assert_equal(bag(candidate.char_ngrams("ab", 1, 2)), bag(["a", "b", "<a", "ab", "b>"]))
    assert_equal(bag(candidate.char_ngrams("aba", 1, 1)), ["a", "a", "b"])


def test_short_words(candidate):
    """A word too short for any run has none, and long runs are left out where the word ends."""
    assert_equal(list(candidate.char_ngrams("a", 4, 6)), [])
    assert_equal(bag(candidate.char_ngrams("a")), ["<a>"])


def test_characters_are_not_bytes(candidate):
    """Accented letters are one character."""
    assert_equal(bag(candidate.char_ngrams("né", 3, 3)), bag(["<né", "né>"]))


def test_known_hashes(candidate):
    """The hash of ASCII strings is that of published test vectors, also where the product exceeds 32 bits."""
    for s, expected in (("", 2166136261), ("a", 0xE40C292C), ("b", 0xE70C2DE5), ("foobar", 0xBF9CF968)):
        assert_close(candidate.fnv1a_hash(s), expected)


@given(s=st.text(st.characters(max_codepoint=127), max_size=12))
def test_hashes_of_ascii(candidate, s):
    """On random ASCII strings the hash is FNV-1a."""
    assert_close(candidate.fnv1a_hash(s), slow_hash(s))


def test_vector_by_hand(candidate):
    """With one bucket the mean is (row + n-grams times bucket) / (1 + n-grams)."""
    word_vecs, bucket_vecs = np.array([[9.0, 0.0], [5.0, -1.0]]), np.array([[1.0, 2.0]])
    got = candidate.word_vector("cat", {"cat": 1}, word_vecs, bucket_vecs, 3, 3)
    assert_close(got, [(5 + 3) / 4, (-1 + 6) / 4])


def test_unknown_word(candidate):
    """A word that is not in the vocabulary is the mean of its n-grams alone."""
    vocab, word_vecs, bucket_vecs = tables(0)
    rows = [bucket_vecs[slow_hash(g) % 7] for g in ("<do", "dog", "og>")]
    assert_close(candidate.word_vector("dog", vocab, word_vecs, bucket_vecs, 3, 3), sum(rows) / 3)
    grams = ["<kittens>"[i:j] for i in range(9) for j in range(i + 3, min(i + 7, 10))]
    rows = [bucket_vecs[slow_hash(g) % 7] for g in grams]
    assert_close(candidate.word_vector("kittens", vocab, word_vecs, bucket_vecs), sum(rows) / len(grams))


def test_known_word_without_ngrams(candidate):
    """A known word that is too short for n-grams has its own vector."""
    vocab, word_vecs, bucket_vecs = tables(1)
    assert_close(candidate.word_vector("a", vocab, word_vecs, bucket_vecs, 5, 6), word_vecs[0])


@given(word=st.text("abcdef", min_size=1, max_size=9), buckets=st.integers(1, 50), seed=st.integers(0, 1000))
def test_random_words(candidate, word, buckets, seed):
    """For random words and numbers of buckets the vector is the mean of the rows, found one by one."""
    vocab, word_vecs, bucket_vecs = tables(seed, buckets=buckets)
    vocab[word] = 1
    wrapped = f"<{word}>"
    rows = [word_vecs[1]] + [
        bucket_vecs[slow_hash(wrapped[i:j]) % buckets]
        for i in range(len(wrapped))
        for j in range(i + 2, min(i + 5, len(wrapped) + 1))
    ]
    assert_close(candidate.word_vector(word, vocab, word_vecs, bucket_vecs, 2, 4), sum(rows) / len(rows))


@pytest.mark.fine
def test_order_of_ngrams(candidate):
    """n-grams come by start, then by length."""
    assert_equal(candidate.char_ngrams("abc", 1, 3), ["<a", "<ab", "a", "ab", "abc", "b", "bc", "bc>", "c", "c>"])


@pytest.mark.fine
def test_boundaries_in_the_word(candidate):
    """'<' and '>' inside a word are characters; only the two boundaries are left out."""
    assert_equal(candidate.char_ngrams("<>", 1, 1), ["<", ">"])


@pytest.mark.fine
@pytest.mark.parametrize(
    "s", ["é", "né", "naïve", "日本", "\x7f\x80", "🙂"], ids=["accent", "word", "diaeresis", "kanji", "edge", "emoji"]
)
def test_bytes_are_sign_extended(candidate, s):
    """Bytes of 128 and more enter the hash as negative numbers, as in fastText, and the result is a Python int."""
    assert_equal(candidate.fnv1a_hash(s), slow_hash(s))


@pytest.mark.fine
def test_nothing_to_average(candidate):
    """An unknown word without n-grams has a vector of zeros; so has the empty word with long n-grams."""
    vocab, word_vecs, bucket_vecs = tables(2)
    for word in ("b", ""):
        assert_close(candidate.word_vector(word, vocab, word_vecs, bucket_vecs, 4, 5), np.zeros(3))


@pytest.mark.fine
def test_dtypes(candidate):
    """The vector has the dtype of the buckets, zeros and known words included."""
    vocab, word_vecs, bucket_vecs = tables(3)
    for word, minn in (("cat", 3), ("dog", 3), ("b", 6), ("a", 6)):
        assert_dtype(candidate.word_vector(word, vocab, word_vecs, bucket_vecs.astype(np.float32), minn), np.float32)
    assert_type(candidate.fnv1a_hash("cat"), int)


@pytest.mark.fine
@pytest.mark.parametrize(("minn", "maxn"), [(0, 3), (-1, 2), (4, 3)])
def test_bad_lengths_are_refused(candidate, minn, maxn):
    """Lengths below 1, or a least above the greatest, raise ValueError."""
    with assert_raises(ValueError):
        candidate.char_ngrams("cat", minn, maxn)
    with assert_raises(ValueError):
        candidate.word_vector("cat", *tables(4), minn, maxn)


@pytest.mark.scale
def test_long_words_are_quick(candidate, reference, rng):
    """The n-grams of a long word are listed in time proportional to their number."""

    def prepare(subject, rng):
        word = put(subject, "".join(chr(97 + i) for i in rng.integers(0, 26, size=3000)))
        return lambda: subject.char_ngrams(word)

    speed(
        candidate, reference, prepare, rng, limit=12, check=lambda got, expected: assert_equal(bag(got), bag(expected))
    )
