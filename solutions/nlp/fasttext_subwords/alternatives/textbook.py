"""As tutorials write it: nested loops, a masked product over plain bytes, a list of vectors and np.mean."""

import numpy as np


def char_ngrams(word, minn=3, maxn=6):
    """By length, then by start."""
    word = "<" + word + ">"
    ngrams = []
    for n in range(minn, maxn + 1):
        for i in range(len(word) - n + 1):
            if n == 1 and i in (0, len(word) - 1):
                continue
            ngrams.append(word[i : i + n])
    return ngrams


def fnv1a_hash(s):
    """Textbook FNV-1a, right for ASCII."""
    h = 0x811C9DC5
    for b in bytearray(s, "utf-8"):
        h ^= b
        h = (h * 0x01000193) & 0xFFFFFFFF
    return h


def word_vector(word, vocab, word_vecs, bucket_vecs, minn=3, maxn=6):
    """Mean of what there is."""
    vectors = [bucket_vecs[fnv1a_hash(g) % bucket_vecs.shape[0]] for g in char_ngrams(word, minn, maxn)]
    if word in vocab:
        vectors.append(word_vecs[vocab[word]])
    return np.mean(vectors, axis=0)
