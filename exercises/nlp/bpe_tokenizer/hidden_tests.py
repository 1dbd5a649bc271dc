"""Hidden tests of bpe_tokenizer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_equal, assert_raises, assert_that, assert_type, put, speed

CHUNKS = st.lists(st.text(alphabet="aab\u00e9", max_size=7), max_size=5)
TEXTS = st.lists(st.text(max_size=5), max_size=4)


def merged(word, pair, token):
    """Replace a pair from left to right."""
    result, i = [], 0
    while i < len(word):
        if tuple(word[i : i + 2]) == pair:
            result.append(token)
            i += 2
        else:
            result.append(word[i])
            i += 1
    return result


def slow_train(chunks, num_merges):
    """Count all positions of all chunks again in each round."""
    words, merges = [list(chunk.encode("utf-8")) for chunk in chunks], []
    while len(merges) < num_merges:
        pairs = [(word[i], word[i + 1]) for word in words for i in range(len(word) - 1)]
        most = max((pairs.count(pair) for pair in pairs), default=0)
        if most < 2:
            break
        best = min(pair for pair in pairs if pairs.count(pair) == most)
        words = [merged(word, best, 256 + len(merges)) for word in words]
        merges.append(best)
    return merges


def slow_encode(chunks, merges):
    """Apply the first merge that fits, and start again from the first."""
    ids = []
    for chunk in chunks:
        word, rank = list(chunk.encode("utf-8")), 0
        while rank < len(merges):
            after = merged(word, merges[rank], 256 + rank)
            rank = rank + 1 if after == word else 0
            word = after
        ids += word
    return ids


def plain(got):
    """Return merges as tuples, or ids as integers, whatever holds them."""
    return [tuple(map(int, one)) if isinstance(one, (list, tuple)) else int(one) for one in got]


def same(got, expected):
    """Check merges or ids, whatever holds them."""
    found = plain(got)
    assert_that(found == expected, f"is {found} instead of {expected}", got)


def after_training(got, chunks, num_merges):
    """Check that each merge is of a pair that was most frequent at its turn, whichever of several."""
    counts = {}
    for chunk in chunks:
        counts[chunk] = counts.get(chunk, 0) + 1
    words = [(list(chunk.encode("utf-8")), times) for chunk, times in counts.items()]
    merges = plain(got)
    assert_that(len(merges) == num_merges, f"has {len(merges)} merges instead of {num_merges}", got)
    for number, pair in enumerate(merges):
        pairs = {}
        for word, times in words:
            for i in range(len(word) - 1):
                pairs[word[i], word[i + 1]] = pairs.get((word[i], word[i + 1]), 0) + times
        most = max(pairs.values(), default=0)
        told = f"merges {pair} in round {number}, which occurs {pairs.get(pair, 0)} times; another occurs {most} times"
        assert_that(pairs.get(pair, 0) == most, told, got)
        words = [(merged(word, pair, 256 + number), times) for word, times in words]


def test_training_by_hand(candidate):
    """The most frequent pair is merged first, and later merges build on earlier ones."""
    chunks = ["cat"] * 6 + ["hat"] * 3 + ["can"] * 4 + ["ran"] + ["rats"] * 2
    # "at" occurs 11 times and "ca" 10 times; of these, 4 are left after "at" and "c" + "at" are merged.
    merges = [(97, 116), (99, 256), (97, 110), (99, 258)]
    same(candidate.train_bpe(chunks, 4), merges)
    same(candidate.train_bpe(chunks, 2), merges[:2])
    same(candidate.train_bpe(chunks, 0), [])


def test_training_works_on_bytes(candidate):
    """Accents and emoji are several bytes in UTF-8, and these are merged."""
    same(candidate.train_bpe(["\u00e9", "\u00e9"], 1), [(195, 169)])
    # Two letters that share their first byte only.
    same(candidate.train_bpe(["\u00e9x\u00e8", "\u00e9"], 1), [(195, 169)])
    after_training(
        candidate.train_bpe(["\U0001f600\U0001f600", "\U0001f600"], 3), ["\U0001f600\U0001f600", "\U0001f600"], 3
    )


def test_every_position_counts(candidate):
    """In 'aaaaa' the pair (a, a) occurs four times, although it can be merged only twice."""
    same(candidate.train_bpe(["aaaaa", "bcbcbc"], 1), [(97, 97)])


def test_pairs_stay_in_their_chunk(candidate):
    """The last byte of one chunk and the first of the next are no pair."""
    same(candidate.train_bpe(["ba", "ba", "ba"], 1), [(98, 97)])
    same(candidate.train_bpe(["xa", "bx", "xa", "bx", "ya", "by", "cd", "cd", "cd"], 1), [(99, 100)])
    same(candidate.encode(["a", "b", "ab", "a"], [(97, 98)]), [97, 98, 256, 97])


def test_repeated_chunks_count(candidate):
    """A chunk that occurs several times counts several times, and pairs add up over different chunks."""
    same(candidate.train_bpe(["xy", "ab", "xy", "ab", "xy"], 1), [(120, 121)])
    same(candidate.train_bpe(["ab1", "2ab", "cd", "cd", "3ab4"], 1), [(97, 98)])
    # After (a, b), the pair (a, a) lives on in the words that had no (a, b).
    chunks = ["ab"] * 5 + ["aab"] * 3 + ["aa"] * 4
    same(candidate.train_bpe(chunks, 3), [(97, 98), (97, 97), (97, 256)])


@given(
    chunks=st.lists(st.text(alphabet="aab\u00e9", min_size=8, max_size=12), min_size=1, max_size=3),
    count=st.integers(1, 3),
)
def test_each_round_merges_a_most_frequent_pair(candidate, chunks, count):
    """On random chunks every merge is of a pair that no other pair of its round beats."""
    chunks = [*chunks, *chunks]
    after_training(candidate.train_bpe(chunks, count), chunks, count)


def test_encoding_by_hand(candidate):
    """Merges apply to their own results, and what no merge fits stays a byte."""
    merges = [(97, 97), (97, 98), (256, 257)]
    same(candidate.encode(["aaab", "abd", "aab", "ba"], merges), [258, 257, 100, 256, 98, 98, 97])
    same(candidate.encode(["\u00e9a\U0001f600"], []), [195, 169, 97, 240, 159, 152, 128])
    same(candidate.encode(["\u00e9", "\u00e8"], [(195, 169)]), [256, 195, 168])


def test_the_earliest_merge_comes_first(candidate):
    """The merge with the lowest rank is applied, not the leftmost, the longest or the most frequent one."""
    same(candidate.encode(["abc"], [(98, 99), (97, 98)]), [97, 256])
    same(candidate.encode(["abc"], [(97, 98), (98, 99)]), [256, 99])
    # Tokens 'ab', 'cd' and 'abc': the longest match would be 'abc', but (c, d) was learned before it.
    same(candidate.encode(["abcd", "abc"], [(97, 98), (99, 100), (256, 99)]), [256, 257, 258])
    # Both merges fit the result of the first; their order decides.
    same(candidate.encode(["xbca"], [(98, 99), (120, 256), (256, 97)]), [257, 97])
    same(candidate.encode(["xbca"], [(98, 99), (256, 97), (120, 256)]), [120, 257])
    # (b, c) occurs three times here, (a, b) once.
    same(candidate.encode(["bcbcabc"], [(97, 98), (98, 99)]), [257, 257, 256, 99])


def test_overlaps_are_merged_from_the_left(candidate):
    """In a run of equal tokens pairs are taken from the left, and none twice."""
    same(candidate.encode(["aaa", "aaaaa"], [(97, 97)]), [256, 97, 256, 256, 97])
    same(candidate.encode(["aaaaaa"], [(97, 97), (256, 256)]), [257, 256])
    same(candidate.encode(["aaa", "aaaaa"], [(97, 97), (256, 97)]), [257, 256, 257])
    same(candidate.encode(["aaaa"], [(97, 97), (97, 256)]), [256, 256])


@given(chunks=CHUNKS, seed=st.randoms(use_true_random=False), count=st.integers(0, 5))
def test_encoding_follows_the_definition(candidate, chunks, seed, count):
    """With any valid merges, the ids are those of trying the merges in turn, always from the first."""
    merges = []
    for i in range(count):
        known = [97, 98, 195, 169, *range(256, 256 + i)]
        pair = (seed.choice(known), seed.choice(known))
        if pair not in merges:
            merges.append(pair)
        else:
            break
    same(candidate.encode(chunks, merges), slow_encode(chunks, merges))


def test_decoding_by_hand(candidate):
    """An id stands for the bytes of the two tokens that it was made from."""
    merges = [(97, 97), (97, 98), (256, 257)]
    assert_equal(candidate.decode([258, 100, 256, 257], merges), "aaabdaaab")
    assert_equal(candidate.decode([97, 98], merges), "ab")
    assert_equal(candidate.decode([256, 257], [(98, 97), (256, 99)]), "babac")


def test_characters_across_ids(candidate):
    """The bytes of one character may come from several ids."""
    assert_equal(candidate.decode([195, 169], []), "\u00e9")
    assert_equal(candidate.decode([97, 240, 256, 128, 97], [(159, 152)]), "a\U0001f600a")


@given(chunks=TEXTS, seed=st.randoms(use_true_random=False))
def test_decoding_undoes_encoding(candidate, chunks, seed):
    """Any text comes back, whatever the merges are."""
    data, merges = [*"".join(chunks).encode("utf-8"), 97], []
    for i in range(4):
        known = [*data, *range(256, 256 + i)]
        pair = (seed.choice(known), seed.choice(known))
        if pair not in merges:
            merges.append(pair)
        else:
            break
    assert_equal(candidate.decode(candidate.encode(chunks, merges), merges), "".join(chunks))


@pytest.mark.fine
def test_types(candidate):
    """Merges are tuples of Python ints, and ids are Python ints."""
    assert_equal(candidate.train_bpe(["abab", "ab"], 1), [(97, 98)])
    got = candidate.encode(["ab", "b"], [(97, 98)])
    assert_equal(got, [256, 98])
    assert_type(got[0], int)


@pytest.mark.fine
def test_ties_take_the_smallest_pair(candidate):
    """Of equally frequent pairs the one with the smallest ids is merged, not the one seen first."""
    same(candidate.train_bpe(["ba", "ab", "ab", "ba"], 5), [(97, 98), (98, 97)])
    same(candidate.train_bpe(["zy", "zx", "bz", "bz", "zx", "zy"], 3), [(98, 122), (122, 120), (122, 121)])
    # An old pair has smaller ids than a pair with a new token.
    same(candidate.train_bpe(["abcabc"], 1), [(97, 98)])
    same(candidate.train_bpe(["aaabdaaabac"], 3), [(97, 97), (97, 98), (256, 257)])
    same(candidate.train_bpe(["xyzxyz", "pq", "pq"], 3), [(112, 113), (120, 121), (257, 122)])
    # Ids are compared, not bytes: (b, c) comes before (ab, a), though 'ab' sorts before 'b'.
    same(candidate.train_bpe(["aba", "aba", "ab", "bc", "bc"], 3), [(97, 98), (98, 99), (256, 97)])


@pytest.mark.fine
def test_training_stops_early(candidate):
    """Training ends when no pair occurs twice, whatever num_merges is."""
    same(candidate.train_bpe(["abc", "bd"], 10), [])
    same(candidate.train_bpe(["abc", "bc", "abd"], 10), [(97, 98)])
    same(candidate.train_bpe(["aaabdaaabac"], 10), [(97, 97), (97, 98), (256, 257)])
    same(candidate.train_bpe(["aaa"], 5), [(97, 97)])
    same(candidate.train_bpe(["aaaaaaaa"], 9), [(97, 97), (256, 256)])
    same(candidate.train_bpe(["a", "b", "a", "b", "a"], 5), [])


@pytest.mark.fine
def test_nothing_to_train_on(candidate):
    """No chunks, empty chunks and single bytes give no merges; a negative number of merges raises ValueError."""
    for chunks in ([], [""], ["", "a", "", "a"]):
        same(candidate.train_bpe(chunks, 3), [])
    for chunks in ([], ["abab"]):
        with assert_raises(ValueError):
            candidate.train_bpe(chunks, -1)


@pytest.mark.fine
@given(chunks=CHUNKS, num_merges=st.integers(0, 6))
def test_training_follows_the_definition(candidate, chunks, num_merges):
    """On random chunks the merges are those of counting everything again in each round."""
    same(candidate.train_bpe(chunks, num_merges), slow_train(chunks, num_merges))


@pytest.mark.fine
@given(chunks=CHUNKS, seed=st.randoms(use_true_random=False))
def test_order_of_chunks_does_not_matter(candidate, chunks, seed):
    """Shuffled chunks give the same merges, and fewer rounds give the beginning of them."""
    merges = candidate.train_bpe(chunks, 5)
    same(candidate.train_bpe(seed.sample(chunks, len(chunks)), 5), merges)
    same(candidate.train_bpe(chunks, 2), merges[:2])


@pytest.mark.fine
def test_encoding_nothing(candidate):
    """No chunks and empty chunks give no ids; ids are plain integers."""
    same(candidate.encode([], [(97, 98)]), [])
    same(candidate.encode(["", ""], [(97, 98)]), [])
    got = candidate.encode(["", "ab", "", "ab"], [(97, 98)])
    assert_equal(got, [256, 256])
    assert_type(got[0], int)


@pytest.mark.fine
@given(chunks=TEXTS, other=TEXTS)
def test_any_text_comes_back(candidate, chunks, other):
    """Any text comes back after training on it and on other text."""
    merges = candidate.train_bpe([*chunks, *other, *other], 20)
    assert_equal(candidate.decode(candidate.encode(chunks, merges), merges), "".join(chunks))
    assert_equal(candidate.decode([], merges), "")
    assert_equal(candidate.decode([0, 127, 10, 13], []), "\x00\x7f\n\r")


@pytest.mark.fine
def test_invalid_bytes_are_replaced(candidate):
    """Bytes that are not UTF-8 become U+FFFD, as bytes.decode does it."""
    for ids in ([195, 98], [255], [240, 159, 152], [97, 128, 128, 98], [195], [237, 160, 128]):
        assert_equal(candidate.decode(ids, []), bytes(ids).decode("utf-8", errors="replace"))
    assert_equal(candidate.decode([256, 97], [(226, 130)]), "\ufffda")


@pytest.mark.fine
def test_unknown_ids_are_refused(candidate):
    """A negative id and one that no merge made raise ValueError, wherever they stand."""
    merges = [(97, 98), (256, 99)]
    assert_equal(candidate.decode([97, 257], merges), "aabc")
    for ids in ([258], [-1], [97, 258], [-300, 97], [97, 10**9, 97]):
        with assert_raises(ValueError):
            candidate.decode(ids, merges)
    with assert_raises(ValueError):
        candidate.decode([256], [])


@pytest.mark.scale
def test_training_on_many_chunks(candidate, reference, rng):
    """Sixteen thousand chunks, of which 100 are different, are not counted one by one in each round."""
    text = []

    def prepare(subject, rng):
        words = ["".join(rng.choice(list("etaoin"), size=rng.integers(6, 16))) for _ in range(100)]
        text[:] = [words[i] for i in rng.integers(0, 100, size=16_000)]
        chunks = put(subject, text)
        return lambda: subject.train_bpe(chunks, 20)

    speed(candidate, reference, prepare, rng, limit=30, check=lambda got, expected: after_training(got, text, 20))


@pytest.mark.scale
def test_encoding_many_chunks(candidate, reference, rng):
    """Fifteen hundred chunks, of which 20 are different, are not each encoded anew."""
    merges = [(97, 98), *((i, i) for i in range(256, 263))]

    def prepare(subject, rng):
        chunks = put(subject, ["ab" * k for k in rng.integers(100, 120, size=1500).tolist()])
        return lambda: subject.encode(chunks, merges)

    speed(candidate, reference, prepare, rng, limit=20)
