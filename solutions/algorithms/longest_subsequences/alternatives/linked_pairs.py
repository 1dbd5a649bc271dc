"""Chains of pairs instead of places, and a table of common suffixes, read forwards."""

import bisect


def lis(a, strict=True):
    """Each chain is (last item, the chain before it); the chain that ends in tails[j] has j + 1 items."""
    tails, chains = [], []
    for x in a:
        place = bisect.bisect_left(tails, x) if strict else bisect.bisect_right(tails, x)
        chain = (x, chains[place - 1] if place > 0 else None)
        if place == len(tails):
            tails.append(x)
            chains.append(chain)
        else:
            tails[place] = x
            chains[place] = chain
    items = []
    chain = chains[-1] if chains else None
    while chain is not None:
        items.insert(0, chain[0])
        chain = chain[1]
    return items


def _suffixes(a, b):
    """Length for the rests a[i:] and b[j:]."""
    n, m = len(a), len(b)
    lengths = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            if a[i] == b[j]:
                lengths[i][j] = 1 + lengths[i + 1][j + 1]
            elif lengths[i + 1][j] >= lengths[i][j + 1]:
                lengths[i][j] = lengths[i + 1][j]
            else:
                lengths[i][j] = lengths[i][j + 1]
    return lengths


def lcs(a, b):
    """Take equal items greedily: for the heads of two rests that is never wrong."""
    lengths = _suffixes(a, b)
    i = j = 0
    result = []
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            result.append(b[j])
            i += 1
            j += 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return result


def lcs_length(a, b):
    """One row that is overwritten in place; the diagonal is kept aside."""
    if len(a) < len(b):
        a, b = b, a
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b, start=1):
            above = row[j]
            if x == y:
                row[j] = diagonal + 1
            elif row[j - 1] > above:
                row[j] = row[j - 1]
            diagonal = above
    return row[len(b)]
