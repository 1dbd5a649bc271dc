"""Hidden tests of meteor."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_that, put, speed


def slow_align(ref, hyp):
    """The most matches and the fewest chunks of all one-to-one pairings, smallest number of left-over words first."""
    for size in range(min(len(ref), len(hyp)), 0, -1):
        counts = [
            sum((h, r) == (0, 0) or (h - 1, r - 1) not in pairs for h, r in pairs)
            for chosen in combinations(range(len(hyp)), size)
            for places in permutations(range(len(ref)), size)
            if all(hyp[h] == ref[r] for h, r in zip(chosen, places, strict=True))
            for pairs in [set(zip(chosen, places, strict=True))]
        ]
        if counts:
            return size, min(counts)
    return 0, 0


def check(candidate, cases):
    """Compare matches and chunks; the words of a case are letters."""
    for ref, hyp, matches, chunks in cases:
        assert_close(candidate.align(list(ref), list(hyp)), (matches, chunks))


def test_different_words(candidate):
    """Without repeated words there is one alignment; each break of a run begins a chunk."""
    check(
        candidate,
        [
            ("abcd", "abcd", 4, 1),
            ("abcd", "dcba", 4, 4),
            ("abcd", "cdab", 4, 2),
            ("abcdef", "abxdef", 5, 2),
            ("abc", "xyz", 0, 0),
        ],
    )


def test_chunks_are_runs_in_both(candidate):
    """A gap on either side ends a chunk, and so does a step backwards."""
    check(candidate, [("axb", "ab", 2, 2), ("ab", "axb", 2, 2), ("abc", "acb", 3, 3), ("abxcd", "abcd", 4, 2)])


def test_a_word_is_matched_once(candidate):
    """A repeated word matches as often as the side with fewer of it allows."""
    check(candidate, [("a", "aaa", 1, 1), ("aaa", "a", 1, 1), ("aab", "aaab", 3, 1), ("ab", "bb", 1, 1)])


def test_repeated_words_take_the_best_place(candidate):
    """The first free place is not always right: 'ab' is one chunk if 'a' waits for its second place."""
    check(
        candidate,
        [("acab", "ab", 2, 1), ("abcab", "cab", 3, 1), ("abac", "acab", 4, 2), ("the cat on the mat", "the mat", 7, 1)],
    )
    ref, hyp = "the dog saw the big cat".split(), "the big cat saw the dog".split()
    assert_close(candidate.align(ref, hyp), (6, 3))


def test_left_over_words_are_chosen_well(candidate):
    """Where the hypothesis says a word too often, the occurrence that is left over is the one that breaks no run."""
    check(candidate, [("ab", "acab", 2, 1), ("bca", "abca", 3, 1), ("xab", "axab", 3, 1), ("abc", "ababc", 3, 1)])


def test_matches_come_before_chunks(candidate):
    """More matches are better even if they need more chunks."""
    check(candidate, [("abca", "abxa", 3, 2), ("abab", "abba", 4, 3), ("aabb", "abab", 4, 3)])


def test_a_long_run_may_have_to_be_broken(candidate):
    """Taking the longest run first can leave more chunks than needed."""
    check(candidate, [("aaaba", "baaaa", 5, 2), ("aabab", "abaab", 5, 2), ("ababcb", "bcabab", 6, 3)])


@given(ref=st.text("ab", min_size=1, max_size=5), hyp=st.text("abc", min_size=1, max_size=4))
def test_random_words_against_all_pairings(candidate, ref, hyp):
    """On short random sentences the numbers are those of the best of all pairings."""
    assert_close(candidate.align(list(ref), list(hyp)), slow_align(ref, hyp))


def test_score_by_hand(candidate):
    """Three of four words match in two chunks, against five words of the reference."""
    got = candidate.meteor([list("abcde")], list("abxe"))
    p, r = 3 / 4, 3 / 5
    assert_close(got, p * r / (0.9 * p + 0.1 * r) * (1 - 0.5 * (2 / 3) ** 3))


def test_equal_sentences(candidate):
    """m equal words are one chunk and score 1 - 0.5 / m**3."""
    for m in (1, 2, 5):
        assert_close(candidate.meteor([list("abcde")[:m]], list("abcde")[:m]), 1 - 0.5 / m**3)


def test_parameters(candidate):
    """alpha moves the mean from precision to recall, beta and gamma shape the penalty."""
    ref, hyp = list("abcdefgh"), list("bax")
    p, r = 2 / 3, 2 / 8
    for alpha, mean in ((1.0, r), (0.0, p), (0.5, 2 * p * r / (p + r))):
        assert_close(candidate.meteor([ref], hyp, alpha=alpha, gamma=0.0), mean)
    assert_close(candidate.meteor([list("abc")], list("cab"), beta=2.0, gamma=0.3), 1 - 0.3 * 4 / 9)


def test_best_reference(candidate):
    """Of several references the best counts, wherever it stands."""
    refs = [list("xyz"), list("abcd"), list("dcba")]
    for order in permutations(refs):
        assert_close(candidate.meteor(list(order), list("abcd")), 1 - 0.5 / 64)
    assert_close(candidate.meteor([list("xyz"), list("uvw")], list("abc")), 0.0)


@pytest.mark.fine
def test_empty_sentences(candidate):
    """Without words or references there are no matches, no chunks, and the score is exactly 0.0."""
    for ref, hyp in (([], []), (["a"], []), ([], ["a"])):
        assert_equal(candidate.align(ref, hyp), (0, 0))
        assert_equal(candidate.meteor([ref], hyp), 0.0)
    assert_equal(candidate.meteor([], ["a"]), 0.0)
    assert_close(candidate.meteor([[], ["a"]], ["a"]), 0.5)


@pytest.mark.fine
def test_tokens_and_types(candidate):
    """Tokens are compared whole and with their case; align gives a tuple of ints and meteor a float."""
    assert_equal(candidate.align(["The", "ab", "c"], ["the", "a", "bc"]), (0, 0))
    assert_equal(candidate.align(["a b", "c"], ["a b", "c"]), (2, 1))
    assert_equal(candidate.meteor([["x"]], ["y"]), 0.0)


@pytest.mark.fine
@given(refs=st.lists(st.text("ab", max_size=4).map(list), max_size=3), hyp=st.text("abc", max_size=4).map(list))
def test_score_is_between_zero_and_one(candidate, refs, hyp):
    """For any sentences, empty ones too, the score lies in [0, 1] and is the best over single references."""
    got = candidate.meteor(refs, hyp)
    assert_that(0.0 <= got < 1.0, f"is {got}, outside [0, 1)")
    assert_close(got, max([candidate.meteor([ref], hyp) for ref in refs], default=0.0))


@pytest.mark.scale
def test_repeated_words_are_quick(candidate, reference, rng):
    """Forty words of which one occurs eight times are aligned without trying all alignments."""

    def prepare(subject, rng):
        words = ["the"] * 8 + [f"w{i}" for i in range(32)]
        ref, hyp = ([words[i] for i in rng.permutation(40)] for _ in range(2))
        ref, hyp = put(subject, ref), put(subject, hyp)
        return lambda: subject.align(ref, hyp)

    speed(candidate, reference, prepare, rng, limit=25)
