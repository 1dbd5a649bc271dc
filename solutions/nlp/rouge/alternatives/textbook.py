"""As summarisation repositories write it: dictionaries of n-grams, a full table, a recursive trace, no checks."""


def _f(p, r):
    return 2 * p * r / (p + r) if p + r > 0 else 0.0


def rouge_n(ref, hyp, n):
    """Clipped counts."""
    counts = [{}, {}]
    for table, tokens in zip(counts, (ref, hyp)):
        for i in range(len(tokens) - n + 1):
            gram = tuple(tokens[i : i + n])
            table[gram] = table.get(gram, 0) + 1
    overlap = sum(min(c, counts[1].get(g, 0)) for g, c in counts[0].items())
    p = overlap / max(sum(counts[1].values()), 1)
    r = overlap / max(sum(counts[0].values()), 1)
    return p, r, _f(p, r)


def _lcs(a, b):
    best = [[()] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            if a[i - 1] == b[j - 1]:
                best[i][j] = best[i - 1][j - 1] + (i - 1,)
            else:
                best[i][j] = max(best[i - 1][j], best[i][j - 1], key=len)
    return best[-1][-1]


def rouge_l(ref, hyp):
    """Longest common subsequence."""
    length = len(_lcs(ref, hyp))
    p, r = length / len(hyp), length / len(ref)
    return p, r, _f(p, r)


def rouge_lsum(ref, hyp):
    """Union for each reference sentence."""
    hits = 0
    for sent in ref:
        union = set()
        for other in hyp:
            union |= set(_lcs(sent, other))
        hits += len(union)
    p, r = hits / sum(len(s) for s in hyp), hits / sum(len(s) for s in ref)
    return p, r, _f(p, r)
