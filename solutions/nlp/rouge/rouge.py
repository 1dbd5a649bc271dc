"""ROUGE scores of a summary."""

from __future__ import annotations

from collections import Counter


def rouge_n(ref: list[str], hyp: list[str], n: int) -> tuple[float, float, float]:
    """Score by the n-grams that two texts share.

    Parameters
    ----------
    ref, hyp : list of str
        Tokens of the reference and of the hypothesis.
    n : int
        Length of the n-grams, at least 1.

    Returns
    -------
    tuple of (float, float, float)
        Precision, recall and F1.

    Raises
    ------
    ValueError
        If `n` is less than 1.

    Examples
    --------
    >>> rouge_n(["a", "b"], ["a", "c", "d", "e"], 1)
    (0.25, 0.5, 0.3333333333333333)
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    known, said = (Counter(zip(*(tokens[i:] for i in range(n)))) for tokens in (ref, hyp))
    return _scores((known & said).total(), known.total(), said.total())


def rouge_l(ref: list[str], hyp: list[str]) -> tuple[float, float, float]:
    """Score by the longest common subsequence of two texts.

    Parameters
    ----------
    ref, hyp : list of str
        Tokens of the reference and of the hypothesis.

    Returns
    -------
    tuple of (float, float, float)
        Precision, recall and F1.

    Examples
    --------
    >>> rouge_l(["a", "b", "c"], ["a", "x", "c"])
    (0.6666666666666666, 0.6666666666666666, 0.6666666666666666)
    """
    return _scores(_table(ref, hyp)[-1][-1], len(ref), len(hyp))


def rouge_lsum(ref: list[list[str]], hyp: list[list[str]]) -> tuple[float, float, float]:
    """Score by the union of the longest common subsequences of each reference sentence.

    Parameters
    ----------
    ref, hyp : list of list of str
        Sentences of the reference and of the hypothesis.

    Returns
    -------
    tuple of (float, float, float)
        Precision, recall and F1.

    Examples
    --------
    >>> rouge_lsum([["a", "b"]], [["a"], ["b"]])
    (1.0, 1.0, 1.0)
    """
    left = Counter(token for sent in hyp for token in sent)
    hits = 0
    for sent in ref:
        used = set().union(*(_positions(sent, other) for other in hyp))
        found = Counter(sent[i] for i in used) & left  # no token of the hypothesis hits twice
        left -= found
        hits += found.total()
    return _scores(hits, sum(map(len, ref)), sum(map(len, hyp)))


def _scores(hits: int, known: int, said: int) -> tuple[float, float, float]:
    if hits == 0:
        return 0.0, 0.0, 0.0
    return hits / said, hits / known, 2 * hits / (known + said)


def _table(ref: list[str], hyp: list[str]) -> list[list[int]]:
    """Return the length of the longest common subsequence of every two prefixes."""
    table = [[0] * (len(hyp) + 1)]
    for token in ref:
        above, row = table[-1], [0]
        for j, other in enumerate(hyp):
            row.append(above[j] + 1 if token == other else max(above[j + 1], row[j]))
        table.append(row)
    return table


def _positions(ref: list[str], hyp: list[str]) -> set[int]:
    """Return the positions in `ref` of one longest common subsequence."""
    table, i, j = _table(ref, hyp), len(ref), len(hyp)
    used = set()
    while i and j:
        if ref[i - 1] == hyp[j - 1]:
            i, j = i - 1, j - 1
            used.add(i)
        elif table[i][j] > table[i - 1][j]:
            j -= 1
        else:
            i -= 1
    return used
